"""Factors are found by what they are for, and a look-up with two right answers has none."""

from __future__ import annotations

import csv
import json
from statistics import median

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex import messages
from scindex._resources import parse_yaml, read_yaml, root
from scindex.catalogue.factor_entries import profile
from scindex.catalogue.factor_file import FIELDS, HEAD_FIELDS
from scindex.catalogue.factors import (
    Factor,
    factor,
    families,
    family_ids,
    find,
    gwp,
    gwp_sets,
    load_factors,
    parameter,
    read_factors,
)
from scindex.errors import CatalogueError, MethodError, UsageError
from scindex.units import factor as conversion
from scindex.units import parse

STANDING = {"published": "published", "unverified": "recalled", "derived": "adapted"}

NOT_FACTORS = {"anchor", "intensity_seoul", "intensity_kr"}
"""Results to test against."""

LIMITS = {"limit_kr", "limit_nyc", "limit_nl", "limit_tokyo"}
"""Rules for buildings: in indicators/standards/."""

CONVERSIONS = {"conversion"}
"""What the units room knows already."""

TOTALS = {"SEOUL_CAR_YEAR", "KR_BLDG_TOTAL"}
"""Published totals, no rates."""

REPEATS = {"IPCC_NG_KWH": "IPCC_NG", "KR_HEAT_MWH_CAPITAL": "KR_HEAT_CO2_CAPITAL"}
"""The same number in another unit; having both would make every look-up ambiguous."""

IDS = {
    "KR_ELEC_OLD": "electricity/kr_carbon_point",
    "KR_ELEC_2011": "electricity/kr_2011_generation",
    "KR_GAS_M3": "fuels/kr_city_gas",
    "IPCC_NG": "fuels/ipcc_natural_gas",
    "KR_GAS_NCV": "fuels/kr_city_gas_ncv",
    "JP_TOKYOGAS": "fuels/tokyo_city_gas",
    "KR_WATER": "water/kr_tap_water",
    "KR_CAR_KM": "vehicles/kr_car_2018",
    "SEOUL_CAR_KMDAY": "vehicles/seoul_car_distance_2018",
    "KR_CAR_PKM": "vehicles/kr_car_quoted",
    "KR_BUS_PKM": "vehicles/kr_bus_quoted",
    "KR_METRO_PKM": "vehicles/kr_metro_quoted",
    "KR_UPT_PINE30": "uptake/kr_pine_30",
    "KR_UPT_PINE30_TREE": "uptake/kr_pine_30_tree",
    "KR_UPT_OAK60_TREE": "uptake/kr_oak_60_tree",
    "KR_UPT_LARCH50_TREE": "uptake/kr_larch_50_tree",
    "KR_UPT_NATMEAN": "uptake/kr_forest_mean",
    "KR_UPT_SURVEYMEAN": "uptake/kr_forest_survey",
    "KR_UPT_QACUTA": "uptake/quercus_acuta",
    "KR_CF_CONIFER": "forest/conifer",
    "KR_CF_BROADLEAF": "forest/broadleaf",
    "KR_PARK_GANGNEUNG": "uptake/gangneung_park",
    "KR_URBANFOREST_SEOUL_LO": "uptake/seoul_forest_low",
    "KR_URBANFOREST_SEOUL_HI": "uptake/seoul_forest_high",
    "KR_STREETTREE_SUWON": "uptake/suwon_street_tree",
    "KR_EUI_APT_C": "eui/kr_apartment_central",
    "KR_EUI_APT_S": "eui/kr_apartment_south",
    "KR_EUI_OFF_C": "eui/kr_office_central",
    "KR_EUI_OFF_S": "eui/kr_office_south",
    "KR_MIX_RES_GAS": "eui/kr_mix_residential.gas",
    "KR_MIX_RES_ELEC": "eui/kr_mix_residential.electricity",
    "KR_MIX_RES_HEAT": "eui/kr_mix_residential.heat",
    "KR_MIX_NRES_GAS": "eui/kr_mix_non_residential.gas",
    "KR_MIX_NRES_ELEC": "eui/kr_mix_non_residential.electricity",
    "KR_MIX_NRES_HEAT": "eui/kr_mix_non_residential.heat",
    "NYC_ELEC_2024": "electricity/nyc_ll97_2024",
}
PARTS = {"D": "density", "BEF": "expansion", "R": "root_shoot"}


