"""Bytes of a raw table to columns: text, workbook, Parquet, or the attributes of a geodata file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.tables.cities import file_bytes
from scindex.tables.decode import decode, file_kind
from scindex.tables.delimited import read_delimited
from scindex.tables.grid import Grid, check_size, letters
from scindex.tables.raw_columns import Shape, match_headings, shown

HEAD_ROWS = 40
"""Rows among which the headings are looked for."""

GEO_ENDINGS = (".gpkg", ".shp", ".geojson", ".json", ".topojson", ".fgb", ".zip")
"""Files whose attributes are read through GDAL."""


@dataclass(frozen=True)
class Cells:
    """One column below its heading: texts or numbers, as the file has them.

    Attributes
    ----------
    values : pyarrow ChunkedArray
    number : ndarray of float or None
        Numbers that a workbook holds as numbers beside its texts, NaN elsewhere.
    percent : ndarray of bool or None
        Where the workbook shows that number as a percentage.
    """

    values: pa.ChunkedArray
    number: np.ndarray | None = None
    percent: np.ndarray | None = None


@dataclass(frozen=True)
class Source:
    """A table as it came: headings, columns, and the address of each row.

    Attributes
    ----------
    name : str
        File, with the sheet of a workbook.
    headings : tuple of str
    columns : tuple of Cells
    rows : ndarray of int
        Number of each row in the file: a spreadsheet row, or a feature.
    features : bool
        Whether rows are features of a geodata file.
    head : int
        Row of the headings.
    used : Mapping
        What `provenance.inputs` says of the file.
    others : tuple of str
        Headings of columns that were not read at all.
    """

    name: str
    headings: tuple[str, ...]
    columns: tuple[Cells, ...]
    rows: np.ndarray
    features: bool
    head: int
    used: Mapping[str, str]
    others: tuple[str, ...] = ()

    def where(self, row: int, column: int) -> str:
        """Return the address of a cell, counted from 0: ``a.csv!B7``, ``a.gpkg feature 12``."""
        if self.features:
            return f"{self.name} feature {self.rows[row]}"
        return f"{self.name}!{letters(column)}{self.rows[row]}"

    def head_where(self, column: int) -> str:
        """Return the address of a heading."""
        return self.name if self.features else f"{self.name}!{letters(column)}{self.head}"


def open_source(
    path: Path, shape: Shape, wanted: Mapping[str, str], sheet: str | None = None
) -> tuple[Source, list[Finding]]:
    """Read a file of any kind into columns below the row of headings that fits the shape best.

    Raises
    ------
    UsageError
        If there is no such file or sheet.
    DataError
        If it is no table, or holds no heading of the shape.
    """
    if path.suffix.lower() in GEO_ENDINGS:
        if sheet is not None:
            raise UsageError(Finding("sheet-without-workbook", where=path.name, params={"wanted": sheet}))
        return _from_attributes(path, shape, wanted)
    data = file_bytes(path)
    used = {"name": path.name, "sha256": hashlib.sha256(data).hexdigest()}
    kind = file_kind(data, path.name)
    if sheet is not None and kind != "xlsx":
        raise UsageError(Finding("sheet-without-workbook", where=path.name, params={"wanted": sheet}))
    if kind == "parquet":
        table, others = read_columns(data, path.name, shape, wanted)
        return of_arrow(table, path.name, {**used, "encoding": "parquet"}, others=others), []
    if kind == "text":
        text, found = decode(data, path.name)
        used["encoding"] = text.encoding
        return _of_grid(read_delimited(text), shape, wanted, used), found
    return _from_workbook(data, path.name, shape, wanted, sheet, used)


def _from_workbook(
    data: bytes, name: str, shape: Shape, wanted: Mapping[str, str], sheet: str | None, used: dict[str, str]
) -> tuple[Source, list[Finding]]:
    from scindex.tables.workbook import read_workbook

    grids, found = read_workbook(data, name, sheet=sheet)
    if not grids:
        raise DataError(Finding("empty-file", where=name))
    fits = [_header(g, shape, wanted)[1] for g in grids]
    best = [g for g, n in zip(grids, fits) if n == max(fits)]
    titles = [g.name[len(name) + 1 :] for g in best]
    if len(best) > 1 and max(fits):
        raise DataError(Finding("several-sheets", where=name, params={"sheets": titles}))
    used |= {"sheet": titles[0], "encoding": "xlsx"}
    others = [g.name[len(name) + 1 :] for g in grids if g is not best[0]]
    if others and sheet is None:
        params = {"sheet": titles[0], "others": others}
        found.append(Finding("sheet-chosen", "note", where=best[0].name, params=params))
    return _of_grid(best[0], shape, wanted, used), found


def _header(grid: Grid, shape: Shape, wanted: Mapping[str, str]) -> tuple[int, int]:
    """Return the row that holds most headings of the shape, and how many."""
    best, most = 0, 0
    for row in range(min(HEAD_ROWS, len(grid))):
        fits = len(match_headings(grid.row_text(row), shape, wanted))
        if fits > most:
            best, most = row, fits
    return best, most


def _of_grid(grid: Grid, shape: Shape, wanted: Mapping[str, str], used: Mapping[str, str]) -> Source:
    head, fits = _header(grid, shape, wanted)
    if not fits:
        filled = np.flatnonzero(grid.filled)
        first = grid.row_text(int(filled[0])) if len(filled) else []
        params = {"table": shape.name, "found": shown(first), "rows": min(HEAD_ROWS, len(grid))}
        raise DataError(Finding("raw-no-headings", where=grid.name, params=params))
    headings = tuple(grid.row_text(head))
    body = head + 1
    if body < len(grid):
        under = [t for t in grid.row_text(body) if t.strip()]
        also = len(match_headings(grid.row_text(body), shape, wanted))
        # the public portal puts Korean headings above the names of the API
        body += int(also >= 2 and 2 * also >= len(under))
    keep = _filled_rows(grid, body)
    columns: list[Cells] = []
    for column in grid.columns:
        whole = len(keep) == len(grid) - body
        text = column.part(body) if whole else column.part().take(pa.array(keep))
        number = None if column.number is None else column.number[keep]
        columns.append(Cells(text, number, None if column.percent is None else column.percent[keep]))
    return Source(grid.name, headings, tuple(columns), grid.rows[keep], False, int(grid.rows[head]), used)


def _filled_rows(grid: Grid, body: int) -> np.ndarray:
    """Return the rows that hold anything; most files are settled by their first column."""
    blank = np.ones(len(grid) - body, dtype=bool)
    for column in grid.columns:
        blank &= column.blank(body)
        if not blank.any():
            break
    return np.flatnonzero(~blank) + body


def read_columns(
    data: bytes, name: str, shape: Shape, wanted: Mapping[str, str]
) -> tuple[pa.Table, tuple[str, ...]]:
    """Read from a Parquet file the columns that the shape knows, and name the others.

    Raises
    ------
    DataError
        If it is corrupted or beyond the limits.
    """
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        names = file.schema_arrow.names
        check_size(name, file.metadata.num_rows, len(names))
        found = match_headings(names, shape, wanted)
        at = sorted({p for matches in found.values() for m in matches for p in m.at})
        if not at:
            params = {"table": shape.name, "found": shown(names), "rows": 1}
            raise DataError(Finding("raw-no-headings", where=name, params=params))
        table = file.read([names[i] for i in at])
        return table, tuple(n for n in names if n not in table.column_names)
    except (pa.ArrowException, OSError, ValueError, TypeError) as err:
        problem = str(err).splitlines()[0][:200] if str(err) else type(err).__name__
        raise DataError(Finding("parquet-broken", where=name, params={"problem": problem})) from None


def of_arrow(
    table: pa.Table,
    name: str,
    used: Mapping[str, str],
    *,
    features: bool = False,
    others: tuple[str, ...] = (),
) -> Source:
    """Wrap an Arrow table; its first row is row 2 of a sheet, or feature 1."""
    columns = tuple(Cells(_plain(c)) for c in table.columns)
    rows = np.arange(table.num_rows) + (1 if features else 2)
    return Source(name, tuple(table.column_names), columns, rows, features, 1, used, others)


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(values.type):
        return values.cast(values.type.value_type)
    return values


def _from_attributes(path: Path, shape: Shape, wanted: Mapping[str, str]) -> tuple[Source, list[Finding]]:
    from scindex.tables.geo_files import read_attributes

    table, used, found = read_attributes(path)
    if not match_headings(table.column_names, shape, wanted):
        params = {"table": shape.name, "found": shown(table.column_names), "rows": 1}
        raise DataError(Finding("raw-no-headings", where=path.name, params=params))
    return of_arrow(table, path.name, used, features=True), found


def of_frame(
    frame: Any, name: str, *, numbers: np.ndarray | None = None, others: tuple[str, ...] = ()
) -> Source:
    """Wrap a DataFrame (the attributes of a layer, say); rows are its features.

    Examples
    --------
    >>> import pandas as pd
    >>> of_frame(pd.DataFrame({"id": ["a"]}), "demo").where(0, 0)
    'demo feature 1'
    """
    plain = frame[[c for c in frame.columns if c != getattr(frame, "_geometry_column_name", None)]]
    table = pa.Table.from_pandas(plain, preserve_index=False)
    table = table.rename_columns([str(c) for c in table.column_names])
    source = of_arrow(table, name, {}, features=True, others=others)
    return source if numbers is None else replace(source, rows=numbers)
