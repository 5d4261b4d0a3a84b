"""Geodata files to frames of features: GDAL's formats, GeoParquet, and tables with coordinates."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.lookup import fold
from scindex.errors import DataError, ScindexError, UsageError
from scindex.findings import Finding
from scindex.tables.cities import file_bytes
from scindex.tables.decode import MAX_FILE_BYTES, decode
from scindex.tables.geo_parquet import Choose, Rows, read_rows
from scindex.tables.geo_shapefile import check_length, parts_of, shape_encoding

LON = ("lon", "lng", "longitude", "경도")
LAT = ("lat", "latitude", "위도")
X = ("x", "easting", "xcoord", "x좌표", "좌표x", "pointx")
Y = ("y", "northing", "ycoord", "y좌표", "좌표y", "pointy")
WKT = ("wkt", "geometry", "geom", "wktgeom", "the_geom", "thegeom")
"""Headings of coordinates and of geometries as text, folded."""

DRIVERS = {
    "ESRI Shapefile",
    "FlatGeobuf",
    "GML",
    "GPKG",
    "GeoJSON",
    "GeoJSONSeq",
    "KML",
    "LIBKML",
    "MapInfo File",
    "OpenFileGDB",
    "SQLite",
    "TopoJSON",
}
"""Formats of GDAL that hold their features themselves."""

GEODETIC, GEODETIC_CODE = "EPSG:4326", 4326


@dataclass
class Opened:
    """A file of features, before anything was checked.

    Attributes
    ----------
    frame : DataFrame
        Attributes only.
    geometry : ndarray of shapely geometries
    crs : object or None
        As the file says it.
    by_format : bool
        Whether the CRS follows from the format (GeoJSON is longitude and latitude).
    kind : str
        Name of the format.
    encoding : str
    others : tuple of str
        Columns that were not read.
    """

    frame: pd.DataFrame
    geometry: np.ndarray
    crs: Any
    by_format: bool
    kind: str
    encoding: str = ""
    others: tuple[str, ...] = ()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, and of the parts of a shapefile in order of their names.

    Raises
    ------
    UsageError
        If it cannot be read.
    """
    sha = hashlib.sha256()
    try:
        for part in parts_of(path):
            with part.open("rb") as handle:
                while block := handle.read(1 << 22):
                    sha.update(block)
    except OSError as err:
        params = {"path": str(path), "problem": err.strerror or str(err)}
        code = "no-such-file" if isinstance(err, FileNotFoundError) else "unreadable-file"
        raise UsageError(Finding(code, where=path.name, params=params)) from None
    return sha.hexdigest()


def open_layer(
    path: Path,
    *,
    where: Mapping[str, str] | None = None,
    layer: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
    rows: Rows | None = None,
    choose: Choose | None = None,
) -> tuple[Opened, list[Finding]]:
    """Open a file of features of any kind.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is broken, or holds no geometry.
    """
    _check_there(path)
    head = _head(path)
    if head.startswith(b"PAR1"):
        opened, found = _from_parquet(path, lon, lat, rows, choose), []
    elif _is_text_table(path, head):
        opened, found = _from_text(path, lon, lat)
    else:
        opened, found = _from_gdal(path, head, layer)
    if where:
        opened = _filtered(opened, where, path.name)
    return opened, found


def _check_there(path: Path) -> None:
    try:
        size = path.stat().st_size
        if path.is_dir() and path.suffix.lower() != ".gdb":
            raise IsADirectoryError(21, os.strerror(21))
    except (OSError, ValueError) as err:
        params = {"path": str(path), "problem": getattr(err, "strerror", None) or str(err)}
        code = "no-such-file" if isinstance(err, FileNotFoundError) else "unreadable-file"
        raise UsageError(Finding(code, where=path.name, params=params)) from None
    if not size:
        raise DataError(Finding("empty-file", where=path.name))


def _head(path: Path) -> bytes:
    if path.is_dir():
        return b""
    with path.open("rb") as handle:
        return handle.read(4096)


def _is_text_table(path: Path, head: bytes) -> bool:
    json = head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
    return path.suffix.lower() in (".csv", ".tsv", ".txt") and not json


def broken(path: Path, err: BaseException) -> DataError:
    """Return the error of a file that a library could not read."""
    text = str(err).strip().splitlines()
    problem = text[0][:200].replace(str(path), path.name) if text else type(err).__name__
    return DataError(Finding("geo-broken", where=path.name, params={"problem": problem}))


