"""Outlines of districts as paths."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
from shapely import MultiPolygon, Polygon, box

from scindex.report.outlines import frame, paths


def drawn(*shapes):
    districts = gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:5179")
    around = frame([districts.total_bounds])
    return paths(districts, around), around


def corners(path):
    """Walk a path and return its corners in steps."""
    rings = []
    for start, moves in re.findall(r"M(-?\d+ -?\d+)l([^z]*)z", path):
        at = np.array(start.split(), dtype=int)
        steps = np.array(moves.split(), dtype=int).reshape(-1, 2)
        rings.append(np.vstack([at, at + np.cumsum(steps, axis=0)]))
    return rings


def test_a_square_is_drawn_from_its_north_west_corner_downwards():
    found, around = drawn(box(1000, 2000, 1100, 2100))
    (ring,) = corners(found[0])
    assert {tuple(p) for p in (ring * around.step).round().astype(int)} == {
        (0, 0),
        (100, 0),
        (0, 100),
        (100, 100),
    }


def test_holes_and_parts_are_rings_of_their_own():
    holed = Polygon(box(0, 0, 100, 100).exterior.coords, [box(40, 40, 60, 60).exterior.coords])
    found, _ = drawn(holed, MultiPolygon([box(200, 0, 300, 100), box(400, 0, 500, 100)]))
    assert [len(corners(path)) for path in found] == [2, 2]


def test_neighbours_keep_their_common_line():
    rng = np.random.default_rng(0)
    wavy = np.column_stack([50 + rng.uniform(-0.004, 0.004, 4000), np.linspace(0, 100, 4000)])
    west = Polygon([(0, 0), *wavy, (0, 100)])
    east = Polygon([(100, 0), (100, 100), *wavy[::-1]])
    found, _ = drawn(west, east)
    common = [{tuple(p) for p in corners(path)[0]} for path in found]
    assert len(common[0] & common[1]) >= 2
    assert sum(len(c) for c in common) < 2000


def test_districts_that_overlap_are_still_drawn():
    found, _ = drawn(box(0, 0, 100, 100), box(50, 50, 150, 150))
    assert all(found)
