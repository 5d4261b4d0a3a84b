from dataclasses import replace

import numpy as np
import pytest
from comparison.lands import city, land, scored
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.worlds import both, observations

from scindex.catalogue.entries import Denominate, Indicator, Rule
from scindex.comparison.levers import levers
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.recipe import Recipe
from scindex.scoring import score

OSLO = city("Oslo", a=40, b=10)
AHEAD = city("Rana", a=80, b=10)


def by_slug(found):
    return {v.indicator.slug: v for v in found.single}


def test_an_arithmetic_mean_is_raised_by_its_share():
    found = levers(scored(OSLO), "oslo", "left", 5)
    # left = (a + 100 - 2 b) / 2 = 60
    assert (found.score, found.goal) == (60, 65)
    assert by_slug(found)["a"].needed == pytest.approx(50)
    assert by_slug(found)["b"].needed == pytest.approx(5)
    assert by_slug(found)["b"].effort == pytest.approx(5 / 50)


def test_a_geometric_mean_is_raised_as_the_engine_says():
    found = levers(scored(OSLO, aggregate="geometric"), "oslo", "left", 5)
    now = (40 * 80) ** 0.5
    assert by_slug(found)["a"].needed == pytest.approx((now + 5) ** 2 / 80)


def test_without_points_the_goal_is_the_next_better_city():
    found = levers(scored(OSLO + AHEAD + city("Bodo", a=100, b=0)), "oslo", "left")
    assert (found.goal, found.behind) == (80, "Rana")


def test_what_is_not_enough_alone_says_how_far_it_goes():
    lever = by_slug(levers(scored(OSLO), "oslo", "left", 15))["b"]
    assert np.isnan(lever.needed)
    assert (lever.furthest, lever.score) == (0, 70)


def test_several_together_reach_what_none_reaches_alone():
    found = levers(scored(OSLO), "oslo", "left", 35)
    assert found.joint_score == pytest.approx(95)
    assert sum(abs(t - f) / r for (_, f, t), r in zip(found.joint, (100, 50))) == pytest.approx(0.7)


def test_out_of_reach_is_said():
    found = levers(scored(OSLO), "oslo", "left", 45)
    assert (found.joint, found.most) == ((), 100)


def test_only_actionable_indicators_are_tried():
    found = levers(scored(OSLO, world=land(a=False)), "oslo", "left", 5)
    assert list(by_slug(found)) == ["b"]
    assert found.left_out["fixed"] == (both("a"),)


def test_missing_values_are_no_levers():
    found = levers(scored(city("Oslo", a=40), show_coverage=0.5), "oslo", "left", 5)
    assert found.left_out["missing"] == (both("b"),)


def test_a_value_stops_where_a_rule_stops_it():
    rule = Rule("at_most", ("w:a", "w:d"))
    found = levers(scored([*OSLO, *city("Oslo", d=45)], rule), "oslo", "left", 5)
    lever = by_slug(found)["a"]
    assert (lever.furthest, lever.stopped_by) == (45, both("d"))
    assert np.isnan(lever.needed)


def test_parts_of_a_whole_give_way_in_proportion():
    rule = Rule("sum_near", ("w:a", "w:c", "w:d"), total=100, tolerance=1)
    found = levers(scored([*OSLO, *city("Oslo", c=20, d=40)], rule), "oslo", "left", 5)
    lever = by_slug(found)["a"]
    assert lever.needed == pytest.approx(50)
    moved = {n["en"]: (a, b) for n, a, b in lever.linked}
    assert moved["c"] == (20, pytest.approx(20 * 50 / 60))
    assert moved["d"] == (40, pytest.approx(40 * 50 / 60))


def test_a_denominated_indicator_is_moved_in_the_units_of_the_file():
    world = land()
    a = replace(world.indicators["w:a"], denominate=Denominate("w:population", 1000.0), possible=(0.0, None))
    world = replace(world, indicators={**world.indicators, "w:a": a})
    rows = city("Oslo", a=80, b=10, population=2000)
    lever = by_slug(levers(scored(rows, world=world), "oslo", "left", 5))["a"]
    assert (lever.value, lever.furthest) == (80, 200)
    assert lever.needed == pytest.approx(100)


