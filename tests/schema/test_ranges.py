"""Every value against what is possible and plausible, at its cell."""

import csv
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex import messages
from scindex.catalogue.entries import Indicator
from scindex.catalogue.load import load_framework
from scindex.catalogue.lookup import Lookup
from scindex.schema import check_ranges, check_rules, outside
from scindex.schema.ranges import MOST
from scindex.schema.slips import bounds

U4SSC = load_framework("u4ssc")
SHARE = Indicator("demo:share", {"en": "Share", "ko": "비율"}, "S", kind="share", unit="percent",
                  possible=(0, 100), plausible=(30, 90))  # fmt: skip
OPEN = Indicator("demo:open", {"en": "Open", "ko": "열린 범위"}, possible=(0, None))
PLANS = Indicator(
    "demo:plans", {"en": "Plans", "ko": "계획"}, kind="yes_no", possible=(0, 1), plausible=(0, 1)
)
MOOD = Indicator("demo:mood", {"en": "Mood", "ko": "기분"}, kind="scale", possible=(1, 6), plausible=(1, 6))
DEMO = [SHARE, OPEN, PLANS, MOOD]


def observed(*rows, **columns):
    """Observations in a file's order: (indicator, value) each, cells B2, B3, ..."""
    frame = pd.DataFrame(rows, columns=["indicator", "value"]).astype({"indicator": str, "value": float})
    cells = [f"pilot.csv!B{n}" for n in range(2, len(rows) + 2)]
    return frame.assign(city_id="c", city="City", year=2020, where=cells, **columns)


def codes(findings):
    return [(f.where.partition("!")[2], f.severity, f.code) for f in findings]


def test_impossible_is_an_error_and_implausible_a_warning_at_their_cells():
    table = observed(("demo:share", 50), ("demo:share", 95), ("demo:share", 950), ("demo:share", np.nan))
    assert codes(check_ranges(table, DEMO)) == [
        ("B3", "warning", "value-implausible"),
        ("B4", "error", "value-impossible"),
    ]


def test_a_finding_carries_all_that_its_sentence_needs():
    [finding] = check_ranges(observed(("demo:share", 5000)), DEMO)
    assert (finding.city, finding.year, finding.indicator, finding.value) == (
        "City",
        2020,
        "demo:share",
        5000,
    )
    assert messages.text(finding, "en") == "Share [percent]: 5000 is impossible; possible is 0 to 100."
    assert "Divide by 100? That gives 50." in messages.remedy(finding, "en")
    assert "100분의 1" in messages.remedy(finding, "ko")
    assert messages.text(finding, "ko").startswith("비율")


def test_the_ends_of_a_range_belong_to_it():
    assert check_ranges(observed(("demo:share", 30), ("demo:share", 90), ("demo:open", 0)), DEMO) == []


@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize("name", ["demo:share", "demo:open", "demo:plans"])
def test_an_infinite_value_is_an_error_even_where_the_range_is_open(name, value):
    assert codes(check_ranges(observed((name, value)), DEMO)) == [("B2", "error", "value-infinite")]


@pytest.mark.parametrize("value", [0.5, 2, -1])
def test_yes_or_no_is_one_or_nought(value):
    assert codes(check_ranges(observed(("demo:plans", value)), DEMO)) == [("B2", "error", "value-not-yes-no")]
    assert check_ranges(observed(("demo:plans", 1), ("demo:plans", 0)), DEMO) == []


def test_a_scale_ends_where_it_ends():
    assert codes(check_ranges(observed(("demo:mood", 3.4), ("demo:mood", 7)), DEMO)) == [
        ("B3", "error", "value-impossible")
    ]


def test_an_indicator_of_another_framework_is_left_alone():
    assert check_ranges(observed(("other:share", 1e9)), DEMO) == []
    assert check_ranges(observed(), DEMO) == []


def test_a_categorical_column_gives_the_same_findings_as_text():
    table = observed(("demo:share", 950), ("other:x", 1), ("demo:plans", 3), ("demo:share", 20))
    told = check_ranges(table, DEMO)
    assert len(told) == 3
    assert (
        check_ranges(table.astype({"indicator": "category", "city": "category", "where": "category"}), DEMO)
        == told
    )


