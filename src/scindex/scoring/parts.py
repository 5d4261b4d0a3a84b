"""A part of the tree as a tree of its own: what stands below a node and can be scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scindex.index.rollup import Shape
from scindex.scoring.sheet import Sheet


def counted(sheet: Sheet, node: int) -> list[int]:
    """Return the children of a node that can be scored anywhere: the others need no weight."""
    children = sheet.tree.branches[node].children
    return [c for c in children if any(sheet.base[leaf].any() for leaf in sheet.tree.below(c))]


def part_below(
    sheet: Sheet, top: int, weights: NDArray[np.float64] | None = None
) -> tuple[Shape, list[int], list[int]]:
    """Return the tree below a node, without leaves that are scored nowhere.

    Parameters
    ----------
    sheet : Sheet
    top : int
        Position of the node.
    weights : ndarray, shape (n_node,), optional
        In place of the sheet's own.

    Returns
    -------
    shape : Shape
        The part, its root first.
    nodes : list of int
        Position in the whole tree of each node of the part.
    columns : list of int
        Column in the whole of each leaf of the part.
    """
    nodes: list[int] = []

    def walk(node: int) -> None:
        leaf = sheet.tree.branches[node].leaf
        if leaf < 0 or sheet.base[leaf].any():
            nodes.append(node)
        for child in counted(sheet, node):
            walk(child)

    walk(top)
    branches = [sheet.tree.branches[n] for n in nodes]
    columns = [b.leaf for b in branches if b.leaf >= 0]
    at, leaf_at = {n: k for k, n in enumerate(nodes)}, {c: k for k, c in enumerate(columns)}
    shape = replace(
        sheet.shape,
        children=tuple(tuple(at[c] for c in b.children if c in at) for b in branches),
        leaf=tuple(leaf_at.get(b.leaf, -1) for b in branches),
        weight=(sheet.shape.weight if weights is None else weights)[nodes],
        method=tuple(sheet.shape.method[n] for n in nodes),
    )
    return shape, nodes, columns
