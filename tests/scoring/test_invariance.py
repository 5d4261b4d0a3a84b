"""The same data in six encodings, eight notations, five shapes and any order give the same score file."""

from __future__ import annotations

import io
import random

import pytest
from tables.test_invariance import ENCODINGS, INDICATORS, NOTATIONS, SHAPES, long, table

import scindex as sx
from scindex.tables.cities import read_cities_bytes
from scindex.tables.write import write_csv

DATA = [
    (city, year, name, round(base * (1 + 0.013 * k) + 0.000123, 6))
    for k, (city, year) in enumerate(
        [("Oslo", 2020), ("서울특별시", 2020), ("Valencia", 2021), ("New York", 2021)]
    )
    for name, base in zip(INDICATORS, (4.81, 6.37, 250.0, 19.3))
]


def score_file(data: bytes, by: str = "axis") -> bytes:
    out = io.BytesIO()
    write_csv(sx.score(read_cities_bytes(data, "a.csv"), "u4ssc", by=by).scores, out)
    return out.getvalue()


PLAIN = table(long(DATA, repr))


def test_the_score_file_says_something():
    assert score_file(PLAIN.encode()).count(b"Valencia") > 100
    assert score_file(PLAIN.encode()) != score_file(PLAIN.replace("4.810123", "9.810123").encode())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_encoding_and_notation_give_the_same_bytes(encoding, notation):
    text = table(long(DATA, NOTATIONS[notation]), ";" if "comma" in notation else ",")
    try:
        data = text.encode(ENCODINGS[encoding])
    except UnicodeEncodeError:
        # CP949 has neither thin space nor no-break space: the mark it can write stands for it
        data = text.replace("\u2009", " ").replace("\u00a0", " ").encode(ENCODINGS[encoding])
    assert score_file(data) == score_file(PLAIN.encode())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("by", ["", "axis", "sdg"])
def test_every_shape_gives_the_same_bytes(shape, by):
    assert score_file(table(SHAPES[shape](DATA, repr)).encode(), by) == score_file(PLAIN.encode(), by)


@pytest.mark.parametrize("seed", range(5))
def test_row_order_gives_the_same_bytes(seed):
    head, *body = long(DATA, repr)
    random.Random(seed).shuffle(body)
    assert score_file(table([head, *body]).encode()) == score_file(PLAIN.encode())
