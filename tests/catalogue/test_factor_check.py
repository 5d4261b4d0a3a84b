"""The check tells what a factor file that loads may still lack."""

from __future__ import annotations

import pytest

from scindex import messages
from scindex.catalogue.factor_check import check_definitions, check_file
from scindex.errors import CatalogueError

FILE = """\
family: electricity
name: {en: mine, ko: 자체}
factors:
  one:
    name: {en: My grid, ko: 자체 계통}
    value: 0.2
    unit: t_CO2e/MWh
    gas: CO2e
    region: XX
    valid: {from: 2020, to: 2020}
    source: {publisher: me, url: "https://example.org"}
"""
TWIN = FILE.partition("factors:\n")[2].replace("one:", "two:").replace("0.2", "0.3")


@pytest.fixture
def checked(tmp_path):
    def check(text: str):
        path = tmp_path / "mine.yaml"
        path.write_text(text, encoding="utf-8")
        return check_file(path)

    return check


def told(findings):
    return [(f.code, f.where) for f in findings if f.severity != "note"]


def test_what_comes_with_scindex_has_neither_errors_nor_warnings():
    assert [messages.line(f) for f in check_definitions() if f.severity != "note"] == []


def test_factors_standings_drafts_conflicts_and_unsaid_potentials_are_counted():
    notes = {f.code: f.params for f in check_definitions()}
    assert notes["check-factor-counts"]["factors"] == 228
    assert notes["check-factor-drafts"]["factors"] > 0
    assert "electricity/kr_2018_2020" in notes["check-factor-conflicts"]["entries"]
    assert notes["check-factor-gwp"]["factors"] > 0
    assert notes["check-standards"]["standards"] == 5


def test_a_sound_file_of_one_s_own_gives_notes_only(checked):
    found = checked(FILE)
    assert told(found) == []
    assert found[0].params["factors"] == 1


def test_two_factors_that_no_look_up_tells_apart_are_named(checked):
    assert told(checked(FILE + TWIN)) == [("check-factor-twins", "mine.yaml:12")]
    assert told(checked(FILE + TWIN.replace("2020, to: 2020", "2021, to: 2021"))) == []


def test_a_twin_of_a_shipped_factor_is_named(checked):
    shipped = FILE.replace("XX", "KR").replace("2020, to: 2020", "2023, to: 2023")
    shipped += "    purpose: single_year\n    point: consumption\n    boundary: combustion\n"
    (finding,) = [f for f in checked(shipped) if f.severity == "error"]
    assert finding.params["entries"] == ["electricity/kr_2023", "electricity/one"]


def test_a_factor_without_a_source_or_a_language_is_found_at_its_line(checked):
    text = FILE.replace('url: "https://example.org"', "year: 2020").replace(", ko: 자체 계통", "")
    assert told(checked(text)) == [
        ("check-factor-language", "mine.yaml:4"),
        ("check-factor-source", "mine.yaml:4"),
    ]


def test_a_broken_file_is_refused(checked):
    with pytest.raises(CatalogueError):
        checked(FILE.replace("t_CO2e/MWh", "things"))


def test_a_standard_is_checked_as_one_and_a_framework_is_left_to_its_own_check(checked):
    standard = "standard: mine\nname: {en: Mine, ko: 자체}\nnone: {en: not found}\n"
    assert told(checked(standard)) == [("check-factor-language", "mine.yaml")]
    assert checked("framework: mine\n") is None
    assert checked("- a\n") is None
