"""Long, wide, transposed and one-city tables are told apart, and unknown columns reported."""

from __future__ import annotations

import pytest

from scindex.catalogue.load import load_framework
from scindex.catalogue.lookup import Lookup
from scindex.errors import DataError
from scindex.tables.grid import grid_of
from scindex.tables.layout import find_layout


@pytest.fixture(scope="module")
def lookup():
    return Lookup([load_framework("u4ssc")])


def rows(text: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in text.strip().splitlines()]


def read(text: str, lookup: Lookup, **options):
    return find_layout(grid_of(rows(text), "a.csv"), lookup, **options)


def fault(text: str, lookup: Lookup, **options):
    with pytest.raises(DataError) as err:
        read(text, lookup, **options)
    return [(f.code, f.where) for f in err.value.findings if f.severity == "error"]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("city|year|indicator|value\nOslo|2020|GHG Emissions|2", "long", (3,)),
        ("indicator|value|unit\nGHG Emissions|2|t", "list", (1,)),
        ("지표|값\n실업률|2", "list", (1,)),
        ("city|year|GHG Emissions|Unemployment Rate\nOslo|2020|2|3", "wide", (2, 3)),
        ("GHG Emissions|Unemployment Rate\n2|3", "wide", (0, 1)),
        ("uName|uCode|Time|EN.EN.AQ.2C\nOslo|NO1|2020|2", "wide", (3,)),
        ("indicator|Oslo|Bergen\nGHG Emissions|2|3", "transposed", (1, 2)),
        ("|Oslo|Bergen\nGHG Emissions|2|3\nUnemployment Rate|4|5", "transposed", (1, 2)),
        ("KPI|unit|2019|2020\nGHG Emissions|t|2|3", "transposed", (2, 3)),
        ("code|name|value\nEN.EN.AQ.2C|GHG Emissions|2", "list", (2,)),
        ("name|year|GHG Emissions\nOslo|2020|2", "wide", (2,)),
    ],
)
def test_each_shape_is_recognised(text, kind, values, lookup):
    layout, _ = read(text, lookup)
    assert (layout.kind, layout.values) == (kind, values)


def test_name_and_code_head_what_their_cells_hold(lookup):
    of_city, _ = read("code|name|year|GHG Emissions\nNO1|Oslo|2020|2", lookup)
    assert (of_city.by_row["city_id"], of_city.by_row["city"]) == ((0,), (1,))
    of_indicator, _ = read("code|name|value\nEN.EN.AQ.2C|GHG Emissions|2", lookup)
    assert of_indicator.by_row["indicator"] == (0, 1)


def test_title_rows_are_skipped_with_a_note(lookup):
    layout, found = read("City report|||\n|||\ncity|year|indicator|value\nOslo|2020|GHG Emissions|2", lookup)
    assert (layout.header, layout.rows.tolist()) == (2, [3])
    assert [(f.code, f.severity, f.where) for f in found] == [("rows-above-header", "note", "a.csv!A1")]


def test_units_come_from_brackets_and_from_the_row_below(lookup):
    for text in (
        "city|GHG Emissions (kt CO2e)|Unemployment Rate (%)\nOslo|2|3",
        "city|GHG Emissions|Unemployment Rate\n|kt CO2e|%\nOslo|2|3",
        "city|GHG Emissions (kt CO2e)|Unemployment Rate\nunit||%\nOslo|2|3",
        "city|GHG Emissions|Unemployment Rate\n단위|kt CO2e|%\nOslo|2|3",
    ):
        layout, _ = read(text, lookup)
        assert layout.by_column["unit"] == ("kt CO2e", "%")
        assert len(layout.rows) == 1


def test_a_row_of_values_or_marks_is_no_row_of_units(lookup):
    for below in ("Oslo|2|3", "|NR|C", "|2|%"):
        layout, _ = read(f"city|GHG Emissions|Unemployment Rate\n{below}\nBergen|1|1", lookup)
        assert len(layout.rows) == 2


def test_two_units_for_one_column_are_an_error(lookup):
    assert fault("city|GHG Emissions (kt CO2e)\n|t CO2e\nOslo|2", lookup) == [("unit-twice", "a.csv!B2")]
    read("city|Unemployment Rate (%)\n|percent\nOslo|2", lookup)


def test_a_unit_in_the_heading_of_the_value_column_counts(lookup):
    assert read("city|indicator|value (kt CO2e)\nOslo|GHG Emissions|2", lookup)[0].by_column == {
        "unit": ("kt CO2e",)
    }


