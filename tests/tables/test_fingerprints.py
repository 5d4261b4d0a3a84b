"""Fingerprints of texts: equal texts agree, whatever chunks and slices they come in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from scindex.tables.fingerprints import fingerprint

texts = st.lists(st.one_of(st.none(), st.text(max_size=300)), min_size=1, max_size=30)


@given(texts)
def test_equal_texts_agree_and_different_ones_differ(values):
    series = pd.Series([None if v is None else v.replace("\x00", "") for v in values], dtype="str")
    prints = fingerprint(series)
    for one, a in zip(series, prints):
        for two, b in zip(series, prints):
            if isinstance(one, str) and isinstance(two, str) and one == two:
                assert a == b
            elif isinstance(one, str) and isinstance(two, str) and one[:60] != two[:60]:
                assert a != b


@given(texts, st.integers(0, 29))
def test_a_slice_has_the_fingerprints_of_its_texts(values, start):
    series = pd.Series(values, dtype="str")
    assert np.array_equal(fingerprint(series.iloc[start:]), fingerprint(series)[start:])


def test_a_million_plot_numbers_all_differ():
    numbers = pd.Series([f"1111010100{i:09}" for i in range(1_000_000)], dtype="str")
    assert len(np.unique(fingerprint(numbers))) == len(numbers)
