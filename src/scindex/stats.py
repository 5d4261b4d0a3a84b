"""Moments of many series at once: the last axis is the sample, NaN is left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def skewness(values: Array) -> Array:
    r"""Return the skewness of each series, corrected for the size of the sample (type 2).

    Parameters
    ----------
    values : ndarray, shape (..., n)
        NaN is left out. [any unit]

    Returns
    -------
    ndarray, shape (...)
        NaN with fewer than three values or where all are equal. [-]

    Notes
    -----
    .. math:: G_1 = \frac{\sqrt{n (n - 1)}}{n - 2} \, \frac{m_3}{m_2^{3/2}}

    with the central moments :math:`m_k = \sum_i (x_i - \bar x)^k / n`: what SAS, SPSS,
    Excel (``SKEW``) and COINr report.

    References
    ----------
    .. [1] Joanes, D. N. and Gill, C. A., "Comparing measures of sample skewness and
       kurtosis", The Statistician 47, 1998, pp. 183-189.

    Examples
    --------
    >>> skewness(np.array([0.0, 0.0, 3.0])).round(4)
    np.float64(1.7321)
    """
    return skewness_and_kurtosis(values)[0]


def kurtosis(values: Array) -> Array:
    r"""Return the excess kurtosis of each series, corrected for the size of the sample (type 2).

    Parameters
    ----------
    values : ndarray, shape (..., n)
        NaN is left out. [any unit]

    Returns
    -------
    ndarray, shape (...)
        About 0 for a normal distribution; NaN with fewer than four values or where all
        are equal. [-]

    Notes
    -----
    .. math:: G_2 = \frac{n - 1}{(n - 2)(n - 3)} \, [(n + 1) \, g_2 + 6], \quad
              g_2 = \frac{m_4}{m_2^2} - 3

    References
    ----------
    .. [1] Joanes, D. N. and Gill, C. A., "Comparing measures of sample skewness and
       kurtosis", The Statistician 47, 1998, pp. 183-189.

    Examples
    --------
    >>> kurtosis(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).round(4)
    np.float64(-1.2)
    """
    return skewness_and_kurtosis(values)[1]


def skewness_and_kurtosis(values: Array) -> tuple[Array, Array]:
    """Return `skewness` and `kurtosis` of each series from one pass over the moments.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        NaN is left out. [any unit]

    Returns
    -------
    skewness, kurtosis : ndarray, shape (...)
        [-]

    Examples
    --------
    >>> [x.round(4).item() for x in skewness_and_kurtosis(np.array([0.0, 0.0, 0.0, 4.0]))]
    [2.0, 4.0]
    """
    values = np.asarray(values, dtype=np.float64)
    n, apart = _deviations(values)
    square = apart * apart
    with np.errstate(divide="ignore", invalid="ignore"):
        m2, m3, m4 = (
            np.einsum("...i,...i->...", a, b) / n
            for a, b in ((apart, apart), (square, apart), (square, square))
        )
        g1, g2 = m3 / m2**1.5, m4 / m2**2 - 3
        skew = np.sqrt(n * (n - 1)) / (n - 2) * g1
        kurt = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6)
    return np.where(n >= 3, skew, np.nan)[()], np.where(n >= 4, kurt, np.nan)[()]


def _deviations(values: Array) -> tuple[Array, Array]:
    """Return the size of each sample, and deviations from its mean in units of the largest.

    In these units powers neither overflow nor vanish; a constant series has all 0.
    """
    missing = np.isnan(values)
    n = values.shape[-1] - np.count_nonzero(missing, axis=-1).astype(np.float64)
    present = np.where(missing, 0.0, values)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = present.sum(axis=-1) / n
        apart = present - mean[..., None]
        apart[missing] = 0.0
        largest = np.abs(apart).max(axis=-1, initial=0.0)
        # the mean of equal values can be off by a rounding, which is not a spread
        constant = np.fmin.reduce(values, axis=-1, initial=np.inf) >= np.fmax.reduce(
            values, axis=-1, initial=-np.inf
        )
        apart /= np.where(constant, np.inf, largest)[..., None]
    return n, apart
