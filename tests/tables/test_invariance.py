"""The same data in any encoding, notation, shape and order are the same observations."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.reading import frame

INDICATORS = {
    "GHG Emissions": "t CO2e/cap",
    "Unemployment Rate": "%",
    "Physicians": "per 100 000 inhabitants",
    "EN: EN: AQ: 1C: PM10": "ug/m3",
}
CITIES = ["Oslo", "서울특별시", "Valencia", "New York"]

Records = list[tuple[str, int, str, float]]
Notation = Callable[[float], str]


@st.composite
def records(draw) -> Records:
    """Values of every indicator for some cities and years; enough digits that no mark is in doubt."""
    cities = draw(st.lists(st.sampled_from(CITIES), min_size=1, max_size=4, unique=True))
    years = draw(st.lists(st.integers(2015, 2024), min_size=1, max_size=3, unique=True))
    value = st.integers(600_001, 19_999_999).filter(lambda x: x % 10).map(lambda x: x / 1e6)
    many = st.integers(20_000_001, 199_999_999).filter(lambda x: x % 10).map(lambda x: x / 1e5)
    return [
        (city, year, name, draw(many if name == "Physicians" else value))
        for city in cities
        for year in years
        for name in INDICATORS
    ]


def grouped(thousands: str, decimal: str) -> Notation:
    return lambda x: f"{x:,.6f}".rstrip("0").replace(",", "T").replace(".", decimal).replace("T", thousands)


NOTATIONS: dict[str, Notation] = {
    "plain": repr,
    "decimal comma": grouped("", ","),
    "german": grouped(".", ","),
    "english": grouped(",", "."),
    "thin space": grouped("\u2009", "."),
    "no-break space, comma": grouped("\u00a0", ","),
    "swiss": grouped("’", "."),
    "full width": lambda x: repr(x).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."}),
}
ENCODINGS = {
    "utf-8": "utf-8",
    "bom": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "cp949": "cp949",
}
KOREAN = {"city": "도시", "year": "연도", "indicator": "지표", "value": "값", "unit": "단위"}


def table(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def long(data: Records, write: Notation) -> list[list[str]]:
    body = [[c, str(y), i, write(v), INDICATORS[i]] for c, y, i, v in data]
    return [["city", "year", "indicator", "value", "unit"], *body]


def wide(data: Records, write: Notation) -> list[list[str]]:
    keys = list(dict.fromkeys((c, y) for c, y, _, _ in data))
    cells = {(c, y, i): write(v) for c, y, i, v in data}
    head = ["city", "year", *(f"{i} ({u})" for i, u in INDICATORS.items())]
    return [head, *([c, str(y), *(cells[c, y, i] for i in INDICATORS)] for c, y in keys)]


def wide_with_unit_row(data: Records, write: Notation) -> list[list[str]]:
    _, *body = wide(data, write)
    return [["My table"], ["city", "year", *INDICATORS], ["", "", *INDICATORS.values()], *body]


def transposed(data: Records, write: Notation) -> list[list[str]]:
    keys = list(dict.fromkeys((c, y) for c, y, _, _ in data))
    cells = {(c, y, i): write(v) for c, y, i, v in data}
    head = ["indicator", "unit", *(f"{c} {y}" for c, y in keys)]
    return [head, *([i, u, *(cells[c, y, i] for c, y in keys)] for i, u in INDICATORS.items())]


def turned(data: Records, write: Notation) -> list[list[str]]:
    head, units, *body = wide_with_unit_row(data, write)[1:]
    return [list(row) for row in zip(head, units, *body)]


SHAPES = {
    "long": long,
    "wide": wide,
    "unit row": wide_with_unit_row,
    "transposed": transposed,
    "turned": turned,
}


def observed(data: bytes, name: str = "a.csv") -> pd.DataFrame:
    return frame(data, name).drop(columns="where")


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=8, deadline=None)
@given(data=records())
def test_the_encoding_does_not_matter(encoding, data):
    text = table(long(data, repr))
    same(observed(text.encode()), observed(text.encode(ENCODINGS[encoding])))


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("shape", ["long", "wide"])
@settings(max_examples=8, deadline=None)
@given(data=records(), delimiter=st.sampled_from(",;\t"))
def test_the_notation_of_numbers_does_not_matter(notation, shape, data, delimiter):
    plain = observed(table(SHAPES[shape](data, repr)).encode())
    same(plain, observed(table(SHAPES[shape](data, NOTATIONS[notation]), delimiter).encode()))


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=8, deadline=None)
@given(data=records(), notation=st.sampled_from(["plain", "german", "thin space"]))
def test_the_shape_does_not_matter(shape, data, notation):
    plain = observed(table(long(data, repr)).encode())
    same(plain, observed(table(SHAPES[shape](data, NOTATIONS[notation])).encode()))


@settings(max_examples=25, deadline=None)
@given(data=records(), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(data, order):
    rows = long(data, repr)
    columns = list(range(5))
    order.shuffle(columns)
    head, *body = [[row[c] for c in columns] for row in rows]
    order.shuffle(body)
    same(observed(table(rows).encode()), observed(table([head, *body]).encode()))


@settings(max_examples=8, deadline=None)
@given(data=records())
def test_the_language_of_headings_and_the_form_of_letters_do_not_matter(data):
    head, *body = long(data, repr)
    korean = table([[KOREAN[h] for h in head], *body])
    plain = observed(table([head, *body]).encode())
    same(plain, observed(korean.encode()))
    same(plain, observed(unicodedata.normalize("NFD", korean).encode()))


@settings(max_examples=8, deadline=None)
@given(data=records())
def test_parquet_and_csv_do_not_differ(data):
    rows = long(data, repr)
    whole = pd.DataFrame(rows[1:], columns=rows[0]).astype({"year": "int64", "value": "float64"})
    out = io.BytesIO()
    whole.to_parquet(out)
    same(observed(table(rows).encode()), observed(out.getvalue(), "a.parquet"))
