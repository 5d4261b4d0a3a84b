import pytest

from scindex.errors import UsageError
from scindex.methods import STEPS, parse


@pytest.mark.parametrize(("step", "name"), [(s, n) for s, methods in STEPS.items() for n in methods])
def test_what_is_printed_reads_as_the_same_method(step, name):
    needed = {k: o for k, o in STEPS[step][name].items() if o.default is None}
    given = {"group": "size", "city": "Seoul", "name": "experts", "low": "1", "high": "5"}
    inside = ", ".join(f"{k}={given[k]}" for k in needed)
    method = parse(step, f"{name}({inside})" if inside else name)
    assert parse(step, str(method)) == method


def test_options_are_read_with_spaces_and_quotes_and_defaults_are_not_printed():
    method = parse("treat", " winsorise ( most = 3 , then='boxcox', skew=2) ")
    assert (method.options["most"], method.options["then"], method.options["kurtosis"]) == (3, "boxcox", 3.5)
    assert str(method) == "winsorise(most=3, then=boxcox)"


@pytest.mark.parametrize(
    ("step", "text", "code"),
    [
        ("aggregate", "median", "recipe-unknown-choice"),
        ("aggregate", "owa(power=2", "recipe-unknown-choice"),
        ("aggregate", "owa(power=0)", "recipe-out-of-range"),
        ("aggregate", "owa(power=two)", "recipe-out-of-range"),
        ("aggregate", "owa(power=nan)", "recipe-out-of-range"),
        ("aggregate", "owa(powers=2)", "recipe-unknown-option"),
        ("aggregate", "owa(2)", "recipe-unknown-option"),
        ("treat", "winsorise(then=ranks)", "recipe-unknown-choice"),
        ("normalise", "reference", "recipe-option-missing"),
        ("normalise", "scaled(low=1)", "recipe-option-missing"),
        ("normalise", "scaled(low=5, high=5)", "recipe-low-above-high"),
        ("normalise", "minmax(low=100, high=0)", "recipe-low-above-high"),
    ],
)
def test_a_method_that_cannot_be_is_refused_by_name(step, text, code):
    with pytest.raises(UsageError) as caught:
        parse(step, text)
    assert [f.code for f in caught.value.findings] == [code]
