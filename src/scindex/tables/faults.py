"""Many alike findings, told once each up to a limit and counted beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from scindex.findings import Finding, Severity

MAX_LISTED = 1000
"""Findings of one code that are listed one by one; the rest is counted in one more."""

SHOWN = 80
"""Characters of a cell that a finding shows."""


def each(
    code: str,
    positions: np.ndarray | Sequence[int],
    where: Callable[[int], str],
    *,
    severity: Severity = "error",
    value: Callable[[int], Any] | None = None,
    params: Callable[[int], Mapping[str, Any]] | None = None,
) -> list[Finding]:
    """Return a finding for each position, and one that counts those beyond the limit.

    Examples
    --------
    >>> found = each("no-city", range(1002), lambda i: f"a.csv!A{i + 2}")
    >>> len(found), found[-1].code, found[-1].params["count"]
    (1001, 'and-more', 2)
    """
    listed = [int(p) for p in positions[:MAX_LISTED]]
    findings = [
        Finding(
            code,
            severity,
            where=where(i),
            value=None if value is None else shorten(value(i)),
            params={} if params is None else dict(params(i)),
        )
        for i in listed
    ]
    more = len(positions) - len(listed)
    if more > 0:
        first = where(int(positions[MAX_LISTED]))
        findings.append(Finding("and-more", severity, where=first, params={"count": more, "code": code}))
    return findings


def shorten(value: Any) -> Any:
    """Return a text cut to what a finding shows; anything else unchanged."""
    if isinstance(value, str) and len(value) > SHOWN:
        return value[: SHOWN - 1] + "…"
    return value


def first_of_each(codes: np.ndarray, among: np.ndarray | None = None) -> list[tuple[int, int, int]]:
    """Return (code, first position, count) of each distinct code, in file order.

    Examples
    --------
    >>> first_of_each(np.array([7, 3, 7]))
    [(7, 0, 2), (3, 1, 1)]
    """
    at = None if among is None else np.flatnonzero(among)
    own = codes if at is None else codes[at]
    number, values = pd.factorize(own)
    first = first_places(number, len(values))
    count = np.bincount(number, minlength=len(values))
    place = first if at is None else at[first]
    return list(zip(np.asarray(values).tolist(), place.tolist(), count.tolist()))


def first_places(codes: np.ndarray, n: int) -> np.ndarray:
    """Return where each of the codes 0 to `n` - 1 occurs first; all must occur.

    Examples
    --------
    >>> first_places(np.array([0, 1, 0]), 2).tolist()
    [0, 1]
    """
    first = np.empty(n, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last one written stays
    return first


def forgiven(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with errors turned into warnings that say the cell was left out.

    Examples
    --------
    >>> forgiven([Finding("not-a-number")])[0].severity
    'warning'
    """
    return [
        replace(f, severity="warning", params={**f.params, "skipped": True}) if f.severity == "error" else f
        for f in findings
    ]
