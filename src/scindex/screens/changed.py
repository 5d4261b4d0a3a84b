"""The screen of what moved between two results, and by what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scindex.comparison.changes import Changes
from scindex.comparison.mixed import PARTS
from scindex.messages import label
from scindex.screens.comparing import notes
from scindex.screens.layout import clean, clip, pad, rounded, table, terminal_width, width, wrap

MOST_NODES, MOST_CITIES, MOST_LISTED, MOST_NAMED = 8, 20, 6, 8
"""Nodes, cities and indicators shown in a table, and names in a line."""


def changed(found: Changes) -> str:
    """Return the screen of what moved between two results.

    Parameters
    ----------
    found : Changes

    Returns
    -------
    str
    """
    columns = terminal_width()
    shown = _newest(found.table)
    parts = [_title(found, columns), *_nodes(found, shown, columns)]
    if len(parts) == 1:
        parts.append([label("diff.no-score")])
    parts += [_ranks(found, shown, columns), _leaves(found, shown, columns), _unmatched(found, columns)]
    parts.append(notes(found.findings, columns))
    return "\n".join("\n".join([*part, ""]) for part in parts if part).rstrip("\n")


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each city's newest row."""
    return rows[rows["year_second"] == rows.groupby("city_id")["year_second"].transform("max")]


def _title(found: Changes, columns: int) -> list[str]:
    spans = []
    for column in ("year_first", "year_second"):
        years = found.table[column]
        low, high = int(years.min()), int(years.max())
        spans.append(str(low) if low == high else f"{low}-{high}")
    key = "diff.title-position" if found.position else "diff.title"
    n = found.table["city_id"].nunique()
    title = label(key, framework=found.second.framework.name, first=spans[0], second=spans[1], n=n)
    lines = wrap(title, columns)
    if any(found.names):
        first, second = (clean(n) for n in found.names)
        lines += wrap(label("diff.names", first=first, second=second), columns)
    choices = _choices(found)
    lines += wrap(label("diff.choices", choices=choices), columns) if choices else []
    return [*lines, *wrap(label("diff.legend"), columns)]


def _choices(found: Changes) -> list[str]:
    """Return the fields of the two recipes that differ and can move a score or what is shown."""
    first, second = (r.recipe.to_dict() for r in (found.first, found.second))
    return [
        label("diff.choice", field=k, first=_choice(first.get(k)), second=_choice(second.get(k)))
        for k in dict.fromkeys([*first, *second])
        if k not in ("robust", "targets") and first.get(k) != second.get(k)
    ]


def _choice(value: object) -> str:
    told = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
    return clean(told) or "-"


def _nodes(found: Changes, shown: pd.DataFrame, columns: int) -> Iterator[list[str]]:
    """Yield a table for each of the highest nodes that have a score in both results."""
    by_node = {str(n): rows for n, rows in shown.dropna(subset=["change"]).groupby("node", sort=False)}
    wanted = [""] if "" in by_node else []
    wanted += [n for n in _highest(found, by_node, 0) if n not in wanted]
    still: list[str] = []
    for node in wanted[:MOST_NODES]:
        rows = by_node[node]
        sized = rows.assign(size=rows["change"].abs())
        sized = sized.sort_values(["size", "city_id"], ascending=[False, True])
        moved = sized[(sized["size"] >= SMALL) | (sized["rank_change"] != 0)]
        if moved.empty:
            still.append(str(rows["name"].iloc[0]))
            continue
        lines = _lines(str(rows["name"].iloc[0]), moved, "city", columns)
        n = len(rows) - len(moved)
        yield [*lines, *([f"  {label('diff.stayed', n=n)}"] if n else [])]
    if still:
        yield wrap(label("diff.still", nodes=still), columns, 2)


def _highest(found: Changes, by_node: dict[str, pd.DataFrame], position: int) -> Iterator[str]:
    tree = found.second.tree
    for child in tree.branches[position].children:
        branch = tree.branches[child]
        if branch.leaf >= 0:
            continue
        if branch.id in by_node:
            yield branch.id
        else:
            yield from _highest(found, by_node, child)


