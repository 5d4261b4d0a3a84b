"""Read a layer of features: its CRS known, its geometries sound, and nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.fingerprints import MIX
from scindex.tables.geo_crs import Bounds, change_crs, crs_name, find_crs, settle_crs
from scindex.tables.geo_files import Opened, digest, open_layer
from scindex.tables.geo_parquet import Choose, Rows
from scindex.tables.geo_repair import repair

if TYPE_CHECKING:
    import geopandas

HALF_TURN = 180.0
"""A polygon wider than this in longitude crosses the antimeridian. [degree]"""


@dataclass(frozen=True, repr=False)
class Layer:
    """Features with a place, and what a reader must know of them.

    Attributes
    ----------
    frame : GeoDataFrame
        Attributes as the file has them, codes as text; geometry is None where a feature
        has no place. The index is the feature's number in the file, from 1.
    findings : tuple of Finding
    inputs : tuple of dict
        Name, SHA-256, format, encoding and CRS of the file.
    others : tuple of str
        Columns of a Parquet file that were not read.
    """

    frame: geopandas.GeoDataFrame
    findings: tuple[Finding, ...] = ()
    inputs: tuple[Mapping[str, Any], ...] = ()
    others: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Layer: {len(self.frame)} features, {len(self.findings)} findings>"


def read_layer(
    path: str | Path,
    *,
    crs: str | None = None,
    to_crs: str | None = None,
    where: Mapping[str, str] | None = None,
    lon: str | None = None,
    lat: str | None = None,
    layer: str | None = None,
    key: str | None = None,
    rows: Rows | None = None,
    choose: Choose | None = None,
) -> Layer:
    """Read a layer: GeoParquet, GeoPackage, shapefile, GeoJSON, TopoJSON, or CSV with coordinates.

    Parameters
    ----------
    path : str or Path
    crs : str, optional
        CRS of the coordinates, where the file says none or says it wrongly.
    to_crs : str, optional
        CRS of the result; that of the file if not given.
    where : Mapping of str to str, optional
        Attribute -> pattern that it must fit, such as ``{"code": "11*"}``.
    lon, lat : str, optional
        Columns of the coordinates, where their headings are not understood; x and y
        where `crs` counts in metres.
    layer : str, optional
        Layer of a file that has several.
    key : str, optional
        Attribute that must name each feature once.
    rows : Rows, optional
        Rows of a Parquet file that are read; features keep their numbers.
    choose : callable, optional
        From the names of a Parquet file's columns to those that are needed.

    Returns
    -------
    Layer

    Raises
    ------
    UsageError
        If there is no such file, layer, attribute or CRS.
    DataError
        If the CRS is not known, the coordinates cannot be in it, kinds are mixed, or two
        features of one key differ.
    """
    path = Path(path)
    opened, found = open_layer(path, where=where, layer=layer, lon=lon, lat=lat, rows=rows, choose=choose)
    number = np.asarray(opened.frame.index) + 1

    def place(i: int) -> str:
        return f"{path.name} feature {number[i]}"

    if not len(opened.frame):
        raise DataError(*found, Finding("geo-no-features", where=path.name))
    geometry, part = repair(opened.geometry, place, path.name)
    found += part
    known, part = settle_crs(opened.crs, crs, bounds_of(geometry), path.name, by_format=opened.by_format)
    found += part
    if known.is_geographic:
        _check_antimeridian(geometry, place, found)
    target = known
    if to_crs is not None:
        target = find_crs(to_crs)
        geometry, part = _moved(geometry, known, target, path.name, place)
        found += part
    frame = _frame(opened, geometry, target, number)
    frame, part = _once_each(frame, key, path.name)
    found += part
    if any(f.severity == "error" for f in found):
        raise DataError(*found)
    used = {
        "name": path.name,
        "sha256": rows.sha256 if rows and rows.sha256 else digest(path),
        "format": opened.kind,
        "encoding": opened.encoding,
        "crs": crs_name(known),
    }
    return Layer(frame, tuple(found), (used,), opened.others)


def bounds_of(geometry: np.ndarray) -> Bounds | None:
    """Return the box of all geometries; None if none has a place."""
    import shapely

    box = shapely.total_bounds(geometry)
    return Bounds(*(float(v) for v in box)) if np.isfinite(box).all() else None


def _check_antimeridian(geometry: np.ndarray, place: Any, found: list[Finding]) -> None:
    import shapely

    box = shapely.bounds(geometry)
    wide = np.flatnonzero((box[:, 2] - box[:, 0]) > HALF_TURN)
    wide = wide[[shapely.get_dimensions(geometry[i]) > 0 for i in wide]] if len(wide) else wide
    single = [i for i in wide if shapely.get_num_geometries(geometry[i]) == 1]
    if single:
        params = {"count": len(single)}
        raise DataError(*found, Finding("geo-antimeridian", where=place(int(single[0])), params=params))


def _moved(
    geometry: np.ndarray, source: Any, target: Any, name: str, place: Any
) -> tuple[np.ndarray, list[Finding]]:
    """Return geometries in another CRS; refuse those that have no place there."""
    import shapely

    if source.equals(target, True):
        return geometry, []
    transformer, found = change_crs(source, target, name)

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved = np.asarray(shapely.transform(geometry, move))
    bad = np.flatnonzero(~np.isfinite(shapely.bounds(moved)).all(axis=1) & ~shapely.is_missing(moved))
    if len(bad):
        params = {"count": len(bad), "crs": crs_name(target)}
        raise DataError(*found, Finding("geo-cannot-move", where=place(int(bad[0])), params=params))
    moved, part = repair(moved, place, name)
    again = {"geo-missing", "geo-empty", "geo-zero-area", "geo-zero-length"}
    return moved, found + [f for f in part if f.code not in again]


def _frame(opened: Opened, geometry: np.ndarray, crs: Any, number: np.ndarray) -> geopandas.GeoDataFrame:
    import geopandas
    import pandas as pd
    from geopandas.array import GeometryArray

    attributes = opened.frame.drop(columns=[c for c in opened.frame.columns if c == "geometry"])
    shapes = GeometryArray(geometry, crs=crs)
    out = geopandas.GeoDataFrame(attributes, geometry=shapes)
    out.index = pd.Index(number, name="feature")
    return out


def _twins(frame: geopandas.GeoDataFrame) -> np.ndarray:
    """Return which features equal an earlier one in outline and attributes, shape (n,)."""
    import pandas as pd
    import shapely

    geometry = np.asarray(frame.geometry.array)
    box = shapely.bounds(geometry)
    alike = np.zeros(len(frame), dtype=np.uint64)
    for side in box.T[: 2 if _points_only(geometry) else 4]:
        alike = (alike ^ np.ascontiguousarray(side).view(np.uint64)) * MIX
        alike ^= alike >> np.uint64(29)
    twin = np.zeros(len(frame), dtype=bool)
    ordered = np.sort(alike)
    if (ordered[1:] != ordered[:-1]).all():
        return twin
    at = np.flatnonzero(pd.Series(alike).duplicated(keep=False))  # only boxes that agree are compared in full
    some = frame.iloc[at]
    plain = pd.DataFrame(some.drop(columns=frame.geometry.name)).astype("str")
    twin[at] = plain.assign(_shape=shapely.to_wkb(geometry[at])).duplicated().to_numpy()
    return twin


def _points_only(geometry: np.ndarray) -> bool:
    import shapely

    return bool((shapely.get_type_id(geometry) <= 0).all())


def _once_each(
    frame: geopandas.GeoDataFrame, key: str | None, name: str
) -> tuple[geopandas.GeoDataFrame, list[Finding]]:
    """Drop features that stand twice; refuse two features of one key that differ."""
    twin = _twins(frame)
    found: list[Finding] = []
    if twin.any():
        numbers = [int(i) for i in frame.index[twin]]
        params = {"count": len(numbers), "features": numbers[:10]}
        where = f"{name} feature {numbers[0]}"
        found.append(Finding("geo-duplicate-same", "warning", where=where, params=params))
        frame = frame[~twin]
    if key is None:
        return frame, found
    if key not in frame.columns:
        params = {"wanted": key, "found": [str(c) for c in frame.columns][:40]}
        raise DataError(*found, Finding("geo-no-attribute", where=name, params=params))
    texts = frame[key].astype("str")
    first: dict[str, int] = {}
    for number, text in zip(frame.index, texts):
        if isinstance(text, str) and text in first:
            params = {"key": key, "value": text, "other": first[text]}
            found.append(Finding("geo-duplicate-differs", where=f"{name} feature {number}", params=params))
        first.setdefault(text, int(number))
    return frame, found
