"""What counts of draws say: pairs, groups, and who is ahead whatever the weights."""

from __future__ import annotations

import pytest
from uncertainty.varied import sure, varied

VALUES = {"a": [45, 40, 5, 25], "b": [2, 6, 18, 10], "c": [90, 95, 20, 50], "d": [0.9, 0.8, 0.1, 0.5]}


@pytest.fixture(scope="module")
def found():
    return sure(varied(("weights",), VALUES), n=512)


def test_every_pair_stands_once_with_the_more_likely_one_first(found):
    assert len(found.pairs) == 6
    assert (found.pairs["p_ahead"] >= 0.5).all()
    assert not found.pairs.duplicated(["first", "second"]).any()


def test_who_is_ahead_under_all_weights_is_ahead_in_every_draw(found):
    sure_ones = found.pairs[found.pairs["necessary"].astype(bool)]
    assert len(sure_ones) >= 4
    assert (sure_ones["p_ahead"] == 1).all()


def test_lines_of_the_diagram_are_settled_pairs(found):
    assert found.pairs.loc[found.pairs["covers"], "settled"].all()
    # c0 or c1, then c3, then c2
    lines = set(
        found.pairs.loc[found.pairs["covers"], ["first", "second"]].itertuples(index=False, name=None)
    )
    assert ("c3", "c2") in lines
    assert ("c0", "c2") not in lines


def test_groups_hold_each_city_once_from_the_first_to_the_last(found):
    assert sorted(found.groups["city_id"]) == ["c0", "c1", "c2", "c3"]
    place = found.groups.set_index("city_id")["group"]
    assert place["c2"] == place.max() > place["c3"] > place["c0"]


def test_central_weights_are_shares_of_the_children(found):
    table = found.central_weights
    assert table.groupby("city_id")["weight"].sum().to_numpy() == pytest.approx(1)
    assert set(table["child"]) == {"left", "right"}


def test_cities_with_gaps_leave_the_order_under_all_weights_open():
    values = {k: [*v] for k, v in VALUES.items()}
    values["a"][0] = None
    pairs = sure(varied(("weights",), values), n=256).pairs
    assert pairs["necessary"].isna().all()
