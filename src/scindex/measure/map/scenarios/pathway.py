"""A scenario year by year: the map computed again, what it emits, and what that adds up to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from scindex.catalogue.scenarios import Scenario
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.measure.map.scenarios.apply import apply, factor_path
from scindex.measure.map.scenarios.attribution import attribute
from scindex.measure.map.scenarios.chosen import Tables
from scindex.measure.map.scenarios.fit import misfits
from scindex.measure.map.scenarios.memo import memo_lines
from scindex.measure.map.scenarios.told import told
from scindex.measure.map.scenarios.totals import LAST_YEAR, cumulative, difference, totals

Build = Callable[[Tables, Mapping[str, float], int, str], pd.DataFrame]
"""Tables, multiplier of each family of factors, year and scenario id -> pieces of `CarbonMap`."""


@dataclass(frozen=True)
class Simulation:
    """What a scenario makes of a map, in years up to 2050.

    Attributes
    ----------
    scenario : Scenario
    base_year : int
    years : tuple of int
        Simulated; the base year first.
    pieces : DataFrame
        As in `CarbonMap`: the base year as measured (scenario empty), then each year.
    totals : DataFrame
        Year, district, sector, layer, ``counts`` (gross, net_stock, gross_growth, memo), ``nano``,
        ``tonnes``.
    cumulative : DataFrame
        By district, sector and layer over the years: ``tonnes``, ``frozen_t`` (the base year
        every year) and ``difference_t``.
    difference : DataFrame
        By piece and year: ``base_nano``, ``nano`` and ``difference_nano``.
    attribution : DataFrame
        By year, district, layer and lever: ``nano`` (Shapley), ``alone_nano``, ``last_nano``.
    memo : DataFrame
        By year, district and item: ``mwh``, ``tonnes``; in no total.
    findings : tuple of Finding
    """

    scenario: Scenario
    base_year: int
    years: tuple[int, ...]
    pieces: pd.DataFrame
    totals: pd.DataFrame
    cumulative: pd.DataFrame
    difference: pd.DataFrame
    attribution: pd.DataFrame
    memo: pd.DataFrame
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Ground:
    """What scenarios stand on: the measured tables and how a map is made of them.

    Attributes
    ----------
    tables : Mapping of str to DataFrame
        As measured. A table names the ``district`` (and ``cell``, where levers choose cells) of its rows.
    build : callable
        See `Build`; the same computation as the base map's.
    layers : DataFrame
        ``layer``, ``sector``, ``sign``, ``sink``, as in `CarbonMap`.
    base_year : int
    base_factors : Mapping of str to float
        Factor of each family that the map uses. [t CO2e/MWh]
    districts : collection of str
        Codes that a lever may name.
    reads : Mapping of str to collection of str or None
        What each layer is computed from, see `attribute`.
    """

    tables: Tables
    build: Build
    layers: pd.DataFrame
    base_year: int
    base_factors: Mapping[str, float] = field(default_factory=dict)
    districts: Collection[str] = ()
    reads: Mapping[str, Collection[str]] | None = None

    def pieces(
        self, scenario: Scenario, year: int, only: Collection[str] | None = None, name: str = ""
    ) -> pd.DataFrame:
        """Return the map's pieces in a year of a scenario, computed from its tables."""
        return self.build(
            apply(self.tables, scenario, year, base_year=self.base_year, only=only),
            self.factors(scenario, year, only),
            year,
            name,
        )

    def factors(self, scenario: Scenario, year: int, only: Collection[str] | None = None) -> dict[str, float]:
        """Return the multiplier of each family of factors in a year."""
        return factor_path(
            scenario, year, base_year=self.base_year, base_factors=self.base_factors, only=only
        )


def simulate(
    ground: Ground,
    scenario: Scenario,
    *,
    years: Sequence[int] | None = None,
    shared: Sequence[int] | None = None,
) -> Simulation:
    """Compute a map again for years of a scenario.

    Parameters
    ----------
    ground : Ground
    scenario : Scenario
    years : sequence of int, optional
        Left out, every year up to 2050. Sums over years are linear between those given.
    shared : sequence of int, optional
        Years whose change is shared out among levers; left out, the last of `years`.

    Returns
    -------
    Simulation
        Its findings say that it is attributional: what the same accounts would show if the
        levers had been pulled, not what pulling them would cause elsewhere.

    Raises
    ------
    DataError
        If the scenario does not fit the tables; every fault at its line.
    """
    base = ground.base_year
    wanted = _years(years, base)
    faults = [*misfits(ground, scenario, years or ())]
    if faults:
        raise DataError(*faults)
    pieces = {base: ground.pieces(scenario, base, only=(), name="")}
    pieces |= {year: ground.pieces(scenario, year, name=scenario.id) for year in wanted[1:]}
    sums = totals(pieces, ground.layers)
    shares, refused = _attributed(ground, scenario, shared or wanted[-1:])
    return Simulation(
        scenario=scenario,
        base_year=base,
        years=wanted,
        pieces=pd.concat(pieces.values(), ignore_index=True),
        totals=sums,
        cumulative=cumulative(sums, wanted[0], wanted[-1]),
        difference=difference(pieces),
        attribution=shares,
        memo=memo_lines(ground, scenario, wanted),
        findings=(*told(ground.tables, scenario, wanted), *refused),
    )


def _years(years: Sequence[int] | None, base: int) -> tuple[int, ...]:
    later = range(base + 1, LAST_YEAR + 1) if years is None else years
    return (base, *sorted({y for y in later if y > base}))


def _attributed(
    ground: Ground, scenario: Scenario, years: Sequence[int]
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the shares of levers; where there are too many levers, none and a warning that says so."""
    frames = []
    for year in years:

        def amounts(some: frozenset[str], year: int = year) -> pd.Series:
            pieces = ground.pieces(scenario, year, only=some)
            return pieces.groupby(["district", "layer"])["nano"].sum()

        try:
            frames.append(attribute(amounts, scenario, year, reads=ground.reads))
        except MethodError as err:
            told = tuple(Finding(f.code, severity="warning", params=f.params) for f in err.findings)
            return pd.DataFrame(), told
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(), ()
