"""Text that lines up: display width, padding, clipping, bars."""

from __future__ import annotations

import math
import re
import shlex
import shutil
import unicodedata


def clean(text: object) -> str:
    """Return text without characters that could drive a terminal or turn its direction.

    Examples
    --------
    >>> clean("a\\x1b[31mb\\u202ec")
    'a�[31mb�c'
    """
    return "".join("�" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in str(text))


def quoted(word: str) -> str:
    """Return a word of a suggested command so that pasting it runs nothing else.

    Double quotes, which every shell knows, as long as nothing in the word is special inside them.

    Examples
    --------
    >>> print(quoted("Ålesund"), quoted("New York"), quoted("$(rm x)"))
    Ålesund "New York" '$(rm x)'
    """
    if re.fullmatch(r"[\w./\\:@%+-]+", word):
        return word
    return f'"{word}"' if re.fullmatch(r"[\w./:@%+(),' -]+", word) else shlex.quote(word)


def width(text: str) -> int:
    """Return the number of terminal columns a text takes: Hangul takes two.

    Examples
    --------
    >>> width("Ålesund"), width("올레순")
    (7, 6)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def clip(text: str, columns: int) -> str:
    """Return text cut to a number of columns, with an ellipsis where it was cut.

    Examples
    --------
    >>> clip("Kristiansund", 8)
    'Kristia…'
    """
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > columns - 1:
            break
        kept += char
    return kept + "…"


def pad(text: str, columns: int, align: str = "<") -> str:
    """Return text padded to a number of columns: ``<`` left, ``>`` right, ``^`` centred.

    Examples
    --------
    >>> pad("도시", 6) + "|", pad("7", 3, ">")
    ('도시  |', '  7')
    """
    text = clip(text, columns)
    space = columns - width(text)
    left = {"<": 0, ">": space, "^": space // 2}[align]
    return " " * left + text + " " * (space - left)


def bar(low: float, high: float, score: float, columns: int = 8) -> str:
    """Return a bar from 0 to 100: ``#`` a score, ``=`` where it can lie, ``.`` the rest.

    Examples
    --------
    >>> bar(19, 69, float("nan")), bar(60, 60, 60)
    ('.=====..', '....#...')
    >>> bar(float("nan"), float("nan"), 60)
    '....#...'
    """
    if math.isnan(low) and 0 <= score <= 100:
        low = high = score  # a score without a range, as where it hangs on the other cities
    if math.isnan(low):
        return " " * columns
    first = min(int(low / 100 * columns), columns - 1)
    last = min(max(math.ceil(high / 100 * columns) - 1, first), columns - 1)
    cells = ["=" if first <= i <= last else "." for i in range(columns)]
    if not math.isnan(score):
        cells[max(min(int(score / 100 * columns), columns - 1), 0)] = "#"
    return "".join(cells)


def rounded(value: float, digits: int = 0) -> str:
    """Return a number rounded half up, as a spreadsheet shows it.

    Examples
    --------
    >>> rounded(62.5), rounded(43.25, 1)
    ('63', '43.3')
    """
    # ten more digits first: 0.285 is stored a little below itself
    return f"{math.floor(round(value * 10**digits, 9) + 0.5) / 10**digits:.{digits}f}"


def terminal_width(least: int = 60, most: int = 120) -> int:
    """Return the columns to fill: the terminal's, within limits; 80 where there is none."""
    return max(least, min(most, shutil.get_terminal_size((80, 24)).columns))


def wrap(text: str, columns: int, indent: int = 0) -> list[str]:
    """Break text at spaces to fit a number of columns; later lines are indented.

    Examples
    --------
    >>> wrap("one two three", 8, 2)
    ['one two', '  three']
    """
    start = " " * (len(text) - len(text.lstrip(" ")))
    lines: list[str] = []
    line = start
    for word in text.strip().split(" "):
        candidate = f"{line} {word}" if line.strip() else line + word
        if line.strip() and width(candidate) > columns:
            lines.append(line)
            candidate = " " * indent + word
        line = candidate
    return [*lines, line] if line.strip() else lines


def table(rows: list[list[str]], aligns: str, gap: str = "  ") -> list[str]:
    """Line up rows of cells; `aligns` has one of ``<>^`` per column.

    Examples
    --------
    >>> table([["a", "10"], ["도시", "7"]], "<>")
    ['a     10', '도시   7']
    """
    if not rows:
        return []
    widths = [max(width(row[i]) for row in rows) for i in range(len(aligns))]
    return [gap.join(pad(c, w, a) for c, w, a in zip(row, widths, aligns)).rstrip() for row in rows]
