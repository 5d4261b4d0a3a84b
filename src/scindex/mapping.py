"""The carbon map from files to files: build it from MAP.yaml, keep it in a folder, open it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.factors import load_factors, read_factors
from scindex.catalogue.maps import MapPlan, read_plan
from scindex.errors import DataError, MethodError, UsageError
from scindex.findings import Finding
from scindex.measure.map.build import book_of, build
from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.grid import Grid
from scindex.measure.map.output import sector_totals
from scindex.provenance import Provenance
from scindex.tables.folder import read_frame, read_json, whole_folder, write_frame, write_table
from scindex.tables.write import dump_json, jsonable, write_text

if TYPE_CHECKING:
    from scindex.measure.map.bottom_up import Summed
    from scindex.parted import Cutting
    from scindex.tables.map_inputs import MapInputs

FORMAT = "scindex-map/1"
FRAMES = ("pieces", "contributors", "coverage", "areas", "layers")


def carbon_map(path: str | Path, *, rake: bool = False, cutting: Cutting | None = None) -> CarbonMap:
    """Build the carbon map that a MAP.yaml describes.

    Parameters
    ----------
    path : str or Path
        MAP.yaml; the files it names are looked for beside it.
    rake : bool
        Scale layers to the plan's ``controls``; nothing is scaled otherwise.
    cutting : Cutting, optional
        Workers, parts and journal. Folders of parts, and files of more than two million rows,
        are read part by part without it too.

    Returns
    -------
    CarbonMap
        The same whatever the parts and workers.

    Raises
    ------
    UsageError
        If a file is not there.
    CatalogueError
        If MAP.yaml, a layer or a factor file is wrong: every fault, each at its line.
    DataError
        If a table is wrong: every fault, each at its cell or feature.
    MethodError
        If no factor fits, or several do.
    """
    from scindex.parted import Cutting, cut_tables, sum_in_parts
    from scindex.tables.map_inputs import read_map_inputs

    plan = read_plan(Path(path))
    cutting = cutting or Cutting()
    parts = cut_tables(plan, cutting)
    inputs = read_map_inputs(plan, without=parts)
    summed = None
    if parts:
        book = book_of(plan, factors_of(plan))
        inputs, summed = sum_in_parts(plan, inputs, parts, cutting, book)
    made = built(plan, inputs, name=Path(path).name, summed=summed)
    return raked(made, plan) if rake else made


def raked(made: CarbonMap, plan: MapPlan) -> CarbonMap:
    """Scale the layers of a map to its plan's controls.

    Raises
    ------
    UsageError
        If the plan has none.
    """
    from scindex.measure.map.rake import rake

    if not plan.controls:
        raise UsageError(Finding("rake-no-controls"))
    return rake(made, plan.controls)


def factors_of(plan: MapPlan) -> Mapping[str, Factor]:
    """Return the shipped factors with those of the map's own files."""
    return read_factors(*plan.factor_files) if plan.factor_files else load_factors()


def built(plan: MapPlan, inputs: MapInputs, *, name: str = "", summed: Summed | None = None) -> CarbonMap:
    """Build a map from what was read, and from what was summed in parts."""
    provenance = Provenance(
        inputs=tuple(sorted(inputs.inputs, key=lambda i: str(i["name"]))),
        recipe={"map": name, "year": plan.year, "crs": plan.crs, "cells": plan.cell_size or "districts"},
    )
    return build(
        plan,
        inputs.tables,
        inputs.districts,
        book=book_of(plan, factors_of(plan)),
        summed=summed,
        findings=inputs.findings,
        provenance=provenance,
    )


def inventory_bridge(made: CarbonMap, inventory: str | Path) -> pd.DataFrame:
    """Lay the map beside the totals of an inventory, with what lies between them.

    Parameters
    ----------
    made : CarbonMap
    inventory : str or Path
        INV.yaml, or a saved inventory of one city.

    Returns
    -------
    DataFrame
        As `scindex.measure.inventory.bridge.bridge` returns it: its steps add up to the unit.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If the inventory holds several cities.
    """
    from scindex.measure.inventory.bridge import bridge
    from scindex.measures import inventory_from_file, open_inventory

    path = Path(inventory)
    found = inventory_from_file(path) if path.suffix in (".yaml", ".yml") else open_inventory(path)
    ids = found.lines["city_id"].unique()
    if len(ids) != 1:
        raise DataError(Finding("map-inventory-cities", where=path.name, params={"n": len(ids)}))
    rows = bridge(found.lines, map_total=sector_totals(made).assign(city_id=ids[0]))
    return rows[rows["year"] == rows["year"].max()]


def save_map(
    made: CarbonMap, folder: Path, *, force: bool = False, bridge: pd.DataFrame | None = None
) -> list[str]:
    """Write a map to a folder, whole or not at all.

    Parameters
    ----------
    made : CarbonMap
    folder : Path
        Made anew; one that is there is replaced with `force` only, and only if it is a map.
    force : bool
    bridge : DataFrame, optional
        What `inventory_bridge` returned, to be written beside.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    UsageError
        If the folder exists, or cannot be written.
    """
    with whole_folder(folder, force=force, mark="map.json") as there:
        for frame in FRAMES:
            write_frame(getattr(made, frame), there / f"{frame}.parquet")
        made.districts.to_parquet(there / "districts.parquet")
        outlined(made).to_parquet(there / "cells.parquet", index=False)
        for by in ("cell", "district"):
            write_table(made.cells(by=by), there / f"{by}s.csv")
        if bridge is not None:
            write_table(bridge, there / "bridge.csv")
        write_text(dump_json(_head(made)), there / "map.json")
        return sorted(p.name for p in there.iterdir())


