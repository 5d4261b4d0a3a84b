"""Ranks over draws, counted in whole numbers so that blocks add up in any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Ranks = NDArray[np.uint16]

MOST_ROWS = 60_000
"""Ranks are kept in 16 bits."""
UNRANKED = 0
"""Rank of a row without a score in a draw."""
_LAST = 65_535
_TILE = 128
_FINE = 2**40  # weights are summed in units of 2^-40: exact for 4 million draws


@dataclass(frozen=True, slots=True)
class Tally:
    """What a number of draws say of ranks, in counts.

    Attributes
    ----------
    n : int
        Draws counted.
    ranks : ndarray of int, shape (n_row, n_row)
        Draws in which each row (first axis) has each rank, 1 first (second axis).
    ahead : ndarray of int, shape (n_row, n_row), or (0, 0) where pairs were not asked for
        Draws in which one row (first axis) scores strictly more than another.
    both : ndarray of int, shape (n_row, n_row), or (1, 1) where it is the same for all
        Draws in which both rows of a pair have a score.
    first : ndarray of int, shape (n_weight, n_row), or (0, 0) where no weights were given
        Sum of the weights of the draws in which each row ranks first, in 2^-40.
    """

    n: int
    ranks: Counts
    ahead: Counts
    both: Counts
    first: Counts

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both sets of draws."""
        return Tally(
            self.n + other.n,
            self.ranks + other.ranks,
            self.ahead + other.ahead,
            self.both + other.both,
            self.first + other.first,
        )


def rank_draws(scores: Array) -> Ranks:
    """Rank rows within each draw.

    Parameters
    ----------
    scores : ndarray, shape (n_draw, n_row)
        More is better; NaN is not ranked.

    Returns
    -------
    ndarray of uint16, shape (n_draw, n_row)
        1 + number of rows that score strictly more; 0 where there is no score.

    Raises
    ------
    MethodError
        If there are more than 60 000 rows.

    Notes
    -----
    Ties share the better rank, as everywhere in scindex: a rank counts who is ahead.

    Examples
    --------
    >>> rank_draws(np.array([[5.0, 9.0, 5.0, np.nan]]))
    array([[2, 1, 2, 0]], dtype=uint16)
    """
    n_draw, n_row = scores.shape
    if n_row > MOST_ROWS:
        raise MethodError(Finding("too-many-to-rank", value=n_row, params={"most": MOST_ROWS}))
    order = np.argsort(-scores, axis=1)
    ranks = np.empty(scores.size, dtype=np.uint16)
    # one flat scatter: placing along an axis takes as long as the sort itself
    ranks[(order + (np.arange(n_draw) * n_row)[:, None]).ravel()] = np.tile(
        np.arange(1, n_row + 1, dtype=np.uint16), n_draw
    )
    ranks = ranks.reshape(n_draw, n_row)
    _share_ties(scores, order, ranks)
    unscored = np.isnan(scores)
    if unscored.any():
        ranks[unscored] = UNRANKED
    return ranks


def _share_ties(scores: Array, order: NDArray[np.intp], ranks: Ranks) -> None:
    """Give rows that score the same the best rank among them."""
    ordered = np.sort(scores, axis=1)
    tied = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    if not len(tied):
        return
    falling = np.take_along_axis(scores[tied], order[tied], axis=1)
    places = np.tile(np.arange(1, scores.shape[1] + 1, dtype=np.uint16), (len(tied), 1))
    places[:, 1:][falling[:, 1:] == falling[:, :-1]] = 0
    np.maximum.accumulate(places, axis=1, out=places)
    shared = np.empty_like(places)
    np.put_along_axis(shared, order[tied], places, axis=1)
    ranks[tied] = shared


