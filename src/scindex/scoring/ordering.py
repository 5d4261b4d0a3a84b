"""Rank the total by an order method over the top nodes: it fills ranks, not scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.rollup import Rolled
from scindex.scoring.sheet import Sheet


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Ranks of the total, the method that gave them, and what must be said of it.

    `rank` has shape (n_row,); NaN where the total has no point.
    """

    rank: NDArray[np.float64]
    method: str
    findings: tuple[Finding, ...]


def order_total(sheet: Sheet, up: Rolled, weights: NDArray[np.float64]) -> Ordered | None:
    """Rank the total as the recipe's `order` says; None where its scores do that.

    Parameters
    ----------
    sheet : Sheet
    up : Rolled
        Scores of every node.
    weights : ndarray, shape (n_node, 1 or n_row)
        Weights among siblings.

    Returns
    -------
    Ordered or None
        Within each year, where cities have several.
    """
    if not sheet.recipe.total or sheet.recipe.order == "score":
        return None
    from scindex.index.orders import ORDERS

    rows = sheet.data.rows
    top = list(sheet.tree.branches[0].children)
    shown = up.coverage[0] >= sheet.recipe.show_coverage - 1e-12
    years = np.zeros(len(rows)) if rows["city_id"].is_unique else rows["year"].to_numpy()
    rank = np.full(len(rows), np.nan)
    method, findings = sheet.recipe.order, []
    for year in np.unique(years):
        at = np.flatnonzero((years == year) & shown)
        if len(at):
            found = ORDERS[sheet.recipe.order].order(up.score[top][:, at], weights[top].mean(axis=1))
            rank[at], method = found.rank, found.method
            findings += found.findings
    return Ordered(rank, method, tuple(findings))
