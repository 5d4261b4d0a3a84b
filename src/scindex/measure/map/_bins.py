"""Compiled loops of `grid` and `exact` for many rows. Imported inside functions only: numba comes with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_jit: Any = njit
outer = _jit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)

_BITS, _HALF = 31, 1 << 30
_MASK = (1 << _BITS) - 1
"""How `grid.Grid.join` makes a key of row and column."""


@outer
def keys(x, y, x0, y0, size, out):
    """Write the cell of each point, -1 where it has none."""
    for i in range(len(x)):
        column, row = np.floor((x[i] - x0) / size), np.floor((y[i] - y0) / size)
        if abs(column) < _HALF and abs(row) < _HALF:
            out[i] = ((np.int64(row) + _HALF) << _BITS) | (np.int64(column) + _HALF)
        else:
            out[i] = -1


@outer
def frame(key):
    """First column and row among the cells, and how many columns and rows they reach over."""
    west, south, east, north = key[0] & _MASK, key[0] >> _BITS, key[0] & _MASK, key[0] >> _BITS
    for i in range(len(key)):
        column, row = key[i] & _MASK, key[i] >> _BITS
        west, east = min(west, column), max(east, column)
        south, north = min(south, row), max(north, row)
    return west, south, east - west + 1, north - south + 1


@outer
def add(key, nano, west, south, columns, sums, counts):
    """Add each amount to its cell."""
    for i in range(len(key)):
        at = ((key[i] >> _BITS) - south) * columns + (key[i] & _MASK) - west
        sums[at] += nano[i]
        counts[at] += 1
