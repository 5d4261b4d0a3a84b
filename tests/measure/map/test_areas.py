"""Footprints split by area: equal to GEOS, adding up, whatever the shape, by either engine."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.shapes import mosaic, polygons

from scindex.errors import DataError
from scindex.measure.map import areas
from scindex.measure.map.areas import split_areas
from scindex.measure.map.grid import Grid

seeds = st.integers(0, 2**32 - 1)
corners = st.sampled_from([(0.0, 0.0), (953_000.25, 1_952_000.5), (-4e5, 3e6)])
grids = st.builds(
    Grid,
    size=st.sampled_from([25.0, 50.0, 100.0, 73.0, 1000.0]),
    origin=st.sampled_from([(0.0, 0.0), (12.5, -7.0), (1e6, 2e6)]),
)
each_example = settings(max_examples=12)


@pytest.fixture(params=["numba", "shapely"], autouse=True)
def engine(request, monkeypatch):
    """Every fact below holds for the compiled way and for the way without numba."""
    monkeypatch.setattr(areas, "present", lambda name: request.param == "numba")


def by_geos(shapes, grid):
    """The plain way: every shape against every cell within its bounds, near the origin."""
    rows = {}
    for i, shape in enumerate(shapes):
        for key in grid.covering(shape.bounds):
            corner = grid.bounds(np.array([key]))[0, :2]
            near = shapely.transform(shape, lambda xy, c=corner: xy - c)
            size = near.intersection(shapely.box(0, 0, grid.size, grid.size)).area
            if size > 1e-9 * shape.area:
                rows[i, int(key)] = size
    return rows


@each_example
@given(seeds, corners, grids)
def test_areas_equal_those_of_geos(seed, corner, grid):
    shapes = polygons(seed, count=6, corner=corner)
    pieces = zip(*(a.tolist() for a in split_areas(shapes, grid)), strict=True)
    mine, theirs = {(i, k): a for i, k, a in pieces}, by_geos(shapes, grid)
    for at in mine.keys() | theirs.keys():
        assert mine.get(at, 0) == pytest.approx(theirs.get(at, 0), rel=1e-9, abs=2e-9 * shapes[at[0]].area)


@each_example
@given(seeds, corners, grids)
def test_pieces_add_up_to_each_polygon(seed, corner, grid):
    shapes = polygons(seed, corner=corner)
    source, _, size = split_areas(shapes, grid)
    assert np.bincount(source, size, len(shapes)) == pytest.approx(shapely.area(shapes), rel=1e-9)
    assert (size > 0).all()


@each_example
@given(seeds)
def test_refining_the_grid_conserves_the_areas(seed):
    shapes, fine = polygons(seed), Grid(50.0)
    source, key, size = split_areas(shapes, fine)
    coarse_source, coarse_key, coarse_size = split_areas(shapes, fine.coarser(4))
    summed = areas.sum_pieces(source, fine.coarsen(key, 4), size)
    assert (summed[0] == coarse_source).all()
    assert (summed[1] == coarse_key).all()
    assert summed[2] == pytest.approx(coarse_size, rel=1e-9, abs=1e-9)


@each_example
@given(seeds, st.floats(0.1, 0.9))
def test_splitting_a_polygon_along_a_line_changes_nothing(seed, share):
    grid = Grid(100.0)
    for shape in polygons(seed, count=3):
        west, south, east, north = shape.bounds
        middle = west + share * (east - west)
        halves = [
            shape.intersection(shapely.box(west, south, middle, north)),
            shape.intersection(shapely.box(middle, south, east, north)),
        ]
        _, key, size = split_areas([shape], grid)
        _, keys, sizes = split_areas(halves, grid)
        _, key2, size2 = areas.sum_pieces(np.zeros(len(keys), int), keys, sizes)
        both = dict(zip(key2.tolist(), size2.tolist(), strict=True))
        for k, a in zip(key.tolist(), size.tolist(), strict=True):
            assert both.pop(k, 0.0) == pytest.approx(a, rel=1e-9, abs=1e-9 * shape.area)
        assert sum(both.values()) <= 1e-9 * shape.area


@each_example
@given(seeds, st.randoms())
def test_neither_order_nor_direction_of_rings_matters(seed, random):
    shapes, grid = polygons(seed), Grid(100.0)
    source, key, size = split_areas(shapes, grid)
    order = np.array(random.sample(range(len(shapes)), len(shapes)))
    source2, key2, size2 = split_areas(shapely.reverse(shapes[order]), grid)
    again = areas.sum_pieces(order[source2], key2, size2)
    assert (again[0] == source).all()
    assert (again[1] == key).all()
    assert again[2] == pytest.approx(size, rel=1e-9)


@each_example
@given(seeds, corners)
def test_districts_that_share_edges_fill_every_cell(seed, corner):
    grid = Grid(100.0, origin=corner)
    _, key, size = split_areas(mosaic(seed, corner=corner), grid)
    _, cells, filled = areas.sum_pieces(np.zeros(len(key), int), key, size)
    inner = filled[filled > 5000]
    assert len(np.unique(cells)) >= 100
    assert filled.sum() == pytest.approx(1e6, rel=1e-6)
    assert (inner <= 1e4 * (1 + 1e-4)).all()


def test_a_polygon_equal_to_a_cell_has_one_piece():
    grid = Grid(100.0)
    key = grid.cell_of(np.array([953_950.0]), np.array([1_952_030.0]))
    source, found, size = split_areas(grid.polygons(key), grid)
    assert (source.tolist(), found.tolist(), size.tolist()) == ([0], key.tolist(), [10_000.0])


def test_walls_on_grid_lines_give_no_piece_beyond_them():
    grid = Grid(100.0)
    _, key, size = split_areas([shapely.box(100, 0, 400, 200)], grid)
    assert len(key) == 6
    assert size.tolist() == [10_000.0] * 6
    _, key, size = split_areas([shapely.box(120, 20, 200, 100)], grid)
    assert size.tolist() == [6400.0]


def test_a_hole_as_large_as_a_cell_leaves_the_cell_empty():
    grid = Grid(100.0)
    ring = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200))
    _, key, size = split_areas([ring], grid)
    assert size.tolist() == [10_000.0] * 8
    assert grid.cell_of(np.array([150.0]), np.array([150.0]))[0] not in key


def test_the_yard_of_a_concave_building_is_not_built_on():
    comb = shapely.Polygon([(0, 0), (500, 0), (500, 50), (410, 50), (410, 10), (90, 10), (90, 50), (0, 50)])
    _, key, size = split_areas([comb], Grid(100.0, origin=(0.0, -70.0)))
    assert size.sum() == pytest.approx(comb.area, rel=1e-12)
    assert len(key) == 5 + 2


def test_parts_and_collections_count_as_one_source():
    two = shapely.MultiPolygon([shapely.box(10, 10, 20, 20), shapely.box(30, 10, 40, 20)])
    mixed = shapely.GeometryCollection([two, shapely.Point(5, 5), shapely.LineString([(0, 0), (900, 0)])])
    source, _, size = split_areas([two, mixed], Grid(100.0))
    assert source.tolist() == [0, 1]
    assert size.tolist() == [200.0, 200.0]


def test_what_has_no_area_gives_no_row():
    flat = shapely.Polygon([(0, 0), (150, 150), (300, 300), (0, 0)])
    nothing = [None, shapely.Polygon(), shapely.Point(1, 1), shapely.LineString([(0, 0), (500, 0)]), flat]
    assert [len(a) for a in split_areas(nothing, Grid(100.0))] == [0, 0, 0]
    assert [len(a) for a in split_areas([], Grid(100.0))] == [0, 0, 0]


def test_a_long_thin_strip_needs_no_large_memory():
    strip = shapely.Polygon([(0, 0), (100_000, 99_500), (100_000, 99_501), (0, 1)])
    grid = Grid(1000.0)
    source, _, size = split_areas([strip], grid)
    assert size.sum() == pytest.approx(strip.area, rel=1e-9)
    assert 199 <= len(source) <= 202


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("far", [np.inf, np.nan, 1e12])
def test_coordinates_that_are_no_place_are_refused(far):
    with pytest.raises(DataError) as caught:
        split_areas([shapely.box(0, 0, 1, 1), shapely.Polygon([(0, 0), (far, 0), (5, 5)])], Grid(100.0))
    assert caught.value.findings[0].params["row"] == 2


def test_polygons_are_split_alike_however_many_are_held_at_once(monkeypatch):
    shapes, grid = polygons(1, count=40), Grid(100.0)
    whole = split_areas(shapes, grid)
    monkeypatch.setattr(areas, "_TOGETHER", 7)
    monkeypatch.setattr(areas, "_BOARD", 5)
    monkeypatch.setattr(areas, "_BATCH", 3)
    few = split_areas(shapes, grid)
    assert all((a == b).all() for a, b in zip(whole[:2], few[:2], strict=True))
    assert few[2] == pytest.approx(whole[2], rel=1e-12)
    with pytest.raises(DataError) as caught:
        split_areas([*shapes, shapely.box(0, 0, 1e12, 1)], grid)
    assert caught.value.findings[0].params["row"] == len(shapes) + 1
