"""The same tonnes twice: in two cells of a year, in two lines of a cell, in several years, in two cities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.backcast import ratio
from scindex.measure.inventory.rules.context import Context, Series, digits, limit, sector, spans


def check(context: Context) -> Iterator[Finding]:
    """Find numbers of five digits or more that stand in more than one place."""
    yield from _twice(context)
    for place in context.series:
        yield from _cells(context, place)
        yield from _carried(context, place)
    yield from _cities(context)


def _long(values: pd.Series) -> pd.Series:
    return values[[bool(v) and digits(v) >= limit("least_digits") for v in values]]


def _twice(context: Context) -> Iterator[Finding]:
    """Find lines that repeat another line of the same cell, gas, factor and district."""
    lines = context.counted[context.counted["co2e"] != 0]
    key = ["city_id", "district", "year", "ref", "gas", "value", "activity", "factor"]
    again = lines[lines.duplicated(key, keep="first")]
    for _, line in again[[digits(v) >= limit("least_digits") for v in again["co2e"]]].iterrows():
        cell = (str(line["city_id"]), [int(line["year"])], str(line["ref"]))
        params = {"severity": "error", "where": line["where"], "value": line["co2e"]}
        yield context.finding("inv-line-twice", "likely", *cell, **params)


def _cells(context: Context, place: Series) -> Iterator[Finding]:
    for year, row in place.t.iterrows():
        held = row[row.notna() & (row != 0)]
        values = _long(held[held.duplicated(keep=False)])
        for value, same in values.groupby(values):
            if len(same) > 1:
                refs = [str(r) for r in same.index]
                params = {"refs": refs, "value": float(str(value))}
                near = len({sector(r) for r in refs}) == 1
                sure = "possible" if near else "likely"
                yield context.finding("inv-same-tonnes", sure, place.city_id, [_int(year)], refs[0], **params)


def _carried(context: Context, place: Series) -> Iterator[Finding]:
    """Find cells with one number in several years: one note for a place."""
    found: dict[str, list[str]] = defaultdict(list)
    years: set[int] = set()
    for ref in place.t.columns:
        held = place.t[ref].dropna()
        values = _long(held[held.duplicated(keep=False)])
        for _, same in values.groupby(values):
            if len(same) > 1 and not _copied(place, _int(same.index[0]), _int(same.index[1])):
                found[str(ref)].append(spans([int(y) for y in same.index]))
                years |= {int(y) for y in same.index}
    if found:
        cells = [f"{ref} ({'; '.join(runs)})" for ref, runs in found.items()]
        first = next(iter(found))
        params = {"severity": "note", "cells": cells, "n": len(cells)}
        where = context.where(place.city_id, min(years), first)
        yield context.finding("inv-carried", "likely", place.city_id, sorted(years), where=where, **params)


def _copied(place: Series, early: int, late: int) -> bool:
    """Return whether one year is the other as a whole: then that is the finding."""
    shared = ratio(place.t.loc[early].to_numpy(), place.t.loc[late].to_numpy())
    return shared is not None and shared[0] == 1


def _cities(context: Context) -> Iterator[Finding]:
    table: Any = context.by_city.stack() if not context.by_city.empty else pd.Series(dtype=float)
    values = _long(table[(table != 0) & table.duplicated(keep=False)])
    for value, same in values.groupby(values):
        ids = list(dict.fromkeys(str(key[0]) for key in same.index))
        if len(ids) > 1:
            city_id, year, ref = same.index[0]
            others = [f"{context.names[c]} {y} {r}" for c, y, r in same.index[1:] if c != city_id]
            params = {"others": others, "value": float(str(value))}
            yield context.finding(
                "inv-other-city", "possible", str(city_id), [_int(year)], str(ref), **params
            )


def _int(year: object) -> int:
    return int(str(year))
