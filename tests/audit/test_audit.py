"""The audit counts what stands in the files, grades by its rule, and flatters nobody."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from uncertainty.small import POSTS, TREE, framework, observations

from scindex._resources import root
from scindex.audit import audit
from scindex.audit.grades import GRADES, OPEN, grade_of, rules, shown
from scindex.audit.page import page
from scindex.audit.pages import pages, stale, write
from scindex.catalogue.entries import Source
from scindex.catalogue.load import framework_ids, load_framework
from scindex.messages import LANGUAGES, sentence, text
from scindex.recipe import Recipe
from scindex.scoring import score
from scindex.tables.cities import read_cities

ORDER = [
    "theoretical_framework",
    "data_selection",
    "imputation",
    "multivariate_analysis",
    "normalisation",
    "weighting_and_aggregation",
    "uncertainty_and_sensitivity",
    "back_to_the_data",
    "links_to_other_indicators",
    "presentation",
]
"""OECD/JRC Handbook (2008), Table 1."""

CITIES = 12


def measures(found):
    return {m.id: m for step in found.steps for m in step.measures}


def scored(recipe=None, **more):
    """Twelve cities; b moves against a, c with d."""
    values = {
        "a": [2.0 + 4 * k for k in range(CITIES)],
        "b": [1.0 + 1.5 * k for k in range(CITIES)],
        "c": [5.0 + 7 * k for k in range(CITIES)],
        "d": [0.05 + 0.07 * k for k in range(CITIES)],
    }
    table = observations(values, **more)
    chosen = recipe or Recipe(total=True)
    return score(table, framework(TREE, POSTS), recipe=chosen)


@pytest.mark.parametrize("name", framework_ids())
def test_the_pages_are_what_the_program_says(name):
    assert not stale(root() / "docs" / "concepts"), "python -m scindex.audit writes them again"
    assert f"audit-{name}.md" in pages()


def test_the_steps_are_the_handbooks_in_its_order():
    assert list(rules()["steps"]) == ORDER
    assert [s.id for s in audit(load_framework("u4ssc")).steps] == ORDER
    assert [s.number for s in audit(load_framework("oecd")).steps] == list(range(1, 11))


def test_figures_of_a_shipped_framework_are_those_of_its_file():
    entries = yaml.safe_load((root() / "indicators/frameworks/u4ssc.yaml").read_text(encoding="utf-8"))
    found = measures(audit(load_framework("u4ssc")))
    leaves = [
        {**entry, **point}
        for entry in entries["indicators"].values()
        for point in entry.get("points", {"": {}}).values()
    ]
    drafts = sum(bool(leaf.get("draft")) for leaf in leaves)
    posts = [leaf["goalposts"] for leaf in leaves if leaf.get("goalposts") and leaf["direction"] != "context"]
    scorable = [leaf for leaf in leaves if leaf.get("direction") != "context"]
    assert found["without_draft"].value == pytest.approx(1 - drafts / len(leaves))
    assert found["scorable"].value == pytest.approx(len(posts) / len(scorable))


def test_weak_steps_are_graded_weak():
    found = {s.id: s for s in audit(load_framework("u4ssc")).steps}
    assert found["weighting_and_aggregation"].grade == "D"  # nobody argued for equal weights
    assert found["links_to_other_indicators"].grade == "D"  # no outside measure was named
    assert found["data_selection"].grade == "D"  # three of four entries hold an unchecked field


def test_without_data_what_needs_data_is_not_examined_and_nothing_is_better_than_b():
    found = audit(load_framework("u4ssc"))
    steps = {s.id: s for s in found.steps}
    assert [s.id for s in found.steps if s.grade == OPEN] == [ORDER[2], ORDER[3], ORDER[7]]
    assert steps["uncertainty_and_sensitivity"].grade == "B"
    assert steps["uncertainty_and_sensitivity"].why.code == "audit-uncounted"
    assert not found.scored


def test_data_are_counted_cell_by_cell():
    values = {"a": [10, None, 40], "b": [15, 5, None], "c": [70, 30, 20], "d": [0.5, None, 0.9]}
    table = observations(values)
    table.loc[0, "source"] = "yearbook"
    found = measures(
        audit(framework(TREE, POSTS), score(table, framework(TREE, POSTS), recipe=Recipe(total=True)))
    )
    assert found["reported"].value == pytest.approx(9 / 12)
    assert found["missing"].value == pytest.approx(3 / 12)
    assert found["traced"].value == pytest.approx(1 / 9)
    assert found["errors_stated"].value == 0
    assert found["examinable"].value == 0


def test_imputed_values_still_count_as_missing():
    values = {"a": [10, None, 40], "b": [15, 5, 10], "c": [70, 30, 20], "d": [0.5, 0.2, 0.9]}
    recipe = Recipe(total=True, impute="median")
    small = framework(TREE, POSTS)
    found = measures(audit(small, score(observations(values), small, recipe=recipe)))
    assert found["missing"].value == pytest.approx(1 / 12)
    assert found["imputed"].value == pytest.approx(1 / 12)


def test_effective_weights_and_argued_nodes():
    found = measures(audit(framework(TREE, POSTS), scored()))
    # left is 3 : 1 beside right, a and b are equal, c is 2 : 1 beside d: (3/8) over (1/12)
    assert found["weight_ratio"].value == pytest.approx(4.5)
    assert found["argued"].value == pytest.approx(2 / 3)
    equal = measures(audit(framework(TREE, POSTS), scored(Recipe(total=True, weight={"default": "equal"}))))
    assert (equal["argued"].value, equal["weight_ratio"].value) == (0, 1)


def test_children_that_work_against_each_other_are_counted():
    found = audit(framework(TREE, POSTS), scored())
    step = next(s for s in found.steps if s.id == "multivariate_analysis")
    examined, pairs = (f.params for f in step.facts)
    assert (examined["examined"], examined["of"], examined["rows"]) == (3, 3, CITIES)
    # a rises and b, where less is better, falls; c and d say the same
    assert pairs["opposed"] >= 1
    assert pairs["redundant"] >= 1
    assert measures(found)["coherent"].grade == "D"


def test_scores_by_the_sample_have_no_goalposts_to_defend():
    recipe = Recipe(total=True, normalise={"default": "minmax"})
    found = measures(audit(framework(TREE, POSTS), scored(recipe)))
    assert found["scorable"].value == 1
    assert math.isnan(found["defended"].value)


def test_quality_and_sources_raise_the_grade():
    found = measures(audit(framework(TREE, POSTS), scored(quality="accurate_measurement")))
    assert found["errors_stated"].grade == "A"


def test_recalled_definitions_are_not_read_ones():
    small = framework(TREE, POSTS)
    recalled = replace(
        small,
        indicators={k: replace(i, source=Source(standing="recalled")) for k, i in small.indicators.items()},
    )
    assert measures(audit(small))["definitions_read"].value == 1
    assert measures(audit(recalled))["definitions_read"].value == 0


@pytest.mark.parametrize("cities", [None, "examples/pilot_cities.csv"])
@pytest.mark.parametrize("name", framework_ids())
def test_every_sentence_is_whole_in_both_languages(name, cities):
    chosen = load_framework(name)
    scores = None
    if cities:
        scores = score(read_cities(root() / cities).observations, chosen, recipe=Recipe())
    found = audit(chosen, scores)
    for step in found.steps:
        for lang in LANGUAGES:
            said = [text(step.why, lang), *(sentence(f, lang) for f in step.facts)]
            assert all(s and "{" not in s for s in said)
            assert all(m.name.get(lang) for m in step.measures)
    assert "{" not in page(found)


def test_a_page_is_written_again_where_it_differs(tmp_path):
    names = write(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / names[0]).write_text("older", encoding="utf-8")
    (tmp_path / names[1]).unlink()
    assert stale(tmp_path) == names


def test_the_rule_says_that_it_is_ours():
    assert rules()["standing"] == "proposed"
    assert set(rules()["reason"]) == set(LANGUAGES)
    for step in rules()["steps"].values():
        for rule in step["measures"].values():
            assert rule["better"] in ("higher", "lower")
            limits = rule["limits"]
            assert limits == sorted(limits, reverse=rule["better"] == "higher")
            assert len(limits) == 3


def test_nothing_is_rounded_to_all_or_nothing():
    assert [shown(x, "share") for x in (0.001, 0.999, 1.0, 0.0)] == ["0.1 %", "99.9 %", "100 %", "0 %"]


@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.lists(st.floats(0, 1), min_size=3, max_size=3).map(lambda x: tuple(sorted(x))),
)
def test_a_better_value_never_has_a_worse_grade(one, other, limits):
    low, high = sorted((one, other))
    place = {g: k for k, g in enumerate(GRADES)}
    down = limits[::-1]
    assert place[grade_of(high, "higher", down)] <= place[grade_of(low, "higher", down)]
    assert place[grade_of(low, "lower", limits)] <= place[grade_of(high, "lower", limits)]
