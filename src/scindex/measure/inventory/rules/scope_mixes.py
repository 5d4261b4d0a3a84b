"""Scopes and bases mixed: a scope that is not the cell's, a fuel in a grid cell, generation in BASIC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context
from scindex.measure.inventory.rules.groups import mismatches, spoken
from scindex.measure.inventory.taxonomy import taxonomy

BURNT = ("fuels",)
FROM_GRID = ("electricity", "district_heat")
"""Families of factors that belong to scope 1 and to scope 2."""


def check(context: Context) -> Iterator[Finding]:
    """Find lines whose scope, basis or factor is not that of their cell, and totals with strays."""
    yield from _cells(context)
    for found in mismatches(context):
        if found.cause.kind == "stray":
            params = {
                "severity": "error",
                "total": spoken(found.total, ""),
                "total_id": found.total,
                "where": found.where[0],
            }
            yield context.finding(
                "inv-stray-in-total", "certain", found.city_id, found.years, found.part, **params
            )


def _cells(context: Context) -> Iterator[Finding]:
    wrong: dict[tuple[str, str, str, tuple], list[int]] = defaultdict(list)
    columns = ["city_id", "year", "ref", "scope", "basis", "factor"]
    known = taxonomy()
    for city_id, year, ref, scope, basis, used in context.counted[columns].itertuples(index=False):
        cell = known.get(ref)
        if cell is None:
            continue
        if scope and int(scope) != cell.scope:
            wrong["inv-scope-wrong", city_id, ref, (int(scope), cell.scope)].append(int(year))
        elif basis and not set(basis.split("+")) <= {*cell.basis.split("+"), "footprint"}:
            wrong["inv-basis-wrong", city_id, ref, (basis, cell.basis)].append(int(year))
        else:
            family = used.partition("/")[0]
            if (cell.scope == 2 and family in BURNT) or (cell.scope == 1 and family in FROM_GRID):
                wrong["inv-scope-factor", city_id, ref, (used, str(cell.scope))].append(int(year))
    for (code, city_id, ref, (said, right)), years in wrong.items():
        params = {"severity": "error", "said": said, "right": right}
        yield context.finding(code, "certain", city_id, sorted(set(years)), ref, **params)
