import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle

from scindex.index.power import fit
from scindex.index.treat import TREATERS, boxcox, log, none, winsorise

TAME = np.arange(30.0)
HIGH = np.append(TAME, [90.0, 200.0])
"""Two points far above the rest."""

series = st.lists(st.integers(-50, 50), min_size=20, max_size=30).flatmap(
    lambda low: st.lists(st.integers(-2000, 2000), max_size=4).map(
        lambda far: np.array(low + far, dtype=float)
    )
)


@pytest.fixture(scope="module")
def asem(shared):
    """51 countries, 49 indicators, as published with COINr (Becker et al., 2022): (49, 51)."""
    with (shared / "data" / "asem" / "iMeta.csv").open(encoding="utf-8") as file:
        codes = [row["iCode"] for row in csv.DictReader(file) if row["Type"] == "Indicator"]
    with (shared / "data" / "asem" / "iData.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(r[c]) if r[c] not in ("", "NA") else np.nan for r in rows] for c in codes])


# --- golden: the rule in straight lines, one series at a time, with scipy's moments ---


def is_out(x, skew=2.0, kurt=3.5):
    """JRC practice: |skewness| >= 2 and excess kurtosis >= 3.5, both of type 2."""
    y = x[~np.isnan(x)]
    return abs(oracle.skew(y, bias=False)) >= skew and oracle.kurtosis(y, bias=False) >= kurt


def winsorised_by_hand(x, most):
    """COINr `winsorise` (R/treat.R, b9682034), one point or tie after another; None if it does not help."""
    x, touched = x.copy(), set()
    while is_out(x):
        if oracle.skew(x[~np.isnan(x)], bias=False) >= 0:
            at = np.flatnonzero(x == np.nanmax(x))
            new = np.nanmax(np.delete(x, at))
        else:
            at = np.flatnonzero(x == np.nanmin(x))
            new = np.nanmin(np.delete(x, at))
        touched |= set(at.tolist())
        if len(touched) > most:
            return None, set()
        x[at] = new
    return x, touched


def log_by_hand(x):
    """COINr `log_CT_plus`: log(x - min + 0.01 range), mirrored for negative skewness."""
    low, high = np.nanmin(x), np.nanmax(x)
    a = 0.01 * (high - low)
    if oracle.skew(x[~np.isnan(x)], bias=False) > 0:
        return np.log(x - low + a)
    return -np.log(high + a - x)


@pytest.mark.parametrize("most", [0, 1, 2, 5])
def test_asem_is_treated_as_by_hand(asem, most):
    treated = winsorise(asem, most=most)
    assert set(np.unique(treated.transform)) == {"none", "log", "winsorised"} - (
        {"log"} if most == 5 else {"winsorised"} if most == 0 else set()
    )
    for k, x in enumerate(asem):
        expected, touched = winsorised_by_hand(x, most)
        if expected is None:
            expected = log_by_hand(x)
            assert treated.transform[k] == "log"
        np.testing.assert_allclose(treated.values[k], expected, rtol=1e-12)
        assert set(np.flatnonzero(treated.moved[k])) == touched
        assert treated.passed[k] == (not is_out(expected))


def test_asem_box_cox_exponents_are_scipys(asem):
    treated = boxcox(asem)
    on = np.flatnonzero(treated.transform == "boxcox")
    assert len(on) == 18
    for k in on:
        x = asem[k][~np.isnan(asem[k])]
        up = x - x.min() if oracle.skew(x) > 0 else x.max() - x
        exponent = oracle.boxcox_normmax(up / np.ptp(x) + 0.01, method="mle")
        assert treated.power.exponent[k] == pytest.approx(exponent, abs=1e-5)
        sign = 1 if oracle.skew(x) > 0 else -1
        expected = sign * oracle.boxcox(up / np.ptp(x) + 0.01, exponent)
        np.testing.assert_allclose(treated.values[k][~np.isnan(asem[k])], expected, atol=1e-4)


def test_the_form_of_the_global_innovation_index():
    """GII 2020, technical notes: ln((max - 1)(x - min) / (max - min) + 1), mirrored for negative skewness."""
    x = np.append(TAME, 500.0)
    expected = np.log((500 - 1) * (x - 0) / (500 - 0) + 1)
    np.testing.assert_allclose(log(x, form="gii").values, expected)
    y = 600 - x  # from 100 to 600
    expected = -np.log((600 - 1) * (600 - y) / (600 - 100) + 1)
    np.testing.assert_allclose(log(y, form="gii").values, expected)


def test_the_form_of_the_global_innovation_index_is_undefined_up_to_one():
    treated = log(np.append(TAME, 500.0) / 500, form="gii")
    assert treated.transform == "none"
    assert not treated.passed


def test_two_outliers_take_the_next_value_one_after_the_other():
    treated = winsorise(HIGH)
    assert treated.values.tolist() == [*TAME, 29, 29]
    assert np.flatnonzero(treated.moved).tolist() == [30, 31]
    assert treated.passed
    assert treated.transform == "winsorised"
    assert treated.skew_before > 2 > treated.skew_after


def test_a_step_that_would_move_more_points_than_allowed_is_not_taken():
    tied = np.append(np.arange(60.0), [900.0, 900, 900])
    assert winsorise(tied, most=3).moved.sum() == 3
    assert winsorise(tied, most=2).transform == "log"
    assert not winsorise(tied, most=2).moved.any()


def test_without_a_second_method_points_go_back():
    tied = np.append(np.arange(60.0), [900.0, 900, 900])
    treated = winsorise(tied, most=2, then="none")
    assert treated.values.tolist() == tied.tolist()
    assert not treated.passed
    assert not treated.moved.any()


# --- laws ---


@given(values=series)
@settings(max_examples=60)
@pytest.mark.parametrize("name", TREATERS)
def test_order_within_a_series_is_kept(name, values):
    treated = TREATERS[name].treat(values)
    assert (np.diff(treated.values[np.argsort(values)]) >= 0).all()


@given(values=series, scale=st.sampled_from([-64.0, -1.0, 0.5, 4.0]), shift=st.sampled_from([0.0, 1024.0]))
@settings(max_examples=60)
@pytest.mark.parametrize("name", TREATERS)
def test_unit_and_side_of_an_indicator_do_not_matter(name, values, scale, shift):
    """Scores by min-max after treatment are the same, or mirrored."""
    one, other = TREATERS[name].treat(values).values, TREATERS[name].treat(shift + scale * values).values
    span = np.ptp(one)
    if span > 0:
        ours = (one - one.min()) / span
        theirs = (other - other.min()) / np.ptp(other)
        np.testing.assert_allclose(theirs if scale > 0 else 1 - theirs, ours, atol=1e-5)


@given(values=series, most=st.integers(0, 6))
@settings(max_examples=60)
def test_no_more_points_are_moved_than_allowed_and_only_where_it_helps(values, most):
    treated = winsorise(values, most=most)
    assert treated.moved.sum() <= most
    assert (treated.transform == "winsorised") == treated.moved.any()
    assert treated.passed or not treated.moved.any()
    np.testing.assert_array_equal(treated.values != values, treated.moved | (treated.transform == "log"))


@pytest.mark.parametrize("name", TREATERS)
def test_what_is_within_bounds_is_left(name):
    treated = TREATERS[name].treat(np.array([TAME, TAME**2]))
    np.testing.assert_array_equal(treated.values, [TAME, TAME**2])
    assert (treated.transform == "none").all()
    assert treated.passed.all()


@pytest.mark.parametrize("then", ["log", "boxcox", "none"])
def test_each_draw_of_each_indicator_is_a_series_of_its_own(then):
    values = np.random.default_rng(1).lognormal(sigma=1.2, size=(3, 20, 25))
    values[0, :, 3] = np.nan
    most = np.arange(20) % 6
    treated = winsorise(values, most=most, then=then)
    assert len(np.unique(treated.transform)) == (2 if then == "none" else 3)
    for k in range(3):
        for draw in range(20):
            alone = winsorise(values[k, draw], most=most[draw], then=then)
            np.testing.assert_array_equal(treated.values[k, draw], alone.values)
            np.testing.assert_array_equal(treated.moved[k, draw], alone.moved)
            assert treated.passed[k, draw] == alone.passed
            assert treated.skew_after[k, draw] == alone.skew_after


def test_limits_can_differ_between_indicators():
    treated = winsorise(np.array([HIGH, HIGH]), skew=np.array([2.0, 100.0]))
    assert treated.transform.tolist() == ["winsorised", "none"]
    assert treated.passed.all()


def test_goalposts_go_the_way_of_their_series():
    values = np.array([np.append(TAME, 500.0), np.append(TAME, 31.0)])
    goals = np.array([[-20.0, 500.0], [0.0, 31.0]])
    treated = log(values, ends=goals)
    assert treated.transform.tolist() == ["log", "none"]
    ends = treated.apply(goals)
    assert np.isfinite(ends).all()
    assert ends[1].tolist() == [0, 31]
    np.testing.assert_allclose(ends[0], np.log([0.01 * 520, 520 + 0.01 * 520]))
    np.testing.assert_allclose(treated.apply(values), treated.values)


def test_goalposts_without_draws_meet_series_with_draws():
    values = np.tile(np.append(TAME, 500.0), (2, 5, 1))
    treated = log(values, ends=np.array([[0.0, 500.0], [-50.0, 500.0]]))
    assert treated.apply(np.array([[0.0, 500.0], [-50.0, 500.0]])).shape == (2, 5, 2)


def test_a_goalpost_beyond_reach_is_missing_and_not_a_number_made_up():
    treated = log(np.append(TAME, 500.0))
    assert np.isnan(treated.apply(np.array([-20.0]))).all()
    assert np.isfinite(treated.apply(np.array([5000.0]))).all()


def test_winsorising_does_not_move_goalposts():
    treated = winsorise(HIGH)
    assert treated.moved.any()
    assert treated.apply(np.array([0.0, 1000.0])).tolist() == [0, 1000]


@pytest.mark.parametrize("name", TREATERS)
def test_inputs_are_not_changed_and_missing_stays_missing(name):
    values = np.array([np.append(HIGH, np.nan), np.append(-HIGH, np.nan)])
    before = values.copy()
    treated = TREATERS[name].treat(values)
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(np.isnan(treated.values), np.isnan(before))


@pytest.mark.parametrize("name", TREATERS)
@pytest.mark.parametrize("values", [np.full(25, 3.0), np.full(25, np.nan), np.array([5.0]), np.empty(0)])
def test_a_series_without_moments_is_left(name, values):
    treated = TREATERS[name].treat(values)
    np.testing.assert_array_equal(treated.values, values)
    assert treated.passed
    assert np.isnan(treated.skew_before)


def test_no_series_at_all():
    assert winsorise(np.empty((0, 51))).values.shape == (0, 51)


def test_an_exponent_is_kept_in_reach():
    """Two values alone: the more extreme the power, the likelier."""
    values = np.array([[0.0] * 30 + [1.0]])
    power = fit(values, np.array([True]), np.array([5.0]), "boxcox")
    assert abs(power.exponent[0]) <= 5


# --- what the table of properties says ---

CLAIMED = {(name, p) for name, t in TREATERS.items() for p in ("monotone", "independent", "bounded")
           if getattr(t.properties, p)}  # fmt: skip


def test_only_doing_nothing_is_monotone_and_independent():
    assert {("none", "monotone"), ("none", "independent")} == CLAIMED


@given(values=series, rise=st.integers(1, 100), joins=st.integers(-5000, 5000))
@settings(max_examples=40)
def test_doing_nothing_is_monotone_and_independent(values, rise, joins):
    risen = values.copy()
    risen[0] += rise
    assert none(risen).values[0] >= none(values).values[0]
    assert none(np.append(values, joins)).values[0] == none(values).values[0]


@pytest.mark.parametrize("name", [n for n in TREATERS if n != "none"])
def test_a_city_can_rise_and_get_less(name):
    """From 40, within bounds and left, to 500, which is moved to 29 or squeezed."""
    before, after = np.append(TAME, 40.0), np.append(TAME, 500.0)
    treat = TREATERS[name].treat
    assert treat(after).values[-1] < treat(before).values[-1]


@pytest.mark.parametrize("name", [n for n in TREATERS if n != "none"])
def test_a_city_that_joins_can_move_another(name):
    """The next value is then another, and so is the range."""
    alone = np.append(TAME, 500.0)
    joined = np.append(alone, [40.0, -10.0])
    treat = TREATERS[name].treat
    assert treat(joined).values[len(TAME)] != treat(alone).values[len(TAME)]


@pytest.mark.parametrize("name", TREATERS)
def test_treated_values_are_not_scores(name):
    values = TREATERS[name].treat((np.append(TAME, 900.0) - 200) / 1e4).values
    assert values.min() < 0


def test_treaters_but_none_ask_for_twenty_cities():
    assert {n: t.properties.at_least for n, t in TREATERS.items()} == {
        "none": 1, "winsorise": 20, "log": 20, "boxcox": 20,
    }  # fmt: skip
