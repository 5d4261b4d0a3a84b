"""Random trees for what holds over all admissible weights."""

from __future__ import annotations

import numpy as np

from scindex.index.rollup import Shape


def grow(rng, *, depth=3, most=4, method="arithmetic"):
    """A tree in which parents stand before children, each branch ending in a leaf."""
    children, level = [()], [(0, 0)]
    while level:
        node, at = level.pop(0)
        if node and (at >= depth or rng.random() < 0.4):
            continue
        n = int(rng.integers(1, most + 1))
        mine = tuple(range(len(children), len(children) + n))
        children[node] = mine
        children += [()] * n
        level += [(child, at + 1) for child in mine]
    leaves = [node for node, below in enumerate(children) if not below]
    leaf = [-1] * len(children)
    for column, node in enumerate(leaves):
        leaf[node] = column
    weight = rng.uniform(0.2, 5, len(children))
    return Shape(tuple(children), tuple(leaf), weight, tuple(method if below else "" for below in children))


def bound(rng, shape):
    """Bounds that admit at least one set of shares at each node."""
    low, high = np.zeros(len(shape.children)), np.ones(len(shape.children))
    for children in shape.children:
        if children:
            mine = list(children)
            inside = rng.dirichlet(np.ones(len(mine)))
            low[mine] = inside * rng.uniform(0, 1, len(mine))
            high[mine] = inside + (1 - inside) * rng.uniform(0, 1, len(mine))
    return low, high


def shares(rng, shape, low, high):
    """Some admissible shares: a random filling up from the least ones."""
    out = np.ones(len(shape.children))
    for children in shape.children:
        mine = list(children)
        if mine:
            out[mine] = low[mine]
            for child in rng.permutation(mine):
                out[child] += min(high[child] - out[child], 1 - out[mine].sum())
    return out
