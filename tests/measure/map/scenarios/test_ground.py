"""Scenarios on a map's own plan and tables: the example city, computed as the map is."""

from __future__ import annotations

from pathlib import Path

import pytest

from scindex.catalogue.maps import read_plan
from scindex.catalogue.scenarios import combined, read_scenario, scenario_named
from scindex.mapping import built, factors_of
from scindex.measure.map.rates import RateBook
from scindex.measure.map.scenarios.apply import apply
from scindex.measure.map.scenarios.ground import ground_of
from scindex.measure.map.scenarios.maps import scenario_maps
from scindex.measure.map.scenarios.netzero import netzero
from scindex.measure.map.scenarios.pathway import simulate
from scindex.tables.map_inputs import read_map_inputs

PLAN = Path(__file__).parents[4] / "examples" / "carbon_map" / "MAP.yaml"
KEYS = ["cell", "district", "layer"]
OWN = """\
scenario: plan
name: Plan
levers:
  trees:
    lever: planting
    table: urban_green
    from: [근린공원]
    rate: {2030: 50 %}
    uptake_t_co2_ha: {0: 0, 20: 10}
    standing: recalled
  over:
    lever: conversion
    table: forest
    from: [소나무]
    rate: {2028: 10 %}
    stock_t_co2_ha: 300
    standing: recalled
"""


@pytest.fixture(scope="module")
def city():
    plan = read_plan(PLAN)
    inputs = read_map_inputs(plan)
    ground = ground_of(plan, inputs.tables, inputs.districts, factors=factors_of(plan))
    return plan, inputs, ground, built(plan, inputs)


def sums(pieces):
    return pieces.groupby(KEYS)["nano"].sum()


def test_without_levers_every_cell_is_the_maps_own_to_the_unit(city):
    _, _, ground, measured = city
    assert sums(ground.pieces(scenario_named("more_evs"), 2024, only=())).equals(sums(measured.pieces))


def test_what_is_not_computed_again_is_the_same_as_what_is(city):
    """The shortcut past layers that no lever moves, against whole maps."""
    plan, inputs, ground, measured = city
    both = combined([scenario_named("deep_retrofit"), scenario_named("more_evs")])
    whole = scenario_maps(
        measured, ground, plan, inputs.districts, [(both, [2040])], factors=factors_of(plan)
    )
    there = whole.pieces[whole.pieces["scenario"] == both.id]
    assert sums(there).equals(sums(ground.pieces(both, 2040)))
    assert set(whole.layers["layer"]) >= set(there["layer"])
    here = whole.cells(by="district", year=2040, scenario=both.id)
    assert here["gross_t"].sum() == pytest.approx(
        whole.cells(by="city", year=2040, scenario=both.id)["gross_t"][0]
    )


def test_modelled_buildings_are_retrofitted_and_stay_modelled(city):
    _, _, ground, measured = city
    pieces = ground.pieces(scenario_named("seoul_2024_anchor"), 2030, only={"intensity"})
    layer = "building_electricity"
    one, two = (p[p["layer"] == layer] for p in (measured.pieces, pieces))
    assert two["nano"].sum() == pytest.approx(0.9 * one["nano"].sum())
    assert "modelled" in set(two["standing"])


def test_electric_cars_move_tonnes_from_exhaust_to_electricity(city):
    _, _, ground, _ = city
    found = simulate(ground, scenario_named("more_evs"), years=(2050,))
    by_layer = found.totals.pivot_table(index="layer", columns="year", values="tonnes", aggfunc="sum")
    assert by_layer.loc["road_traffic", 2050] < by_layer.loc["road_traffic", 2024]
    assert by_layer.loc["road_electricity", 2024] == 0 < by_layer.loc["road_electricity", 2050]
    links = apply(ground.tables, scenario_named("more_evs"), 2050, base_year=2024)["road_links"]
    factor = ground.base_factors["electricity"]
    assert by_layer.loc["road_electricity", 2050] == pytest.approx(links["electricity_mwh"].sum() * factor)


def test_planting_and_conversion_reach_the_map(city, tmp_path):
    _, _, ground, _ = city
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    found = simulate(ground, read_scenario(path), years=(2028, 2030))
    sums_ = found.totals.pivot_table(index="layer", columns="year", values="tonnes", aggfunc="sum")
    assert sums_.loc["planted", 2030] < 0
    assert sums_.loc["land_conversion", 2028] > 0 == sums_.loc["land_conversion", 2030]
    assert sums_.loc["forest", 2024] < sums_.loc["forest", 2030] < 0


def test_a_district_is_solved_for(city):
    _, _, ground, _ = city
    (district, *_) = ground.districts
    found = netzero(ground, scenario_named("grid_path_kr"), year=2050, district=district)
    assert not found.reached
    assert found.remaining_nano > 0
    with_all = combined([scenario_named(n) for n in ("deep_retrofit", "more_evs", "grid_path_kr")])
    assert netzero(ground, with_all, year=2050, district=district).remaining_nano < found.remaining_nano


def test_electric_cars_have_an_exhaust_of_nothing_wherever_the_map_is():
    for region in ("KR", "KR-Seoul", "NO"):
        found = RateBook(2050, region=region).rate({"family": "vehicles"}, "vkm", vehicle="electric")
        assert (found.value, found.ids) == (0.0, ("vehicles/electric_exhaust",))
        assert found.standing == "natural"
