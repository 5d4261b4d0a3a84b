"""What every way of weighting returns and checks: shares of the children of one node (Handbook, step 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_CITIES = 20
"""Cities with a value of every child below which no weights are drawn from data."""

NOISE = 1e-9
"""What rounding may leave of a quantity of order 1 that is zero on paper."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the children of one node, and what the method found on the way.

    Attributes
    ----------
    weights : ndarray, shape (n_child,)
        None negative, sum 1. [-]
    details : Mapping
        What the method's docstring lists: a consistency ratio, eigenvalues, a residual.

    Examples
    --------
    >>> Weights(np.array([0.25, 0.75])).weights.sum()
    np.float64(1.0)
    """

    weights: Array
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def validate_weights(weights: Array) -> Array:
    r"""Return the weights as shares of their sum, or refuse them.

    Parameters
    ----------
    weights : ndarray, shape (n_child,)
        Only their ratios count: they need not sum to 1. [-]

    Returns
    -------
    ndarray, shape (n_child,)
        :math:`w_k / \sum_k w_k`. [-]

    Raises
    ------
    MethodError
        If a weight is missing, infinite or negative, or if all are zero. `positions`
        among its parameters are those of the children, for the caller to name.

    Examples
    --------
    >>> validate_weights(np.array([1.0, 3.0]))
    array([0.25, 0.75])
    """
    weights = np.asarray(weights, dtype=float)
    refuse("weights-missing", ~np.isfinite(weights))
    refuse("weights-negative", weights < 0)
    if not weights.any():
        raise MethodError(Finding("weights-all-zero"))
    scaled = weights / weights.max()  # the sum of huge weights must not overflow
    return scaled / scaled.sum()


def refuse(code: str, which: Mask, **params: Any) -> None:
    """Raise a finding that names the positions of children for which `which` is true.

    Parameters
    ----------
    code : str
        The finding's code.
    which : ndarray of bool, shape (n_child,)
        Children at fault; nothing happens where none is.
    **params
        Further parameters of the finding.

    Raises
    ------
    MethodError
        With `positions` (counted from 0) among its parameters.

    Examples
    --------
    >>> refuse("weights-negative", np.array([False, False]))
    """
    if which.any():
        raise MethodError(Finding(code, params={"positions": np.flatnonzero(which).tolist(), **params}))


def only_child(scores: Array) -> Weights:
    """Return the whole weight of a node's one child, whatever its scores.

    Parameters
    ----------
    scores : ndarray, shape (1, n_row)
        [0 to 100]

    Returns
    -------
    Weights
        With `cities`, the rows that have a score.

    Examples
    --------
    >>> only_child(np.array([[50.0, np.nan]])).weights
    array([1.])
    """
    return Weights(np.ones(1), {"cities": int(np.isfinite(scores).sum())})


def complete_cases(scores: Array) -> Array:
    """Return the columns in which every child has a score, if they are enough to weigh by.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores; NaN is missing. [0 to 100]

    Returns
    -------
    ndarray, shape (n_child, n_used)
        [0 to 100]

    Raises
    ------
    MethodError
        If the complete columns are not more than the children, or fewer than
        `LEAST_CITIES`.

    Examples
    --------
    >>> complete_cases(np.tile([1.0, np.nan], (2, 30))).shape
    (2, 30)
    """
    used = scores[:, np.isfinite(scores).all(axis=0)]
    needed = max(LEAST_CITIES, len(scores) + 1)
    if used.shape[1] < needed:
        params = {"n": used.shape[1], "needed": needed, "children": len(scores)}
        raise MethodError(Finding("too-few-cities", params=params))
    return used


def correlations(scores: Array) -> Array:
    """Return Pearson's correlations between the children.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Complete. [0 to 100]

    Returns
    -------
    ndarray, shape (n_child, n_child)
        Ones on the diagonal. [-1 to 1]

    Raises
    ------
    MethodError
        If a child has the same score in every row: its correlations are undefined.

    Examples
    --------
    >>> correlations(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    refuse("weights-constant", constant(scores))
    centred = scores - scores.mean(axis=1, keepdims=True)
    unit = centred / np.sqrt((centred**2).sum(axis=1, keepdims=True))
    found = np.clip(unit @ unit.T, -1.0, 1.0)
    np.fill_diagonal(found, 1.0)
    return found


def constant(scores: Array) -> Mask:
    """Return whether each child has the same score everywhere, rounding apart.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Complete. [0 to 100]

    Returns
    -------
    ndarray of bool, shape (n_child,)

    Examples
    --------
    >>> constant(np.array([[5.0, 5.0], [5.0, 6.0]]))
    array([ True, False])
    """
    return np.ptp(scores, axis=1) <= NOISE * np.abs(scores).max(axis=1)
