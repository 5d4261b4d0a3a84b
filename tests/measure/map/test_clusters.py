import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure.map.planted import cluster, noise
from scipy.stats import spearmanr

from scindex.errors import MethodError
from scindex.measure.map.clusters import adjusted, beside, breaks, gi_star, local_moran, touching


def square(side):
    row, column = np.divmod(np.arange(side * side), side)
    return beside(column, row)


def test_a_cell_inside_a_grid_has_eight_neighbours_and_a_corner_three():
    counts = np.bincount(square(4).focal)
    assert counts[5] == 8
    assert counts[0] == 3


def test_a_reach_of_one_side_leaves_four_neighbours():
    row, column = np.divmod(np.arange(16), 4)
    near = beside(column, row, reach=1.0)
    assert np.bincount(near.focal)[5] == 4


@given(st.sets(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=40))
def test_neighbours_on_a_sparse_grid_are_those_that_share_a_corner(places):
    at = np.array(sorted(places))
    near = beside(at[:, 0], at[:, 1])
    found = set(zip(near.focal.tolist(), near.other.tolist()))
    apart = np.abs(at[:, None] - at[None]).max(axis=2)
    assert found == set(zip(*(a.tolist() for a in np.nonzero(apart == 1))))


def test_districts_that_share_a_corner_are_neighbours():
    import shapely

    near = touching(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2), shapely.box(3, 3, 4, 4)]))
    assert near.focal.tolist() == [0, 1]
    assert near.islands.tolist() == [False, False, True]


@pytest.mark.slow
def test_permutation_and_normal_p_values_agree_on_a_planted_cluster():
    """Not equal: permutations keep the cell itself in place, the normal approximation does not."""
    found = gi_star(cluster().ravel(), square(20), permutations=4999, seed=0)
    inside = np.zeros((20, 20), bool)
    inside[11:14, 6:9] = True
    for p in (found.p, found.p_normal):
        assert (p[inside.ravel()] < 0.001).all()
    assert spearmanr(found.p, found.p_normal).statistic > 0.8


def test_pseudo_p_values_are_doubled_once():
    """The package gives one-sided ones; should that change, half of the cells would have a p-value of 1."""
    found = gi_star(noise(0).ravel(), square(20), permutations=999, seed=0)
    assert (found.p == 1).mean() < 0.05
    assert np.median(found.p) == pytest.approx(0.5, abs=0.1)


def test_the_planted_cluster_is_found_and_little_else():
    values = cluster()
    found = gi_star(values.ravel(), square(20), permutations=4999, seed=0)
    hot = ((found.q <= 0.05) & (found.kind == "hot")).reshape(20, 20)
    assert hot[11:14, 6:9].all()
    outside = hot.copy()
    outside[9:16, 4:11] = False
    assert not outside.any()


def test_the_same_seed_gives_the_same_p_values():
    once, again = (gi_star(noise(0).ravel(), square(20), permutations=199, seed=4).p for _ in range(2))
    assert (once == again).all()


@pytest.mark.slow
def test_pure_noise_gives_discoveries_no_more_often_than_the_rate():
    """Under noise each discovery is false: at a rate of 5 % at most about 5 of 100 maps have one."""
    near, maps, hits = square(12), 60, {"gi": 0, "moran": 0}
    for seed in range(maps):
        values = noise(seed, 12).ravel()
        hits["gi"] += bool((gi_star(values, near, permutations=9999, seed=seed).q <= 0.05).any())
        hits["moran"] += bool((local_moran(values, near, permutations=9999, seed=seed).q <= 0.05).any())
    # the 99.9 % point of a binomial of 60 draws at 5 %
    assert max(hits.values()) <= 9, hits


def test_too_few_cells_or_equal_values_are_refused():
    for values, near in ((np.ones(16), square(4)), (np.arange(4.0), square(2))):
        with pytest.raises(MethodError):
            gi_star(values, near, permutations=99, seed=0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50).map(np.array))
def test_adjusting_never_makes_a_p_value_smaller(p):
    q = adjusted(p)
    assert (q >= p - 1e-12).all()
    assert (q <= 1).all()


@pytest.mark.parametrize("scheme", ["natural_breaks", "quantiles", "equal_interval", "head_tail", "pretty"])
def test_classes_ascend_and_end_at_the_largest_value(scheme):
    values = noise(3).ravel()
    ends = breaks(values, scheme=scheme)
    assert (np.diff(ends) > 0).all()
    assert ends[-1] == values.max()


def test_few_different_values_are_their_own_classes():
    assert breaks(np.array([1.0, 2.0, 2.0, np.nan])).tolist() == [1.0, 2.0]


def test_an_unknown_scheme_is_refused():
    with pytest.raises(MethodError):
        breaks(np.arange(9.0), scheme="jenk")
