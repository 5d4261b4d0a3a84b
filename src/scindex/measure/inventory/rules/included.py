"""Included elsewhere, but nowhere that holds a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, sector
from scindex.measure.inventory.taxonomy import taxonomy


def check(context: Context) -> Iterator[Finding]:
    """Find IE whose target is no cell, is itself, or holds no number; and IE without a target.

    A missing target is one note for each city: whole databases leave it out. Where no cell
    of the sector holds a number either, it is a warning: the tonnes are nowhere.
    """
    lines = context.lines[(context.lines["notation_key"] == "IE") & (context.lines["kind"] != "credit")]
    numbers = {(str(c), int(y), str(r)) for c, y, r in _keys(context.counted)}
    sectors = {(c, y, sector(r)) for c, y, r in numbers}
    without: dict[str, list[tuple[int, str]]] = defaultdict(list)
    nowhere: dict[tuple[str, str], list[int]] = defaultdict(list)
    for city_id, year, ref, target in lines[["city_id", "year", "ref", "ie_target"]].itertuples(index=False):
        if target:
            yield from _target(context, (city_id, int(year), ref), target, numbers)
        elif (city_id, int(year), sector(ref)) in sectors:
            without[city_id].append((int(year), ref))
        else:
            nowhere[city_id, ref].append(int(year))
    for (city_id, ref), years in nowhere.items():
        yield context.finding("inv-ie-nowhere", "likely", city_id, years, ref)
    for city_id, cells in without.items():
        years = sorted({year for year, _ in cells})
        refs = sorted({ref for _, ref in cells}, key=list(taxonomy()).index)
        params = {"n": len(cells), "refs": refs, "severity": "note", "where": ""}
        yield context.finding("inv-ie-no-target", "certain", city_id, years, **params)


def _keys(lines: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    return lines[["city_id", "year", "ref"]].drop_duplicates().itertuples(index=False)


def _target(
    context: Context, cell: tuple[str, int, str], target: str, numbers: set[tuple[str, int, str]]
) -> Iterator[Finding]:
    city_id, year, ref = cell
    if (city_id, year, target) in numbers and target != ref:
        return
    wrong = target == ref or target not in taxonomy()
    code = "inv-ie-wrong-target" if wrong else "inv-ie-empty-target"
    params = {"severity": "error", "value": target, "target": target}
    yield context.finding(code, "certain", city_id, [year], ref, **params)
