"""Write layers and grids whole or not at all: GeoParquet, GeoPackage, GeoJSON, CSV, GeoTIFF."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.errors import DataError, UsageError
from scindex.extras import need
from scindex.findings import Finding
from scindex.tables.geo_crs import change_crs, crs_name, find_crs
from scindex.tables.write import whole, write_csv

if TYPE_CHECKING:
    import geopandas

ENDINGS = (".parquet", ".gpkg", ".geojson", ".csv")
RASTER_ENDINGS = (".tif", ".tiff")
MAX_RASTER = 400_000_000
"""Cells of a raster, bands not counted."""

DIGITS = 7
"""Decimals of a degree that GeoJSON keeps: about a centimetre (RFC 7946, 11.2)."""

DEGREE = 111_320.0
"""Length of a degree of latitude. [m]"""

FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""GeoPackage must state when it was changed; a fixed date keeps same in, same out."""


def write_cells(
    frame: geopandas.GeoDataFrame,
    path: str | Path,
    *,
    force: bool = False,
    layer: str = "cells",
    digits: int = DIGITS,
) -> list[Finding]:
    """Write features in the format that the file's ending names.

    Parameters
    ----------
    frame : GeoDataFrame
        Left as it is.
    path : str or Path
        Ending in ``.parquet`` (GeoParquet), ``.gpkg``, ``.geojson`` or ``.csv`` (attributes
        only, text defused).
    force : bool
        Whether an existing file may be replaced.
    layer : str
        Name of the layer inside a GeoPackage.
    digits : int
        Decimals of a degree in GeoJSON.

    Returns
    -------
    list of Finding
        What the format changed.

    Raises
    ------
    UsageError
        If the ending is not known, the file exists, or it cannot be written.

    Notes
    -----
    The same frame gives the same bytes, whenever it is written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        params = {"ending": ending or "-", "known": list(ENDINGS)}
        raise UsageError(Finding("geo-unknown-ending", where=path.name, params=params))
    with whole(path, force=force) as temporary:
        try:
            return _WRITERS[ending](frame, temporary, path.name, layer, digits)
        except (RuntimeError, ValueError, TypeError) as err:  # pyogrio and pyarrow, of what they cannot hold
            problem = str(err).splitlines()[0][:200] if str(err) else type(err).__name__
            problem = problem.replace(str(temporary), path.name)
            raise UsageError(
                Finding("geo-not-writable", where=path.name, params={"problem": problem})
            ) from None


def _parquet(frame: Any, path: Path, name: str, layer: str, digits: int) -> list[Finding]:
    frame.to_parquet(path, index=False, compression="zstd", write_covering_bbox=False)
    return []


def _gpkg(frame: Any, path: Path, name: str, layer: str, digits: int) -> list[Finding]:
    import pyogrio

    path.unlink()  # GDAL makes the file itself
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pyogrio.write_dataframe(_plain(frame), path, layer=layer, driver="GPKG", promote_to_multi=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
    return []


def _geojson(frame: Any, path: Path, name: str, layer: str, digits: int) -> list[Finding]:
    import pyogrio

    found: list[Finding] = []
    if frame.crs is None:
        empty = {"plausible": [], "x0": None, "y0": None, "x1": None, "y1": None}
        raise DataError(Finding("geo-no-crs", where=name, params=empty))
    degrees = find_crs("EPSG:4326")
    if not find_crs(frame.crs).equals(degrees, True):
        _, part = change_crs(find_crs(frame.crs), degrees, name)
        found += [f for f in part if f.severity == "warning"]
        found.append(
            Finding("geo-moved-for-format", "note", where=name, params={"crs": crs_name(find_crs(frame.crs))})
        )
        frame = frame.to_crs(degrees)
    path.unlink()
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": str(digits), "WRITE_NON_FINITE_VALUES": "NO"}
    pyogrio.write_dataframe(_plain(frame), path, layer=layer, driver="GeoJSON", layer_options=options)
    size = float(f"{DEGREE * 0.5 * 10.0**-digits:.1g}")
    return [*found, Finding("geo-rounded", "note", where=name, params={"digits": digits, "size": size})]


def _csv(frame: Any, path: Path, name: str, layer: str, digits: int) -> list[Finding]:
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    with path.open("wb") as handle:
        write_csv(table, handle)
    return []


def _plain(frame: Any) -> Any:
    """Return a frame whose columns GDAL knows: categories as text."""
    coded = {c: "str" for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)}
    return frame.astype(coded) if coded else frame


_WRITERS = {".parquet": _parquet, ".gpkg": _gpkg, ".geojson": _geojson, ".csv": _csv}
"""Ending -> how it is written."""


def write_raster(
    bands: Mapping[str, np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    path: str | Path,
    *,
    size: float,
    crs: str,
    force: bool = False,
    units: str = "t",
    cloud: bool = True,
) -> list[Finding]:
    """Write values of square cells as a GeoTIFF, one band each.

    Parameters
    ----------
    bands : Mapping of str to ndarray, shape (n_cell,)
        Name of the band -> value of each cell; NaN where there is none.
    x, y : ndarray, shape (n_cell,)
        Centres of the cells, in any order. [m]
    path : str or Path
        Ending in ``.tif`` or ``.tiff``.
    size : float
        Side of a cell. [m]
    crs : str
    force : bool
        Whether an existing file may be replaced.
    units : str
        Unit of the values, written into each band.
    cloud : bool
        Whether to order the file for reading over a network (COG).

    Returns
    -------
    list of Finding

    Raises
    ------
    DataError
        If the centres do not lie on one grid, or it is too large.
    UsageError
        If the ending is not known, the file exists, or rasterio is not installed.

    Notes
    -----
    Cells without a value, and places without a cell, are nodata (NaN), not zero.
    """
    path = Path(path)
    if path.suffix.lower() not in RASTER_ENDINGS:
        params = {"ending": path.suffix or "-", "known": list(RASTER_ENDINGS)}
        raise UsageError(Finding("geo-unknown-ending", where=path.name, params=params))
    rasterio = need("map", "rasterio")
    row, column, height, width = _places(np.asarray(x, float), np.asarray(y, float), size, path.name)
    corner = (float(np.min(x)) - size / 2, float(np.max(y)) + size / 2)
    profile = {
        "driver": "COG" if cloud else "GTiff",
        "height": height,
        "width": width,
        "count": len(bands),
        "dtype": "float64",
        "nodata": float("nan"),
        "crs": find_crs(crs, path.name).to_wkt(),
        "transform": rasterio.Affine(size, 0.0, corner[0], 0.0, -size, corner[1]),
        "compress": "deflate",
    }
    if not cloud:
        profile |= {"tiled": True, "predictor": 3}
    with whole(path, force=force) as temporary, rasterio.open(temporary, "w", **profile) as out:
        for i, (name, values) in enumerate(bands.items(), 1):
            image = np.full((height, width), np.nan)
            image[row, column] = values
            out.write(image, i)
            out.set_band_description(i, name)
            out.set_band_unit(i, units)
        out.update_tags(AREA_OR_POINT="Area")
    return []


def _places(x: np.ndarray, y: np.ndarray, size: float, name: str) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Return row and column of each centre, and the size of the raster."""
    if not len(x):
        raise DataError(Finding("geo-no-features", where=name))
    column, row = (x - x.min()) / size, (y.max() - y) / size
    whole_column, whole_row = np.round(column), np.round(row)
    off = max(float(np.abs(column - whole_column).max()), float(np.abs(row - whole_row).max()))
    if not np.isfinite(off) or off > 1e-3:
        raise DataError(
            Finding("geo-raster-ragged", where=name, params={"share": round(off, 3), "size": size})
        )
    width, height = int(whole_column.max()) + 1, int(whole_row.max()) + 1
    if width * height > MAX_RASTER:
        params = {"rows": height, "columns": width, "limit": MAX_RASTER}
        raise DataError(Finding("geo-raster-large", where=name, params=params))
    key = whole_row.astype(np.int64) * width + whole_column.astype(np.int64)
    if len(np.unique(key)) < len(key):
        raise DataError(
            Finding("geo-raster-twice", where=name, params={"count": len(key) - len(np.unique(key))})
        )
    return whole_row.astype(np.int64), whole_column.astype(np.int64), height, width
