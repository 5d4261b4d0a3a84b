"""A small invented carbon map for tests: three districts, cells of 100 m, three layers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED, CarbonMap
from scindex.measure.map.grid import Grid

ORIGIN = (950_000.0, 1_950_000.0)
LAYERS = [
    ("building_electricity", "buildings", "emission", "", 2, "metered"),
    ("road_traffic", "transport", "emission", "", 1, "modelled"),
    ("forest", "land", "removal", "net_stock_change", 1, "modelled"),
]


def sample_map(seed: int = 0, years=(2024,), scenarios=("",), side: int = 12) -> CarbonMap:
    """Return `side` x `side` cells in three vertical districts, with one unallocated amount."""
    import geopandas as gpd
    from shapely import box

    rng = np.random.default_rng(seed)
    grid = Grid(100.0, "EPSG:5179")
    column, row = (a.ravel() for a in np.meshgrid(np.arange(side), np.arange(side)))
    keys = grid.cell_of(ORIGIN[0] + 100 * column + 50, ORIGIN[1] + 100 * row + 50)
    district = np.array(["D1", "D2", "D3"])[column * 3 // side]
    wide = [np.flatnonzero(np.arange(side) * 3 // side == i) for i in range(3)]
    outlines = [
        box(ORIGIN[0] + 100 * w[0], ORIGIN[1], ORIGIN[0] + 100 * (w[-1] + 1), ORIGIN[1] + 100 * side)
        for w in wide
    ]
    districts = gpd.GeoDataFrame(
        {"code": ["D1", "D2", "D3"], "name": ["West", "Middle", "East"], "residents": [900.0, 1200.0, 300.0]},
        geometry=outlines, crs="EPSG:5179",
    )  # fmt: skip
    pieces, contributors, coverage = [], [], []
    for year in years:
        for scenario in scenarios:
            stamp = {"year": year, "scenario": scenario}
            for layer, sector, sign, _, _, standing in LAYERS:
                units = rng.integers(0, 8, len(keys))
                tonnes = np.where(units > 0, rng.lognormal(3, 1, len(keys)) * units, 0)
                nano = np.rint(tonnes * 1e9).astype(np.int64)
                largest = np.ceil(nano / np.maximum(units, 1) * rng.uniform(1, np.maximum(units, 1))).astype(
                    np.int64
                )
                used = units > 0
                frame = pd.DataFrame({"cell": keys, "district": district, **stamp})[used]
                size = nano[used] if sign == "emission" else -nano[used]
                amounts = {"nano": size, "units": units[used], "largest": np.minimum(largest, nano)[used]}
                pieces.append(frame.assign(layer=layer, standing=standing, squares=0, **amounts))
                if sign == "emission":
                    contributors.append(frame.assign(sector=sector, **amounts))
                known = rng.integers(0, 2, len(keys)) * 1000
                coverage.append(
                    pd.DataFrame({"cell": keys, "district": district, **stamp}).assign(
                        sector=sector, cover="floor_area_m2", known=known, all=1000
                    )
                )
            lost = {
                "cell": UNALLOCATED,
                "district": "",
                "layer": "building_electricity",
                "standing": "metered",
            }
            pieces.append(
                pd.DataFrame(
                    [{**lost, **stamp, "nano": 5_000_000_000, "units": 1, "largest": 5_000_000_000}]
                ).assign(squares=0)
            )
    areas = pd.DataFrame(
        {
            "cell": keys,
            "district": district,
            "area_m2": 10_000.0,
            "residents": rng.integers(0, 40, len(keys)) * 1.0,
        }
    ).assign(floor_area_m2=1000.0)
    layers = pd.DataFrame(
        [
            {
                "layer": name, "name_en": name.replace("_", " "), "name_ko": name, "sector": sector,
                "sign": sign,
                "sink": sink, "basis": "end_user", "scope": scope, "relative_error": 0.05, "control_nano": 0,
                "source": "invented", "standing": "proposed",
            }
            for name, sector, sign, sink, scope, _ in LAYERS
        ]
    )  # fmt: skip
    return CarbonMap(
        pieces=pd.concat(pieces, ignore_index=True),
        contributors=pd.concat(contributors, ignore_index=True),
        coverage=pd.concat(coverage, ignore_index=True),
        areas=areas,
        layers=layers,
        districts=districts,
        grid=grid,
        name={"en": "Sample", "ko": "견본"},
        year=years[0],
    )
