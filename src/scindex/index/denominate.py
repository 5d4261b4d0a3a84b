"""Divide totals by what makes cities of different size comparable (Handbook, step 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.index.axes import columns, spread

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Positions = NDArray[np.intp]

UNDIVIDED = -1


@dataclass(frozen=True, slots=True, eq=False)
class Denominated:
    """Values after division, and the cells that have lost theirs.

    Attributes
    ----------
    values : ndarray, shape (n_leaf, ..., n_row)
        [indicator unit per denominator unit]
    lost : ndarray of bool, shape (n_leaf, ..., n_row)
        Cells that had a value but no usable denominator: missing, zero, negative, infinite.
    """

    values: Array
    lost: Mask


def denominate(values: Array, denominators: Array, which: Positions, scale: Array) -> Denominated:
    r"""Divide each indicator by its denominator, in units of `scale`.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN stays NaN. [indicator unit]
    denominators : ndarray, shape (n_denominator, n_row) or (n_denominator, n_draw, n_row)
        [denominator unit]
    which : ndarray of int, shape (n_leaf,)
        Position of each indicator's denominator; -1 for none: the row passes unchanged.
    scale : ndarray, shape (n_leaf,)
        How many units of the denominator count as one, above 0: 1000 gives values per
        1000 inhabitants. Not looked at where there is no denominator. [denominator unit]

    Returns
    -------
    Denominated

    Notes
    -----
    .. math:: y_i = x_i / (d_i / s)

    COINr's ``Denominate`` with its ``ScaleFactor`` :math:`s`. A denominator that is not a
    positive number has no such ratio: the cell becomes missing, where R gives infinity or
    a value of the wrong sign. So does one whose ratio is too large for a number.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 2 (scaling by an appropriate measure of size).

    Examples
    --------
    Flights per 1000 inhabitants; an index that has no denominator:

    >>> people = np.array([[500.0, 2000.0, 0.0]])
    >>> values = np.array([[10.0, 10.0, 10.0], [4.0, 5.0, 6.0]])
    >>> done = denominate(values, people, np.array([0, -1]), np.array([1000.0, 1.0]))
    >>> done.values
    array([[20.,  5., nan],
           [ 4.,  5.,  6.]])
    >>> np.argwhere(done.lost).tolist()
    [[0, 2]]
    """
    which = np.asarray(which)
    ndim = max(values.ndim, denominators.ndim)
    values, denominators = spread(values, ndim), spread(denominators, ndim)
    shape = values.shape[:1] + np.broadcast_shapes(values.shape[1:], denominators.shape[1:])
    out = np.array(np.broadcast_to(values, shape), dtype=np.float64)
    lost = np.zeros(shape, dtype=bool)
    divided = np.flatnonzero(which != UNDIVIDED)
    if len(divided):
        had = ~np.isnan(out[divided])
        scale = columns(np.asarray(scale, dtype=np.float64)[divided], ndim)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            units = denominators[which[divided]] / scale
            ratio = out[divided] / units
        usable = np.isfinite(ratio) & np.isfinite(units) & (units > 0)
        out[divided] = np.where(usable, ratio, np.nan)
        lost[divided] = had & ~usable
    return Denominated(out, lost)
