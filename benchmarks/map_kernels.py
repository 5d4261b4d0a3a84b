"""Time the map's kernels beside other tools, in one run and on the same numbers.

    python benchmarks/map_kernels.py [--rows 1000000] [--runs 3] [--only WORD]

Everything is made here with a fixed seed: points, footprints of six corners turned at random, and
districts whose borders are cut into edges of about 100 m, on 30 km by 30 km (60 km for the districts).
The tools take turns after a warm-up of each; the middle time counts, with the shortest and the longest.
Beside wall-clock time stands the processor time of all threads: it says more where others use the machine.
"Off" is the largest difference of an answer from ours, as a share of a sum, a building or a cell. Slow tools
do a share of the rows, and their time is extrapolated: "about". Tools that are not installed are named and
left out; scindex needs none of them to give its answers.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import geopandas as gpd
import numba
import numpy as np
import pandas as pd
import shapely

from scindex.measure.map.areas import split_areas, sum_pieces
from scindex.measure.map.exact import apportion, sum_by
from scindex.measure.map.grid import Grid
from scindex.measure.map.lines import split_lines
from scindex.measure.map.points import locate
from scindex.measure.map.zones import split_by_zones, zones_to_cells

CRS, SIDE, CELL = "EPSG:5179", 30_000.0, 100.0
CORNER = np.array([940_000.0, 1_940_000.0])
GRID = Grid(CELL)
PEERS = ("duckdb", "sedonadb", "tobler", "exactextract", "geopandas", "shapely", "numba", "numpy")


@dataclass(frozen=True)
class Way:
    """A tool doing the work, or a `share` of it. `off` is the largest difference of its answer from ours."""

    name: str
    run: Callable[[], Any]
    off: Callable[[Any, Any], float] = lambda mine, theirs: 0.0
    share: float = 1.0


@dataclass(frozen=True)
class Case:
    """One piece of work, ours first."""

    name: str
    ways: list[Way] = field(default_factory=list)


def has(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def points(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, SIDE, (2, n)) + CORNER[:, None]
    return x, y, rng.integers(0, 10**12, n)


def districts(n: int, side: float = SIDE) -> np.ndarray:
    rng = np.random.default_rng(2)
    frame = shapely.box(0, 0, side, side)
    parts = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform(0, side, (n, 2))), extend_to=frame)
    )
    parts = shapely.segmentize(shapely.intersection(parts, frame), CELL)
    return np.array(shapely.transform(parts, lambda xy: np.round(xy + CORNER, 3)))


def footprints(n: int) -> np.ndarray:
    """L-shaped buildings of about 10 m by 10 m, turned at random; one in four has a yard."""
    rng = np.random.default_rng(3)
    outline = np.array([(0, 0), (1, 0), (1, 0.5), (0.5, 0.5), (0.5, 1), (0, 1)]) - 0.5
    yard = np.array([(0.1, 0.1), (0.4, 0.1), (0.4, 0.4), (0.1, 0.4)]) - 0.5
    sizes, turn = rng.lognormal(2.3, 0.5, (n, 1, 2)), rng.uniform(0, np.pi, n)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]).transpose(2, 0, 1)
    centre = rng.uniform(0, SIDE, (n, 1, 2)) + CORNER

    def placed(ring: np.ndarray) -> np.ndarray:
        return np.einsum("nij,nkj->nki", rotation, ring * sizes) + centre

    shapes = shapely.polygons(placed(outline))
    fourth = slice(0, n, 4)
    holes = shapely.linearrings(placed(yard)[fourth])
    shapes[fourth] = shapely.polygons(shapely.get_exterior_ring(shapes[fourth]), holes[:, None])
    return shapes


def cells_frame(bounds: np.ndarray) -> gpd.GeoDataFrame:
    keys = GRID.covering(bounds)
    return gpd.GeoDataFrame({"key": keys}, geometry=GRID.polygons(keys), crs=CRS)


def sedona(**frames: gpd.GeoDataFrame) -> Any:
    import sedona.db

    session = sedona.db.connect()
    for name, frame in frames.items():
        session.create_data_frame(frame).to_memtable().to_view(name, overwrite=True)
    return session


# ---- points to cells


@numba.njit
def _bin(x, y, nano, x0, y0, cell, columns, rows):
    sums = np.zeros(columns * rows, np.int64)
    for i in range(len(x)):
        at = int((y[i] - y0) // cell) * columns + int((x[i] - x0) // cell)
        sums[at] += nano[i]
    return sums


def points_to_cells(n: int) -> Case:
    x, y, nano = points(n)
    west, south = CORNER
    wide = round(SIDE / CELL)

    def plain():
        keys = np.floor((y - south) / CELL).astype(np.int64) * wide + np.floor((x - west) / CELL).astype(
            np.int64
        )
        cells, inverse = np.unique(keys, return_inverse=True)
        return cells, np.bincount(inverse, nano)

    def same(mine, theirs):
        a, b = np.sort(mine[1]).astype(float), np.asarray(theirs, dtype=float)
        b = np.sort(b[b != 0])
        return float(np.abs(a / b - 1).max()) if len(a) == len(b) else np.inf

    ways = [
        Way("scindex", lambda: sum_by(GRID.cell_of(x, y), nano)),
        Way("numpy: floor, unique, bincount", plain, lambda a, b: same(a, b[1])),
        Way(
            "numba: one loop over a known frame",
            lambda: _bin(x, y, nano, west, south, CELL, wide, wide),
            same,
        ),
    ]
    if has("duckdb"):
        import duckdb

        db = duckdb.connect()
        db.register("frame", pd.DataFrame({"x": x, "y": y, "nano": nano}))
        db.execute("CREATE TABLE points AS SELECT * FROM frame")
        sql = f"SELECT floor(x/{CELL}), floor(y/{CELL}), sum(nano)::HUGEINT s FROM points GROUP BY 1, 2"
        ways.append(
            Way("DuckDB: GROUP BY floor", lambda: db.execute(sql).fetchnumpy(), lambda a, b: same(a, b["s"]))
        )
    frame = gpd.GeoDataFrame({"nano": nano}, geometry=gpd.points_from_xy(x, y), crs=CRS)
    cells = cells_frame(np.concatenate([CORNER, CORNER + SIDE]))
    ways.append(
        Way(
            "geopandas sjoin",
            lambda: frame.sjoin(cells, predicate="within").groupby("key")["nano"].sum(),
            lambda a, b: same(a, b.to_numpy()),
        )
    )
    return Case(f"{n:,} points to cells of 100 m, summed", ways)


def points_in_districts(n: int) -> Case:
    x, y, _ = points(n)
    shapes = districts(500)
    zones = gpd.GeoDataFrame({"zone": np.arange(500)}, geometry=shapes, crs=CRS)
    frame = gpd.GeoDataFrame({"row": np.arange(n)}, geometry=gpd.points_from_xy(x, y), crs=CRS)

    def same(mine, theirs):
        lowest = theirs.groupby("row")["zone"].min()
        wrong = (mine[lowest.index] != lowest.to_numpy()).sum() + abs((mine >= 0).sum() - len(lowest))
        return float(wrong) / len(mine)

    ways = [
        Way("scindex", lambda: locate(x, y, shapes)),
        Way("geopandas sjoin", lambda: frame.sjoin(zones, predicate="intersects")[["row", "zone"]], same),
    ]
    if has("apache-sedona"):
        session = sedona(points=frame, zones=zones)
        sql = "SELECT p.row, z.zone FROM points p JOIN zones z ON ST_Intersects(z.geometry, p.geometry)"
        ways.append(Way("sedonadb: join by ST_Intersects", lambda: session.sql(sql).to_pandas(), same))
    return Case(f"{n:,} points in 500 districts", ways)


# ---- areas


def off_by_area(shapes: np.ndarray) -> Callable[[Any, Any], float]:
    """Largest difference of a piece from ours, as a share of its building, or of 1 m2 if that is more."""
    own = np.maximum(shapely.area(shapes), 1)

    def off(mine, theirs):
        theirs = sum_pieces(*(np.asarray(a) for a in theirs))
        few = mine[0] <= theirs[0].max()
        source, key, size = (np.concatenate([m[few], t]) for m, t in zip(mine, theirs))
        sign = np.repeat([1.0, -1.0], [few.sum(), len(theirs[0])])
        source, _, left = sum_pieces(source, key, size * sign)
        return float((np.abs(left) / own[source]).max())

    return off


def footprints_to_cells(n: int) -> Case:
    shapes, few = footprints(n), max(1, n // 20)
    frame = gpd.GeoDataFrame({"row": np.arange(few)}, geometry=shapes[:few], crs=CRS)
    cells = cells_frame(np.concatenate([CORNER - 100, CORNER + SIDE + 100]))
    boxes, keys = cells.geometry.to_numpy(), cells["key"].to_numpy()
    tree = shapely.STRtree(boxes)

    def by_shapely():
        row, cell = tree.query(shapes[:few], predicate="intersects")
        return row, keys[cell], shapely.area(shapely.intersection(shapes[row], boxes[cell]))

    def by_overlay():
        both = gpd.overlay(frame, cells, how="intersection", keep_geom_type=True)
        return both["row"], both["key"], both.area

    off = off_by_area(shapes)
    ways = [
        Way("scindex", lambda: split_areas(shapes, GRID)),
        Way("shapely: tree, then intersection", by_shapely, off, few / n),
        Way("geopandas overlay", by_overlay, off, few / n),
    ]
    if has("tobler"):
        from tobler.area_weighted.area_interpolate import _area_tables_binning

        def by_tobler():
            table = _area_tables_binning(frame, cells, "auto").tocoo()
            return table.row, keys[table.col], table.data

        ways.append(Way("tobler: area tables", by_tobler, off, few / n))
    if has("apache-sedona"):
        session = sedona(buildings=frame, cells=cells)
        sql = """SELECT b.row, c.key, ST_Area(ST_Intersection(b.geometry, c.geometry)) AS area
                 FROM buildings b JOIN cells c ON ST_Intersects(b.geometry, c.geometry)"""

        def by_sedona():
            out = session.sql(sql).to_pandas()
            return out["row"], out["key"], out["area"]

        ways.append(Way("sedonadb: ST_Intersection", by_sedona, off, few / n))
    return Case(f"{n:,} footprints split by area among cells of 100 m", ways)


def districts_to_cells() -> Case:
    shapes = districts(500, 2 * SIDE)

    def off(mine, theirs):
        return (
            float(np.abs(mine[2] - theirs[2]).max() / CELL**2) if len(mine[1]) == len(theirs[1]) else np.inf
        )

    ways = [
        Way("scindex", lambda: zones_to_cells(shapes, GRID)),
        Way("exactextract", lambda: zones_to_cells(shapes, GRID, engine="exactextract"), off),
        Way(
            "shapely: tree, then intersection",
            lambda: zones_to_cells(shapes, GRID, engine="shapely"),
            off,
        ),
    ]
    if has("tobler"):
        from tobler.area_weighted.area_interpolate import _area_tables_binning

        frame = gpd.GeoDataFrame(geometry=shapes, crs=CRS)
        cells = cells_frame(np.concatenate([CORNER, CORNER + 2 * SIDE]))
        keys = cells["key"].to_numpy()

        def by_tobler():
            table = _area_tables_binning(frame, cells, "auto").tocoo()
            rows = sum_pieces(table.row.astype(np.int64), keys[table.col], table.data)
            kept = rows[2] > 1e-9
            return tuple(a[kept] for a in rows)

        ways.append(Way("tobler: area tables", by_tobler, off))
    return Case("500 districts to 360 000 cells of 100 m", ways)


# ---- running


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall-clock time, processor time of all threads, and the answer."""
    begin, used = time.perf_counter(), time.process_time()
    out = call()
    return time.perf_counter() - begin, time.process_time() - used, out


