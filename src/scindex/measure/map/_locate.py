"""Compiled kernels of `points.locate`. Imported inside functions only: numba is loaded with it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_jit: Any = njit
inner = _jit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, no_cpython_wrapper=True)
outer = _jit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, cache=True)

_FILTER = 3.3306690738754716e-16
"""Relative size from which the sign of a 2 x 2 determinant in doubles is certain (Shewchuk 1997)."""

_SPLIT = 134217729.0
"""2**27 + 1: splits a double into two halves whose products are exact (Dekker 1971)."""

_PAD = 1e-6
"""Share of a lookup cell by which an edge is widened, so that rounding misses no cell."""


@inner
def _product(a, b):
    """Product and its rounding error."""
    p = a * b
    t = _SPLIT * a
    a1 = t - (t - a)
    a2 = a - a1
    t = _SPLIT * b
    b1 = t - (t - b)
    b2 = b - b1
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


@inner
def _difference(a, b):
    """Difference and its rounding error."""
    d = a - b
    t = a - d
    return d, (a - (d + t)) + (t - b)


@inner
def _side_exactly(ax, ay, bx, by, x, y):
    """Sign of the determinant in twice the digits, for points too near the line for doubles."""
    p, p1 = _difference(ax, x)
    q, q1 = _difference(by, y)
    r, r1 = _difference(ay, y)
    s, s1 = _difference(bx, x)
    left, left1 = _product(p, q)
    right, right1 = _product(r, s)
    left1 += p * q1 + p1 * q
    right1 += r * s1 + r1 * s
    high, low = _difference(left, right)
    return high + (low + (left1 - right1))


@inner
def _side(ax, ay, bx, by, x, y):
    """Positive where the point lies left of a -> b, zero on the line."""
    left = (ax - x) * (by - y)
    right = (ay - y) * (bx - x)
    det = left - right
    if abs(det) > _FILTER * (abs(left) + abs(right)):
        return det
    return _side_exactly(ax, ay, bx, by, x, y)


@inner
def _inside(x, y, xy, edges, first, after):
    """Whether a point lies in or on the rings, given the rows of all their edges that reach its height."""
    odd = False
    for k in range(first, after):
        e = edges[k, 0]
        ax, ay, bx, by = xy[e, 0], xy[e, 1], xy[e + 1, 0], xy[e + 1, 1]
        if ay > by:  # one direction for an edge, whichever polygon it comes from
            ax, ay, bx, by = bx, by, ax, ay
        if y < ay or y > by:
            continue
        if ay == by:
            if min(ax, bx) <= x <= max(ax, bx):
                return True
        elif x <= max(ax, bx):
            if x < min(ax, bx):
                side = 1.0
            else:
                side = _side(ax, ay, bx, by, x, y)
                if side == 0.0:
                    return True
            if side > 0.0 and y < by:
                odd = not odd
    return odd


@inner
def _place(value, origin, cell):
    return int(np.floor((value - origin) / cell))


@inner
def _columns(ax, ay, bx, by, row, x0, y0, cell, n_column):
    """First and last lookup cell that an edge may touch in a band."""
    west, east = min(ax, bx), max(ax, bx)
    if ay != by:
        pad = _PAD * cell
        slope = (bx - ax) / (by - ay)
        u = ax + (y0 + row * cell - pad - ay) * slope
        v = ax + (y0 + (row + 1) * cell + pad - ay) * slope
        west, east = max(west, min(u, v) - pad), min(east, max(u, v) + pad)
    last = n_column - 1
    return max(0, min(last, _place(west, x0, cell))), max(0, min(last, _place(east, x0, cell)))


@outer
def count_edges(band_of, starts, source, shift, counts):
    """Count the edges of each polygon in each band; `shift` leads from a band's number to its row there."""
    for ring in range(len(source)):
        p = source[ring]
        for i in range(starts[ring], starts[ring + 1] - 1):
            a, b = band_of[i], band_of[i + 1]
            for band in range(min(a, b), max(a, b) + 1):
                counts[band + shift[p]] += 1


