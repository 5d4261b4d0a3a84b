"""A factor that is not its own fuel's: another fuel's, or its own a known slip away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scindex.findings import Finding
from scindex.measure.inventory.rules.closing import constant
from scindex.measure.inventory.rules.context import Context, limit
from scindex.measure.inventory.rules.factor_one import ONES
from scindex.measure.inventory.rules.implied import Implied, implied, times


def check(context: Context) -> Iterator[Finding]:
    """Find lines whose implied factor is another fuel's, or a constant away from that named."""
    for line in implied(context):
        own = context.factors.get(line.factor)
        if own is None or own.gas != line.gas or any(abs(line.value / o - 1) < 1e-12 for o in ONES):
            continue
        named = _value(own, line)
        if named is None or not named or abs(line.value / named - 1) <= limit("factor_off"):
            continue
        yield from _finding(context, line, own, named)


def _finding(context: Context, line: Implied, own: Any, named: float) -> Iterator[Finding]:
    params = {
        "own": own.name,
        "own_id": own.id,
        "implied": line.value,
        "named": named,
        "unit": line.unit,
        "where": line.where,
        "severity": "error",
    }
    found = (line.city_id, [line.year], line.ref)
    other = _nearest(context, line, own)
    if other is not None:
        params |= {"other": other.name, "other_id": other.id}
        yield context.finding("inv-other-fuel", "likely", *found, **params)
    elif (entry := constant(line.value / named, limit("factor_share"))) is not None:
        params |= {"factor": line.value / named, "hint": entry["name"]}
        yield context.finding("inv-factor-slip", "likely", *found, **params)
    else:
        params["severity"] = "warning"
        yield context.finding("inv-factor-differs", "certain", *found, **params)


def _nearest(context: Context, line: Implied, own: Any) -> Any:
    """Return the factor of another fuel or family that the line's own value fits; None if none does."""
    best, nearest = limit("factor_share"), None
    for other in context.factors.values():
        if other.gas != line.gas or other.quantity or _kind(other) == _kind(own):
            continue
        value = _value(other, line)
        if value and abs(line.value / value - 1) < best:
            best, nearest = abs(line.value / value - 1), other
    return nearest


def _kind(entry: Any) -> tuple[str, str]:
    return entry.family, str(entry.attributes.get("fuel") or entry.attributes.get("technology") or "")


def _value(entry: Any, line: Implied) -> float | None:
    ratio = times(entry.unit, line.gas, line.unit)
    return None if ratio is None else entry.value * ratio
