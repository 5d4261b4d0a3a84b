"""A tree as positions, and the climb up it: scores, bounds and coverage of every node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.index.aggregate import AGGREGATORS, arithmetic

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shape:
    """A tree as positions: what the kernels know of a framework.

    Attributes
    ----------
    children : tuple of tuple of int
        Positions of each node's children; parents stand before children, a leaf has none.
    leaf : tuple of int
        Column of the leaf in the score matrix; -1 for inner nodes.
    weight : ndarray, shape (n_node,)
        Weight among siblings. [-]
    method : tuple of str
        Aggregation method of each inner node.
    """

    children: tuple[tuple[int, ...], ...]
    leaf: tuple[int, ...]
    weight: Array
    method: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rolled:
    """What `roll_up` found for every node; each array has shape (n_node, n_row).

    `score` over what is scored; `low` and `high` with every missing applicable leaf at
    the worst and best end [0 to 100]; `coverage`, the scored share of weight [0 to 1];
    `zero`, where a method is undefined for a score of 0 or below.
    """

    score: Array
    low: Array
    high: Array
    coverage: Array
    zero: Mask


def roll_up(shape: Shape, scores: Array, base: Mask) -> Rolled:
    """Aggregate leaf scores to every node of a tree, with bounds and coverage.

    Parameters
    ----------
    shape : Shape
        The tree.
    scores : ndarray, shape (n_leaf, n_row)
        Leaf scores; NaN is not scored. [0 to 100]
    base : ndarray of bool, shape (n_leaf, n_row)
        Leaves that can be scored and apply: the base of coverage and bounds.

    Returns
    -------
    Rolled

    Notes
    -----
    Coverage is by effective weight: the product of shares down the tree, over leaves in
    the base. Bounds are worst-case and hold for monotone methods.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> up = roll_up(shape, np.array([[50.0], [np.nan]]), np.ones((2, 1), dtype=bool))
    >>> up.score[0], up.low[0], up.high[0], up.coverage[0]
    (array([50.]), array([25.]), array([75.]), array([0.5]))
    """
    size = (len(shape.children), scores.shape[1])
    up = Rolled(np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan),
                np.zeros(size, dtype=bool))  # fmt: skip
    for node in range(size[0] - 1, -1, -1):
        if shape.leaf[node] >= 0:
            _place_leaf(up, node, scores[shape.leaf[node]], base[shape.leaf[node]])
        elif shape.children[node]:
            _combine(up, node, shape)
    return up


def _place_leaf(up: Rolled, node: int, score: Array, base: Mask) -> None:
    scored = base & ~np.isnan(score)
    up.score[node] = np.where(scored, score, np.nan)
    up.low[node] = np.where(scored, score, np.where(base, 0.0, np.nan))
    up.high[node] = np.where(scored, score, np.where(base, 100.0, np.nan))
    up.coverage[node] = np.where(base, scored.astype(float), np.nan)


def _combine(up: Rolled, node: int, shape: Shape) -> None:
    children = list(shape.children[node])
    weights = shape.weight[children][:, None]
    method = AGGREGATORS[shape.method[node]]
    up.score[node] = method.combine(up.score[children], weights)
    up.coverage[node] = arithmetic(up.coverage[children], weights)
    if method.monotone:
        up.low[node] = method.combine(up.low[children], weights)
        up.high[node] = method.combine(up.high[children], weights)
    if method.undefined_at_zero:
        up.zero[node] = (up.score[children] <= 0).any(axis=0)


def effective_weights(shape: Shape, base: Sequence[bool]) -> Array:
    """Return each leaf's share of the whole: the product of shares down the tree.

    Parameters
    ----------
    shape : Shape
        The tree; position 0 is its root.
    base : sequence of bool, length n_leaf
        Leaves that count; the others have weight 0 and leave their parents' base.

    Returns
    -------
    ndarray, shape (n_leaf,)
        Sums to 1 over the leaves that count. [0 to 1]

    Examples
    --------
    >>> shape = Shape(((1, 2), (), (3, 4), (), ()), (-1, 0, -1, 1, 2), np.ones(5), ("arithmetic",) * 5)
    >>> effective_weights(shape, [True, True, True])
    array([0.5 , 0.25, 0.25])
    """
    alive = [False] * len(shape.children)
    for node in range(len(alive) - 1, -1, -1):
        leaf = shape.leaf[node]
        alive[node] = base[leaf] if leaf >= 0 else any(alive[c] for c in shape.children[node])
    shares = np.zeros(len(alive))
    shares[0] = float(alive[0])
    for node, children in enumerate(shape.children):
        total = sum(shape.weight[c] for c in children if alive[c])
        for child in children:
            shares[child] = shares[node] * shape.weight[child] / total if alive[child] and total else 0.0
    out = np.zeros(len(base))
    for node, leaf in enumerate(shape.leaf):
        if leaf >= 0:
            out[leaf] = shares[node]
    return out
