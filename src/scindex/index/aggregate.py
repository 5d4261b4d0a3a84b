"""Bring scores together up a tree: every way to do it, and what is true of each.

The means stand in `means`, with what all methods share: children on the first axis, what is
missing or has no weight left out and the other weights renormalised, sums in a fixed order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.means import aligned, arithmetic, counted, generalised, geometric, harmonic, weighted_mean
from scindex.index.properties import Properties

Array = NDArray[np.float64]
_LOW, _SPAN = 70.0, 60.0  # the scale of the adjusted Mazziotta-Pareto index: 70 to 130


def minimum(values: Array, weights: Array) -> Array:
    r"""Return the least of the values present.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        They only decide which children count: those with a weight above 0. [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score. [0 to 100]

    Notes
    -----
    .. math:: S_i = \min_k s_{ki}

    Not compensatory: only the weakest child counts, whatever the others do.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6.

    Examples
    --------
    >>> minimum(np.array([[80.0, 80.0], [20.0, np.nan]]), np.array([[1.0], [1.0]]))
    array([20., 80.])
    """
    return np.fmin.reduce(counted(*aligned(values, weights)), axis=0, initial=np.nan)


def mpi(values: Array, weights: Array, sign: int = -1) -> Array:
    r"""Return the Mazziotta-Pareto index: the mean less a penalty for imbalance.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node, none below 0. NaN is left out. As published, they
        have mean 100 and standard deviation 10: `zscore(mean=100, sd=10)`. [-]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights of the mean and of the standard deviation alike; the published index has
        equal ones. [-]
    sign : {-1, 1}
        -1 subtracts the penalty (more is better), 1 adds it (more is worse).

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score or the mean is below 0; 0 where all are 0. [-]

    Raises
    ------
    MethodError
        If `sign` is neither -1 nor 1.

    Notes
    -----
    .. math:: S_i = M_i \pm \sigma_i c_i, \quad c_i = \sigma_i / M_i

    with the weighted mean and the weighted population standard deviation over the
    children. The kernel takes scores as they come and does not standardise: on another
    scale the penalty has another size. **Not monotone**: next to three scores of 20 a
    fourth gains nothing beyond 38.

    References
    ----------
    .. [1] M. Mazziotta and A. Pareto, "Methods for constructing composite indices: one
       for all or all for one?", Rivista Italiana di Economia Demografia e Statistica
       67(2), 2013, 67-80.

    Examples
    --------
    >>> mpi(np.array([[110.0, 100.0], [90.0, 100.0]]), np.array([[1.0], [1.0]]))
    array([ 99., 100.])
    """
    if sign not in (-1, 1):
        raise MethodError(Finding("aggregate-sign", value=sign))
    mean = weighted_mean(values, weights)
    spread = weighted_mean(values, weights, lambda score: np.square(score - mean))
    penalty = np.divide(spread, mean, out=np.full(mean.shape, np.nan), where=mean > 0)
    return np.where((mean == 0) & (spread == 0), 0.0, mean + sign * penalty)


def ampi(values: Array, weights: Array, sign: int = -1) -> Array:
    r"""Return the adjusted Mazziotta-Pareto index, put back on the scale of the scores.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node, best between goalposts. NaN is left out.
        [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Weights of the mean and of the standard deviation alike; the published index has
        equal ones. [-]
    sign : {-1, 1}
        -1 subtracts the penalty (more is better), 1 adds it (more is worse).

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score. [0 to 100]

    Raises
    ------
    MethodError
        If `sign` is neither -1 nor 1.

    Notes
    -----
    Scores of 0 to 100 are read on the published scale of 70 to 130, :math:`r = 70 + 0.6 s`,
    where the index is

    .. math:: A_i = M(r)_i \pm \sigma(r)_i \, \sigma(r)_i / M(r)_i

    and :math:`S_i = (A_i - 70) / 0.6` puts it back, so that levels can be stacked and
    equal children give their own score; :math:`70 + 0.6 S_i` is the published figure.
    **Not monotone** where one of many children runs far ahead of the others. From 70 to
    130 no mean is less than half the greatest score, so the penalty never takes it below
    the least.

    References
    ----------
    .. [1] M. Mazziotta and A. Pareto, "On a generalized non-compensatory composite index
       for measuring socio-economic phenomena", Social Indicators Research 127, 2016,
       983-1003.

    Examples
    --------
    >>> ampi(np.array([[100.0], [0.0]]), np.array([[1.0], [1.0]]))
    array([35.])
    """
    inside = mpi(_LOW + values * (_SPAN / 100.0), weights, sign)
    return (inside - _LOW) * (100.0 / _SPAN)


def owa(values: Array, weights: Array, power: float = 2.0) -> Array:
    r"""Return the ordered weighted average: weights go by the order of the scores.

    Parameters
    ----------
    values : ndarray, shape (n_child, ...)
        Scores of the children of one node. NaN is left out. [0 to 100]
    weights : ndarray, shape (n_child, 1) or as `values`
        Importance of each child; only ratios count. [-]
    power : float
        1 is the arithmetic mean; above it low scores weigh more (towards the least
        score), below it high ones (towards the greatest). [-]

    Returns
    -------
    ndarray, shape (...)
        NaN where no child has a score. [0 to 100]

    Raises
    ------
    MethodError
        If `power` is not a finite number above 0.

    Notes
    -----
    With the scores in falling order :math:`s_{(1)} \ge \dots \ge s_{(n)}` and the
    quantifier :math:`Q(r) = r^a`,

    .. math:: S = \sum_j \left[Q(u_j) - Q(u_{j-1})\right] s_{(j)},
        \quad u_j = \sum_{l \le j} w_{(l)} / \sum_l w_l

    which for equal weights is Yager's :math:`(j/n)^a - ((j-1)/n)^a`. Equal scores may
    stand in any order: their weights add up to the same.

    References
    ----------
    .. [1] R. R. Yager, "On ordered weighted averaging aggregation operators in
       multicriteria decisionmaking", IEEE Transactions on Systems, Man, and Cybernetics
       18(1), 1988, 183-190.
    .. [2] R. R. Yager, "Quantifier guided aggregation using OWA operators",
       International Journal of Intelligent Systems 11(1), 1996, 49-73.

    Examples
    --------
    >>> owa(np.array([[80.0], [20.0]]), np.array([[1.0], [1.0]]), power=2)
    array([35.])
    """
    if not (math.isfinite(power) and power > 0):
        raise MethodError(Finding("aggregate-power-not-positive", value=power))
    values, weights = aligned(values, weights)
    scores = counted(values, weights)
    order = np.argsort(-scores, axis=0, kind="stable")  # what is left out comes last
    scores = np.take_along_axis(scores, order, axis=0)
    shares = np.take_along_axis(np.broadcast_to(weights, scores.shape), order, axis=0)
    shares = np.cumsum(np.where(np.isnan(scores), 0.0, shares), axis=0)
    with np.errstate(invalid="ignore"):
        reached = np.power(shares / shares[-1], power)
    out, before = np.zeros(scores.shape[1:]), np.zeros(scores.shape[1:])
    for score, upto in zip(scores, reached):
        out += np.where(np.isnan(score), 0.0, score) * (upto - before)
        before = upto
    return np.where(shares[-1] > 0, out, np.nan)


@dataclass(frozen=True, slots=True)
class Aggregator:
    """One method and its properties, from which the tests are derived.

    Attributes
    ----------
    combine : callable
        ``(values, weights, **options) -> array``.
    properties : Properties
        What is true of the method; `bounded` means within the scores of the children.
    undefined_at_zero : bool
        Whether a score of 0 or below among the values has no meaning for the method with
        its default options (`generalised`: with a power of 0 or less).
    """

    combine: Callable[..., Array]
    properties: Properties = field(default_factory=Properties)
    undefined_at_zero: bool = False

    @property
    def monotone(self) -> bool:
        """Whether a better value never lowers the result: only then do bounds hold."""
        return self.properties.monotone


AGGREGATORS = {
    "arithmetic": Aggregator(arithmetic),
    "geometric": Aggregator(geometric, undefined_at_zero=True),
    "harmonic": Aggregator(harmonic, undefined_at_zero=True),
    "generalised": Aggregator(generalised),
    "minimum": Aggregator(minimum),
    "mpi": Aggregator(mpi, Properties(monotone=False, bounded=False)),
    "ampi": Aggregator(ampi, Properties(monotone=False)),
    "owa": Aggregator(owa),
}
"""Name in a recipe -> method."""
