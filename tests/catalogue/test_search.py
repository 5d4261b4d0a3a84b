"""Words lead to indicators."""

from __future__ import annotations

from scindex.catalogue.load import load_framework
from scindex.catalogue.search import entries, node_named, search, targets_of, uses


def ids(text):
    return [i.id for i in search(text)]


def test_a_code_is_found_alone():
    assert ids("en.en.aq.2c") == ["u4ssc:ghg_emissions"]


def test_a_kpi_with_points_gives_its_points():
    assert [i.rpartition(".")[2] for i in ids("Wastewater Treatment")] == ["primary", "secondary", "tertiary"]


def test_every_word_has_to_occur():
    found = ids("water supply")
    assert {"u4ssc:basic_water_supply", "u4ssc:potable_water_supply"} <= set(found)
    assert "u4ssc:smart_water_meters" not in found


def test_latin_words_match_beginnings_only():
    assert "oecd:private_share_of_the_net_zero_investment_plan" in ids("net")
    assert "u4ssc:household_internet_access" not in ids("net")
    assert "u4ssc:smart_water_meters" in ids("smar")


def test_what_looks_like_the_text_is_named_once():
    assert len(ids("mart")) == len(set(ids("mart"))) > 0


def test_korean_words_match_anywhere():
    assert "u4ssc:ghg_emissions" in ids("온실가스")
    assert "u4ssc:ghg_emissions" in ids("가스 배출")


def test_names_come_before_definitions():
    found = ids("voters")
    assert "u4ssc:voter_participation" in found
    by_name = ids("internet")
    assert by_name.index("u4ssc:household_internet_access") == 0 or "internet" in by_name[0]


def test_a_slip_of_the_pen_still_finds_something():
    assert "u4ssc:gini_coefficient" in ids("Gini coeficient")


def test_nonsense_and_nothing_find_nothing():
    assert ids("zzzzzz") == ids("") == ids("   ") == []


def test_uses_show_where_an_indicator_hangs():
    found = {u.framework.id: u.node.parent for u in uses("u4ssc:life_expectancy")}
    assert found == {"u4ssc": "society.education_health_culture.health", "oecd": "impact.wellbeing.wellbeing"}


def test_targets_tell_a_number_or_a_reason():
    said = {s.id: t for s, t in targets_of("u4ssc:e_government")}
    assert set(said) == {"u4ssc_proposed", "u4ssc_published"}
    assert all("N/A" in t["en"] for t in said.values())


def test_a_node_is_found_by_id_and_by_its_name_in_either_language():
    framework = load_framework("oecd")
    assert node_named("impact.resilience", framework) == "impact.resilience"
    assert node_named("회복력", framework) == node_named("Resilience", framework) == "impact.resilience"
    assert node_named("nowhere", framework) is None


def test_an_entry_is_exact():
    assert entries("GHG", [load_framework("u4ssc")]) == []
    assert [[i.id for i in g] for g in entries("D17", [load_framework("oecd")])] == [
        ["u4ssc:smart_electricity_meters"]
    ]
