"""How far a published figure is off because draws are finite, and how many are enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]

ONE_POINT = 0.01


def proportion_error(share: Array, n: int) -> Array:
    r"""Return the Monte Carlo standard error of a share of draws.

    Parameters
    ----------
    share : ndarray
        Shares of draws, of any shape. [0 to 1]
    n : int
        Draws.

    Returns
    -------
    ndarray, of the same shape
        :math:`\sqrt{p (1 - p) / n}`; 0 for shares of 0 and 1. [0 to 1]

    Examples
    --------
    >>> proportion_error(np.array([0.5, 1.0]), 2500)
    array([0.01, 0.  ])
    """
    return np.sqrt(share * (1 - share) / n)


def enough(share: Array, n: int, error: float = ONE_POINT) -> bool:
    r"""Say whether every share of draws is known to within an error.

    Parameters
    ----------
    share : ndarray
        Shares of draws that are to be published; NaN is passed over. [0 to 1]
    n : int
        Draws.
    error : float
        Largest standard error allowed. [0 to 1]

    Returns
    -------
    bool

    Notes
    -----
    The shares are first moved towards one half, as if two draws more had said yes and two
    no: :math:`\tilde p = (n p + 2) / (n + 4)` [1]_. Otherwise a share of 0 or 1 would
    have no error after a single draw.

    References
    ----------
    .. [1] Agresti and Coull, "Approximate is better than exact for interval estimation of
       binomial proportions", The American Statistician 52 (2), 1998.

    Examples
    --------
    >>> enough(np.array([0.5]), 2500), enough(np.array([0.5]), 2400), enough(np.array([1.0]), 1)
    (True, False, False)
    """
    known = share[~np.isnan(share)]
    moved = (n * known + 2) / (n + 4)
    return bool((proportion_error(moved, n + 4) <= error).all())


def draws_needed(share: Array, error: float = ONE_POINT) -> int:
    """Return the number of draws after which the shares would be known to within an error.

    Parameters
    ----------
    share : ndarray
        Shares as known so far; NaN is passed over. [0 to 1]
    error : float
        Largest standard error allowed. [0 to 1]

    Returns
    -------
    int
        An estimate: the shares may yet move. Never more than ``0.25 / error**2``.

    Raises
    ------
    MethodError
        If `error` is not positive.

    Examples
    --------
    >>> draws_needed(np.array([0.5, 0.9])), draws_needed(np.array([0.9]))
    (2500, 900)
    """
    if not error > 0:
        raise MethodError(Finding("precision-not-positive", value=error))
    known = share[~np.isnan(share)]
    return int(np.ceil(np.max(known * (1 - known), initial=0.0) / error**2 - 1e-6))


def quantile_interval(draws: Array, quantile: float, level: float = 0.95) -> tuple[Array, Array, Array]:
    """Return a quantile over draws with an interval for its Monte Carlo error.

    Parameters
    ----------
    draws : ndarray, shape (n_draw, n_row)
        Figures of each draw; a row with NaN gets NaN.
    quantile : float
        Between 0 and 1, both excluded.
    level : float
        Least probability that the interval holds the quantile. [0 to 1]

    Returns
    -------
    estimate, low, high : ndarray, shape (n_row,)
        `low` is -inf and `high` inf where there are too few draws to say.

    Raises
    ------
    MethodError
        If `quantile` or `level` is not between 0 and 1.

    Notes
    -----
    Without assumption on the distribution: the number of draws below the quantile is
    binomial, so two order statistics hold it with known probability [1]_.

    References
    ----------
    .. [1] David and Nagaraja, "Order Statistics", 3rd ed., Wiley, 2003, section 7.1.

    Examples
    --------
    >>> draws = np.arange(1.0, 101.0)[:, None]
    >>> [float(x[0]) for x in quantile_interval(draws, 0.5)]
    [50.5, 40.0, 61.0]
    """
    from scipy import stats

    for value in (quantile, level):
        if not 0 < value < 1:
            raise MethodError(Finding("quantile-out-of-range", value=value))
    n = len(draws)
    tail = (1 - level) / 2
    ordered = np.sort(draws, axis=0)
    below = int(stats.binom.ppf(tail, n, quantile))
    above = int(stats.binom.ppf(1 - tail, n, quantile)) + 1
    edge = np.full(draws.shape[1], np.inf)
    low = ordered[below - 1] if below >= 1 else -edge
    high = ordered[above - 1] if above <= n else edge
    whole = ~np.isnan(draws).any(axis=0)
    return (
        np.quantile(draws, quantile, axis=0),
        np.where(whole, low, np.nan),
        np.where(whole, high, np.nan),
    )
