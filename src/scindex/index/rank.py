"""Ranks as ranges, and groups that can be told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rank_ranges(low: Array, high: Array) -> tuple[Array, Array]:
    """Return the best and the worst rank each row can have, given its range.

    Parameters
    ----------
    low, high : ndarray, shape (n_row,)
        Range of each row's score; NaN rows are not ranked.

    Returns
    -------
    best, worst : ndarray, shape (n_row,)
        1 is first; NaN where not ranked.

    Notes
    -----
    A row is behind another only where its whole range lies below the other's.

    Examples
    --------
    >>> rank_ranges(np.array([80.0, 40.0, 60.0]), np.array([90.0, 70.0, 65.0]))
    (array([1., 2., 2.]), array([1., 3., 3.]))
    """
    known = ~(np.isnan(low) | np.isnan(high))
    best, worst = np.full(low.shape, np.nan), np.full(low.shape, np.nan)
    lows, highs = np.sort(low[known]), np.sort(high[known])
    best[known] = 1 + len(lows) - np.searchsorted(lows, high[known], side="right")
    worst[known] = len(lows) - np.searchsorted(highs, low[known], side="left")
    return best, worst


def ordered_groups(low: Array, high: Array) -> list[list[int]]:
    """Split rows into the finest ordered groups whose order is settled.

    Parameters
    ----------
    low, high : ndarray, shape (n_row,)
        Range of each row's score, none NaN.

    Returns
    -------
    list of list of int
        Row numbers, best group first; every row of a group is ahead of every row of
        the next (ranges do not touch).

    Examples
    --------
    >>> ordered_groups(np.array([80.0, 40.0, 60.0]), np.array([90.0, 70.0, 65.0]))
    [[0], [2, 1]]
    """
    order = sorted(range(len(low)), key=lambda i: (-low[i], -high[i], i))
    ceiling = np.maximum.accumulate(high[order][::-1])[::-1] if order else np.array([])
    groups: list[list[int]] = []
    floor = np.inf
    for position, row in enumerate(order):
        if not groups or floor > ceiling[position]:
            groups.append([])
            floor = np.inf
        groups[-1].append(row)
        floor = min(floor, low[row])
    return groups
