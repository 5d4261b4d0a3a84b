import numpy as np
import pytest
from scoring.test_engine import table, values
from scoring.worlds import wide

import scindex as sx
from scindex.recipe import merge
from scindex.scoring import score

RECIPES = [
    {"order": "copeland", "weight": "equal"},
    {"order": "kemeny", "aggregate": "geometric"},
    {"weight": {"left": "bod"}, "normalise": "percentile_rank"},
    {"weight": "critic", "normalise": {"default": "minmax", "w:a": "rank"}, "treat": "winsorise"},
    {"impute": "knn(k=3)", "joint": False, "screen": {"drop": ["w:f"]}},
]


@pytest.mark.parametrize("order", ["copeland", "kemeny", "outranking"])
def test_an_order_fills_the_ranks_of_the_total_and_nothing_else(order):
    plain = score(table(values(8)), wide(), recipe=merge({"total": True})).scores
    ranked = score(table(values(8)), wide(), recipe=merge({"total": True, "order": order})).scores
    total = ranked["node"] == ""
    assert set(ranked.loc[total, "rank_basis"]) == {order}
    changed = ["rank_best", "rank_worst", "rank_basis"]
    assert ranked[~total].equals(plain[~total])
    assert ranked.drop(columns=changed).equals(plain.drop(columns=changed))


def test_the_order_of_two_like_minded_nodes_is_theirs_and_ties_share_a_rank():
    x = np.arange(1.0, 6.0)[:, None] * np.full(6, 10.0)
    x[3] = x[4]
    found = score(table(x), wide(), recipe=merge({"total": True, "order": "copeland"})).scores
    total = found[found["node"] == ""]
    assert total["rank_best"].to_list() == [5, 4, 3, 1, 1]


def test_a_hidden_total_has_no_rank():
    x = values(4)
    x[0] = np.nan
    found = score(table(x), wide(), recipe=merge({"total": True, "order": "copeland"})).scores
    total = found[found["node"] == ""].set_index("city_id")
    assert np.isnan(total.loc["c00", "rank_best"])
    assert set(total["rank_basis"]) == {"", "copeland"}


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_saved_result_opens_to_the_same_screen_and_numbers(tmp_path, recipe):
    text = (
        "framework: w\nname: W\nlevels: [group, indicator]\nnodes:\n  left: {name: L}\n  right: {name: R}\n"
        "indicators:\n"
    )
    for slug, node in zip("abcdef", ("left",) * 3 + ("right",) * 3):
        posts = "goalposts: {worst: 0, best: 100, standing: natural, reason: {en: r, ko: r}}"
        text += f"  {slug}: {{parent: {node}, name: {slug}, kind: index, direction: higher, {posts}}}\n"
    (tmp_path / "w.yaml").write_text(text)
    rows = [f"C{k:02},2020," + ",".join(map(str, row)) for k, row in enumerate(values(24))]
    (tmp_path / "d.csv").write_text("\n".join(["city,year,a,b,c,d,e,f", *rows]))
    framework = sx.read_framework(tmp_path / "w.yaml")
    cities = sx.read_cities(tmp_path / "d.csv", frameworks=[framework])
    result = sx.score(cities, framework, recipe=merge({"total": True}, recipe), robust=0)
    result.save(tmp_path / "r.json")
    again = sx.open_result(tmp_path / "r.json")
    assert str(again) == str(result)
    assert again.recipe == result.recipe
    # categories come back as they were, numbers to the last bit
    for column in ("score", "missing_low", "missing_high", "rank_best", "rank_worst", "coverage"):
        np.testing.assert_array_equal(again.scores[column], result.scores[column])
    np.testing.assert_array_equal(again.shape("c03").weight, result.shape("c03").weight)