def _from_parquet(
    path: Path, lon: str | None, lat: str | None, rows: Rows | None, choose: Choose | None
) -> Opened:
    places = {fold(n) for n in (*LON, *LAT, *X, *Y, *WKT, lon or "", lat or "")}

    def needed(names: Sequence[str]) -> list[str] | None:
        chosen = choose(names) if choose else None
        return chosen and [n for n in names if n in chosen or fold(n) in places]

    try:
        read = read_rows(path, rows, needed)
    except Exception as err:  # a broken file makes pyarrow, geopandas and shapely raise many kinds
        raise broken(path, err) from None
    if read.geometry is not None:
        return Opened(read.frame, read.geometry, read.crs, False, "GeoParquet", others=read.others)
    opened = _from_columns(read.frame, path, lon, lat, "Parquet", "")
    return replace(opened, others=read.others)


def _from_text(path: Path, lon: str | None, lat: str | None) -> tuple[Opened, list[Finding]]:
    from scindex.tables.delimited import read_delimited

    text, found = decode(file_bytes(path), path.name)
    grid = read_delimited(text)
    names = [t.strip() for t in grid.row_text(0)]
    columns = {n or f"column_{i + 1}": grid.columns[i].part(1).to_pandas() for i, n in enumerate(names)}
    frame = pd.DataFrame(columns)
    frame = frame[grid.filled[1:] > 0].reset_index(drop=True).replace("", None)
    return _from_columns(frame, path, lon, lat, "CSV", text.encoding), found


def _from_columns(
    frame: pd.DataFrame, path: Path, lon: str | None, lat: str | None, kind: str, encoding: str
) -> Opened:
    """Make points of two columns of coordinates, or geometries of a column of text."""
    import shapely

    folded = {fold(str(c)): c for c in frame.columns}
    for pair, degrees in (((lon, lat), None), ((LON, LAT), True), ((X, Y), False)):
        names = [_column(p, folded) for p in pair]
        if all(names):
            given = degrees is None and (str(lon).casefold() in LON)
            crs = GEODETIC if degrees or given else None
            x, y = (_numbers(frame, str(n), path) for n in names)
            points = np.asarray(shapely.points(np.column_stack([np.nan_to_num(x), np.nan_to_num(y)])))
            points[np.isnan(x) | np.isnan(y)] = None
            return Opened(frame, points, crs, bool(crs), kind, encoding)
    text = _column(WKT, folded)
    if text is None:
        params = {"found": [str(c) for c in frame.columns][:40]}
        raise DataError(Finding("geo-no-geometry", where=path.name, params=params))
    geometry = _texts_to_shapes(frame[text], path)
    return Opened(frame.drop(columns=text), geometry, None, False, kind, encoding)


def _column(wanted: str | tuple[str, ...] | None, folded: Mapping[str, Any]) -> Any:
    names = (wanted,) if isinstance(wanted, str) else wanted or ()
    return next((folded[fold(n)] for n in names if fold(n) in folded), None)


def _numbers(frame: pd.DataFrame, column: str, path: Path) -> np.ndarray:
    import pyarrow as pa

    from scindex.tables.raw_cells import read_number_cells, settle_commas
    from scindex.tables.raw_source import Cells

    def where(i: int) -> str:
        return f"{path.name} feature {i + 1}"

    cells = Cells(pa.chunked_array([pa.Array.from_pandas(frame[column])]))
    typed = read_number_cells(cells, where)
    korean = any(re.search("[가-힣]", str(c)) for c in frame.columns)
    settle_commas(cells, typed, korean=korean, marks={typed.speaks} - {""}, where=where)
    wrong = [f for f in typed.findings if f.severity == "error"]
    if wrong:
        raise DataError(*wrong)
    return np.asarray(typed.values)


def _texts_to_shapes(texts: pd.Series, path: Path) -> np.ndarray:
    import shapely

    values = texts.to_numpy(dtype=object)
    values = np.array([None if v is None or v != v else v for v in values], dtype=object)
    if any(isinstance(v, bytes) for v in values):
        shapes = shapely.from_wkb(values, on_invalid="ignore")
    else:
        shapes = shapely.from_wkt(values, on_invalid="ignore")
    bad = np.flatnonzero([v is not None and s is None for v, s in zip(values, shapes, strict=True)])
    if len(bad):
        from scindex.tables.faults import each

        where = lambda i: f"{path.name} feature {i + 1}"  # noqa: E731
        raise DataError(*each("geo-wkt", bad, where, value=lambda i: str(values[i])[:60]))
    return np.asarray(shapes)


