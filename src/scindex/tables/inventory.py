"""Tables of GPC cells, one row for each city and year or for each cell, as C40 and CIRIS give them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from scindex._resources import read_yaml, root
from scindex.catalogue.lookup import fold
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.cities import file_bytes
from scindex.tables.decode import decode, file_kind
from scindex.tables.delimited import read_delimited
from scindex.tables.grid import Grid
from scindex.tables.numbers import NUMBER, read_numbers
from scindex.tables.places import iso3, slug

REF = re.compile(r"(?:I|II|III|IV|V|VI)(?:\.\d){1,2}")
HEADER_ROWS = 60
"""How far down a heading may stand."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
LEAST_REFS = 3
"""Headings that must be references of cells before a sheet is taken for a wide one."""

ABOUT = ("level", "population", "area", "basic", "basic_plus", "basic_s3", "territorial")
PER_CELL = ("gas", "notation_key", "ie_target", "explanation", "quality_activity", "quality_factor")
CELL_COLUMNS = ("city_id", "city", "year", "ref", "text", "number", "where", *PER_CELL)


@dataclass(frozen=True, slots=True)
class Default:
    """City and year of a table that has no column for them."""

    city: str = ""
    year: int | None = None


@dataclass(frozen=True)
class GpcCells:
    """Cells as a file has them, with nothing decided yet.

    Attributes
    ----------
    cells : DataFrame
        `CELL_COLUMNS`; ``text`` as written, ``number`` missing where the text is none.
    cities : DataFrame
        One row for each city and year: level, population, area and the totals it publishes.
    findings : tuple of Finding
    inputs : tuple of dict
        Name, SHA-256 and sheet of the file.
    """

    cells: pd.DataFrame
    cities: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    inputs: tuple[Mapping[str, str], ...] = ()


def read_gpc_cells(
    path: str | Path, *, sheet: str | None = None, city: str = "", year: int | None = None
) -> GpcCells:
    """Read a table of GPC cells: CSV, XLSX or Parquet.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Sheet of a workbook; else the one with most references of cells in its headings.
    city, year
        Of a table that has no column for them, as in CIRIS.

    Returns
    -------
    GpcCells

    Raises
    ------
    UsageError
        If there is no such file or sheet.
    DataError
        If no heading is a reference of the GPC, or none names city or year.
    """
    data, name = file_bytes(Path(path)), Path(path).name
    grids, findings = open_grids(data, name, sheet)
    grid = best_grid(grids)
    cells = cells_of(grid, city=city, year=year)
    used = {"name": name, "sha256": hashlib.sha256(data).hexdigest(), "sheet": grid.name[len(name) + 1 :]}
    return GpcCells(cells.cells, cells.cities, (*findings, *cells.findings), (used,))


def open_grids(data: bytes, name: str, sheet: str | None = None) -> tuple[list[Grid], list[Finding]]:
    """Return the grids of a file, of a workbook all sheets that hold anything, and what they say."""
    kind = file_kind(data, name)
    if kind == "xlsx":
        from scindex.tables.workbook import read_workbook

        return read_workbook(data, name, sheet=sheet)
    if kind == "parquet":
        from scindex.tables.parquet import read_parquet

        return [read_parquet(data, name)], []
    text, findings = decode(data, name)
    return [read_delimited(text)], findings


def best_grid(grids: Sequence[Grid]) -> Grid:
    """Return the sheet with most references of cells in one row."""
    return max(grids, key=lambda g: max((_count(g, r) for r in range(min(HEADER_ROWS, len(g)))), default=0))


def _count(grid: Grid, row: int) -> int:
    return sum(bool(REF.fullmatch(t.strip())) for t in grid.row_text(row))


def cells_of(grid: Grid, *, city: str = "", year: int | None = None) -> GpcCells:
    """Read a grid whose columns are cells of the GPC, or whose rows are.

    Raises
    ------
    DataError
        If neither is recognised, or city and year are not named.
    """
    rows = range(min(HEADER_ROWS, len(grid)))
    header = max(rows, key=lambda r: _count(grid, r), default=0)
    if len(grid) and _count(grid, header) >= LEAST_REFS:
        return _wide(grid, header, Default(city, year))
    for row in rows:
        roles = _roles(grid.row_text(row))
        if {"ref", "value"} <= set(roles):
            return _long(grid, row, roles, Default(city, year))
    raise DataError(Finding("gpc-no-cells", where=grid.name))


@lru_cache(maxsize=1)
def _headings() -> dict[str, tuple[str, int]]:
    """Return role and rank of each known heading, folded."""
    lists: Mapping[str, Sequence[str]] = read_yaml(root() / "indicators" / "gpc.yaml")["headings"]
    found: dict[str, tuple[str, int]] = {}
    for role, names in lists.items():
        for rank, name in enumerate(names):
            found.setdefault(_fold(str(name)), (role, rank))
    return found


def _fold(text: str) -> str:
    return fold(text.replace("+", " plus "))


