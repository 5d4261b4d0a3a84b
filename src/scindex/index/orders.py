"""Order cities without scores: by what the criteria say of each pair (Handbook, step 6).

An order method reads criteria as votes: only which city is better counts, not by how much, so
a gain in one criterion never makes up for a loss in another, and weights are importance, not
rates of exchange. Criteria stand on the first axis, cities on the last; better is higher.

A pair is compared on the criteria that both cities have, with the weights of those; a pair
with none in common, and a margin within rounding of nought, is a tie. A city without any
criterion has no rank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.kemeny import best_order, cycles
from scindex.index.properties import Properties

Array = NDArray[np.float64]
TIE = 1e-9
"""A margin of the weight that counts as a tie: rounding, not evidence."""
LIMIT = 40
"""Most cities in one cycle of majorities for which the best order is sought. A choice of this
program: beyond it the search may take minutes."""


@dataclass(frozen=True, slots=True)
class Order:
    """Ranks, how they came about, and how well they agree with the criteria.

    Attributes
    ----------
    rank : ndarray, shape (n_row,)
        1 is first; cities that stand level share the better rank; NaN without criteria.
    method : str
        The method that gave the ranks, which may not be the one asked for.
    score : float
        Support of the order: the shares of weight that agree with it, summed over all
        pairs (half for a pair that stands level).
    bound : float
        No order has more support than this.
    unique : bool or None
        Whether no other order is as good by the method; None where that is not known.
    points : ndarray, shape (n_row,)
        What the ranks were read from: pairs won less pairs lost (`copeland`), shares of
        weight won (`outranking`), minus the rank (`kemeny`).
    details : Mapping
        `largest_cycle`, cities in the largest cycle of majorities; `not_compared`, pairs
        without a common criterion; `heaviest`, the largest share of weight of a criterion.
    findings : tuple of Finding
        What a reader must know of this order.
    """

    rank: Array
    method: str
    score: float
    bound: float
    unique: bool | None
    points: Array
    details: Mapping[str, Any]
    findings: tuple[Finding, ...] = field(default=())


def majorities(scores: Array, weights: Array) -> Array:
    r"""Return by how much of the weight each city is ahead of each other.

    Parameters
    ----------
    scores : ndarray, shape (n_criteria, n_row)
        Better is higher; NaN is missing. [any]
    weights : ndarray, shape (n_criteria,)
        Importance; only ratios count. [-]

    Returns
    -------
    ndarray, shape (n_row, n_row)
        From -1 (behind on every criterion both have) to 1 (ahead on every one); the
        matrix is minus its own transpose, to the bit. NaN where there is nothing to
        compare. [share of weight]

    Raises
    ------
    MethodError
        If a weight is negative or missing, or all are 0.

    Notes
    -----
    .. math:: m_{jk} = \sum_q w_q \, \mathrm{sign}(x_{qj} - x_{qk}) / \sum_q w_q

    over the criteria q that both cities have. One matrix of pairs at a time is held:
    memory grows with the square of the number of cities.

    Examples
    --------
    >>> majorities(np.array([[3.0, 1.0], [2.0, 2.0], [0.0, 5.0], [4.0, 1.0]]), np.ones(4))
    array([[ 0.  ,  0.25],
           [-0.25,  0.  ]])
    """
    if not np.isfinite(weights).all() or (weights < 0).any() or not (weights > 0).any():
        raise MethodError(Finding("order-weights", value=weights.tolist()))
    ahead = np.zeros((scores.shape[1], scores.shape[1]))
    common = np.zeros_like(ahead)
    for score, weight in zip(scores, weights / weights.sum()):
        sign = np.sign(score[:, None] - score[None, :])
        there = ~np.isnan(sign)
        ahead += weight * np.where(there, sign, 0.0)
        common += weight * there
    margin = np.divide(ahead, common, out=np.full(ahead.shape, np.nan), where=common > 0)
    return np.where(np.abs(margin) <= TIE, 0.0, margin)


def outranking_matrix(scores: Array, weights: Array) -> Array:
    r"""Return the share of the weight that puts each city before each other, ties split.

    Parameters
    ----------
    scores : ndarray, shape (n_criteria, n_row)
        Better is higher; NaN is missing. [any]
    weights : ndarray, shape (n_criteria,)
        Importance; only ratios count. [-]

    Returns
    -------
    ndarray, shape (n_row, n_row)
        Row before column; the two shares of a pair add to 1, one half each where there is
        nothing to compare; 0 on the diagonal. [0 to 1]

    Raises
    ------
    MethodError
        If a weight is negative or missing, or all are 0.

    Notes
    -----
    .. math:: e_{jk} = \sum_q w_q \left([x_{qj} > x_{qk}] + \tfrac{1}{2} [x_{qj} = x_{qk}]\right)

    References
    ----------
    .. [1] G. Munda and M. Nardo, "Noncompensatory/nonlinear composite indicators for
       ranking countries", Applied Economics 41(12), 2009, 1513-1523.
    .. [2] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6, equation 32.

    Examples
    --------
    >>> outranking_matrix(np.array([[3.0, 1.0], [2.0, 2.0], [0.0, 5.0], [4.0, 1.0]]), np.ones(4))
    array([[0.   , 0.625],
           [0.375, 0.   ]])
    """
    return _shares(majorities(scores, weights))


def outranking(scores: Array, weights: Array) -> Order:
    r"""Order cities by the weight they win against all others taken together.

    Parameters
    ----------
    scores : ndarray, shape (n_criteria, n_row)
        Better is higher; NaN is missing. [any]
    weights : ndarray, shape (n_criteria,)
        Importance; only ratios count. [-]

    Returns
    -------
    Order

    Raises
    ------
    MethodError
        If a weight is negative or missing, or all are 0.

    Notes
    -----
    Points are the row sums of `outranking_matrix`. With complete data they are Borda's,
    weighted, so a wide lead in ranks makes up for narrow ones: of the three orders this
    is the one that compensates, and it always decides.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6, section 6.12.

    Examples
    --------
    >>> outranking(np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0]]), np.ones(2)).rank
    array([2., 1., 3.])
    """
    return _by_points("outranking", scores, weights, lambda margin: _shares(margin).sum(axis=1))


def copeland(scores: Array, weights: Array) -> Order:
    r"""Order cities by the majorities they win less those they lose.

    Parameters
    ----------
    scores : ndarray, shape (n_criteria, n_row)
        Better is higher; NaN is missing. [any]
    weights : ndarray, shape (n_criteria,)
        Importance; only ratios count. [-]

    Returns
    -------
    Order

    Raises
    ------
    MethodError
        If a weight is negative or missing, or all are 0.

    Notes
    -----
    A city gains a point for every other that it precedes on more than half of the weight
    and loses one for every other that precedes it so. A city that beats all others comes
    first. Ties are frequent and stay.

    References
    ----------
    .. [1] A. H. Copeland, "A reasonable social welfare function", Seminar on
       Mathematics in Social Sciences, University of Michigan, 1951.
    .. [2] W. Becker et al., "COINr: an R package for developing composite indicators",
       Journal of Open Source Software 7(78), 2022, 4567.

    Examples
    --------
    >>> copeland(np.array([[3.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), np.ones(2)).rank
    array([1., 2., 2.])
    """
    return _by_points("copeland", scores, weights, lambda margin: np.sign(margin).sum(axis=1))


def kemeny(scores: Array, weights: Array, limit: int = LIMIT) -> Order:
    r"""Order cities so that the criteria agree with the order as much as they can.

    Parameters
    ----------
    scores : ndarray, shape (n_criteria, n_row)
        Better is higher; NaN is missing. [any]
    weights : ndarray, shape (n_criteria,)
        Importance; only ratios count. [-]
    limit : int
        Most cities in one cycle of majorities for which the best order is sought.

    Returns
    -------
    Order
        Exact, or where a cycle is larger than `limit` the order of Copeland under its own
        name, with the bound that no order exceeds.

    Raises
    ------
    MethodError
        If a weight is negative or missing, or all are 0.

    Notes
    -----
    The order r with the greatest support

    .. math:: \max_r \sum_{j \text{ before } k \text{ in } r} e_{jk}

    (Kemeny-Young, in the Handbook C-K-Y-L). Cities fall into groups such that no city of
    one is beaten by one of a later group; some best order keeps the groups in sequence
    (the extended Condorcet criterion), and within each the order is a linear-ordering
    programme, solved exactly.

    Cities that every other city stands to alike and that tie with each other share a
    rank. Where several orders are best, `unique` is False and the one given leans to the
    order of `outranking`, then to the cities that stand first in the data; no weight of
    evidence speaks for it against the others.

    References
    ----------
    .. [1] H. P. Young and A. Levenglick, "A consistent extension of Condorcet's election
       principle", SIAM Journal on Applied Mathematics 35(2), 1978, 285-300.
    .. [2] M. Truchon, "An extension of the Condorcet criterion and Kemeny orders",
       Cahier 98-15, CREFA, Université Laval, 1998.
    .. [3] R. Martí and G. Reinelt, "The Linear Ordering Problem", Springer, 2011.

    Examples
    --------
    >>> cycle = np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [2.0, 1.0, 3.0]])
    >>> found = kemeny(cycle, np.array([3.0, 2.0, 2.0]))
    >>> found.rank, found.unique
    (array([1., 2., 3.]), True)
    """
    margin, ranked, details = _compare(scores, weights)
    rank = np.full(scores.shape[1], np.nan)
    if details["largest_cycle"] > limit:
        order = copeland(scores, weights)
        large = Finding(
            "kemeny-too-large", "warning", params={"cycle": details["largest_cycle"], "limit": limit}
        )
        return _finish("copeland", order.points, order.rank, margin, None, details, large)
    places, unique = best_order(margin, _shares(margin).sum(axis=1))
    rank[ranked] = places
    several = () if unique else (Finding("kemeny-several", "note"),)
    return _finish("kemeny", -rank, rank, margin, unique, details, *several)


def _compare(scores: Array, weights: Array) -> tuple[Array, NDArray[np.intp], dict[str, Any]]:
    """Return the margins among the cities that have a criterion, which these are, and the details."""
    ranked = np.flatnonzero((~np.isnan(scores[weights > 0])).any(axis=0))
    margin = majorities(scores[:, ranked], weights)
    details = {
        "not_compared": int(np.isnan(margin).sum()) // 2,
        "heaviest": float(weights.max() / weights.sum()),
    }
    margin = np.nan_to_num(margin)
    details["largest_cycle"] = max((len(group) for group in cycles(margin)), default=0)
    return margin, ranked, details


def _shares(margin: Array) -> Array:
    shares = (1.0 + np.nan_to_num(margin)) / 2.0
    np.fill_diagonal(shares, 0.0)
    return shares


def _by_points(method: str, scores: Array, weights: Array, count: Callable[[Array], Array]) -> Order:
    margin, ranked, details = _compare(scores, weights)
    points, rank = np.full((2, scores.shape[1]), np.nan)
    points[ranked] = count(margin)
    # rounding makes no difference of rank: points within TIE of each other are level
    ahead = points[ranked][None, :] > points[ranked][:, None] + TIE * max(len(ranked), 1)
    rank[ranked] = 1.0 + ahead.sum(axis=1)
    return _finish(method, points, rank, margin, True, details)


def _finish(
    method: str,
    points: Array,
    rank: Array,
    margin: Array,
    unique: bool | None,
    details: dict[str, Any],
    *more: Finding,
) -> Order:
    """Return the order with its support, the bound and what a reader must know."""
    places = rank[~np.isnan(rank)]
    before = np.sign(places[None, :] - places[:, None])
    pairs = places.size * (places.size - 1) / 2
    score = float((pairs + (before * margin).sum() / 2.0) / 2.0)
    bound = score if method == "kemeny" else float((pairs + np.abs(margin).sum() / 2.0) / 2.0)
    findings = list(more)
    if details["heaviest"] > 0.5:
        findings.append(Finding("order-one-decides", "warning", params={"share": 100 * details["heaviest"]}))
    if details["not_compared"]:
        findings.append(Finding("order-not-compared", "warning", params={"pairs": details["not_compared"]}))
    return Order(rank, method, score, bound, unique, points, details, tuple(findings))


@dataclass(frozen=True, slots=True)
class Ordering:
    """One order method and its properties, from which the tests are derived.

    Attributes
    ----------
    order : callable
        ``(scores, weights, **options) -> Order``.
    properties : Properties
        What is true of the method; `bounded` has no meaning for ranks.
    """

    order: Callable[..., Order]
    properties: Properties = field(default_factory=lambda: Properties(independent=False))


ORDERS = {
    "copeland": Ordering(copeland),
    "kemeny": Ordering(kemeny),
    "outranking": Ordering(outranking),
}
"""Name in a recipe -> method."""
