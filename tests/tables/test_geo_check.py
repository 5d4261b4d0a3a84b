"""Districts held to what districts are: planted faults are found, clean ones give none."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from scindex.errors import DataError
from scindex.tables.geo_check import check_districts, usual_step


def grid(n=4, side=100.0):
    boxes = [
        shapely.box(i * side, j * side, (i + 1) * side, (j + 1) * side) for i in range(n) for j in range(n)
    ]
    return gpd.GeoDataFrame({"code": [f"{i:02}" for i in range(n * n)]}, geometry=boxes, crs="EPSG:5179")


def codes(found):
    return [f.code for f in found]


def test_clean_districts_give_no_finding():
    assert check_districts(grid(), code="code") == []


def test_an_overlap_is_named_with_both_districts_and_its_area():
    frame = grid()
    frame.loc[0, "geometry"] = shapely.box(0, 0, 150, 100)
    (found,) = check_districts(frame, code="code", tolerance=1)
    assert (found.code, found.params["one"], found.params["two"], found.params["area"]) == (
        "geo-overlap",
        "00",
        "04",
        5000,
    )


def test_a_gap_is_found_with_its_place():
    frame = grid().drop(index=5)
    (found,) = check_districts(frame, tolerance=1)
    assert (found.code, found.params["area"]) == ("geo-gap", 10_000)
    assert (found.params["x"], found.params["y"]) == (150, 150)


def test_what_is_smaller_than_the_detail_of_the_outlines_is_counted():
    frame = grid()
    frame.loc[0, "geometry"] = shapely.box(0, 0, 101, 100)
    frame.loc[5, "geometry"] = shapely.box(100, 100, 199, 199)
    assert codes(check_districts(frame)) == ["geo-overlaps-small", "geo-gaps-small"]


def test_slivers_are_found():
    frame = grid()
    thin = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(-50, 0, -49.9, 80)])
    frame.loc[0, "geometry"] = thin
    (found,) = check_districts(frame, code="code")
    assert (found.code, found.params["one"], found.params["area"]) == ("geo-sliver", "00", 8)


def test_districts_in_degrees_are_refused():
    with pytest.raises(DataError):
        check_districts(grid().to_crs("EPSG:4326"))


def test_the_order_of_districts_does_not_matter():
    frame = grid()
    frame.loc[0, "geometry"] = shapely.box(0, 0, 150, 100)
    mixed = frame.sample(frac=1, random_state=1)
    one, two = (
        check_districts(frame, code="code", tolerance=1),
        check_districts(mixed, code="code", tolerance=1),
    )
    assert sorted({f.params["one"], f.params["two"]} for f in one) == sorted(
        {f.params["one"], f.params["two"]} for f in two
    )


def test_the_usual_step_is_that_of_the_outlines():
    assert usual_step(np.array([shapely.box(0, 0, 10, 10)])) == 10
    assert usual_step(np.array([])) == 0
