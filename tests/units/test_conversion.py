"""What converts into what, by how much, and why not."""

import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scindex import messages
from scindex.units import convertible, factor, mixed_up, reason, registry
from scindex.units.spellings import spellings

FAMILIES = [
    ["g", "kg", "t", "kt", "Mt", "short ton", "long ton"],
    ["t CO2e", "kt CO2e", "kg CO2eq", "톤CO2eq"],
    ["MJ", "kWh", "MWh", "GJ", "toe", "kcal"],
    ["m2", "평", "ha", "km2", "sq ft"],
    ["per 1 000 inhabitants", "per 100 000 inhabitants", "인구 만명당", "per capita"],
    ["%", "0-1", "‰", "ppm"],
    ["litres per capita per day", "m3/인/년", "m3 per 1 000 inhabitants per year"],
    ["minutes", "시간", "days"],
]
families = st.sampled_from(FAMILIES)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("kt", "t", 1000.0),
        ("kWh", "MJ", 3.6),
        ("per 1 000", "per 100 000", 100.0),
        ("0-1", "%", 100.0),
        ("%", "dimensionless", 0.01),
        ("평", "m2", 400 / 121),
        ("m2 per 100 000 inhabitants", "hectare/person_100k", 1e-4),
        ("GJ per capita per year", "kWh/person/year", 1000 / 3.6),
        ("mg/m3", "ug/m**3", 1000.0),
        ("hours", "minute", 60.0),
        ("°F", "delta_degC", 5 / 9),
        ("K", "delta_degC", 1.0),
        ("vehicles per 1 000", "count/person_100k", 100.0),
        ("yes/no", "", 1.0),
        ("0-1", "", 1.0),
    ],
)
def test_known_factors(source, target, expected):
    assert factor(source, target) == pytest.approx(expected, rel=1e-15)


def test_kt_is_a_kilotonne_and_not_a_knot():
    assert registry()("1 kt").to("kg").magnitude == pytest.approx(1e6)
    assert factor("kt", "knot") is None


def test_a_year_left_unsaid_is_the_year_described():
    assert factor("t CO2e per capita", "t_CO2e/person/year") == 1.0
    assert factor("per 100 000 inhabitants per year", "count/person_100k") == 1.0
    assert factor("litres per capita", "liter/person/day") is None


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("t CO2", "t_CO2e", "unit-co2-co2e"),
        ("t", "t_CO2e/person/year", "unit-gas-unsaid"),
        ("ton CO2e", "t_CO2e", "unit-ambiguous-ton"),
        ("ppb", "ug/m**3", "unit-needs-conditions"),
        ("ppm", "ug/m**3", "unit-needs-conditions"),
        ("m3", "Nm3", "unit-needs-conditions"),
        ("EUR", "USD_PPP", "unit-currency"),
        ("per 100 000 inhabitants", "FTE/person_100k", "unit-fte-heads"),
        ("per 100 000 households", "count/person_100k", "unit-other-base"),
        ("per 100 000 inhabitants", "count/live_birth_100k", "unit-other-base"),
        ("litres per capita", "liter/person/day", "unit-other-period"),
        ("number", "percent", "unit-other-dimension"),
        ("kWh", "percent", "unit-other-dimension"),
        ("%", "", "unit-on-scale"),
        ("yes/no", "percent", "unit-on-scale"),
        ("bananas", "percent", "unit-unknown"),
        ("kWh", "MJ", ""),
        ("%", "percent", ""),
    ],
)
def test_the_reason_tells_why_a_unit_is_not_taken(source, target, code):
    assert reason(source, target) == code
    assert convertible(source, target) is (code == "")
    assert not code or code in messages.codes()


def test_one_share_is_not_taken_for_another():
    households = {"en": "households", "ko": "가구"}
    assert reason("% of inhabitants", "percent", households) == "unit-other-share"
    assert reason("인구 %", "percent", households) == "unit-other-share"
    assert reason("가구 %", "percent", households) == ""
    assert reason("%", "percent", households) == ""


@settings(deadline=None)
@given(families.flatmap(lambda family: st.tuples(st.sampled_from(family), st.sampled_from(family))))
def test_a_conversion_there_and_back_is_none(pair):
    there, back = factor(*pair), factor(*reversed(pair))
    assert there * back == pytest.approx(1, rel=1e-14)


@settings(deadline=None)
@given(families.flatmap(lambda family: st.tuples(*[st.sampled_from(family)] * 3)))
def test_a_conversion_by_way_of_a_third_unit_is_the_same(units):
    a, b, c = units
    assert factor(a, b) * factor(b, c) == pytest.approx(factor(a, c), rel=1e-14)


@settings(deadline=None)
@given(st.sampled_from(FAMILIES), st.sampled_from(FAMILIES), st.data())
def test_units_of_different_families_never_convert(one, other, data):
    assume(one is not other)
    assert factor(data.draw(st.sampled_from(one)), data.draw(st.sampled_from(other))) is None


def test_pint_stays_unloaded_where_spellings_settle_the_matter():
    code = (
        "import sys; from scindex.units import factor, parse, reason\n"
        "assert factor('tCO2eq/cap/yr', 't_CO2e/person/year') == 1.0\n"
        "assert factor('인구 10만 명당', 'count/person_100k') == 1.0\n"
        "assert reason('% of inhabitants', 'percent', {'en': 'households'}) == 'unit-other-share'\n"
        "assert parse('yes/no') and parse('ug/m3 (annual mean)')\n"
        "assert 'pint' not in sys.modules, 'pint was loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_unit_mixed_up_with_another_converts_into_it():
    for unit, others in spellings().mixed_up.items():
        assert [factor(other["unit"], unit) is not None for other in others] == [True] * len(others), unit
        assert all(names.keys() == {"en", "ko"} and ratio != 1 for names, ratio in mixed_up(unit))
