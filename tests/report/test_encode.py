"""Numbers and texts inside a page."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scindex.report.encode import TYPES, Blocks, script_json, shares


def decoded(block):
    """Read a block back as the page does."""
    kind = np.dtype(TYPES[block["type"]])
    if "fill" in block:
        return np.full(block["n"], np.nan if block["fill"] is None else block["fill"], dtype=kind)
    values = np.frombuffer(base64.b64decode(block["values"]), dtype=kind)
    if "at" not in block:
        return values
    out = np.zeros(block["n"], dtype=kind)
    out[np.frombuffer(base64.b64decode(block["at"]), dtype=np.uint32)] = values
    return out


@given(arrays(np.float32, st.integers(0, 50), elements=st.floats(-1e9, 1e9, width=32) | st.just(0.0)))
def test_what_is_stored_is_read_back(values):
    blocks = Blocks()
    number = blocks.add(values, "f4")
    assert (decoded(blocks.listed[number]) == values).all()


def test_missing_values_are_read_back():
    blocks = Blocks()
    for values in ([np.nan, np.nan], [np.nan, 0.0, 1.0, 0, 0, 0, 0, 0]):
        read = decoded(blocks.listed[blocks.add(np.array(values), "f8")])
        assert read == pytest.approx(np.array(values), nan_ok=True)


def test_what_is_alike_is_stored_once_and_what_is_mostly_zero_is_short():
    blocks = Blocks()
    sparse = np.zeros(10_000)
    sparse[7] = 3
    assert blocks.add(sparse, "f4") == blocks.add(sparse.copy(), "f4")
    assert blocks.add(sparse, "f8") == 1
    assert len(json.dumps(blocks.listed[0])) < 100


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "a\u2028b\u2029c", "<!--", "&amp;", "'\"\\"]
)
def test_no_text_ends_the_script_it_stands_in(text):
    written = script_json({"name": text})
    assert not any(c in written for c in "<>&\u2028\u2029")
    assert json.loads(written)["name"] == text


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_share_that_is_neither_none_nor_all_is_never_shown_as_such(part, whole):
    part = min(part, whole)
    found = int(shares(np.array([part]), np.array([whole]))[0])
    assert abs(found / 200 - part / whole) <= 0.005 + 1e-12
    if part / whole not in (0.0, 1.0):
        assert 0 < found < 200
