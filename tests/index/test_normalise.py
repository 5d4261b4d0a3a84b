import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.normalise import METHODS, Spec, distance_to_target, goalposts, natural_log, undefined

series = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30).map(np.array)


@given(values=series, worst=st.floats(-1e3, 1e3), span=st.floats(1, 1e3))
def test_swapping_the_goalposts_mirrors_the_score(values, worst, span):
    up = goalposts(values, worst, worst + span)
    down = goalposts(values, worst + span, worst)
    assert up + down == pytest.approx(100)


@given(values=series, worst=st.floats(-1e3, 1e3), best=st.floats(-1e3, 1e3))
def test_scores_stay_within_0_and_100_and_keep_the_order(values, worst, best):
    assume(abs(worst - best) > 1e-6)
    scores = goalposts(values, worst, best)
    assert ((scores >= 0) & (scores <= 100)).all()
    order = np.argsort(values if best > worst else -values)
    assert (np.diff(scores[order]) >= -1e-9).all()


@given(values=series, worst=st.floats(-1e3, 1e3), span=st.floats(1, 1e3))
def test_one_city_is_unmoved_by_the_others(values, worst, span):
    alone = goalposts(values[:1], worst, worst + span)
    assert goalposts(values, worst, worst + span)[0] == alone[0]


@given(gap=st.floats(0, 2), target=st.floats(-10, 10))
def test_distance_counts_on_both_sides(gap, target):
    both = distance_to_target(np.array([target - gap, target + gap]), target - 1, target)
    assert both[0] == pytest.approx(both[1], abs=1e-9)


def test_kopavogur_public_building_energy():
    """2.09 and 1.90 GJ/m2 score 93.94 and 94.58 with the city's own goalposts 30 and 0.29.

    Municipality of Kópavogur, ISO 37120 cl. 7.5, Nightingale measurement
    7364b599-c206-41b1-a315-f2da4fcbb49e (2020 and 2019).
    """
    scores = goalposts(np.array([2.09, 1.90]), worst=30, best=0.29)
    assert scores.round(2).tolist() == [93.94, 94.58]


def test_equal_goalposts_are_refused():
    with pytest.raises(MethodError) as caught:
        goalposts(np.array([1.0]), 5, 5)
    assert caught.value.findings[0].code == "goalposts-equal"


def test_missing_stays_missing():
    assert np.isnan(goalposts(np.array([np.nan]), 0, 1)).all()
    assert np.isnan(natural_log(np.array([np.nan]))).all()


@given(value=st.floats(-1e6, 0))
def test_what_has_no_logarithm_scores_as_the_goalpost_it_lies_beyond(value):
    x, ends = natural_log(np.array([value])), natural_log(np.array([100.0, 75_000.0]))
    assert goalposts(x, ends[0], ends[1]) == 0
    assert goalposts(x, ends[1], ends[0]) == 100
    assert distance_to_target(x, ends[0], ends[1]) == 0


def test_goalposts_broadcast_over_indicators_and_draws():
    values = np.arange(6.0).reshape(2, 3)
    worst, best = np.array([[[0.0], [1.0]], [[5.0], [4.0]]]), np.array([[[10.0], [9.0]], [[0.0], [1.0]]])
    scores = goalposts(values[:, None], worst, best)
    assert scores.shape == (2, 2, 3)
    for leaf in range(2):
        for draw in range(2):
            alone = goalposts(values[leaf], worst[leaf, draw, 0], best[leaf, draw, 0])
            np.testing.assert_array_equal(scores[leaf, draw], alone)


def test_caps_can_differ_between_indicators():
    scores = goalposts(np.full((2, 1), 3.0), 0.0, 2.0, np.array([True, False]))
    assert scores.tolist() == [[100], [150]]


def test_one_pair_of_equal_goalposts_among_many_is_refused():
    with pytest.raises(MethodError) as caught:
        goalposts(np.ones((2, 1)), np.array([[0.0], [7.0]]), np.array([[1.0], [7.0]]))
    assert caught.value.findings[0].value == 7


# --- every method, by the table of its properties ---

nan = np.nan
OPTIONS = {"scaled": {"low": 0, "high": 50}}
CATEGORIES = np.array([[0.0, 10, 20, 50, 100]])
INTERIOR = [name for name in METHODS if name != "categorical"]


