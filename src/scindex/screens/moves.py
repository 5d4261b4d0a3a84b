"""What moves scores and ranks: parts left out, causes of spread, and weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scindex.messages import label, number
from scindex.scoring import Scores
from scindex.screens.layout import clean, clip, rounded, terminal_width
from scindex.screens.page import name_width, names_of, page, rows, said, short
from scindex.uncertainty.apportion import Apportioned
from scindex.uncertainty.attainable import Attainable
from scindex.uncertainty.leave_out import LeaveOut

MOST_LINES, MOST_NODES, MOST_CITIES, MOST_LOST = 15, 3, 30, 4


def left_out(found: LeaveOut, scores: Scores) -> str:
    """Return the screen of what moves when a part is left out: indicators, then nodes, the furthest first."""
    names, leaves = names_of(scores), [i.id for i in scores.tree.indicators]
    nodes = [(str(n), part) for n, part in found.removed.groupby("node", sort=False)]
    most = max(MOST_LINES // max(min(len(nodes), MOST_NODES), 1), 3)
    sections = [_without(node, part, names, leaves, most) for node, part in nodes[:MOST_NODES]]
    sections += _more(len(nodes))
    return page(label("left.title"), sections, found.findings, scores)


def _without(
    node: str, table: pd.DataFrame, names: dict[str, str], leaves: list[str], most: int
) -> list[str]:
    moved = table[table["rank_mean"].notna()]
    if table["n_lost"].sum() + len(moved) == 0:
        return said(label("left.none", node=names[node]))
    inner = ~moved["removed"].isin(leaves)
    body, more = [], 0
    for key, part, limit in (("indicators", moved[~inner], most), ("nodes", moved[inner], most // 2 + 1)):
        body += _block(label(f"left.{key}", node=names[node]), part.head(limit), names)
        more += max(len(part) - limit, 0)
    lines = rows(body, "<>>>>>") + (said(label("analysis.more", n=more)) if more else [])
    lost = table[table["n_lost"] > 0].sort_values("n_lost", ascending=False, kind="stable")
    told = [f"{names[str(r)]} {n}" for r, n in zip(lost["removed"], lost["n_lost"])]
    told = [*told[:MOST_LOST], *(["..."] if len(told) > MOST_LOST else [])]
    return lines + (said(label("left.lost", names=told)) if told else [])


def _block(head: str, table: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    """Return a heading and what moves without each part, nothing where there is no part."""
    keys = ("weight", "ranks", "most", "points", "most")
    room = name_width(42)
    body = [[clip(head, room), *(label(f"left.{k}") for k in keys)]] if len(table) else []
    for row in table.to_dict("records"):
        figures = [rounded(row[c], 1) for c in ("rank_mean", "rank_most", "score_mean", "score_most")]
        name, weight = clip(f"  {names[row['removed']]}", room), f"{rounded(100 * row['weight'], 1)} %"
        body.append([name, weight, *figures])
    return body


def apportioned(found: Apportioned, scores: Scores) -> str:
    """Return the screen of what the spread of scores and ranks comes from."""
    names = names_of(scores)
    nodes = [(str(n), part) for n, part in found.indices.groupby("node", sort=False)]
    sections = [_spread(names[node], part) for node, part in nodes[:MOST_NODES]]
    sections += _more(len(nodes))
    told = label("apportioned.how", n=found.n) if nodes else label("apportioned.none")
    return page(label("apportioned.title"), [*sections, said(told)], found.findings, scores)


def _spread(name: str, table: pd.DataFrame) -> list[str]:
    at = {(str(row["output"]), str(row["factor"])): row for row in table.to_dict("records")}
    factors = list(dict.fromkeys(table["factor"]))
    columns = [(output, order) for output in ("score", "rank") for order in ("first", "total")]
    idle = [
        f for f in factors if at["score", f]["total"] == 0 and (f != "dummy" or _holds_zero(at["score", f]))
    ]
    body = [[clip(name, 22), *(label(f"apportioned.{o}-{k}") for o, k in columns)]]
    for factor in factors:
        if factor not in idle:
            cells = [_share(at[output, factor], order) for output, order in columns]
            body.append([clip(f"  {label(f'factor.{factor}')}", 22), *cells])
    lines = rows(body, "<>>>>")
    told = [label(f"factor.{f}") for f in idle if f != "dummy"]
    return lines + (said("  " + label("apportioned.idle", factors=told)) if told else [])


def _holds_zero(row: Mapping[Any, Any]) -> bool:
    return row["first_low"] <= 0 <= row["first_high"]


def _share(row: Mapping[Any, Any], order: str) -> str:
    """Return a share of variance in per cent, with its interval where there is room."""
    value, low, high = (float(row[order + end]) for end in ("", "_low", "_high"))
    if np.isnan(value):
        return "-"
    plain = _percent(value)
    wide = terminal_width() >= 80 and low < high
    return f"{plain} ({_percent(low)}..{_percent(high)})" if wide else plain


def _percent(value: float) -> str:
    return number(float(rounded(100 * value)) + 0.0)


def bounded(found: Attainable, scores: Scores) -> str:
    """Return the screen of the ranks that cities can have when weights move."""
    names = names_of(scores)
    sections: list[list[str]] = []
    nodes = [(str(n), part) for n, part in found.bounds.groupby("node", sort=False)]
    for node, part in nodes[:MOST_NODES]:
        ordered = part.sort_values(["rank", "city_id"], kind="stable")
        told = [_reach(row) for row in ordered.head(MOST_CITIES).itertuples()]
        if len(part) > MOST_CITIES:
            told.append(label("analysis.more", n=len(part) - MOST_CITIES))
        sections.append(said(f"{names[node]}: {', '.join(told)}"))
    sections += _more(len(nodes))
    if not found.bounds[["best_exact", "worst_exact"]].all(axis=None):
        sections.append(said(label("bounds.bracket")))
    return page(label("bounds.title", within=short(100 * found.within)), sections, found.findings, scores)


def _reach(row) -> str:
    best, worst = (
        f"{'' if exact else '~'}{rank}"
        for rank, exact in ((row.best, row.best_exact), (row.worst, row.worst_exact))
    )
    return f"{clean(row.city)} {best}" + (f"-{worst}" if row.worst > row.best else "")


def _more(n: int) -> list[list[str]]:
    return [said(label("analysis.more-nodes", n=n - MOST_NODES))] if n > MOST_NODES else []
