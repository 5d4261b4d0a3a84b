"""Scaling to a total: only when asked, said, exact, and what was there before is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.city import ALL, districts, plan, tables

from scindex.catalogue.entries import Source
from scindex.catalogue.maps import Control
from scindex.errors import DataError, MethodError
from scindex.measure.map.build import build
from scindex.measure.map.rake import rake

MADE = build(plan(ALL[:2]), tables(), districts())
SAID = Source(publisher="The utility")


@settings(max_examples=25)
@given(tonnes=st.floats(0.001, 1e9))
def test_the_layer_adds_up_to_the_total_to_the_unit(tonnes):
    made = rake(MADE, [Control("building_gas", tonnes, SAID)])
    sums = made.pieces.groupby("layer")["nano"].sum()
    before = MADE.pieces.groupby("layer")["nano"].sum()
    assert sums["building_gas"] == round(tonnes * 1e9)
    assert sums["building_gas_unscaled"] == before["building_gas"]
    assert sums["building_electricity"] == before["building_electricity"]


def test_the_unscaled_layer_is_in_no_sum():
    made = rake(MADE, [Control("building_gas", 100.0, SAID)]).cells(by="city").iloc[0]
    assert made["gross_t"] == pytest.approx(made["building_electricity_t"] + 100)


def test_the_factor_is_said():
    told = rake(MADE, [Control("building_gas", 100.0, SAID)]).findings[-1]
    before = MADE.cells(by="city")["building_gas_t"].iloc[0]
    assert told.code == "map-raked"
    assert told.params["factor"] == pytest.approx(100 / before, abs=1e-6)


def test_emitters_stay_at_or_below_what_they_emit_together():
    emitters = rake(MADE, [Control("building_gas", 5.0, SAID)]).contributors
    assert (emitters["largest"] >= emitters["nano"] / emitters["units"]).all()


def test_a_layer_that_is_not_there_is_refused():
    with pytest.raises(DataError):
        rake(MADE, [Control("gas", 1.0, SAID)])


def test_nothing_cannot_be_scaled_to_something():
    with pytest.raises(MethodError):
        rake(MADE, [Control("building_gas", -1.0, SAID)])
