"""Points in polygons: a lookup raster for most of them, the exact test in cells that a border crosses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scindex.measure.map._rings import POLYGON, Rings, as_geometries, check_reach, parts_of, rings_of
from scindex.measure.map.engines import present

OUTSIDE = -1
"""Index given to a point in none of the polygons."""

_FEWEST, _MOST, _LONGEST = 1 << 10, 1 << 20, 1 << 13
_CHUNK = 200_000


def locate(x: NDArray[np.float64], y: NDArray[np.float64], polygons: Iterable[Any]) -> NDArray[np.int64]:
    """Find the polygon in which each point lies.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        In the polygons' reference system. [m]
    polygons : iterable of shapely geometries, length n_polygon
        Valid polygons or multipolygons; missing, empty and other geometries hold no point.

    Returns
    -------
    ndarray of int64, shape (n,)
        Index of the polygon; the lowest where several hold the point, as on a shared edge.
        `OUTSIDE` (-1) where none does, or a coordinate is missing.

    Notes
    -----
    A polygon holds its border. Cells of a raster that no border crosses lie in one polygon or in
    none as a whole; in the others the point is tested against the edges at its height, with the
    sign of the determinant exact. Time grows with the points, not with points times polygons.
    Without numba the same answers come from shapely's tree, some times slower (`slower_ways`).

    Examples
    --------
    >>> import shapely
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> locate(np.array([0.5, 1.0, 1.5, 9.0]), np.full(4, 0.5), squares)
    array([ 0,  0,  1, -1])
    """
    x, y = np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(y, dtype=np.float64)
    polygons = as_geometries(polygons)
    if not present("numba"):
        return _by_tree(x, y, polygons)
    rings = rings_of(polygons)
    if not len(rings.source) or not len(x):
        return np.full(len(x), OUTSIDE, dtype=np.int64)
    return _by_raster(x, y, rings, len(polygons))


class Lookup(NamedTuple):
    """A raster over polygons: which polygon a cell lies in as a whole, and whose borders cross it.

    Attributes
    ----------
    xy : ndarray, shape (n_vertex, 2)
        Vertices of the polygons. [m]
    edges, ends, polygon : ndarray of int64
        Edges of each polygon in each row of the raster, where each such list ends, and whose it is.
    whole : ndarray of int64, shape (n_cell,)
        Lowest polygon that holds the cell as a whole, or `OUTSIDE`.
    offsets, listed : ndarray of int64
        For each cell, which of those lists are of polygons whose border crosses it.
    frame : tuple
        West, south, side of a cell, columns.
    n_row : int
    """

    xy: NDArray[np.float64]
    edges: NDArray[np.int64]
    ends: NDArray[np.int64]
    polygon: NDArray[np.int64]
    whole: NDArray[np.int64]
    offsets: NDArray[np.int64]
    listed: NDArray[np.int64]
    frame: tuple[float, float, float, int]
    n_row: int


def _by_raster(x: NDArray[np.float64], y: NDArray[np.float64], rings: Rings, count: int) -> NDArray[np.int64]:
    from scindex.measure.map import _locate

    out = np.full(len(x), OUTSIDE, dtype=np.int64)
    _locate.look_up(x, y, *_lookup(rings, count, len(x)), out)
    return out


def boxes_inside(bounds: NDArray[np.float64], polygons: Iterable[Any]) -> NDArray[np.int64]:
    """Find boxes that surely lie inside a polygon, far from all borders.

    Parameters
    ----------
    bounds : ndarray, shape (n, 4)
        West, south, east, north; NaN for none. [m]
    polygons : iterable of shapely geometries, length n_polygon

    Returns
    -------
    ndarray of int64, shape (n,)
        Index of a polygon that contains the box. `OUTSIDE` (-1) says nothing: the box lies near a
        border or outside, or numba is absent.

    Examples
    --------
    >>> import shapely
    >>> found = boxes_inside(np.array([[4.0, 4, 5, 5], [9, 4, 12, 5]]), [shapely.box(0, 0, 10, 10)])
    >>> bool((found < 1).all())
    True
    """
    out = np.full(len(bounds), OUTSIDE, dtype=np.int64)
    rings = rings_of(polygons)
    if not present("numba") or not len(rings.source) or not len(bounds):
        return out
    from scindex.measure.map import _locate

    lookup = _lookup(rings, int(rings.source[-1]) + 1, len(bounds))
    _locate.boxes_inside(bounds, lookup.whole, lookup.offsets, lookup.frame, lookup.n_row, out)
    return out


def _lookup(rings: Rings, count: int, rows: int) -> Lookup:
    """Lay a raster over polygons; `rows` points or boxes will ask it."""
    from scindex.measure.map import _locate

    frame, n_row = _frame(rings.xy, rows)
    n_column, cells = frame[3], frame[3] * n_row
    band_of = np.floor((rings.xy[:, 1] - frame[1]) / frame[2]).astype(np.int64)
    polygon, band, shift = _bands(band_of, rings, count)
    counts = np.zeros(len(polygon), dtype=np.int64)
    _locate.count_edges(band_of, rings.starts, rings.source, shift, counts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    edges, runs = np.empty((ends[-1], 3), dtype=np.int64), np.empty((ends[-1], 2), dtype=np.int64)
    _locate.place_edges(rings.xy, band_of, rings.starts, rings.source, shift, frame, ends[:-1].copy(), edges)
    whole = np.full(cells, OUTSIDE, dtype=np.int64)
    touched = np.zeros(n_column, dtype=bool)
    _locate.fill_bands(rings.xy, edges, ends, polygon, band, frame, touched, whole, runs, counts)
    borders = np.zeros(cells, dtype=np.int64)
    _locate.count_borders(ends, band, runs, counts, n_column, borders)
    offsets = np.concatenate([[0], np.cumsum(borders)])
    listed = np.empty(offsets[-1], dtype=np.int64)
    _locate.list_borders(ends, band, runs, counts, n_column, offsets[:-1].copy(), listed)
    return Lookup(rings.xy, edges, ends, polygon, whole, offsets, listed, frame, n_row)


def _bands(
    band_of: NDArray[np.int64], rings: Rings, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the raster that each polygon reaches: polygon, band, and how to get from band to place."""
    of = np.repeat(rings.source, np.diff(rings.starts))
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(low, of, band_of)
    np.maximum.at(high, of, band_of)
    reached = np.where(high < 0, 0, high - low + 1)
    first = np.cumsum(reached) - reached
    shift = np.where(high < 0, 0, first - low)
    polygon = np.repeat(np.arange(count), reached)
    return polygon, np.arange(len(polygon)) - shift[polygon], shift


