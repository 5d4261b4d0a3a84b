"""Fill in missing values from cities that are alike: nearest neighbours and chained regressions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError, UsageError
from scindex.findings import Finding

if TYPE_CHECKING:
    from scindex.index.impute import Context

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

BLOCK = 256
"""Rows whose distances to all others are held at a time: memory is BLOCK x n_row."""


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
    UsageError
        If scikit-learn is not installed.

    Notes
    -----
    Bayesian ridge regression, its posterior mean: one value per gap and no random
    numbers. Draws are taken one by one.

    References
    ----------
    .. [1] S. van Buuren and K. Groothuis-Oudshoorn, "mice: Multivariate Imputation by
       Chained Equations in R", Journal of Statistical Software 45(3), 2011.
    .. [2] scikit-learn, "IterativeImputer", user guide, section 8.4.3.
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
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer
        from sklearn.linear_model import BayesianRidge
    except ImportError as err:
        params = {"method": "iterative", "extra": "methods", "package": "scikit-learn"}
        raise UsageError(Finding("needs-extra", params=params)) from err
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
    model = IterativeImputer(
        estimator=BayesianRidge(),
        max_iter=rounds,
        min_value=bottom[varied],  # pyright: ignore[reportArgumentType]
        max_value=top[varied],  # pyright: ignore[reportArgumentType]
        skip_complete=True,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the rounds are the recipe's choice
        predicted = np.asarray(model.fit_transform(scaled[np.ix_(varied, rows)].T)).T
    middle = np.nanmean(sample, axis=1, keepdims=True)
    guess = middle + predicted * np.nanstd(sample, axis=1, ddof=1, keepdims=True)
    guess = np.clip(guess, low[varied, None], high[varied, None])
    filled[np.ix_(varied, rows)] = np.where(todo[np.ix_(varied, rows)], guess, sample)
    return filled
