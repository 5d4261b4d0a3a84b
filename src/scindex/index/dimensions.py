"""How many things the children of one node measure: Cronbach's alpha and principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha of one node.

    Attributes
    ----------
    alpha : float
        NaN where undefined. [-inf to 1]
    deleted : ndarray, shape (n_child,)
        Alpha of the others when one child is deleted; NaN below three children.
    rest : ndarray, shape (n_child,)
        Correlation of each child with the sum of the others. [-1 to 1]
    n : int
        Rows in which every child has a score.
    """

    alpha: float
    deleted: Array
    rest: Array
    n: int


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of one node's children, from their correlation matrix.

    Attributes
    ----------
    eigenvalues, shares : ndarray, shape (n_child,)
        Largest first; `shares` are of the total variance. [-], [0 to 1]
    kaiser : int
        Components with an eigenvalue above 1.
    loadings : ndarray, shape (n_child, n_component)
        Correlation of each child with each component, signed so that a component's
        loadings do not sum below 0.
    kmo : float
        Kaiser-Meyer-Olkin measure of sampling adequacy. [0 to 1]
    kmo_each : ndarray, shape (n_child,)
        The same for each child.
    bartlett, bartlett_p : float
        Chi-square of the test that nothing correlates, and its p value.
    n : int
        Rows in which every child has a score.
    """

    eigenvalues: Array
    shares: Array
    kaiser: int
    loadings: Array
    kmo: float
    kmo_each: Array
    bartlett: float
    bartlett_p: float
    n: int


def cronbach(children: Array, *, standardise: bool = True) -> Alpha:
    r"""Return Cronbach's alpha of the children of one node.

    Parameters
    ----------
    children : ndarray, shape (n_child, n_row)
        Directed scores; rows in which one is NaN are left out. [0 to 100]
    standardise : bool
        Whether each child is given standard deviation 1 first, as the Handbook does.

    Returns
    -------
    Alpha
        NaN with one child, below three complete rows, or where a child is constant.

    Notes
    -----
    .. math:: \alpha = \frac{Q}{Q - 1} \left( 1 - \frac{\sum_j \operatorname{var}(x_j)}
              {\operatorname{var}(\sum_j x_j)} \right)

    Alpha grows with the number of children; it is no test of one dimension.

    References
    ----------
    .. [1] L. J. Cronbach, "Coefficient alpha and the internal structure of tests",
       Psychometrika 16, 1951, pp. 297-334.
    .. [2] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, section 4.3 and Table 11.

    Examples
    --------
    >>> round(cronbach(np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])).alpha, 6)
    0.666667
    """
    rows = _complete(children)
    size, n = rows.shape
    none = np.full(size, np.nan)
    if n < 3 or (np.ptp(rows, axis=1) <= 0).any():
        return Alpha(float("nan"), none, none.copy(), n)
    matrix = np.cov(rows).reshape(size, size)
    if standardise:
        sd = np.sqrt(np.diag(matrix))
        matrix = matrix / np.outer(sd, sd)
    everyone = range(size)
    deleted = [_alpha(matrix, [j for j in everyone if j != i]) for i in everyone]
    rest_cov = matrix.sum(axis=0) - np.diag(matrix)
    rest_var = matrix.sum() - 2 * rest_cov - np.diag(matrix)
    rest = np.divide(rest_cov, np.sqrt(np.diag(matrix) * rest_var), out=none, where=rest_var > 0)
    return Alpha(_alpha(matrix, list(everyone)), np.array(deleted), rest, n)


def components(children: Array) -> Components:
    r"""Return the principal components of the children of one node.

    Parameters
    ----------
    children : ndarray, shape (n_child, n_row)
        Directed scores; rows in which one is NaN are left out. [0 to 100]

    Returns
    -------
    Components
        All NaN (`kaiser` 0) below three complete rows or where a child is constant. KMO
        and Bartlett's test are NaN with one child and where the correlation matrix is
        singular: a child that is a sum of others, or no more rows than children.

    Notes
    -----
    With correlations :math:`r_{ij}`, determinant `D`, and partial correlations
    :math:`a_{ij}` given all other children,

    .. math:: \mathrm{KMO} = \frac{\sum_{i \ne j} r_{ij}^2}{\sum_{i \ne j} r_{ij}^2
              + \sum_{i \ne j} a_{ij}^2}, \quad
              \chi^2 = -\left(n - 1 - \frac{2 Q + 5}{6}\right) \ln D

    with :math:`Q (Q - 1) / 2` degrees of freedom.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, sections 4.1 and 4.2, Tables 7 and 8, Box 5.
    .. [2] H. F. Kaiser and J. Rice, "Little Jiffy, Mark IV", Educational and
       Psychological Measurement 34, 1974, pp. 111-117.
    .. [3] M. S. Bartlett, "Tests of significance in factor analysis", British Journal of
       Psychology 3, 1950, pp. 77-85.

    Examples
    --------
    >>> x = np.linspace(0, 100, 30)
    >>> components(np.array([x, x**2, x**3])).kaiser
    1
    """
    rows = _complete(children)
    size, n = rows.shape
    if n < 3 or (np.ptp(rows, axis=1) <= 0).any():
        none = np.full(size, np.nan)
        nothing = float("nan")
        return Components(
            none, none, 0, np.full((size, size), np.nan), nothing, none, nothing, nothing, n
        )  # fmt: skip
    matrix = np.corrcoef(rows).reshape(size, size)
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    loadings = vectors * np.sqrt(values)
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    singular = size < 2 or n <= size or values[-1] < 1e-12 * size
    kmo, kmo_each = (float("nan"), np.full(size, np.nan)) if singular else _adequacy(matrix)
    chi, p = (float("nan"), float("nan")) if singular else _sphericity(values, n)
    kaiser = int((values > 1 + 1e-12).sum())
    return Components(values, values / size, kaiser, loadings, kmo, kmo_each, chi, p, n)


def _complete(children: Array) -> Array:
    return children[:, ~np.isnan(children).any(axis=0)]


def _alpha(matrix: Array, members: list[int]) -> float:
    part, size = matrix[np.ix_(members, members)], len(members)
    total = part.sum()
    return float(size / (size - 1) * (1 - np.trace(part) / total)) if size > 1 and total > 0 else float("nan")


def _adequacy(matrix: Array) -> tuple[float, Array]:
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    partial, plain = (inverse / np.outer(scale, scale)) ** 2, matrix**2
    np.fill_diagonal(partial, 0.0)
    plain = plain - np.diag(np.diag(plain))
    total = plain.sum() + partial.sum()
    rows = plain.sum(axis=0) + partial.sum(axis=0)
    each = np.divide(plain.sum(axis=0), rows, out=np.full(len(rows), np.nan), where=rows > 0)
    return (float(plain.sum() / total) if total > 0 else float("nan")), each


def _sphericity(eigenvalues: Array, n: int) -> tuple[float, float]:
    from scipy.special import chdtrc

    size = len(eigenvalues)
    chi = -(n - 1 - (2 * size + 5) / 6) * float(np.log(eigenvalues).sum())
    return chi, float(chdtrc(size * (size - 1) / 2, max(chi, 0.0)))
