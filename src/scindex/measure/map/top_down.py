"""From statistics of districts or larger zones to sums by piece, by a weight that says where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.layers import Layer
from scindex.catalogue.maps import MapPlan
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.allocate import Allocation, area_weights, dasymetric, district_weights
from scindex.measure.map.bottom_up import TOP_DOWN, Summed
from scindex.measure.map.exact import to_nano
from scindex.measure.map.rates import Rate, RateBook
from scindex.measure.map.tally import COVER, LAYER, SECTOR, Tally, add
from scindex.measure.map.tonnes import tonnes

if TYPE_CHECKING:
    import geopandas as gpd

LISTED = 40
"""Names that one finding lists."""

NO_CODE = "-"
"""Stands for a code that is blank."""


def top_down(
    plan: MapPlan,
    tables: Mapping[str, pd.DataFrame],
    districts: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    book: RateBook,
    *,
    year: int,
    scenario: str = "",
) -> Summed | None:
    """Share out the layers that are known by district or zone only.

    Parameters
    ----------
    plan : MapPlan
    tables : Mapping of str to DataFrame
        Statistics with a column ``code``.
    districts : GeoDataFrame
        ``code``, ``name``, ``parent`` where zones are larger, and the weights.
    areas : DataFrame
        ``cell``, ``district`` (index), ``area_m2``.
    book : RateBook

    Returns
    -------
    Summed or None
        None where the map has no such layer.
    """
    layers = [layer for layer in plan.layers if layer.allocate == TOP_DOWN]
    stamp = {"year": year, "scenario": scenario}
    done = [_layer(layer, tables, districts, areas, book, stamp) for layer in layers]
    if not done:
        return None
    pieces = pd.concat([d.tally.pieces for d in done])
    cover = pd.concat([d.tally.coverage for d in done])
    # two statistics of one sector cover a district where both do
    cover = cover.groupby(COVER, as_index=False)[["known", "all"]].min()
    whole = Tally(add(pieces, LAYER), done[0].tally.contributors, cover)
    rates = {k: v for d in done for k, v in d.rates.items()}
    return Summed(whole, rates, tuple(f for d in done for f in d.findings))


def _layer(
    layer: Layer,
    tables: Mapping[str, pd.DataFrame],
    districts: gpd.GeoDataFrame,
    areas: pd.DataFrame,
    book: RateBook,
    stamp: Mapping[str, Any],
) -> Summed:
    if layer.input not in tables:
        raise DataError(Finding("map-table-missing", params={"table": layer.input}))
    table = tables[layer.input]
    amounts = tonnes(table, layer, book)
    codes = _codes(table, layer)
    zones, zone_of, level = zones_of(codes, districts)
    nano = np.zeros(len(zones), dtype=np.int64)
    known = ~np.isnan(amounts.tonnes)
    at = pd.Index(zones).get_indexer(pd.Index(codes))
    np.add.at(nano, at[known], to_nano(amounts.tonnes[known]))
    weights = _weights(layer, districts, areas)
    shared = dasymetric(nano, weights, zone_of)
    findings = [*amounts.findings, *_told(layer, zones, zone_of, shared, districts, nano, level)]
    pieces = _pieces(shared, layer, stamp)
    has = np.zeros(len(zones), dtype=bool)
    has[at[known]] = True
    cover = _cover(layer, areas, zone_of, has, shared, stamp)
    empty = pd.DataFrame({k: pd.Series(dtype="int64") for k in [*SECTOR, "nano", "units", "home", "largest"]})
    rates: Mapping[str, Rate] = amounts.rates
    return Summed(Tally(pieces, empty, cover), {layer.id: rates}, tuple(findings))


def _codes(table: pd.DataFrame, layer: Layer) -> pd.Series:
    """Return the code of each row; a blank one is a zone of its own that holds no district."""
    if "code" not in table.columns:
        params = {"layer": layer.id, "column": "code", "table": layer.input, "seen": list(table.columns)}
        raise DataError(Finding("layer-column-missing", params=params))
    return table["code"].astype("str").fillna(NO_CODE)


def zones_of(codes: pd.Series, districts: pd.DataFrame) -> tuple[list[str], np.ndarray, str]:
    """Return the zones of a statistic, and the zone that each district lies in.

    Parameters
    ----------
    codes : Series of str
        Codes of the statistic.
    districts : DataFrame
        ``code``, and ``parent`` where larger zones are known.

    Returns
    -------
    list of str, ndarray of int, str
        Zones in order of first mention; zone of each district (-1 none); ``code`` or
        ``parent``, whichever more of the codes are found among.
    """
    zones = list(dict.fromkeys(codes))
    levels = [c for c in ("code", "parent") if c in districts.columns]
    found = {c: int(pd.Index(zones).isin(districts[c].astype("str")).sum()) for c in levels}
    level = max(levels, key=lambda c: found[c])
    if not found[level]:
        params = {"seen": zones[:5], "wanted": districts["code"].astype("str").tolist()[:5]}
        raise DataError(Finding("map-codes-unmatched", params=params))
    return zones, pd.Index(zones).get_indexer(pd.Index(districts[level].astype("str"))), level


def _weights(layer: Layer, districts: gpd.GeoDataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    if layer.weight in {"", "area"}:
        return area_weights(areas[areas["district"] >= 0])
    if layer.weight in areas.columns:
        inside = areas[areas["district"] >= 0]
        values = inside[layer.weight].to_numpy(dtype=float)
        whole = np.where(np.isnan(values), -1, np.rint(np.nan_to_num(values) * 1000))
        return inside[["cell", "district"]].assign(weight=whole.astype(np.int64))
    return district_weights(weight_of(districts, layer.weight, layer=layer.id), areas)


def weight_of(districts: gpd.GeoDataFrame, weight: str, *, layer: str) -> np.ndarray:
    """Return a column of the districts as a weight; refuse one that is not there, or no number.

    Raises
    ------
    DataError
        With the columns that could be weights.
    """
    seen = [
        c
        for c in districts.columns
        if c not in {"geometry", "code", "name", "parent"} and pd.api.types.is_numeric_dtype(districts[c])
    ]
    if weight not in seen:
        params = {"layer": layer, "weight": weight, "seen": ["area", *seen]}
        raise DataError(Finding("map-weight-missing", params=params))
    return districts[weight].to_numpy(dtype=float)


def _pieces(shared: Allocation, layer: Layer, stamp: Mapping[str, Any]) -> pd.DataFrame:
    rows = shared.pieces.groupby(["cell", "district"], as_index=False)["nano"].sum()
    fixed = {"layer": layer.id, **stamp, "standing": "allocated"}
    return rows.assign(**fixed, units=0, largest=0, squares=0)[
        [*LAYER, "nano", "units", "largest", "squares"]
    ]


def _cover(
    layer: Layer,
    areas: pd.DataFrame,
    zone_of: np.ndarray,
    has: np.ndarray,
    shared: Allocation,
    stamp: Mapping[str, Any],
) -> pd.DataFrame:
    """Count area as covered where the zone has a statistic and the district a weight."""
    inside = areas[areas["district"] >= 0]
    whole = np.rint(inside["area_m2"].to_numpy()).astype(np.int64)
    zone = zone_of[inside["district"].to_numpy()]
    known = (zone >= 0) & has[np.maximum(zone, 0)] & ~inside["district"].isin(shared.blank).to_numpy()
    fixed = {"sector": layer.sector, "cover": "area_m2", **stamp}
    rows = inside[["cell", "district"]].assign(**fixed, known=np.where(known, whole, 0), all=whole)
    return rows[[*COVER, "known", "all"]]


def _told(
    layer: Layer,
    zones: list[str],
    zone_of: np.ndarray,
    shared: Allocation,
    districts: gpd.GeoDataFrame,
    nano: np.ndarray,
    level: str,
) -> list[Finding]:
    """Name what did not match: zones without a district, districts without a statistic or a weight."""
    findings = []
    lone = np.setdiff1d(np.arange(len(zones)), zone_of)
    bare = np.setdiff1d(shared.bare, lone)
    named = (districts["name"].astype("str") + " " + districts["code"].astype("str")).to_numpy()
    without = named[zone_of < 0]
    blank = named[shared.blank]
    for code, items, lost in (
        ("map-zones-unmatched", [zones[i] for i in lone], nano[lone].sum()),
        ("map-zones-without-weight", [zones[i] for i in bare], nano[bare].sum()),
        ("map-districts-without-statistic", list(without), 0),
        ("map-districts-without-weight", list(blank), 0),
    ):
        if items:
            params = {
                "layer": layer.name, "n": len(items), "items": [str(i) for i in items[:LISTED]],
                "weight": layer.weight or "area", "tonnes": round(float(lost) / 1e9, 3),
            }  # fmt: skip
            findings.append(Finding(code, severity="warning", params=params))
    params = {"layer": layer.name, "weight": layer.weight or "area", "zones": len(zones), "level": level}
    return [*findings, Finding("map-allocated", severity="note", params=params)]
