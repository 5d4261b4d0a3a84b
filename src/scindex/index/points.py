"""U4SSC points: 1 to 4 for each value by its share of a target, summed without weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scindex.index.rollup import Shape

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

THRESHOLDS = (0.33, 0.66, 0.95)
"""Shares of the target from which 2, 3 and 4 points are given (ITU factsheets)."""

MOST = 4


def share_of_target(values: Array, target: float, worst: float | None, direction: str) -> Array | None:
    r"""Return how much of its target each value reaches.

    Parameters
    ----------
    values : ndarray, shape (n_row,)
        One indicator in every city and year. NaN stays NaN. [indicator unit]
    target : float
        The value worth the whole target. [indicator unit]
    worst : float or None
        The value worth nothing; needed only where lower, or a middle, is better.
    direction : {"higher", "lower", "target"}

    Returns
    -------
    ndarray, shape (n_row,), or None
        Share of the target, 0 at least; None where no share can be formed: no benchmark. [-]

    Notes
    -----
    Higher is better: :math:`x / t`. Lower is better: :math:`(w - x) / (w - t)` with a
    stated worst value, else :math:`t / x` if :math:`t > 0`. ITU prints no rule for the
    latter; results that use it say so.

    References
    ----------
    .. [1] U4SSC Factsheet Mashhad, ITU, September 2021, p. 15 (60 % = full target).

    Examples
    --------
    >>> share_of_target(np.array([19.8, 84.51]), 60, None, "higher").round(4)
    array([0.33  , 1.4085])
    """
    if direction == "higher":
        return np.maximum(values / target, 0) if target > 0 else None
    if worst is not None and worst != target:
        gap = np.abs(values - target) if direction == "target" else values - target
        reach = abs(worst - target) if direction == "target" else worst - target
        return np.maximum(1 - gap / reach, 0)
    if direction == "lower" and target > 0:
        positive = values > 0
        share = np.divide(target, values, out=np.full(values.shape, np.inf), where=positive)
        return np.where(np.isnan(values), np.nan, share)
    return None


def points(shares: Array) -> Array:
    """Return 1 to 4 points for each share of target; bands are closed below.

    Parameters
    ----------
    shares : ndarray, shape (n_row,)
        Shares of target, not rounded. NaN stays NaN. [-]

    Returns
    -------
    ndarray, shape (n_row,)
        [points]

    References
    ----------
    .. [1] U4SSC Factsheet Pully, ITU, p. 12: 0-33, 33-66, 66-95, 95 % and more.

    Examples
    --------
    >>> points(np.array([0.3299, 0.33, 0.66, 0.95, np.nan]))
    array([ 1.,  2.,  3.,  4., nan])
    """
    # 12 digits: a share that is 0.33 on paper must not fall below it in binary
    band = np.digitize(np.round(shares, 12), THRESHOLDS) + 1.0
    return np.where(np.isnan(shares), np.nan, band)


def sum_points(shape: Shape, leaf_points: Array, base: Mask) -> tuple[Array, Array, Array, Array]:
    """Return score, bounds and coverage of every node from the points below it.

    Parameters
    ----------
    shape : Shape
        The tree.
    leaf_points : ndarray, shape (n_leaf, n_row)
        NaN is not reported. [points]
    base : ndarray of bool, shape (n_leaf, n_row)
        Leaves that have a benchmark and apply.

    Returns
    -------
    score, low, high, coverage : ndarray, each of shape (n_node, n_row)
        Points over four times the items scored anywhere below [%]; with every
        unreported item at 1 and at 4 points [%]; scored share of items [0 to 1].

    Examples
    --------
    Two of four items reported, with 3 and 4 points:

    >>> shape = Shape(((1, 2, 3, 4),) + ((),) * 4, (-1, 0, 1, 2, 3), np.ones(5), ("",) * 5)
    >>> leaf = np.array([[3.0], [4.0], [np.nan], [np.nan]])
    >>> [x[0].item() for x in sum_points(shape, leaf, np.ones((4, 1), dtype=bool))]
    [87.5, 56.25, 93.75, 0.5]
    """
    size = (len(shape.children), leaf_points.shape[1])
    total, scored, items = (np.zeros(size) for _ in range(3))
    for node in range(size[0] - 1, -1, -1):
        leaf = shape.leaf[node]
        if leaf >= 0:
            present = base[leaf] & ~np.isnan(leaf_points[leaf])
            total[node] = np.where(present, leaf_points[leaf], 0)
            scored[node], items[node] = present, base[leaf]
        else:
            for column in (total, scored, items):
                column[node] = column[list(shape.children[node])].sum(axis=0)
    open_items = items - scored
    return (
        100 * _ratio(total, MOST * scored),
        100 * _ratio(total + open_items, MOST * items),
        100 * _ratio(total + MOST * open_items, MOST * items),
        _ratio(scored, items),
    )


def _ratio(over: Array, under: Array) -> Array:
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)
