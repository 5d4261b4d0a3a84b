"""The sheets of a result's workbook: first what people read, then the tables behind it."""

from __future__ import annotations

import pandas as pd

from scindex.catalogue.codelists import codelist
from scindex.comparison import latest_rows
from scindex.messages import label, local, text
from scindex.scoring import Scores
from scindex.screens.layout import clean
from scindex.screens.summary import notes
from scindex.tables.write import dump_json

WIDE = 10_000
"""Columns wide enough that a note is never broken: a cell wraps by itself."""


def number_formats() -> dict[str, str]:
    """Return how Excel shows the columns of `sheets`; the cells keep every digit."""
    tenths = [
        "score",
        "missing_low",
        "missing_high",
        *(label(f"sheet.{c}") for c in ("score", "low", "high")),
    ]
    return {**dict.fromkeys(tenths, "0.0"), **dict.fromkeys(["coverage", label("sheet.coverage")], "0 %")}


def sheets(scores: Scores) -> dict[str, pd.DataFrame]:
    """Return the sheets of a workbook, by name.

    Parameters
    ----------
    scores : Scores

    Returns
    -------
    dict of str to DataFrame
        summary and notes in the reader's language; scores, observations, findings and
        provenance as the tables of those names.
    """
    columns = ["severity", "code", "where", "city", "year", "indicator", "value", "params", "message"]
    rows = [
        {
            **f.to_dict(),
            "value": "" if f.value is None else str(f.value),
            "params": dump_json(f.params),
            "message": text(f),
        }
        for f in scores.findings
    ]
    facts = [[k, v if isinstance(v, str) else dump_json(v)] for k, v in scores.provenance.to_dict().items()]
    told = [f"{local(scores.framework.name)} ({scores.framework.id})", *notes(scores, WIDE)]
    return {
        label("sheet.summary"): _summary(scores),
        label("sheet.notes"): pd.DataFrame({label("screen.notes"): told}),
        "scores": scores.scores,
        "observations": scores.observations,
        "findings": pd.DataFrame(rows, columns=columns),
        **({f"robust_{n}": t for n, t in scores.robust.tables.items()} if scores.robust else {}),
        "provenance": pd.DataFrame(facts, columns=["what", "value"]),
    }


def _summary(scores: Scores) -> pd.DataFrame:
    """One row per city and group with anything scored; scores rounded by the cell's format only."""
    rows = latest_rows(scores)
    groups = {b.id: b for b in scores.tree.branches if b.leaf < 0 and ":" not in b.id}
    rows = rows[rows["node"].isin(list(groups)) & (rows["n_scored"] > 0)]
    named = {"": ""} | {code: local(names) for code, names in codelist("standing").items()}
    levels = {
        level: local(scores.tree.level_names.get(level, level))
        for level in {b.level for b in groups.values()}
    }
    names = {node: local(branch.name) or label("screen.total") for node, branch in groups.items()}
    table = {
        "city": [clean(city) for city in rows["city"].tolist()],
        "year": rows["year"].tolist(),
        "level": [levels[level] for level in rows["level"].tolist()],
        "node": [names[node] for node in rows["node"].tolist()],
        "score": rows["score"].tolist(),
        "low": rows["missing_low"].tolist(),
        "high": rows["missing_high"].tolist(),
        "scored": rows["n_scored"].tolist(),
        "scorable": rows["n_scorable"].tolist(),
        "coverage": rows["coverage"].tolist(),
        "standing": [named[code] for code in rows["standing"].tolist()],
    }
    return pd.DataFrame({label(f"sheet.{name}"): column for name, column in table.items()})
