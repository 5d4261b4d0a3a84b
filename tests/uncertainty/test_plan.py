"""What a recipe lets vary, and which recipes stand beside it."""

from __future__ import annotations

import pytest
from uncertainty.small import TREE
from uncertainty.varied import varied

from scindex.recipe import Recipe
from scindex.scoring.engine import evaluate
from scindex.scoring.sheet import lay_out
from scindex.uncertainty.nodes import relay
from scindex.uncertainty.plan import FACTORS, in_words, plan_of, variants


def admitted(result):
    def other(recipe):
        return lay_out(result.observations, result.framework, result.tree, recipe, result.year)

    sheet = relay(result)
    return variants(sheet, evaluate(sheet), other)


def test_everything_varies_unless_it_is_switched_off():
    assert plan_of(Recipe()).factors == FACTORS
    assert plan_of(Recipe(robust=dict.fromkeys(FACTORS, False))).factors == ()
    assert "goalposts" not in plan_of(Recipe(robust={"goalposts": 0})).factors


@pytest.mark.parametrize("said", [True, False])
def test_on_and_off_are_no_sizes(said):
    assert plan_of(Recipe(robust={"goalposts": said})).goalposts == 0.2


def test_numbers_are_taken_from_the_recipe():
    plan = plan_of(Recipe(robust={"n": 200, "seed": 0, "within": 0.1, "goalposts": 0.3, "concentration": 5}))
    assert (plan.n, plan.seed, plan.within, plan.goalposts, plan.concentration) == (200, 0, 0.1, 0.3, 5)


def test_the_usual_recipes_stand_beside_the_own_one():
    found, told = admitted(varied(FACTORS))
    words = in_words([v.recipe for v in found])
    assert words[0] == "weight: own, aggregate: arithmetic"
    assert len(words) == len(set(words)) == 6
    assert told == []


def test_a_recipe_that_changes_nothing_here_is_no_recipe_of_its_own():
    even = {node: dict.fromkeys(children, 1.0) for node, children in TREE.items()}
    found, _ = admitted(varied(FACTORS, tree=even))
    assert in_words([v.recipe for v in found]) == [
        "aggregate: arithmetic", "aggregate: geometric", "aggregate: generalised"]  # fmt: skip


@pytest.mark.parametrize("asked", [["arithmetic"], ["arithmetic", "minimum"], ["minimum", "owa"]])
def test_alternatives_are_those_asked_for_and_the_own_one(asked):
    found, _ = admitted(varied(FACTORS, robust={"alternatives": {"aggregate": asked}}))
    assert {v.recipe.aggregate["default"].partition("(")[0] for v in found} == {"arithmetic", *asked}
