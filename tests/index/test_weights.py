import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex import index, messages
from scindex.errors import MethodError
from scindex.index.weights import complete_cases, correlations, validate_weights


def code(call, *arguments, **options):
    with pytest.raises(MethodError) as caught:
        call(*arguments, **options)
    return caught.value.findings[0]


@given(weights=st.lists(st.floats(0, 1e300), min_size=1, max_size=9).filter(any))
def test_weights_become_shares_that_sum_to_one(weights):
    shares = validate_weights(np.array(weights))
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()


@given(weights=st.lists(st.floats(0.01, 100), min_size=2, max_size=9), factor=st.floats(0.01, 100))
def test_weights_that_do_not_sum_to_one_count_by_their_ratios(weights, factor):
    once = validate_weights(np.array(weights))
    assert validate_weights(factor * np.array(weights)) == pytest.approx(once)
    assert once / once[0] == pytest.approx(np.array(weights) / weights[0])


@pytest.mark.parametrize(
    ("weights", "wanted"),
    [
        ([1, -1, 2], "weights-negative"),
        ([0, 0, 0], "weights-all-zero"),
        ([1, np.nan], "weights-missing"),
        ([1, np.inf], "weights-missing"),
    ],
)
def test_what_is_no_set_of_weights_is_refused(weights, wanted):
    assert code(validate_weights, np.array(weights)).code == wanted


def test_a_refusal_names_the_positions():
    assert code(validate_weights, np.array([1, -1, 2, -3])).params["positions"] == [1, 3]


def test_only_rows_with_every_child_are_used():
    scores = np.arange(60.0).reshape(2, 30)
    scores[0, 3] = scores[1, 5] = np.nan
    used = complete_cases(scores)
    assert used.shape == (2, 28)
    assert np.isfinite(used).all()


def test_nineteen_cities_are_too_few_and_so_are_as_many_as_children():
    found = code(complete_cases, np.ones((2, 19)))
    assert (found.code, found.params) == ("too-few-cities", {"n": 19, "needed": 20, "children": 2})
    assert code(complete_cases, np.ones((25, 25))).params["needed"] == 26
    assert complete_cases(np.ones((19, 20))).shape == (19, 20)


@given(seed=st.integers(0, 99))
def test_correlations_are_those_of_numpy(seed):
    scores = np.random.default_rng(seed).uniform(0, 100, (4, 30))
    assert correlations(scores) == pytest.approx(np.corrcoef(scores))


def test_a_constant_child_has_no_correlation():
    scores = np.vstack([np.arange(30.0), np.full(30, 33.3)])
    found = code(correlations, scores)
    assert (found.code, found.params["positions"]) == ("weights-constant", [1])


@pytest.mark.parametrize("module", ["weights", "judgements", "components", "weigh", "bod"])
def test_every_code_handed_on_has_a_sentence(module):
    tree = ast.parse((Path(index.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and "refuse" in getattr(n.func, "id", "")]
    handed = {n.args[0].value for n in calls if isinstance(n.args[0], ast.Constant)}
    assert handed <= set(messages.codes())
