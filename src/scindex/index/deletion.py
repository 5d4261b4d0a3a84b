"""How wrong an imputation is: delete what is known, fill it in, compare; and redraw what was filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.impute import IMPUTERS, Context, node_mean

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a deletion test found for each indicator; each array has shape (n_leaf,).

    Attributes
    ----------
    n_deleted, n_filled : ndarray of int
        Known cells that were deleted once each, and those the method could fill.
    rmse, bias : ndarray
        Root mean square and mean of (filled - true) over the cells filled. [as the values]
    n_compared : ndarray of int
        Deleted cells that the method and the node mean could both fill.
    error, baseline : ndarray
        Root mean square error of the method and of the node mean over those. [score]
    ratio : ndarray
        `error` by `baseline`: below 1 the method beats leaving the gap out. NaN where
        nothing was compared or the baseline errs nowhere. [-]
    """

    n_deleted: Counts
    n_filled: Counts
    rmse: Array
    bias: Array
    n_compared: Counts
    error: Array
    baseline: Array
    ratio: Array


def deletion_test(
    values: Array,
    method: str,
    context: Context,
    *,
    options: Mapping[str, object] | None = None,
    score: Callable[[Array], Array] | None = None,
    folds: int = 10,
    seed: int = 0,
) -> Deletion:
    r"""Delete known cells, fill them by a method and by the node mean, compare with the truth.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row)
        What the method fills: values in their units, or scores. NaN is missing.
    method : str
        A name in `IMPUTERS`.
    context : Context
        As for the method; the node mean uses it too.
    options : Mapping, optional
        Options of the method.
    score : callable, optional
        Turns values, shape (n_leaf, n_row), into scores on one scale. Needed where
        `values` are in their units: only scores have a node mean. Left out, `values` are
        scores.
    folds : int
        Cells are deleted in so many parts, each indicator's spread evenly: every known
        cell once, one in `folds` at a time. A share of 20 % at a time is 5 folds. [-]
    seed : int
        Decides which cell falls into which part.

    Returns
    -------
    Deletion

    Raises
    ------
    MethodError
        If `folds` is below 2.

    Notes
    -----
    .. math:: \mathrm{RMSE}_i = \sqrt{\tfrac{1}{n} \sum (\hat x_{ic} - x_{ic})^2}, \quad
              \mathrm{bias}_i = \tfrac{1}{n} \sum (\hat x_{ic} - x_{ic})

    Cells are deleted at random; values that are missing for a reason may be harder.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 3, Box 4 ("in sample/out of sample").

    Examples
    --------
    >>> rows, node = np.arange(4), np.zeros(2, dtype=int)
    >>> context = Context(rows, node, np.ones(2), rows, rows)
    >>> scores = np.array([[0.0, 40.0, 60.0, 100.0], [0.0, 40.0, 60.0, 100.0]])
    >>> test = deletion_test(scores, "mean", context, folds=4)
    >>> test.n_deleted, test.bias.round(9), (test.error > test.baseline).tolist()
    (array([4, 4]), array([0., 0.]), [True, True])
    """
    if folds < 2:
        raise MethodError(Finding("deletion-folds", value=folds))
    part = _parts(~np.isnan(values), folds, seed)
    fill, to_score = IMPUTERS[method].apply, score or (lambda same: same)
    filled, scored, plain = (np.full_like(values, np.nan) for _ in range(3))
    for fold in range(folds):
        deleted = part == fold
        if not deleted.any():
            continue
        left = np.where(deleted, np.nan, values)
        guess = fill(left, deleted, context, **(options or {}))
        filled[deleted] = guess[deleted]
        scored[deleted] = to_score(guess)[deleted]
        plain[deleted] = node_mean(to_score(left), deleted, context)[deleted]
    return _compare(values, to_score(values), filled, scored, plain)


