"""The best and the worst rank that a city can have, whatever admissible weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.scoring import Scores
from scindex.scoring.engine import Evaluated, evaluate
from scindex.scoring.sheet import Sheet
from scindex.uncertainty.extremes import rank_bounds
from scindex.uncertainty.nodes import chosen_nodes, relay
from scindex.uncertainty.plan import plan_of
from scindex.uncertainty.verdicts import admitted

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Attainable:
    """Ranks that cities can have when weights move.

    Attributes
    ----------
    bounds : DataFrame
        node, city_id, city, score, rank (as scored), best, worst (1 is first; no
        admissible weights give a better or a worse rank), best_exact, worst_exact
        (whether some admissible weights give just that rank).
    within : float
        Largest relative change of a weight, where the framework gives no range. [0 to 1]
    findings : tuple of Finding
    """

    bounds: pd.DataFrame
    within: float
    findings: tuple[Finding, ...]


BOUNDS = ["node", "city_id", "city", "score", "rank", "best", "worst", "best_exact", "worst_exact"]


def attainable(scores: Scores, node: str = "") -> Attainable:
    """Return the best and the worst rank of each city over all admissible weights.

    Parameters
    ----------
    scores : Scores
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.

    Returns
    -------
    Attainable

    Raises
    ------
    UsageError
        If there is no such node.
    MethodError
        If the weights are those of the benefit of the doubt, or no node can be asked:
        its means are of several kinds, or no two cities have every value below it.

    Notes
    -----
    Weights move within the framework's `weight_range` where there is one, else by the
    recipe's `robust: within` of their size, at every level at once; data and goalposts stay.
    Ranks are among the cities that have a point and every value, each in its newest year.
    """
    sheet, within = relay(scores), plan_of(scores.recipe).within
    done = evaluate(sheet)
    if done.resolved.best_case:
        raise MethodError(Finding("robustness-best-case"))
    told: list[Finding] = []
    tables: list[pd.DataFrame] = []
    failed: list[Finding] = []
    for at in chosen_nodes(scores, node):
        try:
            table, left = _bounds(sheet, done, at, within)
        except MethodError as err:
            failed += err.findings
            continue
        tables.append(table)
        if left:
            name = sheet.tree.branches[at].name or sheet.tree.level_names["total"]
            params = {"node": name, "cities": left[:12], "n": len(left)}
            told.append(Finding("bounds-cities-left-out", "note", params=params))
    if not tables:
        raise MethodError(*failed)
    told += [replace(f, severity="note") for f in failed]
    return Attainable(pd.concat(tables, ignore_index=True)[BOUNDS], within, tuple(told))


def _bounds(sheet: Sheet, done: Evaluated, node: int, within: float) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of one node, and the cities with a point that lack a value."""
    shape, columns, low, high = admitted(sheet, node, done.weights[:, 0], within)
    table, leaves = sheet.data.rows, done.stepped.scores[columns]
    newest = (table["year"] == table.groupby("city_id")["year"].transform("max")).to_numpy()
    shown = np.nan_to_num(done.up.coverage[node]) >= sheet.recipe.show_coverage - 1e-12
    point = newest & shown & ~np.isnan(done.up.score[node])
    whole = ~np.isnan(leaves).any(axis=0)
    rows = np.flatnonzero(point & whole)
    if len(rows) < 2:
        name = sheet.tree.branches[node].name or sheet.tree.level_names["total"]
        raise MethodError(Finding("bounds-need-two", params={"node": name}))
    found = rank_bounds(shape, leaves[:, rows], low, high)
    score = done.up.score[node, rows]
    names = table["city"].astype(str).to_numpy()
    out = {
        "node": sheet.tree.branches[node].id,
        "city_id": table["city_id"].astype(str).to_numpy()[rows],
        "city": names[rows],
        "score": score,
        "rank": (score[None, :] > score[:, None]).sum(axis=1) + 1,
        "best": found.best,
        "worst": found.worst,
        "best_exact": found.best_exact,
        "worst_exact": found.worst_exact,
    }
    return pd.DataFrame(out), names[point & ~whole].tolist()
