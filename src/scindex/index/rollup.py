"""A tree as positions, and the climb up it: scores, bounds and coverage of every node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scindex.index.aggregate import AGGREGATORS
from scindex.methods import parse

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
        Aggregation method of each inner node, as a recipe writes it.
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


def climb(
    shape: Shape, leaves: Array, weights: Array | None = None, nodes: Sequence[int] | None = None
) -> Array:
    """Aggregate leaf scores to every node of a tree, or to some.

    Parameters
    ----------
    shape : Shape
        The tree.
    leaves : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        Leaf scores; NaN is left out. [0 to 100]
    weights : ndarray, shape (n_node, ...) broadcasting to a node's scores
        Weights among siblings, where they differ by draw or by row; else the shape's.
    nodes : sequence of int, optional
        Positions of the nodes wanted; left out, all.

    Returns
    -------
    ndarray, shape (n_node, n_row) or (n_node, n_draw, n_row)
        Scores of the nodes wanted. [0 to 100]

    Notes
    -----
    Where only weights are drawn and every method below a node is the arithmetic mean, its
    score is one product of leaf scores with effective weights, made once for each pattern
    of missing leaves. Everywhere else a draw gets the same bits alone and among others.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("minimum", "", ""))
    >>> climb(shape, np.array([[50.0], [70.0]]))[0]
    array([50.])
    """
    if weights is None:
        weights = shape.weight.reshape(-1, *(1,) * (leaves.ndim - 1))
    # weights may differ by draw where leaves do not
    extent = np.broadcast_shapes(leaves.shape[1:], weights.shape[1:])
    wanted = range(len(shape.children)) if nodes is None else nodes
    only_weights = nodes is not None and extent[:-1] != leaves.shape[1:-1]
    if only_weights and is_product(shape, leaves, wanted):
        return np.stack([_product(shape, node, leaves, weights) for node in wanted])
    up: dict[int, Array] = {}
    for node in sorted(needed(shape, wanted), reverse=True):
        children = list(shape.children[node])
        if shape.leaf[node] >= 0:
            up[node] = leaves[shape.leaf[node]]
        elif children:
            method = parse("aggregate", shape.method[node])
            below = np.stack(np.broadcast_arrays(*(up[c] for c in children)))
            up[node] = AGGREGATORS[method.name].combine(below, weights[children], **method.options)
        else:
            up[node] = np.full(extent, np.nan)
    out = np.empty((len(wanted), *extent))
    for place, node in enumerate(wanted):
        out[place] = up[node]
    return out


def needed(shape: Shape, wanted: Sequence[int]) -> set[int]:
    """Return the positions of some nodes and of all below them."""
    found, pending = set[int](), list(wanted)
    while pending:
        node = pending.pop()
        if node not in found:
            found.add(node)
            pending.extend(shape.children[node])
    return found


def is_product(shape: Shape, leaves: Array, nodes: Sequence[int]) -> bool:
    """Return whether nodes are scored as one product, where only weights are drawn.

    A product's last bits may depend on how many draws it is made for: then a block of
    draws has to be kept whole.
    """
    return all(_linear(shape, node) for node in nodes) and _few_gaps(leaves)


def _linear(shape: Shape, node: int) -> bool:
    return all(not shape.children[n] or shape.method[n] == "arithmetic" for n in needed(shape, [node]))


MOST_PATTERNS = 8
"""Patterns of missing leaves up to which one product for each is worth it."""


def _few_gaps(leaves: Array) -> bool:
    return len(_patterns(np.isnan(leaves[:, 0]))[0]) <= MOST_PATTERNS


def _patterns(gaps: Mask) -> tuple[Mask, NDArray[np.intp]]:
    """Return the different sets of missing leaves (n_pattern, n_leaf), and which one each row has."""
    if not gaps.any():
        return gaps[:, :1].T, np.zeros(gaps.shape[1], np.intp)
    packed = np.ascontiguousarray(np.packbits(gaps, axis=0).T)
    key = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return gaps[:, first].T, which


def _product(shape: Shape, node: int, leaves: Array, weights: Array) -> Array:
    """Score a node as effective weights times leaf scores: (n_draw, n_row)."""
    scores = leaves[:, 0]
    out = np.full((weights.shape[1], scores.shape[1]), np.nan)
    patterns, which = _patterns(np.isnan(scores))
    for number, gone in enumerate(patterns):
        shares = _shares_below(shape, node, weights[..., 0], gone)
        if shares is not None:
            rows = slice(None) if len(patterns) == 1 else which == number
            out[:, rows] = np.ascontiguousarray(shares[~gone].T) @ scores[~gone][:, rows]
    return out


def _shares_below(shape: Shape, node: int, weights: Array, gone: Mask) -> Array | None:
    """Return effective weights below a node in each draw: (n_leaf, n_draw); None if no leaf is left."""
    inside = sorted(needed(shape, [node]))
    alive = np.zeros(len(shape.children), dtype=bool)
    for n in reversed(inside):
        alive[n] = not gone[shape.leaf[n]] if shape.leaf[n] >= 0 else alive[list(shape.children[n])].any()
    mass = np.zeros((len(shape.children), weights.shape[1]))
    mass[node] = 1.0
    out = np.zeros((len(gone), weights.shape[1]))
    for n in inside:
        children = [c for c in shape.children[n] if alive[c]]
        if children:
            total = weights[children].sum(axis=0)
            mass[children] = mass[n] * np.divide(
                weights[children], total, where=total > 0, out=np.zeros_like(weights[children])
            )
        elif shape.leaf[n] >= 0:
            out[shape.leaf[n]] = mass[n]
    return out if alive[node] else None


def roll_up(
    shape: Shape,
    scores: Array,
    base: Mask,
    *,
    weights: Array | None = None,
    known: Mask | None = None,
    low: Array | None = None,
    high: Array | None = None,
) -> Rolled:
    """Aggregate leaf scores to every node of a tree, with bounds and coverage.

    Parameters
    ----------
    shape : Shape
        The tree.
    scores : ndarray, shape (n_leaf, n_row)
        Leaf scores; NaN is not scored. [0 to 100]
    base : ndarray of bool, shape (n_leaf, n_row)
        Leaves that can be scored and apply: the base of coverage and bounds.
    weights : ndarray, shape (n_node, n_row), optional
        Weights among siblings where they differ by row; else the shape's.
    known : ndarray of bool, shape (n_leaf, n_row), optional
        Leaves whose score is no estimate, where some are; only these are coverage.
    low, high : ndarray, shape (n_leaf, n_row), optional
        Least and most that each leaf can score; left out, 0 and 100 where it is missing
        and its score where it is not. NaN where nothing can be said. [0 to 100]

    Returns
    -------
    Rolled

    Notes
    -----
    Coverage is by effective weight: the product of shares down the tree, over leaves in
    the base. Bounds are worst-case and hold for monotone methods; they are NaN where a
    method is not monotone or a leaf has none.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))
    >>> up = roll_up(shape, np.array([[50.0], [np.nan]]), np.ones((2, 1), dtype=bool))
    >>> up.score[0], up.low[0], up.high[0], up.coverage[0]
    (array([50.]), array([25.]), array([75.]), array([0.5]))
    """
    scored = base & ~np.isnan(scores)
    up = climb(shape, np.where(scored, scores, np.nan), weights)
    known = scored if known is None else scored & known
    if known.all() and low is None and high is None:
        return Rolled(
            up, up.copy(), up.copy(), np.where(np.isnan(up), np.nan, 1.0), undefined(shape, up, weights)
        )
    plain = replace(shape, method=("arithmetic",) * len(shape.method))
    coverage = climb(plain, np.where(base, known.astype(float), np.nan), weights)
    lows = np.where(scored, scores, 0.0) if low is None else low
    highs = np.where(scored, scores, 100.0) if high is None else high
    lows, highs = np.where(base, lows, np.nan), np.where(base, highs, np.nan)
    unbounded = _unbounded(shape, base & (np.isnan(lows) | np.isnan(highs)), base & (lows != highs))
    bounds = [np.where(unbounded, np.nan, climb(shape, end, weights)) for end in (lows, highs)]
    return Rolled(up, bounds[0], bounds[1], coverage, undefined(shape, up, weights))


def _unbounded(shape: Shape, none: Mask, loose: Mask) -> Mask:
    """Return the nodes without bounds: a leaf has none, or a method is not monotone in a loose one."""
    open_end = np.zeros((len(shape.children), *none.shape[1:]), dtype=bool)
    moving = np.zeros_like(open_end)
    for node in range(len(open_end) - 1, -1, -1):
        if shape.leaf[node] >= 0:
            open_end[node], moving[node] = none[shape.leaf[node]], loose[shape.leaf[node]]
        elif shape.children[node]:
            children = list(shape.children[node])
            moving[node] = moving[children].any(axis=0)
            open_end[node] = open_end[children].any(axis=0)
            if not AGGREGATORS[parse("aggregate", shape.method[node]).name].monotone:
                open_end[node] |= moving[node]
    return open_end


def undefined(shape: Shape, up: Array, weights: Array | None = None) -> Mask:
    """Return where a method met a score that counts and for which it has no meaning.

    Parameters
    ----------
    shape : Shape
        The tree.
    up : ndarray, shape (n_node, n_row) or (n_node, n_draw, n_row)
        Scores of all nodes, as `climb` returns them. [0 to 100]
    weights : ndarray, shape (n_node, ...) broadcasting to `up`, optional
        Weights among siblings, where they differ by draw or by row; else the shape's.

    Returns
    -------
    ndarray of bool, shape of `up`
        At the node itself; nodes above it rest on what it has no score for.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("geometric", "", ""))
    >>> undefined(shape, climb(shape, np.array([[0.0, 50.0], [70.0, 70.0]])))[0]
    array([ True, False])
    """
    if weights is None:
        weights = shape.weight.reshape(-1, *(1,) * (up.ndim - 1))
    counts = weights > 0
    out = np.zeros(up.shape, dtype=bool)
    for node, children in enumerate(shape.children):
        if children:
            below, method = up[list(children)], shape.method[node]
            bad = below <= 0 if undefined_at_zero(method) else below < 0 if _rooted(method) else None
            if bad is not None:
                out[node] = (bad & counts[list(children)]).any(axis=0)
    return out


def _rooted(method: str) -> bool:
    """Return whether an aggregation takes powers, which scores below 0 have none of."""
    parsed = parse("aggregate", method)
    return parsed.name == "generalised" and parsed.options["power"] != 1


def undefined_at_zero(method: str) -> bool:
    """Return whether an aggregation, as a recipe writes it, has no meaning for scores of 0 or below."""
    parsed = parse("aggregate", method)
    aggregator = AGGREGATORS[parsed.name]
    if parsed.name == "generalised":
        return float(parsed.options["power"]) <= 0
    return aggregator.undefined_at_zero


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
