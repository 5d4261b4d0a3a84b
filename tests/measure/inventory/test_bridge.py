"""The bridge closes to the unit, names what it can, and never tunes the rest away."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import DataError
from scindex.measure.inventory.bridge import BASES, COLUMNS, bridge, step_of
from scindex.measure.inventory.cells import from_cells
from scindex.measure.inventory.lines import lines_table
from scindex.measure.inventory.taxonomy import refs_of, taxonomy
from scindex.measure.inventory.totals import totals
from scindex.tables.inventory import read_gpc_cells

ABOUT = {"city_id": "demo", "city": "Demo", "gas": "CO2e"}
tonnes = st.floats(0.001, 1e8)
cells = st.dictionaries(st.sampled_from(list(taxonomy())), tonnes, min_size=1)


def lines(*years: dict[str, float], start: int = 2020) -> pd.DataFrame:
    return lines_table(
        [
            {**ABOUT, "year": start + i, "ref": r, "co2e": t}
            for i, year in enumerate(years)
            for r, t in year.items()
        ]
    )


def closes(rows: pd.DataFrame) -> bool:
    """Return whether every chain of rows adds up from level to level, to the unit."""
    for _, chain in rows.groupby(["city_id", "year", "figure"], sort=False):
        reached = None
        for row in chain.to_dict("records"):
            if row["kind"] == "level":
                if reached is not None and reached != row["nano"]:
                    return False
                reached = row["nano"]
            elif row["kind"] in ("difference", "remainder") and reached is not None:
                reached += row["nano"]
    return True


@given(cells, tonnes, st.sampled_from(BASES), st.integers(2015, 2025))
@settings(max_examples=12)
def test_steps_close_exactly_whatever_is_there(held, figure, basis, year):
    published = pd.DataFrame([{"name": "other", "t": figure, "basis": basis, "year": year}])
    shown = pd.DataFrame([{"city_id": "demo", "year": year, "sector": "", "t": figure}])
    rows = bridge(lines(held, held), map_total=shown, published=published)
    assert list(rows.columns) == list(COLUMNS)
    assert closes(rows)


@given(cells)
@settings(max_examples=8)
def test_levels_are_the_totals_of_the_protocol(held):
    rows = bridge(lines(held))
    levels = rows[rows["kind"] == "level"].set_index("label")["t"]
    expected = totals(lines(held)).set_index("total")["co2e"]
    for total in ("basic", "territorial"):
        if total in levels:
            assert levels[total] == pytest.approx(expected[total], rel=1e-9)


@given(cells, st.randoms())
@settings(max_examples=5)
def test_line_order_does_not_matter(held, random):
    shuffled = list(held.items())
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(bridge(lines(dict(shuffled))), bridge(lines(held)))


def test_a_missing_station_is_a_gap_not_a_zero():
    rows = bridge(lines({"I.1.1": 5.0, "I.1.2": 2.0}))
    gaps = rows[rows["kind"] == "gap"]
    assert gaps["label"].tolist() == ["map", "basic_plus", "footprint"]
    assert gaps["t"].isna().all()
    assert gaps["nano"].isna().all()


def test_steps_have_the_signs_of_the_protocol():
    rows = bridge(
        lines({"I.1.1": 5.0, "I.1.2": 2.0, "I.1.3": 0.5, "I.4.4": 9.0, "III.1.2": 1.0, "III.1.3": 3.0})
    )
    steps = rows[rows["kind"] == "difference"].set_index(["from", "to", "label"])["t"].to_dict()
    assert steps == {
        ("basic", "basic_plus", "losses"): 0.5,
        ("basic_plus", "territorial", "losses"): -0.5,
        ("basic_plus", "territorial", "grid_buildings"): -2.0,
        ("basic_plus", "territorial", "waste_exported"): -1.0,
        ("basic_plus", "territorial", "generation"): 9.0,
        ("basic_plus", "territorial", "waste_imported"): 3.0,
    }


def test_a_map_by_sector_leaves_a_remainder_for_each_and_names_what_it_lacks():
    shown = pd.DataFrame(
        [
            {"city_id": "demo", "year": 2020, "sector": "buildings", "t": 6.0},
            {"city_id": "demo", "year": 2020, "sector": "transport", "t": 4.0},
        ]
    )
    rows = bridge(
        lines({"I.1.1": 5.0, "I.1.2": 2.0, "I.3.1": 1.5, "II.1.1": 3.0, "III.1.1": 0.5}), map_total=shown
    )
    found = rows[rows["kind"] == "remainder"].set_index("label")["t"].to_dict()
    assert found == {"map_buildings": 1.0, "map_transport": -1.0}
    lacks = rows[(rows["kind"] == "difference") & (rows["from"] == "map")].set_index("label")["t"].to_dict()
    assert lacks == {"industry": 1.5, "waste_treated": 0.5}


def test_a_map_of_another_year_says_so_beside_the_nearest_inventory():
    shown = pd.DataFrame([{"city_id": "demo", "year": 2024, "sector": "", "t": 6.0}])
    rows = bridge(lines({"I.1.1": 5.0}, {"I.1.1": 5.5}), map_total=shown)
    remainder = rows[rows["kind"] == "remainder"]
    assert remainder[["year", "why"]].values.tolist() == [[2021, "method;year:2024"]]
    assert rows[(rows["label"] == "map") & (rows["year"] == 2020)]["kind"].tolist() == ["gap"]


def test_a_footprint_is_bridged_where_lines_are_of_it():
    held = lines({"I.1.1": 5.0, "I.4.4": 2.0})
    bought = lines_table([{**ABOUT, "year": 2020, "ref": "VI.1", "co2e": 7.0, "basis": "footprint"}])
    held.loc[held["ref"] == "I.1.1", "basis"] = "end_user+territorial+footprint"
    rows = bridge(pd.concat([held, bought], ignore_index=True))
    last = rows[rows["to"] == "footprint"].set_index("label")["t"].to_dict()
    assert last == {"generation": -2.0, "other_scope3": 7.0}
    assert rows[(rows["kind"] == "level") & (rows["label"] == "footprint")]["t"].tolist() == [12.0]


def test_credits_and_other_scope_3_stand_beside():
    held = lines({"I.1.1": 5.0, "VI.1": 2.0})
    credit = lines_table([{**ABOUT, "year": 2020, "ref": "I", "co2e": -1.5, "kind": "credit"}])
    rows = bridge(pd.concat([held, credit], ignore_index=True))
    assert rows[rows["kind"] == "beside"].set_index("label")["t"].to_dict() == {
        "other_scope3": 2.0,
        "credits": -1.5,
    }
    assert closes(rows)


def test_a_figure_of_some_sectors_loses_the_others_by_name():
    published = pd.DataFrame(
        [{"name": "energy only", "t": 5.0, "basis": "basic", "year": 2020, "sectors": "I"}]
    )
    rows = bridge(lines({"I.1.1": 5.0, "II.1.1": 3.0}), published=published)
    steps = rows[(rows["figure"] == "energy only") & (rows["kind"] != "level")]
    assert steps[["label", "t"]].values.tolist() == [["sectors", -3.0], ["source", 0.0]]


def test_faulty_figures_are_all_named_at_once():
    published = pd.DataFrame(
        [
            {"name": "a", "t": 5.0, "basis": "production", "year": 2020},
            {"name": "b", "t": None, "basis": "basic", "year": 2020},
        ]
    )
    with pytest.raises(DataError) as caught:
        bridge(lines({"I.1.1": 5.0}), published=published)
    assert [f.code for f in caught.value.findings] == ["bridge-unknown-basis", "bridge-figure-incomplete"]


def test_every_cell_has_a_step():
    assert "other" not in {step_of(ref) for ref in taxonomy()}
    assert set(refs_of("basic_s3")) <= set(taxonomy())


@pytest.fixture(scope="module")
def seoul(shared):
    read = read_gpc_cells(shared / "data" / "cities" / "C40_GPC_Database_2023-05.xlsx")
    own = from_cells(read.cells, read.cities).lines
    own = own[own["city"] == "Seoul"]
    figures = [
        ("carbon spatial map", 48_757_649, "map", 2022, ""),
        ("Nangini et al.", 25_100_000, "scope_1", 2013, ""),
        ("Carbon Monitor Cities", 134_000_000, "territorial", 2019, "wider urban area"),
    ]
    columns = ["name", "t", "basis", "year", "boundary"]
    return bridge(own, published=pd.DataFrame(figures, columns=columns).assign(gases="CO2"))


def test_why_seouls_figures_differ_threefold(seoul):
    """Mt: C40 2018 BASIC 46.28, territorial 23.84; map 2022 48.76; Nangini 2013 25.1; Monitor 2019 134."""
    now = seoul[seoul["year"] == 2018]
    own = now[now["figure"] == ""].set_index(["kind", "label"])["t"]
    assert own["level", "basic"] == 46_282_524
    assert own["level", "territorial"] == 23_841_951
    assert own["difference", "grid_buildings"] == -21_875_591
    assert own["difference", "waste_exported"] == -1_972_170
    assert closes(seoul)
    rest = now[now["kind"] == "remainder"].set_index("figure")[["t", "why"]]
    assert rest.loc["Nangini et al.", "t"] == pytest.approx(-2_030_772, abs=1)  # within 8 % of C40's 2013
    assert rest.loc["carbon spatial map", "t"] == pytest.approx(7_684_969, abs=1)
    assert rest.loc["Carbon Monitor Cities", "t"] == pytest.approx(110_158_049, abs=1)
    assert "boundary:wider urban area" in rest.loc["Carbon Monitor Cities", "why"]


@pytest.mark.parametrize("tonnes", [1e10, 1e19, -1e12])
def test_numbers_too_large_for_exact_sums_are_refused_at_their_cell(tonnes):
    huge = lines_table([{**ABOUT, "year": 2020, "ref": "I.1.1", "co2e": tonnes, "where": "a.csv!C2"}])
    with pytest.raises(DataError) as refused:
        bridge(huge)
    assert [(f.code, f.where) for f in refused.value.findings] == [("bridge-too-large", "a.csv!C2")]
