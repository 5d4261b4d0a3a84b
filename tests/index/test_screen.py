import csv
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scindex.errors import MethodError
from scindex.index.screen import CITIES, INDICATORS, screen

nan = np.nan
VALUES = np.array([[1.0, 2, 3, 4], [0, 0, 0, 5], [nan, nan, nan, 6], [0, 0, nan, nan]])
ALL = np.ones((4, 4), dtype=bool)
cells = hnp.arrays(float, (4, 5), elements=st.sampled_from([nan, 0.0, 1.0, 2.0]))
masks = hnp.arrays(bool, (4, 5))


def test_by_missing_by_zeros_and_by_both():
    by_missing = screen(VALUES, ALL, axis=INDICATORS, min_available=0.6)
    assert by_missing.kept.tolist() == [True, True, False, False]
    by_zeros = screen(VALUES, ALL, axis=INDICATORS, min_available=None, max_zeros=0.5)
    assert by_zeros.kept.tolist() == [True, False, True, False]
    both = screen(VALUES, ALL, axis=INDICATORS, min_available=0.6, max_zeros=0.5)
    assert both.kept.tolist() == [True, False, False, False]
    assert both.available.tolist() == [1, 1, 0.25, 0.5]
    assert both.zeros.tolist() == [0, 0.75, 0, 1]


def test_asem_countries_with_nearly_complete_data(shared):
    """Counted with csv alone: countries with at least 44 of 49 values."""
    with (shared / "data" / "asem" / "iMeta.csv").open(encoding="utf-8") as file:
        codes = [row["iCode"] for row in csv.DictReader(file) if row["Type"] == "Indicator"]
    with (shared / "data" / "asem" / "iData.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    counted = [sum(r[c] not in ("", "NA") for c in codes) >= 44 for r in rows]
    values = np.array([[float(r[c]) if r[c] not in ("", "NA") else nan for r in rows] for c in codes])
    found = screen(values, np.ones(values.shape, dtype=bool), axis=CITIES, min_available=44 / 49)
    assert found.kept.tolist() == counted
    assert 0 < sum(counted) < 51


def test_what_does_not_apply_counts_neither_way():
    applicable = ALL.copy()
    applicable[2, :3] = False
    applicable[1, :3] = False
    found = screen(VALUES, applicable, axis=INDICATORS, min_available=0.9, max_zeros=0.1)
    assert found.kept.tolist() == [True, True, True, False]


def test_nothing_that_applies_is_nothing_available():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = screen(VALUES, ~ALL, axis=INDICATORS, min_available=0.01, max_zeros=0.0)
        assert not found.kept.any()
        assert np.isnan(found.available).all()
        assert np.isnan(found.zeros).all()
        assert screen(VALUES, ~ALL, axis=INDICATORS, min_available=0.0).kept.all()


def test_without_limits_everything_stays():
    assert screen(VALUES, ALL, axis=CITIES, min_available=None).kept.all()


@given(values=cells, applicable=masks, axis=st.sampled_from([INDICATORS, CITIES]))
@settings(max_examples=50)
def test_the_order_of_rows_and_columns_does_not_matter_and_axes_mirror(values, applicable, axis):
    limits = {"min_available": 0.5, "max_zeros": 0.5}
    one = screen(values, applicable, axis=axis, **limits)
    turned = screen(values.T, applicable.T, axis=-1 - axis, **limits)
    np.testing.assert_array_equal(one.kept, turned.kept)
    mixed = screen(values[::-1, ::-1], applicable[::-1, ::-1], axis=axis, **limits)
    np.testing.assert_array_equal(one.kept, mixed.kept[::-1])


@given(values=cells, applicable=masks, low=st.floats(0, 1), high=st.floats(0, 1))
@settings(max_examples=50)
def test_a_stricter_limit_never_keeps_more(values, applicable, low, high):
    low, high = sorted((low, high))
    lenient = screen(values, applicable, axis=CITIES, min_available=low, max_zeros=high).kept
    strict = screen(values, applicable, axis=CITIES, min_available=high, max_zeros=low).kept
    assert not (strict & ~lenient).any()


@given(values=cells, keep=hnp.arrays(bool, 5), drop=hnp.arrays(bool, 5))
@settings(max_examples=50)
def test_force_wins_over_the_shares(values, keep, drop):
    drop = drop & ~keep
    everywhere = np.ones(values.shape, dtype=bool)
    free = screen(values, everywhere, axis=CITIES, min_available=0.7)
    found = screen(values, everywhere, axis=CITIES, min_available=0.7, keep=keep, drop=drop)
    assert found.kept[keep].all()
    assert not found.kept[drop].any()
    np.testing.assert_array_equal(found.kept[~keep & ~drop], free.kept[~keep & ~drop])
    np.testing.assert_array_equal(found.forced, found.kept != free.kept)


@pytest.mark.parametrize("axis", [INDICATORS, CITIES])
def test_each_draw_is_screened_by_itself(axis):
    rng = np.random.default_rng(0)
    values = np.where(rng.uniform(size=(4, 6, 5)) < 0.4, nan, 1.0)
    everywhere = np.ones(values.shape, dtype=bool)
    keep = np.arange(4 if axis == INDICATORS else 5) == 1
    found = screen(values, everywhere, axis=axis, keep=keep)
    for draw in range(6):
        alone = screen(values[:, draw], everywhere[:, draw], axis=axis, keep=keep).kept
        np.testing.assert_array_equal(found.kept[:, draw] if axis == INDICATORS else found.kept[draw], alone)


@pytest.mark.parametrize("limits", [{"min_available": 65}, {"max_zeros": -0.1}, {"min_available": nan}])
def test_what_is_no_share_is_refused(limits):
    with pytest.raises(MethodError) as caught:
        screen(VALUES, ALL, axis=CITIES, **limits)
    assert caught.value.findings[0].code == "screen-not-a-share"
    assert next(iter(limits)) in str(caught.value)


def test_what_is_to_be_kept_and_dropped_is_refused():
    with pytest.raises(MethodError) as caught:
        screen(VALUES, ALL, axis=CITIES, keep=ALL[0], drop=np.arange(4) > 1)
    assert caught.value.findings[0].code == "screen-kept-and-dropped"
    assert caught.value.findings[0].params == {"n": 2}
