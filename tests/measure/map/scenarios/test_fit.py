"""Whether a scenario fits its tables: every fault, at its line, at once."""

from __future__ import annotations

import pytest
from measure.map.scenarios.world import ground, lever, scenario, town

from scindex.catalogue.scenarios import Where, read_scenario
from scindex.errors import DataError
from scindex.measure.map.scenarios.fit import misfits
from scindex.measure.map.scenarios.pathway import simulate

MIX = {"electricity": 1.0}


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (lever("retrofit", where=Where(districts=("C",)), rate=0.5, saving=0.5), "lever-unknown-place"),
        (lever("retrofit", where=Where(uses=("offices",)), rate=0.5, saving=0.5), "lever-unknown-place"),
        (lever("fewer_car_km", where=Where(uses=("office",)), cut=0.5), "lever-cannot-choose"),
        (lever("fewer_car_km", classes=("cars",), cut=0.5), "lever-unknown-place"),
        (lever("grid", where=Where(districts=("A",)), index=0.5), "lever-grid-everywhere"),
        (lever("grid", family="district_heat", factor=0.1), "lever-no-base-factor"),
        (lever("grid", index={2024: 0.0, 2030: 1.0}), "lever-base-index-zero"),
        (lever("retrofit", rate={2020: 0.1, 2030: 0.5}, saving=0.5), "lever-year-before-base"),
        (lever("retrofit", rate={2024: 0.1, 2030: 0.5}, saving=0.5), "lever-base-not-zero"),
        (
            lever("planting", rate={2030: 0.5, 2040: 0.3}, **{"from": ("grass",)}, uptake_t_co2_ha=5),
            "lever-rate-falls",
        ),
        (lever("planting", rate=0.5, **{"from": ("gras",)}, uptake_t_co2_ha=5), "lever-unknown-place"),
        (
            lever("planting", rate=0.5, **{"from": ("park",)}, table="urban_green", uptake_t_co2_ha=5),
            "lever-needs-table",
        ),
        (
            lever("densification", floor_area_m2=1e9, intensity_kwh_m2=1, mix=MIX, from_districts=("A",)),
            "lever-no-room",
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_line(one, code):
    found = misfits(ground(), scenario(one))
    assert [(f.code, f.where) for f in found] == [(code, "own.yaml:3")]


def test_a_column_that_is_not_there_is_named():
    tables = town()
    tables["buildings"] = tables["buildings"].drop(columns="footprint_m2")
    solar = lever("rooftop_pv", roof=0.5, yield_kwh_m2=200, self_use=0.5)
    (found,) = misfits(ground(tables), scenario(solar))
    assert (found.code, found.params["columns"]) == ("lever-needs-column", ["footprint_m2"])


def test_gas_by_volume_is_no_heat():
    tables = town()
    tables["building_energy"]["gas_m3"] = 10.0
    pumps = lever("heat_pumps", rate=0.5, cop=3, efficiency=0.9)
    assert [f.code for f in misfits(ground(tables), scenario(pumps))] == ["lever-gas-volume"]


def test_what_fits_is_not_told():
    assert not misfits(ground(), scenario(lever("retrofit", rate={2024: 0.0, 2030: 0.5}, saving=0.5)))


def test_all_faults_of_a_file_come_at_once_with_their_lines(tmp_path):
    text = """\
scenario: mine
name: Mine
levers:
  homes:
    lever: retrofit
    where: {districts: [Z], uses: [castle]}
    rate: {2020: 10 %, 2030: 20 %}
    saving: 40 %
    standing: recalled
  power:
    lever: grid
    factor: {2030: 0.2}
    family: district_heat
    standing: recalled
"""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        simulate(ground(), read_scenario(path), years=(2022,))
    assert {(f.code, f.where) for f in caught.value.findings} == {
        ("scenario-year-outside", ""),
        ("lever-unknown-place", "mine.yaml:6"),
        ("lever-year-before-base", "mine.yaml:7"),
        ("lever-no-base-factor", "mine.yaml:12"),
    }
    assert len(caught.value.findings) == 5


def test_floor_area_that_no_building_can_take_is_refused_and_never_vanishes():
    tables = town()
    tables["building_energy"] = tables["building_energy"].iloc[:0]
    moved = lever("densification", floor_area_m2=10, intensity_kwh_m2=1, mix=MIX, from_districts=("A",))
    assert [f.code for f in misfits(ground(tables), scenario(moved))] == ["lever-no-building"]
