"""The bridge of a city as plain text: levels as bars from nought, steps as what they add or take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from scindex.messages import label
from scindex.screens.layout import clean, pad, terminal_width, wrap

NAME, NUMBER, INDENT = 34, 14, 2
MARKS = {"level": "#", "remainder": "?"}
"""What a bar is drawn with; a step takes + or -."""


def bridge_screen(rows: pd.DataFrame, findings: Sequence[str] = ()) -> str:
    """Return the waterfalls of each city and year: its own totals, then figures of other sources.

    Parameters
    ----------
    rows : DataFrame
        What `scindex.measure.inventory.bridge.bridge` returned. [t CO2e]
    findings : sequence of str
        Sentences to print below.

    Returns
    -------
    str
    """
    lines: list[str] = []
    for (_, year), own in rows.groupby(["city_id", "year"], sort=False):
        lines += ["", *_city(own, clean(own["city"].iloc[0]), int(str(year)))]
    columns = terminal_width()
    lines += ["", *(w for key in ("bridge.key", "bridge.closing") for w in wrap(label(key), columns, 2))]
    return "\n".join([*lines[1:], *(w for f in findings for w in wrap(f, columns, 2))])


def _city(own: pd.DataFrame, city: str, year: int) -> list[str]:
    lines = [label("bridge.title", city=city, year=str(year))]
    if (own["figure"] != "").any():
        lines += [*_together(own), ""]
    for figure, chain in own.groupby("figure", sort=False):
        if figure:
            lines += ["", *_said(chain, clean(str(figure)), year)]
        lines += _waterfall(chain.to_dict("records"))
    return lines


def _together(own: pd.DataFrame) -> list[str]:
    """Return every total and every published figure on one scale."""
    levels = own[own["kind"] == "level"]
    shown = levels[(levels["figure"] == "") | (levels["label"] == levels["figure"])].to_dict("records")
    scale, wide = max(abs(float(r["t"])) for r in shown), _wide()
    lines = [label("bridge.together")]
    for row in shown:
        drawn = _bar(0.0, float(row["t"]), scale, wide, "#")
        lines.append(
            f"  {pad(_name(row), NAME)} {pad(_tonnes(float(row['t']), signed=False), NUMBER, '>')}  {drawn}"
        )
    return lines


def _wide() -> int:
    return max(terminal_width() - NAME - NUMBER - 2 * INDENT - 1, 10)


def _said(chain: pd.DataFrame, figure: str, met: int) -> list[str]:
    """Return what a published figure says of itself."""
    levels = chain[chain["kind"] == "level"]
    goal = levels.iloc[-1]
    basis, _, year = str(goal["why"]).partition(":")
    told = {"figure": figure, "basis": label(f"bridge.station.{basis}"), "year": year, "met": str(met)}
    first = float(levels.iloc[0]["t"])
    times = f"{float(goal['t']) / first:.2f}" if first else "-"
    lines = wrap(label("bridge.figure", times=times, **told), terminal_width(), INDENT)
    source = clean(str(goal["source"]))
    return lines + (wrap(f"  {label('bridge.source', source=source)}", terminal_width(), 4) if source else [])


def _waterfall(rows: Sequence[dict[Any, Any]]) -> list[str]:
    columns, wide = terminal_width(), _wide()
    scale = max((abs(float(r["t"])) for r in rows if r["kind"] == "level"), default=0.0)
    reached, lines = 0.0, []
    for row in rows:
        kind, t = str(row["kind"]), float(row["t"])
        name = _name(row)
        if kind == "gap":
            lines.append(f"  {pad(name, NAME)} {pad('-', NUMBER, '>')}  {label('bridge.missing')}".rstrip())
            continue
        if kind == "beside":
            lines.append(f"  {pad(name, NAME)} {pad(_tonnes(t, signed=True), NUMBER, '>')}".rstrip())
            continue
        start, reached = (0.0, t) if kind == "level" else (reached, reached + t)
        drawn = _bar(start, reached, scale, wide, MARKS.get(kind) or ("+" if t > 0 else "-"))
        shown = pad(_tonnes(t, signed=kind != "level"), NUMBER, ">")
        lines.append(f"  {pad(name, NAME)} {shown}  {drawn}".rstrip())
        if kind == "remainder":
            lines += _why(str(row["why"]), columns)
    return lines


def _name(row: dict[Any, Any]) -> str:
    kind, code = str(row["kind"]), str(row["label"])
    if kind in ("level", "gap"):
        known = label(f"bridge.station.{code}")
        return clean(code) if known.startswith("bridge.") else known
    if code == "year":
        return "  " + label("bridge.step.year", year=str(row["why"]).partition(":")[2])
    return "  " + label(f"bridge.step.{code}")


def _tonnes(t: float, *, signed: bool) -> str:
    text = f"{abs(round(t)):,}".replace(",", " ")
    return (("+ " if t > 0 else "- ") if signed else "-" if t < 0 else "") + text


def _bar(start: float, end: float, scale: float, wide: int, mark: str) -> str:
    """Return a bar from one level to another; a step too small to draw keeps one mark."""
    if not scale:
        return ""
    low, high = sorted((max(start, 0.0) / scale * wide, max(end, 0.0) / scale * wide))
    first = min(round(low), wide - 1)
    length = max(round(high) - first, 1 if start != end else 0)
    return " " * first + mark * min(length, wide - first)


def _why(codes: str, columns: int) -> list[str]:
    said = list(_reasons(codes))
    return wrap("      " + label("bridge.may-hold", reasons="; ".join(said)), columns, 6) if said else []


def _reasons(codes: str) -> Iterator[str]:
    for code in (c for c in codes.split(";") if c):
        name, _, what = code.partition(":")
        yield label(f"bridge.why.{name}", what=clean(what)) if what else label(f"bridge.why.{name}")
