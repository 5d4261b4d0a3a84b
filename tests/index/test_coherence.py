import csv
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.index.coherence import cohere, judge, redundant_pairs, trade_offs
from scindex.index.correlations import CORRELATIONS, pearson, with_one
from scindex.index.dimensions import components, cronbach
from scindex.index.importance import (
    importance,
    importance_of_children,
    importance_of_leaves,
    subtree,
    weigh_against,
)
from scindex.index.rollup import Shape, climb

nan = np.nan
few = settings(max_examples=25)
cell = st.one_of(st.none(), st.integers(0, 20).map(float))
tables = st.lists(st.lists(cell, min_size=9, max_size=9), min_size=3, max_size=3).map(
    lambda rows: np.array([[nan if v is None else v for v in row] for row in rows])
)
SCIPY = {
    "pearson": scipy.stats.pearsonr,
    "spearman": scipy.stats.spearmanr,
    "kendall": scipy.stats.kendalltau,
}
each_kind = pytest.mark.parametrize("kind", sorted(CORRELATIONS))


@pytest.fixture(scope="module")
def tai():
    """The Handbook's 23 countries: patents, royalties, internet, exports, telephones, electricity, ..."""
    path = Path(__file__).parents[1] / "golden" / "tai.yaml"
    countries = yaml.safe_load(path.read_text(encoding="utf-8"))["countries"]
    return np.array(list(countries.values())[:23], dtype=float).T


