import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.means import arithmetic, generalised, geometric, harmonic, weighted_mean

scores = st.lists(st.floats(0.01, 100), min_size=2, max_size=8)


def columns(values):
    return np.array(values, dtype=float)[:, None]


@given(values=scores)
def test_equal_weights_give_the_plain_means(values):
    ones = np.ones((len(values), 1))
    assert arithmetic(columns(values), ones)[0] == pytest.approx(np.mean(values))
    assert geometric(columns(values), ones)[0] == pytest.approx(np.prod(values) ** (1 / len(values)))
    assert harmonic(columns(values), ones)[0] == pytest.approx(len(values) / np.sum(1 / np.array(values)))


@given(values=scores)
def test_the_means_stand_in_their_order(values):
    """Harmonic, geometric, arithmetic: never the other way round (Bullen, 2003)."""
    ones = np.ones((len(values), 1))
    low, middle, high = (mean(columns(values), ones)[0] for mean in (harmonic, geometric, arithmetic))
    assert low <= middle * (1 + 1e-12) <= high * (1 + 1e-11)


@given(values=scores, power=st.floats(-30, 30), step=st.floats(0, 5))
def test_a_power_mean_rises_with_its_power(values, power, step):
    ones = np.ones((len(values), 1))
    lower, upper = (generalised(columns(values), ones, power=p)[0] for p in (power, power + step))
    assert lower <= upper * (1 + 1e-9)


@given(
    values=st.lists(st.floats(1, 100), min_size=2, max_size=6), power=st.sampled_from([-3, -0.5, 0.5, 2, 3])
)
def test_a_power_mean_is_its_formula(values, power):
    weights = np.arange(1.0, len(values) + 1)
    expected = (np.sum(weights * np.array(values) ** power) / weights.sum()) ** (1 / power)
    assert generalised(columns(values), weights[:, None], power=power)[0] == pytest.approx(expected)


@pytest.mark.parametrize(("power", "limit"), [(1, arithmetic), (0, geometric), (-1, harmonic)])
@given(values=scores)
def test_three_powers_are_the_named_means_to_the_bit(power, limit, values):
    weights = np.arange(1.0, len(values) + 1)[:, None]
    assert generalised(columns(values), weights, power=power)[0] == limit(columns(values), weights)[0]


@pytest.mark.parametrize("power", [1e-9, -1e-9])
def test_a_power_near_nought_is_near_the_geometric_mean(power):
    assert generalised(columns([90, 40]), np.ones((2, 1)), power=power)[0] == pytest.approx(60, abs=1e-4)


def test_great_powers_reach_for_the_ends_and_do_not_overflow():
    ones = np.ones((3, 1))
    assert generalised(columns([20, 60, 90]), ones, power=4000)[0] == pytest.approx(90, rel=1e-3)
    assert generalised(columns([20, 60, 90]), ones, power=-4000)[0] == pytest.approx(20, rel=1e-3)


@pytest.mark.parametrize("mean", [geometric, harmonic])
@pytest.mark.parametrize("low", [0.0, -5.0])
def test_one_score_of_nought_or_below_takes_the_mean_to_nought(mean, low):
    assert mean(columns([low, 50]), np.ones((2, 1)))[0] == 0
    assert generalised(columns([low, 50]), np.ones((2, 1)), power=-2)[0] == 0


def test_a_power_above_nought_counts_a_negative_score_as_nought():
    ones = np.ones((2, 1))
    assert generalised(columns([-5, 64]), ones, power=0.5)[0] == pytest.approx(16)
    assert generalised(columns([0, 0]), ones)[0] == 0


@pytest.mark.parametrize("mean", [arithmetic, geometric, harmonic, generalised])
def test_a_child_without_weight_is_left_out_whatever_it_scores(mean):
    weights = np.array([[1.0], [0.0]])
    for left_out in (0.0, -5.0, np.nan, 70.0):
        assert mean(columns([49, left_out]), weights)[0] == pytest.approx(49)
    assert np.isnan(mean(columns([np.nan, 70]), weights))[0]
    assert np.isnan(mean(columns([50, 70]), weights * 0))[0]


@pytest.mark.parametrize("power", [np.nan, np.inf, -np.inf])
def test_a_power_is_a_number(power):
    with pytest.raises(MethodError):
        generalised(columns([1, 2]), np.ones((2, 1)), power=power)


def one_after_the_other(scores, weights):
    """The weighted sum in the order of the children, cell by cell, in Python floats."""
    total = 0.0
    for score, weight in zip(scores, weights):
        total += float(score) * float(weight)
    return total


@pytest.mark.parametrize("size", [(7, 1, 1), (7, 1, 5), (7, 6, 1), (7, 4, 9), (90, 3, 17)])
def test_sums_run_over_the_children_in_their_order(size):
    """Fixed order of summing: a cell has the same bits whatever stands beside it."""
    rng = np.random.default_rng(4)
    values, weights = rng.uniform(0, 100, size), rng.uniform(0, 1, size)
    weights /= weights.sum(axis=0)
    result = weighted_mean(values, weights)
    for draw in range(size[1]):
        for row in range(size[2]):
            s, w = values[:, draw, row], weights[:, draw, row]
            expected = one_after_the_other(s, w) / one_after_the_other(np.ones(size[0]), w)
            assert result[draw, row] == pytest.approx(expected, rel=1e-15)
            alone = weighted_mean(
                values[:, draw : draw + 1, row : row + 1], weights[:, draw : draw + 1, row : row + 1]
            )
            assert alone[0, 0] == result[draw, row]
