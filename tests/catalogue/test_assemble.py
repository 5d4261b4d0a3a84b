"""A user's framework file: what it may hold, and every fault of it at its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex import messages
from scindex._resources import parse_yaml
from scindex.catalogue.assemble import assemble, leaves
from scindex.catalogue.load import load_framework, read_framework
from scindex.errors import CatalogueError, ScindexError

SMALL = """\
framework: pilot
name: 시범 사업
levels: [theme, indicator]
nodes:
  air: {name: {en: Air, ko: 공기}, weight: 2}
  homes: {name: Homes}
indicators:
  ghg: {use: "u4ssc:ghg_emissions", parent: air, code: P1, tier: advanced}
  clean_heat:
    parent: homes
    code: P2
    name: {en: Clean heat, ko: 청정 난방}
    kind: share
    unit: percent
    of: homes
    direction: higher
    possible: [0, 100]
    goalposts: {worst: 0, best: 100, standing: natural}
rules:
  - {rule: at_most, of: ["u4ssc:ghg_emissions", clean_heat], severity: warning}
"""


def faults(path):
    with pytest.raises(CatalogueError) as caught:
        read_framework(path)
    return [(f.code, f.where.partition(":")[2], f.params.get("field", "")) for f in caught.value.findings]


def test_a_users_file_reads_with_plain_texts_and_taken_over_indicators(write, u4ssc):
    pilot = read_framework(write(SMALL))
    assert list(pilot.indicators) == ["u4ssc:ghg_emissions", "pilot:clean_heat"]
    assert pilot.indicators["u4ssc:ghg_emissions"] is u4ssc.indicators["u4ssc:ghg_emissions"]
    assert (pilot.nodes["air"].weight, pilot.nodes["air"].level) == (2.0, "theme")
    assert pilot.nodes["pilot:clean_heat"].level == "indicator"
    assert messages.local(pilot.indicators["pilot:clean_heat"].of, "ko") == "homes"
    assert pilot.rules[0].indicators == ("u4ssc:ghg_emissions", "pilot:clean_heat")
    assert pilot.aliases == {"pilot:ghg": "u4ssc:ghg_emissions", "P1": "u4ssc:ghg_emissions"}


def test_a_framework_without_nodes_is_a_flat_list(write):
    text = (
        "framework: flat\nname: Flat\nlevels: [indicator]\nindicators:\n  ghg: {use: 'u4ssc:ghg_emissions'}\n"
    )
    flat = read_framework(write(text))
    assert flat.nodes[""].children == ("u4ssc:ghg_emissions",)


def test_all_faults_of_a_file_come_at_once_each_at_its_line(write):
    text = SMALL.replace("direction: higher", "direction: up").replace(
        "possible: [0, 100]", "possible: [100, 0]"
    )
    text = text.replace("parent: homes", "parent: houses").replace("tier: advanced", "tiers: advanced")
    assert set(faults(write(text))) == {
        ("entry-unknown-field", "8", "tiers"),
        ("entry-unknown-choice", "16", "direction"),
        ("entry-range-order", "17", "possible"),
        ("entry-no-parent", "9", ""),
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('u4ssc:ghg_emissions", parent', 'u4ssc:ghg_emission", parent', "entry-use-unknown"),
        ('u4ssc:ghg_emissions", parent', 'nowhere:ghg", parent', "entry-use-unknown"),
        ('u4ssc:ghg_emissions", parent', 'u4ssc:air_pollution", parent', "entry-use-points"),
        ("best: 100", "best: 0", "entry-goalposts-equal"),
        ("best: 100", "best: lots", "entry-wrong-kind"),
        ("best: 100, ", "", "entry-missing-field"),
        ("weight: 2", "weight: -2", "entry-negative-weight"),
        ("  clean_heat:\n", "  clean heat:\n", "entry-bad-id"),
        ("kind: share", "kind: [share]", "entry-wrong-kind"),
        ("name: {en: Air, ko: 공기}", "name: {en: 7}", "entry-wrong-kind"),
        ("homes: {name: Homes}", "homes: {name: Homes, parent: homes}", "entry-cycle"),
        ("homes: {name: Homes}", "homes: 3", "entry-wrong-kind"),
        ('of: ["u4ssc:ghg_emissions", clean_heat]', "of: [clean_heat]", "rule-needs-two"),
        ("clean_heat], sev", "warm_heat], sev", "rule-unknown-indicator"),
        ("standing: natural}", "standing: natural}\n    no_goalposts: none", "entry-goalposts-and-none"),
        ("rules:", "recipe: {aggregate: medium}\nrules:", "recipe-unknown-choice"),
        ("levels: [theme, indicator]", "levels: theme", "entry-wrong-kind"),
        ("framework: pilot", "framework: my pilot", "entry-bad-id"),
        ("framework: pilot\n", "", "entry-missing-field"),
        ("parent: homes", 'parent: "u4ssc:ghg_emissions"', "entry-leaf-has-children"),
    ],
)
def test_each_fault_has_its_code_and_a_sentence_in_both_languages(write, old, new, code):
    assert old in SMALL
    with pytest.raises(CatalogueError) as caught:
        read_framework(write(SMALL.replace(old, new)))
    found = {f.code: f for f in caught.value.findings}
    assert code in found
    assert found[code].where.startswith("pilot.yaml:")
    for lang in messages.LANGUAGES:
        sentence = messages.line(found[code], lang)
        assert "{" not in sentence.replace("{en", "").replace("{...}", ""), sentence


def test_an_indicator_taken_over_twice_is_a_fault(write):
    text = SMALL.replace("rules:", '  again: {use: "u4ssc:ghg_emissions"}\nrules:')
    assert ("entry-twice", "19", "use") in faults(write(text))


def test_points_inherit_what_they_do_not_give(u4ssc):
    number, percent = (u4ssc.indicators[f"u4ssc:open_data.{p}"] for p in ("number", "percent"))
    assert number.sdg == percent.sdg == ("16.6", "16.7")
    assert number.goalposts is None
    assert number.no_goalposts
    assert (number.unit, percent.unit) == ("count", "percent")
    assert (number.name["en"], percent.name["ko"]) == ("Open Data: number", "공공데이터 개방: 비율")


def test_a_point_may_drop_inherited_goalposts_by_saying_why(write):
    text = """\
