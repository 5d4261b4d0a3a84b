import numpy as np
import pytest
from comparison.lands import city, scored
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.worlds import framework

from scindex.comparison.peers import context_of, find_peers
from scindex.errors import DataError, UsageError

FOUR = (
    city("Oslo", a=1, population=1000, income=10, size=1)
    + city("Rana", a=1, population=2000, income=20, size=1)
    + city("Bodo", a=1, population=4000, income=40, size=2)
    + city("Asker", a=1, income=11, size=2)
)


def test_all_others_are_peers_and_the_city_is_none_of_them():
    assert find_peers(scored(FOUR), "oslo").ids == ("asker", "bodo", "rana")


def test_a_category_groups_by_its_classes():
    found = find_peers(scored(FOUR), "bodo", "size")
    assert (found.kind, found.ids, found.group) == ("group", ("asker",), {"en": "large"})


@pytest.mark.parametrize(
    ("wanted", "ids", "low", "high"),
    [
        ("population:1500,3000", (), -np.inf, 1500),
        ("population:1000,3000", ("rana",), 1000, 3000),
        ("income:15,", ("asker",), -np.inf, 15),
        ("Income:2", ("asker",), -np.inf, 15.5),  # the median of 10, 11, 20, 40
    ],
)
def test_a_number_makes_bands_that_hold_their_lower_end(wanted, ids, low, high):
    result = scored(FOUR)
    if not ids:
        with pytest.raises(DataError, match="no other city"):
            find_peers(result, "oslo", wanted)
        return
    found = find_peers(result, "oslo", wanted)
    assert (found.kind, found.ids, found.low, found.high) == ("band", ids, low, high)


def test_a_city_whose_context_is_unknown_is_left_out_and_said_to_be():
    assert find_peers(scored(FOUR), "oslo", "population:1000,3000").left_out == ("asker",)
    with pytest.raises(DataError, match="Population"):
        find_peers(scored(FOUR), "asker", "population")


def test_neighbours_are_near_in_standard_deviations_amounts_as_logarithms():
    rows = FOUR[:-3] + city("Asker", a=1, population=8000, income=10, size=2)
    found = find_peers(scored(rows), "oslo", "nearest:2")
    logs, income = np.log([1000, 2000, 4000, 8000]), np.array([10, 20, 40, 10.0])
    table = np.stack([(x - x.mean()) / x.std() for x in (logs, income)], axis=1)
    distance = np.sqrt(((table - table[0]) ** 2).mean(axis=1))
    assert found.ids == ("rana", "asker")
    assert found.distances == pytest.approx([distance[1], distance[3]])
    assert found.used == ("w:population", "w:income")


def test_what_is_not_known_of_the_city_itself_is_not_used():
    found = find_peers(scored(FOUR), "asker", "nearest")
    assert (found.used, found.unknown) == (("w:income",), ("w:population",))
    assert found.ids[0] == "oslo"


def test_the_newest_context_that_is_not_younger_than_the_score_counts():
    rows = (
        city("Oslo", a=1, population=3) + city("Oslo", 2015, population=1) + city("Oslo", 2018, population=2)
    )
    rows = [r for r in rows if r[1:3] != (2020, "population")] + city("Oslo", 2025, population=9)
    assert context_of(scored(rows, year="2020"))["w:population"].tolist() == [2.0]


@pytest.mark.parametrize("wanted", ["nearest:x", "nearest:0", "population:b", "population:5,1", "climate"])
def test_nonsense_is_a_usage_error(wanted):
    with pytest.raises(UsageError):
        find_peers(scored(FOUR), "oslo", wanted)


def test_a_framework_without_context_has_only_all():
    result = scored(city("Oslo", a=1) + city("Rana", a=2), world=framework())
    assert find_peers(result, "oslo").ids == ("rana",)
    for wanted in ("size", "nearest"):
        with pytest.raises(UsageError):
            find_peers(result, "oslo", wanted)


def test_a_single_city_has_no_peers():
    with pytest.raises(DataError, match="no peers"):
        find_peers(scored(city("Oslo", a=1)), "oslo")


@settings(max_examples=10)
@given(people=st.lists(st.integers(1, 10**6), min_size=3, max_size=8, unique=True), bands=st.integers(2, 4))
def test_bands_split_the_cities_whoever_asks(people, bands):
    result = scored([r for k, n in enumerate(people) for r in city(f"C{k}", a=1, population=n)])
    groups = set()
    for k in range(len(people)):
        try:
            found = find_peers(result, f"c{k}", f"population:{bands}")
            groups.add(frozenset({f"c{k}", *found.ids}))
        except DataError:
            groups.add(frozenset({f"c{k}"}))
    assert sorted(c for g in groups for c in g) == sorted(f"c{k}" for k in range(len(people)))
