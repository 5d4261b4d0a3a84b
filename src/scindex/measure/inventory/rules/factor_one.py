"""A factor of exactly one: an activity entered as tonnes."""

from __future__ import annotations

from collections.abc import Iterator

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context
from scindex.measure.inventory.rules.implied import implied

ONES = {1.0: "t", 0.001: "kg"}
"""Factors of one tonne, and of one kilogram, to a unit of activity."""


def check(context: Context) -> Iterator[Finding]:
    """Find lines whose tonnes equal their activity, or a thousandth of it."""
    for line in implied(context):
        mass = next((m for one, m in ONES.items() if abs(line.value / one - 1) < 1e-12), "")
        own = context.factors.get(line.factor)
        if mass and not (own and own.value in (1.0, 1000.0, 0.001)):
            sure = "certain" if own else "likely"
            params = {"unit": line.unit, "mass": mass, "value": line.value, "activity": line.activity}
            found = (line.city_id, [line.year], line.ref)
            yield context.finding("inv-factor-one", sure, *found, where=line.where, **params)
