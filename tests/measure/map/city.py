"""A tiny city for tests of building a map: two districts, buildings with meters, a road, a wood."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from scindex.catalogue.layers import load_layers
from scindex.catalogue.maps import MapPlan, TablePlan

CRS = "EPSG:5179"
X, Y = 950_000.0, 1_950_000.0
ALL = ("building_electricity", "building_gas", "road_traffic", "forest", "district_electricity")


def plan(layers=ALL, cell_size="100 m", **own) -> MapPlan:
    """Return the plan of the tiny city; tables are handed to `build`, so no file is named."""
    table = TablePlan("districts", Path("districts.geojson"), {}, {}, "MAP.yaml:1")
    said = {
        "electricity": {"year": 2023},
        "vehicles": {"year": 2018},
        "eui": {"climate": "central"},
        "forest": {"region": "KR-Gangwon", "stand": "gangwon"},
    }
    fields = {"name": {"en": "Tiny"}, "year": 2024, "crs": CRS, "cell_size": cell_size, "region": "KR"}
    fields |= {"gwp_set": "AR5", "districts": table, "joins": (), "parent": {}, "tables": {}, "factors": said}
    return MapPlan(**{**fields, "layers": tuple(load_layers()[name] for name in layers), **own})


def districts() -> gpd.GeoDataFrame:
    """Return two districts side by side, 500 m wide, with residents and households."""
    west, east = shapely.box(X, Y, X + 500, Y + 1000), shapely.box(X + 500, Y, X + 1000, Y + 1000)
    columns = {
        "code": ["1", "2"],
        "name": ["West", "East"],
        "residents": [300.0, 100.0],
        "households": [120.0, 40.0],
    }
    return gpd.GeoDataFrame(columns, geometry=[west, east], crs=CRS)


def tables(n: int = 40, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return raw tables: a tenth of the buildings lies outside, some have no meter."""
    rng = np.random.default_rng(seed)
    ids = [f"b{i}" for i in range(n)]
    points = shapely.points(rng.uniform(X - 100, X + 1000, n), rng.uniform(Y, Y + 1000, n))
    floor = rng.lognormal(6, 1, n).round(1)
    buildings = gpd.GeoDataFrame(
        {"building_id": ids, "use": rng.choice(["office", "apartment"], n), "floor_area_m2": floor},
        geometry=points,
        crs=CRS,
    )
    energy = pd.DataFrame({"building_id": ids, "electricity_mwh": floor * 0.1, "gas_mwh": floor * 0.05})
    road = shapely.LineString([(X + 50, Y + 450), (X + 950, Y + 520)])
    roads = gpd.GeoDataFrame(
        {"link_id": ["r"], "aadt": [1000.0], "share_car": [1.0]}, geometry=[road], crs=CRS
    )
    wood = gpd.GeoDataFrame(
        {"stand_id": ["w"], "species": ["낙엽송"]},
        geometry=[shapely.box(X + 400, Y, X + 700, Y + 150)],
        crs=CRS,
    )
    statistic = pd.DataFrame({"code": ["1", "2"], "electricity_mwh": [1000.0, 500.0]})
    return {
        "buildings": buildings,
        "building_energy": energy[rng.random(n) < 0.8],
        "road_links": roads,
        "forest": wood,
        "district_statistics": statistic,
    }
