from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import MethodError
from scindex.index.rollup import Shape
from scindex.uncertainty.draws import (
    FACTORS,
    blocks,
    dirichlet_shares,
    moved_goalposts,
    nominal_shares,
    shares_within,
    stream,
)

INNER = "arithmetic"


def nested(weights):
    """A root with a leaf and a node of three leaves."""
    children = ((1, 2), (), (3, 4, 5), (), (), ())
    return Shape(children, (-1, 0, -1, 1, 2, 3), np.array([1.0, *weights]), (INNER, "", INNER, "", "", ""))


def flat(weights):
    n = len(weights)
    return Shape((tuple(range(1, n + 1)), *((),) * n), (-1, *range(n)), np.array([1.0, *weights]),
                 (INNER,) + ("",) * n)  # fmt: skip


weights = st.lists(st.floats(0.01, 100), min_size=5, max_size=5)


# --- blocks and seeds ---


@given(n=st.integers(1, 500), size=st.integers(1, 100))
def test_blocks_cover_every_draw_once(n, size):
    kept = [b.start + i for b in blocks(n, size) for i in range(b.keep)]
    assert kept == list(range(n))
    assert {b.size for b in blocks(n, size)} == {size}


@pytest.mark.parametrize("draw", [dirichlet_shares, shares_within])
def test_the_first_draws_of_a_long_run_are_those_of_a_short_one(draw):
    def run(n):
        parts = [
            draw(stream(0, b.number, "weights"), nested([1] * 5), b.size, 0.5)[:, : b.keep] for b in blocks(n)
        ]
        return np.concatenate(parts, axis=1)

    assert (run(200)[:, :70] == run(70)).all()


def test_each_factor_seed_and_block_has_a_stream_of_its_own():
    first = [stream(s, b, f).random() for s in (0, 1, 2**70) for b in (0, 1) for f in FACTORS]
    assert len(set(first)) == len(first)
    assert stream(0, 0, "data").random() == stream(0, 0, "data").random()


def test_the_bits_of_a_seed_are_fixed():
    """PCG64 on SeedSequence(0, spawn_key=(1, 0)), written down once: published draws rest on it."""
    raw = stream(0, 0, "weights").bit_generator.random_raw(2)
    assert list(raw) == [17438012079374151748, 7595620719061514866]
    assert list(FACTORS.values()) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("bad", [lambda: blocks(0), lambda: blocks(5, 0), lambda: stream(-1, 0, "data")])
def test_no_draws_and_negative_seeds_are_refused(bad):
    with pytest.raises(MethodError):
        bad()


# --- weights ---


@given(w=weights, concentration=st.floats(1e-3, 1e4))
def test_dirichlet_shares_lie_on_the_simplex_at_every_node(w, concentration):
    drawn = dirichlet_shares(stream(1, 0, "weights"), nested(w), 16, concentration)
    assert drawn.shape == (6, 16, 1)
    assert (drawn >= 0).all()
    assert drawn[[1, 2]].sum(axis=0) == pytest.approx(1)
    assert drawn[[3, 4, 5]].sum(axis=0) == pytest.approx(1)
    assert (drawn[0] == 1).all()


def test_dirichlet_shares_have_the_moments_of_the_distribution():
    """Mean p and variance p (1 - p) / (c + 1)."""
    p, c, n = np.array([0.5, 0.3, 0.2]), 10.0, 200_000
    drawn = dirichlet_shares(stream(0, 0, "weights"), flat(p), n, c)[1:, :, 0]
    spread = np.sqrt(p * (1 - p) / (c + 1))
    assert drawn.mean(axis=1) == pytest.approx(p, abs=4 * spread.max() / np.sqrt(n))
    assert drawn.std(axis=1) == pytest.approx(spread, rel=0.01)


def test_a_child_of_weight_zero_stays_at_zero():
    for draw, option in ((dirichlet_shares, 5.0), (shares_within, 0.9)):
        drawn = draw(stream(0, 0, "weights"), flat([2, 0, 1]), 64, option)
        assert (drawn[2] == 0).all()
        assert drawn[1:].sum(axis=0) == pytest.approx(1)


@given(w=weights, within=st.floats(0, 1))
def test_shares_stay_within_the_limit_after_normalising(w, within):
    shape = nested(w)
    nominal = nominal_shares(shape)[:, None, None]
    drawn = shares_within(stream(2, 0, "weights"), shape, 16, within)
    assert (abs(drawn - nominal) <= within * nominal + 1e-12).all()
    assert drawn[[1, 2]].sum(axis=0) == pytest.approx(1)
    assert drawn[[3, 4, 5]].sum(axis=0) == pytest.approx(1)


