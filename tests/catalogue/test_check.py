"""The check finds what loading lets through."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from catalogue.full import FULL

from scindex import messages
from scindex._resources import read_yaml, root
from scindex.catalogue.assemble import HEAD_FIELDS
from scindex.catalogue.build import CONTEXT_FIELDS, ENTRY_FIELDS, POINT_FIELDS, USE_FIELDS
from scindex.catalogue.check import check, check_framework, check_targets
from scindex.catalogue.load import framework_ids, load_targets, read_framework

GOOD = """\
framework: pilot
name: {en: Pilot, ko: 시범}
levels: [axis, indicator]
level_names: {axis: {en: axis, ko: 축}, indicator: {en: indicator, ko: 지표}}
nodes:
  impact: {name: {en: Impact, ko: 성과}}
indicators:
  heat:
    parent: impact
    code: P1
    name: {en: Clean heat, ko: 청정 난방}
    kind: share
    unit: percent
    unit_label: {en: "%", ko: "%"}
    of: {en: homes, ko: 주택}
    direction: higher
    possible: [0, 100]
    plausible: [10, 90]
    axis: impact
    sdg: ["7"]
    goalposts: {worst: 0, best: 100, standing: natural, reason: {en: ends, ko: 양 끝}}
    source: {publisher: City, page: 3}
