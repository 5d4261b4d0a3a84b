import csv
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.index.denominate import denominate

ONE = np.array([1.0])


def test_asem_flights_per_thousand_people(shared):
    """COINr's own example: Flights by Population with a scale factor of 1000 (R/denominate.R)."""
    with (shared / "data" / "asem" / "iData.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    flights, goods, people, gdp = (
        np.array([float(r[c]) for r in rows]) for c in ("Flights", "Goods", "Population", "GDP")
    )
    done = denominate(
        np.array([flights, goods]), np.array([gdp, people]), np.array([1, 0]), np.array([1e3, 1])
    )
    austria = next(i for i, r in enumerate(rows) if r["uCode"] == "AUT")
    assert done.values[0, austria] == pytest.approx(29.01725 / (8735.453 / 1000), rel=1e-12)
    assert done.values[1, austria] == pytest.approx(278.4264 / 390.799991147468, rel=1e-12)
    assert not done.lost.any()


def test_a_row_without_a_denominator_passes_bit_for_bit():
    values = np.array([[0.1, np.nan, -3.0]])
    done = denominate(values, np.empty((0, 3)), np.array([-1]), np.array([np.nan]))
    np.testing.assert_array_equal(done.values, values)
    assert not done.lost.any()
    assert done.values is not values


@pytest.mark.parametrize("bad", [0.0, -0.0, -5.0, np.nan, np.inf, -np.inf])
def test_a_denominator_that_is_no_positive_number_costs_the_cell(bad):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = denominate(np.array([[4.0, 0.0, np.nan]]), np.array([[bad, bad, bad]]), np.array([0]), ONE)
    assert np.isnan(done.values).all()
    assert done.lost.tolist() == [[True, True, False]]


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan])
def test_a_scale_that_is_no_positive_number_costs_the_cell(scale):
    done = denominate(np.array([[4.0]]), np.array([[2.0]]), np.array([0]), np.array([scale]))
    assert np.isnan(done.values).all()
    assert done.lost.all()


def test_a_ratio_too_large_for_a_number_is_lost():
    done = denominate(np.array([[1e300]]), np.array([[1e-300]]), np.array([0]), ONE)
    assert np.isnan(done.values).all()
    assert done.lost.all()


@given(factor=st.floats(0.01, 100), scale=st.floats(0.01, 1e6))
@settings(max_examples=30)
def test_twins_in_one_city_change_nothing(factor, scale):
    """A city twice as large with twice the total has the same ratio; the scale multiplies it."""
    total, people = np.array([[3.0, 7.0]]), np.array([[2.0, 5.0]])
    once = denominate(total, people, np.array([0]), ONE).values
    again = denominate(total * factor, people * factor, np.array([0]), np.array([scale])).values
    np.testing.assert_allclose(again, once * scale)


@pytest.mark.parametrize("draws_in", ["values", "denominators", "both"])
def test_draws_stand_between_indicators_and_cities(draws_in):
    rng = np.random.default_rng(0)
    values, people = rng.uniform(1, 2, (3, 5, 4)), rng.uniform(1, 2, (2, 5, 4))
    if draws_in == "values":
        people = people[:, 0]
    if draws_in == "denominators":
        values = values[:, 0]
    which, scale = np.array([1, -1, 0]), np.array([10.0, 1.0, 2.0])
    done = denominate(values, people, which, scale)
    assert done.values.shape == done.lost.shape == (3, 5, 4)
    for draw in range(5):
        v = values if values.ndim == 2 else values[:, draw]
        p = people if people.ndim == 2 else people[:, draw]
        np.testing.assert_array_equal(done.values[:, draw], denominate(v, p, which, scale).values)


def test_inputs_are_not_changed():
    values, people = np.array([[4.0, 9.0]]), np.array([[2.0, 0.0]])
    denominate(values, people, np.array([0]), ONE)
    assert values.tolist() == [[4, 9]]
    assert people.tolist() == [[2, 0]]
