"""Weights from what children have in common: principal components and factors (Handbook, step 6.1)."""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.weights import NOISE, Weights, complete_cases, correlations, only_child, refuse

Array = NDArray[np.float64]
Rotation = Literal["none", "varimax"]

LEAST_UNIQUENESS = 0.005
"""Least part of a child's variance that the common factors may leave to it alone."""

MOST_ROUNDS = 1000

FLAT = 1e-5
"""Slope of the misfit, by the logarithm of a uniqueness, at which a minimum is called found."""


def principal_components(
    scores: Array, rotation: Rotation = "none", components: Literal["kaiser"] | int = "kaiser"
) -> Weights:
    r"""Weigh children by the variance that each shares with its strongest component.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores; rows in which one is NaN are left out. [0 to 100]
    rotation : {"none", "varimax"}
        Whether the retained components are rotated towards a simple structure.
    components : "kaiser" or int
        How many are retained: those with an eigenvalue above 1, or a number.

    Returns
    -------
    Weights
        With `cities`, the rows used; `eigenvalues` of the correlation matrix, largest
        first; `retained`; `explained`, the share of variance of the retained;
        `loadings`, shape (n_child, retained), after rotation; `component` of each child.

    Raises
    ------
    MethodError
        If there are too few complete rows; a child is constant; no eigenvalue is above 1
        or the last retained one is not above the next; or a loading is negative.

    Notes
    -----
    Eigenvalues :math:`\lambda_j` and vectors :math:`v_j` of the correlation matrix give
    loadings :math:`l_{ij} = v_{ij} \sqrt{\lambda_j}`. A child is weighed by the component
    that says most of it, :math:`j(i) = \arg\max_j l_{ij}^2`; with
    :math:`e_j = \sum_i l_{ij}^2`

    .. math:: w_i \propto \frac{l_{i j(i)}^2}{e_{j(i)}} \cdot \frac{e_{j(i)}}{\sum_j e_j}

    A child that loads against the others, on the axis that all have most in common or on
    its own component, measures the opposite of what the node is for: its square would
    hide that, so it is refused.

    References
    ----------
    .. [1] G. Nicoletti, S. Scarpetta, O. Boylaud, "Summary indicators of product market
       regulation", OECD Economics Department Working Papers 226, 2000.
    .. [2] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, section 6.1 and Tables 16 to 18.

    Examples
    --------
    >>> x = np.linspace(0, 100, 25)
    >>> principal_components(np.array([x, x**2 / 100])).weights
    array([0.5, 0.5])
    """
    if len(scores) == 1:
        return only_child(scores)
    used = complete_cases(scores)
    matrix = correlations(used)
    values, loadings = _eigen(matrix)
    retained = _retained(values, components)
    weights, turned, component = _weigh(loadings[:, :retained], rotation)
    return Weights(
        weights,
        {
            "cities": used.shape[1],
            "eigenvalues": values,
            "retained": retained,
            "explained": float(values[:retained].sum() / len(values)),
            "loadings": turned,
            "component": component,
        },
    )


def common_factors(scores: Array, rotation: Rotation = "varimax") -> Weights:
    r"""Weigh children by the variance that each shares with its strongest common factor.

    Parameters
    ----------
    scores : ndarray, shape (n_child, n_row)
        Directed, normalised scores; rows in which one is NaN are left out. [0 to 100]
    rotation : {"varimax", "none"}
        Whether the factors are rotated towards a simple structure.

    Returns
    -------
    Weights
        As from `principal_components`, with `uniqueness` of each child: the part of its
        variance that no factor explains. At its least (`LEAST_UNIQUENESS`) a child is
        itself the factor: a Heywood case, to be doubted.

    Raises
    ------
    MethodError
        As from `principal_components`; also if there are more factors than the children
        can tell apart (one needs three children, two need five), if scores are linear in
        each other, or if the likelihood has no maximum that is found.

    Notes
    -----
    Maximum likelihood for :math:`R = L L' + \Psi` with as many factors as `R` has
    eigenvalues above 1, minimised over :math:`\Psi` alone [1]_; then as for components.
    Unlike those, factors leave what is peculiar to one child aside, so a child that has
    little in common with the others weighs little.

    References
    ----------
    .. [1] K. G. Joreskog, "Some contributions to maximum likelihood factor analysis",
       Psychometrika 32, 1967, pp. 443-482.
    .. [2] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, sections 4.2 and 6.1.

    Examples
    --------
    >>> x = np.linspace(0, 100, 25)
    >>> wave = np.sin(np.arange(75)).reshape(3, 25)
    >>> common_factors(x + 10 * wave).weights.round(2)
    array([0.33, 0.33, 0.33])
    """
    if len(scores) == 1:
        return only_child(scores)
    used = complete_cases(scores)
    matrix = correlations(used)
    values, _ = _eigen(matrix)
    retained = _retained(values, "kaiser")
    loadings, uniqueness = maximum_likelihood(matrix, retained)
    weights, turned, component = _weigh(loadings, rotation)
    return Weights(
        weights,
        {
            "cities": used.shape[1],
            "eigenvalues": values,
            "retained": retained,
            "explained": float((loadings**2).sum() / len(values)),
            "loadings": turned,
            "component": component,
            "uniqueness": uniqueness,
        },
    )


