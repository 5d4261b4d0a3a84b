"""Where each record lies: shares of its point, line or area in the pieces of cell and district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED

if TYPE_CHECKING:
    import geopandas as gpd

    from scindex.measure.map.grid import Grid

OUTSIDE = -1
"""District index of what lies outside all districts."""

BEYOND = 1e-9
"""Share of a length or area that rounding may leave between the districts."""


@dataclass(frozen=True)
class Placement:
    """Rows of (source, cell, district, measure), sorted by source, then cell, then district.

    Attributes
    ----------
    source : ndarray of int, shape (n,)
        Row of the table that was placed.
    cell : ndarray of int64, shape (n,)
        Key of the grid; the district's index where the districts are the cells; -1 without a place.
    district : ndarray of int, shape (n,)
        Index of the district; -1 outside all.
    measure : ndarray of float, shape (n,)
        1 for a point, metres of a line, square metres of an area. [-, m, m2]
    sources : int
        Rows of the table that was placed.
    """

    source: np.ndarray
    cell: np.ndarray
    district: np.ndarray
    measure: np.ndarray
    sources: int

    def spread(self, nano: np.ndarray) -> np.ndarray:
        """Share whole amounts of each source among its rows; each source keeps its sum.

        Parameters
        ----------
        nano : ndarray of int64, shape (sources,)

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        from scindex.measure.map.exact import apportion

        if len(self.source) == self.sources and (self.source == np.arange(self.sources)).all():
            return nano
        return apportion(nano, self.source, self.measure, np.arange(len(self.source)))


def place(
    frame: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    grid: Grid | None,
    *,
    how: str,
    code: str = "district",
) -> Placement:
    """Find the cells and districts of each record.

    Parameters
    ----------
    frame : GeoDataFrame
        Records in the map's reference system; a missing outline has no cell, and the
        district that its column `code` names.
    districts : GeoDataFrame
        With columns ``code`` and ``geometry``.
    grid : Grid or None
        None makes each district one cell.
    how : {"point", "length", "area"}
        Points stay whole; lines and areas are split where cells or districts meet.
    code : str
        Column that names the district of a record without an outline.

    Returns
    -------
    Placement
    """
    shapes = frame.geometry.to_numpy()
    has = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    rows = np.flatnonzero(has)
    if how == "point":
        parts = _points(shapes[has], districts, grid)
    else:
        parts = _split(shapes[has], districts, grid, how)
    source, cell, district, measure = parts
    # an outline without length or area is nowhere: it stays, without a place
    nowhere = np.ones(len(frame), dtype=bool)
    nowhere[rows[source]] = False
    bare = np.flatnonzero(nowhere)
    named = _named(frame, bare, districts, code)
    whole = np.concatenate([rows[source], bare])
    cells = np.concatenate([cell, named if grid is None else np.full(len(bare), UNALLOCATED)])
    areas = np.concatenate([district, named])
    measures = np.concatenate([measure, np.ones(len(bare))])
    if how == "point" and not len(bare):
        return Placement(whole, cells, areas, measures, len(frame))
    order = np.lexsort((areas, cells, whole))
    return Placement(whole[order], cells[order], areas[order], measures[order], len(frame))


def _points(shapes: np.ndarray, districts: gpd.GeoDataFrame, grid: Grid | None) -> tuple[np.ndarray, ...]:
    import shapely

    from scindex.measure.map.points import locate

    points = shapes
    if len(shapes) and (shapely.get_type_id(shapes) != shapely.GeometryType.POINT).any():
        points = shapely.point_on_surface(shapes)
    x, y = shapely.get_x(points), shapely.get_y(points)
    district = locate(x, y, districts.geometry.to_numpy())
    cell = district if grid is None else grid.cell_of(x, y)
    return np.arange(len(shapes)), cell, district, np.ones(len(shapes))


def _split(
    shapes: np.ndarray, districts: gpd.GeoDataFrame, grid: Grid | None, how: str
) -> tuple[np.ndarray, ...]:
    from scindex.measure.map.areas import split_areas
    from scindex.measure.map.lines import split_lines
    from scindex.measure.map.zones import split_by_zones

    inside = split_by_zones(shapes, districts.geometry.to_numpy())
    beyond = _beyond(shapes, inside, districts)
    source, zone, measure, pieces = (np.concatenate(pair) for pair in zip(inside, beyond))
    if grid is None:
        return source, zone, zone, measure
    inner, cell, measure = (split_lines if how == "length" else split_areas)(pieces, grid)
    return source[inner], cell, zone[inner], measure


def _beyond(shapes: np.ndarray, inside: Any, districts: gpd.GeoDataFrame) -> tuple[np.ndarray, ...]:
    """Return what of the outlines lies in no district."""
    import shapely

    from scindex.measure.map.zones import measure

    whole = measure(shapes)
    held = np.bincount(inside.source, weights=inside.measure, minlength=len(shapes))
    rows = np.flatnonzero(whole - held > BEYOND * np.maximum(whole, 1))
    if not len(rows):
        return rows, rows, np.empty(0), np.empty(0, dtype=object)
    rest = shapely.difference(shapes[rows], shapely.union_all(districts.geometry.to_numpy()))
    size = measure(rest)
    kept = size > 0
    return rows[kept], np.full(int(kept.sum()), OUTSIDE), size[kept], rest[kept]


def _named(frame: pd.DataFrame, rows: np.ndarray, districts: pd.DataFrame, code: str) -> np.ndarray:
    """Return the index of the district that records without an outline name; -1 where none."""
    if code not in frame.columns:
        return np.full(len(rows), OUTSIDE)
    index = pd.Index(districts["code"].astype(str))
    return index.get_indexer(pd.Index(frame[code].iloc[rows].astype(str)))
