"""What an inventory says of indicators: observations that the index half reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from scindex._resources import read_yaml, root
from scindex.catalogue.load import load_framework
from scindex.findings import Finding
from scindex.measure.inventory.lines import CITY_YEAR, holds_number
from scindex.measure.inventory.taxonomy import refs_of
from scindex.measure.inventory.totals import FOOTPRINT, LOCATION, accounted, counts_in, cover
from scindex.tables.cities import Cities
from scindex.tables.observations import COLUMNS

FIXED = {"status": "A", "reason": "", "quality": "", "source": "GPC", "where": ""}


def observations(lines: pd.DataFrame, cities: pd.DataFrame, *, population: float | None = None) -> Cities:
    """Return the indicators that follow from an inventory.

    Parameters
    ----------
    lines, cities : DataFrame
        Of an inventory.
    population : float, optional
        Of every city and year whose population is not known. [person]

    Returns
    -------
    Cities
        Observations with a warning for each that leaves out cells of its total, and a
        note for each city and year without a population.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import cities_table, lines_table
    >>> about = {"city_id": "demo", "city": "Demo", "year": 2024}
    >>> lines = lines_table([{**about, "ref": "II.1.1", "gas": "CO2e", "co2e": 5000.0}])
    >>> found = observations(lines, cities_table([about]), population=1000.0)
    >>> found.observations[["indicator", "value"]].values.tolist()[0]
    ['u4ssc:ghg_emissions', 5.0]
    """
    counted = lines[holds_number(lines) & accounted(lines, LOCATION)]
    counted = counted[counted["basis"] != FOOTPRINT]
    settled = cover(lines)
    heads = _heads(cities, population)
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for city_id, city, year in lines.drop_duplicates(CITY_YEAR)[["city_id", "city", "year"]].itertuples(
        index=False
    ):
        people = heads.get((city_id, int(year)), population or math.nan)
        if math.isnan(people):
            findings.append(Finding("inventory-no-population", "note", city=city, year=int(year)))
        own, done = (t[(t["city_id"] == city_id) & (t["year"] == year)] for t in (counted, settled))
        for indicator, spec in _specs().items():
            cells = tuple(spec.get("cells") or refs_of(spec["total"]))
            mine = counts_in(own, spec["total"]) if "total" in spec else own["ref"].isin(cells)
            value = _value(own.loc[mine, "co2e"], spec, people)
            if math.isnan(value):
                continue
            known = {"city_id": city_id, "city": city, "year": int(year), "indicator": indicator}
            rows.append({**known, "value": value, "unit": _unit(indicator), **FIXED})
            findings += _gaps(done, cells, city=city, year=int(year), indicator=indicator)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return Cities(table.astype({"value": "float64", "year": "int64"}), tuple(findings))


def _heads(cities: pd.DataFrame, population: float | None) -> dict[tuple[str, int], float]:
    """Return the people of each city and year, of those not known what was given for all."""
    given = population if population and population > 0 else math.nan
    rows = cities[["city_id", "year", "population"]].itertuples(index=False)
    return {(str(c), int(y)): float(p) if p > 0 else given for c, y, p in rows}


def _specs() -> Mapping[str, Mapping[str, Any]]:
    return read_yaml(root() / "indicators" / "gpc.yaml")["observations"]


def _unit(indicator: str) -> str:
    return load_framework(indicator.partition(":")[0]).entries[indicator].unit


def _value(tonnes: pd.Series, spec: Mapping[str, Any], people: float) -> float:
    if not len(tonnes):
        return math.nan
    whole = float(tonnes.sum()) * spec.get("sign", 1)
    return whole / people if spec.get("per") == "person" else whole


def _gaps(settled: pd.DataFrame, cells: tuple[str, ...], **told: Any) -> list[Finding]:
    """Warn of a value that leaves out cells: it is a lower bound."""
    covered = set(settled.loc[settled["covered"], "ref"])
    left = [c for c in cells if c not in covered]
    if not left:
        return []
    params = {"count": len(left), "of": len(cells), "cells": left}
    return [Finding("inventory-observation-partial", "warning", params=params, **told)]
