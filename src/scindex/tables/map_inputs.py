"""Read what a MAP.yaml names: districts with their weights, tables with their places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.maps import MapPlan, TablePlan
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.geo import read_layer
from scindex.tables.geo_parquet import Choose
from scindex.tables.map_years import rows_of_year
from scindex.tables.partitioned import TablePart, cut, input_of
from scindex.tables.raw import fit_table, read_table
from scindex.tables.raw_columns import match_headings, raw_shape

if TYPE_CHECKING:
    import geopandas as gpd

LISTED = 40
"""Names that one finding lists."""

PLACES = ("buildings", "road_links", "forest", "land_cover", "urban_green")
"""Tables that have a place of their own; the others are known by district or identifier."""


@dataclass(frozen=True)
class MapInputs:
    """All that a map is made of, read.

    Attributes
    ----------
    tables : Mapping of str to DataFrame
        Those with places as GeoDataFrames in the map's reference system.
    districts : GeoDataFrame
        ``code``, ``name``, outlines; ``parent`` and joined columns.
    findings : tuple of Finding
    inputs : tuple of Mapping
    """

    tables: Mapping[str, pd.DataFrame]
    districts: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    inputs: tuple[Mapping[str, Any], ...]


def read_map_inputs(plan: MapPlan, *, without: Collection[str] = ()) -> MapInputs:
    """Read districts and tables; the faults of all files at once.

    Parameters
    ----------
    plan : MapPlan
    without : collection of str
        Tables that are read in parts by others.

    Returns
    -------
    MapInputs

    Raises
    ------
    UsageError
        If a file is not there.
    DataError
        With every fault of every file.
    """
    told: list[Finding] = []
    inputs: list[Mapping[str, Any]] = []
    faults: list[Finding] = []
    tables: dict[str, pd.DataFrame] = {}
    districts = None
    jobs: list[tuple[str, TablePlan]] = [("", plan.districts), *plan.tables.items()]
    jobs = [(name, spec) for name, spec in jobs if name not in without]
    for name, spec in jobs:
        try:
            if not name:
                districts = _districts(plan, told, inputs)
            else:
                tables[name] = _table(name, spec, plan.crs, told, inputs)
        except DataError as err:
            faults += err.findings
    if faults or districts is None:
        raise DataError(*faults)
    return MapInputs(tables, districts, tuple(told), tuple(inputs))


def _table(
    name: str, spec: TablePlan, crs: str, told: list[Finding], inputs: list[Mapping[str, Any]]
) -> pd.DataFrame:
    shape = shape_of(name, spec)
    if shape in PLACES:
        return _whole(name, spec, crs, told, inputs)
    read = read_table(
        spec.file,
        shape,
        columns=_columns(spec),
        sheet=spec.options.get("sheet"),
        partial=spec.options.get("partial", "missing"),
    )
    told.extend(read.findings)
    inputs.extend(read.inputs)
    own, found = rows_of_year(read.frame, spec, shape)
    told.extend(found)
    return read.frame[own].reset_index(drop=True).rename(columns={"district": "code"})


def shape_of(name: str, spec: TablePlan) -> str:
    """Return the shape of a table: its own name, or that of the table it is like."""
    return str(spec.options.get("like", name))


def _whole(
    name: str, spec: TablePlan, crs: str, told: list[Finding], inputs: list[Mapping[str, Any]]
) -> gpd.GeoDataFrame:
    """Read a table with places in one go, and all files of it where it is a folder."""
    import geopandas as gpd

    if not spec.file.is_dir():
        one = read_places(name, spec, crs)
        told.extend(one.findings)
        inputs.extend(one.inputs)
        return one.frame
    parts = cut(name, spec)
    read = [read_places(name, spec, crs, part) for part in parts]
    for one in read:
        told.extend(one.findings)
    inputs.append(input_of(spec.file.name, parts, read[0].inputs[0]))
    return gpd.GeoDataFrame(pd.concat([one.frame for one in read], ignore_index=True), crs=read[0].frame.crs)


@dataclass(frozen=True)
class Places:
    """A table with places, or a part of one.

    Attributes
    ----------
    frame : GeoDataFrame
        In the map's reference system.
    findings : tuple of Finding
    inputs : tuple of Mapping
    """

    frame: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    inputs: tuple[Mapping[str, Any], ...]


def read_places(name: str, spec: TablePlan, crs: str, part: TablePart | None = None) -> Places:
    """Read a table with places: its geometry by the one reader, its attributes by the other.

    Parameters
    ----------
    name : str
        As MAP.yaml calls it.
    spec : TablePlan
    crs : str
        Of the map.
    part : TablePart, optional
        The file, or rows of it, to be read; else all of the table's file.

    Returns
    -------
    Places

    Raises
    ------
    UsageError, DataError
        As `read_layer` and `fit_table`.
    """
    import geopandas as gpd

    file = part.file if part else spec.file
    shape, columns = shape_of(name, spec), _columns(spec)
    layer = _layer(spec, crs, file, part, partial(_needed, shape=shape, columns=columns))
    numbers = layer.frame.index.to_numpy()
    fitted = fit_table(
        layer.frame, shape, file=file.name, columns=columns, numbers=numbers, others=layer.others
    )
    rows = np.searchsorted(numbers, fitted.rows)
    shapes = layer.frame.geometry.iloc[rows].to_numpy()
    frame = fitted.frame.drop(columns=[c for c in ("x", "y", "lon", "lat") if c in fitted.frame.columns])
    frame = gpd.GeoDataFrame(frame.reset_index(drop=True), geometry=shapes, crs=layer.frame.crs)
    own, found = rows_of_year(frame, spec, shape, part=part is not None)
    if not own.all():
        frame = frame[own].reset_index(drop=True)
    return Places(frame, (*layer.findings, *fitted.findings, *found), layer.inputs)


def _needed(names: Sequence[str], shape: str, columns: Mapping[str, str]) -> list[str] | None:
    """Return the columns that a shape knows; None (all) where no column names the row."""
    known = raw_shape(shape)
    found = match_headings(list(names), known, columns)
    keys = {*known.key, *(c for many in known.instead.values() for c in many)}
    if not keys & set(found):
        return None
    return [names[at] for matches in found.values() for match in matches for at in match.at]


def _layer(
    spec: TablePlan,
    crs: str,
    file: Path | None = None,
    part: TablePart | None = None,
    choose: Choose | None = None,
) -> Any:
    wanted = spec.options
    rows = part.rows if part else None
    return read_layer(
        file or spec.file, crs=wanted.get("crs"), to_crs=crs, lon=wanted.get("lon"), lat=wanted.get("lat"),
        rows=rows, choose=choose,
    )  # fmt: skip


def _columns(spec: TablePlan) -> dict[str, str]:
    return {{"code": "district"}.get(k, k): v for k, v in spec.columns.items()}


def _districts(plan: MapPlan, told: list[Finding], inputs: list[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    layer = _layer(plan.districts, plan.crs)
    fitted = fit_table(
        layer.frame, "districts", file=plan.districts.file.name, columns=_columns(plan.districts)
    )
    told.extend((*layer.findings, *fitted.findings))
    inputs.extend(layer.inputs)
    rows = fitted.rows - 1
    frame = fitted.frame.rename(columns={"district": "code"}).reset_index(drop=True)
    if "name" not in frame.columns:
        frame["name"] = frame["code"]
    shapes = layer.frame.geometry.iloc[rows].to_numpy()
    found = gpd.GeoDataFrame(frame, geometry=shapes, crs=layer.frame.crs)
    for join in plan.joins:
        found = _joined(plan, found, join, told, inputs)
    told.extend(_checked(found, plan.districts.file.name))
    told.extend(_vintage(layer.frame, fitted.frame, plan))
    return _with_parent(found, plan, told)


def _checked(districts: gpd.GeoDataFrame, name: str) -> list[Finding]:
    """Say where districts overlap or leave gaps."""
    from scindex.tables.geo_check import check_districts

    return list(check_districts(districts, code="code", name=name))


def _vintage(raw: pd.DataFrame, fitted: pd.DataFrame, plan: MapPlan) -> list[Finding]:
    """Say where the boundaries are of another year than the map."""
    from scindex.tables.geo_check import VINTAGE, check_vintage

    said = plan.districts.options.get("boundary_year")
    if said:
        frame = pd.DataFrame({"base_year": [said]})
    else:
        frame = raw if set(VINTAGE) & set(raw.columns) else fitted
    return check_vintage(frame, plan.year, name=plan.districts.file.name)


def _joined(
    plan: MapPlan,
    districts: gpd.GeoDataFrame,
    spec: TablePlan,
    told: list[Finding],
    inputs: list[Mapping[str, Any]],
) -> gpd.GeoDataFrame:
    """Put the columns of a table beside the districts by code; name what does not match."""
    read = read_table(
        spec.file,
        "district_statistics",
        columns=_columns(spec),
        sheet=spec.options.get("sheet"),
        partial=spec.options.get("partial", "missing"),
    )
    told.extend(read.findings)
    inputs.extend(read.inputs)
    wanted = [c for c in spec.columns if c not in {"code", "name"}]
    own, found = rows_of_year(read.frame, spec, "district_statistics")
    told.extend(found)
    table = _by_code(read.frame[own], wanted, spec, told)
    codes = districts["code"].astype("str")
    digits = int(plan.parent.get("digits", 0))
    zones = {c[:digits] for c in codes}
    # of a table of the whole country only the rows of our own zones are worth a word
    lone = [c for c in table.index if c not in set(codes) and c[:digits] in zones]
    bare = [f"{n} {c}" for n, c in zip(districts["name"], codes) if c not in table.index]
    if lone or bare:
        params = {
            "n": len(bare), "of": len(codes), "items": bare[:LISTED],
            "rows": len(lone), "others": lone[:LISTED],
        }  # fmt: skip
        told.append(Finding("map-join-unmatched", severity="warning", where=spec.file.name, params=params))
    joined = table.reindex(codes).reset_index(drop=True)
    return districts.drop(columns=[c for c in wanted if c in districts.columns]).join(joined)


def _by_code(frame: pd.DataFrame, wanted: list[str], spec: TablePlan, told: list[Finding]) -> pd.DataFrame:
    """Return the wanted columns by code of the district; kinds of one district are added up, aloud."""
    if "district" not in frame.columns:
        params = {"layer": "join", "column": "code", "table": spec.file.name, "seen": list(frame.columns)}
        raise DataError(Finding("layer-column-missing", where=spec.where, params=params))
    table = frame.set_index(frame["district"].astype("str"))[wanted]
    twice = table.index[table.index.duplicated()].unique()
    if not len(twice):
        return table
    if "kind" not in frame.columns or not all(pd.api.types.is_numeric_dtype(table[c]) for c in wanted):
        params = {"n": len(twice), "items": list(twice[:LISTED])}
        raise DataError(Finding("map-join-codes-twice", where=spec.file.name, params=params))
    params = {"kinds": sorted(frame["kind"].dropna().astype("str").unique())[:LISTED], "columns": wanted}
    told.append(Finding("map-kinds-added", severity="note", where=spec.file.name, params=params))
    return table.groupby(level=0, sort=False).sum(min_count=1)


def _with_parent(districts: gpd.GeoDataFrame, plan: MapPlan, told: list[Finding]) -> gpd.GeoDataFrame:
    """Name the larger zone of each district: the first digits of its code, or a column."""
    if "digits" in plan.parent:
        return districts.assign(parent=districts["code"].astype("str").str[: int(plan.parent["digits"])])
    column = str(plan.parent.get("column", "parent"))
    if plan.parent and column not in districts.columns:
        seen = [c for c in districts.columns if c != "geometry"]
        params = {"column": column, "seen": seen}
        raise DataError(Finding("map-parent-missing", where=plan.districts.where, params=params))
    return districts.assign(parent=districts[column]) if column in districts.columns else districts
