from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from uncertainty.trees import bound, grow, shares

from scindex.errors import MethodError
from scindex.index.rollup import Shape, climb
from scindex.uncertainty.admissible import (
    bounds_open,
    bounds_within,
    largest_leads,
    largest_sum,
    linear_scores,
    necessary_order,
)

seeds = st.integers(0, 10**6)


def by_programme(shape, values, low, high):
    """Maximise the sum over masses of nodes, which are linear where shares are not."""
    n = len(shape.children)
    gain = np.zeros(n)
    for node, leaf in enumerate(shape.leaf):
        if leaf >= 0:
            gain[node] = values[leaf]
    equal, upper = [np.eye(n)[0]], []
    for node, children in enumerate(shape.children):
        if children:
            equal.append(np.eye(n)[list(children)].sum(axis=0) - np.eye(n)[node])
        for child in children:
            upper.append(np.eye(n)[child] - high[child] * np.eye(n)[node])
            upper.append(low[child] * np.eye(n)[node] - np.eye(n)[child])
    right = np.eye(len(equal))[0]
    # the solver's own default lets each bound slip by 1e-7, which a deep tree multiplies
    exact = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    limits = {"A_ub": np.array(upper), "b_ub": np.zeros(len(upper)), "A_eq": np.array(equal), "b_eq": right}
    found = linprog(-gain, **limits, method="highs", options=exact)
    return -found.fun


@settings(max_examples=60)
@given(seed=seeds)
def test_filling_greedily_equals_the_linear_programme(seed):
    rng = np.random.default_rng(seed)
    shape = grow(rng)
    low, high = bound(rng, shape)
    values = rng.normal(0, 20, (max(shape.leaf) + 1, 3)).round(int(rng.integers(-1, 3)))
    found = largest_sum(shape, values, low, high)
    assert found == pytest.approx([by_programme(shape, v, low, high) for v in values.T], abs=1e-6)


@settings(max_examples=20)
@given(seed=seeds, n=st.integers(17, 40))
def test_nodes_of_many_children_equal_the_linear_programme_too(seed, n):
    rng = np.random.default_rng(seed)
    shape = Shape(
        (tuple(range(1, n + 1)), *((),) * n), (-1, *range(n)), np.ones(n + 1), ("arithmetic",) + ("",) * n
    )
    low, high = bound(rng, shape)
    values = rng.normal(0, 20, (n, 2)).round(-1)
    assert largest_sum(shape, values, low, high) == pytest.approx(
        [by_programme(shape, v, low, high) for v in values.T], abs=1e-6
    )


@settings(max_examples=40)
@given(seed=seeds, method=st.sampled_from(["arithmetic", "geometric"]))
def test_whoever_is_necessarily_ahead_is_ahead_under_any_admissible_weights(seed, method):
    rng = np.random.default_rng(seed)
    shape = grow(rng, method=method)
    low, high = bound(rng, shape)
    scores = rng.uniform(1, 100, (max(shape.leaf) + 1, 6))
    scores[:, 1] = scores[:, 0] + rng.uniform(0.1, 1)
    ahead = necessary_order(shape, scores, low, high)
    assert ahead[1, 0]
    for _ in range(5):
        weights = shares(rng, shape, low, high)[:, None]
        total = climb(shape, scores, weights)[0]
        for i, j in zip(*np.nonzero(ahead)):
            assert total[i] > total[j]


@settings(max_examples=30)
@given(seed=seeds)
def test_the_necessary_order_is_transitive_and_grows_as_bounds_narrow(seed):
    rng = np.random.default_rng(seed)
    shape = grow(rng)
    scores = rng.uniform(0, 100, (max(shape.leaf) + 1, 7)).round(-1)
    wide, narrow = (necessary_order(shape, scores, *bounds_within(shape, x)) for x in (0.5, 0.1))
    assert not (wide & ~narrow).any()
    for order in (wide, narrow):
        assert not (order & order.T).any()
        assert not ((order.astype(int) @ order.astype(int) > 0) & ~order).any()


