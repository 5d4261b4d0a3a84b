import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.measure.map.edition_merge import Content, Places, Rule, merge, unions

RULE = Rule(3, 0.85)


def content(units, nano, largest):
    return Content(*(np.array(a, dtype=np.int64).reshape(len(units), -1) for a in (units, nano, largest)))


def row_of(n, districts=None):
    code = np.zeros(n, dtype=np.int64) if districts is None else np.array(districts)
    return Places(np.arange(n) * 100.0, np.zeros(n), code, np.zeros((n, 0), dtype=np.int64))


def test_a_place_with_enough_emitters_stays_as_it_is():
    group = merge(content([3, 5], [100, 100], [50, 50]), row_of(2), RULE)
    assert group.tolist() == [0, 1]


def test_too_few_emitters_join_the_nearest_that_have_some():
    group = merge(content([1, 0, 2, 9], [10, 0, 20, 90], [10, 0, 10, 10]), row_of(4), RULE)
    assert group.tolist() == [0, 1, 0, 3]


def test_a_dominant_emitter_is_joined_until_it_is_not():
    group = merge(content([4, 4, 4], [100, 10, 10], [99, 5, 5]), row_of(3), RULE)
    assert group.tolist() == [0, 0, 0]  # 99 of 110 is too much, 99 of 120 is not


def test_a_place_where_nothing_is_stays_free():
    group = merge(content([0, 4], [0, 90], [0, 30]), row_of(2), RULE)
    assert group.tolist() == [0, 1]


def test_places_join_inside_their_district_even_where_another_is_nearer():
    places = Places(
        np.array([0.0, 100, 900]), np.zeros(3), np.array([0, 1, 0]), np.zeros((3, 0), dtype=np.int64)
    )
    group = merge(content([2, 9, 2], [20, 90, 20], [10, 10, 10]), places, RULE)
    assert group.tolist() == [0, 1, 0]


def test_places_join_inside_their_larger_cell_first():
    places = Places(np.array([0.0, 100, 300]), np.zeros(3), np.zeros(3, int), np.array([[0], [1], [0]]))
    group = merge(content([2, 9, 2], [20, 90, 20], [10, 10, 10]), places, RULE)
    assert group.tolist() == [0, 1, 0]


def test_two_districts_that_are_too_small_join_each_other_first():
    group = merge(content([9, 2, 9, 2], [90, 20, 90, 20], [10] * 4), row_of(4, [0, 1, 2, 3]), RULE)
    assert group.tolist() == [0, 1, 2, 1]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_all_groups_pass_where_the_sum_of_all_passes(data):
    n, amounts = data.draw(st.integers(3, 25)), data.draw(st.integers(1, 4))
    seed = data.draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    units = rng.integers(0, 5, (n, amounts)) * (rng.random((n, amounts)) < 0.6)
    nano = units * rng.integers(1, 1000, (n, amounts))
    largest = np.where(
        units > 0, np.maximum(nano // np.maximum(units, 1), (nano * rng.random((n, amounts))).astype(int)), 0
    )
    places = Places(rng.random(n), rng.random(n), rng.integers(0, 3, n), rng.integers(0, 6, (n, 1)))
    given_ = Content(units, nano, largest)
    group = np.unique(merge(given_, places, RULE), return_inverse=True)[1]
    city = given_.of(np.zeros(n, dtype=np.int64))
    passes = RULE.holds(city.units, city.nano, city.largest)[0]
    found = given_.of(group)
    held = RULE.holds(found.units, found.nano, found.largest)
    assert held[:, passes].all()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=30).map(np.array))
def test_unions_hold_whole_groups_and_whole_blocks(pairs):
    part = unions(pairs[:, 0], pairs[:, 1])
    for labels in pairs.T:
        for label in np.unique(labels):
            assert len(set(part[labels == label])) == 1


@pytest.mark.parametrize(("units", "passes"), [(0, True), (2, False), (3, True)])
def test_the_rule_counts_emitters(units, passes):
    assert RULE.holds(np.array([units]), np.array([units * 10]), np.array([min(units, 1) * 10]))[0] == passes