def id_of(name: str, category: str) -> str:
    """Where a row of the reference table is in the catalogue."""
    if name in IDS:
        return IDS[name]
    head, _, rest = name.lower().partition("_")
    if category == "forest_coefficient":
        quantity, _, species = rest.partition("_")
        return f"forest/{species}.{PARTS[quantity.upper()]}"
    if category == "district_heat":
        _, gas, branch = rest.split("_")
        return f"district_heat/kr_{branch.replace('gwangju', 'gwangju_jeonnam')}.{gas}"
    if category == "electricity":
        return f"electricity/kr_{rest.removeprefix('elec_')}"
    if head == "ipcc":
        return f"fuels/{name.lower()}"
    kind, _, species = rest.partition("_")
    return {"upt": f"uptake/{species}", "inc": f"forest/{species}_increment"}[kind]


@pytest.fixture(scope="module")
def rows(shared):
    with (shared / "reference" / "factors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def own(tmp_path):
    def write(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def codes(err) -> list[str]:
    return [f.code for f in err.value.findings]


def test_every_row_of_the_reference_table_is_a_factor_or_said_not_to_be_one(rows):
    left = [
        r
        for r in rows
        if r["category"] not in NOT_FACTORS | LIMITS | CONVERSIONS
        and r["factor_id"] not in TOTALS
        and r["factor_id"] not in REPEATS
    ]
    assert len(left) == 141
    for row in left:
        found = factor(id_of(row["factor_id"], row["category"]))
        understood = parse(row["unit_pint"])
        assert understood is not None
        assert (found.value, found.unit) == (float(row["value"]), understood.unit), row["factor_id"]
        assert found.standing == STANDING[row["standing"]], row["factor_id"]
        assert row["source_url"] in ("", found.source.url), row["factor_id"]


def test_repeated_rows_follow_from_the_factor_kept_by_conversion(rows):
    by_id = {r["factor_id"]: r for r in rows}
    for name, kept in REPEATS.items():
        row = by_id[name]
        found = factor(id_of(kept, by_id[kept]["category"]))
        assert found.value_in(row["unit_pint"]) == pytest.approx(float(row["value"]), rel=1e-4)


def test_conversions_of_the_reference_table_are_known_to_the_units_room(rows):
    values = {r["factor_id"]: float(r["value"]) for r in rows if r["category"] in CONVERSIONS}
    assert conversion("toe", "kWh") == values["TOE_KWH"]
    assert conversion("m**2", "ft**2") == pytest.approx(values["SF_PER_M2"], abs=5e-5)


def test_two_factors_of_one_year_are_refused_and_told_apart_by_purpose():
    with pytest.raises(MethodError) as err:
        find("electricity", region="KR", year=2021)
    (finding,) = err.value.findings
    assert finding.code == "factor-ambiguous"
    assert finding.params["ids"] == ["electricity/kr_2021", "electricity/kr_2020_2022"]
    assert "purpose" in finding.params["by"]
    assert "purpose=three_year_mean: electricity/kr_2020_2022" in messages.sentence(finding)
    said = {
        p: find("electricity", region="KR", year=2021, purpose=p)["CO2e"].value
        for p in finding_purposes(finding)
    }
    assert said == {"single_year": 0.4509, "three_year_mean": 0.4541}


def finding_purposes(finding):
    return [load_factors()[i].purpose for i in finding.params["ids"]]


def test_generation_and_consumption_side_are_two_things():
    found = find("electricity", region="KR", year=2011, point="generation")
    assert found["CO2e"].value == 0.443
    with pytest.raises(MethodError):
        find("electricity", region="KR", year=2011, point="consumption")


def test_no_other_year_is_ever_taken():
    with pytest.raises(MethodError) as err:
        find("electricity", region="KR", year=2024, purpose="single_year")
    (finding,) = err.value.findings
    assert finding.code == "factor-none"
    assert finding.params["near"][0] == "electricity/kr_2023 (KR, 2023)"


def test_the_years_of_a_factor_include_both_ends():
    held = [y for y in range(2018, 2025) if load_factors()["electricity/kr_2020_2022"].holds_in(y)]
    assert held == [2020, 2021, 2022]


def test_a_part_of_a_country_takes_the_country_s_factor_where_it_has_none():
    assert find("electricity", region="kr-seoul", year=2023)["CO2e"].id == "electricity/kr_2023"
    assert find("vehicles", region="KR-Seoul", quantity="distance")[""].value == 35


def test_a_region_with_a_factor_of_another_year_never_falls_back_on_a_wider_one():
    factors = read_both("US", "US-NYC")
    with pytest.raises(MethodError) as err:
        find("electricity", region="US-NYC", year=2020, factors=factors)
    assert "electricity/nyc_ll97_2024 (US-NYC, 2024-2029)" in err.value.findings[0].params["near"]


def read_both(wide: str, narrow: str):
    there = {f.id: f for f in load_factors().values() if f.region == narrow}
    whole = Factor("electricity/us", "electricity", {}, 0.4, "t_CO2e/MWh", gas="CO2e", region=wide)
    return {**there, whole.id: whole}


def test_nothing_near_names_the_regions_there_are():
    with pytest.raises(MethodError) as err:
        find("electricity", region="FR", year=2023)
    assert err.value.findings[0].params["near"] == [
        "region=KR",
        "region=US-NYC",
        "region=US-Seattle",
        "region=US-Boston",
    ]


def test_gases_of_one_thing_come_together():
    found = find("district_heat", region="KR", year=2021, branch="cheongju")
    assert {gas: f.value for gas, f in found.items()} == {"CO2": 67971, "CH4": 2.6169, "N2O": 0.5234}
    assert find("district_heat", region="KR", year=2021, branch="cheongju", gas="CH4").keys() == {"CH4"}


def test_heat_without_its_branch_is_refused_and_every_branch_named():
    with pytest.raises(MethodError) as err:
        find("district_heat", region="KR", year=2021)
    params = err.value.findings[0].params
    assert params["by"] == ["branch"]
    assert len(params["ids"]) == 24


def test_co2e_beside_the_gases_it_holds_is_ambiguous():
    base = load_factors()["district_heat/kr_cheongju.co2"]
    whole = Factor(
        "district_heat/all", "district_heat", {}, 70000, "kg_CO2e/TJ", gas="CO2e", region="KR",
        valid=base.valid, purpose=base.purpose, point=base.point, boundary=base.boundary,
        attributes=base.attributes,
    )  # fmt: skip
    with pytest.raises(MethodError):
        find("district_heat", branch="cheongju", factors={f.id: f for f in (base, whole)})


def test_a_fuel_per_energy_and_per_volume_are_told_apart_by_unit():
    with pytest.raises(MethodError):
        find("fuels", fuel="diesel")
    assert find("fuels", fuel="diesel", per="GJ").keys() == {"CO2"}
    assert find("fuels", fuel="diesel", per="m**3").keys() == {"CO2", "CH4", "N2O"}


def test_parameters_are_asked_for_by_quantity():
    assert find("fuels", fuel="city_gas", region="KR").keys() == {"CO2e"}
    assert parameter("fuels", "net_calorific_value", fuel="city_gas").value == 38.5
    with pytest.raises(MethodError):
        parameter("waste", "doc_fraction")
    assert parameter("waste", "doc_fraction", convention="ipcc").value == 0.5
    assert parameter("waste", "doc_fraction", convention="gpc").value == 0.6


@pytest.mark.parametrize(("fuel", "published"), [("gasoline", 215.11), ("diesel", 237.65), ("lpg", 136.89)])
def test_fuel_sales_give_the_published_tonnes(fuel, published):
    """CityCatalyst test data, II.1.1, 100 m3, CH4 28 and N2O 265 (transport_validation_full_data.csv)."""
    found = find("fuels", fuel=fuel, method="fuel_sales")
    kilograms = sum(100 * f.value * gwp(gas, "AR5") for gas, f in found.items())
    assert round(kilograms / 1000, 2) == published


@pytest.mark.parametrize(
    ("species", "leaf", "where", "published"),
    [
        ("pinus_densiflora", "conifer", {"stand": "gangwon"}, 2.28),
        ("quercus_mongolica", "broadleaf", {}, 3.98),
        ("larix_kaempferi", "conifer", {}, 3.79),
    ],
)
def test_coefficients_give_the_published_uptake_of_carbon(species, leaf, where, published):
    """Lee et al. 2019, J. Climate Change Research 10(4) 463-471: t C per hectare and year."""
    growth = parameter("forest", "annual_increment", species=species, region="KR-Gangwon").value
    density, expansion, root = (
        parameter("forest", q, species=species, **where).value
        for q in ("basic_wood_density", "biomass_expansion_factor", "root_shoot_ratio")
    )
    fraction = parameter("forest", "carbon_fraction", leaf=leaf).value
    assert growth * density * expansion * (1 + root) * fraction == pytest.approx(published, abs=0.025)


def test_the_regulator_s_worked_example_of_new_york_follows():
    """NYC Department of Buildings, slides of June 2024, no. 25: 89.58 + 119.50 + 77.92 = 287.00 t."""
    asked = {"region": "US-NYC", "year": 2024, "gas": "CO2e"}
    electricity = find("electricity", **asked)["CO2e"].value_in("t CO2e/kWh") * 310_000
    gas = find("fuels", fuel="natural_gas", **asked)["CO2e"].value_in("t CO2e/kBtu") * 2_250_000
    oil = find("fuels", fuel="oil_2", **asked)["CO2e"].value_in("t CO2e/kBtu") * 1_050_000
    assert [round(t, 2) for t in (electricity, gas, oil)] == [89.58, 119.50, 77.92]
    assert round(electricity + gas + oil, 2) == 287.00


def test_the_emissions_that_seattle_reports_follow_from_its_fuels(shared):
    """Seattle 2016 Building Energy Benchmarking: TotalGHGEmissions, median error under 0.005 t."""
    asked = {"region": "US-Seattle", "year": 2016}
    per = {
        "Electricity(kWh)": find("electricity", **asked)["CO2e"].value_in("t CO2e/kWh"),
        "NaturalGas(therms)": find("fuels", **asked)["CO2e"].value_in("t CO2e/therm"),
        "SteamUse(kBtu)": find("district_heat", **asked)["CO2e"].value_in("t CO2e/kBtu"),
    }
    path = shared / "data" / "buildings" / "seattle_2016_building_energy_benchmarking.csv"
    errors: list[float] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            said = [row[name].replace(",", "") for name in ("TotalGHGEmissions", *per)]
            if all(said):
                total, *used = map(float, said)
                errors.append(abs(sum(u * value for u, value in zip(used, per.values())) - total))
    assert len(errors) > 3000
    assert median(errors) < 0.005


def test_units_convert_and_co2_never_becomes_co2e():
    heat = factor("district_heat/kr_capital.co2")
    assert heat.value_in("t CO2/MWh") == pytest.approx(0.1293696)
    with pytest.raises(MethodError) as err:
        heat.value_in("t CO2e/MWh")
    assert codes(err) == ["factor-not-in-unit"]


def test_every_factor_is_found_alone_by_what_tells_it_apart():
    for entry in load_factors().values():
        asked = profile(entry)
        valid = asked.pop("valid", "")
        found = find(entry.family, year=entry.valid[0], gas=entry.gas, valid=valid, **asked)
        assert found == {entry.gas: entry}, entry.id


@given(order=st.permutations(sorted(load_factors())), year=st.integers(2005, 2045))
@settings(max_examples=30)
def test_the_order_of_factors_changes_no_answer(order, year):
    def answer(factors):
        try:
            return find("electricity", region="KR", year=year, factors=factors)
        except MethodError as err:
            return err.findings[0].code, sorted(err.findings[0].params.get("ids", ()))

    assert answer({i: load_factors()[i] for i in order}) == answer(load_factors())


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("t CO2e / MWh", "t_CO2e/MWh"),
        ("kg CO2 / TJ", "kg_CO2/TJ"),
        ("kg CH4 / TJ", "kg_CH4/TJ"),
        ("t C / t_dm", "t_C/t_dm"),
        ("m3/ha/yr", "m**3/hectare/year"),
        ("kg CO2e / m**3", "kg_CO2e/m**3"),
        ("kgCO2/tree/yr", "kg_CO2/tree/year"),
        ("g CO2/vehicle-km", "g_CO2/vkm"),
        ("tCO2e/therm", "t_CO2e/therm"),
        ("t CO2e/kBtu", "t_CO2e/kBtu"),
    ],
)
def test_units_of_factors_read_as_people_write_them(text, unit):
    understood = parse(text)
    assert understood is not None
    assert understood.unit == unit


