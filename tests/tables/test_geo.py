"""Layers: their CRS known, their geometries sound, and nothing guessed."""

from __future__ import annotations

import json
import shutil
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import DataError, ScindexError, UsageError
from scindex.tables.geo import read_layer

SEOUL = (126.9, 37.5, 127.0, 37.6)


def layer(crs="EPSG:5179", names=("종로구", "중구")):
    boxes = [shapely.box(950_000 + 1000 * i, 1_950_000, 951_000 + 1000 * i, 1_951_000) for i in range(2)]
    out = gpd.GeoDataFrame({"code": ["11010", "11020"], "name": list(names)}, geometry=boxes, crs="EPSG:5179")
    return out.to_crs(crs) if crs else out.set_crs(None, allow_override=True)


def of(shapes, crs="EPSG:5179"):
    return gpd.GeoDataFrame({"code": [str(i) for i in range(len(shapes))]}, geometry=shapes, crs=crs)


def codes(found):
    return [f.code for f in found]


def refused(path, **options):
    with pytest.raises(DataError) as caught:
        read_layer(path, **options)
    return caught.value.findings[-1]


FORMATS = {
    "gpkg": lambda f, p: f.to_file(p, driver="GPKG"),
    "shp": lambda f, p: f.to_file(p, encoding="utf-8"),
    "geojson": lambda f, p: f.to_crs("EPSG:4326").to_file(p, driver="GeoJSON"),
    "parquet": lambda f, p: f.to_parquet(p),
}


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_same_features(tmp_path, ending):
    path = tmp_path / f"gu.{ending}"
    FORMATS[ending](layer(), path)
    read = read_layer(path, to_crs="EPSG:5179", key="code")
    assert read.frame["code"].tolist() == ["11010", "11020"]
    assert read.frame["name"].tolist() == ["종로구", "중구"]
    assert read.frame.area.tolist() == pytest.approx([1e6, 1e6], rel=1e-5)
    assert read.frame.index.tolist() == [1, 2]
    assert set(read.inputs[0]) == {"name", "sha256", "format", "encoding", "crs"}


def test_a_shapefile_without_cpg_is_tried_as_cp949_and_that_is_said(tmp_path):
    layer().to_file(tmp_path / "gu.shp", encoding="cp949")
    (tmp_path / "gu.cpg").unlink()
    read = read_layer(tmp_path / "gu.shp")
    assert read.frame["name"].tolist() == ["종로구", "중구"]
    assert codes(read.findings) == ["encoding-assumed"]


def test_a_zipped_shapefile_without_cpg_is_tried_too(tmp_path):
    layer().to_file(tmp_path / "gu.shp", encoding="cp949")
    with zipfile.ZipFile(tmp_path / "gu.zip", "w") as archive:
        for end in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"gu.{end}", f"gu.{end}")
    read = read_layer(tmp_path / "gu.zip")
    assert read.frame["name"].tolist() == ["종로구", "중구"]
    assert codes(read.findings) == ["encoding-assumed"]


def test_a_shapefile_of_plain_ascii_needs_no_word(tmp_path):
    layer(names=("a", "b")).to_file(tmp_path / "gu.shp")
    (tmp_path / "gu.cpg").unlink()
    assert read_layer(tmp_path / "gu.shp").findings == ()


def test_a_shapefile_without_dbf_is_doubted(tmp_path):
    layer().to_file(tmp_path / "gu.shp")
    (tmp_path / "gu.dbf").unlink()
    assert "geo-shapefile-parts" in codes(read_layer(tmp_path / "gu.shp").findings)


@pytest.mark.parametrize("crs", ["EPSG:5179", "EPSG:5186", "EPSG:5174", "EPSG:5181"])
def test_without_a_crs_a_layer_is_refused_with_those_that_fit(tmp_path, crs):
    frame = layer(crs)
    frame.to_file(tmp_path / "gu.shp")
    (tmp_path / "gu.prj").unlink()
    found = refused(tmp_path / "gu.shp")
    assert found.code == "geo-no-crs"
    assert crs in found.params["plausible"]
    told = read_layer(tmp_path / "gu.shp", crs=crs, to_crs="EPSG:5179").frame
    assert told.total_bounds == pytest.approx(layer().total_bounds, abs=0.01)


