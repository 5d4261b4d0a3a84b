from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import milp
from uncertainty.trees import bound, grow, shares

from scindex.index.rollup import Shape, climb
from scindex.uncertainty.admissible import bounds_open, bounds_within, necessary_order
from scindex.uncertainty.extremes import rank_bounds

FLAT = Shape(((1, 2), (), ()), (-1, 0, 1), np.ones(3), ("arithmetic", "", ""))


def ranks(total):
    return 1 + (total[None, :] > total[:, None] + 1e-6).sum(axis=1)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 6), low=st.floats(0, 0.5), wide=st.floats(0, 0.5))
def test_ranks_on_a_line_of_weights_are_exact(seed, n, low, wide):
    """Two leaves: ranks change only where two lines cross, so all crossings and gaps are tried."""
    scores = np.random.default_rng(seed).integers(0, 6, (2, n)) * 10.0
    low_shares, high_shares = np.array([0, low, 0]), np.array([1, low + wide, 1])
    slope, at_zero = scores[0] - scores[1], scores[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = ((at_zero[None] - at_zero[:, None]) / (slope[:, None] - slope[None])).ravel()
    inside = crossings[(crossings >= low) & (crossings <= low + wide)]
    points = np.unique(np.r_[low, low + wide, inside])
    points = np.r_[points, (points[1:] + points[:-1]) / 2]
    every = np.array([ranks(at_zero + w * slope) for w in points])
    found = rank_bounds(FLAT, scores, low_shares, high_shares)
    assert found.best_exact.all()
    assert found.worst_exact.all()
    assert found.best.tolist() == every.min(axis=0).tolist()
    assert found.worst.tolist() == every.max(axis=0).tolist()


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6), method=st.sampled_from(["arithmetic", "geometric"]))
def test_no_admissible_weights_leave_the_bounds(seed, method):
    rng = np.random.default_rng(seed)
    shape = grow(rng, method=method)
    low, high = bound(rng, shape)
    scores = rng.uniform(1, 100, (max(shape.leaf) + 1, 6))
    found = rank_bounds(shape, scores, low, high)
    surely = necessary_order(shape, scores, low, high)
    assert (found.best >= 1 + surely.sum(axis=0)).all()
    assert (found.worst <= 6 - surely.sum(axis=1)).all()
    for _ in range(20):
        drawn = ranks(climb(shape, scores, shares(rng, shape, low, high)[:, None])[0])
        assert (found.best <= drawn).all()
        assert (drawn <= found.worst).all()


def test_exact_ranks_are_tighter_than_the_bracket():
    """Nobody is surely ahead of the third city, yet one of the others always is."""
    scores = np.array([[10.0, 30.0, 18.0], [30.0, 10.0, 18.0]])
    found = rank_bounds(FLAT, scores, *bounds_open(FLAT))
    assert found.best.tolist() == [1, 1, 2]
    assert found.best_exact.all()
    bracket = rank_bounds(FLAT, scores, *bounds_open(FLAT), most_open=1)
    assert bracket.best.tolist() == [1, 1, 1]
    assert not bracket.best_exact.any()
    assert bracket.worst.tolist() == [3, 3, 3]


def test_equal_cities_share_every_rank():
    found = rank_bounds(FLAT, np.array([[10.0, 10.0, 20.0], [30.0, 30.0, 10.0]]), *bounds_open(FLAT))
    assert found.best.tolist() == [1, 1, 1]
    assert found.worst.tolist() == [2, 2, 3]
    assert found.best_exact.all()
    assert found.worst_exact.all()


def test_one_set_of_weights_gives_one_rank():
    scores = np.random.default_rng(0).uniform(0, 100, (2, 8))
    found = rank_bounds(FLAT, scores, *bounds_within(FLAT, 0))
    assert (found.best == ranks(scores.mean(axis=0))).all()
    assert (found.worst == found.best).all()


def test_what_the_solver_prints_stays_out_of_the_output(capfd, monkeypatch):
    def loud(*args, **kwargs):
        os.write(1, b"HighsMipSolverData\n")
        return milp(*args, **kwargs)

    monkeypatch.setattr("scipy.optimize.milp", loud)
    rank_bounds(FLAT, np.array([[10.0, 30.0, 18.0], [30.0, 10.0, 18.0]]), *bounds_open(FLAT))
    os.write(1, b"data\n")
    assert capfd.readouterr().out == "data\n"


@pytest.mark.parametrize("n", [1, 2])
def test_few_cities_have_ranks(n):
    found = rank_bounds(FLAT, np.full((2, n), 5.0), *bounds_open(FLAT))
    assert found.best.tolist() == found.worst.tolist() == [1] * n
