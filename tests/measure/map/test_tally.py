"""Sums by piece: whole, whatever the order and number of parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.map.placement import Placement
from scindex.measure.map.tally import LAYER, Records, tally, together


def placed(rng: np.random.Generator, sources: int) -> Placement:
    """Return a placement with one to three pieces for each source."""
    counts = rng.integers(1, 4, sources)
    source = np.repeat(np.arange(sources), counts)
    n = len(source)
    return Placement(source, rng.integers(0, 6, n), rng.integers(-1, 3, n), rng.uniform(0.1, 9, n), sources)


def some(rng: np.random.Generator, sources: int, layer: str = "a", sign: int = 1) -> Records:
    nano = sign * rng.integers(1, 10**14, sources)
    return Records(layer, "buildings", np.arange(sources), nano, np.full(sources, "metered"))


@given(seed=st.integers(0, 10**6), sources=st.integers(1, 40))
def test_nothing_is_lost_or_added(seed, sources):
    rng = np.random.default_rng(seed)
    records = some(rng, sources)
    found = tally([records], placed(rng, sources), year=2024)
    assert found.pieces["nano"].sum() == records.nano.sum()
    assert found.contributors["nano"].sum() == records.nano.sum()


@given(seed=st.integers(0, 10**6), sources=st.integers(2, 40), cut=st.integers(1, 39))
def test_parts_in_any_order_add_up_to_the_whole(seed, sources, cut):
    rng = np.random.default_rng(seed)
    records, where = some(rng, sources), placed(rng, sources)
    cut = min(cut, sources - 1)
    parts = []
    for rows in (range(cut, sources), range(cut)):
        keep = np.isin(where.source, list(rows))
        renumbered = where.source[keep] - min(rows)
        part = Placement(renumbered, where.cell[keep], where.district[keep], where.measure[keep], len(rows))
        own = np.array(list(rows))
        cover = [("buildings", "floor", np.full(len(rows), 10), np.ones(len(rows), bool))]
        named = Records("a", "buildings", np.arange(len(rows)), records.nano[own], records.standing[own])
        parts.append(tally([named], part, cover=cover, year=2024))
    cover = [("buildings", "floor", np.full(sources, 10), np.ones(sources, bool))]
    whole = together([tally([records], where, cover=cover, year=2024)])
    joined = together(parts)
    for name in ("pieces", "contributors"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(joined, name))
    # ten square metres shared over pieces: the sum is kept, whichever piece the last one falls to
    assert whole.coverage["all"].sum() == joined.coverage["all"].sum() == 10 * sources


def test_all_layers_of_one_building_are_one_emitter():
    where = Placement(np.array([0, 1]), np.array([5, 5]), np.array([0, 0]), np.ones(2), 2)
    power = Records("power", "buildings", np.arange(2), np.array([10, 20]), np.full(2, "metered"))
    gas = Records("gas", "buildings", np.arange(2), np.array([7, 1]), np.full(2, "metered"))
    found = tally([power, gas], where, year=2024).contributors.iloc[0]
    assert (found["units"], found["largest"], found["nano"]) == (2, 21, 38)


def test_a_memo_line_is_kept_and_is_no_emitter():
    where = Placement(np.array([0]), np.array([5]), np.array([0]), np.ones(1), 1)
    memo = Records("wood", "buildings", np.array([0]), np.array([9]), np.array(["metered"]), counted=False)
    found = tally([memo], where, year=2024)
    assert found.pieces["nano"].tolist() == [9]
    assert found.contributors.empty


def test_a_removal_is_no_emitter():
    where = Placement(np.array([0]), np.array([5]), np.array([0]), np.ones(1), 1)
    found = tally(
        [Records("wood", "land", np.array([0]), np.array([-9]), np.array(["modelled"]))], where, year=2024
    )
    assert found.contributors.empty


def test_metered_and_modelled_tonnes_of_one_layer_stay_apart():
    where = Placement(np.array([0, 1]), np.array([5, 5]), np.array([0, 0]), np.ones(2), 2)
    both = Records("power", "buildings", np.arange(2), np.array([10, 20]), np.array(["metered", "modelled"]))
    pieces = tally([both], where, year=2024).pieces.set_index("standing")["nano"]
    assert pieces.to_dict() == {"metered": 10, "modelled": 20}


def test_the_columns_are_those_of_the_map():
    found = tally([some(np.random.default_rng(0), 3)], placed(np.random.default_rng(0), 3), year=2024)
    assert list(found.pieces.columns) == [*LAYER, "nano", "units", "largest", "squares"]


@pytest.mark.parametrize("tonnes", [1, 3_000, 5_000_000])
def test_squares_stay_within_whole_numbers(tonnes):
    where = Placement(np.array([0]), np.array([5]), np.array([0]), np.ones(1), 1)
    found = tally(
        [Records("a", "b", np.array([0]), np.array([tonnes * 10**9]), np.array(["metered"]))], where, year=1
    )
    assert 0 < found.pieces["squares"].iloc[0] <= 9_000_000_000_000_000_000


def test_an_emitter_in_several_pieces_is_at_home_in_one_and_counts_there_whole():
    """A road link through three cells is one emitter, not three."""
    where = Placement(np.zeros(3, int), np.array([1, 2, 3]), np.zeros(3, int), np.array([1.0, 5.0, 4.0]), 1)
    road = Records("road", "transport", np.array([0]), np.array([1000]), np.array(["modelled"]))
    found = tally([road], where, year=2024).contributors.set_index("cell")
    assert found["units"].tolist() == [1, 1, 1]
    assert found["home"].to_dict() == {1: 0, 2: 1, 3: 0}
    assert found["largest"].to_dict() == {1: 100, 2: 1000, 3: 400}
