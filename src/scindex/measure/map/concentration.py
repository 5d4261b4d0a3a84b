"""How unevenly tonnes fall: Lorenz curve, Gini coefficient and the share of the top tenth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO, UNALLOCATED, CarbonMap
from scindex.provenance import Provenance

Floats = NDArray[np.float64]

WEIGHTS = {
    "residents": ("residents", {"en": "residents", "ko": "인구"}),
    "floor_area": ("floor_area_m2", {"en": "floor area", "ko": "연면적"}),
    "area": ("area_m2", {"en": "area", "ko": "면적"}),
}
"""By what tonnes are set side by side: column of the areas, and its name."""


def lorenz(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the Lorenz curve: shares of weight and of values, from the least to the most per weight.

    Parameters
    ----------
    values : ndarray, shape (n,)
        At least zero, not all zero. [any unit]
    weights : ndarray, shape (n,)
        At least zero, not all zero. Values without weight stand at the end, as a vertical rise.

    Returns
    -------
    weight, value : ndarray, shape (n + 1,)
        Cumulated shares, from 0 to 1. [-]

    Raises
    ------
    MethodError
        If anything is negative, or all values or all weights are zero.

    References
    ----------
    .. [1] Lorenz, M. O., "Methods of measuring the concentration of wealth", Publications of the
       American Statistical Association 9(70), 1905, pp. 209-219.

    Examples
    --------
    >>> [a.tolist() for a in lorenz(np.array([3.0, 1.0]), np.array([1.0, 1.0]))]
    [[0.0, 0.5, 1.0], [0.0, 0.25, 1.0]]
    """
    values, weights = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if (values < 0).any() or (weights < 0).any():
        raise MethodError(Finding("concentration-negative"))
    if not values.sum() or not weights.sum():
        raise MethodError(Finding("concentration-empty", params={"by": WEIGHTS["residents"][1]}))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = np.where((values == 0) & (weights == 0), 0.0, values / weights)
    order = np.lexsort((values, weights, rate))
    return tuple(_shares(a[order]) for a in (weights, values))  # type: ignore[return-value]


def _shares(amounts: Floats) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(amounts)])
    return sums / sums[-1]


def gini(values: Floats, weights: Floats) -> float:
    r"""Return the Gini coefficient of values per weight.

    Parameters
    ----------
    values, weights : ndarray, shape (n,)
        As for `lorenz`.

    Returns
    -------
    float
        0 where all have the same per weight, towards 1 where one has all. [-]

    Raises
    ------
    MethodError
        As `lorenz`.

    Notes
    -----
    .. math:: G = 1 - \sum_i (p_i - p_{i-1}) (L_i + L_{i-1})

    with the cumulated shares of weight :math:`p` and of values :math:`L`.

    References
    ----------
    .. [1] Gastwirth, J. L., "The estimation of the Lorenz curve and Gini index", The Review of
       Economics and Statistics 54(3), 1972, pp. 306-316.

    Examples
    --------
    >>> gini(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    0.25
    """
    weight, value = lorenz(values, weights)
    # a last bit below zero where all are alike
    return max(0.0, float(1 - np.sum(np.diff(weight) * (value[1:] + value[:-1]))))


def top_share(values: Floats, weights: Floats | None = None, *, share: float = 0.1) -> float:
    """Return the share of all values that the top cells hold.

    Parameters
    ----------
    values : ndarray, shape (n,)
        At least zero, not all zero. [any unit]
    weights : ndarray, shape (n,), optional
        By which the top is cut; without it every cell weighs the same.
    share : float
        Of the weight that counts as top; a cell on the border counts in part. [-]

    Returns
    -------
    float
        [-]

    Raises
    ------
    MethodError
        As `lorenz`.

    Examples
    --------
    >>> top_share(np.array([1.0] * 9 + [11.0]))
    0.55
    """
    weight, value = lorenz(values, np.ones(len(values)) if weights is None else weights)
    rises = np.concatenate([[True], np.diff(weight) > 0])  # values without weight belong to the top
    return float(1 - np.interp(1 - share, weight[rises], value[rises]))


@dataclass(frozen=True)
class Concentration:
    """Inequality of gross emissions over the cells of a map.

    Attributes
    ----------
    by : str
        Weight: ``residents``, ``floor_area`` or ``area``.
    curve : DataFrame
        ``weight`` and ``value``: cumulated shares. [-]
    gini : float
        [-]
    top_tenth_cells : float
        Share of tonnes in the tenth of the cells that emit most. [-]
    top_tenth_weight : float
        Share of tonnes of the tenth of the weight with most tonnes per weight. [-]
    n : int
        Cells in the curve.
    findings : tuple of Finding
    provenance : Provenance
    """

    by: str
    curve: pd.DataFrame
    gini: float
    top_tenth_cells: float
    top_tenth_weight: float
    n: int
    findings: tuple[Finding, ...]
    provenance: Provenance


def concentration(
    carbon_map: CarbonMap, *, by: str = "residents", year: int | None = None, scenario: str = ""
) -> Concentration:
    """Say how unevenly the gross emissions of a map fall on residents or floor area.

    Parameters
    ----------
    carbon_map : CarbonMap
    by : str
        Key of `WEIGHTS`.
    year : int, optional
        By default the map's.
    scenario : str

    Returns
    -------
    Concentration

    Raises
    ------
    MethodError
        If no cell has both tonnes and a weight.

    Notes
    -----
    People in one cell are taken to be alike: the figure is a lower bound of inequality between
    people, and grows with finer cells. Compare only maps of one cell size.
    """
    cells = _by_cell(carbon_map, carbon_map.year if year is None else year, scenario)
    column, name = WEIGHTS[by]
    weight = carbon_map.areas.groupby("cell")[column].sum(min_count=1)
    table = cells.to_frame("nano").join(weight, how="left")
    known = table[column].notna()
    used = table[known & (table.index != UNALLOCATED)]
    if used.empty or not used["nano"].sum() or not used[column].sum():
        raise MethodError(Finding("concentration-empty", params={"by": name}))
    told = []
    if (left := int((~known | (table.index == UNALLOCATED)).sum())) and table["nano"].sum():
        share = round(100 * (1 - float(used["nano"].sum()) / float(table["nano"].sum())), 1)
        told.append(Finding("concentration-weights", "note", params={"n": left, "share": share, "by": name}))
    tonnes, weights = used["nano"].to_numpy(float) / NANO, used[column].to_numpy(float)
    curve = pd.DataFrame(dict(zip(("weight", "value"), lorenz(tonnes, weights))))
    made = Provenance(
        inputs=carbon_map.provenance.inputs, definitions=carbon_map.provenance.definitions, recipe={"by": by}
    )
    tops = top_share(tonnes), top_share(tonnes, weights)
    return Concentration(by, curve, gini(tonnes, weights), *tops, len(used), tuple(told), made)


def _by_cell(carbon_map: CarbonMap, year: int, scenario: str) -> pd.Series:
    """Return gross emissions of each cell that has an area or an amount."""
    emitting = carbon_map.layers.loc[carbon_map.layers["sign"] == "emission", "layer"]
    pieces = carbon_map.pieces
    here = pieces["layer"].isin(emitting) & (pieces["year"] == year) & (pieces["scenario"] == scenario)
    sums = pieces[here].groupby("cell")["nano"].sum()
    everywhere = sums.index.union(carbon_map.areas["cell"].unique())
    return sums.reindex(everywhere, fill_value=0)
