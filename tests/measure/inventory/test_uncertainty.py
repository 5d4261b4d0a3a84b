"""Errors of a total: factors shared, activities apart."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.measure.inventory.lines import lines_table
from scindex.measure.inventory.uncertainty import total_errors

ABOUT = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}


def basic(*records):
    lines = lines_table([{**ABOUT, **r} for r in records])
    return total_errors(lines).set_index("total").loc["basic"]


def test_lines_of_one_factor_err_together():
    row = {"co2e": 100.0, "factor_error": 0.1, "error_group": "grid"}
    assert basic({**row, "ref": "I.1.2"}, {**row, "ref": "I.2.2"})["error"] == pytest.approx(20.0)


def test_lines_of_two_factors_err_apart():
    row = {"co2e": 100.0, "factor_error": 0.1}
    found = basic({**row, "ref": "I.1.2", "error_group": "a"}, {**row, "ref": "I.2.2", "error_group": "b"})
    assert found["error"] == pytest.approx(math.hypot(10, 10))


def test_activities_err_apart_and_the_gases_of_one_err_together():
    one = {"ref": "I.1.1", "co2e": 50.0, "activity_error": 0.2, "where": "a.csv!C2"}
    other = {"ref": "I.2.1", "co2e": 100.0, "activity_error": 0.2, "where": "a.csv!C3"}
    assert basic(one, one, other)["error"] == pytest.approx(math.hypot(20, 20))


def test_ninety_per_cent_lie_between_low_and_high():
    found = basic({"ref": "I.1.1", "co2e": 100.0, "activity_error": 0.1, "where": "x"})
    draws = np.random.default_rng(0).normal(100, 10, 200_000)
    assert ((draws > found["low"]) & (draws < found["high"])).mean() == pytest.approx(0.9, abs=0.003)


def test_without_errors_nothing_is_claimed():
    found = basic({"ref": "I.1.1", "co2e": 100.0})
    assert math.isnan(found["error"])
    assert found["known"] == 0


def test_the_share_of_tonnes_with_an_error_is_said():
    row = {"ref": "I.1.1", "co2e": 30.0, "activity_error": 0.1, "where": "x"}
    assert basic(row, {"ref": "I.2.1", "co2e": 70.0})["known"] == pytest.approx(0.3)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.01, 0.5), st.floats(0.01, 0.5)), min_size=1, max_size=8)
)
def test_the_error_lies_between_independence_and_full_correlation(rows):
    lines = [
        {
            "ref": "I.1.1",
            "co2e": t,
            "activity_error": a,
            "factor_error": f,
            "error_group": "g",
            "where": str(k),
        }
        for k, (t, a, f) in enumerate(rows)
    ]
    apart = math.sqrt(sum((t * a) ** 2 + (t * f) ** 2 for t, a, f in rows))
    together = math.hypot(sum(t * a for t, a, _ in rows), sum(t * f for t, _, f in rows))
    assert apart * (1 - 1e-9) <= basic(*lines)["error"] <= together * (1 + 1e-9)


def test_errors_of_shared_factors_and_rows_agree_with_monte_carlo():
    """The formula is first order; the product of two errors adds less than one per cent here."""
    rows = [
        ("I.1.2", 100.0, 0.10, 0.05, "grid", "a"),
        ("I.2.2", 300.0, 0.20, 0.05, "grid", "b"),
        ("I.1.1", 200.0, 0.05, 0.03, "gas", "c"),
        ("I.1.1", 5.0, 0.05, 0.50, "gas.ch4", "c"),
        ("III.1.1", 80.0, 0.0, 0.40, "landfill", "d"),
    ]
    names = ("ref", "co2e", "activity_error", "factor_error", "error_group", "where")
    about = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}
    lines = lines_table([{**about, **dict(zip(names, row))} for row in rows])
    rng = np.random.default_rng(0)
    draws = {name: rng.standard_normal(200_000) for _, _, _, _, group, row in rows for name in (group, row)}
    drawn = sum(t * (1 + a * draws[row]) * (1 + f * draws[group]) for _, t, a, f, group, row in rows)
    told = total_errors(lines).set_index("total").loc["basic", "error"]
    assert told == pytest.approx(np.std(drawn), rel=0.01)
