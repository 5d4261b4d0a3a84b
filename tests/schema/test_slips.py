"""What a value outside its range looks like."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.catalogue.load import load_framework
from scindex.schema.slips import bounds, slip

U4SSC = load_framework("u4ssc").indicators


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("gini_coefficient", 35, "Divide by 100? That gives 0.35: the value may be meant as %."),
        (
            "household_internet_access",
            0.97,
            "Multiply by 100? That gives 97: the value may be meant as a fraction of 1.",
        ),
        ("household_internet_access", 8451, "Divide by 100? That gives 84.51."),
        ("wireless_broadband_subscriptions", 954.24, "per 1 000 inhabitants"),
        ("wireless_broadband_subscriptions", 0.95, "Multiply by 100 000? That gives 95 000"),
        (
            "emergency_service_response_time",
            420,
            "Divide by 60? That gives 7: the value may be meant as seconds.",
        ),
        ("residential_thermal_energy_consumption", 9000, "kWh"),
        ("water_consumption", 0.15, "Multiply by 1000? That gives 150"),
        ("ghg_emissions", 7500, "Divide by 1000? That gives 7.5: the value may be meant as kg CO2e."),
        ("life_expectancy", 823, "Divide by 10? That gives 82.3: a decimal mark may be lost."),
        ("patents", 45_000_000, "Divide by 1 000 000? That gives 45."),
    ],
)
def test_the_usual_slips_are_named(name, value, said):
    assert said in slip(U4SSC[f"u4ssc:{name}"], value)["en"]


def test_a_ratio_upside_down_is_named():
    ratio = dataclasses.replace(U4SSC["u4ssc:travel_time_index"], plausible=(2.0, 4.0), possible=(1, 10))
    assert "1 / 0.4? That gives 2.5" in slip(ratio, 0.4)["en"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("air_pollution.pm10", 218),
        ("patents", 333.72),
        ("local_food_production", 91.18),
        ("air_pollution.no2", 105.35),
        ("household_internet_access", 101),
        ("unemployment_rate", 0.3),
    ],
)
def test_a_value_close_to_its_range_is_unusual_and_not_called_a_slip(name, value):
    assert slip(U4SSC[f"u4ssc:{name}"], value) == {}


@pytest.mark.parametrize("value", [2, 0.5, -1, 100])
def test_a_scale_has_no_slips(value):
    assert slip(U4SSC["u4ssc:resilience_plans"], value) == {}


@settings(deadline=None)
@given(st.sampled_from(sorted(U4SSC)), st.floats(allow_nan=False, allow_infinity=False))
def test_a_slip_is_named_in_both_languages_or_not_at_all(name, value):
    said = slip(U4SSC[name], value)
    assert set(said) in (set(), {"en", "ko"})
    assert all("{" not in text and "slip." not in text for text in said.values())


def test_an_open_end_is_infinite():
    assert bounds((None, 3.0)) == (float("-inf"), 3.0)
    assert bounds((0.0, None)) == (0.0, float("inf"))
