"""Whatever the bytes, a table comes out or a ScindexError; nothing else, and not for ever."""

from __future__ import annotations

import io
import signal
import zipfile
from contextlib import contextmanager

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tables.reading import cities

from scindex.errors import ScindexError

SECONDS = 20
"""No small file may take longer; a test machine may be slow."""

CSV = (
    "City data,,,,\n\n"
    "city,year,indicator,value,unit\n"
    "Oslo,2020,GHG Emissions,2.1,t CO2e/cap\n"
    '"Ny\nOslo",2020,Unemployment Rate,"3,5",%\n'
    "서울,2020,EC.ICT.ICT.4C.3g,97,%\n"
)
WIDE = (
    "city;year;GHG Emissions (t CO2e/cap);Physicians\n;;;per 100 000\nOslo;2020;2,1;1 234,5\n부산;2021;NE;-\n"
)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["city", "year", "GHG Emissions"], ["Oslo", 2020, 2.1], ["서울", 2020, "=1+1"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pd.DataFrame({"city": ["Oslo"], "year": [2020], "GHG Emissions": [2.1]}).to_parquet(out)
    return out.getvalue()


SEEDS = {
    "csv": CSV.encode(),
    "wide": WIDE.encode("cp949"),
    "utf-16": CSV.encode("utf-16"),
    "xlsx": workbook(),
    "parquet": parquet(),
}


@contextmanager
def bounded():
    def stop(*_: object) -> None:
        raise TimeoutError

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)


def survives(data: bytes, name: str = "a.csv") -> None:
    for options in ({}, {"skip_errors": True, "ignore": ("all",), "city": "X", "year": 2020}):
        with bounded():
            try:
                table = cities(data, name, **options)
            except ScindexError as err:
                assert err.findings
                assert str(err)
            else:
                assert len(table.observations)


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw) -> bytes:
    """A real file with some bytes cut, changed, repeated or put in."""
    data = bytearray(SEEDS[draw(st.sampled_from(sorted(SEEDS)))])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 40)))
        match draw(st.sampled_from(["cut", "change", "insert", "repeat", "end"])):
            case "cut":
                del data[at:to]
            case "change":
                data[at:to] = draw(st.binary(max_size=40))
            case "insert":
                data[at:at] = draw(st.binary(max_size=40) | st.sampled_from(NASTY))
            case "repeat":
                data[at:at] = data[at:to] * draw(st.integers(1, 5))
            case "end":
                del data[at:]
    return bytes(data)


NASTY = [
    *(b'"', b"\r", b"\x00", b"\n" * 50, b"," * 500, b"\xff\xfe", b"\xef\xbb\xbf"),
    *("서울".encode("cp949"), b"=1+1", b"1e309", b"#REF!"),
]
WORDS = [
    *("city", "year", "indicator", "value", "unit", "status", "name", "code", "unit_mult", "ie_target"),
    *("Oslo", "2020", "GHG Emissions", "EC.ICT.ICT.4C", "kt", "%", "45 %", "", " ", "-", "#REF!"),
    *("1,234", "12,5", "12.5", "NO", "NA", "IE: GHG Emissions", "yes"),
]
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
cell = st.sampled_from(WORDS) | st.text(letters, max_size=8)
sheets = st.lists(st.lists(cell, max_size=6), max_size=8)


def check_bytes(data: bytes) -> None:
    survives(data)


def check_text(data: str) -> None:
    survives(data.encode("utf-8", "surrogatepass"))


def check_rows(rows: list[list[str]]) -> None:
    survives("\n".join(",".join(f'"{c}"' if '"' not in c else c for c in r) for r in rows).encode())


def check_workbook(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(["".join(c for c in t if c.isprintable()) for t in row])
    out = io.BytesIO()
    book.save(out)
    survives(out.getvalue(), "a.xlsx")


def check_parts(part: str, content: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SEEDS["xlsx"])) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            new.writestr(member, content if member.filename == part else old.read(member))
    survives(out.getvalue(), "a.xlsx")


parts = st.sampled_from(zipfile.ZipFile(io.BytesIO(SEEDS["xlsx"])).namelist())


@few
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00")
@example(b"sep=")
@example(b"sep=\x80\ncity")
def test_random_bytes(data):
    check_bytes(data)


@few
@given(damaged())
def test_damaged_files(data):
    check_bytes(data)


@few
@given(sheets)
def test_any_rows_of_words(rows):
    check_rows(rows)


@few
@given(sheets)
def test_any_rows_of_words_in_a_workbook(rows):
    check_workbook(rows)


@few
@given(parts, st.binary(max_size=200))
def test_a_workbook_with_any_part_replaced(part, content):
    check_parts(part, content)


@pytest.mark.parametrize("name", SEEDS)
def test_truncations(name):
    data = SEEDS[name]
    step = max(1, len(data) // 60)
    for end in range(0, len(data), step):
        survives(data[:end])


@pytest.mark.slow
@many
@given(st.binary(max_size=2000))
def test_random_bytes_at_length(data):
    check_bytes(data)


@pytest.mark.slow
@many
@given(st.text(max_size=500))
def test_random_text_at_length(data):
    check_text(data)


@pytest.mark.slow
@many
@given(damaged())
def test_damaged_files_at_length(data):
    check_bytes(data)


@pytest.mark.slow
@many
@given(sheets)
def test_any_rows_of_words_at_length(rows):
    check_rows(rows)


@pytest.mark.slow
@settings(many, max_examples=500)
@given(sheets)
def test_any_workbook_at_length(rows):
    check_workbook(rows)


@pytest.mark.slow
@settings(many, max_examples=500)
@given(parts, st.binary(max_size=500))
def test_any_part_of_a_workbook_at_length(part, content):
    check_parts(part, content)


@pytest.mark.slow
def test_a_csv_of_200_megabytes_is_read():
    row = "Oslo {},{},GHG Emissions,2.1,t CO2e/cap,{}\n"
    text = "x" * 100
    head = "city,year,indicator,value,unit,source\n"
    body = "".join(row.format(i // 100, 1950 + i % 100, text) for i in range(1_400_000))
    data = (head + body).encode()
    assert len(data) > 200_000_000
    assert len(cities(data).observations) == 1_400_000
