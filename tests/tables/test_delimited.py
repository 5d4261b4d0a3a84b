"""Delimited text keeps every record at its spreadsheet row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import DataError
from scindex.tables import delimited
from scindex.tables.decode import Text
from scindex.tables.delimited import find_delimiter, read_delimited
from scindex.tables.grid import Grid


def grid(text: str) -> Grid:
    return read_delimited(Text("a.csv", text.encode(), "utf-8"))


def cells(g: Grid) -> list[list[str]]:
    return [g.row_text(i) for i in range(len(g))]


def code(text: str) -> str:
    with pytest.raises(DataError) as err:
        grid(text)
    return err.value.findings[0].code


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_do_not_matter(delimiter, end):
    rows = [["city", "year", "GHG"], ["Oslo", "2020", "2"], ["Bergen", "2020", "3"]]
    assert cells(grid(end.join(delimiter.join(r) for r in rows) + end)) == rows


def test_decimal_commas_do_not_win_over_semicolons():
    assert find_delimiter("city;GHG;waste\nOslo;2,1;3,5\nBergen;2,0;3,1\n") == ";"


def test_spreadsheet_rows_count_quoted_line_breaks_once_and_blank_lines_once():
    g = grid('title\n\ncity,GHG\n"Os\nlo",2\n\nBergen,3\n')
    assert [g.cell(i, 0) for i in (3, 5)] == ["Os\nlo", "Bergen"]
    assert g.where(5, 1) == "a.csv!B6"


def test_short_rows_are_filled_up_in_their_place():
    g = grid("a,b,c\n1,2,3\n4\n5,6,7\n8,9,10\n")
    assert cells(g)[2:4] == [["4", "", ""], ["5", "6", "7"]]


def test_blank_cells_beyond_the_table_are_dropped_and_others_are_an_error():
    assert grid("a,b\n1,2\n1,2\n" * 30 + "3,4,,\n").width == 2
    assert code("a,b\n1,2\n1,2\n" * 30 + "3,4,,5\n") == "row-too-long"


def test_every_row_that_is_too_long_is_named():
    with pytest.raises(DataError) as err:
        grid("a,b\n" + "1,2\n" * 70 + "3,4,5\n1,2\n3,4,5\n")
    assert [f.where for f in err.value.findings] == ["a.csv!A72", "a.csv!A74"]


def test_a_sep_line_names_the_delimiter_and_is_no_row():
    g = grid("sep=;\r\ncity;GHG\r\nOslo;2,1\r\n")
    assert cells(g) == [["city", "GHG"], ["Oslo", "2,1"]]
    assert g.where(1, 0) == "a.csv!A2"


@pytest.mark.parametrize("text", ['a,b\n1,"2\n3,4\n5,6\n', 'a,b,c\n1,2,"3\n4,5,6\n'])
def test_a_quotation_mark_that_is_never_closed_is_named_by_its_row(text):
    with pytest.raises(DataError) as err:
        grid(text)
    assert [(f.code, f.where) for f in err.value.findings] == [("quote-not-closed", "a.csv!A2")]


def test_a_record_longer_than_a_block_is_told_as_an_open_quotation_mark(monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 1000)
    text = "a,b\n" + "1,2\n" * 10 + '3,"4\n' + "5,6\n" * 1_000_000
    with pytest.raises(DataError) as err:
        grid(text)
    assert err.value.findings[0].where == "a.csv!A12"


def test_a_quoted_last_cell_with_a_line_break_is_no_fault():
    assert grid('a,b\n1,"2\n3"\n').cell(1, 1) == "2\n3"


def test_too_many_columns_name_the_limit():
    with pytest.raises(DataError) as err:
        grid(",".join("c" * 1 for _ in range(20_001)) + "\n")
    assert (err.value.findings[0].code, err.value.findings[0].params["limit"]) == ("too-many-columns", 20_000)


def test_ten_thousand_columns_are_read():
    g = grid(",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join("1" for _ in range(10_000)) + "\n")
    assert (g.width, g.where(1, 9_999)) == (10_000, "a.csv!NTP2")


def test_blank_lines_of_a_wide_table_do_not_fill_the_memory():
    assert code(",".join(["c"] * 20_000) + "\n" * 30_000 + "1,2") == "too-many-cells"


def test_repeating_and_distinct_columns_read_alike():
    rows = [["city", "value"], *([f"C{i % 3}", str(i)] for i in range(500))]
    assert cells(grid("\n".join(",".join(r) for r in rows))) == rows


word = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\n", exclude_categories=["Cs"]), max_size=6
)


@settings(max_examples=60)
@given(st.lists(st.lists(word, min_size=3, max_size=3), min_size=2, max_size=20))
def test_what_csv_writes_is_read_back(rows):
    rows = [["first", "second", "third"], *rows, ["end", "end", "end"]]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    assert cells(grid(out.getvalue())) == rows
