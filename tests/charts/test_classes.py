"""Classes of a legend: stated limits, both sides of zero, greys as light as colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scindex.charts.classes import NONE, RAMPS, UNDEFINED, classes

AMOUNTS = arrays(float, st.integers(0, 60), elements=st.floats(-1e6, 1e6, allow_nan=False))


@given(AMOUNTS, st.sampled_from(sorted(RAMPS)))
def test_every_value_has_a_class_and_limits_ascend(values, ramp):
    found = classes(values, ramp)
    assert list(found.breaks) == sorted(set(found.breaks))
    assert len(found.colours) == len(found.greys) == len(found.breaks) + 1
    index = found.of(values)
    assert ((index >= 0) | (values == 0)).all()
    assert (index < len(found.colours)).all()


@given(AMOUNTS)
def test_larger_values_never_fall_into_a_lower_class(values):
    found = classes(values, "net")
    ordered = np.sort(values[values != 0])
    assert (np.diff(found.of(ordered)) >= 0).all()


@given(AMOUNTS)
def test_a_class_never_holds_both_signs(values):
    found = classes(values, "difference")
    index = found.of(values)
    assert not set(index[values < 0]) & set(index[values > 0])


def test_zero_and_no_value_are_classes_of_their_own():
    found = classes(np.array([1.0, 2.0, 3.0]), "emission")
    assert found.of(np.array([0.0, np.nan])).tolist() == [NONE, UNDEFINED]


def test_limits_are_percentiles_rounded_to_two_digits():
    found = classes(np.arange(1.0, 1001.0), "emission")
    assert found.breaks == (100.0, 300.0, 500.0, 700.0, 900.0, 980.0)


def test_opposite_values_have_opposite_classes():
    found = classes(np.concatenate([np.arange(1.0, 101.0), -np.arange(1.0, 101.0)]), "net")
    assert found.breaks == tuple(-b for b in reversed(found.breaks))


def test_a_grey_of_two_sides_still_tells_the_sign():
    found = classes(np.concatenate([np.arange(1.0, 101.0), -np.arange(1.0, 101.0)]), "net")
    assert len(set(found.greys)) == len(found.greys)


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    parts = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(parts @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("ramp", ["emission", "removal"])
def test_a_grey_is_as_light_as_its_colour_and_classes_darken(ramp):
    found = classes(np.arange(1.0, 1001.0), ramp)
    light = [linear(c) for c in found.colours]
    assert light == sorted(light, reverse=True)
    assert [linear(c) for c in found.greys] == pytest.approx(light, abs=0.01)
