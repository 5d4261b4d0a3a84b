"""The screen of a comparison: gaps, strengths and weaknesses, what would raise a score, what to report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from scindex.catalogue.entries import Indicator
from scindex.comparison.bench import names_of
from scindex.comparison.compared import Comparison
from scindex.comparison.levers import NEAR, Lever, Levers
from scindex.comparison.nodes import latest_rows
from scindex.comparison.peers import Peers
from scindex.findings import Finding
from scindex.messages import label, local, number, sentence
from scindex.screens.layout import clean, clip, rounded, table, terminal_width, wrap
from scindex.screens.profile import value_text
from scindex.screens.summary import years_text

MOST_NODES, MOST_LISTED, MOST_CITIES, MOST_NAMED = 24, 5, 20, 8
"""Nodes, indicators, cities shown in a table, and cities named in a line."""


def comparing(found: Comparison) -> str:
    """Return the screen of a comparison.

    Parameters
    ----------
    found : Comparison

    Returns
    -------
    str
    """
    columns = terminal_width()
    parts = [_title(found, columns)]
    if found.city_id:
        parts += [
            _gaps(found, columns),
            _leads(found, columns, "strong"),
            _leads(found, columns, "weak"),
            _common(found, columns),
            *(_raise(found, asked, columns) for asked in found.levers),
            _reporting(found, columns),
        ]
    else:
        parts += list(_all(found, columns))
    parts.append(notes(found.findings, columns))
    return "\n".join("\n".join([*part, ""]) for part in parts if part).rstrip("\n")


def notes(findings: tuple[Finding, ...], columns: int) -> list[str]:
    """Return what a reader must know, as a section."""
    if not findings:
        return []
    said = [clean(sentence(f)) for f in findings]
    lines = [line for s in said for line in wrap(s[:1].upper() + s[1:], columns - 2, 2)]
    return [label("screen.notes"), *(f"  {line}" for line in lines)]


def _title(found: Comparison, columns: int) -> list[str]:
    scores, rows = found.scores, latest_rows(found.scores)
    params = {"framework": scores.framework.name, "years": years_text(scores, rows)}
    names = names_of(scores)
    if found.peers is None:
        title = label("compare.title-all", n=len(names), **params)
    else:
        city = clean(names[found.city_id])
        title = label("compare.title", city=city, peers=_peers(found, found.peers, names), **params)
    lines = [*wrap(title, columns), *wrap(label("compare.legend"), columns)]
    if found.peers is not None and found.peers.kind == "nearest":
        entries = [scores.framework.context[e].name for e in found.peers.used]
        lines += wrap(label("compare.near-by", entries=entries), columns)
    return lines


def _peers(found: Comparison, peers: Peers, names: dict[str, str]) -> str:
    shown = [clean(names[c]) for c in peers.ids[:MOST_NAMED]]
    cities = ", ".join(shown) + (", ..." if len(peers.ids) > MOST_NAMED else "")
    params: dict[str, Any] = {"n": len(peers.ids)}
    if peers.kind != "all":
        params["cities"] = cities
    if peers.kind in ("group", "band"):
        params["entry"] = found.scores.framework.context[peers.used[0]].name
    if peers.kind == "group":
        params["group"] = peers.group
    if peers.kind == "band":
        params["span"] = _span(peers.low, peers.high)
    return label(f"compare.peers-{peers.kind}", **params)


def _span(low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return label("compare.span-open")
    if np.isinf(low):
        return label("compare.span-low", high=high)
    return (
        label("compare.span-high", low=low) if np.isinf(high) else label("compare.span", low=low, high=high)
    )


def _all(found: Comparison, columns: int) -> Iterator[list[str]]:
    """Yield a table for each node that two or more cities measure well enough."""
    scores = found.scores
    if found.nodes.empty:
        limit = round(100 * scores.recipe.show_coverage)
        yield wrap(label("screen.nothing-comparable", limit=limit), columns)
        return
    order = [b.id for b in scores.tree.branches]
    nodes = sorted(found.nodes["node"].unique(), key=order.index)
    for node in nodes[:MOST_NODES]:
        rows = found.nodes[(found.nodes["node"] == node) & found.nodes["score"].notna()]
        rows = rows.sort_values(["score", "city_id"], ascending=[False, True])
        if len(rows) < 2:
            continue
        head = [str(rows["name"].iloc[0]), *_heads(("score", "rank", "to-best", "to-median", "to-target"))]
        body = [[f"  {clean(r.city)}", *_numbers(r)] for r in rows.head(MOST_CITIES).itertuples()]
        lines = [clip(line, columns) for line in table([head, *body], "<>>>>>")]
        if len(rows) > MOST_CITIES:
            lines.append(label("screen.more-cities", n=len(rows) - MOST_CITIES))
        yield lines


def _heads(keys: tuple[str, ...]) -> list[str]:
    return [label("column.score" if k == "score" else f"compare.{k}") for k in keys]


def _numbers(row: Any) -> list[str]:
    """Return score, rank and gaps of a row; a thin node shows where its score can lie."""
    score = rounded(row.score, 1) if row.score == row.score else _thin(row.low, row.high)
    rank = f"{int(row.rank)}/{int(row.n)}" if row.rank == row.rank else "-"
    return [score, rank, *(_points(g) for g in (row.gap_best, row.gap_median, row.gap_target))]


def _thin(low: float, high: float) -> str:
    return f"{rounded(low)}-{rounded(high)}" if low == low and high == high else "-"


def _points(gap: float) -> str:
    return "" if gap != gap else "0" if abs(gap) < 0.05 else rounded(gap, 1)


def _gaps(found: Comparison, columns: int) -> list[str]:
    """Return the city's nodes down the tree, without indicators."""
    tree, names = found.scores.tree, names_of(found.scores)
    depth = {0: 0 if found.scores.recipe.total else -1}
    for position, branch in enumerate(tree.branches[1:], start=1):
        depth[position] = depth[branch.parent] + 1
    rows: dict[str, Any] = {str(r.node): r for r in found.nodes.itertuples()}
    body = []
    for position, branch in enumerate(tree.branches):
        row = rows.get(branch.id)
        if branch.leaf >= 0 or row is None or not _says_something(row):
            continue
        best = f"{rounded(row.best, 1)} {clean(names[str(row.best_city)])}" if row.best_city else ""
        body.append([clip("  " * depth[position] + str(row.name), 30), *_numbers(row), clip(best, 20)])
    if not body:
        limit = round(100 * found.scores.recipe.show_coverage)
        return [label("compare.nodes"), f"  {label('screen.nothing-comparable', limit=limit)}"]
    head = [label("compare.nodes"), *_heads(("score", "rank", "to-best", "to-median", "to-target", "best"))]
    return [clip(line, columns) for line in table([head, *body[:MOST_NODES]], "<>>>>><", " ")]


