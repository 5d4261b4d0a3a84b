"""What robustness varies, and by how much: read from the recipe, with the recipes it admits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from scindex.errors import MethodError, UsageError
from scindex.findings import Finding
from scindex.messages import LANGUAGES, catalogue, label
from scindex.methods import parse
from scindex.recipe import BY_NAME, Recipe
from scindex.scoring.engine import Evaluated, evaluate
from scindex.scoring.sheet import Sheet

FACTORS = ("data", "goalposts", "weights", "methods", "redraw")
"""What can vary: data error, proposed goalposts, weights, methods, imputed values."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What robustness varies.

    Attributes
    ----------
    n : int
        Draws to begin with; more are made until the Monte Carlo error is small, if `grow`.
    seed : int
        Decides every draw; 0 is a seed like any other.
    factors : tuple of str
        Those of `FACTORS` that vary.
    goalposts : float
        Largest move of a proposed goalpost, as a share of the range. [0 to 1]
    within : float
        Largest relative change of a weight, after normalising. [0 to 1]
    concentration : float or None
        If given, weights follow Dirichlet distributions instead. [-]
    grow : bool
        Whether more draws are made until shares are known to within one point.
    """

    n: int = 1000
    seed: int = 0
    factors: tuple[str, ...] = FACTORS
    goalposts: float = 0.2
    within: float = 0.25
    concentration: float | None = None
    grow: bool = True


def plan_of(recipe: Recipe) -> Plan:
    """Return the plan a recipe asks for.

    Examples
    --------
    >>> plan_of(Recipe(robust={"n": 200, "data": False})).factors
    ('goalposts', 'weights', 'methods', 'redraw')
    """
    asked = recipe.robust
    off = {f for f in FACTORS if asked.get(f) is False or (f == "goalposts" and asked.get(f) == 0)}
    named = ("n", "seed", "goalposts", "within", "concentration")
    numbers = {k: asked[k] for k in named if k in asked and not isinstance(asked[k], bool)}
    return Plan(factors=tuple(f for f in FACTORS if f not in off), **numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """One admissible recipe: its sheet and what it gives without any draw."""

    recipe: Recipe
    sheet: Sheet
    nominal: Evaluated


ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "aggregate": ("arithmetic", "geometric", "generalised"),
    "weight": ("own", "equal"),
}
"""Methods that stand beside the recipe's own where it names none: those of most statistical audits."""


def variants(sheet: Sheet, nominal: Evaluated, relay: Any) -> tuple[list[Variant], list[Finding]]:
    """Return every admissible recipe around the sheet's own, the own one first.

    Parameters
    ----------
    sheet : Sheet
    nominal : Evaluated
        Of the sheet.
    relay : callable
        ``(recipe) -> Sheet``: lays the same observations out under another recipe.

    Returns
    -------
    list of Variant
        Different in at least one choice, and in at least one score: two recipes that say
        the same count once. A recipe that is impossible for these data is
        tried once without draws and left out.
    list of Finding
        One note for each reason, with the recipes left out.
    """
    found = [Variant(sheet.recipe, sheet, nominal)]
    impossible: dict[str, list[str]] = {}
    seen = {_key(sheet.recipe)}
    for recipe in _recipes(sheet.recipe):
        if _key(recipe) in seen:
            continue
        seen.add(_key(recipe))
        try:
            other = relay(recipe)
            scored = evaluate(other)
        except (MethodError, UsageError) as err:
            impossible.setdefault(err.findings[0].code, []).append(_difference(sheet.recipe, recipe))
            continue
        if not any(_same(v.nominal, scored) for v in found):
            found.append(Variant(recipe, other, scored))
    told = [
        Finding(
            "recipe-inadmissible",
            "note",
            params={"recipes": recipes, "reason": reason, "why": _why(reason)},
        )
        for reason, recipes in impossible.items()
    ]
    return found, told


def _why(reason: str) -> dict[str, str]:
    """Return in every language why a recipe is impossible; by its code where no short words are kept."""
    known = f"reason.{reason}" in catalogue("en", "labels")
    return {
        lang: label(f"reason.{reason}", lang) if known else label("reason.other", lang, code=reason)
        for lang in LANGUAGES
    }


def _recipes(recipe: Recipe) -> Iterator[Recipe]:
    """Yield the product of all alternatives, each replacing the default of its step."""
    asked = recipe.robust.get("alternatives") or {s: list(m) for s, m in ALTERNATIVES.items()}
    steps = list(asked)
    for chosen in product(*(asked[s] for s in steps)):
        changes = {
            s: {**getattr(recipe, s), "default": str(parse(s, m))} if s in BY_NAME else str(parse(s, m))
            for s, m in zip(steps, chosen)
        }
        yield replace(recipe, **changes)


def in_words(recipes: Sequence[Recipe]) -> list[str]:
    """Return what tells recipes from one another, in words of the recipe file.

    Examples
    --------
    >>> in_words([Recipe(), Recipe(weight="equal")])
    ['weight: own', 'weight: equal']
    >>> in_words([Recipe()])
    ['weight: own, aggregate: arithmetic']
    """
    plain = [r.to_dict() for r in recipes]
    keys = [k for k in plain[0] if any(p[k] != plain[0][k] for p in plain)]
    keys = keys or [k for k in plain[0] if k in ALTERNATIVES]
    return [", ".join(f"{k}: {_default(p[k])}" for k in keys) for p in plain]


def _key(recipe: Recipe) -> str:
    return repr(sorted((k, str(v)) for k, v in recipe.to_dict().items() if k != "robust"))


def _difference(own: Recipe, other: Recipe) -> str:
    mine, theirs = own.to_dict(), other.to_dict()
    return " + ".join(f"{k}: {_default(theirs[k])}" for k in theirs if theirs[k] != mine[k])


def _default(value: Any) -> str:
    return str(value["default"] if isinstance(value, Mapping) and "default" in value else value)


def _same(a: Evaluated, b: Evaluated) -> bool:
    """Whether a recipe changes nothing here, as equal weights where all are equal."""
    return bool(np.array_equal(a.up.score, b.up.score, equal_nan=True))