def test_degrees_where_metres_are_needed_are_refused(tmp_path):
    degrees = layer("EPSG:4326").set_crs("EPSG:5179", allow_override=True)
    degrees.to_file(tmp_path / "gu.gpkg", driver="GPKG")
    found = refused(tmp_path / "gu.gpkg")
    assert (found.code, found.params["plausible"]) == ("geo-degrees-not-metres", ["EPSG:4326"])
    assert read_layer(tmp_path / "gu.gpkg", crs="EPSG:4326").findings[0].code == "geo-crs-overridden"


def test_metres_in_a_geojson_are_refused(tmp_path):
    shape = shapely.box(950_000, 1_950_000, 951_000, 1_951_000)
    feature = {"type": "Feature", "properties": {"code": "1"}, "geometry": shapely.geometry.mapping(shape)}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    found = refused(tmp_path / "a.geojson")
    assert (found.code, found.params["plausible"]) == ("geo-metres-not-degrees", ["EPSG:5179"])
    assert len(read_layer(tmp_path / "a.geojson", crs="EPSG:5179").frame) == 1


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:5179"])
def test_swapped_axes_are_refused(tmp_path, crs):
    frame = layer(crs)
    frame.geometry = shapely.transform(frame.geometry.values, lambda p: p[:, ::-1])
    frame.to_parquet(tmp_path / "gu.parquet")
    assert refused(tmp_path / "gu.parquet").code == "geo-axes-swapped"


def test_coordinates_outside_their_crs_are_refused(tmp_path):
    wrong = layer().set_crs("EPSG:5186", allow_override=True)
    wrong.to_file(tmp_path / "gu.gpkg", driver="GPKG")
    found = refused(tmp_path / "gu.gpkg")
    assert (found.code, found.params["plausible"]) == ("geo-outside-crs", ["EPSG:5179"])


def test_a_change_of_crs_states_its_operation_and_accuracy(tmp_path):
    layer("EPSG:5174").to_file(tmp_path / "gu.gpkg", driver="GPKG")
    (found,) = read_layer(tmp_path / "gu.gpkg", to_crs="EPSG:5179").findings
    assert found.code == "geo-crs-changed"
    assert "Korean 1985 to KGD2002" in found.params["operation"]
    assert found.params["accuracy"] > 0


def test_a_change_without_a_shift_of_datum_is_doubted(tmp_path):
    bessel = "+proj=tmerc +lat_0=38 +lon_0=127.0028902777778 +x_0=200000 +y_0=500000 +ellps=bessel +units=m"
    layer(bessel).to_parquet(tmp_path / "gu.parquet")
    found = read_layer(tmp_path / "gu.parquet", to_crs="EPSG:5179").findings
    assert ("geo-crs-ballpark", "warning") in [(f.code, f.severity) for f in found]


def test_an_unknown_crs_is_a_slip_of_the_user(tmp_path):
    layer().to_parquet(tmp_path / "gu.parquet")
    with pytest.raises(UsageError):
        read_layer(tmp_path / "gu.parquet", to_crs="EPSG:0")


def test_points_come_from_columns_of_coordinates(tmp_path):
    (tmp_path / "p.csv").write_text("id,lon,lat\na,127.0,37.5\nb,127.1,\n")
    read = read_layer(tmp_path / "p.csv")
    assert read.frame.crs.to_epsg() == 4326
    assert read.frame.geometry.isna().tolist() == [False, True]
    assert "geo-missing" in codes(read.findings)
    (tmp_path / "q.csv").write_bytes('이름,X좌표,Y좌표\n가,"953,277","1,952,800"\n'.encode("cp949"))
    assert refused(tmp_path / "q.csv").code == "geo-no-crs"
    read = read_layer(tmp_path / "q.csv", crs="EPSG:5179", to_crs="EPSG:4326")
    assert read.frame.geometry.iloc[0].x == pytest.approx(126.97, abs=0.01)


