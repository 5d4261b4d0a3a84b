from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.index.kemeny import best_order, cycles


@st.composite
def majority(draw, most=6):
    """Margins in quarters, minus their own transpose: many ties and many cycles."""
    size = draw(st.integers(1, most))
    upper = np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1, size):
            upper[i, j] = draw(st.integers(-4, 4)) / 4
    return upper - upper.T


def support(margin, rank):
    return float((np.sign(rank[None, :] - rank[:, None]) * margin).sum() / 2)


def best_by_trying(margin):
    """All orders with the greatest support, by going through every permutation."""
    ranks = [np.argsort(order).astype(float) for order in permutations(range(len(margin)))]
    supports = np.array([support(margin, rank) for rank in ranks])
    return supports.max(), int((supports > supports.max() - 1e-9).sum())


@settings(max_examples=80)
@given(margin=majority())
def test_no_permutation_has_more_support(margin):
    rank, unique = best_order(margin, np.zeros(len(margin)))
    most, count = best_by_trying(margin)
    assert support(margin, rank) == pytest.approx(most)
    if len(set(rank)) == len(rank):
        assert unique == (count == 1)
    elif unique:
        assert count > 1  # the orders differ only where cities share a rank


@given(margin=majority())
def test_groups_are_in_sequence_and_cannot_be_split(margin):
    groups = cycles(margin)
    assert sorted(city for group in groups for city in group) == list(range(len(margin)))
    for i, group in enumerate(groups):
        later = [city for other in groups[i + 1 :] for city in other]
        assert (margin[np.ix_(group, later)] >= 0).all()
        reach = np.linalg.matrix_power(np.eye(len(group)) + (margin[np.ix_(group, group)] > 0), len(group))
        assert (reach > 0).all()


def test_an_order_of_majorities_is_kept_however_long():
    size = 300
    margin = np.sign(np.arange(size)[None, :] - np.arange(size)[:, None]) * 0.5
    rank, unique = best_order(margin, np.zeros(size))
    assert rank.tolist() == list(range(1, size + 1))
    assert unique


def test_cities_that_all_others_stand_to_alike_share_a_rank():
    margin = np.array([[0, 0, 0.5], [0, 0, 0.5], [-0.5, -0.5, 0]])
    rank, unique = best_order(margin, np.zeros(3))
    assert rank.tolist() == [1, 1, 3]
    assert unique


def test_a_tie_that_can_be_turned_round_is_not_unique_and_goes_by_points():
    margin = np.array([[0, 0, 0.5], [0, 0, 0.25], [-0.5, -0.25, 0]])
    for points, expected in (([1, 2, 0], [2, 1, 3]), ([2, 1, 0], [1, 2, 3])):
        rank, unique = best_order(margin, np.array(points, dtype=float))
        assert rank.tolist() == expected
        assert not unique


def test_a_cycle_of_equal_margins_goes_by_points():
    margin = np.array([[0, 0.2, -0.2], [-0.2, 0, 0.2], [0.2, -0.2, 0]])
    for first in range(3):
        rank, unique = best_order(margin, np.eye(3)[first])
        assert rank[first] == 1
        assert not unique


def test_nothing_has_an_order():
    assert cycles(np.zeros((0, 0))) == []
    rank, unique = best_order(np.zeros((0, 0)), np.zeros(0))
    assert rank.size == 0
    assert unique


def test_a_cycle_of_forty_is_solved():
    """The stated size: random margins, where the relaxation is not whole."""
    rng = np.random.default_rng(2)
    votes = rng.normal(size=(8, 40))
    margin = sum(np.sign(vote[:, None] - vote[None, :]) for vote in votes) / 8
    rank, _ = best_order(margin, np.zeros(40))
    order = np.argsort(rank)
    ahead = margin[np.ix_(order, order)]
    # no city gains by moving to any other place
    for i in range(40):
        below, above = np.cumsum(ahead[i, i + 1 :]), np.cumsum(ahead[:i, i][::-1])
        assert (below >= -1e-9).all()
        assert (above >= -1e-9).all()
