"""What a reader must know: whose numbers, what was assumed, what could not be chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from measure.map.scenarios.world import BASE, lever, scenario, town

from scindex.catalogue.scenarios import Where
from scindex.measure.map.scenarios.told import told

YEARS = (BASE, 2030)


def codes(tables, *levers, years=YEARS):
    return {f.code: f for f in told(tables, scenario(*levers), years)}


def test_every_result_is_said_to_be_attributional():
    assert "scenario-attributional" in codes(town())


def test_a_table_that_cannot_be_chosen_from_is_said_to_stay_as_it_is():
    tables = town()
    tables["district_statistics"] = pd.DataFrame({"district": ["A"], "electricity_mwh": [100.0]})
    homes = lever("retrofit", where=Where(uses=("residential",)), rate=0.5, saving=0.5)
    found = codes(tables, homes)["scenario-table-untouched"]
    assert (found.params["table"], found.params["choices"]) == ("district_statistics", ["uses"])


def test_rows_that_reach_beyond_the_chosen_place_are_counted():
    tables = town()
    tables["road_links"]["in_districts"] = [1, 2, 1, 2, 1]
    found = codes(tables, lever("fewer_car_km", where=Where(districts=("A",)), cut=0.5))
    assert (found["scenario-straddling"].params["n"], found["scenario-straddling"].params["of"]) == (1, 2)
    assert "scenario-straddling" not in codes(tables, lever("fewer_car_km", cut=0.5))


def test_footprints_taken_from_floor_area_are_counted():
    tables = town()
    tables["buildings"]["footprint_assumed"] = [True, *[False] * 11]
    solar = lever("rooftop_pv", roof=0.5, yield_kwh_m2=200, self_use=0.5)
    assert codes(tables, solar)["scenario-footprint-assumed"].params["n"] == 1


def test_boilers_that_stay_for_want_of_a_meter_are_counted():
    tables = town()
    tables["building_energy"].loc[:2, "electricity_mwh"] = np.nan
    pumps = lever("heat_pumps", rate=0.5, cop=3, efficiency=0.9)
    assert codes(tables, pumps)["scenario-blank-electricity"].params["n"] == 3
