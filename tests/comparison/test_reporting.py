import pytest
from comparison.lands import city, scored

from scindex.comparison.reporting import worth_reporting


def test_what_settles_most_pairs_stands_first():
    # Oslo has a = 40 and no b: left lies in 20..70; Rana is at 60, Bodo at 10
    rows = city("Oslo", a=40, c=5) + city("Rana", a=40, b=10) + city("Bodo", a=0, b=40)
    found = worth_reporting(scored(rows), "oslo")
    assert [w.indicator.slug for w in found] == ["b"]
    worth = found[0]
    # with b known Oslo is a point (40 + s) / 2, and apart from Rana unless s = 80
    assert (worth.open, worth.could, worth.share) == (1, 1, 0.5)
    assert worth.mean == pytest.approx(20 / 21)


def test_a_value_that_settles_no_pair_still_settles_a_range():
    found = worth_reporting(scored(city("Oslo", a=40) + city("Rana", c=1)), "oslo")
    told = {w.indicator.slug: (w.mean, w.open) for w in found}
    # Rana has nothing at left; at right it stands at 10, which one of the 21 scores tried meets
    assert told == {"c": (pytest.approx(20 / 21), 1), "b": (0, 0)}
    assert all(w.share > 0 for w in found)


def test_a_complete_city_has_nothing_to_report():
    assert worth_reporting(scored(city("Oslo", a=1, b=1, c=1)), "oslo") == []


def test_relative_scores_have_no_pairs():
    rows = city("Oslo", a=40) + city("Rana", a=80, b=10) + city("Bodo", a=4, b=20)
    found = worth_reporting(scored(rows, normalise="minmax"), "oslo")
    assert all((w.mean, w.could) == (0, 0) for w in found)


def test_no_more_than_asked_for():
    assert len(worth_reporting(scored(city("Oslo", a=40) + city("Rana", a=3)), "oslo", most=1)) == 1
