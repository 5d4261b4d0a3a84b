"""What a score is made of: one row per indicator below a node."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.comparison import leaf_rows
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.index.rollup import effective_weights
from scindex.messages import local
from scindex.scoring import Scores


def explain(scores: Scores, city_id: str, node: str) -> pd.DataFrame:
    """Return value, goalposts, standing, score and weight of every indicator below a node.

    Parameters
    ----------
    scores : Scores
    city_id : str
    node : str
        Id of a node or an indicator.

    Returns
    -------
    DataFrame
        See `ScoreResult.explain`.

    Raises
    ------
    UsageError
        If the tree has no such node.
    """
    position = _position(scores, node)
    columns = list(scores.tree.below(position))
    leaves = leaf_rows(scores, city_id).iloc[columns]
    scorable = np.zeros(len(scores.tree.indicators), dtype=bool)
    scorable[columns] = (leaves["n_scorable"] == 1).to_numpy()
    weights = effective_weights(scores.shape(city_id), list(scorable))
    told = scores.observations[scores.observations["city_id"] == city_id]
    cells = {(row["indicator"], row["year"]): row for row in told.to_dict("records")}
    rows = []
    for column, (_, leaf) in zip(columns, leaves.iterrows()):
        indicator = scores.tree.indicators[column]
        posts = indicator.goalposts
        # the year scored, else what was reported instead of a value
        cell = cells.get((indicator.id, leaf["year_max"])) or cells.get((indicator.id, leaf["year"]))
        rows.append(
            {
                "indicator": indicator.id,
                "name": local(indicator.name),
                "value": np.nan if cell is None else cell["value"],
                "unit": local(indicator.unit_label),
                "worst": posts.worst if posts else np.nan,
                "best": posts.best if posts else np.nan,
                "standing": posts.standing if posts else "",
                "score": leaf["score"] if leaf["n_scored"] else np.nan,
                "weight": weights[column] / weights.sum() if weights.sum() else 0.0,
                "reason": "" if cell is None else cell["reason"],
                "source": "" if cell is None else cell["source"],
                "where": "" if cell is None else cell["where"],
            }
        )
    return pd.DataFrame(rows)


def _position(scores: Scores, node: str) -> int:
    known = {b.id: i for i, b in enumerate(scores.tree.branches)}
    known |= {b.code: i for i, b in enumerate(scores.tree.branches) if b.code}
    if node not in known:
        inner = [b.id for b in scores.tree.branches if b.leaf < 0 and b.id]
        raise UsageError(Finding("node-unknown", params={"wanted": node, "nodes": inner[:12]}))
    return known[node]
