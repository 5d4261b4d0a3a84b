"""Why parts do not add up to their total: one part or all of them off by a constant."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from scindex.measure.inventory.rules.context import limit, settings


@dataclass(frozen=True, slots=True)
class Cause:
    """What brings parts and total together.

    Attributes
    ----------
    kind : {"all", "part", "stray", "left_out", "none"}
        Every part or one of them off by a factor; something counted that is no part, a
        part left out; or nothing of the kind.
    part : int
        Which (of the strays where the kind is one); -1 where it is none.
    factor : float
        What the part is times what the total needs. [-]
    columns : tuple of int
        Those that do not close.
    hint : Mapping
        Name of the slip that such a factor betrays; empty where none is known.
    """

    kind: Literal["all", "part", "stray", "left_out", "none"]
    part: int = -1
    factor: float = math.nan
    columns: tuple[int, ...] = ()
    hint: Mapping[str, str] | None = None


def constant(factor: float, share: float | None = None) -> Mapping[str, Any] | None:
    """Return the known slip that a factor or its inverse betrays.

    Examples
    --------
    >>> constant(1 / 3.6)["name"]["en"]
    'GJ for MWh'
    >>> constant(1.7) is None
    True
    """
    share = limit("constant_share") if share is None else share
    for entry in settings()["constants"].values():
        for wanted in (entry["factor"], 1 / entry["factor"]):
            if math.isfinite(factor) and abs(factor / wanted - 1) <= share:
                return entry
    return None


def open_columns(parts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return which columns do not close, shape (n_column,).

    Parameters
    ----------
    parts : ndarray, shape (n_part, n_column)
        A missing part counts as nothing. [t CO2e]
    totals : ndarray, shape (n_column,)
        A missing total closes. [t CO2e]
    """
    gap = np.abs(totals - np.nansum(parts, axis=0))
    allowed = np.maximum(limit("closing_t"), limit("closing_share") * np.abs(totals))
    return np.isfinite(totals) & (gap > allowed)


def explain(parts: np.ndarray, totals: np.ndarray, strays: np.ndarray | None = None) -> Cause | None:
    """Return why columns of parts miss their totals; None if all close.

    Parameters
    ----------
    parts : ndarray, shape (n_part, n_column)
        [t CO2e]
    totals : ndarray, shape (n_column,)
        [t CO2e]
    strays : ndarray, shape (n_stray, n_column), optional
        What a careless total might count besides. [t CO2e]

    Returns
    -------
    Cause or None
        A factor is believed if it is the same in two columns or more, or if it is one of
        the constants that betray a slip.

    Examples
    --------
    >>> parts = np.array([[10.0, 20.0], [5000.0, 7000.0], [30.0, 40.0]])
    >>> cause = explain(parts, np.array([45.0, 67.0]))
    >>> cause.kind, cause.part, round(cause.factor)
    ('part', 1, 1000)
    """
    wrong = np.flatnonzero(open_columns(parts, totals))
    if not len(wrong):
        return None
    columns = tuple(int(c) for c in wrong)
    held = np.nan_to_num(parts[:, wrong])
    wanted = totals[wrong]
    sums = held.sum(axis=0)
    if strays is not None and (which := _equal(np.nan_to_num(strays[:, wrong]), wanted - sums)) >= 0:
        return Cause("stray", part=which, columns=columns)
    if (which := _equal(held, sums - wanted)) >= 0:
        return Cause("left_out", part=which, columns=columns)
    filled = np.flatnonzero((held != 0).any(axis=1))
    if len(filled) > 1 and (factor := _same(sums, wanted)) is not None:
        return _cause("all", factor, columns)
    for part in filled:
        others = wanted - (sums - held[part])
        if (factor := _same(held[part], others)) is not None:
            return _cause("part", factor, columns, part=int(part))
    return Cause("none", columns=columns)


def _equal(rows: np.ndarray, wanted: np.ndarray) -> int:
    """Return the row that equals what is wanted in every column; -1 if none does."""
    near = np.abs(rows - wanted) <= limit("closing_t")
    hits = np.flatnonzero(near.all(axis=1) & (rows != 0).all(axis=1))
    return int(hits[0]) if len(hits) else -1


def _cause(kind: Any, factor: float, columns: tuple[int, ...], **which: int) -> Cause:
    entry = constant(factor)
    return Cause(kind, factor=factor, columns=columns, hint=entry["name"] if entry else None, **which)


def _same(values: np.ndarray, wanted: np.ndarray) -> float | None:
    """Return the constant by which values exceed what is wanted; None if there is none to believe."""
    if not (np.all(values != 0) and np.all(np.abs(wanted) > limit("closing_t"))):
        return None
    ratios = values / wanted
    factor = float(np.median(ratios))
    room = limit("closing_t") + limit("constant_share") * np.abs(values - wanted)
    if not factor or np.any(np.abs(values / factor - wanted) > room):
        return None
    if len(ratios) >= 2 and float(np.ptp(values)) > 0:
        return factor
    entry = constant(factor)
    return factor if entry else None
