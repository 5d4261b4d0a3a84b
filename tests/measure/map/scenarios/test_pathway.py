"""Years, sums over years, difference map, memo lines and what is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.scenarios.world import BASE, everything, ground, lever, scenario, town

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.scenarios.pathway import simulate
from scindex.measure.map.scenarios.totals import cumulative, net_of, totals

YEARS = (2030, 2040, 2050)


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {f.code for f in findings}


def test_years_run_to_2050_and_the_base_year_comes_first():
    assert simulate(ground(), scenario()).years == tuple(range(BASE, 2051))
    assert simulate(ground(), scenario(), years=(2040, 2030)).years == (BASE, 2030, 2040)


def test_pieces_totals_and_differences_are_one_and_the_same_sum():
    found = simulate(ground(), scenario(*everything()), years=YEARS)
    by_pieces = found.pieces.groupby("year")["nano"].sum()
    by_totals = found.totals.groupby("year")["nano"].sum()
    assert by_pieces.tolist() == by_totals.tolist()
    change = found.difference.groupby("year")["difference_nano"].sum()
    assert change.tolist() == [by_pieces[y] - by_pieces[BASE] for y in YEARS]
    shared = found.attribution["nano"].sum()
    assert shared == change[2050]


def test_the_base_year_is_named_as_measured():
    found = simulate(ground(), scenario(*everything()), years=YEARS)
    assert set(found.pieces.loc[found.pieces["year"] == BASE, "scenario"]) == {""}
    assert set(found.pieces.loc[found.pieces["year"] != BASE, "scenario"]) == {"own"}


def test_gross_growth_is_in_no_net_and_planting_is():
    found = simulate(ground(), scenario(everything()[-1]), years=(2050,))
    net = net_of(found.totals)
    planted = found.totals.query("layer == 'planted'").groupby("year")["nano"].sum()
    assert planted[2050] < 0
    assert net[2050] - net[BASE] == planted[2050]
    assert set(found.totals.query("layer == 'forest'")["counts"]) == {"gross_growth"}


@settings(max_examples=12)
@given(seed=st.integers(0, 99), cut=st.integers(2025, 2049))
def test_sums_over_years_add_up_over_periods(seed, cut):
    here, levers = ground(town(seed)), scenario(*everything())
    years = (BASE, 2027, cut, 2050)
    pieces = {y: here.pieces(levers, y) for y in sorted(set(years))}
    sums = totals(pieces, here.layers)
    whole = cumulative(sums, BASE, 2050)["half_nano"]
    first, second = (cumulative(sums, *p)["half_nano"] for p in ((BASE, cut), (cut, 2050)))
    assert (first + second).tolist() == whole.tolist()


def test_the_trapezoid_of_a_straight_path_is_the_same_with_any_years():
    straight = scenario(lever("fewer_car_km", cut={2050: 0.5}))
    few, all_years = (simulate(ground(), straight, years=y).cumulative for y in ((2050,), None))
    assert few["tonnes"].sum() == pytest.approx(all_years["tonnes"].sum())
    assert (few["difference_t"] <= 0).all()


def test_a_scenario_without_change_differs_nowhere():
    found = simulate(ground(), scenario(*everything(0.0)), years=YEARS)
    assert (found.difference["difference_nano"] == 0).all()
    assert (found.cumulative["difference_t"] == 0).all()
    assert (found.attribution["nano"] == 0).all()


def test_what_roofs_feed_in_is_memo_and_in_no_total():
    sunny = scenario(lever("rooftop_pv", roof=1.0, yield_kwh_m2=5000, self_use=0.5))
    found = simulate(ground(), sunny, years=(2030,))
    memo = found.memo[found.memo["year"] == 2030].groupby("item")["mwh"].sum()
    assert memo["pv_export"] > 0
    power = found.totals.query("layer == 'building_electricity'").groupby("year")["tonnes"].sum()
    assert power[BASE] - power[2030] == pytest.approx(0.4 * memo["pv_self"])
    assert power[2030] >= 0
    fed_in = found.memo.query("item == 'pv_export' and year == 2030")
    assert fed_in["tonnes"].sum() == pytest.approx(0.4 * fed_in["mwh"].sum())


def test_results_say_that_they_are_attributional_and_whose_numbers_they_are():
    found = simulate(ground(), scenario(*everything()), years=YEARS)
    assert {"scenario-attributional", "scenario-proposed", "scenario-planting-undisturbed"} <= codes(
        found.findings
    )


def test_a_release_between_years_is_warned_of():
    gone = scenario(
        lever("conversion", rate={2028: 0.4}, **{"from": ("oak",)}, table="forest", stock_t_co2_ha=200)
    )
    assert "scenario-pulse-between-years" in codes(simulate(ground(), gone, years=YEARS).findings)
    every = simulate(ground(), gone)
    assert "scenario-pulse-between-years" not in codes(every.findings)
    released = every.cumulative.query("layer == 'land_conversion'")["tonnes"].sum()
    assert released == pytest.approx(12 * 0.4 * 200)


def test_too_many_levers_leave_the_shares_out_and_say_so():
    many = scenario(*(lever("retrofit", f"r{i}", rate=0.1, saving=0.1) for i in range(11)))
    found = simulate(ground(), many, years=(2030,))
    assert found.attribution.empty
    assert ("scenario-too-many-levers", "warning") in {(f.code, f.severity) for f in found.findings}


def test_years_that_are_not_after_the_map_are_refused():
    with pytest.raises(DataError) as caught:
        simulate(ground(), scenario(), years=(2020, 2030, 2060))
    assert [f.value for f in caught.value.findings] == [2020, 2060]
