"""Every cell is a number, a mark that stands for one, or a fault at its address."""

from __future__ import annotations

import numpy as np
import pytest

from scindex.tables import cells as c
from scindex.tables.cells import included_in, mark, read_cells
from scindex.tables.grid import Column, Grid, grid_of
from scindex.tables.layout import Layout
from scindex.tables.spread import Spread


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["-", "–", "n/a", "N/A", "#N/A", "nan", "NaN"], c.BLANK),
        (["NR", "nr"], c.NR),
        (["NE"], c.NE),
        (["C", "c"], c.C),
        (["IE", "IE: GHG emissions", "IE (GHG emissions)"], c.IE),
        (["NO"], c.NO),
        (["NA", "na"], c.NA),
        (["yes", "Yes", "TRUE", "true", "예", "네"], c.YES),
        (["no", "No", "FALSE", "아니오", "아니요"], c.NO_WORD),
        (["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!"], c.EXCEL_ERROR),
        (["inf", "-inf", "Infinity", "∞"], c.INFINITE),
        (
            ["3-1", "2021-03-01", "2021-03-01 00:00:00", "1-Mar", "Mar-01", "01.02.2020", "3/1", "3월 1일"],
            c.DATE,
        ),
        (["=B2*2", "=SUM(A1:A3)"], c.FORMULA),
        (["about 5", "5 kt", "5²", "unknown", "<script>", "1-2-3-4"], c.TEXT),
    ],
)
def test_marks_follow_the_table(texts, what):
    assert {t: mark(t) for t in texts} == dict.fromkeys(texts, what)


def test_no_as_a_word_and_as_a_notation_key_are_told_apart_by_case():
    assert (mark("NO"), mark("no"), mark("No")) == (c.NO, c.NO_WORD, c.NO_WORD)


def test_the_target_of_included_elsewhere_is_read():
    assert included_in("IE: Life Expectancy") == included_in("IE (Life Expectancy)") == "Life Expectancy"


def test_faults_carry_address_code_and_what_was_written():
    grid = grid_of([["x", "y"], [" #REF! ", "1,234"], ["3-1", "1e309"]], "a.csv")
    _, found = read_cells(Spread(grid, Layout("wide", 0, np.arange(1, 3), (0, 1))))
    assert {(f.where, f.code, f.value) for f in found} == {
        ("a.csv!A2", "excel-error", "#REF!"),
        ("a.csv!A3", "number-date", "3-1"),
        ("a.csv!B2", "number-ambiguous", "1,234"),
        ("a.csv!B3", "number-not-finite", "1e309"),
    }


def test_a_conflict_of_decimal_marks_is_told_once_with_both_cells():
    grid = grid_of([["x"], ["12.5"], ["7,25"], ["8,5"]], "a.csv")
    (found,) = read_cells(Spread(grid, Layout("wide", 0, np.arange(1, 4), (0,))))[1]
    assert (found.code, found.where, found.params["other"]) == (
        "decimal-marks-conflict",
        "a.csv!A3",
        "a.csv!A2",
    )


def test_typed_numbers_are_taken_as_they_are_and_texts_beside_them_are_read():
    column = Column(
        grid_of([["x"], ["1.234"], ["12,5"], ["NR"]], "a").columns[0].text,
        np.array([np.nan, 1.234, np.nan, np.nan]),
    )
    cells, found = read_cells(
        Spread(Grid("a.xlsx!S", (column,), np.arange(1, 5)), Layout("wide", 0, np.arange(1, 4), (0,)))
    )
    assert np.array_equal(cells.value, [1.234, 12.5, np.nan], equal_nan=True)
    assert cells.what.tolist() == [c.NUMBER, c.NUMBER, c.NR]
    assert found == []


def test_a_long_text_is_shown_shortened():
    grid = grid_of([["x"], ["w" * 5000]], "a.csv")
    (found,) = read_cells(Spread(grid, Layout("wide", 0, np.arange(1, 2), (0,))))[1]
    assert len(found.value) == 80
