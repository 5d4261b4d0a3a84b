# "Methodology for Estimating GHG Emissions Based on Gross Floor Area in the Building of Seoul",
# https://m.earticle.net/Article/A479731 (values as in the abstract)
"""Seoul's buildings 2024: intensity -10 % gives -10.0 %, electricity factor -15 % -10.5 %, both -19.4 %."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from measure.map.scenarios.world import LAYERS, READS

from scindex.catalogue.scenarios import load_scenarios
from scindex.measure.map.scenarios.pathway import Ground, simulate

EMITTED, USED, AREA = 29.74e6, 92.26e6, 639.7e6
"""Tonnes of CO2e, MWh and square metres in 2024."""
FACTOR = 0.4173
"""Consumption side, 2023 (Ministry of Climate, Energy and Environment). [t CO2e/MWh]"""
PUBLISHED = {"intensity": -10.0, "grid": -10.5, "both": -19.4}


def seoul(share: float) -> Ground:
    """Return the city as one building, with a share of its emissions from electricity."""
    power = share * EMITTED / FACTOR
    rest = (1 - share) * EMITTED / (USED - power)
    tables = {
        "buildings": pd.DataFrame({"building_id": ["seoul"], "district": "11", "floor_area_m2": AREA}),
        "building_energy": pd.DataFrame(
            {"building_id": ["seoul"], "electricity_mwh": power, "gas_mwh": USED - power}
        ),
    }

    def build(tables, times, year, scenario):
        energy = tables["building_energy"].iloc[0]
        tonnes = [energy["electricity_mwh"] * FACTOR * times.get("electricity", 1), energy["gas_mwh"] * rest]
        layers = ["building_electricity", "building_gas"]
        return pd.DataFrame(
            {"cell": 0, "district": "11", "layer": layers, "nano": [round(t * 1e9) for t in tonnes]}
        ).assign(year=year, scenario=scenario)

    return Ground(tables, build, LAYERS, 2024, districts=("11",), reads=READS)


def changes(share: float) -> dict[str, float]:
    whole = load_scenarios()["seoul_2024_anchor"]
    found = {}
    for name in PUBLISHED:
        levers = tuple(x for x in whole.levers if name in (x.id, "both"))
        result = simulate(seoul(share), replace(whole, levers=levers), years=(2025,))
        sums = result.totals.groupby("year")["nano"].sum()
        found[name] = 100 * (sums[2025] / sums[2024] - 1)
    return found


def test_the_city_is_the_published_one():
    here = seoul(0.70)
    pieces = here.pieces(load_scenarios()["seoul_2024_anchor"], 2024)
    assert pieces["nano"].sum() / 1e9 == pytest.approx(EMITTED)
    assert pieces["nano"].sum() / 1e6 / AREA == pytest.approx(46.5, abs=0.05)


def test_published_cuts_follow_with_an_electricity_share_that_rounds_to_70():
    """All three to the digit for a share between 69.7 and 70.0 % ("about 70 %")."""
    for share in (0.697, 0.698, 0.6995):
        assert {k: round(v, 1) for k, v in changes(share).items()} == PUBLISHED


def test_at_exactly_70_percent_both_cuts_give_19_45_so_that_the_digit_turns_on_rounding():
    found = changes(0.70)
    assert found["intensity"] == pytest.approx(-10.0)
    assert found["grid"] == pytest.approx(-10.5)
    assert found["both"] == pytest.approx(-19.45)


def test_shares_of_the_two_cuts_close_and_lie_between_alone_and_last():
    result = simulate(seoul(0.698), load_scenarios()["seoul_2024_anchor"], years=(2025,))
    sums = result.totals.groupby("year")["nano"].sum()
    shares = result.attribution.groupby("lever")[["nano", "alone_nano", "last_nano"]].sum()
    assert shares["nano"].sum() == sums[2025] - sums[2024]
    assert ((shares["alone_nano"] <= shares["nano"]) & (shares["nano"] <= shares["last_nano"])).all()
