"""One city's profile: its nodes, its best and weakest indicators, what to report next."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Indicator
from scindex.comparison import cells, latest_rows, leaf_rows, report_next
from scindex.index.normalise import METHODS
from scindex.messages import label, local, number
from scindex.scoring import Scores
from scindex.scoring.sheet import method_of
from scindex.scoring.tree import Branch
from scindex.screens.blocks import counted, score_text, short_name
from scindex.screens.layout import bar, clean, clip, pad, rounded, table, terminal_width, width, wrap
from scindex.screens.summary import legend, notes, place_in_tree, years_text


def profile(scores: Scores, city_id: str) -> str:
    """Return the screen of one city.

    Parameters
    ----------
    scores : Scores
    city_id : str
        A city of the result.

    Returns
    -------
    str
    """
    columns = terminal_width()
    rows = latest_rows(scores)
    rows = rows[rows["city_id"] == city_id]
    city = clean(rows["city"].iloc[0])
    counted = leaf_rows(scores, city_id)
    title = label(
        "profile.title",
        city=city,
        framework=scores.framework.name,
        years=years_text(scores, rows),
        reported=int(counted["n_reported"].sum()),
        n=int(counted["n"].sum()),
    )
    lines = [
        *wrap(title, columns),
        *legend(scores, columns),
        "",
    ]
    lines += _nodes(scores, rows, columns)
    lines += _indicators(scores, counted, columns)
    lines += _report_next(scores, city_id, columns)
    lines += ["", label("screen.notes"), *(f"  {line}" for line in notes(scores, columns, city_id))]
    return "\n".join(lines)


def _nodes(scores: Scores, rows: pd.DataFrame, columns: int) -> list[str]:
    """Top nodes and every group with something scored; the rest in one line."""
    found = {node: cell for (node, _), cell in cells(rows).items()}
    depth = {0: -1}
    body, silent = [], []
    for position, branch in enumerate(scores.tree.branches):
        if position:
            depth[position] = depth[branch.parent] + 1
        if not position or branch.leaf >= 0 or ":" in branch.id or _repeats(scores, branch):
            continue
        cell = found[branch.id]
        if depth[position] and not cell.n_scored:
            if all(":" in scores.tree.branches[c].id for c in branch.children):
                silent.append(f"{place_in_tree(scores, branch)} {cell.n_scorable}")
            continue
        name = "  " * depth[position] + local(branch.name)
        drawn = bar(cell.low, cell.high, cell.score, 20) if cell.n_scored else " " * 20
        body.append((name, score_text(cell), drawn, counted(cell)))
    name_width = min(max(width(b[0]) for b in body), columns - 42)
    score, items = (pad(label(f"column.{c}"), 7, ">") for c in ("score", "counted"))
    head = f"{pad('', name_width)}  {score}  {'0':<17}100  {items}"
    lines = [head, *(f"{pad(n, name_width)}  {s:>7}  {b}  {c:>7}" for n, s, b, c in body)]
    return lines + (wrap(label("profile.nothing", nodes=", ".join(silent)), columns, 2) if silent else [])


def _repeats(scores: Scores, branch: Branch) -> bool:
    """Whether a node is all of its parent, under the same name."""
    above = scores.tree.branches[branch.parent]
    return len(above.children) == 1 and local(above.name) == local(branch.name)


MOST_LISTED = 5


def _indicators(scores: Scores, leaves: pd.DataFrame, columns: int) -> list[str]:
    """The best and the weakest indicators, each with value, goalposts and source."""
    scored = leaves[leaves["n_scored"] == 1]
    ordered = scored.sort_values("score", ascending=False, kind="stable")
    most = min(MOST_LISTED, (len(ordered) + 1) // 2)
    best, weakest = ordered.head(most), ordered.tail(min(most, len(ordered) - most)).iloc[::-1]
    told = _values(scores)
    lines: list[str] = []
    for key, part in (("profile.best", best), ("profile.weakest", weakest)):
        if len(part):
            lines += ["", label(key)]
            lines += [
                line for row in part.itertuples() for line in _indicator_lines(scores, row, told, columns)
            ]
    return lines


Values = dict[tuple[str, str, int], tuple[float, str]]
"""(city_id, indicator, year) -> value and its source."""


def _values(scores: Scores) -> Values:
    columns = (scores.observations[c].tolist() for c in ("city_id", "indicator", "year", "value", "source"))
    return {(str(c), str(i), int(y)): (float(v), str(s)) for c, i, y, v, s in zip(*columns)}


def _indicator_lines(scores: Scores, row: Any, told: Values, columns: int) -> list[str]:
    indicator = scores.framework.indicators[str(row.node)]
    number_told, source = told[str(row.city_id), indicator.id, int(row.year_max)]
    value = value_text(indicator, number_told)
    first = f"{rounded(row.score):>5}  {local(indicator.name)}: {value}"
    second = _scored_by(scores, indicator)
    source = clean(source)
    third = label("profile.value-from", source=source) if source else ""
    return [
        *wrap(first, columns, 7),
        *(line for t in (second, third) if t for line in wrap(" " * 7 + t, columns, 9)),
    ]


def _scored_by(scores: Scores, indicator: Indicator) -> str:
    """Return what turned a value into a score: goalposts with who stands behind them, or a method."""
    method = method_of(indicator, "normalise", scores.recipe)
    posts = indicator.goalposts
    if "worst" not in METHODS[method.name].needs or posts is None:
        alone = METHODS[method.name].properties.independent
        return label("profile.method-alone" if alone else "profile.method", method=str(method))
    return label(
        "profile.posts",
        worst=posts.worst,
        best=posts.best,
        standing=local(codelist("standing")[posts.standing]),
        reason=posts.reason,
    )


def value_text(indicator: Indicator, value: float) -> str:
    """Return a value with its unit, a scale in brackets, yes and no as words; a bare 1 is no unit."""
    if indicator.kind == "yes_no":
        return label("word.yes" if value else "word.no")
    if indicator.kind == "category":
        return local(indicator.category_names[int(value) - 1]) or indicator.categories[int(value) - 1]
    unit = local(indicator.unit_label)
    if indicator.unit == "dimensionless" and unit == "1":
        return number(value)
    return (
        f"{number(value)} {unit}".strip()
        if indicator.unit
        else f"{number(value)} ({unit})"
        if unit
        else number(value)
    )


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "< 1%"


def _report_next(scores: Scores, city_id: str, columns: int) -> list[str]:
    gaps = report_next(scores, city_id)
    if not gaps:
        return []
    body = [[_percent(g.share), short_name(g.top), g.indicator.code, local(g.indicator.name)] for g in gaps]
    return ["", label("profile.next"), *(f"  {clip(line, columns - 2)}" for line in table(body, "><<<"))]
