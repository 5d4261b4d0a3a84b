import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.index.points import points, share_of_target, sum_points
from scindex.index.rollup import Shape


def flat(n):
    return Shape((tuple(range(1, n + 1)),) + ((),) * n, (-1, *range(n)), np.ones(n + 1), ("",) * (n + 1))


def summed(reported, unreported=0):
    leaves = np.array([[float(p)] for p in reported] + [[np.nan]] * unreported)
    found = sum_points(flat(len(leaves)), leaves, np.ones(leaves.shape, dtype=bool))
    return [x[0, 0] for x in found]


def test_itu_example_education():
    """1 + 3 + 4 + 1 of 16 points is 56.25 %, shown as 33-66 % (Pully factsheet, p. 12)."""
    assert summed([1, 3, 4, 1])[0] == 56.25


def test_itu_example_with_one_item_not_reported():
    """3 + 4 + 2 of 12 points is 75 %, shown as 66-95 % (Pully factsheet, p. 12)."""
    assert summed([3, 4, 2], 1)[0] == 75


def test_two_unreported_items_enter_the_bounds_at_1_and_4():
    score, low, high, coverage = summed([3, 4], 2)
    assert (low, high, coverage) == (56.25, 93.75, 0.5)
    assert score == 87.5


@pytest.mark.parametrize(
    ("value", "given_points"),
    [(0, 1), (19.799, 1), (19.8, 2), (39.599, 2), (39.6, 3), (56.99, 3), (57.0, 4), (84.51, 4)],
)
def test_fixed_broadband_bands(value, given_points):
    """Bands at 19.8, 39.6, 57.0 % of households for a target of 60 % (Mashhad factsheet, 2021, p. 15).

    84.51 % is Karmøy's value (verification report, September 2020, p. 14).
    """
    assert points(share_of_target(np.array([value]), 60, None, "higher"))[0] == given_points


def test_lower_is_better_by_distance_from_a_stated_worst():
    assert share_of_target(np.array([25.9, 5.0, 15.45]), 5, 25.9, "lower") == pytest.approx([0, 1, 0.5])


def test_lower_is_better_without_a_worst_divides_target_by_value():
    assert share_of_target(np.array([10.0, 40.0, 0.0]), 10, None, "lower").tolist() == [1, 0.25, np.inf]


def test_a_target_of_zero_without_a_worst_is_no_benchmark():
    assert share_of_target(np.array([3.0]), 0, None, "lower") is None


@given(values=st.lists(st.floats(0, 1e4), min_size=2, max_size=10), worst=st.floats(20, 100))
def test_a_worse_value_never_earns_more_points(values, worst):
    earned = points(share_of_target(np.sort(values), 5, worst, "lower"))
    assert (np.diff(earned) <= 0).all()


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, np.nan]), min_size=1, max_size=8))
def test_bounds_contain_every_filling_in(leaves):
    data = np.array(leaves)[:, None]
    base = np.ones(data.shape, dtype=bool)
    _, low, high, _ = sum_points(flat(len(leaves)), data, base)
    for fill in (1.0, 2.0, 3.0, 4.0):
        score = sum_points(flat(len(leaves)), np.where(np.isnan(data), fill, data), base)[0][0, 0]
        assert low[0, 0] - 1e-9 <= score <= high[0, 0] + 1e-9
