"""Put the labels back: arrays of nodes by rows become the `scores` table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.catalogue.entries import STANDINGS
from scindex.index.rank import rank_ranges
from scindex.index.rollup import Rolled
from scindex.recipe import Recipe
from scindex.scoring.matrix import NOT_APPLICABLE, REPORTED, Matrix
from scindex.scoring.tree import Tree


def label_nodes(
    tree: Tree,
    data: Matrix,
    up: Rolled,
    base: np.ndarray,
    standings: list[str | None],
    framework: str,
    kind: str,
    recipe: Recipe,
) -> pd.DataFrame:
    """Return the `scores` table of one kind of score.

    Parameters
    ----------
    tree, data : Tree, Matrix
        What was scored.
    up : Rolled
        Scores, bounds and coverage; arrays of shape (n_node, n_row).
    base : ndarray of bool, shape (n_leaf, n_row)
        Leaves that can be scored and apply.
    standings : list of str or None
        Who stands behind each leaf's goalposts.
    framework, kind : str
    recipe : Recipe
        `show_coverage` hides thin points, `total` keeps the root.

    Returns
    -------
    DataFrame
        One row per city, year and node; cities sorted by id, nodes in tree order.
    """
    shown = up.coverage >= recipe.show_coverage - 1e-12
    counts = _count(tree, data, base, standings)
    best, worst_rank = _ranks(data, up, shown)
    # a node without any target has no points; one without goalposts still shows what is reported
    told = {c for c in range(len(base)) if kind == "goalposts" or base[c].any()}
    named = [i for i, b in enumerate(tree.branches) if b.id or recipe.total]
    nodes = [i for i in named if not told.isdisjoint(tree.below(i))]
    n_row = len(data.rows)
    cells = {
        "score": np.where(shown, up.score, np.nan),
        "missing_low": up.low,
        "missing_high": up.high,
        **{name: None for name in ("data_p05", "data_p95", "method_min", "method_max")},
        "rank_best": best,
        "rank_worst": worst_rank,
    }
    table = {
        "framework": _repeat(framework, n_row * len(nodes)),
        "kind": _coded(np.full(n_row * len(nodes), KINDS.index(kind), np.int8), KINDS),
        "city_id": _per_row(data.rows["city_id"], len(nodes)),
        "city": _per_row(data.rows["city"], len(nodes)),
        "year": np.repeat(data.rows["year"].to_numpy(np.int64), len(nodes)),
        "node": _per_node([b.id for b in tree.branches], nodes, n_row),
        "level": _per_node([b.level for b in tree.branches], nodes, n_row),
    }
    for name, values in cells.items():
        table[name] = np.full(n_row * len(nodes), np.nan) if values is None else values[nodes].T.ravel()
    ranked = ~np.isnan(table["rank_best"])
    table["rank_basis"] = _coded(ranked.astype(np.int8), ["", "missing"])
    for name, values in counts.items():
        table[name] = values[nodes].T.ravel()
    table["coverage"] = up.coverage[nodes].T.ravel()
    table["standing"] = _coded(table.pop("standing_code"), ["", *STANDINGS])
    return pd.DataFrame({name: table[name] for name in COLUMNS}, copy=False)


KINDS = ["goalposts", "u4ssc_points"]
"""Kinds of score; one list of categories, so that tables join without being read as text."""

COLUMNS = [
    "framework", "kind", "city_id", "city", "year", "node", "level", "score", "missing_low", "missing_high",
    "data_p05", "data_p95", "method_min", "method_max", "rank_best", "rank_worst", "rank_basis",
    "n", "n_reported", "n_scorable", "n_scored", "coverage", "year_min", "year_max", "standing",
]  # fmt: skip
"""Columns of the `scores` table, in order."""


def _count(tree: Tree, data: Matrix, base: np.ndarray, standings: list[str | None]) -> dict[str, np.ndarray]:
    """Count leaves below each node, span their years, take their weakest standing."""
    size = (len(tree.branches), base.shape[1])
    reported = data.state == REPORTED
    scored = base & reported
    counts = {name: np.zeros(size, np.int32) for name in ("n", "n_reported", "n_scorable", "n_scored")}
    leaves = {
        "n": data.state != NOT_APPLICABLE,
        "n_reported": reported,
        "n_scorable": base,
        "n_scored": scored,
    }
    first, last = np.full(size, 9999, np.int16), np.zeros(size, np.int16)
    weakest = np.zeros(size, np.int8)
    rank = np.array([1 + STANDINGS.index(s) if s else 0 for s in standings], np.int8)
    for node in range(size[0] - 1, -1, -1):
        branch = tree.branches[node]
        if branch.leaf >= 0:
            for name, column in counts.items():
                column[node] = leaves[name][branch.leaf]
            first[node] = np.where(reported[branch.leaf], data.years[branch.leaf], 9999)
            last[node] = data.years[branch.leaf]
            weakest[node] = np.where(scored[branch.leaf], rank[branch.leaf], 0)
        elif branch.children:
            below = list(branch.children)
            for column in counts.values():
                column[node] = column[below].sum(axis=0)
            first[node], last[node] = first[below].min(axis=0), last[below].max(axis=0)
            weakest[node] = weakest[below].max(axis=0)
    years = {"year_min": np.where(last > 0, first, np.nan), "year_max": np.where(last > 0, last, np.nan)}
    return {**counts, **years, "standing_code": weakest}


def _ranks(data: Matrix, up: Rolled, shown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank rows by their ranges: all together when each city has one row, else within a year."""
    best, worst = np.full(up.low.shape, np.nan), np.full(up.low.shape, np.nan)
    one_each = data.rows["city_id"].is_unique
    years = np.zeros(len(data.rows)) if one_each else data.rows["year"].to_numpy()
    for year in np.unique(years):
        together = years == year
        for node in range(len(up.low)):
            low = np.where(shown[node, together], up.low[node, together], np.nan)
            high = np.where(shown[node, together], up.high[node, together], np.nan)
            best[node, together], worst[node, together] = rank_ranges(low, high)
    return best, worst


def _coded(codes: np.ndarray, labels: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(labels))  # type: ignore[call-overload]


def _repeat(text: str, times: int) -> pd.Categorical:
    return _coded(np.zeros(times, np.int8), [text])


def _per_row(column: pd.Series, times: int) -> pd.Categorical:
    codes, labels = pd.factorize(column)
    return pd.Categorical.from_codes(np.repeat(codes, times), pd.Index(labels, dtype=str))


def _per_node(texts: list[str], nodes: list[int], times: int) -> pd.Categorical:
    """Label nodes by codes into the whole tree, the same for every kind of score."""
    codes, labels = pd.factorize(np.array(texts, dtype=object))
    return _coded(np.tile(codes[nodes], times), list(labels))
