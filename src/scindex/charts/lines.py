"""Lines of a picture that fit: text broken by width, of which a Hangul letter takes two columns."""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """Return how many columns a text takes.

    Examples
    --------
    >>> columns("CO2"), columns("탄소")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text between words where it gets too wide.

    Examples
    --------
    >>> wrapped("every tonne once", 11)
    ['every tonne', 'once']
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and columns(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