def test_yes_and_no_are_one_step():
    world = land()
    a = replace(
        world.indicators["w:a"], kind="yes_no", goalposts=replace(world.indicators["w:a"].goalposts, best=1.0)
    )
    world = replace(world, indicators={**world.indicators, "w:a": replace(a, possible=(0.0, 1.0))})
    lever = by_slug(levers(scored(city("Oslo", a=0, b=10), world=world), "oslo", "left", 5))["a"]
    assert (lever.needed, lever.score) == (1, 90)


def test_classes_are_taken_in_the_order_of_their_scores():
    world = land()
    shore = Indicator(
        "w:a", both("a"), kind="category", categories=("all", "some", "none"), category_scores=(100, 50, 0),
        direction="higher", normalise="categorical",
    )  # fmt: skip
    world = replace(world, indicators={**world.indicators, "w:a": shore})
    result = score(observations(city("Oslo", a=3, b=10)), world, recipe=Recipe())
    assert by_slug(levers(result, "oslo", "left", 10))["a"].needed == 2
    assert by_slug(levers(result, "oslo", "left", 30))["a"].needed == 1


def test_the_maximum_holds_classes_at_their_best_and_says_how_far_the_others_go():
    world = land()
    shore = Indicator(
        "w:a", both("a"), kind="category", categories=("all", "some", "none"), category_scores=(100, 50, 0),
        direction="higher", normalise="categorical",
    )  # fmt: skip
    world = replace(world, indicators={**world.indicators, "w:a": shore})
    result = score(observations(city("Oslo", a=3, b=10)), world, recipe=Recipe())
    # left = (class + 100 - 2 b) / 2 = 40; b at its best 50, the class too 100
    found = levers(result, "oslo", "left", 55)
    assert (found.joint, found.most, found.most_free) == ((), 100, 50)
    assert (found.classes, found.bound) == ((both("a"),), ())


def test_what_a_rule_binds_is_named_as_left_alone():
    rule = Rule("sum_near", ("w:a", "w:c", "w:d"), total=100, tolerance=1)
    found = levers(scored([*OSLO, *city("Oslo", c=20, d=40)], rule), "oslo", "left", 35)
    assert (found.most, found.bound) == (70, (both("a"),))


def test_relative_scores_move_with_the_sample():
    rows = city("Oslo", a=40, b=10) + city("Rana", a=80, b=20) + city("Bodo", a=0, b=30)
    found = levers(scored(rows, normalise="minmax"), "oslo", "left", 10)
    # a: 40 of 0..80 is 50, b: the best is 100; 85 needs a = 70 at 56 of 80
    assert by_slug(found)["a"].needed == pytest.approx(56)


@pytest.mark.parametrize("points", [0, -1, float("nan")])
def test_points_must_be_above_zero(points):
    with pytest.raises(UsageError, match="raised"):
        levers(scored(OSLO), "oslo", "left", points)


def test_the_first_has_no_next_rank():
    with pytest.raises(UsageError, match="no city is ahead"):
        levers(scored(OSLO + city("Rana", a=1, b=10)), "oslo", "left")


def test_without_a_score_there_is_nothing_to_raise():
    with pytest.raises(DataError, match="no indicator scored"):
        levers(scored(OSLO), "oslo", "right", 5)


def test_an_outdated_result_is_refused():
    result = replace(scored(OSLO), findings=(Finding("definition-changed", "warning"),))
    with pytest.raises(DataError, match="older definition"):
        levers(result, "oslo", "left", 5)


@settings(max_examples=12)
@given(
    a=st.floats(1, 99), b=st.floats(1, 49), points=st.floats(0.1, 40),
    method=st.sampled_from(["arithmetic", "geometric", "harmonic", "minimum"]),
)  # fmt: skip
def test_the_engine_confirms_each_lever_and_nothing_smaller_does(a, b, points, method):
    result = scored(city("Oslo", a=a, b=b), aggregate=method)
    found = levers(result, "oslo", "left", points)
    for lever in found.single:
        if np.isnan(lever.needed):
            continue
        values = {"a": a, "b": b, lever.indicator.slug: lever.needed}
        again = scored(city("Oslo", **values), aggregate=method).scores.set_index("node")["score"]["left"]
        assert again == pytest.approx(found.goal, abs=1e-6)
        less = {**values, lever.indicator.slug: lever.value + 0.99 * (lever.needed - lever.value)}
        short = scored(city("Oslo", **less), aggregate=method).scores.set_index("node")["score"]["left"]
        assert short < found.goal
