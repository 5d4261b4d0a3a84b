"""What a carbon map says of the indicators of frameworks: only where it means exactly the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.load import load_framework
from scindex.catalogue.standards import Limit, Standard
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.measure.map.balances import balances
from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.edition import Published
from scindex.tables.cities import Cities
from scindex.tables.observations import COLUMNS
from scindex.units import factor

OVER_CAP = "oecd:buildings_over_their_ghg_or_energy_cap"
GREEN_CENTRE = "oecd:green_area_share_of_the_urban_centre"
GREEN_AREAS = "u4ssc:green_areas"
RESOLUTION = "oecd:spatial_resolution_of_the_published_carbon_map"

AMOUNTS = {
    "emission_intensity": ("t", "kg_CO2e/m**2/year", 1000.0),
    "energy_intensity": ("kwh", "kWh/m**2/year", 1.0),
}
"""What a limit limits: column of the buildings, unit of the limit, and what turns one into the other."""

FIXED = {"status": "A", "reason": "", "quality": "", "source": "", "where": ""}


@dataclass(frozen=True)
class Observed:
    """Observations for frameworks, and what has no indicator yet.

    Attributes
    ----------
    cities : Cities
        Rows of ``schemas/tables/observations.yaml`` with their findings.
    others : DataFrame
        ``measure``, ``value`` and ``unit`` of what no framework has an indicator for:
        ``net_sink_cells`` (share of the known cells that are net sinks), ``green_share`` of the map's area.
    """

    cities: Cities
    others: pd.DataFrame


def observe(
    carbon_map: CarbonMap,
    *,
    city_id: str,
    city: str,
    buildings: pd.DataFrame | None = None,
    standard: Standard | None = None,
    uses: Mapping[str, str] | None = None,
    green_m2: float | None = None,
    urban_centre: bool = False,
    published: Published | None = None,
) -> Observed:
    """Return the indicators that follow from a map.

    Parameters
    ----------
    carbon_map : CarbonMap
    city_id, city : str
    buildings : DataFrame, optional
        ``use``, ``floor_area_m2`` and ``t`` (or ``kwh``) in the map's year.
    standard : Standard, optional
        Whose limits the buildings are held to.
    uses : Mapping, optional
        Use of a building -> use of the standard, or id of a limit; without it they are the same words.
    green_m2 : float, optional
        Public green area inside the map. [m2]
    urban_centre : bool
        Whether the map's districts are the urban centre: only then is the green share that indicator.
    published : Published, optional
        The published edition: its cells are the resolution of the published map.

    Returns
    -------
    Observed

    Raises
    ------
    DataError
        If the table of buildings lacks a column.
    MethodError
        If several limits fit one use.
    """
    found: dict[str, float] = {}
    told: list[Finding] = []
    if buildings is not None and standard is not None:
        share, said = over_cap(buildings, standard, year=carbon_map.year, uses=uses or {})
        found[OVER_CAP] = 100 * share
        told += said
    balance = balances(carbon_map).table.iloc[-1]
    others = [["net_sink_cells", _share(balance["net_sinks"], balance["cells_known"]), "percent"]]
    if green_m2 is not None:
        share = _share(green_m2 / 1e4, balance["area_ha"])
        found |= {GREEN_CENTRE: share} if urban_centre else {}
        others += [] if urban_centre else [["green_share", share, "percent"]]
        people = balance["residents"]
        found[GREEN_AREAS] = green_m2 / 1e4 / (people / 1e5) if people > 0 else np.nan
    if published is not None and carbon_map.grid is not None:
        found[RESOLUTION] = carbon_map.grid.size
    rows = [_row(city_id, city, carbon_map.year, name, value) for name, value in found.items()]
    table = pd.DataFrame([r for r in rows if not np.isnan(r["value"])], columns=list(COLUMNS))
    table = table.astype({"value": "float64", "year": "int64"})
    return Observed(Cities(table, tuple(told)), pd.DataFrame(others, columns=["measure", "value", "unit"]))


def _share(part: float, whole: float) -> float:
    return 100 * float(part) / float(whole) if whole else np.nan


def _row(city_id: str, city: str, year: int, indicator: str, value: float) -> dict[str, Any]:
    unit = load_framework(indicator.partition(":")[0]).entries[indicator].unit
    about = {"city_id": city_id, "city": city, "year": year, "indicator": indicator}
    return {**about, "value": value, "unit": unit, **FIXED}


def over_cap(
    buildings: pd.DataFrame, standard: Standard, *, year: int, uses: Mapping[str, str]
) -> tuple[float, list[Finding]]:
    """Return the share of regulated floor area in buildings over their limit.

    Parameters
    ----------
    buildings : DataFrame
        ``use``, ``floor_area_m2`` and ``t`` or ``kwh``. [m2, t CO2e/yr, kWh/yr]
    standard : Standard
    year : int
        For which limits hold.
    uses : Mapping
        Use of a building -> use of the standard, or id of a limit.

    Returns
    -------
    share : float
        NaN where no building has both a limit and a figure. [-]
    findings : list of Finding

    Raises
    ------
    DataError
        If a column is missing.
    MethodError
        If several limits fit one use.

    Notes
    -----
    Regulated is the floor area that a limit holds for and whose figure is known; what is neither
    is left out of both parts of the share, and counted.

    Examples
    --------
    >>> from scindex.catalogue.standards import standard
    >>> offices = pd.DataFrame({"use": ["b", "b"], "floor_area_m2": [3000.0, 1000.0], "t": [200.0, 200.0]})
    >>> over_cap(offices, standard("nyc_ll97"), year=2026, uses={})[0]
    0.25
    """
    column = next((c for c, _, _ in AMOUNTS.values() if c in buildings), "t")
    missing = [c for c in ("use", "floor_area_m2", column) if c not in buildings]
    if missing:
        raise DataError(Finding("observe-columns", params={"missing": missing}))
    quantity = next(q for q, (c, _, _) in AMOUNTS.items() if c == column)
    area = buildings["floor_area_m2"].to_numpy(float)
    limits, told = _limits(buildings, standard, quantity, year, uses)
    intensity = buildings[column].to_numpy(float) * AMOUNTS[quantity][2] / np.where(area > 0, area, np.nan)
    regulated = ~np.isnan(limits) & ~np.isnan(intensity)
    known = np.where(np.isnan(area), 0.0, area)
    if left := int((~regulated).sum()):
        share = round(100 * known[~regulated].sum() / known.sum(), 1) if known.sum() else 0.0
        told.append(Finding("observe-no-limit", "note", params={"n": left, "share": share}))
    if not known[regulated].sum():
        return np.nan, [*told, Finding("observe-none-regulated", "warning")]
    over = regulated & (intensity > limits)
    return float(known[over].sum() / known[regulated].sum()), told


def _limits(
    buildings: pd.DataFrame, standard: Standard, quantity: str, year: int, uses: Mapping[str, str]
) -> tuple[np.ndarray, list[Finding]]:
    """Return the limit of each building, NaN where it has none, in kg or kWh per square metre."""
    usable: set[str] = set()
    out = np.full(len(buildings), np.nan)
    area = buildings["floor_area_m2"].to_numpy(float)
    for use, rows in buildings.reset_index(drop=True).groupby("use").groups.items():
        wanted = uses.get(str(use), str(use))
        fits = [x for x in standard.limits.values() if _fits(x, wanted, quantity, year)]
        for at in rows:
            here = [x for x in fits if _inside(x, area[at])]
            if len(here) > 1:
                ids = [x.id for x in here]
                raise MethodError(Finding("observe-ambiguous", params={"use": str(use), "limits": ids}))
            if here:
                out[at] = here[0].value * (factor(here[0].unit, AMOUNTS[quantity][1]) or np.nan)
                usable |= {here[0].id} if here[0].area == "usable" else set()
    told = [Finding("observe-usable", "warning", params={"limits": sorted(usable)})] if usable else []
    return out, told


def _fits(limit: Limit, wanted: str, quantity: str, year: int) -> bool:
    first, last = limit.valid
    holds = (first is None or year >= first) and (last is None or year <= last)
    return limit.quantity == quantity and wanted in (limit.use, limit.id) and holds


def _inside(limit: Limit, area: float) -> bool:
    low, high = limit.size
    return (low is None or area >= low) and (high is None or area <= high)


def indicators() -> Sequence[str]:
    """Return the ids of the indicators that a map can give."""
    return (OVER_CAP, GREEN_CENTRE, GREEN_AREAS, RESOLUTION)
