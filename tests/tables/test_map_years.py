"""A map shows one year: rows of others are never added to it."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.small_map import DISTRICTS, ENERGY, small_map

from scindex.catalogue.maps import read_plan
from scindex.errors import DataError
from scindex.mapping import carbon_map
from scindex.tables.map_inputs import read_map_inputs
from scindex.tables.map_years import rows_of_year


def read(path):
    return read_map_inputs(read_plan(path))


def told(inputs) -> set[str]:
    return {f.code for f in inputs.findings}


def test_meters_of_another_year_are_left_out_aloud_and_not_added(tmp_path):
    clean = carbon_map(small_map(tmp_path)).pieces
    several = ENERGY + "1,2023,900,900\n9,2022,5,5\n"
    made = carbon_map(small_map(tmp_path, energy=several))
    pd.testing.assert_frame_equal(made.pieces, clean)
    assert [f.params["n"] for f in made.findings if f.code == "map-other-years"] == [2]


def test_a_single_other_year_stands_in_and_says_so(tmp_path):
    inputs = read(small_map(tmp_path, energy=ENERGY.replace("2024", "2022")))
    assert len(inputs.tables["building_energy"]) == 3
    assert "map-year-stands-in" in told(inputs)


def test_several_other_years_are_refused_until_one_is_named(tmp_path):
    energy = ENERGY.replace("2024", "2022") + "1,2021,7,7\n"
    with pytest.raises(DataError) as caught:
        read(small_map(tmp_path, energy=energy))
    assert [f.code for f in caught.value.findings] == ["map-year-not-there"]
    inputs = read(small_map(tmp_path, energy=energy, energy_entry="{file: e.csv, year: 2021}"))
    assert inputs.tables["building_energy"]["electricity_mwh"].tolist() == [7.0]
    assert {"map-year-stands-in", "map-other-years"} <= told(inputs)


def test_a_part_of_a_table_lets_no_year_stand_in_by_itself(tmp_path):
    spec = read_plan(small_map(tmp_path)).tables["building_energy"]
    part = pd.DataFrame({"link_id": ["a"], "year": [2023]})
    with pytest.raises(DataError):
        rows_of_year(part, spec, "road_links", part=True)
    assert rows_of_year(part.assign(year=2024), spec, "road_links", part=True)[0].all()


def test_the_year_of_a_stand_tells_its_age_and_leaves_nothing_out(tmp_path):
    spec = read_plan(small_map(tmp_path)).tables["building_energy"]
    stands = pd.DataFrame({"stand_id": ["a", "b"], "year": [2010, 2015]})
    assert rows_of_year(stands, spec, "forest")[0].all()


def test_weights_joined_to_districts_are_of_one_year_too(tmp_path):
    districts = DISTRICTS.replace("}", ", join: [{file: s.csv, code: code, columns: {households: hh}}]}")
    rows = "code,year,hh\nA,2023,900\nA,2024,3\nB,2024,1\n"
    inputs = read(small_map(tmp_path, statistic=rows, districts=districts))
    assert inputs.districts["households"].tolist() == [3.0, 1.0]
    assert "map-other-years" in told(inputs)


def test_kinds_of_a_joined_table_are_added_aloud(tmp_path):
    districts = DISTRICTS.replace("}", ", join: [{file: s.csv, code: code, columns: {households: hh}}]}")
    rows = "code,kind,hh\nA,home,2\nA,shop,3\nB,home,1\n"
    inputs = read(small_map(tmp_path, statistic=rows, districts=districts))
    assert inputs.districts["households"].tolist() == [5.0, 1.0]
    assert "map-kinds-added" in told(inputs)


def test_boundaries_of_another_year_are_told(tmp_path):
    assert "geo-vintage" in told(read(small_map(tmp_path, properties={"base_year": "2013"})))
    said = DISTRICTS.replace("}", ", boundary_year: 2013}")
    assert "geo-vintage" in told(read(small_map(tmp_path, districts=said)))
    assert "geo-vintage" not in told(read(small_map(tmp_path, properties={"base_year": "2024"})))
