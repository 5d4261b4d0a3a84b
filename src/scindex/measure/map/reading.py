"""A map read in one go: hot spots, inequality and balances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.balances import Balances, balances
from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.concentration import WEIGHTS, Concentration, concentration
from scindex.measure.map.hotspots import Hotspots, hotspots


@dataclass(frozen=True)
class Reading:
    """What a map says beyond its cells.

    Attributes
    ----------
    name : Mapping
        Of the map, by language.
    hotspots : Hotspots or None
        None where no hot spot can be told from chance.
    concentration : Concentration or None
        None where no weight is known.
    balances : Balances
    findings : tuple of Finding
    """

    name: Mapping[str, str]
    hotspots: Hotspots | None
    concentration: Concentration | None
    balances: Balances
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and numbers, to be written as JSON."""
        spots, uneven = self.hotspots, self.concentration
        out: dict[str, Any] = {"name": dict(self.name), "year": self.balances.year}
        out["balances"] = self.balances.table.to_dict("records")
        if spots:
            out["hotspots"] = {
                **{
                    "of": spots.of,
                    "scenario": spots.scenario,
                    "rate": spots.rate,
                    "classes": list(spots.classes),
                },
                **{"tests": spots.tests.to_dict("records"), "cells": spots.cells.to_dict("records")},
                "provenance": spots.provenance.to_dict(),
            }
        if uneven:
            out["concentration"] = {
                **{"by": uneven.by, "gini": uneven.gini, "n": uneven.n},
                **{"top_tenth_cells": uneven.top_tenth_cells, "top_tenth_weight": uneven.top_tenth_weight},
                "curve": uneven.curve.to_dict("list"),
            }
        return {**out, "findings": [f.to_dict() for f in self.findings]}


def read_map(
    carbon_map: CarbonMap,
    *,
    by: str | None = None,
    year: int | None = None,
    scenario: str = "",
    **options: Any,
) -> Reading:
    """Read hot spots, inequality and balances off a map.

    Parameters
    ----------
    carbon_map : CarbonMap
    by : str, optional
        Weight of the Lorenz curve; without it residents, or the next that is known.
    year : int, optional
        By default the map's.
    scenario : str
    **options
        For `hotspots`.

    Returns
    -------
    Reading

    Raises
    ------
    UsageError
        As `hotspots`.
    MethodError
        If a weight was asked for that no cell has.
    """
    when = {"year": year, "scenario": scenario}
    told: list[Finding] = []
    try:
        spots = hotspots(carbon_map, **when, **options)
        told += spots.findings
    except MethodError as err:
        spots = None
        told += [Finding(f.code, "warning", params=f.params) for f in err.findings]
    uneven = _uneven(carbon_map, by, when)
    balance = balances(carbon_map, **when)
    told += [*(uneven.findings if uneven else ()), *balance.findings]
    return Reading(carbon_map.name, spots, uneven, balance, tuple(told))


def _uneven(carbon_map: CarbonMap, by: str | None, when: dict[str, Any]) -> Concentration | None:
    if by:
        return concentration(carbon_map, by=by, **when)
    for weight in WEIGHTS:
        try:
            return concentration(carbon_map, by=weight, **when)
        except MethodError:
            continue
    return None
