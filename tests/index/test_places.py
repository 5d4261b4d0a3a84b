import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from scindex.index.places import borda, percentile_rank, rank

values_with_gaps = st.lists(st.one_of(st.integers(0, 9), st.just(np.nan)), min_size=1, max_size=15).map(
    lambda x: np.array(x, dtype=float)
)


@given(values=values_with_gaps, ties=st.sampled_from(["average", "min"]))
@settings(max_examples=80)
def test_places_are_scipys_ranks_of_the_values_present(values, ties):
    known = ~np.isnan(values)
    expected = np.full(values.shape, np.nan)
    expected[known] = rankdata(values[known], method=ties)
    np.testing.assert_array_equal(rank(values, ties=ties), expected)


def test_r_base_rank_with_ties_min_as_in_coinr():
    """n_rank, n_borda, n_prank of COINr with their default `ties.method = "min"`, worked by hand."""
    values = np.array([7.0, 3, np.nan, 7, 5])
    np.testing.assert_array_equal(rank(values, ties="min"), [3, 1, np.nan, 3, 2])
    np.testing.assert_array_equal(borda(values, ties="min"), [2, 0, np.nan, 2, 1])
    expected = np.array([2, 0, np.nan, 2, 1]) / 3 * 100
    np.testing.assert_allclose(percentile_rank(values, ties="min"), expected)


@given(values=values_with_gaps)
@settings(max_examples=40)
def test_shared_places_keep_their_sum(values):
    n = np.count_nonzero(~np.isnan(values))
    assert np.nansum(rank(values)) == pytest.approx(n * (n + 1) / 2)


def test_each_series_has_its_own_places():
    values = np.random.default_rng(0).integers(0, 5, (3, 4, 7)).astype(float)
    places = rank(values)
    assert places.shape == values.shape
    np.testing.assert_array_equal(places[2, 1], rankdata(values[2, 1]))


def test_one_city_has_a_place_but_no_percentile():
    assert rank(np.array([5.0])).tolist() == [1]
    assert np.isnan(percentile_rank(np.array([5.0, np.nan]))).all()
    assert rank(np.empty((2, 0))).shape == (2, 0)


def test_infinite_values_have_places():
    assert rank(np.array([np.inf, 1, -np.inf])).tolist() == [3, 2, 1]
