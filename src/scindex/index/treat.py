"""Bring outliers in, one series at a time but all at once (Handbook, steps 3 and 5).

A series is one indicator (in one draw) over all cities: every axis but the last. It is
*out of bounds* where both its skewness and its excess kurtosis are large; all other
series are left as they are. Nothing here depends on the unit of an indicator, nor on
whether it is stated as the share with or the share without: treating ``a + b * x`` gives
the same picture as treating ``x``, mirrored where ``b`` is negative. (The ``gii`` form
alone depends on the unit.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.index.power import Power, fit
from scindex.index.properties import Properties
from scindex.stats import skewness_and_kurtosis

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

SKEW, KURTOSIS, MOST = 2.0, 3.5, 5
"""From where a series is out of bounds, and how many points may be moved (JRC practice)."""


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """Values after treatment, and what was done to each series.

    Attributes
    ----------
    values : ndarray, shape (..., n_row)
        As they were where a series was within bounds. [indicator unit, or that of `transform`]
    moved : ndarray of bool, shape (..., n_row)
        Values that were moved to the next one.
    transform : ndarray of str, shape (...)
        ``none``, ``winsorised``, ``log`` or ``boxcox``.
    skew_before, kurtosis_before, skew_after, kurtosis_after : ndarray, shape (...)
        NaN where undefined: fewer than four values, or all equal. [-]
    passed : ndarray of bool, shape (...)
        Whether the series is not out of bounds now. True where the moments are undefined:
        a constant series has no outlier.
    power : Power
        The transformation of each series, to be used on other numbers.
    """

    values: Array
    moved: Mask
    transform: NDArray[np.str_]
    skew_before: Array
    kurtosis_before: Array
    skew_after: Array
    kurtosis_after: Array
    passed: Mask
    power: Power

    def apply(self, numbers: Array) -> Array:
        """Put goalposts or targets through the transformation of their series.

        Parameters
        ----------
        numbers : ndarray, shape (..., n)
            Any count of numbers for each series. [indicator unit]

        Returns
        -------
        ndarray, shape (..., n)
            Unchanged where the series was not transformed; winsorising moves values of
            cities, not goalposts. NaN where the transformation has no value: beyond the
            end it was fitted to (give such numbers as `ends` when treating).

        Examples
        --------
        >>> series = np.append(np.arange(20.0), [400.0, 500.0])
        >>> treated = winsorise(series, most=1, ends=np.array([-10.0, 500.0]))
        >>> treated.apply(np.array([-10.0, 500.0])).round(2)
        array([1.63, 6.24])
        """
        return self.power.apply(numbers)


def none(values: Array, *, skew: Array | float = SKEW, kurtosis: Array | float = KURTOSIS) -> Treated:
    """Leave everything as it is, and say which series are out of bounds.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        [indicator unit]
    skew, kurtosis : float or ndarray, broadcastable to the series
        A series is out of bounds where it has both. [-]

    Returns
    -------
    Treated

    Examples
    --------
    >>> none(np.append(np.arange(20.0), 500.0)).passed
    array(False)
    """
    return _transform(values, "none", skew, kurtosis)


def log(
    values: Array,
    *,
    skew: Array | float = SKEW,
    kurtosis: Array | float = KURTOSIS,
    form: str = "ct",
    ends: Array | None = None,
) -> Treated:
    """Take the logarithm of each series that is out of bounds, mirrored for a long lower tail.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN stays NaN. [indicator unit]
    skew, kurtosis : float or ndarray, broadcastable to the series
        A series is out of bounds where it has both. [-]
    form : {"ct", "gii"}
        See `scindex.index.power.fit`.
    ends : ndarray, shape (..., n), optional
        Numbers that the logarithm must reach as well: goalposts, targets. [indicator unit]

    Returns
    -------
    Treated

    Examples
    --------
    >>> log(np.append(np.zeros(20), 100.0)).values[[0, -1]].round(4)
    array([0.    , 4.6151])
    """
    return _transform(values, "log", skew, kurtosis, form, ends)


def boxcox(
    values: Array,
    *,
    skew: Array | float = SKEW,
    kurtosis: Array | float = KURTOSIS,
    ends: Array | None = None,
) -> Treated:
    """Raise each series that is out of bounds to the power that makes it most nearly normal.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN stays NaN. [indicator unit]
    skew, kurtosis : float or ndarray, broadcastable to the series
        A series is out of bounds where it has both. [-]
    ends : ndarray, shape (..., n), optional
        Numbers that the power must reach as well: goalposts, targets. [indicator unit]

    Returns
    -------
    Treated

    Examples
    --------
    >>> boxcox(np.exp(np.arange(0.0, 10, 0.5))).passed
    array(True)
    """
    return _transform(values, "boxcox", skew, kurtosis, "ct", ends)


def winsorise(
    values: Array,
    *,
    skew: Array | float = SKEW,
    kurtosis: Array | float = KURTOSIS,
    most: Array | float = MOST,
    then: str = "log",
    form: str = "ct",
    ends: Array | None = None,
) -> Treated:
    r"""Move outliers to the next value, a few points at most; else transform the series.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN stays NaN. [indicator unit]
    skew, kurtosis : float or ndarray, broadcastable to the series
        A series is out of bounds while it has both. [-]
    most : int or ndarray, broadcastable to the series
        Most points of a series that may be moved.
    then : {"log", "boxcox", "none"}
        What a series gets that `most` points do not bring within bounds: its points go
        back, and it is transformed as a whole, or left.
    form : {"ct", "gii"}
        Of the log, see `scindex.index.power.fit`.
    ends : ndarray, shape (..., n), optional
        Numbers that a transformation must reach as well: goalposts, targets. [indicator unit]

    Returns
    -------
    Treated

    Notes
    -----
    While :math:`|G_1| \ge 2` and :math:`G_2 \ge 3.5`, all points at the maximum (positive
    skewness) or at the minimum (negative) take the next value. A step that would bring
    the count of points beyond `most` is not taken, tied points included. COINr takes it,
    and keeps moved points where nothing follows.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, steps 3 and 5.
    .. [2] Becker, W. et al., "COINr: an R package for developing composite indicators",
       Journal of Open Source Software 7(78), 2022, 4567.

    Examples
    --------
    >>> treated = winsorise(np.append(np.arange(20.0), 500.0))
    >>> treated.values[-1].item(), treated.moved.nonzero()[0].tolist(), str(treated.transform)
    (19.0, [20], 'winsorised')
    """
    values = np.asarray(values, dtype=np.float64)
    before = skewness_and_kurtosis(values)
    outside = _outside(*before, skew, kurtosis)
    limits = (np.broadcast_to(x, outside.shape)[outside] for x in (skew, kurtosis, most))
    series, points, within = _move_points(values[outside], *limits)
    helped = outside.copy()
    helped[outside] = within
    out, moved = values.copy(), np.zeros(values.shape, dtype=bool)
    out[helped], moved[helped] = series[within], points[within]
    power = fit(values, outside & ~helped, before[0], then, form=form, ends=ends)
    transform = np.where(helped, "winsorised", _names(power, then))
    return _close(out, moved, transform, before, power, (skew, kurtosis))


def _move_points(series: Array, skew: Array, kurtosis: Array, most: Array) -> tuple[Array, Mask, Mask]:
    """Return the series (n_series, n_row) with points moved, which, and the series now within bounds."""
    series = series.copy()
    moved = np.zeros(series.shape, dtype=bool)
    within = np.zeros(len(series), dtype=bool)
    on = np.arange(len(series))
    while len(on):
        g1, g2 = skewness_and_kurtosis(series[on])
        outside = _outside(g1, g2, skew[on], kurtosis[on])
        within[on[~outside]] = True
        on = on[outside]
        sign = np.where(g1[outside] >= 0, 1.0, -1.0)[:, None]
        upright = series[on] * sign
        at_end = upright == np.fmax.reduce(upright, axis=-1, initial=-np.inf)[:, None]
        following = np.fmax.reduce(np.where(at_end, -np.inf, upright), axis=-1, initial=-np.inf)
        points = moved[on] | at_end
        may = np.count_nonzero(points, axis=-1) <= most[on]
        on = on[may]
        series[on] = (sign * np.where(at_end, following[:, None], upright))[may]
        moved[on] = points[may]
    return series, moved, within


def _transform(
    values: Array,
    kind: str,
    skew: Array | float,
    kurtosis: Array | float,
    form: str = "ct",
    ends: Array | None = None,
) -> Treated:
    values = np.asarray(values, dtype=np.float64)
    before = skewness_and_kurtosis(values)
    power = fit(values, _outside(*before, skew, kurtosis), before[0], kind, form=form, ends=ends)
    untouched = np.zeros(values.shape, dtype=bool)
    return _close(values, untouched, _names(power, kind), before, power, (skew, kurtosis))


def _close(
    values: Array,
    moved: Mask,
    transform: NDArray[np.str_],
    before: tuple[Array, Array],
    power: Power,
    limits: tuple[Array | float, Array | float],
) -> Treated:
    values = power.apply(values)
    changed = np.asarray(transform != "none")
    skew_after, kurtosis_after = (np.array(x) for x in before)
    skew_after[changed], kurtosis_after[changed] = skewness_and_kurtosis(values[changed])
    return Treated(
        values=values,
        moved=moved,
        transform=transform,
        skew_before=np.asarray(before[0]),
        kurtosis_before=np.asarray(before[1]),
        skew_after=skew_after,
        kurtosis_after=kurtosis_after,
        passed=np.asarray(~_outside(skew_after, kurtosis_after, *limits)),
        power=power,
    )


def _outside(g1: Array, g2: Array, skew: Array | float, kurtosis: Array | float) -> Mask:
    """Return where both moments are large; an undefined moment is not."""
    return np.asarray((np.abs(g1) >= skew) & (g2 >= kurtosis))


def _names(power: Power, kind: str) -> NDArray[np.str_]:
    return np.where(np.isnan(power.exponent), "none", kind)


@dataclass(frozen=True, slots=True)
class Treater:
    """One treatment and its properties, from which the tests are derived.

    Attributes
    ----------
    treat : callable
        ``(values, **options) -> Treated``.
    properties : Properties
        `at_least` is a rule of reason, not of arithmetic: the caller refuses below it.
    """

    treat: Callable[..., Treated]
    properties: Properties


RELATIVE = Properties(monotone=False, bounded=False, independent=False, at_least=20)

TREATERS = {
    "none": Treater(none, Properties(bounded=False)),
    "winsorise": Treater(winsorise, RELATIVE),
    "log": Treater(log, RELATIVE),
    "boxcox": Treater(boxcox, RELATIVE),
}
"""Name in a recipe -> treatment."""