def _says_something(row: Any) -> bool:
    """Whether a node has a score, or a range that something reported has narrowed."""
    return row.score == row.score or row.high - row.low < WIDEST


WIDEST = 100.0
"""Range of a node below which nothing is scored. [score]"""


def _leads(found: Comparison, columns: int, which: str) -> list[str]:
    """Return the indicators furthest ahead of the median of the peers, or furthest behind it."""
    rows = found.strengths.dropna(subset=["lead"]) if len(found.strengths) else found.strengths
    if rows.empty:
        return []
    strong = which == "strong"
    rows = rows[rows["lead"] > 0.05] if strong else rows[rows["lead"] < -0.05].iloc[::-1]
    lines: list[str] = []
    told = {str(r["indicator"]): r for r in found.values.to_dict("records")}
    for row in rows.head(MOST_LISTED).to_dict("records"):
        share = label("compare.share-of", share=f"{row['share']:.0%}", node=str(row["parent_name"]))
        fixed = not (strong or found.scores.framework.indicators[str(row["indicator"])].actionable)
        name = f"{row['name']} {label('compare.fixed')}" if fixed else row["name"]
        lines += wrap(f"{rounded(row['lead'], 1):>6}  {name}; {share}", columns - 2, 8)
        if row["indicator"] in told:
            values = _values(found, told[row["indicator"]])
            lines += wrap(" " * 8 + values, columns - 2, 10)
    return [label(f"compare.{which}"), *(f"  {line}" for line in lines)] if lines else []


def _values(found: Comparison, row: dict[Any, Any]) -> str:
    """Return a city's value beside the others', in its own unit."""
    indicator = found.scores.framework.indicators[row["indicator"]]
    columns = ["value", "median", "best", *(["target"] if row["target"] == row["target"] else [])]
    shown = {c: _value(indicator, row[c], row["unit"]) for c in columns}
    city = clean(names_of(found.scores).get(row["best_city"], "-"))
    return label(
        "compare.value-line" if "target" in shown else "compare.value-line-no-aim", city=city, **shown
    )


def _value(indicator: Indicator, value: float, unit: str = "") -> str:
    if value != value:
        return "-"
    if indicator.kind == "category" and indicator.categories:
        at = min(max(round(value) - 1, 0), len(indicator.categories) - 1)
        names = indicator.category_names[at] if at < len(indicator.category_names) else {}
        return local(names) or indicator.categories[at]
    if indicator.denominate and unit:
        return f"{number(float(f'{value:.4g}'))} {unit}"
    return value_text(indicator, float(f"{value:.6g}"))


def _common(found: Comparison, columns: int) -> list[str]:
    if not found.other_id:
        return []
    names = names_of(found.scores)
    cities = [clip(clean(names[c]), 14) for c in (found.city_id, found.other_id)]
    head = [label("compare.common"), *cities, label("compare.lead"), label("compare.common-n")]
    body = []
    for row in found.common.head(MOST_NODES).to_dict("records"):
        numbers = [rounded(row[c], 1) for c in ("score", "other", "lead")]
        body.append([clip(f"  {row['name']}", 32), *numbers, f"{row['n_common']}/{row['n']}"])
    return [clip(line, columns) for line in table([head, *body], "<>>>>")]


