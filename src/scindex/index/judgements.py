"""Weights from what people say: budgets of points, and comparisons in pairs (Handbook, step 6)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.weights import Mask, Weights

Array = NDArray[np.float64]

ROUNDING = 0.05
"""How far a pair's two judgements may be from reciprocal: 0.14 typed for 1/7 and 0.12 for 1/8 pass."""


def budget_allocation(points: Array) -> Weights:
    r"""Average what experts give to each child out of a budget of points.

    Parameters
    ----------
    points : ndarray, shape (n_expert, n_child)
        Points; budgets may differ, since each expert's are taken as shares of their sum.
        NaN is a child to which the expert gave nothing: 0. [points]

    Returns
    -------
    Weights
        With `spread`, the standard deviation of each child's shares between experts
        (n - 1; NaN for one expert), `experts`, their number, and `missing`, the
        (expert, child) pairs taken as 0.

    Raises
    ------
    MethodError
        If points are negative or infinite, or an expert gave none.

    Notes
    -----
    .. math:: w_k = \frac{1}{E} \sum_e \frac{b_{ek}}{\sum_j b_{ej}}

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, section 6.5.

    Examples
    --------
    >>> budget_allocation(np.array([[60.0, 40.0], [2.0, 8.0]])).weights
    array([0.4, 0.6])
    """
    missing = np.isnan(points)
    given = np.where(missing, 0.0, points)
    faults = [
        Finding("budget-undefined", params={"expert": expert, "positions": np.flatnonzero(bad).tolist()})
        for expert, bad in enumerate((given < 0) | np.isinf(given))
        if bad.any()
    ]
    empty = np.flatnonzero(~given.any(axis=1))
    faults += [Finding("budget-empty", params={"expert": expert}) for expert in empty.tolist()]
    if faults:
        raise MethodError(*faults)
    shares = given / given.sum(axis=1, keepdims=True)
    several = len(shares) > 1
    return Weights(
        shares.mean(axis=0),
        {
            "spread": shares.std(axis=0, ddof=1) if several else np.full(shares.shape[1], np.nan),
            "experts": len(shares),
            "missing": [tuple(pair) for pair in np.argwhere(missing).tolist()],
        },
    )


def analytic_hierarchy(judgements: Array, random_index: Sequence[float]) -> Weights:
    r"""Weigh children by comparing them in pairs (analytic hierarchy process).

    Parameters
    ----------
    judgements : ndarray, shape (n_child, n_child)
        How many times as important the child of the row is as that of the column: 1 on
        the diagonal, the reciprocal on the other side. [-]
    random_index : sequence of float
        Mean consistency index of random judgements for 1, 2, ... children. [-]

    Returns
    -------
    Weights
        With `lambda_max`, the largest eigenvalue, `consistency_index` and
        `consistency_ratio`: 0 where judgements agree, and for one or two children.

    Raises
    ------
    MethodError
        If the matrix is not square, a judgement is missing, not positive or contradicts
        its reciprocal, or there are more children than `random_index` knows.

    Notes
    -----
    .. math:: A w = \lambda_{max} w, \quad
              CI = \frac{\lambda_{max} - n}{n - 1}, \quad CR = CI / RI_n

    Of a pair's two judgements the one of 1 or more is taken and the other is its exact
    reciprocal, so that 0.33 typed for 1/3 does no harm.

    References
    ----------
    .. [1] T. L. Saaty, "The Analytic Hierarchy Process", McGraw-Hill, 1980.
    .. [2] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, section 6.7.

    Examples
    --------
    >>> said = np.array([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]])
    >>> found = analytic_hierarchy(said, random_index=[0, 0, 0.58])
    >>> found.weights.round(6), found.details["consistency_ratio"] < 1e-12
    (array([0.6, 0.3, 0.1]), True)
    """
    matrix = _reciprocal(np.asarray(judgements, dtype=float), most=len(random_index))
    n = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    first = np.real(values).argmax()  # a positive matrix has a simple, real, largest eigenvalue (Perron)
    vector = np.abs(np.real(vectors[:, first]))
    largest = float(np.real(values[first]))
    index = max(largest - n, 0.0) / (n - 1) if n > 1 else 0.0
    return Weights(
        vector / vector.sum(),
        {
            "lambda_max": largest,
            "consistency_index": index,
            # two judgements cannot contradict each other, whatever rounding leaves
            "consistency_ratio": index / random_index[n - 1] if n > 2 else 0.0,
        },
    )


def _reciprocal(matrix: Array, most: int) -> Array:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.size == 0:
        raise MethodError(Finding("ahp-not-square", params={"shape": list(matrix.shape)}))
    if len(matrix) > most:
        raise MethodError(Finding("ahp-too-many", params={"children": len(matrix), "most": most}))
    _refuse_pairs("ahp-incomplete", ~np.isfinite(matrix))
    _refuse_pairs("ahp-not-positive", matrix <= 0)
    _refuse_pairs("ahp-not-reciprocal", np.abs(matrix * matrix.T - 1) > ROUNDING)
    exact = np.where(matrix >= matrix.T, matrix, 1 / matrix.T)
    np.fill_diagonal(exact, 1.0)
    return exact


def _refuse_pairs(code: str, which: Mask) -> None:
    pairs = {tuple(sorted(pair)) for pair in np.argwhere(which).tolist()}
    if pairs:
        raise MethodError(Finding(code, params={"pairs": [list(pair) for pair in sorted(pairs)]}))
