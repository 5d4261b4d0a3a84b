"""The price list against effective weights over ranges, and derivatives written down by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uncertainty.small import EFFECTIVE, POSTS, TREE, VALUES, scored

from scindex._resources import root
from scindex.catalogue.load import read_framework
from scindex.errors import UsageError
from scindex.recipe import Recipe, merge
from scindex.scoring import score
from scindex.tables.cities import read_cities
from scindex.uncertainty.tradeoffs import EVERY, tradeoffs

TOTAL = Recipe(total=True, show_coverage=0.0)


def priced(found, city="c0"):
    table = found.prices[found.prices["city_id"] == city]
    return {row["indicator"][2:]: row for row in table.to_dict("records")}


def test_with_arithmetic_means_a_unit_is_worth_its_effective_weight_over_the_range():
    found = tradeoffs(scored(TREE, POSTS, VALUES), city="C0")
    for leaf, row in priced(found).items():
        worst, best = POSTS[leaf]
        assert row["effect"] == pytest.approx(EFFECTIVE[leaf] * 100 / (best - worst), rel=1e-9)
        assert row["better"] == pytest.approx(EFFECTIVE[leaf] * 100 / abs(best - worst), rel=1e-9)
        assert (row["zone"], row["value"]) == ("free", VALUES[leaf][0])


def test_one_unit_of_one_is_worth_the_quotient_in_units_of_the_other():
    found = tradeoffs(scored(TREE, POSTS, VALUES), city="c0").exchange
    rates = {(r["indicator"][2:], r["other"][2:]): r["worth"] for r in found.to_dict("records")}
    assert len(rates) == 12
    per_unit = {leaf: EFFECTIVE[leaf] / abs(POSTS[leaf][1] - POSTS[leaf][0]) for leaf in POSTS}
    for (one, other), worth in rates.items():
        assert worth == pytest.approx(per_unit[one] / per_unit[other])
        assert worth * rates[other, one] == pytest.approx(1)


def test_a_geometric_mean_is_priced_by_its_derivative():
    recipe = Recipe(total=True, show_coverage=0.0, aggregate={"default": "geometric"})
    result = scored(
        {"": {"a": 1.0, "c": 3.0}}, {k: POSTS[k] for k in "ac"}, {k: VALUES[k] for k in "ac"}, recipe
    )
    # S = (2 a)^(1/4) c^(3/4), so dS/da = S / (4 a) and dS/dc = 3 S / (4 c)
    total = (2 * 10) ** 0.25 * 70**0.75
    found = priced(tradeoffs(result, city="c0"))
    assert found["a"]["effect"] == pytest.approx(total / 40, rel=1e-6)
    assert found["c"]["effect"] == pytest.approx(3 * total / 280, rel=1e-6)


def test_a_logarithm_is_priced_by_its_derivative():
    posts = {"a": (100.0, 10_000.0), "c": (0.0, 100.0)}
    result = scored({"": {"a": 1.0, "c": 1.0}}, posts, {"a": [500], "c": [50]}, a={"transform": "ln"})
    found = priced(tradeoffs(result, city="c0"))
    assert found["a"]["effect"] == pytest.approx(50 / math.log(100) / 500, rel=1e-6)


def test_values_beyond_a_goalpost_are_capped_and_say_from_where_they_count():
    values = {**VALUES, "a": [60, 25, 40], "b": [35, 5, 0], "c": [0, 30, 100], "d": [0.5, 0.2, 1.0]}
    found = tradeoffs(scored(TREE, POSTS, values), city=EVERY)
    first, last = priced(found), priced(found, "c2")
    assert [first[k]["zone"] for k in "abcd"] == ["capped high", "capped low", "free", "free"]
    assert [first[k]["counts_from"] for k in "ab"] == [50, 20]
    assert [first[k]["effect"] for k in "ab"] == [0, 0]
    # at the worst goalpost getting better counts; at the best it does not
    assert first["c"]["effect"] == pytest.approx(EFFECTIVE["c"])
    assert [last[k]["zone"] for k in "abcd"] == ["free", "capped high", "capped high", "capped high"]
    assert [f.params["n"] for f in found.findings if f.code == "prices-capped"] == [5]
    capped = set(found.exchange.loc[found.exchange["city_id"] == "c0", "indicator"])
    assert capped == {"s:c", "s:d"}


def test_a_minimum_prices_only_what_is_least_and_a_tie_not_at_all():
    recipe = Recipe(total=True, show_coverage=0.0, aggregate={"default": "minimum"})
    posts = {"a": (0.0, 50.0), "c": (0.0, 100.0)}
    result = scored({"": {"a": 1.0, "c": 1.0}}, posts, {"a": [10, 10], "c": [70, 20]}, recipe)
    found = tradeoffs(result, city=EVERY)
    assert [priced(found)[k]["effect"] for k in "ac"] == pytest.approx([2, 0])
    # raising one of two that tie leaves the other the least
    assert [priced(found, "c1")[k]["effect"] for k in "ac"] == [0, 0]


def test_missing_values_have_no_price_and_give_the_others_theirs():
    values = {**VALUES, "a": [None, 25, 40]}
    found = tradeoffs(scored(TREE, POSTS, values), city="c0")
    row = priced(found)["a"]
    assert row["zone"] == "missing"
    assert np.isnan(row["effect"])
    assert np.isnan(row["value"])
    assert priced(found)["b"]["effect"] == pytest.approx(-2 * EFFECTIVE["b"] * 5)
    assert "prices-missing" in {f.code for f in found.findings}


def test_imputed_values_have_no_price():
    values = {**VALUES, "a": [None, 25, 40]}
    result = scored(TREE, POSTS, values, Recipe(total=True, impute="median", show_coverage=0.0))
    assert priced(tradeoffs(result, city="c0"))["a"]["zone"] == "missing"


def test_a_yes_is_worth_the_whole_range():
    posts = {"a": (0.0, 1.0), "c": (0.0, 100.0)}
    result = scored({"": {"a": 1.0, "c": 1.0}}, posts, {"a": [0, 1], "c": [50, 50]}, a={"kind": "yes_no"})
    found = tradeoffs(result, city=EVERY)
    assert priced(found)["a"]["effect"] == pytest.approx(50)
    assert (priced(found, "c1")["a"]["zone"], priced(found, "c1")["a"]["effect"]) == ("capped high", 0)


def test_scores_by_z_score_are_priced_with_the_mean_and_deviation_they_move():
    recipe = Recipe(total=True, show_coverage=0.0, normalise={"default": "zscore"})
    values = [10.0, 25.0, 40.0, 61.0]
    result = scored({"": {"a": 1.0}}, {"a": (0, 50)}, {"a": values}, recipe)
    found = tradeoffs(result, city="c0")

    def z(x):  # straight-line: the first city's z-score if its value were x
        row = np.array([x, *values[1:]])
        return (x - row.mean()) / row.std(ddof=1)

    slope = (z(10 + 1e-4) - z(10 - 1e-4)) / 2e-4
    assert priced(found)["a"]["effect"] == pytest.approx(slope, rel=1e-5)
    assert "prices-relative" in {f.code for f in found.findings}


def test_a_price_is_what_scoring_the_changed_file_gives():
    """With denominators, logarithms, two means and gaps: the example of a framework of one's own."""
    harbour = read_framework(root() / "examples" / "own_framework.yaml")
    cities = read_cities(root() / "examples" / "own_framework_cities.csv", frameworks=[harbour])
    recipe = merge(harbour.recipe)
    table = cities.observations

    def total(observations):
        found = score(observations, harbour, recipe=recipe).scores
        return float(found.loc[(found["city_id"] == "grayhook") & (found["node"] == ""), "score"].iloc[0])

    before = total(table)
    prices = tradeoffs(score(table, harbour, recipe=recipe), city="Grayhook").prices
    free = prices[prices["zone"] == "free"]
    assert len(free) >= 6
    for row in free.to_dict("records"):
        at = (table["city_id"] == "grayhook") & (table["indicator"] == row["indicator"])
        step = 1e-4 * abs(row["value"])
        changed = table.assign(value=table["value"].where(~at, row["value"] + step))
        assert (total(changed) - before) / step == pytest.approx(row["effect"], rel=1e-3)


