"""Shares that close to the unit, however large the amounts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.map.scenarios.shapley import share_out, subsets

games = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.integers(-(10**17), 10**17), min_size=2**n, max_size=2**n).map(
        lambda values: ("abcd"[:n], values)
    )
)


def worth_of(game):
    causes, values = game
    table = dict(zip(subsets(list(causes)), values))
    return list(causes), lambda s: np.array([table[s]], dtype=np.int64)


@given(game=games)
def test_shares_close_to_the_unit(game):
    causes, worth = worth_of(game)
    shares = share_out(worth, causes)
    change = int(worth(frozenset(causes))[0]) - int(worth(frozenset())[0])
    assert sum(int(v[0]) for v in shares.values()) == change


@given(game=games)
def test_shares_are_the_mean_over_all_orders_within_a_unit(game):
    causes, worth = worth_of(game)
    shares = share_out(worth, causes)
    for cause in causes:
        added = []
        for order in permutations(causes):
            before = frozenset(order[: order.index(cause)])
            added.append(int(worth(before | {cause})[0]) - int(worth(before)[0]))
        assert abs(int(shares[cause][0]) * len(added) - sum(added)) <= len(added)


def test_a_cause_that_changes_nothing_gets_nothing_and_equals_get_equal_shares():
    shares = share_out(lambda s: np.array([1000 * len(s - {"idle"})]), ["a", "b", "idle"])
    assert [int(v[0]) for v in shares.values()] == [1000, 1000, 0]


def test_no_cause_no_shares():
    assert share_out(lambda s: np.array([1]), []) == {}
