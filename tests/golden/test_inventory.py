"""Published city inventories, from their cells to their totals.

Reproduced from C40's GHG Interactive Dashboard Data (version 30.05.2023), 329 city-years of 79 cities:
BASIC and BASIC+ within 1 t for 328 city-years, the territorial total for all 329. The exception is
Houston 2020, whose published BASIC and BASIC+ lie 9.79 and 11.08 Mt off the sum of their own cells.

BASIC+S3 agrees for 319 city-years only: for the ten others the published number is not BASIC+ and
VI.1 together (Melbourne 2017 and Medellín 2016, for example, differ by one and the same 51 759.61 t).
"""

import numpy as np
import pandas as pd
import pytest

from scindex.measure.inventory.cells import from_cells
from scindex.measure.inventory.totals import totals
from scindex.tables.inventory import read_gpc_cells

PUBLISHED = {
    # city, year: BASIC, BASIC+, territorial [t CO2e]; the file itself
    ("London", 2019): (28_775_408, 29_476_144, 21_562_261),
    ("Copenhagen", 2018): (1_499_957, 1_567_916, 2_180_446),
    ("Paris", 2018): (5_550_663, 7_139_827, 3_562_044),
    ("Seoul", 2018): (46_282_524, 47_782_633, 23_841_951),
    ("Yokohama", 2019): (15_357_996, 19_563_706, 6_835_192),
}


@pytest.fixture(scope="module")
def c40(shared):
    read = read_gpc_cells(shared / "data" / "cities" / "C40_GPC_Database_2023-05.xlsx")
    return from_cells(read.cells, read.cities)


@pytest.fixture(scope="module")
def table(c40):
    return totals(c40.lines)


def off(c40, table, total):
    """Return the city-years whose published total is not the sum of the cells within 1 t."""
    summed = table[table["total"] == total].set_index(["city_id", "year"])["co2e"].fillna(0.0)
    published = c40.cities.set_index(["city_id", "year"])[total].fillna(0.0)
    gap = (summed - published).abs()
    return [(city, year) for (city, year), t in gap.items() if t > 1]


def test_every_city_year_is_read(c40):
    assert len(c40.cities) == 329
    assert c40.cities["city"].nunique() == 79


@pytest.mark.parametrize(
    ("total", "exceptions"),
    [("basic", [("USA:houston", 2020)]), ("basic_plus", [("USA:houston", 2020)]), ("territorial", [])],
)
def test_published_totals_are_the_sums_of_their_cells(c40, table, total, exceptions):
    assert off(c40, table, total) == exceptions


def test_basic_with_other_scope_3_agrees_for_all_but_ten(c40, table):
    wrong = off(c40, table, "basic_s3")
    assert len(wrong) == 10
    assert ("AUS:melbourne", 2017) in wrong
    assert ("COL:medellín", 2016) in wrong


@pytest.mark.parametrize(("city", "year"), PUBLISHED)
def test_totals_of_five_cities(table, city, year):
    own = table[(table["city"] == city) & (table["year"] == year)].set_index("total")["co2e"]
    assert own[["basic", "basic_plus", "territorial"]].tolist() == pytest.approx(
        PUBLISHED[city, year], abs=0.5
    )


def test_other_scope_3_of_paris(table):
    """Published: 5 237 791 t of VI.1, BASIC+S3 12 377 618 t."""
    paris = table[(table["city"] == "Paris") & (table["year"] == 2018) & (table["total"] == "basic_s3")]
    assert paris["co2e"].item() == pytest.approx(12_377_618, abs=0.5)


def test_parts_of_five_cities_by_scope(c40):
    """Scope 1 in BASIC, scope 2, and scope 3 of waste, of London 2019 and Seoul 2018."""
    lines = c40.lines[c40.lines["ref"].isin([r for r in c40.lines["ref"].unique() if not r.endswith("4.4")])]
    for city, year, expected in (
        ("London", 2019, (20_605_052, 7_918_428, 251_928)),
        ("Seoul", 2018, (21_632_084, 22_678_270, 1_972_170)),
    ):
        own = lines[(lines["city"] == city) & (lines["year"] == year)]
        inside = own[own["sector"].isin(["stationary", "transport", "waste"])]
        imported = inside["ref"].str.fullmatch(r"III\.\d\.3")
        found = (
            inside.loc[(inside["scope"] == 1) & ~imported, "co2e"].sum(),
            inside.loc[inside["scope"] == 2, "co2e"].sum(),
            inside.loc[(inside["scope"] == 3) & (inside["sector"] == "waste"), "co2e"].sum(),
        )
        assert found == pytest.approx(expected, abs=0.5)


