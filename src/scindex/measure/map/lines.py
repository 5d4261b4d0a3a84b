"""Lines split among the cells of a grid by exact length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.measure.map._rings import LINE, check_reach, parts_of
from scindex.measure.map.areas import Pieces, sum_pieces
from scindex.measure.map.grid import Grid

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


def split_lines(lines: Iterable[Any], grid: Grid) -> Pieces:
    """Split each line among the cells it runs through.

    Parameters
    ----------
    lines : iterable of shapely geometries, length n
        Lines, multilines or collections of them, in the grid's reference system. Other types,
        missing, empty and pointlike ones give no row.
    grid : Grid

    Returns
    -------
    source : ndarray of int64, shape (n_piece,)
        Row of the line. Never falls.
    key : ndarray of int64, shape (n_piece,)
        Cell; rises within a source.
    length : ndarray, shape (n_piece,)
        Positive; over the cells of a source they add up to its length. [m]

    Notes
    -----
    Every straight stretch is cut where it crosses a grid line, and each piece belongs to the cell
    of its middle. So a stretch along a grid line belongs to the cell north or east of it, once.

    Examples
    --------
    >>> import shapely
    >>> source, key, length = split_lines([shapely.LineString([(50, 50), (150, 50)])], Grid(100.0))
    >>> length.tolist()
    [50.0, 50.0]
    """
    import shapely

    parts, source = parts_of(lines, LINE)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    begins = np.flatnonzero(np.diff(part) == 0) if len(part) else np.empty(0, dtype=np.int64)
    check_reach(xy, parts, source)
    a, b = xy[begins], xy[begins + 1]
    stretch, start, end = _cut(a, b, grid)
    middle = a[stretch] + (b - a)[stretch] * ((start + end) / 2)[:, None]
    length = np.hypot(*(b - a).T)[stretch] * (end - start)
    key = grid.cell_of(middle[:, 0], middle[:, 1])
    kept = length > 0
    return sum_pieces(source[part[begins[stretch[kept]]]], key[kept], length[kept])


def _cut(a: Floats, b: Floats, grid: Grid) -> tuple[Whole, Floats, Floats]:
    """Cut straight stretches at grid lines: which stretch a piece is of, and where it starts and ends.

    Start and end are shares of the stretch; the pieces of one join without gap from 0 to 1.
    """
    rows, shares = [np.arange(len(a))], [np.zeros(len(a))]
    for axis in (0, 1):
        stretch, share = _crossings(a[:, axis], b[:, axis], grid.origin[axis], grid.size)
        rows.append(stretch)
        shares.append(share)
    row, start = np.concatenate(rows), np.concatenate(shares)
    order = np.lexsort((start, row))
    row, start = row[order], start[order]
    end = np.append(start[1:], 1.0)
    end[np.flatnonzero(np.diff(row, append=-1))] = 1.0
    return row, start, end


def _crossings(a: Floats, b: Floats, origin: float, size: float) -> tuple[Whole, Floats]:
    """Shares of the way from a to b at which grid lines of one direction are crossed."""
    low = np.floor((np.minimum(a, b) - origin) / size).astype(np.int64)
    high = np.floor((np.maximum(a, b) - origin) / size).astype(np.int64)
    count = high - low
    stretch = np.repeat(np.arange(len(a)), count)
    nth = np.arange(len(stretch)) - np.repeat(np.cumsum(count) - count, count)
    line = (low[stretch] + 1 + nth) * size + origin
    share = (line - a[stretch]) / (b - a)[stretch]
    return stretch, np.clip(share, 0.0, 1.0)
