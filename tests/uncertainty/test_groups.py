from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.uncertainty.groups import hasse, ordered_partition, settled
from scindex.uncertainty.ranks import ahead, tally


@st.composite
def relations(draw, most=7):
    """Any asymmetric relation."""
    n = draw(st.integers(1, most))
    relation = np.zeros((n, n), dtype=bool)
    for i, j in combinations(range(n), 2):
        which = draw(st.sampled_from(["i", "j", "i", "none"]))
        relation[i, j], relation[j, i] = which == "i", which == "j"
    order = draw(st.permutations(range(n)))
    return relation[np.ix_(order, order)]


@given(relations())
def test_groups_are_the_finest_in_which_each_is_ahead_of_all_later(relation):
    groups = ordered_partition(relation)
    n = len(relation)
    assert sorted(i for g in groups for i in g) == list(range(n))
    found = {frozenset(i for g in groups[:k] for i in g) for k in range(1, len(groups))}
    every = {
        frozenset(s)
        for size in range(1, n)
        for s in combinations(range(n), size)
        if relation[np.ix_(s, [i for i in range(n) if i not in s])].all()
    }
    assert found == every


@given(relations())
def test_the_diagram_is_a_partial_order_in_settled_pairs(relation):
    diagram = hasse(relation)
    order = diagram.ahead
    assert not (order & ~relation).any()
    assert not (order & order.T).any()
    assert not ((order.astype(int) @ order.astype(int) > 0) & ~order).any()
    assert (diagram.dropped == (relation & ~order)).all()


@given(relations())
def test_the_lines_are_the_fewest_that_say_the_same(relation):
    diagram = hasse(relation)
    n = len(relation)
    closed = diagram.covers.copy()
    for _ in range(n):
        closed |= closed.astype(int) @ closed.astype(int) > 0
    assert (closed == diagram.ahead).all()
    for i, j in zip(*np.nonzero(diagram.covers)):
        assert not (diagram.ahead[i] & diagram.ahead[:, j]).any()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted), min_size=1, max_size=7))
def test_a_transitive_relation_is_kept_whole(intervals):
    low, high = np.array(intervals).T
    relation = low[:, None] > high[None, :]
    diagram = hasse(relation)
    assert (diagram.ahead == relation).all()
    assert not diagram.dropped.any()


def test_a_circle_of_twenty_is_settled_at_95_percent_and_leaves_no_order():
    """Each draw turns the circle by one: every link holds in 19 of 20 draws."""
    draws = np.array([np.roll(np.arange(20.0)[::-1], turn) for turn in range(20)])
    relation = settled(ahead(tally(draws)))
    assert all(relation[i, j] for i, j in pairwise([*range(20), 0]))
    assert relation.sum() == 20
    assert not hasse(relation).ahead.any()
    assert len(ordered_partition(relation)) == 1


def test_a_city_two_groups_ahead_must_be_settled_ahead():
    chain = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    assert ordered_partition(chain) == [[0, 1, 2]]
    chain[0, 2] = True
    assert ordered_partition(chain) == [[0], [1], [2]]


def test_no_rows_have_no_groups_and_unknown_pairs_are_not_settled():
    assert ordered_partition(np.zeros((0, 0), dtype=bool)) == []
    assert not settled(np.full((2, 2), np.nan)).any()


@pytest.mark.parametrize("confidence", [0.5, 1.01, np.nan])
def test_a_confidence_that_settles_both_ways_is_refused(confidence):
    with pytest.raises(MethodError):
        settled(np.eye(2), confidence)
