from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.uncertainty.precision import draws_needed, enough, proportion_error, quantile_interval


@given(k=st.integers(0, 300), n=st.integers(1, 300))
def test_nothing_is_enough_before_a_hundred_draws(k, n):
    if n < 100:
        assert not enough(np.array([min(k, n) / n]), n)


@given(share=st.floats(0, 1), error=st.floats(0.005, 0.1))
def test_the_draws_needed_bring_the_error_down(share, error):
    n = max(draws_needed(np.array([share, np.nan]), error), 1)
    assert proportion_error(np.array([share]), n)[0] <= error * (1 + 1e-6)
    assert n <= np.ceil(0.25 / error**2)


def test_the_error_of_a_share_is_the_spread_over_repeated_runs():
    runs = np.random.default_rng(0).binomial(400, 0.2, 20_000) / 400
    assert runs.std() == pytest.approx(proportion_error(np.array(0.2), 400), rel=0.02)


@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_the_interval_holds_the_quantile_as_often_as_it_says(quantile):
    draws = np.random.default_rng(1).random((200, 4000))
    _, low, high = quantile_interval(draws, quantile)
    assert 0.95 <= ((low <= quantile) & (quantile <= high)).mean() <= 0.985


def test_too_few_draws_bound_a_quantile_on_one_side_only():
    estimate, low, high = quantile_interval(np.arange(10.0)[:, None], 0.05)
    assert low[0] == -np.inf
    assert estimate[0] < high[0] < np.inf


def test_rows_with_gaps_have_no_interval():
    assert np.isnan(quantile_interval(np.array([[np.nan], [1.0]]), 0.5)).all()


@pytest.mark.parametrize(
    "bad", [lambda: quantile_interval(np.ones((3, 1)), 0.0), lambda: draws_needed(np.ones(1), 0)]
)
def test_figures_that_are_none_are_refused(bad):
    with pytest.raises(MethodError):
        bad()
