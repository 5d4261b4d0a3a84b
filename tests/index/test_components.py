from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.components import (
    LEAST_UNIQUENESS,
    common_factors,
    maximum_likelihood,
    principal_components,
    strongest_share,
    varimax,
)

GOLDEN = Path(__file__).parents[1] / "golden"
TAI = yaml.safe_load((GOLDEN / "tai.yaml").read_text(encoding="utf-8"))
PRINTED = yaml.safe_load((GOLDEN / "tai_weights.yaml").read_text(encoding="utf-8"))
VALUES = np.array(list(TAI["countries"].values()), dtype=float).T
EXPORTS = TAI["indicators"].index("exports")


def refused(call, *arguments, **options):
    with pytest.raises(MethodError) as caught:
        call(*arguments, **options)
    return caught.value.findings[0]


def sample(seed, children=4, rows=60):
    """Children with a common part, so that every loading is positive."""
    rng = np.random.default_rng(seed)
    return 50 + 10 * rng.normal(size=rows) + 6 * rng.normal(size=(children, rows))


def two_groups(seed=0, rows=80):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=rows)
    groups = np.repeat(0.5 * root + rng.normal(size=(2, rows)), [3, 4], axis=0)
    return groups + 0.4 * rng.normal(size=(7, rows))


def test_the_eigenvalues_of_the_technology_index():
    """Handbook, Table 16."""
    explained = 100 * np.sort(np.linalg.eigvalsh(np.corrcoef(VALUES)))[::-1] / 8
    # printed logarithms have two decimals: the last digit of a percentage may differ
    assert explained == pytest.approx(PRINTED["table_16_eigenvalues_percent"], abs=0.35)


def test_the_printed_loadings_give_the_printed_weights():
    """Handbook, Tables 17 and 18 (PC): exports count in the first component, where 0.64 is their largest."""
    weights, component = strongest_share(np.array(PRINTED["table_17_loadings"]))
    assert weights.round(2).tolist() == PRINTED["table_18_pc"]
    assert component.tolist() == [1, 3, 0, 0, 3, 0, 0, 2]


def test_varimax_gives_the_printed_loadings():
    """Handbook, Table 17: four components of 23 countries (order and sign of a component are free)."""
    values, vectors = np.linalg.eigh(np.corrcoef(VALUES))
    turned = varimax(vectors[:, -4:] * np.sqrt(values[-4:]))
    for column in np.array(PRINTED["table_17_loadings"]).T:
        gap = min(np.abs(s * turned[:, j] - column).max() for j in range(4) for s in (1, -1))
        assert gap < 0.02


def test_maximum_likelihood_gives_the_printed_communalities():
    """Handbook, Table 10. Schooling is at the bound of its uniqueness here (a Heywood case) and 0.95 there.

    The ML column of Table 18 does not follow from Table 10 by the rule printed for PC
    (patents would weigh 0.17, not 0.19; internet 0.08, not 0.07), so it is not tested.
    """
    loadings, uniqueness = maximum_likelihood(np.corrcoef(VALUES), 4)
    printed = np.array(PRINTED["table_10_communality"])
    others = np.arange(8) != TAI["indicators"].index("schooling")
    assert (1 - uniqueness)[others] == pytest.approx(printed[others], abs=0.02)
    explained = np.sort((varimax(loadings) ** 2).sum(axis=0))
    assert explained == pytest.approx(np.sort(PRINTED["table_10_explained"]), abs=0.06)


@pytest.mark.parametrize("options", [{"components": 4, "rotation": "varimax"}, {"components": 1}, {}])
def test_exports_run_against_the_technology_index_and_are_named(options):
    """Handbook, Table 8: exports load with the other sign on the first component."""
    found = refused(principal_components, VALUES, **options)
    assert (found.code, found.params["positions"]) == ("weights-loading-negative", [EXPORTS])


@settings(max_examples=20)
@given(seed=st.integers(0, 200))
def test_one_component_weighs_by_its_squared_vector(seed):
    scores = sample(seed)
    standard = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
    vector = np.linalg.svd(standard)[0][:, 0]
    assert principal_components(scores, components=1).weights == pytest.approx(vector**2)


def test_children_are_weighed_by_their_own_component():
    found = principal_components(two_groups(), rotation="varimax")
    assert found.details["retained"] == 2
    component = found.details["component"]
    assert len(set(component[:3])) == len(set(component[3:])) == 1
    assert component[0] != component[3]
    loadings = found.details["loadings"]
    own = loadings[np.arange(7), component]
    assert (own > 0).all()
    assert found.weights == pytest.approx(own**2 / (own**2).sum())