def _lines(title: str, rows: pd.DataFrame, name: str, columns: int) -> list[str]:
    """Return a table of changes, one row each, the first `MOST_CITIES`."""
    interval = rows["change_p05"].notna().any()
    used = [p for p in PARTS if (rows[p].abs() >= SMALL).any()]
    keys = ["first", "second", "change", *used, *(["interval"] if interval else []), "rank"]
    shown = list(rows.head(MOST_CITIES).itertuples())
    body = [[label(f"diff.{k}") for k in keys], *([_cell(r, k) for k in keys] for r in shown)]
    numbers = table(body, ">" * len(keys), " ")
    room = max(12, columns - max(width(line) for line in numbers) - 1)
    names = [clip(title, room), *(clip(f"  {clean(getattr(r, name))}", room) for r in shown)]
    widest = max(width(n) for n in names)
    lines = [clip(f"{pad(n, widest)} {line}", columns) for n, line in zip(names, numbers)]
    if len(rows) > MOST_CITIES:
        lines.append(label("screen.more-cities", n=len(rows) - MOST_CITIES))
    return lines


SMALL = 0.05
"""A change below this is shown as none: screens have one decimal. [score]"""


def _cell(row: Any, key: str) -> str:
    if key in ("first", "second"):
        return rounded(getattr(row, key), 1)
    if key == "interval":
        return (
            f"{_signed(row.change_p05)}..{_signed(row.change_p95)}"
            if row.change_p05 == row.change_p05
            else ""
        )
    if key == "rank":
        moved = row.rank_change != 0
        return f"{int(row.rank_first)} -> {int(row.rank_second)}" if moved else str(int(row.rank_second))
    return _signed(getattr(row, key))


def _signed(value: float) -> str:
    if value != value:
        return ""
    return "0" if abs(value) < SMALL else ("+" if value > 0 else "") + rounded(value, 1)


def _ranks(found: Changes, shown: pd.DataFrame, columns: int) -> list[str]:
    """Return the ranks that moved at inner nodes, and what moved them."""
    inner = {b.id for b in found.second.tree.branches if b.leaf < 0}
    moved = shown[shown["node"].isin(list(inner)) & (shown["rank_change"].fillna(0) != 0)]
    lines: list[str] = []
    groups = list(moved.groupby("node", sort=False))
    for _, rows in groups[: 2 * MOST_NODES]:
        rows = rows.sort_values(["rank_second", "city_id"])
        moves = [_move(r) for r in rows.head(MOST_NAMED).itertuples()]
        moves += ["..."] if len(rows) > MOST_NAMED else []
        lines += wrap(label("diff.rank-line", node=str(rows["name"].iloc[0]), moves=moves), columns - 2, 4)
    return [*wrap(label("diff.ranks"), columns, 2), *(f"  {line}" for line in lines)] if lines else []


def _move(row: Any) -> str:
    params = {"city": clean(row.city), "first": int(row.rank_first), "second": int(row.rank_second)}
    if not row.rank_moved_by:
        return label("diff.rank-move-whole", **params)
    parts = [label(f"diff.part-{p}") for p in row.rank_moved_by.split("+")]
    return label("diff.rank-move", part=" + ".join(parts), **params)


def _leaves(found: Changes, shown: pd.DataFrame, columns: int) -> list[str]:
    """Return the indicators whose scores moved most, of whatever city."""
    leaves = {b.id for b in found.second.tree.branches if b.leaf >= 0}
    rows = shown[shown["node"].isin(list(leaves)) & (shown["change"].abs() >= SMALL)]
    if rows.empty:
        return []
    rows = rows.assign(size=rows["change"].abs(), label=rows["city"] + ": " + rows["name"])
    rows = rows.sort_values(["size", "node", "city_id"], ascending=[False, True, True]).head(MOST_LISTED)
    return _lines(label("diff.leaves"), rows, "label", columns)


def _unmatched(found: Changes, columns: int) -> list[str]:
    lines: list[str] = []
    for key in ("cities_gone", "cities_come", "nodes_gone", "nodes_come"):
        names = getattr(found, key)
        if names:
            listed = [clean(n) for n in names[:MOST_NAMED]] + (["..."] if len(names) > MOST_NAMED else [])
            lines += wrap(label(f"diff.{key.replace('_', '-')}", names=listed), columns - 2, 2)
    return [label("diff.unmatched"), *(f"  {line}" for line in lines)] if lines else []
