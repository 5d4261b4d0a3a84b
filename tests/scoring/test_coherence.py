"""Coherence against scipy and straight lines on scores made for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from uncertainty.small import framework, observations

from scindex.recipe import Recipe
from scindex.scoring import score
from scindex.scoring.coherence import coherence

TREE = {"": {"left": 3.0, "right": 1.0}, "left": {"a": 1.0, "b": 1.0}, "right": {"c": 2.0, "d": 1.0}}
POSTS = {leaf: (0.0, 100.0) for leaf in "abcd"}
RNG = np.random.default_rng(3)
BASE = RNG.uniform(10, 90, 30)
VALUES = {
    "a": BASE,
    "b": np.clip(BASE + RNG.normal(0, 2, 30), 0, 100),
    "c": RNG.uniform(0, 100, 30),
    "d": np.clip(100 - BASE + RNG.normal(0, 5, 30), 0, 100),
}


def scored(values=VALUES, nature=None, recipe=None):
    made = framework(TREE, POSTS)
    nodes = {i: replace(n, nature=(nature or {}).get(i, "formative")) for i, n in made.nodes.items()}
    recipe = recipe or Recipe(total=True, show_coverage=0.0)
    return score(observations(values), replace(made, nodes=nodes), recipe=recipe)


def pair(found, node):
    return found.correlations[found.correlations["node"] == node].iloc[0]


def test_correlations_are_those_of_the_scores():
    row = pair(coherence(scored()), "left")
    assert (row["first"], row["second"], row["n"]) == ("s:a", "s:b", 30)
    r, p = stats.pearsonr(VALUES["a"], VALUES["b"])
    assert (row["r"], row["p"]) == (pytest.approx(r), pytest.approx(p))
    assert row["spearman"] == pytest.approx(stats.spearmanr(VALUES["a"], VALUES["b"])[0])
    assert row["kendall"] == pytest.approx(stats.kendalltau(VALUES["a"], VALUES["b"])[0])


def test_directed_scores_are_compared_not_raw_values():
    posts = {**POSTS, "b": (100.0, 0.0)}
    made = score(observations(VALUES), framework(TREE, posts), recipe=Recipe(show_coverage=0.0))
    assert pair(coherence(made), "left")["r"] == pytest.approx(-pair(coherence(scored()), "left")["r"])


def test_redundancy_and_working_against_the_node_are_said():
    found = coherence(scored())
    codes = {f.code: f for f in found.findings}
    assert codes["coherence-redundant"].params["n"] == 30
    against = score(observations({**VALUES, "c": 100 - VALUES["d"]}), framework(TREE, POSTS),
                    recipe=Recipe(show_coverage=0.0))  # fmt: skip
    assert "coherence-trade-off" in {f.code for f in coherence(against).findings}


def test_only_reflective_nodes_have_a_verdict():
    found = coherence(scored(nature={"left": "reflective", "right": "reflective"})).nodes
    verdicts = dict(zip(found["node"], found["verdict"]))
    assert verdicts == {"": "", "left": "coherent", "right": "doubtful"}
    assert set(coherence(scored()).nodes["verdict"]) == {""}
    told = {f.code for f in coherence(scored()).findings}
    assert not told & {"coherence-alpha-low", "coherence-kmo-low", "coherence-dimensions"}


def test_alpha_and_the_first_component_of_two_parts_follow_from_their_correlation():
    found = coherence(scored())
    row = found.nodes.set_index("node").loc["left"]
    r = pair(found, "left")["r"]
    # standardised alpha of two is 2 r / (1 + r); the first share (1 + r) / 2
    assert row["alpha"] == pytest.approx(2 * r / (1 + r))
    assert row["first_share"] == pytest.approx((1 + r) / 2)


def test_effective_weights_are_products_down_the_tree():
    table = coherence(scored()).weights.set_index(["node", "child"])["effective"]
    assert table["", "left"] == pytest.approx(0.75)
    assert table["right", "s:c"] == pytest.approx(2 / 3)
    for leaf, share in {"a": 3 / 8, "b": 3 / 8, "c": 1 / 6, "d": 1 / 12}.items():
        assert table["", f"s:{leaf}"] == pytest.approx(share)


def test_a_part_that_hardly_varies_is_flagged_for_what_it_moves():
    values = {**VALUES, "c": 50 + RNG.normal(0, 0.5, 30)}
    found = coherence(scored(values)).weights.set_index(["node", "child"])
    assert found.loc[("right", "s:c"), "flagged"] == "below"
    assert found.loc[("right", "s:d"), "flagged"] == "above"
    left = found.loc["left"]
    assert left["importance"].sum() == pytest.approx(1)
    assert (left["low"] <= left["importance"]).all()
    assert (left["importance"] <= left["high"]).all()
    node = (np.array(VALUES["a"]) + VALUES["b"]) / 2
    assert left.loc["s:a", "squared"] == pytest.approx(stats.pearsonr(VALUES["a"], node)[0] ** 2)


def test_few_cities_are_counted_and_not_judged():
    found = coherence(scored({k: v[:5] for k, v in VALUES.items()}, {"left": "reflective"}))
    assert [f.code for f in found.findings] == ["coherence-few-cities"]
    assert found.nodes.set_index("node").loc["left", "verdict"] == "unknown"
    assert pair(found, "left")["n"] == 5


@pytest.mark.parametrize("n", [0, 1])
def test_one_city_or_no_value_gives_empty_figures(n):
    values = {k: [*v[:1], *[None] * (1 - n)][:1] if n else [None] for k, v in VALUES.items()}
    values["a"] = [1.0]
    found = coherence(scored(values))
    assert found.correlations["r"].isna().all()
    assert found.weights["importance"].isna().all()


def test_imputed_values_are_no_evidence():
    values = {k: [*v] for k, v in VALUES.items()}
    values["a"][0] = None
    found = coherence(scored(values, recipe=Recipe(total=True, show_coverage=0.0, impute="mean")))
    assert pair(found, "left")["n"] == 29


def test_each_city_counts_once():
    table = observations(VALUES)

    both = pd.concat([table, table.assign(year=2021)], ignore_index=True)
    made = score(both, framework(TREE, POSTS), recipe=Recipe(show_coverage=0.0), year="all")
    assert pair(coherence(made), "left")["n"] == 30


def test_the_same_seed_gives_the_same_intervals():
    one, two, other = (coherence(scored(), seed=s).weights for s in (0, 0, 1))
    assert one.equals(two)
    assert not one.equals(other)
