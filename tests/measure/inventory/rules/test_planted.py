"""Every finding of the audit is planted in a clean inventory and found, and nothing else is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from measure.inventory.rules.clean import (
    CITIES,
    SIZES,
    YEARS,
    codes,
    computed,
    district_activity,
    found,
    known,
    of,
    put,
    records,
)

from scindex.measure.inventory.audit import audit, unexamined
from scindex.measure.inventory.lines import cities_table, lines_table
from scindex.measure.inventory.rules.context import refs_in, within
from scindex.measure.inventory.taxonomy import taxonomy

BASIC = [r for r in SIZES if r in refs_in("basic")]
seeds = st.integers(0, 30)
few = settings(max_examples=4)
"""An audit takes a tenth of a second: where a fault is planted matters more than how often."""


@few
@given(seed=seeds)
def test_a_clean_inventory_gives_no_finding(seed):
    assert codes(records(seed)) == []


def test_a_clean_table_of_districts_gives_no_finding():
    assert codes(records(), activity=district_activity()) == []


def test_clean_computed_lines_give_no_finding():
    lines = [
        computed("I.1.1", "fuels/ipcc_natural_gas", 5e5, "MWh"),
        computed("I.1.2", "electricity/kr_2023", 6e5, "MWh"),
        computed("II.1.1", "fuels/ipcc_gasoline", 900.0, "TJ"),
    ]
    assert audit(lines_table(lines)) == []


# published totals


@few
@given(
    seed=seeds,
    ref=st.sampled_from(BASIC),
    factor=st.sampled_from([1000, 0.001, 3.6, 28, 1 / 3.6, 2.0, 0.9071847]),
)
def test_a_line_off_by_a_known_constant_in_one_year_is_named_with_it(seed, ref, factor):
    rows = records(seed)
    cities = known(rows)
    row = of(rows, "demo", 2017, ref)
    put(row, row["value"] * factor)
    slipped = [f for f in found(rows, cities) if f.params["rule"] == "parts_totals"]
    assert [(f.code, f.indicator, f.city, f.year) for f in slipped] == [("inv-part-off", ref, "Demo", 2017)]
    assert slipped[0].params["factor"] == pytest.approx(factor, rel=1e-4)


@few
@given(seed=seeds, ref=st.sampled_from(BASIC), factor=st.floats(0.2, 5).filter(lambda k: abs(k - 1) > 0.05))
def test_a_line_off_by_any_constant_in_all_years_is_named_with_it(seed, ref, factor):
    rows = records(seed)
    cities = known(rows)
    for year in YEARS:
        row = of(rows, "twin", year, ref)
        put(row, row["value"] * factor)
    off = [f for f in found(rows, cities) if f.params["rule"] in ("parts_totals", "published")]
    assert [(f.code, f.indicator, f.city, f.params["years"]) for f in off] == [
        ("inv-part-off", ref, "Twin", "2015-2019")
    ]
    assert off[0].params["factor"] == pytest.approx(factor, rel=1e-4)


@pytest.mark.parametrize("sector", ["I", "II", "III"])
def test_a_sector_off_by_a_constant_is_named_with_it(sector):
    rows = records()
    cities = known(rows)
    for year in YEARS:
        for ref in (r for r in SIZES if within(r, sector)):
            row = of(rows, "demo", year, ref)
            put(row, row["value"] * 1.7)
    off = found(rows, cities)
    assert [(f.code, f.indicator) for f in off] == [("inv-part-off", sector)]
    assert off[0].params["factor"] == pytest.approx(1.7)


def test_cells_that_are_all_off_by_a_constant_are_named_with_it():
    rows = records()
    cities = known(rows)
    for row in rows:
        if row["city_id"] == "demo" and "value" in row:
            put(row, row["value"] * 1.10231)
    off = found(rows, cities)
    assert [(f.code, f.city, f.params["years"]) for f in off] == [("inv-total-off", "Demo", "2015-2019")]
    assert off[0].params["factor"] == pytest.approx(1.10231)


def test_a_year_whose_column_is_off_by_a_constant_is_named_beside_one_that_nothing_explains():
    rows = records()
    cities = known(rows)
    for ref in SIZES:
        row = of(rows, "demo", 2017, ref)
        put(row, row["value"] / 1000)
    cities.loc[0, "basic"] += 54_321.9
    off = [f for f in found(rows, cities) if f.params["rule"] in ("parts_totals", "published")]
    assert {(f.code, f.year) for f in off} == {("inv-total-off", 2017), ("inv-total-not-reproduced", 2015)}
    hints = [f.params["hint"]["en"] for f in off if "hint" in f.params]
    assert all(hint.startswith("kg for t") for hint in hints)
    assert hints


def test_a_published_total_that_nothing_explains_is_named():
    rows = records()
    cities = known(rows)
    cities.loc[3, "basic"] += 123_456.7
    cities.loc[3, "basic_plus"] += 123_400.1
    off = found(rows, cities)
    assert [(f.code, f.city, f.year) for f in off] == [("inv-total-not-reproduced", "Demo", 2018)]
    assert off[0].params["difference"] == 123_457


def test_a_published_total_that_took_another_citys_cell_is_named_with_it():
    rows = records()
    cities = known(rows)
    cities.loc[0, "basic_s3"] += of(rows, "twin", 2018, "II.1.3")["co2e"]
    off = found(rows, cities)
    assert [(f.code, f.params["same"]) for f in off] == [("inv-total-other-city", ["Twin 2018 II.1.3"])]


def test_a_published_total_that_leaves_a_cell_out_is_named():
    rows = records()
    cities = known(rows)
    row = of(rows, "demo", 2015, "IV.1")
    cities.loc[0, ["basic_plus", "basic_s3", "territorial"]] -= row["co2e"]
    off = found(rows, cities)
    assert [(f.code, f.indicator, f.year) for f in off] == [("inv-total-leaves-out", "IV.1", 2015)]


@pytest.mark.parametrize("ref", ["I.4.4", "III.1.3"])
def test_generation_for_the_grid_and_waste_from_elsewhere_in_basic_are_named(ref):
    rows = records()
    cities = known(rows)
    cities.loc[1, ["basic", "basic_plus", "basic_s3"]] += of(rows, "demo", 2016, ref)["co2e"]
    off = found(rows, cities)
    assert {(f.code, f.indicator, f.year) for f in off} == {("inv-stray-in-total", ref, 2016)}


def test_basic_above_basic_plus_is_named_unless_land_use_explains_it():
    rows = records()
    cities = known(rows)
    explained = of(rows, "demo", 2015, "V.2")
    put(explained, -CITIES["demo"] * 3.0)
    assert codes(rows) == []
    cities.loc[2, ["basic_plus", "basic_s3"]] = cities.loc[2, "basic"] - 500_000
    assert "inv-basic-above-plus" in codes(records(), cities)


# rows that add up others


@pytest.mark.parametrize(("ref", "parts"), [("I.6.1", "I"), ("III.4.1", "III")])
def test_a_cell_that_adds_up_its_sector_is_named(ref, parts):
    rows = records()
    for year in YEARS:
        total = sum(
            of(rows, "demo", year, r)["value"]
            for r in refs_in("basic_plus", parts)
            if r in SIZES and r != ref
        )
        put(of(rows, "demo", year, ref), total)
    off = [f for f in found(rows) if f.params["rule"] == "totals_rows"]
    assert [(f.code, f.indicator) for f in off] == [("inv-total-cell", ref)]


@few
@given(seed=seeds)
def test_a_total_row_among_cities_is_named(seed):
    rows = records(seed)
    for city in ("third", "fourth"):
        rows += [
            {**r, "city_id": city, "city": city}
            for r in records(seed + 40 + len(city))
            if r["city_id"] == "demo"
        ]
    for year in YEARS:
        for ref in SIZES:
            parts = [
                r["value"] for r in rows if (r["year"], r["ref"]) == (year, ref) and r["city_id"] != "all"
            ]
            about = {
                "city_id": "all",
                "city": "Gesamt",
                "year": year,
                "ref": ref,
                "gas": "CO2e",
                "where": "x",
            }
            rows.append({**about, "value": sum(parts), "co2e": sum(parts)})
    off = audit(lines_table(rows))
    assert {(f.code, f.params["name"]) for f in off} == {("inv-total-city", "Gesamt")}
    named = [{**r, "city": "합계"} if r["city_id"] == "all" else r for r in rows]
    assert {f.params["name"] for f in audit(lines_table(named))} == {"합계"}


def _with_total(activity: pd.DataFrame, name: str) -> pd.DataFrame:
    sums = activity.groupby(["city_id", "city", "year", "ref", "activity"], as_index=False)["amount"].sum()
    return pd.concat(
        [activity, sums.assign(district=name, supplier="", unit="MWh", where="t")], ignore_index=True
    )


@pytest.mark.parametrize("name", ["Total", "합계", "Whole city"])
def test_a_total_row_among_districts_is_named(name):
    off = found(records(), activity=_with_total(district_activity(), name))
    assert [(f.code, f.params["district"]) for f in off] == [("inv-total-district", name)]


@few
@given(at=st.integers(0, 5), factor=st.sampled_from([1000.0, 0.001, 3.6, 12.0, 1.37, 0.42]))
def test_a_district_off_by_a_constant_is_named_with_it(at, factor):
    activity = _with_total(district_activity(), "Total")
    district = sorted(set(activity["district"]) - {"Total"})[at]
    activity.loc[activity["district"] == district, "amount"] *= factor
    off = [f for f in found(records(), activity=activity) if f.code != "inv-total-district"]
    assert [(f.code, f.params["district"]) for f in off] == [("inv-district-off", district)]
    assert off[0].params["factor"] == pytest.approx(factor, rel=1e-4)


# noughts


@few
@given(seed=seeds, year=st.sampled_from(YEARS), ref=st.sampled_from(["I.1.1", "I.2.2", "II.1.1", "I.4.4"]))
def test_a_weighty_source_at_zero_for_one_year_is_a_gap(seed, year, ref):
    rows = records(seed)
    put(of(rows, "demo", year, ref), 0.0)
    off = found(rows)
    assert [(f.code, f.indicator, f.year) for f in off] == [("inv-zero-year", ref, year)]


def test_a_whole_grid_at_zero_is_a_gap():
    rows = [r for r in records() if r["year"] == 2019]
    for ref in ("I.1.2", "I.2.2", "I.3.2", "I.1.3", "I.2.3"):
        put(of(rows, "demo", 2019, ref), 0.0)
    off = found(rows)
    assert [(f.code, f.city, f.year) for f in off] == [("inv-zero-grid", "Demo", 2019)]


def test_a_supplier_whose_whole_area_is_at_zero_is_named():
    activity = district_activity()
    activity.loc[activity["supplier"] == "north gas", "amount"] = 0.0
    off = found(records(), activity=activity)
    assert [(f.code, f.params["supplier"], f.params["n"]) for f in off] == [
        ("inv-zero-supplier", ["north gas"], 3)
    ]


def test_a_lone_district_at_zero_is_only_possible():
    activity = district_activity()
    activity.loc[(activity["district"] == "Do") & (activity["ref"] == "I.1.1"), "amount"] = 0.0
    off = found(records(), activity=activity)
    assert [(f.code, f.params["districts"], f.params["confidence"]) for f in off] == [
        ("inv-zero-district", ["Do"], "possible")
    ]


# years


@few
@given(
    seed=seeds,
    factor=st.floats(0.3, 3).filter(lambda k: abs(k - 1) > 0.01),
    pair=st.sampled_from([(a, b) for a in YEARS for b in YEARS if a != b]),
)
def test_a_backcast_year_is_named_with_its_constant(seed, factor, pair):
    base, cast = pair
    rows = records(seed)
    for ref in SIZES:
        put(of(rows, "demo", cast, ref), of(rows, "demo", base, ref)["value"] * factor)
    off = found(rows)
    assert [(f.code, f.params["early"], f.params["late"]) for f in off] == [
        ("inv-year-backcast", *sorted(pair))
    ]
    expected = factor if base < cast else 1 / factor
    assert off[0].params["factor"] == pytest.approx(expected, rel=1e-6)


def test_a_sector_cast_back_is_named():
    rows = records()
    for ref in (r for r in SIZES if within(r, "I")):
        put(of(rows, "demo", 2015, ref), of(rows, "demo", 2019, ref)["value"] * 1.21)
    off = found(rows)
    assert [(f.code, f.params["sector"]) for f in off] == [("inv-year-backcast", "I")]


def test_a_copied_year_is_named_once():
    rows = records()
    for ref in SIZES:
        put(of(rows, "twin", 2018, ref), of(rows, "twin", 2017, ref)["value"])
    assert codes(rows) == ["inv-year-copied"]


@few
@given(
    seed=seeds,
    ref=st.sampled_from([r for r in SIZES if abs(SIZES[r]) > 0.03]),
    middle=st.sampled_from(YEARS[1:-1]),
)
def test_a_bridged_blank_is_named(seed, ref, middle):
    rows = records(seed)
    before, after = (of(rows, "demo", y, ref)["value"] for y in (middle - 1, middle + 1))
    assume(abs(before - after) > 1000)
    put(of(rows, "demo", middle, ref), (before + after) / 2)
    off = found(rows)
    assert [(f.code, f.indicator, f.year) for f in off] == [("inv-bridged", ref, middle)]


@few
@given(
    seed=seeds,
    ref=st.sampled_from(["I.1.1", "II.1.1", "III.4.1"]),
    power=st.sampled_from([10, 100, 1000, 0.1, 0.01]),
)
def test_a_shifted_decimal_point_is_named(seed, ref, power):
    rows = [r for r in records(seed) if r["city_id"] == "twin"]
    for year in YEARS:
        put(of(rows, "twin", year, ref), 90_000.5 + 700.25 * (year - 2015) ** 2)
    row = of(rows, "twin", 2017, ref)
    put(row, row["value"] * power)
    off = [f for f in audit(lines_table(rows)) if f.params["rule"] != "intensities"]
    assert [(f.code, f.indicator, f.year, f.params["factor"]) for f in off] == [
        ("inv-year-slip", ref, 2017, power)
    ]


# repeats


@few
@given(seed=seeds, pair=st.sampled_from([("I.1.1", "II.1.1"), ("I.2.2", "III.1.1"), ("IV.1", "IV.2")]))
def test_repeated_tonnage_is_named(seed, pair):
    rows = records(seed)
    put(of(rows, "demo", 2016, pair[1]), of(rows, "demo", 2016, pair[0])["value"])
    off = [f for f in found(rows) if f.params["rule"] != "intensities"]
    assert [(f.code, f.params["refs"]) for f in off] == [("inv-same-tonnes", list(pair))]


def test_a_line_that_stands_twice_is_named():
    line = computed("I.1.1", "fuels/ipcc_natural_gas", 512_345.5, "MWh")
    assert [f.code for f in audit(lines_table([line, {**line, "where": "demo.csv!A9"}]))] == [
        "inv-line-twice"
    ]


def test_numbers_carried_over_the_years_are_one_note():
    rows = records()
    for year in (2017, 2018):
        put(of(rows, "demo", year, "IV.2"), of(rows, "demo", 2016, "IV.2")["value"])
    off = found(rows)
    assert [(f.code, f.severity, f.params["cells"]) for f in off] == [
        ("inv-carried", "note", ["IV.2 (2016-2018)"])
    ]


def test_a_number_of_another_city_is_named():
    rows = records()
    put(of(rows, "twin", 2016, "I.1.1"), of(rows, "demo", 2016, "I.1.1")["value"])
    assert codes(rows) == ["inv-other-city"]


# notation keys


@pytest.mark.parametrize(
    ("target", "code"),
    [("I.4.1", "inv-ie-empty-target"), ("I.9.9", "inv-ie-wrong-target"), ("I.4.2", "inv-ie-wrong-target")],
)
def test_an_included_elsewhere_that_leads_nowhere_is_named(target, code):
    rows = records()
    of(rows, "demo", 2015, "I.4.2").update(notation_key="IE", ie_target=target)
    assert codes(rows) == [code]


def test_an_included_elsewhere_with_a_number_at_its_target_is_clean():
    rows = records()
    of(rows, "demo", 2015, "I.4.2").update(notation_key="IE", ie_target="I.3.2")
    assert codes(rows) == []


def test_included_elsewhere_without_a_target_is_one_note_for_a_city():
    rows = records()
    for year in YEARS:
        of(rows, "demo", year, "I.4.2").update(notation_key="IE")
    off = found(rows)
    assert [(f.code, f.severity, f.params["n"]) for f in off] == [("inv-ie-no-target", "note", 5)]


def test_included_elsewhere_in_a_sector_without_numbers_is_doubted():
    rows = [r for r in records() if not r["ref"].startswith("V.")]
    about = {"city_id": "demo", "city": "Demo", "year": 2015, "gas": "CO2e"}
    rows.append({**about, "ref": "V.3", "notation_key": "IE"})
    assert codes(rows) == ["inv-ie-nowhere"]


# scopes


@few
@given(ref=st.sampled_from(sorted(SIZES)), wrong=st.sampled_from([1, 2, 3]))
def test_a_scope_that_is_not_the_cells_is_named(ref, wrong):
    assume(wrong != taxonomy()[ref].scope)
    rows = records()
    of(rows, "demo", 2016, ref)["scope"] = wrong
    assert codes(rows) == ["inv-scope-wrong"]


@pytest.mark.parametrize(("ref", "basis"), [("I.4.4", "end_user"), ("I.1.2", "end_user+territorial")])
def test_a_basis_that_is_not_the_cells_is_named(ref, basis):
    rows = records()
    of(rows, "demo", 2016, ref)["basis"] = basis
    assert "inv-basis-wrong" in codes(rows)  # beside it, the total that the line then leaves


@pytest.mark.parametrize(
    ("ref", "factor", "unit"),
    [("I.1.2", "fuels/ipcc_natural_gas", "MWh"), ("I.1.1", "electricity/kr_2023", "MWh")],
)
def test_a_fuel_in_a_grid_cell_and_a_grid_in_a_fuel_cell_are_named(ref, factor, unit):
    off = audit(lines_table([computed(ref, factor, 4321.0, unit)]))
    assert [(f.code, f.indicator) for f in off] == [("inv-scope-factor", ref)]


# factors


@pytest.mark.parametrize("one", [1.0, 0.001])
def test_a_factor_of_exactly_one_is_named(one):
    line = computed("I.1.1", "fuels/ipcc_natural_gas", 4321.5, "MWh", value=4321.5 * one)
    assert [f.code for f in audit(lines_table([line]))] == ["inv-factor-one"]


def test_tonnes_of_gas_as_activity_are_no_factor_of_one():
    line = {
        "city_id": "demo",
        "city": "Demo",
        "year": 2020,
        "ref": "IV.2",
        "gas": "CO2e",
        "value": 5.5,
        "co2e": 5.5,
    }
    assert audit(lines_table([{**line, "activity": 5.5, "activity_unit": "t_CO2e"}])) == []


@few
@given(
    own=st.sampled_from(["natural_gas", "gasoline", "diesel", "lpg"]),
    other=st.sampled_from(["natural_gas", "gasoline", "diesel", "lpg"]),
    unit=st.sampled_from(["MWh", "TJ", "GJ"]),
)
def test_the_factor_of_another_fuel_is_named(own, other, unit):
    assume(own != other)
    burnt = computed("I.3.1", f"fuels/ipcc_{other}", 4321.5, unit)
    off = audit(lines_table([{**burnt, "factor": f"fuels/ipcc_{own}"}]))
    assert [(f.code, f.params["other_id"]) for f in off] == [("inv-other-fuel", f"fuels/ipcc_{other}")]


def test_a_factor_a_thousand_times_its_own_is_named_as_a_slip():
    line = computed("I.3.1", "fuels/ipcc_diesel", 4321.5, "MWh")
    line |= {"value": line["value"] * 1000, "co2e": line["co2e"] * 1000}
    off = audit(lines_table([line]))
    assert [(f.code, round(f.params["factor"])) for f in off] == [("inv-factor-slip", 1000)]


def test_a_factor_that_is_nobodys_differs():
    line = computed("I.3.1", "fuels/ipcc_diesel", 4321.5, "MWh")
    line |= {"value": line["value"] * 1.0816, "co2e": line["co2e"] * 1.0816}
    assert [f.code for f in audit(lines_table([line]))] == ["inv-factor-differs"]


LOSSES = {"ref": "I.1.3", "value": 9876.5, "co2e": 9876.5, "activity": None, "factor": ""}


def test_losses_beside_a_consumption_side_factor_are_counted_twice():
    lines = [computed("I.1.2", "electricity/kr_2023", 4e5, "MWh")]
    lines.append(
        {**lines[0], "ref": "I.1.3", "value": 9876.5, "co2e": 9876.5, "activity": None, "factor": ""}
    )
    assert [(f.code, f.indicator) for f in audit(lines_table(lines))] == [("inv-losses-twice", "I.1.3")]


def test_losses_beside_a_generation_side_factor_are_clean():
    lines = [{**computed("I.1.2", "electricity/kr_2011_generation", 4e5, "MWh"), "year": 2011}]
    lines.append(
        {**lines[0], "ref": "I.1.3", "value": 9876.5, "co2e": 9876.5, "activity": None, "factor": ""}
    )
    assert audit(lines_table(lines)) == []


@pytest.mark.parametrize("held", [(), ("CH4",), ("N2O",), ("CH4", "N2O")])
def test_biomass_without_methane_or_nitrous_oxide_is_named(held):
    about = {"city_id": "demo", "city": "Demo", "year": 2020, "ref": "I.1.1"}
    lines = [{**about, "gas": "CO2_bio", "value": 5123.5, "kind": "memo"}]
    lines += [{**about, "gas": gas, "value": 1.5, "co2e": 40.25 + len(gas)} for gas in held]
    off = audit(lines_table(lines))
    missing = [g for g in ("CH4", "N2O") if g not in held]
    assert [f.params["gases"] for f in off] == ([missing] if missing else [])


# intensities


@few
@given(seed=seeds, factor=st.sampled_from([0.001, 1000]))
def test_a_population_off_by_a_thousand_gives_implausible_intensities(seed, factor):
    rows = records(seed)
    cities = known(rows)
    cities["population"] = cities["population"].where(
        cities["city_id"] == "twin", cities["population"] * factor
    )
    off = found(rows, cities)
    end = "low" if factor > 1 else "high"
    assert {(f.code, f.city) for f in off} == {(f"inv-intensity-{end}", "Demo")}


def test_an_implausible_tonnage_per_mwh_is_named():
    line = computed("I.1.2", "electricity/kr_2023", 1000.0, "MWh", value=2417.3)
    assert "inv-intensity-high" in [f.code for f in audit(lines_table([line]))]


# all together


def test_order_is_by_severity_and_then_by_how_sure():
    rows = records()
    put(of(rows, "demo", 2016, "II.1.1"), of(rows, "demo", 2016, "I.1.1")["value"])
    of(rows, "demo", 2015, "I.4.2").update(notation_key="IE", ie_target="I.4.1")
    of(rows, "demo", 2016, "I.4.2").update(notation_key="IE")
    assert [f.severity for f in found(rows)] == ["error", "warning", "note"]


def test_rules_without_anything_to_work_on_are_said():
    missing = unexamined(lines_table([records()[0]]), cities=cities_table([]))
    assert missing["intensities"] == "cities"
    assert missing["published"] == "published"
    assert "zeros" not in missing


@few
@given(st.randoms())
def test_row_order_does_not_matter(random):
    rows = records()
    put(of(rows, "demo", 2016, "I.1.1"), 0.0)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert found(shuffled, known(rows)) == found(rows, known(rows))
