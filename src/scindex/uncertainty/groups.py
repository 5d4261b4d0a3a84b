"""What order is settled: groups that can be told apart, and a diagram of who is ahead of whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A partial order, as a diagram draws it; every array has shape (n_row, n_row).

    Attributes
    ----------
    ahead : ndarray of bool
        First axis ahead of second: asymmetric and transitive.
    covers : ndarray of bool
        Pairs with nobody between: the lines of a Hasse diagram.
    dropped : ndarray of bool
        Settled pairs left out, since with them the order would not be transitive.
    """

    ahead: Mask
    covers: Mask
    dropped: Mask


def settled(probability: Array, confidence: float = 0.95) -> Mask:
    """Return the pairs whose order is settled.

    Parameters
    ----------
    probability : ndarray, shape (n_row, n_row)
        Probability that the first axis is ahead of the second; NaN is not settled.
    confidence : float
        Least probability; above 0.5, so that no pair is settled both ways. [0.5 to 1]

    Returns
    -------
    ndarray of bool, shape (n_row, n_row)

    Raises
    ------
    MethodError
        If `confidence` is not above 0.5 and at most 1.

    Examples
    --------
    >>> settled(np.array([[0.5, 0.97], [0.03, 0.5]])).tolist()
    [[False, True], [False, False]]
    """
    if not 0.5 < confidence <= 1:
        raise MethodError(Finding("confidence-out-of-range", value=confidence))
    return probability >= confidence


def ordered_partition(ahead: Mask) -> list[list[int]]:
    """Split rows into the finest ordered groups whose order is settled.

    Parameters
    ----------
    ahead : ndarray of bool, shape (n_row, n_row)
        First axis settled ahead of second; never both ways.

    Returns
    -------
    list of list of int
        Row numbers, best group first: every row of a group is ahead of every row of all
        later groups. Inside a group, rows with more rows behind them come first.

    Notes
    -----
    "Of all later groups", not of the next one only: settled pairs need not be
    transitive, and with the next group alone a city could stand two groups ahead of one
    that it is not settled ahead of. So defined, the finest partition is unique: two sets
    that are each ahead of all the rest must lie one inside the other, or a row of each
    would be ahead of the other.

    Rows are sorted by the number of rows behind them: every member of a leading set of
    :math:`k` has at least :math:`n - k`, every other at most :math:`n - k - 1`. A cut
    holds where all :math:`k (n - k)` pairs across it are settled.

    Examples
    --------
    >>> ahead = np.zeros((4, 4), dtype=bool)
    >>> ahead[[0, 0, 1, 2, 1], [3, 1, 3, 3, 3]] = True
    >>> ordered_partition(ahead)
    [[0, 1, 2], [3]]
    """
    n = len(ahead)
    if n == 0:
        return []
    order = np.argsort(-ahead.sum(axis=1), kind="stable")
    mine = ahead[np.ix_(order, order)]
    # moving row k before the cut adds the pairs behind it, and takes away those ahead of it
    gained = np.triu(mine, 1).sum(axis=1) - np.triu(mine, 1).sum(axis=0)
    sizes = np.arange(1, n)
    cuts = sizes[gained.cumsum()[:-1] == sizes * (n - sizes)]
    return [[int(row) for row in part] for part in np.split(order, cuts)]


def hasse(ahead: Mask) -> Diagram:
    r"""Return the partial order in settled pairs, and its Hasse diagram.

    Parameters
    ----------
    ahead : ndarray of bool, shape (n_row, n_row)
        First axis settled ahead of second; never both ways.

    Returns
    -------
    Diagram

    Notes
    -----
    Settled pairs need not be transitive: :math:`p_{ab}, p_{bc} \ge 0.95` give
    :math:`p_{ac} \ge 0.9` only, and in a circle of cities at least one link fails in each
    draw, so circles need :math:`1 / (1 - 0.95) = 20` cities. A pair enters the order if
    whoever is behind :math:`b` is behind :math:`a` too, and whoever is ahead of :math:`a`
    is ahead of :math:`b` too:

    .. math:: a \succ b \iff a R b, \; D(b) \subseteq D(a), \; U(a) \subseteq U(b)

    That is transitive (sets inside one another are) and asymmetric (as :math:`R` is), so
    it has no circles; it holds settled pairs only, and all of them where they are
    transitive. Closing :math:`R` instead would add pairs that no figure supports.

    Examples
    --------
    >>> diagram = hasse(np.array([[0, 1, 1], [0, 0, 1], [0, 0, 0]], dtype=bool))
    >>> diagram.covers.astype(int).tolist()
    [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    """
    behind = ahead.astype(np.float32)  # products of 0 and 1 are exact up to 2^24 rows
    without = 1 - behind
    lost_below = without @ behind.T > 0  # someone is behind b (second axis) but not behind a
    lost_above = behind.T @ without > 0  # someone is ahead of a (first axis) but not of b
    order = ahead & ~lost_below & ~lost_above
    steps = order.astype(np.float32)
    return Diagram(order, order & ~(steps @ steps > 0), ahead & ~order)
