"""Rates by gas, with warming potentials; what is ambiguous is refused."""

from __future__ import annotations

import pytest

from scindex.catalogue.factors import gwp
from scindex.errors import MethodError
from scindex.measure.map.rates import RateBook

POWER = {"family": "electricity", "point": "consumption", "gas": "CO2e"}


def test_gases_are_weighed_with_the_set_of_the_map():
    """KDHC notice 2022-03-21, capital area: 35 936 kg CO2, 0.6534 kg CH4, 0.0661 kg N2O per TJ."""
    for name in ("AR4", "AR5", "AR6"):
        rate = RateBook(2021, "KR", name).rate({"family": "district_heat", "branch": "capital"}, "MWh")
        kg = 35936 + 0.6534 * gwp("CH4", name) + 0.0661 * gwp("N2O", name)
        assert rate.value == pytest.approx(kg * 3.6e-3 / 1000, rel=1e-12)
        assert len(rate.ids) == 3


def test_two_right_factors_of_one_year_are_refused_until_one_is_chosen():
    with pytest.raises(MethodError) as caught:
        RateBook(2021, "KR").rate(POWER, "MWh")
    assert caught.value.findings[0].code == "factor-ambiguous"
    chosen = RateBook(2021, "KR", choices={"electricity": {"purpose": "single_year"}})
    assert chosen.rate(POWER, "MWh").value == 0.4509


def test_no_other_year_is_taken_unless_the_map_says_so():
    with pytest.raises(MethodError) as caught:
        RateBook(2024, "KR").rate(POWER, "MWh")
    assert caught.value.findings[0].code == "factor-none"
    said = RateBook(2024, "KR", choices={"electricity": {"year": 2023}})
    assert said.rate(POWER, "MWh").ids == ("electricity/kr_2023",)


def test_a_scenario_scales_a_family():
    book = RateBook(2023, "KR", scale={"electricity": 0.5})
    assert book.rate(POWER, "MWh").value == pytest.approx(0.4173 / 2)


def test_a_unit_is_converted():
    book = RateBook(2023, "KR")
    assert book.rate(POWER, "GWh").value == pytest.approx(417.3)
