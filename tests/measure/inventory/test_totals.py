"""Totals within one basis: what enters, what stands outside, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.measure.inventory.bridge import bridge
from scindex.measure.inventory.emits import observations
from scindex.measure.inventory.lines import cities_table, lines_table
from scindex.measure.inventory.rules.context import Context
from scindex.measure.inventory.taxonomy import TOTALS, refs_of, taxonomy
from scindex.measure.inventory.totals import cover, scope2, total_of, totals
from scindex.measure.inventory.uncertainty import total_errors

ABOUT = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}


def made(*records):
    return lines_table([{**ABOUT, **r} for r in records])


def total(lines, name, column="co2e", **options):
    table = totals(lines, **options).set_index("total")
    return table.loc[name, column]


amounts = st.floats(0, 1e9, allow_nan=False)
some_lines = st.lists(
    st.tuples(st.sampled_from([r for r in taxonomy() if r != "V.2"]), amounts), min_size=1, max_size=30
)


@settings(max_examples=25)
@given(some_lines, st.randoms())
def test_the_order_of_lines_never_matters(pairs, random):
    lines = made(*({"ref": r, "co2e": v} for r, v in pairs))
    order = list(range(len(lines)))
    random.shuffle(order)
    here, there = totals(lines), totals(lines.iloc[order])
    assert np.allclose(here["co2e"], there["co2e"], rtol=1e-12, equal_nan=True)
    assert here["cells"].tolist() == there["cells"].tolist()


@settings(max_examples=25)
@given(some_lines, st.floats(0.01, 0.99))
def test_splitting_a_line_changes_no_total(pairs, share):
    whole = made(*({"ref": r, "co2e": v} for r, v in pairs))
    (ref, value), rest = pairs[0], pairs[1:]
    halves = [(ref, value * share), (ref, value - value * share), *rest]
    split = made(*({"ref": r, "co2e": v} for r, v in halves))
    assert np.allclose(totals(whole)["co2e"], totals(split)["co2e"], rtol=1e-9, equal_nan=True)


@settings(max_examples=25)
@given(some_lines, amounts)
def test_memo_lines_and_credits_are_in_no_total(pairs, outside):
    lines = [{"ref": r, "co2e": v} for r, v in pairs]
    bio = {"ref": "III.3.1", "gas": "CO2_bio", "value": outside, "kind": "memo"}
    credit = {"ref": "I", "co2e": -outside, "kind": "credit"}
    plain, more = totals(made(*lines)), totals(made(*lines, bio, credit))
    assert np.allclose(plain["co2e"], more["co2e"], equal_nan=True)
    assert np.allclose(plain["gross"], more["gross"], equal_nan=True)


def test_biogenic_carbon_stays_outside_even_where_a_weight_was_given():
    lines = made({"ref": "III.3.1", "co2e": 5.0}, {"ref": "III.3.1", "gas": "CO2_bio", "co2e": 7.0})
    assert total(lines, "basic") == 5.0


@settings(max_examples=25)
@given(some_lines)
def test_a_total_is_the_sum_of_its_cells(pairs):
    table = totals(made(*({"ref": r, "co2e": v} for r, v in pairs))).set_index("total")
    for name in TOTALS:
        mine = [v for r, v in pairs if r in refs_of(name)]
        assert (
            table.loc[name, "co2e"] == pytest.approx(sum(mine)) if mine else np.isnan(table.loc[name, "co2e"])
        )


def test_land_enters_with_its_sign_and_shows_as_removal():
    lines = made({"ref": "I.1.1", "co2e": 10.0}, {"ref": "V.2", "co2e": -4.0, "kind": "removal"})
    table = totals(lines).set_index("total")
    assert table.loc["basic_plus", ["co2e", "gross", "removals"]].tolist() == [6.0, 10.0, -4.0]
    assert table.loc["basic", ["co2e", "gross", "removals"]].tolist() == [10.0, 10.0, 0.0]


def test_credits_are_beside_the_total_and_in_the_net_of_credits():
    lines = made({"ref": "I.1.1", "co2e": 10.0}, {"ref": "I", "co2e": -3.0, "kind": "credit"})
    assert total(lines, "basic") == 10.0
    assert total(lines, "basic", "net_credits") == 7.0


def test_scope_2_by_market_is_beside_and_never_added():
    lines = made(
        {"ref": "I.1.1", "co2e": 1.0},
        {"ref": "I.1.2", "co2e": 10.0, "accounting": "location"},
        {"ref": "I.1.2", "co2e": 4.0, "accounting": "market"},
        {"ref": "I.2.2", "co2e": 20.0, "accounting": "location"},
    )
    assert total(lines, "basic") == 31.0
    assert total(lines, "basic", accounting="market") == 25.0
    both = scope2(lines).iloc[0]
    assert (both["location"], both["market"], both["location_same"]) == (30.0, 4.0, 10.0)
    heat = made({"ref": "I.1.2", "co2e": 3.0, "label": "heat"})
    more = pd.concat([lines, heat], ignore_index=True)
    assert total(more, "basic", accounting="market") == 28.0  # heat has no twin and stands in both
    with pytest.raises(MethodError) as caught:
        total_of(lines)
    assert caught.value.findings[0].code == "inventory-mixed-accounting"


def test_lines_of_two_bases_are_not_added():
    lines = made({"ref": "I.1.2", "co2e": 1.0}, {"ref": "I.4.4", "co2e": 1.0})
    with pytest.raises(MethodError) as caught:
        total_of(lines)
    assert caught.value.findings[0].code == "inventory-mixed-basis"


def test_a_cell_of_both_bases_may_enter_either():
    lines = made({"ref": "I.1.1", "co2e": 1.0}, {"ref": "I.4.4", "co2e": 2.0})
    assert total_of(lines, basis="territorial") == 3.0
    with pytest.raises(MethodError):
        total_of(lines, basis="end_user")


def test_two_sets_of_warming_potentials_are_not_added():
    lines = made(
        {"ref": "I.1.1", "gas": "CH4", "co2e": 1.0, "gwp_set": "AR4"},
        {"ref": "I.2.1", "gas": "CH4", "co2e": 1.0, "gwp_set": "AR5"},
    )
    with pytest.raises(MethodError) as caught:
        totals(lines)
    assert caught.value.findings[0].params["sets"] == ["AR4", "AR5"]


def test_completeness_counts_numbers_and_settled_keys_only():
    lines = made(
        {"ref": "I.1.1", "co2e": 1.0},
        {"ref": "I.1.2", "notation_key": "NO"},
        {"ref": "I.2.1", "notation_key": "IE", "ie_target": "I.1.1"},
        {"ref": "I.2.2", "notation_key": "IE", "ie_target": "I.1.2"},
        {"ref": "I.3.1", "notation_key": "IE"},
        {"ref": "I.3.2", "notation_key": "NE"},
        {"ref": "I.4.1", "notation_key": "C"},
        {"ref": "I.4.2"},
    )
    covered = cover(lines).set_index("ref")["covered"]
    assert covered[covered].index.tolist() == ["I.1.1", "I.1.2", "I.2.1"]
    assert total(lines, "basic", "completeness") == 3 / 32


def test_a_total_without_any_number_is_missing_and_not_nought():
    assert np.isnan(total(made({"ref": "I.1.1", "notation_key": "NE"}), "basic"))


def test_a_line_on_the_footprint_alone_is_in_no_total_and_settles_no_cell():
    bought = {"ref": "I.1.1", "co2e": 90.0, "basis": "footprint"}
    lines = made({"ref": "I.1.2", "co2e": 10.0}, bought)
    assert total(lines, "basic") == 10.0
    assert np.isnan(total(lines, "territorial"))
    assert total(lines, "basic", "cells") == 1
    errors = total_errors(made({"ref": "I.1.2", "co2e": 10.0}, {**bought, "factor_error": 0.5}))
    assert errors.set_index("total").loc["basic", "co2e"] == 10.0


def test_a_line_that_says_a_basis_counts_in_the_totals_of_that_basis_only():
    lines = made({"ref": "I.1.1", "co2e": 5.0}, {"ref": "I.1.1", "co2e": 7.0, "basis": "territorial"})
    assert total(lines, "basic") == 5.0
    assert total(lines, "territorial") == 12.0


def test_bridge_and_observations_take_the_lines_that_the_totals_take():
    bought = {"ref": "I.1.1", "co2e": 90.0, "basis": "footprint"}
    inside = {"ref": "II.1.1", "co2e": 7.0, "basis": "territorial"}
    lines = made({"ref": "I.1.2", "co2e": 10.0}, {"ref": "I.1.1", "co2e": 1.0}, bought, inside)
    levels = bridge(lines).query("kind == 'level'").set_index("label")["t"]
    sums = totals(lines).set_index("total")["co2e"]
    assert levels["basic"] == sums["basic"] == 11.0
    assert levels["territorial"] == sums["territorial"] == 8.0
    told = observations(lines, cities_table([{**ABOUT}]), population=1.0).observations
    assert told.set_index("indicator")["value"]["u4ssc:ghg_emissions"] == 11.0
    assert Context(lines).by_city.sum(axis=1).tolist() == [18.0]


def test_energy_by_market_is_never_added_to_the_same_energy_that_names_no_way():
    lines = made(
        {"ref": "I.1.2", "co2e": 100.0},
        {"ref": "I.1.2", "co2e": 20.0, "accounting": "market"},
        {"ref": "I.2.2", "co2e": 3.0},
    )
    assert total(lines, "basic") == 103.0
    assert total(lines, "basic", accounting="market") == 23.0
    assert scope2(lines)[["location", "market", "location_same"]].values.tolist() == [[103.0, 20.0, 100.0]]
    with pytest.raises(MethodError) as refused:
        total_of(lines)
    assert refused.value.findings[0].code == "inventory-mixed-accounting"


def test_of_two_keys_in_one_cell_the_one_that_claims_less_decides():
    lines = made({"ref": "I.1.1", "notation_key": "NO"}, {"ref": "I.1.1", "notation_key": "NE"})
    assert cover(lines)[["key", "covered"]].values.tolist() == [["NE", False]]
