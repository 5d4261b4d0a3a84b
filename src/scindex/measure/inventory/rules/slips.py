"""A year that stands a power of ten away from all others of its series."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, Series, limit


def check(context: Context) -> Iterator[Finding]:
    """Find values ten, a hundred or a thousand times the place's other years, which agree."""
    for place in context.series:
        yield from _place(context, place)


def _place(context: Context, place: Series) -> Iterator[Finding]:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for ref in place.t.columns:
        values = place.t[ref].dropna()
        for year, power in slipped(values[values > 0]):
            found[year, power].append(str(ref))
    for (year, power), refs in found.items():
        params = {"refs": refs, "factor": 10.0**power, "n": len(refs)}
        sure = "likely" if len(refs) >= limit("least_years") or abs(power) >= 3 else "possible"
        yield context.finding("inv-year-slip", sure, place.city_id, [year], refs[0], **params)


def slipped(values: pd.Series) -> list[tuple[int, int]]:
    """Return year and power of ten of each value that is a shifted decimal point away from the rest.

    Examples
    --------
    >>> slipped(pd.Series([100.0, 104.0, 103000.0, 99.0], index=[2015, 2016, 2017, 2018]))
    [(2017, 3)]
    """
    numbers = values.to_numpy(dtype=float)
    out: list[tuple[int, int]] = []
    if len(numbers) < limit("least_years") + 1 or numbers.max() < 5 * numbers.min():
        return out
    for i, year in enumerate(values.index):
        others = np.delete(numbers, i)
        ratio = float(numbers[i] / np.median(others))
        power = round(math.log10(ratio))
        near = abs(ratio / 10.0**power - 1) <= limit("slip_share")
        if power and near and others.max() / others.min() <= limit("slip_spread"):
            out.append((int(year), power))
    return out
