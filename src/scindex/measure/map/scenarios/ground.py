"""What scenarios stand on, made from a map's own plan and tables: the same computation as the map's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.layers import Layer, load_layers
from scindex.catalogue.maps import MapPlan
from scindex.errors import MethodError
from scindex.measure.map.bottom_up import TOP_DOWN, bottom_up
from scindex.measure.map.build import areas_of, book_of, grid_of, residents_of
from scindex.measure.map.energy import fill_energy
from scindex.measure.map.placement import place
from scindex.measure.map.rates import RateBook
from scindex.measure.map.scenarios.chosen import Tables
from scindex.measure.map.scenarios.land import CONVERTED, PLANTED, STOCK, UPTAKE, hectares
from scindex.measure.map.scenarios.pathway import Ground
from scindex.measure.map.scenarios.told import ASSUMED, STRADDLES
from scindex.measure.map.scenarios.transport import ELECTRICITY
from scindex.measure.map.top_down import top_down

if TYPE_CHECKING:
    import geopandas as gpd

EXTRA = {"road_electricity": ("road_links", ELECTRICITY), PLANTED: (PLANTED, ""), CONVERTED: (CONVERTED, "")}
"""Layer that only levers bring -> table and column that call for it."""

TAKEN_UP = "taken_up_t"
LAND = ("forest", "land_cover", "urban_green")
ENERGY = "building_energy"
FROM_STANDING = ["cell", "district", "layer"]


def ground_of(
    plan: MapPlan,
    tables: Mapping[str, pd.DataFrame],
    districts: gpd.GeoDataFrame,
    *,
    factors: Mapping[str, Factor] | None = None,
) -> Ground:
    """Make the ground for scenarios from what a map is made of.

    Parameters
    ----------
    plan : MapPlan
    tables : Mapping of str to DataFrame
        As the map reads them.
    districts : GeoDataFrame
        ``code``, ``name``, outlines.
    factors : Mapping of str to Factor, optional
        The map's own over the shipped ones.

    Returns
    -------
    Ground

    Notes
    -----
    Energy that the map models where no meter is enters the tables, so that levers act on it as
    on metered energy. Rows are told their district and cell: where most of them lies. What a
    lever leaves as it is, is not computed again.
    """
    book = book_of(plan, factors)
    whole = prepared(plan, tables, districts, book)
    layers = {layer.id: layer for layer in (*plan.layers, *extra_layers(plan))}
    return Ground(
        tables=whole,
        build=_builder(plan, tables, whole, districts, book),
        layers=pd.DataFrame(
            [(k, v.sector, v.sign, v.sink) for k, v in layers.items()],
            columns=["layer", "sector", "sign", "sink"],
        ),
        base_year=plan.year,
        base_factors=_base_factors(plan, book),
        districts=tuple(districts["code"].astype("str")),
        reads={k: reads_of(v) for k, v in layers.items()},
    )


def reads_of(layer: Layer) -> set[str]:
    """Return what a layer is computed from: tables, and the family of its factor."""
    own = {layer.input, layer.place} - {"districts"}
    return {*own, f"factor:{layer.factor.get('family', '')}"}


def extra_layers(plan: MapPlan) -> list[Layer]:
    """Return the layers that only levers bring; electricity of roads with the factor of buildings' own."""
    shipped = load_layers()
    own = {layer.id for layer in plan.layers}
    power = [layer.factor for layer in plan.layers if layer.factor.get("family") == "electricity"]
    found = [shipped[name] for name in EXTRA if name not in own]
    return [
        replace(layer, factor=power[0]) if layer.id == "road_electricity" and power else layer
        for layer in found
    ]


def plan_for(plan: MapPlan, tables: Tables) -> MapPlan:
    """Return the plan with the layers that the tables of a scenario call for."""
    extra = [
        layer
        for layer in extra_layers(plan)
        if (at := EXTRA[layer.id])[0] in tables and (not at[1] or at[1] in tables[at[0]].columns)
    ]
    return replace(plan, layers=(*plan.layers, *extra), blank_carrier="gap")


