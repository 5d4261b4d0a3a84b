"""Correlation matrices over pairs that are both known, with p values and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]

LEAST = 3
"""Fewest pairs for a correlation: two points always lie on a line."""


@dataclass(frozen=True, slots=True)
class Correlations:
    """Correlation of every pair of variables; each array has shape (n_variable, n_variable).

    Attributes
    ----------
    r : ndarray
        NaN where fewer than `LEAST` pairs are known or one of the two is constant over
        them. [-1 to 1]
    p : ndarray
        Two-sided p value of no association; NaN where `r` is. [0 to 1]
    n : ndarray of int
        Pairs with both values.
    """

    r: Array
    p: Array
    n: Counts


def pearson(values: Array) -> Correlations:
    r"""Return linear correlations of every pair of rows, over the columns both have.

    Parameters
    ----------
    values : ndarray, shape (n_variable, n_row)
        One variable a row; NaN is missing.

    Returns
    -------
    Correlations
        With p values from Student's t with n - 2 degrees of freedom.

    Notes
    -----
    .. math:: r_{ij} = \frac{\sum_c (x_{ic} - \bar x_i)(x_{jc} - \bar x_j)}
              {\sqrt{\sum_c (x_{ic} - \bar x_i)^2 \sum_c (x_{jc} - \bar x_j)^2}}, \quad
              t = r \sqrt{(n - 2) / (1 - r^2)}

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 4, Table 6.

    Examples
    --------
    >>> pearson(np.array([[1.0, 2.0, 3.0, 9.0], [2.0, 4.0, 6.0, np.nan]])).r[0, 1].round(12).item()
    1.0
    """
    n = _counts(values)
    r = _linear(values, n)
    return Correlations(r, _p_of_t(r, n), n)


def spearman(values: Array) -> Correlations:
    """Return rank correlations of every pair of rows, over the columns both have.

    Parameters
    ----------
    values : ndarray, shape (n_variable, n_row)
        One variable a row; NaN is missing.

    Returns
    -------
    Correlations
        Pearson's r of the ranks among the pairs; ties share their mean rank. P values
        from Student's t, which is rough below 10 pairs.

    References
    ----------
    .. [1] C. Spearman, "The Proof and Measurement of Association between Two Things",
       American Journal of Psychology 15(1), 1904, pp. 72-101.

    Examples
    --------
    >>> spearman(np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 8.0, 27.0, 64.0]])).r[0, 1].round(12).item()
    1.0
    """
    from scipy.stats import rankdata

    n = _counts(values)
    if np.isnan(values).any():
        # ranks are those among the rows that a pair shares, so each pair has its own
        r = _each_pair(values, lambda x, y: _product(rankdata(x), rankdata(y)))
        r = _tidy(r, n)
    else:
        r = _linear(np.asarray(rankdata(values, axis=-1), dtype=np.float64), n)
    return Correlations(r, _p_of_t(r, n), n)


def kendall(values: Array) -> Correlations:
    r"""Return Kendall's tau-b of every pair of rows, over the columns both have.

    Parameters
    ----------
    values : ndarray, shape (n_variable, n_row)
        One variable a row; NaN is missing.

    Returns
    -------
    Correlations
        P values are exact for few pairs without ties, else from the normal approximation.

    Notes
    -----
    .. math:: \tau_b = \frac{P - Q}{\sqrt{(P + Q + T)(P + Q + U)}}

    with `P` concordant and `Q` discordant pairs of rows, `T` tied only in the first and
    `U` only in the second variable. One pair of variables is taken after the other.

    References
    ----------
    .. [1] M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33(3),
       1945, pp. 239-251.

    Examples
    --------
    >>> kendall(np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])).r[0, 1].round(6).item()
    0.333333
    """
    from scipy.stats import kendalltau

    n = _counts(values)
    found = {
        name: _each_pair(values, lambda x, y, name=name: getattr(kendalltau(x, y), name))
        for name in ("statistic", "pvalue")
    }
    return Correlations(_tidy(found["statistic"], n), found["pvalue"], n)


def with_one(values: Array, target: Array, method: str = "pearson") -> tuple[Array, Array, Counts]:
    """Return r, p and n of each row of `values` with one other variable.

    Parameters
    ----------
    values : ndarray, shape (n_variable, n_row)
        One variable a row; NaN is missing.
    target : ndarray, shape (n_row,)
        For example the node that the variables stand under.
    method : str
        A name in `CORRELATIONS`.

    Returns
    -------
    r, p : ndarray, shape (n_variable,)
    n : ndarray of int, shape (n_variable,)

    Examples
    --------
    >>> with_one(np.array([[1.0, 2.0, 4.0], [5.0, 5.0, 5.0]]), np.array([3.0, 2.0, 0.0]))[0]
    array([-1., nan])
    """
    if method == "kendall":
        pairs = [kendall(np.stack([row, target])) for row in values]
        r, p = (np.array([getattr(pair, name)[0, 1] for pair in pairs]) for name in ("r", "p"))
        return r, p, np.array([pair.n[0, 1] for pair in pairs], dtype=np.int64)
    both = CORRELATIONS[method](np.vstack([target, values]))
    return both.r[0, 1:], both.p[0, 1:], both.n[0, 1:]


def _counts(values: Array) -> Counts:
    known = (~np.isnan(values)).astype(np.int64)
    return known @ known.T


def _linear(values: Array, n: Counts) -> Array:
    """Return Pearson's r of all pairs from sums of products; a pair that cancels is done apart."""
    scaled = _standardise(values)
    known, zeros = (~np.isnan(values)).astype(np.float64), np.where(np.isnan(scaled), 0.0, scaled)
    count = np.maximum(n, 1)
    sums, squares = zeros @ known.T, zeros**2 @ known.T
    spread = squares - sums**2 / count
    product = zeros @ zeros.T - sums * sums.T / count
    length = np.sqrt(np.maximum(spread, 0.0)) * np.sqrt(np.maximum(spread.T, 0.0))
    r = np.divide(product, length, out=np.full_like(product, np.nan), where=length > 0)
    # over these rows one of the two hardly varies, beside what it does elsewhere
    doubtful = (spread < 1e-3 * squares) | (squares <= 0)
    return _tidy(np.where(doubtful | doubtful.T, _each_pair(values, _product, only=doubtful), r), n)


