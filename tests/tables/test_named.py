"""Indicators by any name, years as calendar years."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables.reading import codes, fault, fault_codes, frame, read, u4ssc, values

from scindex.catalogue.load import load_framework
from scindex.errors import DataError

HEAD = "city,year,indicator,value\n"
POINTED = "city,year,indicator,data_point,value\n"


@pytest.mark.parametrize(
    "name",
    [
        "u4ssc:ghg_emissions",
        "ghg_emissions",
        "EN.EN.AQ.2C",
        "EN: EN: AQ: 2C",
        "en en aq 2c",
        "GHG Emissions",
        "1인당 온실가스 배출량",
    ],
)
def test_an_indicator_is_found_by_id_code_and_name(name):
    assert values(f"{HEAD}Oslo,2020,{name},2\n") == {"ghg_emissions": 2}


@pytest.mark.parametrize(
    "cells",
    [
        "EC.ICT.ICT.4C.3g,",
        "EC: ICT: ICT: 4C,3g",
        "Wireless Broadband Coverage,3G",
        "wireless_broadband_coverage.3g,",
        "u4ssc:wireless_broadband_coverage.3g,3G",
    ],
)
def test_a_point_may_stand_in_the_name_or_in_its_own_column(cells):
    found = values(f"{POINTED}Oslo,2020,{cells},95\n")
    assert found == {"wireless_broadband_coverage.3g": 95}


def test_a_kpi_with_points_asks_which():
    found = fault(f"{HEAD}Oslo,2020,EC.ICT.ICT.4C,95\n")
    assert (found.code, found.where, found.params["points"]) == ("point-needed", "a.csv!C2", ["3g", "4g"])
    assert fault_codes(f"{POINTED}Oslo,2020,EC.ICT.ICT.4C,6g,95\n") == ["unknown-point"]
    assert fault_codes(f"{POINTED}Oslo,2020,GHG Emissions,x,9\n") == ["no-points"]
    assert fault_codes("city,year,EC.ICT.ICT.4C\nOslo,2020,95\n") == ["point-needed"]


def test_a_point_that_contradicts_its_code_is_an_error():
    assert fault_codes(f"{POINTED}Oslo,2020,EC.ICT.ICT.4C.3g,4g,95\n") == ["no-points"]


def test_an_unknown_indicator_is_told_once_with_close_names_and_a_count():
    (found,) = [
        f
        for f in read(f"{HEAD}Oslo,2020,GHG Emisions,2\nBergen,2020,GHG Emisions,3\n")
        if f.severity == "error"
    ]
    assert (found.code, found.where, found.value, found.params["count"]) == (
        "unknown-indicator",
        "a.csv!C2",
        "GHG Emisions",
        2,
    )
    assert found.params["close"]


@pytest.mark.parametrize("ignore", [("all",), ("population",)])
def test_an_unknown_indicator_may_be_ignored(ignore):
    csv = f"{HEAD}Oslo,2020,Population,700000\nOslo,2020,GHG Emissions,2\n"
    assert values(csv, ignore=ignore) == {"ghg_emissions": 2}
    assert "indicator-ignored" in codes(csv, ignore=ignore)


def test_a_code_and_a_name_that_disagree_are_both_named():
    head = "city,year,code,name,value\n"
    (found,) = [
        f for f in read(f"{head}Oslo,2020,EN.EN.AQ.2C,Unemployment Rate,2\n") if f.severity == "error"
    ]
    assert found.code == "code-name-disagree"
    assert (found.params["first"], found.params["second"]) == ("EN.EN.AQ.2C", "Unemployment Rate")
    assert values(f"{head}Oslo,2020,EN.EN.AQ.2C,GHG Emissions,2\n") == {"ghg_emissions": 2}
    assert fault_codes(f"{head}Oslo,2020,EN.EN.AQ.2C,Air Pollution,2\n") == ["code-name-disagree"]


def test_a_code_beside_words_of_ones_own_is_read_with_a_note():
    csv = "city,year,kpi,kpi name,value\nOslo,2020,EN.EN.AQ.2C,Klimagassutslipp,2\n"
    assert values(csv) == {"ghg_emissions": 2}
    assert "indicator-half-known" in codes(csv)


def test_a_name_known_to_two_frameworks_goes_to_the_one_that_knows_most():
    one = u4ssc()
    twin = {f"own:{i.slug}": replace(i, id=f"own:{i.slug}") for i in [one.indicators["u4ssc:ghg_emissions"]]}
    node = replace(one.nodes["u4ssc:ghg_emissions"], id="own:ghg_emissions", parent="")
    own = replace(
        one,
        id="own",
        indicators=twin,
        nodes={"": one.nodes[""], "own:ghg_emissions": node},
        rules=(),
        aliases={},
    )
    csv = f"{HEAD}Oslo,2020,GHG Emissions,2\nOslo,2020,Unemployment Rate,3\n"
    table = frame(csv, frameworks=[own, one])
    assert set(table["indicator"]) == {"u4ssc:ghg_emissions", "u4ssc:unemployment_rate"}
    assert "framework-preferred" in codes(csv, frameworks=[own, one])


def test_oecd_proposals_are_read_beside_u4ssc():
    both = [load_framework("oecd"), u4ssc()]
    table = frame(f"{HEAD}Oslo,2020,D09,12\nOslo,2020,GHG Emissions,3\n", frameworks=both)
    assert [i.partition(":")[0] for i in table["indicator"]] == ["oecd", "u4ssc"]


@pytest.mark.parametrize("year", ["2020", "2020.0", " 2020 ", "２０２０", "2020년"])
def test_a_year_is_read_in_any_notation(year):
    assert frame(f"{HEAD}Oslo,{year},GHG Emissions,2\n")["year"].tolist() == [2020]


@pytest.mark.parametrize(
    ("year", "code"),
    [
        ("2020-Q1", "year-period"), ("2020-21", "year-period"), ("2020/2021", "year-period"),
        ("2020-03-01", "year-date"), ("20", "year-out-of-range"), ("2200", "year-out-of-range"),
        ("1899", "year-out-of-range"), ("last", "year-not-a-number"), ("2020.5", "year-not-a-number"),
        ("", "no-year"),
    ],
)  # fmt: skip
def test_what_is_no_calendar_year_is_an_error_at_its_cell(year, code):
    found = fault(f"{HEAD}Oslo,{year},GHG Emissions,2\nOslo,2019,GHG Emissions,2\n")
    assert (found.code, found.where) == (code, "a.csv!B2")


def test_columns_left_blank_all_the_way_down_are_one_error_each():
    with pytest.raises(DataError) as caught:
        frame("city,year,indicator,value\n,,GHG Emissions,2\n,,Unemployment Rate,2\n")
    errors = [f.code for f in caught.value.findings if f.severity == "error"]
    assert errors == ["no-city-column", "no-year-column"]


def test_the_year_asked_for_fills_what_the_table_leaves_open():
    csv = "city,indicator,value\nOslo,GHG Emissions,2\n"
    assert fault_codes(csv) == ["no-year-column"]
    assert frame(csv, year=2020)["year"].tolist() == [2020]
    assert frame(f"{HEAD}Oslo,,GHG Emissions,2\nOslo,2019,GHG Emissions,2\n", year=2020)["year"].tolist() == [
        2019,
        2020,
    ]


def test_the_year_of_the_report_stands_in_with_a_note():
    csv = "city,report_year,indicator,value\nOslo,2020,GHG Emissions,2\n"
    assert frame(csv)["year"].tolist() == [2020]
    assert "year-is-report-year" in codes(csv)
    both = "city,year,report_year,indicator,value\nOslo,2018,2020,GHG Emissions,2\n"
    assert frame(both)["year"].tolist() == [2018]
    assert "year-is-report-year" not in codes(both)
