from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.uncertainty.sensitivity import analyse, design, indices

SEEDS = range(12)


def ishigami(u, a=7.0, b=0.1):
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + a * np.sin(x[..., 1]) ** 2 + b * x[..., 2] ** 4 * np.sin(x[..., 0])


def ishigami_indices(a=7.0, b=0.1):
    """Analytic values (Ishigami and Homma, 1990)."""
    parts = [0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0]
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = sum(parts) + both
    first = np.array(parts) / variance
    return first, first + np.array([both, 0, both]) / variance


G = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(u):
    return np.prod((np.abs(4 * u - 2) + G) / (1 + G), axis=-1)


def g_indices():
    """Analytic values of Sobol's g-function (Saltelli and Sobol', 1995)."""
    parts = 1 / (3 * (1 + G) ** 2)
    variance = np.prod(1 + parts) - 1
    return parts / variance, parts * np.prod(1 + parts) / (1 + parts) / variance


def run(function, n_factors, *, n=128, seed=0, replicates=16):
    rounds = [
        indices(np.atleast_3d(function(design(n_factors, n, replicate=r, seed=seed))))
        for r in range(replicates)
    ]
    return analyse(np.array([f for f, _ in rounds]), np.array([t for _, t in rounds]), n=n)


def holds(interval, truth):
    slack = 1e-12  # an index of exactly 0 or 1 may have no spread at all
    return (interval.low[:-1] - slack <= truth) & (truth <= interval.high[:-1] + slack)


CASES = {"ishigami": (ishigami, 3, ishigami_indices()), "g": (g_function, 4, g_indices())}


def test_the_analytic_values_are_the_published_ones():
    """Printed to three or four decimals in Saltelli et al., "Global Sensitivity Analysis", 2008."""
    first, total = ishigami_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=5e-5)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)


@pytest.mark.parametrize("case", CASES)
def test_sobol_indices_lie_inside_their_intervals(case):
    function, n_factors, (first, total) = CASES[case]
    found = run(function, n_factors, n=512, seed=1)
    assert all(holds(found.first, first))
    assert all(holds(found.total, total))
    assert np.max(found.first.high - found.first.low) < 0.08
    assert not found.findings


@pytest.mark.parametrize("case", CASES)
def test_intervals_hold_the_indices_as_often_as_they_say(case):
    """Over 12 seeds; measured over 60, the 95 % intervals held 92 to 97 % of the indices."""
    function, n_factors, truth = CASES[case]
    runs = [run(function, n_factors, seed=seed) for seed in SEEDS]
    hits = [holds(interval, t) for r in runs for interval, t in zip((r.first, r.total), truth)]
    assert np.mean(hits) >= 0.9


@pytest.mark.parametrize("case", CASES)
def test_the_dummy_covers_zero_as_often_as_it_should(case):
    function, n_factors, _ = CASES[case]
    runs = [run(function, n_factors, seed=seed) for seed in SEEDS]
    warned = [bool(r.findings) for r in runs]
    assert np.mean(warned) <= 0.25
    for r, flag in zip(runs, warned):
        assert flag == (r.first.low[-1] > 0 or r.first.high[-1] < 0)
        assert r.total.estimate[-1] == 0


def test_a_dummy_that_misses_zero_is_a_warning():
    first = np.tile([0.5, 0.1], (16, 1)) + np.random.default_rng(0).normal(0, 0.01, (16, 2))
    found = analyse(first, first * [1, 0], n=2)
    assert [f.code for f in found.findings] == ["sensitivity-dummy"]
    assert found.findings[0].severity == "warning"
    # in per cent of the variance, as the screen shows shares
    params = found.findings[0].params
    assert params["low"] == pytest.approx(100 * found.first.low[-1], rel=0.05)
    assert params["high"] == pytest.approx(100 * found.first.high[-1], rel=0.05)
    assert params["doubled"] == 4