@outer
def place_edges(xy, band_of, starts, source, shift, frame, fill, edges):
    """Write the edges of each polygon in each band, with the columns they may touch there."""
    x0, y0, cell, n_column = frame
    for ring in range(len(source)):
        p = source[ring]
        for i in range(starts[ring], starts[ring + 1] - 1):
            ax, ay, bx, by = xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]
            a, b = band_of[i], band_of[i + 1]
            for band in range(min(a, b), max(a, b) + 1):
                at = fill[band + shift[p]]
                west, east = _columns(ax, ay, bx, by, band, x0, y0, cell, n_column)
                edges[at, 0], edges[at, 1], edges[at, 2] = i, west, east
                fill[band + shift[p]] += 1


@outer
def fill_bands(xy, edges, ends, polygon, band, frame, touched, whole, runs, counts):
    """Go through each polygon's bands: list its border cells as runs, mark the cells inside."""
    x0, y0, cell, n_column = frame
    for j in range(len(polygon)):
        first, after = ends[j], ends[j + 1]
        west, east = n_column, -1
        for k in range(first, after):
            west, east = min(west, edges[k, 1]), max(east, edges[k, 2])
            for column in range(edges[k, 1], edges[k, 2] + 1):
                touched[column] = True
        at, y, border, within = first, y0 + (band[j] + 0.5) * cell, False, False
        for column in range(west, east + 1):
            if touched[column]:
                if not border:
                    runs[at, 0] = column
                    at += 1
                runs[at - 1, 1] = column
            else:
                if border:
                    within = _inside(x0 + (column + 0.5) * cell, y, xy, edges, first, after)
                if within and whole[band[j] * n_column + column] < 0:
                    whole[band[j] * n_column + column] = polygon[j]
            border = touched[column]
            touched[column] = False
        counts[j] = at - first


@outer
def count_borders(ends, band, runs, counts, n_column, borders):
    """Count the polygons at whose border each cell lies."""
    for j in range(len(band)):
        for k in range(ends[j], ends[j] + counts[j]):
            for column in range(runs[k, 0], runs[k, 1] + 1):
                borders[band[j] * n_column + column] += 1


@outer
def list_borders(ends, band, runs, counts, n_column, fill, listed):
    """Write for each cell the polygons at whose border it lies, lowest first."""
    for j in range(len(band)):
        for k in range(ends[j], ends[j] + counts[j]):
            for column in range(runs[k, 0], runs[k, 1] + 1):
                at = band[j] * n_column + column
                listed[fill[at]] = j
                fill[at] += 1


@outer
def look_up(x, y, xy, edges, ends, polygon, whole, offsets, listed, frame, n_row, out):
    """Polygon of each point: that of its cell, or the exact test where a border crosses the cell."""
    x0, y0, cell, n_column = frame
    for i in range(len(x)):
        if not (np.isfinite(x[i]) and np.isfinite(y[i])):
            continue
        column, row = np.floor((x[i] - x0) / cell), np.floor((y[i] - y0) / cell)
        if column < 0 or row < 0 or column >= n_column or row >= n_row:
            continue
        at = int(row) * n_column + int(column)
        best = whole[at]
        for k in range(offsets[at], offsets[at + 1]):
            j = listed[k]
            if best >= 0 and polygon[j] > best:
                break
            if _inside(x[i], y[i], xy, edges, ends[j], ends[j + 1]):
                best = polygon[j]
                break
        out[i] = best


@outer
def boxes_inside(bounds, whole, offsets, frame, n_row, out):
    """Polygon in which all lookup cells of a box lie without border; untouched where there is none."""
    x0, y0, cell, n_column = frame
    for i in range(len(bounds)):
        if not (bounds[i, 0] >= x0 and bounds[i, 1] >= y0):
            continue
        west = np.int64(np.floor((bounds[i, 0] - x0) / cell))
        south = np.int64(np.floor((bounds[i, 1] - y0) / cell))
        if not (bounds[i, 2] < x0 + n_column * cell and bounds[i, 3] < y0 + n_row * cell):
            continue
        east = min(np.int64(np.floor((bounds[i, 2] - x0) / cell)), n_column - 1)
        north = min(np.int64(np.floor((bounds[i, 3] - y0) / cell)), n_row - 1)
        west, south = min(west, n_column - 1), min(south, n_row - 1)
        best, row = whole[south * n_column + west], south
        while best >= 0 and row <= north:
            for at in range(row * n_column + west, row * n_column + east + 1):
                if whole[at] != best or offsets[at] != offsets[at + 1]:
                    best = -1
                    break
            row += 1
        if best >= 0:
            out[i] = best