def prepared(
    plan: MapPlan, tables: Mapping[str, pd.DataFrame], districts: gpd.GeoDataFrame, book: RateBook
) -> dict[str, pd.DataFrame]:
    """Return tables as levers need them: energy complete, areas and footprints as columns, rows placed."""
    out = dict(tables)
    grid = grid_of(plan)
    for name, how in (("buildings", "point"), ("road_links", "length"), *((n, "area") for n in LAND)):
        if name in out and hasattr(out[name], "geometry"):
            table: Any = out[name].reset_index(drop=True)
            out[name] = table.assign(**_places(table, districts, grid, how))
    for name in LAND:
        if name in out and not {"area_ha", "area_m2"} & set(out[name].columns):
            out[name] = out[name].assign(area_ha=out[name].geometry.area / 1e4)  # type: ignore[attr-defined]
        elif name in out:
            out[name] = out[name].assign(area_ha=hectares(out[name]))
    if "road_links" in out and "length_m" not in out["road_links"].columns:
        out["road_links"] = out["road_links"].assign(length_m=out["road_links"].geometry.length)  # type: ignore[attr-defined]
    if "district_statistics" in out and "district" not in out["district_statistics"].columns:
        table = out["district_statistics"]
        out["district_statistics"] = table.assign(district=table.get("code", ""))
    if "buildings" in out:
        out["buildings"] = _with_footprint(out["buildings"])
        out |= _with_energy(plan, out, book)
    return out


def _with_energy(plan: MapPlan, tables: dict[str, pd.DataFrame], book: RateBook) -> dict[str, pd.DataFrame]:
    carriers = [layer.activity for layer in plan.layers if layer.input == ENERGY]
    if not carriers:
        return {}
    filled = fill_energy(tables["buildings"], tables.get(ENERGY), carriers, book, blank=plan.blank_carrier)
    return {ENERGY: filled.energy.assign(building_id=filled.ids.to_numpy())}


def _with_footprint(buildings: pd.DataFrame) -> pd.DataFrame:
    """Fill footprints that are not known by floor area over storeys."""
    if not {"floor_area_m2", "floors"} <= set(buildings.columns):
        return buildings
    floors = np.maximum(buildings["floors"].to_numpy(dtype=float), 1.0)
    guess = buildings["floor_area_m2"].to_numpy(dtype=float) / floors
    known = buildings["footprint_m2"].to_numpy(dtype=float) if "footprint_m2" in buildings else np.nan * guess
    filled = np.where(np.isnan(known), guess, known)
    return buildings.assign(footprint_m2=filled, **{ASSUMED: np.isnan(known) & ~np.isnan(guess)})


def _places(frame: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, grid: Any, how: str) -> dict[str, Any]:
    """Return district code and cell name of each row, where most of it lies, and how many it lies in."""
    found = place(frame, districts, grid, how=how)
    parts = pd.DataFrame(
        {"source": found.source, "cell": found.cell, "district": found.district, "size": found.measure}
    )
    main = parts.sort_values(["source", "size"], ascending=[True, False], kind="stable").drop_duplicates(
        "source"
    )
    main = main.set_index("source").reindex(range(len(frame)), fill_value=-1)
    codes = np.append(districts["code"].astype("str").to_numpy(), "")
    cells = np.full(len(frame), "", dtype=object)
    placed = (main["cell"] != -1).to_numpy()
    if grid is None:
        cells = codes[main["cell"].to_numpy()].astype(object)
    else:
        cells[placed] = grid.names(main["cell"].to_numpy()[placed])
    told = {"district": codes[main["district"].to_numpy()].astype(str), "cell": cells.astype(str)}
    if how == "point":
        return told
    many = parts.groupby("source")[["district", "cell"]].nunique().reindex(range(len(frame)), fill_value=1)
    in_districts, in_cells = (many[c].to_numpy() for c in ("district", "cell"))
    return {**told, STRADDLES["districts"]: in_districts, STRADDLES["cells"]: in_cells}


