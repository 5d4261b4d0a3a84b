"""Cells of a grid: one for each point, with a key and a name that lead back."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError, UsageError
from scindex.measure.map.cells import UNALLOCATED
from scindex.measure.map.grid import Grid

sizes = st.sampled_from([10.0, 25.0, 100.0, 250.0, 500.0, 1000.0, 10_000.0])
offsets = st.tuples(st.sampled_from([0.0, 50.0, -12.5, 1e6]), st.sampled_from([0.0, 50.0, 7.25]))
metres = st.floats(-3e6, 3e6)


@given(sizes, offsets, metres, metres)
def test_a_point_lies_in_the_bounds_of_its_cell(size, origin, x, y):
    grid = Grid(size, origin=origin)
    key = grid.cell_of(np.array([x]), np.array([y]))
    west, south, east, north = grid.bounds(key)[0]
    slack = 1e-9 * (abs(x) + abs(y) + size)
    assert west - slack <= x < east + slack
    assert south - slack <= y < north + slack


@given(sizes, offsets, st.lists(st.tuples(metres, metres), min_size=1, max_size=20))
def test_names_and_centres_lead_back_to_the_cell(size, origin, points):
    grid = Grid(size, origin=origin)
    keys = grid.cell_of(*np.array(points).T)
    assert (grid.key_of(grid.names(keys).tolist()) == keys).all()
    assert (grid.cell_of(*grid.centres(keys)) == keys).all()
    column, row = grid.split(keys)
    assert (grid.join(column, row) == keys).all()


@given(sizes, metres, metres, st.integers(1, 12))
def test_the_coarser_cell_of_a_cell_is_that_of_its_points(size, x, y, times):
    fine, coarse = Grid(size), Grid(size).coarser(min(times, int(100_000 // size)))
    times = round(coarse.size / fine.size)
    key = fine.cell_of(np.array([x]), np.array([y]))
    assert fine.coarsen(key, times) == coarse.cell_of(*fine.centres(key))


def test_what_has_no_place_has_no_cell():
    grid = Grid(100.0)
    keys = grid.cell_of(np.array([np.nan, 5.0, np.inf, 5e300]), np.array([5.0, 5.0, 5.0, 5.0]))
    assert keys.tolist() == [UNALLOCATED, grid.cell_of(np.array([5.0]), np.array([5.0]))[0], -1, -1]
    assert grid.coarsen(keys, 5)[0] == UNALLOCATED
    with pytest.raises(DataError):
        grid.centres(keys)


def test_korean_cells_of_a_power_of_ten_bear_the_national_point_number():
    x, y = np.array([953_950.0]), np.array([1_952_030.0])
    names = [Grid(size).names(Grid(size).cell_of(x, y))[0] for size in (10.0, 100.0, 1000.0, 10_000.0)]
    assert names == ["다사 5395 5203", "다사 539 520", "다사 53 52", "다사 5 5"]


def test_other_cells_have_a_documented_name():
    x, y = np.array([953_950.0]), np.array([1_952_030.0])
    assert Grid(500.0).names(Grid(500.0).cell_of(x, y))[0] == "5179/500m/E1907_N3904"
    west = Grid(100.0, "EPSG:32652", (50.0, 0.0))
    assert west.names(west.cell_of(-x, y))[0] == "32652/100m@50,0/E-9540_N19520"


def test_cells_beyond_the_letters_still_have_names():
    grid = Grid(100.0)
    keys = grid.cell_of(np.array([5.0, 953_950.0]), np.array([5.0, 1_952_030.0]))
    names = grid.names(keys).tolist()
    assert names == ["5179/100m/E0_N0", "다사 539 520"]
    assert (grid.key_of(names) == keys).all()


def test_names_of_another_grid_are_refused_all_at_once():
    with pytest.raises(DataError) as caught:
        Grid(500.0).key_of(["5179/500m/E1_N1", "5179/100m/E1_N1", "다사 539 520"])
    assert [f.where for f in caught.value.findings] == ["2", "3"]


def test_cells_cover_a_rectangle_without_those_it_only_touches():
    grid = Grid(100.0)
    assert len(grid.covering((0, 0, 300, 200))) == 6
    assert len(grid.covering((-1, 0, 301, 200))) == 10
    assert len(grid.covering((10, 10, 10, 10))) == 1
    union = shapely.union_all(grid.polygons(grid.covering((0, 0, 300, 200))))
    assert union.equals(shapely.box(0, 0, 300, 200))


@pytest.mark.parametrize(
    ("text", "size"), [("100 m", 100.0), ("1km", 1000.0), ("500", 500.0), ("0.5 km", 500.0)]
)
def test_sizes_read_as_people_write_them(text, size):
    assert Grid.parse(text).size == size


@pytest.mark.parametrize("text", ["", "100 ft", "-5", "0", "200 km"])
def test_other_sizes_are_refused(text):
    with pytest.raises(UsageError) as caught:
        Grid.parse(text)
    assert caught.value.findings[0].code == "grid-size"


@pytest.mark.parametrize(
    ("crs", "code"),
    [("EPSG:4326", "grid-crs-metres"), ("EPSG:2263", "grid-crs-metres"), ("nonsense", "grid-crs-unknown")],
)
def test_reference_systems_without_metres_are_refused(crs, code):
    with pytest.raises(UsageError) as caught:
        Grid(100.0, crs)
    assert caught.value.findings[0].code == code