"""


def faults(path):
    return {(f.code, f.severity) for f in check([read_framework(path)]) if f.severity != "note"}


def test_what_comes_with_scindex_has_neither_errors_nor_warnings():
    assert [messages.line(f) for f in check() if f.severity != "note"] == []


def test_counts_drafts_and_conflicts_are_shown():
    notes = {(f.code, f.params["name"]): f.params for f in check()}
    assert (notes["check-counts", "u4ssc"]["kpis"], notes["check-counts", "u4ssc"]["indicators"]) == (91, 112)
    assert notes["check-counts", "oecd"]["indicators"] == 131
    assert notes["check-drafts", "u4ssc"]["entries"] > 0
    assert len(notes["check-conflicts", "u4ssc"]["entries"]) == 3
    assert notes["check-targets", "u4ssc_published"]["targets"] == 1


def test_a_complete_file_passes(write):
    assert faults(write(GOOD)) == set()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ko: 청정 난방", "ko: ''", "check-language"),
        ("ko: 축}", "ko: ''}", "check-language"),
        ("ko: 양 끝", "ko: ''", "check-language"),
        ("unit: percent", "unit: per cent", "check-unit"),
        ("unit: percent", "unit: bananas", "check-unit"),
        ('unit_label: {en: "%", ko: "%"}', "unit_label: {en: people, ko: 명}", "check-unit-label"),
        ('unit_label: {en: "%", ko: "%"}', "averaging: annual", "check-unit-label"),
        ("    of: {en: homes, ko: 주택}\n", "", "check-of"),
        ("direction: higher", "direction: lower", "check-direction"),
        ("direction: higher", "direction: context", "check-direction"),
        ("best: 100", "best: 120", "check-outside"),
        ("plausible: [10, 90]", "plausible: [-10, 90]", "check-outside"),
        ("page: 3", "year: 2020", "check-source"),
        (", reason: {en: ends, ko: 양 끝}", "", "check-reason"),
        ("    goalposts: {worst: 0", "    #", "check-reason"),
        ("axis: impact\n    sdg", "axis: impacts\n    sdg", "check-codelist"),
        ('sdg: ["7"]', 'sdg: ["18.2"]', "check-codelist"),
        ("axis: impact\n    sdg", "axis: engagement\n    sdg", "check-axis"),
    ],
)
def test_each_fault_is_found(write, old, new, code):
    assert old in GOOD
    assert code in {code for code, _ in faults(write(GOOD.replace(old, new)))}


def test_a_code_that_two_entries_carry_is_found(write):
    second = GOOD[GOOD.index("  heat:") :].replace("  heat:", "  cold:").replace("Clean heat", "Cold")
    found = check_framework(read_framework(write(GOOD + second.replace("청정 난방", "냉방"))))
    shared = [f for f in found if f.code == "check-shared"]
    assert [(f.value, f.params["entries"]) for f in shared] == [("P1", ["pilot:heat", "pilot:cold"])]


def test_findings_of_a_file_stand_at_their_line(write):
    found = check([read_framework(write(GOOD.replace("best: 100", "best: 120")))])
    assert "pilot.yaml:8" in {f.where for f in found if f.code == "check-outside"}


def test_a_target_on_the_wrong_side_of_its_worst_value_is_found(u4ssc):
    targets = load_targets("u4ssc_proposed")
    poverty = replace(targets.targets["u4ssc:poverty"], target=50, worst=10)
    broken = replace(targets, targets={**targets.targets, "u4ssc:poverty": poverty})
    assert "check-worst" in {f.code for f in check_targets(broken, u4ssc)}


def test_a_target_no_city_can_reach_is_found(u4ssc):
    targets = load_targets("u4ssc_published")
    broadband = replace(targets.targets["u4ssc:fixed_broadband_subscriptions"], target=301)
    broken = replace(targets, targets={broadband.indicator: broadband})
    assert "check-outside" in {f.code for f in check_targets(broken, u4ssc)}


def test_weights_that_miss_a_whole_are_doubted_and_a_lone_child_is_noted(write):
    text = GOOD.replace("code: P1", "code: P1\n    weight: 0.95")
    found = {f.code: f for f in check([read_framework(write(text))])}
    assert found["check-weights-sum"].severity == "warning"
    assert found["check-weights-sum"].params["total"] == 0.95
    assert found["check-one-child"].severity == "note"
    assert found["check-one-child"].params["entries"] == ["impact"]


@pytest.mark.parametrize("weight", ["1", "3", "0.2"])
def test_weights_that_are_no_shares_are_left_alone(write, weight):
    text = GOOD.replace("code: P1", f"code: P1\n    weight: {weight}")
    assert "check-weights-sum" not in {code for code, _ in faults(write(text))}


def test_goalposts_are_asked_for_only_where_a_recipe_scores_by_them(write):
    text = GOOD.replace("    goalposts: {worst: 0", "    #")
    assert "check-reason" in {code for code, _ in faults(write(text))}
    for own in (
        text.replace("nodes:", "recipe: {normalise: minmax}\nnodes:"),
        text + "    normalise: rank\n",
    ):
        assert "check-reason" not in {code for code, _ in faults(write(own))}


def test_goalposts_of_a_quotient_may_leave_the_range_of_the_value_in_the_file(write):
    divided = "denominate: {by: people}\n    possible: [200, 400]"
    people = (
        "context:\n  people: {name: {en: P, ko: 인구}, kind: amount, unit: person, "
        "unit_label: {en: people, ko: 명}, source: {page: 3}}\n"
    )
    text = GOOD.replace("possible: [0, 100]", divided).replace("plausible: [10, 90]", "plausible: [210, 390]")
    assert faults(write(text + people)) == set()


def test_a_name_that_heads_another_column_is_doubted(write):
    region = "name: {en: Region, ko: 지역}, kind: category, categories: [], source: {page: 3}"
    people = f"context:\n  region: {{{region}}}\n"
    found = [f for f in check([read_framework(write(GOOD + people))]) if f.code == "check-heading"]
    assert [(f.severity, f.value, f.params["role"]) for f in found] == [("warning", "지역", "city")]


def test_a_file_in_one_language_is_told_so_once(write):
    english = re.sub(r"\{en: ([^,{}]+), ko: [^}]+\}", r"{en: \1}", GOOD)
    found = [f for f in check([read_framework(write(english))]) if f.severity != "note"]
    assert [(f.code, f.params["missing"]) for f in found] == [("check-one-language", ["ko"])]


SCHEMA = json.loads((root() / "schemas" / "entry.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", framework_ids())
def test_editors_accept_our_own_files(name):
    data = read_yaml(root() / "indicators" / "frameworks" / f"{name}.yaml")
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)
    assert [(list(e.path), e.message) for e in errors] == []


def test_editors_accept_every_kind_of_field(write):
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(read_yaml(write(FULL)))
    assert [(list(e.path), e.message) for e in errors] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("direction: higher", "direction: up"),
        ("possible: [0, 100]", "possible: 0-100"),
        ("kind: share", "kinds: share"),
        ("worst: 0, ", ""),
        ("  heat:", "  clean heat:"),
    ],
)
def test_editors_mark_what_the_program_refuses(old, new, tmp_path):
    path = Path(tmp_path / "pilot.yaml")
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(read_yaml(path)))


def test_the_schema_knows_the_fields_that_the_program_knows():
    defs = SCHEMA["$defs"]
    assert set(defs["entry"]["properties"]) == set(ENTRY_FIELDS)
    assert set(defs["point"]["properties"]) == set(POINT_FIELDS)
    assert set(defs["use"]["properties"]) == set(USE_FIELDS)
    assert set(defs["context"]["properties"]) == set(CONTEXT_FIELDS)
    assert set(SCHEMA["properties"]) == set(HEAD_FIELDS)
