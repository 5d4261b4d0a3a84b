"""Leave out indicators or cities with too few values, or too many zeros (Handbook, steps 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

INDICATORS, CITIES = 0, -1


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """What stays, and the shares that decided.

    Attributes
    ----------
    kept : ndarray of bool, shape (n_leaf,) or (n_row,)
        With draws (n_leaf, n_draw) or (n_draw, n_row).
    available : ndarray
        Share of the applicable cells that hold a value; NaN where nothing applies. [0 to 1]
    zeros : ndarray
        Share of the values that are 0; NaN where there is no value. [0 to 1]
    forced : ndarray of bool
        Kept or dropped against what the shares say.
    """

    kept: Mask
    available: Array
    zeros: Array
    forced: Mask


def screen(
    values: Array,
    applicable: Mask,
    *,
    axis: Literal[0, -1],
    min_available: float | None = 2 / 3,
    max_zeros: float | None = None,
    keep: Mask | None = None,
    drop: Mask | None = None,
) -> Screened:
    """Say which indicators, or which cities, have enough to go on.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, n_row) or (n_leaf, n_draw, n_row)
        NaN is missing. [indicator units]
    applicable : ndarray of bool, broadcastable to `values`
        Cells that can have a value at all; the others count neither way, whatever they hold.
    axis : {0, -1}
        What is screened: indicators (`INDICATORS`) or cities (`CITIES`).
    min_available : float or None
        Least share of values among the applicable cells; None does not ask. [0 to 1]
    max_zeros : float or None
        Greatest share of zeros among the values; None does not ask. [0 to 1]
    keep, drop : ndarray of bool, shape (n_leaf,) or (n_row,), optional
        Kept or dropped whatever the shares say.

    Returns
    -------
    Screened

    Raises
    ------
    MethodError
        If a share is not within 0 to 1, or one thing is both to be kept and dropped.

    Notes
    -----
    A share equal to its limit stays. With both limits given a thing must meet both: COINr's
    ``byNAandzeros``; its ``dat_thresh`` is `min_available` (2/3 there too) and its
    ``nonzero_thresh`` is ``1 - max_zeros`` (0.05 there). Where nothing applies nothing is
    available (a share of 0); where there is no value, there are no zeros.

    Examples
    --------
    >>> values = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, np.nan], [np.nan, np.nan, 5.0]])
    >>> everywhere = np.ones((3, 3), dtype=bool)
    >>> screen(values, everywhere, axis=INDICATORS).kept
    array([ True,  True, False])
    >>> screen(values, everywhere, axis=INDICATORS, max_zeros=0.5).kept
    array([ True, False, False])
    """
    for name, limit in (("min_available", min_available), ("max_zeros", max_zeros)):
        if limit is not None and not 0 <= limit <= 1:
            raise MethodError(Finding("screen-not-a-share", value=limit, params={"option": name}))
    across = CITIES if axis == INDICATORS else INDICATORS
    applicable = np.broadcast_to(applicable, values.shape)
    present = applicable & ~np.isnan(values)
    n_present = np.count_nonzero(present, axis=across)
    available = _share(n_present, np.count_nonzero(applicable, axis=across))
    zeros = _share(np.count_nonzero(present & (values == 0), axis=across), n_present)
    enough = np.ones(available.shape, dtype=bool)
    if min_available is not None:
        enough &= np.nan_to_num(available) >= min_available
    if max_zeros is not None:
        enough &= np.nan_to_num(zeros) <= max_zeros
    kept = _forced(enough, axis, keep, drop)
    return Screened(kept, available, zeros, kept != enough)


def _forced(enough: Mask, axis: int, keep: Mask | None, drop: Mask | None) -> Mask:
    size = enough.shape[axis]
    keep = np.zeros(size, dtype=bool) if keep is None else np.asarray(keep, dtype=bool)
    drop = np.zeros(size, dtype=bool) if drop is None else np.asarray(drop, dtype=bool)
    if (keep & drop).any():
        raise MethodError(Finding("screen-kept-and-dropped", params={"n": int((keep & drop).sum())}))
    if axis == INDICATORS and enough.ndim > 1:
        keep, drop = keep[:, None], drop[:, None]
    return (enough | keep) & ~drop


def _share(part: NDArray[np.intp], whole: NDArray[np.intp]) -> Array:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)