@pytest.fixture(scope="module")
def asem(shared):
    """Raw ASEM indicators of 51 countries by code, as COINr ships them."""
    with (shared / "data" / "asem" / "iData.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    def pick(codes):
        return np.array(
            [[float(r[c]) if r[c] not in ("", "NA") else nan for r in rows] for c in codes.split()]
        )

    return pick


def noisy(rng, common, *shares):
    return np.array([s * common + (1 - s) * rng.normal(size=common.size) for s in shares])


# correlations


def test_the_handbooks_correlations(tai):
    """Table 6, p. 64; its telephones and electricity had more decimals than Table A.2 prints."""
    r = pearson(tai).r
    assert r[0, 1:] == pytest.approx([0.13, -0.09, 0.45, 0.28, 0.03, 0.22, 0.08], abs=0.006)
    assert r[1, 2:] == pytest.approx([0.46, 0.25, 0.56, 0.32, 0.30, 0.06], abs=0.021)
    assert r[2, 3:] == pytest.approx([-0.45, 0.56, 0.84, 0.63, 0.27], abs=0.006)
    assert r[3, 4:] == pytest.approx([0.00, -0.36, -0.35, -0.03], abs=0.006)
    assert r[4, 5:] == pytest.approx([0.64, 0.30, 0.33], abs=0.006)
    assert r[5, 6:] == pytest.approx([0.65, 0.26], abs=0.012)
    assert r[6, 7] == pytest.approx(0.08, abs=0.006)


@each_kind
@given(values=tables)
@few
def test_each_pair_is_what_scipy_says_of_the_rows_they_share(kind, values):
    found = CORRELATIONS[kind](values)
    for i in range(3):
        for j in range(i):
            both = ~np.isnan(values[i]) & ~np.isnan(values[j])
            x, y = values[i, both], values[j, both]
            assert found.n[i, j] == found.n[j, i] == both.sum()
            if both.sum() < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
                assert np.isnan([found.r[i, j], found.p[i, j]]).all()
            else:
                expected = SCIPY[kind](x, y)
                assert found.r[i, j] == found.r[j, i] == pytest.approx(expected.statistic, abs=1e-9)
                assert found.p[i, j] == pytest.approx(expected.pvalue, abs=1e-7)


@each_kind
@given(values=tables)
@few
def test_a_correlation_has_no_unit_and_no_row_order(kind, values):
    found = CORRELATIONS[kind](values)
    other = CORRELATIONS[kind](3 + 1000 * values[:, ::-1])
    assert other.r == pytest.approx(found.r, nan_ok=True, abs=1e-9)


@each_kind
def test_one_against_the_rest_is_a_column_of_the_matrix(kind):
    values = np.random.default_rng(0).normal(size=(4, 20))
    values[1, :5] = nan
    r, p, n = with_one(values[1:], values[0], kind)
    found = CORRELATIONS[kind](values)
    assert r == pytest.approx(found.r[0, 1:])
    assert p == pytest.approx(found.p[0, 1:])
    assert (n == found.n[0, 1:]).all()


def test_a_far_value_outside_the_shared_rows_does_no_harm():
    x = np.array([1.0, 2.0, 3.0, 4.0, 1e12])
    y = np.array([2.0, 1.0, 4.0, 3.0, nan])
    assert pearson(np.stack([x, y])).r[0, 1] == pytest.approx(0.6)


def test_coinrs_correlations(asem):
    """COINr 1.1, vignette "Analysis": get_corr of the raw environmental group, blank where p >= 0.05."""
    found = pearson(asem("CO2 Forest MatCon PrimEner Renew"))
    assert found.r[0, 2:] == pytest.approx([0.7222051, 0.3268484, -0.5986338], abs=5e-8)
    printed = np.where(found.p < 0.05, found.r, nan).round(2)
    assert printed[1] == pytest.approx([nan, 1, nan, nan, 0.35], nan_ok=True)
    assert printed[2] == pytest.approx([0.72, nan, 1, 0.38, -0.42], nan_ok=True)
    assert printed[3] == pytest.approx([0.33, nan, 0.38, 1, nan], nan_ok=True)


# redundancy and trade-offs


def test_pairs_are_named_once_and_the_strongest_first():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    values = np.array([x, x + 0.01 * rng.normal(size=60), x + 0.3 * rng.normal(size=60), -x])
    found = pearson(values)
    pairs = redundant_pairs(found, 0.9)
    assert (pairs[0].first, pairs[0].second) == (0, 1)
    assert {(p.first, p.second) for p in pairs} == {(0, 1), (0, 2), (1, 2)}
    assert [p.r for p in pairs] == sorted((p.r for p in pairs), reverse=True)
    assert [p.second for p in trade_offs(found)] == [3, 3, 3]
    assert redundant_pairs(found, 0.9)[0].r == found.r[0, 1]
    assert redundant_pairs(found, 1.0) == ()


def test_a_weak_negative_correlation_is_no_trade_off():
    x = np.arange(10.0)
    y = np.array([5.0, 3, 6, 2, 5, 4, 6, 1, 5, 3])
    found = pearson(np.stack([x, y]))
    assert found.r[0, 1] < 0
    assert trade_offs(found) == ()
    assert len(trade_offs(found, significant=1.0)) == 1


# alpha and components


def test_the_handbooks_alpha(tai):
    """Section 4.3: .70; Table 11, p. 73: after deleting one, and the correlation with the rest."""
    found = cronbach(tai)
    assert found.alpha == pytest.approx(0.70, abs=0.005)
    deleted = [0.704, 0.645, 0.636, 0.774, 0.603, 0.624, 0.662, 0.706]
    rest = [0.261, 0.527, 0.566, -0.108, 0.701, 0.614, 0.451, 0.249]
    assert found.deleted == pytest.approx(deleted, abs=0.0015)
    assert found.rest == pytest.approx(rest, abs=0.0065)


@given(values=tables)
@few
def test_alpha_is_the_formula(values):
    rows = values[:, ~np.isnan(values).any(axis=0)]
    found = cronbach(values, standardise=False)
    if rows.shape[1] < 3 or (np.ptp(rows, axis=1) == 0).any():
        assert np.isnan(found.alpha)
    elif rows.sum(axis=0).var(ddof=1) > 1e-9:
        total = rows.sum(axis=0).var(ddof=1)
        assert found.alpha == pytest.approx(3 / 2 * (1 - rows.var(axis=1, ddof=1).sum() / total))


def test_standardised_alpha_follows_from_the_mean_correlation(tai):
    """Spearman-Brown: Q r / (1 + (Q - 1) r)."""
    r = pearson(tai).r[np.triu_indices(8, 1)].mean()
    assert cronbach(tai).alpha == pytest.approx(8 * r / (1 + 7 * r))


def test_the_handbooks_principal_components(tai):
    """Table 7, p. 65, and the first column of Table 8, p. 69 (there with the opposite sign)."""
    found = components(tai)
    share = [41.9, 21.8, 12.3, 11.1, 6.0, 3.7, 2.2, 0.9]
    assert 100 * found.shares == pytest.approx(share, abs=0.12)
    assert found.eigenvalues == pytest.approx([3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1], abs=0.06)
    first = [0.11, 0.56, 0.92, -0.35, 0.76, 0.91, 0.74, 0.36]
    assert found.loadings[:, 0] == pytest.approx(first, abs=0.012)


def test_coinrs_principal_components(asem):
    """COINr 1.1, vignette "Analysis": get_PCA of raw groups, 14 rows of the social one left out."""
    social = components(asem("CPI FemLab FreePress NGOs Palma Poverty TertGrad TolMin WomParl"))
    sd = [2.2042, 1.1256, 0.9788, 0.78834, 0.77153, 0.56836, 0.42463, 0.36068, 0.25760]
    assert np.sqrt(social.eigenvalues) == pytest.approx(sd, abs=6e-5)
    assert (social.n, social.kaiser) == (37, 2)
    environ = components(asem("CO2 Forest MatCon PrimEner Renew"))
    weights = environ.loadings[:, 0] / np.sqrt(environ.eigenvalues[0])
    expected = np.array([-0.581, 0.214, -0.543, -0.313, 0.473])
    assert weights * np.sign(weights[0] * expected[0]) == pytest.approx(expected, abs=6e-4)


def test_coinrs_alpha_takes_each_pair_and_ours_whole_rows(asem):
    """COINr 1.1, vignette "Analysis": 0.05126659 for the raw P2P group, from pairwise covariances."""
    values = asem("StMob Research Pat CultServ CultGood Tourist MigStock Lang")
    known = ~np.isnan(values)
    cov = np.empty((8, 8))
    for i, j in np.ndindex(8, 8):
        both = known[i] & known[j]
        cov[i, j] = np.cov(values[i, both], values[j, both])[0, 1]
    assert 8 / 7 * (1 - np.trace(cov) / cov.sum()) == pytest.approx(0.05126659, abs=5e-9)
    whole = cronbach(values, standardise=False)
    assert whole.n == known.all(axis=0).sum()
    assert whole.alpha == pytest.approx(0.0494, abs=5e-5)


def test_loadings_give_the_correlations_back(tai):
    found = components(tai)
    assert found.loadings @ found.loadings.T == pytest.approx(np.corrcoef(tai))
    assert found.eigenvalues.sum() == pytest.approx(8)


def test_adequacy_from_regressions(tai):
    """A partial correlation is that of the residuals of two regressions on all the rest."""
    z = scipy.stats.zscore(tai, axis=1)
    plain = partial = 0.0
    for i in range(8):
        for j in set(range(8)) - {i}:
            others = z[[k for k in range(8) if k not in (i, j)]].T
            left = [z[k] - others @ np.linalg.lstsq(others, z[k], rcond=None)[0] for k in (i, j)]
            partial += np.corrcoef(left)[0, 1] ** 2
            plain += np.corrcoef(z[[i, j]])[0, 1] ** 2
    assert components(tai).kmo == pytest.approx(plain / (plain + partial))


def test_bartletts_test(tai):
    found = components(tai)
    chi = -(23 - 1 - (2 * 8 + 5) / 6) * np.log(np.linalg.det(np.corrcoef(tai)))
    assert found.bartlett == pytest.approx(chi)
    assert found.bartlett_p == pytest.approx(scipy.stats.chi2.sf(chi, 28))


@pytest.mark.parametrize(
    "values",
    [
        np.full((3, 6), nan),
        np.array([[1.0], [2.0]]),
        np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 5.0, 5.0, 5.0]]),
        np.array([[1.0, 2.0, nan, nan], [nan, nan, 3.0, 4.0]]),
    ],
    ids=["all missing", "one city", "constant", "no complete row"],
)
def test_nothing_is_made_up(values):
    assert np.isnan(cronbach(values).alpha)
    found = components(values)
    assert np.isnan(found.eigenvalues).all()
    assert found.kaiser == 0
    assert judge(cohere(values, values[0]), "node", ["a", "b", "c"], reflective=True) == ()


