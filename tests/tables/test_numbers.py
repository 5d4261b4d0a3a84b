"""Numbers in any common notation are read exactly, and never guessed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.tables.numbers import AMBIGUOUS, CONFLICT, INFINITE, NOT, NUMBER, read_numbers


def read(*texts: str, column: list[int] | None = None):
    return read_numbers(pa.array(list(texts), pa.string()), np.array(column or [0] * len(texts), dtype=int))


def value(text: str) -> float:
    found = read(text)
    assert found.kind.tolist() == [NUMBER], text
    return found.value[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-0.5", -0.5),
        ("+7", 7),
        (".5", 0.5),
        ("5.", 5),
        ("1e5", 1e5),
        ("1.5E-3", 0.0015),
        ("12,5", 12.5),
        ("0,234", 0.234),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234,5", 1234.5),
        ("1\u202f234\u202f567", 1234567),
        ("1\u2009234.5", 1234.5),
        ("1'234'567.8", 1234567.8),
        ("1’234", 1234),
        ("１２３．５", 123.5),
        ("１２，５", 12.5),
        ("٣٤", 34),
        ("३४", 34),
        ("\u22125", -5),
        ("－5", -5),
        ("007", 7),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_a_notation_is_read_as_its_number(text, number):
    assert value(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Oslo",
        "5²",
        "½",
        "①",
        "1,23,456",
        "12 34",
        "1 2345",
        "--5",
        "1.2.3",
        "0x10",
        "1_000",
        "5 kt",
        "%",
        "e5",
        "-",
        "1,",
        "(5)",
        "5%%",
    ],
)
def test_what_is_no_number_is_not_made_one(text):
    found = read(text)
    assert found.kind.tolist() == [NOT]
    assert np.isnan(found.value[0])


@pytest.mark.parametrize("text", ["1e309", "-1e400", "9" * 400])
def test_a_number_too_large_for_a_float_is_told_apart(text):
    assert read(text).kind.tolist() == [INFINITE]


@pytest.mark.parametrize(("text", "number"), [("45 %", 45), ("45%", 45), ("4,5 %", 4.5), ("１２％", 12)])
def test_a_percent_sign_is_kept_with_the_number(text, number):
    found = read(text)
    assert (found.value[0], found.percent[0]) == (number, True)


def test_one_comma_before_three_digits_is_refused_without_a_witness():
    assert read("1,234").kind.tolist() == [AMBIGUOUS]
    assert read("1,234", "17", "-5,678").kind.tolist() == [AMBIGUOUS, NUMBER, AMBIGUOUS]


@pytest.mark.parametrize(
    ("witness", "reading"),
    [("12,5", 1.234), ("1.234.567", 1.234), ("12.5", 1234), ("1,234,567", 1234), ("1,234.5", 1234)],
)
def test_a_decisive_cell_settles_its_column(witness, reading):
    assert read("1,234", witness).value[0] == reading


def test_a_point_before_three_digits_is_a_decimal_unless_commas_are():
    assert read("1.234").value[0] == 1.234
    assert read("1.234", "12,5").value[0] == 1234
    assert read("-1.234", "12,5").value[0] == -1234


def test_a_witness_speaks_for_its_own_column_only():
    assert read("1,234", "12.5", column=[0, 1]).kind.tolist() == [AMBIGUOUS, NUMBER]


def test_a_point_is_doubted_where_another_column_writes_decimal_commas():
    assert read("1.234", "12,5", column=[0, 1]).kind.tolist() == [AMBIGUOUS, NUMBER]


def test_a_column_with_both_marks_names_a_witness_of_each():
    found = read("7", "12,5", "3.25", "4.75", "1,234")
    assert found.witness == {0: (1, 2)}
    assert found.kind.tolist() == [NUMBER, CONFLICT, NUMBER, NUMBER, CONFLICT]


numbers = st.floats(-1e12, 1e12).map(lambda x: round(x, 3))
STYLES = {
    "plain": lambda x: repr(x) if "e" not in repr(x) else f"{x:.6f}",
    "comma": lambda x: f"{x:.4f}".replace(".", ","),
    "german": lambda x: f"{x:,.4f}".translate(str.maketrans(",.", ".,")),
    "english": lambda x: f"{x:,.4f}",
    "thin": lambda x: f"{x:,.4f}".replace(",", "\u202f"),
    "swiss": lambda x: f"{x:,.4f}".replace(",", "’"),
    "french": lambda x: f"{x:,.4f}".replace(",", "\u00a0").replace(".", ","),
    "wide": lambda x: f"{x:.4f}".translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.-"}),
}


@pytest.mark.parametrize("style", STYLES)
@given(values=st.lists(numbers, min_size=1, max_size=20))
def test_every_style_gives_the_same_numbers(style, values):
    found = read(*(STYLES[style](v) for v in values))
    assert found.kind.tolist() == [NUMBER] * len(values)
    assert found.value.tolist() == pytest.approx(values, rel=1e-15, abs=0)


@given(
    st.lists(
        st.tuples(st.sampled_from(["1,234", "1.234", "12,5", "12.5", "7", "x"]), st.integers(0, 2)),
        min_size=1,
    )
)
def test_the_order_of_cells_does_not_matter(cells):
    texts, columns = zip(*cells)
    forward = read(*texts, column=list(columns))
    backward = read(*texts[::-1], column=list(columns[::-1]))
    assert forward.kind.tolist() == backward.kind.tolist()[::-1]
    assert np.array_equal(forward.value, backward.value[::-1], equal_nan=True)


@given(st.lists(st.text(max_size=12), max_size=20))
def test_any_text_is_a_number_or_not(texts):
    texts = [t.strip() for t in texts if t.isprintable()]
    found = read(*texts)
    assert (np.isfinite(found.value) == (found.kind == NUMBER)).all()
