"""Make the tables of Haneul New Town, an invented place, again: ``python examples/carbon_map/make.py``.

Nothing in it is real. It is scaled to what is published of Seoul's buildings in 2024, 1 : 200
(floor area 639.7 km2, 56.1 % of it residential, 46.5 kg CO2e per m2, electricity about 70 % of it:
"Methodology for Estimating GHG Emissions Based on Gross Floor Area in the Building of Seoul",
https://m.earticle.net/Article/A479731) and of its transport in 2020 (11.08 Mt:
http://journal.kits.or.kr/journal/article.php?code=85117). The same seed gives the same bytes.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
SEED = 2024
SCALE = 200
WEST, SOUTH, WIDE, HIGH = 960_000.0, 1_900_000.0, 3_200.0, 2_400.0
FLOOR_M2 = 639.7e6 / SCALE
SHARES = {
    "공동주택": 0.421,
    "단독주택": 0.140,
    "제1종근린생활시설": 0.145,
    "업무시설": 0.104,
    "교육연구시설": 0.190,
}
"""56.1 % residential, 14.5 % neighbourhood commercial, 10.4 % office, 19.0 % other."""
ELECTRICITY = {
    "공동주택": 48.0,
    "단독주택": 38.0,
    "제1종근린생활시설": 135.0,
    "업무시설": 140.0,
    "교육연구시설": 85.0,
}
FUEL = {
    "공동주택": 85.0,
    "단독주택": 105.0,
    "제1종근린생활시설": 48.0,
    "업무시설": 42.0,
    "교육연구시설": 60.0,
}
"""kWh per m2 before calibration: the pattern is invented, the total is not."""
SIZE = {"공동주택": 4500, "단독주택": 180, "제1종근린생활시설": 700, "업무시설": 6500, "교육연구시설": 4200}
FACTOR = {"electricity": 0.4173, "gas": 0.20196, "heat": 0.12950}
SYLLABLES = ("가람", "나루", "다온", "라온", "마루", "바른", "새솔", "아람", "자람", "차오름", "한울", "해솔")
NAMES = [f"{syllables}동" for syllables in SYLLABLES]
CENTRES = np.array([[1100.0, 900.0], [2350.0, 1500.0]])


def main() -> None:
    """Write every table beside this file."""
    rng = np.random.default_rng(SEED)
    dong = districts(rng)
    houses = buildings(rng)
    meters = energy(rng, houses)
    write_csv(houses, "buildings.csv", "cp949")
    write_csv(meters, "building_energy.csv", "utf-8")
    write_geojson("roads.geojson", roads(rng))
    write_geojson("forest.geojson", forest())
    write_geojson("green.geojson", green())
    people, waste = statistics(rng, dong, houses)
    write_geojson("dong.geojson", dong)
    write_csv(people, "residents.csv", "utf-8")
    write_csv(waste, "waste.csv", "utf-8")


def districts(rng: np.random.Generator) -> list[dict]:
    """Return 4 x 3 dong whose inner corners are moved, so that no border runs along the grid."""
    corner = np.stack(np.meshgrid(np.linspace(0, WIDE, 5), np.linspace(0, HIGH, 4)), axis=-1)
    corner[1:-1, 1:-1] += rng.uniform(-170, 170, corner[1:-1, 1:-1].shape)
    features = []
    for index, name in enumerate(NAMES):
        row, column = divmod(index, 4)
        ring = [
            corner[row, column],
            corner[row, column + 1],
            corner[row + 1, column + 1],
            corner[row + 1, column],
        ]
        code = f"9901{51 + index}"
        features.append(feature("Polygon", [ring], {"ADM_CD": code, "ADM_NM": name}))
    return features


def buildings(rng: np.random.Generator) -> pd.DataFrame:
    """Return points with use and floor area: offices near two centres, none in the river."""
    frames = []
    for use, share in SHARES.items():
        n = round(FLOOR_M2 * share / SIZE[use])
        spots = np.array([spot(rng, use) for _ in range(n)])
        floor = rng.lognormal(0, 0.6, n)
        floor *= FLOOR_M2 * share / floor.sum()
        frames.append(pd.DataFrame({"use": use, "floor": floor, "x": spots[:, 0], "y": spots[:, 1]}))
    table = pd.concat(frames, ignore_index=True)
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    return pd.DataFrame(
        {
            "관리건축물대장PK": [f"99010-{100000 + i}" for i in range(len(table))],
            "주용도코드명": table["use"],
            "연면적(㎡)": table["floor"].round(1),
            "지상층수": np.maximum(1, np.rint(table["floor"] / 450)).clip(upper=40).astype(int),
            "사용승인일": rng.integers(1975, 2023, len(table)) * 10000 + 101,
            "x": (WEST + table["x"]).round(1),
            "y": (SOUTH + table["y"]).round(1),
        }
    )


def spot(rng: np.random.Generator, use: str) -> np.ndarray:
    """Return a place for a building of this use, off the river, the park and the hill."""
    while True:
        near = use in ("업무시설", "제1종근린생활시설") or rng.random() < 0.25
        spread = 260 if use == "업무시설" else 520
        place = rng.normal(CENTRES[rng.integers(2)], spread) if near else rng.uniform([0, 0], [WIDE, HIGH])
        x, y = place
        inside = 20 < x < WIDE - 20 and 20 < y < HIGH - 20
        river = abs(y - (420 + 0.12 * x)) < 60
        park = 1500 < x < 1850 and 1050 < y < 1450
        if inside and not river and not park and not on_hill(x, y):
            return place


def on_hill(x: float, y: float) -> bool:
    """Return whether a place lies on the wooded hill in the north-east."""
    return x > 2500 and y > 1650 + 0.25 * (3200 - x)


def energy(rng: np.random.Generator, houses: pd.DataFrame) -> pd.DataFrame:
    """Return a year at the meter, scaled to the published intensity; some meters are missing."""
    use, floor = houses["주용도코드명"], houses["연면적(㎡)"].to_numpy()
    power = floor * use.map(ELECTRICITY).to_numpy() * rng.lognormal(0, 0.35, len(houses))
    fuel = floor * use.map(FUEL).to_numpy() * rng.lognormal(0, 0.4, len(houses))
    heated = (use == "공동주택").to_numpy() & (rng.random(len(houses)) < 0.08)
    heat, gas = np.where(heated, fuel, 0.0), np.where(heated, 0.0, fuel)
    total = 46.5 * floor.sum()
    power *= 0.70 * total / (FACTOR["electricity"] * power.sum())
    other = 0.30 * total / (FACTOR["gas"] * gas.sum() + FACTOR["heat"] * heat.sum())
    table = pd.DataFrame(
        {
            "관리건축물대장PK": houses["관리건축물대장PK"],
            "사용연도": 2024,
            "전기(MWh)": (power / 1000).round(3),
            "도시가스(MWh)": (gas * other / 1000).round(3),
            "지역난방(MWh)": (heat * other / 1000).round(3),
        }
    )
    return table[rng.random(len(table)) > 0.08].reset_index(drop=True)


def roads(rng: np.random.Generator) -> list[dict]:
    """Return links of a street net with daily traffic and mix, scaled to the published total."""
    links = []
    for k, across in enumerate(np.arange(200, HIGH, 400)):
        links += street(rng, k, [(x, across + 25 * np.sin(x / 300 + k)) for x in np.arange(0, WIDE + 1, 200)])
    for k, along in enumerate(np.arange(200, WIDE, 400)):
        links += street(rng, k, [(along + 25 * np.sin(y / 260 + k), y) for y in np.arange(0, HIGH + 1, 200)])
    links = [link for link in links if not on_hill(*link["middle"])]
    grams = {"car": 237.9, "bus": 900.0, "truck": 650.0}
    tonnes = sum(
        365 * v["aadt"] * v["length"] / 1000 * sum(v[f"share_{k}"] * g for k, g in grams.items()) / 1e6
        for v in links
    )
    scale = 11.08e6 / SCALE / tonnes
    features = []
    for index, link in enumerate(links):
        mix = {k: link[k] for k in ("share_car", "share_bus", "share_truck")}
        properties = {"LINK_ID": f"L{index:04d}", "aadt": int(link["aadt"] * scale), **mix}
        features.append(feature("LineString", link["line"], properties))
    return features


def street(rng: np.random.Generator, order: int, line: list[tuple[float, float]]) -> list[dict]:
    """Return the links of one street; every third street is an arterial."""
    found = []
    for a, b in pairwise(line):
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        close = np.exp(-np.min(np.hypot(*(CENTRES - middle).T)) / 900)
        bus = round(0.03 + 0.05 * close, 3)
        truck = round(float(rng.uniform(0.05, 0.12)), 3)
        found.append(
            {
                "line": [np.array(a), np.array(b)],
                "middle": middle,
                "length": float(np.hypot(b[0] - a[0], b[1] - a[1])),
                "aadt": (3.0 if order % 3 == 0 else 1.0) * (0.4 + close) * rng.uniform(0.8, 1.2),
                "share_car": round(1 - bus - truck, 3),
                "share_bus": bus,
                "share_truck": truck,
            }
        )
    return found


def forest() -> list[dict]:
    """Return four stands on the hill, one of a species without coefficients."""
    west = [(2500, 1830), (2820, 1750), (2820, 2400), (2500, 2400)]
    east = [(2820, 1750), (3200, 1655), (3200, 2100), (2820, 2100)]
    north = [(2820, 2100), (3050, 2100), (3050, 2400), (2820, 2400)]
    top = [(3050, 2100), (3200, 2100), (3200, 2400), (3050, 2400)]
    kinds = (("소나무", 3, west), ("신갈나무", 4, east), ("낙엽송", 4, north), ("산벚나무", 2, top))
    return [
        feature("Polygon", [np.array(r, dtype=float)], {"stand_id": f"F{i}", "수종": s, "영급": a})
        for i, (s, a, r) in enumerate(kinds, start=1)
    ]


def green() -> list[dict]:
    """Return the park and the river bank."""
    park = np.array([(1500, 1050), (1850, 1050), (1850, 1450), (1500, 1450)], dtype=float)
    bank = np.array([(0, 340), (3200, 724), (3200, 764), (0, 380)], dtype=float)
    return [
        feature("Polygon", [park], {"id": "G1", "공원구분": "근린공원"}),
        feature("Polygon", [bank], {"id": "G2", "공원구분": "하천변"}),
    ]


def statistics(
    rng: np.random.Generator, dong: list[dict], houses: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return residents and the waste of each dong; residents follow the floor area of homes."""
    import shapely

    shapes = shapely.polygons([f["geometry"]["coordinates"][0] for f in dong])
    points = shapely.points(houses["x"], houses["y"])
    home = houses["주용도코드명"].isin(["공동주택", "단독주택"]) * houses["연면적(㎡)"]
    floor = np.array([home[shapely.contains(shape, points)].sum() for shape in shapes])
    people = np.rint(floor / 36 * rng.uniform(0.9, 1.1, len(dong))).astype(int)
    codes = [f["properties"]["ADM_CD"] for f in dong]
    residents = pd.DataFrame(
        {"행정동코드": codes, "인구": people, "세대수": np.rint(people / 2.1).astype(int)}
    )
    waste = pd.DataFrame({"행정동코드": codes, "co2e_t": (people * 0.19).round(1)})
    return residents, waste


def feature(kind: str, coordinates: list, properties: dict) -> dict:
    """Return a GeoJSON feature in metres of EPSG:5179, shifted to where the city would lie."""

    def moved(ring: list) -> list:
        return [[round(WEST + float(x), 1), round(SOUTH + float(y), 1)] for x, y in ring]

    parts = moved(coordinates) if kind == "LineString" else [moved([*r, r[0]]) for r in coordinates]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": parts}}


def write_geojson(name: str, features: list[dict]) -> None:
    """Write features with their reference system, one a line."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5179"}}
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    text = f'{{"type": "FeatureCollection", "crs": {json.dumps(crs)}, "features": [\n{lines}\n]}}\n'
    (HERE / name).write_text(text, encoding="utf-8")


def write_csv(table: pd.DataFrame, name: str, encoding: str) -> None:
    """Write a table as a Korean office would."""
    table.to_csv(HERE / name, index=False, encoding=encoding, lineterminator="\n")


if __name__ == "__main__":
    main()
