"""Line up axes: indicators first, cities last, draws between them where there are any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Groups = NDArray[np.intp] | None


def spread(array: NDArray[Any], ndim: int) -> NDArray[Any]:
    """Return a view with axes of length one after the first, until there are `ndim`.

    Parameters
    ----------
    array : ndarray, shape (n_leaf, ..., n)
        An array that has `ndim` axes or more is returned as it is.
    ndim : int

    Returns
    -------
    ndarray

    Examples
    --------
    >>> spread(np.zeros((49, 51)), 3).shape
    (49, 1, 51)
    """
    lacking = ndim - array.ndim
    if lacking <= 0 or array.ndim == 0:
        return array
    return array.reshape(array.shape[:1] + (1,) * lacking + array.shape[1:])


def columns(numbers: NDArray[Any], ndim: int) -> NDArray[Any]:
    """Return one number per series so that it broadcasts over the cities.

    Parameters
    ----------
    numbers : ndarray, shape (n_leaf,) or (n_leaf, n_draw)
    ndim : int
        Of the values it is to meet.

    Returns
    -------
    ndarray, shape (n_leaf, 1), (n_leaf, 1, 1) or (n_leaf, n_draw, 1)

    Examples
    --------
    >>> columns(np.zeros(49), 3).shape, columns(np.zeros((49, 1000)), 3).shape
    ((49, 1, 1), (49, 1000, 1))
    """
    return spread(np.asarray(numbers)[..., None], ndim)


def by_group(within: Callable[..., Array], values: Array, groups: Groups, *along: Array) -> Array:
    """Apply a kernel to all rows together, or to the rows of each group.

    Parameters
    ----------
    within : callable
        ``(values, *along) -> array`` of the same shape.
    values : ndarray, shape (..., n_row)
    groups : ndarray of int, shape (n_row,), or None
        None: all rows are one group.
    *along : ndarray, shape (..., n_row)
        Parted like the values.

    Returns
    -------
    ndarray, shape (..., n_row)

    Examples
    --------
    >>> by_group(lambda x: x - x.min(), np.array([5.0, 7.0, 2.0]), np.array([1, 1, 2]))
    array([0., 2., 0.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if groups is None:
            return within(values, *along)
        out = np.full(values.shape, np.nan)
        for group in np.unique(groups):
            mine = groups == group
            out[..., mine] = within(values[..., mine], *(a[..., mine] for a in along))
    return out