def test_one_child_has_no_alpha_and_one_component():
    found = components(np.arange(5.0)[None])
    assert np.isnan(cronbach(np.arange(5.0)[None]).alpha)
    assert found.eigenvalues == pytest.approx([1])
    assert found.kaiser == 0
    assert np.isnan([found.kmo, found.bartlett]).all()


def test_a_child_that_is_a_sum_of_others_has_components_but_no_adequacy():
    x = np.random.default_rng(0).normal(size=(2, 30))
    found = components(np.vstack([x, x.sum(axis=0)]))
    assert found.eigenvalues[-1] == pytest.approx(0, abs=1e-9)
    assert np.isnan([found.kmo, found.bartlett]).all()


# verdicts


def test_only_reflective_nodes_get_verdicts():
    values = np.random.default_rng(1).normal(size=(4, 40))
    found = cohere(values, values.mean(axis=0))
    names = ["a", "b", "c", "d"]
    assert judge(found, "node", names, reflective=False) == ()
    codes = {f.code for f in judge(found, "node", names, reflective=True)}
    assert codes == {"coherence-alpha-low", "coherence-kmo-low", "coherence-dimensions"}


def test_children_against_their_node_are_named():
    x = np.linspace(0, 100, 30)
    found = cohere(np.array([x, x, 100 - x]), x)
    said = {
        (f.code, f.params["first"]) for f in judge(found, "node", ["up", "also", "down"], reflective=False)
    }
    assert ("coherence-against-node", "down") in said
    assert ("coherence-redundant", "up") in said
    assert ("coherence-trade-off", "also") in said


