"""Parquet columns keep their numbers, and broken files are told."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scindex.errors import DataError
from scindex.tables import parquet
from scindex.tables.parquet import read_parquet


def packed(**columns: pa.Array) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_the_column_names_are_row_one():
    g = read_parquet(packed(city=pa.array(["Oslo"]), GHG=pa.array([2.5])), "a.parquet")
    assert [g.row_text(i) for i in range(2)] == [["city", "GHG"], ["Oslo", "2.5"]]
    assert g.where(1, 1) == "a.parquet!B2"


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, 2, None]),
        pa.array([1.0, 2.0, None]),
        pa.array([1.0, 2.0, None], pa.float32()),
        pa.array([1, 2, None], pa.decimal128(9, 2)),
        pa.array([1, 2, None], pa.uint8()),
    ],
)
def test_numbers_of_any_kind_stay_numbers_and_nulls_are_blank(values):
    column = read_parquet(packed(x=values), "a.parquet").columns[0]
    assert column.number is not None
    assert column.number[1:3].tolist() == [1.0, 2.0]
    assert column.blank(1).tolist() == [False, False, True]
    assert column.blank().tolist() == [False, False, False, True]


def test_a_short_float_is_what_its_writer_meant():
    column = read_parquet(packed(x=pa.array([0.1], pa.float32())), "a.parquet").columns[0]
    assert column.number is not None
    assert column.number[1] == 0.1


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pa.array(["a", None]), ["a", ""]),
        (pa.array(["a", None]).dictionary_encode(), ["a", ""]),
        (pa.array(["a", None], pa.large_string()), ["a", ""]),
        (pa.array([True, None]), ["true", ""]),
        (pa.array([None, None]), ["", ""]),
        (pa.array(["서울", "x"]), ["서울", "x"]),
    ],
)
def test_what_is_no_number_becomes_text(values, text):
    assert read_parquet(packed(x=values), "a.parquet").columns[0].part(1).to_pylist() == text


def test_parts_of_a_number_column_match_its_text():
    column = read_parquet(packed(x=pa.array([1.5, None, 3.0])), "a.parquet").columns[0]
    whole = column.part().to_pylist()
    assert whole == ["x", "1.5", "", "3"]
    for start in range(5):
        for length in (None, 0, 1, 2, 9):
            stop = None if length is None else start + length
            assert column.part(start, length).to_pylist() == whole[start:stop]


def test_a_long_text_in_every_row_does_not_fill_the_memory(monkeypatch):
    data = packed(city=pa.array(["x" * 100_000] * 5_000))
    assert len(data) < 1_000_000
    monkeypatch.setattr(parquet, "MAX_UNPACKED", 100_000_000)
    with pytest.raises(DataError) as err:
        read_parquet(data, "a.parquet")
    assert (err.value.findings[0].code, err.value.findings[0].params["limit"]) == (
        "file-too-large",
        100_000_000,
    )


@pytest.mark.parametrize("values", [pa.array([[1.0]]), pa.array([{"a": 1}])])
def test_nested_columns_are_refused(values):
    with pytest.raises(DataError) as err:
        read_parquet(packed(x=values), "a.parquet")
    assert err.value.findings[0].code == "parquet-nested"


def test_a_damaged_file_is_told():
    data = packed(city=pa.array(["Oslo"] * 1000), GHG=pa.array([2.5] * 1000))
    for broken in (
        data[:-20],
        data[: len(data) // 2],
        b"PAR1" + b"\x00" * 50,
        data[:30] + b"\xff" * 40 + data[70:],
    ):
        with pytest.raises(DataError) as err:
            read_parquet(broken, "a.parquet")
        assert err.value.findings[0].code == "parquet-broken"