def test_every_unit_in_use_is_one_that_converts():
    for entry in load_factors().values():
        assert entry.value_in(entry.unit) == entry.value
    assert conversion("t CO2e/kBtu", "kg CO2e/kWh") == pytest.approx(3412.14, rel=1e-5)


def test_an_unknown_factor_family_or_attribute_is_named_with_close_ones():
    with pytest.raises(CatalogueError) as err:
        factor("electricity/kr_2032")
    assert err.value.findings[0].params["close"][0] == "electricity/kr_2023"
    with pytest.raises(CatalogueError) as err:
        find("electricty")
    assert err.value.findings[0].params["close"] == ["electricity"]
    with pytest.raises(CatalogueError) as err:
        find("fuels", feul="diesel")
    assert (codes(err), err.value.findings[0].value) == (["factor-unknown-attribute"], "feul")


def test_the_warming_potentials_are_the_published_ones():
    """energy_inventory.md B4, read there from globalwarmingpotentials 0.13.2."""
    table = {
        "CO2": (1, 1, 1, 1, 1),
        "CH4": (25, 28, 34, 27.9, 81.2),
        "N2O": (298, 265, 298, 273, 273),
        "SF6": (22800, 23500, 26087, 25200, 18300),
        "NF3": (17200, 16100, 17885, 17400, 13400),
        "HFC-134a": (1430, 1300, 1549, 1530, 4140),
        "HFC-32": (675, 677, 817, 771, 2690),
        "HFC-125": (3500, 3170, 3691, 3740, 6740),
        "CF4": (7390, 6630, 7349, 7380, 5300),
        "C2F6": (12200, 11100, 12340, 12400, 8940),
    }
    assert list(gwp_sets()) == ["AR4GWP100", "AR5GWP100", "AR5CCFGWP100", "AR6GWP100", "AR6GWP20"]
    for gas, values in table.items():
        assert tuple(gwp(gas, name) for name in gwp_sets()) == values, gas
    assert (gwp("CH4", "AR4"), gwp("CH4", "ar5"), gwp("CO2e", "AR6")) == (25, 28, 1)


