"""Whole maps of simulated years, to be drawn and read like the measured one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.maps import MapPlan
from scindex.catalogue.scenarios import Scenario
from scindex.measure.map.build import book_of, build
from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.scenarios.apply import apply
from scindex.measure.map.scenarios.ground import plan_for, released, restood
from scindex.measure.map.scenarios.pathway import Ground

if TYPE_CHECKING:
    import geopandas as gpd


def scenario_maps(
    measured: CarbonMap,
    ground: Ground,
    plan: MapPlan,
    districts: gpd.GeoDataFrame,
    scenarios: Sequence[tuple[Scenario, Sequence[int]]],
    *,
    factors: Mapping[str, Factor] | None = None,
) -> CarbonMap:
    """Return the measured map with the simulated years of scenarios beside it.

    Parameters
    ----------
    measured : CarbonMap
    ground : Ground
        Of the same plan and tables.
    plan : MapPlan
    districts : GeoDataFrame
    scenarios : sequence of (Scenario, years)
    factors : Mapping of str to Factor, optional
        The map's own over the shipped ones.

    Returns
    -------
    CarbonMap
        Pieces and contributors of every year under the scenario's id; coverage is that of the
        measured data, since a scenario measures nothing. Layers that levers bring are added.
    """
    book = book_of(plan, factors)
    made = [measured]
    for scenario, years in scenarios:
        for year in years:
            tables = apply(ground.tables, scenario, year, base_year=ground.base_year)
            scaled = replace(book, scale=ground.factors(scenario, year))
            stamp: dict[str, Any] = {"year": year, "scenario": scenario.id}
            one = build(plan_for(plan, tables), released(tables), districts, book=scaled, **stamp)
            coverage = measured.coverage.assign(**stamp)
            made.append(replace(one, pieces=restood(one.pieces, measured.pieces), coverage=coverage))
    return _stacked(made)


def _stacked(maps: Sequence[CarbonMap]) -> CarbonMap:
    joined: dict[str, Any] = {
        name: pd.concat([getattr(m, name) for m in maps], ignore_index=True)
        for name in ("pieces", "contributors", "coverage")
    }
    layers = pd.concat([m.layers for m in maps], ignore_index=True).drop_duplicates(
        "layer", ignore_index=True
    )
    return replace(maps[0], layers=layers, **joined)
