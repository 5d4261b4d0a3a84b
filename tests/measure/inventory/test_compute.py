"""Activities to lines: methods, units, keys, trace, and every fault at its cell."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.catalogue.factors import Factor
from scindex.errors import DataError
from scindex.measure.inventory.compute import compute
from scindex.measure.inventory.totals import totals

GRID = Factor("own/grid", "own", {}, 0.4, "t_CO2e/MWh", gas="CO2e", gwp_set="AR5", relative_error=0.05)
GAS = Factor("own/gas.co2", "own", {}, 56.1, "t_CO2/TJ", gas="CO2")
GAS_CH4 = Factor("own/gas.ch4", "own", {}, 1.0, "kg_CH4/TJ", gas="CH4")
PETROL = Factor("own/petrol", "own", {}, 2300.0, "kg_CO2/m**3", gas="CO2", standing="recalled")
OWN = {f.id: f for f in (GRID, GAS, GAS_CH4, PETROL)}
GRID_ROW = {"ref": "I.1.2", "amount": 100.0, "unit": "MWh", "factor": "own/grid"}


def run(*rows, factors=OWN, gwp_set="AR5"):
    about = {"city_id": "demo", "city": "Demo", "year": 2023}
    table = pd.DataFrame([{**about, "where": f"a.csv!C{k}", **row} for k, row in enumerate(rows, 2)])
    return compute(table, gwp_set=gwp_set, factors=factors)


def one(row, **options):
    lines = run(row, **options).lines
    assert len(lines) == 1
    return lines.iloc[0]


def codes(caught):
    return [(f.code, f.where) for f in caught.value.findings if f.severity == "error"]


def test_a_product_keeps_its_trace():
    line = one({**GRID_ROW, "activity": "electricity", "activity_error": 0.12})
    assert (line["co2e"], line["scope"], line["basis"]) == (40.0, 2, "end_user")
    assert (line["factor"], line["factor_standing"], line["where"]) == ("own/grid", "published", "a.csv!C2")
    assert (line["activity"], line["activity_unit"], line["label"]) == (100.0, "MWh", "electricity")
    assert line["relative_error"] == pytest.approx(0.13)
    assert line["error_group"] == "own/grid"


@given(st.sampled_from([("MWh", 1.0), ("GWh", 1e-3), ("TJ", 3.6e-3), ("kWh", 1e3)]), st.floats(0, 1e6))
def test_the_unit_of_an_activity_makes_no_difference(unit, mwh):
    name, per_mwh = unit
    assert one({**GRID_ROW, "amount": mwh * per_mwh, "unit": name})["co2e"] == pytest.approx(mwh * 0.4)


@settings(max_examples=30)
@given(st.floats(0, 1e9))
def test_twice_the_activity_is_twice_the_emission(amount):
    assert one({**GRID_ROW, "amount": 2 * amount})["co2e"] == pytest.approx(
        2 * one({**GRID_ROW, "amount": amount})["co2e"]
    )


@settings(max_examples=30)
@given(st.floats(0, 1e9), st.floats(0, 1))
def test_splitting_a_row_changes_no_total(amount, share):
    whole = run({**GRID_ROW, "amount": amount})
    split = run({**GRID_ROW, "amount": amount * share}, {**GRID_ROW, "amount": amount - amount * share})
    assert np.allclose(totals(whole.lines)["co2e"], totals(split.lines)["co2e"], rtol=1e-9, equal_nan=True)


def test_all_gases_of_an_entry_are_taken_by_its_name():
    lines = run({"ref": "I.1.1", "amount": 10.0, "unit": "TJ", "factor": "own/gas"}).lines
    assert lines["gas"].tolist() == ["CO2", "CH4"]
    assert lines["co2e"].tolist() == pytest.approx([561.0, 0.01 * 28])
    assert lines["gwp_set"].unique().tolist() == ["AR5GWP100"]


def test_another_set_of_warming_potentials_weights_methane_otherwise():
    lines = run({"ref": "I.1.1", "amount": 10.0, "unit": "TJ", "factor": "own/gas"}, gwp_set="AR4").lines
    assert lines["co2e"].tolist() == pytest.approx([561.0, 0.01 * 25])


def test_a_query_finds_the_factor_of_the_year():
    """Korea's grid, consumption side, 2023: 0.4173 t CO2e/MWh."""
    row = {**GRID_ROW, "factor": "electricity(purpose=single_year, point=consumption)", "region": "KR"}
    assert one(row, factors=None)["co2e"] == pytest.approx(41.73)


def test_two_right_factors_are_refused_at_the_row():
    with pytest.raises(DataError) as caught:
        run({**GRID_ROW, "year": 2021, "factor": "electricity", "region": "KR"}, factors=None)
    assert codes(caught) == [("factor-ambiguous", "a.csv!C2")]