@pytest.mark.parametrize(
    ("gas", "name", "code"),
    [
        ("CH5", "AR5", "gwp-unknown-gas"),
        ("CH4", "AR7", "gwp-unknown-set"),
        ("CO2_bio", "AR5", "gwp-biogenic"),
        ("HFC41", "AR4", "gwp-not-in-set"),
    ],
)
def test_a_warming_potential_that_is_not_there_is_never_made_up(gas, name, code):
    with pytest.raises(MethodError) as err:
        gwp(gas, name)
    assert codes(err) == [code]


GOOD = """\
family: electricity
name: {en: mine, ko: 자체}
factors:
  my_grid:
    name: {en: My grid, ko: 자체 계통}
    value: 0.2
    unit: kg CO2e / kWh
    gas: CO2e
    region: XX
    valid: {from: 2020}
    source: {publisher: me, url: "https://example.org"}
"""


def test_a_user_s_factor_stands_beside_the_shipped_ones(own):
    factors = read_factors(own(GOOD))
    assert find("electricity", region="XX", year=2050, factors=factors)["CO2e"].unit == "kg_CO2e/kWh"
    assert factors.keys() - load_factors().keys() == {"electricity/my_grid"}


def test_a_shipped_number_is_never_replaced(own):
    with pytest.raises(CatalogueError) as err:
        read_factors(own(GOOD.replace("my_grid", "kr_2023")))
    assert codes(err) == ["factor-twice"]
    assert err.value.findings[0].where == "mine.yaml:4"


