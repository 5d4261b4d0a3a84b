"""Sharing out by weight: the sum is kept to the unit, what has no weight stays visible."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.map.allocate import area_weights, dasymetric, district_weights
from scindex.measure.map.cells import UNALLOCATED


@given(seed=st.integers(0, 10**6), zones=st.integers(1, 5), districts=st.integers(1, 12))
def test_every_zone_keeps_its_amount(seed, zones, districts):
    rng = np.random.default_rng(seed)
    amount = rng.integers(-(10**15), 10**15, zones)
    zone_of = rng.integers(-1, zones, districts)
    n = int(rng.integers(1, 40))
    weights = pd.DataFrame(
        {"cell": np.arange(n), "district": rng.integers(-1, districts, n), "weight": rng.integers(-1, 4, n)}
    )
    found = dasymetric(amount, weights, zone_of).pieces
    by_zone = found.groupby("zone")["nano"].sum().reindex(range(zones), fill_value=0)
    assert by_zone.tolist() == amount.tolist()


@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    weights = pd.DataFrame(
        {"cell": np.arange(20), "district": np.arange(20) % 4, "weight": rng.integers(0, 9, 20)}
    )
    mixed = weights.sample(frac=1, random_state=seed)
    zone_of = np.array([0, 0, 1, 1])
    first, second = (dasymetric(np.array([10**12, 7]), w, zone_of).pieces for w in (weights, mixed))
    pd.testing.assert_frame_equal(first, second)


def test_a_zone_without_weights_is_unallocated_and_named():
    weights = pd.DataFrame({"cell": [1, 2], "district": [0, 1], "weight": [0, 5]})
    found = dasymetric(np.array([100, 50]), weights, np.array([0, 1]))
    assert found.bare.tolist() == [0]
    assert found.pieces[found.pieces["cell"] == UNALLOCATED]["nano"].tolist() == [100]


def test_a_district_of_unknown_weight_is_a_gap_and_one_of_weight_zero_is_not():
    weights = pd.DataFrame({"cell": [1, 2, 3], "district": [0, 1, 2], "weight": [-1, 0, 5]})
    found = dasymetric(np.array([100]), weights, np.array([0, 0, 0]))
    assert found.blank.tolist() == [0]
    assert found.pieces["nano"].tolist() == [100]


def test_a_weight_of_a_district_is_spread_over_its_pieces_by_area():
    areas = pd.DataFrame({"cell": [1, 2, 3], "district": [0, 0, 1], "area_m2": [3.0, 1.0, 5.0]})
    found = district_weights(np.array([8.0, np.nan]), areas)
    assert found["weight"].tolist() == [6000, 2000, -1]


def test_area_weights_are_whole_and_proportional():
    areas = pd.DataFrame({"cell": [1, 2], "district": [0, 0], "area_m2": [12.5, 2.5]})
    assert area_weights(areas)["weight"].tolist() == [1250, 250]
