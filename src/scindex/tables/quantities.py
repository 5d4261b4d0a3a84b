"""Units and multipliers of the cells, and the conversion to each indicator's own unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scindex.catalogue.entries import Indicator
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.tables.faults import first_of_each, shorten
from scindex.tables.spread import Key, Spread
from scindex.units import factor, parse, reason, same_share

MAX_POWER = 15
"""SDMX's UNIT_MULT is a power of ten; beyond 10^15 it is a mistake."""


@dataclass(frozen=True)
class _Unit:
    """One unit of one indicator, as the file uses it."""

    indicator: int
    text: str
    at: int
    count: int
    factor: float = 1.0
    fault: str = ""


def convert(
    spread: Spread,
    value: np.ndarray,
    *,
    number: np.ndarray,
    percent: np.ndarray,
    named: np.ndarray,
    indicators: Sequence[Indicator],
) -> tuple[np.ndarray, np.ndarray, list[Finding]]:
    """Convert every number into its indicator's own unit.

    Parameters
    ----------
    spread : Spread
    value : ndarray of float, shape (n,)
        As the file has it. [unit of the file]
    number : ndarray of bool, shape (n,)
        Where the cell is a written number (not a mark or a word).
    percent : ndarray of bool, shape (n,)
        Where the cell itself carries a percent sign.
    named : ndarray of int, shape (n,)
        Position in `indicators`; -1 where not known.
    indicators : sequence of Indicator

    Returns
    -------
    (ndarray of float, ndarray of bool, list of Finding)
        Values in canonical units, where they could not be had, and what was converted,
        assumed or refused.
    """
    key = spread.key("unit") or Key("unit", np.zeros(spread.n_rows, dtype=np.int32), ("",))
    value, bad, findings = _multiply(spread, value, number)
    code = spread.to_cells(key.codes, over_columns=key.over_columns).astype(np.int64)
    mixed = (named.astype(np.int64) * len(key.texts) + code) * 2 + percent
    used = number & (named >= 0) & ~bad
    units: dict[int, _Unit] = {}
    for combo, at, count in first_of_each(mixed, used):
        indicator, text = combo // 2 // len(key.texts), key.texts[combo // 2 % len(key.texts)]
        units[combo] = _settle(indicator, indicators[indicator], text, bool(combo % 2), at, count)
    refused = {c for c, u in units.items() if u.fault} | _mixed(units)
    findings += _findings(units, refused, indicators, spread.cell_where)
    combos = np.array(sorted(units), dtype=np.int64)
    if len(combos):
        position = np.minimum(np.searchsorted(combos, mixed), len(combos) - 1)
        factors = np.array([units[c].factor for c in combos.tolist()])
        lost = np.array([c in refused for c in combos.tolist()])
        value = np.where(used, value * factors[position], value)
        bad = bad | (used & lost[position])
    return value, bad, findings


def _settle(indicator: int, entry: Indicator, text: str, percent: bool, at: int, count: int) -> _Unit:
    if percent and text and getattr(parse(text), "unit", "percent") != "percent":
        return _Unit(indicator, text, at, count, fault="unit-percent-cell")
    text = text or ("%" if percent else "")
    if not text or (not entry.unit and fold(text) in map(fold, entry.unit_label.values())):
        return _Unit(indicator, text, at, count)
    read, times = parse(text), factor(text, entry.unit)
    if read is not None and times is not None and same_share(read.of, entry.of):
        return _Unit(indicator, text, at, count, factor=times)
    return _Unit(indicator, text, at, count, fault=reason(text, entry.unit, entry.of) or "unit-unknown")


def _mixed(units: dict[int, _Unit]) -> set[int]:
    """Return the units of indicators that the file gives in more than one, save the most used."""
    by_indicator: dict[int, dict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
    for combo, unit in units.items():
        if not unit.fault:
            by_indicator[unit.indicator][unit.factor].append(combo)
    refused: set[int] = set()
    for factors in by_indicator.values():
        usual = max(factors, key=lambda f: (sum(units[c].count for c in factors[f]), -f))
        refused |= {c for f, combos in factors.items() if f != usual for c in combos}
    return refused


def _findings(
    units: dict[int, _Unit], refused: set[int], indicators: Sequence[Indicator], where: Callable[[int], str]
) -> list[Finding]:
    findings: list[Finding] = []
    assumed: list[_Unit] = []
    usual = {u.indicator: u for c, u in sorted(units.items(), key=lambda x: -x[1].count) if c not in refused}
    for combo, unit in units.items():
        entry = indicators[unit.indicator]
        wanted = entry.unit_label or entry.unit
        params = {"unit": shorten(unit.text), "wanted": wanted, "of": entry.of, "count": unit.count}
        place = where(unit.at)
        if unit.fault:
            findings.append(Finding(unit.fault, where=place, indicator=entry.id, params=params))
        elif combo in refused:
            other = usual[unit.indicator]
            params |= {
                "unit": unit.text or wanted,
                "other_unit": other.text or wanted,
                "other": where(other.at),
            }
            findings.append(Finding("mixed-units", where=place, indicator=entry.id, params=params))
        elif unit.factor != 1:
            params["factor"] = unit.factor
            findings.append(Finding("unit-converted", "note", where=place, indicator=entry.id, params=params))
        elif not unit.text and entry.unit:
            assumed.append(unit)
    if assumed:
        first = min(assumed, key=lambda u: u.at)
        params = {"count": sum(u.count for u in assumed), "indicators": len({u.indicator for u in assumed})}
        findings.append(Finding("unit-assumed", "note", where=where(first.at), params=params))
    return findings


def _multiply(
    spread: Spread, value: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[Finding]]:
    """Apply a column of powers of ten (SDMX's UNIT_MULT)."""
    bad = np.zeros(len(value), dtype=bool)
    key = spread.key("unit_mult")
    if key is None:
        return value, bad, []
    findings: list[Finding] = []
    power = np.zeros(len(key.texts))
    wrong = np.zeros(len(key.texts), dtype=bool)
    cells = spread.to_cells(key.codes, over_columns=key.over_columns)
    for code, at, count in first_of_each(cells, number):
        text = key.texts[code]
        try:
            power[code] = float(text or 0)
            wrong[code] = power[code] % 1 != 0 or abs(power[code]) > MAX_POWER
        except ValueError:
            wrong[code] = True
        place = spread.where("unit_mult", at % spread.n_rows)
        if wrong[code]:
            params = {"count": count, "limit": MAX_POWER}
            findings.append(Finding("unit-mult-wrong", where=place, value=shorten(text), params=params))
        elif power[code]:
            params = {"power": int(power[code]), "count": count}
            findings.append(Finding("unit-multiplied", "note", where=place, value=text, params=params))
    power[wrong] = 0
    scale = 10.0 ** np.abs(power)
    times = scale[cells]
    value = np.where(number, np.where(power[cells] < 0, value / times, value * times), value)
    return value, number & wrong[cells], findings
