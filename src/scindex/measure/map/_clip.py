"""Compiled kernels of `areas`. Imported inside functions only: numba is loaded with it.

The area that a ring has in each cell follows from its edges alone. Walking along an edge, each
piece inside one cell adds the area between itself and the cell's east side, and the same height
times the full width to every cell further east in that row. Summed with their signs over all rings
of a polygon, holes turning the other way, these give the polygon's area in each cell, whatever its
shape, in time proportional to edges and cells.

Lengths are taken from the polygon's own south-west corner and cells are cut to its bounds, so that
rounding is relative to the polygon, not to the reference system's origin.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

# what only kernels call needs no door to Python; without doors and checks compiling takes half the time
_jit: Any = njit
inner = _jit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, no_cpython_wrapper=True)
outer = _jit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, cache=True)

_BITS, _HALF = 31, 1 << 30
"""How `grid.Grid.join` makes a key of row and column."""

_NOTHING = 1e-13
"""Share of a cell (cut to the polygon's bounds) below which an area is rounding, not a piece."""

_FLAT = 1e-12
"""Share of its bounds below which a polygon has no area."""


@inner
def _ring_area(xy, a, b):
    """Signed area of a closed ring, counter-clockwise positive."""
    x0, y0, twice = xy[a, 0], xy[a, 1], 0.0
    for i in range(a + 1, b - 1):
        twice += (xy[i, 0] - x0) * (xy[i + 1, 1] - y0) - (xy[i + 1, 0] - x0) * (xy[i, 1] - y0)
    return twice / 2


@inner
def _find(lines, last, value):
    """Which interval between lines, up to the `last`, holds a value; a line belongs to the one after it."""
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle] <= value:
            low = middle
        else:
            high = middle - 1
    return low


@inner
def _add_piece(xa, ya, xb, yb, at, lines, last, area, cover):
    """Add a piece of an edge that lies in one row, column by column from west to east."""
    sign = 1.0
    if xa > xb:
        xa, ya, xb, yb, sign = xb, yb, xa, ya, -1.0
    column = _find(lines, last, xa)
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


@inner
def _walk(xy, a, b, sign, x0, y0, lines, columns, levels, rows, low, high, area, cover):
    """Add all edges of a ring to the rows from `low` up to `high`."""
    bottom, top, last = levels[low], levels[high], columns - 1
    for i in range(a, b - 1):
        xa, ya = xy[i, 0] - x0, xy[i, 1] - y0
        xb, yb = xy[i + 1, 0] - x0, xy[i + 1, 1] - y0
        if ya == yb or max(ya, yb) <= bottom or min(ya, yb) >= top:
            continue
        turn = sign
        if ya > yb:
            xa, ya, xb, yb, turn = xb, yb, xa, ya, -sign
        row = max(low, _find(levels, rows - 1, ya))
        x, y = xa, max(ya, bottom)
        if y > ya:
            x = xa + (xb - xa) * ((y - ya) / (yb - ya))
        while row < high and y < yb:
            y1 = min(yb, levels[row + 1])
            x1 = xb if y1 == yb else xa + (xb - xa) * ((y1 - ya) / (yb - ya))
            if y1 > y:
                at = (row - low) * (columns + 1)
                if turn > 0:
                    _add_piece(x, y, x1, y1, at, lines, last, area, cover)
                else:
                    _add_piece(x1, y1, x, y, at, lines, last, area, cover)
            x, y, row = x1, y1, row + 1


@inner
def _collect(n, source, column, row, lines, columns, levels, low, high, area, cover, sources, keys, sizes):
    """Sum the rows from west to east, write what is not empty and clear the scratch."""
    for r in range(low, high):
        at, sum_height = (r - low) * (columns + 1), 0.0
        full = levels[r + 1] - levels[r]
        for c in range(columns):
            sum_height += cover[at + c]
            width = lines[c + 1] - lines[c]
            size = sum_height * width + area[at + c]
            if size > _NOTHING * full * width:
                sources[n] = source
                keys[n] = ((row + r + _HALF) << _BITS) | (column + c + _HALF)
                sizes[n] = size
                n += 1
            area[at + c] = cover[at + c] = 0.0
        cover[at + columns] = 0.0
    return n


@inner
def _cuts(lines, low, high, first, count, origin, size):
    """Write the grid lines between two bounds, counted from `low`; the outer two are the bounds."""
    for i in range(count + 1):
        lines[i] = (first + i) * size + origin - low
    lines[0], lines[count] = 0.0, high - low


@outer
def measure(xy, starts, source, hole, x0, y0, size, rings, spans, bounds):
    """Bounds, area, first cell and number of cells of each polygon; how many have an area."""
    n, ring = 0, 0
    while ring < len(source):
        end, total, i = ring, 0.0, starts[ring]
        west, south, east, north = xy[i, 0], xy[i, 1], xy[i, 0], xy[i, 1]
        while end < len(source) and source[end] == source[ring]:
            for i in range(starts[end], starts[end + 1]):
                west, east = min(west, xy[i, 0]), max(east, xy[i, 0])
                south, north = min(south, xy[i, 1]), max(north, xy[i, 1])
            part = abs(_ring_area(xy, starts[end], starts[end + 1]))
            total += -part if hole[end] else part
            end += 1
        if total > _FLAT * (east - west) * (north - south):
            rings[n, 0], rings[n, 1] = ring, end
            bounds[n, 0], bounds[n, 1], bounds[n, 2], bounds[n, 3] = west, south, east, north
            bounds[n, 4] = total
            # a bound on a line enters no cell beyond it
            spans[n, 0], spans[n, 1] = np.floor((west - x0) / size), np.floor((south - y0) / size)
            spans[n, 2] = max(1, np.ceil((east - x0) / size) - spans[n, 0])
            spans[n, 3] = max(1, np.ceil((north - y0) / size) - spans[n, 1])
            n += 1
        ring = end
    return n


@outer
def split(xy, starts, source, hole, x0, y0, size, rings, spans, bounds, jobs, scratch, sources, keys, sizes):
    """Write the areas of some polygons, or of bands of their rows, by source, row and column."""
    area, cover, lines, levels = scratch
    n = 0
    for j in range(len(jobs)):
        p, bottom, top = jobs[j, 0], jobs[j, 1], jobs[j, 2]
        column, row, columns, rows = spans[p, 0], spans[p, 1], spans[p, 2], spans[p, 3]
        ring = rings[p, 0]
        if columns == 1 and rows == 1:
            sources[n], sizes[n] = source[ring], bounds[p, 4]
            keys[n] = ((row + _HALF) << _BITS) | (column + _HALF)
            n += 1
            continue
        west, south = bounds[p, 0], bounds[p, 1]
        _cuts(lines, west, bounds[p, 2], column, columns, x0, size)
        _cuts(levels, south, bounds[p, 3], row, rows, y0, size)
        for r in range(ring, rings[p, 1]):
            a, b = starts[r], starts[r + 1]
            sign = 1.0 if (_ring_area(xy, a, b) > 0) != hole[r] else -1.0
            _walk(xy, a, b, sign, west, south, lines, columns, levels, rows, bottom, top, area, cover)
        at = source[ring]
        n = _collect(
            n, at, column, row, lines, columns, levels, bottom, top, area, cover, sources, keys, sizes
        )
    return n