def score(name, values, sign=1, reference=0, groups=None, **options):
    """Score one indicator; its target is 30, so that some cities are beyond it."""
    values = np.asarray(values, dtype=float)
    worst, best = (0.0, 60.0) if sign > 0 else (60.0, 0.0) if sign < 0 else (0.0, 30.0)
    spec = Spec(
        sign=np.array([sign]), worst=np.array([worst]), best=np.array([best]), target=np.array([30.0]),
        reference=np.full(len(values), reference), scores=CATEGORIES, groups=groups,
    )  # fmt: skip
    if name == "categorical":
        values = np.where(np.isnan(values), nan, np.clip(values // 20, 0, 4))
    return METHODS[name].apply(values[None], spec, **(OPTIONS.get(name, {}) | options))[0]


whole = st.integers(0, 99)
cities = st.lists(whole, min_size=2, max_size=12)
signs = st.sampled_from([1, -1, 0])


def better(value, sign, by):
    """A value that is better by so much: nearer to 30 where the sign is 0."""
    if sign:
        return value + sign * by
    return max(value - by, 30) if value > 30 else min(value + by, 30)


MONOTONE = [n for n, m in METHODS.items() if m.properties.monotone]
BOUNDED = [n for n, m in METHODS.items() if m.properties.bounded]
INDEPENDENT = [n for n, m in METHODS.items() if m.properties.independent]


def test_all_are_monotone():
    assert list(METHODS) == MONOTONE


@given(values=cities, sign=signs, by=st.integers(1, 50), mover=st.integers(0, 11))
@settings(max_examples=60)
@pytest.mark.parametrize("name", MONOTONE)
def test_a_better_value_never_lowers_a_score(name, values, sign, by, mover):
    mover %= len(values)
    assume(name != "categorical" or sign == 1)  # the table has its own idea of better
    risen = [better(v, sign, by) if i == mover else v for i, v in enumerate(values)]
    before, after = score(name, values, sign)[mover], score(name, risen, sign)[mover]
    assert np.isnan(before) or np.isnan(after) or after >= before - 1e-9


@given(values=cities, sign=signs, gap=st.booleans())
@settings(max_examples=60)
@pytest.mark.parametrize("name", BOUNDED)
def test_scores_lie_within_0_and_100(name, values, sign, gap):
    scores = score(name, [*values, nan] if gap else values, sign)
    known = scores[~np.isnan(scores)]
    assert ((known >= -1e-9) & (known <= 100 + 1e-9)).all()


@pytest.mark.parametrize("name", [n for n in METHODS if n not in BOUNDED])
def test_scores_that_leave_0_to_100(name):
    values = np.arange(105.0)
    scores = score(name, values)
    assert scores.min() < 0 or scores.max() > 100


@given(values=cities, sign=signs, joins=whole)
@settings(max_examples=40)
@pytest.mark.parametrize("name", INDEPENDENT)
def test_a_city_that_joins_moves_nobody(name, values, sign, joins):
    np.testing.assert_array_equal(score(name, [*values, joins], sign)[:-1], score(name, values, sign))


@pytest.mark.parametrize("name", [n for n in METHODS if n not in INDEPENDENT])
def test_a_city_that_joins_can_move_others(name):
    """One joins below the worst, one above the best."""
    values = [20, 10, 25]
    assert not np.array_equal(score(name, [*values, 1, 99])[:3], score(name, values))


@pytest.mark.parametrize("name", METHODS)
def test_the_least_number_of_cities(name):
    least = METHODS[name].properties.at_least
    values = [20.0, 10.0][:least]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not np.isnan(score(name, values)).any()
        fewer = score(name, [*values[: least - 1], nan])
    assert np.isnan(fewer).all()


@given(values=cities)
@settings(max_examples=40)
@pytest.mark.parametrize("name", METHODS)
def test_no_score_is_below_the_floor(name, values):
    floor = METHODS[name].floor
    scores = score(name, values)
    if floor is None:
        assert score(name, [-9, 9]).min() < 0
    else:
        assert not (scores < floor - 1e-9).any()


@pytest.mark.parametrize("name", METHODS)
def test_missing_stays_missing_and_is_passed_over(name):
    values = [20.0, 10, 25, 40]
    scores = score(name, [*values, nan])
    assert np.isnan(scores[-1])
    np.testing.assert_array_equal(scores[:-1], score(name, values))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(score(name, [nan, nan])).all()


CONSTANT = {
    "goalposts": 50 / 3,
    "scaled": 20,
    "rank": 2,
    "percentile_rank": 50,
    "borda": 1,
    "fraction_of_max": 100,
    "categorical": 0,
}


@pytest.mark.parametrize("name", METHODS)
def test_a_constant_indicator_has_no_range_but_has_places_and_ratios(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = score(name, [10.0, 10, 10])
    if name not in CONSTANT:
        assert np.isnan(scores).all()
        assert undefined(np.full((1, 3), 10.0), scores[None]).all()
    else:
        assert scores == pytest.approx(CONSTANT[name])


@given(values=cities, data=st.data())
@settings(max_examples=40)
@pytest.mark.parametrize("name", METHODS)
def test_the_order_of_cities_does_not_matter(name, values, data):
    order = data.draw(st.permutations(range(len(values))))
    shuffled = score(name, [values[i] for i in order], reference=order.index(0))
    np.testing.assert_allclose(shuffled, score(name, values)[order], atol=1e-9)


@given(values=cities)
@settings(max_examples=40)
@pytest.mark.parametrize("name", ["minmax", "zscore", "rank", "percentile_rank", "borda", "scaled"])
def test_turning_an_indicator_round_mirrors_its_scores(name, values):
    up, down = score(name, values, 1), score(name, values, -1)
    n = len(values)
    total = {"zscore": 0, "rank": n + 1, "borda": n - 1}.get(name, 100)
    assume(not np.isnan(up).any())
    np.testing.assert_allclose(up + down, total, atol=1e-9)


@given(
    values=st.lists(whole, min_size=3, max_size=8), others=st.lists(whole, min_size=3, max_size=8), sign=signs
)
@settings(max_examples=30)
@pytest.mark.parametrize("name", INTERIOR)
def test_groups_are_scored_as_if_alone(name, values, others, sign):
    groups = np.array([2020] * len(values) + [2021] * len(others))
    rows = np.array([0] * len(values) + [len(values)] * len(others))
    together = score(name, values + others, sign, reference=rows, groups=groups)
    apart = np.concatenate([score(name, values, sign), score(name, others, sign)])
    np.testing.assert_allclose(together, apart, atol=1e-9)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("drawn", ["values", "goals", "both"])
def test_draws_stand_between_indicators_and_cities(name, drawn):
    rng = np.random.default_rng(0)
    values = rng.integers(0, 5, (3, 4, 6)).astype(float)
    worst, best, goal = rng.uniform(-9, -1, (3, 4)), rng.uniform(6, 9, (3, 4)), rng.uniform(1, 4, (3, 4))
    if drawn == "values":
        worst, best, goal = worst[:, 0], best[:, 0], goal[:, 0]
    if drawn == "goals":
        values = values[:, 0]

    def spec(draw):
        at = (lambda x: x) if draw is None or drawn == "values" else (lambda x: x[:, draw])
        return Spec(np.array([1, -1, 0]), at(worst), at(best), at(goal), np.array([True, False, True]),
                    np.zeros(6, dtype=int), np.repeat(CATEGORIES, 3, axis=0))  # fmt: skip

    options = OPTIONS.get(name, {})
    scores = METHODS[name].apply(values, spec(None), **options)
    for draw in range(4):
        one = METHODS[name].apply(values if values.ndim == 2 else values[:, draw], spec(draw), **options)
        ours = scores if scores.ndim == 2 else scores[:, draw]
        np.testing.assert_allclose(ours, one, rtol=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_inputs_are_not_changed(name):
    values = np.array([20.0, 10.0, nan])
    score(name, values)
    np.testing.assert_array_equal(values, [20, 10, nan])


@pytest.mark.parametrize("name", [n for n, m in METHODS.items() if m.needs])
def test_what_a_method_lacks_is_named(name):
    with pytest.raises(MethodError) as caught:
        METHODS[name].apply(np.ones((1, 2)), Spec(np.array([1])))
    assert caught.value.findings[0].params == {"method": name, "needs": list(METHODS[name].needs)}
    assert METHODS[name].needs[0] in str(caught.value)


def test_goalposts_of_a_target_count_on_both_sides():
    assert score("goalposts", [15.0, 45, 30, 90], sign=0).tolist() == [50, 50, 100, 0]


def test_an_indicator_without_goalposts_gets_no_score():
    spec = Spec(np.array([1, 1]), worst=np.array([0, nan]), best=np.array([10, nan]))
    scores = METHODS["goalposts"].apply(np.full((2, 1), 5.0), spec)
    assert scores[0].tolist() == [50]
    assert undefined(np.full((2, 1), 5.0), scores).tolist() == [[False], [True]]