def test_activity_of_another_place_is_scaled():
    row = {**GRID_ROW, "method": "scaled", "scale_city": 1.0, "scale_proxy": 4.0}
    assert one(row)["co2e"] == pytest.approx(10.0)


def test_losses_are_scope_3():
    line = one({**GRID_ROW, "ref": "I.1.3", "method": "t_and_d_losses", "loss": 0.0885})
    assert (line["co2e"], line["scope"]) == (pytest.approx(3.54), 3)


def test_kilometres_become_fuel():
    row = {"ref": "II.1.1", "method": "vkt", "amount": 1e6, "unit": "vkm", "intensity": 8.0}
    assert one({**row, "intensity_unit": "L/100 km", "factor": "own/petrol"})["co2e"] == pytest.approx(184.0)


def test_a_volume_becomes_energy():
    row = {"ref": "I.1.1", "method": "heating_value", "amount": 1e6, "unit": "m3", "factor": "own/gas.co2"}
    assert one({**row, "intensity": 38.0, "intensity_unit": "MJ/m3"})["co2e"] == pytest.approx(38 * 56.1)


def test_landfill_of_the_worked_example():
    """6 966 t CH4, 195 048 t CO2e with the GWP of AR5 (28)."""
    mix = {"food": 0.4, "garden": 0.1, "paper": 0.2, "wood": 0.05, "textiles": 0.05}
    row = {"ref": "III.1.1", "method": "landfill", "amount": 100.0, "unit": "kt", "recovered": 0.0, **mix}
    line = one({**row, "site": "managed", "convention": "gpc"}, factors=None)
    assert line["value"] == pytest.approx(6966)
    assert line["co2e"] == pytest.approx(195_048)


def test_burnt_waste_has_a_fossil_part_and_a_memo():
    burnt = {"dry_matter": 0.6, "carbon": 0.5, "fossil_share": 0.4, "waste": "msw"}
    plant = {"operation": "continuous", "technology": "stoker"}
    row = {"ref": "III.3.1", "method": "incineration", "amount": 1000.0, "unit": "t", **burnt, **plant}
    lines = run(row, factors=None).lines.set_index("gas")
    assert lines.loc["CO2", "co2e"] == pytest.approx(1000 * 0.6 * 0.5 * 0.4 * 44 / 12)
    assert lines.loc["CO2_bio", "value"] == pytest.approx(1000 * 0.6 * 0.5 * 0.6 * 44 / 12)
    assert lines.loc["CO2_bio", "kind"] == "memo"
    assert math.isnan(lines.loc["CO2_bio", "co2e"])
    assert lines.loc["N2O", "value"] == pytest.approx(0.05)
    assert lines.loc["CH4", "value"] == pytest.approx(0.0002)
    basic = totals(run(row, factors=None).lines).set_index("total").loc["basic", "co2e"]
    assert basic == pytest.approx(440 + 0.05 * 265 + 0.0002 * 28)


def test_open_burning_says_that_its_methane_is_left_out():
    burnt = {"dry_matter": 0.6, "carbon": 0.5, "fossil_share": 0.4, "waste": "msw"}
    row = {"ref": "III.3.1", "method": "incineration", "treatment": "open_burning", **burnt}
    found = run({**row, "amount": 10.0, "unit": "t"}, factors=None)
    assert "activity-gas-left-out" in [f.code for f in found.findings]
    assert sorted(found.lines["gas"]) == ["CO2", "CO2_bio", "N2O"]


def test_compost_gives_methane_and_nitrous_oxide():
    row = {"ref": "III.2.1", "method": "biological", "treatment": "composting", "recovered": 0.0}
    lines = run({**row, "amount": 1000.0, "unit": "t"}, factors=None).lines.set_index("gas")
    assert (lines.loc["CH4", "value"], lines.loc["N2O", "value"]) == (pytest.approx(4.0), pytest.approx(0.24))


def test_wastewater_by_load_and_by_protein():
    row = {"ref": "III.4.1", "method": "wastewater", "amount": 1e6, "unit": "person", "bod": 0.06}
    way = {"collection": "collected", "treatment": "septic", "served": 0.5, "recovered": 0.0, "sludge": 0.0}
    more = {"protein": 36.5, "nonconsumed": 1.1, "nitrogen_removed": 0.0}
    lines = run({**row, **way, **more}, factors=None).lines.set_index("gas")
    assert lines.loc["CH4", "value"] == pytest.approx(1e6 * 0.06 * 1.25 * 365 / 1000 * 0.6 * 0.5 * 0.5)
    assert lines.loc["N2O", "value"] == pytest.approx(1e6 * 36.5e-3 * 0.16 * 1.1 * 1.25 * 0.005 * 44 / 28)


