"""Logarithms and Box-Cox powers that are fitted to series, and applied to other numbers too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.index.axes import spread

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MARGIN = 0.01
"""Share of the range by which the end of a series is kept from zero (COIN Tool, COINr)."""

REACH = 5.0
"""Box-Cox exponents are sought from -5 to 5."""


@dataclass(frozen=True, slots=True, eq=False)
class Power:
    r"""One increasing transformation per series, or none where `exponent` is NaN.

    Attributes
    ----------
    sign, origin, slope, shift, exponent : ndarray, shape (...)
        One number per series.

    Notes
    -----
    .. math:: y = \sigma \, (u^\lambda - 1) / \lambda, \quad
              u = \sigma \, a \, (x - x_0) + c

    with sign :math:`\sigma` (-1 mirrors it for series with a long lower tail), slope
    :math:`a`, origin :math:`x_0`, shift :math:`c` and exponent :math:`\lambda`; the
    limit at :math:`\lambda = 0` is the natural logarithm of :math:`u`.
    """

    sign: Array
    origin: Array
    slope: Array
    shift: Array
    exponent: Array

    def apply(self, numbers: Array) -> Array:
        """Transform numbers of each series.

        Parameters
        ----------
        numbers : ndarray, shape (..., n)
            Any count for each series. [indicator unit]

        Returns
        -------
        ndarray, shape (..., n)
            NaN where :math:`u` is not positive; unchanged in series that have no exponent.

        Examples
        --------
        >>> one = fit(np.array([[0.0, 1.0, 99.0]]), np.array([True]), np.array([2.0]), "log")
        >>> one.apply(np.array([[0.0, 9.0, -5.0]])).round(4)
        array([[-0.0101,  2.3016,     nan]])
        """
        series = self.exponent.shape
        numbers = spread(np.asarray(numbers, dtype=np.float64), len(series) + 1)
        out = np.array(np.broadcast_to(numbers, series + numbers.shape[-1:]))
        on = ~np.isnan(self.exponent)
        if on.any():
            out[on] = self.sign[on][:, None] * _box_cox(self._logs(out[on], on), self.exponent[on][:, None])
        return out

    def _logs(self, numbers: Array, on: Mask) -> Array:
        sign, origin, slope, shift = (
            p[on][:, None] for p in (self.sign, self.origin, self.slope, self.shift)
        )
        above = sign * slope * (numbers - origin) + shift
        return np.log(above, out=np.full(above.shape, np.nan), where=above > 0)


def fit(
    values: Array,
    which: Mask,
    skew: Array,
    kind: str,
    *,
    form: str = "ct",
    ends: Array | None = None,
) -> Power:
    r"""Fit a transformation to some of the series.

    Parameters
    ----------
    values : ndarray, shape (..., n_row)
        [indicator unit]
    which : ndarray of bool, shape (...)
        Series to be transformed; the others are left.
    skew : ndarray, shape (...)
        Its sign says which tail is drawn in.
    kind : {"none", "log", "boxcox"}
    form : {"ct", "gii"}
        Of the logarithm.
    ends : ndarray, shape (..., n), optional
        Numbers that lie within reach as well: range and origin are taken over both.

    Returns
    -------
    Power

    Notes
    -----
    For positive skewness, with minimum :math:`m` and maximum :math:`M` of the series:

    .. math:: ct: \ln(x - m + 0.01 (M - m)), \quad
              gii: \ln\left(\frac{(M - 1)(x - m)}{M - m} + 1\right)

    For negative skewness both are mirrored: :math:`x - m` becomes :math:`M - x`, and the
    result changes its sign, so that the order is kept. COINr's default ``log_CT`` does not
    mirror; its ``log_CT_plus`` does. ``gii`` is undefined where :math:`M \le 1`: such a
    series is left.

    ``boxcox`` fits the exponent to :math:`(x - m) / (M - m) + 0.01` (or mirrored) by
    maximum likelihood. The profile likelihood is concave, so a golden-section search finds
    its maximum; exponents are kept within -5 and 5.

    References
    ----------
    .. [1] Box, G. E. P. and Cox, D. R., "An analysis of transformations", Journal of the
       Royal Statistical Society B 26, 1964, pp. 211-252.
    .. [2] Kouider, E. and Chen, H., "Concavity of Box-Cox log-likelihood function",
       Statistics & Probability Letters 25, 1995, pp. 171-175.
    .. [3] Cornell, INSEAD and WIPO, "Global Innovation Index 2020", technical notes.

    Examples
    --------
    >>> yes = np.array([True])
    >>> power = fit(np.array([[0.0, 1.0, 100.0]]), yes, np.array([-1.0]), "log")
    >>> power.apply(np.array([[0.0, 100.0]])).round(4)
    array([[-4.6151, -0.    ]])
    """
    low, high = _range(values, ends)
    sign = np.where(skew >= 0, 1.0, -1.0)
    origin, span = np.where(sign > 0, low, high), high - low
    which = which & (span > 0)
    ones = np.ones(span.shape)
    if kind == "none":
        which = np.zeros(span.shape, dtype=bool)
    if kind == "boxcox":
        span = np.where(span > 0, span, 1.0)
        slope, shift = 1 / span, MARGIN * ones
    elif form == "gii":
        which = which & (high > 1)
        slope, shift = (high - 1) / np.where(span > 0, span, 1.0), ones
    else:
        slope, shift = ones, MARGIN * span
    power = Power(sign, origin, slope, shift, np.where(which, 0.0, np.nan))
    if kind == "boxcox" and which.any():
        power.exponent[which] = _most_likely(power._logs(values[which], which))
    return power


def _range(values: Array, ends: Array | None) -> tuple[Array, Array]:
    """Return the least and the greatest number of each series, +inf and -inf where it has none."""
    low = np.fmin.reduce(values, axis=-1, initial=np.inf)
    high = np.fmax.reduce(values, axis=-1, initial=-np.inf)
    if ends is not None:
        ends = spread(np.asarray(ends, dtype=np.float64), values.ndim)
        low = np.fmin(low, np.fmin.reduce(ends, axis=-1, initial=np.inf))
        high = np.fmax(high, np.fmax.reduce(ends, axis=-1, initial=-np.inf))
    return np.asarray(low), np.asarray(high)


def _box_cox(logs: Array, exponent: Array) -> Array:
    """Return ``(u**exponent - 1) / exponent`` from ``log(u)``, exact near an exponent of zero."""
    flat = np.abs(exponent) < 1e-12
    safe = np.where(flat, 1.0, exponent)
    return np.where(flat, logs, np.expm1(safe * logs) / safe)


def _most_likely(logs: Array) -> Array:
    """Return the Box-Cox exponent of each series of logarithms, shape (n_series, n_row)."""
    golden = (np.sqrt(5) - 1) / 2
    left = np.full(len(logs), -REACH)
    right = -left
    inner = right - golden * (right - left)
    outer = left + golden * (right - left)
    at_inner, at_outer = _likelihood(logs, inner), _likelihood(logs, outer)
    for _ in range(40):  # 10 * golden**40 is below 1e-7
        lower = at_inner >= at_outer
        left, right = np.where(lower, left, inner), np.where(lower, outer, right)
        new = np.where(lower, right - golden * (right - left), left + golden * (right - left))
        at_new = _likelihood(logs, new)
        inner, outer = np.where(lower, new, outer), np.where(lower, inner, new)
        at_inner, at_outer = np.where(lower, at_new, at_outer), np.where(lower, at_inner, at_new)
    return (left + right) / 2


def _likelihood(logs: Array, exponent: Array) -> Array:
    missing = np.isnan(logs)
    n = logs.shape[-1] - np.count_nonzero(missing, axis=-1)
    out = np.where(missing, 0.0, _box_cox(logs, exponent[:, None]))
    apart = np.where(missing, 0.0, out - (out.sum(axis=-1) / n)[:, None])
    spread_of = np.einsum("ij,ij->i", apart, apart) / n
    return (exponent - 1) * np.where(missing, 0.0, logs).sum(axis=-1) - n / 2 * np.log(spread_of)