def _from_gdal(path: Path, head: bytes, layer: str | None) -> tuple[Opened, list[Finding]]:
    check_length(path, head)
    info, name = layer_info(path, layer)
    import pyogrio

    try:
        encoding, found = shape_encoding(path, info)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding)
    except ScindexError:
        raise
    except Exception as err:  # GDAL and shapely raise many kinds for a broken file
        raise broken(path, err) from None
    if not hasattr(frame, "geometry") or getattr(frame, "_geometry_column_name", None) is None:
        params = {"found": [str(c) for c in frame.columns][:40]}
        raise DataError(Finding("geo-no-geometry", where=path.name, params=params))
    geometry = np.asarray(frame.geometry.array)
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    driver = str(info["driver"])
    crs = frame.crs
    plain_json = driver in ("GeoJSON", "TopoJSON", "GeoJSONSeq") and b'"crs"' not in head
    by_format = plain_json and (crs is None or crs.to_epsg() == GEODETIC_CODE)
    crs = GEODETIC if by_format else crs
    return Opened(plain, geometry, crs, by_format, driver, encoding or "utf-8"), found


def layer_info(path: Path, layer: str | None) -> tuple[Mapping[str, Any], str | None]:
    """Return what GDAL says of a file, and the layer that is read.

    Raises
    ------
    DataError
        If it is broken or beyond the size limit.
    UsageError
        If it has several layers and none is chosen, or the chosen one is not there.
    """
    import pyogrio

    if b"<OGRVRT" in _head(path) or b"<VRTDataset" in _head(path):
        # such a file only points at others, on this machine or elsewhere
        raise DataError(Finding("geo-broken", where=path.name, params={"problem": "VRT"}))
    try:
        names = [str(n) for n in pyogrio.list_layers(path)[:, 0]]
        if path.is_file() and path.stat().st_size > MAX_FILE_BYTES * 4:
            params = {"bytes": path.stat().st_size, "limit": MAX_FILE_BYTES * 4}
            raise DataError(Finding("file-too-large", where=path.name, params=params))
        if layer is not None and layer not in names:
            params = {"wanted": layer, "choices": names}
            raise UsageError(Finding("geo-no-layer", where=path.name, params=params))
        if layer is None and len(names) > 1:
            raise UsageError(Finding("geo-several-layers", where=path.name, params={"layers": names}))
        name = layer if layer is not None else (names[0] if names else None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info = pyogrio.read_info(path, layer=name)
        if info["driver"] not in DRIVERS:
            problem = str(info["driver"])
            raise DataError(Finding("geo-broken", where=path.name, params={"problem": problem}))
        return info, name
    except ScindexError:
        raise
    except Exception as err:  # GDAL raises many kinds for a broken file
        raise broken(path, err) from None


def _filtered(opened: Opened, where: Mapping[str, str], name: str) -> Opened:
    """Keep the features whose attributes fit patterns such as ``11*``."""
    keep = np.ones(len(opened.frame), dtype=bool)
    for column, pattern in where.items():
        if column not in opened.frame.columns:
            params = {"wanted": column, "found": [str(c) for c in opened.frame.columns][:40]}
            raise UsageError(Finding("geo-no-attribute", where=name, params=params))
        texts = opened.frame[column].astype("str")
        keep &= np.array([isinstance(t, str) and fnmatchcase(t, str(pattern)) for t in texts])
    if not keep.any():
        params = {"where": [f"{c} = {p}" for c, p in where.items()]}
        raise DataError(Finding("geo-none-left", where=name, params=params))
    return replace(opened, frame=opened.frame[keep], geometry=opened.geometry[keep])


def read_attributes(path: Path) -> tuple[Any, dict[str, str], list[Finding]]:
    """Return the attributes of a geodata file as an Arrow table, without its geometry.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is broken.
    """
    import pyogrio

    _check_there(path)
    info, layer = layer_info(path, None)
    try:
        encoding, found = shape_encoding(path, info)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, table = pyogrio.read_arrow(path, layer=layer, read_geometry=False, encoding=encoding)
    except ScindexError:
        raise
    except Exception as err:  # GDAL raises many kinds for a broken file
        raise broken(path, err) from None
    del meta
    used = {"name": path.name, "sha256": digest(path), "encoding": encoding or "utf-8"}
    return table, used, found
