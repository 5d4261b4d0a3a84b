"""Compiled kernels of `areas` and `lines`. Imported inside functions only: numba is loaded with it.

The area that a ring has in each cell follows from its edges alone. Walking along an edge, each
piece inside one cell adds the area between itself and the cell's east side, and the same height
times the full width to every cell further east in that row. Summed with their signs over all rings
of a polygon, holes turning the other way, these give the polygon's area in each cell, whatever its
shape, in time proportional to edges and cells.

Lengths are taken from the polygon's own south-west corner and cells are cut to its bounds, so that
rounding is relative to the polygon, not to the reference system's origin.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_BITS, _HALF = 31, 1 << 30
"""How `grid.Grid.join` makes a key of row and column."""

_SCRATCH = 1 << 18
"""Cells of a polygon that are looked at together; more are taken in bands of rows."""

_NOTHING = 1e-13
"""Share of a cell (cut to the polygon's bounds) below which an area is rounding, not a piece."""

_FLAT = 1e-12
"""Share of its bounds below which a polygon has no area."""


@njit(cache=True, nogil=True)
def _grown(sources, keys, sizes, needed):
    """Room for more rows of the answer."""
    more = max(needed, 2 * len(keys))
    wider = np.empty(more, np.int64), np.empty(more, np.int64), np.empty(more, np.float64)
    wider[0][: len(keys)] = sources
    wider[1][: len(keys)] = keys
    wider[2][: len(keys)] = sizes
    return wider


@njit(cache=True, nogil=True)
def _ring_area(xy, a, b):
    """Signed area of a closed ring, counter-clockwise positive."""
    x0, y0, twice = xy[a, 0], xy[a, 1], 0.0
    for i in range(a + 1, b - 1):
        twice += (xy[i, 0] - x0) * (xy[i + 1, 1] - y0) - (xy[i + 1, 0] - x0) * (xy[i, 1] - y0)
    return twice / 2


@njit(cache=True, nogil=True)
def _find(lines, value):
    """Which interval between lines holds a value; a line belongs to the interval after it."""
    low, high = 0, len(lines) - 2
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle] <= value:
            low = middle
        else:
            high = middle - 1
    return low


@njit(cache=True, nogil=True)
def _add_piece(xa, ya, xb, yb, at, lines, area, cover):
    """Add a piece of an edge that lies in one row, column by column from west to east."""
    sign = 1.0
    if xa > xb:
        xa, ya, xb, yb, sign = xb, yb, xa, ya, -1.0
    column, last = _find(lines, xa), len(lines) - 2
    x, y = xa, ya
    while True:
        east = lines[column + 1]
        ends = column == last or xb <= east
        x1 = xb if ends else east
        y1 = yb if ends else ya + (yb - ya) * ((x1 - xa) / (xb - xa))
        height = sign * (y - y1)
        area[at + column] += height * (east - (x + x1) / 2)
        cover[at + column + 1] += height
        if ends:
            return
        x, y, column = x1, y1, column + 1


@njit(cache=True, nogil=True)
def _walk(xy, a, b, sign, corner, lines, levels, low, high, area, cover):
    """Add all edges of a ring to the rows from `low` up to `high`."""
    width = len(lines) + 1
    bottom, top = levels[low], levels[high]
    for i in range(a, b - 1):
        xa, ya = xy[i, 0] - corner[0], xy[i, 1] - corner[1]
        xb, yb = xy[i + 1, 0] - corner[0], xy[i + 1, 1] - corner[1]
        if ya == yb or max(ya, yb) <= bottom or min(ya, yb) >= top:
            continue
        turn = sign
        if ya > yb:
            xa, ya, xb, yb, turn = xb, yb, xa, ya, -sign
        row = max(low, _find(levels, ya))
        x, y = xa, max(ya, bottom)
        if y > ya:
            x = xa + (xb - xa) * ((y - ya) / (yb - ya))
        while row < high and y < yb:
            y1 = min(yb, levels[row + 1])
            x1 = xb if y1 == yb else xa + (xb - xa) * ((y1 - ya) / (yb - ya))
            if y1 > y:
                at = (row - low) * width
                if turn > 0:
                    _add_piece(x, y, x1, y1, at, lines, area, cover)
                else:
                    _add_piece(x1, y1, x, y, at, lines, area, cover)
            x, y, row = x1, y1, row + 1


