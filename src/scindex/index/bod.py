"""Benefit of the doubt: each city weighed as suits it best, within bounds (Handbook, step 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.properties import Properties
from scindex.index.rollup import Shape

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Kind = Literal["weight_share", "pie_share"]

SLACK = 1e-6
"""What the solver may leave between a share and its bound."""

PROPERTIES = Properties(independent=False)
"""Of the scores: a city's own better value never lowers its score; another city's may."""


@dataclass(frozen=True, slots=True)
class BestCase:
    """What `benefit_of_the_doubt` found for each city.

    Attributes
    ----------
    score : ndarray, shape (n_row,)
        100 times the city's weighted sum over the largest one that any city reaches
        under the same weights. [0 to 100]
    weights : ndarray, shape (n_leaf, n_row)
        Each city's own weights of the leaves, as shares of their sum. Several sets may be
        as good for a city; this is one of them. [-]
    share : ndarray, shape (n_node, n_row)
        Share of each node in its parent's weight, or in its parent's part of the score,
        as `kind` says; 1 for the root, NaN where the parent has none. [-]
    binding : ndarray of int, shape (n_node, n_row)
        -1 where a share lies at its lower bound, 1 at its upper, 0 between them.
    """

    score: Array
    weights: Array
    share: Array
    binding: NDArray[np.int8]


def benefit_of_the_doubt(
    shape: Shape, scores: Array, low: Array, high: Array, kind: Kind = "weight_share"
) -> BestCase:
    r"""Score each city under the leaf weights that suit it best, within bounds on every node.

    Parameters
    ----------
    shape : Shape
        The tree; its own weights and methods do not enter.
    scores : ndarray, shape (n_leaf, n_row)
        Directed, normalised scores, none missing and none negative. [0 to 100]
    low, high : ndarray, shape (n_node,)
        Least and largest share of each node among its siblings; the root's do not count.
        [0 to 1]
    kind : {"weight_share", "pie_share"}
        Whether bounds are on shares of the weights below a node, or of the city's
        weighted scores below it.

    Returns
    -------
    BestCase

    Raises
    ------
    MethodError
        If scores are missing or negative, bounds admit no shares, no weights make a
        city's score positive, or shares of the score are asked of scores of 0.

    Notes
    -----
    One linear programme per city :math:`o`, with :math:`v_k = w_k` for weight shares and
    :math:`v_k = w_k s_{ko}` for pie shares:

    .. math:: \max_{w \ge 0} \sum_k w_k s_{ko} \quad \text{such that} \quad
              \sum_k w_k s_{kj} \le 1 \; \forall j, \quad
              l_c \sum_{k \in p} v_k \le \sum_{k \in c} v_k \le u_c \sum_{k \in p} v_k

    for every child :math:`c` of every node :math:`p`. Only cities that would beat the
    bound of 1 enter a programme, added until none does, so the solution is that of the
    whole programme. Under weight shares the admissible weights are the same for all and
    some city has 100; pie shares differ from city to city, and 100 may go to none. Bounds
    hold to a millionth of the whole (the solver's tolerance), scores to about as much.

    References
    ----------
    .. [1] W. Melyn, W. Moesen, "Towards a synthetic indicator of macroeconomic
       performance", Public Economics Research Paper 17, KU Leuven, 1991.
    .. [2] L. Cherchye, W. Moesen, N. Rogge, T. Van Puyenbroeck, "An introduction to
       'benefit of the doubt' composite indicators", Social Indicators Research 82, 2007,
       pp. 111-145.
    .. [3] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, section 6.3, Table 19.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> scores = np.array([[80.0, 20.0, 40.0], [20.0, 80.0, 40.0]])
    >>> free = benefit_of_the_doubt(shape, scores, np.zeros(3), np.ones(3))
    >>> free.score.round(6)
    array([100., 100.,  80.])
    """
    _refuse_cells("bod-missing", ~np.isfinite(scores))
    _refuse_cells("bod-negative", scores < 0)
    admissible(shape, low, high)
    below = _below(shape, len(scores))
    if kind == "pie_share":
        _refuse_empty_pies(shape, below @ scores <= 0, low, high)
    rules = _rules(shape, below, low, high)
    weights = _best_weights(scores, rules, kind)
    worth = weights * scores if kind == "pie_share" else weights
    share = _shares(shape, below @ worth)
    at_low, at_high = share <= low[:, None] + SLACK, share >= high[:, None] - SLACK
    binding = np.where(at_low, -1, np.where(at_high, 1, 0)).astype(np.int8)
    binding[0] = 0
    return BestCase(_ratio(scores, weights), weights, share, binding)


def admissible(shape: Shape, low: Array, high: Array) -> None:
    """Refuse bounds on shares among siblings that no shares can keep.

    Parameters
    ----------
    shape : Shape
        The tree.
    low, high : ndarray, shape (n_node,)
        Least and largest share of each node among its siblings; the root's do not count.
        [0 to 1]

    Raises
    ------
    MethodError
        One finding for each node whose children's lower bounds sum to more than 1, or
        upper bounds to less; or where one is missing, outside 0 to 1, or low is above
        high. `node` is its position, `low` and `high` are the sums.

    Notes
    -----
    Where every node passes, some weights keep all bounds: each node's share of the whole
    is the product down the tree, and each set of siblings is free of the others.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> admissible(shape, np.full(3, 0.2), np.full(3, 0.8))
    """
    faults: list[Finding] = []
    for node, children in enumerate(shape.children):
        if not children:
            continue
        least, most = low[list(children)], high[list(children)]
        sound = (least >= 0) & (least <= most) & (most <= 1)  # False for NaN
        if not sound.all() or least.sum() > 1 + SLACK or most.sum() < 1 - SLACK:
            params = {"node": node, "low": float(least.sum()), "high": float(most.sum())}
            faults.append(Finding("bounds-admit-nothing", params=params))
    if faults:
        raise MethodError(*faults)


def _refuse_cells(code: str, which: Mask) -> None:
    if which.any():
        leaves, rows = np.flatnonzero(which.any(axis=1)), np.flatnonzero(which.any(axis=0))
        raise MethodError(Finding(code, params={"positions": leaves.tolist(), "rows": rows.tolist()}))


def _below(shape: Shape, n_leaf: int) -> Array:
    """Return which leaves lie below each node, itself included, as 0 and 1."""
    below = np.zeros((len(shape.children), n_leaf))
    for node in range(len(below) - 1, -1, -1):
        if shape.leaf[node] >= 0:
            below[node, shape.leaf[node]] = 1
        for child in shape.children[node]:
            below[node] += below[child]
    return below


def _rules(shape: Shape, below: Array, low: Array, high: Array) -> Array:
    """Return rows that are at most 0 for every admissible vector of leaf shares."""
    rows: list[Array] = []
    for node, children in enumerate(shape.children):
        for child in children:
            if low[child] > 0:
                rows.append(low[child] * below[node] - below[child])
            if high[child] < 1:
                rows.append(below[child] - high[child] * below[node])
    return np.array(rows).reshape(-1, below.shape[1])


def _refuse_empty_pies(shape: Shape, empty: Mask, low: Array, high: Array) -> None:
    """Refuse rows in which a node whose scores are all 0 must have a part of the score."""
    bad = np.zeros_like(empty)
    for node, children in enumerate(shape.children):
        if not children:
            continue
        own = list(children)
        most = np.where(empty[own], 0.0, high[own][:, None])
        short = (most.sum(axis=0) < 1 - SLACK) | (empty[own] & (low[own][:, None] > 0)).any(axis=0)
        bad[own] |= empty[own] & short & ~empty[node]
    bad[0] |= empty[0]
    if bad.any():
        nodes, rows = np.flatnonzero(bad.any(axis=1)), np.flatnonzero(bad.any(axis=0))
        raise MethodError(
            Finding("bod-needs-positive", params={"positions": nodes.tolist(), "rows": rows.tolist()})
        )


def _best_weights(scores: Array, rules: Array, kind: Kind) -> Array:
    size = max(float(scores.max(initial=0.0)), np.finfo(float).tiny)
    values = scores / size
    rivals = np.zeros(scores.shape[1], dtype=bool)  # shared: who sets the bound for one does so for others
    found = np.empty_like(scores)
    for row in range(scores.shape[1]):
        own = rules * values[:, row] if kind == "pie_share" else rules
        found[:, row] = _solve(values, row, own, rivals)
    total = found.sum(axis=0)
    if (total <= 0).any():
        _worthless(total <= 0)
    return found / total


def _solve(values: Array, row: int, rules: Array, rivals: Mask) -> Array:
    from scipy.optimize import linprog

    rivals[row] = True
    while True:
        bound = values[:, rivals].T
        found = linprog(
            -values[:, row],
            A_ub=np.vstack([bound, rules]),
            b_ub=np.concatenate([np.ones(len(bound)), np.zeros(len(rules))]),
            method="highs",
        )
        if found.x is None or not found.success:
            raise MethodError(Finding("bod-unsolved", params={"rows": [row], "status": int(found.status)}))
        weights = np.maximum(found.x, 0.0)
        if values[:, row] @ weights <= SLACK**2:
            _worthless(np.arange(values.shape[1]) == row)
        reached = weights @ values
        ahead = (reached > 1 + SLACK) & ~rivals
        if not ahead.any():
            return weights
        rivals |= ahead & (reached >= np.sort(reached[ahead])[-3:].min())


def _worthless(which: Mask) -> None:
    raise MethodError(Finding("bod-worth-nothing", params={"rows": np.flatnonzero(which).tolist()}))


def _shares(shape: Shape, worth: Array) -> Array:
    share = np.ones_like(worth)
    for node, children in enumerate(shape.children):
        own = list(children)
        if own:
            parent = np.broadcast_to(worth[node], (len(own), worth.shape[1]))
            share[own] = np.divide(worth[own], parent, out=np.full(parent.shape, np.nan), where=parent > 0)
    return share


def _ratio(scores: Array, weights: Array) -> Array:
    reached = weights.T @ scores  # row: whose weights, column: whose scores
    ratio = np.diag(reached) / reached.max(axis=1)
    return 100 * np.where(ratio > 1 - 2 * SLACK, 1.0, ratio)  # the best are tied, whatever the solver leaves
