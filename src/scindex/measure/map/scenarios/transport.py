"""Levers on roads: fuller cars, fewer kilometres, other modes, electric cars."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.scenarios import Lever
from scindex.measure.map.scenarios.chosen import Mask, Tables, chosen, column

Floats = NDArray[np.float64]

DAYS = 365
ELECTRICITY = "electricity_mwh"
"""Electricity that vehicles and trains draw for what they do on a link, in a year."""
ELECTRIC = "share_electric"
"""Share of vehicles that burn nothing on the link."""


def car_occupancy(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Carry the same people in fewer cars.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``persons`` in a car by the year, and ``base_persons``.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame

    Notes
    -----
    .. math:: K' = K \, p_0 / p
    """
    start = lever.paths["base_persons"].at(base_year)
    persons = lever.paths["persons"].after(base_year, year, start=start)
    return dict(tables) if persons == start else _fewer(tables, lever, 1.0 - start / persons)[0]


def fewer_car_km(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    """Drive a share of the car kilometres no more.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``cut``, the share not driven by the year.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
    """
    cut = lever.paths["cut"].after(base_year, year)
    return dict(tables) if cut == 0 else _fewer(tables, lever, cut)[0]


def mode_shift(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Carry the people of a share of the car kilometres by bus, metro, bicycle or on foot.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``shift``, ``to`` (shares of modes), ``car_persons``, ``bus_persons``,
        ``metro_kwh_pkm`` (a person and kilometre).
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        Buses join the traffic of the link; the metro's electricity is put on the same link.

    Notes
    -----
    Person kilometres stay the same: :math:`P = K \, s \, p_{car}`; a bus mode of share
    :math:`m` adds :math:`m P / p_{bus}` vehicle kilometres. All of it needs new services:
    empty seats in buses that run already are not counted as free.
    """
    shift = lever.paths["shift"].after(base_year, year)
    if shift == 0:
        return dict(tables)
    out, left = _fewer(tables, lever, shift)
    links, to = out["road_links"], lever.shares["to"]
    persons = left * lever.paths["car_persons"].at(year)
    if to.get("bus"):
        buses = persons * to["bus"] / lever.paths["bus_persons"].at(year)
        links = _traffic(links, {"share_bus": np.nan_to_num(volume(links, "share_bus")) + buses})
    if to.get("metro"):
        mwh = _km(links, persons * to["metro"]) * lever.paths["metro_kwh_pkm"].at(year) / 1000
        links = links.assign(**{ELECTRICITY: column(links, ELECTRICITY) + mwh})
    return {**out, "road_links": links}


def electric_cars(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    """Drive a share of the car kilometres on electricity: fuel falls, electricity rises.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``share`` of the kilometres by the year, and ``kwh_km``.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        The electricity is put where the car drives, as its fuel is, not where it is charged.
    """
    share = lever.paths["share"].after(base_year, year)
    if share == 0:
        return dict(tables)
    links, mask = tables["road_links"], chosen(tables, "road_links", lever.where)
    moved, changed = np.zeros(len(links)), {}
    for name in _classes(links, lever):
        cars = volume(links, name)
        changed[name] = np.where(mask, cars * (1.0 - share), cars)
        moved += np.where(mask, np.nan_to_num(cars) * share, 0.0)
    changed[ELECTRIC] = np.nan_to_num(volume(links, ELECTRIC)) + moved
    mwh = _km(links, moved) * lever.paths["kwh_km"].at(year) / 1000
    links = _traffic(links, changed).assign(**{ELECTRICITY: column(links, ELECTRICITY) + mwh})
    return {**tables, "road_links": links}


def volume(links: pd.DataFrame, name: str) -> Floats:
    """Return the vehicles of a class on each link. [vehicle/day]"""
    return column(links, "aadt") * column(links, name)


def _fewer(tables: Tables, lever: Lever, share: float) -> tuple[dict[str, pd.DataFrame], Floats]:
    """Return tables without a share of the cars, and the cars taken off each link. [vehicle/day]"""
    links, mask = tables["road_links"], chosen(tables, "road_links", lever.where)
    off, changed = np.zeros(len(links)), {}
    for name in _classes(links, lever):
        cars = volume(links, name)
        changed[name] = np.where(mask, cars * (1.0 - share), cars)
        off += np.where(mask, np.nan_to_num(cars) * share, 0.0)
    return {**tables, "road_links": _traffic(links, changed)}, off


def _classes(links: pd.DataFrame, lever: Lever) -> list[str]:
    return [f"share_{name}" for name in lever.lists["classes"] if f"share_{name}" in links.columns]


def _traffic(links: pd.DataFrame, volumes: dict[str, Floats]) -> pd.DataFrame:
    """Return links with other volumes of some classes; those of all others stay what they were."""
    shares = [c for c in links.columns if c.startswith("share_")]
    before = column(links, "aadt")
    parts = {name: volume(links, name) for name in shares} | volumes
    after = before + sum((volumes[n] - volume(links, n) for n in volumes), np.zeros(len(links)))
    with np.errstate(divide="ignore", invalid="ignore"):
        new = {n: np.where(after > 0, v / after, column(links, n)) for n, v in parts.items()}
    touched: Mask = (after != before) & ~np.isnan(after)  # unknown traffic stays unknown
    mixed = np.zeros(len(links), dtype=bool)
    for name, values in volumes.items():
        mixed |= values != volume(links, name)
    new = {n: np.where(touched | mixed, v, column(links, n)) for n, v in new.items()}
    return links.assign(aadt=np.where(after > 0, after, np.where(touched, 0.0, before)), **new)


def _km(links: pd.DataFrame, per_day: Floats) -> Floats:
    """Return kilometres in a year from vehicles or persons in a day."""
    return np.nan_to_num(per_day * column(links, "length_m") / 1000 * DAYS)