@settings(max_examples=20)
@given(seed=st.integers(0, 50), factor=st.floats(0.1, 10))
def test_the_scale_of_a_child_does_not_matter(seed, factor):
    scores = sample(seed)
    stretched = scores * np.array([[factor], [1], [1], [1]])
    for call in (principal_components, common_factors):
        assert call(stretched).weights == pytest.approx(call(scores).weights, abs=1e-5)


def test_a_turned_child_is_refused_by_both():
    scores = sample(0)
    scores[2] = 100 - scores[2]
    for call in (principal_components, common_factors):
        found = refused(call, scores)
        assert (found.code, found.params["positions"]) == ("weights-loading-negative", [2])


def test_uncorrelated_children_have_nothing_to_weigh_by():
    rows = np.array([[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], dtype=float)
    assert refused(principal_components, np.tile(rows, 6)).code == "weights-nothing-common"


def test_components_that_explain_equally_much_are_not_told_apart():
    rows = np.array([[1, -1, 1, -1], [1, -1, 1, -1], [1, 1, -1, -1], [1, 1, -1, -1]], dtype=float)
    assert refused(principal_components, np.tile(rows, 6), components=1).code == "weights-components-tied"


@pytest.mark.parametrize("wanted", [0, -1, 5])
def test_no_more_components_than_children(wanted):
    assert refused(principal_components, sample(0), components=wanted).code == "weights-components"


@settings(max_examples=20)
@given(tilt=st.floats(0.01, np.pi - 0.01))
def test_varimax_finds_the_simple_structure_from_any_angle(tilt):
    simple = np.array([[0.9, 0], [0.8, 0], [0, 0.7], [0, 0.6]])
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    found = np.abs(varimax(simple @ turn))
    assert np.sort(found.sum(axis=0)) == pytest.approx([1.3, 1.7])


@settings(max_examples=20)
@given(seed=st.integers(0, 100))
def test_varimax_is_at_least_as_simple_as_any_angle_tried(seed):
    """Kaiser's criterion, straight from his formula, on a grid of angles."""
    loadings = np.random.default_rng(seed).uniform(-1, 1, (6, 2))
    unit = loadings / np.linalg.norm(loadings, axis=1, keepdims=True)

    def criterion(rows):
        return (rows**2).var(axis=0).sum()

    angles = np.linspace(0, np.pi / 2, 181)
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    found = varimax(loadings) / np.linalg.norm(loadings, axis=1, keepdims=True)
    assert criterion(found) >= max(criterion(unit @ turn) for turn in turns) - 1e-9
    assert (found**2).sum(axis=1) == pytest.approx(1)


def test_maximum_likelihood_recovers_the_factors_that_made_a_matrix():
    loadings = np.array([[0.9, 0], [0.8, 0.1], [0.7, 0], [0.1, 0.8], [0, 0.7], [0.2, 0.6]])
    unique = 1 - (loadings**2).sum(axis=1)
    found, uniqueness = maximum_likelihood(loadings @ loadings.T + np.diag(unique), 2)
    assert uniqueness == pytest.approx(unique, abs=1e-4)
    assert found @ found.T == pytest.approx(loadings @ loadings.T, abs=1e-3)


def test_maximum_likelihood_agrees_with_scikit_learn():
    peer = pytest.importorskip("sklearn.decomposition")
    scores = two_groups(3)
    standard = (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)
    theirs = peer.FactorAnalysis(2, svd_method="lapack", tol=1e-10, max_iter=50_000).fit(standard.T)
    loadings, uniqueness = maximum_likelihood(np.corrcoef(scores), 2)
    assert uniqueness == pytest.approx(theirs.noise_variance_, abs=1e-3)
    assert loadings @ loadings.T == pytest.approx(theirs.components_.T @ theirs.components_, abs=1e-3)


def test_what_factors_cannot_be_found_for_is_refused():
    assert refused(common_factors, sample(0, children=2)).code == "weights-factors-unidentified"
    scores = sample(0)
    assert refused(common_factors, np.vstack([scores, scores[:1]])).code == "weights-collinear"
    assert (
        refused(maximum_likelihood, np.corrcoef(two_groups()[1:5]), 2).code == "weights-factors-unidentified"
    )


def test_a_child_apart_from_the_others_weighs_little_by_factors():
    scores = sample(1, rows=400)
    rng = np.random.default_rng(5)
    scores[3] = 0.15 * scores[0] + 10 * rng.normal(size=400)
    found = common_factors(scores)
    assert found.weights[3] < 0.05
    assert (found.details["uniqueness"] >= LEAST_UNIQUENESS).all()
