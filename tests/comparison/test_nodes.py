import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.worlds import framework, observations

from scindex.comparison import COMMON, OPEN, TIED, WHATEVER, comparable_nodes, report_next
from scindex.recipe import Recipe
from scindex.scoring import score


def scored(rows, **recipe):
    return score(observations(rows), framework(), recipe=Recipe(**recipe))


def city(name, a=None, b=None, c=None):
    return [(name, 2020, s, v) for s, v in (("a", a), ("b", b), ("c", c)) if v is not None]


def test_the_highest_nodes_that_two_cities_measure_are_compared():
    found = comparable_nodes(scored(city("Oslo", 80, 10) + city("Rana", 20, 40) + city("Bodo", c=5)))
    assert [c.branch.id for c in found] == ["left"]
    assert [s.city for s in found[0].standings] == ["Oslo", "Rana"]
    assert found[0].pairs[0].settled == WHATEVER


def test_below_a_thin_node_single_indicators_are_compared():
    found = comparable_nodes(scored(city("Oslo", 80) + city("Rana", 20)))
    assert [c.branch.id for c in found] == ["w:a"]


def test_an_order_on_the_common_base_is_called_so():
    rows = city("Oslo", 80, 10) + city("Rana", 78, None)
    found = comparable_nodes(scored(rows, show_coverage=0.5))[0]
    assert found.branch.id == "left"
    pair = found.pairs[0]
    assert (pair.first, pair.second, pair.settled) == ("oslo", "rana", COMMON)
    assert len(found.groups) == 1


def test_complete_and_equal_cities_are_tied():
    found = comparable_nodes(scored(city("Oslo", 80, 10) + city("Rana", 80, 10)))[0]
    assert found.pairs[0].settled == TIED


def test_equal_scores_with_something_missing_stay_open():
    rows = city("Oslo", 80, None) + city("Rana", 80, None)
    found = comparable_nodes(scored(rows, show_coverage=0.5))[0]
    assert found.pairs[0].settled == OPEN


def test_too_small_a_common_base_settles_nothing():
    rows = city("Oslo", 80, None) + city("Rana", None, 10)
    found = comparable_nodes(scored(rows, show_coverage=0.5))[0]
    assert found.pairs[0].settled == OPEN


def test_what_to_report_next_is_what_settles_most():
    gaps = report_next(scored(city("Oslo", a=80)), "oslo")
    assert [(g.indicator.id, g.share) for g in gaps] == [("w:c", 1.0), ("w:b", 0.5)]


value = st.one_of(st.none(), st.floats(0, 50))


@settings(max_examples=30)
@given(left=st.tuples(value, value, value), right=st.tuples(value, value, value), fill=st.floats(0, 50))
def test_a_pair_settled_whatever_is_missing_stays_so_when_it_is_filled_in(left, right, fill):
    rows = city("Oslo", *left) + city("Rana", *right)
    if not rows:
        return
    before = scored(rows, show_coverage=0.0)
    settled = {
        (c.branch.id, p.first) for c in comparable_nodes(before) for p in c.pairs if p.settled == WHATEVER
    }
    filled = [
        ("Oslo", *(fill if v is None else v for v in left)),
        ("Rana", *(fill if v is None else v for v in right)),
    ]
    after = scored([r for f in filled for r in city(*f)]).scores
    for node, first in settled:
        scores = after[after["node"] == node].set_index("city_id")["score"]
        other = next(c for c in ("oslo", "rana") if c != first)
        assert scores[first] > scores[other]
        assert np.isfinite(scores[first])


@pytest.mark.parametrize("by", ["axis", "dimension", "netzero_sector", "sdg", ""])
def test_every_grouping_can_be_asked_what_to_report(by):
    gaps = report_next(scored(city("Oslo", a=80), by=by), "oslo", most=10)
    assert {g.indicator.id for g in gaps} == {"w:b", "w:c"}
