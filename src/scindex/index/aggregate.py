"""Bring scores together up a tree, and carry what is missing along (Handbook, step 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def arithmetic(values: Array, weights: Array) -> Array:
    r"""Return the weighted arithmetic mean of each column, over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, n_row)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1)
        Weights; only their ratios count. [-]

    Returns
    -------
    ndarray, shape (n_row,)
        NaN where no child has a score. [0 to 100]

    Notes
    -----
    .. math:: S_i = \sum_k w_k s_{ki} / \sum_k w_k

    Fully compensatory: a good score makes up for a bad one.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 7.

    Examples
    --------
    >>> arithmetic(np.array([[80.0, 80.0], [20.0, np.nan]]), np.array([[1.0], [1.0]]))
    array([50., 80.])
    """
    shares = np.where(np.isnan(values), 0.0, weights)
    total = shares.sum(axis=0)
    summed = (np.where(np.isnan(values), 0.0, values) * shares).sum(axis=0)
    return np.divide(summed, total, out=np.full(values.shape[1], np.nan), where=total > 0)


def geometric(values: Array, weights: Array) -> Array:
    r"""Return the weighted geometric mean of each column, over the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, n_row)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1)
        Weights; only their ratios count. [-]

    Returns
    -------
    ndarray, shape (n_row,)
        NaN where no child has a score, 0 where one is 0 or (not capped) below. [0 to 100]

    Notes
    -----
    .. math:: S_i = \prod_k s_{ki}^{w_k / \sum_k w_k}

    Less compensatory than the arithmetic mean and never above it.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 7.

    Examples
    --------
    >>> geometric(np.array([[90.0], [40.0]]), np.array([[1.0], [1.0]])).round(6)
    array([60.])
    """
    with np.errstate(divide="ignore"):
        return np.exp(arithmetic(np.log(np.maximum(values, 0.0)), weights))


@dataclass(frozen=True, slots=True)
class Aggregator:
    """One method and its properties, from which the tests are derived.

    Attributes
    ----------
    combine : callable
        ``(values, weights) -> array``.
    undefined_at_zero : bool
        Whether a score of 0 or below among the values has no meaning for the method.
    monotone : bool
        Whether a better value never lowers the result: only then do bounds hold.
    """

    combine: Callable[[Array, Array], Array]
    undefined_at_zero: bool = False
    monotone: bool = True


AGGREGATORS = {
    "arithmetic": Aggregator(arithmetic),
    "geometric": Aggregator(geometric, undefined_at_zero=True),
}
"""Name in a recipe -> method."""
