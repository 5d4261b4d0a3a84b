"""Build the map: what has a place of its own, what is shared out, areas and residents, all in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.entries import STANDINGS
from scindex.catalogue.factor_entries import Factor, years
from scindex.catalogue.factors import load_factors
from scindex.catalogue.layers import Layer
from scindex.catalogue.maps import MapPlan
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.allocate import area_weights, district_weights
from scindex.measure.map.bottom_up import TOP_DOWN, Summed, bottom_up
from scindex.measure.map.cells import NANO, UNALLOCATED, CarbonMap
from scindex.measure.map.doubles import counted_twice
from scindex.measure.map.engines import slower_ways
from scindex.measure.map.exact import apportion
from scindex.measure.map.grid import Grid
from scindex.measure.map.rates import Rate, RateBook
from scindex.measure.map.tally import Tally, together
from scindex.measure.map.top_down import top_down, weight_of
from scindex.provenance import Provenance

if TYPE_CHECKING:
    import geopandas as gpd


WEAK = ("recalled", "proposed")
"""Standings of factors that a reader must be told of."""


def grid_of(plan: MapPlan) -> Grid | None:
    """Return the grid of a map; None where the districts are the cells."""
    return Grid.parse(plan.cell_size, plan.crs) if plan.cell_size else None


def book_of(plan: MapPlan, factors: Mapping[str, Factor] | None = None, **options: Any) -> RateBook:
    """Return the rates of a map: the shipped factors with its own over them."""
    return RateBook(
        year=options.pop("year", plan.year),
        region=plan.region,
        gwp_set=plan.gwp_set,
        choices=plan.factors,
        factors=load_factors() if factors is None else factors,
        **options,
    )


def build(
    plan: MapPlan,
    tables: Mapping[str, pd.DataFrame],
    districts: gpd.GeoDataFrame,
    *,
    book: RateBook | None = None,
    year: int | None = None,
    scenario: str = "",
    summed: Summed | None = None,
    findings: Sequence[Finding] = (),
    provenance: Provenance | None = None,
) -> CarbonMap:
    """Build a carbon map from raw tables.

    Parameters
    ----------
    plan : MapPlan
        As `scindex.catalogue.maps.read_plan` returns it.
    tables : Mapping of str to DataFrame
        Raw tables by name; those with outlines in the map's reference system.
    districts : GeoDataFrame
        ``code``, ``name``, outlines; ``parent``, ``residents`` and weights where there are any.
    book : RateBook, optional
    year : int, optional
        Left out, the plan's.
    scenario : str
        Empty for what was measured.
    summed : Summed, optional
        What part-wise runs have summed already; else it is summed here.
    findings : sequence of Finding
        Of the reading.
    provenance : Provenance, optional

    Returns
    -------
    CarbonMap

    Raises
    ------
    DataError
        If a table or column is missing.
    MethodError
        If a factor is not there or not the only one.
    """
    grid = grid_of(plan)
    year = plan.year if year is None else year
    book = book_of(plan) if book is None else book
    _one_basis(plan)
    doubles = counted_twice(plan.layers)
    areas, told = areas_of(districts, grid)
    areas, people = residents_of(plan, areas, districts)
    stamp: dict[str, Any] = {"year": year, "scenario": scenario}
    parts: list[Summed] = []
    if any(layer.allocate != TOP_DOWN for layer in plan.layers):
        parts.append(summed or bottom_up(plan, tables, districts, grid, book, **stamp))
    shared = top_down(plan, tables, districts, areas, book, **stamp)
    parts += [shared] if shared else []
    whole = together([p.tally for p in parts])
    codes = districts["code"].astype("str").to_numpy()
    rates = {k: v for p in parts for k, v in p.rates.items()}
    made = CarbonMap(
        pieces=_coded(whole.pieces, codes),
        contributors=_coded(whole.contributors, codes),
        coverage=_coded(whole.coverage, codes),
        areas=_coded(areas, codes),
        layers=_layer_table(plan, whole, rates),
        districts=districts,
        grid=grid,
        name=plan.name,
        year=year,
        provenance=provenance or Provenance(),
    )
    all_told = (
        *findings,
        *doubles,
        *told,
        *people,
        *(f for p in parts for f in p.findings),
        *_rates_told(plan, rates, book, year),
        *(slower_ways() if grid else ()),
    )
    return replace(made, findings=(*all_told, *_places_told(made)))


def _one_basis(plan: MapPlan) -> None:
    """Refuse layers that no one basis holds: their sum would count tonnes twice."""
    bases = {layer.id: layer.basis for layer in plan.layers if layer.sign != "memo"}
    common = set.intersection(*(set(b.split("+")) for b in bases.values())) if bases else {""}
    if not common:
        params = {"layers": [f"{name}: {basis}" for name, basis in bases.items()]}
        raise MethodError(Finding("map-bases-mixed", params=params))


def areas_of(districts: gpd.GeoDataFrame, grid: Grid | None) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the area of each piece of cell and district: ``cell``, ``district`` (index), ``area_m2``."""
    shapes = districts.geometry.to_numpy()
    if grid is None:
        index = np.arange(len(districts))
        area = districts.geometry.area.to_numpy()
        return pd.DataFrame({"cell": index, "district": index, "area_m2": area}), []
    from scindex.measure.map.zones import zones_to_cells

    found = zones_to_cells(shapes, grid)
    zone, key, area = found[0], found[1], found[2]
    frame = pd.DataFrame({"cell": key, "district": zone, "area_m2": area})
    return frame.sort_values(["district", "cell"], ignore_index=True), []


