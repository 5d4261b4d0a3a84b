"""The small world with what is known of cities beside it: population, income, size, and rules."""

from __future__ import annotations

from dataclasses import replace

from scoring.worlds import both, framework, observations

from scindex.catalogue.entries import Framework, Indicator, Rule
from scindex.comparison.bench import work
from scindex.recipe import Recipe
from scindex.scoring import Scores, score


def land(*rules: Rule, **fixed: bool) -> Framework:
    """`population`, `income` and `size` beside the indicators; `a=False` makes a not actionable."""
    size = Indicator("w:size", both("Size"), kind="category", categories=("small", "large"))
    context = {
        "w:population": Indicator("w:population", both("Population")),
        "w:income": Indicator("w:income", both("Income"), kind="rate"),
        "w:size": size,
    }
    old = framework()
    entries = {
        name: replace(i, possible=(0.0, 100.0), actionable=fixed.get(i.slug, True))
        for name, i in old.indicators.items()
    }
    return replace(old, context=context, rules=rules, indicators=entries)


def city(name: str, year: int = 2020, **values: object) -> list[tuple]:
    return [(name, year, s, v) for s, v in values.items()]


def scored(rows, *rules, world=None, year="latest", **recipe) -> Scores:
    return score(observations(rows), world or land(*rules), recipe=Recipe(**recipe), year=year)


def bench(rows, *rules, **recipe):
    return work(scored(rows, *rules, **recipe))
