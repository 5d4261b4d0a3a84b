import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.index.aggregate import AGGREGATORS
from scindex.index.rollup import Shape, effective_weights, roll_up

MONOTONE = sorted(name for name, method in AGGREGATORS.items() if method.monotone)


def nested(methods=("arithmetic",) * 6):
    """A root with a leaf (0) and a node of two leaves (1, 2)."""
    return Shape(((1, 2), (), (3, 4), (), ()), (-1, 0, -1, 1, 2), np.ones(5), methods[:5])


cell = st.one_of(st.none(), st.floats(0.5, 100))


@pytest.mark.parametrize("name", MONOTONE)
@given(
    leaves=st.lists(cell, min_size=3, max_size=3), fills=st.lists(st.floats(0, 100), min_size=3, max_size=3)
)
def test_bounds_contain_every_filling_in(name, leaves, fills):
    shape = nested((name,) * 5)
    base = np.ones((3, 1), dtype=bool)
    data = np.array([[np.nan if v is None else v] for v in leaves])
    open_up = roll_up(shape, data, base)
    filled = roll_up(shape, np.where(np.isnan(data), np.array(fills)[:, None], data), base)
    for node in range(5):
        assert open_up.low[node, 0] - 1e-9 <= filled.score[node, 0] <= open_up.high[node, 0] + 1e-9
        if not np.isnan(open_up.score[node, 0]):
            assert open_up.low[node, 0] - 1e-9 <= open_up.score[node, 0] <= open_up.high[node, 0] + 1e-9


@given(leaves=st.lists(cell, min_size=3, max_size=3))
def test_coverage_is_the_scored_share_of_effective_weight(leaves):
    shape = nested()
    data = np.array([[np.nan if v is None else v] for v in leaves])
    up = roll_up(shape, data, np.ones((3, 1), dtype=bool))
    weights = effective_weights(shape, [True] * 3)
    assert up.coverage[0, 0] == pytest.approx(weights[~np.isnan(data[:, 0])].sum())


@given(base=st.lists(st.booleans(), min_size=3, max_size=3))
def test_effective_weights_sum_to_one_over_what_counts(base):
    weights = effective_weights(nested(), base)
    assert weights.sum() == pytest.approx(1.0 if any(base) else 0.0)
    assert (weights[~np.array(base)] == 0).all()


def test_what_does_not_apply_leaves_the_base():
    up = roll_up(nested(), np.array([[50.0], [np.nan], [80.0]]), np.array([[True], [False], [True]]))
    assert up.score[0, 0] == 65
    assert up.coverage[0, 0] == 1


def test_a_node_without_base_has_nothing():
    up = roll_up(nested(), np.array([[50.0], [np.nan], [np.nan]]), np.array([[True], [False], [False]]))
    assert np.isnan([up.low[2, 0], up.high[2, 0], up.coverage[2, 0]]).all()
    assert up.score[0, 0] == 50


def test_a_zero_marks_the_geometric_mean_as_undefined():
    up = roll_up(nested(("geometric",) * 5), np.array([[0.0], [50.0], [50.0]]), np.ones((3, 1), dtype=bool))
    assert up.zero[0, 0]
    assert not up.zero[2, 0]
