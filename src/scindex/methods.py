"""Names and options of every method a recipe can choose, and the text form they are written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from scindex.errors import UsageError
from scindex.findings import Finding

Value = float | str
Options = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Number:
    """An option that is a number from `low` to `high`; `default` None must be given."""

    low: float
    high: float
    default: float | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """An option that is a word: one of `choices`, or any where there are none."""

    choices: tuple[str, ...] = ()
    default: str | None = None


Option = Number | Word
ANY = 1e12

STEPS: dict[str, dict[str, dict[str, Option]]] = {
    "impute": {
        "none": {},
        "mean": {},
        "median": {},
        "group_mean": {"group": Word()},
        "group_median": {"group": Word()},
        "node_mean": {},
        "latest": {},
        "linear": {},
        "constant": {},
        "knn": {"k": Number(1, 1000, 5)},
        "iterative": {"rounds": Number(1, 1000, 10)},
    },
    "treat": {
        "none": {},
        "winsorise": {
            "skew": Number(0, ANY, 2),
            "kurtosis": Number(0, ANY, 3.5),
            "most": Number(0, 1000, 5),
            "then": Word(("log", "boxcox", "none"), "log"),
        },
        "log": {},
        "boxcox": {},
    },
    "normalise": {
        "goalposts": {},
        "minmax": {"low": Number(-ANY, ANY, 0), "high": Number(-ANY, ANY, 100)},
        "zscore": {"mean": Number(-ANY, ANY, 0), "sd": Number(1e-9, ANY, 1)},
        "scaled": {"low": Number(-ANY, ANY), "high": Number(-ANY, ANY)},
        "rank": {"ties": Word(("average", "min"), "average")},
        "percentile_rank": {"ties": Word(("average", "min"), "average")},
        "borda": {"ties": Word(("average", "min"), "average")},
        "distance_to_max": {},
        "reference": {"city": Word()},
        "target": {},
        "fraction_of_max": {},
        "categorical": {},
    },
    "weight": {
        "own": {},
        "equal": {},
        "set": {"name": Word()},
        "pca": {
            "rotation": Word(("none", "varimax"), "varimax"),
            "components": Word(("kaiser", "1"), "kaiser"),
        },
        "factor": {"rotation": Word(("none", "varimax"), "varimax")},
        "entropy": {},
        "critic": {},
        "correlation": {},
        "bod": {
            "kind": Word(("weight_share", "pie_share"), "weight_share"),
            "low": Number(0, 1, 0),
            "high": Number(0, 1, 1),
        },
    },
    "aggregate": {
        "arithmetic": {},
        "geometric": {},
        "harmonic": {},
        "generalised": {"power": Number(-100, 100, 0.5)},
        "minimum": {},
        "mpi": {"sign": Number(-1, 1, -1)},
        "ampi": {"sign": Number(-1, 1, -1)},
        "owa": {"power": Number(1e-6, 100, 2)},
    },
    "order": {"score": {}, "copeland": {}, "kemeny": {}, "outranking": {}},
}
"""Step -> method -> option -> what it may be. The kernels of `index` take the options by these names."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method with its options, each option having a value.

    Examples
    --------
    >>> str(parse("treat", "winsorise(most=3)"))
    'winsorise(most=3)'
    """

    step: str
    name: str
    options: Options = field(default_factory=dict[str, Value])

    def __str__(self) -> str:
        defaults = {n: o.default for n, o in STEPS[self.step][self.name].items()}
        given = [f"{n}={_plain(v)}" for n, v in self.options.items() if v != defaults[n]]
        return f"{self.name}({', '.join(given)})" if given else self.name


@lru_cache(maxsize=1024)
def parse(step: str, text: str) -> Method:
    """Read a method as a recipe writes it: ``name`` or ``name(option=value, ...)``.

    Parameters
    ----------
    step : str
        One of `STEPS`.
    text : str

    Returns
    -------
    Method
        With the defaults of the options not given.

    Raises
    ------
    UsageError
        If there is no such method or option, or a value is out of its range.

    Examples
    --------
    >>> parse("aggregate", "generalised(power=-1)").options
    {'power': -1.0}
    """
    match = FORM.fullmatch(str(text).strip())
    name = match["name"] if match else str(text)
    if match is None or name not in STEPS[step]:
        close = get_close_matches(name, STEPS[step], n=3, cutoff=0.7)
        choices = [*close, *(m for m in STEPS[step] if m not in close)]
        raise UsageError(
            Finding("recipe-unknown-choice", value=name, params={"field": step, "choices": choices})
        )
    known = STEPS[step][name]
    given: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in (match["inside"] or "").split(","))):
        key, _, value = (p.strip() for p in part.partition("="))
        if key not in known or not value:
            params = {"field": f"{step}: {name}", "close": list(known) or ["-"]}
            raise UsageError(Finding("recipe-unknown-option", value=part, params=params))
        given[key] = value.strip("'\"")
    options = {key: _value(step, name, key, option, given.get(key)) for key, option in known.items()}
    if name in RISING and not float(options["low"]) < float(options["high"]):
        params = {"field": f"{step}: {name}", "low": options["low"], "high": options["high"]}
        raise UsageError(Finding("recipe-low-above-high", params=params))
    return Method(step, name, options)


RISING = ("minmax", "scaled")
"""Methods with a scale from `low` to `high`: turning it round would turn every direction."""

FORM = re.compile(r"(?P<name>\w+)\s*(\((?P<inside>[^()]*)\))?")


def _value(step: str, name: str, key: str, option: Option, given: str | None) -> Value:
    field_name = f"{step}: {name}({key})"
    if given is None:
        if option.default is None:
            raise UsageError(
                Finding("recipe-option-missing", params={"field": f"{step}: {name}", "option": key})
            )
        return option.default
    if isinstance(option, Word):
        if option.choices and given not in option.choices:
            params = {"field": field_name, "choices": list(option.choices)}
            raise UsageError(Finding("recipe-unknown-choice", value=given, params=params))
        return given
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not option.low <= number <= option.high:
        params = {"field": field_name, "low": option.low, "high": option.high}
        raise UsageError(Finding("recipe-out-of-range", value=given, params=params))
    return number


def _plain(value: Any) -> str:
    return format(value, "g") if isinstance(value, float | int) else str(value)
