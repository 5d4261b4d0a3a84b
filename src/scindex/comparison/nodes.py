"""Comparable nodes, settled pairs, and what a city might report next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.entries import Indicator
from scindex.index.rank import ordered_groups
from scindex.index.rollup import Array, Mask, effective_weights, roll_up
from scindex.scoring import Scores, score
from scindex.scoring.tree import Branch

WHATEVER, COMMON, TIED, OPEN = "whatever", "common", "tied", "open"
"""How far the order of two cities is settled: whatever is missing, on the indicators
both report, equal with nothing missing, or not."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A city's score at one node, with where it can lie. [0 to 100]"""

    city_id: str
    city: str
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cities at one node: `first` is ahead unless the order is open."""

    first: str
    second: str
    settled: str


@dataclass(frozen=True, slots=True)
class Comparable:
    """A node that two or more cities measure well enough.

    Attributes
    ----------
    branch : Branch
    n_scorable, n : int
        Indicators with goalposts, and all, below the node.
    standings : tuple of Standing
        Best first.
    groups : tuple of tuple of int
        Positions in `standings`: the finest groups whose order holds whatever is missing.
    pairs : tuple of Pair
        Every pair of cities.
    """

    branch: Branch
    n_scorable: int
    n: int
    standings: tuple[Standing, ...]
    groups: tuple[tuple[int, ...], ...]
    pairs: tuple[Pair, ...]


def comparable_nodes(scores: Scores) -> list[Comparable]:
    """Go down the tree to the nodes that two or more cities measure well enough.

    Parameters
    ----------
    scores : Scores
        Of several cities; the goalpost scores of each city's row are used.

    Returns
    -------
    list of Comparable
        In tree order. A node is not opened further once it is comparable.
    """
    table = latest_rows(scores)
    by_node = {node: rows for node, rows in table.groupby("node", observed=True)}
    return [_compare(scores, branch, by_node[branch.id]) for branch in _well_measured(scores, by_node, 0)]


def own_tree(scores: Scores) -> Scores:
    """Return the same observations scored on the framework's own tree, for comparing."""
    changed = any(f.code == "definition-changed" for f in scores.findings)
    if changed or (not scores.recipe.by and not scores.recipe.total):
        return scores  # a result saved under an older definition keeps its own numbers
    recipe = replace(scores.recipe, by="", total=False)
    return score(scores.observations, scores.framework, recipe=recipe, year=scores.year)


def latest_rows(scores: Scores, kind: str = "goalposts") -> pd.DataFrame:
    """Return one kind of score, the newest row of each city."""
    table = scores.scores[scores.scores["kind"] == kind]
    if table.groupby("city_id", observed=True)["year"].nunique().max() == 1:
        return table
    newest = table.groupby("city_id", observed=True)["year"].transform("max")
    return table[table["year"] == newest]


@dataclass(frozen=True, slots=True)
class Cell:
    """One city at one node: its score and range [0 to 100], and how many indicators are behind it."""

    score: float
    low: float
    high: float
    n: int
    n_reported: int
    n_scorable: int
    n_scored: int


