"""Rules between indicators of one city and year: one at most another, parts that make a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scindex import messages
from scindex.catalogue.entries import Indicator, Names, Rule
from scindex.findings import Finding
from scindex.schema.ranges import MOST, coded

ROUNDING = 1e-9
"""Share of a value by which unit conversion may have moved it."""


def broken(rule: Rule, parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return where a rule is broken; where a part is missing it is not checked.

    Parameters
    ----------
    rule : Rule
        The rule.
    parts : sequence of ndarray, shape (n_city,)
        Values of `rule.indicators`, in that order. [indicator unit]

    Returns
    -------
    ndarray of bool, shape (n_city,)

    Examples
    --------
    >>> rule = Rule("sum_near", ("a", "b"), total=100, tolerance=2)
    >>> broken(rule, [np.array([50.0, 50.0, np.nan]), np.array([49.0, 60.0, 90.0])]).tolist()
    [False, True, False]
    """
    with np.errstate(invalid="ignore"):
        if rule.kind == "at_most":
            return parts[0] - parts[1] > ROUNDING * np.abs(parts[1])
        return np.abs(np.sum(parts, axis=0) - rule.total) > rule.tolerance + ROUNDING * abs(rule.total)


def check_rules(
    observations: pd.DataFrame, rules: Iterable[Rule], indicators: Iterable[Indicator]
) -> list[Finding]:
    """Find every city and year in which a rule between indicators is broken.

    Parameters
    ----------
    observations : DataFrame
        The long table: city_id, city, year, indicator, value, where.
    rules : iterable of Rule
        A framework's rules; each says whether breaking it is an error or a warning.
    indicators : iterable of Indicator
        Their names are told.

    Returns
    -------
    list of Finding
        `rule-at-most` and `rule-sum-near`, in the order of the first cell of each;
        `params["cells"]` has every cell the rule joins. `value-more` counts those of a
        rule past `ranges.MOST`.
    """
    by_id = {indicator.id: indicator for indicator in indicators}
    found: list[tuple[int, Finding]] = []
    for rule in rules:
        if all(name in by_id for name in rule.indicators):
            found += _check(observations, rule, by_id)
    return [finding for _, finding in sorted(found, key=lambda pair: pair[0])]


def _check(observations: pd.DataFrame, rule: Rule, by_id: dict[str, Indicator]) -> list[tuple[int, Finding]]:
    rows = _aligned(observations, rule.indicators)
    values = observations["value"].to_numpy(dtype=float, na_value=np.nan)
    parts = [np.where(part >= 0, values[part], np.nan) for part in rows]
    groups = np.flatnonzero(broken(rule, parts))
    groups = groups[np.argsort(rows[:, groups].min(axis=0))]
    listed = rows[:, groups[:MOST]].T
    cells = observations.iloc[listed.ravel()]
    lists = {name: cells[name].tolist() for name in ("where", "city", "year", "value")}
    found = []
    for at, row in enumerate(listed.min(axis=1).tolist()):
        span = slice(at * len(rows), (at + 1) * len(rows))
        found.append((row, _finding(rule, {name: cell[span] for name, cell in lists.items()}, by_id)))
    if len(groups) > MOST:
        found.append((len(observations), _rest(rule, by_id[rule.indicators[0]], len(groups) - MOST)))
    return found


def _rest(rule: Rule, indicator: Indicator, n: int) -> Finding:
    params = {"name": indicator.name, "more": n, "of": f"rule-{rule.kind}".replace("_", "-")}
    return Finding("value-more", rule.severity, indicator=indicator.id, params=params)


def _aligned(observations: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return, per indicator and city-year, the position of its first row; -1 where there is none."""
    codes, known = coded(observations["indicator"])
    slots = np.array([names.index(name) if name in names else -1 for name in [*known, None]])[codes]
    rows = np.flatnonzero(slots >= 0)
    keys = observations.iloc[rows][["city_id", "year"]]
    group = keys.groupby(["city_id", "year"], sort=False, observed=True).ngroup().to_numpy()
    n_group = int(group.max()) + 1 if len(group) else 0
    cells, first = np.unique(slots[rows] * n_group + group, return_index=True)
    aligned = np.full(len(names) * n_group, -1, dtype=np.int64)
    aligned[cells] = rows[first]
    return aligned.reshape(len(names), n_group)


def _finding(rule: Rule, cells: dict[str, list[Any]], by_id: dict[str, Indicator]) -> Finding:
    """Return the finding about one city and year; `cells` has the rule's parts in order."""
    parts = [
        _part(by_id[name], value, where)
        for name, value, where in zip(rule.indicators, cells["value"], cells["where"], strict=True)
    ]
    params = {
        "parts": parts,
        "first": parts[0],
        "second": parts[-1],
        "total": rule.total,
        "sum": float(f"{sum(cells['value']):.12g}"),
        "tolerance": rule.tolerance,
        "reason": rule.reason,
        "cells": [str(where) for where in cells["where"]],
        "indicators": list(rule.indicators),
    }
    return Finding(
        f"rule-{rule.kind}".replace("_", "-"),
        rule.severity,
        where=str(cells["where"][0]),
        city=str(cells["city"][0]),
        year=int(cells["year"][0]),
        indicator=rule.indicators[0],
        value=float(cells["value"][0]),
        params=params,
    )


def _part(indicator: Indicator, value: float, where: str) -> Names:
    """Return an indicator with its value and cell, in each language."""
    return {
        lang: messages.label("rule.part", lang, name=indicator.name, value=float(value), where=where)
        for lang in messages.LANGUAGES
    }
