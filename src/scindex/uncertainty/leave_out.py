"""Leave one out: how scores and ranks move when an indicator or a node is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.rollup import climb, effective_weights, undefined
from scindex.scoring import Scores
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import leaf_scores
from scindex.uncertainty.nodes import chosen_nodes, held_weights, relay, weights_of
from scindex.uncertainty.ranks import rank_draws

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_CELLS = 4_000_000
"""Cells worked on at a time; another number changes no bit."""

DECIMALS = 9
"""Scores that agree to so many decimals are tied: sums taken in another order differ by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOut:
    """What each indicator and node below a node does to the scores and ranks of the cities.

    Attributes
    ----------
    removed : DataFrame
        One row for each indicator or inner node taken away, those that move ranks most
        first: node, removed, level, n_leaf (indicators below it), weight (effective share
        of the node, of what can be scored), rank_mean, rank_most (mean and largest
        absolute change of a rank), score_mean, score_most [score points], n_row (rows with a
        score before and after), n_lost (rows that have none afterwards).
    changes : DataFrame
        One row for each of these and each row that is ranked: node, removed, city_id,
        city, year, score_before, score_after, score_change, rank_before, rank_after,
        rank_change (positive: further down).
    findings : tuple of Finding
    """

    removed: pd.DataFrame
    changes: pd.DataFrame
    findings: tuple[Finding, ...]


def leave_out(scores: Scores, node: str = "") -> LeaveOut:
    """Take away each indicator and each inner node below a node in turn.

    Parameters
    ----------
    scores : Scores
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.

    Returns
    -------
    LeaveOut

    Raises
    ------
    UsageError
        If there is no such node.

    Notes
    -----
    What is taken away leaves the base; the engine shares its weight out among the siblings
    that are left, as it does for what does not apply. Leaf scores stay as they are: values
    imputed, treated or normalised with the help of others are not made anew. A row is lost
    where nothing is left to score, and where what is left has no score by the method: a
    geometric mean over a 0 that a sibling made up for.

    Rows that have a point in the result are ranked, and of these the rows that keep a score;
    so a rank never moves because a city drops out. With several years of a city, ranks are
    taken within each year. A node with one child moves what its child moves.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 7 (inclusion and exclusion of indicators).
    """
    sheet = relay(scores)
    leaves, weights = leaf_scores(sheet).scores, weights_of(scores, sheet)
    summaries, changes = [], []
    for at in chosen_nodes(scores, node):
        gone = [k for k in _below(sheet, at) if sheet.base[list(scores.tree.below(k))].any()]
        shown = _shown(scores, sheet, at)
        before = np.where(shown, climb(sheet.shape, leaves, weights, [at])[0], np.nan)
        after = np.where(shown, _without(sheet, leaves, weights, at, gone), np.nan)
        ranks = _ranks(sheet, np.broadcast_to(before, after.shape), after)
        table = _changes(sheet, at, gone, before, after, ranks)
        changes.append(table)
        summaries.append(_summary(scores, sheet, at, gone, before, after, ranks[1] - ranks[0]))
    notes = [*held_weights(scores), *_tell(sheet)]
    return LeaveOut(
        pd.concat(summaries, ignore_index=True)[REMOVED],
        pd.concat(changes, ignore_index=True)[CHANGES],
        tuple(notes),
    )


REMOVED = [
    "node",
    "removed",
    "level",
    "n_leaf",
    "weight",
    "rank_mean",
    "rank_most",
    "score_mean",
    "score_most",
]
REMOVED += ["n_row", "n_lost"]
CHANGES = ["node", "removed", "city_id", "city", "year", "score_before", "score_after", "score_change"]
CHANGES += ["rank_before", "rank_after", "rank_change"]


def _below(sheet: Sheet, node: int) -> Iterator[int]:
    for child in sheet.tree.branches[node].children:
        yield child
        yield from _below(sheet, child)


def _shown(scores: Scores, sheet: Sheet, node: int) -> Mask:
    """Return the rows that have a point at a node in the result."""
    table = scores.scores
    mine = table[(table["kind"] == "goalposts") & (table["node"] == sheet.tree.branches[node].id)]
    if mine.empty:
        return np.ones(len(sheet.data.rows), dtype=bool)
    key = pd.MultiIndex.from_frame(mine[["city_id", "year"]].astype({"city_id": str}))
    rows = pd.MultiIndex.from_frame(sheet.data.rows[["city_id", "year"]].astype({"city_id": str}))
    return mine["score"].notna().to_numpy()[key.get_indexer(rows)]


