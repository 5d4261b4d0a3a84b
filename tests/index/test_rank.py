from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scindex.index.rank import ordered_groups, rank_ranges

ranges = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted), min_size=1, max_size=8)


def split(pairs):
    return np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs], float)


@given(ranges)
def test_rank_ranges_count_who_is_surely_ahead_and_behind(pairs):
    low, high = split(pairs)
    best, worst = rank_ranges(low, high)
    for i in range(len(pairs)):
        assert best[i] == 1 + (low > high[i]).sum()
        assert worst[i] == len(pairs) - (high < low[i]).sum()


@given(ranges)
def test_groups_are_ordered_and_the_finest(pairs):
    low, high = split(pairs)
    groups = ordered_groups(low, high)
    assert sorted(i for g in groups for i in g) == list(range(len(pairs)))
    for ahead, behind in pairwise(groups):
        assert low[ahead].min() > high[behind].max()
    for group in groups:
        for cut in range(1, len(group)):
            by_low = sorted(group, key=lambda i: (-low[i], -high[i]))
            assert low[by_low[:cut]].min() <= high[by_low[cut:]].max()


def test_unknown_rows_are_not_ranked():
    best, worst = rank_ranges(np.array([np.nan, 1.0]), np.array([np.nan, 2.0]))
    assert np.isnan(best[0])
    assert np.isnan(worst[0])
    assert (best[1], worst[1]) == (1, 1)
