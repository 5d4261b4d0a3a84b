import pytest

from scindex.errors import UsageError
from scindex.recipe import Recipe, merge


def test_later_layers_win_field_by_field():
    recipe = merge({"window": 3, "total": True}, {"window": 5}, {"window": None})
    assert (recipe.window, recipe.total) == (5, True)


def test_aggregation_merges_by_level():
    recipe = merge({"aggregate": {"total": "geometric"}}, {"aggregate": "arithmetic"})
    assert recipe.chosen("aggregate", "total").name == "geometric"
    assert recipe.chosen("aggregate", "dimension").name == "arithmetic"


def test_a_recipe_survives_its_file_form():
    recipe = merge({"aggregate": {"total": "geometric"}, "tiers": {"u4ssc:x": "core"}, "by": "axis"})
    assert merge(recipe.to_dict()) == recipe


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ({"normalize": "goalposts"}, "recipe-unknown-field"),
        ({"normalise": "minmaxx"}, "recipe-unknown-choice"),
        ({"aggregate": {"total": "median"}}, "recipe-unknown-choice"),
        ({"show_coverage": 65}, "recipe-out-of-range"),
        ({"window": 0}, "recipe-out-of-range"),
        ({"window": True}, "recipe-out-of-range"),
        ({"capped": "yes"}, "recipe-wrong-kind"),
        ({"tiers": ["x"]}, "recipe-wrong-kind"),
        ({"aggregate": 3}, "recipe-unknown-choice"),
        ({"by": ["axis"]}, "recipe-unknown-choice"),
    ],
)
def test_a_wrong_choice_is_named(layer, code):
    with pytest.raises(UsageError) as caught:
        merge(layer, where="recipe.yaml")
    assert [(f.code, f.where) for f in caught.value.findings] == [(code, "recipe.yaml")]


def test_all_wrong_choices_are_named_at_once():
    with pytest.raises(UsageError) as caught:
        merge({"normalize": 1, "window": -1})
    assert len(caught.value.findings) == 2


def test_the_defaults_are_the_honest_ones():
    recipe = Recipe()
    assert (recipe.impute, recipe.treat, recipe.capped, recipe.total) == (
        "none",
        {"default": "none"},
        True,
        False,
    )


def test_a_tier_that_does_not_exist_is_refused():
    with pytest.raises(UsageError) as caught:
        merge({"tiers": {"gini_coefficient": "banana"}})
    assert caught.value.findings[0].code == "recipe-unknown-choice"