@settings(max_examples=20)
@given(gains=st.lists(st.floats(-5, 5), min_size=1, max_size=4), seed=st.integers(0, 100))
def test_an_additive_model_shares_its_variance_out(gains, seed):
    gains = np.array([*gains, 1.0])
    found = run(lambda u: (u * gains).sum(axis=-1), len(gains), n=1024, seed=seed)
    truth = gains**2 / (gains**2).sum()
    assert found.first.estimate[:-1] == pytest.approx(truth, abs=0.05)
    assert found.total.estimate[:-1] == pytest.approx(truth, abs=0.05)


@given(shift=st.floats(-1e3, 1e3), scale=st.floats(0.01, 100))
def test_neither_unit_nor_zero_of_the_outputs_matters(shift, scale):
    points = design(3, 32, replicate=0, seed=0)
    outputs = ishigami(points)[..., None]
    for once, again in zip(indices(outputs), indices(shift + scale * outputs)):
        assert again == pytest.approx(once, abs=1e-6)


def test_outputs_are_weighted_by_their_variance():
    """y1 = 3 u1 and y2 = u2 have variances 9/12 and 1/12: shares 0.9 and 0.1."""
    found = run(lambda u: u * np.array([3.0, 1.0]), 2)
    assert found.first.estimate[:2] == pytest.approx([0.9, 0.1], abs=0.005)
    assert found.total.estimate[:2] == pytest.approx([0.9, 0.1], abs=0.005)


def test_a_constant_output_changes_nothing():
    both = run(lambda u: np.stack([ishigami(u), np.full(u.shape[:2], 7.0)], axis=-1), 3, n=32)
    alone = run(ishigami, 3, n=32)
    assert both.first.estimate == pytest.approx(alone.first.estimate)


def test_choices_are_factors_too():
    """A choice of three worth 0, 0, 6 (variance 8) beside u on 0 to sqrt(12) (variance 1)."""
    found = run(lambda u: 6.0 * (u[..., 0] >= 2 / 3) + np.sqrt(12) * u[..., 1], 2, n=256)
    assert found.first.estimate[:2] == pytest.approx([8 / 9, 1 / 9], abs=0.01)


def test_interaction_shows_in_the_total_order_only():
    found = run(lambda u: (u[..., 0] - 0.5) * (u[..., 1] - 0.5), 2)
    assert found.first.estimate[:2] == pytest.approx([0, 0], abs=0.02)
    assert found.total.estimate[:2] == pytest.approx([1, 1], abs=0.05)


def test_a_design_mixes_one_column_at_a_time():
    points = design(3, 16, replicate=2, seed=5)
    a, b = points[:2]
    for i in range(3):
        others = [k for k in range(3) if k != i]
        assert (points[2 + i][:, i] == b[:, i]).all()
        assert (points[2 + i][:, others] == a[:, others]).all()
    assert ((points >= 0) & (points < 1)).all()
    # a balanced net: one point in each sixteenth, in every column of A and B
    for column in np.c_[a, b].T:
        assert sorted((column * 16).astype(int)) == list(range(16))


def test_seed_zero_is_a_seed_and_each_replicate_its_own():
    first, again = (design(2, 8, replicate=0, seed=0) for _ in range(2))
    assert (first == again).all()
    assert not (design(2, 8, replicate=1, seed=0) == first).any()
    assert not (design(2, 8, replicate=0, seed=1) == first).any()


def test_where_nothing_varies_no_factor_has_a_share():
    found = run(lambda u: np.full(u.shape[:2], 0.1), 2, n=8)
    assert np.isnan(found.first.estimate).all()
    assert [f.code for f in found.findings] == ["sensitivity-no-spread"]


@pytest.mark.parametrize(
    "bad",
    [
        partial(design, 0, 8, replicate=0, seed=0),
        partial(design, 2, 100, replicate=0, seed=0),
        partial(design, 2, 1, replicate=0, seed=0),
        partial(indices, np.full((3, 4, 1), np.nan)),
        partial(analyse, np.zeros((15, 2)), np.zeros((15, 2)), n=8),
    ],
)
def test_what_has_no_indices_is_refused(bad):
    with pytest.raises(MethodError):
        bad()
