"""Observations of an inventory, and what they warn of."""

import pytest

from scindex.measure.inventory.emits import observations
from scindex.measure.inventory.lines import cities_table, lines_table
from scindex.measure.inventory.ranking import ranking
from scindex.measure.inventory.taxonomy import refs_of
from scindex.measure.inventory.totals import totals

ABOUT = {"city_id": "demo", "city": "Demo", "year": 2024}


def made(*records):
    return lines_table([{**ABOUT, "gas": "CO2e", **r} for r in records])


def values(found):
    return found.observations.set_index("indicator")["value"].to_dict()


def test_emissions_per_head_are_basic_over_people():
    lines = made(
        {"ref": "II.1.1", "co2e": 50.0}, {"ref": "I.1.2", "co2e": 30.0}, {"ref": "I.4.4", "co2e": 500.0}
    )
    found = values(observations(lines, cities_table([{**ABOUT, "population": 10.0}])))
    assert found["u4ssc:ghg_emissions"] == 8.0
    assert found["oecd:production_based_ghg_emissions_per_capita"] == 55.0
    assert found["oecd:road_transport_emissions_per_capita"] == 5.0


def test_a_sink_of_land_is_a_removal_above_zero():
    found = values(
        observations(made({"ref": "V.2", "co2e": -70.0, "kind": "removal"}), cities_table([ABOUT]))
    )
    assert found == {"oecd:net_removals_by_vegetation_and_soils_in_the_boundary": 70.0}


def test_without_people_there_is_a_note_and_no_value_per_head():
    found = observations(made({"ref": "I.1.1", "co2e": 50.0}), cities_table([ABOUT]))
    assert [f.code for f in found.findings] == ["inventory-no-population"]
    assert not len(found.observations)


def test_cells_left_out_are_a_warning():
    found = observations(made({"ref": "I.1.1", "co2e": 5.0}), cities_table([ABOUT]), population=1.0)
    told = {f.indicator: f for f in found.findings if f.code == "inventory-observation-partial"}
    assert told["u4ssc:ghg_emissions"].params["count"] == 31


def test_a_whole_total_is_no_warning():
    lines = made(
        *({"ref": r, "co2e": 1.0} for r in refs_of("basic_s3")),
        *({"ref": r, "co2e": 1.0} for r in refs_of("territorial") if r not in refs_of("basic_s3")),
    )
    assert not observations(lines, cities_table([ABOUT]), population=1.0).findings


def test_observations_join_those_of_a_city_file():
    from scindex.tables.cities import read_cities_bytes

    csv = b"city_id,city,year,indicator,value,unit\ndemo,Demo,2024,u4ssc:life_expectancy,80,years\n"
    found = observations(made({"ref": "I.1.1", "co2e": 50.0}), cities_table([ABOUT]), population=10.0)
    joined = read_cities_bytes(csv, "a.csv").join(found)
    assert {"u4ssc:life_expectancy", "u4ssc:ghg_emissions"} <= set(joined.observations["indicator"])


@pytest.mark.parametrize(("level", "n"), [("BASIC+", 1), ("BASIC", 0), ("", 0), ("basic +", 1)])
def test_a_city_is_ranked_only_at_its_own_level(level, n):
    lines = made({"ref": "I.1.1", "co2e": 50.0})
    assert len(ranking(totals(lines), cities_table([{**ABOUT, "level": level, "population": 10.0}]))) == n


@pytest.mark.parametrize("people", [0.0, -5.0])
def test_no_people_are_no_divisor(people):
    found = observations(
        made({"ref": "I.1.1", "co2e": 50.0}), cities_table([{**ABOUT, "population": people}])
    )
    assert [f.code for f in found.findings] == ["inventory-no-population"]
