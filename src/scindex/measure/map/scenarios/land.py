"""Levers on land: trees planted, and forest or green given up."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.by_year import ByYear
from scindex.catalogue.scenarios import Lever
from scindex.measure.map.scenarios.chosen import Mask, Tables, chosen, column

CLASSES = {"land_cover": ("land_cover",), "forest": ("species",), "urban_green": ("kind", "species")}
"""Columns in which a lever finds the classes that it takes land from."""
AREAS = ("area_ha", "area_m2")
UPTAKE, STOCK = "uptake_t_co2_ha", "stock_t_co2_ha"
"""What a hectare takes up in a year, by age; and what it held before it was given up."""
PLANTED, CONVERTED = "planted", "land_conversion"
"""Tables that levers write: what was planted, and what is given up in the year."""


def planting(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Plant trees on a share of some land; they take up by their age.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``rate`` (share of the area planted by the year), ``from``, ``table``, ``species``,
        ``uptake_t_co2_ha`` by age.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        The rows keep the rest of their area; a row of ``planted`` for each holds all trees planted
        there, with their mean ``age`` and ``uptake_t_co2_ha``.

    Notes
    -----
    Trees planted in the year :math:`v` are :math:`y - v` old, so the mean uptake is

    .. math:: \bar u(y) = \sum_v \frac{r(v) - r(v-1)}{r(y)} \, u(y - v)
    """
    rate = lever.paths["rate"]
    done, (name,) = rate.after(base_year, year), lever.lists["table"]
    mask = _here(tables, lever, name)
    if done == 0 or not mask.any():
        return dict(tables)
    steps = planted(rate, base_year, year)
    ages = np.array([year - v for v in steps])
    parts = np.array(list(steps.values())) / done
    uptake = float(sum(p * lever.curves[UPTAKE].at(int(a)) for p, a in zip(parts, ages)))
    new = _part(tables[name], mask, done).assign(
        lever=lever.id, species=lever.lists["species"][0], age=float(parts @ ages), **{UPTAKE: uptake}
    )
    return {**tables, name: _rest(tables[name], mask, done), PLANTED: _with(tables, PLANTED, new)}


def conversion(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    """Give up a share of some land; its stock is released once, in the year it goes.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``rate`` (share given up by the year), ``from``, ``table``, ``stock_t_co2_ha``.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        The rows keep the rest of their area. What goes in this very year is a row of
        ``land_conversion`` with its area and ``stock_t_co2_ha``.
    """
    rate = lever.paths["rate"]
    done, (name,) = rate.after(base_year, year), lever.lists["table"]
    mask = _here(tables, lever, name)
    if done == 0 or not mask.any():
        return dict(tables)
    table = tables[name]
    out = {**tables, name: _rest(table, mask, done)}
    going = done - rate.after(base_year, year - 1)
    if going > 0:
        gone = _part(table, mask, going).assign(lever=lever.id, **{STOCK: lever.paths[STOCK].at(year)})
        out[CONVERTED] = _with(tables, CONVERTED, gone)
    return out


def planted(rate: ByYear, base_year: int, year: int) -> dict[int, float]:
    """Return what share of the land was planted in each year up to one.

    Examples
    --------
    >>> planted(ByYear((2026,), (0.5,)), 2024, 2027)
    {2025: 0.25, 2026: 0.25}
    """
    steps: dict[int, float] = {}
    for v in range(base_year + 1, year + 1):
        step = rate.after(base_year, v) - rate.after(base_year, v - 1)
        if step > 0:
            steps[v] = step
    return steps


def hectares(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return the area of each row. [ha]"""
    return column(table, "area_ha") if "area_ha" in table.columns else column(table, "area_m2") / 1e4


def _here(tables: Tables, lever: Lever, name: str) -> Mask:
    table = tables[name]
    named = np.zeros(len(table), dtype=bool)
    for c in CLASSES[name]:
        if c in table.columns:
            named |= table[c].isin(lever.lists["from"]).to_numpy()
    return chosen(tables, name, lever.where) & named


def _rest(table: pd.DataFrame, mask: Mask, share: float) -> pd.DataFrame:
    areas = [c for c in AREAS if c in table.columns]
    return table.assign(
        **{c: np.where(mask, column(table, c) * (1.0 - share), column(table, c)) for c in areas}
    )


def _part(table: pd.DataFrame, mask: Mask, share: float) -> pd.DataFrame:
    return table[mask].assign(area_ha=hectares(table)[mask] * share)


def _with(tables: Tables, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    return (
        pd.concat([tables[name], rows], ignore_index=True) if name in tables else rows.reset_index(drop=True)
    )
