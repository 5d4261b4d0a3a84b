"""What a framework holds beside its indicators, and what divides an indicator."""

from __future__ import annotations

import pytest
from catalogue.full import FULL, found, line_of

from scindex import messages
from scindex._resources import parse_yaml
from scindex.catalogue.assemble import assemble
from scindex.catalogue.entries import Denominate
from scindex.catalogue.load import read_framework
from scindex.catalogue.lookup import Lookup
from scindex.errors import CatalogueError

PER_THOUSAND = Denominate("full:people", 1000.0, {"en": "per 1000", "ko": "천 명당"})


def test_context_is_known_and_no_part_of_the_tree(write):
    full = read_framework(write(FULL))
    assert list(full.context) == ["full:people", "full:size"]
    assert not set(full.context) & set(full.nodes)
    assert list(full.entries) == [*full.indicators, *full.context]
    assert {i.direction for i in full.context.values()} == {"context"}
    assert Lookup([full]).find("인구") == ("full:people",)


def test_a_framework_without_context_has_its_indicators_as_entries(u4ssc):
    assert u4ssc.entries is u4ssc.indicators


def test_an_indicator_says_what_it_is_divided_by_and_what_else_holds_for_it_alone(write):
    indicators = read_framework(write(FULL)).indicators
    parks = indicators["full:parks"]
    assert (parks.denominate, parks.target) == (PER_THOUSAND, 4.0)
    assert indicators["full:jobs"].denominate == Denominate("full:people")
    income, noise = indicators["full:income"], indicators["full:rules_on_noise"]
    assert (income.treat, income.capped, income.denominate) == ("log", False, None)
    assert (noise.normalise, noise.actionable) == ("categorical", False)
    assert (parks.normalise, parks.treat, parks.capped, parks.actionable) == ("", "", True, True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("by: people, scale: 1000", "by: poeple", "entry-denominate-unknown"),
        ("by: people, scale: 1000", "by: parks", "entry-denominate-unknown"),
        ("by: people, scale: 1000", "by: size", "entry-denominate-unknown"),
        ("by: people, scale: 1000", "by: life", "entry-denominate-unknown"),
        ("scale: 1000", "scale: 0", "entry-denominate-scale"),
        ("by: people, scale: 1000", "over: people", "entry-unknown-field"),
        ("{by: people, scale: 1000, unit_label: {en: per 1000, ko: 천 명당}}", "people", "entry-wrong-kind"),
        ("target: 4", "target: four", "entry-wrong-kind"),
        ("treat: log", "treat: logg", "recipe-unknown-choice"),
        ("treat: log", "normalise: target", "entry-method-needs"),
        ("treat: log", "normalise: categorical", "entry-method-needs"),
        ("capped: false", "capped: 0", "entry-wrong-kind"),
        ("actionable: false", 'actionable: "no"', "entry-wrong-kind"),
        ("capped: false", "nature: reflective", "entry-unknown-field"),
        ("people: {name", "parks: {name", "entry-twice"),
        ("people: {name", "the people: {name", "entry-bad-id"),
        (
            "kind: amount, unit: person, possible",
            "kind: amount, parent: life, possible",
            "entry-unknown-field",
        ),
        ("kind: amount, unit: person", "unit: person", "entry-missing-field"),
    ],
)
def test_each_fault_is_told_at_its_line(write, old, new, code):
    assert (code, f"pilot.yaml:{line_of(old)}") in found(write, old, new)


def test_a_close_name_is_offered_for_a_misspelt_denominator(write):
    with pytest.raises(CatalogueError) as caught:
        read_framework(write(FULL.replace("by: people, scale", "by: poeple, scale")))
    assert "people" in messages.line(caught.value.findings[0], "en")


def test_what_divides_an_indicator_comes_along_when_it_is_taken_over(write):
    full = read_framework(write(FULL))
    text = "framework: other\nname: O\nlevels: [indicator]\nindicators:\n  p: {use: 'full:parks'}\n"
    other = assemble(parse_yaml(text.encode(), "other.yaml"), "other.yaml", lambda _: full)
    assert list(other.context) == ["full:people"]
    assert other.indicators["full:parks"].denominate == PER_THOUSAND


def test_a_rule_may_compare_an_indicator_with_the_context(write):
    full = read_framework(write(FULL + "rules:\n  - {rule: at_most, of: [jobs, people]}\n"))
    assert full.rules[0].indicators == ("full:jobs", "full:people")
