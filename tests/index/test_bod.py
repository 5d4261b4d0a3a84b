from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from scindex.errors import MethodError
from scindex.index.bod import PROPERTIES, admissible, benefit_of_the_doubt
from scindex.index.rollup import Shape

GOLDEN = Path(__file__).parents[1] / "golden"
TAI = yaml.safe_load((GOLDEN / "tai.yaml").read_text(encoding="utf-8"))
PRINTED = yaml.safe_load((GOLDEN / "tai_weights.yaml").read_text(encoding="utf-8"))["table_19_score"]
KINDS = ["weight_share", "pie_share"]


def flat(leaves):
    return Shape(
        (tuple(range(1, leaves + 1)), *((),) * leaves),
        (-1, *range(leaves)),
        np.ones(leaves + 1),
        ("",) * (leaves + 1),
    )


def nested():
    """A root with a leaf (0), a node of two leaves (1, 2) and a node of three (3, 4, 5)."""
    return Shape(
        ((1, 2, 5), (), (3, 4), (), (), (6, 7, 8), (), (), ()),
        (-1, 0, -1, 1, 2, -1, 3, 4, 5),
        np.ones(9),
        ("",) * 9,
    )


def same(shape, low, high):
    n = len(shape.children)
    return np.full(n, low), np.full(n, high)


def sample(seed, leaves=6, rows=12):
    return np.random.default_rng(seed).uniform(5, 100, (leaves, rows))


def refused(*arguments, **options):
    with pytest.raises(MethodError) as caught:
        benefit_of_the_doubt(*arguments, **options)
    return caught.value.findings[0]


def tai_scores(shift=None):
    """Min-max scores of 23 countries; `shift` moves what is printed within its rounding."""
    values = np.array(list(TAI["countries"].values()), dtype=float).T
    values = values if shift is None else values + shift
    low, high = values.min(axis=1, keepdims=True), values.max(axis=1, keepdims=True)
    return 100 * (values - low) / (high - low)


def test_the_technology_index():
    """Handbook, Table 19: weights of 10 to 15 % of their sum.

    Telephones and electricity are printed as logarithms of two decimals. Where that moves
    a score's second digit, the printed score must lie between those with the country's
    logarithms, and all others' the other way, at the ends of their rounding.
    """
    shape = flat(8)
    bounds = same(shape, 0.10, 0.15)
    logs = np.array([name in ("telephones", "electricity") for name in TAI["indicators"]])
    plain = benefit_of_the_doubt(shape, tai_scores(), *bounds).score / 100
    moved = [(row, *item) for row, item in enumerate(PRINTED.items()) if round(plain[row], 2) != item[1]]
    assert [name for _, name, _ in moved] == ["Japan", "United Kingdom", "Spain", "Slovenia"]
    for row, country, printed in moved:
        towards = np.where(np.arange(23) == row, 0.005, -0.005) * logs[:, None]
        ends = [benefit_of_the_doubt(shape, tai_scores(s * towards), *bounds).score[row] for s in (-1, 1)]
        assert ends[0] / 100 - 0.005 <= printed <= ends[1] / 100 + 0.005, country


def test_the_leaders_of_the_technology_index_are_tied_as_printed():
    found = benefit_of_the_doubt(flat(8), tai_scores(), *same(flat(8), 0.10, 0.15))
    best = {name for name, score in zip(PRINTED, found.score) if score == 100}
    assert best == {"Finland", "United States", "Sweden"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_it_is_the_whole_programme(kind, seed):
    """All cities in one dense programme, written out from Cherchye et al. (2007) for a flat tree."""
    scores = sample(seed, leaves=4, rows=8)
    low, high = 0.1, 0.6
    found = benefit_of_the_doubt(flat(4), scores, *same(flat(4), low, high), kind=kind)
    for city in range(8):
        part = np.diag(scores[:, city]) if kind == "pie_share" else np.eye(4)
        total = part.sum(axis=0)
        rows = np.vstack([scores.T, low * total - part, part - high * total])
        whole = linprog(-scores[:, city], rows, np.r_[np.ones(8), np.zeros(8)], method="highs")
        assert found.score[city] == pytest.approx(-100 * whole.fun, abs=1e-4)


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), low=st.floats(0, 0.2), high=st.floats(0.55, 1))
def test_no_admissible_fixed_weights_do_better(seed, low, high):
    shape, scores = nested(), sample(seed)
    found = benefit_of_the_doubt(shape, scores, *same(shape, low, high)).score
    rng = np.random.default_rng(seed)
    for _ in range(20):
        share = np.ones(9)
        for children in filter(None, shape.children):
            n = len(children)
            drawn = low + (1 - n * low) * rng.dirichlet(np.ones(n))
            share[list(children)] = drawn if drawn.max() <= high else 1 / n
        leaf = np.array(
            [share[1], share[2] * share[3], share[2] * share[4], *(share[5] * share[k] for k in (6, 7, 8))]
        )
        fixed = leaf @ scores
        assert (found >= 100 * fixed / fixed.max() - 1e-4).all()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(seed=st.integers(0, 1000), low=st.floats(0, 0.3), high=st.floats(0.5, 1))
