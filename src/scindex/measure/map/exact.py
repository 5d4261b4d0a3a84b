"""Tonnes as whole billionths, and their division into shares that add up to the unit.

Sums of whole numbers are the same in any order, so cells, districts and city agree exactly
whatever parts or workers computed them. A signed 64-bit number holds 9.2e9 t, more than any
city or country emits in a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO
from scindex.measure.map.engines import present
from scindex.measure.map.grid import BITS, MANY, MASK

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_TONNES = 9.2e9
"""Largest amount that 64 bits hold in whole billionths. [t]"""

_LOW_BITS = 32
_ROOM, _ROOM_AT_LEAST = 4, 1 << 20


def to_nano(tonnes: ArrayLike) -> Whole:
    """Round each amount once to whole billionths of a tonne.

    Parameters
    ----------
    tonnes : array_like, shape (n,)
        Emissions, or removals as negative numbers. [t]

    Returns
    -------
    ndarray of int64, shape (n,)
        [1e-9 t] Above nine million tonnes the steps are those of the float that was given.

    Raises
    ------
    DataError
        If an amount is missing, infinite or beyond 9.2e9 t; the finding counts them and gives
        the row of the first.

    Examples
    --------
    >>> to_nano([1.5, -0.000_000_001])
    array([1500000000,         -1])
    """
    amounts = np.asarray(tonnes, dtype=np.float64)
    _check_amounts(amounts)
    return np.rint(amounts * NANO).astype(np.int64)


def _check_amounts(tonnes: Floats) -> None:
    fits = np.abs(tonnes) <= MOST_TONNES
    if not fits.all():
        first = int(np.flatnonzero(~fits.ravel())[0])
        value = float(tonnes.ravel()[first])
        params = {"count": int((~fits).sum()), "row": first + 1, "tonnes": str(value)}
        raise DataError(Finding("tonnes-not-usable", value=value, params=params))


def to_tonnes(nano: ArrayLike) -> Floats:
    """Give whole billionths as tonnes, for showing and dividing; sums are taken before. [t]"""
    return np.asarray(nano, dtype=np.int64) / NANO


def exact_sum(nano: ArrayLike) -> int:
    """Add whole numbers without overflow.

    Examples
    --------
    >>> exact_sum(np.full(4, 2**62))
    18446744073709551616
    """
    values = np.asarray(nano, dtype=np.int64)
    low = int((values & ((1 << _LOW_BITS) - 1)).sum())
    return (int((values >> _LOW_BITS).sum()) << _LOW_BITS) + low


def sum_by(key: Whole, nano: Whole) -> tuple[Whole, Whole, Whole]:
    """Add whole numbers that share a key, such as those of points in one cell.

    Parameters
    ----------
    key : ndarray of int64, shape (n,)
        Cells, -1 included, or any other whole numbers.
    nano : ndarray of int64, shape (n,)
        [1e-9 t]

    Returns
    -------
    keys : ndarray of int64, shape (n_key,)
        Each key once, rising.
    sums : ndarray of int64, shape (n_key,)
        [1e-9 t]
    counts : ndarray of int64, shape (n_key,)
        Rows of each key.

    Raises
    ------
    DataError
        If the amounts without their signs add up to more than 9.2e9 t, so that a sum might not fit.

    Examples
    --------
    >>> sum_by(np.array([7, -1, 7]), np.array([1, 2, 3]))
    (array([-1,  7]), array([2, 4]), array([1, 2]))
    """
    key, nano = np.asarray(key, dtype=np.int64), np.asarray(nano, dtype=np.int64)
    _check_amounts(np.array([np.abs(nano.astype(np.float64)).sum() / NANO]))
    placed = key >= 0
    if not placed.all():
        both = _sum_sorted(key[~placed], nano[~placed]), sum_by(key[placed], nano[placed])
        keys, sums, counts = (np.concatenate(pair) for pair in zip(*both, strict=True))
        return keys, sums, counts
    return _sum_on_board(key, nano) if len(key) else _sum_sorted(key, nano)


def _sum_on_board(key: Whole, nano: Whole) -> tuple[Whole, Whole, Whole]:
    """Add in an array of all cells between the outermost, where that is not far larger than the rows."""
    fast = len(key) >= MANY and present("numba")
    west, south, columns, rows = _frame(key, fast)
    if columns * rows > _ROOM * len(key) + _ROOM_AT_LEAST:
        return _sum_sorted(key, nano)
    sums = np.zeros(columns * rows, dtype=np.int64)
    counts = np.zeros(columns * rows, dtype=np.int64)
    if fast:
        from scindex.measure.map import _bins

        _bins.add(key, nano, west, south, columns, sums, counts)
    else:
        at = ((key >> BITS) - south) * columns + (key & MASK) - west
        np.add.at(sums, at, nano)
        np.add.at(counts, at, 1)
    used = np.flatnonzero(counts)
    return ((used // columns + south) << BITS) | (used % columns + west), sums[used], counts[used]


def _frame(key: Whole, fast: bool) -> tuple[int, int, int, int]:
    """First column and row among the cells as keys hold them, and how many columns and rows there are."""
    if fast:
        from scindex.measure.map import _bins

        west, south, columns, rows = _bins.frame(key)
        return int(west), int(south), int(columns), int(rows)
    column, row = key & MASK, key >> BITS
    west, south = int(column.min()), int(row.min())
    return west, south, int(column.max()) - west + 1, int(row.max()) - south + 1


def _sum_sorted(key: Whole, nano: Whole) -> tuple[Whole, Whole, Whole]:
    order = np.argsort(key)
    ordered = key[order]
    first = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    if not len(first):
        return key, nano, key
    return ordered[first], np.add.reduceat(nano[order], first), np.diff(first, append=len(key))


def apportion(total: Whole, group: Whole, weights: ArrayLike, key: Whole) -> Whole:
    r"""Divide whole totals among the rows of their group, by largest remainder.

    Parameters
    ----------
    total : ndarray of int64, shape (n_group,)
        What is divided; negative for removals. [1e-9 t]
    group : ndarray of int64, shape (n,)
        Which total each row shares in, counted from zero.
    weights : array_like, shape (n,)
        Not negative; only their ratios within a group matter.
    key : ndarray of int64, shape (n,)
        Decides between equal remainders, the smallest first: the cell, say.

    Returns
    -------
    ndarray of int64, shape (n,)
        Shares. [1e-9 t] In each group they add up to its total, to the unit. A group without
        rows, or whose weights are all zero, is not divided: its rows get zero, and the caller
        keeps its total as unallocated.

    Raises
    ------
    DataError
        If a weight is missing, infinite or negative, or a total is beyond 9.2e9 t.

    Notes
    -----
    With quotas :math:`q_i = T w_i / \sum_j w_j`, every row gets
    :math:`\lfloor q_i \rfloor` and the units left over go to the largest
    :math:`q_i - \lfloor q_i \rfloor`. Rows are put in order of group, key and weight before
    anything is added, so neither their order nor other groups can change a share. Rows of no
    weight get nothing. A negative total is divided as its opposite.

    References
    ----------
    .. [1] Balinski, M. L. and Young, H. P. (2001). Fair Representation: Meeting the Ideal of One
       Man, One Vote. 2nd ed. Brookings (Hamilton's method).

    Examples
    --------
    >>> apportion(np.array([100]), np.zeros(3, int), [1.0, 1.0, 1.0], np.array([7, 5, 9]))
    array([33, 34, 33])
    """
    total, group, key = (np.asarray(a, dtype=np.int64) for a in (total, group, key))
    weight = _checked(weights)
    _check_amounts(to_tonnes(total))
    out = np.zeros(len(weight), dtype=np.int64)
    rows = np.flatnonzero(weight > 0)
    rows = rows[_canonical(group[rows], key[rows], weight[rows])]
    group = group[rows]
    share = _within_group(weight[rows], group, len(total))
    parts = _largest_remainder(np.abs(total), group, share)
    out[rows] = np.where(total[group] < 0, -parts, parts)
    return out


def _checked(weights: ArrayLike) -> Floats:
    weight = np.asarray(weights, dtype=np.float64)
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        params = {"count": int(wrong.sum()), "row": first + 1, "weight": str(float(weight[first]))}
        raise DataError(Finding("weights-not-usable", value=float(weight[first]), params=params))
    return weight


def _canonical(group: Whole, key: Whole, weight: Floats) -> Whole:
    """Order of group, then key, then weight; rows equal in all three are interchangeable."""
    same = group[1:] == group[:-1]
    if ((group[1:] > group[:-1]) | (same & (key[1:] > key[:-1]))).all():
        return np.arange(len(group))
    return np.lexsort((weight, key, group))


def _within_group(weight: Floats, group: Whole, n_group: int) -> Floats:
    """Share of each row in the weight of its group; scaled first, so that no sum overflows."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    if not len(starts):
        return weight
    largest, sums = np.ones(n_group), np.ones(n_group)
    largest[group[starts]] = np.maximum.reduceat(weight, starts)
    scaled = weight / largest[group]
    sums[group[starts]] = np.add.reduceat(scaled, starts)
    return scaled / sums[group]


def _largest_remainder(total: Whole, group: Whole, share: Floats) -> Whole:
    """Floors of the quotas, then one unit each for the largest remainders."""
    count = np.bincount(group, minlength=len(total))
    parts = np.zeros(len(group), dtype=np.int64)
    left = total.copy()
    remainder = np.zeros(len(group))
    again = count > 0
    while again.any():
        # a quota of more than 2**53 units is rounded: what it misses by is divided once more
        rows = again[group]
        quota = left[group[rows]] * share[rows]
        floors = np.floor(quota)
        parts[rows] += floors.astype(np.int64)
        remainder[rows] = quota - floors
        left = total - _sums(parts, group, len(total))
        again = (count > 0) & ((left < 0) | (left > count))
    order = np.lexsort((-remainder, group))
    place = np.arange(len(group)) - (np.cumsum(count) - count)[group]
    parts[order[place < left[group]]] += 1
    return parts


def _sums(parts: Whole, group: Whole, n_group: int) -> Whole:
    """Exact sums of rows that stand in order of their group."""
    sums = np.zeros(n_group, dtype=np.int64)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    if len(starts):
        sums[group[starts]] = np.add.reduceat(parts, starts)
    return sums