def published_map(made: CarbonMap) -> CarbonMap:
    """Return the edition of a map in which nobody's tonnes can be read off.

    Parameters
    ----------
    made : CarbonMap
        The exact map, with all years and scenarios that will be published.

    Returns
    -------
    CarbonMap
        Its cells are merged groups; city totals are those of the exact map.

    Raises
    ------
    MethodError
        If even the city's total has too few emitters, or a promise of the edition does not hold.
    """
    from scindex.measure.map.edition import publish
    from scindex.measure.map.edition_check import check
    from scindex.measure.map.edition_map import edition_map

    edition = publish(made)
    broken = check(edition, made)
    if broken:
        raise MethodError(*broken)
    return edition_map(edition, made)


FILES = (".parquet", ".gpkg", ".geojson", ".csv", ".tif", ".tiff")
"""Endings that a map can be written to as one file of data."""


def write_map(
    made: CarbonMap,
    path: Path,
    *,
    by: str = "cell",
    year: int | None = None,
    scenario: str = "",
    force: bool = False,
) -> list[Finding]:
    """Write the cells or districts of a map as one file that other programs read.

    Parameters
    ----------
    made : CarbonMap
    path : Path
        Ending in one of `FILES`: GeoParquet, GeoPackage, GeoJSON, CSV, or a cloud-optimised
        GeoTIFF with one band for each column of tonnes.
    by : {"cell", "district"}
    year : int, optional
        Left out, the map's own.
    scenario : str
        Empty for what was measured.
    force : bool

    Returns
    -------
    list of Finding
        What the format changed.

    Raises
    ------
    UsageError
        If the ending is unknown, the file exists, or districts are asked for as a raster.
    """
    from scindex.tables.geo_write import write_cells, write_raster

    check_shown(made, year, scenario)
    if path.suffix.lower() not in (".tif", ".tiff"):
        return write_cells(
            outlined(made, by=by, year=year, scenario=scenario), path, force=force, layer=f"{by}s"
        )
    if made.grid is None or by != "cell":
        raise UsageError(Finding("map-no-raster", where=path.name))
    table = made.cells(year=year, scenario=scenario)
    table = table[table["key"] >= 0]
    bands = {c: table[c].to_numpy(dtype=float) for c in table.columns if c.endswith("_t")}
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    return write_raster(
        bands, x, y, path, size=made.grid.size, crs=made.grid.crs, force=force, units="t CO2e"
    )


def check_shown(made: CarbonMap, year: int | None, scenario: str) -> None:
    """Refuse a year or scenario that the map does not have: what is made of it would be empty.

    Raises
    ------
    UsageError
        With those that it has.
    """
    frames = [made.pieces, made.coverage]
    there = {(int(y), str(s)) for f in frames for y, s in zip(f["year"], f["scenario"])}
    if not there or (year or made.year, scenario) in there:
        return
    if scenario not in {s for _, s in there}:
        known = sorted({s for _, s in there if s})
        raise UsageError(Finding("map-unknown-scenario", value=scenario, params={"close": known or ["-"]}))
    years = sorted({y for y, s in there if s == scenario})
    raise UsageError(Finding("map-unknown-year", value=year or made.year, params={"close": years}))


def outlined(made: CarbonMap, **options: Any) -> Any:
    """Return the table of cells with their outlines; what has no place has none."""
    import geopandas as gpd
    import numpy as np

    table = made.cells(**options)
    if "key" not in table.columns:
        shapes = made.districts.set_index("code").geometry.reindex(table["district"]).to_numpy()
        return gpd.GeoDataFrame(
            table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=made.districts.crs)
        )
    keys = table["key"].to_numpy()
    placed = keys >= 0
    shapes = np.full(len(table), None, dtype=object)
    if made.grid is None:
        shapes[placed] = made.districts.geometry.to_numpy()[keys[placed]]
    else:
        shapes[placed] = made.grid.polygons(keys[placed])
    crs = made.grid.crs if made.grid else made.districts.crs
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index, crs=crs))


def _head(made: CarbonMap) -> dict[str, Any]:
    grid = (
        None
        if made.grid is None
        else {"size": made.grid.size, "crs": made.grid.crs, "origin": made.grid.origin}
    )
    return jsonable(
        {
            "format": FORMAT,
            "name": dict(made.name),
            "year": made.year,
            "grid": grid,
            "findings": [f.to_dict() for f in made.findings],
            "provenance": made.provenance.to_dict(),
        }
    )


def open_map(folder: Path) -> CarbonMap:
    """Open a map that `save_map` wrote.

    Raises
    ------
    UsageError
        If the folder is not a map.
    """
    import geopandas as gpd

    head = read_json(folder / "map.json")
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise UsageError(Finding("not-a-map", where=folder.name, params={"path": str(folder)}))
    frames = {name: read_frame(folder / f"{name}.parquet") for name in FRAMES}
    grid = head["grid"]
    try:
        districts = gpd.read_parquet(folder / "districts.parquet")
    except (OSError, ValueError) as err:
        raise DataError(Finding("map-broken", where=folder.name, params={"problem": str(err)})) from None
    return CarbonMap(
        **frames,
        districts=districts,
        grid=Grid(grid["size"], grid["crs"], tuple(grid["origin"])) if grid else None,
        name=head["name"],
        year=head["year"],
        findings=tuple(Finding.from_dict(f) for f in head["findings"]),
        provenance=Provenance.from_dict(head["provenance"]),
    )
