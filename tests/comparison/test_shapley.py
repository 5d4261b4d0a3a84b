import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.comparison.shapley import share_out, states

CAUSES = ("p", "q", "r")
number = st.floats(-1e3, 1e3)


@settings(max_examples=50)
@given(values=st.lists(number, min_size=8, max_size=8))
def test_three_causes_get_their_shapley_values(values):
    """By the formula over coalitions: (s! (n - s - 1)! / n!) times the marginal contribution."""
    worth = {s: np.array([v]) for s, v in zip(states(CAUSES), values)}
    found = share_out(worth, CAUSES)
    factor = {0: 2 / 6, 1: 1 / 6, 2: 2 / 6}
    for cause in CAUSES:
        expected = sum(factor[len(s)] * (worth[s | {cause}] - worth[s]) for s in worth if cause not in s)
        assert found[cause] == pytest.approx(expected, abs=1e-9)
    assert sum(found.values()) == pytest.approx(worth[frozenset(CAUSES)] - worth[frozenset()], abs=1e-9)


def test_orders_through_an_undefined_state_are_left_out():
    worth = {
        frozenset(): np.array([1.0]),
        frozenset("p"): np.array([np.nan]),
        frozenset("q"): np.array([3.0]),
        frozenset("pq"): np.array([10.0]),
    }
    found = share_out(worth, ("p", "q"))
    assert (found["p"], found["q"]) == (7.0, 2.0)


def test_without_a_defined_order_there_are_no_parts():
    worth = {s: np.array([np.nan if len(s) == 1 else 1.0]) for s in states(("p", "q"))}
    assert np.isnan(share_out(worth, ("p", "q"))["p"]).all()


def test_no_cause_shares_nothing_out():
    assert share_out({frozenset(): np.zeros(2)}, ()) == {}