def test_every_node_keeps_its_bounds(kind, seed, low, high):
    shape, scores = nested(), sample(seed)
    found = benefit_of_the_doubt(shape, scores, *same(shape, low, high), kind=kind)
    worth = found.weights * (scores if kind == "pie_share" else 1)
    for group, siblings in (
        ([1, 2], [[1], [2]]),
        ([3, 4, 5], [[3], [4], [5]]),
        (range(6), [[0], [1, 2], [3, 4, 5]]),
    ):
        total = worth[list(group)].sum(axis=0)
        for child in siblings:
            part = worth[child].sum(axis=0)
            assert (part >= low * total - 1e-6 * worth.sum(axis=0)).all()
            assert (part <= high * total + 1e-6 * worth.sum(axis=0)).all()
    assert found.weights.sum(axis=0) == pytest.approx(np.ones(12))
    assert (found.score > 0).all()
    assert (found.score <= 100).all()


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), low=st.floats(0, 0.3), high=st.floats(0.5, 1))
def test_the_best_city_has_100_under_weight_shares(seed, low, high):
    shape = nested()
    found = benefit_of_the_doubt(shape, sample(seed), *same(shape, low, high))
    assert found.score.max() == 100


def test_under_pie_shares_100_may_go_to_none():
    """By hand: equal pies of (1, 4) are worth (4/1 + 1/4) / 2 = 2.125 to (4, 1), and the other way."""
    scores = np.array([[1.0, 4.0], [4.0, 1.0]])
    found = benefit_of_the_doubt(flat(2), scores, *same(flat(2), 0.5, 0.5), kind="pie_share")
    assert found.score == pytest.approx([100 / 2.125] * 2)


def test_bounds_that_leave_one_choice_give_the_weighted_mean():
    scores = sample(3)
    shape = nested()
    fixed = np.array([1, 0.5, 0.3, 0.4, 0.6, 0.2, 0.1, 0.7, 0.2])
    leaf = np.array([0.5, 0.3 * 0.4, 0.3 * 0.6, 0.2 * 0.1, 0.2 * 0.7, 0.2 * 0.2])
    found = benefit_of_the_doubt(shape, scores, fixed, fixed)
    assert found.weights == pytest.approx(np.tile(leaf[:, None], 12), abs=1e-6)
    assert found.score == pytest.approx(100 * leaf @ scores / (leaf @ scores).max(), abs=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8)
@given(seed=st.integers(0, 1000), leaf=st.integers(0, 5), gain=st.floats(0, 50))
def test_a_better_value_never_lowers_a_citys_own_score(kind, seed, leaf, gain):
    assert PROPERTIES.monotone
    scores, bounds = sample(seed), same(nested(), 0.1, 0.6)
    better = scores.copy()
    better[leaf, 0] += gain
    before, after = (benefit_of_the_doubt(nested(), s, *bounds, kind=kind).score[0] for s in (scores, better))
    assert after >= before - 1e-3


def test_another_city_can_lower_a_score():
    assert not PROPERTIES.independent
    scores = np.array([[50.0, 20.0], [50.0, 80.0]])
    alone = benefit_of_the_doubt(flat(2), scores, *same(flat(2), 0, 1)).score
    joined = benefit_of_the_doubt(flat(2), np.hstack([scores, [[90.0], [90.0]]]), *same(flat(2), 0, 1)).score
    assert alone[0] == pytest.approx(100)
    assert joined[0] == pytest.approx(100 * 50 / 90)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_cities_and_leaves_does_not_matter(kind):
    scores, rng = sample(5, leaves=5), np.random.default_rng(5)
    rows, leaves = rng.permutation(12), rng.permutation(5)
    bounds = same(flat(5), 0.1, 0.4)
    plain = benefit_of_the_doubt(flat(5), scores, *bounds, kind=kind).score
    turned = benefit_of_the_doubt(flat(5), scores[leaves][:, rows], *bounds, kind=kind).score
    assert turned == pytest.approx(plain[rows], abs=1e-4)


def test_without_bounds_the_unit_of_a_leaf_does_not_matter():
    scores = sample(7, leaves=5)
    bounds = same(flat(5), 0, 1)
    stretched = benefit_of_the_doubt(flat(5), scores * np.array([[9], [1], [0.2], [1], [3]]), *bounds).score
    assert stretched == pytest.approx(benefit_of_the_doubt(flat(5), scores, *bounds).score, abs=1e-3)


