"""Sheets of robustness: text stays text, whatever a city is called."""

from __future__ import annotations

import openpyxl
from uncertainty.small import POSTS, TREE, VALUES, framework, observations

from scindex.api import robustness
from scindex.recipe import Recipe
from scindex.result import present
from scindex.scoring import score
from scindex.uncertainty.robustness import TABLES


def held():
    from dataclasses import replace

    table = observations(VALUES)
    table["city"] = table["city"].replace({"C0": '=HYPERLINK("x")', "C1": "@C1"})
    made = score(table, framework(TREE, POSTS), recipe=Recipe(total=True, show_coverage=0.0))
    return present(replace(made, robust=robustness(made, n=200)))


def test_every_table_has_a_sheet_and_no_cell_is_a_formula(tmp_path):
    held().save(tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert {f"robust_{name}" for name in TABLES} <= set(book.sheetnames)
    for sheet in book:
        assert not [c.coordinate for row in sheet for c in row if c.data_type == "f"], sheet.title
    cities = [row[2].value for row in book["robust_ranks"].iter_rows(min_row=2)]
    assert '=HYPERLINK("x")' in cities
