import csv

import numpy as np
import pytest

from scindex.index.relative import (
    directed,
    distance_to_max,
    fraction_of_max,
    minmax,
    reference,
    target,
    zscore,
)

nan = np.nan


@pytest.fixture(scope="module")
def lpi(shared):
    """Logistics Performance Index of 51 countries (ASEM, published with COINr)."""
    with (shared / "data" / "asem" / "iData.csv").open(encoding="utf-8") as file:
        return np.array([float(row["LPI"]) for row in csv.DictReader(file)])


def test_asem_in_straight_lines(lpi):
    """Formulas of COINr (R/normalise.R, b9682034): n_minmax, n_zscore, n_dist2ref, n_dist2targ, n_fracmax."""
    low, high = min(lpi), max(lpi)
    np.testing.assert_allclose(minmax(lpi), [100 * (x - low) / (high - low) for x in lpi])
    mean = sum(lpi) / 51
    sd = (sum((x - mean) ** 2 for x in lpi) / 50) ** 0.5
    np.testing.assert_allclose(zscore(lpi), [(x - mean) / sd for x in lpi])
    np.testing.assert_allclose(zscore(lpi, mean=50, sd=10), [50 + 10 * (x - mean) / sd for x in lpi])
    to_austria = [100 * (1 - (lpi[0] - x) / (lpi[0] - low)) for x in lpi]
    np.testing.assert_allclose(reference(lpi, 0, capped=False), to_austria, atol=1e-9)
    np.testing.assert_allclose(reference(lpi, 0), np.minimum(to_austria, 100), atol=1e-9)
    goal = 4.11803135  # iMeta, column Target
    reached = [100 * (x - low) / (goal - low) for x in lpi]
    np.testing.assert_allclose(target(lpi, np.array([goal]), capped=False), reached)
    np.testing.assert_allclose(fraction_of_max(lpi[None], np.array([1]))[0], [100 * x / high for x in lpi])
    np.testing.assert_allclose(distance_to_max(lpi), [100 * (1 - (high - x) / (high - low)) for x in lpi])


def test_minmax_reaches_other_ends():
    """COINr's `l_u`: 1 to 100 is usual before a geometric mean."""
    assert minmax(np.array([2.0, 3, 6]), low=1).tolist() == [1, 25.75, 100]


def test_the_reference_gets_100_and_one_without_a_value_leaves_all_undefined():
    values = np.array([[2.0, 3, 6], [2, nan, 6], [2, 1, 6]])
    scores = reference(values, 1)
    assert scores[0, 1] == 100
    assert np.isnan(scores[1]).all()
    assert np.isnan(scores[2]).all()  # the reference is the worst


def test_each_year_can_have_its_own_reference_row():
    values = np.array([2.0, 4, 8, 2, 6, 8])
    scores = reference(values, np.array([1, 1, 1, 4, 4, -1]))
    np.testing.assert_array_equal(scores, [0, 100, 100, 0, 100, nan])


def test_a_target_that_all_have_passed_is_undefined_and_not_upside_down():
    assert np.isnan(target(np.array([5.0, 6, 7]), np.array([4.0]))).all()
    assert np.isnan(target(np.array([5.0, 6, 7]), np.array([5.0]))).all()


def test_a_target_in_the_middle_is_reached_from_both_sides():
    turned = directed(np.array([[0.0, 20, 30, 40]]), np.array([0]), np.array([30.0]))
    assert target(turned, np.array([[0.0]])) == pytest.approx(np.array([[0, 200 / 3, 100, 200 / 3]]))


def test_a_fraction_of_the_maximum_keeps_order_where_lower_is_better():
    """COINr divides the negated values: 1 and 4 become 1 and 4, the worse one ahead."""
    assert fraction_of_max(np.array([[1.0, 4]]), np.array([-1])).tolist() == [[100, 25]]


@pytest.mark.parametrize(
    ("values", "sign"),
    [([-1.0, 4], 1), ([0.0, 0], 1), ([0.0, 4], -1), ([-2.0, 4], -1), ([1.0, 4], 0), ([1.0, np.inf], 1)],
)
def test_a_ratio_without_meaning_is_undefined(values, sign):
    assert np.isnan(fraction_of_max(np.array([values]), np.array([sign]))).all()


def test_an_infinite_value_leaves_its_series_undefined():
    values = np.array([-np.inf, 1, 2])
    for scores in (minmax(values), zscore(values), target(values, np.array([1.5])), reference(values, 2)):
        assert np.isnan(scores).all()


def test_a_spread_survives_very_large_and_very_small_numbers():
    for scale in (1e-200, 1e200):
        np.testing.assert_allclose(zscore(np.array([1.0, 2, 3]) * scale), [-1, 0, 1], atol=1e-9)


def test_direction_of_a_target_that_is_not_there_is_undefined():
    assert np.isnan(directed(np.ones((1, 2)), np.array([0]))).all()
