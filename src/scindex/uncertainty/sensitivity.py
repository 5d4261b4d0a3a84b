"""Which factor the spread comes from: variance-based indices for grouped independent factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.uncertainty.draws import stream

Array = NDArray[np.float64]

REPLICATES = 16
"""Least number of independent scramblings behind an interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Means over scramblings with an interval; each array has shape (n_factor + 1,).

    The last is the dummy: a factor that nothing depends on.
    """

    estimate: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Share of the variance of all outputs together that comes from each factor.

    Attributes
    ----------
    first : Interval
        First order: what knowing the factor alone would take away. [share of variance]
    total : Interval
        Total order: what would be left if all but the factor were known; above `first`
        by what the factor does together with others. [share of variance]
    n : int
        Evaluations behind the indices.
    findings : tuple of Finding
        That nothing varies, or that the interval of the dummy misses zero.
    """

    first: Interval
    total: Interval
    n: int
    findings: tuple[Finding, ...]


def design(n_factors: int, n: int, *, replicate: int, seed: int) -> Array:
    r"""Return where to evaluate: one scrambled design of Saltelli's.

    Parameters
    ----------
    n_factors : int
        Independent factors (or groups of them), each driven by one number.
    n : int
        Base points, a power of 2.
    replicate : int
        Number of the scrambling, from 0.
    seed : int
        Any whole number from 0; 0 is a seed like any other.

    Returns
    -------
    ndarray, shape (n_factors + 2, n, n_factors)
        Numbers in 0 to 1: matrix A, matrix B, then for each factor A with that factor's
        column from B. A factor of several choices maps its number to them.

    Raises
    ------
    MethodError
        If there is no factor, or `n` is no power of 2 from 2.

    Notes
    -----
    A and B are the two halves of one Sobol' sequence in ``2 * n_factors`` dimensions.
    The scrambling is Matousek's: a random linear matrix and a digital shift. Its variance
    is that of Owen's nested scrambling [2]_, at less cost; each point is uniform on its
    own, so the estimates of each scrambling are independent.

    References
    ----------
    .. [1] Saltelli et al., "Variance based sensitivity analysis of model output. Design
       and estimator for the total sensitivity index", Computer Physics Communications
       181 (2), 2010.
    .. [2] Owen, "Variance with alternative scramblings of digital nets", ACM Transactions
       on Modeling and Computer Simulation 13 (4), 2003.

    Examples
    --------
    >>> points = design(2, 4, replicate=0, seed=0)
    >>> points.shape, bool((points[2, :, 1] == points[0, :, 1]).all())
    ((4, 4, 2), True)
    """
    from scipy.stats import qmc

    if n_factors < 1:
        raise MethodError(Finding("sensitivity-no-factor"))
    if n < 2 or n & (n - 1):
        raise MethodError(Finding("sensitivity-not-a-power", value=n))
    sequence = qmc.Sobol(2 * n_factors, scramble=True, rng=stream(seed, replicate, "sensitivity"))
    points = sequence.random(n)
    a, b = points[:, :n_factors], points[:, n_factors:]
    mixed = np.where(np.eye(n_factors, dtype=bool)[:, None, :], b, a)
    return np.concatenate([a[None], b[None], mixed])


