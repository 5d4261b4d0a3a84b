"""Totals of an inventory: the protocol's own, gross, removals; credits and memo lines stay outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.inventory.lines import CITY_YEAR, holds_number
from scindex.measure.inventory.taxonomy import BASES, TOTALS, basis_of, keys, refs_of

LOCATION, MARKET = "location", "market"
"""The two ways to account for energy from a grid; a total takes one of them."""

FOOTPRINT = "footprint"
"""Basis that no total of the protocol stands on."""


def totals(lines: pd.DataFrame, *, accounting: str = LOCATION) -> pd.DataFrame:
    """Sum the lines of each city and year to the totals of the protocol.

    Parameters
    ----------
    lines : DataFrame
        Of an inventory. [t CO2e]
    accounting : {"location", "market"}
        Which scope 2 lines enter, where a cell has both. BASIC takes location.

    Returns
    -------
    DataFrame
        One row for each city, year and total (basic, basic_plus, basic_s3, territorial):
        ``basis``; ``co2e``, the protocol's own total, land use with its sign; ``gross``,
        without what is below zero; ``removals``, below zero or zero; ``credits``, which
        stand outside; ``net_credits``, total and credits together; ``cells``, ``required``
        and ``completeness``. Missing where no cell of the total holds a number. [t CO2e]

    Raises
    ------
    MethodError
        If one city and year has lines by two sets of warming potentials.

    Notes
    -----
    ``co2e = gross + removals``. Memo lines (biogenic CO2) and credits are in none of them.
    Completeness is (numbers + NO + IE whose target holds a number) / required cells.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}
    >>> lines = [{**about, "ref": "I.1.1", "co2e": 5.0}, {**about, "ref": "V.2", "co2e": -2.0}]
    >>> table = totals(lines_table(lines))
    >>> table.set_index("total")[["co2e", "gross", "removals"]].loc["basic_plus"].tolist()
    [3.0, 5.0, -2.0]
    """
    check_gwp(lines)
    places = lines.drop_duplicates(CITY_YEAR)[["city_id", "city", "year"]].reset_index(drop=True)
    counted = lines[holds_number(lines) & accounted(lines, accounting)]
    credits = lines[lines["kind"] == "credit"].groupby(CITY_YEAR)["co2e"].sum()
    covered = cover(lines)
    parts = [_one(places, total, counted, credits, covered) for total in TOTALS]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values([*CITY_YEAR], kind="stable", ignore_index=True)


def accounted(lines: pd.DataFrame, accounting: str) -> np.ndarray:
    """Return where a line enters by one way of accounting, shape (n_line,): its own, or the only one."""
    own = lines["accounting"].to_numpy()
    if accounting == LOCATION:
        return own != MARKET
    cell = pd.MultiIndex.from_frame(lines[[*CITY_YEAR, "ref"]])
    has_market = cell.isin(cell[own == MARKET])
    # what has no twin by market, as heat beside electricity, stands in both
    return ~(has_market & ((own == LOCATION) | replaced(lines)))


def replaced(lines: pd.DataFrame) -> np.ndarray:
    """Return where a line names no way of accounting, but its cell has lines by market and none by location.

    It is taken as the one by location: added to its twin by market, the same energy would count twice.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"city_id": "a", "year": 2024, "ref": "I.1.2", "co2e": 1.0}
    >>> replaced(lines_table([about, {**about, "accounting": "market"}]))
    array([ True, False])
    """
    own = lines["accounting"].to_numpy()
    cell = pd.MultiIndex.from_frame(lines[[*CITY_YEAR, "ref"]])
    return (own == "") & cell.isin(cell[own == MARKET]) & ~cell.isin(cell[own == LOCATION])


def counts_in(lines: pd.DataFrame, total: str) -> np.ndarray:
    """Return where a line stands in a cell and on the basis of a total, shape (n_line,).

    A line may say another basis than its cell's: what it says alone on ``footprint`` is in
    no total of the protocol, whatever its reference. One that says none stands as its cell does.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"year": 2024, "co2e": 1.0, "ref": "I.1.1"}
    >>> counts_in(lines_table([about, {**about, "basis": "footprint"}]), "basic")
    array([ True, False])
    """
    fits = {b: not b or basis_of(total) in b.split("+") for b in lines["basis"].unique()}
    return (lines["ref"].isin(refs_of(total)) & lines["basis"].map(fits).astype(bool)).to_numpy()


def _one(
    places: pd.DataFrame, total: str, counted: pd.DataFrame, credits: pd.Series, covered: pd.DataFrame
) -> pd.DataFrame:
    refs = refs_of(total)
    mine = counted[counts_in(counted, total)]
    index = pd.MultiIndex.from_frame(places[CITY_YEAR])
    by_city = mine.groupby(CITY_YEAR)["co2e"]
    below = mine["co2e"].where((mine["co2e"] < 0) | (mine["kind"] == "removal"), 0.0)
    removals = below.groupby([mine["city_id"], mine["year"]]).sum()
    co2e = by_city.sum().reindex(index).to_numpy()
    taken = removals.reindex(index).to_numpy()
    outside = credits.reindex(index).fillna(0.0).to_numpy()
    known = covered[covered["ref"].isin(refs)].groupby(CITY_YEAR)["covered"].sum()
    cells = known.reindex(index).fillna(0).to_numpy().astype("int64")
    return places.assign(
        total=total,
        basis=basis_of(total),
        co2e=co2e,
        gross=co2e - taken,
        removals=taken,
        credits=outside,
        net_credits=co2e + outside,
        cells=cells,
        required=len(refs),
        completeness=cells / len(refs),
    )


def cover(lines: pd.DataFrame) -> pd.DataFrame:
    """Say of each cell of a city and year whether it is settled.

    A line on the footprint alone settles no cell.

    Returns
    -------
    DataFrame
        city_id, year, ref, ``number`` (it holds one), ``key`` (else its notation key) and
        ``covered``: a number, NO, or IE whose target holds a number. NE, C and blank are gaps.
    """
    own = lines[(lines["kind"] != "credit") & (lines["basis"] != FOOTPRINT)]
    order = [*keys(), ""]  # of several keys in a cell the one that claims least: NE beside NO is a gap
    rank = own["notation_key"].map({key: k for k, key in enumerate(order)})
    held = pd.DataFrame({"held": holds_number(own), "key": rank, "target": own["ie_target"]})
    held[[*CITY_YEAR, "ref"]] = own[[*CITY_YEAR, "ref"]]
    by_cell = held.groupby([*CITY_YEAR, "ref"], sort=False)
    cells = by_cell.agg(number=("held", "any"), key=("key", "min"), target=("target", "max")).reset_index()
    cells["key"] = cells["key"].map(dict(enumerate(order)))
    full = cells.loc[cells["number"], [*CITY_YEAR, "ref"]]
    named = pd.MultiIndex.from_frame(cells[[*CITY_YEAR, "target"]])
    led = named.isin(pd.MultiIndex.from_frame(full))
    settled = (cells["key"] == "NO") | ((cells["key"] == "IE") & led)
    return cells.assign(covered=cells["number"] | settled)


def total_of(lines: pd.DataFrame, *, basis: str = "") -> float:
    """Sum lines that all stand on one basis.

    Parameters
    ----------
    lines : DataFrame
        Of one city and year; those that hold no number, memo lines and credits do not count. [t CO2e]
    basis : str, optional
        One of ``end_user``, ``territorial``, ``footprint``; else the one that they share.

    Returns
    -------
    float
        [t CO2e]

    Raises
    ------
    MethodError
        If they do not stand on one basis, come by two sets of warming potentials, or
        hold scope 2 by location and by market.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"year": 2024, "co2e": 1.0}
    >>> total_of(lines_table([{**about, "ref": "I.1.2"}, {**about, "ref": "I.4.4"}]))
    Traceback (most recent call last):
    ...
    scindex.errors.MethodError: error: ...
    """
    counted = lines[holds_number(lines)]
    check_gwp(lines)
    stand = sorted({str(b) for b in counted["basis"]})
    shared = [b for b in BASES if all(b in s.split("+") for s in stand)]
    if not shared or (basis and basis not in shared):
        raise MethodError(Finding("inventory-mixed-basis", params={"bases": stand, "wanted": basis}))
    ways = set(counted["accounting"]) - {""} | ({LOCATION} if replaced(counted).any() else set())
    if len(ways) > 1:
        raise MethodError(Finding("inventory-mixed-accounting", params={"ways": sorted(ways)}))
    return float(counted["co2e"].sum())


def check_gwp(lines: pd.DataFrame) -> None:
    """Refuse lines of one city and year that were weighted by two sets of warming potentials.

    Raises
    ------
    MethodError
        Naming the city, the year and the sets.
    """
    # a line in CO2e came weighted as it is: its own set is told where it is computed
    said = lines[(lines["gwp_set"] != "") & (lines["gas"] != "CO2e") & holds_number(lines)]
    sets = said.groupby(CITY_YEAR)["gwp_set"].unique()
    mixed = sets[sets.map(len) > 1]
    if len(mixed):
        names = lines.drop_duplicates("city_id").set_index("city_id")["city"]
        table = mixed.reset_index().to_dict("records")
        raise MethodError(*(_mixed(str(names[row["city_id"]]), row) for row in table))


def _mixed(city: str, row: Mapping[Any, Any]) -> Finding:
    params = {"sets": sorted(row["gwp_set"])}
    return Finding("inventory-mixed-gwp", city=city, year=int(row["year"]), params=params)


def scope2(lines: pd.DataFrame) -> pd.DataFrame:
    """Return scope 2 by location and by market, side by side; they are never added.

    Returns
    -------
    DataFrame
        city_id, city, year, ``location``, ``market`` (missing where no line is by market)
        and ``location_same``: the lines by location that have a twin by market in their cell. [t CO2e]
    """
    own = lines[holds_number(lines) & (lines["scope"] == 2)]
    market = own["accounting"] == MARKET
    cell = pd.MultiIndex.from_frame(own[[*CITY_YEAR, "ref"]])
    both = cell.isin(cell[market.to_numpy()])
    places = lines.drop_duplicates(CITY_YEAR)[["city_id", "city", "year"]].reset_index(drop=True)
    index = pd.MultiIndex.from_frame(places[CITY_YEAR])
    summed = {
        "location": own[~market],
        "market": own[market],
        "location_same": own[((own["accounting"] == LOCATION) | replaced(own)) & both],
    }
    return places.assign(
        **{k: part.groupby(CITY_YEAR)["co2e"].sum().reindex(index).to_numpy() for k, part in summed.items()}
    )