def maximum_likelihood(matrix: Array, factors: int) -> tuple[Array, Array]:
    r"""Return the loadings of common factors that make a correlation matrix most likely.

    Parameters
    ----------
    matrix : ndarray, shape (n_child, n_child)
        Correlations. [-1 to 1]
    factors : int
        How many factors.

    Returns
    -------
    loadings : ndarray, shape (n_child, factors)
        Unrotated. [-1 to 1]
    uniqueness : ndarray, shape (n_child,)
        Variance that no factor explains. [0 to 1]

    Raises
    ------
    MethodError
        If the factors are too many to be identified, the matrix is singular, or no
        maximum is found.

    Notes
    -----
    With :math:`\theta` the eigenvalues of :math:`\Psi^{-1/2} R \Psi^{-1/2}` the function
    to be minimised is :math:`\sum_{j > m} (\theta_j - \ln \theta_j - 1)`.

    References
    ----------
    .. [1] D. N. Lawley, A. E. Maxwell, "Factor Analysis as a Statistical Method",
       Butterworths, 2nd ed., 1971, chapter 4.

    Examples
    --------
    >>> true = np.array([[0.9], [0.8], [0.7], [0.6]])
    >>> matrix = true @ true.T + np.diag(1 - true[:, 0] ** 2)
    >>> np.abs(maximum_likelihood(matrix, 1)[0][:, 0]).round(3)
    array([0.9, 0.8, 0.7, 0.6])
    """
    from scipy.optimize import minimize

    n = len(matrix)
    if (n - factors) ** 2 < n + factors:
        raise MethodError(Finding("weights-factors-unidentified", params={"children": n, "factors": factors}))
    if np.linalg.eigvalsh(matrix)[0] < NOISE:
        raise MethodError(Finding("weights-collinear"))
    start = (1 - factors / (2 * n)) / np.diag(np.linalg.inv(matrix))
    found = minimize(
        _misfit,
        np.log(start.clip(LEAST_UNIQUENESS, 1.0)),
        args=(matrix, factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(np.log(LEAST_UNIQUENESS), 0.0)] * n,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": MOST_ROUNDS},
    )
    # judged by the slope that is left: the solver also gives up where the misfit is 0 to the last digit
    step = np.clip(found.x - found.jac, np.log(LEAST_UNIQUENESS), 0.0) - found.x
    if np.abs(step).max() > FLAT:
        raise MethodError(Finding("weights-not-converged", params={"rounds": int(found.nit)}))
    return _loadings_given(np.exp(found.x), matrix, factors), np.exp(found.x)


def _misfit(logs: Array, matrix: Array, factors: int) -> tuple[float, Array]:
    uniqueness = np.exp(logs)
    root = np.sqrt(uniqueness)
    theta = np.linalg.eigvalsh(matrix / np.outer(root, root))[: len(matrix) - factors]
    loadings = _loadings_given(uniqueness, matrix, factors)
    left = (loadings**2).sum(axis=1) + uniqueness - np.diag(matrix)
    return float((theta - np.log(theta) - 1).sum()), left / uniqueness


def _loadings_given(uniqueness: Array, matrix: Array, factors: int) -> Array:
    root = np.sqrt(uniqueness)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    top = slice(None, -factors - 1, -1)
    return root[:, None] * vectors[:, top] * np.sqrt(np.maximum(values[top] - 1, 0))


