"""The same activity under two names is refused where it is certain, and told where it may be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from measure.map.city import districts, plan, tables

from scindex.catalogue.layers import load_layers
from scindex.errors import DataError, MethodError
from scindex.measure.map.build import build
from scindex.measure.map.doubles import counted_twice

POWER = load_layers()["building_electricity"]


def test_the_same_meters_under_another_name_are_refused():
    twin = replace(POWER, id="again")
    with pytest.raises(MethodError) as caught:
        build(_plan(POWER, twin), tables(), districts())
    assert [f.code for f in caught.value.findings] == ["map-activity-twice"]


def test_a_memo_line_or_another_gas_is_no_double():
    methane = replace(POWER, id="methane", factor={**POWER.factor, "gas": "CH4"})
    assert counted_twice([POWER, replace(POWER, id="again", sign="memo"), methane]) == []


def test_one_activity_may_make_two_lines_of_a_map():
    memo = replace(POWER, id="again", sign="memo")
    made = build(_plan(POWER, memo), tables(), districts())
    sums = made.pieces.groupby("layer")["nano"].sum()
    assert sums["again"] == sums["building_electricity"]
    assert made.cells(by="city")["gross_t"].iloc[0] == pytest.approx(sums["again"] / 1e9)


def test_meters_beside_a_statistic_of_the_same_carrier_are_told():
    made = build(plan(("building_electricity", "district_electricity")), tables(), districts())
    assert [f.severity for f in made.findings if f.code == "map-activity-shared"] == ["warning"]


def test_a_statistic_without_codes_is_refused_with_its_columns():
    raw = tables()
    raw["district_statistics"] = raw["district_statistics"].rename(columns={"code": "name"})
    with pytest.raises(DataError) as caught:
        build(plan(("district_electricity",)), raw, districts())
    assert caught.value.findings[0].params["column"] == "code"


def test_a_row_without_a_code_is_unallocated_and_called_so():
    raw = tables()
    raw["district_statistics"].loc[1, "code"] = None
    made = build(plan(("district_electricity",)), raw, districts())
    told = next(f for f in made.findings if f.code == "map-zones-unmatched")
    assert told.params["items"] == ["-"]


@pytest.mark.parametrize("by", ["nosuch", "name"])
def test_residents_are_shared_out_by_a_number_or_not_at_all(by):
    with pytest.raises(DataError) as caught:
        build(plan(residents={"by": by}), tables(), districts())
    assert [f.code for f in caught.value.findings] == ["map-weight-missing"]


def _plan(*layers):
    return replace(plan(()), layers=layers)
