"""Districts cut to the cells of a grid, and anything cut to districts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map._rings import POLYGON, as_geometries, check_reach, parts_of
from scindex.measure.map.areas import Pieces, by_intersection, split_areas, sum_pieces
from scindex.measure.map.engines import present
from scindex.measure.map.grid import Grid
from scindex.measure.map.points import boxes_inside

Whole = NDArray[np.int64]
Geometries = NDArray[np.object_]

_SAME, _NOTHING = 1e-9, 1e-12
"""Relative differences up to which measures are equal, and a piece is only rounding."""

_MIXED = 7
"""shapely's number of a collection of several types."""


class Cut(NamedTuple):
    """Pieces of geometries in districts.

    Attributes
    ----------
    source, zone : ndarray of int64, shape (n_piece,)
        Row of the geometry and index of the district, in this order.
    measure : ndarray, shape (n_piece,)
        Area of a polygon [m2], length of a line [m], number of points. [-]
    geometry : ndarray of shapely geometries, shape (n_piece,)
    """

    source: Whole
    zone: Whole
    measure: NDArray[np.float64]
    geometry: Geometries


ENGINES = ("numba", "exactextract", "shapely")
"""Ways of `zones_to_cells`, the fastest and most exact first."""


def zones_to_cells(polygons: Iterable[Any], grid: Grid, *, engine: str = "") -> Pieces:
    """Give the area that each district has in each cell of a grid.

    Parameters
    ----------
    polygons : iterable of shapely geometries, length n_zone
        Valid polygons or multipolygons in the grid's reference system; others give no row.
    grid : Grid
    engine : {"", "numba", "exactextract", "shapely"}
        Empty: the first of them that is installed. `engines.slower_ways` says when that is not
        the first.

    Returns
    -------
    zone, key : ndarray of int64, shape (n_piece,)
        Index of the district, and cell; rises within a district.
    area : ndarray, shape (n_piece,)
        Positive; over the cells of a district they add up to its area. [m2]

    Raises
    ------
    MethodError
        If no engine has that name.

    Notes
    -----
    The first and the last way agree within rounding. exactextract [1]_ gives coverage as single
    precision: its areas are scaled so that each district keeps its own, cells agree within about
    1e-6 of a cell.

    References
    ----------
    .. [1] Baston, D. exactextract: fast and accurate raster zonal statistics.
       https://github.com/isciences/exactextract

    Examples
    --------
    >>> import shapely
    >>> zone, key, area = zones_to_cells([shapely.box(0, 0, 150, 100)], Grid(100.0))
    >>> area.tolist()
    [10000.0, 5000.0]
    """
    engine = engine or next((name for name in ENGINES[:-1] if present(name)), "shapely")
    ways = {"numba": split_areas, "exactextract": _by_coverage, "shapely": by_intersection}
    if engine not in ways:
        raise MethodError(Finding("zones-engine", params={"engine": engine, "engines": ", ".join(ENGINES)}))
    return ways[engine](polygons, grid)


def _by_coverage(polygons: Iterable[Any], grid: Grid) -> Pieces:
    """The areas by exactextract: coverage of a raster that holds nothing, scaled to each district."""
    import geopandas as gpd
    import shapely
    from exactextract import exact_extract

    parts, source = parts_of(polygons, POLYGON)
    check_reach(shapely.get_coordinates(parts), parts, source)
    if not len(parts):
        return sum_pieces(source, source, np.empty(0))
    corner, shape = _frame(shapely.bounds(parts), grid)
    frame = gpd.GeoDataFrame({"part": np.arange(len(parts))}, geometry=parts, crs=grid.crs)
    told: Any = exact_extract(
        _blank_raster(corner, shape, grid),
        frame,
        ["cell_id", "coverage"],
        include_cols=["part"],
        output="pandas",
    )
    count = told["cell_id"].map(len).to_numpy()
    part = np.repeat(told["part"].to_numpy(), count)
    cell = np.concatenate(told["cell_id"].to_list()).astype(np.int64)
    covered = np.concatenate(told["coverage"].to_list()).astype(np.float64)
    row, column = np.divmod(cell, shape[1])
    key = grid.join(corner[0] + column, corner[1] + shape[0] - 1 - row)
    kept = covered > 0
    zone, key, size = sum_pieces(source[part[kept]], key[kept], covered[kept])
    whole = np.bincount(source, shapely.area(parts))
    return zone, key, size * (whole / np.maximum(np.bincount(zone, size, len(whole)), 1e-300))[zone]


def _frame(bounds: NDArray[np.float64], grid: Grid) -> tuple[tuple[int, int], tuple[int, int]]:
    """South-west cell of all bounds, and rows and columns up to their north-east."""
    ends = np.array([bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)])
    (column, last_column), (row, last_row) = np.floor((ends.T - np.array(grid.origin)[:, None]) / grid.size)
    shape = int(last_row - row) + 1, int(last_column - column) + 1
    return (int(column), int(row)), shape


