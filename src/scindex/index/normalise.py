"""Put values of different units on one scale, most often 0 to 100 (OECD/JRC Handbook, step 5).

One rule of direction: a method works on *directed* values, for which more is better -
:math:`x` where higher is better, :math:`-x` where lower is, :math:`-|x - t|` where nearer
to a target is (`scindex.index.relative.directed`). Three methods work on values as
measured, since their definition says what is good: `goalposts` (worst and best),
`categorical` (a score for each category) and `fraction_of_max` (a ratio needs its zero).

Here are goalposts; fixed scales are in `scindex.index.scales`, methods that look at the
other cities in `scindex.index.relative` and `scindex.index.places`. All are in `METHODS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index import places, relative, scales
from scindex.index.axes import Groups, columns, spread
from scindex.index.properties import Properties

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def goalposts(values: Array, worst: float | Array, best: float | Array, capped: bool | Mask = True) -> Array:
    r"""Score each value by where it lies between two fixed goalposts.

    Parameters
    ----------
    values : ndarray, shape (n_row,) or (n_leaf, ..., n_row)
        Indicators in every city and year. NaN stays NaN. [indicator unit]
    worst, best : float, or ndarray broadcastable to `values`
        Values that score 0 and 100; ``best < worst`` when lower is better. NaN: no score.
        [indicator unit]
    capped : bool, or ndarray of bool, shape (n_leaf,)
        Whether scores are cut off at 0 and 100.

    Returns
    -------
    ndarray, of the shape that `values`, `worst` and `best` make together
        Scores. [0 to 100]

    Raises
    ------
    MethodError
        If one `worst` equals its `best`.

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
    same = np.asarray(worst == best)
    if same.any():
        first = float(np.broadcast_to(worst, same.shape)[same].flat[0])
        raise MethodError(Finding("goalposts-equal", value=first))
    scores = np.subtract(values, worst, dtype=np.float64)
    scores = scores / (best - worst)
    scores *= 100
    return relative.cap(scores, capped)


