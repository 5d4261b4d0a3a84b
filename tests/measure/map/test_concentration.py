from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from measure.map.planted import noise, planted_map
from measure.map.sample import sample_map

from scindex.errors import MethodError
from scindex.measure.map.concentration import concentration, gini, lorenz, top_share

amounts = arrays(float, 12, elements=st.floats(0, 1e6)).filter(lambda a: a.sum() > 1)


def test_gini_of_five_incomes():
    """Incomes 1, 2, 3, 4, 5: mean difference 1.6, so 1.6 / (2 * 3) = 4 / 15."""
    assert gini(np.arange(1.0, 6), np.ones(5)) == pytest.approx(4 / 15)


@given(amounts)
def test_all_alike_per_weight_is_zero(weights):
    assert gini(3 * weights, weights) == pytest.approx(0, abs=1e-9)


@given(amounts, amounts, st.floats(0.1, 100))
def test_units_do_not_matter(values, weights, times):
    assert gini(times * values, weights) == pytest.approx(gini(values, weights), abs=1e-9)


@given(amounts, amounts)
def test_splitting_a_cell_into_two_alike_halves_changes_nothing(values, weights):
    halves = np.append(values, values[0] / 2), np.append(weights, weights[0] / 2)
    for array, whole in zip(halves, (values, weights)):
        array[0] = whole[0] / 2
    assert gini(*halves) == pytest.approx(gini(values, weights), abs=1e-9)


@given(amounts, amounts)
def test_the_curve_lies_below_the_diagonal_and_ends_at_one(values, weights):
    weight, value = lorenz(values, weights)
    assert (value <= weight + 1e-9).all()
    assert weight[-1] == value[-1] == 1
    assert 0 <= gini(values, weights) <= 1 + 1e-9


@given(amounts, amounts, st.floats(0.01, 0.99))
def test_the_top_holds_at_least_its_share(values, weights, share):
    assert top_share(values, weights, share=share) >= share - 1e-9


def test_values_without_weight_belong_to_the_top():
    assert top_share(np.array([1.0, 1.0, 8.0]), np.array([5.0, 5.0, 0.0]), share=0.1) == pytest.approx(
        0.8 + 0.02
    )


def test_negative_values_have_no_curve():
    with pytest.raises(MethodError):
        gini(np.array([1.0, -1.0]), np.ones(2))


def test_a_map_gives_curve_gini_and_top_tenth():
    found = concentration(planted_map(noise(0)), by="floor_area")
    assert found.n == 400
    assert 0 < found.gini < 1
    assert found.top_tenth_cells > 0.1
    # every cell has the same floor area, so both tops are the same cells
    assert found.top_tenth_weight == pytest.approx(found.top_tenth_cells)


def test_cells_without_known_residents_are_left_out_and_said():
    mapped = sample_map()
    areas = mapped.areas.copy()
    areas.loc[:9, "residents"] = np.nan
    found = concentration(replace(mapped, areas=areas))
    assert [f.params["n"] for f in found.findings] == [11]  # ten cells, and the unallocated row
    assert found.n == len(areas) - 10


def test_a_map_without_residents_is_refused():
    mapped = sample_map()
    with pytest.raises(MethodError):
        concentration(replace(mapped, areas=mapped.areas.assign(residents=np.nan)))