def indices(outputs: Array) -> tuple[Array, Array]:
    r"""Return the indices of one design, over all outputs together.

    Parameters
    ----------
    outputs : ndarray, shape (n_factor + 2, n, n_output)
        What came out at the points of `design`: scores or ranks of every city. No NaN.

    Returns
    -------
    first, total : ndarray, shape (n_factor + 1,)
        The last is the dummy; NaN where nothing varies. [share of variance]

    Raises
    ------
    MethodError
        If an output is NaN: a draw that fails is an error, not a gap.

    Notes
    -----
    With :math:`y^A, y^B, y^i` the outputs at A, B and A with factor :math:`i` from B,
    and :math:`\mu, V` mean and variance of :math:`y^A` and :math:`y^B` together,

    .. math::
        S_i = \frac{\sum_j \frac1n \sum (y^B_j - \mu_j)(y^i_j - \mu_j)}{\sum_j V_j}, \quad
        T_i = \frac{\sum_j \frac1{2n} \sum (y^A_j - y^i_j)^2}{\sum_j V_j}

    The first is centred, as a large mean would drown it [1]_; the second is Jansen's [2]_.
    Sums over outputs :math:`j` weight each output's index by its variance [3]_.

    The dummy costs nothing: A with the dummy's column from B is A. So its total order is
    0, and its first order is the covariance of A and B, which shows how far the design is
    from having converged.

    References
    ----------
    .. [1] Janon, Klein, Lagnoux, Nodet and Prieur, "Asymptotic normality and efficiency of
       two Sobol index estimators", ESAIM: Probability and Statistics 18, 2014.
    .. [2] Jansen, "Analysis of variance designs for model output", Computer Physics
       Communications 117 (1-2), 1999.
    .. [3] Lamboni, Monod and Makowski, "Multivariate sensitivity analysis to measure
       global contribution of input factors in dynamic models", Reliability Engineering
       and System Safety 96 (4), 2011; Gamboa, Janon, Klein and Lagnoux, "Sensitivity
       analysis for multidimensional and functional outputs", Electronic Journal of
       Statistics 8 (1), 2014.

    Examples
    --------
    >>> points = design(2, 256, replicate=0, seed=0)
    >>> first, total = indices(3 * points[:, :, :1] + points[:, :, 1:])
    >>> first[:2].round(2), total.round(2)
    (array([0.9, 0.1]), array([0.9, 0.1, 0. ]))
    """
    if np.isnan(outputs).any():
        raise MethodError(Finding("sensitivity-gap", params={"n": int(np.isnan(outputs).sum())}))
    a, b = outputs[0], outputs[1]
    mean = (a.mean(axis=0) + b.mean(axis=0)) / 2
    spread = ((a - mean) ** 2).mean(axis=0).sum() + ((b - mean) ** 2).mean(axis=0).sum()
    variance = spread / 2
    # rounding alone: one recipe has no spread
    if variance <= 1e-24 * max(1.0, float((mean**2).sum())):
        return np.full(len(outputs) - 1, np.nan), np.full(len(outputs) - 1, np.nan)
    mixed = [*outputs[2:], a]
    first = [((b - mean) * (y - mean)).mean(axis=0).sum() for y in mixed]
    total = [((a - y) ** 2).mean(axis=0).sum() / 2 for y in mixed]
    return np.array(first) / variance, np.array(total) / variance


def analyse(first: Array, total: Array, *, n: int, level: float = 0.95) -> Sensitivity:
    r"""Return indices with intervals from those of independent scramblings.

    Parameters
    ----------
    first, total : ndarray, shape (n_replicate, n_factor + 1)
        What `indices` returned for each scrambling.
    n : int
        Base points of each scrambling.
    level : float
        Probability that an interval holds the index. [0 to 1]

    Returns
    -------
    Sensitivity

    Raises
    ------
    MethodError
        If there are fewer than 16 scramblings.

    Notes
    -----
    :math:`\bar S \pm t_{R-1} s / \sqrt R` over :math:`R` scramblings. One scrambled
    design gives no honest error of its own: its points are not independent. Small
    indices may come out below 0; they are not cut off, or the interval would be wrong.

    The finding on the dummy rests on the interval shown: of 20 sound runs one misses zero.

    Examples
    --------
    >>> rounds = [indices(design(2, 64, replicate=r, seed=0)[:, :, :1]) for r in range(16)]
    >>> found = analyse(np.array([f for f, _ in rounds]), np.array([t for _, t in rounds]), n=64)
    >>> found.first.estimate.round(2), found.n, found.findings
    (array([1., 0., 0.]), 4096, ())
    """
    replicates, columns = first.shape
    if replicates < REPLICATES:
        raise MethodError(
            Finding("sensitivity-too-few", value=replicates, params={"least": REPLICATES}),
        )
    intervals = _interval(first, level), _interval(total, level)
    findings: list[Finding] = []
    if np.isnan(intervals[0].estimate).any():
        findings.append(Finding("sensitivity-no-spread", severity="note"))
    elif any(found.low[-1] > 0 or found.high[-1] < 0 for found in intervals):
        ends = {"low": intervals[0].low[-1], "high": intervals[0].high[-1]}
        params = {"doubled": 2 * n, **{end: float(f"{100 * value:.2g}") for end, value in ends.items()}}
        findings.append(Finding("sensitivity-dummy", severity="warning", params=params))
    return Sensitivity(*intervals, n=replicates * n * (columns + 1), findings=tuple(findings))


def _interval(values: Array, level: float) -> Interval:
    from scipy import stats

    mean, replicates = values.mean(axis=0), len(values)
    error = values.std(axis=0, ddof=1) / np.sqrt(replicates)
    half = float(stats.t.ppf((1 + level) / 2, replicates - 1)) * error
    return Interval(mean, mean - half, mean + half)
