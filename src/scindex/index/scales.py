"""Scores by a scale that is fixed for all cities: its two ends, or a table of categories."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.axes import columns, spread
from scindex.index.relative import directed

Array = NDArray[np.float64]


def scaled(values: Array, sign: Array, target: Array | None, *, low: float, high: float) -> Array:
    r"""Score every indicator between the same two ends, without cutting off.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN stays NaN. [indicator unit]
    sign : ndarray, shape (n_leaf,)
        1 where higher is better, -1 where lower is, 0 where nearer to `target`.
    target : ndarray, shape (n_leaf,) or (n_leaf, n_draw), or None
        [indicator unit]
    low, high : float
        Ends of the scale in which the indicators come. [indicator unit]

    Returns
    -------
    ndarray, shape (n_leaf, ..., n_row)
        [0 to 100 between the ends]

    Raises
    ------
    MethodError
        If `low` equals `high`.

    Notes
    -----
    .. math:: s_i = 100 \, (d_i - d_{worst}) / (d_{best} - d_{worst})

    of directed values, with the directed ends: :math:`(x - l) / (u - l)` where higher is
    better, :math:`(u - x) / (u - l)` where lower is; where a target is, it is worth 100 (or
    else the end next to it) and the end farther from it 0. COINr ``n_scaled``.

    Examples
    --------
    >>> scaled(np.array([[2.0], [2.0]]), np.array([1, -1]), None, low=1, high=5)
    array([[25.],
           [75.]])
    """
    if low == high:
        raise MethodError(Finding("goalposts-equal", value=low))
    sign = np.asarray(sign)
    ends = directed(np.array([[low, high]]) * np.ones((len(sign), 1)), sign, target)
    worst, best = ends.min(axis=-1, keepdims=True), ends.max(axis=-1, keepdims=True)
    if target is not None:
        between = (target >= min(low, high)) & (target <= max(low, high))
        reached = columns(between, ends.ndim) & columns(sign == 0, ends.ndim)
        best = np.where(reached, 0.0, best)
    values = directed(values, sign, target)
    ndim = max(values.ndim, worst.ndim)
    values, worst, best = (spread(x, ndim) for x in (values, worst, best))
    return 100 * ((values - worst) / (best - worst))


def categorical(values: Array, scores: Array) -> Array:
    """Give each category the score that a table holds for it.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        Position of the category, from 0. NaN stays NaN.
    scores : ndarray, shape (n_leaf, n_category)
        NaN after an indicator's last category. [0 to 100]

    Returns
    -------
    ndarray, shape (n_leaf, ..., n_row)
        NaN where a value is no position in the table. [0 to 100]

    Raises
    ------
    MethodError
        If a score is not within 0 to 100.

    Notes
    -----
    The order of the categories carries no meaning, only their scores do.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 5 (categorical scales).

    Examples
    --------
    >>> categorical(np.array([[2.0, 0.0, 0.5, np.nan]]), np.array([[100.0, 50.0, 0.0]]))
    array([[  0., 100.,  nan,  nan]])
    """
    wrong = (scores < 0) | (scores > 100)
    if wrong.any():
        raise MethodError(Finding("categories-outside", value=float(scores[wrong][0])))
    known = (values >= 0) & (values < scores.shape[1]) & (values == np.floor(values))
    at = np.where(known, values, 0).astype(np.intp)
    leaf = columns(np.arange(len(values)), values.ndim)
    return np.where(known, scores[leaf, at], np.nan)
