"""A scenario in one year: tables as they would be, and factors as they would be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import pandas as pd

from scindex.catalogue.scenarios import Lever, Scenario
from scindex.measure.map.scenarios.chosen import Tables
from scindex.measure.map.scenarios.energy import densification, heat_pumps, retrofit, rooftop_pv
from scindex.measure.map.scenarios.land import conversion, planting
from scindex.measure.map.scenarios.transport import car_occupancy, electric_cars, fewer_car_km, mode_shift

Action = Callable[[Tables, Lever, int, int], dict[str, pd.DataFrame]]

ACTIONS: Mapping[str, Action] = {
    "densification": densification,
    "retrofit": retrofit,
    "car_occupancy": car_occupancy,
    "fewer_car_km": fewer_car_km,
    "mode_shift": mode_shift,
    "heat_pumps": heat_pumps,
    "electric_cars": electric_cars,
    "rooftop_pv": rooftop_pv,
    "conversion": conversion,
    "planting": planting,
}
"""Kind of lever -> what it does to the tables. The grid changes factors alone."""


def apply(
    tables: Tables, scenario: Scenario, year: int, *, base_year: int, only: Collection[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return the tables as they would be in a year of a scenario.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
        As measured in `base_year`; never changed.
    scenario : Scenario
    year, base_year : int
    only : collection of str, optional
        Levers that act; left out, all.

    Returns
    -------
    dict of str to DataFrame
        A table that no lever changes is the same object.

    Notes
    -----
    Levers act in the order demand, electrification, supply, land (`LEVERS`), levers of one kind
    by id, whatever the order of the file. No lever touches tonnes.
    """
    out = dict(tables)
    for lever in scenario.levers:
        if lever.kind in ACTIONS and (only is None or lever.id in only):
            out = ACTIONS[lever.kind](out, lever, year, base_year)
    return out


def factor_path(
    scenario: Scenario,
    year: int,
    *,
    base_year: int,
    base_factors: Mapping[str, float] | None = None,
    only: Collection[str] | None = None,
) -> dict[str, float]:
    r"""Return by how much the factors of each family are multiplied in a year.

    Parameters
    ----------
    scenario : Scenario
    year, base_year : int
    base_factors : Mapping of str to float, optional
        Factor of each family that the map uses, where a lever gives absolute ones. [t CO2e/MWh]
    only : collection of str, optional
        Levers that act; left out, all.

    Returns
    -------
    dict of str to float
        Family -> multiplier; a family that does not change is left out. [-]

    Notes
    -----
    An ``index`` is read by its ratios, :math:`m(y) = i(y) / i(y_0)`, so it may start before
    the base year. A ``factor`` is linear from the map's own in the base year,
    :math:`m(y) = f(y) / f(y_0)`. Levers on one family multiply.
    """
    found: dict[str, float] = {}
    for lever in scenario.levers:
        if lever.kind == "grid" and (only is None or lever.id in only):
            (family,) = lever.lists["family"]
            multiplier = _multiplier(lever, year, base_year, (base_factors or {}).get(family, 1.0))
            if multiplier != 1.0:
                found[family] = found.get(family, 1.0) * multiplier
    return found


def _multiplier(lever: Lever, year: int, base_year: int, base: float) -> float:
    if year <= base_year:
        return 1.0
    if "factor" in lever.paths:
        return lever.paths["factor"].after(base_year, year, start=base) / base
    index = lever.paths["index"]
    if not index.years:
        return index.values[0]
    if index.years[0] > base_year:
        return index.after(base_year, year, start=1.0)
    return index.at(year) / index.at(base_year)
