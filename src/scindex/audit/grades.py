"""Grade the ten steps: each by its weakest measure, with the limits read from data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scindex._resources import read_yaml, root
from scindex.audit.found import Found
from scindex.audit.framework import count_framework
from scindex.audit.result import count_result
from scindex.catalogue.entries import Framework, Names
from scindex.findings import Finding
from scindex.recipe import merge
from scindex.scoring import Scores

GRADES = ("A", "B", "C", "D")
"""Good to weak; `OPEN` where nothing could be counted."""

OPEN = "-"


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing counted about a step.

    Attributes
    ----------
    id : str
    name : Names
    value : float
        A share [0 to 1], or a number where `unit` says so; NaN where it was not counted.
    unit : {"share", "number"}
    better : {"higher", "lower"}
    limits : tuple of float
        From which (up to which) it is A, B, C.
    grade : str
    """

    id: str
    name: Names
    value: float
    unit: str
    better: str
    limits: tuple[float, float, float]
    grade: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the Handbook: its grade, why, and what was counted.

    Attributes
    ----------
    number : int
        From 1, in the Handbook's order.
    id : str
    name : Names
    grade : str
        That of the weakest measure counted; B at best where one could not be counted,
        `OPEN` where none could.
    why : Finding
    facts : tuple of Finding
    measures : tuple of Measure
    """

    number: int
    id: str
    name: Names
    grade: str
    why: Finding
    facts: tuple[Finding, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """A framework held to the ten steps.

    Attributes
    ----------
    framework : Framework
    steps : tuple of Step
        Ten, in order. There is no grade of the whole: steps do not make up for each other.
    standing : str
        Of the rule behind the grades.
    scored : bool
        Whether data were given.
    """

    framework: Framework
    steps: tuple[Step, ...]
    standing: str
    scored: bool


def audit(framework: Framework, scores: Scores | None = None) -> Audit:
    """Hold a framework to the ten steps of the OECD/JRC Handbook.

    Parameters
    ----------
    framework : Framework
    scores : Scores, optional
        A result of the framework; without it, what needs data is not examined.

    Returns
    -------
    Audit

    Notes
    -----
    Everything is counted by the program from the framework's file and the result; nothing
    is a judgement entered by hand. The cuts are ours and proposed
    (``indicators/audit_rules.yaml``).

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, Table 1.

    Examples
    --------
    >>> from scindex.catalogue.load import load_framework
    >>> found = audit(load_framework("u4ssc"))
    >>> len(found.steps), found.steps[2].grade
    (10, '-')
    """
    recipe = merge(framework.recipe) if scores is None else scores.recipe
    found = count_framework(framework, recipe)
    counted = Found() if scores is None else count_result(scores)
    values = {**found.values, **counted.values}
    steps = []
    for number, (step, rule) in enumerate(rules()["steps"].items(), start=1):
        measures = tuple(_measure(name, m, values) for name, m in rule["measures"].items())
        grade, why = _grade(measures)
        facts = (*found.facts.get(step, ()), *counted.facts.get(step, ()))
        steps.append(Step(number, step, rule["name"], grade, why, facts, measures))
    return Audit(framework, tuple(steps), str(rules()["standing"]), scores is not None)


@lru_cache
def rules() -> dict[str, Any]:
    """Return the rule behind the grades.

    Examples
    --------
    >>> rules()["standing"], len(rules()["steps"])
    ('proposed', 10)
    """
    return read_yaml(root() / "indicators" / "audit_rules.yaml")["audit_rules"]


def grade_of(value: float, better: str, limits: tuple[float, float, float]) -> str:
    """Return the grade of a value.

    Parameters
    ----------
    value : float
        NaN was not counted.
    better : {"higher", "lower"}
    limits : tuple of float
        From which (up to which) it is A, B, C.

    Examples
    --------
    >>> grade_of(0.7, "higher", (0.9, 0.6, 0.3)), grade_of(0.7, "lower", (0, 0.1, 0.3))
    ('B', 'D')
    """
    if math.isnan(value):
        return OPEN
    slack = 1e-12  # 9 of 10 reaches 0.9
    reached = [value >= x - slack if better == "higher" else value <= x + slack for x in limits]
    return GRADES[reached.index(True)] if any(reached) else GRADES[-1]


def _measure(name: str, rule: dict[str, Any], values: dict[str, float]) -> Measure:
    value, limits = values.get(name, math.nan), tuple(float(x) for x in rule["limits"])
    first, second, third = limits
    grade = grade_of(value, rule["better"], (first, second, third))
    unit = str(rule.get("unit", "share"))
    return Measure(name, rule["name"], value, unit, rule["better"], (first, second, third), grade)


def _grade(measures: tuple[Measure, ...]) -> tuple[str, Finding]:
    """Return the grade of the weakest measure, and what decided it."""
    counted = [m for m in measures if m.grade != OPEN]
    if not counted:
        return OPEN, Finding("audit-not-examined", "note")
    worst = max(counted, key=lambda m: GRADES.index(m.grade))
    best = str(rules()["uncounted"])
    if len(counted) < len(measures) and worst.grade < best:
        names = [m.name for m in measures if m.grade == OPEN]
        return best, Finding("audit-uncounted", "note", params={"measures": names, "grade": best})
    if worst.grade == GRADES[0]:
        return worst.grade, Finding("audit-all-good", "note", params={"measures": [m.name for m in counted]})
    params: dict[str, Any] = {"measure": worst.name, "value": shown(worst.value, worst.unit)}
    above = GRADES.index(worst.grade) - 1
    limit = shown(worst.limits[above], worst.unit)
    code = "audit-decided-low" if worst.better == "higher" else "audit-decided-high"
    return worst.grade, Finding(code, "note", params={**params, "grade": GRADES[above], "limit": limit})


def shown(value: float, unit: str) -> str:
    """Return a value as a page shows it.

    Examples
    --------
    >>> shown(0.256, "share"), shown(16.0, "number"), shown(float("nan"), "share")
    ('26 %', '16', '-')
    """
    if math.isnan(value):
        return "-"
    if unit == "number":
        return f"{value:.3g}"
    percent = 100 * value
    # neither nothing nor everything by rounding
    return f"{percent:.0f} %" if percent in (0, 100) or 0.5 <= percent < 99.5 else f"{percent:.1f} %"
