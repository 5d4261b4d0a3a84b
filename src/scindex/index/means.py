"""Weighted means of the children of a node (Handbook, step 6), and the sum they share.

Every kernel takes the children of one node on the first axis, cities on the last and draws,
where there are any, between them; weights broadcast to the scores, so that ``(n_child, 1)``
serves all rows and ``(n_child, n_draw, 1)`` gives each draw its own. Weights are not negative
and only their ratios count; a child of weight 0 and a missing score are left out, and the
weights of the others are renormalised. Where none is left the result is NaN.

Sums run over the children in their order, one after the other: a row of a draw gets the same
bits alone, in any block and beside any neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]


def arithmetic(values: Array, weights: Array) -> Array:
    r"""Return the weighted arithmetic mean over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights; only their ratios count. [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score. [0 to 100]

    Notes
    -----
    .. math:: S_i = \sum_k w_k s_{ki} / \sum_k w_k

    Fully compensatory: a good score makes up for a bad one.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6, section 6.10.

    Examples
    --------
    >>> arithmetic(np.array([[80.0, 80.0], [20.0, np.nan]]), np.array([[1.0], [1.0]]))
    array([50., 80.])
    """
    return weighted_mean(values, weights)


def geometric(values: Array, weights: Array) -> Array:
    r"""Return the weighted geometric mean over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights; only their ratios count. [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score, 0 where one is 0 or (not capped) below. [0 to 100]

    Notes
    -----
    .. math:: S_i = \prod_k s_{ki}^{w_k / \sum_k w_k}

    Less compensatory than the arithmetic mean and never above it.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6, section 6.11.

    Examples
    --------
    >>> geometric(np.array([[90.0], [40.0]]), np.array([[1.0], [1.0]])).round(6)
    array([60.])
    """
    with np.errstate(divide="ignore"):
        return np.exp(weighted_mean(values, weights, lambda score: np.log(np.maximum(score, 0.0))))


def harmonic(values: Array, weights: Array) -> Array:
    r"""Return the weighted harmonic mean over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights; only their ratios count. [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score, 0 where one is 0 or (not capped) below. [0 to 100]

    Notes
    -----
    .. math:: S_i = \sum_k w_k / \sum_k (w_k / s_{ki})

    Never above the geometric mean: a low score weighs heavier still.

    References
    ----------
    .. [1] P. S. Bullen, "Handbook of Means and Their Inequalities", Kluwer, 2003, ch. II.

    Examples
    --------
    >>> harmonic(np.array([[60.0], [30.0]]), np.array([[1.0], [1.0]])).round(6)
    array([40.])
    """
    with np.errstate(divide="ignore", over="ignore"):
        return 1.0 / weighted_mean(values, weights, lambda score: 1.0 / np.maximum(score, 0.0))


def generalised(values: Array, weights: Array, power: float = 0.5) -> Array:
    r"""Return the weighted power mean over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights; only their ratios count. [-]
    power : float
        1 is the arithmetic mean, 0 the geometric, -1 the harmonic, to the bit. [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score. A score below 0 counts as 0 unless `power` is 1;
        with a power of 0 or less the mean is then 0. [0 to 100]

    Raises
    ------
    MethodError
        If `power` is not a finite number.

    Notes
    -----
    .. math:: S_i = \left(\sum_k w_k s_{ki}^p / \sum_k w_k\right)^{1/p}

    Taken relative to the greatest score (the least, for a negative power), so that no
    power overflows, and in logarithms. It rises with the power: towards the least score for minus infinity,
    towards the greatest for plus infinity.

    References
    ----------
    .. [1] P. S. Bullen, "Handbook of Means and Their Inequalities", Kluwer, 2003, ch. III.

    Examples
    --------
    >>> generalised(np.array([[81.0], [1.0]]), np.array([[1.0], [1.0]]), power=0.5)
    array([25.])
    """
    if not math.isfinite(power):
        raise MethodError(Finding("aggregate-power-not-finite", value=power))
    exact = {1.0: arithmetic, 0.0: geometric, -1.0: harmonic}.get(float(power))
    if exact is not None:
        return exact(values, weights)
    present = np.maximum(counted(*aligned(values, weights)), 0.0)
    ends = np.fmax if power > 0 else np.fmin
    pivot = ends.reduce(present, axis=0, initial=np.nan)
    scale = np.where(pivot > 0, pivot, 1.0)
    with np.errstate(divide="ignore"):
        # expm1 and log1p keep their digits where the power is close to 0
        less = weighted_mean(
            values, weights, lambda score: np.expm1(power * np.log(np.maximum(score, 0.0) / scale))
        )
        mean = scale * np.exp(np.log1p(less) / power)
    # a pivot of 0 is the mean itself: all scores are 0, or one is and the power is negative
    return np.where(pivot > 0, mean, pivot)


def aligned(values: Array, weights: Array) -> tuple[Array, Array]:
    """Return both with the same number of axes: children first, the rest from the last.

    Parameters
    ----------
    values, weights : ndarray, shape (n_child, ...)

    Returns
    -------
    values, weights : ndarray, shape (n_child, ...)
        The same numbers; what one of them lacks has length 1.

    Examples
    --------
    >>> [part.shape for part in aligned(np.ones((2, 3)), np.ones((2, 5, 1)))]
    [(2, 1, 3), (2, 5, 1)]
    """
    axes = max(values.ndim, weights.ndim)
    first, second = (
        part.reshape(part.shape[0], *(1,) * (axes - part.ndim), *part.shape[1:]) for part in (values, weights)
    )
    return first, second


def counted(values: Array, weights: Array) -> Array:
    """Return the values on the shape of the result, NaN where their weight is 0.

    Parameters
    ----------
    values, weights : ndarray, shape (n_child, ...)
        With the same number of axes.

    Returns
    -------
    ndarray, shape (n_child, ...)

    Examples
    --------
    >>> counted(np.array([[80.0], [20.0]]), np.array([[1.0], [0.0]]))
    array([[80.],
           [nan]])
    """
    if weights.min(initial=1.0) > 0:
        return np.broadcast_to(values, np.broadcast_shapes(values.shape, weights.shape))
    return np.where(weights > 0, values, np.nan)


def weighted_mean(values: Array, weights: Array, of: Callable[[Array], Array] | None = None) -> Array:
    """Return the weighted mean of a function of the scores, over the scores present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores; NaN is left out.
    weights : ndarray, shape (n_child, ...)
        Not negative; a child of weight 0 is left out. [-]
    of : callable, optional
        Applied to the scores cell by cell; left out, the scores themselves.

    Returns
    -------
    ndarray, shape (...)
        NaN where nothing is left.

    Notes
    -----
    Where a score is missing the same sums run with zeros in its place, which changes no
    bit of the others.

    Examples
    --------
    >>> weighted_mean(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]]), np.square)
    array([5.])
    """
    values, weights = aligned(values, weights)
    scores = values if of is None else of(values)
    if weights.min(initial=1.0) > 0 and not np.isnan(values.min(initial=0.0)):
        return _sum(scores, weights) / _sum(np.ones((len(weights), *(1,) * (weights.ndim - 1))), weights)
    present = ~np.isnan(values) & (weights > 0)
    total = _sum(present.astype(np.float64), weights)
    summed = _sum(np.where(present, scores, 0.0), weights)
    return np.divide(summed, total, out=np.full(summed.shape, np.nan), where=total > 0)


def _sum(scores: Array, weights: Array) -> Array:
    """Return the weighted sum over the children, one after the other for every cell alike.

    `einsum` multiplies and adds in one pass and, for contiguous arrays, runs along the
    last axis inside and along the children outside: the order that keeps the bits of a
    cell whatever stands beside it. A last axis of 1 would let it run along the children.
    """
    if scores.shape[-1] == weights.shape[-1] == 1:
        return _sum(np.repeat(scores, 2, axis=-1), weights)[..., :1]
    return np.einsum(
        "k...,k...->...", np.ascontiguousarray(weights), np.ascontiguousarray(scores), optimize=False
    )
