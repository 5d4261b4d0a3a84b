"""Properties of the whole analysis: what must be zero, what must grow, what must be said."""

from __future__ import annotations

import numpy as np
import pytest
from uncertainty.varied import PUBLISHED, SAME, no_error, sure, varied

from scindex.uncertainty.errors import quality_errors
from scindex.uncertainty.plan import FACTORS

PAIR = {"": {"a": 1.0, "c": 1.0}}
CLASSES = ["accurate_measurement", "extrapolated_survey", "extrapolated_higher_level",
           "estimated_assumptions", "personal_estimate", "unknown"]  # fmt: skip


def leaf_interval(result, leaf="s:a", city="c0"):
    table = sure(result, n=400).intervals
    row = table[(table["node"] == leaf) & (table["city_id"] == city)].iloc[0]
    return row["data_p05"], row["data_p95"]


def test_one_recipe_nothing_proposed_and_no_error_have_no_spread():
    result = varied(FACTORS, columns={"error": no_error}, robust={**SAME, "within": 0.0}, **PUBLISHED)
    found = sure(result)
    ends = found.intervals.set_index(["node", "city_id"])
    points = result.scores.set_index(["node", "city_id"])["score"]
    for name in ("data_p05", "data_p95", "method_min", "method_max"):
        assert ends[name].to_numpy() == pytest.approx(points.loc[ends.index].to_numpy(), abs=1e-9)
    assert set(found.acceptability["share"]) == {1.0}
    assert (found.ranks["rank_p05"] == found.ranks["rank_p95"]).all()
    assert (found.contributions[["score_sd", "rank_shift"]].to_numpy() < 1e-9).all()


@pytest.mark.parametrize("value", [1.0, 25.0, 49.5])
def test_a_worse_class_never_narrows_the_interval(value):
    assert set(CLASSES) <= set(quality_errors()["values"])
    values, widths = {"a": [value, 20.0], "c": [50.0, 40.0]}, []
    for name in CLASSES:
        low, high = leaf_interval(varied(("data",), values, PAIR, columns={"quality": lambda *_, n=name: n}))
        widths.append(high - low)
    assert (np.diff(widths) >= -1e-9).all()
    assert widths[-1] > widths[0]


def test_the_error_a_city_gives_is_taken_over_its_class():
    values = {"a": [25.0, 20.0], "c": [50.0, 40.0]}
    worst = {"quality": lambda *_: "unknown"}
    stated = {**worst, "error": lambda leaf, city: 1.0 if city == "c0" else np.nan}
    low, high = leaf_interval(varied(("data",), values, PAIR, columns=stated))
    # 1 of 50 is 2 points: 1.645 standard errors to either side
    assert (high - low) / 2 == pytest.approx(1.645 * 2, rel=0.1)
    other = leaf_interval(varied(("data",), values, PAIR, columns=stated), city="c1")
    assert other == leaf_interval(varied(("data",), values, PAIR, columns=worst), city="c1")


def test_what_errs_together_cancels_in_differences():
    values = {"a": [25.0, 24.0], "c": [50.0, 50.0]}
    error = {"error": lambda leaf, city: 4.0 if leaf == "a" else 0.0}
    apart = sure(varied(("data",), values, PAIR, columns=error))
    together = sure(
        varied(("data",), values, PAIR, columns={**error, "error_group": lambda leaf, city: leaf})
    )
    assert apart.pairs["p_ahead"].iloc[0] == pytest.approx(0.57, abs=0.05)
    assert together.pairs["p_ahead"].iloc[0] == 1.0
    wide = together.intervals[together.intervals["node"] == ""]
    assert (wide["data_p95"] - wide["data_p05"] > 5).all()


def test_draws_grow_until_shares_are_known_to_one_point():
    values = {"a": [25.0, 24.0], "c": [50.0, 50.0]}
    close = varied(("data",), values, PAIR, columns={"error": lambda *_: 4.0})
    found = sure(close, n=100)
    assert found.n > 2000
    assert found.acceptability["error"].max() <= 0.01
    assert found.pairs["error"].max() <= 0.01
    far = varied(("data",), {"a": [45.0, 5.0], "c": [90.0, 10.0]}, PAIR, columns={"error": lambda *_: 1.0})
    assert sure(far, n=300).n == 300


def test_recipes_that_are_impossible_are_left_out_beforehand_and_named():
    values = {"a": [0.0, 25.0, 40.0], "c": [70.0, 30.0, 20.0]}
    found = sure(varied(("methods",), values, PAIR))
    told = [f for f in found.findings if f.code == "recipe-inadmissible"]
    assert told
    assert all("geometric" in recipe for f in told for recipe in f.params["recipes"])
    assert [f.params["reason"] for f in told] == ["geometric-zero"]
    assert all(f.severity == "note" for f in told)


def test_a_factor_that_has_nothing_to_vary_is_not_called_one():
    result = varied(FACTORS, columns={"error": no_error}, robust=SAME, **PUBLISHED)
    assert sure(result).plan.factors == ("data", "weights")


def test_the_same_seed_gives_the_same_tables_and_another_does_not():
    result = varied(FACTORS)
    one, two, other = (sure(result, n=300, seed=s) for s in (0, 0, 1))
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name
    assert not one.intervals.equals(other.intervals)


def test_shares_of_ranks_sum_to_one_for_each_city_and_somebody_is_always_first():
    table = sure(varied(FACTORS), n=300).acceptability
    assert table.groupby("city_id")["share"].sum().to_numpy() == pytest.approx(1)
    # ties share the better rank
    assert table.loc[table["rank"] == 1, "share"].sum() >= 1 - 1e-9


def test_the_range_over_methods_holds_the_score():
    result = varied(FACTORS)
    table = sure(result, n=300).intervals.set_index(["node", "city_id"])
    points = result.scores.set_index(["node", "city_id"])["score"].loc[table.index]
    assert (table["method_min"] <= points + 1e-9).all()
    assert (table["method_max"] >= points - 1e-9).all()