def tally(scores: Array, *, weights: Array | None = None, pairs: bool = True) -> Tally:
    """Count ranks, pairs and first places of a block of draws.

    Parameters
    ----------
    scores : ndarray, shape (n_draw, n_row)
        Scores of each draw; NaN is not ranked.
    weights : ndarray, shape (n_weight, n_draw), optional
        Weights behind each draw, for central weights. [0 to 1]
    pairs : bool
        Whether to count pairs: n_row^2 comparisons a draw at the most.

    Returns
    -------
    Tally
        Add the tallies of blocks with ``+``; whole numbers, so the order is free.

    Notes
    -----
    Memory is that of the counts, 8 bytes x n_row^2 each, whatever the number of draws.
    A call has a cost of its own of that order too: about a thousand draws at a time is good.

    Examples
    --------
    >>> t = tally(np.array([[5.0, 9.0], [7.0, 6.0], [8.0, 6.0]]))
    >>> t.ranks.tolist(), t.ahead.tolist()
    ([[2, 1], [1, 2]], [[0, 2], [1, 0]])
    """
    ranks = rank_draws(scores)
    n_draw, n_row = ranks.shape
    cells = np.arange(n_row)[None] * (n_row + 1) + ranks
    counts = np.bincount(cells.ravel(), minlength=n_row * (n_row + 1)).reshape(n_row, n_row + 1)
    ahead, both = _pairs(ranks) if pairs else (np.zeros((0, 0), np.int64), np.zeros((1, 1), np.int64))
    return Tally(n_draw, counts[:, 1:].astype(np.int64), ahead, both, _first(ranks, weights))


def _first(ranks: Ranks, weights: Array | None) -> Counts:
    if weights is None:
        return np.zeros((0, 0), dtype=np.int64)
    fine = np.rint(weights * _FINE).astype(np.int64)
    draws, rows = np.nonzero(ranks == 1)
    sums = np.zeros((ranks.shape[1], len(weights)), dtype=np.int64)
    np.add.at(sums, rows, fine[:, draws].T)
    return sums.T.copy()


def _pairs(ranks: Ranks) -> tuple[Counts, Counts]:
    """Return for each pair the draws with the first strictly ahead, and those with both ranked."""
    scored = ranks != UNRANKED
    places = np.where(scored, ranks, _LAST).astype(np.uint16)
    ahead = _less(places)
    if scored.all():
        return ahead, np.full((1, 1), len(ranks), dtype=np.int64)
    here = scored.astype(np.float64)
    return ahead - (here.T @ (1 - here)).astype(np.int64), (here.T @ here).astype(np.int64)


def _less(places: Ranks) -> Counts:
    """Count, for each pair of columns, the draws in which the first is less."""
    n_draw, n_row = places.shape
    tied = places[(np.diff(np.sort(places, axis=1), axis=1) == 0).any(axis=1)]
    less = np.zeros((n_row, n_row), dtype=np.int64)
    for start in range(0, n_row, _TILE):
        stop = min(start + _TILE, n_row)
        less[start:stop, start:] = _count(np.less, places[:, start:stop], places[:, start:])
        equal = _count(np.equal, tied[:, start:stop], tied[:, stop:])
        less[stop:, start:stop] = (n_draw - less[start:stop, stop:] - equal).T
    return less


def _count(compare: np.ufunc, left: Ranks, right: Ranks) -> Counts:
    """Count the draws in which `compare` holds for a column on the left and one on the right."""
    shape = (left.shape[1], right.shape[1])
    count, holds = np.zeros(shape, dtype=np.int64), np.empty(shape, dtype=bool)
    for start in range(0, len(left), 255):  # what 8 bits can count
        few = np.zeros(shape, dtype=np.uint8)
        for mine, theirs in zip(left[start : start + 255], right[start : start + 255]):
            compare(mine[:, None], theirs[None, :], out=holds)
            few += holds.view(np.uint8)
        count += few
    return count


