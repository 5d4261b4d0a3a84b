"""Weights of a framework file: admissible shares and named sets."""

from __future__ import annotations

import pytest
from catalogue.full import FULL, found, line_of

from scindex.catalogue.load import read_framework
from scindex.errors import CatalogueError


def test_nodes_and_leaves_say_what_share_their_weight_may_take(write):
    nodes = read_framework(write(FULL)).nodes
    assert (nodes["life"].weight_range, nodes["work"].weight_range) == ((0.3, 0.6), (0.2, 1.0))
    assert nodes["full:parks"].weight_range == (0.1, 0.9)
    assert nodes["full:income"].weight_range is None


def test_a_node_says_its_nature_and_its_own_method(write):
    nodes = read_framework(write(FULL)).nodes
    assert (nodes["life"].nature, nodes["life"].aggregate) == ("reflective", "geometric")
    assert (nodes["work"].nature, nodes["work"].aggregate) == ("formative", "")


def test_named_sets_hold_weights_points_or_judgements_by_id(write):
    sets = read_framework(write(FULL)).weight_sets
    assert {name: s.method for name, s in sets.items()} == {
        "plain": "plain",
        "panel": "budget",
        "pairs": "ahp",
    }
    assert sets["plain"].weights == {"life": 3.0, "full:parks": 0.0}
    assert sets["panel"].allocations == {
        "kim": {"life": 60.0, "work": 40.0},
        "lee": {"life": 30.0, "work": 70.0},
    }
    assert sets["pairs"].judgements == (("life", "work", 3.0),)
    assert sets["pairs"].line == line_of("pairs:")


def test_an_indicator_taken_over_is_named_by_key_or_id(write):
    text = FULL.replace("context:", '  ghg: {use: "u4ssc:ghg_emissions", parent: life}\ncontext:')
    for name in ("ghg", '"u4ssc:ghg_emissions"'):
        sets = read_framework(write(text.replace("{life: 3, parks: 0}", f"{{{name}: 3}}"))).weight_sets
        assert sets["plain"].weights == {"u4ssc:ghg_emissions": 3.0}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("weight_range: [0.3, 0.6]", "weight_range: [30, 60]", "entry-weight-range"),
        ("weight_range: [0.3, 0.6]", "weight_range: [0.6, 0.3]", "entry-range-order"),
        ("weight_range: [0.3, 0.6]", "weight_range: 0.3", "entry-wrong-kind"),
        ("nature: reflective", "nature: reflexive", "entry-unknown-choice"),
        ("aggregate: geometric", "aggregate: geometrical", "recipe-unknown-choice"),
        ("{life: 3, parks: 0}", "{lief: 3}", "weights-unknown"),
        ("{life: 3, parks: 0}", "{life: -3}", "entry-negative-weight"),
        ("{life: 3, parks: 0}", "{life: much}", "entry-wrong-kind"),
        ("{life: 3, parks: 0}", "{life: 0, work: 0}", "entry-weights-zero"),
        ("{life: 3, parks: 0}", '{parks: 3, "full:parks": 2}', "weights-twice"),
        ("kim: {life: 60, work: 40}", "kim: {life: 0, work: 0}", "entry-weights-zero"),
        ("kim: {life: 60, work: 40}", "kim: {life: 60, leisure: 40}", "weights-unknown"),
        ("method: ahp", "method: abc", "entry-unknown-choice"),
        ("over: work, is: 3", "over: work, is: 0", "weights-judgement"),
        ("over: work, is: 3", "over: parks, is: 3", "weights-not-siblings"),
        ("over: work, is: 3", "over: life, is: 3", "weights-not-siblings"),
        ("over: work, is: 3", "over: work", "entry-missing-field"),
        ("over: work, is: 3", "over: play, is: 3", "weights-unknown"),
    ],
)
def test_each_fault_is_told_at_its_line(write, old, new, code):
    assert (code, f"pilot.yaml:{line_of(old)}") in found(write, old, new)


def test_judgements_that_contradict_each_other_are_refused_at_the_second(write):
    old = "is: 0.33"
    assert ("weights-contradict", f"pilot.yaml:{line_of(old)}") in found(write, old, "is: 3")


def test_every_pair_below_a_judged_node_is_needed(write):
    text = (
        "nodes:\n  third: {name: Third}\n",
        "  parks2: {parent: third, name: P, kind: rate, direction: higher}\n",
    )
    whole = FULL.replace("nodes:\n", text[0]).replace("context:", text[1] + "context:")
    with pytest.raises(CatalogueError) as caught:
        read_framework(write(whole))
    [missing] = caught.value.findings
    assert (missing.code, missing.params["count"]) == ("weights-pairs-missing", 2)


def test_weights_that_are_all_zero_are_refused_at_their_parent(write):
    zero = FULL.replace("treat: log", "weight: 0").replace("denominate: {by: people}", "weight: 0")
    with pytest.raises(CatalogueError) as caught:
        read_framework(write(zero))
    assert [(f.code, f.where) for f in caught.value.findings] == [
        ("entry-weights-zero", f"pilot.yaml:{line_of('work: {name')}")
    ]


def test_ranges_that_no_weights_fit_are_told_at_the_first_child_that_has_one(write):
    for new in ("[0.9, 1]", "[0.1, 0.1]"):
        text = FULL.replace("[0.2, null]", "[0.2, 0.5]").replace("[0.3, 0.6]", new)
        with pytest.raises(CatalogueError) as caught:
            read_framework(write(text))
        [fault] = caught.value.findings
        assert (fault.code, fault.where) == ("entry-weight-range-sum", f"pilot.yaml:{line_of('life:')}")
        assert fault.params["parent"] == "total"


def test_ranges_whose_ends_add_up_to_exactly_one_are_admissible(write):
    text = FULL.replace("[0.3, 0.6]", "[0.1, 0.7]").replace("[0.2, null]", "[0.3, 0.3]")
    nodes = read_framework(write(text)).nodes
    assert nodes["work"].weight_range == (0.3, 0.3)


def test_a_node_with_nothing_below_it_is_refused_at_its_line(write):
    assert ("entry-empty-node", "pilot.yaml:6") in found(
        write, "nodes:\n", "nodes:\n  bare: {name: {en: B, ko: 나}}\n"
    )
