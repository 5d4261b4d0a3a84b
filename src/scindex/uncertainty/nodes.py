"""Which nodes and rows of a result an analysis is about, and its arrays laid out again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.methods import parse
from scindex.scoring import Scores
from scindex.scoring.sheet import Sheet, lay_out
from scindex.scoring.weighting import by_data

Array = NDArray[np.float64]


def relay(scores: Scores) -> Sheet:
    """Return the sheet that a result was scored from."""
    return lay_out(scores.observations, scores.framework, scores.tree, scores.recipe, scores.year)


def weights_of(scores: Scores, sheet: Sheet) -> Array:
    """Return the weights in use among siblings, shape (n_node, 1) or (n_node, n_row)."""
    return scores.weights if len(scores.weights) else sheet.shape.weight[:, None]


def held_weights(scores: Scores) -> list[Finding]:
    """Say that weights which follow from the data are held as they are, where there are any."""
    named = [parse("weight", text) for text in scores.recipe.weight.values()]
    methods = sorted({m.name for m in named if m.name == "bod" or by_data(m)})
    return [Finding("weights-held", "note", params={"methods": methods})] if methods else []


def chosen_nodes(scores: Scores, node: str = "") -> list[int]:
    """Return the positions of the nodes wanted.

    Parameters
    ----------
    scores : Scores
    node : str
        Id or code of a node; empty: the total if the recipe makes one, else each top node.

    Returns
    -------
    list of int

    Raises
    ------
    UsageError
        If the tree has no such node.
    """
    branches = scores.tree.branches
    if node:
        at = [k for k, b in enumerate(branches) if k and node in (b.id, b.code)]
        if not at:
            known = [b.id for b in branches if b.leaf < 0 and b.id]
            raise UsageError(Finding("node-unknown", params={"wanted": node, "nodes": known[:12]}))
        return at[:1]
    top = [k for k in branches[0].children if branches[k].children]
    return [0] if scores.recipe.total or not top else top


def chosen_rows(rows: pd.DataFrame, city: str) -> NDArray[np.intp]:
    """Return the position of a city's newest row, by its name or id.

    Raises
    ------
    UsageError
        If there is no such city, or several go by the name.
    """
    known = rows[["city_id", "city"]].astype(str).apply(lambda column: column.str.casefold())
    wanted = city.strip().casefold()
    at = np.flatnonzero((known == wanted).any(axis=1))
    ids = rows["city_id"].astype(str).iloc[at]
    if ids.nunique() != 1:
        names = sorted(set(ids)) if len(at) else sorted(rows["city"].astype(str).unique())
        code = "city-ambiguous" if len(at) else "city-unknown"
        raise UsageError(Finding(code, params={"wanted": city, "cities": names[:20]}))
    return at[[int(rows["year"].iloc[at].to_numpy().argmax())]]


def middle_row(rows: pd.DataFrame, values: Array) -> NDArray[np.intp]:
    """Return the row in the middle of a ranking: the lower of two; none where no row has a score.

    Parameters
    ----------
    rows : DataFrame
        city_id and year of each row; a city's newest row alone counts.
    values : ndarray, shape (n_row,)
        Scores; NaN does not count.
    """
    newest = rows.groupby(rows["city_id"].astype(str))["year"].transform("max") == rows["year"]
    at = np.flatnonzero(newest.to_numpy() & ~np.isnan(values))
    order = at[np.argsort(values[at], kind="stable")]
    return order[[(len(order) - 1) // 2]] if len(order) else order
