"""Workbooks are read for their values; nothing is executed and nothing explodes."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest

from scindex.errors import DataError, UsageError
from scindex.tables import workbook
from scindex.tables.workbook import check_archive, read_workbook


def book(*rows: list[object], **sheets: list[list[object]]) -> bytes:
    wb = openpyxl.Workbook()
    first = wb.active
    assert first is not None
    for row in rows:
        first.append(row)
    for title, content in sheets.items():
        sheet = wb.create_sheet(title)
        for row in content:
            sheet.append(row)
    out = io.BytesIO()
    wb.save(out)
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            z.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def code(data: bytes) -> str:
    with pytest.raises(DataError) as err:
        read_workbook(data, "a.xlsx")
    return err.value.findings[0].code


def grid(*rows: list[object]):
    (g,), _ = read_workbook(book(*rows), "a.xlsx")
    return g


def test_numbers_stay_numbers_and_texts_stay_texts():
    g = grid(["city", "value"], ["Oslo", 1.234], ["Bergen", "1,234"], ["Rana", None])
    assert g.columns[1].number is not None
    assert g.columns[1].number.tolist()[1] == 1.234
    assert [g.cell(i, 1) for i in range(4)] == ["value", "1.234", "1,234", ""]
    assert g.where(2, 1) == "a.xlsx!Sheet!B3"


def test_blank_rows_and_short_rows_keep_their_place():
    wb = openpyxl.Workbook()
    sheet = wb.active
    assert sheet is not None
    sheet["A1"], sheet["C3"], sheet["B5"] = "a", 2, "x"
    out = io.BytesIO()
    wb.save(out)
    (g,), _ = read_workbook(out.getvalue(), "a.xlsx")
    assert [g.row_text(i) for i in range(5)] == [
        ["a", "", ""],
        ["", "", ""],
        ["", "", "2"],
        ["", "", ""],
        ["", "x", ""],
    ]


def test_percent_cells_are_read_as_they_are_shown():
    wb = openpyxl.Workbook()
    sheet = wb.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"] = "x", 0.07, 0.5
    sheet["A2"].number_format = "0.0%"
    out = io.BytesIO()
    wb.save(out)
    (g,), _ = read_workbook(out.getvalue(), "a.xlsx")
    column = g.columns[0]
    assert column.number is not None
    assert column.percent is not None
    assert (column.number[1:].tolist(), column.percent[1:].tolist()) == ([7.0, 0.5], [True, False])


def test_dates_booleans_and_errors_become_telling_texts():
    g = grid(["x"], [datetime.date(2021, 3, 1)], [True], ["#REF!"], [datetime.time(3, 1)])
    assert [g.cell(i, 0) for i in range(1, 5)] == ["2021-03-01", "TRUE", "#REF!", "03:01:00"]


def test_a_formula_without_a_stored_result_is_shown_as_the_formula():
    assert grid(["x"], ["=1+1"]).cell(1, 0) == "=1+1"


def test_a_formula_that_gives_empty_text_is_blank():
    data = book(["x"], ["=IF(1=1,2,3)"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<c r="A2"><f>', b'<c r="A2" t="str"><f>')
                assert b't="str"' in content
            new.writestr(member, content)
    (g,), _ = read_workbook(out.getvalue(), "a.xlsx")
    assert g.cell(1, 0) == ""


def test_empty_and_hidden_sheets_are_left_out_and_one_may_be_asked_for():
    data = book(["a"], Data=[["b"]], Empty=[])
    assert [g.name for g in read_workbook(data, "a.xlsx")[0]] == ["a.xlsx!Sheet", "a.xlsx!Data"]
    assert [g.name for g in read_workbook(data, "a.xlsx", sheet="Data")[0]] == ["a.xlsx!Data"]
    with pytest.raises(UsageError) as err:
        read_workbook(data, "a.xlsx", sheet="data")
    assert err.value.findings[0].params["close"] == ["Sheet", "Data", "Empty"]


def test_a_truncated_workbook_is_told():
    data = book(["city", "value"], ["Oslo", 1])
    for cut in (10, len(data) // 2, len(data) - 30):
        assert code(data[:cut]) == "workbook-broken"


def test_archives_that_are_no_workbook_are_told():
    assert code(archive(readme=b"hello")) == "not-a-table"
    assert (
        code(archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"<x/>"))
        == "not-a-table"
    )


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = archive(xl__workbook_xml=b"0" * 30_000_000)
    assert len(bomb) < 50_000
    assert code(bomb) == "workbook-bomb-ratio"
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000)
    assert code(bomb) == "workbook-bomb-bytes"
    monkeypatch.setattr(workbook, "MAX_MEMBERS", 1)
    assert code(archive(a=b"", b=b"")) == "workbook-bomb-parts"


def test_a_small_file_that_packs_well_is_no_bomb():
    assert check_archive(archive(xl__workbook_xml=b"0" * 5_000_000), "a.xlsx") == []


def test_the_limits_are_stated():
    with pytest.raises(DataError) as err:
        read_workbook(archive(xl__workbook_xml=b"0" * 30_000_000), "a.xlsx")
    assert err.value.findings[0].params["limit"] == workbook.MAX_RATIO


def test_expanding_entities_are_refused():
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><worksheet>&e11;</worksheet>'
    data = book(["a"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            sheet = member.filename == "xl/worksheets/sheet1.xml"
            new.writestr(member, xml.encode() if sheet else old.read(member))
    assert code(out.getvalue()) == "workbook-broken"


def test_a_row_number_beyond_the_sheet_is_refused_in_bounded_time():
    data = book(["a"], ["b"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b'r="2"', b'r="2000000000"'))
    assert code(out.getvalue()) == "too-many-rows"


def test_macros_and_links_are_warned_of():
    data = book(["a"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        new.writestr("xl/vbaProject.bin", b"x")
        new.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
    assert sorted(f.code for f in check_archive(out.getvalue(), "a.xlsm")) == [
        "workbook-links",
        "workbook-macros",
    ]
