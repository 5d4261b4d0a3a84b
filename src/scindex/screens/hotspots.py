"""The screen of what a carbon map says beyond its cells: hot spots, inequality, balances."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.measure.map.balances import CITY, Balances
from scindex.measure.map.concentration import WEIGHTS, Concentration
from scindex.measure.map.hotspots import Hotspots
from scindex.measure.map.reading import Reading
from scindex.messages import label, local, number
from scindex.screens.layout import clean, clip, rounded, table, terminal_width, wrap
from scindex.screens.page import notes

MOST_SPOTS, MOST_DISTRICTS = 8, 10


def hotspots_screen(found: Reading) -> str:
    """Return the screen of a map that was read.

    Parameters
    ----------
    found : Reading

    Returns
    -------
    str
    """
    columns = terminal_width()
    parts = [
        wrap(label("hotspots.title", name=clean(local(found.name)), year=found.balances.year), columns, 2)
    ]
    if found.hotspots:
        parts += [_tests(found.hotspots, columns), _spots(found.hotspots, columns)]
    if found.concentration:
        parts.append(_uneven(found.concentration, columns))
    parts.append(_balances(found.balances, columns))
    if told := notes(found.findings, columns - 2):
        parts.append([label("screen.notes"), *(f"  {line}" for line in told)])
    return "\n\n".join("\n".join(p) for p in parts if p)


def _tests(found: Hotspots, columns: int) -> list[str]:
    """Return a line for each size: how many cells were tested, and what stands out."""
    keys = ("size", "tested", "gaps", "hot", "cold", "lone", "holds")
    body = [[label(f"hotspots.{k}") for k in keys]]
    for row in found.tests.to_dict("records"):
        lone = row["high-low"] + row["low-high"]
        size = f"{row['size']:g} m" if row["size"] else label("hotspots.districts")
        figures = [row["cells"], row["gaps"], row["hot"], row["cold"], lone, row["holds"]]
        body.append([size, *(number(float(f)) for f in figures)])
    of = label("hotspots.gross") if found.of == "gross" else clean(found.of)
    head = label("hotspots.spots", of=of, rate=rounded(100 * found.rate, 1).removesuffix(".0"))
    return [*wrap(head, columns, 2), *(clip(f"  {line}", columns) for line in table(body, "<>>>>>>"))]


def _spots(found: Hotspots, columns: int) -> list[str]:
    """Return the cells that hold at every size; where none does, those of the first size."""
    first = found.cells[found.cells["size"] == found.cells["size"].iloc[0]]
    several = len(found.tests) > 1
    shown = first[first["holds"]] if several else first[first["gi"] != ""]
    if shown.empty:
        return []
    ranked = shown.reindex(shown["gi_z"].abs().sort_values(ascending=False, kind="stable").index)
    body = [[label(f"hotspots.{k}") for k in ("cell", "district", "kind", "t", "z", "q")]]
    for row in ranked.head(MOST_SPOTS).to_dict("records"):
        figures = [number(float(rounded(row["t"], 1))), rounded(row["gi_z"], 1), f"{row['gi_q']:.3f}"]
        body.append([clean(row["name"]), clean(row["district"]), label(f"hotspots.{row['gi']}"), *figures])
    lines = [label("hotspots.holding" if several else "hotspots.standing-out")]
    lines += [clip(f"  {line}", columns) for line in table(body, "<<<>>>")]
    if len(shown) > MOST_SPOTS:
        lines.append("  " + label("analysis.more", n=len(shown) - MOST_SPOTS))
    return lines


def _uneven(found: Concentration, columns: int) -> list[str]:
    params = {
        "by": local(WEIGHTS[found.by][1]),
        "gini": rounded(found.gini, 2),
        "cells": rounded(100 * found.top_tenth_cells),
        "weight": rounded(100 * found.top_tenth_weight),
        "n": found.n,
    }
    return [
        label("hotspots.inequality"),
        *(f"  {s}" for s in wrap(label("hotspots.gini", **params), columns - 2)),
    ]


def _balances(found: Balances, columns: int) -> list[str]:
    """Return the districts that emit most, and the city."""
    rows = found.table[found.table["district"] != CITY]
    ranked = rows.sort_values("gross_t", ascending=False, kind="stable", na_position="last")
    city = found.table[found.table["district"] == CITY]
    names = ("district", "gross-short", "growth", "stock", "net", "per-head", "per-ha", "sinks")
    body = [[label(f"hotspots.{k}") for k in names]]
    body += [_balance(r) for r in pd.concat([ranked.head(MOST_DISTRICTS), city]).to_dict("records")]
    lines = [label("hotspots.balances"), *(clip(f"  {line}", columns) for line in table(body, "<>>>>>>>"))]
    if len(rows) > MOST_DISTRICTS:
        lines.append("  " + label("analysis.more", n=len(rows) - MOST_DISTRICTS))
    return lines


def _balance(row: dict) -> list[str]:
    name = label("hotspots.city") if row["district"] == CITY else str(row["name"] or row["district"])
    if row["district"] == "":
        name = label("hotspots.outside")
    tonnes = [_figure(row[f"{k}_t"], 0) for k in ("gross", "removals", "net_stock", "net")]
    rates = [_figure(row["gross_t_per_resident"], 2), _figure(row["gross_t_per_ha"], 1)]
    return [clip(clean(name), 24), *tonnes, *rates, number(float(row["net_sinks"]))]


def _figure(value: float, digits: int) -> str:
    return "-" if value is None or np.isnan(value) else number(float(rounded(value, digits)))
