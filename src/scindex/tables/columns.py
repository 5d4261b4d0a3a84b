"""Which column plays which role, and what becomes of columns that nobody knows."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.catalogue.lookup import Lookup, fold
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.grid import Grid
from scindex.tables.headers import Heading, words
from scindex.tables.numbers import INFINITE, NOT, read_numbers

SAMPLE = 60
"""Rows that decide whether a column ``name`` holds cities or indicators."""

CELLS_AT_A_TIME = 1_000_000
"""Cells of unknown columns looked at together."""

CLOSE_NAMES = 50
"""Unknown columns for which close names are looked up; it takes milliseconds for each."""

NOTATION = ("NR", "NE", "C", "IE", "NO", "NA")


@dataclass
class Sorted:
    """Columns by what they hold, as far as their headings and cells say."""

    headings: tuple[Heading, ...]
    roles: dict[str, tuple[int, ...]] = field(default_factory=dict)
    own: tuple[int, ...] = ()
    cities: tuple[int, ...] = ()
    findings: list[Finding] = field(default_factory=list)


def any_number(texts: Sequence[str]) -> bool:
    """Return whether any text is a number, or a notation key that stands for one.

    Examples
    --------
    >>> any_number(["Oslo", "1 234,5"]), any_number(["NR"]), any_number(["Oslo", ""])
    (True, True, False)
    """
    cells = [t.strip() for t in texts if t.strip()]
    if any(t in NOTATION for t in cells):
        return True
    return bool(read_numbers(pa.array(cells, pa.string()), np.zeros(len(cells), dtype=int)).kind.any())


def sort_columns(
    grid: Grid,
    header: int,
    headings: tuple[Heading, ...],
    lookup: Lookup,
    *,
    kind: str,
    key: int,
    ignore: Sequence[str],
) -> Sorted:
    """Give each column its role, and report those that have none.

    Parameters
    ----------
    grid : Grid
    header : int
        Position of the header row.
    headings : tuple of Heading
        One for each column.
    lookup : Lookup
    kind : str
        Kind of table (`layout.Layout`).
    key : int
        The column of indicators of a transposed table.
    ignore : sequence of str
        Headings to leave out; ``all`` for every unknown one.

    Returns
    -------
    Sorted

    Raises
    ------
    DataError
        If two columns play one role.
    """
    out = Sorted(headings)
    body = header + 1
    candidates: dict[str, list[int]] = {}
    unknown: list[int] = []
    own: list[int] = []
    for column, heading in enumerate(headings):
        role = "indicator" if kind == "transposed" and column == key else heading.role
        if role == "either":
            role = _either(grid, body, column, lookup)
        if role == "indicator column":
            own.append(column)
        elif role in ("", "unused") or (role == "indicator" and kind == "wide"):
            unknown.extend([column] if not role else [])
        else:
            candidates.setdefault(role, []).append(column)
    for role, columns in candidates.items():
        if role == "indicator":
            out.roles[role] = tuple(columns)
        else:
            out.roles[role], found = _one_of(grid, header, headings, role, columns)
            out.findings += found
    if kind == "wide":
        out.findings += _without_errors(grid, header, out.roles)
    if kind == "transposed":
        out.cities = tuple(c for c in sorted([*unknown, *own]) if _is_city(grid, body, c, headings[c]))
        unknown = [c for c in unknown if c not in out.cities]
    elif kind == "wide":
        out.own = tuple(own)
    else:
        unknown = sorted([*unknown, *own])
    out.findings += _unknown(grid, header, headings, unknown, lookup, ignore)
    return out


def _without_errors(grid: Grid, header: int, roles: dict[str, tuple[int, ...]]) -> list[Finding]:
    """Take the columns of errors out of a wide table, where they belong to no one value."""
    columns = [c for role in ("error", "error_group") for c in roles.pop(role, ())]
    return [
        Finding(
            "error-in-wide",
            "warning",
            where=grid.where(header, c),
            params={"header": grid.cell(header, c).strip()},
        )
        for c in columns
        if _filled(grid, header + 1, c)
    ]


def _either(grid: Grid, body: int, column: int, lookup: Lookup) -> str:
    """Tell by its cells whether a column ``name`` or ``code`` holds cities or indicators."""
    cells = [t for t in grid.columns[column].part(body, SAMPLE).to_pylist() if t.strip()]
    known = sum(bool(lookup.find(t) or lookup.points(t)) for t in cells)
    if cells and 2 * known >= len(cells):
        return "indicator"
    name = fold("code"), fold("id"), fold("코드")
    return "city_id" if fold(grid.cell(body - 1, column)) in name else "city"


def _one_of(
    grid: Grid, header: int, headings: tuple[Heading, ...], role: str, columns: list[int]
) -> tuple[tuple[int, ...], list[Finding]]:
    """Choose among columns with one role: one that holds anything, under the better word.

    SDMX puts labels beside codes: ``TIME_PERIOD`` and ``Time period``.
    """
    filled = [c for c in columns if _filled(grid, header + 1, c)] or columns[:1]
    chosen = min(filled, key=lambda c: (headings[c].rank, not headings[c].text.isupper(), c))
    others = [c for c in filled if c != chosen]
    for c in others:
        if fold(headings[c].text) == fold(headings[chosen].text) and not headings[chosen].text.isupper():
            params = {"role": role, "other": grid.where(header, chosen), "header": headings[c].text}
            raise DataError(Finding("column-twice", where=grid.where(header, c), params=params))
    labels = [c for c in others if headings[c].label or headings[chosen].text.isupper()]
    findings = [
        Finding(
            "column-second",
            "note",
            where=grid.where(header, c),
            params={"role": role, "header": headings[c].text, "read": headings[chosen].text},
        )
        for c in others
        if c not in labels
    ]
    return (chosen,), findings


def _filled(grid: Grid, body: int, column: int) -> bool:
    return bool((~grid.columns[column].blank(body)).any())


def _numbers_in(grid: Grid, body: int, columns: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return how many cells of each column are numbers, and how many are filled."""
    n = max(len(grid) - body, 1)
    filled = np.array([int((~grid.columns[c].blank(body)).sum()) for c in columns], dtype=np.int64)
    numbers = np.zeros(len(columns), dtype=np.int64)
    size = max(1, CELLS_AT_A_TIME // n)
    for start in range(0, len(columns), size):
        part = columns[start : start + size]
        chunks = [k for c in part for k in grid.columns[c].part(body).chunks]
        text = pc.utf8_trim_whitespace(pa.chunked_array(chunks, pa.string()))
        code = np.repeat(np.arange(len(part)), len(grid) - body)
        kind = read_numbers(text, code).kind
        number = (kind != NOT) & (kind != INFINITE)
        numbers[start : start + size] = np.bincount(code[number], minlength=len(part))
    return numbers, filled


def _is_city(grid: Grid, body: int, column: int, heading: Heading) -> bool:
    """Whether a column of a transposed table holds a city's values: numbers, marks, or nothing yet."""
    if not heading.text:
        return False
    cells = [t.strip() for t in grid.columns[column].part(body).to_pylist() if t.strip()]
    return not cells or any(t.casefold() in words().marks for t in cells) or any_number(cells)


def _unknown(
    grid: Grid,
    header: int,
    headings: tuple[Heading, ...],
    columns: Sequence[int],
    lookup: Lookup,
    ignore: Sequence[str],
) -> list[Finding]:
    left_out = {fold(name) for name in ignore}
    findings: list[Finding] = []
    for column, numbers, filled in zip(columns, *_numbers_in(grid, header + 1, columns)):
        if not filled:
            continue
        text = headings[column].text
        where, params = grid.where(header, column), {"header": text, "count": int(filled)}
        if "all" in ignore or (text and fold(text) in left_out):
            findings.append(Finding("column-ignored", "note", where=where, params=params))
        elif not text:
            severity = "error" if numbers else "warning"
            findings.append(Finding("column-without-header", severity, where=where, params=params))
        elif 2 * numbers >= filled:
            close = lookup.close(text) if len(findings) < CLOSE_NAMES else []
            findings.append(Finding("unknown-column", where=where, params={**params, "close": close}))
        else:
            findings.append(Finding("column-unused", "warning", where=where, params=params))
    return findings
