"""Footprints split among the cells of a grid by exact area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.measure.map._rings import POLYGON, check_reach, parts_of, rings_of
from scindex.measure.map.engines import present
from scindex.measure.map.grid import Grid

Pieces = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

_NOTHING = 1e-13
"""Share of the part of a cell within a polygon's bounds below which a piece is only rounding."""

_FLAT = 1e-12
"""Share of its bounds below which a polygon has no area."""

_CHUNK = 100_000


def split_areas(polygons: Iterable[Any], grid: Grid) -> Pieces:
    r"""Split each polygon among the cells it covers.

    Parameters
    ----------
    polygons : iterable of shapely geometries, length n
        Valid polygons, multipolygons or collections of them, in the grid's reference system.
        Other types, missing, empty and flat ones give no row.
    grid : Grid

    Returns
    -------
    source : ndarray of int64, shape (n_piece,)
        Row of the polygon. Never falls.
    key : ndarray of int64, shape (n_piece,)
        Cell; rises within a source.
    area : ndarray, shape (n_piece,)
        Positive; over the cells of a source they add up to its area. [m2]

    Notes
    -----
    By Green's theorem the area of a polygon in a cell is a sum over its edges,

    .. math:: A = \oint x \, dy,

    each edge cut at the grid's lines. So holes, concave rings and several parts need no clipped
    polygon, and the time grows with edges and cells touched. Lengths are taken from each polygon's
    own corner. A piece smaller than 1e-13 of its cell is rounding and left out; what is kept is
    scaled to the polygon's area, a change of about 1e-13 or less. Without numba the same areas come
    from shapely's intersections, tens of times slower (`slower_ways`).

    Examples
    --------
    >>> import shapely
    >>> grid = Grid(100.0)
    >>> source, key, area = split_areas([shapely.box(90, 10, 130, 20)], grid)
    >>> area.tolist(), (grid.centres(key)[0]).tolist()
    ([100.0, 300.0], [50.0, 150.0])
    """
    if not present("numba"):
        return by_intersection(polygons, grid)
    from scindex.measure.map import _clip

    rings = rings_of(polygons)
    x0, y0 = (float(value) for value in grid.origin)
    return _clip.areas(rings.xy, rings.starts, rings.source, rings.hole, x0, y0, float(grid.size))


def by_intersection(polygons: Iterable[Any], grid: Grid) -> Pieces:
    """Split polygons as `split_areas` does, with shapely alone: each cell within their bounds is cut."""
    import shapely

    parts, source = parts_of(polygons, POLYGON)
    check_reach(shapely.get_coordinates(parts), parts, source)
    solid = shapely.area(parts) > _FLAT * shapely.area(shapely.envelope(parts))
    parts, source = parts[solid], source[solid]
    keys = [grid.covering(bounds) for bounds in shapely.bounds(parts)]
    counts = np.array([len(k) for k in keys], dtype=np.int64)
    part, key = np.repeat(np.arange(len(parts)), counts), np.concatenate([*keys, np.empty(0, np.int64)])
    area = np.empty(len(key))
    shapely.prepare(parts)
    for rows in np.array_split(np.arange(len(key)), max(1, len(key) // _CHUNK)):
        area[rows] = _shared_area(parts[part[rows]], counts[part[rows]], grid, key[rows])
    kept = area > _NOTHING * _room(shapely.bounds(parts)[part], grid.bounds(key))
    found, cell, size = sum_pieces(source[part[kept]], key[kept], area[kept])
    whole = np.bincount(source, shapely.area(parts), minlength=1)
    got = np.bincount(found, size, minlength=len(whole))
    return found, cell, size * (whole / np.where(got > 0, got, 1))[found]


def _shared_area(
    parts: NDArray[np.object_], count: NDArray[np.int64], grid: Grid, key: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Area that each polygon shares with a cell, coordinates taken from the cell's corner."""
    import shapely

    area = shapely.area(parts)
    split = np.flatnonzero(count > 1)
    boxes = grid.polygons(key[split])
    whole = shapely.contains(parts[split], boxes)
    area[split[whole]] = grid.size**2
    cut = split[~whole]
    corner = grid.bounds(key[cut])[:, :2]
    moved = [shapely.transform(p, lambda xy, c=c: xy - c) for p, c in zip(parts[cut], corner, strict=True)]
    area[cut] = shapely.area(shapely.intersection(moved, shapely.box(0, 0, grid.size, grid.size)))
    return area


def _room(bounds: NDArray[np.float64], cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area of each cell within the bounds of its polygon."""
    width = np.minimum(bounds[:, 2], cells[:, 2]) - np.maximum(bounds[:, 0], cells[:, 0])
    height = np.minimum(bounds[:, 3], cells[:, 3]) - np.maximum(bounds[:, 1], cells[:, 1])
    return np.maximum(width, 0) * np.maximum(height, 0)


def sum_pieces(source: NDArray[np.int64], key: NDArray[np.int64], size: NDArray[np.float64]) -> Pieces:
    """Give one row for each source and key, in that order, with the sum of its sizes."""
    order = np.lexsort((key, source))
    source, key, size = source[order], key[order], size[order]
    new = np.flatnonzero((np.diff(source, prepend=-1) != 0) | (np.diff(key, prepend=-1) != 0))
    return source[new], key[new], np.add.reduceat(size, new) if len(new) else size
