"""Footprints split among the cells of a grid by exact area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.measure.map._rings import POLYGON, Rings, as_geometries, check_reach, parts_of, rings_of
from scindex.measure.map.engines import present
from scindex.measure.map.grid import Grid

Pieces = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

_NOTHING = 1e-13
"""Share of the part of a cell within a polygon's bounds below which a piece is only rounding."""

_FLAT = 1e-12
"""Share of its bounds below which a polygon has no area."""

_CHUNK = 100_000

_TOGETHER = 50_000
"""Polygons whose vertices are held at once."""

_BOARD, _BATCH = 1 << 18, 1 << 22
"""Cells of one polygon, and of many, that are looked at together."""


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
    shapes = as_geometries(polygons)
    parts = [
        _by_edges(rings_of(shapes[i : i + _TOGETHER], first_row=i), grid)
        for i in range(0, len(shapes), _TOGETHER)
    ]
    if len(parts) < 2:
        return parts[0] if parts else _by_edges(rings_of(shapes), grid)
    source = np.concatenate([part[0] + i * _TOGETHER for i, part in enumerate(parts)])
    return source, np.concatenate([part[1] for part in parts]), np.concatenate([part[2] for part in parts])


def _by_edges(rings: Rings, grid: Grid) -> Pieces:
    """Split polygons by the compiled kernels, in batches that bound the memory."""
    from scindex.measure.map import _clip

    where: Any = (*rings, float(grid.origin[0]), float(grid.origin[1]), float(grid.size))
    ends, spans = np.empty((len(rings.source), 2), np.int64), np.empty((len(rings.source), 4), np.int64)
    bounds = np.empty((len(rings.source), 5))
    spans = spans[: _clip.measure(*where, ends, spans, bounds)]
    jobs = _bands(spans)
    room = (jobs[:, 2] - jobs[:, 1]) * spans[jobs[:, 0], 2]
    board = int((room + jobs[:, 2] - jobs[:, 1]).max(initial=0))
    longest = spans[:, 2:].max(axis=0, initial=0) + 1
    scratch = (np.zeros(board), np.zeros(board), np.empty(longest[0]), np.empty(longest[1]))
    out = []
    for some in np.split(jobs, np.flatnonzero(np.diff(np.cumsum(room) // _BATCH)) + 1):
        most = int(((some[:, 2] - some[:, 1]) * spans[some[:, 0], 2]).sum())
        piece = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
        count = _clip.split(*where, ends, spans, bounds, some, scratch, *piece)
        out.append([column[:count] for column in piece])
    source, key, size = out[0] if len(out) == 1 else (np.concatenate(columns) for columns in zip(*out))
    whole = np.zeros(int(rings.source.max(initial=-1)) + 1)
    whole[rings.source[ends[: len(spans), 0]]] = bounds[: len(spans), 4]
    return source, key, _keep_sums(source, size, whole)


def _bands(spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Polygons to split, those of many cells in several bands of rows: polygon, first row, row after."""
    step = np.maximum(1, _BOARD // (spans[:, 2] + 1))
    bands = -(-spans[:, 3] // step)
    polygon = np.repeat(np.arange(len(spans)), bands)
    first = (np.arange(len(polygon)) - np.repeat(np.cumsum(bands) - bands, bands)) * step[polygon]
    return np.column_stack([polygon, first, np.minimum(first + step[polygon], spans[polygon, 3])])


def _keep_sums(
    source: NDArray[np.int64], size: NDArray[np.float64], whole: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Scale pieces so that those of a source add up to its area: a change within rounding."""
    sums = np.bincount(source, size, minlength=len(whole))
    return size * np.divide(whole, sums, out=np.ones(len(whole)), where=sums > 0)[source]


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
    return found, cell, _keep_sums(found, size, np.bincount(source, shapely.area(parts)).astype(np.float64))


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
