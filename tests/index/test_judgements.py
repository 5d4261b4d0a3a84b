from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scindex._resources import root
from scindex.errors import MethodError
from scindex.index.judgements import analytic_hierarchy, budget_allocation

METHODS = yaml.safe_load((root() / "indicators" / "methods.yaml").read_text(encoding="utf-8"))
RANDOM_INDEX = METHODS["ahp_random_index"]["values"]
PRINTED = yaml.safe_load((Path(__file__).parents[1] / "golden" / "tai_weights.yaml").read_text("utf-8"))


def matrix(rows):
    return np.array([[float(Fraction(str(cell))) for cell in row] for row in rows])


def refused(call, *arguments):
    with pytest.raises(MethodError) as caught:
        call(*arguments)
    return caught.value.findings


def test_buying_a_house():
    """T. L. Saaty, How to make a decision, European J. of Operational Research 48, 1990, pp. 9-26."""
    said = """1 5 3 7 6 6 1/3 1/4
              1/5 1 1/3 5 3 3 1/5 1/7
              1/3 3 1 6 3 4 6 1/5
              1/7 1/5 1/6 1 1/3 1/4 1/7 1/8
              1/6 1/3 1/3 3 1 1/2 1/5 1/6
              1/6 1/3 1/4 4 2 1 1/5 1/6
              3 5 1/6 7 5 5 1 1/2
              4 7 5 8 6 6 2 1"""
    found = analytic_hierarchy(matrix(line.split() for line in said.splitlines()), RANDOM_INDEX)
    assert found.weights == pytest.approx([0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], abs=6e-4)
    assert found.details["lambda_max"] == pytest.approx(9.669, abs=6e-4)
    assert found.details["consistency_index"] == pytest.approx(0.238, abs=6e-4)
    assert found.details["consistency_ratio"] == pytest.approx(0.169, abs=6e-4)


def test_the_judgements_printed_for_the_technology_index_are_consistent():
    """OECD/JRC Handbook (2008), Table 20; its weights are not printed (Table 22 averages several experts).

    Independently: the power method on the matrix as printed.
    """
    said = matrix(PRINTED["table_20_judgements"])
    vector = np.ones(8)
    for _ in range(200):
        vector = said @ vector / (said @ vector).sum()
    found = analytic_hierarchy(said, RANDOM_INDEX)
    assert found.weights == pytest.approx(vector)
    assert found.details["consistency_ratio"] < METHODS["ahp_consistency_limit"]["value"]


@given(weights=st.lists(st.floats(0.02, 1), min_size=1, max_size=15))
def test_a_consistent_matrix_returns_its_vector_with_ratio_zero(weights):
    vector = np.array(weights) / np.sum(weights)
    found = analytic_hierarchy(np.outer(vector, 1 / vector), RANDOM_INDEX)
    assert found.weights == pytest.approx(vector, rel=1e-9)
    assert found.details["consistency_ratio"] == pytest.approx(0, abs=1e-9)


@given(
    cells=st.lists(st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1, 3, 5, 9]), min_size=6, max_size=6), data=st.data()
)
def test_the_order_of_children_does_not_matter(cells, data):
    said = np.ones((4, 4))
    said[np.triu_indices(4, 1)] = cells
    said = np.where(np.tri(4, k=-1) > 0, 1 / said.T, said)
    order = data.draw(st.permutations(range(4)))
    plain, turned = (analytic_hierarchy(m, RANDOM_INDEX) for m in (said, said[np.ix_(order, order)]))
    assert turned.weights == pytest.approx(plain.weights[order])
    assert turned.details["lambda_max"] == pytest.approx(plain.details["lambda_max"])
    assert plain.details["lambda_max"] >= 4 - 1e-9


def test_rounded_reciprocals_are_read_as_fractions():
    typed = np.array([[1, 3, 7], [0.33, 1, 7 / 3], [0.14, 0.43, 1]])
    assert analytic_hierarchy(typed, RANDOM_INDEX).details["consistency_ratio"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (np.ones((2, 3)), "ahp-not-square"),
        (np.ones((0, 0)), "ahp-not-square"),
        (np.ones((16, 16)), "ahp-too-many"),
        (np.array([[1, np.nan], [0.5, 1]]), "ahp-incomplete"),
        (np.array([[1, 0], [0.5, 1]]), "ahp-not-positive"),
        (np.array([[1, -2], [-0.5, 1]]), "ahp-not-positive"),
        (np.array([[1, 3], [3, 1]]), "ahp-not-reciprocal"),
        (np.array([[2, 3], [1 / 3, 1]]), "ahp-not-reciprocal"),
    ],
)
def test_judgements_that_are_no_comparison_in_pairs_are_refused(said, wanted):
    assert refused(analytic_hierarchy, said, RANDOM_INDEX)[0].code == wanted


def test_a_refusal_names_each_pair_once():
    said = np.array([[1, 3, 1], [3, 1, np.nan], [1, 1, 1]])
    assert refused(analytic_hierarchy, said, RANDOM_INDEX)[0].params["pairs"] == [[1, 2]]


def test_one_child_has_the_whole_weight():
    assert analytic_hierarchy(np.ones((1, 1)), RANDOM_INDEX).weights.tolist() == [1]
    assert budget_allocation(np.array([[7.0], [3.0]])).weights.tolist() == [1]


def test_budgets_count_the_same_whatever_their_size():
    found = budget_allocation(np.array([[60, 40], [2, 8], [0.5, 0.5]]))
    assert found.weights == pytest.approx([(0.6 + 0.2 + 0.5) / 3, (0.4 + 0.8 + 0.5) / 3])
    assert found.details["spread"] == pytest.approx(np.std([0.6, 0.2, 0.5], ddof=1) * np.ones(2))


def test_a_child_without_points_has_none_and_is_named():
    found = budget_allocation(np.array([[60, np.nan, 40], [10, 10, 20]]))
    assert found.weights == pytest.approx([0.425, 0.125, 0.45])
    assert found.details["missing"] == [(0, 1)]


def test_one_expert_has_no_spread():
    found = budget_allocation(np.array([[30.0, 70.0]]))
    assert np.isnan(found.details["spread"]).all()
    assert found.details["experts"] == 1


def test_points_below_zero_and_empty_budgets_are_all_named():
    found = refused(budget_allocation, np.array([[1, -1, 3], [0, 0, np.nan], [1, 1, np.inf]]))
    assert [(f.code, f.params["expert"]) for f in found] == [
        ("budget-undefined", 0),
        ("budget-undefined", 2),
        ("budget-empty", 1),
    ]