@njit(cache=True, nogil=True)
def _collect(n, source, first, lines, levels, low, high, scratch, out):
    """Sum the rows from west to east, write what is not empty and clear the scratch."""
    area, cover = scratch
    sources, keys, sizes = out
    width = len(lines) + 1
    for row in range(low, high):
        at, sum_height = (row - low) * width, 0.0
        full = levels[row + 1] - levels[row]
        for column in range(len(lines) - 1):
            sum_height += cover[at + column]
            room = full * (lines[column + 1] - lines[column])
            size = sum_height * (lines[column + 1] - lines[column]) + area[at + column]
            if size > _NOTHING * room:
                sources[n] = source
                keys[n] = ((first[1] + row + _HALF) << _BITS) | (first[0] + column + _HALF)
                sizes[n] = size
                n += 1
            area[at + column] = cover[at + column] = 0.0
        cover[at + width - 2] = cover[at + width - 1] = 0.0
    return n


@njit(cache=True, nogil=True)
def _cuts(low, high, first, count, origin, size):
    """Grid lines from `low` to `high`, counted from `low`; the outer two are the bounds themselves."""
    lines = np.empty(count + 1)
    for i in range(count + 1):
        lines[i] = (first + i) * size + origin - low
    lines[0], lines[count] = 0.0, high - low
    return lines


@njit(cache=True, nogil=True)
def _span(low, high, origin, size):
    """First cell and number of cells between two coordinates; a bound on a line enters no cell beyond."""
    first = int(np.floor((low - origin) / size))
    last = int(np.ceil((high - origin) / size)) - 1
    return first, max(1, last - first + 1)


@njit(cache=True, nogil=True)
def _measure(xy, starts, hole, ring, end):
    """Bounds of a polygon and its area, holes taken off."""
    low, high = xy[starts[ring]].copy(), xy[starts[ring]].copy()
    total = 0.0
    for r in range(ring, end):
        for i in range(starts[r], starts[r + 1]):
            low[0], low[1] = min(low[0], xy[i, 0]), min(low[1], xy[i, 1])
            high[0], high[1] = max(high[0], xy[i, 0]), max(high[1], xy[i, 1])
        part = abs(_ring_area(xy, starts[r], starts[r + 1]))
        total += -part if hole[r] else part
    return low, high, total


@njit(cache=True, nogil=True)
def _split(xy, starts, hole, ring, end, source, first, corner, lines, levels, n, out, scratch):
    """Write the area of one polygon in each of its cells, in bands of rows that fit the scratch."""
    columns, rows = len(lines) - 1, len(levels) - 1
    step = max(1, min(rows, _SCRATCH // (columns + 2)))
    room = step * (columns + 2)
    if len(scratch[0]) < room:
        scratch = np.zeros(room), np.zeros(room)
    area, cover = scratch
    for bottom in range(0, rows, step):
        top = min(rows, bottom + step)
        for r in range(ring, end):
            a, b = starts[r], starts[r + 1]
            sign = 1.0 if (_ring_area(xy, a, b) > 0) != hole[r] else -1.0
            _walk(xy, a, b, sign, corner, lines, levels, bottom, top, area, cover)
        needed = n + (top - bottom) * columns
        if needed > len(out[1]):
            out = _grown(out[0], out[1], out[2], needed)
        n = _collect(n, source, first, lines, levels, bottom, top, scratch, out)
    return n, out, scratch


@njit(cache=True, nogil=True)
def areas(xy, starts, source, hole, x0, y0, size):
    """Area of each polygon in each cell: source, key and area, by source, row and column."""
    n, ring, room = 0, 0, len(source) + 1024
    out = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.float64)
    scratch = np.zeros(0), np.zeros(0)
    while ring < len(source):
        end = ring + 1
        while end < len(source) and source[end] == source[ring]:
            end += 1
        low, high, total = _measure(xy, starts, hole, ring, end)
        if total > _FLAT * (high[0] - low[0]) * (high[1] - low[1]):
            column, columns = _span(low[0], high[0], x0, size)
            row, rows = _span(low[1], high[1], y0, size)
            if n + 1 > len(out[1]):
                out = _grown(out[0], out[1], out[2], n + 1)
            if columns == 1 and rows == 1:
                out[0][n], out[2][n] = source[ring], total
                out[1][n] = ((row + _HALF) << _BITS) | (column + _HALF)
                n += 1
            else:
                began = n
                lines = _cuts(low[0], high[0], column, columns, x0, size)
                levels = _cuts(low[1], high[1], row, rows, y0, size)
                first = (column, row)
                n, out, scratch = _split(
                    xy, starts, hole, ring, end, source[ring], first, low, lines, levels, n, out, scratch
                )
                out[2][began:n] *= total / out[2][began:n].sum()
        ring = end
    return out[0][:n], out[1][:n], out[2][:n]
