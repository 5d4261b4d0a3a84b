"""Values included elsewhere (IE): covered where their target holds a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from scindex.catalogue.lookup import Lookup
from scindex.findings import Finding
from scindex.tables.cells import included_in
from scindex.tables.faults import each, first_of_each, shorten
from scindex.tables.spread import Spread
from scindex.tables.statuses import REASONS


def cover_included(
    spread: Spread, keys: Any, value: np.ndarray, reason: np.ndarray, lookup: Lookup
) -> tuple[np.ndarray, list[Finding]]:
    """Find the cells marked IE whose target has a number in the same city and year.

    Parameters
    ----------
    spread : Spread
    keys : object
        City, year and indicator of each cell (`observations`).
    value : ndarray of float, shape (n,)
    reason : ndarray of int, shape (n,)
        Position in `statuses.REASONS`.
    lookup : Lookup

    Returns
    -------
    (ndarray of bool, list of Finding)
        Covered cells leave the base; the others stay missing.
    """
    covered = np.zeros(len(value), dtype=bool)
    at = np.flatnonzero((reason == REASONS.index("IE")) & keys.known)
    if not len(at):
        return covered, []
    codes, texts = _targets(spread, at)
    position = {i.id: n for n, i in enumerate(keys.indicators)}
    targets = [_target(t, lookup, position) for t in texts]

    where = spread.cell_where
    findings: list[Finding] = []
    for code, first, count in first_of_each(codes):
        if texts[code] and targets[code] is None:
            params = {"close": lookup.close(texts[code][:200]), "count": count}
            place, shown = where(int(at[first])), shorten(texts[code])
            findings.append(Finding("ie-target-unknown", "warning", where=place, value=shown, params=params))
    wanted = np.array([-1 if t is None else t for t in targets], dtype=np.int64)[codes]
    n = len(keys.indicators)
    base = (keys.places.codes.astype(np.int64) * 10_000 + keys.years) * n
    has = keys.known & ~np.isnan(value)
    there = (
        np.isin(base[at] + wanted, base[has] + keys.named[has]) & (wanted >= 0) & (wanted != keys.named[at])
    )
    covered[at[there]] = True
    shown = dict(zip(at.tolist(), wanted.tolist()))
    findings += each(
        "ie-covered",
        np.flatnonzero(covered),
        where,
        severity="note",
        params=lambda i: {
            "indicator": keys.indicators[keys.named[i]].id,
            "target": keys.indicators[shown[i]].id,
        },
    )
    return covered, findings


def _targets(spread: Spread, at: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return what each IE cell says it is included in: in the cell, else in the row's column."""
    said = [included_in(spread.written(i)) for i in at.tolist()]
    inside = list(dict.fromkeys(said))
    codes = np.array([inside.index(t) for t in said], dtype=np.int64)
    key = spread.key("ie_target")
    texts = list(inside)
    if key is not None:
        row = spread.to_cells(key.codes, over_columns=key.over_columns)[at]
        own = np.array([bool(t) for t in inside])[codes]
        codes = np.where(own, codes, row + len(inside))
        texts += key.texts
    return codes, texts


def _target(text: str, lookup: Lookup, position: dict[str, int]) -> int | None:
    """Return the indicator meant; -1 for one that is known but not in the file."""
    ids = lookup.find(text) if text else ()
    return next((position[i] for i in ids if i in position), -1 if ids else None)