def cells(rows: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    """Return the rows of the `scores` table by (node, city_id)."""
    columns = ["score", "missing_low", "missing_high", "n", "n_reported", "n_scorable", "n_scored"]
    values: list[list[Any]] = [rows[c].tolist() for c in columns]
    keys = zip(rows["node"].astype(str).tolist(), rows["city_id"].astype(str).tolist())
    return {key: Cell(*row) for key, row in zip(keys, zip(*values))}


def _well_measured(scores: Scores, by_node: dict, position: int) -> Iterator[Branch]:
    for child in scores.tree.branches[position].children:
        branch = scores.tree.branches[child]
        if branch.id in by_node and by_node[branch.id]["score"].notna().sum() >= 2:
            yield branch
        else:
            yield from _well_measured(scores, by_node, child)


def _compare(scores: Scores, branch: Branch, rows: pd.DataFrame) -> Comparable:
    rows = rows[rows["score"].notna()].sort_values(["score", "city_id"], ascending=[False, True])
    standings = tuple(
        Standing(str(r.city_id), str(r.city), float(r.score), float(r.missing_low), float(r.missing_high))  # type: ignore[arg-type]
        for r in rows.itertuples()
    )
    # a score without bounds may lie anywhere, so it settles nothing
    low = np.nan_to_num([s.low for s in standings], nan=-np.inf)
    groups = ordered_groups(low, np.nan_to_num([s.high for s in standings], nan=np.inf))
    return Comparable(
        branch,
        int(rows["n_scorable"].max()),
        int(rows["n"].max()),
        standings,
        tuple(tuple(sorted(g)) for g in groups),
        tuple(_pairs(scores, branch, standings)) if len(standings) <= MOST_PAIRED else (),
    )


MOST_PAIRED = 30
"""Cities up to which every pair is settled one by one."""


def _pairs(scores: Scores, branch: Branch, standings: tuple[Standing, ...]) -> Iterator[Pair]:
    leaves = open_leaves(scores)
    for a, b in combinations(standings, 2):
        if a.low > b.high or b.low > a.high:
            ahead = (a, b) if a.low > b.high else (b, a)
            yield Pair(ahead[0].city_id, ahead[1].city_id, WHATEVER)
            continue
        if a.low == a.high == b.low == b.high:
            yield Pair(a.city_id, b.city_id, TIED)
            continue
        gap = _gap_on_common_base(scores, branch, leaves, a.city_id, b.city_id)
        if gap is None or abs(gap) < 1e-9:
            yield Pair(a.city_id, b.city_id, OPEN)
        else:
            ahead = (a, b) if gap > 0 else (b, a)
            yield Pair(ahead[0].city_id, ahead[1].city_id, COMMON)


@dataclass(frozen=True, slots=True)
class Leaves:
    """Goalpost scores of every leaf by city, and whether each counts; arrays of n_leaf by city."""

    score: dict[str, Array]
    base: dict[str, Mask]


def open_leaves(scores: Scores) -> Leaves:
    """Return the leaves of every city, in the order of the tree's indicators."""
    table = latest_rows(scores)
    table = table[table["node"].isin([i.id for i in scores.tree.indicators])]
    found = Leaves({}, {})
    for city_id in table["city_id"].unique():
        rows = leaf_rows(scores, str(city_id))
        scored = (rows["n_scored"] == 1).to_numpy(bool)
        found.score[str(city_id)] = np.where(scored, rows["missing_low"].to_numpy(float), np.nan)
        found.base[str(city_id)] = (rows["n_scorable"] == 1).to_numpy(bool)
    return found


def _gap_on_common_base(scores: Scores, branch: Branch, leaves: Leaves, a: str, b: str) -> float | None:
    """Score of `a` less that of `b` over the leaves both have; None if too few."""
    values = np.stack([leaves.score[a], leaves.score[b]], axis=1)
    common = ~np.isnan(values).any(axis=1, keepdims=True)
    base = np.stack([leaves.base[a] & leaves.base[b]] * 2, axis=1)
    up = roll_up(scores.shape(), np.where(common, values, np.nan), base)
    position = scores.tree.position(branch.id)
    if not up.coverage[position, 0] >= scores.recipe.show_coverage - 1e-12:
        return None
    return float(up.score[position, 0] - up.score[position, 1])


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator a city does not report, and how much of its top node hangs on it. [0 to 1]"""

    indicator: Indicator
    top: Branch
    share: float


def report_next(scores: Scores, city_id: str, most: int = 5) -> list[Gap]:
    """Return the unreported indicators whose values would narrow the ranges most.

    Parameters
    ----------
    scores : Scores
    city_id : str
    most : int
        How many.

    Returns
    -------
    list of Gap
        Widest effect first: the share of the top node's range that the value settles.
    """
    leaves = leaf_rows(scores, city_id)
    unreported = ((leaves["n_scorable"] == 1) & (leaves["n_scored"] == 0)).to_numpy()
    base = (leaves["n_scorable"] == 1).to_numpy()
    gaps = []
    for top in scores.tree.top:
        columns = list(scores.tree.below(scores.tree.position(top.id)))
        inside = np.zeros(len(base), dtype=bool)
        inside[columns] = True
        shares = effective_weights(scores.shape(city_id), list(base & inside))
        gaps += [Gap(scores.tree.indicators[c], top, float(shares[c])) for c in columns if unreported[c]]
    return sorted(gaps, key=lambda g: (-g.share, g.indicator.id))[:most]


def leaf_rows(scores: Scores, city_id: str) -> pd.DataFrame:
    """Return the rows of one city's leaves, in the order of the tree's indicators."""
    table = latest_rows(scores)
    table = table[(table["city_id"] == city_id)]
    return table.set_index(table["node"].astype(str)).reindex([i.id for i in scores.tree.indicators])
