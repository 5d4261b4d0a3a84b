"""Parameters of a lever as a file states them: shares that say what they are of, values by year."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from scindex.catalogue.by_year import ByYear
from scindex.catalogue.fields import Fields, spoken
from scindex.catalogue.levers import Parameter

BY_YEAR = ("share", "ratio", "positive", "amount")
FIRST_YEAR, LAST_YEAR, OLDEST = 1900, 2100, 1000


@dataclass
class Told:
    """What a lever is told, by kind of parameter, with the line of each field."""

    paths: dict[str, ByYear] = field(default_factory=dict[str, ByYear])
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    shares: dict[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    curves: dict[str, ByYear] = field(default_factory=dict[str, ByYear])
    lines: dict[str, int] = field(default_factory=dict[str, int])


def parameters(entry: Fields, known: Mapping[str, Parameter]) -> Told:
    """Return the parameters of a lever; every fault goes to the findings of `entry`.

    Parameters
    ----------
    entry : Fields
        The lever in its file.
    known : Mapping of str to Parameter
        What a lever of this kind is told.

    Returns
    -------
    Told
    """
    told = Told()
    for name, parameter in known.items():
        told.lines[name] = entry.line_of(name)
        if name not in entry:
            _left_out(entry, name, parameter, told)
        elif parameter.kind in BY_YEAR:
            told.paths[name] = _by_year(entry, name, parameter.kind)
        elif parameter.kind == "curve":
            told.curves[name] = _curve(entry, name)
        elif parameter.kind == "shares":
            told.shares[name] = _shares(entry, name, parameter.choices)
        else:
            told.lists[name] = _names(entry, name, parameter)
    for name in ("districts", "uses", "cells"):
        told.lines[name] = entry.inner("where").line_of(name)
    return told


def _left_out(entry: Fields, name: str, parameter: Parameter, told: Told) -> None:
    if parameter.needed:
        entry.fault("entry-missing-field", field=name)
    if parameter.kind in ("names", "name"):
        told.lists[name] = parameter.default


def _names(entry: Fields, name: str, parameter: Parameter) -> tuple[str, ...]:
    names = entry.texts(name) if parameter.kind == "names" else (entry.text(name),)
    for value in names:
        if parameter.choices and value not in parameter.choices:
            close = get_close_matches(value, parameter.choices, n=3) or parameter.choices
            entry.fault("entry-unknown-choice", field=name, value=value, close=list(close))
    return names


def _shares(entry: Fields, name: str, choices: tuple[str, ...]) -> Mapping[str, float]:
    inner = entry.inner(name)
    inner.known(choices)
    found = {str(key): _value(inner, key, inner.data[key], "share") for key in inner.data}
    if math.fsum(found.values()) and not math.isclose(math.fsum(found.values()), 1.0, abs_tol=1e-9):
        entry.fault("lever-shares-sum", field=name, value=100 * math.fsum(found.values()))
    return found


def _by_year(entry: Fields, name: str, kind: str) -> ByYear:
    """Return a constant, or a value for each given year."""
    value = entry.data[name]
    if not isinstance(value, Mapping):
        return ByYear((), (_value(entry, name, value, kind),))
    return _points(entry.inner(name), kind, FIRST_YEAR, LAST_YEAR, "lever-bad-year")


def _curve(entry: Fields, name: str) -> ByYear:
    """Return an amount by age in years."""
    value = entry.data[name]
    if not isinstance(value, Mapping):
        return ByYear((), (_value(entry, name, value, "amount"),))
    return _points(entry.inner(name), "amount", 0, OLDEST, "lever-bad-age")


def _points(inner: Fields, kind: str, first: int, last: int, code: str) -> ByYear:
    points: dict[int, float] = {}
    for key in cast("Mapping[Any, Any]", inner.data):
        if isinstance(key, int) and first <= key <= last:
            points[key] = _value(inner, key, inner.data[key], kind)  # type: ignore[index]
        else:
            inner.fault(code, field=str(key), value=key, first=first, last=last)
    years = sorted(points)
    return ByYear(tuple(years), tuple(points[y] for y in years)) if years else ByYear((), (0.0,))


def _value(entry: Fields, key: Any, value: Any, kind: str) -> float:
    return _READ[kind](entry, key, value)


def _share(entry: Fields, key: Any, value: Any, most: float = 100.0) -> float:
    """Return a share as a fraction of 1; 30 is refused, since it may be 30 % or thirty times."""
    percent = _percent(value)
    if percent is None and _is_number(value) and (value >= 1 or value < 0):
        code = "lever-share-ambiguous" if value >= 1 else "lever-share-range"
        entry.fault(code, field=key, value=value)
        return 0.0
    if percent is None and not _is_number(value):
        entry.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.share"), value=value)
        return 0.0
    if percent is not None and not 0 <= percent <= most:
        entry.fault("lever-share-range", field=key, value=value)
        return 0.0
    return float(value) if percent is None else percent / 100


def _ratio(entry: Fields, key: Any, value: Any) -> float:
    return _share(entry, key, value, most=math.inf)


def _amount(entry: Fields, key: Any, value: Any) -> float:
    if _is_number(value) and value >= 0:
        return float(value)
    entry.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.amount"), value=value)
    return 0.0


def _positive(entry: Fields, key: Any, value: Any) -> float:
    if _is_number(value) and value > 0:
        return float(value)
    entry.fault("entry-wrong-kind", field=key, kind_name=spoken("field-kind.positive"), value=value)
    return 1.0


_READ: Mapping[str, Callable[[Fields, Any, Any], float]] = {
    "share": _share,
    "ratio": _ratio,
    "amount": _amount,
    "positive": _positive,
}


def _percent(value: Any) -> float | None:
    """Return the number before a percent sign, None where there is none."""
    if not isinstance(value, str) or not value.rstrip().endswith("%"):
        return None
    try:
        number = float(value.rstrip()[:-1])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
