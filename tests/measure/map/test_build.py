"""The whole map: every tonne once, whatever the grid, the order of rows, or the way it is cut."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.city import ALL, X, Y, districts, plan, tables

from scindex.catalogue.layers import load_layers
from scindex.errors import DataError, MethodError
from scindex.measure.map.bottom_up import bottom_up
from scindex.measure.map.build import book_of, build, grid_of
from scindex.measure.map.cells import UNALLOCATED
from scindex.measure.map.tally import together

WALKED = settings(max_examples=15)


def total(made) -> int:
    return int(made.pieces["nano"].sum())


def by_layer(made) -> dict[str, int]:
    return made.pieces.groupby("layer")["nano"].sum().to_dict()


def test_cells_districts_and_city_add_up_to_the_unit():
    made = build(plan(), tables(), districts())
    for keys in (["cell"], ["district"], ["cell", "district"]):
        assert made.pieces.groupby(keys)["nano"].sum().sum() == total(made)
    for column in ("gross_t", "removals_t"):
        sums = [made.cells(by=by)[column].sum() for by in ("cell", "district", "city")]
        assert sums == pytest.approx([sums[0]] * 3, abs=1e-6)


@WALKED
@given(seed=st.integers(0, 10**6), size=st.sampled_from(["10 m", "30 m", "100 m", "500 m", "1 km"]))
def test_the_size_of_cells_changes_no_total(seed, size):
    raw = tables(seed=seed)
    coarse = build(plan(cell_size=""), raw, districts())
    assert by_layer(build(plan(cell_size=size), raw, districts())) == by_layer(coarse)


def test_refining_conserves_each_coarse_cell():
    raw = tables(200)
    fine, coarse = (build(plan(ALL[:2], cell_size=s), raw, districts()) for s in ("100 m", "200 m"))
    rows = fine.pieces[fine.pieces["cell"] != UNALLOCATED]
    x, y = fine.grid.centres(rows["cell"].to_numpy())
    parents = rows.assign(cell=coarse.grid.cell_of(x, y)).groupby("cell")["nano"].sum()
    whole = coarse.pieces[coarse.pieces["cell"] != UNALLOCATED].groupby("cell")["nano"].sum()
    pd.testing.assert_series_equal(parents, whole)


@WALKED
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed):
    raw = tables(seed=seed)
    mixed = {k: v.sample(frac=1, random_state=seed).reset_index(drop=True) for k, v in raw.items()}
    first, second = build(plan(), raw, districts()), build(plan(), mixed, districts())
    for name in ("pieces", "contributors", "coverage", "areas"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


@WALKED
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_parts_of_the_buildings_add_up_to_the_whole(seed, cuts):
    raw, where = tables(seed=seed), districts()
    chosen = plan(ALL[:2])
    ends = sorted({0, 40, *cuts})
    parts = [{**raw, "buildings": raw["buildings"].iloc[a:b]} for a, b in pairwise(ends)]
    own = [set(p["buildings"]["building_id"]) for p in parts]
    for part, ids in zip(parts, own):
        part["building_energy"] = raw["building_energy"][raw["building_energy"]["building_id"].isin(ids)]
    sums = [bottom_up(chosen, p, where, grid_of(chosen), book_of(chosen), year=2024).tally for p in parts]
    whole = bottom_up(chosen, raw, where, grid_of(chosen), book_of(chosen), year=2024).tally
    joined = together(sums[::-1])
    for name in ("pieces", "contributors", "coverage"):
        pd.testing.assert_frame_equal(getattr(joined, name), getattr(together([whole]), name))


def test_splitting_a_building_changes_nothing():
    raw = tables(seed=3)
    one = build(plan(ALL[:2]), raw, districts())
    energy = raw["building_energy"]
    halved = energy.assign(electricity_mwh=energy["electricity_mwh"] / 2, gas_mwh=energy["gas_mwh"] / 2)
    buildings = raw["buildings"]
    half = buildings.assign(floor_area_m2=buildings["floor_area_m2"] / 2)
    twin = half.assign(building_id=half["building_id"] + "'")
    twins = halved.assign(building_id=halved["building_id"] + "'")
    both = {**raw, "buildings": pd.concat([half, twin]), "building_energy": pd.concat([halved, twins])}
    two = build(plan(ALL[:2]), both, districts())
    keys = ["cell", "district", "layer", "standing"]
    first, second = (m.pieces.set_index(keys)["nano"] for m in (one, two))
    # each half is rounded to a billionth of a tonne for itself
    assert (first - second).abs().max() <= len(buildings)
    assert set(first.index) == set(second.index)


def test_what_lies_outside_all_districts_is_a_row_and_said():
    made = build(plan(ALL[:2]), tables(), districts())
    outside = made.cells(by="district").set_index("district").loc[""]
    assert outside["gross_t"] > 0
    assert "map-outside" in {f.code for f in made.findings}


def test_meters_of_no_building_stay_unallocated():
    raw = tables()
    lone = pd.DataFrame({"building_id": ["z"], "electricity_mwh": [10.0], "gas_mwh": [0.0]})
    made = build(
        plan(ALL[:2]), {**raw, "building_energy": pd.concat([raw["building_energy"], lone])}, districts()
    )
    lost = made.pieces[made.pieces["cell"] == UNALLOCATED]
    assert lost["nano"].sum() == round(10 * 0.4173 * 1e9)
    assert {"map-unallocated", "map-meters-without-building"} <= {f.code for f in made.findings}


def test_gross_growth_stands_beside_the_net_and_change_of_stock_enters_it():
    grows = build(plan(("building_electricity", "forest")), tables(), districts()).cells(by="city").iloc[0]
    assert grows["net_t"] == pytest.approx(grows["gross_t"])
    stock = replace(load_layers()["forest"], sink="net_stock_change")
    kept = replace(plan(), layers=(load_layers()["building_electricity"], stock))
    city = build(kept, tables(), districts()).cells(by="city").iloc[0]
    assert city["net_t"] == pytest.approx(city["gross_t"] - grows["removals_t"])
    assert city["net_stock_t"] == pytest.approx(-grows["removals_t"])


def test_a_wood_across_a_border_is_shared_by_area():
    made = build(plan(("forest",)), tables(), districts())
    sums = made.pieces.groupby("district")["nano"].sum()
    assert sums["2"] / sums["1"] == pytest.approx(2, rel=1e-9)


def test_residents_are_shared_in_whole_persons():
    made = build(plan(ALL[:1]), tables(), districts())
    assert made.areas.groupby("district")["residents"].sum().to_dict() == {"1": 300, "2": 100}
    assert (made.areas["residents"] % 1 == 0).all()


def test_a_cell_without_anything_is_no_zero():
    cells = build(plan(ALL[:1]), tables(3), districts()).cells()
    assert cells["gross_t"].isna().sum() > 90


def test_a_layer_without_its_table_is_refused():
    raw = tables()
    del raw["road_links"]
    with pytest.raises(DataError) as caught:
        build(plan(), raw, districts())
    assert caught.value.findings[0].params == {"table": "road_links"}


def test_a_factor_of_another_year_is_never_taken_unasked():
    with pytest.raises(MethodError):
        build(plan(ALL[:1], factors={"eui": {"climate": "central"}}), tables(), districts())


def test_statistics_of_other_codes_are_refused():
    raw = {**tables(), "district_statistics": pd.DataFrame({"code": ["9"], "electricity_mwh": [1.0]})}
    with pytest.raises(DataError) as caught:
        build(plan(ALL[4:]), raw, districts())
    assert caught.value.findings[0].code == "map-codes-unmatched"


def test_a_district_without_a_statistic_is_a_gap():
    raw = {**tables(), "district_statistics": pd.DataFrame({"code": ["1"], "electricity_mwh": [10.0]})}
    table = build(plan(ALL[4:]), raw, districts()).cells(by="district").set_index("district")
    assert np.isnan(table.loc["2", "gross_t"])
    assert table["buildings_coverage"].to_dict() == {"1": 1.0, "2": 0.0}


def test_points_on_the_border_of_two_districts_count_once():
    import shapely

    raw = tables(2)
    raw["buildings"] = raw["buildings"].set_geometry([shapely.Point(X + 500, Y + 100)] * 2)
    made = build(plan(ALL[:1]), raw, districts())
    assert made.pieces["units"].sum() == 2


def test_layers_of_different_bases_are_never_added():
    plants = replace(load_layers()["building_gas"], id="plants", basis="territorial")
    mixed = replace(plan(), layers=(load_layers()["building_electricity"], plants))
    with pytest.raises(MethodError) as caught:
        build(mixed, tables(), districts())
    assert caught.value.findings[0].code == "map-bases-mixed"


def test_a_slower_engine_is_said_and_changes_nothing(monkeypatch):
    from scindex.measure.map import engines

    fast = build(plan(), tables(), districts())
    engines.present.cache_clear()
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    slow = build(plan(), tables(), districts())
    engines.present.cache_clear()
    assert "slower-without-numba" in {f.code for f in slow.findings}
    pd.testing.assert_frame_equal(slow.pieces, fast.pieces)