def _base_factors(plan: MapPlan, book: RateBook) -> dict[str, float]:
    found: dict[str, float] = {}
    for layer in plan.layers:
        family = str(layer.factor.get("family", ""))
        if family in ("electricity", "district_heat") and layer.unit == "MWh" and not layer.by:
            try:
                found[family] = book.rate(layer.factor, layer.unit).value
            except MethodError:
                continue  # the map itself says so when it is built
    return found


def released(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return tables with what planted trees take up and given-up land loses, by row. [t CO2]"""
    out = dict(tables)
    if PLANTED in out:
        rows = out[PLANTED]
        out[PLANTED] = rows.assign(**{TAKEN_UP: rows["area_ha"] * rows[UPTAKE]})
    if CONVERTED in out:
        rows = out[CONVERTED]
        out[CONVERTED] = rows.assign(**{TAKEN_UP: -rows["area_ha"] * rows[STOCK]})
    return out


def _builder(plan: MapPlan, raw: Tables, base: Tables, districts: gpd.GeoDataFrame, book: RateBook) -> Any:
    """Return the function that computes a map's pieces, taking from the measured map what did not change."""
    grid = grid_of(plan)
    areas = residents_of(plan, areas_of(districts, grid)[0], districts)[0]
    codes = np.append(districts["code"].astype("str").to_numpy(), "")

    def computed(part: MapPlan, tables: Tables, rates: RateBook) -> pd.DataFrame:
        stamp: dict[str, Any] = {"year": plan.year, "scenario": ""}
        found = []
        if any(layer.allocate != TOP_DOWN for layer in part.layers):
            found.append(bottom_up(part, tables, districts, grid, rates, **stamp).tally.pieces)
        shared = top_down(part, tables, districts, areas, rates, **stamp)
        found += [shared.tally.pieces] if shared else []
        whole = pd.concat(found, ignore_index=True)
        return whole.assign(district=codes[whole["district"].to_numpy(dtype=np.int64)].astype(str))

    measured = computed(plan, raw, book)

    def build(tables: Tables, multipliers: Mapping[str, float], year: int, scenario: str) -> pd.DataFrame:
        layers = plan_for(plan, tables).layers
        moved = [layer for layer in layers if _moved(layer, tables, base, multipliers)]
        kept = measured[~measured["layer"].isin([layer.id for layer in moved])]
        if moved:
            part = replace(plan, layers=tuple(moved), blank_carrier="gap")
            new = computed(part, released(tables), replace(book, scale=dict(multipliers)))
            kept = pd.concat([kept, restood(new, measured)], ignore_index=True)
        return kept.assign(year=year, scenario=scenario)

    return build


def _moved(layer: Layer, tables: Tables, base: Tables, multipliers: Mapping[str, float]) -> bool:
    families = {f"factor:{family}" for family in multipliers}
    reads = reads_of(layer)
    changed = {n for n in reads if n in tables and tables[n] is not base.get(n)}
    return bool(changed or reads & families)


def restood(pieces: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Give pieces the standing that most of the tonnes had there as measured.

    A lever changes an amount; it does not turn what was modelled into what was metered.
    """
    sizes = base.assign(size=base["nano"].abs())
    first = sizes.sort_values([*FROM_STANDING, "size"], kind="stable").drop_duplicates(
        FROM_STANDING, keep="last"
    )
    known = pieces[FROM_STANDING].merge(first[[*FROM_STANDING, "standing"]], on=FROM_STANDING, how="left")
    standing = known["standing"].where(known["standing"].notna(), "modelled")
    return pieces.assign(standing=standing.to_numpy())
