from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.worlds import framework, observations

from scindex.catalogue.entries import Goalposts, Target, TargetSet
from scindex.errors import DataError, MethodError
from scindex.recipe import Recipe, merge
from scindex.scoring import score

FULL = [("Oslo", 2020, "a", 80), ("Oslo", 2020, "b", 10), ("Oslo", 2020, "c", 5), ("Oslo", 2020, "d", 3)]


def at(result, node, city="oslo", kind="goalposts", year=None):
    table = result.scores
    rows = table[(table["node"] == node) & (table["city_id"] == city) & (table["kind"] == kind)]
    rows = rows if year is None else rows[rows["year"] == year]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_complete_city_is_the_mean_up_the_tree():
    result = score(observations(FULL), framework(), recipe=Recipe(total=True))
    assert at(result, "left")["score"] == 80  # (80 + 80) / 2
    assert at(result, "right")["score"] == 50  # d has no goalposts: shown, not scored
    assert at(result, "")["score"] == 65
    right = at(result, "right")
    assert (right["n"], right["n_reported"], right["n_scorable"], right["n_scored"]) == (2, 2, 1, 1)
    assert at(result, "")["standing"] == "proposed"
    assert at(result, "right")["standing"] == "published"


def test_there_is_no_total_unless_asked_for():
    result = score(observations(FULL), framework(), recipe=Recipe())
    assert "" not in set(result.scores["node"])


def test_a_thin_node_is_a_range_without_point_or_rank():
    result = score(
        observations([("Oslo", 2020, "a", 80), ("Oslo", 2020, "b", None)]), framework(), recipe=Recipe()
    )
    left = at(result, "left")
    assert np.isnan(left["score"])
    assert np.isnan(left["rank_best"])
    assert (left["missing_low"], left["missing_high"], left["coverage"]) == (40, 90, 0.5)


def test_not_applicable_leaves_the_base_and_missing_does_not():
    gone = score(observations([*FULL[:1], ("Oslo", 2020, "b", "M")]), framework(), recipe=Recipe())
    assert at(gone, "left")["score"] == 80
    assert at(gone, "left")["coverage"] == 1


def test_an_indicator_that_is_not_in_the_file_is_missing():
    result = score(observations(FULL[:1]), framework(), recipe=Recipe())
    assert at(result, "left")["coverage"] == 0.5
    assert (at(result, "right")["missing_low"], at(result, "right")["missing_high"]) == (0, 100)


def test_the_newest_value_inside_the_window_wins():
    rows = [
        ("Oslo", 2018, "a", 10),
        ("Oslo", 2019, "a", 20),
        ("Oslo", 2020, "b", 10),
        ("Oslo", 2020, "a", None),
    ]
    narrow = score(observations(rows), framework(), recipe=Recipe(window=1))
    wide = score(observations(rows), framework(), recipe=Recipe(window=2))
    assert at(narrow, "left")["n_scored"] == 1
    assert at(wide, "w:a")["score"] == 20
    assert (at(wide, "left")["year_min"], at(wide, "left")["year_max"]) == (2019, 2020)


def test_all_years_give_a_row_each_and_ranks_stay_within_a_year():
    rows = [("Oslo", 2019, "a", 20), ("Oslo", 2020, "a", 80), ("Rana", 2020, "a", 50)]
    result = score(observations(rows), framework(), recipe=Recipe(), year="all")
    assert at(result, "w:a", year=2019)["rank_worst"] == 1
    assert at(result, "w:a", year=2020)["rank_best"] == 1
    assert at(result, "w:a", "rana")["rank_best"] == 2


def test_a_geometric_mean_of_zero_is_an_error_that_names_city_and_node():
    with pytest.raises(MethodError) as caught:
        score(
            observations([*FULL[1:], ("Oslo", 2020, "a", 0)]),
            framework(),
            recipe=merge({"aggregate": "geometric"}),
        )
    finding = caught.value.findings[0]
    assert (finding.code, finding.city, finding.params["node"]["en"]) == ("geometric-zero", "Oslo", "left")


def test_the_method_can_differ_by_level():
    recipe = merge({"total": True, "aggregate": {"total": "geometric"}})
    result = score(observations(FULL), framework(), recipe=recipe)
    assert at(result, "left")["score"] == 80
    assert at(result, "")["score"] == pytest.approx((80 * 50) ** 0.5)


