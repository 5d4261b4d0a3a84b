"""Districts held to what districts are: side by side, without overlaps, gaps or slivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.geo_crs import crs_name

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

LISTED = 50
"""Overlaps and gaps that are listed one by one, the largest first."""

VINTAGE = ("base_year", "BASE_YEAR", "year", "base_date", "BASE_DATE", "기준연도")
"""Attributes that hold the year of boundaries."""

THIN = 0.05
"""A part is a sliver if its mean width is below this share of the outlines' usual step."""


def check_districts(
    frame: geopandas.GeoDataFrame,
    *,
    code: str = "",
    name: str = "",
    tolerance: float | None = None,
) -> list[Finding]:
    """Return overlaps, gaps and slivers of districts.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in a CRS that counts in metres. Left as it is.
    code : str
        Attribute that names a district; the feature's number if empty.
    name : str
        Layer, as findings show it.
    tolerance : float, optional
        Area below which an overlap or a gap is counted and not listed; the square of the
        outlines' usual step (`usual_step`) if not given. [m2]

    Returns
    -------
    list of Finding

    Raises
    ------
    DataError
        If the CRS counts in degrees.

    Examples
    --------
    >>> import geopandas, shapely
    >>> boxes = [shapely.box(0, 0, 100, 100), shapely.box(90, 0, 200, 100)]
    >>> layer = geopandas.GeoDataFrame(geometry=boxes, crs="EPSG:5179")
    >>> [(f.code, f.params["area"]) for f in check_districts(layer, tolerance=1)]
    [('geo-overlap', 1000.0)]
    """
    if frame.crs is None or frame.crs.is_geographic:
        crs = "-" if frame.crs is None else crs_name(frame.crs)
        raise DataError(Finding("geo-needs-metres", where=name, params={"crs": crs}))
    shapes = np.asarray(frame.geometry.array)
    placed = np.flatnonzero([s is not None and not s.is_empty for s in shapes])
    shapes = shapes[placed]
    labels = frame.index if not code else frame[code]
    names = [str(v) for v in np.asarray(labels)[placed]]
    step = usual_step(shapes)
    least = step**2 if tolerance is None else tolerance
    return [
        *_overlaps(shapes, names, least, name),
        *_gaps(shapes, least, name),
        *_slivers(shapes, names, step, name),
    ]


def check_vintage(frame: pd.DataFrame, year: int, *, name: str = "") -> list[Finding]:
    """Say where boundaries are of another year than the data.

    Parameters
    ----------
    frame : DataFrame
        Attributes of districts; a column of `VINTAGE` holds the year of the boundaries.
    year : int
        Year of the data.
    name : str
        Layer, as findings show it.

    Returns
    -------
    list of Finding

    Examples
    --------
    >>> import pandas as pd
    >>> check_vintage(pd.DataFrame({"base_year": ["2013"]}), 2024)[0].params["boundaries"]
    [2013]
    """
    column = next((c for c in VINTAGE if c in frame.columns), None)
    if column is None:
        return []
    years = sorted({int(str(y)[:4]) for y in frame[column].dropna() if str(y)[:4].isdigit()})
    if not years or years == [year]:
        return []
    params = {"boundaries": years, "year": year}
    return [Finding("geo-vintage", "warning", where=name, params=params)]


def usual_step(shapes: np.ndarray) -> float:
    """Return the median length of the segments that outlines are made of. [unit of the CRS]

    Examples
    --------
    >>> import shapely
    >>> usual_step(np.array([shapely.box(0, 0, 10, 10)]))
    10.0
    """
    import shapely

    if not len(shapes):
        return 0.0
    points, ring = shapely.get_coordinates(shapely.get_rings(shapes), return_index=True)
    steps = np.hypot(*np.diff(points, axis=0).T)[np.diff(ring) == 0]
    return float(np.median(steps)) if len(steps) else 0.0


def _overlaps(shapes: np.ndarray, names: list[str], least: float, layer: str) -> list[Finding]:
    import shapely

    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    area = np.asarray(shapely.area(shapely.intersection(shapes[one], shapes[two])), dtype=float)
    found: list[Finding] = []
    large = np.flatnonzero(area > least)
    for i in large[np.argsort(-area[large], kind="stable")][:LISTED]:
        params = {"one": names[one[i]], "two": names[two[i]], "area": _round(float(area[i]))}
        found.append(Finding("geo-overlap", "warning", where=layer, params=params))
    found += _more("geo-overlap", len(large), layer)
    small = area[(area > 0) & (area <= least)]
    return found + _small("geo-overlaps-small", small, least, layer)


def _gaps(shapes: np.ndarray, least: float, layer: str) -> list[Finding]:
    """Return the holes of all districts taken together."""
    import shapely

    whole = np.asarray(shapely.get_parts(shapely.union_all(shapes)))
    rings = [r for part in whole for r in np.asarray(shapely.get_rings(part))[1:]]
    holes = np.asarray(shapely.polygons(rings)) if rings else np.empty(0, dtype=object)
    area = np.asarray(shapely.area(holes), dtype=float)
    found: list[Finding] = []
    large = np.flatnonzero(area > least)
    for i in large[np.argsort(-area[large], kind="stable")][:LISTED]:
        x, y = shapely.get_coordinates(shapely.point_on_surface(holes[i]))[0]
        params = {"area": _round(float(area[i])), "x": round(x), "y": round(y)}
        found.append(Finding("geo-gap", "warning", where=layer, params=params))
    found += _more("geo-gap", len(large), layer)
    return found + _small("geo-gaps-small", area[(area > 0) & (area <= least)], least, layer)


def _slivers(shapes: np.ndarray, names: list[str], step: float, layer: str) -> list[Finding]:
    import shapely

    parts, owner = shapely.get_parts(shapes, return_index=True)
    area, around = np.asarray(shapely.area(parts)), np.asarray(shapely.length(parts))
    thin = (2 * area < THIN * step * around) & (np.bincount(owner, minlength=len(shapes))[owner] > 1)
    found: list[Finding] = []
    for i in np.unique(owner[thin]):
        own = thin & (owner == i)
        params = {"one": names[i], "count": int(own.sum()), "area": _round(float(area[own].sum()))}
        found.append(Finding("geo-sliver", "warning", where=layer, params=params))
    return found[:LISTED] + _more("geo-sliver", len(found), layer)


def _small(code: str, area: np.ndarray, least: float, layer: str) -> list[Finding]:
    if not len(area):
        return []
    params = {"count": len(area), "area": _round(float(area.sum())), "tolerance": _round(least)}
    return [Finding(code, "note", where=layer, params=params)]


def _more(code: str, count: int, layer: str) -> list[Finding]:
    if count <= LISTED:
        return []
    return [Finding("and-more", "warning", where=layer, params={"count": count - LISTED, "code": code})]


def _round(value: float) -> float:
    return float(f"{value:.4g}")