def _frame(xy: NDArray[np.float64], n_point: int) -> tuple[tuple[float, float, float, int], int]:
    """Corner, side and columns of the lookup raster, and its rows: about as many cells as points."""
    (west, south), (east, north) = xy.min(axis=0), xy.max(axis=0)
    width, height = east - west, north - south
    cells = min(max(n_point, _FEWEST), _MOST)
    cell = max(np.sqrt(width * height / cells), max(width, height) / _LONGEST) or 1.0
    columns, rows = (int(np.floor(side / cell)) + 1 for side in (width, height))
    return (float(west), float(south), float(cell), columns), rows


def _by_tree(
    x: NDArray[np.float64], y: NDArray[np.float64], polygons: NDArray[np.object_]
) -> NDArray[np.int64]:
    import shapely

    parts, source = parts_of(polygons, POLYGON)
    check_reach(shapely.get_coordinates(parts), parts, source)
    tree = shapely.STRtree(parts)
    out = np.full(len(x), len(polygons), dtype=np.int64)
    usable = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    for rows in np.array_split(usable, max(1, len(usable) // _CHUNK)):
        which, polygon = tree.query(shapely.points(x[rows], y[rows]), predicate="intersects")
        np.minimum.at(out, rows[which], source[polygon])
    return np.where(out == len(polygons), OUTSIDE, out)