def test_notation_keys_are_counted_as_the_file_has_them(c40):
    """NO 6 023, NE 3 153, IE 1 602, C 15 as written; the dirty forms add to them."""
    keys = c40.lines["notation_key"].value_counts()
    assert (keys["NO"], keys["NE"], keys["IE"], keys["C"]) == (6023 + 6, 3153 + 7, 1602 + 4 + 8, 15)
    blank = (c40.lines["notation_key"] == "") & np.isnan(c40.lines["co2e"])
    assert blank.sum() == 135


def test_every_dirty_form_is_a_finding(c40):
    codes = [f.code for f in c40.findings]
    assert codes.count("gpc-cell-key-untidy") == 6
    assert codes.count("gpc-cell-key-twice") == 7
    assert codes.count("gpc-cell-two-keys") == 8
    assert codes.count("gpc-cell-target-inside") == 4
    assert codes.count("gpc-cell-blank") == 135
    assert all("GHG Dashboard Data - Inventory!" in f.where for f in c40.findings)


def test_credits_stand_outside(c40, table):
    """Paris 2018 lists credits of -372 174.456 t, which no total holds."""
    paris = table[(table["city"] == "Paris") & (table["year"] == 2018)].set_index("total").loc["basic"]
    assert paris["credits"] == pytest.approx(-372_174.456)
    assert paris["co2e"] == pytest.approx(5_550_663, abs=0.5)


def computed(rows, **options):
    from scindex.measure.inventory.compute import compute

    about = {"city_id": "demo", "city": "Demo", "year": 2024}
    return compute(pd.DataFrame([{**about, **row} for row in rows]), **options).lines


@pytest.mark.parametrize(("fuel", "tonnes"), [("gasoline", 215.11), ("diesel", 237.65), ("lpg", 136.89)])
def test_fuel_sales_of_100_cubic_metres(fuel, tonnes):
    """CityCatalyst's published test data of sub-sector II.1.1; GWP of CH4 28 and N2O 265."""
    row = {"ref": "II.1.1", "amount": 100.0, "unit": "m3", "factor": f"fuels/citycatalyst_{fuel}"}
    lines = computed([row], gwp_set="AR5")
    assert sorted(lines["gas"]) == ["CH4", "CO2", "N2O"]
    assert round(lines["co2e"].sum(), 2) == tonnes


def test_landfill_of_100_000_tonnes():
    """Worked with CityCatalyst's parameters: 6 966 t CH4, 195 048 t CO2e with 28."""
    mix = {"food": 0.4, "garden": 0.1, "paper": 0.2, "wood": 0.05, "textiles": 0.05, "recovered": 0.0}
    row = {"ref": "III.1.1", "method": "landfill", "amount": 100_000.0, "unit": "t", **mix}
    line = computed([{**row, "site": "managed", "convention": "gpc"}], gwp_set="AR5").iloc[0]
    assert line["value"] == pytest.approx(6966, abs=1e-6)
    assert line["co2e"] == pytest.approx(195_048, abs=1e-3)


FUELS = {
    "Electricity(kWh)": ("kWh", "I.2.2", "electricity/seattle_2016"),
    "NaturalGas(therms)": ("therm", "I.2.1", "fuels/seattle_natural_gas"),
    "SteamUse(kBtu)": ("kBtu", "I.2.2", "district_heat/seattle_steam"),
}


def test_reported_emissions_of_seattle_follow_from_its_fuels(shared):
    """3 376 buildings of 2016: the median of what differs is under 0.005 t."""
    path = shared / "data" / "buildings" / "seattle_2016_building_energy_benchmarking.csv"
    buildings = pd.read_csv(path, thousands=",")
    rows = [
        {"year": 2016, "ref": ref, "amount": amount, "unit": unit, "factor": factor, "where": str(k)}
        for column, (unit, ref, factor) in FUELS.items()
        for k, amount in buildings[column].dropna().items()
    ]
    lines = computed(rows, gwp_set="AR5")
    found = lines.groupby(lines["where"].astype(int))["co2e"].sum()
    gap = (found - buildings["TotalGHGEmissions"].reindex(found.index)).abs()
    assert len(found) > 3_300
    assert gap.median() < 0.005
