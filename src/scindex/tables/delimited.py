"""Text to grid: comma, semicolon or tab separated, on one path for small and large files.

``csv.reader`` looks at the first records to find the delimiter; pyarrow reads the body.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.decode import Text
from scindex.tables.grid import Column, Grid, check_size

DELIMITERS = ("\t", ";", ",")
"""In order of preference where two fit equally well."""

SAMPLE_RECORDS = 60
SAMPLE_BYTES = 8_000_000
REPEAT_RECORDS, REPEAT_CELLS = 2_000, 100_000
"""Records and cells that tell whether a column's texts repeat."""
BLOCK_BYTES = 64_000_000
"""A record must fit into one block; a longer one is a quotation mark that was never closed."""

SPARSE_CELLS = 50_000_000
"""A file may have so many cells whatever its size; beyond that at most four to a byte."""

_SEP_LINE = re.compile(rb'^"?sep=(.)"?\r?\n?', re.IGNORECASE)


def read_delimited(text: Text) -> Grid:
    """Read delimited text into a grid, short rows filled up, spreadsheet rows right.

    Parameters
    ----------
    text : Text

    Returns
    -------
    Grid
        One row for each record, blank lines included; a line ``sep=;`` on top is not a
        row, as in a spreadsheet.

    Raises
    ------
    DataError
        If it is too large, or a quotation mark is never closed.

    Examples
    --------
    >>> grid = read_delimited(Text("a.csv", b"city;GHG\\nOslo;2,1\\n", "utf-8"))
    >>> grid.cell(1, 1), grid.where(1, 1)
    ('2,1', 'a.csv!B2')
    """
    start, stop, delimiter = _extent(text.utf8)
    sample = _sample(text.utf8, start, stop)
    delimiter = delimiter or find_delimiter(sample)
    records = [r for r in _records(sample, delimiter, SAMPLE_RECORDS) if any(r)]
    widths = [len(r) for r in records]
    width, widest = _usual(widths), max(widths, default=1)
    check_size(text.name, 1, widest)
    _check_blank_rows(text, width)
    body = pa.py_buffer(text.utf8).slice(start, stop - start)
    table, odd = _parse(body, delimiter, _types(sample, delimiter, width), text.name)
    grid = _restore(table, odd, widest, text.name, delimiter)
    if text.utf8[stop - 1 : stop] != b'"':
        _check_closed(grid)
    return grid


def _check_blank_rows(text: Text, width: int) -> None:
    """Refuse what a small file would unpack to: a blank line is one byte, and a row of `width` cells."""
    cells = (text.utf8.count(b"\n") + text.utf8.count(b"\r") + 1) * width
    limit = max(SPARSE_CELLS, 4 * len(text.utf8))
    if cells > limit:
        raise DataError(Finding("too-many-cells", where=text.name, params={"count": cells, "limit": limit}))


def _extent(data: bytes) -> tuple[int, int, str | None]:
    """Return where the table begins and ends, and the delimiter that its first line declares."""
    stop = len(data)
    while stop and data[stop - 1] in b"\r\n":
        stop -= 1
    match = _SEP_LINE.match(data[:20])
    if not match:
        return 0, stop, None
    return match.end(), max(stop, match.end()), match[1].decode("ascii", "replace")


def _sample(data: bytes, start: int, stop: int) -> str:
    """Return the first part of the table, cut at a line end."""
    if stop - start > SAMPLE_BYTES:
        cut = data.rfind(b"\n", start, start + SAMPLE_BYTES)
        stop = cut if cut > start else start + SAMPLE_BYTES
    return data[start:stop].decode("utf-8", "replace")


