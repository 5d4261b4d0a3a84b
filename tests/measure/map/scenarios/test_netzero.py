"""What net zero takes: solved where it can be reached, exact where it cannot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.scenarios.world import LAYERS, everything, ground, lever, scenario, town

from scindex.errors import UsageError
from scindex.measure.map.scenarios.netzero import largest, netzero, scale
from scindex.measure.map.scenarios.totals import counted_as


def green(size: float = 0.1):
    """Return levers that can bring a district to zero: trees on a large meadow, and less of all else."""
    trees = lever(
        "planting", rate={2030: size}, **{"from": ("grass", "bare")}, uptake_t_co2_ha={0: 0, 20: 900}
    )
    return scenario(lever("retrofit", rate={2050: 0.3}, saving=0.5), lever("grid", index={2050: 0.7}), trees)


def net(ground_, scenario_, year, district=""):
    pieces = ground_.pieces(scenario_, year)
    here = pieces[pieces["district"] == district] if district else pieces
    kinds = here["layer"].map(counted_as(LAYERS))
    return int(here.loc[kinds.isin(["gross", "net_stock"]), "nano"].sum())


@settings(max_examples=8)
@given(seed=st.integers(0, 999), district=st.sampled_from(["", "A", "B"]))
def test_at_the_multiplier_the_district_is_net_zero_and_a_little_less_is_not(seed, district):
    here, levers = ground(town(seed)), green()
    found = netzero(here, levers, year=2050, district=district)
    if not found.reached:
        assert found.remaining_nano == net(here, scale(here, levers, 2050, found.most), 2050, district) > 0
        return
    assert net(here, scale(here, levers, 2050, found.multiplier), 2050, district) <= 0
    if found.multiplier > 0.001:
        assert net(here, scale(here, levers, 2050, found.multiplier - 0.001), 2050, district) > 0


def test_what_remains_at_the_physical_end_is_exact():
    only = scenario(lever("retrofit", rate={2050: 0.2}, saving=0.5))
    found = netzero(ground(), only, year=2050)
    assert not found.reached
    assert found.most == pytest.approx(5.0)
    full = scenario(lever("retrofit", rate={2050: 1.0}, saving=0.5))
    assert found.remaining_nano == net(ground(), full, 2050)
    assert found.levers["at_end"].tolist() == [True]
    assert "netzero-not-reached" in {f.code for f in found.findings}


def test_gross_growth_of_forest_makes_nothing_net_zero():
    tables = town()
    tables["forest"]["area_ha"] *= 1e6
    found = netzero(ground(tables), scenario(lever("retrofit", rate={2050: 0.2}, saving=0.5)), year=2050)
    assert not found.reached
    assert found.growth_t < -found.net_t


def test_no_lever_goes_beyond_its_physical_end():
    here, levers = ground(), scenario(*everything())
    most = largest(here, levers, 2050)
    after = scale(here, levers, 2050, most)
    for one in after.levers:
        for name in ("rate", "roof", "cut", "share", "shift"):
            if name in one.paths:
                assert one.paths[name].at(2050) <= 1
        if one.kind == "car_occupancy":
            assert one.paths["persons"].at(2050) <= 4
    assert here.factors(after, 2050)["electricity"] == pytest.approx(0)


def test_a_multiplier_of_one_is_the_scenario_itself():
    here, levers = ground(), scenario(*everything())
    same = scale(here, levers, 2050, 1.0)
    one, two = (here.pieces(s, 2050) for s in (levers, same))
    assert (one["nano"] - two["nano"]).abs().max() <= 2


def test_heat_pumps_on_a_dirty_grid_are_noticed():
    dirty = scenario(lever("heat_pumps", rate={2050: 0.5}, cop=1.1, efficiency=0.95))
    assert "netzero-uneven" in {f.code for f in netzero(ground(), dirty, year=2050).findings}


def test_an_unknown_district_or_year_is_refused():
    with pytest.raises(UsageError):
        netzero(ground(), green(), year=2050, district="Z")
    with pytest.raises(UsageError):
        netzero(ground(), green(), year=2024)
