"""Cities side by side: a block of score, bar and count for each top node."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from scindex.comparison import Cell, cells
from scindex.messages import label, local
from scindex.scoring import Scores
from scindex.scoring.tree import Branch
from scindex.screens.layout import bar, clean, pad, rounded, table, width

MOST_CITIES = 20
"""Cities up to which each has a line of its own."""

BLOCK = 22
"""Columns of one top node: score 6, bar or band 8, count 5 and a space before each."""


def side_by_side(scores: Scores, rows: pd.DataFrame, columns: int, draw: Callable[[Cell], str]) -> list[str]:
    """Return a line per city with a block per top node; counts and quartiles where cities are many.

    Parameters
    ----------
    scores : Scores
    rows : DataFrame
        One kind of score, one row of each city.
    columns : int
        To fill; top nodes that do not fit go into a table below.
    draw : callable
        What stands between score and count.
    """
    told = set(rows["node"].astype(str))
    tops = [t for t in scores.tree.top if t.id in told]
    if rows["city_id"].nunique() > MOST_CITIES:
        return _distribution(tops, rows)
    return list(_blocks(tops, rows, columns, draw))


def _blocks(
    tops: list[Branch], rows: pd.DataFrame, columns: int, draw: Callable[[Cell], str]
) -> Iterator[str]:
    cities = city_order(tops, rows)
    name_width = min(max(width(clean(c)) for c in cities.values()), max(12, columns - 3 * BLOCK))
    per_line = max(1, (columns - name_width) // BLOCK)
    found = cells(rows[rows["node"].isin([t.id for t in tops])])
    for start in range(0, len(tops), per_line):
        part = tops[start : start + per_line]
        if start:
            yield ""
        yield (pad("", name_width) + "".join(" " + pad(short_name(t), BLOCK - 1, "^") for t in part)).rstrip()
        scale = f"{'0':<4}{'100':>4}" if draw is drawn else " " * 8
        head = f" {pad(label('column.score'), 6, '>')} {scale}{pad(label('column.counted'), 6, '>')}"
        yield (pad("", name_width) + head * len(part)).rstrip()
        for city_id, city in cities.items():
            line = "".join(_block(found[t.id, city_id], draw) for t in part)
            yield (pad(clean(city), name_width) + line).rstrip()


def _block(cell: Cell, draw: Callable[[Cell], str]) -> str:
    return f" {score_text(cell):>6} {draw(cell):<8} {counted(cell):>5}"


def drawn(cell: Cell) -> str:
    """Return the bar of a cell, blank where nothing is scored."""
    return bar(cell.low, cell.high, cell.score) if cell.n_scored else ""


def banded(cell: Cell) -> str:
    """Return the U4SSC band of a cell that has a score."""
    return "" if np.isnan(cell.score) else f"[{band(cell.score)}]"


def short_name(branch: Branch) -> str:
    """Return the heading of a top node: its short label where there is one, else its name."""
    key = f"short.{branch.id}"
    return label(key) if label(key) != key else local(branch.name).upper()


def counted(cell: Cell) -> str:
    """Return how many indicators are scored, of those that can be."""
    return f"{cell.n_scored}/{cell.n_scorable}"


def score_text(cell: Cell) -> str:
    """Return a score, or where it can lie if it is thin, a dash if nothing is scored."""
    if not cell.n_scored:
        return "-"
    if np.isnan(cell.score) and np.isnan(cell.low):
        return "?"
    return f"{rounded(cell.low)}-{rounded(cell.high)}" if np.isnan(cell.score) else rounded(cell.score)


def band(percent: float) -> str:
    """Return the U4SSC band a percentage is shown in.

    Examples
    --------
    >>> band(56.25), band(75)
    ('33-66', '66-95')
    """
    bands = ((33, "0-33"), (66, "33-66"), (95, "66-95"))
    return next((name for limit, name in bands if round(percent, 9) < limit), "95+")


def city_order(tops: list[Branch], rows: pd.DataFrame) -> dict[str, str]:
    """Order cities by how much of them is scored, then by name."""
    here = rows[rows["node"].isin([t.id for t in tops])]
    counted = here.groupby(["city_id", "city"], observed=True)["n_scored"].sum().reset_index()
    counted = counted.astype({"city_id": str, "city": str}).sort_values(
        ["n_scored", "city"], ascending=[False, True]
    )
    return dict(zip(counted["city_id"], counted["city"]))


def _distribution(tops: list[Branch], rows: pd.DataFrame) -> list[str]:
    """Show many cities as counts and quartiles per top node."""
    head = [
        label(f"column.{c}") for c in ("node", "with-point", "range-only", "nothing", "median", "middle-half")
    ]
    body = [head]
    for top in tops:
        part = rows[rows["node"] == top.id]
        point = part["score"].notna()
        scored = part["n_scored"] > 0
        quartiles = part["score"].quantile([0.25, 0.5, 0.75])
        known = bool(point.any())
        middle = f"{rounded(quartiles[0.25])}-{rounded(quartiles[0.75])}" if known else "-"
        median = rounded(quartiles[0.5]) if known else "-"
        counts = [str(int(n)) for n in (point.sum(), (scored & ~point).sum(), (~scored).sum())]
        body.append([local(top.name), *counts, median, middle])
    return table(body, "<>>>>>")
