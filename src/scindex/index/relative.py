"""Scores that depend on the other cities: by range, spread or a reference (Handbook, step 5).

All but `fraction_of_max` take *directed* values, for which more is better (see `directed`).
All compare within the whole set of rows, or within each of `groups` (years, say): scores
from joint parameters can be followed over time, those within a year cannot.

Everywhere: a missing value stays missing and is passed over; where all of a group's values
are equal, or one alone, a range or a spread is undefined and so are the scores (NaN); an
infinite value leaves its group undefined. Ranks are in `scindex.index.places`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scindex.index.axes import Groups, by_group, columns, spread

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def directed(values: Array, sign: Array, target: Array | None = None) -> Array:
    r"""Turn values so that more is better: the one rule of direction.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        [indicator unit]
    sign : ndarray, shape (n_leaf,)
        1 where higher is better, -1 where lower is, 0 where nearer to `target`.
    target : ndarray, shape (n_leaf,) or (n_leaf, n_draw), optional
        Looked at where the sign is 0 only; NaN leaves the row undefined. [indicator unit]

    Returns
    -------
    ndarray
        :math:`x`, :math:`-x` or :math:`-|x - t|`. [indicator unit]

    Examples
    --------
    >>> directed(np.array([[1.0, 3.0]] * 3), np.array([1, -1, 0]), np.array([np.nan, np.nan, 2.5]))
    array([[ 1. ,  3. ],
           [-1. , -3. ],
           [-1.5, -0.5]])
    """
    sign = np.asarray(sign)
    middle = sign == 0
    if not middle.any():
        return values * columns(sign, values.ndim)
    target = np.full(sign.shape, np.nan) if target is None else np.asarray(target, dtype=np.float64)
    values = spread(values, target.ndim + 1)
    gap = -np.abs(values - columns(target, values.ndim))
    return np.where(columns(middle, values.ndim), gap, values * columns(sign, values.ndim))


def minmax(directed: Array, *, low: float = 0.0, high: float = 100.0, groups: Groups = None) -> Array:
    r"""Score each value by where it lies between the worst and the best city.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN. [indicator unit]
    low, high : float
        What the worst and the best get.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, (x_i - \min x) / (\max x - \min x)

    COINr ``n_minmax``.

    Examples
    --------
    >>> minmax(np.array([2.0, 3.0, 6.0]))
    array([  0.,  25., 100.])
    """

    def within(values: Array) -> Array:
        worst, _, span = _ends(values)
        scores = values - worst
        scores /= span
        scores *= high - low
        scores += low
        return scores

    return by_group(within, directed, groups)


def zscore(directed: Array, *, mean: float = 0.0, sd: float = 1.0, groups: Groups = None) -> Array:
    r"""Score each value by its distance from the mean, in standard deviations.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN. [indicator unit]
    mean, sd : float
        Of the scores.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        No ends; about half are below the mean, so negative by default. [-]

    Notes
    -----
    .. math:: s_i = \mu + \sigma \, (x_i - \bar x) / \sqrt{\sum_j (x_j - \bar x)^2 / (n - 1)}

    COINr ``n_zscore``.

    Examples
    --------
    >>> zscore(np.array([1.0, 2.0, 3.0]))
    array([-1.,  0.,  1.])
    """

    def within(values: Array) -> Array:
        missing = np.isnan(values)
        n = values.shape[-1] - np.count_nonzero(missing, axis=-1, keepdims=True).astype(np.float64)
        span = _ends(values)[2]
        apart = values - np.where(missing, 0.0, values).sum(axis=-1, keepdims=True) / n
        # in units of the range, so that squares neither overflow nor vanish
        apart /= span
        square = np.where(missing, 0.0, apart * apart).sum(axis=-1, keepdims=True)
        apart *= sd / np.sqrt(square / (n - 1))
        apart += mean
        return apart

    return by_group(within, directed, groups)


def distance_to_max(directed: Array, *, groups: Groups = None) -> Array:
    r"""Score each value by how near it comes to the best city.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN. [indicator unit]
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (..., n_row)
        [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, [1 - (\max x - x_i) / (\max x - \min x)]

    COINr ``n_dist2max`` (0 to 1): another way to write `minmax`, kept for its name.

    Examples
    --------
    >>> distance_to_max(np.array([2.0, 3.0, 6.0]))
    array([  0.,  25., 100.])
    """
    return minmax(directed, groups=groups)


def reference(
    directed: Array, rows: NDArray[np.intp] | int, *, capped: bool | Mask = True, groups: Groups = None
) -> Array:
    r"""Score each value by where it lies between the worst city and a city of reference.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN. [indicator unit]
    rows : int, or ndarray of int, shape (n_row,)
        Row of the reference for all rows, or for each (the reference city in the same
        year); -1 for none: NaN.
    capped : bool, or ndarray of bool broadcastable to the series
        Whether what is better than the reference gets 100 and no more.
    groups : ndarray of int, shape (n_row,), optional
        Within which the worst city is sought.

    Returns
    -------
    ndarray, shape (..., n_row)
        NaN where the reference has no value or is no better than the worst. [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, (x_i - \min x) / (x_{ref} - \min x)

    COINr ``n_dist2ref`` (0 to 1, uncapped unless asked).

    Examples
    --------
    >>> reference(np.array([2.0, 3.0, 6.0]), 1), reference(np.array([2.0, 3.0, 6.0]), 1, capped=False)
    (array([  0., 100., 100.]), array([  0., 100., 400.]))
    """
    rows = np.broadcast_to(np.asarray(rows, dtype=np.intp), directed.shape[-1:])
    goal = np.where(rows < 0, np.nan, directed[..., rows])
    return _between_worst_and(goal, directed, capped, groups)


def target(directed: Array, goal: Array, *, capped: bool | Mask = True, groups: Groups = None) -> Array:
    r"""Score each value by where it lies between the worst city and a target.

    Parameters
    ----------
    directed : ndarray, shape (..., n_row)
        More is better. NaN stays NaN. [indicator unit]
    goal : ndarray, broadcastable to the series with a last axis of 1
        The target, directed like the values: 0 where nearer to it is better. [indicator unit]
    capped : bool, or ndarray of bool broadcastable to the series
        Whether what is beyond the target gets 100 and no more.
    groups : ndarray of int, shape (n_row,), optional
        Within which the worst city is sought.

    Returns
    -------
    ndarray, shape (..., n_row)
        NaN where the target is no better than the worst city. [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, (x_i - \min x) / (t - \min x)

    COINr ``n_dist2targ`` (0 to 1, uncapped unless asked). Where every city is beyond the
    target it warns and gives scores that fall as values rise; here they are undefined.

    Examples
    --------
    >>> target(np.array([2.0, 3.0, 6.0]), np.array([4.0]))
    array([  0.,  50., 100.])
    """
    return _between_worst_and(np.asarray(goal, dtype=np.float64), directed, capped, groups)


def fraction_of_max(values: Array, sign: Array, *, groups: Groups = None) -> Array:
    r"""Score each value as a share of the best one: the only relative method on raw values.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        As measured, not directed; a ratio needs a natural zero. [indicator unit]
    sign : ndarray, shape (n_leaf,)
        1 where higher is better, -1 where lower is.
    groups : ndarray of int, shape (n_row,), optional

    Returns
    -------
    ndarray, shape (n_leaf, ..., n_row)
        NaN where a value of the group is negative, where all are 0, where one is 0 and
        lower is better, and where the sign is 0. [0 to 100]

    Notes
    -----
    .. math:: s_i = 100 \, x_i / \max x \quad\text{or}\quad s_i = 100 \, \min x / x_i

    COINr ``n_fracmax`` (0 to 1) divides the negated values where lower is better, so that
    the worst city scores highest; here the lowest value is divided by each.

    Examples
    --------
    >>> fraction_of_max(np.array([[2.0, 4.0], [2.0, 4.0]]), np.array([1, -1]))
    array([[ 50., 100.],
           [100.,  50.]])
    """
    side = columns(np.asarray(sign), values.ndim)

    def within(values: Array) -> Array:
        low, high, _ = _ends(values)
        share = np.where(side > 0, values / high, low / values)
        defined = np.where(side > 0, (low >= 0) & (high > 0) & np.isfinite(high), (side < 0) & (low > 0))
        return 100 * np.where(defined, share, np.nan)

    return by_group(within, values, groups)


def _between_worst_and(goal: Array, values: Array, capped: bool | Mask, groups: Groups) -> Array:
    goal = np.broadcast_to(goal, np.broadcast_shapes(goal.shape, values.shape))
    values = np.broadcast_to(values, goal.shape)

    def within(values: Array, goal: Array) -> Array:
        worst, _, span = _ends(values)
        reach = goal - worst
        return 100 * ((values - worst) / np.where((reach > 0) & (span > 0), reach, np.nan))

    return cap(by_group(within, values, groups, goal), capped, low=-np.inf)


def cap(scores: Array, capped: bool | Mask, low: float = 0.0) -> Array:
    """Cut scores off at `low` and at 100, all or those of the series marked."""
    if capped is True:
        return np.clip(scores, low, 100.0)
    if np.any(capped):
        return np.where(columns(np.asarray(capped), scores.ndim), np.clip(scores, low, 100.0), scores)
    return scores


def _ends(values: Array) -> tuple[Array, Array, Array]:
    """Return the least, the greatest, and the range or NaN where there is none; last axis 1."""
    low = np.fmin.reduce(values, axis=-1, initial=np.inf, keepdims=True)
    high = np.fmax.reduce(values, axis=-1, initial=-np.inf, keepdims=True)
    with np.errstate(invalid="ignore"):
        span = high - low
    return low, high, np.where((span > 0) & np.isfinite(span), span, np.nan)