def test_geometries_come_from_text_and_a_wrong_one_is_located(tmp_path):
    (tmp_path / "w.csv").write_text("id;wkt\na;POINT (127 37.5)\nb;here\n")
    with pytest.raises(DataError) as caught:
        read_layer(tmp_path / "w.csv", crs="EPSG:4326")
    assert [(f.code, f.where) for f in caught.value.findings] == [("geo-wkt", "w.csv feature 2")]


def test_a_table_without_places_is_refused_with_its_columns(tmp_path):
    (tmp_path / "w.csv").write_text("id,name\na,b\n")
    found = refused(tmp_path / "w.csv")
    assert (found.code, found.params["found"]) == ("geo-no-geometry", ["id", "name"])


def test_an_invalid_polygon_is_mended_and_the_change_of_area_stated(tmp_path):
    x, y = 950_000, 1_950_000
    bow = shapely.Polygon([(x, y), (x + 200, y + 200), (x + 200, y), (x, y + 200)])
    of([bow, shapely.box(x, y, x + 1, y + 1)]).to_file(tmp_path / "a.gpkg", driver="GPKG")
    read = read_layer(tmp_path / "a.gpkg")
    assert read.frame.is_valid.all()
    (found,) = read.findings
    assert (found.code, found.where, found.params["after"]) == ("geo-repaired", "a.gpkg feature 1", 20_000)


def test_features_without_a_place_stay_so_that_no_total_is_lost(tmp_path):
    of([None, shapely.Point(950_000, 1_950_000), shapely.Point()]).to_parquet(tmp_path / "a.parquet")
    read = read_layer(tmp_path / "a.parquet")
    assert len(read.frame) == 3
    assert read.frame.geometry.isna().sum() == 2
    assert codes(read.findings) == ["geo-missing", "geo-empty"]
    of([None, None]).to_parquet(tmp_path / "b.parquet")
    assert refused(tmp_path / "b.parquet").code == "geo-nothing-placed"


def test_heights_collections_and_flat_polygons_are_told(tmp_path):
    x, y = 950_000, 1_950_000
    box = shapely.box(x, y, x + 10, y + 10)
    mixed = shapely.GeometryCollection([shapely.Point(x, y), box])
    line = shapely.Polygon([(x, y), (x + 5, y), (x + 9, y)])
    of([shapely.force_3d(box, 5.0), mixed, line]).to_parquet(tmp_path / "a.parquet")
    read = read_layer(tmp_path / "a.parquet")
    assert set(codes(read.findings)) == {
        "geo-heights-dropped",
        "geo-collection",
        "geo-repaired",
        "geo-collapsed",
    }
    assert read.frame.area.sum() == 200


