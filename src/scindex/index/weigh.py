"""The ways of weighting by name, and those that look at how scores spread (Handbook, step 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.components import common_factors, principal_components
from scindex.index.judgements import analytic_hierarchy, budget_allocation
from scindex.index.properties import Properties
from scindex.index.weights import (
    LEAST_CITIES,
    NOISE,
    Weights,
    complete_cases,
    constant,
    correlations,
    only_child,
    refuse,
    validate_weights,
)

Array = NDArray[np.float64]


def own(weights: Array) -> Weights:
    """Take the weights that the framework gives, as shares of their sum.

    Parameters
    ----------
    weights : ndarray, shape (n_child,)
        Only their ratios count. [-]

    Returns
    -------
    Weights

    Raises
    ------
    MethodError
        If a weight is missing or negative, or all are zero.

    Examples
    --------
    >>> own(np.array([1.0, 3.0])).weights
    array([0.25, 0.75])
    """
    return Weights(validate_weights(weights))


def equal(weights: Array) -> Weights:
    """Give every child the same weight.

    Parameters
    ----------
    weights : ndarray, shape (n_child,)
        Only their number counts. [-]

    Returns
    -------
    Weights

    Examples
    --------
    >>> equal(np.array([1.0, 3.0])).weights
    array([0.5, 0.5])
    """
    return Weights(np.full(len(weights), 1 / len(weights)))


def entropy(scores: Array) -> Weights:
    r"""Weigh children by how unevenly their scores are spread over the cities.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores, none negative; rows in which one is NaN are left
        out. [0 to 100]

    Returns
    -------
    Weights
        With `cities`, the rows used, and `entropy` of each child [0 to 1].

    Raises
    ------
    MethodError
        If there are too few complete rows, scores are negative, or every child is
        constant.

    Notes
    -----
    .. math:: p_{ki} = \frac{s_{ki}}{\sum_i s_{ki}}, \quad
              E_k = -\frac{1}{\ln n} \sum_i p_{ki} \ln p_{ki}, \quad
              w_k = \frac{1 - E_k}{\sum_j (1 - E_j)}

    with :math:`0 \ln 0 = 0`. A constant child, zero everywhere included, tells cities
    apart in nothing: weight 0. The result moves with the zero of the scale.

    References
    ----------
    .. [1] C.-L. Hwang, K. Yoon, "Multiple Attribute Decision Making", Springer, 1981,
       section 2.4.2 (after Shannon, 1948).

    Examples
    --------
    >>> even, uneven = np.linspace(40, 60, 25), np.linspace(0, 100, 25)
    >>> entropy(np.array([even, uneven])).weights.round(2)
    array([0.03, 0.97])
    """
    if len(scores) == 1:
        return only_child(scores)
    used = complete_cases(scores)
    refuse("weights-negative-scores", np.any(used < 0, axis=1))
    still = constant(used)
    shares = np.where(still[:, None], 1.0, used)
    shares = shares / shares.sum(axis=1, keepdims=True)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    found = -(shares * logs).sum(axis=1) / np.log(used.shape[1])
    spread = np.where(still, 0.0, np.maximum(1 - found, 0.0))
    details = {"cities": used.shape[1], "entropy": np.where(still, 1.0, found)}
    return Weights(_by_information(spread), details)


def critic(scores: Array) -> Weights:
    r"""Weigh children by contrast and conflict: spread, times what the others do not say.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores; rows in which one is NaN are left out. [0 to 100]

    Returns
    -------
    Weights
        With `cities`, the rows used; `contrast`, each child's standard deviation [0 to
        100]; and `conflict`, its sum of :math:`1 - r`.

    Raises
    ------
    MethodError
        If there are too few complete rows, a child is constant, or all children agree
        perfectly.

    Notes
    -----
    .. math:: C_k = \sigma_k \sum_j (1 - r_{kj}), \quad w_k = C_k / \sum_j C_j

    The standard deviation is that of the scores as given: after z-scores it is the same
    for all, and only conflict counts.

    References
    ----------
    .. [1] D. Diakoulaki, G. Mavrotas, L. Papayannakis, "Determining objective weights in
       multiple criteria problems: the CRITIC method", Computers & Operations Research
       22, 1995, pp. 763-770.

    Examples
    --------
    >>> x = np.linspace(0, 100, 25)
    >>> critic(np.array([x, x, 100 - x])).weights
    array([0.25, 0.25, 0.5 ])
    """
    if len(scores) == 1:
        return only_child(scores)
    used = complete_cases(scores)
    conflict = (1 - correlations(used)).sum(axis=1)
    contrast = used.std(axis=1, ddof=1)
    details = {"cities": used.shape[1], "contrast": contrast, "conflict": conflict}
    return Weights(_by_information(contrast * np.where(conflict < NOISE, 0.0, conflict)), details)


def correlation_optimised(scores: Array, target: Array | None = None) -> Weights:
    r"""Find weights with which each child correlates with the mean as much as is wanted.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores; rows in which one is NaN are left out. [0 to 100]
    target : ndarray, shape (n_child,), optional
        Importance wanted; only ratios count. Left out: the same for all. [-]

    Returns
    -------
    Weights
        With `cities`, the rows used; `target`, as shares; `correlation` of each child
        with the weighted arithmetic mean; `residual`, the largest gap between their
        shares and the target: above 0 where no weights of 0 to 1 reach it; and `exact`,
        whether it was reached.

    Raises
    ------
    MethodError
        If there are too few complete rows, a child is constant, the target is not a set
        of weights, the scores cancel out, or the optimum is not found.

    Notes
    -----
    With :math:`v_k = w_k \sigma_k` the correlation with the weighted mean is
    :math:`c_k \propto (R v)_k`. Least squares of :math:`c_k / \sum_j c_j - t_k` is hence
    convex under :math:`\sum_k (R v)_k = 1, v \ge 0`: the optimum is the only one, and
    :math:`v \propto R^{-1} t` where that is not negative.

    References
    ----------
    .. [1] W. Becker, M. Saisana, P. Paruolo, I. Vandecasteele, "Weights and importance in
       composite indicators: closing the gap", Ecological Indicators 80, 2017, pp. 12-22
       (here with linear correlation).

    Examples
    --------
    >>> x = np.linspace(0, 100, 25)
    >>> found = correlation_optimised(np.array([x, 50 + 10 * np.sin(x)]))
    >>> found.details["correlation"].round(3), found.details["exact"]
    (array([0.716, 0.716]), True)
    """
    if len(scores) == 1:
        return only_child(scores)
    used = complete_cases(scores)
    matrix = correlations(used)
    wanted = validate_weights(np.ones(len(used)) if target is None else target)
    pull = _pull(matrix, wanted)
    found = matrix @ pull
    residual = float(np.abs(found / found.sum() - wanted).max())
    weights = pull / used.std(axis=1)
    return Weights(
        weights / weights.sum(),
        {
            "cities": used.shape[1],
            "target": wanted,
            "correlation": found / np.sqrt(pull @ found),
            "residual": residual,
            "exact": residual < 1e-6,
        },
    )


def _pull(matrix: Array, wanted: Array) -> Array:
    from scipy.optimize import minimize

    ones = matrix.sum(axis=0)
    if ones.max() < NOISE:
        raise MethodError(Finding("weights-cancel"))
    if np.linalg.eigvalsh(matrix)[0] > NOISE:
        direct: Array = np.linalg.solve(matrix, wanted).astype(np.float64)
        if (direct >= 0).all():
            return direct
    start = np.where(ones > 0, wanted + NOISE, 0.0)
    found = minimize(
        lambda v: ((matrix @ v - wanted) ** 2).sum(),
        start / (ones @ start),
        jac=lambda v: 2 * matrix @ (matrix @ v - wanted),
        method="SLSQP",
        bounds=[(0, None)] * len(wanted),
        constraints={"type": "eq", "fun": lambda v: ones @ v - 1, "jac": lambda v: ones},
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    if not found.success:
        raise MethodError(Finding("weights-not-converged", params={"rounds": int(found.nit)}))
    return np.maximum(found.x, 0.0)


def _by_information(amounts: Array) -> Array:
    if not amounts.any():
        raise MethodError(Finding("weights-no-contrast"))
    return amounts / amounts.sum()


_SURE = Properties()
_DRIVEN = Properties(monotone=False, independent=False, at_least=LEAST_CITIES)


@dataclass(frozen=True, slots=True)
class Weigher:
    """One way of weighting and its properties, from which the tests are derived.

    Attributes
    ----------
    weigh : callable
        ``(what it takes, **options) -> Weights``.
    takes : {"weights", "scores", "budgets", "judgements"}
        What the first argument is: the framework's own weights (n_child,), scores
        (n_child, n_row), points (n_expert, n_child) or comparisons (n_child, n_child).
    properties : Properties
        Of a node's arithmetic mean under these weights; `bounded`: weights are shares.
    """

    weigh: Callable[..., Weights]
    takes: Literal["weights", "scores", "budgets", "judgements"] = "weights"
    properties: Properties = _SURE

    @property
    def data_driven(self) -> bool:
        """Whether weights follow from the cities' own scores."""
        return self.takes == "scores"


WEIGHTERS = {
    "own": Weigher(own),
    "equal": Weigher(equal),
    "budget": Weigher(budget_allocation, "budgets"),
    "ahp": Weigher(analytic_hierarchy, "judgements"),
    "pca": Weigher(principal_components, "scores", _DRIVEN),
    "factor": Weigher(common_factors, "scores", _DRIVEN),
    "entropy": Weigher(entropy, "scores", _DRIVEN),
    "critic": Weigher(critic, "scores", _DRIVEN),
    "correlation": Weigher(correlation_optimised, "scores", _DRIVEN),
}
"""Name in a recipe -> way of weighting ("budget" and "ahp" are what `set` may hold)."""
