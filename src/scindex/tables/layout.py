"""Stage 3, which rows and columns mean what: long, wide, transposed wide, one-city list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from scindex.catalogue.lookup import Lookup
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.columns import Sorted, any_number, sort_columns
from scindex.tables.grid import Grid
from scindex.tables.headers import Heading, read_city_heading, read_heading, words
from scindex.units import ambiguous, parse

HEADER_ROWS = 60
"""The header stands within the first rows of a sheet."""

HEADER_COLUMNS = 500
"""Enough columns to recognise a header; the rest of the row is read once it is found."""

Kind = Literal["long", "list", "wide", "transposed"]


@dataclass(frozen=True)
class Layout:
    """Where each part of an observation stands.

    Every observation is one cell of a value column. What belongs to it stands either in
    the same row (`by_row`) or over its column (`by_column`).

    Attributes
    ----------
    kind : {"long", "list", "wide", "transposed"}
        ``list`` is a long table without a city column.
    header : int
        Position of the header row in the grid.
    rows : ndarray of int
        Positions of the rows that hold values.
    values : tuple of int
        The value columns.
    by_row : dict of str to tuple of int
        Role to the columns that hold it; only `indicator` may have several.
    by_column : dict of str to tuple of str
        Role to its text for each value column.
    """

    kind: Kind
    header: int
    rows: np.ndarray
    values: tuple[int, ...]
    by_row: dict[str, tuple[int, ...]] = field(default_factory=dict)
    by_column: dict[str, tuple[str, ...]] = field(default_factory=dict)


def find_layout(grid: Grid, lookup: Lookup, *, ignore: Sequence[str] = ()) -> tuple[Layout, list[Finding]]:
    """Find the header row and say what each column holds.

    Parameters
    ----------
    grid : Grid
    lookup : Lookup
        The indicators of the frameworks in force.
    ignore : sequence of str
        Headings to leave out even though they hold numbers; ``all`` leaves out every
        unknown one.

    Returns
    -------
    (Layout, list of Finding)
        Columns that are not understood are findings: an error where they hold numbers.

    Raises
    ------
    DataError
        If no header is recognised, or the same role stands over two columns.

    Examples
    --------
    >>> from scindex.tables.grid import grid_of
    >>> rows = [["My cities"], ["city", "year", "indicator", "value"], ["Oslo", "2020", "GHG", "2"]]
    >>> layout, _ = find_layout(grid_of(rows, "a.csv"), Lookup([]))
    >>> layout.kind, layout.header, layout.rows.tolist()
    ('long', 1, [2])
    """
    if not grid.filled.any():
        raise DataError(Finding("empty-file", where=grid.name))
    kind, header, key = _find_header(grid, lookup)
    headings = tuple(read_heading(t, lookup) for t in grid.row_text(header))
    findings = _rows_above(grid, header)
    if not (grid.filled[header + 1 :] > 0).any():
        raise DataError(Finding("header-only", where=grid.where(header, 0)))
    chosen = sort_columns(grid, header, headings, lookup, kind=kind, key=key, ignore=ignore)
    findings += chosen.findings
    build = {"long": _long, "list": _long, "wide": _wide, "transposed": _transposed}[kind]
    layout = build(grid, header, chosen, lookup)
    rows, skipped = _without_remarks(grid, layout, lookup)
    if not len(rows) or not layout.values:
        raise DataError(*findings, Finding("nothing-to-read", where=grid.where(header, 0)))
    layout = Layout(layout.kind, header, rows, layout.values, layout.by_row, layout.by_column)
    return layout, findings + skipped


def _find_header(grid: Grid, lookup: Lookup) -> tuple[Kind, int, int]:
    """Return the kind of table, its header row, and the column of indicators if transposed."""
    weak: tuple[Kind, int, int] | None = None
    for row in range(min(len(grid), HEADER_ROWS)):
        if not grid.filled[row]:
            continue
        texts = [grid.cell(row, c) for c in range(min(grid.width, HEADER_COLUMNS))]
        strength, kind, key = _candidate([read_heading(t, lookup) for t in texts])
        if strength == 2:
            return kind, row, key
        if strength and weak is None:
            weak = kind, row, key
    found = _by_first_columns(grid, lookup) or weak
    if found is None:
        raise DataError(_no_header(grid, lookup))
    return found


def _candidate(headings: Sequence[Heading]) -> tuple[int, Kind, int]:
    """Return how surely a row is a header (0 to 2), of which kind, and its key column."""
    roles = {h.role: c for c, h in reversed(list(enumerate(headings))) if h.role}
    own = [h for h in headings if h.is_indicator]
    cities = {"city", "city_id", "iso3", "country", "year", "report_year"} & set(roles)
    named = sum(bool(h.text) for h in headings)
    if "value" in roles and ("indicator" in roles or "either" in roles) and named > 1:
        return 2, "long", -1
    if (
        own
        and (cities or len({h.ids or h.points for h in own}) > 1)
        and not any_number([h.text for h in headings])
    ):
        return 2, "wide", -1
    if "indicator" in roles and named > 1 and not own:
        return 2, "transposed", roles["indicator"]
    if len(cities) > 1 or (cities and named > 1) or "value" in roles:
        return 1, "long" if "value" in roles else "wide", -1
    return 0, "wide", -1


def _by_first_columns(grid: Grid, lookup: Lookup) -> tuple[Kind, int, int] | None:
    """Recognise a table by its first columns: indicators stand below one another there."""
    for column in range(min(3, grid.width)):
        texts = [grid.cell(r, column) for r in range(min(len(grid), HEADER_ROWS))]
        known = [r for r, t in enumerate(texts) if t and (lookup.find(t) or lookup.points(t))]
        below = [t for t in texts[known[0] :] if t] if known else []
        if not known or 2 * len(known) < len(below):
            continue
        above = [r for r in range(known[0]) if grid.filled[r] > 1 or (grid.width == 2 and grid.cell(r, 1))]
        if above:
            return "transposed", above[-1] if not _role_rows(grid, above, column) else above[0], column
    return None


def _role_rows(grid: Grid, above: Sequence[int], column: int) -> bool:
    """Whether the rows just above the indicators name cities, years or countries."""
    return len(above) > 1 and all(_row_role(grid.cell(r, column)) for r in above[1:])


def _row_role(text: str) -> str:
    role = read_heading(text, Lookup([])).role
    return role if role in ("city", "city_id", "iso3", "country", "year") else ""


def _no_header(grid: Grid, lookup: Lookup) -> Finding:
    rows = [r for r in range(min(len(grid), HEADER_ROWS)) if grid.filled[r]]
    first = [t.strip()[:40] for t in grid.row_text(rows[0]) if t.strip()][:8] if rows else []
    close = [c for t in first for c in lookup.close(t, 1)][:3]
    params = {"found": first, "close": close, "rows": HEADER_ROWS}
    return Finding("no-header", where=grid.where(rows[0] if rows else 0, 0), params=params)


def _rows_above(grid: Grid, header: int) -> list[Finding]:
    above = [r for r in range(header) if grid.filled[r]]
    if not above:
        return []
    params = {"count": len(above), "header": int(grid.rows[header])}
    return [Finding("rows-above-header", "note", where=grid.where(above[0], 0), params=params)]


def _long(grid: Grid, header: int, chosen: Sorted, lookup: Lookup) -> Layout:
    roles = chosen.roles
    missing = [r for r in ("indicator", "value") if r not in roles]
    if missing:
        raise DataError(*chosen.findings, *(_missing_role(grid, header, r) for r in missing))
    values = roles["value"]
    by_row = {r: c for r, c in roles.items() if r != "value"}
    kind: Kind = "long" if "city" in roles or "city_id" in roles else "list"
    by_column: dict[str, tuple[str, ...]] = {}
    unit = chosen.headings[values[0]].unit
    if unit and "unit" not in roles:
        by_column["unit"] = (unit,)
    return Layout(kind, header, np.arange(header + 1, len(grid)), values, by_row, by_column)


def _missing_role(grid: Grid, header: int, role: str) -> Finding:
    found = [t.strip()[:40] for t in grid.row_text(header) if t.strip()][:12]
    return Finding("no-column", where=grid.where(header, 0), params={"role": role, "found": found})


def _wide(grid: Grid, header: int, chosen: Sorted, lookup: Lookup) -> Layout:
    own = chosen.own
    units = [chosen.headings[c].unit for c in own]
    first = header + 1
    row = _unit_row(grid, first, own, chosen)
    if row is not None:
        below = [grid.cell(row, c).strip() for c in own]
        twice = [i for i, (a, b) in enumerate(zip(units, below)) if a and b and not _same_unit(a, b)]
        if twice:
            raise DataError(
                *(
                    Finding(
                        "unit-twice",
                        where=grid.where(row, own[i]),
                        value=below[i],
                        params={"other": units[i]},
                    )
                    for i in twice
                )
            )
        units = [a or b for a, b in zip(units, below)]
        first = row + 1
    by_column = {"indicator": tuple(chosen.headings[c].name for c in own)}
    if any(units):
        by_column["unit"] = tuple(units)
    by_row = {r: c for r, c in chosen.roles.items() if r not in ("value", "unit", "indicator", "data_point")}
    return Layout("wide", header, np.arange(first, len(grid)), own, by_row, by_column)


def _same_unit(a: str, b: str) -> bool:
    left, right = parse(a), parse(b)
    return a == b or (
        left is not None and right is not None and (left.unit, left.of) == (right.unit, right.of)
    )


def _unit_row(grid: Grid, row: int, own: tuple[int, ...], chosen: Sorted) -> int | None:
    """Return `row` if it holds units and no values: at least half of its cells read as units."""
    if row >= len(grid) or not own:
        return None
    cells = [grid.cell(row, c).strip() for c in own]
    filled = [t for t in cells if t and words().marks.get(t.casefold()) != "missing"]
    keys = [grid.cell(row, c) for r in ("city", "city_id") for c in chosen.roles.get(r, ())]
    named = any(k.strip() and read_heading(k, Lookup([])).role != "unit" for k in keys)
    if not filled or named or any_number(filled):
        return None
    units = sum(parse(t) is not None or ambiguous(t) is not None for t in filled)
    return row if 2 * units >= len(filled) else None


def _transposed(grid: Grid, header: int, chosen: Sorted, lookup: Lookup) -> Layout:
    columns, key = chosen.cities, chosen.roles["indicator"][0]
    named = [read_city_heading(grid.cell(header, c)) for c in columns]
    by_column = {"city": tuple(c for c, _ in named), "year": tuple(y for _, y in named)}
    rows: list[int] = []
    for row in range(header + 1, len(grid)):
        role = _row_role(grid.cell(row, key)) if row <= header + 6 else ""
        if role:
            given = (grid.cell(row, c).strip() for c in columns)
            by_column[role] = tuple(g or h for g, h in zip(given, by_column.get(role, ("",) * len(columns))))
        else:
            rows.append(row)
    if "year" in chosen.roles and not any(by_column["year"]):
        del by_column["year"]
    by_row = {r: c for r, c in chosen.roles.items() if r not in by_column and r != "value"}
    by_column = {r: t for r, t in by_column.items() if any(t)}
    return Layout("transposed", header, np.array(rows, dtype=np.int64), columns, by_row, by_column)


def _without_remarks(grid: Grid, layout: Layout, lookup: Lookup) -> tuple[np.ndarray, list[Finding]]:
    """Leave out blank rows, and rows whose single cell is a remark rather than a key."""
    filled = grid.filled[layout.rows]
    rows = layout.rows[filled > 0]
    lone = layout.rows[filled == 1]
    if layout.kind == "wide":
        last = layout.rows[filled > 1].max(initial=-1)
        remarks = [r for r in lone.tolist() if r > last] if last >= 0 else []
    else:
        keys = layout.by_row.get("indicator", ())
        remarks = [
            r
            for r in lone.tolist()
            if not any(lookup.find(t) or lookup.points(t) for t in (grid.cell(r, c) for c in keys))
        ]
    if not remarks:
        return rows, []
    column = int(np.argmax([not c.blank(remarks[0], 1)[0] for c in grid.columns]))
    shown = grid.cell(remarks[0], column).strip()[:80]
    where, params = grid.where(remarks[0], column), {"count": len(remarks)}
    found = Finding("rows-skipped", "warning", where=where, value=shown, params=params)
    return rows[~np.isin(rows, remarks)], [found]
