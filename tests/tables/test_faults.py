"""Many alike faults are listed up to a limit and counted beyond it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scindex.findings import Finding
from scindex.tables.faults import MAX_LISTED, SHOWN, each, first_of_each, forgiven, shorten


@given(st.integers(0, 3 * MAX_LISTED))
def test_no_fault_is_lost(n):
    found = each("x", range(n), str)
    listed = [f for f in found if f.code == "x"]
    assert len(listed) + sum(f.params["count"] for f in found if f.code == "and-more") == n
    assert len(found) <= MAX_LISTED + 1


@given(st.lists(st.integers(0, 5)), st.randoms(use_true_random=False))
def test_first_and_count_of_each_code(codes, order):
    among = [order.random() < 0.7 for _ in codes]
    kept: dict[int, list[int]] = {}
    for i, (code, use) in enumerate(zip(codes, among)):
        if use:
            kept.setdefault(code, []).append(i)
    expected = [(code, at[0], len(at)) for code, at in kept.items()]
    assert first_of_each(np.array(codes, dtype=int), np.array(among, dtype=bool)) == expected


def test_only_errors_are_forgiven():
    found = forgiven([Finding("a"), Finding("b", "warning"), Finding("c", "note")])
    assert [f.severity for f in found] == ["warning", "warning", "note"]
    assert ["skipped" in f.params for f in found] == [True, False, False]


def test_a_text_is_cut_and_a_number_is_not():
    assert len(shorten("x" * 500)) == SHOWN
    assert shorten(5.0) == 5.0