def _roles(headings: Sequence[str]) -> dict[str, int]:
    """Return the column of each role: of two with one role that of the lower rank, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for column, text in enumerate(headings):
        if "\n" in text.strip():
            continue
        role, rank = _headings().get(_fold(text), ("", 0))
        if role and (rank, column) < best.get(role, (99, 0)):
            best[role] = (rank, column)
    return {role: column for role, (_, column) in best.items()}


def _wide(grid: Grid, header: int, default: Default) -> GpcCells:
    headings = grid.row_text(header)
    roles = _roles(headings)
    refs = {j: t.strip() for j, t in enumerate(headings) if REF.fullmatch(t.strip())}
    credits = {j: role for role, j in roles.items() if role.startswith("credits.")}
    table = _Table(grid, header)
    places = _places(table, roles, default)
    cities = [_about(table, roles, place) for place in places]
    cells = [
        {**_identity(place), "ref": ref, **table.cell(place["row"], column)}
        for place in places
        for column, ref in {**refs, **credits}.items()
    ]
    return GpcCells(_frame(cells), pd.DataFrame(cities), tuple(table.findings))


def _long(grid: Grid, header: int, roles: dict[str, int], default: Default) -> GpcCells:
    table = _Table(grid, header)
    places = _places(table, roles, default)
    cells, cities = [], {}
    for place in places:
        row = place["row"]
        ref = table.text(row, roles["ref"]).strip()
        if not ref:
            if not np.isnan(table.number(row, roles["value"])):
                where = table.grid.where(row, roles["value"])
                table.findings.append(Finding("gpc-row-without-ref", "note", where=where))
            continue
        extra = {k: table.text(row, roles[k]).strip() for k in PER_CELL if k in roles}
        cells.append({**_identity(place), "ref": ref, **table.cell(row, roles["value"]), **extra})
        cities.setdefault((place["city_id"], place["year"]), _about(table, roles, place))
    return GpcCells(_frame(cells), pd.DataFrame(list(cities.values())), tuple(table.findings))


def _frame(cells: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=list(CELL_COLUMNS))
    absent = [name for name in PER_CELL if not cells or name not in cells[0]]
    return frame.assign(**dict.fromkeys(absent, ""))


class _Table:
    """Texts and numbers of a grid below its heading, each column read once."""

    def __init__(self, grid: Grid, header: int) -> None:
        self.grid, self.header = grid, header
        self.findings: list[Finding] = []
        self.texts: dict[int, list[str]] = {}
        self.numbers: dict[int, np.ndarray] = {}

    def text(self, row: int, column: int) -> str:
        if column not in self.texts:
            self.texts[column] = [t or "" for t in self.grid.columns[column].part().to_pylist()]
        return self.texts[column][row]

    def number(self, row: int, column: int) -> float:
        if column not in self.numbers:
            self.numbers[column] = self._read(column)
        return float(self.numbers[column][row])

    def _read(self, column: int) -> np.ndarray:
        source = self.grid.columns[column]
        typed = np.full(len(self.grid), np.nan) if source.number is None else np.array(source.number)
        self.text(self.header, column)
        open_ = np.flatnonzero(np.isnan(typed) & (np.arange(len(typed)) > self.header))
        texts = pa.array([self.texts[column][i].strip() for i in open_], pa.string())
        found = read_numbers(texts, np.zeros(len(open_), dtype=np.int32))
        # a share is no amount of tonnes
        typed[open_] = np.where((found.kind == NUMBER) & ~found.percent, found.value, np.nan)
        return typed

    def cell(self, row: int, column: int) -> dict[str, Any]:
        return {
            "text": self.text(row, column),
            "number": self.number(row, column),
            "where": self.grid.where(row, column),
        }


def _identity(place: Mapping[str, Any]) -> dict[str, Any]:
    return {k: place[k] for k in ("city_id", "city", "year")}


def _places(table: _Table, roles: Mapping[str, int], default: Default) -> list[dict[str, Any]]:
    """Return city and year of each row that names a city, or of each that holds anything."""
    known = {"city": default.city, "year": default.year}
    missing = [role for role, value in known.items() if role not in roles and not value]
    if missing:
        where = table.grid.where(table.header, 0)
        raise DataError(*(Finding(f"gpc-no-{role}", where=where) for role in missing))
    rows = range(table.header + 1, len(table.grid))
    faults: list[Finding] = []
    places = [p for row in rows if (p := _place(table, roles, default, row, faults))]
    if faults or not places:
        raise DataError(*faults or [Finding("gpc-no-rows", where=table.grid.name)])
    return places


def _place(
    table: _Table, roles: Mapping[str, int], default: Default, row: int, faults: list[Finding]
) -> dict[str, Any] | None:
    if not table.grid.filled[row]:
        return None
    city = default.city if "city" not in roles else " ".join(table.text(row, roles["city"]).split())
    if not city:
        where = table.grid.where(row, roles["city"])
        table.findings.append(Finding("gpc-row-without-city", "warning", where=where))
        return None
    year = float(default.year or 0) if "year" not in roles else table.number(row, roles["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        column = roles.get("year", 0)
        where, shown = table.grid.where(row, column), table.text(row, column)
        faults.append(Finding("gpc-bad-year", where=where, value=shown))
        return None
    country = table.text(row, roles["country"]).strip() if "country" in roles else ""
    own = table.text(row, roles["city_id"]).strip() if "city_id" in roles else ""
    front = iso3(country) if country else ""
    city_id = own or (f"{front}:{slug(city)}" if front else slug(city))
    return {"row": row, "city_id": city_id, "city": city, "year": int(year)}


def _about(table: _Table, roles: Mapping[str, int], place: Mapping[str, Any]) -> dict[str, Any]:
    row, about = (
        place["row"],
        {**_identity(place), "where": table.grid.where(place["row"], roles.get("city", 0))},
    )
    for name in ABOUT:
        if name not in roles:
            continue
        column = roles[name]
        about[name] = table.text(row, column).strip() if name == "level" else table.number(row, column)
    return about
