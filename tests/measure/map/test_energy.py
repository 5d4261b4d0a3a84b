"""Meters beside buildings; a blank is no zero, and what it is has to be said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scindex.errors import DataError
from scindex.measure.map.energy import fill_energy
from scindex.measure.map.rates import RateBook

BOOK = RateBook(2024, "KR", choices={"eui": {"climate": "central"}})
CARRIERS = ["electricity_mwh", "gas_mwh", "heat_mwh"]
BUILDINGS = pd.DataFrame(
    {
        "building_id": ["a", "b", "c"],
        "use": ["office", "office", "factory"],
        "floor_area_m2": [100.0, 1000.0, 50.0],
    }
)
METERS = pd.DataFrame(
    {
        "building_id": ["a", "z"],
        "electricity_mwh": [20.0, 3.0],
        "gas_mwh": [np.nan, 1.0],
        "heat_mwh": [np.nan, np.nan],
    }
)


def codes(filled):
    return {f.code for f in filled.findings}


def test_a_building_without_a_meter_is_modelled_by_use():
    """Office median of the central zone 159 kWh/m2 (MOLIT 2024); 72 % electricity (MOLIT 2019)."""
    filled = fill_energy(BUILDINGS, METERS, CARRIERS, BOOK)
    assert filled.energy["electricity_mwh"][1] == pytest.approx(1000 * 159 * 0.72 / 1000)
    assert filled.standing["electricity_mwh"][1] == "modelled"


def test_a_use_without_intensity_is_a_gap():
    filled = fill_energy(BUILDINGS, METERS, CARRIERS, BOOK)
    assert filled.energy.iloc[2].isna().all()
    assert {"map-use-without-intensity", "map-without-meter"} <= codes(filled)


@pytest.mark.parametrize(
    ("blank", "gas"), [("gap", np.nan), ("none", 0.0), ("model", 100 * 159 * 0.25 / 1000)]
)
def test_a_blank_beside_a_meter_is_what_the_map_says(blank, gas):
    filled = fill_energy(BUILDINGS, METERS, CARRIERS, BOOK, blank=blank)
    assert filled.energy["gas_mwh"][0] == pytest.approx(gas, nan_ok=True)
    assert "map-blank-carrier" in codes(filled)


def test_a_meter_of_no_building_is_kept_below_and_said():
    filled = fill_energy(BUILDINGS, METERS, CARRIERS, BOOK)
    assert filled.ids.tolist() == ["a", "b", "c", "z"]
    assert filled.energy["electricity_mwh"][3] == 3.0
    assert "map-meters-without-building" in codes(filled)


def test_meters_of_one_building_are_added():
    twice = pd.DataFrame({"building_id": ["a", "a"], "electricity_mwh": [1.0, 2.0]})
    assert fill_energy(BUILDINGS, twice, ["electricity_mwh"], BOOK).energy["electricity_mwh"][0] == 3.0


def test_without_any_meters_all_is_modelled():
    filled = fill_energy(BUILDINGS[:2], None, CARRIERS, BOOK)
    assert set(filled.standing["gas_mwh"]) == {"modelled"}


def test_a_carrier_whose_heading_was_not_understood_is_refused_not_modelled():
    with pytest.raises(DataError) as caught:
        fill_energy(BUILDINGS, METERS.drop(columns=["gas_mwh"]), CARRIERS, BOOK)
    assert [f.params["column"] for f in caught.value.findings] == ["gas_mwh"]
