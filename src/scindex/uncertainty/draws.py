"""Draws in fixed blocks from spawned seeds: weights and goalposts that could be otherwise.

Every draw function puts draws on the first axis while it draws and moves them to the
middle at the end. A block is always drawn whole and cut afterwards, so the first draws
of a long run are those of a short one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.rollup import Shape

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FACTORS = {
    "recipe": 0,
    "weights": 1,
    "goalposts": 2,
    "data": 3,
    "imputation": 4,
    "sensitivity": 5,
}
"""What varies -> its number in the seed; a number once given is never given again."""

BLOCK = 64


@dataclass(frozen=True, slots=True)
class Block:
    """A run of draws that share one stream for each factor.

    Attributes
    ----------
    number : int
        Counts from 0; enters the seed.
    start : int
        Position of the first draw in the whole run.
    size : int
        Draws to make.
    keep : int
        Draws to keep, from the first: fewer than `size` only in the last block.
    """

    number: int
    start: int
    size: int
    keep: int


def blocks(n: int, size: int = BLOCK) -> tuple[Block, ...]:
    """Split a number of draws into blocks of fixed size.

    Parameters
    ----------
    n : int
        Draws wanted.
    size : int
        Draws in a block. Another size gives other draws: it is fixed for a reason.

    Returns
    -------
    tuple of Block

    Raises
    ------
    MethodError
        If `n` or `size` is below 1.

    Examples
    --------
    >>> [(b.number, b.start, b.size, b.keep) for b in blocks(100)]
    [(0, 0, 64, 64), (1, 64, 64, 36)]
    """
    if n < 1 or size < 1:
        raise MethodError(Finding("draws-too-few", value=min(n, size)))
    starts = range(0, n, size)
    return tuple(Block(i, start, size, min(size, n - start)) for i, start in enumerate(starts))


def stream(seed: int, block: int, factor: str) -> Generator:
    """Return the random numbers of one factor in one block.

    Parameters
    ----------
    seed : int
        Any whole number from 0; 0 is a seed like any other.
    block : int
        Number of the block.
    factor : str
        A name in `FACTORS`. Each factor has its own stream, so switching one off
        leaves the draws of the others as they were.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    MethodError
        If `seed` is negative.

    Notes
    -----
    The seed sequence is spawned by (factor, block), never by worker: the same bits come
    out for any number of workers and any order of the blocks. The generator is named
    (PCG64), since numpy's default may change.

    Examples
    --------
    >>> a, b = stream(0, 3, "weights"), stream(0, 3, "weights")
    >>> bool(a.random() == b.random())
    True
    """
    if seed < 0:
        raise MethodError(Finding("seed-negative", value=seed))
    return Generator(PCG64(SeedSequence(entropy=seed, spawn_key=(FACTORS[factor], block))))


def nominal_shares(shape: Shape) -> Array:
    """Return each node's share among its siblings.

    Parameters
    ----------
    shape : Shape
        The tree.

    Returns
    -------
    ndarray, shape (n_node,)
        Sums to 1 over the children of each node; 1 at the root. [0 to 1]

    Raises
    ------
    MethodError
        If a weight is negative or not finite, or all children of a node weigh 0.

    Examples
    --------
    >>> nominal_shares(Shape(((1, 2), (), ()), (-1, 0, 1), np.array([1.0, 3.0, 1.0]), ("arithmetic", "", "")))
    array([1.  , 0.75, 0.25])
    """
    shares = np.ones(len(shape.children))
    for node, children in _families(shape):
        weights = shape.weight[children]
        if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() == 0:
            raise MethodError(Finding("shares-undefined", params={"node": node}))
        shares[children] = weights / weights.sum()
    return shares


def _families(shape: Shape) -> list[tuple[int, list[int]]]:
    return [(node, list(children)) for node, children in enumerate(shape.children) if children]


def dirichlet_shares(rng: Generator, shape: Shape, n_draw: int, concentration: float) -> Array:
    r"""Draw the shares at each node from a Dirichlet distribution around the nominal ones.

    Parameters
    ----------
    rng : Generator
        The stream of the factor "weights".
    shape : Shape
        The tree.
    n_draw : int
        Draws to make.
    concentration : float
        Sum of the parameters, the same at each node: the larger, the closer to nominal.
        [-]

    Returns
    -------
    ndarray, shape (n_node, n_draw, 1)
        Shares among siblings; 1 at the root. [0 to 1]

    Raises
    ------
    MethodError
        If `concentration` is not positive and finite.

    Notes
    -----
    With nominal shares :math:`p_k` and concentration :math:`c`, shares are
    :math:`\mathrm{Dirichlet}(c\,p_1, \dots, c\,p_K)`: mean :math:`p_k`, variance
    :math:`p_k (1 - p_k) / (c + 1)`. A child of weight 0 stays at 0. Nodes are drawn
    independently of one another.

    Gamma variates are made in logarithms, :math:`\log g_a = \log g_{a+1} + \log(u) / a`,
    since for small parameters all of a node's variates would underflow to 0 [1]_.

    References
    ----------
    .. [1] Marsaglia and Tsang, "A simple method for generating gamma variables", ACM
       Transactions on Mathematical Software 26 (3), 2000, section 6.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.array([1.0, 3.0, 1.0]), ("arithmetic", "", ""))
    >>> drawn = dirichlet_shares(stream(0, 0, "weights"), shape, 64, concentration=50)
    >>> drawn.shape, bool(np.allclose(drawn[1] + drawn[2], 1))
    ((3, 64, 1), True)
    """
    if not 0 < concentration < np.inf:
        raise MethodError(Finding("concentration-not-positive", value=concentration))
    nominal = nominal_shares(shape)
    size = (n_draw, len(nominal))
    gamma = rng.standard_gamma(concentration * nominal + 1, size=size)
    exponential = rng.standard_exponential(size)
    with np.errstate(divide="ignore"):
        logs = np.log(gamma) - exponential / (concentration * nominal)
    shares = np.ones(size)
    for _, children in _families(shape):
        raised = np.exp(logs[:, children] - logs[:, children].max(axis=1, keepdims=True))
        shares[:, children] = raised / raised.sum(axis=1, keepdims=True)
    return shares.T[:, :, None]


def shares_within(rng: Generator, shape: Shape, n_draw: int, within: float) -> Array:
    r"""Draw the shares at each node evenly from all that stay near the nominal ones.

    Parameters
    ----------
    rng : Generator
        The stream of the factor "weights".
    shape : Shape
        The tree.
    n_draw : int
        Draws to make.
    within : float
        Largest relative change of a share, 0.25 for +-25 %. [0 to 1]

    Returns
    -------
    ndarray, shape (n_node, n_draw, 1)
        Shares among siblings; 1 at the root. [0 to 1]

    Raises
    ------
    MethodError
        If `within` lies outside 0 to 1.

    Notes
    -----
    Shares are uniform on :math:`\{s : \sum_k s_k = 1, |s_k / p_k - 1| \le x\}`: the limit
    holds for the shares used, after normalising. (Moving each weight by up to
    :math:`x` and dividing by the sum, as is often done, breaks its own limit.) The set is
    symmetric about the nominal shares, so these are the mean.

    Exact by rejection: with :math:`s_k = p_k (1 + x d_k)`, all deviations but that of the
    largest share are uniform on -1 to 1, the largest takes up the rest, and the draw
    counts if that rest is within -1 to 1. Since the largest share gives way, a draw
    counts with probability of the order :math:`\sqrt{3 / K}` whatever the shares; and
    since :math:`d` does not depend on :math:`x`, common random numbers scale with it.

    Examples
    --------
    >>> shape = Shape(((1, 2), (), ()), (-1, 0, 1), np.array([1.0, 3.0, 1.0]), ("arithmetic", "", ""))
    >>> drawn = shares_within(stream(0, 0, "weights"), shape, 64, within=0.1)
    >>> bool((drawn[2] >= 0.225).all() and (drawn[2] <= 0.275).all())
    True
    """
    if not 0 <= within <= 1:
        raise MethodError(Finding("within-out-of-range", value=within))
    nominal = nominal_shares(shape)
    shares = np.ones((n_draw, len(nominal)))
    for _, children in _families(shape):
        deviation = _deviations(rng, nominal[children], n_draw)
        shares[:, children] = nominal[children] * (1 + within * deviation)
    return shares.T[:, :, None]


def _deviations(rng: Generator, nominal: Array, n_draw: int) -> Array:
    """Return deviations in -1 to 1 that leave the sum of shares at 1, shape (n_draw, n_child)."""
    largest = int(nominal.argmax())
    deviation = np.zeros((n_draw, len(nominal)))
    todo = np.arange(n_draw) if np.count_nonzero(nominal) > 1 else np.arange(0)
    while len(todo):
        tried = rng.uniform(-1, 1, (len(todo), len(nominal)))
        tried[:, largest] = 0
        tried[:, largest] = -(tried @ nominal) / nominal[largest]
        counts = np.abs(tried[:, largest]) <= 1
        deviation[todo[counts]] = tried[counts]
        todo = todo[~counts]
    return deviation


def moved_goalposts(
    rng: Generator, worst: Array, best: Array, *, worst_moves: Mask, best_moves: Mask, n_draw: int,
    share: float = 0.2,
) -> tuple[Array, Array]:  # fmt: skip
    """Move the goalposts that are only proposed, each end by itself.

    Parameters
    ----------
    rng : Generator
        The stream of the factor "goalposts".
    worst, best : ndarray, shape (n_leaf,)
        Nominal goalposts; NaN stays NaN. [indicator unit]
    worst_moves, best_moves : ndarray of bool, shape (n_leaf,)
        Ends that are only proposed; published ones do not move.
    n_draw : int
        Draws to make.
    share : float
        Largest move, as a share of the range from worst to best. [0 to 0.5)

    Returns
    -------
    worst, best : ndarray, shape (n_leaf, n_draw, 1)
        Goalposts of each draw; never crossing, since both ends together move by less
        than the range. [indicator unit]

    Raises
    ------
    MethodError
        If `share` is negative, or so large that the ends could meet.

    Notes
    -----
    Each end is uniform on nominal +- `share` of the range. A random number is drawn for
    every end, moving or not: another standing of one leaf leaves the others as they were.

    Examples
    --------
    >>> worst, best = moved_goalposts(
    ...     stream(0, 0, "goalposts"), np.array([20.0]), np.array([0.0]),
    ...     worst_moves=np.array([True]), best_moves=np.array([False]), n_draw=64)
    >>> bool((abs(worst - 20) <= 4).all()), bool((best == 0).all())
    (True, True)
    """
    if not 0 <= share < 0.5:
        raise MethodError(Finding("goalposts-could-cross", value=share))
    step = share * np.abs(best - worst)
    move = rng.uniform(-1, 1, (n_draw, 2, len(worst)))
    low = worst + np.where(worst_moves, step, 0.0) * move[:, 0]
    high = best + np.where(best_moves, step, 0.0) * move[:, 1]
    return low.T[:, :, None], high.T[:, :, None]