def _without(sheet: Sheet, leaves: Array, weights: Array, node: int, gone: list[int]) -> Array:
    """Return the node's scores with each of `gone` away, NaN where a method is undefined: (n_gone, n_row)."""
    out = np.full((len(gone), leaves.shape[1]), np.nan)
    away = np.zeros((len(leaves), len(gone)), dtype=bool)
    for place, position in enumerate(gone):
        away[list(sheet.tree.below(position)), place] = True
    inside = [node, *_below(sheet, node)]
    size = max(MOST_CELLS // max(len(sheet.shape.children) * leaves.shape[1], 1), 1)
    for start in range(0, len(gone), size):
        part = slice(start, start + size)
        kept = np.where(away[:, part, None], np.nan, leaves[:, None, :])
        up = climb(sheet.shape, kept, weights[:, None, :])
        bad = undefined(sheet.shape, up, weights[:, None, :])[inside].any(axis=0)
        out[part] = np.where(bad, np.nan, up[node])
    return out


def _ranks(sheet: Sheet, before: Array, after: Array) -> tuple[Array, Array]:
    """Rank the rows that have a score both times, before and after; NaN elsewhere."""
    rows = sheet.data.rows
    years = np.zeros(len(rows)) if rows["city_id"].is_unique else rows["year"].to_numpy()
    both = ~(np.isnan(before) | np.isnan(after))
    out = np.full(before.shape, np.nan), np.full(after.shape, np.nan)
    for year in np.unique(years):
        at = np.flatnonzero(years == year)
        for ranks, scores in zip(out, (before, after)):
            known = np.where(both[:, at], np.round(scores[:, at], DECIMALS), np.nan)
            ranks[:, at] = np.where(both[:, at], rank_draws(known), np.nan)
    return out


def _changes(
    sheet: Sheet, node: int, gone: list[int], before: Array, after: Array, ranks: tuple[Array, Array]
) -> pd.DataFrame:
    at = np.flatnonzero(~np.isnan(before))
    branches, rows = sheet.tree.branches, sheet.data.rows.iloc[at]
    n = len(gone)
    table = {
        "node": branches[node].id,
        "removed": np.repeat([branches[k].id for k in gone], len(at)),
        **{c: np.tile(rows[c].to_numpy(), n) for c in ("city_id", "city", "year")},
        "score_before": np.tile(before[at], n),
        "score_after": after[:, at].ravel(),
        "rank_before": ranks[0][:, at].ravel(),
        "rank_after": ranks[1][:, at].ravel(),
    }
    found = pd.DataFrame(table, index=range(n * len(at)))
    found["score_change"] = found["score_after"] - found["score_before"]
    found["rank_change"] = found["rank_after"] - found["rank_before"]
    return found


def _summary(
    scores: Scores, sheet: Sheet, node: int, gone: list[int], before: Array, after: Array, moved: Array
) -> pd.DataFrame:
    branches = sheet.tree.branches
    shares = _shares(scores, sheet, node)
    below = [list(sheet.tree.below(k)) for k in gone]
    change = after - before
    table = pd.DataFrame(
        {
            "node": branches[node].id,
            "removed": [branches[k].id for k in gone],
            "level": [branches[k].level for k in gone],
            "n_leaf": [int(sheet.base[b].any(axis=1).sum()) for b in below],
            "weight": [float(shares[b].sum()) for b in below],
            **_mean_and_most("rank", moved),
            **_mean_and_most("score", change),
            "n_row": (~np.isnan(change)).sum(axis=1),
            "n_lost": (~np.isnan(before) & np.isnan(after)).sum(axis=1),
        },
        index=range(len(gone)),
    )
    by = ["rank_mean", "score_mean"]
    return table.sort_values(by, ascending=False, kind="stable", na_position="last")


def _mean_and_most(name: str, change: Array) -> dict[str, Array]:
    """Return mean and largest absolute change over rows; NaN where no row has one."""
    size, known = np.abs(change), ~np.isnan(change)
    n = known.sum(axis=1)
    total = np.where(known, size, 0.0).sum(axis=1)
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    most = np.where(n > 0, np.where(known, size, 0.0).max(axis=1, initial=0.0), np.nan)
    return {f"{name}_mean": mean, f"{name}_most": most}


def _shares(scores: Scores, sheet: Sheet, node: int) -> Array:
    """Return the effective share of each leaf in a node, of what can be scored anywhere."""
    inside = np.zeros(len(sheet.base), dtype=bool)
    inside[list(sheet.tree.below(node))] = True
    shares = effective_weights(scores.shape(), list(inside & sheet.base.any(axis=1)))
    return shares / shares.sum() if shares.sum() > 0 else shares


def _tell(sheet: Sheet) -> Iterator[Finding]:
    if sheet.relative or sheet.impute.name != "none":
        yield Finding("leave-out-held", "note")
