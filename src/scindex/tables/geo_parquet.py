"""Parquet and GeoParquet read by rows and columns: only what is asked for is decoded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CRS84 = "OGC:CRS84"
"""What GeoParquet means where it names no reference system (GeoParquet 1.1, section `crs`)."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a file that are read as if they were the whole of it.

    Attributes
    ----------
    first, last : int
        Counted from 0; `last` is not among them.
    sha256 : str
        Of the whole file, where it is known already; else it is computed.
    """

    first: int
    last: int
    sha256: str = ""


@dataclass(frozen=True)
class Decoded:
    """Rows of a Parquet file.

    Attributes
    ----------
    frame : DataFrame
        Attributes; the index counts the rows of the file from 0.
    geometry : ndarray of shapely geometries or None
        None where the file is no GeoParquet.
    crs : object or None
    others : tuple of str
        Columns that were not read.
    """

    frame: pd.DataFrame
    geometry: np.ndarray | None
    crs: Any
    others: tuple[str, ...]


Choose = Callable[[Sequence[str]], "list[str] | None"]
"""From the names of all columns to those that are needed; None for all."""


def read_rows(path: Path, rows: Rows | None = None, choose: Choose | None = None) -> Decoded:
    """Read rows and columns of a Parquet file.

    Parameters
    ----------
    path : Path
    rows : Rows, optional
        All if not given.
    choose : callable, optional

    Returns
    -------
    Decoded

    Raises
    ------
    OSError, ValueError, pyarrow.ArrowException
        If it is broken.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        meta = (file.schema_arrow.metadata or {}).get(b"geo")
        geo = json.loads(meta) if meta else {}
        names = [str(n) for n in file.schema_arrow.names]
        shapes = list(geo.get("columns", {}))
        plain = [n for n in names if n not in shapes]
        chosen = (choose(plain) if choose else None) or plain
        primary = str(geo["primary_column"]) if geo else ""
        ours = primary and geo["columns"][primary].get("encoding") == "WKB"
        table = _row_groups(file, [n for n in names if n in chosen or (ours and n == primary)], rows)
    first = rows.first if rows else 0
    others = tuple(n for n in plain if n not in chosen)
    geometry, crs = None, None
    if ours:
        geometry, crs = _shapes(table[primary]), _crs(geo["columns"][primary])
        table = table.drop_columns([primary])
    elif geo:
        geometry, crs = _by_geopandas(path, rows)
    frame = table.to_pandas()
    frame.index = pd.RangeIndex(first, first + len(frame))
    return Decoded(frame, geometry, crs, others)


def _row_groups(file: Any, names: list[str], rows: Rows | None) -> Any:
    """Read the row groups that hold the rows, and cut off what lies before and after."""
    if rows is None:
        return file.read(names)
    meta = file.metadata
    ends = np.cumsum([meta.row_group(i).num_rows for i in range(meta.num_row_groups)])
    starts = np.concatenate([[0], ends[:-1]])
    groups = np.flatnonzero((ends > rows.first) & (starts < rows.last))
    table = file.read_row_groups(groups.tolist(), names)
    skip = rows.first - int(starts[groups[0]]) if len(groups) else 0
    return table.slice(skip, rows.last - rows.first)


def _shapes(column: Any) -> np.ndarray:
    import shapely

    return np.asarray(shapely.from_wkb(column.to_numpy()))


def _crs(spec: dict[str, Any]) -> Any:
    if "crs" not in spec:
        return CRS84
    if spec["crs"] is None:
        return None
    from pyproj import CRS

    return CRS.from_user_input(spec["crs"])


def _by_geopandas(path: Path, rows: Rows | None) -> tuple[np.ndarray, Any]:
    """Read geometries that are not WKB; the whole column, since few files have them."""
    import geopandas

    shapes = geopandas.read_parquet(path).geometry
    whole = np.asarray(shapes.array)
    return (whole if rows is None else whole[rows.first : rows.last]), shapes.crs
