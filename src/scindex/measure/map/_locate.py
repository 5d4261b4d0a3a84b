"""Compiled kernels of `points.locate`. Imported inside functions only: numba is loaded with it."""

from __future__ import annotations

import numpy as np
from numba import njit

_FILTER = 3.3306690738754716e-16
"""Relative size from which the sign of a 2 x 2 determinant in doubles is certain (Shewchuk 1997)."""

_SPLIT = 134217729.0
"""2**27 + 1: splits a double into two halves whose products are exact (Dekker 1971)."""

_PAD = 1e-6
"""Share of a lookup cell by which an edge is widened, so that rounding misses no cell."""


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _difference(a, b):
    """Difference and its rounding error."""
    d = a - b
    t = a - d
    return d, (a - (d + t)) + (t - b)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _side(ax, ay, bx, by, x, y):
    """Positive where the point lies left of a -> b, zero on the line."""
    left = (ax - x) * (by - y)
    right = (ay - y) * (bx - x)
    det = left - right
    if abs(det) > _FILTER * (abs(left) + abs(right)):
        return det
    return _side_exactly(ax, ay, bx, by, x, y)


@njit(cache=True, nogil=True)
def _inside(x, y, xy, edges):
    """Whether a point lies in or on the rings, given all their edges that reach its height."""
    odd = False
    for e in edges:
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


@njit(cache=True, nogil=True)
def _place(value, origin, cell):
    return int(np.floor((value - origin) / cell))


@njit(cache=True, nogil=True)
def _bands(xy, starts, source, n_polygon, y0, cell):
    """For each polygon, the first band (row of lookup cells) it reaches and how many."""
    low = np.full(n_polygon, 2**62, dtype=np.int64)
    high = np.full(n_polygon, -1, dtype=np.int64)
    for ring in range(len(source)):
        p = source[ring]
        for i in range(starts[ring], starts[ring + 1]):
            row = _place(xy[i, 1], y0, cell)
            low[p] = min(low[p], row)
            high[p] = max(high[p], row)
    first = np.zeros(n_polygon + 1, dtype=np.int64)
    for p in range(n_polygon):
        first[p + 1] = first[p] + max(0, high[p] - low[p] + 1)
    return low, first


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _edges_by_band(xy, starts, source, low, first, frame):
    """Edges of each polygon in each band, with the columns they may touch there."""
    x0, y0, cell, n_column = frame
    fill = np.zeros(first[-1] + 1, dtype=np.int64)
    for ring in range(len(source)):
        p = source[ring]
        for i in range(starts[ring], starts[ring + 1] - 1):
            a, b = _place(xy[i, 1], y0, cell), _place(xy[i + 1, 1], y0, cell)
            for row in range(min(a, b), max(a, b) + 1):
                fill[first[p] + row - low[p] + 1] += 1
    fill = np.cumsum(fill)
    ends = fill.copy()
    edges = np.empty((fill[-1], 3), dtype=np.int64)
    for ring in range(len(source)):
        p = source[ring]
        for i in range(starts[ring], starts[ring + 1] - 1):
            a, b = _place(xy[i, 1], y0, cell), _place(xy[i + 1, 1], y0, cell)
            for row in range(min(a, b), max(a, b) + 1):
                at = fill[first[p] + row - low[p]]
                west, east = _columns(
                    xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1], row, x0, y0, cell, n_column
                )
                edges[at, 0], edges[at, 1], edges[at, 2] = i, west, east
                fill[first[p] + row - low[p]] += 1
    return edges, ends


@njit(cache=True, nogil=True)
def _fill_band(p, row, xy, mine, touched, whole, listed, frame):
    """Go through one band of one polygon: list its border cells as runs, mark the cells inside."""
    x0, y0, cell, n_column = frame
    west, east = n_column, -1
    for k in range(len(mine)):
        west, east = min(west, mine[k, 1]), max(east, mine[k, 2])
        touched[mine[k, 1] : mine[k, 2] + 1] = True
    runs, y, border, within = 0, y0 + (row + 0.5) * cell, False, False
    for column in range(west, east + 1):
        if touched[column]:
            if not border:
                listed[runs, 0] = column
                runs += 1
            listed[runs - 1, 1] = column
        else:
            if border:
                within = _inside(x0 + (column + 0.5) * cell, y, xy, mine[:, 0])
            if within and whole[row * n_column + column] < 0:
                whole[row * n_column + column] = p
        border = touched[column]
        touched[column] = False
    return runs


@njit(cache=True, nogil=True)
def build(xy, starts, source, n_polygon, frame, n_row):
    """Mark the cells inside each polygon, and list the polygons at whose border a cell lies."""
    _, y0, cell, n_column = frame
    low, first = _bands(xy, starts, source, n_polygon, y0, cell)
    edges, ends = _edges_by_band(xy, starts, source, low, first, frame)
    whole = np.full(n_row * n_column, -1, dtype=np.int32)
    touched = np.zeros(n_column, dtype=np.bool_)
    listed = np.empty((len(edges), 2), dtype=np.int64)
    counts = np.zeros(first[-1], dtype=np.int64)
    for p in range(n_polygon):
        for band in range(first[p], first[p + 1]):
            a, b = ends[band], ends[band + 1]
            row = low[p] + band - first[p]
            counts[band] = _fill_band(p, row, xy, edges[a:b], touched, whole, listed[a:b], frame)
    return low, first, edges, ends, whole, listed, counts


@njit(cache=True, nogil=True)
def border_lists(low, first, ends, listed, counts, n_column, n_row):
    """Polygons at whose border each cell lies, lowest first, and where a cell's list begins."""
    offsets = np.zeros(n_row * n_column + 1, dtype=np.int64)
    for p in range(len(low)):
        for band in range(first[p], first[p + 1]):
            row = low[p] + band - first[p]
            for k in range(ends[band], ends[band] + counts[band]):
                offsets[row * n_column + listed[k, 0] + 1 : row * n_column + listed[k, 1] + 2] += 1
    offsets = np.cumsum(offsets)
    fill = offsets[:-1].copy()
    bands = np.empty((offsets[-1], 2), dtype=np.int64)
    for p in range(len(low)):
        for band in range(first[p], first[p + 1]):
            row = low[p] + band - first[p]
            for k in range(ends[band], ends[band] + counts[band]):
                for column in range(listed[k, 0], listed[k, 1] + 1):
                    at = row * n_column + column
                    bands[fill[at], 0], bands[fill[at], 1] = p, band
                    fill[at] += 1
    return bands, offsets


@njit(cache=True, nogil=True)
def look_up(x, y, xy, edges, ends, whole, offsets, bands, frame, n_row):
    """Polygon of each point: that of its cell, or the exact test where a border crosses the cell."""
    x0, y0, cell, n_column = frame
    out = np.full(len(x), -1, dtype=np.int64)
    column_of = edges[:, 0].copy()
    for i in range(len(x)):
        if not (np.isfinite(x[i]) and np.isfinite(y[i])):
            continue
        column, row = np.floor((x[i] - x0) / cell), np.floor((y[i] - y0) / cell)
        if column < 0 or row < 0 or column >= n_column or row >= n_row:
            continue
        at = int(row) * n_column + int(column)
        best = whole[at]
        for k in range(offsets[at], offsets[at + 1]):
            p, band = bands[k]
            if best >= 0 and p > best:
                break
            if _inside(x[i], y[i], xy, column_of[ends[band] : ends[band + 1]]):
                best = p
                break
        out[i] = best
    return out
