"""Skewness and kurtosis as SAS, SPSS and Excel report them."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as oracle

from scindex.stats import kurtosis, skewness, skewness_and_kurtosis

samples = st.lists(st.integers(-1000, 1000), min_size=4, max_size=20).map(lambda x: np.array(x, dtype=float))


def test_excels_worked_examples():
    """SKEW and KURT of 3, 4, 5, 2, 3, 4, 5, 6, 4, 7 in Microsoft's own help pages of the two functions."""
    values = np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])
    assert skewness(values) == pytest.approx(0.359543071, abs=1e-9)
    assert kurtosis(values) == pytest.approx(-0.151799637, abs=1e-9)


@given(values=samples)
@settings(max_examples=50)
def test_they_are_scipys_unbiased_estimates(values):
    assume(np.ptp(values) > 0)
    skew, kurt = skewness_and_kurtosis(values)
    assert skew == pytest.approx(oracle.skew(values, bias=False), abs=1e-9)
    assert kurt == pytest.approx(oracle.kurtosis(values, bias=False), abs=1e-9)


@given(values=samples, shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100))
@settings(max_examples=50)
def test_unit_and_origin_do_not_matter_and_a_mirror_turns_skewness_alone(values, shift, scale):
    assume(np.ptp(values) > 0)
    skew, kurt = skewness_and_kurtosis(values)
    assert skewness_and_kurtosis(shift + scale * values) == pytest.approx((skew, kurt), abs=1e-6)
    assert skewness_and_kurtosis(-values) == pytest.approx((-skew, kurt), abs=1e-9)


def test_missing_values_are_left_out():
    values = np.array([[1.0, np.nan, 2, 4, 8], [1.0, 2, 4, 8, np.nan]])
    assert skewness(values).tolist() == pytest.approx([skewness(np.array([1.0, 2, 4, 8]))] * 2)


def test_every_leading_axis_is_a_series():
    values = np.random.default_rng(0).lognormal(size=(3, 4, 9))
    skew, kurt = skewness_and_kurtosis(values)
    assert skew.shape == kurt.shape == (3, 4)
    assert skew[2, 1] == skewness(values[2, 1])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("value", [0.1, np.nan, -7.0])
def test_equal_or_missing_values_have_neither(n, value):
    """0.1 is the case where the mean of equal values is off by a rounding."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(skewness_and_kurtosis(np.full(n, value))).all()


def test_too_few_values_have_none():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(skewness(np.array([1.0, 2])))
        assert np.isfinite(skewness(np.array([1.0, 2, 4])))
        assert np.isnan(kurtosis(np.array([1.0, 2, 4])))
        assert np.isfinite(kurtosis(np.array([1.0, 2, 4, 5])))


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_powers_neither_overflow_nor_vanish(scale):
    values = np.array([1.0, 2, 4, 9])
    assert skewness_and_kurtosis(values * scale) == pytest.approx(skewness_and_kurtosis(values))
