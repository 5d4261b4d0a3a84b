"""What it takes to make a district net zero by a year: how far all levers must go together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scindex.catalogue.by_year import ByYear
from scindex.catalogue.levers import LEVERS
from scindex.catalogue.scenarios import Lever, Scenario
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO
from scindex.measure.map.scenarios.pathway import Ground
from scindex.measure.map.scenarios.totals import LAST_YEAR, NET, counted_as

TOLERANCE = 1e-9
"""How well the multiplier is solved. [-]"""
SEATS = 4.0
"""Persons in a car that no occupancy exceeds; physical, not a target."""
STEPS = 16
"""Multipliers at which the way to the largest is looked at before solving."""


@dataclass(frozen=True)
class NetZero:
    """How far the levers of a scenario must go for a district to be net zero in a year.

    Attributes
    ----------
    district : str
        Empty for the whole map.
    year : int
    reached : bool
    multiplier : float
        Of every lever, 1 as the scenario has it; the largest one where net zero is not reached. [-]
    most : float
        Multiplier at which every lever is at its physical end. [-]
    net_t : float
        At `multiplier`. [t CO2e]
    remaining_nano : int
        Net emissions with every lever at its physical end; exact. [1e-9 t CO2e]
    growth_t : float
        Gross growth of sinks at `multiplier`: beside the net, never in it. [t CO2e]
    levers : DataFrame
        ``lever``, ``parameter``, ``scenario`` (its value in the year), ``needed`` (at `multiplier`),
        ``end`` (physical), ``at_end``.
    findings : tuple of Finding
    """

    district: str
    year: int
    reached: bool
    multiplier: float
    most: float
    net_t: float
    remaining_nano: int
    growth_t: float
    levers: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def netzero(ground: Ground, scenario: Scenario, *, year: int, district: str = "") -> NetZero:
    """Solve for the common multiplier of all levers at which a district is net zero.

    Parameters
    ----------
    ground : Ground
    scenario : Scenario
    year : int
    district : str
        Its code; empty for the whole map.

    Returns
    -------
    NetZero

    Raises
    ------
    UsageError
        If no piece of the map lies in the district, or the year is not after the base year.

    Notes
    -----
    Each lever's own parameter (rate, share, cut ...) is multiplied and stops at its physical
    end: all of it, all roofs, four in a car, a factor of zero. Net is emissions plus the
    change of stocks; the gross growth of sinks does not count. The smallest multiplier is
    looked for on a ladder, then by Brent's method between two of its steps [1]_: where a lever
    can make things worse before they get better, a smaller one between two steps may be missed,
    and a finding says that the way is not even.

    References
    ----------
    .. [1] Brent, R. P., "Algorithms for Minimization without Derivatives", Prentice-Hall, 1973,
       chapter 4.
    """
    _check(ground, scenario, year, district)
    kinds = counted_as(ground.layers)
    memory: dict[float, tuple[int, int]] = {}

    def amounts(multiplier: float) -> tuple[int, int]:
        if multiplier not in memory:
            scaled = scale(ground, scenario, year, multiplier)
            memory[multiplier] = _amounts(ground.pieces(scaled, year), kinds, district)
        return memory[multiplier]

    most = largest(ground, scenario, year)
    ladder = [float(m) for m in np.unique([*np.linspace(0.0, most, STEPS + 1), min(1.0, most)])]
    needed = _solve(lambda m: amounts(m)[0], ladder)
    at = most if needed is None else needed
    remaining = amounts(most)[0]
    uneven = any(amounts(b)[0] > amounts(a)[0] for a, b in itertools.pairwise(ladder))
    return NetZero(
        district=district,
        year=year,
        reached=needed is not None,
        multiplier=at,
        most=most,
        net_t=amounts(at)[0] / NANO,
        remaining_nano=remaining,
        growth_t=amounts(at)[1] / NANO,
        levers=_listed(ground, scenario, year, at),
        findings=_told(scenario, needed, remaining, district, year, uneven=uneven),
    )


def scale(ground: Ground, scenario: Scenario, year: int, multiplier: float) -> Scenario:
    """Return a scenario whose levers go so many times as far in a year, none beyond its physical end."""
    return replace(
        scenario, levers=tuple(_scaled(ground, lever, year, multiplier) for lever in scenario.levers)
    )


def largest(ground: Ground, scenario: Scenario, year: int) -> float:
    """Return the multiplier at which every lever that can go further is at its end; at least 1."""
    found = [1.0]
    for lever in scenario.levers:
        way = _way(ground, lever, year)
        if way is not None and way[1] != way[0]:
            found.append((way[2] - way[0]) / (way[1] - way[0]))
    return max(found)


def _way(ground: Ground, lever: Lever, year: int) -> tuple[float, float, float] | None:
    """Return where a lever starts, where the scenario has it in the year, and its physical end."""
    base, name = ground.base_year, LEVERS[lever.kind].scaled
    if not name:
        return None
    if lever.kind == "grid":
        (family,) = lever.lists["family"]
        one = replace(Scenario("", {}, ()), levers=(lever,))
        now = ground.factors(one, year).get(family, 1.0)
        return 1.0, now, 0.0 if now < 1.0 else now
    path = lever.paths[name]
    if lever.kind == "car_occupancy":
        start = lever.paths["base_persons"].at(base)
        now = path.after(base, year, start=start)
        return start, now, max(SEATS, now) if now > start else now
    return 0.0, path.after(base, year), 1.0


def _scaled(ground: Ground, lever: Lever, year: int, multiplier: float) -> Lever:
    way = _way(ground, lever, year)
    if way is None or way[0] == way[1]:
        return lever
    start, _, end = way
    value = _value(way, multiplier)
    name = "index" if lever.kind == "grid" else LEVERS[lever.kind].scaled
    if LEVERS[lever.kind].group == "land":
        ratio = value / way[1]  # when it was planted says how old it is
        path = lever.paths[name]
        lengthened = ByYear(path.years, tuple(min(v * ratio, end) for v in path.values))
        return replace(lever, paths={**lever.paths, name: lengthened})
    paths = {k: v for k, v in lever.paths.items() if k != "factor"}
    return replace(
        lever, paths={**paths, name: ByYear((year,), (value,)) if value != start else ByYear((), (start,))}
    )


def _value(way: tuple[float, float, float], multiplier: float) -> float:
    start, now, end = way
    value = start + multiplier * (now - start)
    return min(value, end) if end >= start else max(value, end)


def _amounts(pieces: pd.DataFrame, kinds: pd.Series, district: str) -> tuple[int, int]:
    here = pieces[pieces["district"] == district] if district else pieces
    counts = here["layer"].map(kinds)
    net = int(here.loc[counts.isin(NET), "nano"].sum())
    return net, int(here.loc[counts == "gross_growth", "nano"].sum())


def _solve(net: Callable[[float], int], ladder: list[float]) -> float | None:
    """Return the smallest multiplier found at which the net is zero or less; None where there is none."""
    from scipy.optimize import brentq

    if net(ladder[0]) <= 0:
        return ladder[0]
    for low, high in itertools.pairwise(ladder):
        if net(high) <= 0:
            root: float = brentq(lambda m: float(net(m)), low, high, xtol=TOLERANCE)  # type: ignore[assignment]
            return root if net(root) <= 0 else min(root + 2 * TOLERANCE, high)
    return None


def _listed(ground: Ground, scenario: Scenario, year: int, multiplier: float) -> pd.DataFrame:
    rows = []
    for lever in scenario.levers:
        way = _way(ground, lever, year)
        if way is None:
            continue
        value = _value(way, multiplier)
        name = LEVERS[lever.kind].scaled
        rows.append((lever.id, lever.kind, name, way[1], value, way[2], value == way[2] != way[0]))
    return pd.DataFrame(rows, columns=["lever", "kind", "parameter", "scenario", "needed", "end", "at_end"])


def _check(ground: Ground, scenario: Scenario, year: int, district: str) -> None:
    if year <= ground.base_year:
        params = {"year": str(year), "base": str(ground.base_year), "last": str(LAST_YEAR)}
        raise UsageError(Finding("scenario-year-outside", value=year, params=params))
    known = set(ground.districts) | set(ground.pieces(scenario, ground.base_year, only=())["district"])
    if district and district not in known:
        params = {"district": district, "close": sorted(known - {""})[:5]}
        raise UsageError(Finding("scenario-unknown-district", value=district, params=params))


def _told(
    scenario: Scenario, needed: float | None, remaining: int, district: str, year: int, *, uneven: bool
) -> tuple[Finding, ...]:
    found = [Finding("scenario-attributional", severity="note", params={"scenario": scenario.name})]
    if needed is None:
        params = {"tonnes": remaining / NANO, "district": district, "year": str(year)}
        found.append(Finding("netzero-not-reached", severity="warning", params=params))
    if uneven:
        found.append(Finding("netzero-uneven", severity="warning"))
    return tuple(found)
