"""What a file says of the error of its values: standard errors, and which values err together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from scindex.catalogue.entries import Indicator
from scindex.findings import Finding
from scindex.tables import cells as c
from scindex.tables import numbers
from scindex.tables.cells import mark
from scindex.tables.faults import first_of_each, shorten
from scindex.tables.quantities import convert
from scindex.tables.spread import Key, Spread

PLUS_MINUS = "±"


def read_errors(
    spread: Spread,
    written: np.ndarray,
    value: np.ndarray,
    *,
    number: np.ndarray,
    percent: np.ndarray,
    named: np.ndarray,
    indicators: Sequence[Indicator],
) -> tuple[np.ndarray | None, list[Finding]]:
    """Read the column of standard errors.

    Parameters
    ----------
    spread : Spread
    written, value : ndarray of float, shape (n,)
        Each value as the file has it, and in its indicator's own unit.
    number, percent, named, indicators
        As in `quantities.convert`.

    Returns
    -------
    (ndarray of float or None, list of Finding)
        Standard error of each value in its indicator's own unit, NaN where none is given;
        None where the file has no such column. A text with a percent sign is a share of
        the value, anything else is in the value's unit.
    """
    key = spread.key("error")
    if key is None:
        return None, []
    size, share, found = _sizes(key, spread)
    codes = spread.to_cells(key.codes, over_columns=key.over_columns)
    own = np.where(share[codes], np.nan, size[codes])
    error, _, _ = convert(
        spread, own, number=number & ~np.isnan(own), percent=percent, named=named, indicators=indicators
    )
    relative = number & share[codes] & ~np.isnan(written)
    error = np.where(relative, size[codes] / 100 * np.abs(value), error)
    return np.where(number & ~np.isnan(value), error, np.nan), found


def _sizes(key: Key, spread: Spread) -> tuple[np.ndarray, np.ndarray, list[Finding]]:
    """Return size and kind (whether a share of the value, in per cent) of each text of the column."""
    texts = [t.lstrip(PLUS_MINUS).strip() for t in key.texts]
    read = numbers.read_numbers(pa.array(texts, pa.string()), np.zeros(len(texts), dtype=int))
    good = (read.kind == numbers.NUMBER) & (read.value >= 0)
    found: list[Finding] = []
    for code, at, count in first_of_each(key.codes):
        text = texts[code]
        if good[code] or not text or mark(text) == c.BLANK or text.upper() in c.NOTATION:
            continue
        where, params = spread.where("error", at), {"count": count}
        shown = shorten(key.texts[code])
        found.append(Finding("error-unread", "warning", where=where, value=shown, params=params))
    return np.where(good, read.value, np.nan), read.percent, found
