"""Shares in whole billionths add up, whatever the order."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError
from scindex.measure.map import exact, grid
from scindex.measure.map.exact import apportion, exact_sum, sum_by, to_nano, to_tonnes
from scindex.measure.map.grid import Grid

MOST = 92 * 10**17
weight = st.one_of(st.just(0.0), st.floats(1e-300, 1e300), st.integers(1, 5).map(float))
row = st.tuples(st.integers(0, 3), weight, st.integers(0, 8))
rows = st.lists(row, min_size=1, max_size=40)
totals = st.lists(st.integers(-MOST, MOST), min_size=4, max_size=4).map(np.array)


def columns(table):
    return (np.array(c) for c in zip(*table, strict=True))


@given(totals, rows)
def test_shares_add_up_to_the_unit_in_every_group_that_has_weight(total, table):
    group, weights, key = columns(table)
    shares = apportion(total, group, weights, key)
    for g in range(4):
        expected = int(total[g]) if weights[group == g].any() else 0
        assert exact_sum(shares[group == g]) == expected
    assert (shares[weights == 0] == 0).all()
    assert (np.sign(shares) * np.sign(total[group]) >= 0).all()


@given(totals, rows, st.randoms())
def test_neither_row_order_nor_other_groups_change_a_share(total, table, random):
    group, weights, key = columns(table)
    shares = apportion(total, group, weights, key)
    order = np.array(random.sample(range(len(group)), len(group)))
    again = apportion(total, group[order], weights[order], key[order])
    alone = apportion(total, group[group == 0], weights[group == 0], key[group == 0])
    for g in range(4):
        assert_same_rows(group, weights, key, shares, g, (group[order], weights[order], key[order], again))
    assert_same_rows(
        group, weights, key, shares, 0, (group[group == 0], weights[group == 0], key[group == 0], alone)
    )


def assert_same_rows(group, weights, key, shares, g, other):
    """Rows equal in key and weight are interchangeable, so sets of rows are compared."""
    group2, weights2, key2, shares2 = other
    mine = sorted(zip(key[group == g], weights[group == g], shares[group == g], strict=True))
    theirs = sorted(zip(key2[group2 == g], weights2[group2 == g], shares2[group2 == g], strict=True))
    assert mine == theirs


@given(st.integers(0, 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_no_share_is_a_unit_or_more_from_its_quota(total, weights):
    n = len(weights)
    shares = apportion(np.array([total]), np.zeros(n, int), np.array(weights, float), np.arange(n))
    for share, w in zip(shares.tolist(), weights, strict=True):
        assert abs(share - Fraction(total * w, sum(weights))) < Fraction(1001, 1000)


def test_equal_remainders_go_to_the_smallest_keys():
    shares = apportion(np.array([5]), np.zeros(4, int), np.ones(4), np.array([40, 10, 30, 20]))
    assert shares.tolist() == [1, 2, 1, 1]


def test_seats_follow_the_published_example_of_hamiltons_method():
    # Balinski and Young (2001), Fair Representation: 120 seats among the 15 states of the census of 1790
    # by Hamilton's bill; VA MA PA NC NY MD CT SC NJ NH VT GA KY RI DE
    people = [630_560, 475_327, 432_879, 353_523, 331_589, 278_514, 236_841, 206_236]
    people += [179_570, 141_822, 85_533, 70_835, 68_705, 68_446, 55_540]
    seats = apportion(np.array([120]), np.zeros(15, int), np.array(people, float), np.arange(15))
    assert sum(people) == 3_615_920
    assert seats.tolist() == [21, 16, 14, 12, 11, 9, 8, 7, 6, 5, 3, 2, 2, 2, 2]


def test_zero_weight_leaves_a_group_undivided():
    assert apportion(np.array([7, 9]), np.array([0, 0, 1]), [0.0, 0.0, 2.0], np.arange(3)).tolist() == [
        0,
        0,
        9,
    ]


def test_nothing_divides_into_nothing():
    none = np.empty(0, dtype=np.int64)
    assert apportion(np.array([5]), none, [], none).tolist() == []


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_weights_that_mean_nothing_are_refused(bad):
    with pytest.raises(DataError) as caught:
        apportion(np.array([5]), np.zeros(2, int), [1.0, bad], np.arange(2))
    assert caught.value.findings[0].params["row"] == 2


@pytest.mark.parametrize("bad", [np.nan, np.inf, 9.3e9, -9.3e9])
def test_amounts_that_no_map_holds_are_refused(bad):
    with pytest.raises(DataError) as caught:
        to_nano([1.0, bad, bad])
    assert caught.value.findings[0].params == {"count": 2, "row": 2, "tonnes": str(bad)}


def test_totals_that_no_map_holds_are_refused():
    with pytest.raises(DataError):
        apportion(np.array([2**63 - 1]), np.zeros(2, int), [1.0, 1.0], np.arange(2))


@given(st.integers(-(2**53), 2**53))
def test_whole_billionths_survive_the_way_through_tonnes(nano):
    if abs(nano) < 2**49:
        assert to_nano(to_tonnes([nano]))[0] == nano
    assert abs(int(to_nano(to_tonnes([nano]))[0]) - nano) <= 1


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=50))
def test_sums_do_not_overflow(values):
    assert exact_sum(np.array(values, dtype=np.int64)) == sum(values)


@given(
    st.lists(
        st.tuples(st.integers(-1, 40), st.integers(-1, 40), st.integers(-(10**15), 10**15)), max_size=60
    ),
    st.sampled_from([1.0, 1e4, 1e8]),
    st.randoms(),
)
def test_sums_by_cell_are_exact_whatever_the_order(points, spread, random):
    random.shuffle(points)
    x, y, nano = np.array(points, dtype=np.int64).reshape(-1, 3).T
    key = np.where(x < 0, -1, Grid(1.0).cell_of(x * spread, y * spread))
    keys, sums, counts = sum_by(key, nano)
    expected = {}
    for k, v in zip(key.tolist(), nano.tolist(), strict=True):
        total, n = expected.get(k, (0, 0))
        expected[k] = total + v, n + 1
    assert keys.tolist() == sorted(expected)
    assert list(zip(sums.tolist(), counts.tolist(), strict=True)) == [expected[k] for k in keys.tolist()]


def test_sums_that_might_not_fit_are_refused():
    with pytest.raises(DataError):
        sum_by(np.array([1, 1]), np.array([MOST, MOST]))


def test_many_rows_are_added_as_few_are(monkeypatch):
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 50_000, (2, 200_000))
    x[:3] = np.nan, np.inf, 1e300
    nano = rng.integers(-(10**12), 10**12, 200_000)
    many = Grid(100.0).cell_of(x, y)
    sums = sum_by(many, nano)
    for module in (grid, exact):
        monkeypatch.setattr(module, "present", lambda name: False)
    few = Grid(100.0).cell_of(x, y)
    assert (many == few).all()
    assert all((a == b).all() for a, b in zip(sums, sum_by(few, nano), strict=True))
