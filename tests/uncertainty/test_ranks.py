from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scindex.errors import MethodError
from scindex.uncertainty.ranks import (
    Tally,
    acceptability,
    ahead,
    ahead_strictly,
    central_weights,
    rank_draws,
    rank_quantiles,
    tally,
)

scores = st.tuples(st.integers(1, 12), st.integers(1, 7)).flatmap(
    lambda size: arrays(float, size, elements=st.sampled_from([0.0, 1.0, 1.5, 2.0, 3.0, 4.0, np.nan]))
)


def rank(row, draw):
    """1 + number of rows strictly ahead; 0 without a score."""
    return 0 if np.isnan(draw[row]) else 1 + sum(other > draw[row] for other in draw)


@given(scores)
def test_a_rank_is_one_more_than_the_number_ahead(draws):
    assert rank_draws(draws).tolist() == [[rank(i, d) for i in range(len(d))] for d in draws]


@given(scores)
def test_counts_are_what_a_count_by_hand_gives(draws):
    counts, n = tally(draws), draws.shape[1]
    for i in range(n):
        for j in range(n):
            assert counts.ahead[i, j] == sum(d[i] > d[j] for d in draws)
            assert counts.ranks[i, j] == sum(rank(i, d) == j + 1 for d in draws)


def same(a: Tally, b: Tally) -> bool:
    both = [np.broadcast_to(t.both, t.ahead.shape) for t in (a, b)]
    return a.n == b.n and all(
        (x == y).all() for x, y in [(a.ranks, b.ranks), (a.ahead, b.ahead), (a.first, b.first), both]
    )


@given(draws=scores, order=st.permutations(range(4)), seed=st.integers(0, 9))
def test_blocks_in_any_order_give_the_same_bits(draws, order, seed):
    weights = np.random.default_rng(seed).random((3, len(draws)))
    whole = tally(draws, weights=weights)
    parts = np.array_split(np.arange(len(draws)), 4)
    pieces = [tally(draws[parts[i]], weights=weights[:, parts[i]]) for i in order if len(parts[i])]
    total = pieces[0]
    for piece in pieces[1:]:
        total = total + piece
    assert same(whole, total)


def test_more_rows_than_a_tile_and_more_draws_than_a_byte_are_counted():
    draws = np.random.default_rng(0).integers(0, 40, (300, 150)).astype(float)
    counts = tally(draws)
    assert counts.ahead[3, 140] == (draws[:, 3] > draws[:, 140]).sum()
    assert counts.ahead[140, 3] == (draws[:, 140] > draws[:, 3]).sum()
    assert (counts.ahead + counts.ahead.T <= 300).all()


@given(scores)
def test_probabilities_of_a_pair_sum_to_one_and_ties_count_half(draws):
    p, strictly = ahead(tally(draws)), ahead_strictly(tally(draws))
    together = ~np.isnan(p)
    assert (p + p.T)[together] == pytest.approx(1)
    assert (strictly[together] <= p[together] + 1e-12).all()
    for i, j in zip(*np.nonzero(~together)):
        assert not (~np.isnan(draws[:, i]) & ~np.isnan(draws[:, j])).any()


@given(scores)
def test_acceptability_sums_to_the_share_of_draws_with_a_score(draws):
    assert acceptability(tally(draws)).sum(axis=1) == pytest.approx((~np.isnan(draws)).mean(axis=0))


def test_one_recipe_has_zero_spread():
    counts = tally(np.tile([3.0, 1.0, 2.0], (50, 1)))
    assert (acceptability(counts) == np.eye(3)[[0, 2, 1]]).all()
    assert rank_quantiles(counts, (0.0, 0.05, 0.95, 1.0)).tolist() == [[1, 3, 2]] * 4


def test_smaa_of_three_alternatives_on_all_weights_of_two_criteria():
    """Score w x + (1 - w) y: (1, 0), (0, 1) and (0.6, 0.6) lead on w > 0.6, w < 0.4, between.

    So first-rank acceptabilities are 0.4, 0.4, 0.2 and central weights 0.8, 0.2, 0.5.
    """
    w = (np.arange(2000) + 0.5) / 2000
    weights = np.array([w, 1 - w])
    draws = weights.T @ np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.6]])
    counts = tally(draws, weights=weights)
    assert acceptability(counts)[:, 0] == pytest.approx([0.4, 0.4, 0.2])
    assert central_weights(counts)[0] == pytest.approx([0.8, 0.2, 0.5])
    assert ahead(counts)[0] == pytest.approx([0.5, 0.5, 0.4])


def test_rows_never_first_have_no_central_weight():
    counts = tally(np.array([[2.0, 1.0], [2.0, 1.0]]), weights=np.full((3, 2), 1 / 3))
    assert central_weights(counts)[:, 0] == pytest.approx(1 / 3)
    assert np.isnan(central_weights(counts)[:, 1]).all()


@settings(max_examples=40)
@given(draws=scores, q=st.floats(0, 1))
def test_a_rank_quantile_is_reached_in_that_share_of_draws(draws, q):
    found = rank_quantiles(tally(draws), (q,))[0]
    for i, value in enumerate(found):
        ranks = [rank(i, d) for d in draws if not np.isnan(d[i])]
        if not ranks:
            assert np.isnan(value)
            continue
        assert np.mean([r <= value for r in ranks]) >= q - 1e-9
        assert value == min(ranks) or np.mean([r < value for r in ranks]) < q


def test_pairs_can_be_left_out():
    counts = tally(np.ones((4, 3)), pairs=False)
    assert counts.ahead.size == 0
    assert (counts + counts).ranks[:, 0].tolist() == [8, 8, 8]


def test_more_rows_than_ranks_are_refused():
    with pytest.raises(MethodError):
        rank_draws(np.zeros((1, 60_001)))