def redraw(
    filled: Array,
    gaps: Mask,
    spread: Array,
    normals: Array,
    *,
    low: Array | float | None = None,
    high: Array | float | None = None,
) -> Array:
    r"""Draw every imputed cell anew around its filled value.

    Parameters
    ----------
    filled : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        Values after imputation.
    gaps : ndarray of bool, shape (n_leaf, n_row)
        Cells that were imputed.
    spread : ndarray, shape (n_leaf,)
        Standard deviation of the error: `Deletion.rmse`. [as the values]
    normals : ndarray, shape (n_leaf, n_draw, n_row)
        Standard normal numbers, one for each cell and draw; those of known cells are
        not read, so that the same numbers serve any pattern of gaps. [-]
    low, high : float or ndarray, shape (n_leaf,), optional
        Drawn values are cut off there: 0 and 100 for scores, infinite for no limit.
        Left out, the least and the largest known value of the indicator.

    Returns
    -------
    ndarray, shape (n_leaf, n_draw, n_row)
        Known cells are the same in every draw; what was not filled stays NaN.

    Raises
    ------
    MethodError
        If an indicator with a filled cell has no spread: too few known values to
        delete one. A spread of 0 would hide what is not known.

    Notes
    -----
    .. math:: x_{icd} = \min(\max(\hat x_{ic} + \sigma_i z_{icd}, l_i), u_i)

    Examples
    --------
    >>> redraw(np.array([[10.0, 50.0]]), np.array([[False, True]]), np.array([5.0]), np.ones((1, 2, 2)),
    ...        low=0, high=100)
    array([[[10., 55.],
            [10., 55.]]])
    """
    cells = filled if filled.ndim == 3 else filled[:, None, :]
    moved = gaps[:, None, :] & ~np.isnan(cells)
    lost = moved.any(axis=(1, 2)) & ~np.isfinite(spread)
    if lost.any():
        raise MethodError(Finding("redraw-no-spread", params={"n": int(lost.sum())}))
    known = np.where(gaps[:, None, :], np.nan, cells)
    bottom = np.fmin.reduce(known, axis=(1, 2)) if low is None else low
    top = np.fmax.reduce(known, axis=(1, 2)) if high is None else high
    size = np.where(np.isfinite(spread), spread, 0.0)[:, None, None]
    drawn = np.fmax(np.fmin(cells + size * normals, _by_leaf(top)), _by_leaf(bottom))
    return np.where(moved, drawn, cells)


def _by_leaf(limit: Array | float) -> Array:
    return np.asarray(limit, dtype=np.float64).reshape(-1, 1, 1)


def _parts(known: Mask, folds: int, seed: int) -> NDArray[np.int64]:
    """Return the part in which each known cell is deleted; -1 where nothing is known."""
    keys = np.where(known, np.random.default_rng(seed).random(known.shape), np.inf)
    place = np.argsort(np.argsort(keys, axis=1, kind="stable"), axis=1, kind="stable")
    # indicators with few values start in different parts, so that no part deletes them all
    shifted = (place + np.arange(known.shape[0])[:, None]) % folds
    return np.where(known, shifted, -1)


def _compare(values: Array, scores: Array, filled: Array, scored: Array, plain: Array) -> Deletion:
    done, both = ~np.isnan(filled), ~(np.isnan(scored) | np.isnan(plain) | np.isnan(scores))
    error, baseline = _rms(scored - scores, both), _rms(plain - scores, both)
    ratio = np.divide(error, baseline, out=np.full_like(error, np.nan), where=baseline > 0)
    wrong = filled - values
    total, n = np.where(done, wrong, 0.0).sum(axis=1), done.sum(axis=1)
    bias = np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0)
    deleted = (~np.isnan(values)).sum(axis=1)
    return Deletion(deleted, n, _rms(wrong, done), bias, both.sum(axis=1), error, baseline, ratio)


def _rms(wrong: Array, where: Mask) -> Array:
    n = where.sum(axis=1)
    squares = (np.where(where, wrong, 0.0) ** 2).sum(axis=1)
    return np.sqrt(np.divide(squares, n, out=np.full_like(squares, np.nan), where=n > 0))
