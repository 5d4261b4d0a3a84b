"""A scenario on the tables: what moves, what never does, in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.scenarios.world import BASE, build, everything, ground, lever, scenario, town

from scindex.catalogue.scenarios import Where
from scindex.measure.map.scenarios.apply import apply, factor_path
from scindex.measure.map.scenarios.chosen import column

seeds = st.integers(0, 2**16)
sizes = st.floats(0, 1)


def total(pieces: pd.DataFrame) -> pd.Series:
    return pieces.groupby("layer")["nano"].sum()


@settings(max_examples=30)
@given(seed=seeds, year=st.integers(2025, 2050))
def test_a_scenario_without_change_is_the_identity(seed, year):
    still = ground(town(seed))
    base = still.pieces(scenario(), BASE, name="x")
    for levers in ([], everything(0.0)):
        pd.testing.assert_frame_equal(still.pieces(scenario(*levers), year, name="x").assign(year=BASE), base)


def test_the_base_year_is_as_measured_whatever_the_levers():
    tables = town()
    assert apply(tables, scenario(*everything()), BASE, base_year=BASE) == tables
    assert factor_path(scenario(*everything()), BASE, base_year=BASE) == {}


def test_tables_that_are_given_are_never_changed():
    tables = town()
    before = {k: t.copy() for k, t in tables.items()}
    apply(tables, scenario(*everything()), 2050, base_year=BASE)
    for name, table in before.items():
        pd.testing.assert_frame_equal(tables[name], table)


@settings(max_examples=30)
@given(order=st.permutations(range(9)), seed=seeds)
def test_the_order_of_levers_in_the_file_does_not_matter(order, seed):
    levers = everything()
    one, other = scenario(*levers), scenario(*(levers[i] for i in order))
    assert one.levers == other.levers
    tables = ground(town(seed))
    pd.testing.assert_frame_equal(tables.pieces(one, 2045), tables.pieces(other, 2045))


@settings(max_examples=30)
@given(seed=seeds, share=st.floats(0.01, 0.99), year=st.integers(2025, 2050))
def test_splitting_a_building_changes_nothing(seed, share, year):
    whole, levers = town(seed), scenario(*everything())
    split = dict(whole)
    for name, amounts in (
        ("buildings", ["floor_area_m2", "footprint_m2"]),
        ("building_energy", ["electricity_mwh", "gas_mwh", "heat_mwh"]),
    ):
        first, rest = whole[name].iloc[:1], whole[name].iloc[1:]
        halves = [
            first.assign(building_id=i, **{c: first[c] * s for c in amounts})
            for i, s in (("x", share), ("y", 1 - share))
        ]
        split[name] = pd.concat([*halves, rest], ignore_index=True)
    one, two = (total(ground(t).pieces(levers, year)) for t in (whole, split))
    assert (one - two).abs().max() <= 1e-9 * one.abs().max() + 2


@settings(max_examples=30)
@given(seed=seeds, rate=sizes, saving=sizes)
def test_retrofit_never_raises_energy(seed, rate, saving):
    tables = town(seed)
    after = apply(tables, scenario(lever("retrofit", rate=rate, saving=saving)), 2030, base_year=BASE)
    for name in ("electricity_mwh", "gas_mwh", "heat_mwh"):
        assert (after["building_energy"][name] <= tables["building_energy"][name]).all()


@settings(max_examples=30)
@given(seed=seeds, roof=sizes, self_use=sizes)
def test_self_use_of_roofs_never_exceeds_use_and_nothing_is_lost(seed, roof, self_use):
    tables = town(seed)
    solar = lever("rooftop_pv", roof=roof, yield_kwh_m2=5000, self_use=self_use)
    after = apply(tables, scenario(solar), 2030, base_year=BASE)["building_energy"]
    used, fed_in = column(after, "pv_self_mwh"), column(after, "pv_export_mwh")
    before = tables["building_energy"]["electricity_mwh"]
    assert (after["electricity_mwh"] >= 0).all()
    assert (used <= before).all()
    assert (after["electricity_mwh"] + used).to_numpy() == pytest.approx(before.to_numpy())
    made = tables["buildings"]["footprint_m2"] * roof * 5
    assert used + fed_in == pytest.approx(made.to_numpy())


def test_two_levers_on_one_roof_never_cover_more_than_the_roof():
    tables = town(1)
    solar = [lever("rooftop_pv", name, roof=0.7, yield_kwh_m2=200, self_use=0.5) for name in ("old", "new")]
    after = apply(tables, scenario(*solar), 2050, base_year=BASE)["building_energy"]
    made = column(after, "pv_self_mwh") + column(after, "pv_export_mwh")
    assert made == pytest.approx(tables["buildings"]["footprint_m2"].to_numpy() * 0.2)


@settings(max_examples=30)
@given(seed=seeds, share=sizes)
def test_electric_cars_on_a_clean_grid_emit_nothing_and_traffic_stays(seed, share):
    tables = town(seed)
    electric = lever("electric_cars", share=share, kwh_km=0.2)
    clean = scenario(electric, lever("grid", index=0.0))
    here = ground(tables)
    after = apply(tables, clean, 2030, base_year=BASE)["road_links"]
    assert after["aadt"].to_numpy() == pytest.approx(tables["road_links"]["aadt"].to_numpy())
    shares = after[[c for c in after if c.startswith("share_")]].sum(axis=1)
    assert shares.to_numpy() == pytest.approx(1)
    sums = total(here.pieces(clean, 2030))
    assert sums.get("road_electricity", 0) == 0
    cars = tables["road_links"].assign(share_bus=0.0)
    all_electric = scenario(lever("electric_cars", share=1.0, kwh_km=0.2), lever("grid", index=0.0))
    sums = total(ground({**tables, "road_links": cars}).pieces(all_electric, 2030))
    assert sums["road_traffic"] == sums["road_electricity"] == 0


def test_emissions_move_from_fuel_to_electricity():
    tables = town()
    half = scenario(lever("electric_cars", share=0.5, kwh_km=0.2))
    before, after = (total(ground(tables).pieces(s, 2030)) for s in (scenario(), half))
    links = tables["road_links"]
    km = (links["aadt"] * links["share_car"] * 365 * links["length_m"] / 1000).sum() / 2
    assert (before - after)["road_traffic"] / 1e9 == pytest.approx(km * 0.2 / 1000)
    assert after["road_electricity"] / 1e9 == pytest.approx(km * 0.2 / 1000 * 0.4)


def test_people_stay_people_when_they_change_mode():
    tables = town()
    bus = lever("mode_shift", shift=0.2, to={"bus": 0.75, "bicycle": 0.25}, car_persons=1.5, bus_persons=15)
    before, after = tables["road_links"], apply(tables, scenario(bus), 2030, base_year=BASE)["road_links"]
    cars = before["aadt"] * before["share_car"]
    assert (after["aadt"] * after["share_car"]).to_numpy() == pytest.approx((0.8 * cars).to_numpy())
    buses = after["aadt"] * after["share_bus"] - before["aadt"] * before["share_bus"]
    assert buses.to_numpy() == pytest.approx((0.2 * cars * 1.5 * 0.75 / 15).to_numpy())


def test_fuller_cars_drive_less():
    fuller = lever("car_occupancy", persons={2030: 2.0}, base_persons=1.0)
    links = apply(town(), scenario(fuller), 2030, base_year=BASE)["road_links"]
    before = town()["road_links"]
    assert (links["aadt"] * links["share_car"]).to_numpy() == pytest.approx(
        (before["aadt"] * before["share_car"] / 2).to_numpy()
    )


def test_heat_pumps_turn_heat_into_less_electricity():
    pumps = lever("heat_pumps", rate=0.5, cop=3.0, efficiency=0.9, carriers=("gas", "heat"))
    before = town()["building_energy"]
    after = apply(town(), scenario(pumps), 2030, base_year=BASE)["building_energy"]
    more = (0.5 * (0.9 * before["gas_mwh"] + before["heat_mwh"])) / 3
    assert (after["electricity_mwh"] - before["electricity_mwh"]).to_numpy() == pytest.approx(more.to_numpy())
    assert after["gas_mwh"].to_numpy() == pytest.approx((before["gas_mwh"] / 2).to_numpy())


def test_a_building_without_a_known_electricity_use_keeps_its_boiler():
    tables = town()
    tables["building_energy"].loc[0, "electricity_mwh"] = np.nan
    pumps = lever("heat_pumps", rate=1.0, cop=3.0, efficiency=0.9)
    after = apply(tables, scenario(pumps), 2030, base_year=BASE)["building_energy"]
    assert after.loc[0, "gas_mwh"] == tables["building_energy"].loc[0, "gas_mwh"]
    assert (after.loc[1:, "gas_mwh"] == 0).all()


@pytest.mark.parametrize(
    ("where", "same"),
    [
        (Where(districts=("A",)), lambda b: b["district"] != "A"),
        (Where(uses=("office",)), lambda b: b["use"] != "office"),
        (
            Where(districts=("B",), uses=("office",)),
            lambda b: (b.district != "B") | (b.use != "office"),
        ),
    ],
)
def test_a_lever_acts_only_where_it_says(where, same):
    tables = town()
    cut = lever("retrofit", where=where, rate=1.0, saving=0.5)
    after = apply(tables, scenario(cut), 2030, base_year=BASE)["building_energy"]
    kept = (after["gas_mwh"] == tables["building_energy"]["gas_mwh"]).to_numpy()
    assert (kept == same(tables["buildings"]).to_numpy()).all()


def test_new_floor_area_brings_its_energy_and_moved_area_takes_its_own_along():
    tables = town()
    new = {"floor_area_m2": 1000.0, "intensity_kwh_m2": 100.0, "mix": {"electricity": 0.7, "gas": 0.3}}
    dense = lever("densification", where=Where(districts=("A",)), **new)
    after = apply(tables, scenario(dense), 2030, base_year=BASE)
    added = after["buildings"]["floor_area_m2"].sum() - tables["buildings"]["floor_area_m2"].sum()
    assert added == pytest.approx(1000)
    for carrier, mwh in (("electricity_mwh", 70), ("gas_mwh", 30)):
        more = after["building_energy"][carrier] - tables["building_energy"][carrier]
        assert more.sum() == pytest.approx(mwh)
    moved = lever("densification", where=Where(districts=("A",)), from_districts=("B",), **new)
    after = apply(tables, scenario(moved), 2030, base_year=BASE)
    before = tables["buildings"]["floor_area_m2"]
    assert after["buildings"]["floor_area_m2"].sum() == pytest.approx(before.sum())
    in_b = (tables["buildings"]["district"] == "B").to_numpy()
    left = after["building_energy"]["gas_mwh"][in_b] / tables["building_energy"]["gas_mwh"][in_b]
    share = 1 - 1000 / before[in_b].sum()
    assert left.to_numpy() == pytest.approx(share)


def test_planted_trees_take_up_by_their_age():
    young = lever(
        "planting", rate={2026: 0.5}, **{"from": ("grass",)}, uptake_t_co2_ha={0: 0, 10: 10}, species="oak"
    )
    after = apply(town(), scenario(young), 2030, base_year=BASE)
    (row,) = after["planted"].to_dict("records")
    # a quarter planted in 2025 and in 2026 each: five and four years old
    assert (row["area_ha"], row["age"], row["uptake_t_co2_ha"]) == pytest.approx((2.5, 4.5, 4.5))
    assert after["land_cover"]["area_m2"].tolist() == pytest.approx([25_000, 80_000])


def test_stock_is_released_once_in_the_year_of_conversion():
    gone = lever("conversion", rate={2030: 0.4}, **{"from": ("oak",)}, table="forest", stock_t_co2_ha=200)
    released, left = {}, {}
    for year in range(2025, 2040):
        after = apply(town(), scenario(gone), year, base_year=BASE)
        rows = after.get("land_conversion", pd.DataFrame({"area_ha": [], "stock_t_co2_ha": []}))
        released[year] = float((rows["area_ha"] * rows["stock_t_co2_ha"]).sum())
        left[year] = float(after["forest"]["area_ha"].iloc[0])
    assert sum(released.values()) == pytest.approx(12 * 0.4 * 200)
    assert all(released[y] == 0 for y in range(2031, 2040))
    assert left[2030] == left[2039] == pytest.approx(12 * 0.6)


def test_a_grid_path_is_read_by_its_ratios_from_the_base_year():
    path = lever("grid", index={2020: 1.0, 2030: 0.5})
    assert factor_path(scenario(path), 2030, base_year=BASE)["electricity"] == pytest.approx(0.5 / 0.8)
    absolute = lever("grid", factor={2034: 0.2})
    found = factor_path(scenario(absolute), 2029, base_year=BASE, base_factors={"electricity": 0.4})
    assert found == {"electricity": pytest.approx(0.75)}


def test_the_town_is_computed_from_its_tables():
    assert total(build(town(), {}, BASE, ""))["forest"] == -42 * 8 * 10**9


def test_traffic_that_is_not_known_stays_a_gap():
    tables = town()
    tables["road_links"].loc[0, "aadt"] = np.nan
    tables["road_links"].loc[1, "share_bus"] = np.nan
    moved = [x for x in everything() if x.kind in ("fewer_car_km", "electric_cars", "mode_shift")]
    after = apply(tables, scenario(*moved), 2050, base_year=BASE)["road_links"]
    assert after["aadt"].isna().tolist() == [True, *[False] * 4]
    assert (after["electricity_mwh"].iloc[1:] > 0).all()