def _each_pair(values: Array, function: Callable[[Array, Array], float], only: Mask | None = None) -> Array:
    """Apply a function to the shared rows of each pair that has enough and varies in both."""
    out = np.full((len(values), len(values)), np.nan)
    known = ~np.isnan(values)
    for i, j in zip(*np.triu_indices(len(values)), strict=True):
        if only is None or only[i, j] or only[j, i]:
            both = known[i] & known[j]
            x, y = values[i, both], values[j, both]
            if x.size >= LEAST and np.ptp(x) > 0 and np.ptp(y) > 0:
                out[i, j] = out[j, i] = function(x, y)
    return out


def _product(x: Array, y: Array) -> float:
    """Return the cosine between two centred vectors."""
    x, y = x - x.mean(), y - y.mean()
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    return float(x @ y / np.sqrt((x @ x) * (y @ y)))


def _tidy(r: Array, n: Counts) -> Array:
    r = np.where(n >= LEAST, np.clip((r + r.T) / 2, -1.0, 1.0), np.nan)
    diagonal = np.einsum("ii->i", r)
    diagonal[~np.isnan(diagonal)] = 1.0
    return r


def _standardise(values: Array) -> Array:
    known = ~np.isnan(values)
    n = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = values - np.where(known, values, 0.0).sum(axis=1, keepdims=True) / n
    largest = np.abs(np.where(known, centred, 0.0)).max(axis=1, keepdims=True, initial=0.0)
    return centred / np.where(largest > 0, largest, 1.0)


def _p_of_t(r: Array, n: Counts) -> Array:
    from scipy.special import stdtr

    freedom = np.maximum(n - 2, 1)
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt(freedom / np.maximum(1 - r**2, 0.0))
    return np.where(np.isnan(r), np.nan, 2 * stdtr(freedom, -t))


CORRELATIONS: dict[str, Callable[[Array], Correlations]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall": kendall,
}
"""Name -> method."""
