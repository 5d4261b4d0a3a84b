"""Cells keep their addresses, and findings the order of the file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scindex.findings import Finding
from scindex.tables.grid import file_order, grid_of, letters


@given(st.integers(0, 20_000))
def test_letters_count_like_a_spreadsheet(column):
    number = 0
    for letter in letters(column):
        number = number * 26 + ord(letter) - 64
    assert number == column + 1


def test_findings_are_sorted_by_row_then_column_whatever_the_sheet_is_called():
    wheres = ["a.xlsx!S!1!AB3", "a.xlsx!S!1!B10", "a.xlsx!S!1!C3", "a.xlsx", "a.xlsx!S!1!A1"]
    found = sorted((Finding("x", where=w) for w in wheres), key=file_order)
    assert [f.where for f in found] == [
        "a.xlsx",
        "a.xlsx!S!1!A1",
        "a.xlsx!S!1!C3",
        "a.xlsx!S!1!AB3",
        "a.xlsx!S!1!B10",
    ]


def test_filled_counts_cells_that_hold_more_than_white_space():
    assert grid_of([["a", " ", "b"], ["\u00a0", "", "\t"]], "a.csv").filled.tolist() == [2, 0]
