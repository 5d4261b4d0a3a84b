"""From records with a place - buildings, links, stands - to sums by piece. Pure: one part, or all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.layers import Layer
from scindex.catalogue.maps import MapPlan
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.energy import Filled, fill_energy
from scindex.measure.map.exact import to_nano
from scindex.measure.map.placement import place
from scindex.measure.map.rates import Rate, RateBook
from scindex.measure.map.tally import Records, Tally, tally, together
from scindex.measure.map.tonnes import tonnes

if TYPE_CHECKING:
    import geopandas as gpd

    from scindex.measure.map.grid import Grid

TOP_DOWN = "dasymetric"


@dataclass(frozen=True)
class Summed:
    """What one part of the data adds to the map.

    Attributes
    ----------
    tally : Tally
    rates : Mapping of str to Mapping
        Layer -> category -> rate used.
    findings : tuple of Finding
    """

    tally: Tally
    rates: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict[str, Mapping[str, Rate]])
    findings: tuple[Finding, ...] = ()


def bottom_up(
    plan: MapPlan,
    tables: Mapping[str, pd.DataFrame],
    districts: gpd.GeoDataFrame,
    grid: Grid | None,
    book: RateBook,
    *,
    year: int,
    scenario: str = "",
) -> Summed:
    """Sum the layers whose records have a place of their own.

    Parameters
    ----------
    plan : MapPlan
    tables : Mapping of str to DataFrame
        Raw tables, those with outlines in the map's reference system.
    districts : GeoDataFrame
    grid : Grid or None
    book : RateBook
    year, scenario
        Stamped on every row.

    Returns
    -------
    Summed

    Raises
    ------
    DataError
        If a layer's table or column is not there.
    """
    groups: dict[tuple[str, str], list[Layer]] = {}
    for layer in plan.layers:
        if layer.allocate != TOP_DOWN:
            groups.setdefault((layer.place, layer.allocate), []).append(layer)
    missing = [
        n
        for layer in plan.layers
        for n in {layer.place, layer.input}
        if n not in {*tables, "districts", "building_energy"}
    ]
    if missing:
        raise DataError(*(Finding("map-table-missing", params={"table": n}) for n in sorted(set(missing))))
    parts = [
        _group(layers, how, tables, plan, districts, grid, book, {"year": year, "scenario": scenario})
        for (_, how), layers in groups.items()
    ]
    rates = {k: v for p in parts for k, v in p.rates.items()}
    return Summed(together([p.tally for p in parts]), rates, tuple(f for p in parts for f in p.findings))


def _group(
    layers: Sequence[Layer],
    how: str,
    tables: Mapping[str, pd.DataFrame],
    plan: MapPlan,
    districts: gpd.GeoDataFrame,
    grid: Grid | None,
    book: RateBook,
    stamp: Mapping[str, Any],
) -> Summed:
    """Sum the layers that share a table of places."""
    frame, filled = _frame(layers, tables, plan, book)
    placement = place(frame, districts, grid, how=how)  # type: ignore[arg-type]
    records, rates = [], {}
    findings = list(filled.findings) if filled else []
    known = np.ones(len(frame), dtype=bool)
    for layer in layers:
        amounts = tonnes(frame, layer, book)
        has = ~np.isnan(amounts.tonnes)
        known &= has
        source = np.flatnonzero(has)
        records.append(
            Records(
                layer.id,
                layer.sector,
                source,
                to_nano(amounts.tonnes[source]),
                _standing(layer, filled, source),
                layer.sign != "memo",
            )
        )
        rates[layer.id] = amounts.rates
        findings += amounts.findings
    cover = [(layers[0].sector, layers[0].cover, *_cover(frame, layers[0].cover, known))]
    return Summed(tally(records, placement, cover=cover, **stamp), rates, tuple(findings))


def _frame(
    layers: Sequence[Layer], tables: Mapping[str, pd.DataFrame], plan: MapPlan, book: RateBook
) -> tuple[pd.DataFrame, Filled | None]:
    """Return the table of places with the activities beside it."""
    places = tables[layers[0].place]
    joined = [layer for layer in layers if layer.input != layer.place]
    if not joined:
        return _measured(places), None
    filled = fill_energy(
        places,
        tables.get("building_energy"),
        list(dict.fromkeys(layer.activity for layer in joined)),
        book,
        blank=plan.blank_carrier,
    )
    frame = places.reset_index(drop=True).reindex(range(len(filled.ids)))
    return frame.assign(**{c: filled.energy[c].to_numpy() for c in filled.energy.columns}), filled


def _measured(frame: pd.DataFrame) -> pd.DataFrame:
    """Take lengths and areas from the outlines where the table has none of its own."""
    shapes = frame.geometry  # type: ignore[attr-defined]
    kinds = set(shapes.geom_type.dropna())
    if kinds & {"LineString", "MultiLineString"} and "length_m" not in frame.columns:
        return frame.assign(length_m=shapes.length.to_numpy())
    if kinds & {"Polygon", "MultiPolygon"}:
        area = shapes.area.to_numpy()
        frame = frame.assign(area_m2=area)
        if "area_ha" not in frame.columns:
            return frame.assign(area_ha=area / 1e4)
    return frame


def _standing(layer: Layer, filled: Filled | None, source: np.ndarray) -> np.ndarray:
    if filled is not None and layer.activity in filled.standing.columns:
        return filled.standing[layer.activity].array.take(source)
    return np.full(len(source), layer.standing)


def _cover(frame: pd.DataFrame, column: str, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if column not in frame.columns:
        return np.ones(len(frame), dtype=np.int64), known
    values = np.nan_to_num(frame[column].to_numpy(dtype=float))
    return np.rint(values).astype(np.int64), known