def test_a_node_of_one_thing_passes():
    rng = np.random.default_rng(0)
    values = noisy(rng, rng.normal(size=80), 0.6, 0.6, 0.6, 0.6)
    assert judge(cohere(values, values.mean(axis=0)), "node", list("abcd"), reflective=True) == ()


# importance


def test_importance_of_independent_parts_is_their_share_of_variance():
    """y = 3 a + b: V = 9 + 1, so S = 0.9 and 0.1."""
    x = np.random.default_rng(3).normal(size=(2, 4000))
    found = importance(x, 3 * x[0] + x[1], np.array([1.0, 1.0]), resamples=50)
    assert found.ratio == pytest.approx([0.9, 0.1], abs=0.02)
    assert found.squared == pytest.approx([0.9, 0.1], abs=0.02)
    assert found.below.tolist() == [False, True]


def test_a_curve_sees_what_a_line_does_not():
    """y = x^2 + e with x uniform on -1 to 1: V(x^2) = 4/45, r = 0; V(e) the same, so S = 1/2."""
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, 4000)
    y = x**2 + rng.normal(0, np.sqrt(4 / 45), 4000)
    found = importance(x[None], y, np.ones(1), resamples=100)
    assert found.squared[0] == pytest.approx(0, abs=0.01)
    assert found.ratio[0] == pytest.approx(0.5, abs=0.04)
    assert found.low[0] < found.ratio[0] < found.high[0]


def test_ishigami():
    """First-order indices for a = 7, b = 0.1 (Ishigami and Homma, 1990): 0.3139, 0.4424, 0."""
    x = np.random.default_rng(0).uniform(-np.pi, np.pi, (3, 6000))
    y = np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])
    found = importance(x, y, np.ones(3), resamples=20)
    assert found.ratio == pytest.approx([0.3139, 0.4424, 0.0], abs=0.06)


def test_a_straight_relation_gives_the_squared_correlation():
    rng = np.random.default_rng(1)
    x = rng.normal(size=40)
    found = importance(x[None], x * 2 + 1, np.ones(1), resamples=20)
    assert found.ratio[0] == pytest.approx(1)
    assert found.squared[0] == pytest.approx(1)


@given(seed=st.integers(0, 1000), scale=st.floats(0.1, 100), shift=st.floats(-50, 50))
@few
def test_importance_has_no_unit(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 30))
    y = x[0] + rng.normal(size=30)
    plain = importance(x, y, np.ones(2), resamples=4)
    moved = importance(shift + scale * x, -scale * y, np.ones(2) * scale, resamples=4)
    assert moved.ratio == pytest.approx(plain.ratio, abs=1e-5)
    assert ((plain.ratio >= 0) & (plain.ratio <= 1)).all()
    assert plain.share.sum() == pytest.approx(1)


