"""Balance of each district: gross, removals, net, per head and hectare, and the cells that are net sinks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.map.cells import NANO, UNALLOCATED, CarbonMap
from scindex.provenance import Provenance

CITY = "city"
"""Stands for a district's code in the row of all of them."""

TOTALS = ["gross_t", "removals_t", "net_stock_t", "net_t"]


@dataclass(frozen=True)
class Balances:
    """What each district emits and takes up.

    Attributes
    ----------
    table : DataFrame
        A row for each district, then what lies outside all of them (if anything), then the city (``city``):
        ``gross_t``, ``removals_t`` (gross growth, beside the balance), ``net_stock_t``, ``net_t``
        (gross and net stock change), the same per hectare and per resident, coverage by sector,
        ``cells``, ``cells_known`` and ``net_sinks``, and the same sums in whole billionths
        (``gross_nano``, ``growth_nano``, ``stock_nano``).
    sinks : DataFrame
        Cells that are net sinks: ``cell``, ``district``, ``net_t``.
    year : int
    scenario : str
    findings : tuple of Finding
    provenance : Provenance
    """

    table: pd.DataFrame
    sinks: pd.DataFrame
    year: int
    scenario: str
    findings: tuple[Finding, ...]
    provenance: Provenance


def balances(carbon_map: CarbonMap, *, year: int | None = None, scenario: str = "") -> Balances:
    """Draw up the balance of each district and of the city.

    Parameters
    ----------
    carbon_map : CarbonMap
    year : int, optional
        By default the map's.
    scenario : str

    Returns
    -------
    Balances

    Notes
    -----
    Residents are those of the districts' own table where it has them, else the sum over cells.
    A cell is a net sink where its net stock change takes up more than it emits, and something is
    known of every sector that has anything there: an unmetered building makes no sink. Gross growth
    makes none either, since harvest and mortality are missing from it.
    """
    year = carbon_map.year if year is None else year
    districts = carbon_map.cells(by="district", year=year, scenario=scenario)
    city = carbon_map.cells(by="city", year=year, scenario=scenario).assign(district=CITY, name="")
    table = pd.concat([districts, city], ignore_index=True)
    table["residents"], told = _residents(carbon_map, table)
    for column in TOTALS:
        table[f"{column}_per_ha"] = _over(table[column], table["area_ha"])
        table[f"{column}_per_resident"] = _over(table[column], table["residents"])
    counted, sinks = _cells(carbon_map, year, scenario)
    table = table.join(counted, on="district").join(_nano(carbon_map, year, scenario), on="district")
    whole = [*counted.columns, "gross_nano", "growth_nano", "stock_nano"]
    table[whole] = table[whole].fillna(0).astype("int64")
    growth = float(table["removals_t"].fillna(0).iloc[-1])
    if growth:
        told.append(Finding("balance-growth", "note", params={"t": round(growth, 1)}))
    made = Provenance(inputs=carbon_map.provenance.inputs, definitions=carbon_map.provenance.definitions)
    return Balances(_columns(table), sinks, year, scenario, tuple(told), made)


def _over(amount: pd.Series, size: pd.Series) -> pd.Series:
    return amount / size.where(size > 0)


def _residents(carbon_map: CarbonMap, table: pd.DataFrame) -> tuple[pd.Series, list[Finding]]:
    """Return residents of each row: the districts' own where known, else summed over cells."""
    people = table["residents"].astype(float)
    if "residents" in carbon_map.districts:
        own = carbon_map.districts.set_index("code")["residents"].astype(float)
        people = table["district"].map(own).fillna(people)
        inside = people.iloc[:-1][(table["district"].iloc[:-1] != "").to_numpy()]
        if inside.notna().all():
            people.iloc[-1] = inside.sum()
    named = table["district"].iloc[:-1] != ""
    unknown = int((people.iloc[:-1].isna() & named).sum())
    told = [Finding("balance-residents", "note", params={"n": unknown})] if unknown else []
    return people, told


def _signed(carbon_map: CarbonMap, year: int, scenario: str) -> pd.DataFrame:
    """Return the pieces of a year with what they count as: gross, growth or stock."""
    pieces = carbon_map.pieces
    rows = pieces[(pieces["year"] == year) & (pieces["scenario"] == scenario)]
    layers = carbon_map.layers.set_index("layer")
    sign, sink = rows["layer"].map(layers["sign"]), rows["layer"].map(layers["sink"])
    kind = np.select(
        [sign == "emission", sink == "gross_growth", sink == "net_stock_change"],
        ["gross", "growth", "stock"],
        "",
    )
    return rows.assign(kind=kind)[kind != ""]


def _nano(carbon_map: CarbonMap, year: int, scenario: str) -> pd.DataFrame:
    rows = _signed(carbon_map, year, scenario)
    sums = rows.pivot_table(index="district", columns="kind", values="nano", aggfunc="sum", fill_value=0)
    sums = sums.reindex(columns=["gross", "growth", "stock"], fill_value=0).astype("int64")
    sums.loc[CITY] = sums.sum()
    return sums.add_suffix("_nano")


def _cells(carbon_map: CarbonMap, year: int, scenario: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count cells, those that are known and those that are net sinks, by district."""
    rows = _signed(carbon_map, year, scenario)
    by = ["cell", "district"]
    net = rows[(rows["cell"] != UNALLOCATED) & (rows["kind"] != "growth")].groupby(by)["nano"].sum()
    gap = _gaps(carbon_map, year, scenario)
    cells = carbon_map.areas[by].drop_duplicates().set_index(by)
    cells = cells.join(net, how="left").join(gap, how="left")
    cells["gap"] = cells["gap"].fillna(False).astype(bool)
    known = cells["nano"].notna() & ~cells["gap"]
    cells = cells.assign(cells=1, cells_known=known, net_sinks=known & (cells["nano"] < 0))
    counted = cells.groupby("district")[["cells", "cells_known", "net_sinks"]].sum().astype("int64")
    counted.loc[CITY] = counted.sum()
    sinks = cells[cells["net_sinks"]]["nano"].div(NANO).rename("net_t").reset_index()
    return counted, sinks


def _gaps(carbon_map: CarbonMap, year: int, scenario: str) -> pd.Series:
    """Return whether something stands in a cell of which nothing is known."""
    cover = carbon_map.coverage
    rows = cover[(cover["year"] == year) & (cover["scenario"] == scenario)]
    gap = (rows["all"] > 0) & (rows["known"] == 0)
    return rows.assign(gap=gap).groupby(["cell", "district"])["gap"].any()


def _columns(table: pd.DataFrame) -> pd.DataFrame:
    """Put the balance in front, coverage and counts after it; layers stay in the table of cells."""
    front = ["district", "name", "year", "scenario", *TOTALS, "area_ha", "residents"]
    rates = [f"{t}_per_{u}" for t in TOTALS for u in ("ha", "resident")]
    cover = [c for c in table.columns if c.endswith("_coverage")]
    counts = ["cells", "cells_known", "net_sinks", "gross_nano", "growth_nano", "stock_nano"]
    return table[[*front, *rates, *cover, *counts]]
