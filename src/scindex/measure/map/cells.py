"""The carbon map as a table: pieces of cell and district in whole billionths of a tonne."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from scindex.findings import Finding
from scindex.provenance import Provenance

if TYPE_CHECKING:
    import geopandas as gpd

    from scindex.measure.map.grid import Grid

UNALLOCATED = -1
"""Cell key of what has no place on the map: it stays in the totals, in a row of its own."""

NANO = 1_000_000_000
"""Units of a tonne: sums are kept in whole billionths, so that they are the same in any order."""

SECTORS = ("buildings", "transport", "waste", "land")


@dataclass(frozen=True)
class CarbonMap:
    """Emissions and removals by cell and district, with all that is needed to read them.

    Attributes
    ----------
    pieces : DataFrame
        One row for each cell x district x layer x year x scenario x standing: ``cell`` (key of the
        grid, -1 unallocated), ``district`` (code, empty outside all), ``nano`` (whole 1e-9 t, removals
        negative), ``units`` (records that contribute), ``largest`` (largest of them, whole 1e-9 t).
    contributors : DataFrame
        Cell x district x sector x year x scenario: distinct emitters (``units``), those that are
        at ``home`` there, their sum, and the largest (whole, where it is at home).
    coverage : DataFrame
        Cell x district x sector x year x scenario: ``known`` of ``all`` (floor area, road length ...).
    areas : DataFrame
        Cell x district: ``area_m2``, ``residents``, ``floor_area_m2``.
    layers : DataFrame
        One row a layer: names, sector, sign, kind of sink, basis, scope, relative error, control
        total, source, standing.
    districts : GeoDataFrame
        Code, name, residents and outline in the map's reference system.
    grid : Grid or None
        None where the districts are the cells.
    name : Mapping
        Of the map, by language.
    year : int
        Year that it describes.
    findings : tuple of Finding
    provenance : Provenance
    """

    pieces: pd.DataFrame
    contributors: pd.DataFrame
    coverage: pd.DataFrame
    areas: pd.DataFrame
    layers: pd.DataFrame
    districts: gpd.GeoDataFrame
    grid: Grid | None
    name: Mapping[str, str]
    year: int
    findings: tuple[Finding, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    def cells(self, *, by: str = "cell", year: int | None = None, scenario: str = "") -> pd.DataFrame:
        """Return one row for each cell, district or the whole city, in tonnes.

        Parameters
        ----------
        by : {"cell", "district", "city"}
        year : int, optional
            Left out, the map's own.
        scenario : str
            Empty for what was measured.

        Returns
        -------
        DataFrame
            As ``schemas/tables/cells.yaml`` describes it; the rows of all three add up to the same.
        """
        from scindex.measure.map.output import cell_table

        return cell_table(self, by=by, year=year, scenario=scenario)
