"""Korean inputs as they come, and the real files of a city."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError
from scindex.tables.codes import crosswalk, crosswalk_by_name, match_codes
from scindex.tables.geo import read_layer
from scindex.tables.geo_check import check_districts, check_vintage
from scindex.tables.korea import plots_to_buildings
from scindex.tables.raw import read_table

BOUNDARIES = {
    "korea_dong_kostat2018_simple.topojson": 3504,
    "korea_sido_kostat2013_simple.geojson": 17,
    "korea_sido_kostat2018_simple.topojson": 17,
    "korea_sigungu_kostat2013_simple.geojson": 251,
    "korea_sigungu_kostat2018_simple.topojson": 250,
    "seoul_dong_kostat2013_simple.geojson": 423,
    "seoul_gu_juso2015_simple.geojson": 25,
    "seoul_gu_kostat2013_full.geojson": 25,
    "seoul_gu_kostat2013_simple.geojson": 25,
    "seoul_legaldong_juso2015_simple.geojson": 467,
}
SEOUL_KM2 = 605.2
"""Area of Seoul in the statistical yearbook; outlines simplified for the web differ by a permille. [km2]"""


def codes(found):
    return [f.code for f in found]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_every_boundary_file_is_read(shared, name):
    layer = read_layer(shared / "data" / "korea" / name, to_crs="EPSG:5179")
    assert len(layer.frame) == BOUNDARIES[name]
    assert layer.frame.is_valid.all()
    assert set(codes(layer.findings)) <= {"geo-crs-of-format", "geo-crs-changed", "geo-repaired"}
    if name.startswith("seoul"):
        assert layer.frame.area.sum() / 1e6 == pytest.approx(SEOUL_KM2, rel=0.005)
    if "legaldong" in name:
        assert "geo-repaired" in codes(layer.findings)


def test_months_of_the_raw_file_add_up_to_the_tidy_one(shared):
    folder = shared / "data" / "korea"
    wanted = {"electricity_mwh": "months [kWh]"}
    raw = read_table(
        folder / "korea_sigungu_electricity_2024_kepco_raw.csv",
        "district_statistics",
        columns=wanted,
        partial="keep",
    )
    tidy = read_table(folder / "korea_sigungu_electricity_2024_kepco.csv", "district_statistics")
    kinds = raw.frame["kind"].str.replace(" ", "")  # the tidy file closes up the words
    pd.testing.assert_frame_equal(raw.frame.assign(kind=kinds), tidy.frame)
    assert raw.frame["electricity_mwh"].sum() / 1e6 == pytest.approx(549.8, abs=0.05)  # korea.md, part D
    assert raw.inputs[0]["encoding"] == "utf-8-sig"
    strict = read_table(
        folder / "korea_sigungu_electricity_2024_kepco_raw.csv", "district_statistics", columns=wanted
    )
    partial = [f for f in strict.findings if f.code == "raw-partial-year"]
    assert [(f.params["count"], f.params["months"]) for f in partial] == [(1, 7)]


def test_households_join_416_of_423_dong_and_the_7_are_listed(shared):
    folder = shared / "data" / "korea"
    people = read_table(folder / "korea_dong_households_census2010.csv", "district_statistics").frame
    seoul = people[people["district"].str.startswith("11")]
    dong = read_layer(folder / "seoul_dong_kostat2013_simple.geojson", key="code").frame
    joined = match_codes(dong["code"], seoul["district"], names=("dong", "households"))
    assert (len(joined.pairs), len(dong), len(joined.left_only)) == (416, 423, 7)
    assert joined.left_only == (
        *["1101073", "1102069", "1102070", "1102071", "1102072", "1102073", "1111079"],
    )
    (found,) = joined.findings
    assert found.params["left_codes"] == list(joined.left_only)
    assert codes(check_vintage(dong, 2010)) == ["geo-vintage"]


def test_gu_of_two_systems_are_joined_by_name_and_the_crosswalk_agrees(shared):
    folder = shared / "data" / "korea"
    kostat = read_layer(folder / "seoul_gu_kostat2013_simple.geojson").frame.rename(
        columns={"code": "district"}
    )
    juso = read_layer(folder / "seoul_gu_juso2015_simple.geojson").frame
    juso = juso.rename(columns={"SIG_CD": "district", "SIG_KOR_NM": "name"})
    joined = crosswalk_by_name(kostat, juso)
    assert dict(zip(joined.pairs["left"], joined.pairs["right"])) == crosswalk(
        "kostat", "mois", region="서울특별시"
    )
    with pytest.raises(DataError):
        match_codes(kostat["district"], juso["district"])


def test_seouls_gu_are_sound_and_its_legal_dong_have_two_slivers(shared):
    folder = shared / "data" / "korea"
    gu = read_layer(folder / "seoul_gu_kostat2013_simple.geojson", to_crs="EPSG:5179").frame
    assert check_districts(gu, code="code") == []
    dong = read_layer(folder / "seoul_legaldong_juso2015_simple.geojson", to_crs="EPSG:5179").frame
    found = check_districts(dong, code="EMD_CD")
    assert codes(found).count("geo-sliver") == 2


@pytest.mark.parametrize("name", ["korea_dong_centroids_2018_admdongkor.tsv"])
def test_points_in_metres_need_their_crs(shared, name):
    path = shared / "data" / "korea" / name
    with pytest.raises(DataError) as caught:
        read_layer(path)
    assert caught.value.findings[0].params["plausible"] == ["EPSG:5179"]
    points = read_layer(path, crs="EPSG:5179", to_crs="EPSG:4326").frame
    assert points["admcd"].iloc[0] == "1101053"
    assert points.geometry.iloc[0].x == pytest.approx(126.97, abs=0.01)


ENERGY = "사용년월,시군구코드,법정동코드,대지구분코드,번,지,사용량"


def energy_rows(bun, months, value):
    return "".join(f"2024{m:02},11110,10100,0,{bun},0000,{value}\n" for m in range(1, months + 1))


def test_energy_of_plots_comes_to_their_buildings(tmp_path):
    register = (
        "관리건축물대장PK,시군구코드,법정동코드,대지구분코드,번,지,주용도코드명,연면적(㎡)\n"
        "A,11110,10100,0,0001,0000,업무시설,300\n"
        "B,11110,10100,0,0001,0000,공동주택,100\n"
        "C,11110,10100,0,0009,0000,공동주택,50\n"
    )
    (tmp_path / "b.csv").write_bytes(register.encode("cp949"))
    rows = energy_rows("0001", 12, '"1,000"') + energy_rows("0002", 12, 500)
    (tmp_path / "e.csv").write_bytes(f"{ENERGY}\n{rows}".encode("cp949"))
    buildings = read_table(tmp_path / "b.csv", "buildings").frame
    energy = read_table(tmp_path / "e.csv", "building_energy", columns={"electricity_mwh": "사용량 [kWh]"})
    assert energy.frame["building_id"].tolist() == ["1111010100100010000", "1111010100100020000"]
    assert energy.frame["electricity_mwh"].tolist() == [12, 6]
    shared_out, found = plots_to_buildings(buildings, energy.frame)
    assert shared_out.set_index("building_id")["electricity_mwh"].to_dict() == {
        "A": 9,
        "B": 3,
        "1111010100100020000": 6,
    }
    assert codes(found) == ["korea-plots-shared", "korea-plots-unmatched", "korea-buildings-unmetered"]


areas = st.lists(st.one_of(st.none(), st.floats(0, 1e5)), min_size=1, max_size=12)


@given(areas=areas, plots=st.lists(st.integers(0, 4), min_size=12, max_size=12), year=st.sampled_from([1, 2]))
def test_energy_of_plots_is_conserved(areas, plots, year):
    n = len(areas)
    buildings = pd.DataFrame(
        {
            "building_id": [f"b{i}" for i in range(n)],
            "pnu": [str(p) for p in plots[:n]],
            "floor_area_m2": np.array(areas, dtype=float),
        }
    )
    energy = pd.DataFrame(
        {"building_id": [str(p) for p in range(6)] * year, "year": np.repeat([2023, 2024][:year], 6)}
    )
    energy["electricity_mwh"] = np.arange(6.0 * year)
    energy["gas_mwh"] = np.where(energy["electricity_mwh"] % 2 == 0, np.nan, 3.0)
    out, _ = plots_to_buildings(buildings, energy)
    for column in ("electricity_mwh", "gas_mwh"):
        whole = out.groupby("year")[column].sum().to_numpy()
        assert whole == pytest.approx(energy.groupby("year")[column].sum().to_numpy())
