"""Data error: what a value could have been, on a scale that respects its range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]
Codes = NDArray[np.integer]

INDEPENDENT = -1
"""Error group of a cell that errs by itself."""

FIXED, NORMAL, LOG, MIRRORED_LOG, LOGIT, POISSON, BINOMIAL = range(7)


@dataclass(frozen=True, slots=True)
class Noise:
    """How each cell errs; every array has shape (n_leaf, n_row).

    Attributes
    ----------
    value : ndarray
        Values as reported. [indicator unit]
    kind : ndarray of int
        Scale of the error: FIXED, NORMAL, LOG, MIRRORED_LOG, LOGIT, POISSON, BINOMIAL.
    spread : ndarray
        Standard deviation on that scale; for counts, the exposure or sample size.
    low, high : ndarray
        Range of possible values. [indicator unit]
    """

    value: Array
    kind: NDArray[np.int8]
    spread: Array
    low: Array
    high: Array


def measure_noise(
    values: Array, *, low: Array, high: Array, relative: Array, absolute: Array | None = None,
    exposure: Array | None = None,
) -> Noise:  # fmt: skip
    r"""Say how each cell errs, from what is known of its error.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row)
        Values as reported; NaN stays NaN. [indicator unit]
    low, high : ndarray, shape (n_leaf,)
        Ends of the range of possible values; infinite where there is none.
        [indicator unit]
    relative : ndarray, shape (n_leaf, n_row)
        Relative standard error; NaN where none is stated: the cell stays put. [-]
    absolute : ndarray, shape (n_leaf, n_row), optional
        Standard error; where it is not NaN it overrides the other two. [indicator unit]
    exposure : ndarray, shape (n_leaf, n_row), optional
        What the value is a mean over: persons asked, for a share; units of the
        denominator, for a rate. Where it is not NaN it overrides `relative`. [-]

    Returns
    -------
    Noise

    Raises
    ------
    MethodError
        If an error is negative or infinite, an exposure is not positive, a value lies
        outside its range, or a range without a lower end at a number is given an exposure.

    Notes
    -----
    Every draw is a nondecreasing function of one standard normal number :math:`z`, and
    for the first four kinds the reported value is the median. A larger error moves each
    draw away from the reported value, so with common random numbers an interval around
    it never narrows.

    - **Relative** error :math:`r`, with :math:`\sigma = \sqrt{\ln(1 + r^2)}`, so that the
      coefficient of variation on a log scale is :math:`r`:
      no range: :math:`x + r |x| z`;
      one end :math:`a`: :math:`a + (x - a) e^{\sigma z}` (mirrored for an upper end);
      two ends, with :math:`p = (x - a) / (b - a)`:
      :math:`\operatorname{logit} y = \operatorname{logit} p + \sigma z / \max(p, 1 - p)`.
      The relative error is thus that of the smaller of a share and its complement: which
      of the two is reported makes no difference. A value at an end (0 or 100 %, zero on
      a log scale) stays put, for a relative error of nothing is nothing.
    - **Absolute** error :math:`s`: :math:`x + s z`, cut off at the ends of the range. A
      value at an end moves inwards in half of the draws. (On a log or logit scale an
      error far above the distance to the end would throw draws across the whole range.)
    - **Counts**, with exposure :math:`n` and events :math:`k = n x`: the quantile
      :math:`\Phi(z)` of Jeffreys' posterior, :math:`\mathrm{Beta}(k + 1/2, n - k + 1/2)` on
      a range with two ends, :math:`\Gamma(k + 1/2) / n` with a lower end only. The half unit
      gives a count of zero an error too.

    References
    ----------
    .. [1] Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
       Statistical Science 16 (2), 2001.

    Examples
    --------
    >>> noise = measure_noise(np.array([[50.0, 0.0]]), low=np.array([0.0]), high=np.array([100.0]),
    ...                       relative=np.array([[0.1, 0.1]]))
    >>> perturb(noise, np.ones((1, 1, 2))).round(2)
    array([[[54.97,  0.  ]]])
    """
    shape = values.shape
    ends = np.broadcast_to(low[:, None], shape), np.broadcast_to(high[:, None], shape)
    missing = np.full(shape, np.nan)
    absolute = missing if absolute is None else absolute
    exposure = missing if exposure is None else exposure
    _check(values, *ends, relative, absolute, exposure)
    kind, spread = _relative(values, *ends, np.nan_to_num(relative))
    counted = ~np.isnan(exposure)
    kind = np.where(counted, np.where(np.isfinite(ends[1]), BINOMIAL, POISSON), kind)
    spread = np.where(counted, exposure, spread)
    stated = ~np.isnan(absolute)
    kind = np.where(stated, NORMAL, kind)
    spread = np.where(stated, absolute, spread)
    kind = np.where(np.isnan(values) | (spread == 0), FIXED, kind)
    return Noise(values, kind.astype(np.int8), spread, *ends)


def _check(values: Array, low: Array, high: Array, relative: Array, absolute: Array, exposure: Array) -> None:
    faults: list[Finding] = []
    for errors in (relative, absolute):
        wrong = (errors < 0) | np.isinf(errors)
        if wrong.any():
            faults.append(Finding("error-not-a-size", value=float(errors[wrong][0])))
    wrong = (exposure <= 0) | np.isinf(exposure)
    if wrong.any():
        faults.append(Finding("exposure-not-positive", value=float(exposure[wrong][0])))
    outside = (values < low) | (values > high)
    if outside.any():
        faults.append(Finding("value-outside-range", value=float(values[outside][0])))
    if (~np.isnan(exposure) & ~np.isfinite(low)).any():
        faults.append(Finding("exposure-without-zero"))
    if faults:
        raise MethodError(*faults)


def _relative(values: Array, low: Array, high: Array, relative: Array) -> tuple[NDArray[np.int64], Array]:
    """Return kind and spread of cells with a relative error."""
    sigma = np.sqrt(np.log1p(relative**2))
    below, above = np.isfinite(low), np.isfinite(high)
    kind = np.select([below & above, below, above], [LOGIT, LOG, MIRRORED_LOG], NORMAL)
    at_end = (values == low) | (values == high)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (values - low) / (high - low)
    spread = np.select(
        [at_end, kind == LOGIT, kind == NORMAL],
        [np.zeros_like(sigma), sigma / np.maximum(share, 1 - share), relative * np.abs(values)],
        sigma,
    )
    return kind, spread


def error_normals(rng: Generator, n_draw: int, groups: Codes) -> Array:
    """Draw the standard normal number behind the error of every cell.

    Parameters
    ----------
    rng : Generator
        The stream of the factor "data".
    n_draw : int
        Draws to make.
    groups : ndarray of int, shape (n_leaf, n_row)
        Cells with the same code err together; -1 errs by itself.

    Returns
    -------
    ndarray, shape (n_leaf, n_draw, n_row)

    Notes
    -----
    A group takes the number of its first cell (by leaf, then row). Every cell has a
    number of its own beforehand, so grouping some leaves the others as they were.

    Examples
    --------
    >>> from scindex.uncertainty.draws import stream
    >>> z = error_normals(stream(0, 0, "data"), 64, np.array([[7, 7, -1]]))
    >>> bool((z[0, :, 0] == z[0, :, 1]).all()), bool((z[0, :, 0] == z[0, :, 2]).any())
    (True, False)
    """
    normals = rng.standard_normal((n_draw, groups.size))
    codes = groups.ravel()
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    source = np.where(codes == INDEPENDENT, np.arange(codes.size), first[inverse])
    return normals[:, source].reshape(n_draw, *groups.shape).transpose(1, 0, 2)


def perturb(noise: Noise, normals: Array) -> Array:
    """Return what the values could have been.

    Parameters
    ----------
    noise : Noise
        How each cell errs.
    normals : ndarray, shape (n_leaf, n_draw, n_row)
        Standard normal numbers of `error_normals`.

    Returns
    -------
    ndarray, shape (n_leaf, n_draw, n_row)
        Never outside the range; NaN where the value is missing. [indicator unit]

    Examples
    --------
    >>> noise = measure_noise(np.array([[10.0]]), low=np.array([0.0]), high=np.array([np.inf]),
    ...                       relative=np.array([[np.nan]]), absolute=np.array([[2.0]]))
    >>> perturb(noise, np.array([[[-1.0], [0.0], [1.0]]])).ravel()
    array([ 8., 10., 12.])
    """
    drawn = normals.transpose(1, 0, 2)
    out = np.broadcast_to(noise.value, drawn.shape).copy()
    for kind, bend in _BENDS.items():
        cells = noise.kind == kind
        if cells.any():
            bent = bend(noise.value[cells], drawn[:, cells], noise.spread[cells], noise.low[cells],
                        noise.high[cells])  # fmt: skip
            out[:, cells] = np.clip(bent, noise.low[cells], noise.high[cells])
    return np.ascontiguousarray(out.transpose(1, 0, 2))


def _normal(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    return x + spread * z


def _log(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    return low + (x - low) * np.exp(spread * z)


def _mirrored_log(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    return high - (high - x) * np.exp(-spread * z)


def _logit(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    shifted = np.log(x - low) - np.log(high - x) + spread * z
    with np.errstate(over="ignore"):  # exp of a large number is infinite, and the share its end
        return low + (high - low) / (1 + np.exp(-shifted))


def _poisson(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    from scipy import special

    return low + special.gammaincinv((x - low) * spread + 0.5, special.ndtr(z)) / spread


def _binomial(x: Array, z: Array, spread: Array, low: Array, high: Array) -> Array:
    from scipy import special

    events = spread * (x - low) / (high - low)
    return low + (high - low) * special.betaincinv(events + 0.5, spread - events + 0.5, special.ndtr(z))


_BENDS = {
    NORMAL: _normal,
    LOG: _log,
    MIRRORED_LOG: _mirrored_log,
    LOGIT: _logit,
    POISSON: _poisson,
    BINOMIAL: _binomial,
}
