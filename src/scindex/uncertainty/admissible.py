"""What holds for all admissible weights: the necessary order of every pair, without a solver."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.rollup import Shape
from scindex.uncertainty.draws import nominal_shares

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOLERANCE = 1e-6
"""A lead of this or less is a tie. [score points; natural log under geometric means]"""

PAIRS = 30_000  # pairs at a time: every leaf's differences then take 0.24 MB
_FEW = 16  # children up to which comparing all prices is faster than sorting


def bounds_within(shape: Shape, within: float) -> tuple[Array, Array]:
    """Return bounds of each node's share: nominal +- a relative change.

    Parameters
    ----------
    shape : Shape
        The tree.
    within : float
        Largest relative change, 0.25 for +-25 %. [0 to 1]

    Returns
    -------
    low, high : ndarray, shape (n_node,)
        Bounds of the share among siblings. [0 to 1]

    Raises
    ------
    MethodError
        If `within` lies outside 0 to 1, or a node's weights give no shares.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.array([1.0, 3.0, 1.0]), ("arithmetic", "", ""))
    >>> low, high = bounds_within(shape, 0.2)
    >>> low[1:], high[1:]
    (array([0.6, 0.2]), array([0.9, 0.3]))
    """
    if not 0 <= within <= 1:
        raise MethodError(Finding("within-out-of-range", value=within))
    shares = nominal_shares(shape)
    return (1 - within) * shares, np.minimum((1 + within) * shares, 1)


def bounds_open(shape: Shape) -> tuple[Array, Array]:
    """Return bounds that admit any share for every child that has a weight.

    Parameters
    ----------
    shape : Shape
        The tree; a child of weight 0 stays at 0.

    Returns
    -------
    low, high : ndarray, shape (n_node,)
        Bounds of the share among siblings. [0 to 1]

    Raises
    ------
    MethodError
        If a node's weights give no shares.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.array([1.0, 3.0, 0.0]), ("arithmetic", "", ""))
    >>> bounds_open(shape)[1]
    array([1., 1., 0.])
    """
    shares = nominal_shares(shape)
    return np.zeros_like(shares), (shares > 0).astype(np.float64)


def linear_scores(shape: Shape, scores: Array, low: Array, high: Array) -> Array:
    """Return leaf scores on the scale on which the tree is a weighted sum, or refuse.

    Parameters
    ----------
    shape : Shape
        The tree; only branches that end in leaves.
    scores : ndarray, shape (n_leaf, n_row)
        Leaf scores, complete or imputed. [0 to 100]
    low, high : ndarray, shape (n_node,)
        Bounds of each node's share among its siblings; the root's are not read. [0 to 1]

    Returns
    -------
    ndarray, shape (n_leaf, n_row)
        The scores where every mean is arithmetic, their logarithms where every mean is
        geometric.

    Raises
    ------
    MethodError
        With every reason: scores missing, another or mixed means, a score of 0 or below
        under geometric means, a branch without leaf, bounds that admit no weights.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("geometric", "", ""))
    >>> linear_scores(shape, np.array([[1.0], [np.e]]), *bounds_open(shape))
    array([[0.],
           [1.]])
    """
    inner = [node for node, children in enumerate(shape.children) if children]
    methods = sorted({shape.method[node] for node in inner})
    faults: list[Finding] = []
    if np.isnan(scores).any():
        faults.append(Finding("order-needs-complete", params={"n": int(np.isnan(scores).sum())}))
    if methods not in (["arithmetic"], ["geometric"]):
        faults.append(Finding("order-needs-mean", params={"methods": methods}))
    elif methods == ["geometric"] and (scores <= 0).any():
        faults.append(Finding("order-needs-positive", params={"n": int((scores <= 0).sum())}))
    bare = [n for n, leaf in enumerate(shape.leaf) if leaf < 0 and not shape.children[n]]
    faults += [Finding("order-needs-leaves", params={"node": node}) for node in bare]
    for node in inner:
        children = list(shape.children[node])
        if not _admit(low[children], high[children]):
            faults.append(Finding("bounds-admit-none", params={"node": node}))
    if faults:
        raise MethodError(*faults)
    return np.log(scores) if methods == ["geometric"] else scores


def _admit(low: Array, high: Array) -> bool:
    slack = 1e-9  # a sum of shares is off by rounding
    ordered = bool((low >= 0).all() and (low <= high).all())
    return ordered and low.sum() <= 1 + slack and high.sum() >= 1 - slack


def largest_sum(shape: Shape, values: Array, low: Array, high: Array) -> Array:
    r"""Return the largest weighted sum up a tree over all admissible shares.

    Parameters
    ----------
    shape : Shape
        The tree.
    values : ndarray, shape (n_leaf, n_pair)
        Values of the leaves, of any sign.
    low, high : ndarray, shape (n_node,)
        Bounds of each node's share among its siblings, as `linear_scores` checks them.

    Returns
    -------
    ndarray, shape (n_pair,)

    Notes
    -----
    The sum is a product of shares down the tree, so it is not linear in them. But it is
    nested, :math:`V(node) = \sum_k s_k V(k)`, with :math:`s_k \ge 0`, and the shares
    below child :math:`k` enter :math:`V(k)` alone and are bounded by themselves. So
    whatever the :math:`s_k`, raising each :math:`V(k)` to its own largest value
    :math:`V^*(k)` never lowers the sum, and all of them can be reached at once. What is
    left is linear in the shares of one node,

    .. math:: V^* = \max \sum_k s_k V^*(k), \quad l_k \le s_k \le h_k, \; \sum_k s_k = 1,

    a continuous knapsack: give every child its least share and fill up the rest, best
    child first (Dantzig, 1957). By induction from the leaves the result is exact.

    The filling is read off its price, which needs no sorting: the rest
    :math:`r = 1 - \sum l_k` goes to children worth more than the child last filled, so

    .. math:: V^* = \sum_k l_k v_k + \min_j \Big[ r v_j + \sum_k (h_k - l_k) \max(v_k - v_j, 0) \Big]

    (every :math:`j` bounds it from above, and the last filled reaches it). Nodes of many
    children are sorted instead; the two differ by rounding only.

    References
    ----------
    .. [1] Dantzig, "Discrete-variable extremum problems", Operations Research 5 (2), 1957.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> largest_sum(shape, np.array([[10.0], [20.0]]), np.full(3, 0.3), np.full(3, 0.7))
    array([17.])
    """
    best: dict[int, Array] = {}
    for node in range(len(shape.children) - 1, -1, -1):
        children = shape.children[node]
        if shape.leaf[node] >= 0:
            best[node] = values[shape.leaf[node]]
        elif children:
            mine = list(children)
            best[node] = _fill([best.pop(child) for child in mine], low[mine], high[mine])
    return best[0]


def _fill(values: list[Array], low: Array, high: Array) -> Array:
    least = sum((share * value for share, value in zip(low, values)), np.zeros_like(values[0]))
    rest, room = max(1 - low.sum(), 0.0), high - low
    return least + (_by_price if len(values) <= _FEW else _by_sorting)(values, room, rest)


def _by_price(values: list[Array], room: Array, rest: float) -> Array:
    worth = np.full_like(values[0], np.inf)
    for price in values:
        filled = rest * price
        for size, value in zip(room, values):
            if size > 0 and value is not price:
                filled += size * np.maximum(value - price, 0)
        np.minimum(worth, filled, out=worth)
    return worth


def _by_sorting(values: list[Array], room: Array, rest: float) -> Array:
    stacked = np.array(values).T
    order = np.argsort(-stacked, axis=1)
    sizes = room[order]
    given = np.clip(rest - (sizes.cumsum(axis=1) - sizes), 0, sizes)
    return (given * np.take_along_axis(stacked, order, axis=1)).sum(axis=1)


def largest_leads(shape: Shape, scores: Array, low: Array, high: Array) -> Iterator[tuple[slice, Array]]:
    """Yield by how much each row can lead every other at the most, a block of rows at a time.

    Parameters
    ----------
    shape : Shape
        The tree.
    scores : ndarray, shape (n_leaf, n_row)
        What `linear_scores` returned.
    low, high : ndarray, shape (n_node,)
        Bounds of each node's share among its siblings. [0 to 1]

    Yields
    ------
    rows : slice
        Rows that lead.
    leads : ndarray, shape (number of those rows, n_row)
        Largest difference of the two rows' scores over all admissible weights; negative
        where the first is behind whatever the weights.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> scores = np.array([[10.0, 20.0], [30.0, 10.0]])
    >>> [leads for _, leads in largest_leads(shape, scores, *bounds_open(shape))]
    [array([[ 0., 20.],
           [10.,  0.]])]
    """
    n_leaf, n_row = scores.shape
    step = max(PAIRS // max(n_row, 1), 1)
    for start in range(0, n_row, step):
        rows = slice(start, min(start + step, n_row))
        differences = (scores[:, rows, None] - scores[:, None, :]).reshape(n_leaf, -1)
        yield rows, largest_sum(shape, differences, low, high).reshape(-1, n_row)


def necessary_order(shape: Shape, scores: Array, low: Array, high: Array) -> Mask:
    """Return the pairs whose order holds for all admissible weights.

    Parameters
    ----------
    shape : Shape
        The tree, with arithmetic means only or geometric means only.
    scores : ndarray, shape (n_leaf, n_row)
        Leaf scores, complete or imputed. [0 to 100]
    low, high : ndarray, shape (n_node,)
        Bounds of each node's share among its siblings. [0 to 1]

    Returns
    -------
    ndarray of bool, shape (n_row, n_row)
        First axis ahead of second by more than `TOLERANCE` whatever the weights:
        asymmetric and transitive.

    Raises
    ------
    MethodError
        If `linear_scores` refuses.

    Notes
    -----
    Exact, with both rows under the same weights: comparing the least score of one with
    the largest of the other would settle fewer pairs. Memory is that of the result plus
    a block of pairs.

    References
    ----------
    .. [1] Greco, Mousseau and Slowinski, "Ordinal regression revisited: multiple criteria
       ranking using a set of additive value functions", European Journal of Operational
       Research 191 (2), 2008 (necessary preference).

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> scores = np.array([[10.0, 20.0, 5.0], [30.0, 10.0, 25.0]])
    >>> necessary_order(shape, scores, *bounds_open(shape)).astype(int)
    array([[0, 0, 1],
           [0, 0, 0],
           [0, 0, 0]])
    """
    linear = linear_scores(shape, scores, low, high)
    ahead = np.zeros((scores.shape[1],) * 2, dtype=bool)
    for rows, leads in largest_leads(shape, linear, low, high):
        ahead[:, rows] = (leads < -TOLERANCE).T
    return ahead
