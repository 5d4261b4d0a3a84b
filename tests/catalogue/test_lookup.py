"""Every spelling of an indicator leads to it, and to nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.catalogue.load import load_framework, read_framework
from scindex.catalogue.lookup import Lookup, fold, without_brackets

BOTH = Lookup([load_framework("u4ssc"), load_framework("oecd")])
LEAVES = [i for f in ("u4ssc", "oecd") for i in load_framework(f).indicators.values()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("u4ssc:ghg_emissions", "u4ssc:ghg_emissions"),
        ("ghg_emissions", "u4ssc:ghg_emissions"),
        ("EN.EN.AQ.2C", "u4ssc:ghg_emissions"),
        ("EN: EN: AQ: 2C", "u4ssc:ghg_emissions"),
        ("en en aq 2c", "u4ssc:ghg_emissions"),
        ("EN_EN_AQ_2C", "u4ssc:ghg_emissions"),
        ("ＥＮ．ＥＮ．ＡＱ．２Ｃ", "u4ssc:ghg_emissions"),
        ("GHG Emissions", "u4ssc:ghg_emissions"),
        ("1인당 온실가스 배출량", "u4ssc:ghg_emissions"),
        ("1인당온실가스배출량", "u4ssc:ghg_emissions"),
        ("I01", "u4ssc:ghg_emissions"),
        ("oecd:ghg_emissions_per_capita_territorial", "u4ssc:ghg_emissions"),
        ("oecd:I01", "u4ssc:ghg_emissions"),
        ("u4ssc:EN.EN.AQ.2C", "u4ssc:ghg_emissions"),
        ("GHG emissions per capita, territorial", "u4ssc:ghg_emissions"),
        ("EC.ICT.ICT.4C.3g", "u4ssc:wireless_broadband_coverage.3g"),
        ("EC: ICT: ICT: 4C (4G)", "u4ssc:wireless_broadband_coverage.4g"),
        ("air_pollution.pm2_5", "u4ssc:air_pollution.pm2_5"),
        ("Air Pollution: PM2.5", "u4ssc:air_pollution.pm2_5"),
        ("EN.EN.AQ.1C PM2.5", "u4ssc:air_pollution.pm2_5"),
        ("대기오염물질 연평균 농도: 초미세먼지(PM2.5)", "u4ssc:air_pollution.pm2_5"),
        ("무선 초고속인터넷 가입 수", "u4ssc:wireless_broadband_subscriptions"),
        ("EC: ICT: ICT: 5C", "u4ssc:availability_of_wifi_in_public_areas"),
        ("SC: EH: ED: 5A", "u4ssc:electronic_health_records"),
    ],
)
def test_a_spelling_finds_its_indicator(text, found):
    assert BOTH.find(text) == (found,)


def test_a_misprinted_code_belongs_to_its_proper_owner():
    """The KS vocabulary prints Wastewater Treatment as WS: 3C, the code of Freshwater Consumption."""
    assert BOTH.find("EN: EN: WS: 3C") == ("u4ssc:freshwater_consumption",)
    assert BOTH.points("EN: EN: WS: 3C") == ()
    assert BOTH.codes("EN.EN.WS.3C") == ("u4ssc:freshwater_consumption",)


def test_a_misprinted_code_with_a_point_still_finds_the_point():
    assert BOTH.find("EN: EN: WS: 3C: tertiary") == ("u4ssc:wastewater_treatment.tertiary",)


def test_a_bare_kpi_with_points_names_its_points_and_no_indicator():
    points = tuple(f"u4ssc:open_data.{p}" for p in ("number", "percent"))
    for text in ("EC.ICT.PS.1A", "open_data", "u4ssc:open_data", "Open Data", "공공데이터 개방"):
        assert (BOTH.find(text), BOTH.points(text)) == ((), points)


def test_a_name_is_no_code():
    assert BOTH.codes("GHG Emissions") == ()
    assert BOTH.codes("D17") == ("u4ssc:smart_electricity_meters",)


def test_accents_are_never_dropped():
    assert fold("Ålesund") != fold("Alesund")
    assert fold("Café") == fold(unicodedata.normalize("NFD", "Café"))


def test_close_names_lead_to_the_right_one():
    assert "ghg_emissions" in BOTH.close("ghg_emision")
    assert any(i == ("u4ssc:gini_coefficient",) for i in map(BOTH.find, BOTH.close("Gini coeficient")))
    assert BOTH.close("qqqqqqqqqqqq") == []


def test_close_names_respect_how_many_were_asked_for():
    assert len(BOTH.close("Smart meters", n=1)) <= 1


def test_an_ambiguous_name_finds_all_it_may_mean(write):
    text = "framework: x\nname: X\nlevels: [i]\nindicators:\n"
    text += "  a: {name: Same, code: C1, kind: amount, direction: higher}\n"
    text += "  b: {name: same, code: C2, kind: amount, direction: higher}\n"
    lookup = Lookup([read_framework(write(text))])
    assert lookup.find("SAME") == ("x:a", "x:b")
    assert lookup.find("c2") == ("x:b",)


def test_a_slug_wins_over_a_code_and_a_code_over_a_name(write):
    text = "framework: x\nname: X\nlevels: [i]\nindicators:\n"
    text += "  one: {name: Two, code: three, kind: amount, direction: higher}\n"
    text += "  two: {name: Three, code: one, kind: amount, direction: higher}\n"
    lookup = Lookup([read_framework(write(text))])
    assert (lookup.find("one"), lookup.find("two"), lookup.find("three")) == (
        ("x:one",),
        ("x:two",),
        ("x:one",),
    )


@pytest.mark.parametrize("indicator", LEAVES, ids=lambda i: i.id)
def test_id_slug_and_both_names_find_the_indicator_alone(indicator):
    for text in (indicator.id, indicator.slug, *indicator.name.values()):
        assert BOTH.find(text) == (indicator.id,), text


@given(st.sampled_from(LEAVES), st.sampled_from([".", ":", ": ", " ", "_", "-", "·", ""]), st.booleans())
def test_any_separator_and_case_spells_the_same_code(indicator, separator, upper):
    point = indicator.slug.partition(".")[2]
    parts = [*indicator.code.split(": "), *([point] if point else [])]
    text = separator.join(parts)
    assert BOTH.find(text.upper() if upper else text.lower()) == (indicator.id,)


@given(st.text(max_size=40))
def test_any_text_is_looked_up_without_error_and_folding_is_stable(text):
    assert all(BOTH.indicator(i).id == i for i in (*BOTH.find(text), *BOTH.points(text)))
    assert fold(fold(text)) == fold(text)


def test_brackets_of_either_width_are_left_out():
    assert without_brackets("기대수명（출생 시）") == "기대수명"


def test_an_old_id_still_finds_an_indicator_and_its_points(write):
    text = "framework: x\nname: X\nlevels: [kpi, point]\nindicators:\n"
    text += "  one: {name: One, kind: amount, direction: higher, formerly: [uno]}\n"
    text += "  two: {name: Two, kind: amount, direction: higher, formerly: [dos], points: {a: {name: A}}}\n"
    lookup = Lookup([read_framework(write(text))])
    assert (lookup.find("x:uno"), lookup.find("dos.a")) == (("x:one",), ("x:two.a",))
