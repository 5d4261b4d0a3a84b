"""The legend of a static map: classes with their limits, gaps, zero, and what is mostly allocated."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from scindex.charts.classes import NONE, UNDEFINED, ZERO, Classes
from scindex.charts.drawing import Choice, Drawing
from scindex.charts.lines import wrapped
from scindex.extras import need
from scindex.messages import label, number

INK, FAINT, HATCH = "#1d2733", "#5a6673", "#3c4650"

UNKNOWN = "#a9b8c8"
"""Colour of a place that has no value, such as tonnes per resident where nobody lives."""

ROW = 0.235
"""Height of a row. [inch]"""


def limits_text(classes: Classes, lang: str) -> list[str]:
    """Return what each class holds, in words.

    Examples
    --------
    >>> limits_text(Classes((1.0, 20.0), ("#a", "#b", "#c"), ("#a", "#b", "#c")), "en")
    ['up to 1', '1 to 20', 'over 20']
    """
    breaks = [number(b) for b in classes.breaks]
    if not breaks:
        return [label("mapdraw.class.all", lang)]
    between = [label("mapdraw.class.between", lang, low=a, high=b) for a, b in pairwise(breaks)]
    first = label("mapdraw.class.low", lang, high=breaks[0])
    last = label("mapdraw.class.high", lang, low=breaks[-1])
    if classes.two_sided and classes.breaks[0] == 0:
        first = label("mapdraw.class.negative", lang)
    if classes.two_sided and classes.breaks[0] > 0:
        first = label("mapdraw.class.between", lang, low="0", high=breaks[0])
    if classes.two_sided and classes.breaks[-1] < 0:
        last = label("mapdraw.class.between", lang, low=breaks[-1], high="0")
    return [first, *between, last]


def legend(axes: Any, shown: Drawing, choice: Choice, height: float, lang: str) -> None:
    """Draw the legend into axes of their own.

    Parameters
    ----------
    axes : matplotlib Axes
    shown : Drawing
    choice : Choice
    height : float
        Of the axes. [inch]
    lang : {"en", "ko"}
    """
    rectangle = need("map", "matplotlib.patches").Rectangle
    axes.set(xlim=(0, 1), ylim=(height, 0))
    axes.axis("off")
    y = 0.02
    for line in wrapped(_heading(label(f"mapdraw.unit.{choice.per}", lang)), 36):
        y += 0.15
        axes.text(0, y, line, size=9.5, color=INK)
    two = bool(shown.allocated.any())
    y += 0.13
    if two:
        for line in wrapped(label("mapdraw.legend.columns", lang), 42):
            axes.text(0, y + 0.08, line, size=7, color=FAINT, va="center")
            y += 0.135
        y += 0.04
    rows = list(zip(shown.classes.colours, shown.classes.greys, limits_text(shown.classes, lang)))
    for colour, grey, text in reversed(rows):
        axes.add_patch(rectangle((0, y), 0.09, ROW * 0.8, facecolor=colour, edgecolor=FAINT, linewidth=0.3))
        if two:
            axes.add_patch(
                rectangle((0.1, y), 0.09, ROW * 0.8, facecolor=grey, edgecolor=FAINT, linewidth=0.3)
            )
        axes.text(0.22 if two else 0.13, y + ROW * 0.4, text, size=8.5, va="center", color=INK)
        y += ROW
    y += 0.06
    for look, text in _others(shown, lang):
        axes.add_patch(rectangle((0, y), 0.09, ROW * 0.8, linewidth=0.5, **look))
        axes.text(0.13, y + ROW * 0.4, text, size=8, va="center", color=INK)
        y += ROW
    sides = "breaks-two" if shown.classes.two_sided else "breaks"
    notes = [label(f"mapdraw.legend.{sides}", lang)] + [label("mapdraw.legend.allocated", lang)] * two
    for note in notes:
        y += 0.08
        for line in wrapped(note, 46):
            y += 0.145
            axes.text(0, y, line, size=7, color=FAINT, va="bottom")


def _heading(text: str) -> str:
    return text[:1].upper() + text[1:]


def _others(shown: Drawing, lang: str) -> list[tuple[dict[str, Any], str]]:
    found: list[tuple[dict[str, Any], str]] = []
    if (shown.index == NONE).any():
        found.append(({"facecolor": ZERO, "edgecolor": FAINT}, label("mapdraw.legend.zero", lang)))
    if (shown.index == UNDEFINED).any():
        key = f"mapdraw.legend.undefined-{shown.per}"
        found.append(({"facecolor": UNKNOWN, "edgecolor": FAINT}, label(key, lang)))
    if shown.gap.any():
        look = {"facecolor": "white", "edgecolor": HATCH, "hatch": "/////"}
        found.append((look, label("mapdraw.legend.gap", lang)))
    return found
