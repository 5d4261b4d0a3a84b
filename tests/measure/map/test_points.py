"""Points in polygons: as shapely says, once for each point, by either engine."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.shapes import mosaic

from scindex.measure.map import points
from scindex.measure.map.points import OUTSIDE, locate

seeds = st.integers(0, 2**32 - 1)


def lowest(x, y, polygons):
    """The plain way: each point against each polygon."""
    inside = shapely.intersects(np.array(polygons)[:, None], shapely.points(x, y)[None, :])
    return np.where(inside.any(axis=0), inside.argmax(axis=0), OUTSIDE)


@pytest.fixture(params=["numba", "shapely"], autouse=True)
def engine(request, monkeypatch):
    """Every fact below holds for the compiled way and for the way without numba."""
    monkeypatch.setattr(points, "present", lambda name: request.param == "numba")


each_example = settings(max_examples=15)


@each_example
@given(seeds, st.sampled_from([(0.0, 0.0), (953_000.25, 1_952_000.5), (-5e5, 4e6)]))
def test_points_lie_where_shapely_says(seed, corner):
    polygons = mosaic(seed, corner=corner)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-50, 1050, (2, 2000)) + np.array(corner)[:, None]
    assert (locate(x, y, polygons) == lowest(x, y, polygons)).all()


@each_example
@given(seeds)
def test_points_on_borders_count_once_and_go_to_the_lowest_index(seed):
    polygons = mosaic(seed)
    x, y = shapely.get_coordinates(polygons).T
    found = locate(x, y, polygons)
    assert (found == lowest(x, y, polygons)).all()
    assert (found != OUTSIDE).all()
    x, y = (x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2
    assert (locate(x, y, polygons) == lowest(x, y, polygons)).all()


@each_example
@given(seeds)
def test_overlapping_polygons_and_parts_give_the_lowest_index(seed):
    rng = np.random.default_rng(seed)
    centres = shapely.points(rng.uniform(0, 100, (30, 2)))
    discs = shapely.buffer(centres, rng.uniform(1, 30, 30))
    rings = shapely.difference(discs, shapely.buffer(centres, 2.0))
    pairs = shapely.union(rings[:15], rings[15:])
    x, y = rng.uniform(-10, 110, (2, 3000))
    assert (locate(x, y, pairs) == lowest(x, y, pairs)).all()


@each_example
@given(seeds, st.randoms())
def test_the_order_of_points_does_not_matter(seed, random):
    polygons = mosaic(seed, cells=8)
    x, y = np.random.default_rng(seed).uniform(0, 1000, (2, 200))
    order = np.array(random.sample(range(200), 200))
    assert (locate(x[order], y[order], polygons) == locate(x, y, polygons)[order]).all()


def test_holes_hold_no_point():
    yard = shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [shapely.box(2, 2, 8, 8).exterior])
    x, y = np.array([1.0, 5.0, 2.0, 5.0]), np.array([1.0, 5.0, 5.0, 2.0])
    assert locate(x, y, [yard]).tolist() == [0, OUTSIDE, 0, 0]
    assert locate(x, y, [yard, shapely.box(2, 2, 8, 8)]).tolist() == [0, 1, 0, 0]


def test_missing_empty_and_other_geometries_hold_no_point():
    mixed = [
        None,
        shapely.Polygon(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)]),
        shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(8, 8, 9, 9)]),
    ]
    x, y = np.array([0.5, 8.5, 7.0, np.nan]), np.array([0.5, 8.5, 7.0, 1.0])
    assert locate(x, y, mixed).tolist() == [3, 4, OUTSIDE, OUTSIDE]
    assert locate(x, y, []).tolist() == [OUTSIDE] * 4
    assert locate(np.empty(0), np.empty(0), mixed).tolist() == []


def test_one_long_thin_polygon_is_found():
    strip = shapely.box(0, 0, 1e5, 0.5)
    assert locate(np.array([5e4, 5e4]), np.array([0.25, 0.75]), [strip]).tolist() == [0, OUTSIDE]


@each_example
@given(seeds)
def test_boxes_found_inside_a_polygon_lie_inside_it(seed):
    polygons = mosaic(seed)
    rng = np.random.default_rng(seed)
    low = rng.uniform(-50, 1050, (3000, 2))
    bounds = np.hstack([low, low + rng.lognormal(2, 1, (3000, 2))])
    bounds[0] = np.nan
    found = points.boxes_inside(bounds, polygons)
    sure = np.flatnonzero(found != OUTSIDE)
    assert shapely.contains_properly(polygons[found[sure]], shapely.box(*bounds[sure].T)).all()
    assert len(sure) > 100 or not points.present("numba")
