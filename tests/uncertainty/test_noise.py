from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scindex.errors import MethodError
from scindex.uncertainty.draws import stream
from scindex.uncertainty.noise import error_normals, measure_noise, perturb

Z = stream(0, 0, "data").standard_normal((1, 256, 1))
RANGES = {"share": (0.0, 100.0), "amount": (0.0, np.inf), "below": (-np.inf, 0.0), "any": (-np.inf, np.inf)}


def drawn(value, error, bounds, kind="relative", z=Z):
    given = {"relative": np.array([[np.nan]]), kind: np.array([[error]])}
    low, high = (np.array([end]) for end in bounds)
    return perturb(measure_noise(np.array([[value]]), low=low, high=high, **given), z)[0, :, 0]


def inside(bounds, part):
    low, high = bounds
    if np.isfinite(low) and np.isfinite(high):
        return low + part * (high - low)
    if np.isfinite(low):
        return low + 1000 * part
    return high - 1000 * part if np.isfinite(high) else 1000 * (part - 0.5)


@pytest.mark.parametrize("bounds", RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("kind", ["relative", "absolute"])
@given(
    part=st.floats(0, 1),
    errors=st.tuples(st.floats(0, 3), st.floats(0, 3)),
    tail=st.sampled_from([5, 10, 25]),
)
def test_a_larger_error_never_narrows_an_interval(bounds, kind, part, errors, tail):
    value = inside(bounds, part)
    scale = 1 if kind == "relative" else 50
    less, more = (drawn(value, scale * e, bounds, kind) for e in sorted(errors))
    widths = [np.subtract(*np.percentile(draws, [100 - tail, tail])) for draws in (less, more)]
    assert widths[0] <= widths[1] * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("bounds", RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("kind", ["relative", "absolute"])
@given(part=st.floats(0, 1), error=st.floats(0, 3))
def test_draws_respect_the_range_and_keep_the_value_as_median(bounds, kind, part, error):
    value = inside(bounds, part)
    z = np.linspace(-4, 4, 81)[None, :, None]
    draws = drawn(value, error, bounds, kind, z)
    assert (draws >= bounds[0]).all()
    assert (draws <= bounds[1]).all()
    assert (np.diff(draws) >= -1e-9 * max(1, abs(value))).all()
    assert draws[40] == pytest.approx(value, abs=1e-9)


def test_a_relative_error_is_the_coefficient_of_variation_of_a_positive_amount():
    many = stream(0, 1, "data").standard_normal((1, 200_000, 1))
    draws = drawn(40.0, 0.3, RANGES["amount"], z=many)
    assert draws.std() / draws.mean() == pytest.approx(0.3, rel=0.02)


def test_a_small_relative_error_is_that_of_the_smaller_of_share_and_complement():
    many = stream(0, 1, "data").standard_normal((1, 100_000, 1))
    for share, smaller in ((2, 2), (50, 50), (98, 2)):
        assert drawn(float(share), 0.05, RANGES["share"], z=many).std() == pytest.approx(
            0.05 * smaller, rel=0.03
        )


@given(share=st.floats(0, 100), error=st.floats(0, 2))
def test_a_share_and_its_complement_err_alike(share, error):
    up, down = drawn(share, error, RANGES["share"]), drawn(100 - share, error, RANGES["share"], z=-Z)
    assert up + down == pytest.approx(100)


@pytest.mark.parametrize(
    ("value", "bounds"), [(0.0, "share"), (100.0, "share"), (0.0, "amount"), (0.0, "any")]
)
def test_values_at_an_end_stay_put_under_a_relative_error(value, bounds):
    assert (drawn(value, 2.0, RANGES[bounds]) == value).all()


@pytest.mark.parametrize(("value", "bounds"), [(0.0, "share"), (100.0, "share"), (0.0, "amount")])
def test_values_at_an_end_move_inwards_in_half_the_draws_under_an_absolute_error(value, bounds):
    assert (drawn(value, 2.0, RANGES[bounds], "absolute") == value).mean() == pytest.approx(0.5, abs=0.1)


def test_counts_follow_jeffreys_posterior():
    z = np.array([-1.5, 0.0, 1.5])[None, :, None]
    for x, n in ((0.0, 50.0), (30.0, 50.0), (100.0, 50.0)):
        k = n * x / 100
        expected = 100 * stats.beta(k + 0.5, n - k + 0.5).ppf(stats.norm.cdf(z.ravel()))
        assert drawn(x, n, RANGES["share"], "exposure", z) == pytest.approx(expected)
        expected = stats.gamma(x * n + 0.5, scale=1 / n).ppf(stats.norm.cdf(z.ravel()))
        assert drawn(x, n, RANGES["amount"], "exposure", z) == pytest.approx(expected)


@pytest.mark.parametrize("value", [0.0, 7.0, 50.0])
def test_a_larger_count_base_gives_a_narrower_interval(value):
    few, many = (
        np.ptp(np.percentile(drawn(value, n, RANGES["share"], "exposure"), [5, 95])) for n in (50.0, 500.0)
    )
    assert many < few


def test_absolute_errors_override_counts_and_counts_override_relative_errors():
    low, high, given = np.array([0.0]), np.array([np.inf]), {"relative": np.array([[0.5, 0.5, 0.5, np.nan]])}
    noise = measure_noise(np.full((1, 4), 9.0), low=low, high=high, **given,
                          exposure=np.array([[np.nan, 4.0, 4.0, np.nan]]),
                          absolute=np.array([[np.nan, np.nan, 1.0, np.nan]]))  # fmt: skip
    relative, counted, absolute, none = perturb(noise, np.ones((1, 1, 4)))[0, 0]
    assert relative == pytest.approx(9 * np.exp(np.sqrt(np.log(1.25))))
    assert counted == pytest.approx(stats.gamma(36.5, scale=1 / 4).ppf(stats.norm.cdf(1)))
    assert (absolute, none) == (10, 9)


def test_missing_values_stay_missing_and_inputs_are_not_changed():
    values = np.array([[np.nan, 5.0]])
    noise = measure_noise(values, low=np.array([0.0]), high=np.array([10.0]), relative=np.array([[0.1, 0.0]]))
    draws = perturb(noise, np.ones((1, 3, 2)))
    assert np.isnan(draws[0, :, 0]).all()
    assert (draws[0, :, 1] == 5).all()
    assert values[0, 1] == 5


def test_cells_of_one_group_err_together_across_leaves_and_leave_the_others_as_they_were():
    alone = np.full((2, 3), -1)
    grouped = np.array([[-1, 4, -1], [-1, 4, 9]])
    single, shared = (error_normals(stream(0, 0, "data"), 64, g) for g in (alone, grouped))
    assert (shared[0, :, 1] == shared[1, :, 1]).all()
    untouched = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2)]
    assert all((shared[i, :, j] == single[i, :, j]).all() for i, j in untouched)
    assert abs(np.corrcoef(single.transpose(0, 2, 1).reshape(6, 64))[~np.eye(6, dtype=bool)]).max() < 0.5


@pytest.mark.parametrize(
    "bad",
    [
        {"relative": np.array([[-0.1]])},
        {"relative": np.array([[np.inf]])},
        {"relative": np.array([[0.1]]), "absolute": np.array([[-1.0]])},
        {"relative": np.array([[0.1]]), "exposure": np.array([[0.0]])},
        {"relative": np.array([[0.1]]), "low": np.array([8.0])},
        {"relative": np.array([[0.1]]), "low": np.array([-np.inf]), "exposure": np.array([[9.0]])},
    ],
)
def test_errors_that_are_none_are_refused(bad):
    with pytest.raises(MethodError):
        measure_noise(np.array([[5.0]]), **{"low": np.array([0.0]), "high": np.array([10.0]), **bad})
