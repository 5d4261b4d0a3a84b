"""The one number over the top nodes, where it was asked for: weights, scores with their ranges, ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.comparison import Cell, cells
from scindex.messages import label, local
from scindex.methods import STEPS, parse
from scindex.scoring import Scores
from scindex.screens.blocks import MOST_CITIES, score_text
from scindex.screens.layout import clean, rounded, table, wrap


def total(scores: Scores, rows: pd.DataFrame, columns: int) -> list[str]:
    """Return the total of each city, best first; cities without a point last.

    Parameters
    ----------
    scores : Scores
    rows : DataFrame
        One row of each city and node.
    columns : int
        To fill.

    Returns
    -------
    list of str
        Empty where no total was asked for.
    """
    if not scores.recipe.total:
        return []
    whole = rows[rows["node"] == ""]
    names = dict(zip(whole["city_id"].astype(str), whole["city"].astype(str)))
    ranks = dict(zip(whole["city_id"].astype(str), whole["rank_best"].astype(float)))
    ordered = scores.recipe.order != "score"
    found = {city_id: cell for (_, city_id), cell in cells(whole).items()}
    place = ranks if ordered else {c: -cell.score for c, cell in found.items()}
    cities = sorted(found, key=lambda c: (np.isnan(place[c]), np.nan_to_num(place[c]), names[c]))
    held = _held(scores)
    body = []
    for city_id in cities[:MOST_CITIES]:
        last = _rank(ranks[city_id]) if ordered else held.get(city_id, "")
        body.append([clean(names[city_id]), _with_range(found[city_id]), last])
    lines = [*_weights(scores, whole, columns, ordered), *table(body, "<><")]
    left = len(cities) - MOST_CITIES
    return [*lines, label("screen.more-totals", n=left)] if left > 0 else lines


def _weights(scores: Scores, whole: pd.DataFrame, columns: int, ordered: bool) -> list[str]:
    shape = scores.shape()
    weights = np.array([shape.weight[i] for i in scores.tree.branches[0].children])
    shares = ", ".join(f"{local(t.name)} {w:.0%}" for t, w in zip(scores.tree.top, weights / weights.sum()))
    method = label(f"method.{parse('aggregate', shape.method[0]).name}")
    lines = wrap(label("screen.weights", method=method, shares=shares), columns - 2, 2)
    if not ordered:
        return lines
    used = set(whole["rank_basis"].astype(str)) & set(STEPS["order"])
    by = ", ".join(sorted(used)) or scores.recipe.order
    return [*lines, *wrap(label("screen.order", method=by), columns - 2, 2)]


def _with_range(cell: Cell) -> str:
    """Return a score with the range that missing values leave it."""
    if np.isnan(cell.score) or not cell.high - cell.low > 0.5:
        return score_text(cell)
    return f"{rounded(cell.score)} ({rounded(cell.low)}-{rounded(cell.high)})"


def _rank(rank: float) -> str:
    return "-" if np.isnan(rank) else f"#{rank:.0f}"


def _held(scores: Scores) -> dict[str, str]:
    """Return the ranks that each city's total has in 90 % of the draws, where they were made."""
    if scores.robust is None:
        return {}
    ranks = scores.robust.ranks
    mine = ranks[ranks["node"].astype(str) == ""]
    spans = zip(mine["city_id"].astype(str), mine["rank_p05"], mine["rank_p95"])
    return {c: label("screen.rank", low=f"{a:.0f}", high=f"{b:.0f}") for c, a, b in spans}
