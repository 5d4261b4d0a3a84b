"""Every methodological choice behind a score, in one frozen object."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from scindex.errors import UsageError
from scindex.findings import Finding


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
    impute, treat : str
        ``none``: nothing is filled in or moved.
    normalise : str
        ``goalposts``.
    capped : bool
        Whether scores are cut off at 0 and 100.
    by : str
        Regroup the framework: ``axis``, ``dimension``, ``netzero_sector``, ``sdg``;
        empty keeps the framework's own tree.
    weight : str
        ``equal`` shares within each node, or ``own``: the framework's weights.
    aggregate : Mapping of str to str
        Method by level name; ``default`` holds for levels not named.
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
    impute: str = "none"
    treat: str = "none"
    normalise: str = "goalposts"
    capped: bool = True
    by: str = ""
    weight: str = "own"
    aggregate: Mapping[str, str] = field(default_factory=lambda: {"default": "arithmetic"})
    show_coverage: float = 0.65
    total: bool = False
    targets: str = "u4ssc_published"

    def method_at(self, level: str) -> str:
        """Return the name of the aggregation method of the nodes at `level`."""
        return self.aggregate.get(level, self.aggregate.get("default", "arithmetic"))

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as plain JSON types."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value  # type: ignore[arg-type]


FIELDS: dict[str, dataclasses.Field[Any]] = {f.name: f for f in dataclasses.fields(Recipe)}


def merge(*layers: Mapping[str, Any], where: str = "") -> Recipe:
    """Merge choices by field, later layers winning: defaults, framework, file, options.

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
    >>> merge({"aggregate": {"pillar": "geometric"}}, {"show_coverage": 0.5}).method_at("pillar")
    'geometric'
    """
    merged: dict[str, Any] = {}
    findings: list[Finding] = []
    for layer in layers:
        for name, value in layer.items():
            if value is None:
                continue
            problem = _problem(name, value)
            if problem:
                shown = value if isinstance(value, str | int | float) else str(value)
                findings.append(
                    Finding(problem[0], where=where, value=shown, params={"field": name, **problem[1]})
                )
                continue
            if name == "aggregate":
                value = {"default": value} if isinstance(value, str) else dict(value)
                value = {**merged.get(name, {"default": "arithmetic"}), **value}
            merged[name] = dict(value) if isinstance(value, Mapping) else value  # type: ignore[arg-type]
    if findings:
        raise UsageError(*findings)
    return Recipe(**merged)


CHOICES: dict[str, tuple[str, ...]] = {
    "tier": ("all", "core", "advanced"),
    "impute": ("none",),
    "treat": ("none",),
    "normalise": ("goalposts",),
    "weight": ("own", "equal"),
    "by": ("", "axis", "dimension", "netzero_sector", "sdg"),
}
"""Fields whose values are names of a fixed list."""

METHODS = ("arithmetic", "geometric")
"""Names that `aggregate` takes."""


def _problem(name: str, value: Any) -> tuple[str, dict[str, Any]] | None:
    if name not in FIELDS:
        close = get_close_matches(name, FIELDS, n=3)
        return "recipe-unknown-field", {"close": close or sorted(FIELDS)}
    if name in CHOICES:
        return (
            None
            if value in CHOICES[name]
            else ("recipe-unknown-choice", {"choices": [c for c in CHOICES[name] if c]})
        )
    if name == "aggregate":
        methods = _methods(value)
        known = bool(methods) and all(m in METHODS for m in methods)
        return None if known else ("recipe-unknown-choice", {"choices": list(METHODS)})
    if name == "show_coverage":
        return _range_problem(value, 0.0, 1.0)
    if name == "window":
        whole = isinstance(value, int) and not isinstance(value, bool)
        return _range_problem(value if whole else None, 1, 100)
    if name == "tiers" and isinstance(value, Mapping):
        named: Mapping[Any, Any] = value  # type: ignore[assignment]
        known = all(tier in ("core", "advanced") for tier in named.values())
        return None if known else ("recipe-unknown-choice", {"choices": ["core", "advanced"]})
    wanted = {"capped": bool, "total": bool, "targets": str, "tiers": Mapping}[name]
    return None if isinstance(value, wanted) else ("recipe-wrong-kind", {"kind": wanted.__name__})


def _methods(value: Any) -> list[Any]:
    """Return the methods named: one word, or one for each level."""
    if isinstance(value, Mapping):
        named: Mapping[Any, Any] = value  # type: ignore[assignment]
        return list(named.values())
    return [value]


def _range_problem(value: Any, low: float, high: float) -> tuple[str, dict[str, Any]] | None:
    ok = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return None if ok else ("recipe-out-of-range", {"low": low, "high": high})