def _raise(found: Comparison, asked: Levers, columns: int) -> list[str]:
    """Return what would raise a node's score: one value alone, several together."""
    name = asked.branch.name or found.scores.tree.level_names["total"]
    params: dict[str, Any] = {"node": name, "score": rounded(asked.score, 1), "goal": rounded(asked.goal, 1)}
    if asked.behind:
        title = label("compare.raise-behind", city=clean(asked.behind), **params)
    else:
        title = label("compare.raise", **params)
    lines: list[str] = []
    alone = [v for v in asked.single if v.needed == v.needed]
    lines += [label("compare.alone")] if alone else [label("compare.none-alone")]
    for lever in alone[:MOST_LISTED]:
        lines += wrap(
            f"  {_change(lever.indicator, lever.value, lever.needed)}; {_how(lever)}", columns - 2, 6
        )
    if len(asked.joint) > 1:
        lines.append(label("compare.together"))
        for indicator, value, needed in asked.joint:
            lines += wrap(f"  {_change(indicator, value, needed)}", columns - 2, 6)
    if not alone and not asked.joint:
        lines += wrap(_out_of_reach(asked), columns - 2, 2)
    lines += _not_tried(asked, columns)
    return [*wrap(title, columns, 2), *(f"  {line}" for line in lines)]


def _out_of_reach(asked: Levers) -> str:
    """Say how far all together go, and what was left alone."""
    reached = asked.most > asked.goal - NEAR
    most, free = (rounded(s, 1) for s in (asked.most, asked.most_free))
    if asked.classes and reached:
        text = label("compare.reach-classes", names=list(asked.classes), free=free, score=most)
    elif reached:
        text = label("compare.reach-ends", score=most)
    else:
        text = label("compare.reach-bound" if asked.bound else "compare.reach", score=most)
    return f"{text}; {label('compare.bound', names=list(asked.bound))}" if asked.bound else text


def _change(indicator: Indicator, value: float, needed: float) -> str:
    return (
        f"{local(indicator.name)}: {_value(indicator, value)} -> {_value(indicator, _towards(needed, value))}"
    )


def _towards(needed: float, value: float) -> float:
    """Return a value wanted in three significant digits, rounded away from the one there is.

    Examples
    --------
    >>> _towards(6.76564, 13.1), _towards(1234.1, 1000.0)
    (6.76, 1240.0)
    """
    if needed == 0 or not np.isfinite(needed) or float(f"{needed:.3g}") == needed:
        return needed
    digits = 2 - int(np.floor(np.log10(abs(needed))))
    turn = np.floor if needed < value else np.ceil
    return float(round(turn(needed * 10.0**digits) / 10.0**digits, digits))


def _how(lever: Lever) -> str:
    text = label("compare.effort", share=_share(lever.effort))
    if lever.indicator.kind in ("category", "yes_no"):
        text = label("compare.effort-class")
    if lever.linked:
        moves = [
            f"{local(n)} {number(float(f'{a:.6g}'))} -> {number(float(f'{b:.6g}'))}"
            for n, a, b in lever.linked
        ]
        text += f"; {label('compare.linked', changes=moves)}"
    if lever.stopped_by:
        text += f"; {label('compare.stopped', name=lever.stopped_by)}"
    return text


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "< 1%"


def _not_tried(asked: Levers, columns: int) -> list[str]:
    lines: list[str] = []
    weak = [v for v in asked.single if v.needed != v.needed]
    if weak:
        ends = [
            label("compare.at-end", name=v.indicator.name, score=rounded(v.score, 1))
            for v in weak[:MOST_LISTED]
        ]
        ends += ["..."] if len(weak) > MOST_LISTED else []
        lines += wrap(label("compare.not-enough", names=ends), columns - 2, 2)
    for reason, names in asked.left_out.items():
        shown = [*names[:MOST_LISTED], *(["..."] if len(names) > MOST_LISTED else [])]
        lines += wrap(label(f"compare.left-{reason}", names=shown), columns - 2, 2)
    return lines


def _reporting(found: Comparison, columns: int) -> list[str]:
    told = [w for w in found.reporting if w.mean > 0 or w.could > 0 or w.share > 0]
    if not told:
        return []
    body = [
        [
            rounded(w.mean, 1),
            str(w.could),
            str(w.open),
            _share(w.share),
            w.indicator.code,
            local(w.indicator.name),
        ]
        for w in told
    ]
    lines = [f"  {clip(line, columns - 2)}" for line in table(body, ">>>><<")]
    return [*wrap(label("compare.reporting"), columns, 2), *lines]