def test_shares_within_are_centred_on_the_nominal_ones_and_reach_the_limits():
    drawn = shares_within(stream(0, 0, "weights"), flat([4, 3, 2, 1]), 50_000, 0.25)[1:, :, 0]
    nominal = np.array([0.4, 0.3, 0.2, 0.1])
    assert drawn.mean(axis=1) == pytest.approx(nominal, rel=0.005)
    assert (drawn / nominal[:, None]).max() > 1.249
    assert (drawn / nominal[:, None]).min() < 0.751


def test_two_children_are_drawn_evenly():
    """With p = (0.75, 0.25) and 20 %, the smaller share is uniform on 0.2 to 0.3."""
    drawn = np.sort(shares_within(stream(0, 0, "weights"), flat([3, 1]), 20_000, 0.2)[2, :, 0])
    assert np.abs((drawn - 0.2) / 0.1 - (np.arange(20_000) + 0.5) / 20_000).max() < 0.015


def test_deviations_scale_with_the_limit_under_common_random_numbers():
    nominal = nominal_shares(flat([5, 2, 1]))[:, None, None]
    narrow, wide = (
        shares_within(stream(0, 0, "weights"), flat([5, 2, 1]), 64, x) - nominal for x in (0.1, 0.2)
    )
    assert wide == pytest.approx(2 * narrow)


def test_many_children_of_uneven_weight_still_find_draws():
    drawn = shares_within(stream(0, 0, "weights"), flat(0.9 ** np.arange(120)), 64, 0.5)
    assert drawn[1:].sum(axis=0) == pytest.approx(1)


def test_an_only_child_has_the_whole_share():
    for draw, option in ((dirichlet_shares, 5.0), (shares_within, 0.9)):
        assert (draw(stream(0, 0, "weights"), flat([3]), 4, option) == 1).all()


@pytest.mark.parametrize("w", [[0, 0], [1, -1], [np.nan, 1], [np.inf, 1]])
def test_weights_without_shares_are_refused(w):
    with pytest.raises(MethodError):
        nominal_shares(flat(w))


@pytest.mark.parametrize("option", [-0.1, 1.1, np.nan])
def test_limits_that_are_none_are_refused(option):
    with pytest.raises(MethodError):
        shares_within(stream(0, 0, "weights"), flat([1, 1]), 4, option)


@pytest.mark.parametrize("option", [0, -1, np.inf, np.nan])
def test_concentrations_that_are_none_are_refused(option):
    with pytest.raises(MethodError):
        dirichlet_shares(stream(0, 0, "weights"), flat([1, 1]), 4, option)


# --- goalposts ---

WORST, BEST = np.array([20.0, 0.0, np.nan]), np.array([0.0, 100.0, np.nan])
YES, NO = np.ones(3, dtype=bool), np.zeros(3, dtype=bool)


@settings(max_examples=25)
@given(share=st.floats(0, 0.499), seed=st.integers(0, 9))
def test_proposed_goalposts_move_within_their_share_and_never_cross(share, seed):
    worst, best = moved_goalposts(stream(seed, 0, "goalposts"), WORST, BEST, worst_moves=YES, best_moves=YES,
                                  n_draw=64, share=share)  # fmt: skip
    assert (abs(worst[:2, :, 0] - WORST[:2, None]) <= share * np.array([[20], [100]]) + 1e-9).all()
    assert (best[0] < worst[0]).all()
    assert (best[1] > worst[1]).all()
    assert np.isnan(worst[2]).all()


def test_published_goalposts_do_not_move_and_leave_the_others_as_they_were():
    def run(moves):
        rng = stream(0, 0, "goalposts")
        return moved_goalposts(rng, WORST, BEST, worst_moves=moves, best_moves=YES, n_draw=64)

    still, moved = run(NO), run(YES)
    assert (still[0][:2] == WORST[:2, None, None]).all()
    assert (still[1][:2] == moved[1][:2]).all()


@pytest.mark.parametrize("share", [0.5, -0.1, np.nan])
def test_moves_by_which_the_ends_could_meet_are_refused(share):
    with pytest.raises(MethodError):
        moved_goalposts(
            stream(0, 0, "goalposts"), WORST, BEST, worst_moves=YES, best_moves=YES, n_draw=4, share=share
        )
