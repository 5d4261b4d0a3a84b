"""A line, sector or district that stands a constant factor away from what its total needs."""

from __future__ import annotations

from collections.abc import Iterator

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context
from scindex.measure.inventory.rules.districts import district_totals
from scindex.measure.inventory.rules.groups import Mismatch, mismatches, spoken


def check(context: Context) -> Iterator[Finding]:
    """Find parts whose sum would close if one of them were divided by a constant."""
    named: set[tuple[str, int]] = set()
    for found in mismatches(context):
        cells = {(found.city_id, year) for year in found.years}
        if found.cause.kind in ("all", "part") and not cells <= named:
            named |= cells
            yield _finding(context, found)
    yield from district_totals(context)


def _finding(context: Context, found: Mismatch) -> Finding:
    cause = found.cause
    params = {
        "total": spoken(found.total, found.group),
        "total_id": found.total,
        "factor": cause.factor,
        "published": round(found.published[0]),
        "computed": round(found.computed[0]),
        "severity": "error",
        "hint": cause.hint or {"en": "no known slip", "ko": "알려진 유형 없음"},
    }
    sure = "certain" if cause.hint and len(found.years) > 1 else "likely"
    if cause.kind == "part":
        return context.finding("inv-part-off", sure, found.city_id, found.years, found.part, **params)
    return context.finding("inv-total-off", sure, found.city_id, found.years, where=found.where[0], **params)
