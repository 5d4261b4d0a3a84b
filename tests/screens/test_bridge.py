"""The bridge on a terminal: 80 columns, both languages, bars that start where the last one ended."""

from __future__ import annotations

import pandas as pd
import pytest

from scindex import messages
from scindex.screens.bridge import bridge_screen
from scindex.screens.layout import width


def rows() -> pd.DataFrame:
    chain = [
        ("", "gap", "map", None, "", ""),
        ("", "level", "basic", 100.0, "", ""),
        ("", "difference", "grid_buildings", -60.0, "", ""),
        ("", "level", "territorial", 40.0, "", ""),
        ("", "beside", "credits", -5.0, "", ""),
        ("Monitor\x1b[31m", "level", "basic", 100.0, "", ""),
        ("Monitor\x1b[31m", "difference", "year", 10.0, "year:2013", ""),
        ("Monitor\x1b[31m", "remainder", "source", 190.0, "method;boundary:wider;gases:CO2", ""),
        ("Monitor\x1b[31m", "level", "Monitor\x1b[31m", 300.0, "territorial:2019", "a paper"),
    ]
    table = pd.DataFrame(chain, columns=["figure", "kind", "label", "t", "why", "source"])
    return table.assign(city_id="demo", city="Demo", year=2018)


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_no_line_is_wider_than_the_terminal(lang, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    messages.use(lang)
    lines = bridge_screen(rows()).splitlines()
    assert max(width(line) for line in lines) <= 80
    assert not any("\x1b" in line or "bridge." in line for line in lines)


def test_a_step_is_drawn_between_the_levels_that_it_joins(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = bridge_screen(rows().query("figure == ''")).splitlines()
    basic = next(line for line in lines if line.startswith("  BASIC "))
    step = next(line for line in lines if "grid energy of buildings" in line)
    assert basic.rstrip().endswith("#")
    assert len(step.rstrip()) == len(basic.rstrip())
    assert step.count("-") == pytest.approx(0.6 * basic.count("#"), abs=2)


def test_a_gap_is_said_and_not_drawn():
    line = next(line for line in bridge_screen(rows()).splitlines() if "End-user map" in line)
    assert "not zero" in line
    assert "#" not in line


def test_a_remainder_says_what_it_may_hold():
    text = " ".join(bridge_screen(rows()).split())
    assert "another boundary (wider)" in text
    assert "other gases (CO2)" in text
    assert "BASIC of 2013 instead" in text
