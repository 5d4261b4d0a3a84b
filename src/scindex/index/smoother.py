"""A smooth curve through a cloud of points: a cubic spline whose bending is penalised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

KNOTS = 6
"""Most inner knots, at quantiles of x: enough for the few bends a score can have."""
STIFFNESS = np.logspace(-6, 6, 25)
RIDGE = 1e-11
"""Keeps the curve of a resample in which x is constant at 0; otherwise of no account."""


@dataclass(frozen=True, slots=True)
class Smoother:
    """A curve y(x) of fixed stiffness that can be fitted to many resamples at once.

    Attributes
    ----------
    basis : ndarray, shape (n, n_basis)
        Cubic B-splines at each x.
    y : ndarray, shape (n,)
        Centred.
    penalty : ndarray, shape (n_basis, n_basis)
        Stiffness times the integrals of products of second derivatives.
    """

    basis: Array
    y: Array
    penalty: Array

    @property
    def n(self) -> int:
        """Number of points."""
        return len(self.y)

    @classmethod
    def fit(cls, x: Array, y: Array) -> Smoother:
        r"""Choose the stiffness for which generalised cross-validation is least.

        Parameters
        ----------
        x, y : ndarray, shape (n,)
            Points; x has at least two different values. NaN is not allowed.

        Returns
        -------
        Smoother

        Notes
        -----
        .. math:: \min_f \sum_c (y_c - f(x_c))^2 + \lambda \int f''(x)^2 \, dx, \quad
                  \mathrm{GCV} = \frac{n \, \mathrm{RSS}}{(n - \mathrm{tr} H_\lambda)^2}

        A straight line bends nowhere, so the stiffest curve is the least-squares line.

        References
        ----------
        .. [1] P. H. C. Eilers and B. D. Marx, "Flexible smoothing with B-splines and
           penalties", Statistical Science 11(2), 1996, pp. 89-121.
        .. [2] P. Craven and G. Wahba, "Smoothing noisy data with spline functions",
           Numerische Mathematik 31, 1979, pp. 377-403.

        Examples
        --------
        >>> x = np.linspace(0, 1, 50)
        >>> float(Smoother.fit(x, 2 * x).explained(np.ones((1, 50)))[0].round(6))
        1.0
        """
        basis, bending = _splines(x)
        centred = y - y.mean()
        gram, right = basis.T @ basis, basis.T @ centred
        bending = bending * np.trace(gram) / np.trace(bending)
        ridge = RIDGE * np.trace(gram) * np.eye(len(gram))
        systems = gram + STIFFNESS[:, None, None] * bending + ridge
        fitted = np.linalg.solve(systems, np.broadcast_to(right[:, None], (len(STIFFNESS), len(right), 1)))
        residual = ((centred - fitted[..., 0] @ basis.T) ** 2).sum(axis=1)
        freedom = np.einsum("kii->k", np.linalg.solve(systems, np.broadcast_to(gram, systems.shape)))
        # ties, as for an exact line, go to the stiffer curve
        error = len(y) * residual / np.maximum(len(y) - freedom, 1e-9) ** 2
        best = len(error) - 1 - int(np.argmin(error[::-1]))
        return cls(basis, centred, STIFFNESS[best] * bending + ridge)

    def explained(self, counts: Array) -> Array:
        """Return the variance of the fitted curve by that of y, for each resample.

        Parameters
        ----------
        counts : ndarray, shape (n_resample, n)
            How often each point is in a resample; ones for the points as they are.

        Returns
        -------
        ndarray, shape (n_resample,)
            NaN where y does not vary in the resample. [0 to 1]
        """
        total = counts.sum(axis=1)
        size = self.basis.shape[1]
        products = (self.basis[:, :, None] * self.basis[:, None, :]).reshape(self.n, size * size)
        gram = (counts @ products).reshape(-1, size, size)
        middle = np.divide(counts @ self.y, total, out=np.zeros_like(total), where=total > 0)
        variance = counts @ self.y**2 - total * middle**2
        right = counts @ (self.basis * self.y[:, None]) - middle[:, None] * (counts @ self.basis)
        fitted = np.linalg.solve(gram + self.penalty, right[..., None])[..., 0] @ self.basis.T
        mean = np.divide((counts * fitted).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
        spread = (counts * fitted**2).sum(axis=1) - total * mean**2
        usual = float(self.y @ self.y)
        part = np.divide(spread, variance, out=np.full_like(total, np.nan), where=variance > 1e-12 * usual)
        return np.clip(part, 0.0, 1.0)


def _splines(x: Array) -> tuple[Array, Array]:
    """Return cubic B-splines at each x, and the integrals of products of their second derivatives."""
    from scipy.interpolate import BSpline

    inner = np.unique(np.quantile(x, np.linspace(0, 1, KNOTS + 2)[1:-1]))
    ends = np.array([x.min(), x.max()])
    scaled = (np.r_[ends[0], inner, ends[1]] - ends[0]) / (ends[1] - ends[0])
    breaks = np.unique(scaled)
    knots = np.r_[np.zeros(3), breaks, np.ones(3)]
    every = BSpline(knots, np.eye(len(knots) - 4), 3)
    # second derivatives are lines between knots: two Gauss points integrate their products exactly
    half = np.diff(breaks) / 2
    points = (breaks[:-1] + half)[:, None] + half[:, None] * np.array([-1, 1]) / np.sqrt(3)
    curved = every.derivative(2)(points.ravel())
    bending = (curved * np.repeat(half, 2)[:, None]).T @ curved
    return every(np.clip((x - ends[0]) / (ends[1] - ends[0]), 0, 1)), bending
