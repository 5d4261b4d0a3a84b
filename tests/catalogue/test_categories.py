"""Named classes: what an entry may list, and what is refused at its line."""

from __future__ import annotations

import pytest
from catalogue.full import FULL, found, line_of

from scindex.catalogue.categories import places
from scindex.catalogue.load import read_framework


def test_classes_keep_their_order_their_scores_and_their_other_names(write):
    full = read_framework(write(FULL))
    noise, size = full.indicators["full:rules_on_noise"], full.context["full:size"]
    assert noise.categories == ("none", "partial", "full")
    assert noise.category_scores == (0.0, 50.0, 100.0)
    assert size.categories == ("S", "Large")
    assert size.category_scores == (None, None)
    assert places(noise)["일부"] == 2
    assert places(size) == {"s": 1, "large": 2, "대": 2}


def test_a_class_may_have_no_score_and_a_list_may_be_open(write):
    text = FULL.replace("full: 100}", "full: null}").replace("[S, {en: Large, ko: 대}]", "[]")
    full = read_framework(write(text))
    assert full.indicators["full:rules_on_noise"].category_scores == (0.0, 50.0, None)
    assert full.context["full:size"].categories == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("full: 100}", "full: 101}", "entry-category-score"),
        ("full: 100}", "full: all}", "entry-wrong-kind"),
        ("score: 50", "points: 50", "entry-unknown-field"),
        ("[S, {en: Large, ko: 대}]", "[S, s]", "entry-category-twice"),
        ("[S, {en: Large, ko: 대}]", "[S, '!']", "entry-category-twice"),
        ("[S, {en: Large, ko: 대}]", "[S, {en: Large, ko: S}]", "entry-category-twice"),
        ("[S, {en: Large, ko: 대}]", "[S, [L]]", "entry-wrong-kind"),
        ("[S, {en: Large, ko: 대}]", "S", "entry-wrong-kind"),
        (", categories: [S, {en: Large, ko: 대}]", "", "entry-missing-field"),
        ("kind: category, categories: [S", "kind: scale, categories: [S", "entry-categories-kind"),
    ],
)
def test_each_fault_is_told_at_its_line(write, old, new, code):
    assert (code, f"pilot.yaml:{line_of(old)}") in found(write, old, new)
