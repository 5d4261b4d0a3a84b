"""국가지점번호 against places whose number was published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError, MethodError
from scindex.measure.map.national import SIZES, corner_of, national_point_number

PUBLISHED = [
    # announcement of the notice that fixes the base point, 2012-12-11, as reported by Seoul Shinmun on
    # 2012-12-12 and in the press of 2013: the arch rock of Dokdo, the memorial at Dumujin on Baengnyeongdo.
    # Degrees are those of the places in any atlas, good to some hundred metres.
    ("사사 8787 2465", 131.870, 37.240, 300.0),
    ("가아 4682 0147", 124.617, 37.975, 1000.0),
    # sign at a path on Gwangdeoksan near Cheonan, as photographed
    ("다바 5802 5337", 127.03, 36.68, 1000.0),
]


@pytest.mark.parametrize(("name", "lon", "lat", "within"), PUBLISHED)
def test_published_numbers_lie_where_the_place_is(name, lon, lat, within):
    import pyproj

    x, y, size = corner_of([name])
    east, north = pyproj.Transformer.from_crs(4326, 5179, always_xy=True).transform(lon, lat)
    assert size == 10
    assert np.hypot(x[0] - east, y[0] - north) < within
    assert national_point_number(x + 5, y + 5)[0] == name


def test_the_base_point_has_the_first_number():
    # 행정안전부, 2012-12-11: 700 km south and 300 km west of the UTM-K origin is 가가 0000 0000
    assert national_point_number(np.array([700_000.0]), np.array([1_300_000.0]))[0] == "가가 0000 0000"


def test_seoul_and_sejong_have_the_letters_that_are_published():
    # Korean Wikipedia, 국가지점번호: Seoul lies in 다사, Sejong in 다바
    x, y = np.array([953_900.0, 979_500.0]), np.array([1_952_000.0, 1_832_000.0])
    assert national_point_number(x, y, size=100_000).tolist() == ["다사", "다바"]


@given(st.floats(700_000, 1_399_999.99), st.floats(1_300_000, 2_099_999.99), st.sampled_from(SIZES))
def test_names_read_back_to_the_square_that_holds_the_point(x, y, size):
    name = national_point_number(np.array([x]), np.array([y]), size=size)
    west, south, read = corner_of(name.tolist())
    assert read == size
    assert west[0] <= x < west[0] + size
    assert south[0] <= y < south[0] + size
    assert corner_of([name[0].replace(" ", "")])[0] == west


@pytest.mark.parametrize(
    "name", ["다자 539 520", "사아가 1 1", "다사 53 520", "다사 123456 123456", "", "다사 a b"]
)
def test_what_is_no_number_is_refused(name):
    with pytest.raises(DataError) as caught:
        corner_of([name])
    assert [f.code for f in caught.value.findings] == ["national-name"]


def test_sizes_are_not_mixed():
    with pytest.raises(DataError):
        corner_of(["다사 539 520", "다사 53 52"])


def test_other_sizes_and_places_have_no_number():
    with pytest.raises(MethodError):
        national_point_number(np.array([953_900.0]), np.array([1_952_000.0]), size=500)
    with pytest.raises(MethodError):
        national_point_number(np.array([126.9]), np.array([37.5]))
