"""Rules between indicators of one city and year."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex import messages
from scindex.catalogue.entries import Indicator, Rule
from scindex.catalogue.load import load_framework
from scindex.schema import check_rules
from scindex.schema.ranges import MOST
from scindex.schema.rules import broken

A, B, C = (Indicator(f"demo:{x}", {"en": x.upper(), "ko": x.upper()}) for x in "abc")
AT_MOST = Rule("at_most", ("demo:a", "demo:b"), reason={"en": "a is part of b", "ko": "a는 b의 일부"})
SUM = Rule("sum_near", ("demo:a", "demo:b", "demo:c"), total=100, tolerance=2, severity="warning")
INDICATORS = [A, B, C]


def observed(*rows):
    frame = pd.DataFrame(rows, columns=["city_id", "year", "indicator", "value"]).astype({"value": float})
    return frame.assign(city=frame["city_id"], where=[f"B{n}" for n in range(2, len(rows) + 2)])


def test_more_than_at_most_is_told_with_both_cells():
    table = observed(("x", 2020, "demo:b", 92), ("x", 2020, "demo:a", 97), ("y", 2020, "demo:a", 5))
    [finding] = check_rules(table, [AT_MOST], INDICATORS)
    assert (finding.code, finding.severity, finding.where) == ("rule-at-most", "error", "B3")
    assert finding.params["cells"] == ["B3", "B2"]
    assert messages.text(finding, "en") == "A 97 (B3) exceeds B 92 (B2): a is part of b."
    assert "B2" in messages.text(finding, "ko")


def test_years_and_cities_are_kept_apart():
    table = observed(("x", 2020, "demo:b", 10), ("x", 2021, "demo:a", 97), ("y", 2020, "demo:a", 97))
    assert check_rules(table, [AT_MOST], INDICATORS) == []


def test_equal_values_keep_at_most():
    assert (
        check_rules(observed(("x", 1999, "demo:a", 7), ("x", 1999, "demo:b", 7)), [AT_MOST], INDICATORS) == []
    )


def test_a_sum_is_checked_only_when_all_parts_are_there():
    parts = [("x", 2020, "demo:a", 50), ("x", 2020, "demo:b", 20), ("x", 2020, "demo:c", 17)]
    [finding] = check_rules(observed(*parts), [SUM], INDICATORS)
    assert (finding.code, finding.severity, finding.params["sum"]) == ("rule-sum-near", "warning", 87)
    assert "A 50 (B2), B 20 (B3), C 17 (B4)" in messages.text(finding, "en")
    assert check_rules(observed(*parts[:2]), [SUM], INDICATORS) == []
    assert check_rules(observed(*parts[:2], ("x", 2020, "demo:c", np.nan)), [SUM], INDICATORS) == []
    assert check_rules(observed(*parts[:2], ("x", 2020, "demo:c", 28)), [SUM], INDICATORS) == []


def test_a_rule_about_an_indicator_not_in_hand_is_passed_over():
    assert check_rules(observed(("x", 2020, "demo:a", 9)), [AT_MOST, SUM], [A]) == []
    assert check_rules(observed(), [AT_MOST, SUM], INDICATORS) == []


def test_of_two_rows_for_one_cell_the_first_counts():
    table = observed(("x", 2020, "demo:a", 5), ("x", 2020, "demo:a", 99), ("x", 2020, "demo:b", 50))
    assert check_rules(table, [AT_MOST], INDICATORS) == []


def test_a_rule_broken_everywhere_is_listed_up_to_a_limit_and_then_counted():
    cities = range(MOST + 3)
    table = observed(*[(f"c{n}", 2020, i, v) for n in cities for i, v in (("demo:a", 9), ("demo:b", 1))])
    findings = check_rules(table, [AT_MOST], INDICATORS)
    assert len(findings) == MOST + 1
    assert (findings[-1].code, findings[-1].params["more"]) == ("value-more", 3)


def test_the_rules_of_u4ssc_join_known_indicators():
    u4ssc = load_framework("u4ssc")
    assert u4ssc.rules
    for rule in u4ssc.rules:
        assert set(rule.indicators) <= set(u4ssc.indicators)
    potable, basic = u4ssc.rules[0].indicators
    told = check_rules(
        observed(("x", 2020, potable, 97), ("x", 2020, basic, 92)), u4ssc.rules, u4ssc.indicators.values()
    )
    assert [f.code for f in told] == ["rule-at-most"]


shares = st.lists(st.one_of(st.floats(0, 60), st.just(float("nan"))), min_size=3, max_size=3)


@settings(deadline=None, max_examples=40)
@given(st.lists(shares, min_size=1, max_size=5), st.randoms())
def test_the_order_of_rows_changes_no_judgement(cities, random):
    rows = [
        (f"c{n}", 2020, f"demo:{name}", value)
        for n, parts in enumerate(cities)
        for name, value in zip("abc", parts, strict=True)
    ]
    shuffled = random.sample(rows, len(rows))
    told = {(f.code, f.city) for f in check_rules(observed(*rows), [AT_MOST, SUM], INDICATORS)}
    assert {(f.code, f.city) for f in check_rules(observed(*shuffled), [AT_MOST, SUM], INDICATORS)} == told


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=3, max_size=3))
def test_parts_of_a_whole_add_up_whatever_they_are(parts):
    total = sum(parts)
    scaled = [np.array([100 * part / total if total > 1e-3 else 100 / 3]) for part in parts]
    assert not broken(SUM, scaled)[0]
    assert broken(SUM, [part * 1.03 for part in scaled])[0]
