"""A small town for scenarios: tables, and the plainest computation of a map from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.catalogue.by_year import ByYear
from scindex.catalogue.levers import LEVERS
from scindex.catalogue.scenarios import Lever, Scenario, Where, in_order
from scindex.measure.map.scenarios.pathway import Ground

FACTORS = {"electricity": 0.4, "gas": 0.2, "heat": 0.13, "car": 0.2, "bus": 0.9}
BASE = 2024
LAYERS = pd.DataFrame(
    [
        ("building_electricity", "buildings", "emission", ""),
        ("building_gas", "buildings", "emission", ""),
        ("building_heat", "buildings", "emission", ""),
        ("road_traffic", "transport", "emission", ""),
        ("road_electricity", "transport", "emission", ""),
        ("forest", "land", "removal", "gross_growth"),
        ("planted", "land", "removal", "net_stock_change"),
        ("land_conversion", "land", "removal", "net_stock_change"),
    ],
    columns=["layer", "sector", "sign", "sink"],
)
READS = {
    "building_electricity": {"building_energy", "factor:electricity"},
    "building_gas": {"building_energy"},
    "building_heat": {"building_energy", "factor:district_heat"},
    "road_traffic": {"road_links"},
    "road_electricity": {"road_links", "factor:electricity"},
    "forest": {"forest"},
    "planted": {"planted"},
    "land_conversion": {"land_conversion"},
}


def town(seed: int = 0, n: int = 12) -> dict[str, pd.DataFrame]:
    """Return the tables of a town of two districts."""
    rng = np.random.default_rng(seed)
    ids = [f"b{i}" for i in range(n)]
    district = rng.choice(["A", "B"], n)
    buildings = pd.DataFrame(
        {
            "building_id": ids,
            "district": district,
            "cell": np.arange(n) // 2,
            "use": rng.choice(["residential", "office"], n),
            "floor_area_m2": rng.uniform(100, 5000, n),
            "footprint_m2": rng.uniform(50, 900, n),
        }
    )
    energy = pd.DataFrame(
        {
            "building_id": ids,
            "year": BASE,
            "electricity_mwh": rng.uniform(1, 400, n),
            "gas_mwh": rng.uniform(0, 300, n),
            "heat_mwh": rng.uniform(0, 100, n),
        }
    )
    car = rng.uniform(0.5, 0.9, 5)
    roads = pd.DataFrame(
        {
            "link_id": [f"r{i}" for i in range(5)],
            "district": ["A", "A", "B", "B", "B"],
            "cell": np.arange(5),
            "length_m": rng.uniform(50, 900, 5),
            "aadt": rng.uniform(500, 40_000, 5),
            "share_car": car,
            "share_bus": 1 - car,
        }
    )
    forest = pd.DataFrame(
        {
            "stand_id": ["f0", "f1"],
            "district": ["A", "B"],
            "cell": [0, 4],
            "species": ["oak", "pine"],
            "area_ha": [12.0, 30.0],
        }
    )
    cover = pd.DataFrame(
        {
            "patch_id": ["p0", "p1"],
            "district": ["A", "B"],
            "cell": [0, 3],
            "land_cover": ["grass", "bare"],
            "area_m2": [50_000.0, 80_000.0],
        }
    )
    return {
        "buildings": buildings,
        "building_energy": energy,
        "road_links": roads,
        "forest": forest,
        "land_cover": cover,
    }


def build(tables, multipliers, year, scenario):
    """Compute pieces: every record rounded once to whole billionths, then summed."""
    rows = [*_buildings(tables, multipliers), *_roads(tables, multipliers), *_land(tables)]
    frame = pd.concat(rows, ignore_index=True)
    frame["nano"] = np.rint(frame["t"] * 1e9).astype("int64")
    sums = frame.groupby(["cell", "district", "layer"], as_index=False)["nano"].sum()
    return sums.assign(year=year, scenario=scenario)


def _rows(frame, layer, tonnes):
    return pd.DataFrame({"cell": frame["cell"], "district": frame["district"], "layer": layer, "t": tonnes})


def _buildings(tables, times):
    energy = tables["building_energy"].merge(
        tables["buildings"][["building_id", "cell", "district"]], on="building_id"
    )
    for carrier, family in (("electricity", "electricity"), ("gas", "fuels"), ("heat", "district_heat")):
        factor = FACTORS[carrier] * times.get(family, 1.0)
        yield _rows(energy, f"building_{carrier}", energy[f"{carrier}_mwh"] * factor)


def _roads(tables, times):
    links = tables["road_links"]
    km = links["aadt"] * 365 * links["length_m"] / 1000
    yield _rows(
        links,
        "road_traffic",
        km * (links["share_car"] * FACTORS["car"] + links["share_bus"] * FACTORS["bus"]) / 1000,
    )
    if "electricity_mwh" in links:
        factor = FACTORS["electricity"] * times.get("electricity", 1.0)
        yield _rows(links, "road_electricity", links["electricity_mwh"] * factor)


def _land(tables):
    yield _rows(tables["forest"], "forest", -tables["forest"]["area_ha"] * 8.0)
    if "planted" in tables:
        new = tables["planted"]
        yield _rows(new, "planted", -new["area_ha"] * new["uptake_t_co2_ha"])
    if "land_conversion" in tables:
        gone = tables["land_conversion"]
        yield _rows(gone, "land_conversion", gone["area_ha"] * gone["stock_t_co2_ha"])


def ground(tables=None, *, reads=READS, builder=build) -> Ground:
    return Ground(
        tables=town() if tables is None else tables,
        build=builder,
        layers=LAYERS,
        base_year=BASE,
        base_factors={"electricity": FACTORS["electricity"]},
        districts=("A", "B"),
        reads=reads,
    )


def path(value) -> ByYear:
    if isinstance(value, dict):
        return ByYear(tuple(value), tuple(map(float, value.values())))
    return ByYear((), (float(value),))


def lever(kind: str, name: str = "", where: Where | None = None, **told) -> Lever:
    """Return a lever as the loader would make it of plain numbers."""
    known = LEVERS[kind].parameters
    lists = {k: p.default for k, p in known.items() if p.kind in ("names", "name")}
    paths, shares, curves = {}, {}, {}
    for key, value in told.items():
        if known[key].kind in ("names", "name"):
            lists[key] = value if isinstance(value, tuple) else (value,)
        elif known[key].kind == "shares":
            shares[key] = value
        elif known[key].kind == "curve":
            curves[key] = path(value)
        else:
            paths[key] = path(value)
    return Lever(name or kind, kind, paths, lists, shares, curves, where or Where(), at="own.yaml:3")


def scenario(*levers: Lever) -> Scenario:
    return Scenario("own", {"en": "Own", "ko": "자체"}, in_order(list(levers)))


def everything(size: float = 1.0) -> list[Lever]:
    """Return one lever of each kind that saves or shifts, `size` of its full extent."""
    return [
        lever("retrofit", rate={2050: 0.8 * size}, saving=0.4),
        lever("heat_pumps", rate={2050: 0.7 * size}, cop=3.0, efficiency=0.9),
        lever("rooftop_pv", roof={2050: 0.3 * size}, yield_kwh_m2=200, self_use=0.6),
        lever("grid", index={2024: 1.0, 2050: 1 - 0.8 * size}),
        lever("fewer_car_km", cut={2050: 0.3 * size}),
        lever("electric_cars", share={2050: 0.6 * size}, kwh_km=0.2),
        lever(
            "mode_shift", shift={2050: 0.2 * size}, to={"bus": 0.4, "metro": 0.4, "bicycle": 0.2},
            car_persons=1.3, bus_persons=15, metro_kwh_pkm=0.1,
        ),
        lever("car_occupancy", persons={2050: 1.3 + 0.3 * size}, base_persons=1.3),
        lever(
            "planting", rate={2050: 0.5 * size}, **{"from": ("grass",)},
            uptake_t_co2_ha={0: 0, 20: 10, 60: 6},
        ),
    ]  # fmt: skip