def run(case: Case, runs: int) -> None:
    print(f"\n{case.name}\n\n| way | s | shortest-longest | processor s | times ours | off |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    ours = case.ways[0].run()
    off = {way.name: way.off(ours, way.run()) for way in case.ways[1:]}
    took: dict[str, list[tuple[float, float]]] = {way.name: [] for way in case.ways}
    for _ in range(runs):
        for way in case.ways:
            wall, used, _ = timed(way.run)
            took[way.name].append((wall / way.share, used / way.share))
    mine = statistics.median(wall for wall, _ in took["scindex"])
    for way in case.ways:
        walls, used = zip(*took[way.name])
        wall, about = statistics.median(walls), "" if way.share == 1 else "about "
        told = "" if way.name == "scindex" else f"{off[way.name]:.0e}" if off[way.name] else "0"
        print(
            f"| {way.name} | {about}{wall:.3f} | {min(walls):.3f}-{max(walls):.3f} "
            f"| {about}{statistics.median(used):.3f} | {wall / mine:.1f} | {told} |"
        )


def growth(runs: int, most: int) -> None:
    """Our own processor time for more and more buildings, points and roads."""
    sizes = [most // 8, most // 4, most // 2, most]
    print(f"\nOur processor time in seconds as rows grow\n\n| work | {' | '.join(f'{n:,}' for n in sizes)} |")
    print(f"| --- | {' | '.join('---:' for _ in sizes)} |")
    shapes, (x, y, nano), zones = footprints(most), points(most), districts(500)
    ends = np.random.default_rng(4).normal(0, 60, (most, 2)) + np.stack([x, y], axis=1)
    roads = shapely.linestrings(np.stack([np.stack([x, y], axis=1), ends], axis=1))
    group, key = np.random.default_rng(5).integers(0, 1000, most), GRID.cell_of(x, y)
    total, weight = np.full(1000, 10**15), np.abs(ends[:, 0] - x)
    works = {
        "points to cells": lambda n: sum_by(GRID.cell_of(x[:n], y[:n]), nano[:n]),
        "points in 500 districts": lambda n: locate(x[:n], y[:n], zones),
        "footprints to cells": lambda n: split_areas(shapes[:n], GRID),
        "roads to cells": lambda n: split_lines(roads[:n], GRID),
        "footprints to districts": lambda n: split_by_zones(shapes[:n], zones),
        "whole shares of 1 000 totals": lambda n: apportion(total, group[:n], weight[:n], key[:n]),
    }
    for name, work in works.items():
        work(sizes[0])
        row = [statistics.median(timed(lambda: work(n))[1] for _ in range(runs)) for n in sizes]  # noqa: B023
        print(f"| {name} | {' | '.join(f'{s:.3f}' for s in row)} |")


def compiling() -> None:
    """First call of the compiled kernels in a new process, without and with their cache."""
    code = (  # processor time
        "import time, numpy as np, shapely, scindex.measure.map.{m} as m\n"
        "from scindex.measure.map.grid import Grid\n"
        "box, grid = [shapely.box(0, 0, 150, 150)], Grid(100.0)\n"
        "begin = time.process_time()\n{call}\nprint(time.process_time() - begin)"
    )
    calls = {"areas": "m.split_areas(box, grid)", "points": "m.locate(np.array([1.0]), np.array([1.0]), box)"}
    print("\nFirst call in a new process, with loading numba, in processor time\n")
    print("| kernel | to compile, once, s | from the cache, s |")
    print("| --- | ---: | ---: |")
    for module, call in calls.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", code.format(m=module, call=call)]
            told = [
                subprocess.run(
                    command,
                    env={**os.environ, "NUMBA_CACHE_DIR": folder},
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
                for _ in range(2)
            ]
        print(f"| {module} | {float(told[0]):.1f} | {float(told[1]):.1f} |")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--only", default="", help="cells, districts, footprints, zones, growth or compile")
    chosen = options.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    names = {"sedonadb": "apache-sedona"}
    told = {p: version(names.get(p, p)) if has(names.get(p, p)) else "absent" for p in PEERS}
    print(", ".join(f"{p} {v}" for p, v in told.items()) + f", GEOS {shapely.geos_version_string}")
    makers = {
        "cells": lambda: points_to_cells(chosen.rows),
        "districts": lambda: points_in_districts(chosen.rows),
        "footprints": lambda: footprints_to_cells(chosen.rows),
        "zones": districts_to_cells,
    }
    for word, make in makers.items():
        if chosen.only in ("", word):
            run(make(), chosen.runs)
    if chosen.only in ("", "growth"):
        growth(chosen.runs, 4 * chosen.rows)
    if chosen.only in ("", "compile"):
        compiling()


if __name__ == "__main__":
    main()