def test_both_directions_are_flagged_and_said():
    x = np.random.default_rng(2).normal(size=(3, 800))
    found = importance(x, 5 * x[0] + x[1] + x[2], np.array([1.0, 1.0, 1.0]), resamples=20)
    assert found.above.tolist() == [True, False, False]
    assert found.below.tolist() == [False, True, True]
    codes = [f.code for f in weigh_against(found, "node", ["a", "b", "c"])]
    assert codes == ["importance-above-weight", "importance-below-weight", "importance-below-weight"]
    wide = importance(x, 5 * x[0] + x[1] + x[2], np.array([1.0, 1.0, 1.0]), factor=100, resamples=20)
    assert weigh_against(wide, "node", ["a", "b", "c"]) == ()


def test_what_weighs_nothing_is_not_flagged():
    x = np.random.default_rng(2).normal(size=(2, 100))
    found = importance(x, x[0] + x[1], np.array([1.0, 0.0]), resamples=20)
    assert not found.above[1]
    assert not found.below[1]


def test_the_seed_decides_the_interval_and_nothing_else():
    x = np.random.default_rng(2).normal(size=(2, 60))
    runs = [importance(x, x[0] + x[1], np.ones(2), resamples=70, seed=s) for s in (0, 0, 1)]
    assert runs[0].low.tobytes() == runs[1].low.tobytes() != runs[2].low.tobytes()
    assert runs[0].ratio.tobytes() == runs[2].ratio.tobytes()


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """y = a + b, so S = 1/2; 40 samples at level 0.9: 31 or fewer hits have a chance of 1 in 60."""
    hits = 0
    for seed in range(10_000, 10_040):
        x = np.random.default_rng(seed).normal(size=(2, 120))
        found = importance(x[:1], x[0] + x[1], np.ones(1), resamples=64, seed=seed)
        hits += found.low[0] <= 0.5 <= found.high[0]
    assert hits > 31


@pytest.mark.parametrize(
    "child",
    [
        np.full(30, nan),
        np.full(30, 7.0),
        np.r_[np.arange(9.0), np.full(21, nan)],
    ],
    ids=["all missing", "constant", "too few"],
)
def test_no_curve_without_data(child):
    y = np.random.default_rng(0).normal(size=30)
    found = importance(np.stack([child, y]), y, np.ones(2), resamples=10)
    assert np.isnan([found.ratio[0], found.low[0], found.high[0], found.share[0]]).all()
    assert found.share[1] == 1
    assert not found.above[0]
    assert not found.below[0]


def test_a_child_of_two_values_survives_resamples_that_hold_one():
    y = np.random.default_rng(0).normal(size=12)
    x = np.r_[1.0, np.zeros(11)]
    found = importance(np.stack([x, y]), y, np.ones(2), resamples=100)
    assert 0 <= found.low[0] <= found.high[0] <= 1


# any node of a tree

TREE = Shape(
    ((1, 2), (), (3, 4), (), ()), (-1, 2, -1, 0, 1), np.array([1.0, 1, 3, 1, 1]), ("arithmetic",) * 5
)


def test_the_two_tables_for_every_node():
    leaves = np.random.default_rng(0).uniform(0, 100, (3, 300))
    scores = climb(TREE, leaves)
    top = importance_of_leaves(TREE, scores, resamples=20)
    assert top.weight == pytest.approx([1 / 4, 3 / 8, 3 / 8])  # leaves in the order of the tree: 2, 0, 1
    assert top.ratio == pytest.approx(np.array([1 / 16, 9 / 64, 9 / 64]) * 64 / 22, abs=0.08)
    below = importance_of_leaves(TREE, scores, 2, resamples=20)
    assert below.weight == pytest.approx([0.5, 0.5])
    children = importance_of_children(TREE, scores, 0, resamples=20)
    assert children.weight == pytest.approx([0.25, 0.75])


def test_a_leaf_nobody_has_leaves_the_effective_weights():
    leaves = np.random.default_rng(0).uniform(0, 100, (3, 50))
    leaves[1] = nan
    found = importance_of_leaves(TREE, climb(TREE, leaves), resamples=10)
    assert found.weight == pytest.approx([0.25, 0.75, 0])


def test_a_subtree_of_the_top_is_the_tree():
    same = subtree(TREE, 0)
    assert (same.children, same.leaf, same.method) == (TREE.children, TREE.leaf, TREE.method)
