"""Which lever did how much: closed, whatever the levers, and the same with fewer maps."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.scenarios.world import READS, everything, ground, lever, scenario, town

from scindex.errors import MethodError
from scindex.measure.map.scenarios.attribution import attribute

few = [0, 1, 3, 5]


def shares(ground_, scenario_, year=2050, reads=READS):
    def amounts(some):
        return ground_.pieces(scenario_, year, only=some).groupby(["district", "layer"])["nano"].sum()

    return attribute(amounts, scenario_, year, reads=reads), amounts


@settings(max_examples=5)
@given(seed=st.integers(0, 999), year=st.integers(2025, 2050))
def test_shares_close_in_every_district_and_layer(seed, year):
    here, levers = ground(town(seed)), scenario(*everything())
    table, amounts = shares(here, levers, year)
    change = amounts(frozenset(x.id for x in levers.levers)).sub(amounts(frozenset()), fill_value=0)
    found = table.groupby(["district", "layer"])["nano"].sum()
    assert found.reindex(change.index, fill_value=0).tolist() == change.astype("int64").tolist()


def test_knowing_what_a_layer_reads_changes_no_share():
    here, levers = ground(), scenario(*(everything()[i] for i in few))
    one, two = (shares(here, levers, reads=r)[0] for r in (READS, None))
    keys = ["district", "layer", "lever"]
    both = one.merge(two, on=keys, suffixes=("", "_all"))
    assert len(both) == len(one)
    for name in ("alone_nano", "last_nano"):
        assert (both[name] == both[f"{name}_all"]).all()
    assert (both["nano"] - both["nano_all"]).abs().max() <= 1  # the rounding may fall on another lever
    assert (
        two.merge(one, on=keys, how="left", indicator=True).query("_merge == 'left_only'")["nano_x"] == 0
    ).all()


def test_fewer_maps_are_computed_where_layers_are_apart():
    counted = []
    here, levers = ground(), scenario(*everything())

    def amounts(some):
        counted.append(some)
        return here.pieces(levers, 2050, only=some).groupby(["district", "layer"])["nano"].sum()

    attribute(amounts, levers, 2050, reads=READS)
    assert len(counted) < 2 ** len(levers.levers) / 4


def test_a_lever_with_rate_zero_contributes_nothing():
    table, _ = shares(
        ground(),
        scenario(
            lever("retrofit", "idle", rate=0.0, saving=0.5), lever("retrofit", "works", rate=0.5, saving=0.5)
        ),
    )
    assert (table.loc[table["lever"] == "idle", ["nano", "alone_nano", "last_nano"]] == 0).all(axis=None)
    assert (table.loc[table["lever"] == "works", "nano"] < 0).all()


def test_overlap_shows_between_alone_and_last():
    halves = scenario(lever("retrofit", "a", rate=1.0, saving=0.5), lever("grid", "b", index=0.5))
    table, amounts = shares(ground(), halves)
    whole = amounts(frozenset()).xs("building_electricity", level="layer").sum()
    power = table[table["layer"] == "building_electricity"].groupby("lever").sum(numeric_only=True)
    assert power["alone_nano"].tolist() == pytest.approx([-whole / 2] * 2)
    assert power["last_nano"].tolist() == pytest.approx([-whole / 4] * 2)
    assert power["nano"].tolist() == pytest.approx([-whole * 3 / 8] * 2)


def test_too_many_levers_on_one_layer_are_refused():
    many = scenario(*(lever("retrofit", f"r{i}", rate=0.1, saving=0.1) for i in range(11)))
    with pytest.raises(MethodError) as caught:
        shares(ground(), many)
    assert caught.value.findings[0].params["count"] == 11


def test_nothing_to_share_gives_an_empty_table():
    table, _ = shares(ground(), scenario())
    assert isinstance(table, pd.DataFrame)
    assert table.empty
