"""What each child really moves: importance beside weight, for any node of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.correlations import with_one
from scindex.index.rollup import Shape, effective_weights
from scindex.index.smoother import Smoother

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

LEAST = 10
"""Fewest rows for a smooth curve and hence for a correlation ratio."""
BLOCK = 64
"""Resamples held at a time."""


@dataclass(frozen=True, slots=True)
class Importance:
    """Two tables of weights for one node; each array has shape (n_child,).

    Attributes
    ----------
    weight : ndarray
        Weights as shares of their sum: what was meant. [0 to 1]
    squared : ndarray
        Squared Pearson correlation with the node: the part of its variance that goes
        along with the child in a straight line. [0 to 1]
    ratio, low, high : ndarray
        Correlation ratio: the part that goes along with the child in any smooth curve;
        and its interval. [0 to 1]
    share, share_low, share_high : ndarray
        `ratio` as a share of the sum over children, to be set beside `weight`. [0 to 1]
    above, below : ndarray of bool
        Where `share` is more than `factor` times `weight`, or less than one part in
        `factor` of it. Never where the weight is 0.
    n : ndarray of int
        Rows in which child and node both have a score.
    factor : float
    """

    weight: Array
    squared: Array
    ratio: Array
    low: Array
    high: Array
    share: Array
    share_low: Array
    share_high: Array
    above: Mask
    below: Mask
    n: Counts
    factor: float


def importance(
    children: Array,
    parent: Array,
    weights: Array,
    *,
    factor: float = 2.0,
    resamples: int = 500,
    level: float = 0.9,
    seed: int = 0,
) -> Importance:
    r"""Set what each child moves beside what it weighs.

    Parameters
    ----------
    children : ndarray, shape (n_child, n_row)
        Scores of the children (or of all leaves below) of one node. [0 to 100]
    parent : ndarray, shape (n_row,)
        Scores of the node. [0 to 100]
    weights : ndarray, shape (n_child,)
        Weights among the children, or effective weights of the leaves. [-]
    factor : float
        Importance and weight that differ by more are flagged. [-]
    resamples : int
        Bootstrap samples of rows. [-]
    level : float
        Coverage of the interval. [0 to 1]
    seed : int
        Decides the samples.

    Returns
    -------
    Importance
        NaN for a child that is constant, or has fewer than `LEAST` rows with the node.

    Notes
    -----
    .. math:: S_i = \frac{V_{x_i}\left[ E(y \mid x_i) \right]}{V(y)}

    also called first-order sensitivity index. The curve :math:`E(y \mid x_i)` is a cubic
    smoothing spline with few knots (see `Smoother`); where a straight line fits best it
    is :math:`r^2`. The interval is that of bias-corrected percentiles of a bootstrap over
    rows, with the stiffness of the curve kept. A part of variance is never negative, so an
    unrelated child has an interval above 0, not around it.

    Scores that correlate carry each other's part: the sum of `ratio` may exceed 1.

    References
    ----------
    .. [1] P. Paruolo, M. Saisana, A. Saltelli, "Ratings and rankings: voodoo or
       science?", Journal of the Royal Statistical Society A 176(3), 2013, pp. 609-634.
    .. [2] B. Efron, "Better bootstrap confidence intervals", Journal of the American
       Statistical Association 82(397), 1987, pp. 171-185.
    .. [3] W. Becker, M. Saisana, P. Paruolo, I. Vandecasteele, "Weights and importance in
       composite indicators: closing the gap", Ecological Indicators 80, 2017, pp. 12-22.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(2, 500))
    >>> found = importance(x, 3 * x[0] + x[1], np.array([1.0, 1.0]))
    >>> found.ratio.round(1), found.below
    (array([0.9, 0.1]), array([False,  True]))
    """
    size = len(children)
    weight = weights / weights.sum() if weights.sum() > 0 else np.full(size, np.nan)
    r, _, n = with_one(children, parent)
    curves = [_curve(row, parent) for row in children]
    ratio = np.array([np.nan if c is None else c.explained(np.ones((1, c.n)))[0] for c in curves])
    drawn = _bootstrap(children, parent, curves, resamples, seed)
    share = _shares(ratio)
    low, high = _interval(drawn, ratio, level)
    share_low, share_high = _interval(_shares(drawn), share, level)
    counts = weight > 0
    above, below = counts & (share > factor * weight), counts & (share < weight / factor)
    return Importance(
        weight, r**2, ratio, low, high, share, share_low, share_high, above, below, n, factor
    )  # fmt: skip


def weigh_against(found: Importance, node: object, children: Sequence[object]) -> tuple[Finding, ...]:
    """Say which children move a node much more, or much less, than they weigh.

    Parameters
    ----------
    found : Importance
        From `importance`.
    node : str or Mapping
        What to call the node: text, or a mapping of languages.
    children : sequence of str or Mapping
        What to call its children, in order.

    Returns
    -------
    tuple of Finding
    """
    out = []
    for i, child in enumerate(children):
        percent = {"share": _percent(found.share[i]), "weight": _percent(found.weight[i])}
        params = {"child": child, "node": node, "factor": found.factor, **percent}
        if found.above[i]:
            out.append(Finding("importance-above-weight", "warning", params=params))
        elif found.below[i]:
            out.append(Finding("importance-below-weight", "warning", params=params))
    return tuple(out)


def _percent(share: float) -> float:
    return round(100 * float(share), 1)


def subtree(shape: Shape, node: int) -> Shape:
    """Return the tree below a node, with the node as its root and the same leaf columns.

    Parameters
    ----------
    shape : Shape
        The whole tree.
    node : int
        Position of the new root.

    Returns
    -------
    Shape

    Examples
    --------
    >>> whole = Shape(((1, 2), (), (3, 4), (), ()), (-1, 0, -1, 1, 2), np.ones(5), ("arithmetic",) * 5)
    >>> below = subtree(whole, 2)
    >>> below.children, below.leaf
    (((1, 2), (), ()), (-1, 1, 2))
    """
    kept = [node]
    for position in range(node, len(shape.children)):
        if position in kept:
            kept += shape.children[position]
    kept.sort()
    place = {old: new for new, old in enumerate(kept)}
    return Shape(
        tuple(tuple(place[c] for c in shape.children[old]) for old in kept),
        tuple(shape.leaf[old] for old in kept),
        shape.weight[kept],
        tuple(shape.method[old] for old in kept),
    )


def importance_of_children(shape: Shape, scores: Array, node: int, **options: Any) -> Importance:
    """Set what each child of a node moves beside what it weighs.

    Parameters
    ----------
    shape : Shape
        The tree.
    scores : ndarray, shape (n_node, n_row)
        Scores of every node, as `roll_up` gives them. [0 to 100]
    node : int
        Position of an inner node.
    **options
        Of `importance`.

    Returns
    -------
    Importance
        In the order of the node's children.
    """
    children = list(shape.children[node])
    return importance(scores[children], scores[node], shape.weight[children], **options)


def importance_of_leaves(shape: Shape, scores: Array, node: int = 0, **options: Any) -> Importance:
    """Set what each leaf below a node moves beside its effective weight in that node.

    Parameters
    ----------
    shape : Shape
        The tree.
    scores : ndarray, shape (n_node, n_row)
        Scores of every node, as `roll_up` gives them. A leaf without any score leaves
        the base of the effective weights. [0 to 100]
    node : int
        Position of an inner node; 0 is the top.
    **options
        Of `importance`.

    Returns
    -------
    Importance
        In the order in which the leaves below the node stand in the tree.
    """
    below = subtree(shape, node)
    position = {leaf: at for at, leaf in enumerate(shape.leaf) if leaf >= 0}
    leaves = [leaf for leaf in below.leaf if leaf >= 0]
    rows = scores[[position[leaf] for leaf in leaves]]
    base = np.zeros(max(leaves, default=-1) + 1, dtype=bool)
    base[leaves] = ~np.isnan(rows).all(axis=1)
    weights = effective_weights(below, base.tolist())[leaves]
    return importance(rows, scores[node], weights, **options)


def _curve(child: Array, parent: Array) -> Smoother | None:
    both = ~(np.isnan(child) | np.isnan(parent))
    x, y = child[both], parent[both]
    if both.sum() < LEAST or np.ptp(x) <= 0 or np.ptp(y) <= 0:
        return None
    return Smoother.fit(x, y)


def _bootstrap(
    children: Array, parent: Array, curves: Sequence[Smoother | None], resamples: int, seed: int
) -> Array:
    """Return correlation ratios of resampled rows, shape (resamples, n_child)."""
    rng, n = np.random.default_rng(seed), len(parent)
    both = ~np.isnan(children) & ~np.isnan(parent)
    out = np.full((resamples, len(children)), np.nan)
    for begin in range(0, resamples, BLOCK):
        size = min(BLOCK, resamples - begin)
        counts = rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float64)
        for i, curve in enumerate(curves):
            if curve is not None:
                out[begin : begin + size, i] = curve.explained(counts[:, both[i]])
    return out


def _interval(drawn: Array, found: Array, level: float) -> tuple[Array, Array]:
    """Return bias-corrected percentiles: resamples repeat rows, and curves bend after repetitions."""
    from scipy.special import ndtr, ndtri

    out = np.full((2, len(found)), np.nan)
    for i in np.flatnonzero(~np.isnan(found)):
        sample = drawn[~np.isnan(drawn[:, i]), i]
        if sample.size:
            below = ((sample < found[i]).sum() + (sample == found[i]).sum() / 2) / sample.size
            shift = 2 * ndtri(np.clip(below, 1 / (2 * sample.size), 1 - 1 / (2 * sample.size)))
            tails = ndtr(shift + ndtri([(1 - level) / 2, (1 + level) / 2]))
            out[:, i] = np.quantile(sample, tails)
    return out[0], out[1]


def _shares(ratio: Array) -> Array:
    total = np.where(np.isnan(ratio), 0.0, ratio).sum(axis=-1, keepdims=True)
    return np.divide(ratio, total, out=np.full_like(ratio, np.nan), where=total > 0)
