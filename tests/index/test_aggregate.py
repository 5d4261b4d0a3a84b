import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.aggregate import AGGREGATORS, ampi, arithmetic, minimum, mpi, owa

scores = st.lists(st.floats(0.01, 100), min_size=2, max_size=8)
importance = st.lists(st.floats(0.1, 10), min_size=8, max_size=8)
NAMES = sorted(AGGREGATORS)
MONOTONE = [name for name in NAMES if AGGREGATORS[name].monotone]
BOUNDED = [name for name in NAMES if AGGREGATORS[name].properties.bounded]

# what is not claimed of a method is shown not to hold: (scores, a better set, sign)
NOT_MONOTONE = {
    "mpi": ([20, 20, 20, 38], [20, 20, 20, 60], -1),
    "ampi": ([0] * 9 + [71], [0] * 9 + [100], -1),
}
NOT_BOUNDED = {"mpi": [0, 0, 0, 100]}


def columns(values):
    return np.array(values, dtype=float)[:, None]


def alone(name, values, weights=None):
    column = columns(values)
    return AGGREGATORS[name].combine(column, np.ones_like(column) if weights is None else columns(weights))[0]


@pytest.mark.parametrize("name", MONOTONE)
@given(values=scores, weights=importance, which=st.integers(0, 7), gain=st.floats(0, 50))
def test_a_better_value_never_lowers_a_monotone_method(name, values, weights, which, gain):
    better = list(values)
    better[which % len(values)] += gain
    weights = weights[: len(values)]
    assert alone(name, better, weights) >= alone(name, values, weights) - 1e-9


def test_every_method_not_claimed_to_be_monotone_has_a_case_where_more_is_less():
    assert set(NOT_MONOTONE) == set(NAMES) - set(MONOTONE)
    for name, (values, better, sign) in NOT_MONOTONE.items():
        ones = np.ones((len(values), 1))
        once, then = (AGGREGATORS[name].combine(columns(v), ones, sign=sign)[0] for v in (values, better))
        assert (np.array(better) >= values).all()
        assert then < once


@pytest.mark.parametrize("name", BOUNDED)
@given(values=scores, weights=importance)
def test_a_bounded_method_stays_within_the_scores_of_the_children(name, values, weights):
    result = alone(name, values, weights[: len(values)])
    assert min(values) * (1 - 1e-9) <= result <= max(values) * (1 + 1e-9)


def test_every_method_not_claimed_to_be_bounded_has_a_case_outside():
    assert set(NOT_BOUNDED) == set(NAMES) - set(BOUNDED)
    for name, values in NOT_BOUNDED.items():
        assert alone(name, values) < min(values)


@pytest.mark.parametrize("name", NAMES)
def test_no_city_moves_another(name):
    """`independent` is claimed of every method: a city's result is the same beside any other."""
    assert AGGREGATORS[name].properties.independent
    values = np.array([[30.0, 80.0, np.nan], [60.0, 10.0, 50.0]])
    together = AGGREGATORS[name].combine(values, np.ones((2, 1)))
    for row in range(3):
        assert AGGREGATORS[name].combine(values[:, row : row + 1], np.ones((2, 1)))[0] == together[row]


@pytest.mark.parametrize("name", NAMES)
@given(score=st.floats(0.01, 100), weights=importance, size=st.integers(1, 8))
def test_equal_children_give_their_own_score(name, score, weights, size):
    assert alone(name, [score] * size, weights[:size]) == pytest.approx(score)


