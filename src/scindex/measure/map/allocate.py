"""Share out the statistic of a zone over the pieces inside it; knows weights, never what is shared.

Extensive amounts (tonnes, people) are shared so that they add up; intensive ones (shares, rates)
are never shared: they stay with the zone (tobler's distinction).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED
from scindex.measure.map.placement import OUTSIDE


@dataclass(frozen=True)
class Allocation:
    """What came of sharing out.

    Attributes
    ----------
    pieces : DataFrame
        ``cell``, ``district``, ``zone``, ``nano``; amounts of zones without weights lie in
        the unallocated cell.
    bare : ndarray of int
        Zones that hold an amount and no weight: theirs is unallocated.
    blank : ndarray of int
        Districts (indices) inside a zone with an amount that have no weight of their own:
        nothing is shared to them, which is a gap and not a zero.
    """

    pieces: pd.DataFrame
    bare: np.ndarray
    blank: np.ndarray


def dasymetric(amount: np.ndarray, weights: pd.DataFrame, zone_of: np.ndarray) -> Allocation:
    """Share the amounts of zones in proportion to whole weights.

    Parameters
    ----------
    amount : ndarray of int64, shape (zones,)
        Whole units to be shared; the sum over all pieces is the same to the unit.
    weights : DataFrame
        ``cell``, ``district`` (index), ``weight`` (whole number >= 0, -1 where it is not known).
    zone_of : ndarray of int, shape (districts,)
        Zone of each district; -1 where none.

    Returns
    -------
    Allocation

    References
    ----------
    .. [1] J. K. Wright, "A method of mapping densities of population", Geographical Review 26,
       1936; W. Tobler, "Smooth pycnophylactic interpolation", JASA 74, 1979 (amounts are kept).

    Examples
    --------
    >>> weights = pd.DataFrame({"cell": [1, 2], "district": [0, 0], "weight": [3, 1]})
    >>> dasymetric(np.array([100]), weights, np.array([0])).pieces["nano"].tolist()
    [75, 25]
    """
    from scindex.measure.map.exact import apportion

    inside = weights["district"].to_numpy()
    zone = np.where(inside >= 0, zone_of[np.maximum(inside, 0)], OUTSIDE) if len(zone_of) else inside
    weight = weights["weight"].to_numpy()
    used = (zone >= 0) & (weight > 0)
    rows = weights.loc[used, ["cell", "district"]].assign(zone=zone[used], weight=weight[used])
    rows = rows.sort_values(["zone", "cell", "district"], kind="stable").reset_index(drop=True)
    rows["nano"] = apportion(amount, rows["zone"].to_numpy(), rows["weight"].to_numpy(), np.arange(len(rows)))
    held = np.zeros(len(amount), dtype=bool)
    held[rows["zone"].to_numpy()] = True
    bare = np.flatnonzero(~held & (amount != 0))
    lost = pd.DataFrame({"cell": UNALLOCATED, "district": OUTSIDE, "zone": bare, "nano": amount[bare]})
    pieces = pd.concat([rows.drop(columns="weight"), lost], ignore_index=True)
    return Allocation(pieces.astype("int64"), bare, _blank(weights, zone, amount))


def _blank(weights: pd.DataFrame, zone: np.ndarray, amount: np.ndarray) -> np.ndarray:
    asked = (zone >= 0) & (amount[np.maximum(zone, 0)] != 0) if len(amount) else zone >= 0
    known = weights["weight"].to_numpy() >= 0
    inside = weights["district"].to_numpy()
    return np.setdiff1d(inside[asked & ~known], inside[asked & known])


def area_weights(pieces: pd.DataFrame) -> pd.DataFrame:
    """Return weights by area: whole square decimetres of each piece.

    Parameters
    ----------
    pieces : DataFrame
        ``cell``, ``district``, ``area_m2``.
    """
    weight = np.rint(pieces["area_m2"].to_numpy() * 100).astype(np.int64)
    return pieces[["cell", "district"]].assign(weight=weight)


def district_weights(values: np.ndarray, areas: pd.DataFrame) -> pd.DataFrame:
    """Return the weight of each district shared over its pieces by area.

    Parameters
    ----------
    values : ndarray of float, shape (districts,)
        Weight of each district (households, residents ...); NaN where not known.
    areas : DataFrame
        ``cell``, ``district``, ``area_m2``.

    Returns
    -------
    DataFrame
        ``cell``, ``district``, ``weight`` in thousandths; -1 where the district's is not known.
    """
    from scindex.measure.map.exact import apportion

    rows = areas[areas["district"] >= 0].sort_values(["district", "cell"]).reset_index(drop=True)
    inside = rows["district"].to_numpy()
    whole = np.where(np.isnan(values), 0, np.rint(np.nan_to_num(values) * 1000)).astype(np.int64)
    share = apportion(whole, inside, rows["area_m2"].to_numpy(), np.arange(len(rows)))
    weight = np.where(np.isnan(values)[inside], -1, share)
    return rows[["cell", "district"]].assign(weight=weight)
