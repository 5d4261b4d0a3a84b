import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.orders import ORDERS, copeland, kemeny, majorities, outranking, outranking_matrix

NAMES = sorted(ORDERS)

# a city that joins turns two others round, or parts or joins them: (criteria, weights, who joins)
NOT_INDEPENDENT = {
    "outranking": ([[2, 3, 4, 1], [3, 4, 1, 2], [4, 1, 2, 3]], [3, 2, 2], 3),  # Fishburn (1984)
    "kemeny": ([[3, 2, 1], [1, 3, 2], [2, 3, 1], [2, 1, 3], [1, 2, 3]], [23, 17, 2, 10, 8], 2),  # Condorcet
    "copeland": ([[3, 2, 1], [2, 1, 3], [1, 3, 2]], [1, 1, 1], 2),  # the paradox
}


@st.composite
def criteria(draw, most=5, gaps=False):
    """Scores on few levels, so that ties are frequent, and weights."""
    count, cities = draw(st.integers(1, 5)), draw(st.integers(1, most))
    level = st.one_of(st.none(), st.integers(0, 3)) if gaps else st.integers(0, 3)
    rows = draw(st.lists(st.lists(level, min_size=cities, max_size=cities), min_size=count, max_size=count))
    weights = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count))
    return np.array(rows, dtype=float), np.array(weights, dtype=float)


@given(data=criteria(gaps=True))
def test_the_shares_of_a_pair_add_to_one(data):
    matrix = outranking_matrix(*data)
    off = ~np.eye(len(matrix), dtype=bool)
    assert (matrix + matrix.T)[off] == pytest.approx(1)
    assert (np.diag(matrix) == 0).all()


@given(data=criteria(gaps=True))
def test_a_share_is_the_weight_in_favour_and_half_of_the_ties(data):
    """Munda and Nardo (2009), pair by pair, over the criteria both cities have."""
    scores, weights = data
    matrix = outranking_matrix(scores, weights)
    for j in range(scores.shape[1]):
        for k in range(scores.shape[1]):
            both = [(a, b, w) for a, b, w in zip(scores[:, j], scores[:, k], weights) if a == a and b == b]
            if j != k:
                won = sum(w if a > b else w / 2 if a == b else 0 for a, b, w in both)
                total = sum(w for _, _, w in both)
                assert matrix[j, k] == pytest.approx(won / total if both else 0.5)


@given(data=criteria())
def test_outranking_points_are_bordas_weighted(data):
    """With complete data: how many cities each leaves behind, ties half, by weight."""
    scores, weights = data
    behind = [
        (row[:, None] > row[None, :]).sum(1) + ((row[:, None] == row[None, :]).sum(1) - 1) / 2
        for row in scores
    ]
    borda = np.average(behind, axis=0, weights=weights)
    assert outranking(scores, weights).points == pytest.approx(borda)


@given(data=criteria())
def test_copeland_points_are_majorities_won_less_lost(data):
    scores, weights = data
    points = copeland(scores, weights).points
    for j in range(scores.shape[1]):
        balance = 0
        for k in range(scores.shape[1]):
            lead = sum(w * np.sign(a - b) for a, b, w in zip(scores[:, j], scores[:, k], weights))
            balance += np.sign(lead)
        assert points[j] == balance


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(data=criteria(), which=st.integers(0, 24), gain=st.integers(1, 3))
def test_a_better_value_never_costs_a_city_its_place(name, data, which, gain):
    assert ORDERS[name].properties.monotone
    scores, weights = data
    row, city = which % scores.shape[0], which % scores.shape[1]
    better = scores.copy()
    better[row, city] += gain
    assert ORDERS[name].order(better, weights).rank[city] <= ORDERS[name].order(scores, weights).rank[city]