def test_an_unknown_column_is_an_error_with_numbers_and_a_warning_without(lookup):
    _, found = read("city|GHG Emissions|GHG Emission|mayor\nOslo|2|3|Kari", lookup)
    assert [(f.code, f.severity, f.where) for f in found] == [
        ("unknown-column", "error", "a.csv!C1"),
        ("column-unused", "warning", "a.csv!D1"),
    ]
    assert "GHG Emissions" in found[0].params["close"] or "ghg_emissions" in found[0].params["close"]


@pytest.mark.parametrize("ignore", [("all",), ("population",), ("POPULATION ",)])
def test_a_column_may_be_ignored_by_name_or_with_all(ignore, lookup):
    _, found = read("city|GHG Emissions|Population\nOslo|2|3", lookup, ignore=ignore)
    assert [(f.code, f.severity) for f in found] == [("column-ignored", "note")]


def test_columns_of_the_list_are_left_out_without_a_word(lookup):
    assert read("city|GHG Emissions|comment|source_url|lat\nOslo|2|x|http|59.9", lookup)[1] == []


def test_a_column_without_a_heading_is_told(lookup):
    _, found = read("city|GHG Emissions|\nOslo|2|7", lookup)
    assert [(f.code, f.severity, f.where) for f in found] == [("column-without-header", "error", "a.csv!C1")]


def test_the_same_role_twice_is_an_error_unless_one_column_is_blank(lookup):
    assert fault("city|year|year|GHG Emissions\nOslo|2020|2021|2", lookup) == [("column-twice", "a.csv!C1")]
    layout, _ = read("city|year|year|GHG Emissions\nOslo||2021|2", lookup)
    assert layout.by_row["year"] == (2,)


def test_a_second_word_for_a_role_is_left_out_with_a_note(lookup):
    layout, found = read("city|municipality|GHG Emissions\nOslo|Oslo kommune|2", lookup)
    assert layout.by_row["city"] == (0,)
    assert [(f.code, f.where) for f in found] == [("column-second", "a.csv!B1")]


def test_sdmx_labels_give_way_to_codes(lookup):
    layout, found = read(
        "TIME_PERIOD|Time period|REF_AREA|MEASURE|OBS_VALUE|Observation value\n2020|y|NO|GHG Emissions|2|x",
        lookup,
    )
    assert (layout.by_row["year"], layout.values) == ((0,), (4,))
    assert found == []


def test_rows_with_a_single_cell_are_remarks(lookup):
    text = "indicator|value\nEconomy|\nGHG Emissions|2\nUnemployment Rate|\nSource: office|"
    layout, found = read(text, lookup)
    assert layout.rows.tolist() == [2, 3]
    assert [(f.code, f.severity, f.where, f.params["count"]) for f in found] == [
        ("rows-skipped", "warning", "a.csv!A2", 2)
    ]


def test_a_city_that_reports_nothing_is_no_remark_unless_it_ends_the_table(lookup):
    layout, _ = read("city|GHG Emissions\nRana|\nOslo|2\nSource: x|", lookup)
    assert layout.rows.tolist() == [1, 2]


def test_role_rows_of_a_transposed_table_belong_to_its_cities(lookup):
    layout, _ = read("city|Oslo|Bergen\nyear|2020|2021\nGHG Emissions|2|3", lookup)
    assert layout.kind == "transposed"
    assert layout.by_column == {"city": ("Oslo", "Bergen"), "year": ("2020", "2021")}
    assert layout.rows.tolist() == [2]


def test_a_column_of_text_in_a_transposed_table_is_no_city(lookup):
    layout, found = read("indicator|Remark of the mayor|Oslo\nGHG Emissions|fine|2", lookup)
    assert layout.by_column["city"] == ("Oslo",)
    assert [f.code for f in found] == ["column-unused"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b\n1|2", [("no-header", "a.csv!A1")]),
        ("1|2\n3|4", [("no-header", "a.csv!A1")]),
        ("city|year|indicator|value", [("header-only", "a.csv!A1")]),
        ("city|year|value\nOslo|2020|2", [("no-column", "a.csv!A1")]),
    ],
)
def test_a_table_without_its_parts_says_which_is_missing(text, expected, lookup):
    assert fault(text, lookup) == expected


def test_a_wide_table_of_misspelled_indicators_names_each(lookup):
    assert fault("city|year|GHG Emision|Unemploymnt Rate\nOslo|2020|2|3", lookup)[:2] == [
        ("unknown-column", "a.csv!C1"),
        ("unknown-column", "a.csv!D1"),
    ]