def distance_to_target(
    values: Array, worst: float | Array, best: float | Array, capped: bool | Mask = True
) -> Array:
    r"""Score each value by its distance from a value in the middle, on both sides.

    Parameters
    ----------
    values : ndarray, shape (n_row,) or (n_leaf, ..., n_row)
        Indicators in every city and year. NaN stays NaN. [indicator unit]
    worst : float, or ndarray broadcastable to `values`
        A value whose distance from `best` scores 0, on either side. [indicator unit]
    best : float, or ndarray broadcastable to `values`
        The value that scores 100. [indicator unit]
    capped : bool, or ndarray of bool, shape (n_leaf,)
        Whether scores are cut off at 0.

    Returns
    -------
    ndarray, of the shape that `values`, `worst` and `best` make together
        Scores. [0 to 100]

    Raises
    ------
    MethodError
        If one `worst` equals its `best`.

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


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """What the methods have to know of the indicators; a method says which of it it needs.

    Attributes
    ----------
    sign : ndarray, shape (n_leaf,)
        1 where higher is better, -1 where lower is, 0 where nearer to the target.
    worst, best : ndarray, shape (n_leaf,) or (n_leaf, n_draw), or None
        Goalposts; where the sign is 0 `best` is the target. NaN: none. [indicator unit]
    target : ndarray, shape (n_leaf,) or (n_leaf, n_draw), or None
        [indicator unit]
    capped : bool, or ndarray of bool, shape (n_leaf,)
        Whether scores are cut off at their ends.
    reference : ndarray of int, shape (n_row,), or None
        Row of the reference city for each row; -1 for none.
    scores : ndarray, shape (n_leaf, n_category), or None
        Of categories. [0 to 100]
    groups : ndarray of int, shape (n_row,), or None
        Within which cities are compared (years); None: among all rows.
    """

    sign: NDArray[Any]
    worst: Array | None = None
    best: Array | None = None
    target: Array | None = None
    capped: bool | Mask = True
    reference: NDArray[np.intp] | None = None
    scores: Array | None = None
    groups: Groups = None


@dataclass(frozen=True, slots=True)
class Normaliser:
    """One method, what it needs, and its properties, from which the tests are derived.

    Attributes
    ----------
    score : callable
        ``(values, spec, **options) -> array``.
    properties : Properties
        With caps where the method has them, and default options.
    needs : tuple of str
        Fields of `Spec` without which there is no score.
    floor : float or None
        Least score that the method can give; None where there is none. A geometric mean
        needs more than 0.
    """

    score: Callable[..., Array]
    properties: Properties
    needs: tuple[str, ...] = ()
    floor: float | None = 0.0

    def apply(self, values: Array, spec: Spec, **options: Any) -> Array:
        """Score values; a value whose score is undefined gets none (see `undefined`).

        Parameters
        ----------
        values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
            [indicator unit]
        spec : Spec
        **options
            Of the method, by name.

        Returns
        -------
        ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)

        Raises
        ------
        MethodError
            If `spec` lacks a field that the method needs.

        Examples
        --------
        >>> spec = Spec(sign=np.array([1, -1]))
        >>> METHODS["minmax"].apply(np.array([[1.0, 5.0], [1.0, 5.0]]), spec)
        array([[  0., 100.],
               [100.,   0.]])
        """
        lacking = [field for field in self.needs if getattr(spec, field) is None]
        if lacking:
            name = next(name for name, method in METHODS.items() if method is self)
            raise MethodError(Finding("normalise-needs", params={"method": name, "needs": lacking}))
        return self.score(values, spec, **options)


def undefined(values: Array, scores: Array) -> Mask:
    """Return where there is a value but no score: what a caller has to report.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
    scores : ndarray
        Of the same shape, or with draws.

    Returns
    -------
    ndarray of bool, of the shape of `scores`

    Examples
    --------
    >>> undefined(np.array([[1.0, np.nan]]), np.array([[np.nan, np.nan]]))
    array([[ True, False]])
    """
    return np.isnan(scores) & ~np.isnan(spread(values, scores.ndim))


def _turned(values: Array, spec: Spec) -> Array:
    return relative.directed(values, spec.sign, spec.target)


def _goalposts(values: Array, spec: Spec) -> Array:
    worst, best = np.asarray(spec.worst), np.asarray(spec.best)
    ndim = max(values.ndim, worst.ndim + 1, best.ndim + 1)
    values, worst, best = spread(values, ndim), columns(worst, ndim), columns(best, ndim)
    middle = columns(spec.sign == 0, ndim)
    if middle.any():
        values = np.where(middle, np.abs(values - best), values)
        worst, best = np.where(middle, np.abs(worst - best), worst), np.where(middle, 0.0, best)
    return goalposts(values, worst, best, spec.capped)


def _minmax(values: Array, spec: Spec, *, low: float = 0, high: float = 100) -> Array:
    return relative.minmax(_turned(values, spec), low=low, high=high, groups=spec.groups)


def _zscore(values: Array, spec: Spec, *, mean: float = 0, sd: float = 1) -> Array:
    return relative.zscore(_turned(values, spec), mean=mean, sd=sd, groups=spec.groups)


def _scaled(values: Array, spec: Spec, *, low: float, high: float) -> Array:
    return scales.scaled(values, spec.sign, spec.target, low=low, high=high)


def _rank(values: Array, spec: Spec, *, ties: places.Ties = "average") -> Array:
    return places.rank(_turned(values, spec), ties=ties, groups=spec.groups)


def _percentile_rank(values: Array, spec: Spec, *, ties: places.Ties = "average") -> Array:
    return places.percentile_rank(_turned(values, spec), ties=ties, groups=spec.groups)


def _borda(values: Array, spec: Spec, *, ties: places.Ties = "average") -> Array:
    return places.borda(_turned(values, spec), ties=ties, groups=spec.groups)


def _distance_to_max(values: Array, spec: Spec) -> Array:
    return relative.distance_to_max(_turned(values, spec), groups=spec.groups)


def _reference(values: Array, spec: Spec) -> Array:
    rows = np.asarray(spec.reference)
    return relative.reference(_turned(values, spec), rows, capped=spec.capped, groups=spec.groups)


def _target(values: Array, spec: Spec) -> Array:
    goal = np.asarray(spec.target, dtype=np.float64)
    values = spread(values, goal.ndim + 1)
    turned = relative.directed(columns(goal, values.ndim), spec.sign, spec.target)
    return relative.target(_turned(values, spec), turned, capped=spec.capped, groups=spec.groups)


def _fraction_of_max(values: Array, spec: Spec) -> Array:
    return relative.fraction_of_max(values, spec.sign, groups=spec.groups)


def _categorical(values: Array, spec: Spec) -> Array:
    return scales.categorical(values, np.asarray(spec.scores))


ALONE, AMONG = Properties(), Properties(independent=False, at_least=2)
OPEN = Properties(bounded=False, independent=False)

METHODS = {
    "goalposts": Normaliser(_goalposts, ALONE, ("worst", "best")),
    "minmax": Normaliser(_minmax, AMONG),
    "zscore": Normaliser(_zscore, Properties(bounded=False, independent=False, at_least=2), floor=None),
    "scaled": Normaliser(_scaled, Properties(bounded=False), floor=None),
    "rank": Normaliser(_rank, OPEN, floor=1.0),
    "percentile_rank": Normaliser(_percentile_rank, AMONG),
    "borda": Normaliser(_borda, OPEN),
    "distance_to_max": Normaliser(_distance_to_max, AMONG),
    "reference": Normaliser(_reference, AMONG, ("reference",)),
    "target": Normaliser(_target, AMONG, ("target",)),
    "fraction_of_max": Normaliser(_fraction_of_max, Properties(independent=False)),
    "categorical": Normaliser(_categorical, ALONE, ("scores",)),
}
"""Name in a recipe -> method."""

TRANSFORMS = {"none": unchanged, "ln": natural_log}
"""Name in an indicator -> function applied to its values and goalposts alike."""