def acceptability(counts: Tally) -> Array:
    """Return the share of draws in which each row has each rank.

    Parameters
    ----------
    counts : Tally
        Counts of all draws.

    Returns
    -------
    ndarray, shape (n_row, n_row)
        Row, then rank (1 first). Each row sums to 1, or to the share of draws in which
        it has a score. With ties, several rows may share a rank. [0 to 1]

    References
    ----------
    .. [1] Lahdelma and Salminen, "SMAA-2: Stochastic multicriteria acceptability analysis
       for group decision making", Operations Research 49 (3), 2001.

    Examples
    --------
    >>> acceptability(tally(np.array([[5.0, 9.0], [7.0, 6.0], [8.0, 6.0], [8.0, 6.0]])))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    return counts.ranks / counts.n


def central_weights(counts: Tally) -> Array:
    """Return the mean of the weights with which each row ranks first.

    Parameters
    ----------
    counts : Tally
        Counts of all draws, made with weights.

    Returns
    -------
    ndarray, shape (n_weight, n_row)
        The weights of a typical supporter of each row; NaN for rows that are never
        first. Rows tied for the first place all count. [0 to 1]

    References
    ----------
    .. [1] Lahdelma and Salminen, 2001, as for `acceptability`.

    Examples
    --------
    >>> scores, weights = np.array([[5.0, 9.0], [7.0, 6.0]]), np.array([[0.25, 0.75], [0.75, 0.25]])
    >>> central_weights(tally(scores, weights=weights))
    array([[0.75, 0.25],
           [0.25, 0.75]])
    """
    times = np.broadcast_to(counts.ranks[:, 0], counts.first.shape)
    out = np.full(counts.first.shape, np.nan)
    return np.divide(counts.first / _FINE, times, out=out, where=times > 0)


def rank_quantiles(counts: Tally, quantiles: tuple[float, ...]) -> Array:
    """Return quantiles of each row's rank.

    Parameters
    ----------
    counts : Tally
        Counts of all draws.
    quantiles : tuple of float
        For example ``(0.05, 0.5, 0.95)``. [0 to 1]

    Returns
    -------
    ndarray, shape (n_quantile, n_row)
        The least rank that the row has, or is better than, in at least that share of the
        draws in which it has a score; NaN where it never has one. A rank, never a mean
        of two.

    Examples
    --------
    >>> rank_quantiles(tally(np.array([[5.0, 9.0], [7.0, 6.0], [8.0, 6.0]])), (0.05, 0.95))
    array([[1., 1.],
           [2., 2.]])
    """
    total = counts.ranks.sum(axis=1)
    reached = counts.ranks.cumsum(axis=1)
    rows = []
    for q in quantiles:
        # at least one draw, so that quantile 0 is the best rank reached
        wanted = np.maximum(np.ceil(q * total - 1e-9), 1)
        rows.append(np.where(total > 0, 1 + (reached < wanted[:, None]).sum(axis=1), np.nan))
    return np.array(rows)


def ahead_strictly(counts: Tally) -> Array:
    """Return the share of draws in which one row scores strictly more than another.

    Parameters
    ----------
    counts : Tally
        Counts of all draws, made with pairs.

    Returns
    -------
    ndarray, shape (n_row, n_row)
        First axis ahead of second, over the draws in which both have a score; NaN where
        that never happens. The diagonal is 0. [0 to 1]

    Examples
    --------
    >>> ahead_strictly(tally(np.array([[5.0, 5.0], [7.0, 6.0]])))
    array([[0. , 0.5],
           [0. , 0. ]])
    """
    both = np.broadcast_to(counts.both, counts.ahead.shape)
    return np.divide(counts.ahead, both, out=np.full(counts.ahead.shape, np.nan), where=both > 0)


def ahead(counts: Tally) -> Array:
    r"""Return the probability that one row is ahead of another, ties counting half.

    Parameters
    ----------
    counts : Tally
        Counts of all draws, made with pairs.

    Returns
    -------
    ndarray, shape (n_row, n_row)
        First axis ahead of second. A pair's two values sum to 1, and the diagonal is
        0.5; NaN where the two never have a score together. [0 to 1]

    Notes
    -----
    .. math:: p_{ij} = P(S_i > S_j) + \tfrac{1}{2} P(S_i = S_j)

    From the draws of both scores together: errors that two cities share cancel, which
    intervals laid side by side would not show.

    Examples
    --------
    >>> ahead(tally(np.array([[5.0, 5.0], [7.0, 6.0]])))
    array([[0.5 , 0.75],
           [0.25, 0.5 ]])
    """
    strictly = ahead_strictly(counts)
    return (1 + strictly - strictly.T) / 2
