"""How records become tonnes, method by method."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scindex.catalogue.layers import load_layers
from scindex.errors import DataError
from scindex.measure.map.rates import RateBook
from scindex.measure.map.tonnes import tonnes

LAYERS = load_layers()
BOOK = RateBook(2023, "KR", choices={"vehicles": {"year": 2018}})


def test_electricity_times_its_factor():
    found = tonnes(
        pd.DataFrame({"electricity_mwh": [1000.0, np.nan, 0.0]}), LAYERS["building_electricity"], BOOK
    )
    assert found.tonnes[[0, 2]].tolist() == pytest.approx([417.3, 0])
    assert np.isnan(found.tonnes[1])


def test_traffic_is_days_times_vehicles_times_kilometres():
    """237.9 g per vehicle-km: Green Transport Movement, 2020-09-22."""
    links = pd.DataFrame({"aadt": [1000.0], "length_m": [2000.0], "share_car": [1.0]})
    assert tonnes(links, LAYERS["road_traffic"], BOOK).tonnes[0] == pytest.approx(365 * 1000 * 2 * 237.9e-6)


def test_traffic_of_a_vehicle_without_a_factor_is_a_gap_and_said():
    links = pd.DataFrame(
        {"aadt": [10.0, 10.0], "length_m": [100.0, 100.0], "share_car": [1.0, 0.5], "share_tram": [0.0, 0.5]}
    )
    found = tonnes(links, LAYERS["road_traffic"], BOOK)
    assert np.isnan(found.tonnes).tolist() == [False, True]
    assert [(f.code, f.params["kind"], f.params["n"]) for f in found.findings] == [
        ("layer-no-factor", "tram", 1)
    ]


def test_shares_that_do_not_add_up_are_all_named():
    links = pd.DataFrame({"aadt": [1.0] * 3, "length_m": [1.0] * 3, "share_car": [0.5, 1.0, 0.9]})
    with pytest.raises(DataError) as caught:
        tonnes(links, LAYERS["road_traffic"], BOOK)
    assert [f.code for f in caught.value.findings] == ["shares-not-one"] * 2


def test_a_sink_is_negative():
    book = RateBook(2023, "KR", choices={"uptake": {"id": "uptake/seoul_forest_low"}})
    found = tonnes(pd.DataFrame({"area_ha": [10.0]}), LAYERS["urban_green"], book)
    assert found.tonnes.tolist() == pytest.approx([-19.0])


def test_a_missing_column_names_what_is_there():
    with pytest.raises(DataError) as caught:
        tonnes(pd.DataFrame({"kwh": [1.0]}), LAYERS["building_electricity"], BOOK)
    assert caught.value.findings[0].params["seen"] == ["kwh"]
