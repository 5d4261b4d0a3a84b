import numpy as np
import pytest
from comparison.lands import bench, city, scored

from scindex.comparison.gaps import common_base, node_gaps, strengths, value_gaps

THREE = city("Oslo", a=40, b=10, c=5) + city("Rana", a=80, b=20) + city("Bodo", a=70, b=5, c=2)
OTHERS = ["rana", "bodo"]


def test_gaps_are_to_the_best_the_median_and_the_target():
    row = node_gaps(scored(THREE), "oslo", OTHERS).set_index("node").loc["left"]
    # left is the mean of a and 100 - 2 b: Oslo 60, Rana 70, Bodo 80
    assert (row["score"], row["best"], row["best_city"], row["median"]) == (60, 80, "bodo", 75)
    assert (row["gap_best"], row["gap_median"], row["gap_target"]) == (20, 15, 40)
    assert (row["rank"], row["n"]) == (3, 3)


def test_the_leader_has_negative_gaps():
    row = node_gaps(scored(THREE), "bodo", ["oslo", "rana"]).set_index("node").loc["left"]
    assert (row["gap_best"], row["rank"]) == (-10, 1)


def test_a_thin_node_has_a_range_and_no_rank():
    row = node_gaps(scored(THREE), "rana", ["oslo"]).set_index("node").loc["right"]
    assert np.isnan([row["score"], row["rank"], row["gap_best"]]).all()
    assert (row["low"], row["high"], row["best"]) == (0, 100, 50)


def test_relative_scores_have_no_target():
    table = node_gaps(scored(THREE, normalise="minmax"), "oslo", OTHERS)
    assert table["target"].isna().all()


def test_values_stand_in_their_own_unit_beside_the_best_scores_value():
    row = value_gaps(bench(THREE), "oslo", OTHERS).set_index("indicator").loc["w:b"]
    assert (row["value"], row["best"], row["best_city"], row["median"], row["target"]) == (
        10,
        5,
        "bodo",
        12.5,
        0,
    )


def test_an_imputed_value_is_never_the_best():
    rows = city("Oslo", a=40, b=10) + city("Rana", b=20) + city("Bodo", a=30, b=5) + city("Asker", a=90)
    # Rana's a is filled in with 53.3, more than Bodo's; among what is reported Bodo is best
    row = value_gaps(bench(rows, impute="mean"), "oslo", OTHERS).set_index("indicator").loc["w:a"]
    assert (row["best"], row["best_city"], row["peers"]) == (30, "bodo", 1)
    none = value_gaps(bench(rows, impute="mean"), "oslo", ["rana"]).set_index("indicator").loc["w:a"]
    assert np.isnan(none["best"])
    assert none["best_city"] == ""


def test_strengths_are_leads_over_the_peers_median_with_their_share_of_the_parent():
    table = strengths(bench(THREE), "oslo", OTHERS)
    assert table["indicator"].tolist() == ["w:c", "w:b", "w:a"]
    assert table["lead"].tolist() == [30, 5, -35]
    assert table["share"].tolist() == [1.0, 0.5, 0.5]


def test_the_common_base_leaves_out_what_only_one_has():
    rows = city("Oslo", a=40, b=10, c=5) + city("Rana", a=80)
    table = common_base(bench(rows), "oslo", "rana").set_index("node")
    assert table.index.tolist() == ["left"]
    row = table.loc["left"]
    assert (row["score"], row["other"], row["lead"], row["n_common"], row["n"]) == (40, 80, -40, 1, 2)
    assert row["share"] == 0.5


def test_the_common_base_of_two_ways_round_is_the_same():
    one, two = (common_base(bench(THREE), *pair) for pair in (("oslo", "bodo"), ("bodo", "oslo")))
    assert one["lead"].to_numpy() == pytest.approx(-two["lead"].to_numpy())


def test_nothing_in_common_is_an_empty_table():
    assert common_base(bench(city("Oslo", a=4) + city("Rana", b=1)), "oslo", "rana").empty
