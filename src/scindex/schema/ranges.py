"""Hold every value of the long table against what is possible and what is plausible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from scindex import messages
from scindex.catalogue.entries import Indicator, Names
from scindex.findings import Finding
from scindex.schema.slips import bounds, slip

CHUNK = 1 << 20
"""Rows held against their ranges at a time, so that memory does not grow with the table."""

MOST = 1000
"""Findings of one code that one indicator may have; the rest are counted in one more."""


def outside(observations: pd.DataFrame, indicators: Iterable[Indicator]) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows whose value is impossible, and those whose value is only implausible.

    Parameters
    ----------
    observations : DataFrame
        The long table; only `indicator` (text or categorical) and `value` are read.
    indicators : iterable of Indicator
        What may occur; a row of any other indicator is left alone.

    Returns
    -------
    impossible, implausible : ndarray of int, shape (n_impossible,), (n_implausible,)
        Positions of rows, ascending; no row is in both. Missing values are in neither.

    Examples
    --------
    >>> share = Indicator("demo:share", {"en": "Share"}, possible=(0, 100), plausible=(30, 90))
    >>> table = pd.DataFrame({"indicator": ["demo:share"] * 3, "value": [50.0, 95.0, 950.0]})
    >>> [rows.tolist() for rows in outside(table, [share])]
    [[2], [1]]
    """
    codes, known = coded(observations["indicator"])
    by_id = {indicator.id: indicator for indicator in indicators}
    ranges = np.array([_ranges(by_id.get(name)) for name in [*known, None]])
    sure_low, sure_high, low, high, whole = np.ascontiguousarray(ranges.T)
    values = observations["value"].to_numpy(dtype=float, na_value=np.nan)
    impossible, implausible = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start in range(0, len(values), CHUNK):
        value, code = values[start : start + CHUNK], codes[start : start + CHUNK]
        suspect = np.flatnonzero((value < sure_low[code]) | (value > sure_high[code]))
        value, code = value[suspect], code[suspect]
        yes_no = whole[code] > 0
        bad = np.where(yes_no, value != 1, (value < low[code]) | (value > high[code]))
        impossible.append(start + suspect[bad])
        implausible.append(start + suspect[~bad & ~yes_no])
    return np.concatenate(impossible), np.concatenate(implausible)


def check_ranges(observations: pd.DataFrame, indicators: Iterable[Indicator]) -> list[Finding]:
    """Find every value that is impossible (error) or implausible (warning), at its cell.

    Parameters
    ----------
    observations : DataFrame
        The long table: city, year, indicator, value, where. Values in the indicators'
        own units.
    indicators : iterable of Indicator
        What may occur.

    Returns
    -------
    list of Finding
        In the order of the rows: `value-impossible`, `value-implausible`,
        `value-infinite`, `value-not-yes-no`. Of one indicator and code at most `MOST`
        are listed, and `value-more` counts the rest; `outside` has them all.

    Examples
    --------
    >>> gini = Indicator("demo:gini", {"en": "Gini"}, kind="index", possible=(0, 1), plausible=(0.2, 0.65))
    >>> row = {"city": "A", "year": 2020, "indicator": "demo:gini", "value": 35.0, "where": "B7"}
    >>> table = pd.DataFrame([row])
    >>> [(f.code, f.where, f.params["hint"]["en"]) for f in check_ranges(table, [gini])]
    [('value-impossible', 'B7', 'Divide by 100? That gives 0.35: the value may be meant as %.')]
    """
    by_id = {indicator.id: indicator for indicator in indicators}
    impossible, implausible = outside(observations, by_id.values())
    severity = dict.fromkeys(impossible.tolist(), "error")
    severity |= dict.fromkeys(implausible.tolist(), "warning")
    rows = np.sort(np.fromiter(severity, np.int64, len(severity)))
    listed: Counter[tuple[str, str]] = Counter()
    findings: list[Finding] = []
    cells = observations.iloc[rows]
    columns = (cells[name].tolist() for name in ("where", "city", "year", "indicator", "value"))
    for row, where, city, year, name, value in zip(rows.tolist(), *columns, strict=True):
        code = _code(by_id[name], value, severity[row])
        listed[name, code] += 1
        if listed[name, code] <= MOST:
            place = {"where": where, "city": city, "year": int(year), "indicator": name, "value": value}
            findings.append(_finding(code, severity[row], by_id[name], place))
    return findings + [_rest(by_id[name], code, n - MOST) for (name, code), n in listed.items() if n > MOST]


def coded(names: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return text as whole numbers and what each stands for; a missing one is -1, the last."""
    if isinstance(names.dtype, pd.CategoricalDtype):
        return names.cat.codes.to_numpy(), names.cat.categories.astype(str).tolist()
    codes, known = pd.factorize(names)
    return codes, [str(name) for name in known]


def _ranges(indicator: Indicator | None) -> tuple[float, float, float, float, float]:
    """Return what is beyond doubt (low, high), what is possible (low, high), and whether only 0 and 1 are.

    Of yes/no only 0 is beyond doubt: everything else is looked at twice.
    """
    if indicator is None:
        return -np.inf, np.inf, -np.inf, np.inf, 0.0
    if indicator.kind == "yes_no":
        return 0.0, 0.0, 0.0, 1.0, 1.0
    if indicator.categories:
        n = float(len(indicator.categories))
        return 1.0, n, 1.0, n, 0.0
    finite = np.finfo(float).max
    low, high = np.clip(bounds(indicator.possible), -finite, finite).tolist()
    usual = bounds(indicator.plausible)
    return max(low, usual[0]), min(high, usual[1]), low, high, 0.0


def _code(indicator: Indicator, value: float, severity: str) -> str:
    if severity == "warning":
        return "value-implausible"
    if np.isinf(value):
        return "value-infinite"
    return "value-not-yes-no" if indicator.kind == "yes_no" else "value-impossible"


def _finding(code: str, severity: Any, indicator: Indicator, place: dict[str, Any]) -> Finding:
    pair = indicator.possible if severity == "error" else indicator.plausible
    pair = (1.0, float(len(indicator.categories))) if indicator.categories else pair
    params = {
        "name": indicator.name,
        "unit": indicator.unit_label or indicator.unit,
        "low": pair[0],
        "high": pair[1],
        "range": spell_range(pair),
        "hint": slip(indicator, place["value"]) if np.isfinite(place["value"]) else {},
    }
    return Finding(code, severity, params=params, **place)


def _rest(indicator: Indicator, code: str, n: int) -> Finding:
    severity = "warning" if code == "value-implausible" else "error"
    params = {"name": indicator.name, "more": n, "of": code}
    return Finding("value-more", severity, indicator=indicator.id, params=params)


@lru_cache
def spell_range(pair: tuple[float | None, float | None]) -> Names:
    """Return a range in words, open ends as such.

    Examples
    --------
    >>> spell_range((0, None))["en"], spell_range((0, 100))["ko"]
    ('at least 0', '0~100')
    """
    low, high = pair
    ends = {"low": low, "high": high}
    key = (
        "any"
        if low is None and high is None
        else "least"
        if high is None
        else "most"
        if low is None
        else "both"
    )
    return {lang: messages.label(f"range.{key}", lang, **ends) for lang in messages.LANGUAGES}
