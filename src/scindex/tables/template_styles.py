"""How a template looks: the cell formats of its three sheets."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

INPUT = "#FCE4D6"
"""Light orange, as U4SSC's own workbook marks the cells that a city fills in."""

DOUBT = "#FFEB3B"
WRONG = "#F4B6B6"
HEAD = "#1F4E79"
LOCKED = "#F2F2F2"
LINE = "#BFBFBF"

FONTS = {"en": "Calibri", "ko": "Malgun Gothic"}
"""Fonts that come with Excel; where one is missing, the program takes its own."""


LINE_HEIGHT, HANGUL_HEIGHT = 13.5, 16.0
"""Points that a line of text takes, of Latin letters and of Korean. [pt]"""

LETTERS = 1.2
"""Letters of 10 points that fit into a column's unit of width: measured, and a little less."""

TALLEST = 400.0
"""Excel draws no row higher than 409 points. [pt]"""


@dataclass(frozen=True)
class Styles:
    """Cell formats by use; `first` is the first row of a group, with a line above it."""

    title: Any
    text: Any
    section: Any
    head: Any
    swatches: dict[str, Any]
    body: Any
    line: Any
    inputs: dict[tuple[str, bool], Any]
    locked: dict[tuple[str, bool], Any]
    key: Any
    fields: dict[tuple[str, bool], Any]
    doubt: Any
    wrong: Any


def make_styles(book: Any, lang: str) -> Styles:
    """Return the formats of a workbook.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    lang : {"en", "ko"}
        Decides the font.

    Returns
    -------
    Styles
    """

    def style(**given: Any) -> Any:
        return book.add_format({"font_name": FONTS[lang], "font_size": 10, "valign": "vcenter", **given})

    def cell(first: bool, **given: Any) -> Any:
        edge = {"top": 2, "top_color": HEAD} if first else {}
        return style(border=1, border_color=LINE, **edge, **given)

    wrap = {"text_wrap": True}
    fields = {"city": {"num_format": "@"}, "year": {"num_format": "0", "align": "left"}}
    inputs = {"value": {}, "text": {**wrap, "num_format": "@"}, "pick": {**wrap}, "year": {"num_format": "0"}}
    locked = {"plain": {}, "bold": {"bold": True}, "faint": {"font_color": "#7F7F7F", "font_size": 9}}
    pairs = [(name, first) for name in (*inputs, *locked) for first in (False, True)]
    return Styles(
        title=style(bold=True, font_size=14, font_color=HEAD),
        text=style(valign="top", **wrap),
        section=style(bold=True, font_size=11, font_color=HEAD, bottom=2, bottom_color=HEAD),
        head=style(bold=True, font_color="#FFFFFF", bg_color=HEAD, border=1, border_color=LINE, **wrap),
        swatches={
            c: style(bg_color=c, border=1, border_color=LINE, **wrap) for c in (INPUT, DOUBT, WRONG, LOCKED)
        },
        body=style(valign="top", border=1, border_color=LINE, num_format="@", **wrap),
        line=style(valign="top", border=1, border_color=LINE, num_format="@"),
        inputs={(n, f): cell(f, locked=False, bg_color=INPUT, **inputs[n]) for n, f in pairs if n in inputs},
        locked={
            (n, f): cell(f, bg_color=LOCKED, num_format="@", **wrap, **locked[n])
            for n, f in pairs
            if n in locked
        },
        key=style(bold=True, align="right", indent=1),
        fields={
            (n, given): cell(False, bold=True, locked=given, bg_color=LOCKED if given else INPUT, **fields[n])
            for n in fields
            for given in (False, True)
        },
        doubt=book.add_format({"bg_color": DOUBT}),
        wrong=book.add_format({"bg_color": WRONG}),
    )


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Return how high a row must be to show its wrapped texts; 0 if one line is enough. [pt]

    Parameters
    ----------
    cells : iterable of (str, float)
        Text, and width of its column. [characters]

    Examples
    --------
    >>> row_height([("short", 10)]), row_height([("a text of twenty-eight letters", 20)])
    (0.0, 28.5)
    """
    height = 0.0
    for text, width in cells:
        lines = count_lines(text, width)
        if lines > 1:
            is_wide = any(unicodedata.east_asian_width(c) in "WF" for c in text)
            height = max(height, lines * (HANGUL_HEIGHT if is_wide else LINE_HEIGHT) + 1.5)
    return min(height, TALLEST)


def count_lines(text: str, width: float) -> int:
    """Return the lines that a text takes in a column; Korean letters are twice as wide.

    Examples
    --------
    >>> count_lines("one two three", 9), count_lines("전력 공급망", 8), count_lines("a\\nb", 8)
    (2, 2, 2)
    """
    total, width = 0, width * LETTERS
    for line in text.split("\n"):
        used, lines = 0, 1
        for word in line.split(" "):
            wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in word)
            if used and used + 1 + wide > width:
                lines, used = lines + 1, wide
            else:
                used += wide + (1 if used else 0)
            if used > width:  # a word longer than the column is broken
                extra = math.ceil(used / width) - 1
                lines, used = lines + extra, int(used - extra * width)
        total += lines
    return total
