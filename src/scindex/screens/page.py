"""What the screens of analyses share: names, short numbers, a title over sections, notes below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scindex.findings import Finding
from scindex.messages import label, local, number, sentence
from scindex.scoring import Scores
from scindex.screens.layout import clean, clip, table, terminal_width, wrap

MOST_NOTES = 1
"""Findings of one code that are told in full; the others are counted."""

MOST_NAME = 34


def names_of(scores: Scores) -> dict[str, str]:
    """Return the name of every node and indicator of a result, by id."""
    return {b.id: clean(local(b.name)) or label("screen.total") for b in scores.tree.branches}


def name_width(taken: int) -> int:
    """Return the columns for a name where the others of its row take so many."""
    return max(min(terminal_width() - 2 - taken, MOST_NAME), 14)


def short(value: float) -> str:
    """Return a number to three digits, a dash where there is none.

    Examples
    --------
    >>> short(0.0138889), short(49860.0), short(float("nan"))
    ('0.0139', '49 900', '-')
    """
    return number(float(f"{value:.3g}"))


def page(title: str, sections: Sequence[Sequence[str]], findings: Sequence[Finding], scores: Scores) -> str:
    """Return a screen: its title, sections with an empty line between, and notes.

    What the screen of the scores says already is not said again.
    """
    columns = terminal_width()
    lines = wrap(title, columns, 2)
    for k, section in enumerate(s for s in sections if s):
        lines += [*([""] if k else []), *(f"  {line}" for line in section)]
    told = notes([f for f in findings if f not in scores.findings], columns - 2)
    if told:
        lines += ["", label("screen.notes"), *(f"  {line}" for line in told)]
    return "\n".join(lines)


def said(text: str) -> list[str]:
    """Return a sentence wrapped to fit below a title."""
    return wrap(text, terminal_width() - 2, 2)


def rows(body: list[list[str]], aligns: str) -> list[str]:
    """Return rows of cells lined up, none wider than the terminal."""
    return [clip(line, terminal_width() - 2) for line in table(body, aligns)]


def notes(findings: Sequence[Finding], columns: int) -> list[str]:
    """Return findings as sentences, of each code the first few."""
    seen: Counter[str] = Counter()
    total = Counter(f.code for f in findings)
    lines: list[str] = []
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= MOST_NOTES:
            text = clean(sentence(finding))
            lines += wrap(text[:1].upper() + text[1:], columns, 2)
        elif seen[finding.code] == total[finding.code]:
            lines += wrap(label("analysis.more-notes", n=total[finding.code] - MOST_NOTES), columns, 2)
    return lines
