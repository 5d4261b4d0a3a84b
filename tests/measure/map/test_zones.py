"""Districts and grid, anything and districts: every square metre and every metre once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.shapes import mosaic, polygons

from scindex.errors import MethodError
from scindex.measure.map import engines, zones
from scindex.measure.map.grid import Grid
from scindex.measure.map.zones import ENGINES, split_by_zones, zones_to_cells

seeds = st.integers(0, 2**32 - 1)
each_example = settings(max_examples=8)


@each_example
@given(seeds, st.sampled_from([(0.0, 0.0), (953_000.25, 1_952_000.5)]), st.sampled_from([25.0, 100.0, 73.0]))
def test_three_engines_give_the_same_areas(seed, corner, size):
    districts, grid = mosaic(seed, corner=corner), Grid(size)
    zone, key, area = zones_to_cells(districts, grid, engine="numba")
    within = {"shapely": 1e-9, "exactextract": 1e-6}
    for engine, tolerance in within.items():
        found = zones_to_cells(districts, grid, engine=engine)
        mine = dict(zip(zip(zone.tolist(), key.tolist(), strict=True), area.tolist(), strict=True))
        theirs = dict(
            zip(zip(found[0].tolist(), found[1].tolist(), strict=True), found[2].tolist(), strict=True)
        )
        for at in mine.keys() | theirs.keys():
            assert mine.get(at, 0) == pytest.approx(theirs.get(at, 0), abs=tolerance * size**2)


@pytest.mark.parametrize("engine", ENGINES)
def test_cells_of_a_district_add_up_to_its_area(engine):
    districts = np.array([*mosaic(3), *polygons(4), None, shapely.Point(0, 0)])
    zone, _, area = zones_to_cells(districts, Grid(100.0, origin=(30.0, 0.0)), engine=engine)
    assert np.bincount(zone, area, len(districts)) == pytest.approx(
        np.nan_to_num(shapely.area(districts)), rel=1e-9
    )
    assert [len(a) for a in zones_to_cells([], Grid(100.0), engine=engine)] == [0, 0, 0]


def test_an_unknown_engine_is_refused():
    with pytest.raises(MethodError) as caught:
        zones_to_cells([], Grid(100.0), engine="gdal")
    assert caught.value.findings[0].code == "zones-engine"


def test_an_absent_engine_is_said_and_replaced(monkeypatch):
    districts, grid = mosaic(5), Grid(100.0)
    full = zones_to_cells(districts, grid)
    monkeypatch.setattr(zones, "present", lambda name: False)
    monkeypatch.setattr(engines, "present", lambda name: False)
    assert [f.code for f in engines.slower_ways()] == ["slower-without-numba", "slower-without-exactextract"]
    found = zones_to_cells(districts, grid)
    assert (found[1] == full[1]).all()
    assert found[2] == pytest.approx(full[2], abs=1e-5)


@each_example
@given(seeds)
def test_buildings_split_among_districts_keep_their_area(seed):
    shapes, districts = polygons(seed), mosaic(seed + 1, side=1500.0, corner=(-250.0, -250.0))
    cut = split_by_zones(shapes, districts)
    inside = shapely.covers(shapely.box(-249, -249, 1249, 1249), shapes)
    sums = np.bincount(cut.source, cut.measure, len(shapes))
    assert sums[inside] == pytest.approx(shapely.area(shapes[inside]), rel=1e-6)
    assert shapely.area(cut.geometry) == pytest.approx(cut.measure, rel=1e-6, abs=1e-6)
    for source, zone, area in zip(cut.source, cut.zone, cut.measure, strict=True):
        assert area == pytest.approx(shapes[source].intersection(districts[zone]).area, rel=1e-6, abs=1e-6)


def test_a_road_along_a_border_counts_once_and_goes_to_the_lowest_district():
    districts = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    cut = split_by_zones(
        [shapely.LineString([(10, 0), (10, 10)]), shapely.LineString([(5, 5), (15, 5)])], districts
    )
    assert cut.source.tolist() == [0, 1, 1]
    assert cut.zone.tolist() == [0, 0, 1]
    assert cut.measure.tolist() == [10.0, 5.0, 5.0]


def test_points_on_a_border_count_once():
    districts = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    stops = [shapely.Point(10, 5), shapely.MultiPoint([(5, 5), (10, 5), (15, 5)]), shapely.Point(50, 50)]
    cut = split_by_zones(stops, districts)
    rows = zip(cut.source.tolist(), cut.zone.tolist(), cut.measure.tolist(), strict=True)
    assert list(rows) == [(0, 0, 1.0), (1, 0, 2.0), (1, 1, 1.0)]


def test_what_lies_outside_all_districts_is_missing_from_the_sum():
    cut = split_by_zones(
        [shapely.box(-10, 0, 10, 10), shapely.box(90, 90, 91, 91), None], [shapely.box(0, 0, 50, 50)]
    )
    assert cut.source.tolist() == [0]
    assert cut.measure.tolist() == [100.0]


def test_a_building_that_only_touches_a_district_has_no_piece_there():
    districts = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    cut = split_by_zones([shapely.box(10, 2, 12, 4)], districts)
    assert cut.zone.tolist() == [1]
    assert cut.measure.tolist() == [4.0]


def test_nothing_is_cut_to_nothing():
    assert len(split_by_zones([], []).source) == 0
    assert len(split_by_zones([shapely.Point(0, 0)], []).source) == 0


def test_nothing_is_said_where_the_fastest_engine_is_installed(monkeypatch):
    monkeypatch.setattr(engines, "present", lambda name: name == "numba")
    assert engines.slower_ways() == ()
