"""A MAP.yaml with two districts and three buildings in files: for tests of what is read."""

from __future__ import annotations

import json
from pathlib import Path

BUILDINGS = """building_id,use,floor_area_m2,x,y
1,office,1000,950050,1950050
2,office,1000,950150,1950050
3,office,500,950250,1950050
"""
ENERGY = "building_id,year,electricity_mwh,gas_mwh\n1,2024,100,50\n2,2024,200,20\n3,2024,0,10\n"
DISTRICTS = "districts: {file: d.geojson, code: code, name: name}"
METERS = "[building_electricity, building_gas]"


def small_map(
    folder: Path,
    *,
    energy: str = ENERGY,
    statistic: str = "",
    tables: str = "",
    layers: str = METERS,
    districts: str = DISTRICTS,
    energy_entry: str = "{file: e.csv}",
    properties: dict[str, object] | None = None,
    more: str = "",
) -> Path:
    """Write the files of the map into a folder, and return its MAP.yaml."""
    (folder / "b.csv").write_text(BUILDINGS, encoding="utf-8")
    (folder / "e.csv").write_text(energy, encoding="utf-8")
    (folder / "s.csv").write_text(statistic, encoding="utf-8")
    (folder / "d.geojson").write_text(json.dumps(_districts(properties or {})), encoding="utf-8")
    plan = f"""map: Tiny
year: 2024
crs: EPSG:5179
cells: 100 m
region: KR
{districts}
tables:
  buildings: {{file: b.csv, crs: EPSG:5179, lon: x, lat: y}}
  building_energy: {energy_entry}
{tables}
layers: {layers}
factors: {{electricity: {{year: 2023}}, eui: {{climate: central}}}}
{more}
"""
    path = folder / "MAP.yaml"
    path.write_text(plan, encoding="utf-8")
    return path


def _districts(properties: dict[str, object]) -> dict[str, object]:
    features = []
    for code, name, west, residents in (("A", "Dong A", 949_900, 10), ("B", "Dong B", 950_200, 20)):
        low, east, high = 1_949_900, west + 300, 1_950_200
        ring = [[west, low], [east, low], [east, high], [west, high], [west, low]]
        said = {"code": code, "name": name, "residents": residents, **properties}
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": said, "geometry": shape})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}