def test_a_file_may_start_a_family_with_attributes_of_its_own(own):
    text = GOOD.replace("family: electricity", "family: cooling\nattributes: {plant: {en: plant, ko: 설비}}")
    factors = read_factors(own(text.replace("    gas:", "    plant: north\n    gas:")))
    assert find("cooling", plant="north", factors=factors)["CO2e"].value == 0.2


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("unit: kg CO2e / kWh", "unit: tons of things", "factor-unit", 7),
        ("gas: CO2e", "gas: CO2", "factor-gas-unit", 8),
        ("gas: CO2e", "colour: green", "entry-unknown-field", 8),
        ("value: 0.2", "value: much", "entry-wrong-kind", 6),
        ("value: 0.2", "value: .nan", "entry-wrong-kind", 6),
        ("    value: 0.2\n", "", "entry-missing-field", 4),
        ("valid: {from: 2020}", "valid: {from: 2020, to: 2019}", "factor-valid-order", 10),
        ("valid: {from: 2020}", "valid: {from: 20}", "factor-not-a-year", 10),
        ("valid: {from: 2020}", "standing: certain", "entry-unknown-choice", 10),
        ("valid: {from: 2020}", "purpose: fun", "entry-unknown-choice", 10),
        ("valid: {from: 2020}", "relative_error: -0.1", "factor-negative-error", 10),
        ("my_grid", "my grid", "entry-bad-id", 4),
        (
            "family: electricity",
            "family: electricity\nattributes: {region: {en: r}}",
            "factor-attribute-taken",
            2,
        ),
    ],
)
def test_a_wrong_file_is_refused_at_the_line(own, old, new, code, line):
    with pytest.raises(CatalogueError) as err:
        read_factors(own(GOOD.replace(old, new)))
    assert (code, f"mine.yaml:{line}") in [(f.code, f.where) for f in err.value.findings]


