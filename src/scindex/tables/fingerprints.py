"""Sixty-four bits that stand for a text: keys of a million rows compared without a table of texts."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

MIX = np.uint64(0x9E3779B97F4A7C15)
"""Odd multiplier that keeps the columns of a key apart."""

LONG = 256
"""Bytes of a text that are looked at; longer texts that begin alike may share a fingerprint."""


def fingerprint(values: pd.Series) -> np.ndarray:
    """Return 64 bits of each value: equal values always agree, different ones nearly always differ.

    Parameters
    ----------
    values : Series
        Texts or numbers; missing ones share a fingerprint.

    Returns
    -------
    ndarray of uint64, shape (n,)

    Notes
    -----
    Eight letters at a time are mixed by a multiplication modulo 2^64. Who needs to be
    sure compares the values that agree.

    Examples
    --------
    >>> one, two, three = fingerprint(pd.Series(["ab", "ba", "ab"], dtype="str"))
    >>> bool(one == three), bool(one == two)
    (True, False)
    """
    if not isinstance(values.dtype, pd.StringDtype):
        return values.to_numpy(dtype=float, na_value=np.nan).view(np.uint64)
    text = pa.Array.from_pandas(values)
    chunks = text.chunks if isinstance(text, pa.ChunkedArray) else [text]
    return np.concatenate([_of_texts(c.cast(pa.large_string())) for c in chunks] or [np.empty(0, np.uint64)])


def _of_texts(text: pa.LargeStringArray) -> np.ndarray:
    out = np.zeros(len(text), dtype=np.uint64)
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return out
    ends = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    letters = np.frombuffer(data, dtype=np.uint8)
    length = np.diff(ends)
    for size in np.flatnonzero(np.bincount(np.minimum(length, LONG))).tolist():
        rows = np.flatnonzero(np.minimum(length, LONG) == size)
        out[rows] = _mixed(letters, ends[:-1][rows], size)
    return out + length.astype(np.uint64) * MIX


def _mixed(letters: np.ndarray, start: np.ndarray, size: int) -> np.ndarray:
    """Return the mixed eights of letters of texts that are all `size` long."""
    out = np.zeros(len(start), dtype=np.uint64)
    for front in range(0, size, 8):
        eight = np.zeros((len(start), 8), dtype=np.uint8)
        width = min(8, size - front)
        if len(start) and width == 8 and (np.diff(start) == size).all():
            whole = letters[start[0] : start[0] + size * len(start)].reshape(-1, size)
            eight[:] = whole[:, front : front + 8]
        else:
            eight[:, :width] = letters[(start + front)[:, None] + np.arange(width)]
        out = (out ^ eight.view(np.uint64)[:, 0]) * MIX
        out ^= out >> np.uint64(29)
    return out
