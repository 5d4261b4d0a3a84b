"""Columns of groups and classes: their text becomes a place in the catalogue's list."""

from __future__ import annotations

import io

import openpyxl
import pytest
from tables.own import own
from tables.reading import fault, frame, read, values

from scindex import messages
from scindex.tables.template import build_template

WIDE = "city,year,Parks,People,Size group,noise\nOslo,2020,5,700000,{size},{noise}\n"


def one(size="S", noise="full"):
    return values(WIDE.format(size=size, noise=noise), frameworks=[own()])


def test_context_and_indicators_are_read_side_by_side():
    assert one() == {"parks": 5.0, "noise": 3.0, "people": 700000.0, "size": 1.0}


@pytest.mark.parametrize(("text", "place"), [("m", 2), ("중", 2), ("Ｍ", 2), (" S ", 1), ("C", 3)])
def test_any_spelling_of_a_class_is_read_and_a_class_comes_before_a_mark(text, place):
    assert one(size=text)["size"] == place


@pytest.mark.parametrize(
    ("text", "status", "reason"), [("", "O", ""), ("-", "O", ""), ("NR", "O", "NR"), ("NA", "M", "NA")]
)
def test_marks_for_a_missing_value_hold_for_classes_too(text, status, reason):
    table = frame(WIDE.format(size=text, noise="none"), frameworks=[own()]).set_index("indicator")
    row = table.loc["own:size"]
    assert (str(row["value"]), row["status"], row["reason"]) == ("nan", status, reason)
    assert table.loc["own:noise", "value"] == 1


def test_an_unknown_class_is_an_error_at_its_cell_that_names_the_choices():
    found = fault(WIDE.format(size="XXL", noise="full"), frameworks=[own()])
    assert (found.code, found.where, found.value) == ("unknown-category", "a.csv!E2", "XXL")
    assert "S, M, C" in messages.line(found, "ko")


def test_a_number_is_no_class_unless_a_class_is_called_so():
    assert fault(WIDE.format(size="2", noise="full"), frameworks=[own()]).code == "unknown-category"


def test_a_faulty_class_is_left_out_when_errors_are_skipped():
    table = frame(WIDE.format(size="XXL", noise="full"), frameworks=[own()], skip_errors=True)
    assert table.set_index("indicator").loc["own:size", "value"] != 1


def test_a_list_left_open_passes_the_column_over_and_names_what_the_file_has():
    found = read("city,year,Parks,zone\nOslo,2020,5,North\nRome,2020,6,South\n", frameworks=[own()])
    [said] = [f for f in found if f.code == "categories-open"]
    assert (said.severity, said.params["found"], said.where) == ("warning", ["North", "South"], "a.csv!D2")


def test_classes_in_a_long_table_leave_the_reading_of_numbers_alone():
    text = (
        "city;year;indicator;value;unit\nOslo;2020;parks;1.234,5;count\nOslo;2020;noise;일부;\n"
        "Oslo;2020;size;S;class\nOslo;2020;length;2,5;km\n"
    )
    assert values(text, frameworks=[own()]) == {"parks": 1234.5, "noise": 2.0, "size": 1.0, "length": 2.5}


def test_a_label_in_place_of_a_unit_is_taken_at_its_word():
    text = "city,year,indicator,value,unit\nOslo,2020,strange,3,thousand seats\n"
    assert values(text, frameworks=[own()]) == {"strange": 3.0}


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_a_template_asks_for_the_context_and_reads_back(lang):
    book = openpyxl.load_workbook(io.BytesIO(build_template(own(), lang=lang, city="Oslo", year=2024)))
    sheet = book.worksheets[0]
    heads = next(r for r in sheet.iter_rows() if sum(c.value is not None for c in r) > 5)
    by_name = {str(c.value): c.column for c in heads}
    named, value = (by_name[messages.label(f"template.column.{key}", lang)] for key in ("name", "value"))
    rows = {str(r[named - 1].value): r[0].row for r in sheet.iter_rows(min_row=heads[0].row + 1)}
    sheet.cell(rows[{"en": "Size group", "ko": "규모"}[lang]], value).value = {"en": "M", "ko": "중"}[lang]
    sheet.cell(rows[{"en": "Parks", "ko": "공원"}[lang]], value).value = 4
    lists = [v.formula1 for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert any({"en": "S,M,C,-", "ko": "S,중,C,-"}[lang] in str(f) for f in lists)
    out = io.BytesIO()
    book.save(out)
    table = values(out.getvalue(), "t.xlsx", frameworks=[own()])
    assert (table["size"], table["parks"]) == (2.0, 4.0)
