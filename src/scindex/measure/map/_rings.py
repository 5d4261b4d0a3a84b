"""Polygons as rows of vertices: what the compiled kernels read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scindex.errors import DataError
from scindex.findings import Finding

LINE, POLYGON = 1, 3
"""shapely's numbers of the simple types; a closed line (2) is a line too."""

FARTHEST = 1e9
"""Coordinates beyond it are no place on Earth. [m]"""

_COLLECTED = (4, 5, 6, 7)


class Rings(NamedTuple):
    """Closed rings of many polygons, in the order of the polygons.

    Attributes
    ----------
    xy : ndarray, shape (n_vertex, 2)
        Vertices; the first of a ring stands again as its last. [m]
    starts : ndarray of int64, shape (n_ring + 1,)
        Where each ring begins among the vertices.
    source : ndarray of int64, shape (n_ring,)
        Which polygon each ring is of. Never falls.
    hole : ndarray of bool, shape (n_ring,)
        Whether the ring bounds a hole.
    """

    xy: NDArray[np.float64]
    starts: NDArray[np.int64]
    source: NDArray[np.int64]
    hole: NDArray[np.bool_]


def as_geometries(geometries: Iterable[Any]) -> NDArray[np.object_]:
    """Give an array of shapely geometries, whatever column they came in."""
    return np.asarray(geometries, dtype=object)


def parts_of(geometries: Iterable[Any], kind: int) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Take multi-part geometries and collections apart and keep the parts of one type.

    Parameters
    ----------
    geometries : iterable of shapely geometries, length n
        Missing and empty ones give nothing.
    kind : int
        `LINE` or `POLYGON`.

    Returns
    -------
    parts : ndarray of geometries, shape (n_part,)
    source : ndarray of int64, shape (n_part,)
        Row of each part. Never falls.
    """
    import shapely

    parts = as_geometries(geometries)
    source = np.arange(len(parts))
    while np.isin(shapely.get_type_id(parts), _COLLECTED).any():
        parts, rows = shapely.get_parts(parts, return_index=True)
        source = source[rows]
    types = shapely.get_type_id(parts)
    kept = (types == kind) | (types == 2) if kind == LINE else types == kind
    kept &= ~shapely.is_empty(parts)
    return (parts, source) if kept.all() else (parts[kept], source[kept])


def check_reach(
    xy: NDArray[np.float64], parts: NDArray[np.object_], source: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Refuse vertices that are no place on Earth in metres: they would fill the memory with cells.

    Parameters
    ----------
    xy : ndarray, shape (n_vertex, 2)
        All vertices of the parts. [m]
    parts, source
        As `parts_of` gave them.

    Returns
    -------
    ndarray, shape (n_vertex, 2)
        The same vertices.

    Raises
    ------
    DataError
        If a coordinate is infinite, missing or beyond `FARTHEST`.
    """
    import shapely

    if not len(xy) or (xy.min() > -FARTHEST and xy.max() < FARTHEST):
        return xy
    xy, part = shapely.get_coordinates(parts, return_index=True)
    wrong = ~(np.abs(xy) < FARTHEST).all(axis=1)
    rows = np.unique(source[part[wrong]])
    raise DataError(Finding("coordinates-not-finite", params={"count": len(rows), "row": int(rows[0]) + 1}))


def rings_of(polygons: Iterable[Any], *, first_row: int = 0) -> Rings:
    """Lay polygons, multipolygons and the polygons of collections out as rings.

    Parameters
    ----------
    polygons : iterable of shapely geometries, length n
        Other types, missing and empty ones give no ring.
    first_row : int
        Number of rows before these, for what a fault says.
    """
    import shapely

    parts, source = parts_of(polygons, POLYGON)
    if not len(parts):
        none = np.empty(0, dtype=np.int64)
        return Rings(np.empty((0, 2)), np.zeros(1, dtype=np.int64), none, none.astype(bool))
    count = shapely.get_num_interior_rings(parts).astype(np.int64) + 1
    outer = np.cumsum(count) - count
    hole = np.ones(count.sum(), dtype=bool)
    hole[outer] = False
    starts = np.concatenate([[0], np.cumsum(_lengths(parts, count, outer))])
    xy = check_reach(shapely.get_coordinates(parts), parts, source + first_row)
    return Rings(xy, starts, np.repeat(source, count), hole)


def _lengths(
    parts: NDArray[np.object_], count: NDArray[np.int64], outer: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Vertices of each ring; only polygons with holes are taken apart for it."""
    import shapely

    lengths = np.empty(count.sum(), dtype=np.int64)
    plain = count == 1
    lengths[outer[plain]] = shapely.get_num_coordinates(parts[plain])
    if not plain.all():
        rings = shapely.get_rings(parts[~plain])
        lengths[np.repeat(~plain, count)] = shapely.get_num_coordinates(rings)
    return lengths