def test_reported_tonnes_are_taken_as_they_are():
    line = one({"ref": "IV.1", "method": "reported", "gas": "SF6", "amount": 2.0, "unit": "kg"})
    assert (line["value"], line["co2e"]) == (pytest.approx(0.002), pytest.approx(0.002 * 23_500))


def test_a_key_stands_in_the_place_of_an_amount():
    row = {"ref": "I.3.1", "notation_key": "IE", "ie_target": "I.2.1", "explanation": "one meter for both"}
    line = one(row)
    assert (line["notation_key"], line["ie_target"]) == ("IE", "I.2.1")
    assert math.isnan(line["co2e"])


def test_a_key_without_explanation_is_told():
    assert [f.code for f in run({"ref": "I.3.1", "notation_key": "NE"}).findings] == [
        "activity-key-unexplained"
    ]


def test_a_sink_is_a_removal():
    line = one({"ref": "V.2", "method": "reported", "amount": -5.0, "unit": "t CO2", "gas": "CO2"})
    assert (line["kind"], line["co2e"]) == ("removal", -5.0)


def test_market_based_energy_is_marked():
    assert one({**GRID_ROW, "accounting": "market"})["accounting"] == "market"


def test_a_factor_by_other_warming_potentials_is_told():
    found = run(GRID_ROW, GRID_ROW, gwp_set="AR6")
    told = [f for f in found.findings if f.code == "inventory-other-gwp"]
    assert [f.params["count"] for f in told] == [2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ref": "I.9.1"}, "gpc-ref-unknown"),
        ({"method": "magic"}, "activity-word"),
        ({"accounting": "both"}, "activity-word"),
        ({"unit": "sackfuls"}, "activity-unit-unknown"),
        ({"unit": "m3"}, "activity-unit-other"),
        ({"unit": ""}, "activity-parameter-missing"),
        ({"amount": float("nan")}, "activity-parameter-missing"),
        ({"factor": ""}, "activity-parameter-missing"),
        ({"factor": "own/grod"}, "unknown-factor"),
        ({"factor": "own/grid; own/gas"}, "activity-factors-overlap"),
        ({"factor": "0.4 t/MWh"}, "activity-factor-unread"),
        ({"notation_key": "NE"}, "activity-key-and-amount"),
        ({"notation_key": "XX"}, "activity-word"),
        ({"method": "t_and_d_losses"}, "activity-parameter-missing"),
        ({"method": "scaled", "scale_city": 1.0, "scale_proxy": 0.0}, "activity-scale-zero"),
        ({"method": "landfill", "site": "managed", "unit": "t", "food": 0.9, "wood": 0.3}, "activity-shares"),
        ({"method": "vkt", "intensity": 8.0, "intensity_unit": "L"}, "activity-intensity-unit"),
    ],
)
def test_a_faulty_row_is_refused_at_its_cell(change, code):
    with pytest.raises(DataError) as caught:
        run(GRID_ROW, {**GRID_ROW, **change})
    assert codes(caught) == [(code, "a.csv!C3")]


def test_all_faults_are_told_at_once():
    with pytest.raises(DataError) as caught:
        run({**GRID_ROW, "unit": "bags"}, {**GRID_ROW, "ref": "X.1"}, {**GRID_ROW, "factor": ""})
    assert [where for _, where in codes(caught)] == ["a.csv!C2", "a.csv!C3", "a.csv!C4"]


def test_energy_by_market_alone_is_doubted():
    found = run(GRID_ROW, {**GRID_ROW, "accounting": "market"}).findings
    alone = [(f.severity, f.where) for f in found if f.code == "inventory-market-alone"]
    assert alone == [("warning", "a.csv!C3")]
    both = run({**GRID_ROW, "accounting": "location"}, {**GRID_ROW, "accounting": "market"}).findings
    assert "inventory-market-alone" not in {f.code for f in both}


def test_a_factor_of_another_place_is_doubted_unless_the_row_says_so():
    there = replace(GRID, id="own/there", region="JP-Tokyo")
    own = {**OWN, "own/there": there, "own/all": replace(GRID, id="own/all", region="global")}

    def told(**row):
        found = run({**GRID_ROW, "region": "KR", **row}, factors=own).findings
        return [(f.severity, f.where) for f in found if f.code == "activity-factor-region"]

    assert told(factor="own/there") == [("warning", "a.csv!C2")]
    assert told(factor="own/there", region="JP") == []
    assert told(factor="own/all") == []
    assert told(factor="own/there", region="") == []