def test_mixed_kinds_are_refused(tmp_path):
    x, y = 950_000, 1_950_000
    of([shapely.Point(x, y), shapely.box(x, y, x + 1, y + 1)]).to_parquet(tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet").code == "geo-mixed-kinds"


def test_a_polygon_around_the_globe_is_refused(tmp_path):
    of([shapely.box(-179, 50, 179, 51)], "EPSG:4326").to_parquet(tmp_path / "a.parquet")
    assert refused(tmp_path / "a.parquet").code == "geo-antimeridian"


def test_twins_are_taken_once_and_one_key_for_two_is_refused(tmp_path):
    frame = layer()
    twice = gpd.GeoDataFrame(gpd.pd.concat([frame, frame.iloc[:1]], ignore_index=True))
    twice.to_parquet(tmp_path / "a.parquet")
    read = read_layer(tmp_path / "a.parquet", key="code")
    assert (len(read.frame), codes(read.findings)) == (2, ["geo-duplicate-same"])
    frame["code"] = "11010"
    frame.to_parquet(tmp_path / "b.parquet")
    found = refused(tmp_path / "b.parquet", key="code")
    assert (found.code, found.where) == ("geo-duplicate-differs", "b.parquet feature 2")


def test_features_are_chosen_by_a_pattern(tmp_path):
    layer().to_parquet(tmp_path / "a.parquet")
    assert read_layer(tmp_path / "a.parquet", where={"code": "*20"}).frame["name"].tolist() == ["중구"]
    assert refused(tmp_path / "a.parquet", where={"code": "26*"}).code == "geo-none-left"
    with pytest.raises(UsageError):
        read_layer(tmp_path / "a.parquet", where={"adm": "1"})


def test_a_file_that_points_at_others_is_refused(tmp_path):
    layer().to_file(tmp_path / "a.gpkg", driver="GPKG")
    source = f'<OGRVRTLayer name="a"><SrcDataSource>{tmp_path / "a.gpkg"}</SrcDataSource></OGRVRTLayer>'
    (tmp_path / "b.gpkg").write_text(f"<OGRVRTDataSource>{source}</OGRVRTDataSource>")
    assert refused(tmp_path / "b.gpkg").code == "geo-broken"


def test_one_of_several_layers_must_be_chosen(tmp_path):
    layer().to_file(tmp_path / "a.gpkg", layer="gu", driver="GPKG")
    layer().to_file(tmp_path / "a.gpkg", layer="dong", driver="GPKG")
    with pytest.raises(UsageError):
        read_layer(tmp_path / "a.gpkg")
    assert len(read_layer(tmp_path / "a.gpkg", layer="gu").frame) == 2


def test_attributes_of_a_geodata_file_make_a_raw_table(tmp_path):
    from scindex.tables.raw import read_table

    layer().to_file(tmp_path / "a.gpkg", driver="GPKG")
    table = read_table(tmp_path / "a.gpkg", "districts")
    assert table.frame["district"].tolist() == ["11010", "11020"]
    assert table.where(1, "name") == "a.gpkg feature 2"


def test_a_file_cut_off_is_broken_and_not_a_traceback(tmp_path):
    for ending, write in FORMATS.items():
        whole = tmp_path / f"whole.{ending}"
        write(layer(), whole)
        data = whole.read_bytes()
        for part in (0, 10, len(data) // 3, len(data) - 20):
            cut = tmp_path / f"cut.{ending}"
            if ending == "shp":
                for end in ("shx", "dbf", "prj", "cpg"):
                    shutil.copy(tmp_path / f"whole.{end}", tmp_path / f"cut.{end}")
            cut.write_bytes(data[:part])
            with pytest.raises(ScindexError):
                read_layer(cut)


FRONTS = [b"", b"PAR1", b"SQLite format 3\x00", b'{"type":', b"\x00\x00\x27\x0a", b"lon,lat\n"]
ENDINGS = [".csv", ".parquet", ".gpkg", ".shp", ".geojson", ".zip", ".topojson"]


@settings(max_examples=60)
@given(data=st.binary(max_size=200), front=st.sampled_from(FRONTS), ending=st.sampled_from(ENDINGS))
def test_no_bytes_give_a_traceback(tmp_path_factory, data, front, ending):
    path = tmp_path_factory.mktemp("fuzz") / f"f{ending}"
    path.write_bytes(front + data)
    with pytest.raises(ScindexError):
        read_layer(path)


numbers = st.one_of(st.floats(), st.sampled_from([127.0, 37.5, 950_000.0, 1e308, -0.0]))
corners = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8)


def ring(point, points):
    """Return a polygon of any numbers; GEOS makes none of a ring that ends in no number."""
    try:
        return shapely.Polygon([point, *points[:2], point])
    except shapely.errors.GEOSException:
        return None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=80)
@given(points=corners, crs=st.sampled_from(["EPSG:4326", "EPSG:5179"]))
def test_no_coordinates_give_a_traceback(tmp_path_factory, points, crs):
    path = tmp_path_factory.mktemp("fuzz") / "f.parquet"
    shapes = [ring(p, points) if len(points) > 2 else shapely.Point(p) for p in points]
    of(shapes, crs).to_parquet(path)
    try:
        read = read_layer(path, to_crs="EPSG:5186")
    except ScindexError as err:
        assert err.findings
    else:
        assert len(read.frame) == len(points)
        assert np.isfinite(read.frame.geometry.dropna().bounds.to_numpy()).all()
