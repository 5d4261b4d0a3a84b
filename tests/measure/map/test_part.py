"""One part of a table: its sums survive the way to a file and back, and add to those of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.city import ALL, districts, plan, tables

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.build import book_of, build, grid_of
from scindex.measure.map.part import (
    PartSum,
    check_ids,
    lone_meters,
    merged,
    narrowed,
    no_rows,
    one_each,
    own_meters,
    pack,
    placed_tables,
    sum_part,
    unpack,
)
from scindex.tables.fingerprints import fingerprint

FRAMES = ("pieces", "contributors", "coverage")
PLAN = plan(ALL[:3])


def summed(table, frame, energy=None):
    own = narrowed(PLAN, table)
    return sum_part(own, table, frame, districts(), grid_of(PLAN), book_of(PLAN), energy=energy)


def cut_city(raw, labels):
    """Return the sums of the city with its buildings dealt out to parts by `labels`."""
    buildings, energy = raw["buildings"], raw["building_energy"]
    parts, ids, sizes = [], [], []
    for label in np.unique(labels):
        frame = buildings[labels == label].reset_index(drop=True)
        parts.append(summed("buildings", frame, own_meters(energy, frame)))
        ids.append(fingerprint(frame["building_id"].astype("str")))
        sizes.append(len(frame))
    lone = lone_meters(energy, ids)
    if len(lone):
        columns = [str(c) for c in buildings.columns]
        parts.append(summed("buildings", no_rows(columns, buildings.crs), lone))
        sizes.append(0)
    others = [summed(t, raw[t]) for t in placed_tables(PLAN) if t != "buildings"]
    return parts, sizes, others


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), dealt=st.integers(0, 10**6), n=st.integers(1, 7), turned=st.booleans())
def test_any_partition_in_any_order_gives_the_same_map(seed, dealt, n, turned):
    raw = tables(seed=seed)
    lone = pd.DataFrame({"building_id": ["z", "y"], "electricity_mwh": [10.0, 3.0], "gas_mwh": [0.0, 1.0]})
    raw["building_energy"] = pd.concat([raw["building_energy"], lone], ignore_index=True)
    parts, sizes, others = cut_city(raw, np.random.default_rng(dealt).integers(0, n, len(raw["buildings"])))
    step = -1 if turned else 1
    whole = merged([merged(parts[::step], sizes[::step]), *others])
    made = build(PLAN, raw, districts(), summed=whole)
    once = build(PLAN, raw, districts())
    for name in (*FRAMES, "areas", "layers"):
        pd.testing.assert_frame_equal(getattr(made, name), getattr(once, name))
    assert {repr(f) for f in made.findings} == {repr(f) for f in once.findings}


def test_sums_come_back_from_bytes_as_they_were():
    raw = tables(seed=4)
    one = summed("buildings", raw["buildings"], raw["building_energy"])
    told = (Finding("raw-missing", "note", where="a.parquet feature 3", params={"count": 2}),)
    ids = fingerprint(raw["buildings"]["building_id"].astype("str"))
    back = unpack(pack(PartSum(one, told, {"name": "a"}, ids, ("building_id",))))
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(back.summed.tally, name), getattr(one.tally, name))
    assert back.summed.rates == one.rates
    assert [f.to_dict() for f in back.summed.findings] == [f.to_dict() for f in one.findings]
    assert (back.read, back.used, back.columns) == (told, {"name": "a"}, ("building_id",))
    assert (back.ids == ids).all()


def test_the_same_sums_give_the_same_bytes():
    raw = tables(seed=4)
    two = [summed("road_links", raw["road_links"]) for _ in range(2)]
    assert pack(PartSum(two[0])) == pack(PartSum(two[1]))


def test_bytes_of_anything_else_are_refused():
    with pytest.raises(ValueError, match="zip"):
        unpack(b"rubbish")


def test_a_plan_narrowed_to_one_table_forgets_the_rest():
    own = narrowed(PLAN, "road_links")
    assert [layer.id for layer in own.layers] == ["road_traffic"]
    assert placed_tables(PLAN) == ["buildings", "road_links"]
    assert set(ALL) > {layer.id for layer in own.layers}


def test_what_is_said_of_single_rows_is_told_for_each():
    found = one_each([[Finding("geo-zero-area", "warning", where=f"a.gpkg feature {i}")] for i in (1, 2)])
    assert [f.where for f in found] == ["a.gpkg feature 1", "a.gpkg feature 2"]


def test_what_is_said_of_every_file_is_told_once():
    found = one_each(
        [
            [Finding("raw-columns-unused", "note", where=f"part-{i}.parquet", params={"columns": ["a"]})]
            for i in (1, 2)
        ]
    )
    assert [f.where for f in found] == ["part-1.parquet"]


def test_counts_add_up_and_at_most_ten_features_are_named():
    parts = [
        [Finding("geo-missing", "warning", where=f"a.parquet feature {8 * i}",
                 params={"count": 8, "features": [str(8 * i + j) for j in range(8)]})]
        for i in range(2)
    ]  # fmt: skip
    (one,) = one_each(parts)
    assert (one.params["count"], len(one.params["features"]), one.where) == (16, 10, "a.parquet feature 0")


def test_findings_about_other_things_stay_apart():
    uses = [[Finding("map-modelled", "note", params={"use": u, "n": 1, "kwh": 9.0})] for u in ("a", "b")]
    assert len(one_each(uses)) == 2


def test_an_identifier_in_two_parts_is_refused_with_the_parts():
    ids = [np.array(i, np.uint64) for i in ([1, 2], [3], [2, 4])]
    with pytest.raises(DataError) as err:
        check_ids("buildings", ids, ["one", "two", "three"])
    assert err.value.findings[0].params == {"table": "buildings", "n": 2, "parts": ["one", "three"]}
    assert check_ids("buildings", ids[:2], ["one", "two"]) == []


def test_too_many_rows_to_compare_are_said(monkeypatch):
    monkeypatch.setattr("scindex.measure.map.part.MOST_IDS", 2)
    (found,) = check_ids("buildings", [np.arange(3, dtype=np.uint64)], ["one"])
    assert (found.code, found.params["n"]) == ("parts-id-unchecked", 3)
