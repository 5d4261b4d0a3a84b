"""Where records lie: points whole, lines and areas split, nothing lost at a border."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.map.cells import UNALLOCATED
from scindex.measure.map.grid import Grid
from scindex.measure.map.placement import place

GRID = Grid(100.0, "EPSG:5179")
TWO = gpd.GeoDataFrame(
    {"code": ["1", "2"]},
    geometry=[shapely.box(0, 0, 500, 1000), shapely.box(500, 0, 1000, 1000)],
    crs="EPSG:5179",
)


def frame(*shapes, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:5179")


def test_a_point_lies_in_one_cell_and_one_district():
    found = place(frame(shapely.Point(650, 50)), TWO, GRID, how="point")
    assert found.cell.tolist() == GRID.cell_of(np.array([650.0]), np.array([50.0])).tolist()
    assert found.district.tolist() == [1]


def test_where_the_districts_are_the_cells_the_cell_is_the_district():
    found = place(frame(shapely.Point(650, 50)), TWO, None, how="point")
    assert (found.cell.tolist(), found.district.tolist()) == ([1], [1])


def test_a_line_across_a_border_is_split_by_length():
    found = place(frame(shapely.LineString([(450, 50), (550, 50)])), TWO, GRID, how="length")
    assert found.district.tolist() == [0, 1]
    assert found.measure == pytest.approx([50, 50])


def test_an_area_beyond_the_districts_keeps_its_rest_outside():
    found = place(frame(shapely.box(950, 0, 1050, 100)), TWO, GRID, how="area")
    assert dict(zip(found.district.tolist(), found.measure)) == pytest.approx({1: 5000, -1: 5000})


def test_a_record_without_outline_has_no_cell_and_the_district_it_names():
    found = place(frame(None, None, district=["2", "9"]), TWO, GRID, how="point")
    assert found.cell.tolist() == [UNALLOCATED, UNALLOCATED]
    assert found.district.tolist() == [1, -1]


def test_a_line_without_length_keeps_its_amount_without_a_place():
    found = place(frame(shapely.LineString([(50, 50), (50, 50)])), TWO, GRID, how="length")
    assert found.spread(np.array([7])).tolist() == [7]
    assert found.cell.tolist() == [UNALLOCATED]


@given(seed=st.integers(0, 10**6), how=st.sampled_from(["point", "length", "area"]))
def test_every_source_keeps_its_amount(seed, how):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-200, 1200, (6, 2))
    if how == "length":
        shapes = [shapely.LineString([c, c + rng.uniform(-400, 400, 2)]) for c in centres]
    else:
        shapes = [shapely.Point(c).buffer(float(rng.uniform(5, 300)), quad_segs=2) for c in centres]
    found = place(frame(*shapes), TWO, GRID, how=how)
    nano = rng.integers(-(10**15), 10**15, 6)
    assert np.bincount(found.source, minlength=6).min() >= 1
    spread = found.spread(nano)
    assert [int(spread[found.source == i].sum()) for i in range(6)] == nano.tolist()
