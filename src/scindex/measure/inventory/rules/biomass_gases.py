"""Biomass burnt with its CO2 as a memo, but without the methane and nitrous oxide that count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context

COUNTED = ("CH4", "N2O")
"""Gases of burnt biomass that enter totals."""


def check(context: Context) -> Iterator[Finding]:
    """Find cells with biogenic CO2 that lack CH4 or N2O; a cell in CO2e may hold them unseen."""
    lines = context.lines[context.lines["value"].notna()]
    gases: dict[tuple[str, int, str], set[str]] = defaultdict(set)
    for city_id, year, ref, gas, value in lines[["city_id", "year", "ref", "gas", "value"]].itertuples(
        index=False
    ):
        if value:
            gases[city_id, int(year), ref].add(gas)
    missing: dict[tuple[str, str, tuple[str, ...]], list[int]] = defaultdict(list)
    for (city_id, year, ref), held in gases.items():
        lacking = tuple(g for g in COUNTED if g not in held)
        if "CO2_bio" in held and lacking and "CO2e" not in held:
            missing[city_id, ref, lacking].append(year)
    for (city_id, ref, lacking), years in missing.items():
        yield context.finding("inv-biomass-gases", "likely", city_id, sorted(years), ref, gases=list(lacking))
