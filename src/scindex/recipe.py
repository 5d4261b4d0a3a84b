"""Every methodological choice behind a score, in one frozen object."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.methods import STEPS, Method, parse


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every methodological choice behind a score, in the order applied.

    Robustness analysis is ``dataclasses.replace`` on this object: nothing that can
    change a score is kept anywhere else.

    Attributes
    ----------
    window : int
        Years a value may be old: 1 takes the scored year only, 5 the newest value of
        the last five. [year]
    tier : str
        ``all`` scores every indicator, ``core`` or ``advanced`` only those.
    tiers : Mapping of str to str
        Overrides of an indicator's tier, by id (sources disagree on some).
    denominate : bool
        Whether indicators are divided by the denominators that the framework names.
    screen : Mapping of str to object
        Leave out what is too thin: ``indicators`` and ``cities`` are the least shares of
        values [0 to 1], ``zeros`` the largest share of zeros; ``keep`` and ``drop`` force.
    impute : str
        How missing values are filled in; ``none`` leaves them missing.
    treat : Mapping of str to str
        Treatment of outliers by indicator; ``default`` holds for those not named.
    normalise : Mapping of str to str
        How values become scores, by indicator; ``default`` holds for those not named.
    capped : bool
        Whether scores are cut off at 0 and 100.
    joint : bool
        Whether methods that look at all cities look at all years together; if not, at
        each year alone, which gives relative positions and no trend.
    by : str
        Regroup the framework: ``axis``, ``dimension``, ``netzero_sector``, ``sdg``;
        empty keeps the framework's own tree.
    weight : Mapping of str to str
        Weights within a node, by level or node: ``own`` are the framework's.
    aggregate : Mapping of str to str
        Method by level or node; ``default`` holds for those not named.
    order : str
        How the total is ranked: ``score``, or an order method over the top nodes.
    force : bool
        Whether methods run on fewer cities than they need (treatment below 20).
    robust : Mapping of str to object
        What robustness varies; see `ROBUST`.
    show_coverage : float
        Below this share of scored weight a node shows its range, not a point
        (65 %: a JRC rule of thumb). [0 to 1]
    total : bool
        Whether one number over the top nodes is made (axes stay apart by default).
    targets : str
        U4SSC target set: an id of ``indicators/targets`` or a file.

    Examples
    --------
    >>> from dataclasses import replace
    >>> replace(Recipe(), window=5).window
    5
    """

    window: int = 1
    tier: str = "all"
    tiers: Mapping[str, str] = field(default_factory=dict[str, str])
    denominate: bool = True
    screen: Mapping[str, Any] = field(default_factory=dict[str, Any])
    impute: str = "none"
    treat: Mapping[str, str] = field(default_factory=lambda: {"default": "none"})
    normalise: Mapping[str, str] = field(default_factory=lambda: {"default": "goalposts"})
    capped: bool = True
    joint: bool = True
    by: str = ""
    weight: Mapping[str, str] = field(default_factory=lambda: {"default": "own"})
    aggregate: Mapping[str, str] = field(default_factory=lambda: {"default": "arithmetic"})
    order: str = "score"
    force: bool = False
    show_coverage: float = 0.65
    total: bool = False
    targets: str = "u4ssc_published"
    robust: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        for step in BY_NAME:
            chosen: object = getattr(self, step)
            if isinstance(chosen, str):  # one method for all, as ``replace(recipe, treat="log")`` gives it
                object.__setattr__(self, step, {"default": chosen})

    def chosen(self, step: str, *names: str, own: str = "") -> Method:
        """Return the method of a step for the first of `names` that the recipe names.

        Parameters
        ----------
        step : {"treat", "normalise", "weight", "aggregate"}
        *names : str
            Id, slug, code of an indicator, or id and level of a node.
        own : str
            What the framework says of it; stronger than the recipe's default.
        """
        choices: Mapping[str, str] = getattr(self, step)
        named = next((choices[n] for n in names if n and n in choices), None)
        return parse(step, named or own or choices.get("default") or DEFAULTS[step])

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain JSON types."""
        return {f.name: _plain(f.name, getattr(self, f.name)) for f in dataclasses.fields(self)}


BY_NAME = ("treat", "normalise", "weight", "aggregate")
"""Steps whose method may differ by indicator, level or node."""

DEFAULTS = {"treat": "none", "normalise": "goalposts", "weight": "own", "aggregate": "arithmetic"}


def _plain(name: str, value: Any) -> Any:
    if name in BY_NAME and list(value) == ["default"]:
        return value["default"]
    return dict(value) if isinstance(value, Mapping) else value  # type: ignore[arg-type]


FIELDS: dict[str, dataclasses.Field[Any]] = {f.name: f for f in dataclasses.fields(Recipe)}


def merge(*layers: Mapping[str, Any], where: str = "") -> Recipe:
    """Merge choices by field, later layers winning: defaults, framework, file, options.

    A layer that names one method for a step replaces the default of the earlier ones, and
    keeps what they say of single indicators, levels and nodes.

    Parameters
    ----------
    *layers : Mapping
        Field name to value; a value of None counts as not given. ``aggregate`` may be
        one method name for all levels.
    where : str
        Named in errors.

    Returns
    -------
    Recipe

    Raises
    ------
    UsageError
        For every field that does not exist or has a value of the wrong kind, all at once.

    Examples
    --------
    >>> merge({"aggregate": {"pillar": "geometric"}}, {"show_coverage": 0.5}).aggregate
    {'default': 'arithmetic', 'pillar': 'geometric'}
    """
    merged: dict[str, Any] = {}
    findings: list[Finding] = []
    for layer in layers:
        for name, value in layer.items():
            if value is None:
                continue
            problem = _problem(name, value)
            if problem:
                params = {"field": name, **problem[1]}
                shown = params.pop("value", value if isinstance(value, str | int | float) else str(value))
                findings.append(Finding(problem[0], where=where, value=shown, params=params))
                continue
            if name in BY_NAME:
                value = {"default": value} if isinstance(value, str) else dict(value)
                value = {"default": DEFAULTS[name], **merged.get(name, {}), **value}
            elif name in ("screen", "robust"):
                value = {**merged.get(name, {}), **value}
            merged[name] = dict(value) if isinstance(value, Mapping) else value  # type: ignore[arg-type]
    if findings:
        raise UsageError(*findings)
    return Recipe(**merged)


CHOICES: dict[str, tuple[str, ...]] = {
    "tier": ("all", "core", "advanced"),
    "by": ("", "axis", "dimension", "netzero_sector", "sdg"),
}
"""Fields whose values are names of a fixed list; those of methods stand in `scindex.methods.STEPS`."""

SCREEN = {"indicators": (0.0, 1.0), "cities": (0.0, 1.0), "zeros": (0.0, 1.0), "keep": None, "drop": None}
"""What `screen` may hold: shares, and lists of ids."""

ROBUST = {
    "n": (1, 1_000_000),
    "seed": (0, 2**63),
    "goalposts": (0.0, 1.0),
    "within": (0.0, 1.0),
    "concentration": (1.0, 1e9),
    "data": None,
    "weights": None,
    "methods": None,
    "redraw": None,
    "alternatives": None,
}
"""What `robust` may hold: numbers in a range, switches (true or false), and lists of methods by step."""

WANTED = {
    "capped": bool,
    "total": bool,
    "denominate": bool,
    "joint": bool,
    "force": bool,
    "targets": str,
    "tiers": Mapping,
    "screen": Mapping,
    "robust": Mapping,
}


Problem = tuple[str, dict[str, Any]]


def _problem(name: str, value: Any) -> Problem | None:
    if name not in FIELDS:
        close = get_close_matches(name, FIELDS, n=3)
        return "recipe-unknown-field", {"close": close or sorted(FIELDS)}
    if name in CHOICES:
        known = isinstance(value, str) and value in CHOICES[name]
        return None if known else ("recipe-unknown-choice", {"choices": [c for c in CHOICES[name] if c]})
    if name in STEPS:
        return _method_problem(name, value)
    if name == "show_coverage":
        return _range_problem(value, 0.0, 1.0)
    if name == "window":
        return _range_problem(value if _is_whole(value) else None, 1, 100)
    if not isinstance(value, WANTED[name]):
        return "recipe-wrong-kind", {"kind": WANTED[name].__name__}
    if isinstance(value, Mapping):
        return _inner_problem(name, value)  # type: ignore[arg-type]
    return None


def _inner_problem(name: str, value: Mapping[Any, Any]) -> Problem | None:
    """Return what is wrong inside `tiers`, `screen` or `robust`."""
    if name == "tiers":
        known = all(isinstance(t, str) and t in ("core", "advanced") for t in value.values())
        return None if known else ("recipe-unknown-choice", {"choices": ["core", "advanced"]})
    fields: Mapping[str, tuple[float, float] | None] = SCREEN if name == "screen" else ROBUST
    for key, inner in value.items():
        if key not in fields:
            close = get_close_matches(str(key), fields, n=3) or list(fields)
            return "recipe-unknown-field", {"field": f"{name}: {key}", "close": close}
        span = fields[key]
        problem = _range_problem(inner, *span) if span else _list_problem(name, key, inner)
        if problem:
            shown = inner if isinstance(inner, str | int | float) else str(inner)
            return problem[0], {"value": shown, **problem[1], "field": f"{name}: {key}"}
    return None


def _list_problem(name: str, key: str, value: Any) -> Problem | None:
    if name == "screen":
        return None if isinstance(value, list) else ("recipe-wrong-kind", {"kind": "list"})
    if key != "alternatives":
        return None if isinstance(value, bool) else ("recipe-wrong-kind", {"kind": "bool"})
    if not isinstance(value, Mapping):
        return "recipe-wrong-kind", {"kind": "mapping"}
    named: Mapping[Any, Any] = value  # type: ignore[assignment]
    for step, methods in named.items():
        if step not in STEPS or not isinstance(methods, list) or not methods:
            return "recipe-unknown-choice", {"choices": list(STEPS)}
        problem = _method_problem(step, dict(enumerate(methods)))  # type: ignore[arg-type]
        if problem:
            return problem
    return None


def _method_problem(step: str, value: Any) -> Problem | None:
    """Return what is wrong with one method, or with one for each name."""
    inner = cast("Mapping[Any, Any]", value) if isinstance(value, Mapping) else {"default": value}
    if isinstance(value, Mapping) and step not in BY_NAME and not all(isinstance(k, int) for k in inner):
        return "recipe-wrong-kind", {"kind": "str"}
    for text in inner.values() if inner else [None]:
        try:
            parse(step, text)
        except UsageError as err:
            fault = err.findings[0]
            shown = {} if fault.value is None else {"value": fault.value}
            return fault.code, {"field": step, **fault.params, **shown}
    return None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _range_problem(value: Any, low: float, high: float) -> Problem | None:
    ok = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return None if ok else ("recipe-out-of-range", {"low": low, "high": high})
