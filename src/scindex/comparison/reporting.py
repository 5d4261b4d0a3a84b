"""What a value would be worth if it were reported: how much of a range it settles, and how many pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.entries import Indicator
from scindex.comparison.nodes import latest_rows, leaf_rows, report_next
from scindex.index.rollup import climb
from scindex.scoring import Scores
from scindex.scoring.tree import Branch

Array = NDArray[np.float64]

TRIED = np.linspace(0.0, 100.0, 21)
"""Scores that a value not yet reported is given, one after the other. [0 to 100]"""


@dataclass(frozen=True, slots=True)
class Worth:
    """What reporting one value would settle.

    Attributes
    ----------
    indicator : Indicator
    top : Branch
        The top node it stands below.
    share : float
        Share of that node's range that it settles. [0 to 1]
    could : int
        Open pairs of this city and another that some score of it would settle, over the
        nodes above it.
    mean : float
        Pairs it would settle on average, if every score were as likely.
    open : int
        Open pairs at those nodes.
    """

    indicator: Indicator
    top: Branch
    share: float
    could: int
    mean: float
    open: int


def worth_reporting(scores: Scores, city_id: str, most: int = 5) -> list[Worth]:
    """Return the unreported indicators whose values would settle most.

    Parameters
    ----------
    scores : Scores
    city_id : str
    most : int
        How many.

    Returns
    -------
    list of Worth
        Most pairs on average first, then those that settle most of a range.

    Notes
    -----
    The city and another are a pair at a node where the other has something scored, and
    open while their ranges touch. The value is given each of `TRIED` in turn and the city's range
    climbs the tree anew; all that is still missing stays at its worst and best. Where
    scores are relative or not capped there are no ranges, and no pairs.
    """
    gaps = {g.indicator.id: g for g in report_next(scores, city_id, most=10**6)}
    if not gaps:
        return []
    leaves = leaf_rows(scores, city_id)
    base = (leaves["n_scorable"] == 1).to_numpy(bool)
    ends = [np.where(base, leaves[c].to_numpy(float), np.nan) for c in ("missing_low", "missing_high")]
    column = {i.id: k for k, i in enumerate(scores.tree.indicators)}
    others = _others(scores, city_id)
    found = []
    for name, gap in gaps.items():
        above = _above(scores, column[name])
        hits, n_open = _settled(scores, city_id, ends, column[name], above, others)
        could, mean = int(hits.any(axis=0).sum()), float(hits.mean(axis=0).sum())
        found.append(Worth(gap.indicator, gap.top, gap.share, could, mean, n_open))
    return sorted(found, key=lambda w: (-w.mean, -w.could, -w.share, w.indicator.id))[:most]


def _others(scores: Scores, city_id: str) -> dict[str, Array]:
    """Return low and high of the other cities by node, those with something scored: (2, n_city)."""
    rows = latest_rows(scores)
    rows = rows[(rows["city_id"] != city_id) & (rows["n_scored"] > 0)]
    rows = rows.dropna(subset=["missing_low", "missing_high"])
    by_node: dict[str, pd.DataFrame] = {str(n): part for n, part in rows.groupby("node", observed=True)}
    return {n: part[["missing_low", "missing_high"]].to_numpy(float).T for n, part in by_node.items()}


def _above(scores: Scores, leaf: int) -> list[int]:
    """Return the positions of the nodes above a leaf, the root only where it is shown."""
    at = next(k for k, b in enumerate(scores.tree.branches) if b.leaf == leaf)
    found = []
    while scores.tree.branches[at].parent >= 0:
        at = scores.tree.branches[at].parent
        found.append(at)
    return [k for k in found if k or scores.recipe.total]


def _settled(
    scores: Scores, city_id: str, ends: list[Array], leaf: int, above: list[int], others: dict[str, Array]
) -> tuple[NDArray[np.bool_], int]:
    """Return which open pairs each tried score settles, shape (n_tried, n_open), and how many are open."""
    columns = [np.repeat(e[:, None], len(TRIED) + 1, axis=1) for e in ends]
    for tried in columns:
        tried[leaf, 1:] = TRIED
    low, high = (climb(scores.shape(city_id), c) for c in columns)
    parts = []
    for node in above:
        there = others.get(scores.tree.branches[node].id)
        if there is None or np.isnan(low[node]).any() or np.isnan(high[node]).any():
            continue
        apart = (low[node][:, None] > there[1]) | (high[node][:, None] < there[0])
        parts.append(apart[1:, ~apart[0]])
    hits = np.concatenate(parts, axis=1) if parts else np.zeros((len(TRIED), 0), dtype=bool)
    return hits, hits.shape[1]