def test_ranks_have_no_price_per_unit():
    recipe = Recipe(total=True, show_coverage=0.0, normalise={"default": "rank"})
    found = tradeoffs(scored({"": {"a": 1.0}}, {"a": (0, 50)}, {"a": [1, 2, 3]}, recipe))
    assert set(found.prices["zone"]) == {"steps"}
    assert found.prices["effect"].isna().all()
    assert found.exchange.empty


def test_without_a_city_it_is_the_one_in_the_middle_and_without_a_total_each_top_node():
    result = scored(TREE, POSTS, VALUES, Recipe(show_coverage=0.0))
    found = tradeoffs(result)
    assert list(found.prices["node"].unique()) == ["left", "right"]
    # left: 22.5, 62.5, 65; right: 190/3, 80/3, 130/3
    assert list(found.prices.drop_duplicates("node")["city_id"]) == ["c1", "c2"]
    assert priced(tradeoffs(result, "right", "c0"))["c"]["effect"] == pytest.approx(2 / 3)


def test_a_node_or_a_city_that_is_not_there_is_said():
    result = scored(TREE, POSTS, VALUES)
    for arguments in ({"node": "middle"}, {"city": "Atlantis"}):
        with pytest.raises(UsageError):
            tradeoffs(result, **arguments)


@settings(max_examples=15)
@given(
    st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
    st.lists(st.floats(0.05, 0.95), min_size=4, max_size=4),
    st.sampled_from(["arithmetic", "geometric", "harmonic", "generalised(power=0.5)"]),
)
def test_prices_of_a_mean_add_up_to_the_score(weights, places, method):
    """Means are homogeneous of degree 1: the sum of s_i dS/ds_i is S (Euler)."""
    posts = {k: (0.0, 100.0) for k in "abcd"}
    tree = {"": {"left": weights[0], "right": weights[1]}, "left": {"a": weights[2], "b": 1.0}}
    tree["right"] = {"c": weights[3], "d": 1.0}
    values = {k: [100 * p] for k, p in zip("abcd", places)}
    recipe = Recipe(total=True, show_coverage=0.0, aggregate={"default": method})
    result = scored(tree, posts, values, recipe)
    total = float(result.scores.loc[result.scores["node"] == "", "score"].iloc[0])
    prices = tradeoffs(result).prices
    assert (prices["effect"] * prices["value"]).sum() == pytest.approx(total, rel=1e-5)
