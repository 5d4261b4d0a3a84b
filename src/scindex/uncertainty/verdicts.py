"""What counts of draws say of the cities at one node: ranks, pairs, groups, and who supports whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.index.rollup import Shape
from scindex.scoring.parts import part_below
from scindex.scoring.sheet import Sheet
from scindex.uncertainty.admissible import bounds_within, linear_scores, necessary_order
from scindex.uncertainty.groups import hasse, ordered_partition, settled
from scindex.uncertainty.plan import Plan
from scindex.uncertainty.precision import proportion_error
from scindex.uncertainty.ranks import Tally, acceptability, ahead, central_weights, rank_quantiles
from scindex.uncertainty.simulate import World

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
"""Probability from which one city is called ahead of another."""

PAIRS = ("node", "first", "second", "p_ahead", "error", "settled", "covers", "necessary")
GROUPS = ("node", "group", "city_id", "city")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A node whose cities are ranked: its position, and the rows that have a score."""

    sheet: Sheet
    position: int
    rows: NDArray[np.intp]

    @property
    def id(self) -> str:
        return self.sheet.tree.branches[self.position].id

    @property
    def city_ids(self) -> list[str]:
        return self.sheet.data.rows["city_id"].iloc[self.rows].astype(str).tolist()

    @property
    def cities(self) -> list[str]:
        return self.sheet.data.rows["city"].iloc[self.rows].astype(str).tolist()

    @property
    def children(self) -> list[int]:
        return list(self.sheet.tree.branches[self.position].children)


def tables_of(world: World, plan: Plan, node: Place, counted: Tally) -> dict[str, pd.DataFrame]:
    share = acceptability(counted)
    low, middle, high = rank_quantiles(counted, (0.05, 0.5, 0.95))
    ids = node.city_ids
    ranks = {"node": node.id, "city_id": ids, "city": node.cities, "rank_p05": low, "rank_median": middle}
    row, rank = np.nonzero(share)
    weights = central_weights(counted)
    child, city = np.nonzero(~np.isnan(weights))
    names = [node.sheet.tree.branches[c].id for c in node.children]
    return {
        "ranks": pd.DataFrame({**ranks, "rank_p95": high, "first": share[:, 0]}),
        "acceptability": pd.DataFrame({
            "node": node.id, "city_id": [ids[r] for r in row], "rank": rank + 1, "share": share[row, rank],
            "error": proportion_error(share[row, rank], counted.n),
        }),
        "central_weights": pd.DataFrame({
            "node": node.id, "city_id": [ids[c] for c in city], "child": [names[k] for k in child],
            "weight": weights[child, city],
        }),
        **pair_tables(world, plan, node, counted),
    }  # fmt: skip


def pair_tables(world: World, plan: Plan, node: Place, counted: Tally) -> dict[str, pd.DataFrame]:
    ids = node.city_ids
    if not counted.ahead.size:
        return {"pairs": pd.DataFrame(columns=list(PAIRS)), "groups": pd.DataFrame(columns=list(GROUPS))}
    p = ahead(counted)
    sure = settled(p, CONFIDENCE)
    covers = hasse(sure).covers
    necessary = _necessary(world, plan, node)
    order = np.argsort(-p.sum(axis=1), kind="stable")
    first, second = np.triu_indices(len(ids), 1)
    a, b = order[first], order[second]
    a, b = np.where(p[a, b] >= 0.5, a, b), np.where(p[a, b] >= 0.5, b, a)
    pairs = {
        "node": node.id,
        "first": [ids[k] for k in a],
        "second": [ids[k] for k in b],
        "p_ahead": p[a, b],
        "error": proportion_error(p[a, b], counted.n),
        "settled": sure[a, b],
        "covers": covers[a, b],
        "necessary": [None] * len(a) if necessary is None else necessary[a, b],
    }
    rows = [(g, k) for g, members in enumerate(ordered_partition(sure), start=1) for k in members]
    groups = {
        "node": node.id,
        "group": [g for g, _ in rows],
        "city_id": [ids[k] for _, k in rows],
        "city": [node.cities[k] for _, k in rows],
    }
    return {"pairs": pd.DataFrame(pairs), "groups": pd.DataFrame(groups)}


def _necessary(world: World, plan: Plan, node: Place) -> Mask | None:
    """Return who is ahead under all admissible weights; None where that cannot be asked."""
    nominal = world.variants[0].nominal
    shape, columns, low, high = admitted(node.sheet, node.position, nominal.weights[:, 0], plan.within)
    scores = nominal.stepped.scores[columns][:, node.rows]
    try:
        return necessary_order(shape, linear_scores(shape, scores, low, high), low, high)
    except MethodError:
        return None


def admitted(sheet: Sheet, top: int, weights: Array, within: float) -> tuple[Shape, list[int], Array, Array]:
    """Return the tree below a node and the shares that its nodes may take.

    Parameters
    ----------
    sheet : Sheet
    top : int
        Position of the node.
    weights : ndarray, shape (n_node,)
        In use.
    within : float
        Largest relative change of a share, where the framework gives no range of its own.

    Returns
    -------
    shape : Shape
        The part below the node, without what is scored nowhere.
    columns : list of int
        Column in the whole of each leaf of the part.
    low, high : ndarray, shape (n_node of the part,)
        Bounds of each share among siblings. [0 to 1]
    """
    shape, nodes, columns = part_below(sheet, top, weights)
    low, high = bounds_within(shape, within)
    for place, position in enumerate(nodes):
        own = sheet.framework.nodes.get(sheet.tree.branches[position].id)
        if place and own is not None and own.weight_range is not None:
            low[place], high[place] = own.weight_range
    return shape, columns, low, high
