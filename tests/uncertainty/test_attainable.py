"""Best and worst ranks worked out by hand on two children."""

from __future__ import annotations

from dataclasses import replace

import pytest
from uncertainty.small import framework, observations
from uncertainty.varied import sure, varied

from scindex.errors import MethodError
from scindex.recipe import Recipe
from scindex.scoring import score
from scindex.uncertainty.attainable import attainable

PAIR = {"": {"a": 1.0, "c": 1.0}}
POSTS = {"a": (0.0, 100.0), "c": (0.0, 100.0)}
VALUES = {"a": [100, 0, 55], "c": [0, 100, 55]}


def ranges(low, high, values=VALUES, recipe=None):
    made = framework(PAIR, POSTS)
    nodes = {i: replace(n, weight_range=(low, high) if n.parent == "" and i else None)
             for i, n in made.nodes.items()}  # fmt: skip
    recipe = recipe or Recipe(total=True, show_coverage=0.0)
    return score(observations(values), replace(made, nodes=nodes), recipe=recipe)


def test_ranks_within_reach_on_one_trade_off():
    # c0 scores 100 s, c1 100 (1 - s), c2 55, with s from 0.3 to 0.7
    table = attainable(ranges(0.3, 0.7)).bounds.set_index("city_id")
    assert table.loc["c0", ["best", "worst"]].tolist() == [1, 3]
    assert table.loc["c1", ["best", "worst"]].tolist() == [1, 3]
    assert table.loc["c2", ["best", "worst"]].tolist() == [1, 2]
    assert table[["best_exact", "worst_exact"]].all(axis=None)
    narrow = attainable(ranges(0.46, 0.54)).bounds.set_index("city_id")
    assert narrow.loc["c2", ["best", "worst"]].tolist() == [1, 1]


def test_no_draw_leaves_the_bounds():
    result = varied(("weights",), robust={"within": 0.25})
    bounds = attainable(result).bounds.set_index("city_id")
    drawn = sure(result, n=512).acceptability
    for row in drawn.itertuples():
        assert bounds.loc[row.city_id, "best"] <= row.rank <= bounds.loc[row.city_id, "worst"]


def test_cities_with_gaps_are_left_out_and_named():
    found = attainable(ranges(0.3, 0.7, {"a": [*VALUES["a"], 50], "c": [*VALUES["c"], None]}))
    assert set(found.bounds["city_id"]) == {"c0", "c1", "c2"}
    assert [f.params["cities"] for f in found.findings] == [["C3"]]


def test_fewer_than_two_complete_cities_have_no_bounds():
    with pytest.raises(MethodError) as caught:
        attainable(ranges(0.3, 0.7, {"a": [1, None], "c": [2, 3]}))
    assert caught.value.findings[0].code == "bounds-need-two"


def test_means_of_several_kinds_are_refused():
    recipe = Recipe(total=True, show_coverage=0.0, aggregate={"default": "minimum"})
    with pytest.raises(MethodError) as caught:
        attainable(ranges(0.3, 0.7, recipe=recipe))
    assert caught.value.findings[0].code == "order-needs-mean"
