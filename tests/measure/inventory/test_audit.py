"""The audit over the 329 city-years that C40 published: few findings, and those true."""

from __future__ import annotations

from collections import Counter

import pytest

from scindex import messages
from scindex.findings import Finding
from scindex.measure.inventory.audit import CONFIDENCES, RULES, audit, published_totals, unexamined
from scindex.measure.inventory.cells import from_cells
from scindex.measure.inventory.lines import cities_table
from scindex.tables.inventory import read_gpc_cells


@pytest.fixture(scope="module")
def c40(shared):
    path = shared / "data" / "cities" / "C40_GPC_Database_2023-05.xlsx"
    read = read_gpc_cells(path)
    return from_cells(read.cells, read.cities)


@pytest.fixture(scope="module")
def found(c40) -> list[Finding]:
    return audit(c40.lines, cities=c40.cities)


def of(found: list[Finding], rule: str) -> list[tuple]:
    return [(f.city, f.params["years"], f.indicator) for f in found if f.params["rule"] == rule]


def test_houston_2020_is_the_one_city_year_whose_basic_does_not_follow(found):
    """C40 database of 30 May 2023: BASIC from its cells in 328 of 329 city-years."""
    missed = [f for f in found if f.params.get("total_id") in ("basic", "basic_plus")]
    assert [(f.city, f.year, f.severity, f.params["confidence"]) for f in missed] == [
        ("Houston", 2020, "error", "certain")
    ]
    assert missed[0].params["difference"] == 9_791_317
    assert [name["en"] for name in missed[0].params["also"]] == ["BASIC+", "BASIC+S3"]


def test_totals_with_other_scope_3_took_the_cell_of_another_row(found):
    """C40 database: the column BASIC+S3 points two or more rows astray in nine city-years."""
    astray = [f for f in found if f.code == "inv-total-other-city"]
    assert [(f.city, f.year, f.params["same"]) for f in astray] == [
        ("Accra", 2015, ["Amman 2016 VI.1"]),
        ("Medellín", 2016, ["Melbourne 2017 VI.1"]),
        ("Medellín", 2017, ["Melbourne 2018 VI.1"]),
        ("Medellín", 2018, ["Melbourne 2019 VI.1"]),
    ]
    left_out = [(f.city, f.year) for f in found if f.code == "inv-total-leaves-out"]
    assert left_out == [("Lisbon", 2019), ("Lisbon", 2020), ("Melbourne", 2017), ("Melbourne", 2018)]


def test_gaps_written_as_zero_are_found(found):
    """Yokohama's plants gave 19 Mt a year to the grid until 2017, then 0."""
    assert ("Yokohama", "2018-2019", "I.4.4") in of(found, "zeros")


def test_interpolated_series_are_found(found):
    assert set(of(found, "bridged")) >= {
        ("Vancouver", "2008-2009, 2011-2016, 2018-2019", "II.5.1"),
        ("Sydney", "2009", "II.1.1"),
    }


def test_a_number_of_another_row_is_found(found):
    """San Francisco's I.5.1 is 15 759 t in 2015, as its V.2; it is about 110 t in other years."""
    assert ("San Francisco", "2015", "I.5.1") in of(found, "repeats")


def test_the_audit_does_not_cry_wolf(found):
    warned = Counter(f.params["rule"] for f in found if f.severity != "note")
    assert sum(warned.values()) < 40
    assert warned["backcast"] == warned["totals_rows"] == warned["parts_totals"] == 0
    noted = Counter(f.params["rule"] for f in found if f.severity == "note")
    assert set(noted) == {"included", "repeats"}
    assert max(Counter((f.city, f.code) for f in found if f.severity == "note").values()) == 1


def test_bogotas_basic_above_basic_plus_is_explained_by_its_forests(found):
    """Bogotá 2010-2018: V.2 takes up to 1.4 Mt."""
    assert of(found, "basic_order") == []


def test_rules_that_need_factors_are_said_to_be_unexamined(c40):
    missing = unexamined(c40.lines, cities=c40.cities)
    assert missing == dict.fromkeys(("factor_one", "other_fuel", "losses_grid"), "activity")


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_rule_and_every_finding_has_words(found, lang):
    for name in RULES:
        assert messages.label(f"inv-rule.{name}", lang) != f"inv-rule.{name}"
    for finding in found:
        assert finding.params["confidence"] in CONFIDENCES
        said = messages.text(finding, lang) + messages.remedy(finding, lang)
        assert "{" not in said
        assert messages.remedy(finding, lang)


def test_cities_without_totals_publish_nothing():
    assert published_totals(cities_table([])).empty