def test_every_order_depends_on_who_takes_part():
    """`independent` is claimed of none: here one city turns round or parts two others."""
    assert set(NOT_INDEPENDENT) == {name for name in NAMES if not ORDERS[name].properties.independent}
    for name, (rows, weights, joins) in NOT_INDEPENDENT.items():
        scores, weight = np.array(rows, dtype=float), np.array(weights, dtype=float)
        others = [city for city in range(scores.shape[1]) if city != joins]
        before = ORDERS[name].order(scores[:, others], weight).rank
        after = ORDERS[name].order(scores, weight).rank[others]
        signs = [np.sign(rank[:, None] - rank[None, :]) for rank in (before, after)]
        assert not np.array_equal(*signs), name


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=criteria(gaps=True))
def test_no_order_has_more_support_than_the_bound_or_than_kemenys(name, data):
    order, best = ORDERS[name].order(*data), kemeny(*data)
    assert order.score <= order.bound + 1e-9
    assert order.score <= best.score + 1e-9
    assert best.bound == best.score


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=criteria(gaps=True))
def test_ranks_are_one_and_the_number_of_cities_ahead(name, data):
    rank = ORDERS[name].order(*data).rank
    known = rank[~np.isnan(rank)]
    assert np.array_equal(np.isnan(rank), np.isnan(data[0]).all(axis=0))
    assert (known == [1 + (known < one).sum() for one in known]).all()


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(data=criteria(), factor=st.sampled_from([0.1, 3.0, 7.0]))
def test_only_the_order_of_scores_and_the_ratios_of_weights_count(name, data, factor):
    scores, weights = data
    rank = ORDERS[name].order(scores, weights).rank
    assert np.array_equal(ORDERS[name].order(np.exp(scores) - 50, weights * factor).rank, rank)


@pytest.mark.parametrize("name", NAMES)
@given(scores=st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_one_criterion_gives_its_own_ranks(name, scores):
    scores = np.array(scores, dtype=float)
    order = ORDERS[name].order(scores[None, :], np.ones(1))
    assert order.rank.tolist() == [1 + (scores > one).sum() for one in scores]
    assert order.score == order.bound or name != "kemeny"


@pytest.mark.parametrize("name", NAMES)
def test_a_criterion_without_weight_is_not_there(name):
    scores = np.array([[1.0, 2.0, np.nan], [3.0, 1.0, 2.0]])
    order = ORDERS[name].order(scores, np.array([1.0, 0.0]))
    assert order.rank[:2].tolist() == [2, 1]
    assert np.isnan(order.rank[2])


@pytest.mark.parametrize("name", NAMES)
def test_pairs_without_a_common_criterion_are_ties_and_said(name):
    scores = np.array([[1.0, np.nan], [np.nan, 5.0]])
    order = ORDERS[name].order(scores, np.ones(2))
    assert order.rank.tolist() == [1, 1]
    assert order.details["not_compared"] == 1
    assert "order-not-compared" in [finding.code for finding in order.findings]


@pytest.mark.parametrize("name", NAMES)
def test_a_criterion_with_more_than_half_of_the_weight_is_said_to_decide(name):
    order = ORDERS[name].order(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([3.0, 1.0]))
    assert [finding.code for finding in order.findings] == ["order-one-decides"]
    assert order.rank.tolist() == [2, 1]


@pytest.mark.parametrize("name", NAMES)
def test_one_city_and_none(name):
    assert ORDERS[name].order(np.array([[5.0]]), np.ones(1)).rank.tolist() == [1]
    nothing = ORDERS[name].order(np.full((2, 2), np.nan), np.ones(2))
    assert np.isnan(nothing.rank).all()
    assert nothing.score == nothing.bound == 0


@pytest.mark.parametrize("weights", [[-1.0, 1.0], [0.0, 0.0], [np.nan, 1.0]])
def test_weights_that_weigh_nothing_are_refused(weights):
    with pytest.raises(MethodError) as caught:
        majorities(np.ones((2, 2)), np.array(weights))
    assert caught.value.findings[0].code == "order-weights"


def test_margins_within_rounding_are_ties():
    """0.1 + 0.2 is not 0.3 in floating point, but it is as weight."""
    scores = np.array([[2.0, 1.0], [2.0, 1.0], [1.0, 2.0]])
    assert copeland(scores, np.array([0.1, 0.2, 0.3])).rank.tolist() == [1, 1]


def test_above_its_limit_kemeny_is_not_called_so():
    """The order is Copeland's under its own name, with the bound that none exceeds."""
    scores, weights = np.array([[3.0, 2.0, 1.0], [1.0, 3.0, 2.0], [2.0, 1.0, 3.0]]), np.array([3.0, 2.0, 2.0])
    exact, order = kemeny(scores, weights), kemeny(scores, weights, limit=2)
    assert (exact.method, order.method) == ("kemeny", "copeland")
    assert order.rank.tolist() == copeland(scores, weights).rank.tolist()
    assert order.unique is None
    assert order.score <= exact.score <= order.bound
    assert [finding.code for finding in order.findings] == ["kemeny-too-large"]
    assert order.findings[0].params == {"cycle": 3, "limit": 2}
