"""Findings as a reader meets them: in file order, each with its cell, rule and remedy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from scindex.findings import Finding
from scindex.messages import label, sentence
from scindex.screens.layout import clean, terminal_width, wrap

MOST_SHOWN = 1000


def listing(findings: Sequence[Finding], most: int = MOST_SHOWN) -> str:
    """Return every finding with its place, sentence and remedy, then how many there are.

    Parameters
    ----------
    findings : sequence of Finding
        In the order to be shown.
    most : int
        Shown one by one; the rest is counted.

    Returns
    -------
    str
    """
    columns = terminal_width()
    lines = [line for finding in findings[:most] for line in _lines(finding, columns)]
    if len(findings) > most:
        lines.append(label("findings.more", n=len(findings) - most))
    return "\n".join([*lines, tally(findings)])


def _lines(finding: Finding, columns: int) -> list[str]:
    where = f"{clean(finding.where)}  " if finding.where else ""
    about = clean(", ".join(str(p) for p in (finding.city, finding.year) if p))
    head = f"{where}{label(f'severity.{finding.severity}')}{f'  ({about})' if about else ''}"
    body = clean(sentence(finding))
    return [head, *(f"    {line}" for line in wrap(body, columns - 4))]


def tally(findings: Iterable[Finding]) -> str:
    """Return how many errors, warnings and notes there are.

    Examples
    --------
    >>> tally([Finding("a"), Finding("b", "note")])
    '1 error, 0 warnings, 1 note'
    """
    count = Counter(f.severity for f in findings)
    return ", ".join(_counted(s, count[s]) for s in ("error", "warning", "note"))


def _counted(severity: str, n: int) -> str:
    return label(f"count.{severity}.one" if n == 1 else f"count.{severity}", n=n)