def residents_of(
    plan: MapPlan, areas: pd.DataFrame, districts: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Share the residents of districts over their pieces, in whole persons.

    Returns the areas with ``residents`` and ``floor_area_m2`` (NaN where not known).
    """
    bare = areas.assign(residents=np.nan, floor_area_m2=np.nan)
    if "residents" not in districts.columns or not districts["residents"].notna().any():
        return bare, [Finding("map-no-residents", severity="note")]
    by = str(plan.residents.get("by", "area"))
    counts = districts["residents"].to_numpy(dtype=float)
    values = None if by == "area" else weight_of(districts, by, layer="residents")
    weights = area_weights(areas) if values is None else district_weights(values, areas)
    weights = weights.sort_values(["district", "cell"], ignore_index=True)
    inside = weights["district"].to_numpy()
    whole = np.rint(np.nan_to_num(counts)).astype(np.int64)
    share = apportion(whole, inside, np.maximum(weights["weight"].to_numpy(), 0), np.arange(len(weights)))
    people = np.where(np.isnan(counts)[inside], np.nan, share)
    rows = weights[["cell", "district"]].assign(residents=people)
    merged = areas.merge(rows, on=["cell", "district"], how="left").assign(floor_area_m2=np.nan)
    note = plan.residents.get("note") or {"en": "as the file has them", "ko": "파일에 적힌 대로"}
    params = {"n": int(np.nansum(counts)), "note": note, "by": by}
    return merged, [Finding("map-residents", severity="note", params=params)]


def _coded(frame: pd.DataFrame, codes: np.ndarray) -> pd.DataFrame:
    """Put the code of the district in place of its index; empty outside all districts."""
    inside = frame["district"].to_numpy(dtype=np.int64)
    text = np.where(inside >= 0, codes[np.maximum(inside, 0)], "") if len(codes) else ""
    return frame.assign(district=pd.Series(text, index=frame.index, dtype="str"))


def _layer_table(plan: MapPlan, whole: Tally, rates: Mapping[str, Mapping[str, Rate]]) -> pd.DataFrame:
    control = whole.pieces.groupby("layer")["nano"].sum()
    rows = []
    for layer in plan.layers:
        used = list(rates.get(layer.id, {}).values())
        rows.append(
            {
                "layer": layer.id,
                "name_en": layer.name.get("en", layer.id),
                "name_ko": layer.name.get("ko") or layer.name.get("en", layer.id),
                "sector": layer.sector,
                "sign": layer.sign,
                "sink": layer.sink,
                "basis": layer.basis,
                "scope": layer.scope,
                "relative_error": layer.control_error,
                "record_error": layer.record_error,
                "control_nano": int(control.get(layer.id, 0)),
                "factors": ", ".join(sorted({i for r in used for i in r.ids})),
                "standing": max(
                    (r.standing for r in used), key=STANDINGS.index, default=layer.source.standing
                ),
                "source": _data_source(plan, layer),
                "method_source": ", ".join(filter(None, (layer.source.publisher, layer.source.title))),
            }
        )
    return pd.DataFrame(rows)


def _data_source(plan: MapPlan, layer: Layer) -> str:
    """Return where the activity of a layer comes from: what the plan says of its table, else the file."""
    spec = plan.tables.get(layer.input) or plan.tables.get(layer.place)
    return str(spec.options.get("source") or spec.file.name) if spec else layer.input


def _rates_told(
    plan: MapPlan, rates: Mapping[str, Mapping[str, Rate]], book: RateBook, year: int
) -> list[Finding]:
    """Say which factors were used, and where one of another year stands in."""
    findings = []
    for layer in plan.layers:
        ids = sorted({i for r in rates.get(layer.id, {}).values() for i in r.ids})
        other = [i for i in ids if not book.factors[i].holds_in(year)]
        params = {"layer": layer.name, "factors": ids, "of": year}
        if other:
            spans = sorted({years(book.factors[i].valid) for i in other})
            told = {**params, "factors": other, "factor_year": spans}
            findings.append(Finding("map-factor-of-another-year", severity="warning", params=told))
        elif ids:
            findings.append(Finding("map-factors", severity="note", params=params))
        if layer.sink == "gross_growth":
            findings.append(Finding("map-gross-growth", severity="note", params={"layer": layer.name}))
    return [*findings, *_weak(rates)]


def _weak(rates: Mapping[str, Mapping[str, Rate]]) -> list[Finding]:
    """Name the factors that nobody was seen to publish."""
    found = {
        s: sorted({i for r in rates.values() for x in r.values() if x.standing == s for i in x.ids})
        for s in WEAK
    }
    return [
        Finding(f"map-factors-{standing}", severity="warning", params={"factors": ids, "n": len(ids)})
        for standing, ids in found.items()
        if ids
    ]


def _places_told(built: CarbonMap) -> list[Finding]:
    """Say how much lies outside all districts or has no place."""
    findings = []
    emitted = built.pieces[
        built.pieces["layer"].isin(built.layers.loc[built.layers["sign"] == "emission", "layer"])
    ]
    total = int(emitted["nano"].sum())
    for code, rows in (
        ("map-outside", emitted[(emitted["district"] == "") & (emitted["cell"] != UNALLOCATED)]),
        ("map-unallocated", emitted[emitted["cell"] == UNALLOCATED]),
    ):
        if len(rows):
            lost = int(rows["nano"].sum())
            params = {
                "n": int(rows["units"].sum()), "tonnes": round(lost / NANO, 1),
                "percent": round(100 * lost / total, 2) if total else 0,
            }  # fmt: skip
            findings.append(Finding(code, severity="warning", params=params))
    return findings
