"""Put values of different units on one scale of 0 to 100 (OECD/JRC Handbook, step 5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]


def goalposts(values: Array, worst: float, best: float, capped: bool = True) -> Array:
    r"""Score each value by where it lies between two fixed goalposts.

    Parameters
    ----------
    values : ndarray, shape (n_row,)
        One indicator in every city and year. NaN stays NaN. [indicator unit]
    worst, best : float
        Values that score 0 and 100; ``best < worst`` when lower is better.
        [indicator unit]
    capped : bool
        Whether scores are cut off at 0 and 100.

    Returns
    -------
    ndarray, shape (n_row,)
        Scores. [0 to 100]

    Raises
    ------
    MethodError
        If `worst` equals `best`.

    Notes
    -----
    .. math:: s_i = 100 \, (x_i - x_{worst}) / (x_{best} - x_{worst})

    Unlike min-max over the sample, a city's score does not move when another city
    joins the comparison.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 5.

    Examples
    --------
    >>> goalposts(np.array([15.0, 5.0, 25.0]), worst=20, best=0)
    array([25., 75.,  0.])
    """
    if worst == best:
        raise MethodError(Finding("goalposts-equal", value=worst))
    scores = 100 * ((values - worst) / (best - worst))
    return np.clip(scores, 0, 100) if capped else scores


def distance_to_target(values: Array, worst: float, best: float, capped: bool = True) -> Array:
    r"""Score each value by its distance from a value in the middle, on both sides.

    Parameters
    ----------
    values : ndarray, shape (n_row,)
        One indicator in every city and year. NaN stays NaN. [indicator unit]
    worst : float
        A value whose distance from `best` scores 0, on either side. [indicator unit]
    best : float
        The value that scores 100. [indicator unit]
    capped : bool
        Whether scores are cut off at 0.

    Returns
    -------
    ndarray, shape (n_row,)
        Scores. [0 to 100]

    Raises
    ------
    MethodError
        If `worst` equals `best`.

    Notes
    -----
    .. math:: s_i = 100 \, (1 - |x_i - x_{best}| / |x_{worst} - x_{best}|)

    Examples
    --------
    >>> distance_to_target(np.array([0.75, 1.25]), worst=0, best=1)
    array([75., 75.])
    """
    return goalposts(np.abs(values - best), abs(worst - best), 0.0, capped)


def natural_log(values: Array) -> Array:
    """Return the natural logarithm, and its limit for zero and below.

    A capped score is then that of the goalpost passed on the way down, as for any other
    value beyond it; a value reported as 0 never turns into a missing one.

    Parameters
    ----------
    values : ndarray, shape (n,)
        [indicator unit]

    Returns
    -------
    ndarray, shape (n,)
        [-]

    Examples
    --------
    >>> natural_log(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(values, 0.0))


def unchanged(values: Array) -> Array:
    """Return the values as they are."""
    return values


NORMALISERS = {"goalposts": goalposts}
"""Name in a recipe -> kernel."""

TRANSFORMS = {"none": unchanged, "ln": natural_log}
"""Name in an indicator -> function applied to its values and goalposts alike."""
