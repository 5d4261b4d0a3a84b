"""Fill in missing values from cities that are alike: nearest neighbours and chained regressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

if TYPE_CHECKING:
    from scindex.index.impute import Context

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BLOCK = 256
"""Rows whose distances to all others are held at a time: memory is BLOCK x n_row."""
SETTLED = 1e-3
MOST_STEPS = 300
VAGUE = 1e-6
"""Parameters of the gamma priors on both precisions: next to nothing."""
EPS = float(np.finfo(np.float64).eps)


def knn(values: Array, gaps: Mask, context: Context, k: float = 5) -> Array:
    r"""Fill each gap with the mean of the indicator over the `k` most similar rows that have it.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing. Units do not matter: indicators are standardised first.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Not used.
    k : int
        Number of neighbours. [-]

    Returns
    -------
    ndarray, same shape as `values`
        NaN is left where fewer than `k` rows have the indicator and share another
        known indicator with the row.

    Raises
    ------
    MethodError
        If `k` is not a whole number from 1 on.

    Notes
    -----
    .. math:: d_{cd}^2 = \frac{1}{|K_{cd}|} \sum_{j \in K_{cd}} (z_{jc} - z_{jd})^2

    over the indicators :math:`K_{cd}` that both rows have, each with mean 0 and standard
    deviation 1 (n - 1). Rows as far as the k-th count too, so the order of rows never
    decides. Draws are taken one by one.

    References
    ----------
    .. [1] O. Troyanskaya et al., "Missing value estimation methods for DNA
       microarrays", Bioinformatics 17(6), 2001, pp. 520-525.
    .. [2] J. K. Dixon, "Pattern recognition with partly missing data", IEEE
       Transactions on Systems, Man, and Cybernetics 9(10), 1979, pp. 617-621.
    """
    return _each_draw(values, gaps, lambda one, todo: _nearest(one, todo, _whole("knn", "k", k)))


def iterative(values: Array, gaps: Mask, context: Context, rounds: float = 10) -> Array:
    """Fill gaps by regressing each indicator on all others, round after round.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing. Indicators are standardised first.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Not used.
    rounds : int
        Most rounds; fewer where no filled value moves by a thousandth of the largest
        standardised value any more. [-]

    Returns
    -------
    ndarray, same shape as `values`
        Predictions, cut off at the least and largest known value of the indicator; a
        constant indicator gets its constant. NaN is left where fewer than two rows have
        the indicator, where no other one varies, and in rows without any known value.

    Raises
    ------
    MethodError
        If `rounds` is not a whole number from 1 on.

    Notes
    -----
    Bayesian ridge regression (`ridge`), its posterior mean: one value per gap and no
    random numbers. Draws are taken one by one.

    References
    ----------
    .. [1] S. van Buuren and K. Groothuis-Oudshoorn, "mice: Multivariate Imputation by
       Chained Equations in R", Journal of Statistical Software 45(3), 2011.
    .. [2] F. Pedregosa et al., "Scikit-learn: Machine Learning in Python", Journal of
       Machine Learning Research 12, 2011, pp. 2825-2830: ``IterativeImputer``.
    """
    return _each_draw(
        values, gaps, lambda one, todo: _chained(one, todo, _whole("iterative", "rounds", rounds))
    )


def _whole(method: str, option: str, value: float) -> int:
    if value < 1 or value != int(value):
        params = {"method": method, "option": option}
        raise MethodError(Finding("impute-whole-number", value=value, params=params))
    return int(value)


def _each_draw(values: Array, gaps: Mask, fill: Callable[[Array, Mask], Array]) -> Array:
    if values.ndim == 2:
        return fill(values, gaps & np.isnan(values))
    shared = gaps.ndim == 2
    draws = [
        fill(values[:, i], (gaps if shared else gaps[:, i]) & np.isnan(values[:, i]))
        for i in range(values.shape[1])
    ]
    return np.stack(draws, axis=1) if draws else values.copy()


def _standardise(values: Array) -> Array:
    known = ~np.isnan(values)
    n = known.sum(axis=-1, keepdims=True)
    centred = values - np.where(known, values, 0.0).sum(axis=-1, keepdims=True) / np.maximum(n, 1)
    squares = np.where(known, centred, 0.0) ** 2
    spread = np.sqrt(squares.sum(axis=-1, keepdims=True) / np.maximum(n - 1, 1))
    return centred / np.where(spread > 0, spread, 1.0)


def _nearest(values: Array, todo: Mask, k: int) -> Array:
    filled = values.copy()
    if k > values.shape[1]:
        return filled
    scaled, known = _standardise(values), ~np.isnan(values)
    rows = np.flatnonzero(todo.any(axis=0))
    for begin in range(0, rows.size, BLOCK):
        block = rows[begin : begin + BLOCK]
        squared = _squared_distances(scaled, known, block)
        for leaf in np.flatnonzero(todo[:, block].any(axis=1)):
            here = todo[leaf, block]
            donors = squared[here][:, known[leaf]]
            filled[leaf, block[here]] = _mean_of_nearest(donors, values[leaf, known[leaf]], k)
    return filled


def _squared_distances(scaled: Array, known: Mask, block: NDArray[np.integer]) -> Array:
    """Return mean squared differences of `block` to all rows; inf to itself and where nothing is shared."""
    present = known.astype(float)
    zeros = np.where(known, scaled, 0.0)
    shared = present[:, block].T @ present
    total = (zeros[:, block] ** 2).T @ present + present[:, block].T @ zeros**2
    total -= 2 * (zeros[:, block].T @ zeros)
    squared = np.divide(np.maximum(total, 0.0), shared, out=np.full(total.shape, np.inf), where=shared > 0)
    squared[np.arange(block.size), block] = np.inf
    return squared


def _mean_of_nearest(squared: Array, donors: Array, k: int) -> Array:
    if squared.shape[1] < k:
        return np.full(squared.shape[0], np.nan)
    last = np.partition(squared, k - 1, axis=1)[:, k - 1 : k]
    # matrix products round: rows at the same distance must stay at the same distance
    near = (squared <= last * (1 + 1e-9) + 1e-12) & np.isfinite(last)
    n = near.sum(axis=1)
    total = np.where(near, donors, 0.0).sum(axis=1)
    return np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 0)


def _chained(values: Array, todo: Mask, rounds: int) -> Array:
    filled, known = values.copy(), ~np.isnan(values)
    low, high = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
    scaled = _standardise(values)
    bottom, top = np.fmin.reduce(scaled, axis=1), np.fmax.reduce(scaled, axis=1)
    enough, rows = known.sum(axis=1) >= 2, known.any(axis=0)
    flat, varied = enough & (bottom == top), enough & (bottom < top)
    filled[flat] = np.where(todo[flat] & rows, low[flat, None], filled[flat])
    if varied.sum() < 2 or not todo[varied].any():
        return filled
    sample = values[np.ix_(varied, rows)]
    predicted = _predict_in_turn(scaled[np.ix_(varied, rows)], rounds)
    middle = np.nanmean(sample, axis=1, keepdims=True)
    guess = middle + predicted * np.nanstd(sample, axis=1, ddof=1, keepdims=True)
    guess = np.clip(guess, low[varied, None], high[varied, None])
    filled[np.ix_(varied, rows)] = np.where(todo[np.ix_(varied, rows)], guess, sample)
    return filled


def _predict_in_turn(scaled: Array, rounds: int) -> Array:
    """Regress each incomplete variable on all others, the most complete first, until nothing moves."""
    known = ~np.isnan(scaled)
    low, high = np.nanmin(scaled, axis=1), np.nanmax(scaled, axis=1)
    still = SETTLED * np.nanmax(np.abs(scaled))
    now = np.where(known, scaled, 0.0)  # the mean of what is standardised
    gaps = (~known).sum(axis=1)
    turns = [i for i in np.argsort(gaps, kind="stable") if gaps[i]]
    for _ in range(rounds):
        before = now.copy()
        for i in turns:
            others = np.delete(now, i, axis=0)
            slopes, middle, level = ridge(others[:, known[i]], now[i, known[i]])
            found = level + slopes @ (others[:, ~known[i]] - middle[:, None])
            now[i, ~known[i]] = np.clip(found, low[i], high[i])
        if np.abs(now - before).max() < still:
            break
    return now


def ridge(x: Array, y: Array) -> tuple[Array, Array, float]:
    r"""Fit a Bayesian ridge regression: a linear one whose penalty the data decide.

    Parameters
    ----------
    x : ndarray, shape (n_variable, n_row)
        Predictors; no NaN.
    y : ndarray, shape (n_row,)
        What is predicted; no NaN.

    Returns
    -------
    slopes, middle : ndarray, shape (n_variable,)
    level : float
        The prediction is ``level + slopes @ (x - middle)``.

    Notes
    -----
    Slopes minimise :math:`\alpha \lVert y - X b \rVert^2 + \lambda \lVert b \rVert^2`; precision
    of the noise :math:`\alpha` and of the slopes :math:`\lambda` are re-estimated from
    the effective number of slopes :math:`\gamma` until the slopes stay:
    :math:`\lambda = \gamma / \lVert b \rVert^2`, :math:`\alpha = (n - \gamma) / \mathrm{RSS}`.
    As scikit-learn's ``BayesianRidge``, but from the matrix of products instead of the
    table: many times faster where rows outnumber variables.

    References
    ----------
    .. [1] D. J. C. MacKay, "Bayesian Interpolation", Neural Computation 4(3), 1992,
       pp. 415-447.

    Examples
    --------
    >>> x = np.arange(8.0)[None]
    >>> slopes, middle, level = ridge(x, 3 * x[0] + 1)
    >>> slopes.round(3), middle, round(level, 3)
    (array([3.]), array([3.5]), 11.5)
    """
    middle, level, n = x.mean(axis=1), float(y.mean()), len(y)
    x, y = x - middle[:, None], y - level
    size, axes = np.linalg.eigh(x @ x.T)
    size = np.where(size > 1e-12 * size.max(initial=0.0), size, 0.0)
    along = np.where(size > 0, axes.T @ (x @ y), 0.0)
    total = float(y @ y)
    alpha, weight, slopes = 1 / (total / n + EPS), 1.0, np.zeros(len(x))
    for step in range(MOST_STEPS):
        turned = along / (size + weight / alpha)
        before, slopes = slopes, axes @ turned
        left = max(total - 2 * turned @ along + size @ turned**2, 0.0)
        gamma = float((alpha * size / (weight + alpha * size)).sum())
        weight = (gamma + 2 * VAGUE) / (turned @ turned + 2 * VAGUE)
        alpha = (n - gamma + 2 * VAGUE) / (left + 2 * VAGUE)
        if step and np.abs(slopes - before).sum() < SETTLED:
            break
    return axes @ (along / (size + weight / alpha)), middle, level
