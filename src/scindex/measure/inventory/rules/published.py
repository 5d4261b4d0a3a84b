"""A published total that the cells do not give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, digits, limit
from scindex.measure.inventory.rules.groups import Mismatch, mismatches, spoken


def check(context: Context) -> Iterator[Finding]:
    """Find city-years whose published totals no single cause explains: one finding for each."""
    open_: dict[tuple[str, int], list[tuple[Mismatch, int]]] = {}
    explained: set[tuple[str, int]] = set()
    for found in mismatches(context):
        for at, year in enumerate(found.years):
            if found.cause.kind in ("none", "left_out"):
                open_.setdefault((found.city_id, year), []).append((found, at))
            else:
                explained.add((found.city_id, year))
    for (city_id, year), all_found in open_.items():
        if (city_id, year) not in explained:
            yield _finding(context, city_id, year, all_found)


def _finding(context: Context, city_id: str, year: int, all_found: list[tuple[Mismatch, int]]) -> Finding:
    wholes = [(f, at) for f, at in all_found if not f.group] or all_found
    first, at = wholes[0]
    also = [spoken(f.total, f.group) for f, _ in all_found if f is not first]
    difference = first.published[at] - first.computed[at]
    same = _elsewhere(context, difference, city_id) if first.cause.kind == "none" else []
    params = {
        "severity": "error",
        "where": first.where[at],
        "value": first.published[at],
        "total": spoken(first.total, first.group),
        "total_id": first.total,
        "published": round(first.published[at]),
        "computed": round(first.computed[at]),
        "difference": round(difference),
        "also": also,
        "same": same,
    }
    left_out = first.part if first.cause.kind == "left_out" else ""
    code = "inv-total-other-city" if same else "inv-total-not-reproduced"
    return context.finding(
        "inv-total-leaves-out" if left_out else code, "certain", city_id, [year], left_out, **params
    )


def _elsewhere(context: Context, difference: float, city_id: str) -> list[str]:
    """Return the cells of other cities that hold just what a total has too much or too little."""
    if digits(round(difference, 3)) < limit("least_digits"):
        return []
    t = context.by_city
    rows, columns = np.nonzero(np.isclose(np.abs(t.to_numpy()), abs(difference), rtol=1e-9, atol=1e-4))
    cells = [(*t.index[int(r)], t.columns[int(c)]) for r, c in zip(rows, columns)]
    return [f"{context.names[c]} {year} {ref}" for c, year, ref in cells if c != city_id][:3]
