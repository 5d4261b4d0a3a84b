"""Headings are understood through one list of words."""

from __future__ import annotations

import pytest

from scindex.catalogue.codelists import codelist
from scindex.catalogue.load import load_framework
from scindex.catalogue.lookup import Lookup
from scindex.tables.cells import NOTATION
from scindex.tables.headers import read_city_heading, read_heading, words
from scindex.tables.remarks import quality_code, status_code


@pytest.fixture(scope="module")
def lookup():
    return Lookup([load_framework("u4ssc")])


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("City", "city"), ("도시", "city"), ("uName", "city"), ("시군구", "city"),
        ("REF_AREA", "city_id"), ("UN/LOCODE", "city_id"), ("uCode", "city_id"),
        ("ISO3", "iso3"), ("국가", "country"),
        ("TIME_PERIOD", "year"), ("Time", "year"), ("연도", "year"), ("년도", "year"),
        ("report_year", "report_year"),
        ("KPI ID", "indicator"), ("MEASURE", "indicator"), ("지표", "indicator"),
        ("OBS_VALUE", "value"), ("값", "value"),
        ("UNIT_MEASURE", "unit"), ("단위", "unit"), ("UNIT_MULT", "unit_mult"),
        ("OBS_STATUS", "status"), ("상태", "status"), ("data point", "data_point"),
        ("품질", "quality"), ("출처", "source"), ("note", "unused"), ("name", "either"),
        ("mayor", ""),
    ],
)  # fmt: skip
def test_a_heading_plays_its_role(heading, role, lookup):
    assert read_heading(heading, lookup).role == role


@pytest.mark.parametrize(
    ("heading", "slug", "unit"),
    [
        ("GHG Emissions", "ghg_emissions", ""),
        ("GHG emissions (kt CO2e)", "ghg_emissions", "kt CO2e"),
        ("GHG emissions [t CO2e per capita]", "ghg_emissions", "t CO2e per capita"),
        ("EN: EN: AQ: 2C", "ghg_emissions", ""),
        ("EN.EN.AQ.2C （톤）", "ghg_emissions", "톤"),
        ("u4ssc:ghg_emissions", "ghg_emissions", ""),
        ("1인당 온실가스 배출량 (tCO2e/인)", "ghg_emissions", "tCO2e/인"),
        ("의사 수(인구 10만 명당)", "physicians", ""),
        ("Air Pollution: PM2.5 (ug/m3)", "air_pollution.pm2_5", "ug/m3"),
    ],
)
def test_an_indicator_is_found_with_or_without_its_unit(heading, slug, unit, lookup):
    found = read_heading(heading, lookup)
    assert (found.ids, found.unit) == ((f"u4ssc:{slug}",), unit)


def test_a_kpi_with_several_points_is_known_to_need_one(lookup):
    found = read_heading("Wireless Broadband Coverage (%)", lookup)
    assert found.ids == ()
    assert len(found.points) == 2


@pytest.mark.parametrize(
    ("heading", "city", "year"),
    [
        ("Oslo", "Oslo", ""), ("Oslo 2020", "Oslo", "2020"), ("Oslo (2020)", "Oslo", "2020"),
        ("2020 Oslo", "Oslo", "2020"), ("Oslo_2020", "Oslo", "2020"), ("서울 2020년", "서울", "2020"),
        ("2020", "", "2020"), ("District 9", "District 9", ""), ("Agenda 3000", "Agenda 3000", ""),
    ],
)  # fmt: skip
def test_the_heading_of_a_city_may_carry_a_year(heading, city, year):
    assert read_city_heading(heading) == (city, year)


def test_every_status_and_quality_word_leads_to_a_code_of_the_lists():
    assert set(words().statuses.values()) <= {*codelist("obs_status"), *NOTATION}
    assert set(words().quality.values()) <= set(codelist("quality"))


def test_codes_lead_to_themselves():
    assert [status_code(c) for c in codelist("obs_status")] == list(codelist("obs_status"))
    assert [quality_code(c) for c in codelist("quality")] == list(codelist("quality"))


def test_no_word_of_the_lists_hides_an_indicator():
    from scindex.catalogue.load import framework_ids

    every = Lookup([load_framework(i) for i in framework_ids()])
    assert {w: every.find(w) for w in words().roles if every.find(w)} == {}
