"""The steps together, on a world with context, classes, denominators and more cities than children."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scoring.worlds import observations, wide

from scindex.catalogue.entries import Goalposts
from scindex.errors import MethodError, UsageError
from scindex.index.rollup import climb
from scindex.recipe import Recipe, merge
from scindex.scoring import score
from scindex.scoring.engine import evaluate
from scindex.scoring.sheet import lay_out
from scindex.scoring.steps import leaf_scores
from scindex.scoring.tree import plant

SLUGS = "abcdef"


def table(x, year=2020, **context):
    rows = [
        (f"C{row:02}", year, slug, None if np.isnan(v) else v)
        for row, line in enumerate(np.asarray(x, float))
        for slug, v in zip(SLUGS, line)
    ]
    rows += [(f"C{k:02}", year, slug, v) for slug, column in context.items() for k, v in enumerate(column)]
    return observations(rows)


def values(n=24, seed=0):
    return np.random.default_rng(seed).uniform(5, 95, (n, 6))


def sheet_of(data, world=None, year="latest", **choices):
    world = world or wide()
    recipe = merge({"total": True}, choices)
    return lay_out(data, world, plant(world, recipe), recipe, year)


def codes(result):
    return {f.code for f in result.findings}


def at(result, node, city="c00", column="score"):
    rows = result.scores[(result.scores["node"] == node) & (result.scores["city_id"] == city)]
    return rows[column].iloc[-1]


# --- what is laid out


def test_values_are_divided_before_anything_else_and_one_without_divisor_is_lost_and_said():
    x = values(3)
    people = [10.0, 0.0, 5.0]
    result = score(table(x, people=people), wide(divided="a"), recipe=Recipe(show_coverage=0))
    assert at(result, "w:a") == pytest.approx(min(100, 100 * x[0, 0] / 10 * 10 / 100))
    assert np.isnan(at(result, "w:a", "c01"))
    assert "denominator-missing" in codes(result)
    # goalposts are of the value after division: without it they are no measure of the value
    plain = score(table(x, people=people), wide(divided="a"), recipe=Recipe(denominate=False))
    assert np.isnan(at(plain, "w:a", "c01"))
    assert "goalposts-need-division" in codes(plain)
    among = score(
        table(x, people=people), wide(divided="a"), recipe=Recipe(denominate=False, normalise="minmax")
    )
    assert at(among, "w:a", f"c0{int(x[:, 0].argmax())}") == pytest.approx(100)


def test_a_screen_leaves_out_thin_indicators_and_cities_and_every_year_of_a_city_dropped_by_name():
    x = values(4)
    x[:3, 0] = np.nan
    x[0, 1:4] = np.nan
    data = table(x, kind=[1, 2, 3, 1])
    sheet = sheet_of(data, screen={"indicators": 0.5, "cities": 0.6})
    assert [f.code for f in sheet.findings] == ["screened-indicator", "screened-city"]
    assert (len(sheet.data.rows), sheet.base[0].any()) == (3, False)
    kept = sheet_of(data, screen={"indicators": 0.5, "cities": 0.6, "keep": ["A", "c00"]})
    assert (len(kept.data.rows), kept.base[0].any()) == (4, True)
    both = pd.concat([table(values(3)), table(values(3), 2021)], ignore_index=True)
    gone = sheet_of(both, year="all", screen={"drop": ["C01", "w:b"]})
    assert sorted(set(gone.data.rows["city"])) == ["C00", "C02"]
    assert not gone.base[1].any()
    with pytest.raises(UsageError):
        sheet_of(table(x), screen={"drop": ["Atlantis"]})


def test_a_reference_city_is_named_once_for_each_way_of_normalising():
    x = values(5)
    x[1] = x[2] = 90
    chosen = {"default": "reference(city=c01)", "B": "reference(city=C02)"}
    done = leaf_scores(sheet_of(table(x), normalise=chosen))
    for leaf, row in ((0, 1), (1, 2)):
        low = x[:, leaf].min()
        expected = np.minimum(100, 100 * (x[:, leaf] - low) / (x[row, leaf] - low))
        np.testing.assert_allclose(done.scores[leaf], expected)
    x[1, 0] = np.nan
    result = score(table(x), wide(), recipe=merge({"normalise": "reference(city=C01)"}))
    assert [f.indicator for f in result.findings if f.code == "indicator-undefined"] == ["w:a"]


def test_a_group_must_be_a_class_of_the_framework_and_fills_within_itself():
    x = values(6)
    x[0, 0] = np.nan
    data = table(x, size=[1, 1, 1, 2, 2, 2], people=[1.0] * 6)
    sheet = sheet_of(data, impute="group_mean(group=size)", normalise="minmax")
    assert leaf_scores(sheet).ready[0, 0] == pytest.approx(x[1:3, 0].mean())
    with pytest.raises(UsageError) as caught:
        sheet_of(data, impute="group_mean(group=people)")
    assert caught.value.findings[0].params["close"] == ["size"]


@pytest.mark.parametrize(("method", "expected"), [("latest", 10), ("linear", 20), ("constant", 10)])
def test_gaps_of_a_panel_are_filled_from_the_citys_other_years(method, expected):
    rows = [("Oslo", y, "a", v) for y, v in ((2019, 10), (2020, None), (2021, 30))]
    result = score(
        observations(rows), wide(), recipe=merge({"impute": method, "show_coverage": 0}), year="2020"
    )
    row = result.scores[result.scores["node"] == "w:a"].iloc[0]
    assert (row["score"], row["n_imputed"], row["coverage"]) == (expected, 1, 0)
    assert (row["missing_low"], row["missing_high"]) == (0, 100)


def test_imputed_cells_count_for_no_coverage_and_leave_the_bounds_as_wide_as_gaps_do():
    x = values(5)
    x[0, 0] = np.nan
    columns = ["missing_low", "missing_high", "coverage", "n_scored"]
    gap = score(table(x), wide(), recipe=Recipe()).scores
    filled = score(table(x), wide(), recipe=Recipe(impute="mean")).scores
    pd.testing.assert_frame_equal(gap[columns], filled[columns])
    assert filled["n_imputed"].sum() == 2  # the leaf, and the node above it


def test_goalpost_scores_are_imputed_after_normalising_and_relative_ones_before():
    x = values(5)
    x[0, 0], x[1, 0] = np.nan, 300.0  # beyond the goalpost: capped before the mean is taken
    after = leaf_scores(sheet_of(table(x), impute="mean")).scores[0, 0]
    assert after == pytest.approx(np.minimum(x[1:, 0], 100).mean())
    before = leaf_scores(sheet_of(table(x), impute="mean", normalise="minmax")).scores[0, 0]
    assert before == pytest.approx(100 * (x[1:, 0].mean() - x[1:, 0].min()) / np.ptp(x[1:, 0]))


def test_a_class_has_the_score_that_the_framework_gives_it():
    result = score(table(values(3), kind=[1, 2, 3]), wide(), recipe=Recipe())
    assert [at(result, "w:kind", f"c0{k}") for k in range(3)] == [0, 40, 100]


def test_years_are_normalised_together_or_each_by_itself():
    both = pd.concat([table(values(4)), table(values(4) + 50, 2021)], ignore_index=True)
    joint = leaf_scores(sheet_of(both, year="all", normalise="minmax")).scores[0]
    apart = leaf_scores(sheet_of(both, year="all", normalise="minmax", joint=False)).scores[0]
    assert (np.sum(joint == 100), np.sum(apart == 100)) == (1, 2)
    assert "relative-by-year" in codes(
        score(both, wide(), recipe=merge({"normalise": "rank", "joint": False}))
    )


def test_twenty_rows_of_ten_cities_are_not_twenty_cities():
    both = pd.concat([table(values(10)), table(values(10) + 1, 2021)], ignore_index=True)
    with pytest.raises(MethodError) as caught:
        score(both, wide(), recipe=merge({"treat": "winsorise"}), year="all")
    assert caught.value.findings[0].params["n"] == 10


def test_the_recipe_by_name_comes_before_the_framework_and_that_before_the_recipes_default():
    world = wide(own={"a": "rank", "b": "rank"})
    sheet = sheet_of(table(values(4)), world, normalise={"default": "minmax", "B": "zscore"})
    names = {int(leaf): g.method.name for g in sheet.normalise for leaf in g.leaves}
    assert [names[k] for k in range(3)] == ["rank", "zscore", "minmax"]


# --- properties


@settings(max_examples=20)
@given(order=st.permutations(range(5)), slugs=st.permutations(range(6)))
def test_the_order_of_rows_and_columns_never_matters(order, slugs):
    x = values(5)
    x[0, 0] = np.nan
    data = table(x)
    mixed = data.iloc[np.argsort([hash((order[k // 6], slugs[k % 6])) for k in range(len(data))])]
    recipe = merge({"normalise": "zscore", "impute": "median", "total": True})
    columns = ["city_id", "node", "score", "coverage"]
    a, b = (score(d.reset_index(drop=True), wide(), recipe=recipe).scores[columns] for d in (data, mixed))
    pd.testing.assert_frame_equal(a, b, check_categorical=False)


@settings(max_examples=20)
@given(x=arrays(float, (4, 6), elements=st.floats(1, 99)))
def test_the_geometric_mean_never_exceeds_the_arithmetic(x):
    mean, root = (
        evaluate(sheet_of(table(x), weight="equal", aggregate=m)).up.score
        for m in ("arithmetic", "geometric")
    )
    assert (root[0] <= mean[0] + 1e-9).all()


@settings(max_examples=20)
@given(scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
@pytest.mark.parametrize("method", ["goalposts", "minmax", "zscore"])
def test_the_unit_of_an_indicator_changes_nothing(method, scale, shift):
    x = values(5)
    world = wide()
    moved = replace(world.indicators["w:a"], goalposts=Goalposts(shift, 100 * scale + shift, "natural"))
    other = replace(world, indicators={**world.indicators, "w:a": moved})
    y = x.copy()
    y[:, 0] = scale * x[:, 0] + shift
    a = evaluate(sheet_of(table(x), normalise=method)).up.score
    b = evaluate(sheet_of(table(y), other, normalise=method)).up.score
    np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"normalise": "zscore", "impute": "mean"},
        {"normalise": "rank", "impute": "node_mean"},
        {"normalise": "minmax", "impute": "knn", "treat": "winsorise"},
        {"treat": "log", "normalise": "zscore(mean=100, sd=10)", "aggregate": "mpi"},
    ],
)
def test_draws_are_one_more_axis_and_give_the_same_bits_as_one_by_one(choices):
    x = values(24)
    x[0, 0] = np.nan
    x[5, 1] = 5000.0
    sheet = sheet_of(table(x), **choices)
    rng = np.random.default_rng(1)
    base = sheet.data.values
    drawn = np.stack([base * rng.uniform(0.9, 1.1, base.shape) for _ in range(4)], axis=1)
    together = leaf_scores(sheet, drawn).scores
    weights = rng.uniform(0.5, 1.5, (len(sheet.shape.children), 4, 1))
    up = climb(sheet.shape, together, weights)
    for k in range(4):
        alone = leaf_scores(sheet, drawn[:, k]).scores
        np.testing.assert_array_equal(together[:, k], alone)
        np.testing.assert_array_equal(up[:, k], climb(sheet.shape, alone, weights[:, k]))
        same = climb(sheet.shape, alone[:, None], weights, [0])[0, k]
        np.testing.assert_allclose(same, up[0, k], rtol=1e-12)


# --- weights


def test_weights_from_data_are_refused_with_the_name_of_the_node():
    with pytest.raises(MethodError) as caught:
        evaluate(sheet_of(table(values(10)), weight={"left": "critic"}))
    finding = caught.value.findings[0]
    assert (finding.code, finding.where, finding.params["n"]) == ("too-few-cities", "left", 10)
    flat = values(24)
    flat[:, 1] = 50
    with pytest.raises(MethodError) as caught:
        evaluate(sheet_of(table(flat), weight={"left": "correlation"}))
    assert [p["en"] for p in caught.value.findings[0].params["positions"]] == ["b"]


def test_weights_of_each_city_are_kept_and_found_by_city():
    result = score(table(values(24)), wide(), recipe=merge({"weight": {"left": "bod"}, "total": True}))
    shape = result.shape("c03")
    left = result.tree.position("left")
    own = shape.weight[list(result.tree.branches[left].children)]
    again = climb(shape, evaluate(sheet_of(table(values(24)))).stepped.scores)[left]
    assert again[3] == pytest.approx(own @ values(24)[3, :3] / own.sum())
    assert at(result, "left", "c03") >= again[3] - 1e-9


def test_a_named_set_changes_what_it_names_only():
    sheet = sheet_of(table(values(3)), wide(sets={"mine": {"w:a": 3.0}}), weight="set(name=mine)")
    weights = evaluate(sheet).weights[:, 0]
    place = sheet.tree.position
    own = np.array([weights[place(n)] for n in ("w:a", "w:b", "w:c")])
    np.testing.assert_allclose(own / own[1], [3, 1, 1])
    with pytest.raises(MethodError) as caught:
        none = wide(sets={"mine": {"left": 0.0, "right": 0.0}})
        evaluate(sheet_of(table(values(3)), none, weight="set(name=mine)"))
    assert caught.value.findings[0].code in ("weights-all-zero", "node-weights-zero")


def test_a_child_without_weight_may_score_zero_under_a_geometric_mean():
    x = values(3)
    x[0, 0] = 0
    free = wide(sets={"mine": {"w:a": 0.0}})
    result = score(
        table(x), free, recipe=merge({"weight": "set(name=mine)", "aggregate": {"left": "geometric"}})
    )
    assert at(result, "left") == pytest.approx((x[0, 1] * x[0, 2]) ** 0.5)