def test_a_relative_error_may_have_a_standing_of_its_own(own):
    said = {
        "relative_error: 0.05": (0.05, "published"),
        "relative_error: {value: 0.1, standing: proposed, reason: {en: ours, ko: 자체}}": (0.1, "proposed"),
        "relative_error: null": (None, ""),
    }
    for text, expected in said.items():
        found = read_factors(own(GOOD.replace("    gas:", f"    {text}\n    gas:")))["electricity/my_grid"]
        assert (found.relative_error, found.error_standing) == expected
        assert not marked(parse_yaml(GOOD.replace("    gas:", f"    {text}\n    gas:").encode(), "mine.yaml"))
    with pytest.raises(CatalogueError) as err:
        read_factors(
            own(GOOD.replace("    gas:", "    relative_error: {value: 1, standing: proposed}\n    gas:"))
        )
    assert err.value.findings[0].params["field"] == "reason"


def test_every_fault_of_a_file_is_told_at_once(own):
    text = GOOD.replace("kg CO2e / kWh", "things").replace("0.2", "much").replace("region", "regoin")
    with pytest.raises(CatalogueError) as err:
        read_factors(own(text))
    assert sorted(codes(err)) == ["entry-unknown-field", "entry-wrong-kind", "factor-unit"]


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError):
        read_factors(tmp_path / "none.yaml")


def test_several_values_of_an_entry_inherit_what_they_do_not_say(own):
    text = GOOD.replace(
        "    value: 0.2\n    unit: kg CO2e / kWh\n    gas: CO2e\n",
        "    values:\n      co2: {gas: CO2, value: 1, unit: kg_CO2/TJ}\n"
        "      ch4: {gas: CH4, value: 2, unit: kg_CH4/TJ, name: {en: methane, ko: 메탄}}\n",
    )
    factors = read_factors(own(text))
    one, two = factors["electricity/my_grid.co2"], factors["electricity/my_grid.ch4"]
    assert (one.region, two.region, one.valid) == ("XX", "XX", (2020, None))
    assert (one.name["ko"], two.name["ko"]) == ("자체 계통: CO2", "자체 계통: 메탄")
    assert (one.line, two.line) == (7, 8)


def test_every_shipped_factor_has_both_languages_and_a_source():
    for entry in load_factors().values():
        assert all(entry.name.get(lang) for lang in messages.LANGUAGES), entry.id
        assert entry.source.url or entry.source.page or entry.source.note, entry.id
        assert not entry.notes or all(entry.notes.get(lang) for lang in messages.LANGUAGES), entry.id
    assert {f.family for f in load_factors().values()} == set(families())


SCHEMA = json.loads((root() / "schemas" / "factors.schema.json").read_text(encoding="utf-8"))


def marked(data) -> list[str]:
    return [e.message for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)]


@pytest.mark.parametrize("name", family_ids())
def test_editors_accept_our_own_files(name):
    data = read_yaml(root() / "indicators" / "factors" / f"{name}.yaml")
    assert data["family"] == name
    assert marked(data) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 0.2", "value: much"),
        ("my_grid", "my grid"),
        ("valid: {from: 2020}", "valid: {since: 2020}"),
        ("valid: {from: 2020}", "point: somewhere"),
        ("name: {en: mine, ko: 자체}\n", ""),
    ],
)
def test_editors_mark_what_the_program_refuses(old, new):
    assert marked(parse_yaml(GOOD.encode(), "mine.yaml")) == []
    assert marked(parse_yaml(GOOD.replace(old, new).encode(), "mine.yaml"))


def test_the_schema_knows_the_fields_that_the_program_knows():
    defs = SCHEMA["$defs"]
    assert set(defs["part"]["properties"]) == set(FIELDS)
    assert set(defs["entry"]["properties"]) == {*FIELDS, "values"}
    assert set(SCHEMA["properties"]) == set(HEAD_FIELDS)
