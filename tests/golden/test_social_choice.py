"""The Handbook's examples from social choice: Borda, Condorcet, Kemeny (OECD/JRC, 2008, section 6.12)."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from scindex.index.orders import copeland, kemeny, outranking, outranking_matrix

EXAMPLES = yaml.safe_load((Path(__file__).parent / "social_choice.yaml").read_text(encoding="utf-8"))


def votes(profile):
    """Scores and weights: an order of letters is a criterion, its count the weight."""
    names = sorted(next(iter(profile)))
    scores = [[float(-order.index(name)) for name in names] for order in profile]
    return names, np.array(scores), np.array(list(profile.values()), dtype=float)


def spelled(names, order):
    assert len(set(order.rank)) == len(names)
    return "".join(names[i] for i in np.argsort(order.rank))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_outranking_points_are_bordas(name):
    names, scores, weights = votes(EXAMPLES[name]["profile"])
    points = outranking(scores, weights).points * weights.sum()
    assert dict(zip(names, points.round(9).tolist())) == EXAMPLES[name]["borda"]


@pytest.mark.parametrize("name", ["moulin", "condorcet"])
def test_the_printed_outranking_matrices(name):
    _, scores, weights = votes(EXAMPLES[name]["profile"])
    matrix = outranking_matrix(scores, weights) * weights.sum()
    assert matrix.round(9).tolist() == list(EXAMPLES[name]["outranking"].values())


def test_where_majorities_agree_copeland_and_kemeny_give_condorcets_order():
    example = EXAMPLES["moulin"]
    names, scores, weights = votes(example["profile"])
    assert spelled(names, copeland(scores, weights)) == example["condorcet"]
    order = kemeny(scores, weights)
    assert spelled(names, order) == example["condorcet"]
    assert order.unique
    assert order.details["largest_cycle"] == 1


def test_a_cycle_of_60_indicators():
    example = EXAMPLES["condorcet"]
    names, scores, weights = votes(example["profile"])
    order = kemeny(scores, weights)
    assert spelled(names, order) == example["kemeny"]
    assert order.score * 60 == pytest.approx(max(example["support"].values()))
    assert order.unique
    assert copeland(scores, weights).rank.tolist() == [1, 1, 1]


def test_the_supports_of_all_six_orders():
    example = EXAMPLES["condorcet"]
    names, scores, weights = votes(example["profile"])
    share = outranking_matrix(scores, weights) * 60
    for order, support in example["support"].items():
        a, b, c = (names.index(letter) for letter in order)
        assert share[a, b] + share[a, c] + share[b, c] == pytest.approx(support)


def test_bordas_order_turns_round_when_the_last_country_leaves():
    example = EXAMPLES["fishburn"]
    names, scores, weights = votes(example["profile"])
    assert spelled(names, outranking(scores, weights)) == "abcd"
    fewer = outranking(scores[:, :3], weights)
    assert dict(zip(names, (fewer.points * 7).round(9).tolist())) == example["without_d"]
    assert spelled(names[:3], fewer) == "cba"


def test_an_unsolvable_example_is_said_to_be_one():
    example = EXAMPLES["unsolvable"]
    names, scores, weights = votes(example["profile"])
    order = kemeny(scores, weights)
    assert order.unique is False
    assert spelled(names, order) in example["kemeny"]
    assert [finding.code for finding in order.findings] == ["kemeny-several"]