def test_it_says_which_bounds_bind():
    scores = np.array([[90.0, 10.0], [10.0, 90.0], [50.0, 50.0]])
    found = benefit_of_the_doubt(flat(3), scores, *same(flat(3), 0.1, 0.6))
    assert found.share[1:, 1] == pytest.approx([0.1, 0.6, 0.3], abs=1e-5) or found.score[1] == pytest.approx(
        100
    )
    assert set(found.binding[0]) == {0}
    at_low = np.isclose(found.share[1:], 0.1, atol=1e-5)
    at_high = np.isclose(found.share[1:], 0.6, atol=1e-5)
    assert (found.binding[1:] == at_high.astype(int) - at_low.astype(int)).all()
    assert (at_low | at_high).any()


def test_one_city_and_one_leaf():
    found = benefit_of_the_doubt(flat(1), np.array([[40.0]]), *same(flat(1), 0, 1))
    assert (found.score.tolist(), found.weights.tolist()) == ([100], [[1]])
    found = benefit_of_the_doubt(flat(1), np.array([[40.0, 10.0]]), *same(flat(1), 0, 1))
    assert found.score == pytest.approx([100, 25])


@pytest.mark.parametrize(
    ("low", "high", "sums"),
    [
        ([0, 0.6, 0.6], [1, 1, 1], (1.2, 2)),
        ([0, 0, 0], [1, 0.4, 0.4], (0, 0.8)),
        ([0, 0.5, 0.2], [1, 0.4, 0.9], (0.7, 1.3)),
        ([0, -0.1, 0], [1, 1, 1], (-0.1, 2)),
        ([0, 0, 0], [1, 1.5, 1], (0, 2.5)),
    ],
)
def test_bounds_that_admit_nothing_are_refused_with_their_sums(low, high, sums):
    found = refused(flat(2), sample(0, leaves=2), np.array(low, float), np.array(high, float))
    assert (found.code, found.params["node"]) == ("bounds-admit-nothing", 0)
    assert (found.params["low"], found.params["high"]) == pytest.approx(sums)


def test_every_node_whose_bounds_admit_nothing_is_named():
    low, high = same(nested(), 0.4, 1)
    with pytest.raises(MethodError) as caught:
        admissible(nested(), low, high)
    assert [f.params["node"] for f in caught.value.findings] == [0, 5]
    low[[0, 1, 2, 5, 6, 7, 8]] = np.nan, 0, 0, 0, 0, 0, 0  # a bound on the root says nothing
    admissible(nested(), low, high)
    low[3] = np.nan
    with pytest.raises(MethodError):
        admissible(nested(), low, high)


def test_gaps_and_negative_scores_are_refused_by_position():
    scores = sample(0)
    scores[2, 4] = np.nan
    found = refused(nested(), scores, *same(nested(), 0, 1))
    assert (found.code, found.params) == ("bod-missing", {"positions": [2], "rows": [4]})
    scores[2, 4] = -1
    assert refused(nested(), scores, *same(nested(), 0, 1)).code == "bod-negative"


def test_a_share_of_the_score_needs_a_score():
    scores = sample(0)
    scores[1, 3] = 0
    bounds = same(nested(), 0.1, 0.9)
    found = refused(nested(), scores, *bounds, kind="pie_share")
    assert (found.code, found.params) == ("bod-needs-positive", {"positions": [3], "rows": [3]})
    assert benefit_of_the_doubt(nested(), scores, *bounds).score[3] > 0
    unbound = np.where(np.arange(9) == 3, 0, 0.1), np.ones(9)
    assert benefit_of_the_doubt(nested(), scores, *unbound, kind="pie_share").score[3] > 0
    # an upper bound on its sibling asks for it too
    short = np.zeros(9), np.where(np.arange(9) == 4, 0.9, 1.0)
    assert refused(nested(), scores, *short, kind="pie_share").code == "bod-needs-positive"


@pytest.mark.parametrize(("kind", "wanted"), list(zip(KINDS, ["bod-worth-nothing", "bod-needs-positive"])))
def test_a_city_of_zeros_has_no_best_case(kind, wanted):
    scores = sample(0)
    scores[:, 2] = 0
    found = refused(nested(), scores, *same(nested(), 0, 1), kind=kind)
    assert (found.code, found.params["rows"]) == (wanted, [2])


def test_zeros_in_a_leaf_are_no_fault_for_weights():
    scores = sample(0)
    scores[0] = 0
    found = benefit_of_the_doubt(nested(), scores, *same(nested(), 0.1, 0.8))
    assert np.isfinite(found.score).all()
    assert (found.share[1] >= 0.1 - 1e-6).all()
