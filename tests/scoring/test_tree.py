from dataclasses import replace

import pytest
from scoring.worlds import framework

from scindex.recipe import merge
from scindex.scoring.tree import plant, unknown_indicators


def with_own_method(method="harmonic"):
    world = framework()
    return replace(world, nodes={**world.nodes, "left": replace(world.nodes["left"], aggregate=method)})


@pytest.mark.parametrize(
    ("aggregate", "left", "right"),
    [
        ("arithmetic", "harmonic", "arithmetic"),
        ("geometric", "harmonic", "geometric"),
        ({"group": "geometric"}, "harmonic", "geometric"),
        ({"group": "geometric", "left": "minimum"}, "minimum", "geometric"),
    ],
)
def test_what_is_said_of_a_node_comes_before_its_level_and_the_recipe_before_the_framework(
    aggregate, left, right
):
    recipe = merge({"aggregate": aggregate})
    tree = plant(with_own_method(), recipe)
    method = tree.shape(recipe).method
    assert (method[tree.position("left")], method[tree.position("right")]) == (left, right)


def test_names_of_indicators_that_are_not_there_are_warned_of_each_with_its_step():
    recipe = merge(
        {
            "treat": {"A": "log", "zz": "log"},
            "normalise": {"w:a": "rank", "b": "rank", "bb": "rank"},
            "tiers": {"y": "core"},
        }
    )
    found = unknown_indicators(framework(), recipe)
    assert [(f.code, f.severity, f.params["field"], f.value) for f in found] == [
        ("recipe-unknown-name", "warning", "tiers", "y"),
        ("recipe-unknown-name", "warning", "treat", "zz"),
        ("recipe-unknown-name", "warning", "normalise", "bb"),
    ]


def test_regrouping_keeps_what_a_framework_says_of_an_indicator():
    world = framework()
    heavy = replace(world, nodes={**world.nodes, "w:a": replace(world.nodes["w:a"], weight=3.0)})
    tree = plant(heavy, merge({"by": "axis"}))
    assert tree.branches[tree.position("w:a")].weight == 3