def test_grouping_by_axis_keeps_every_indicator_once():
    result = score(observations(FULL), framework(), recipe=Recipe(by="axis"))
    assert [b.id for b in result.tree.top] == ["digitalisation", "impact"]
    leaves = [b.id for b in result.tree.branches if b.leaf >= 0]
    assert sorted(leaves) == ["w:a", "w:b", "w:c", "w:d"]
    assert at(result, "impact/sustainability/water")["score"] == 80


def test_digital_input_never_buys_impact():
    low = score(observations([("Oslo", 2020, "a", 0), *FULL[1:]]), framework(), recipe=Recipe(by="axis"))
    high = score(observations([("Oslo", 2020, "a", 100), *FULL[1:]]), framework(), recipe=Recipe(by="axis"))
    assert at(low, "impact").drop("city").equals(at(high, "impact").drop("city"))


def test_points_stand_beside_the_scores():
    targets = TargetSet(
        "t",
        {},
        "w",
        {"w:a": Target("w:a", 100, None, "published"), "w:b": Target("w:b", 0, None, "proposed")},
    )
    result = score(observations(FULL), framework(), recipe=Recipe(), targets=targets)
    assert at(result, "w:a", kind="u4ssc_points")["score"] == 75
    left = at(result, "left", kind="u4ssc_points")
    assert (left["n_scorable"], left["score"]) == (1, 75)  # b: target 0 without a worst value is no benchmark


def test_a_file_of_another_framework_is_said_so():
    with pytest.raises(DataError) as caught:
        score(observations([("Oslo", 2020, "zzz", 1)]), framework(), recipe=Recipe())
    assert caught.value.findings[0].code == "nothing-to-score"


value = st.one_of(st.none(), st.just("M"), st.floats(0, 50))
table = st.lists(st.tuples(value, value, value), min_size=2, max_size=5)


def rows_of(cells):
    return [(f"C{i}", 2020, slug, v) for i, row in enumerate(cells) for slug, v in zip("abc", row)]


@settings(max_examples=40)
@given(cells=table, seed=st.randoms())
def test_row_order_never_matters(cells, seed):
    rows = rows_of(cells)
    shuffled = list(rows)
    seed.shuffle(shuffled)
    first = score(observations(rows), framework(), recipe=Recipe()).scores
    pd.testing.assert_frame_equal(first, score(observations(shuffled), framework(), recipe=Recipe()).scores)


@settings(max_examples=40)
@given(cells=table)
def test_one_citys_score_is_unmoved_by_the_others(cells):
    columns = ["node", "score", "missing_low", "missing_high", "coverage"]
    together = score(observations(rows_of(cells)), framework(), recipe=Recipe()).scores
    alone = score(observations(rows_of(cells[:1])), framework(), recipe=Recipe()).scores
    mine = together[together["city_id"] == "c0"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine[columns], alone[columns], check_categorical=False)


@settings(max_examples=40)
@given(cells=table, worse=st.floats(0, 50))
def test_a_worse_value_never_raises_a_score(cells, worse):
    rows = rows_of(cells)
    changed = [
        (c, y, s, v - min(worse, v) if s in "ac" and isinstance(v, float) else v) for c, y, s, v in rows
    ]
    before = score(observations(rows), framework(), recipe=Recipe()).scores
    after = score(observations(changed), framework(), recipe=Recipe()).scores
    assert not (after["score"] > before["score"] + 1e-9).any()
    assert not (after["missing_high"] > before["missing_high"] + 1e-9).any()


def in_logarithm(world):
    indicators = dict(world.indicators)
    indicators["w:a"] = replace(indicators["w:a"], transform="ln", goalposts=Goalposts(10, 1000, "natural"))
    return replace(world, indicators=indicators)


def test_a_reported_zero_is_a_score_under_a_logarithm_never_a_gap():
    table = observations([("Oslo", 2020, "a", 0), ("Oslo", 2020, "b", 0)])
    left = at(score(table, in_logarithm(framework()), recipe=Recipe()), "left")
    assert (left["score"], left["missing_low"], left["missing_high"]) == (50, 50, 50)
    with pytest.raises(MethodError) as caught:
        score(table, in_logarithm(framework()), recipe=Recipe(capped=False))
    assert [(f.code, f.indicator) for f in caught.value.findings] == [("ln-undefined", "w:a")]


def test_a_score_below_zero_is_refused_by_a_geometric_level_never_left_out():
    table = observations([("Oslo", 2020, "a", 80), ("Oslo", 2020, "b", 60)])
    recipe = merge({"aggregate": {"group": "geometric"}, "capped": False})
    with pytest.raises(MethodError) as caught:
        score(table, framework(), recipe=recipe)
    assert caught.value.findings[0].code == "geometric-zero"
