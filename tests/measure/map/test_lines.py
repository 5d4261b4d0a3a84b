"""Lines split by length: adding up, each stretch once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.map.grid import Grid
from scindex.measure.map.lines import split_lines

seeds = st.integers(0, 2**32 - 1)
grids = st.builds(
    Grid,
    size=st.sampled_from([10.0, 50.0, 100.0, 73.0]),
    origin=st.sampled_from([(0.0, 0.0), (12.5, -7.0), (1e6, 2e6)]),
)


def roads(seed, count=15, corner=(0.0, 0.0)):
    rng = np.random.default_rng(seed)
    made = [
        shapely.LineString(rng.uniform(0, 500, (int(rng.integers(2, 9)), 2)) + corner) for _ in range(count)
    ]
    snapped = shapely.transform(made[:5], lambda xy: np.round(xy / 50) * 50)
    return np.array([*made, *snapped, shapely.MultiLineString(made[:2])])


@given(seeds, grids, st.sampled_from([(0.0, 0.0), (953_000.25, 1_952_000.5)]))
def test_pieces_add_up_to_each_line(seed, grid, corner):
    lines = roads(seed, corner=corner)
    source, _, length = split_lines(lines, grid)
    assert np.bincount(source, length, len(lines)) == pytest.approx(shapely.length(lines), rel=1e-9)
    assert (length > 0).all()


@given(seeds, grids)
def test_lengths_equal_those_of_geos_off_the_grid_lines(seed, grid):
    lines = roads(seed, count=6)[:6]
    source, key, length = split_lines(lines, grid)
    plain = shapely.length(shapely.intersection(lines[source], grid.polygons(key)))
    assert length == pytest.approx(plain, rel=1e-9, abs=1e-7)


@given(seeds, st.randoms())
def test_neither_order_nor_direction_matters(seed, random):
    lines, grid = roads(seed), Grid(100.0)
    source, key, length = split_lines(lines, grid)
    order = np.array(random.sample(range(len(lines)), len(lines)))
    again = split_lines(shapely.reverse(lines[order]), grid)
    back = np.lexsort((again[1], order[again[0]]))
    assert (order[again[0]][back] == source).all()
    assert (again[1][back] == key).all()
    assert again[2][back] == pytest.approx(length, rel=1e-9)


def test_a_road_along_a_grid_line_belongs_to_one_side():
    grid = Grid(100.0)
    source, key, length = split_lines([shapely.LineString([(100, 0), (100, 250)])], grid)
    assert length == pytest.approx([100.0, 100.0, 50.0])
    assert (grid.split(key)[0] == 1).all()
    assert len(source) == 3


def test_a_road_that_comes_back_to_a_cell_has_one_row_there():
    zigzag = shapely.LineString([(50, 50), (150, 50), (150, 60), (50, 60)])
    _, key, length = split_lines([zigzag], Grid(100.0))
    assert len(key) == 2
    assert length.tolist() == [100.0, 110.0]


def test_what_has_no_length_gives_no_row():
    nothing = [None, shapely.LineString(), shapely.Point(1, 1), shapely.box(0, 0, 500, 500)]
    nothing.append(shapely.LineString([(5, 5), (5, 5)]))
    assert [len(a) for a in split_lines(nothing, Grid(100.0))] == [0, 0, 0]
    assert [len(a) for a in split_lines([], Grid(100.0))] == [0, 0, 0]


def test_closed_lines_and_collections_are_lines():
    ring = shapely.LinearRing([(10, 10), (20, 10), (20, 20), (10, 20)])
    both = shapely.GeometryCollection([ring, shapely.box(0, 0, 5, 5)])
    assert split_lines([ring, both], Grid(100.0))[2].tolist() == [40.0, 40.0]
