"""Values that lie exactly between their neighbours: a blank bridged, not a measurement."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.backcast import ratio
from scindex.measure.inventory.rules.context import Context, Series, limit, rounding, within

LANDFILL = "III.1"
"""A closed landfill falls by the same share every year: that is decay, no bridge."""


def check(context: Context) -> Iterator[Finding]:
    """Find years that lie on the straight line, or the steady growth, between the years around them."""
    for place in context.series:
        found: dict[tuple[tuple[int, ...], str], list[str]] = {}
        for ref in place.t.columns:
            held = place.t[ref].dropna()
            years, how = bridged(held[held != 0]) if len(held) > 2 else ([], "")
            decays = how == "growth" and within(str(ref), LANDFILL)
            if years and not decays and not _backcast(place, years):
                found.setdefault((tuple(years), how), []).append(str(ref))
        for (years, how), refs in found.items():
            sure = "certain" if len(years) > 1 or len(refs) > 1 else "likely"
            yield context.finding("inv-bridged", sure, place.city_id, years, refs[0], how=how, refs=refs)


def bridged(values: pd.Series) -> tuple[list[int], str]:
    """Return the years whose value is interpolated, and how.

    Parameters
    ----------
    values : Series
        Numbers by year, in order. [t CO2e]

    Returns
    -------
    (list of int, {"", "linear", "growth"})

    Examples
    --------
    >>> bridged(pd.Series([1000.5, 1300.75, 1601.0], index=[2015, 2016, 2017]))
    ([2016], 'linear')
    """
    for how in ("linear", "growth"):
        years = [int(values.index[i]) for i in range(1, len(values) - 1) if _between(values, i, how)]
        if years:
            return years, how
    return [], ""


def _between(values: pd.Series, i: int, how: str) -> bool:
    a, middle, b = (int(y) for y in values.index[i - 1 : i + 2])
    low, value, high = (float(values.iloc[j]) for j in (i - 1, i, i + 1))
    share = (middle - a) / (b - a)
    if how == "linear":
        expected = low + (high - low) * share
    elif low * high > 0:
        expected = low * (high / low) ** share
    else:
        return False
    blur = float(rounding(np.array([value]))[0])
    wide = abs(high - low) > limit("bridged_range") * max(2 * blur, 1e-6 * abs(value))
    return wide and abs(value - expected) <= max(blur * 1.02, 1e-7 * abs(value))


def _backcast(place: Series, years: list[int]) -> bool:
    """Return whether the year as a whole is another times a constant: then that is the finding."""
    rows = dict(zip(place.t.index, place.t.to_numpy()))
    return all(any(ratio(rows[y], row) is not None for o, row in rows.items() if o != y) for y in years)
