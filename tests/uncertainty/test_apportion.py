"""Shares of variance against variances of the parts, where the index is their plain sum."""

from __future__ import annotations

import numpy as np
import pytest
from uncertainty.small import POSTS, TREE, VALUES, framework, observations

from scindex.errors import MethodError
from scindex.recipe import Recipe
from scindex.scoring import score
from scindex.uncertainty.apportion import _choose, apportion
from scindex.uncertainty.plan import FACTORS

OFF = {"methods": False, "weights": False, "redraw": False, "data": False, "goalposts": False}


def scored(vary, values=VALUES, tree=TREE, error=None, recipe=None, **more):
    """`vary`: factors left on; `error`: standard error by leaf, the others have none."""
    robust = {k: v for k, v in OFF.items() if k not in vary}
    posts = {k: POSTS[k] for k in values}
    table = observations(values)
    table["error"] = [(error or {}).get(i[2:], 0.0) for i in table["indicator"]]
    chosen = {"total": True, "show_coverage": 0.0, "robust": robust, **(recipe or {})}
    return score(table, framework(tree, posts, **more), recipe=Recipe(**chosen))


def shares(found, output="score", order="first"):
    table = found.indices[found.indices["output"] == output]
    return dict(zip(table["factor"], table[order])), table.set_index("factor")


PAIR = {"": {"a": 1.0, "c": 1.0}}


def additive():
    """The mean of two leaves: a has goalposts that move and no error, c an error and fixed goalposts."""
    values = {"a": [20.0, 30.0], "c": [52.0, 44.0]}
    return scored(("data", "goalposts"), values, PAIR, {"c": 6.0}, c={"standing": "published"})


def test_of_a_sum_each_factor_has_the_variance_of_its_part():
    found = apportion(additive(), n=128)
    # straight-line: uniform moves of +-20 % of the range at each end of a; 6 points of 100 for c
    rng = np.random.default_rng(1)
    worst, best = 50 * 0.2 * rng.uniform(-1, 1, 200_000), 50 + 50 * 0.2 * rng.uniform(-1, 1, 200_000)
    from_posts = sum(np.var(np.clip(100 * (x - worst) / (best - worst), 0, 100)) for x in (20, 30))
    from_data = 2 * 6.0**2
    wanted = from_data / (from_data + from_posts)
    _, table = shares(found)
    for factor, share in (("data", wanted), ("goalposts", 1 - wanted)):
        row = table.loc[factor]
        for order in ("first", "total"):
            # the pool is a sample itself: 2 % of the variance
            assert row[f"{order}_low"] - 0.03 <= share <= row[f"{order}_high"] + 0.03
    assert found.n == 16 * 128 * 4


def test_a_factor_that_nothing_depends_on_has_nothing():
    found = apportion(additive(), n=128)
    for output in ("score", "rank"):
        _, table = shares(found, output)
        dummy = table.loc["dummy"]
        assert dummy["total"] == 0
        assert abs(dummy["first"]) < 0.1
        assert (table.loc[["weights", "methods", "redraw"], ["first", "total"]] == 0).all(axis=None)
    assert list(table.index) == [*FACTORS, "dummy"]


def test_ranks_that_never_move_have_no_variance_to_share_out():
    values = {"a": [5.0, 45.0], "c": [10.0, 90.0]}
    found = apportion(scored(("data",), values, PAIR, {"c": 1.0}), n=16)
    assert found.indices.loc[found.indices["output"] == "rank", "first"].isna().all()
    assert "sensitivity-no-spread" in {f.code for f in found.findings}


def test_one_factor_alone_has_it_all():
    found = apportion(scored(("weights",)), n=64)
    first, _ = shares(found)
    total, _ = shares(found, order="total")
    assert first["weights"] == pytest.approx(1, abs=0.1)
    assert total["weights"] == pytest.approx(1, abs=0.1)


def test_total_order_exceeds_first_where_factors_act_together():
    """Methods decide whether weights matter at all: under the minimum they do not."""
    values = {"a": [5.0, 45.0, 20.0], "c": [90.0, 20.0, 60.0]}
    alternatives = {"aggregate": ["arithmetic", "minimum"]}
    made = scored(("weights", "methods"), values, PAIR)
    robust = {**made.recipe.robust, "alternatives": alternatives, "within": 0.9}
    again = score(made.observations, made.framework, recipe=Recipe(total=True, robust=robust))
    _, table = shares(apportion(again, n=128))
    assert table.loc["weights", "total_low"] > table.loc["weights", "first_high"]


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    one, two = apportion(additive(), n=16).indices, apportion(additive(), n=16).indices
    assert one.equals(two)
    other = apportion(additive(), n=16, seed=1).indices
    assert not one.equals(other)


def test_imputed_values_drawn_anew_are_a_factor():
    values = {k: [*v, *(x * 0.9 for x in v), v[0]] for k, v in VALUES.items()}
    values["a"][1] = None
    found = apportion(scored(("redraw",), values, recipe={"impute": "mean"}), n=32)
    first, _ = shares(found)
    assert first["redraw"] == pytest.approx(1, abs=0.2)


def test_where_nothing_can_vary_it_is_said():
    with pytest.raises(MethodError) as caught:
        apportion(scored(()))
    assert caught.value.findings[0].code == "sensitivity-no-factor"


def test_every_draw_of_a_pool_is_as_likely_as_any_other():
    uniform = (np.arange(4000) + 0.5) / 4000
    assert (np.bincount(_choose(uniform, 8)) == 500).all()
    assert _choose(np.array([1.0]), 8) == [7]


def test_cities_without_a_point_are_left_out():
    values = {k: [*v, None] for k, v in VALUES.items()}
    values["a"][3] = 10.0
    found = apportion(scored(("data",), values, error=dict.fromkeys("abcd", 0.1),
                             recipe={"show_coverage": 0.65}), n=16)  # fmt: skip
    first, _ = shares(found)
    assert first["data"] == pytest.approx(1, abs=0.5)
