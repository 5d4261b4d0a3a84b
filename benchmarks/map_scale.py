"""A carbon map of many buildings: time and memory by size and by workers, beside reading the same columns.

    python benchmarks/map_scale.py                      # 10 000 to 1 000 000, one process
    python benchmarks/map_scale.py --sizes 10000000     # in parts of a million, one after another
    python benchmarks/map_scale.py --workers 1 2 --sizes 4000000 --parts 8

Every row is a process of its own. The city is made by a seeded generator: points, three uses, floor area,
electricity and gas with a tenth of them missing, 484 square districts. A small map is built first, so that
compiling is not timed. `read` is geopandas reading the needed columns of the same file; `cpu` is the time
that processors worked, which a busy machine changes less than it changes the wall clock.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COLUMNS = ["building_id", "use", "floor_area_m2", "electricity_mwh", "gas_mwh", "geometry"]
WEST, SOUTH, WIDE, HIGH, SIDE = 930_000.0, 1_930_000.0, 36_000.0, 30_000.0, 22
PLAN = """map: Large
year: 2023
crs: EPSG:5179
cells: 100 m
region: KR
districts: {file: d.gpkg, code: code, name: name}
tables:
  buildings: {file: buildings.parquet}
layers: [building_electricity, building_gas]
factors: {eui: {climate: central}}
"""


def make(folder: Path, n: int) -> Path:
    """Write the tables of a city of `n` buildings, half a million rows at a time."""
    import geopandas as gpd
    import numpy as np
    import pyarrow.parquet as pq
    import shapely

    folder.mkdir(parents=True, exist_ok=True)
    writer = None
    for start in range(0, n, 500_000):
        rows = min(500_000, n - start)
        rng = np.random.default_rng(start)
        floor = rng.lognormal(6, 1, rows).round(1)
        x, y = WEST + rng.uniform(0, WIDE, rows), SOUTH + rng.uniform(0, HIGH, rows)
        columns = {
            "building_id": np.char.add("b", np.arange(start, start + rows).astype(str)),
            "use": rng.choice(["apartment", "office", "house"], rows),
            "floor_area_m2": floor,
            "electricity_mwh": np.where(rng.random(rows) < 0.9, floor * 0.08, np.nan),
            "gas_mwh": np.where(rng.random(rows) < 0.9, floor * 0.07, np.nan),
        }
        frame = gpd.GeoDataFrame(columns, geometry=shapely.points(x, y), crs="EPSG:5179")
        frame.to_parquet(folder / "one.parquet")
        table = pq.read_table(folder / "one.parquet")
        schema = table.schema if writer is None else writer.schema
        writer = writer or pq.ParquetWriter(folder / "buildings.parquet", schema)
        writer.write_table(table.replace_schema_metadata(schema.metadata), row_group_size=100_000)
    if writer is not None:
        writer.close()
    (folder / "one.parquet").unlink()
    boxes = [
        shapely.box(WEST + i * WIDE / SIDE, SOUTH + j * HIGH / SIDE, WEST + (i + 1) * WIDE / SIDE,
                    SOUTH + (j + 1) * HIGH / SIDE)
        for i in range(SIDE) for j in range(SIDE)
    ]  # fmt: skip
    codes = [f"{i:04d}" for i in range(len(boxes))]
    districts = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=boxes, crs="EPSG:5179")
    districts.to_file(folder / "d.gpkg")
    (folder / "MAP.yaml").write_text(PLAN)
    return folder / "MAP.yaml"


def timed(function) -> tuple[float, float]:
    """Return wall clock and processor seconds, children included."""
    wall, cpu = time.perf_counter(), sum(sum(resource.getrusage(w)[:2]) for w in WHO)
    function()
    return time.perf_counter() - wall, sum(sum(resource.getrusage(w)[:2]) for w in WHO) - cpu


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def build(path: Path, small: Path, workers: int, parts: int | None) -> dict[str, float]:
    """Build one map in this process and say what it took."""
    from scindex.mapping import carbon_map
    from scindex.parted import Cutting

    carbon_map(small)
    cutting = Cutting(workers=workers, parts=parts)
    wall, cpu = timed(lambda: carbon_map(path, cutting=cutting))
    peak = [resource.getrusage(w).ru_maxrss / 1024 for w in WHO]
    return {"wall": wall, "cpu": cpu, "peak": peak[0], "peak_worker": peak[1]}


def read(path: Path, small: Path) -> dict[str, float]:
    """Read the needed columns as geopandas does."""
    import geopandas as gpd

    gpd.read_parquet(small.with_name("buildings.parquet"), columns=COLUMNS)
    wall, cpu = timed(lambda: gpd.read_parquet(path.with_name("buildings.parquet"), columns=COLUMNS))
    return {"wall": wall, "cpu": cpu}


def apart(*words: object) -> dict[str, float]:
    """Run one measurement in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, *map(str, words)], check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure each size with each number of workers, and print a table."""
    known = argparse.ArgumentParser(description=__doc__)
    known.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    known.add_argument("--workers", type=int, nargs="+", default=[1])
    known.add_argument("--parts", type=int)
    known.add_argument("--folder", type=Path)
    known.add_argument("--no-read", action="store_true", help="do not read the whole file at once")
    asked = known.parse_args()
    print("| buildings | workers | parts | build s | cpu s | read s | read cpu s | cpu ratio | peak MB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        small = make(folder / "small", 1000)
        for n in asked.sizes:
            path = folder / str(n) / "MAP.yaml"
            if not path.exists():
                make(path.parent, n)
            base = {} if asked.no_read else apart("read", path, small)
            for workers in asked.workers:
                made = apart("build", path, small, workers, asked.parts or 0)
                reading = "{wall:.2f} | {cpu:.2f}".format(**base) if base else " | "
                ratio = f"{made['cpu'] / base['cpu']:.1f}" if base else ""
                peak = max(made["peak"], made["peak_worker"])
                print(f"| {n:,} | {workers} | {asked.parts or ''} | {made['wall']:.2f} | {made['cpu']:.2f} "
                      f"| {reading} | {ratio} | {peak:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        _, _, where, warm, processes, cut = sys.argv
        print(json.dumps(build(Path(where), Path(warm), int(processes), int(cut) or None)))
    elif sys.argv[1:2] == ["read"]:
        print(json.dumps(read(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main()
