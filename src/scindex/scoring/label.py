"""Put the labels back: arrays of nodes by rows become the `scores` table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.catalogue.entries import STANDINGS
from scindex.index.rank import rank_ranges
from scindex.index.rollup import Rolled
from scindex.methods import STEPS
from scindex.scoring.matrix import NOT_APPLICABLE, REPORTED, Matrix
from scindex.scoring.ordering import Ordered
from scindex.scoring.sheet import Sheet
from scindex.scoring.tree import Tree


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """What is counted below each node; arrays of shape (n_leaf, n_row).

    Attributes
    ----------
    scores : ndarray
        NaN where there is none.
    base : ndarray of bool
        Leaves that can be scored and apply.
    imputed : ndarray of bool
        Scores that rest on an imputed value.
    standings : tuple of str, length n_leaf
        Who stands behind each leaf's goalposts or target; empty where nobody has to.
    """

    scores: np.ndarray
    base: np.ndarray
    imputed: np.ndarray
    standings: tuple[str, ...]


def label_nodes(
    sheet: Sheet, up: Rolled, leaves: Leaves, kind: str, ordered: Ordered | None = None
) -> pd.DataFrame:
    """Return the `scores` table of one kind of score.

    Parameters
    ----------
    sheet : Sheet
        What was scored; the recipe's `show_coverage` hides thin points, `total` keeps
        the root.
    up : Rolled
        Scores, bounds and coverage; arrays of shape (n_node, n_row).
    leaves : Leaves
    kind : str
        One of `KINDS`.
    ordered : Ordered, optional
        Ranks of the total by an order method, in place of those of its scores.

    Returns
    -------
    DataFrame
        One row per city, year and node; cities sorted by id, nodes in tree order.
    """
    tree, data, recipe, base = sheet.tree, sheet.data, sheet.recipe, leaves.base
    shown = up.coverage >= recipe.show_coverage - 1e-12
    counts = _count(tree, data, leaves)
    best, worst_rank, basis = _ranks(sheet, up, shown, ordered)
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
        "framework": _repeat(sheet.framework.id, n_row * len(nodes)),
        "kind": _coded(np.full(n_row * len(nodes), KINDS.index(kind), np.int8), KINDS),
        "city_id": _per_row(data.rows["city_id"], len(nodes)),
        "city": _per_row(data.rows["city"], len(nodes)),
        "year": np.repeat(data.rows["year"].to_numpy(np.int64), len(nodes)),
        "node": _per_node([b.id for b in tree.branches], nodes, n_row),
        "level": _per_node([b.level for b in tree.branches], nodes, n_row),
    }
    for name, values in cells.items():
        table[name] = np.full(n_row * len(nodes), np.nan) if values is None else values[nodes].T.ravel()
    table["rank_basis"] = _coded(basis[nodes].T.ravel(), BASES)
    for name, values in counts.items():
        table[name] = values[nodes].T.ravel()
    table["coverage"] = up.coverage[nodes].T.ravel()
    table["standing"] = _coded(table.pop("standing_code"), ["", *STANDINGS])
    return pd.DataFrame({name: table[name] for name in COLUMNS}, copy=False)


KINDS = ["goalposts", "u4ssc_points"]
"""Kinds of score; one list of categories, so that tables join without being read as text."""

BASES = ["", "missing", "score", *[name for name in STEPS["order"] if name != "score"]]
"""What ranks rest on: ranges from missing values, plain scores, or an order method."""

COLUMNS = [
    "framework", "kind", "city_id", "city", "year", "node", "level", "score", "missing_low", "missing_high",
    "data_p05", "data_p95", "method_min", "method_max", "rank_best", "rank_worst", "rank_basis",
    "n", "n_reported", "n_scorable", "n_scored", "n_imputed", "coverage", "year_min", "year_max", "standing",
]  # fmt: skip
"""Columns of the `scores` table, in order."""


def _count(tree: Tree, data: Matrix, told: Leaves) -> dict[str, np.ndarray]:
    """Count leaves below each node, span their years, take their weakest standing."""
    base, standings = told.base, told.standings
    size = (len(tree.branches), base.shape[1])
    reported = data.state == REPORTED
    scored = base & reported & ~np.isnan(told.scores) & ~told.imputed
    names = ("n", "n_reported", "n_scorable", "n_scored", "n_imputed")
    counts = {name: np.zeros(size, np.int32) for name in names}
    leaves = {
        "n_imputed": told.imputed & base,
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


def _ranks(
    sheet: Sheet, up: Rolled, shown: np.ndarray, ordered: Ordered | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank rows by their ranges: all together when each city has one row, else within a year.

    Where a node has no ranges its scores are ranked.
    """
    rows = sheet.data.rows
    best, worst = np.full(up.low.shape, np.nan), np.full(up.low.shape, np.nan)
    basis = np.zeros(up.low.shape, np.int8)
    one_each = rows["city_id"].is_unique
    years = np.zeros(len(rows)) if one_each else rows["year"].to_numpy()
    for year in np.unique(years):
        together = years == year
        for node in range(len(up.low)):
            here = shown[node, together]
            ends = [np.where(here, end[node, together], np.nan) for end in (up.low, up.high)]
            bounded = not np.isnan(np.concatenate(ends)[np.tile(here, 2)]).any()
            if not bounded:
                ends = [np.where(here, up.score[node, together], np.nan)] * 2
            best[node, together], worst[node, together] = rank_ranges(*ends)
            basis[node, together] = np.where(np.isnan(best[node, together]), 0, 1 if bounded else 2)
    if ordered is not None:
        best[0] = worst[0] = ordered.rank
        basis[0] = np.where(np.isnan(ordered.rank), 0, BASES.index(ordered.method))
    return best, worst, basis


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
