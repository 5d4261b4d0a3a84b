"""Layers written whole or not at all: same in, same bytes out, and read back the same."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from scindex.errors import DataError, UsageError
from scindex.tables.geo import read_layer
from scindex.tables.geo_write import write_cells, write_raster


def cells():
    boxes = [shapely.box(950_000 + 100 * i, 1_950_000, 950_100 + 100 * i, 1_950_100) for i in range(3)]
    columns = {
        "cell": ["다사 50", "b", "c"],
        "gross_t": [1.5, np.nan, 0.1],
        "standing": ["metered", "", "modelled"],
    }
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:5179").astype({"standing": "category"})


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson", "csv"])
def test_the_same_cells_give_the_same_bytes(tmp_path, ending):
    paths = [tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"]
    for path in paths:
        write_cells(cells(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson"])
def test_what_is_written_is_read_back(tmp_path, ending):
    write_cells(cells(), tmp_path / f"a.{ending}")
    back = read_layer(tmp_path / f"a.{ending}", to_crs="EPSG:5179").frame
    assert back["cell"].tolist() == ["다사 50", "b", "c"]
    assert back["gross_t"].tolist() == pytest.approx([1.5, np.nan, 0.1], nan_ok=True)
    assert back.area.to_numpy() == pytest.approx([1e4] * 3, rel=1e-3)


def test_geojson_is_longitude_and_latitude_and_says_what_it_rounds(tmp_path):
    found = write_cells(cells(), tmp_path / "a.geojson")
    assert [f.code for f in found] == ["geo-moved-for-format", "geo-rounded"]
    data = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert "crs" not in data
    lon, lat = data["features"][0]["geometry"]["coordinates"][0][0]
    assert (round(lon), round(lat)) == (127, 38)
    assert data["features"][1]["properties"]["gross_t"] is None


def test_a_formula_in_a_csv_is_defused(tmp_path):
    frame = cells()
    frame.loc[0, "cell"] = "=HYPERLINK(1)"
    write_cells(frame, tmp_path / "a.csv")
    assert "'=HYPERLINK(1)" in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_an_existing_file_is_kept_and_nothing_half_written_is_left(tmp_path):
    (tmp_path / "a.gpkg").write_text("mine")
    with pytest.raises(UsageError):
        write_cells(cells(), tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").read_text() == "mine"
    odd = cells().assign(odd=[1, "a", object()])
    with pytest.raises(UsageError):
        write_cells(odd, tmp_path / "b.parquet")
    with pytest.raises(UsageError):
        write_cells(cells(), tmp_path / "a.kml")
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_geojson_without_a_crs_is_refused(tmp_path):
    with pytest.raises(DataError):
        write_cells(cells().set_crs(None, allow_override=True), tmp_path / "a.geojson")


def raster(tmp_path, **options):
    x, y = np.meshgrid(np.arange(4) * 100.0 + 950_050, np.arange(3) * 100.0 + 1_950_050)
    keep = np.arange(12) != 5
    bands = {"electricity_t": np.arange(12.0)[keep], "net_t": -np.arange(12.0)[keep]}
    order = np.random.default_rng(0).permutation(11)
    bands = {k: v[order] for k, v in bands.items()}
    path = tmp_path / options.pop("name", "a.tif")
    write_raster(
        bands, x.ravel()[keep][order], y.ravel()[keep][order], path, size=100, crs="EPSG:5179", **options
    )
    return path


@pytest.mark.parametrize("cloud", [True, False])
def test_a_raster_has_a_band_each_and_gaps_are_not_zero(tmp_path, cloud):
    rasterio = pytest.importorskip("rasterio")
    path = raster(tmp_path, cloud=cloud)
    with rasterio.open(path) as image:
        assert image.descriptions == ("electricity_t", "net_t")
        assert image.units == ("t", "t")
        assert image.crs.to_epsg() == 5179
        assert image.bounds == (950_000, 1_950_000, 950_400, 1_950_300)
        values = image.read(1)
        assert values[0].tolist() == [8, 9, 10, 11]
        assert np.isnan(values[1, 1])
        assert np.nansum(values) == 66 - 5
        assert next(image.sample([(950_050, 1_950_050)]))[0] == 0
    assert path.read_bytes() == raster(tmp_path, cloud=cloud, name="b.tif").read_bytes()


def test_cells_off_the_grid_or_twice_make_no_raster(tmp_path):
    pytest.importorskip("rasterio")
    one = np.array([1.0, 2.0])
    for x in ([50.0, 175.0], [50.0, 50.0], [50.0, 5e9]):
        with pytest.raises(DataError):
            write_raster(
                {"a": one}, np.array(x), np.array([50.0, 50.0]), tmp_path / "a.tif", size=100, crs="EPSG:5179"
            )
    assert list(tmp_path.iterdir()) == []


def test_a_frame_is_left_as_it_is(tmp_path):
    frame = cells()
    before = frame.copy()
    for ending in ("geojson", "gpkg", "parquet", "csv"):
        write_cells(frame, tmp_path / f"a.{ending}")
    pd.testing.assert_frame_equal(frame, before)