@pytest.mark.parametrize("name", NAMES)
@given(values=scores, weights=importance, order=st.randoms(use_true_random=False))
def test_the_order_of_the_children_does_not_matter(name, values, weights, order):
    pairs = list(zip(values, weights))
    once = alone(name, *zip(*pairs))
    order.shuffle(pairs)
    assert alone(name, *zip(*pairs)) == pytest.approx(once, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
@given(values=scores, weights=importance, factor=st.floats(0.1, 10))
def test_only_the_ratios_of_weights_count(name, values, weights, factor):
    weights = np.array(weights[: len(values)])
    assert alone(name, values, weights * factor) == pytest.approx(alone(name, values, weights), abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
@given(values=scores, weights=importance, gaps=st.lists(st.booleans(), min_size=8, max_size=8))
def test_a_gap_is_as_if_the_child_were_not_there(name, values, weights, gaps):
    """Gaps are handled alike by every method, and a child of weight 0 as a gap; to the bit."""
    weights, there = np.array(weights[: len(values)]), ~np.array(gaps[: len(values)])
    holes = np.where(there, values, np.nan)
    if not there.any():
        assert np.isnan(alone(name, holes, weights))
        return
    expected = alone(name, np.array(values)[there], weights[there])
    assert alone(name, holes, weights) == expected
    assert alone(name, values, np.where(there, weights, 0.0)) == expected
    assert alone(name, holes, np.where(there, weights, 0.0)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_no_weight_at_all_gives_no_score(name):
    assert np.isnan(alone(name, [50, 60], [0, 0]))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), draws=st.integers(1, 5), rows=st.integers(1, 9))
def test_a_draw_alone_and_among_others_has_the_same_bits(name, seed, draws, rows):
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 100, (5, draws, rows))
    values[rng.random(values.shape) < 0.1] = np.nan
    combine = AGGREGATORS[name].combine
    for weights in (rng.random((5, 1)), rng.random((5, draws, 1)), rng.random((5, draws, rows))):
        block = combine(values, weights)
        assert block.shape == (draws, rows)
        full = np.broadcast_to(weights.reshape(5, -1, weights.shape[-1]), values.shape)
        for draw in range(draws):
            assert np.array_equal(combine(values[:, draw], full[:, draw]), block[draw], equal_nan=True)
            cell = combine(values[:, draw, :1], full[:, draw, :1])
            assert np.array_equal(cell, block[draw, :1], equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
def test_weights_of_many_draws_meet_scores_of_one(name):
    rng = np.random.default_rng(0)
    values, weights = rng.uniform(0, 100, (4, 6)), rng.random((4, 3, 1))
    combine = AGGREGATORS[name].combine
    each = [combine(values, weights[:, draw]) for draw in range(3)]
    assert np.array_equal(combine(values, weights), np.stack(each))


@pytest.mark.parametrize("name", NAMES)
def test_inputs_are_left_as_they_were(name):
    values, weights = np.array([[30.0, np.nan], [60.0, 10.0]]), np.array([[1.0], [3.0]])
    before = values.copy(), weights.copy()
    AGGREGATORS[name].combine(values, weights)
    assert np.array_equal(values, before[0], equal_nan=True)
    assert np.array_equal(weights, before[1])


def test_methods_undefined_at_nought_give_nought_there():
    for name in NAMES:
        if AGGREGATORS[name].undefined_at_zero:
            assert alone(name, [0, 80]) == 0


@given(values=scores, weights=importance, power=st.floats(0.1, 5))
def test_an_ordered_average_by_its_quantifier(values, weights, power):
    """Yager (1988): differences of Q(r) = r^a at the cumulated importance, greatest score first."""
    weights = weights[: len(values)]
    ranked = sorted(zip(values, weights), reverse=True)
    expected, reached = 0.0, 0.0
    for score, weight in ranked:
        expected += score * (((reached + weight) / sum(weights)) ** power - (reached / sum(weights)) ** power)
        reached += weight
    assert owa(columns(values), columns(weights), power=power)[0] == pytest.approx(expected)


def test_an_ordered_average_of_equal_importance():
    """(i/n)^2 - ((i-1)/n)^2 for n = 4: 1, 3, 5 and 7 sixteenths."""
    expected = (1 * 90 + 3 * 70 + 5 * 40 + 7 * 10) / 16
    assert owa(columns([40, 90, 10, 70]), np.ones((4, 1)))[0] == pytest.approx(expected)


@given(values=scores, weights=importance)
def test_an_ordered_average_of_power_one_is_the_arithmetic_mean(values, weights):
    weights = columns(weights[: len(values)])
    assert owa(columns(values), weights, power=1)[0] == pytest.approx(arithmetic(columns(values), weights)[0])


@given(values=scores, power=st.floats(1, 5))
def test_an_ordered_average_of_a_power_above_one_leans_to_the_low_scores(values, power):
    ones = np.ones((len(values), 1))
    ordered = owa(columns(values), ones, power=power)[0]
    assert minimum(columns(values), ones)[0] - 1e-9 <= ordered <= np.mean(values) + 1e-9


@pytest.mark.parametrize("power", [0.0, -1.0, np.nan, np.inf])
def test_the_power_of_an_ordered_average_is_above_nought(power):
    with pytest.raises(MethodError):
        owa(columns([1, 2]), np.ones((2, 1)), power=power)


@given(values=scores, sign=st.sampled_from([-1, 1]))
def test_mazziotta_pareto_is_the_mean_and_its_penalty(values, sign):
    """M +- S cv with the population standard deviation (Mazziotta and Pareto, 2013)."""
    mean, spread = np.mean(values), np.std(values)
    expected = mean + sign * spread * spread / mean
    assert mpi(columns(values), np.ones((len(values), 1)), sign=sign)[0] == pytest.approx(expected)


@given(values=scores, sign=st.sampled_from([-1, 1]))
def test_the_adjusted_index_is_the_plain_one_from_70_to_130(values, sign):
    """Mazziotta and Pareto (2016): indicators rescaled to 70-130 before the same formula."""
    rescaled = 70 + 60 * np.array(values) / 100
    expected = rescaled.mean() + sign * rescaled.std() ** 2 / rescaled.mean()
    result = ampi(columns(values), np.ones((len(values), 1)), sign=sign)[0]
    assert 70 + 0.6 * result == pytest.approx(expected)


def test_next_to_three_scores_of_20_a_fourth_peaks_at_38():
    fourth = np.arange(20, 101, dtype=float)
    block = np.vstack([np.full((3, fourth.size), 20.0), fourth])
    result = mpi(block, np.ones((4, 1)))
    assert fourth[result.argmax()] == 38
    assert (np.diff(result[:19]) > 0).all()
    assert (np.diff(result[18:]) < 0).all()


@given(values=scores, copies=st.lists(st.integers(1, 3), min_size=8, max_size=8))
def test_a_weight_of_mazziotta_pareto_counts_a_child_so_many_times(values, copies):
    copies = copies[: len(values)]
    spread_out = [v for v, n in zip(values, copies) for _ in range(n)]
    assert alone("mpi", values, copies) == pytest.approx(alone("mpi", spread_out))


def test_mazziotta_pareto_has_no_meaning_for_a_mean_below_nought():
    ones = np.ones((2, 1))
    assert np.isnan(mpi(columns([-50, 10]), ones)[0])
    assert np.isnan(mpi(columns([-10, 10]), ones)[0])
    assert mpi(columns([0, 0]), ones)[0] == 0


@pytest.mark.parametrize("method", [mpi, ampi])
@pytest.mark.parametrize("sign", [0, 2])
def test_a_sign_is_one_of_two(method, sign):
    with pytest.raises(MethodError):
        method(columns([1, 2]), np.ones((2, 1)), sign=sign)


@given(values=scores, weights=importance, sign=st.sampled_from([-1, 1]))
def test_the_penalty_goes_the_way_of_its_sign(values, weights, sign):
    assume(max(values) > min(values))
    weights = columns(weights[: len(values)])
    gap = mpi(columns(values), weights, sign=sign)[0] - arithmetic(columns(values), weights)[0]
    assert gap * sign >= -1e-9
