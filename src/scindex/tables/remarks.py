"""What a row says beside its value: status, reason, quality, source."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scindex.catalogue.codelists import codelist
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.tables import cells
from scindex.tables.faults import first_of_each, shorten
from scindex.tables.headers import words
from scindex.tables.spread import Key, Spread
from scindex.tables.statuses import NONE, STATUSES


def read_statuses(spread: Spread) -> tuple[np.ndarray, np.ndarray, list[Finding]]:
    """Read the columns of status and reason.

    Returns
    -------
    (ndarray of int, ndarray of int, list of Finding)
        For each cell the row's status (position in `statuses.STATUSES`, `NONE` without
        one) and the notation key that its status or reason names (as in `cells`, else 0).
    """
    n = spread.n
    given = np.full(n, NONE, dtype=np.int8)
    notation = np.zeros(n, dtype=np.uint8)
    findings: list[Finding] = []
    for role in ("status", "reason"):
        key = spread.key(role)
        if key is None:
            continue
        read, unknown = _coded(key, spread, status_code, "unknown-" + role)
        findings += unknown
        status = np.array([STATUSES.index(c) if c in STATUSES and role == "status" else NONE for c in read])
        named = np.array([cells.NOTATION.get(c, 0) for c in read], dtype=np.uint8)
        codes = spread.to_cells(key.codes, over_columns=key.over_columns)
        given = np.where(status[codes] != NONE, status[codes], given).astype(np.int8)
        notation = np.where(named[codes] > 0, named[codes], notation)
    return given, notation, findings


def status_code(text: str) -> str:
    """Return the SDMX status or notation key that a word stands for; empty if unknown.

    Examples
    --------
    >>> status_code("p"), status_code("not reported"), status_code("추정"), status_code("guess")
    ('P', 'NR', 'E', '')
    """
    upper = text.upper()
    if upper in STATUSES or upper in cells.NOTATION:
        return upper
    return words().statuses.get(fold(text), "")


def quality_code(text: str) -> str:
    """Return the quality class that a word stands for; empty if unknown.

    Examples
    --------
    >>> quality_code("Accurate measurement"), quality_code("설문")
    ('accurate_measurement', 'extrapolated_survey')
    """
    key = fold(text)
    for code, names in codelist("quality").items():
        if key in {fold(code), *(fold(n) for n in names.values())}:
            return code
    return words().quality.get(key, "")


def read_quality(spread: Spread) -> tuple[np.ndarray, tuple[str, ...], list[Finding]]:
    """Read the column of data quality; return code of each cell, the classes, and findings."""
    classes = ("", *codelist("quality"))
    key = spread.key("quality")
    if key is None:
        return np.zeros(spread.n, dtype=np.int8), classes, []
    read, findings = _coded(key, spread, quality_code, "unknown-quality")
    position = np.array([classes.index(c) for c in read], dtype=np.int8)
    return spread.to_cells(position[key.codes], over_columns=key.over_columns), classes, findings


def read_text(spread: Spread, role: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return a role's text for each cell, as codes and distinct texts."""
    key = spread.key(role)
    if key is None:
        return np.zeros(spread.n, dtype=np.int32), ("",)
    return spread.to_cells(key.codes, over_columns=key.over_columns), key.texts


CHOICES = {
    "unknown-status": ("A", "B", "D", "E", "F", "I", "O", "P", "Q", "U", "V", *cells.NOTATION),
    "unknown-reason": tuple(cells.NOTATION),
}


def _coded(
    key: Key, spread: Spread, read: Callable[[str], str], fault: str
) -> tuple[list[str], list[Finding]]:
    """Read each distinct text; what has no code is a finding at its first cell."""
    codes: list[str] = [read(t) if t else "" for t in key.texts]
    findings: list[Finding] = []
    for code, at, count in first_of_each(key.codes):
        text = key.texts[code]
        if not text or codes[code]:
            continue
        choices = CHOICES.get(fault) or tuple(codelist("quality"))
        severity = "error" if fault == "unknown-status" else "warning"
        params = {"choices": list(choices), "count": count}
        where = spread.where(key.role, at)
        findings.append(Finding(fault, severity, where=where, value=shorten(text), params=params))
    return codes, findings
