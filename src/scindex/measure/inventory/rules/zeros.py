"""Noughts that are gaps: a source that falls to zero for a year, a supplier whose whole area is at zero."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, Series, limit, refs_in
from scindex.measure.inventory.rules.districts import DistrictTable, is_total, tables
from scindex.measure.inventory.taxonomy import taxonomy

GRID = tuple(ref for ref, cell in taxonomy().items() if cell.scope == 2 and ref.startswith("I."))
"""Cells of energy from a grid in buildings and industry."""


def check(context: Context) -> Iterator[Finding]:
    """Find cells that are zero in some years and weigh much in others, and areas wholly at zero."""
    for place in context.series:
        yield from _years(context, place)
    yield from _grid(context)
    for table in tables(context):
        yield from _areas(context, table)


def _years(context: Context, place: Series) -> Iterator[Finding]:
    whole = place.t.abs().sum(axis=1)
    for ref in place.t.columns:
        values = place.t[ref].dropna()
        held = values[values != 0]
        zero = values.index[values == 0]
        if len(zero) and len(held) >= 2 and len(held) >= len(zero):
            share = float((held.abs() / whole[held.index]).median())
            if share >= limit("zero_share"):
                params = {"share": round(100 * share, 1), "others": len(held)}
                yield context.finding(
                    "inv-zero-year", "likely", place.city_id, list(zero), str(ref), **params
                )


def _grid(context: Context) -> Iterator[Finding]:
    """Find city-years with fuel in buildings but no grid energy at all, although they say it is zero."""
    refs = [r for r in GRID if r in context.by_city]
    fuels = [r for r in refs_in("basic", "I") if r in context.by_city and r not in GRID]
    if not refs or not fuels:
        return
    none = (context.by_city[refs] == 0).any(axis=1) & (context.by_city[refs].sum(axis=1) == 0)
    burnt = context.by_city[fuels].sum(axis=1) > 0
    found = context.by_city.index[none & burnt]
    for city_id in dict.fromkeys(found.get_level_values("city_id")):
        years = [int(y) for c, y in found if c == city_id]
        yield context.finding("inv-zero-grid", "likely", str(city_id), years, refs[0])


def _areas(context: Context, table: DistrictTable) -> Iterator[Finding]:
    values = table.values[[not is_total(str(name)) for name in table.values.index]]
    for what in dict.fromkeys(values.columns.get_level_values(1)):
        own = values.xs(what, axis=1, level=1)
        empty = (own.fillna(0) == 0) & own.notna()
        for year in own.columns:
            zero = empty[year]
            others = own[year].fillna(0) != 0
            alive = values.drop(columns=[(year, what)]).fillna(0).ne(0).any(axis=1)
            if not others.any() or not (zero & alive).any():
                continue
            yield _area(context, table, int(year), str(what), zero & alive, others)


def _area(
    context: Context, table: DistrictTable, year: int, what: str, zero: pd.Series, others: pd.Series
) -> Finding:
    by = table.suppliers[what].reindex(zero.index).fillna("")
    whole = [s for s in dict.fromkeys(by[zero]) if s and not others[by == s].any()]
    names = [str(n) for n in zero.index[zero]]
    params = {"districts": names, "n": len(names), "of": len(zero), "what": what.strip()}
    if whole:
        params["supplier"] = whole
        return context.finding("inv-zero-supplier", "likely", table.city_id, [year], where="", **params)
    sure = "likely" if len(names) > 1 else "possible"
    return context.finding("inv-zero-district", sure, table.city_id, [year], where="", **params)