@given(seed=seeds)
def test_fixed_shares_give_the_order_of_the_scores(seed):
    rng = np.random.default_rng(seed)
    shape = grow(rng)
    scores = rng.uniform(0, 100, (max(shape.leaf) + 1, 5))
    total = climb(shape, scores)[0]
    order = necessary_order(shape, scores, *bounds_within(shape, 0))
    assert (order == (total[:, None] > total[None, :])).all()


def test_open_bounds_give_the_order_of_dominance():
    shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    scores = np.array([[50.0, 60.0, 60.0, 40.0], [50.0, 70.0, 50.0, 90.0]])
    order = necessary_order(shape, scores, *bounds_open(shape))
    assert [list(pair) for pair in zip(*np.nonzero(order))] == [[1, 0]]  # city 2 only ties city 0


def test_the_size_of_the_blocks_changes_no_bit(monkeypatch):
    rng = np.random.default_rng(0)
    shape = grow(rng, most=20)
    scores = rng.uniform(0, 100, (max(shape.leaf) + 1, 30))
    bounds = bounds_within(shape, 0.3)
    whole = np.concatenate([leads for _, leads in largest_leads(shape, scores, *bounds)])
    monkeypatch.setattr("scindex.uncertainty.admissible.PAIRS", 60)
    parts = [leads for _, leads in largest_leads(shape, scores, *bounds)]
    assert len(parts) == 15
    assert (np.concatenate(parts) == whole).all()


FLAT = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
BARE = Shape(((1, 2), (), ()), (-1, 0, -1), np.ones(3), ("arithmetic", "", ""))
FULL = np.array([[10.0, 20.0], [30.0, 40.0]])


def named(method):
    return Shape(FLAT.children, FLAT.leaf, FLAT.weight, (method, "", ""))


@pytest.mark.parametrize(
    ("shape", "scores", "low", "high", "code"),
    [
        (FLAT, np.array([[np.nan, 1.0], [2.0, 3.0]]), [0, 0, 0], [1, 1, 1], "order-needs-complete"),
        (named("minimum"), FULL, [0, 0, 0], [1, 1, 1], "order-needs-mean"),
        (named("geometric"), FULL - 10, [0, 0, 0], [1, 1, 1], "order-needs-positive"),
        (BARE, FULL, [0, 0, 0], [1, 1, 1], "order-needs-leaves"),
        (FLAT, FULL, [0, 0.6, 0.6], [1, 1, 1], "bounds-admit-none"),
        (FLAT, FULL, [0, 0, 0], [1, 0.4, 0.4], "bounds-admit-none"),
        (FLAT, FULL, [0, 0.6, 0], [1, 0.5, 1], "bounds-admit-none"),
        (FLAT, FULL, [0, -0.1, 0], [1, 1, 1], "bounds-admit-none"),
        (FLAT, FULL, [0, np.nan, 0], [1, 1, 1], "bounds-admit-none"),
    ],
)
def test_what_has_no_necessary_order_is_refused_with_the_reason(shape, scores, low, high, code):
    with pytest.raises(MethodError) as caught:
        linear_scores(shape, scores, np.array(low, float), np.array(high, float))
    assert [f.code for f in caught.value.findings] == [code]


def test_mixed_means_are_refused():
    shape = Shape(((1, 2), (), (3,), ()), (-1, 0, -1, 1), np.ones(4), ("arithmetic", "", "geometric", ""))
    with pytest.raises(MethodError):
        necessary_order(shape, FULL, *bounds_open(shape))


def test_no_limit_wider_than_the_shares_themselves():
    with pytest.raises(MethodError):
        bounds_within(FLAT, 1.1)


def test_one_city_is_ahead_of_nobody():
    assert necessary_order(FLAT, FULL[:, :1], *bounds_open(FLAT)).tolist() == [[False]]