framework: p
name: P
levels: [kpi, point]
indicators:
  waste:
    name: Waste
    kind: share
    direction: lower
    goalposts: {worst: 100, best: 0, standing: natural}
    points:
      landfill: {name: landfill}
      other: {name: other, no_goalposts: unknown routes}
"""
    framework = read_framework(write(text))
    landfill, other = framework.indicators.values()
    assert (landfill.goalposts.worst, other.goalposts) == (100.0, None)
    assert framework.nodes["p:waste"].level == "kpi"
    assert framework.nodes["p:waste.other"].level == "point"


def test_rules_come_along_where_all_their_indicators_do(write, u4ssc):
    use = "  {0}: {{use: 'u4ssc:{0}'}}\n"
    head = "framework: w\nname: W\nlevels: [indicator]\nindicators:\n"
    one = read_framework(write(head + use.format("potable_water_supply")))
    both = read_framework(
        write(head + "".join(map(use.format, ("potable_water_supply", "basic_water_supply"))))
    )
    assert one.rules == ()
    assert [r.indicators for r in both.rules] == [("u4ssc:potable_water_supply", "u4ssc:basic_water_supply")]


def test_frameworks_that_use_each_other_in_a_circle_are_refused(tmp_path, monkeypatch):
    folder = tmp_path / "indicators" / "frameworks"
    folder.mkdir(parents=True)
    for one, other in (("ping", "pong"), ("pong", "ping")):
        text = f"framework: {one}\nname: {one}\nlevels: [i]\nindicators:\n  a: {{use: '{other}:a'}}\n"
        (folder / f"{one}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("scindex.catalogue.load.root", lambda: tmp_path)
    with pytest.raises(CatalogueError):
        load_framework("ping")


def test_leaves_below_a_leaf_are_the_leaf(u4ssc):
    assert leaves(u4ssc.nodes, "u4ssc:poverty") == ("u4ssc:poverty",)
    assert len(leaves(u4ssc.nodes, "")) == len(u4ssc.indicators)


def faults_of(data):
    try:
        assemble(data, "fuzz.yaml", load_framework)
    except ScindexError as err:
        return err.findings
    return ()


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "framework",
    "name",
    "levels",
    "level_names",
    "nodes",
    "indicators",
    "rules",
    "recipe",
    "source",
    "notes",
)
ENTRY = (
    "use",
    "name",
    "kind",
    "direction",
    "possible",
    "goalposts",
    "points",
    "source",
    "conflicts",
    "draft",
    "sdg",
)


@given(
    st.dictionaries(st.sampled_from(FIELDS), scraps, max_size=6),
    st.dictionaries(
        st.text(max_size=5), st.dictionaries(st.sampled_from(ENTRY), scraps, max_size=4), max_size=3
    ),
)
def test_any_yaml_value_ends_in_a_framework_or_in_findings(head, entries):
    data = {"framework": "f", "name": "F", "levels": ["i"], "indicators": entries, **head}
    assert all(f.where.startswith("fuzz.yaml:") for f in faults_of(data))


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_framework_or_in_findings(data):
    try:
        value = parse_yaml(data, "fuzz.yaml")
    except ScindexError:
        return
    assert all(messages.line(f) for f in faults_of(value))
