"""The screen of what is left out names the cities that lose their score."""

from __future__ import annotations

from uncertainty.small import POSTS, TREE, VALUES, scored

import scindex as sx
from scindex.recipe import Recipe
from scindex.result import present

ZERO = Recipe(total=True, show_coverage=0.0, aggregate={"default": "arithmetic", "total": "geometric"})


def test_cities_whose_method_is_undefined_without_a_part_are_counted():
    text = str(sx.leave_out(present(scored(TREE, POSTS, {**VALUES, "a": [0, 25, 40]}, ZERO))))
    assert "Cities without a score once it is gone: b 1" in text


def test_a_part_without_which_no_city_has_a_score_is_counted_too():
    text = str(sx.leave_out(present(scored(TREE, POSTS, {**VALUES, "a": [0, 0, 0]}, ZERO))))
    assert "Cities without a score once it is gone: b 3" in text
