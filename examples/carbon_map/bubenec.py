"""A carbon map on real outlines: ``python examples/carbon_map/bubenec.py DIR``.

Then ``scindex map build DIR/MAP.yaml`` builds it.

Buildings and streets of Bubenec (Prague) come with the package momepy, which has to be installed;
they are from OpenStreetMap (ODbL). Energy and traffic are invented from floor area and length.
"""

from __future__ import annotations

import sys
from pathlib import Path

PLAN = """
map: {en: "Bubenec (real outlines, invented energy)", ko: "부베네츠(실제 윤곽, 가상 에너지)"}
year: 2018
crs: EPSG:5514
cells: 10 m
region: KR
districts: {file: district.gpkg, code: code, name: name}
tables:
  buildings:
    file: buildings.gpkg
    source: OpenStreetMap (ODbL) by momepy; energy invented
    columns: {building_id: uID, electricity_mwh: electricity_mwh, gas_mwh: gas_mwh}
  road_links: {file: streets.gpkg, source: OpenStreetMap (ODbL) by momepy; traffic invented}
layers:
  - {layer: building_electricity, allocate: {method: area}, factor: {id: electricity/kr_2022}}
  - {layer: building_gas, allocate: {method: area}}
  - road_traffic
factors: {electricity: {year: 2022}}
"""


def main(folder: Path) -> None:
    """Write the tables and a MAP.yaml."""
    import geopandas as gpd
    import momepy

    folder.mkdir(exist_ok=True)
    source = momepy.datasets.get_path("bubenec")
    buildings = gpd.read_file(source, layer="buildings")
    floor = buildings.area * 3
    buildings = buildings.assign(uID=buildings["uID"].astype(str), use="apartment", floor_area_m2=floor)
    buildings["electricity_mwh"] = (floor * 0.05).round(3)
    buildings["gas_mwh"] = (floor * 0.09).round(3)
    streets = gpd.read_file(source, layer="streets").reset_index(drop=True)
    streets["link_id"] = [f"S{i}" for i in range(len(streets))]
    streets["aadt"] = [3000 + 250 * i for i in range(len(streets))]
    around = streets.union_all().convex_hull.union(buildings.union_all().convex_hull).convex_hull
    district = gpd.GeoDataFrame({"code": ["1"], "name": ["Bubenec"]}, geometry=[around], crs=buildings.crs)
    buildings.to_file(folder / "buildings.gpkg")
    streets[["link_id", "aadt", "geometry"]].to_file(folder / "streets.gpkg")
    district.to_file(folder / "district.gpkg")
    (folder / "MAP.yaml").write_text(PLAN, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "bubenec"))