def varimax(loadings: Array) -> Array:
    r"""Rotate loadings so that each child loads on few components (Kaiser's normal varimax).

    Parameters
    ----------
    loadings : ndarray, shape (n_child, n_component)
        [-1 to 1]

    Returns
    -------
    ndarray, shape (n_child, n_component)
        What each child has in common with all components together is unchanged.

    Raises
    ------
    MethodError
        If the rotation does not settle.

    Notes
    -----
    Maximises over rotations :math:`\sum_j \operatorname{var}_i (l_{ij}^2 / h_i^2)`, with
    :math:`h_i^2 = \sum_j l_{ij}^2`.

    References
    ----------
    .. [1] H. F. Kaiser, "The varimax criterion for analytic rotation in factor
       analysis", Psychometrika 23, 1958, pp. 187-200.

    Examples
    --------
    >>> tilted = np.array([[0.6, 0.6], [0.6, 0.6], [0.6, -0.6], [0.6, -0.6]])
    >>> np.abs(varimax(tilted)).round(3).max(axis=0)
    array([0.849, 0.849])
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    for _ in range(MOST_ROUNDS):
        angles = [_turn(rows, p, q) for p, q in combinations(range(rows.shape[1]), 2)]
        if max(angles, default=0.0) < NOISE:
            return rows * length
    raise MethodError(Finding("weights-not-converged", params={"rounds": MOST_ROUNDS}))


def _turn(rows: Array, p: int, q: int) -> float:
    """Rotate two columns in place by the angle that is best in their plane; return its size."""
    x, y = rows[:, p].copy(), rows[:, q].copy()
    u, v = x**2 - y**2, 2 * x * y
    sine = 2 * (u * v).sum() - 2 * u.sum() * v.sum() / len(rows)
    cosine = (u**2 - v**2).sum() - (u.sum() ** 2 - v.sum() ** 2) / len(rows)
    if np.hypot(sine, cosine) < NOISE**2:
        return 0.0  # every angle is as good
    angle = np.arctan2(sine, cosine) / 4
    rows[:, p] = x * np.cos(angle) + y * np.sin(angle)
    rows[:, q] = y * np.cos(angle) - x * np.sin(angle)
    return abs(float(angle))


def strongest_share(loadings: Array) -> tuple[Array, NDArray[np.intp]]:
    r"""Return each child's weight by its strongest loading, and which component that is on.

    Parameters
    ----------
    loadings : ndarray, shape (n_child, n_component)
        After rotation. [-1 to 1]

    Returns
    -------
    weights : ndarray, shape (n_child,)
        :math:`\max_j l_{ij}^2` over its sum. [-]
    component : ndarray of int, shape (n_child,)

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, p. 90: (squared loading / variance explained by its factor) times
       (that variance / variance explained by all), scaled to sum 1.

    Examples
    --------
    >>> strongest_share(np.array([[0.6, 0.0], [0.1, -0.8]]))
    (array([0.36, 0.64]), array([0, 1]))
    """
    squares = loadings**2
    strongest = squares.max(axis=1)
    return strongest / strongest.sum(), squares.argmax(axis=1)


def _eigen(matrix: Array) -> tuple[Array, Array]:
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[::-1], vectors[:, ::-1]
    return values, vectors * np.sqrt(np.maximum(values, 0))


def _retained(values: Array, components: Literal["kaiser"] | int) -> int:
    n = len(values)
    retained = int((values > 1 + NOISE).sum()) if components == "kaiser" else int(components)
    if components == "kaiser" and retained == 0:
        raise MethodError(Finding("weights-nothing-common"))
    if not 1 <= retained <= n:
        raise MethodError(Finding("weights-components", params={"wanted": components, "most": n}))
    if retained < n and values[retained - 1] - values[retained] < NOISE:
        raise MethodError(Finding("weights-components-tied", params={"retained": retained}))
    return retained


def _weigh(loadings: Array, rotation: Rotation) -> tuple[Array, Array, NDArray[np.intp]]:
    axis = np.linalg.svd(loadings, full_matrices=False)[0][:, 0]  # the direction all have most in common
    axis = axis * (1 if axis.sum() >= 0 else -1)
    turned = varimax(loadings) if rotation == "varimax" and loadings.shape[1] > 1 else loadings
    weights, component = strongest_share(turned)
    own = np.arange(len(turned)), component
    pull = np.bincount(component, turned[own] * np.abs(turned[own]), turned.shape[1])
    free = np.where(turned.sum(axis=0) < 0, -1.0, 1.0)  # nobody's strongest: its sign is anybody's
    turned = turned * np.where(pull == 0, free, np.sign(pull))
    refuse("weights-loading-negative", (axis < -NOISE) | (turned[own] < -NOISE))
    return weights, turned, component
