"""Whether a framework hangs together: figures of each node, and weight beside importance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.messages import label
from scindex.scoring import Scores
from scindex.scoring.coherence import Coherent
from scindex.screens.layout import clip, rounded
from scindex.screens.page import name_width, names_of, page, rows, said

MOST_NODES, MOST_FLAGGED = 7, 5


def coherent(found: Coherent, scores: Scores) -> str:
    """Return the screen of how a framework hangs together.

    Parameters
    ----------
    found : Coherent
    scores : Scores
        What was examined.

    Returns
    -------
    str
    """
    names = names_of(scores)
    nodes, n = found.nodes, int(found.correlations["n"].max()) if len(found.correlations) else 0
    sections = [_nodes(nodes, names) if len(nodes) else said(label("coherent.none"))]
    if (nodes["nature"] == "formative").any():
        sections.append(said(label("coherent.formative")))
    sections.append(_flagged(found.weights, names))
    told = [f for f in found.findings if not f.code.startswith("importance-")]
    return page(label("coherent.title", n=n), sections, told, scores)


def _nodes(nodes: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Return the nodes with a verdict first, then from the top of the tree down."""
    order = nodes["verdict"].map({"doubtful": 0, "unknown": 1, "coherent": 2}).fillna(3)
    shown = nodes.loc[order.sort_values(kind="stable").index].head(MOST_NODES)
    keys = ("children", "alpha", "first", "kmo", "n", "verdict")
    body = [[label("coherent.node"), *(label(f"coherent.{k}") for k in keys)]]
    for row in shown.to_dict("records"):
        first = "-" if np.isnan(row["first_share"]) else f"{rounded(100 * row['first_share'])} %"
        figures = [str(row["n_child"]), _figure(row["alpha"]), first, _figure(row["kmo"]), str(row["n"])]
        verdict = label(f"coherent.{row['verdict']}") if row["verdict"] else "-"
        body.append([clip(names[row["node"]], name_width(48)), *figures, verdict])
    lines = rows(body, "<>>>>><")
    if len(nodes) > MOST_NODES:
        lines += said(label("analysis.more", n=len(nodes) - MOST_NODES))
    return lines


def _flagged(weights: pd.DataFrame, names: dict[str, str]) -> list[str]:
    """Return the parts whose importance is far from their weight, the furthest first."""
    flagged = weights[weights["flagged"] != ""]
    if flagged.empty:
        return []
    ratio = flagged["importance"].to_numpy(float) / flagged["effective"].to_numpy(float)
    away = np.abs(np.log(np.maximum(ratio, 1e-9)))
    shown = flagged.iloc[np.argsort(-away, kind="stable")[:MOST_FLAGGED]]
    body = [[label(f"coherent.{k}") for k in ("part", "of", "weight", "importance")]]
    for row in shown.to_dict("records"):
        part, of = (clip(names[row[c]], name_width(20) * 3 // 4) for c in ("child", "node"))
        figures = [_percent(row["effective"]), _percent(row["importance"])]
        body.append([part, of, *figures])
    lines = [*said(label("coherent.weights")), *rows(body, "<<>>")]
    if len(flagged) > MOST_FLAGGED:
        lines += said(label("analysis.more", n=len(flagged) - MOST_FLAGGED))
    return lines


def _figure(value: float) -> str:
    return "-" if np.isnan(value) else rounded(value, 2)


def _percent(value: float) -> str:
    return f"{rounded(100 * value, 1)} %"
