"""What a value outside its range looks like: the slip that would explain it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scindex import messages
from scindex.catalogue.entries import Indicator, Names
from scindex.units import mixed_up

POWERS = (0.01, 100.0, 0.001, 1000.0, 1e-6, 1e6)
"""Factors tried after the units that are often mixed up."""

NEAR = 2.0
"""Within this factor of a plausible bound a value is unusual rather than slipped."""


def slip(indicator: Indicator, value: float) -> Names:
    """Return what a value outside its range looks like, as a sentence in each language.

    Parameters
    ----------
    indicator : Indicator
        What was measured.
    value : float
        A value outside its plausible range. [indicator unit]

    Returns
    -------
    Names
        The first slip that brings the value inside the plausible range: another unit,
        a power of ten, numerator and denominator swapped, a decimal mark lost. Empty
        where none does, where the value is close to the range, and on scales.

    Examples
    --------
    >>> gini = Indicator("demo:gini", {"en": "Gini"}, kind="index", possible=(0, 1), plausible=(0.2, 0.65))
    >>> slip(gini, 35)["en"]
    'Divide by 100? That gives 0.35: the value may be meant as %.'
    >>> slip(gini, 0.7)
    {}
    """
    low, high = bounds(indicator.plausible)
    if indicator.kind in ("scale", "yes_no", "category") or not value or _near(value, low, high):
        return {}
    for key, better, params in _slips(indicator, value):
        if low <= better <= high:
            params |= {"better": _short(better), "value": value}
            return {lang: messages.label(f"slip.{key}", lang, **params) for lang in messages.LANGUAGES}
    return {}


def bounds(pair: tuple[float | None, float | None]) -> tuple[float, float]:
    """Return a range with its open ends at infinity."""
    low, high = pair
    return (float("-inf") if low is None else low, float("inf") if high is None else high)


def _near(value: float, low: float, high: float) -> bool:
    return (high < value <= high * NEAR) or (low > value >= low / NEAR)


def _ratio(factor: float) -> float:
    return _short(max(factor, 1 / factor))


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _slips(indicator: Indicator, value: float) -> Iterator[tuple[str, float, dict[str, Any]]]:
    for names, factor in mixed_up(indicator.unit):
        key = "multiply-unit" if factor > 1 else "divide-unit"
        yield key, value * factor, {"factor": _ratio(factor), "other": names}
    for factor in POWERS:
        yield "multiply" if factor > 1 else "divide", value * factor, {"factor": _ratio(factor)}
    if indicator.kind in ("ratio", "index"):
        yield "invert", 1 / value, {}
    yield "decimal-mark", value / 10, {}