def _blank_raster(corner: tuple[int, int], shape: tuple[int, int], grid: Grid) -> Any:
    """A raster of the grid's cells for exactextract that takes one byte, however large."""
    import pyproj
    from exactextract.raster import NumPyRasterSource

    west, south = (c * grid.size + o for c, o in zip(corner, grid.origin, strict=True))
    east, north = ((c + n) * grid.size + o for c, n, o in zip(corner, shape[::-1], grid.origin, strict=True))
    values = np.broadcast_to(np.zeros(1, dtype=np.int8), shape)
    wkt = pyproj.CRS.from_user_input(grid.crs).to_wkt()
    return NumPyRasterSource(values, west, south, east, north, srs_wkt=wkt)


def split_by_zones(geometries: Iterable[Any], polygons: Iterable[Any]) -> Cut:
    """Cut geometries at the borders of districts.

    Parameters
    ----------
    geometries : iterable of shapely geometries, length n
        Points, lines or polygons; missing and empty ones give no row.
    polygons : iterable of shapely geometries, length n_zone
        Districts.

    Returns
    -------
    Cut
        One row for each geometry and district that share something of the geometry's own
        dimension. A geometry wholly inside a district goes to it; else what several districts
        share, such as a road along a border, goes to the lowest index. So nothing counts twice.
        What lies in none has no row: the sum of measures tells how much that is, and is that of
        the whole geometry where the difference is rounding (1e-9).

    Examples
    --------
    >>> import shapely
    >>> cut = split_by_zones([shapely.box(0, 0, 4, 1)], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 3, 1)])
    >>> cut.zone.tolist(), cut.measure.tolist()
    ([0, 1], [1.0, 2.0])
    """
    import shapely

    shapes, districts = as_geometries(geometries), as_geometries(polygons)
    districts = _only(districts, shapely.get_dimensions(districts) == 2)
    whole = boxes_inside(shapely.bounds(shapes), districts)
    near = np.flatnonzero(whole < 0)
    whole[near] = len(districts)
    zone, source = shapely.STRtree(shapes[near]).query(districts, predicate="contains_properly")
    np.minimum.at(whole, near[source], zone)
    inside = np.flatnonzero(whole < len(districts))
    cut = _cut_open(shapes, np.flatnonzero(whole == len(districts)), districts)
    source = np.concatenate([inside, cut.source])
    zone = np.concatenate([whole[inside], cut.zone])
    order = np.lexsort((zone, source))
    size = np.concatenate([measure(shapes[inside]), cut.measure])
    return Cut(source[order], zone[order], size[order], np.concatenate([shapes[inside], cut.geometry])[order])


def _only(geometries: Geometries, mask: NDArray[np.bool_]) -> Geometries:
    """Put an empty geometry where the mask is false."""
    import shapely

    out = np.full(len(geometries), shapely.Point(), dtype=object)
    out[mask] = geometries[mask]
    return out


def measure(geometries: Geometries) -> NDArray[np.float64]:
    """Give the area of polygons, the length of lines and the number of points. [m2, m, -]"""
    import shapely

    size = np.zeros(len(geometries))
    dimension = shapely.get_dimensions(geometries)
    for kind, of in enumerate((shapely.get_num_coordinates, shapely.length, shapely.area)):
        mine = dimension == kind
        size[mine] = of(geometries[mine])
    return size


def _cut_open(shapes: Geometries, rows: Whole, districts: Geometries) -> Cut:
    """Cut geometries that no district holds as a whole: each in turn takes from what is left."""
    import shapely

    source, zone = shapely.STRtree(districts).query(shapes[rows], predicate="intersects")
    source = rows[source]
    order = np.lexsort((zone, source))
    source, zone = source[order], zone[order]
    turn = np.arange(len(source)) - np.searchsorted(source, source)
    pieces, left = np.empty(len(source), dtype=object), shapes.copy()
    for nth in range(turn.max(initial=-1) + 1):
        now = turn == nth
        mine = _own_dimension(
            shapely.intersection(left[source[now]], districts[zone[now]]), shapes[source[now]]
        )
        pieces[now] = mine
        again = now & np.append(turn[1:] > 0, False)
        left[source[again]] = shapely.difference(left[source[again]], districts[zone[again]])
    size, own = measure(pieces), measure(shapes)
    kept = size > _NOTHING * own[source]
    source, zone, size, pieces = source[kept], zone[kept], size[kept], pieces[kept]
    sums = np.bincount(source, size, minlength=len(shapes))
    closed = (sums > 0) & (np.abs(sums - own) <= _SAME * own)
    return Cut(
        source, zone, size * np.divide(own, sums, out=np.ones(len(shapes)), where=closed)[source], pieces
    )


def _own_dimension(pieces: Geometries, shapes: Geometries) -> Geometries:
    """Leave out of mixed pieces what is only a touch: points of lines, lines of polygons."""
    import shapely

    kept = _only(pieces, shapely.get_dimensions(pieces) == shapely.get_dimensions(shapes))
    for i in np.flatnonzero(shapely.get_type_id(kept) == _MIXED):
        parts = shapely.get_parts(kept[i])
        own = parts[shapely.get_dimensions(parts) == shapely.get_dimensions(shapes[i])]
        kept[i] = shapely.union_all(own)
    return kept
