"""Scores by place among the cities, in three counts (Handbook, step 5).

All take directed values, for which more is better (`scindex.index.relative.directed`), and
count within the whole set of rows or within each of `groups`. Equal values are no fault:
the cities share their places. Distances are lost, and with them the pull of outliers.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scindex.index.axes import Groups, by_group

Array = NDArray[np.float64]
Ties = Literal["average", "min"]


def rank(directed: Array, *, ties: Ties = "average", groups: Groups = None) -> Array:
    """Score each value by its place from the bottom: 1 is the worst city.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN, and is not counted. [indicator unit]
    ties : {"average", "min"}
        Tied cities get the mean of their places, or the lowest of them.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        1 to the number of values; all the same place where all are equal. [-]

    Notes
    -----
    COINr ``n_rank`` gives the lowest place (``ties="min"``). Then a tie costs the tied
    cities places they did not lose, and turning an indicator round does not mirror the
    scores; the mean of the places does neither.

    Examples
    --------
    >>> rank(np.array([30.0, 10.0, 30.0])), rank(np.array([30.0, 10.0, 30.0]), ties="min")
    (array([2.5, 1. , 2.5]), array([2., 1., 2.]))
    """
    return by_group(lambda values: _places(values, ties), directed, groups)


def percentile_rank(directed: Array, *, ties: Ties = "average", groups: Groups = None) -> Array:
    r"""Score each value by the share of the other cities that it is ahead of.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN, and is not counted. [indicator unit]
    ties : {"average", "min"}
        A tied city is half ahead, or not ahead.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        NaN for one city alone; 50 where all are equal (0 with ``min``). [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, (r_i - 1) / (n - 1)

    with the place :math:`r_i` of `rank`. COINr ``n_prank``, which gives 0 to 1.

    Examples
    --------
    >>> percentile_rank(np.array([30.0, 10.0, 20.0, 20.0, 40.0]))
    array([ 75. ,   0. ,  37.5,  37.5, 100. ])
    """

    def within(values: Array) -> Array:
        others = values.shape[-1] - np.count_nonzero(np.isnan(values), axis=-1, keepdims=True) - 1.0
        return 100 * ((_places(values, ties) - 1) / np.where(others > 0, others, np.nan))

    return by_group(within, directed, groups)


def borda(directed: Array, *, ties: Ties = "average", groups: Groups = None) -> Array:
    """Score each value by the number of cities that it is ahead of.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN, and is not counted. [indicator unit]
    ties : {"average", "min"}
        A tied city counts half, or not.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        0 to one less than the number of values. [-]

    Notes
    -----
    `rank` less 1: COINr ``n_borda``. An indicator with more missing values gives less.

    Examples
    --------
    >>> borda(np.array([30.0, 10.0, 20.0, 20.0]))
    array([3. , 0. , 1.5, 1.5])
    """
    return rank(directed, ties=ties, groups=groups) - 1


def _places(values: Array, ties: str) -> Array:
    """Return places from the bottom, 1 the least; NaN has none."""
    order = np.argsort(values, axis=-1)
    ordered = np.take_along_axis(values, order, axis=-1)
    index = np.arange(values.shape[-1])
    starts = np.ones(values.shape, dtype=bool)
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place: NDArray[Any] = np.maximum.accumulate(np.where(starts, index, 0), axis=-1) + 1.0
    if ties == "average":
        ends = np.ones(values.shape, dtype=bool)
        ends[..., :-1] = starts[..., 1:]
        last = np.minimum.accumulate(np.where(ends, index, len(index))[..., ::-1], axis=-1)[..., ::-1]
        place = (place + last + 1) / 2
    out = np.empty(values.shape)
    np.put_along_axis(out, order, place, axis=-1)
    out[np.isnan(values)] = np.nan
    return out
