"""A row that adds up others and is counted beside them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, refs_in, rounding, sector
from scindex.measure.inventory.rules.districts import is_total, tables

LEAST = 3
"""Lines that a sum must have, lest two numbers meet by chance."""


def check(context: Context) -> Iterator[Finding]:
    """Find rows named as totals, and rows that equal the sum of all others beside them."""
    yield from _named(context)
    yield from _districts(context)
    yield from _cities(context)
    yield from _cells(context)


def _named(context: Context) -> Iterator[Finding]:
    for city_id, name in context.names.items():
        if is_total(name):
            yield context.finding("inv-total-city", "certain", city_id, severity="error", name=name)


def _districts(context: Context) -> Iterator[Finding]:
    for table in tables(context):
        names = [str(n) for n in table.values.index]
        found = {n: "certain" for n in names if is_total(n)}
        at = summing_row(table.values.to_numpy())
        if at is not None and not found:
            found = {names[at]: "certain" if table.values.shape[1] > 1 else "likely"}
        for name, sure in found.items():
            years = list(dict.fromkeys(int(y) for y in table.values.columns.get_level_values(0)))
            params = {"severity": "error", "where": "", "district": name}
            yield context.finding("inv-total-district", sure, table.city_id, years, **params)


def _cities(context: Context) -> Iterator[Finding]:
    """Find a city that is the sum of all others of its year."""
    if context.by_city.empty:
        return
    for year, table in context.by_city.groupby(level="year"):
        at = summing_row(table.to_numpy())
        if at is not None and len(table.columns[table.iloc[at].notna()]) > 1:
            city_id = str(table.index[at][0])
            if not is_total(context.names[city_id]):
                params = {"severity": "error", "name": context.names[city_id]}
                yield context.finding("inv-total-city", "certain", city_id, [int(str(year))], **params)


def _cells(context: Context) -> Iterator[Finding]:
    """Find a cell that is the sum of all other cells of its sector, or of its sector and scope."""
    for place in context.series:
        found: dict[str, list[int]] = {}
        groups = _groups(tuple(str(r) for r in place.t.columns))
        for year, row in zip(place.t.index, place.t.to_numpy()):
            for ref in _summing_cells(row, groups):
                found.setdefault(ref, []).append(int(str(year)))
        for ref, years in found.items():
            sure = "certain" if len(years) > 1 else "likely"
            params = {"severity": "error", "sector": sector(ref)}
            yield context.finding("inv-total-cell", sure, place.city_id, years, ref, **params)


@lru_cache(maxsize=100)
def _groups(refs: tuple[str, ...]) -> list[tuple[list[str], list[int]]]:
    """Return the sets of cells that a total row may add up: a sector, and each scope of it."""
    out: list[tuple[list[str], list[int]]] = []
    for code in dict.fromkeys(sector(r) for r in refs):
        inside = [r for r in refs_in("basic_plus", code) if r in refs]
        scopes = ([r for r in inside if r.endswith(end)] for end in (".1", ".2"))
        out += [(part, [refs.index(r) for r in part]) for part in (inside, *scopes) if len(part) > LEAST]
    return out


def _summing_cells(row: np.ndarray, groups: list[tuple[list[str], list[int]]]) -> list[str]:
    found: list[str] = []
    for part, columns in groups:
        at = summing_row(row[columns, None])
        if at is not None and part[at] not in found:
            found.append(part[at])
    return found


def summing_row(values: np.ndarray) -> int | None:
    """Return the row that is the sum of all others in every column; None if there is none.

    Parameters
    ----------
    values : ndarray, shape (n_row, n_column)
        Missing counts as nothing.

    Examples
    --------
    >>> summing_row(np.array([[1500.5], [2250.25], [4000.25], [7751.0]]))
    3
    >>> summing_row(np.array([[1.0], [2.0], [4.0], [8.0]])) is None
    True
    """
    held = np.nan_to_num(values)
    held = held[:, (held != 0).any(axis=0)]
    if (held != 0).any(axis=1).sum() < LEAST + 1 or not held.shape[1]:
        return None
    half = held.sum(axis=0) / 2
    room = np.minimum(rounding(held).sum(axis=0), 1.0)
    near = (np.abs(held - half) <= room).all(axis=1)
    wide = (np.abs(half) > 1000 * room).any()
    return int(np.flatnonzero(near)[0]) if near.any() and wide else None
