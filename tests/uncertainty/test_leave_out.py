"""Leaving out against scores and ranks written down by hand, and against frameworks without the part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata
from uncertainty.small import EFFECTIVE, POSTS, TREE, VALUES, scored

from scindex.recipe import Recipe
from scindex.uncertainty.leave_out import leave_out


def totals(result):
    table = result.scores[result.scores["node"] == ""]
    return table["score"].to_numpy()


def after(found, removed):
    return found.changes[found.changes["removed"] == removed]


def test_a_weighted_mean_without_one_is_the_mean_of_the_others():
    found = leave_out(scored(TREE, POSTS, VALUES))
    # a away: b alone is left = 25, 75, 50; right = (2 c + d) / 3
    left, right = np.array([25, 75, 50]), np.array([190, 80, 130]) / 3
    assert after(found, "s:a")["score_after"].to_numpy() == pytest.approx((3 * left + right) / 4)
    assert after(found, "left")["score_after"].to_numpy() == pytest.approx(right)
    before = (3 * np.array([22.5, 62.5, 65]) + right) / 4
    assert after(found, "right")["score_before"].to_numpy() == pytest.approx(before)


def test_ranks_move_as_the_scores_say():
    found = leave_out(scored(TREE, POSTS, VALUES))
    mine = after(found, "left")
    # total before: c2 (59.6) > c1 (53.5) > c0 (32.7); right alone: c0 > c2 > c1
    assert list(mine["rank_before"]) == [3, 2, 1]
    assert list(mine["rank_after"]) == [1, 3, 2]
    row = found.removed[found.removed["removed"] == "left"].iloc[0]
    assert (row["rank_mean"], row["rank_most"]) == (pytest.approx(4 / 3), 2)
    assert (row["n_leaf"], row["weight"]) == (2, pytest.approx(0.75))


def test_weights_are_effective_shares_and_the_most_moving_stand_first():
    found = leave_out(scored(TREE, POSTS, VALUES)).removed
    assert len(found) == 6
    assert found["rank_mean"].is_monotonic_decreasing
    shares = found.set_index("removed")["weight"]
    for leaf, share in EFFECTIVE.items():
        assert shares[f"s:{leaf}"] == pytest.approx(share)


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "minimum", "owa"])
@pytest.mark.parametrize("leaf", ["a", "d"])
def test_leaving_out_is_scoring_with_a_framework_that_never_had_it(leaf, method):
    recipe = Recipe(total=True, show_coverage=0.0, aggregate={"default": method})
    found = after(leave_out(scored(TREE, POSTS, VALUES, recipe)), f"s:{leaf}")
    tree = {n: {c: w for c, w in children.items() if c != leaf} for n, children in TREE.items()}
    smaller = scored(tree, {k: v for k, v in POSTS.items() if k != leaf},
                     {k: v for k, v in VALUES.items() if k != leaf}, recipe)  # fmt: skip
    assert found["score_after"].to_numpy() == pytest.approx(totals(smaller))
    assert list(found["rank_after"]) == list(rankdata(-totals(smaller), method="min"))


def test_a_city_left_without_a_value_is_lost_and_moves_nobody():
    values = {k: [*v, None] for k, v in VALUES.items()}
    values["c"][3] = 100.0
    found = leave_out(scored(TREE, POSTS, values))
    row = found.removed[found.removed["removed"] == "s:c"].iloc[0]
    assert (row["n_row"], row["n_lost"]) == (3, 1)
    gone = after(found, "s:c").iloc[3]
    assert np.isnan([gone["score_after"], gone["rank_before"], gone["rank_after"]]).all()
    assert sorted(after(found, "s:c")["rank_before"].dropna()) == [1, 2, 3]


def test_a_city_whose_method_is_undefined_without_the_part_is_lost_and_not_a_zero():
    # a of c0 is 0, which b made up for below an arithmetic mean; the total is geometric
    recipe = Recipe(total=True, aggregate={"default": "arithmetic", "total": "geometric"})
    found = leave_out(scored(TREE, POSTS, {**VALUES, "a": [0, 25, 40]}, recipe))
    row = found.removed[found.removed["removed"] == "s:b"].iloc[0]
    mine = after(found, "s:b")
    assert (row["n_row"], row["n_lost"]) == (2, 1)
    assert np.isnan(mine["score_after"].iloc[0])
    # b away: left = a = 50, 80; right = 80 / 3, 130 / 3; with b 62.5, 65
    left, was, right = np.array([50, 80]), np.array([62.5, 65]), np.array([80, 130]) / 3
    moved = np.abs(left**0.75 - was**0.75) * right**0.25
    assert row["score_mean"] == pytest.approx(moved.mean())
    assert row["score_most"] == pytest.approx(moved.max())


def test_undefined_below_the_node_counts_too_though_the_node_has_a_number():
    recipe = Recipe(total=True, aggregate={"default": "arithmetic", "left": "geometric"})
    tree = {"": {"left": 1.0, "d": 1.0}, "left": {"m": 1.0, "c": 1.0}, "m": {"a": 1.0, "b": 1.0}}
    found = leave_out(scored(tree, POSTS, {**VALUES, "a": [0, 25, 40]}, recipe)).removed
    assert found.set_index("removed")["n_lost"]["s:b"] == 1


def test_cities_without_a_point_in_the_result_are_not_ranked():
    values = {**VALUES, "a": [None, 25, 40], "b": [None, 5, 10]}
    found = leave_out(scored(TREE, POSTS, values, Recipe(total=True, show_coverage=0.65)))
    assert set(found.changes["city_id"]) == {"c1", "c2"}


def test_imputing_and_scaling_by_others_is_said_to_be_held():
    result = scored(TREE, POSTS, VALUES, Recipe(total=True, normalise={"default": "minmax"}))
    assert [f.code for f in leave_out(result).findings] == ["leave-out-held"]
    assert leave_out(scored(TREE, POSTS, VALUES)).findings == ()


def test_each_top_node_is_examined_where_there_is_no_total():
    found = leave_out(scored(TREE, POSTS, VALUES, Recipe(show_coverage=0.0)))
    assert set(found.removed["node"]) == {"left", "right"}
    assert leave_out(scored(TREE, POSTS, VALUES), "s:a").removed.empty


@settings(max_examples=15)
@given(st.lists(st.lists(st.floats(0, 100), min_size=4, max_size=4), min_size=1, max_size=6))
def test_leaving_out_what_scores_as_the_rest_changes_nothing_and_rank_changes_cancel(rows):
    posts = {k: (0.0, 100.0) for k in "abcd"}
    same = {k: [row[0] for row in rows] for k in "abcd"}
    found = leave_out(scored(TREE, posts, same)).removed
    assert found["score_most"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert (found["rank_most"] == 0).all()
    free = {k: [row[i] for row in rows] for i, k in enumerate("abcd")}
    ranked = leave_out(scored(TREE, posts, free)).changes
    assert ranked["rank_after"].between(1, len(rows)).all()