def _records(text: str, delimiter: str, limit: int) -> Iterator[list[str]]:
    csv.field_size_limit(BLOCK_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for _, record in zip(range(limit), reader):
            yield record
    except csv.Error:
        return


def _widths(sample: str, delimiter: str) -> list[int]:
    """Return the cells of each of the first records that holds any."""
    return [len(r) for r in _records(sample, delimiter, SAMPLE_RECORDS) if any(r)]


def _types(sample: str, delimiter: str, width: int) -> list[pa.DataType]:
    """Return how each column is best kept: texts that repeat are kept once each."""
    records = list(_records(sample, delimiter, min(REPEAT_RECORDS, REPEAT_CELLS // width)))
    types: list[pa.DataType] = []
    for i in range(width):
        cells = [r[i] for r in records if i < len(r)]
        repeats = len(cells) >= 10 and 2 * len(set(cells)) <= len(cells)
        types.append(pa.dictionary(pa.int32(), pa.string()) if repeats else pa.string())
    return types


def _usual(widths: list[int]) -> int:
    """Return the most common width, the larger of two equally common."""
    counts = Counter(widths)
    return max(counts, key=lambda w: (counts[w], w), default=1)


def find_delimiter(sample: str) -> str:
    """Return the delimiter under which most of the first records are equally wide.

    Examples
    --------
    >>> find_delimiter("indicator;value\\nGHG;2,1\\n")
    ';'
    """

    def fit(delimiter: str) -> tuple[float, int]:
        widths = _widths(sample, delimiter)
        usual = _usual([w for w in widths if w > 1])
        return (sum(w == usual for w in widths) / len(widths), usual) if usual > 1 else (0.0, 0)

    best = max(DELIMITERS, key=lambda d: fit(d)[0])
    return best if fit(best)[1] else ","


def _parse(
    body: pa.Buffer, delimiter: str, types: list[pa.DataType], name: str
) -> tuple[pa.Table, list[tuple[int, str]]]:
    """Parse all records as wide as `types`; return the others as (record number, raw text)."""
    odd: list[tuple[int, str]] = []

    def keep(row: pv.InvalidRow) -> str:
        odd.append((row.number, row.text))
        return "skip"

    names = [str(i) for i in range(len(types))]
    if not body.size:
        return pa.table({n: pa.array([], t) for n, t in zip(names, types)}), odd
    try:
        table = pv.read_csv(
            pa.BufferReader(body),
            pv.ReadOptions(use_threads=False, column_names=names, block_size=BLOCK_BYTES),
            pv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            pv.ConvertOptions(
                column_types=dict(zip(names, types)), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        raise DataError(_unclosed(body.to_pybytes(), delimiter, name)) from None
    check_size(name, table.num_rows + len(odd), len(types))
    return table.unify_dictionaries(), odd


def _unclosed(data: bytes, delimiter: str, name: str) -> Finding:
    """Name the row whose quotation mark swallows what follows."""
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)
    row = 0
    try:
        for _ in reader:
            row += 1
    except csv.Error:
        pass
    return Finding("quote-not-closed", where=f"{name}!A{row + 1}", params={"row": row + 1})


def _restore(table: pa.Table, odd: list[tuple[int, str]], widest: int, name: str, delimiter: str) -> Grid:
    """Put the short and long rows back where they stood."""
    if not odd:
        columns = tuple(Column(c) for c in table.columns)
        return Grid(name, columns, np.arange(1, table.num_rows + 1))
    for number, raw in odd:
        if raw.count('"') % 2 and "\n" in raw:
            raise DataError(Finding("quote-not-closed", where=f"{name}!A{number}", params={"row": number}))
    records = [next(_records(raw, delimiter, 1), []) for _, raw in odd]
    records = [_trimmed(r, table.num_columns) for r in records]
    width = max(len(r) for r in records)
    long = [(number, len(r)) for (number, _), r in zip(odd, records, strict=True) if len(r) > widest]
    if long:
        raise DataError(
            *(
                Finding("row-too-long", where=f"{name}!A{row}", params={"cells": cells, "columns": widest})
                for row, cells in long[:1000]
            )
        )
    check_size(name, table.num_rows + len(odd), width)
    return _merged(table, np.array([n for n, _ in odd]), records, width, name)


def _trimmed(record: list[str], width: int) -> list[str]:
    """Drop blank cells beyond `width`, fill up to it."""
    while len(record) > width and not record[-1].strip():
        record.pop()
    return record + [""] * (width - len(record))


def _merged(table: pa.Table, numbers: np.ndarray, records: list[list[str]], width: int, name: str) -> Grid:
    total = table.num_rows + len(records)
    is_odd = np.zeros(total, dtype=bool)
    is_odd[numbers - 1] = True
    order = np.empty(total, dtype=np.int64)
    order[~is_odd] = np.arange(table.num_rows)
    order[is_odd] = table.num_rows + np.arange(len(records))
    take = pa.array(order)
    columns: list[Column] = []
    for i in range(width):
        extra = pa.array([r[i] if i < len(r) else "" for r in records], pa.string())
        if i < table.num_columns:
            chunks = [*table.column(i).chunks, extra.cast(table.column(i).type)]
        else:
            chunks = [pa.repeat(pa.scalar("", pa.string()), table.num_rows), extra]
        columns.append(Column(pa.chunked_array(chunks).unify_dictionaries().take(take)))
    return Grid(name, tuple(columns), np.arange(1, total + 1))


def _check_closed(grid: Grid) -> None:
    """Refuse a table whose last cell runs over lines but does not end in a quotation mark."""
    last = next((c for c in reversed(grid.row_text(len(grid) - 1)) if c), "") if len(grid) else ""
    if "\n" in last:
        row = int(grid.rows[-1])
        raise DataError(Finding("quote-not-closed", where=f"{grid.name}!A{row}", params={"row": row}))