def test_a_fault_of_a_whole_column_is_listed_up_to_a_limit_and_then_counted():
    table = observed(*[("demo:share", 950)] * (MOST + 7), ("demo:open", -1))
    findings = check_ranges(table, DEMO)
    assert len(findings) == MOST + 2
    assert findings[MOST].code == "value-impossible"
    assert (findings[-1].code, findings[-1].params["more"]) == ("value-more", 7)
    assert len(outside(table, DEMO)[0]) == MOST + 8


values = st.one_of(st.floats(-10, 300), st.floats(), st.sampled_from([0.0, 1.0, 30.0, 90.0, 100.0]))
rows = st.lists(st.tuples(st.sampled_from([i.id for i in DEMO]), values), max_size=30)


def judged(name, value):
    """What a value is, said one value at a time."""
    indicator = {i.id: i for i in DEMO}[name]
    if math.isnan(value):
        return ""
    low, high = bounds(indicator.possible)
    if math.isinf(value) or not low <= value <= high or (indicator.kind == "yes_no" and value not in (0, 1)):
        return "impossible"
    low, high = bounds(indicator.plausible)
    return "" if low <= value <= high else "implausible"


@settings(deadline=None)
@given(rows)
def test_a_table_is_judged_value_by_value(rows):
    impossible, implausible = outside(observed(*rows), DEMO)
    assert impossible.tolist() == [n for n, row in enumerate(rows) if judged(*row) == "impossible"]
    assert implausible.tolist() == [n for n, row in enumerate(rows) if judged(*row) == "implausible"]


@settings(deadline=None, max_examples=40)
@given(rows)
def test_findings_stand_in_file_order(rows):
    table = observed(*rows)
    order = {where: n for n, where in enumerate(table["where"])}
    places = [order[f.where] for f in check_ranges(table, DEMO)]
    assert places == sorted(set(places))


def test_a_table_longer_than_a_chunk_is_judged_throughout(monkeypatch):
    table = observed(*[("demo:share", 50), ("demo:share", 95), ("demo:plans", 2)] * 5)
    whole = check_ranges(table, DEMO)
    monkeypatch.setattr("scindex.schema.ranges.CHUNK", 4)
    assert check_ranges(table, DEMO) == whole
    assert len(whole) == 10


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("wireless_broadband_subscriptions", 95424, []),
        ("air_pollution.pm10", 218, ["value-implausible"]),
        ("patents", 333.72, ["value-implausible"]),
        ("local_food_production", 91.18, ["value-implausible"]),
        ("air_pollution.no2", 105.35, ["value-implausible"]),
        ("gini_coefficient", 35, ["value-impossible"]),
    ],
)
def test_published_outliers_are_warnings_and_a_rate_above_100_is_none(name, value, expected):
    table = observed((f"u4ssc:{name}", value))
    assert [f.code for f in check_ranges(table, U4SSC.indicators.values())] == expected


def test_the_published_city_values_raise_warnings_only(shared):
    path = shared / "reference" / "u4ssc_city_values.csv"
    lookup, rows = Lookup([U4SSC]), []
    with path.open(encoding="utf-8", newline="") as lines:
        for n, row in enumerate(csv.DictReader(lines), start=2):
            code = row["kpi_id"] + (f".{row['data_point']}" if row["data_point"] else "")
            if row["value"]:
                [name] = lookup.find(code)
                rows.append((row["city"], int(row["year"]), name, float(row["value"]), f"values.csv!E{n}"))
    table = pd.DataFrame(rows, columns=["city", "year", "indicator", "value", "where"])
    table["city_id"] = table["city"]
    indicators = U4SSC.indicators.values()
    told = check_ranges(table, indicators) + check_rules(table, U4SSC.rules, indicators)
    assert len(table) == 112
    assert {f.severity for f in told} == {"warning"}
    assert {("patents", 333.72), ("local_food_production", 91.18), ("air_pollution.pm10", 218.0)} <= {
        (f.indicator.removeprefix("u4ssc:"), f.value) for f in told
    }
    assert all(f.params["hint"] == {} for f in told)
