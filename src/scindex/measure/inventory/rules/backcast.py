"""A year that is another year times one constant: a baseline computed backwards, not measured."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, Series, limit, rounding, sector


def check(context: Context) -> Iterator[Finding]:
    """Find pairs of years all of whose lines, or all lines of one sector, share one ratio."""
    for place in context.series:
        yield from _place(context, place)


def _place(context: Context, place: Series) -> Iterator[Finding]:
    t, years = place.t.to_numpy(), [int(y) for y in place.t.index]
    codes = np.array([sector(str(r)) for r in place.t.columns])
    for i, j in combinations(range(len(years)), 2):
        whole = ratio(t[i], t[j])
        if whole is not None:
            yield _finding(context, place, (years[i], years[j]), whole, "")
            continue
        for code in dict.fromkeys(codes):
            part = ratio(t[i, codes == code], t[j, codes == code])
            if part is not None:
                yield _finding(context, place, (years[i], years[j]), part, str(code))


def ratio(one: np.ndarray, two: np.ndarray) -> tuple[float, int] | None:
    """Return the ratio that every line of two years shares, and how many lines; None if they do not.

    Parameters
    ----------
    one, two : ndarray, shape (n_line,)
        The same lines in both years. [t CO2e]

    Examples
    --------
    >>> a = np.array([11111.1, 22222.2, 33333.3, 44444.4])
    >>> ratio(a, a * 0.9)
    (0.9, 4)
    >>> ratio(a, a + 1) is None
    True
    """
    held = np.isfinite(one) & (one != 0)
    if held.sum() < limit("least_lines") or not np.array_equal(held, np.isfinite(two) & (two != 0)):
        return None
    one, two = one[held], two[held]
    whole = float(one.sum())
    if not whole or np.ptp(one) == 0:
        return None
    factor = float(two.sum()) / whole
    room = 2 * (rounding(two) + abs(factor) * rounding(one)) + 1e-9 * np.abs(two)
    if np.any(np.abs(two - factor * one) > room):
        return None
    sharp = room <= 100 * limit("constant_share") * np.abs(two)  # the others are too small to tell
    return (round(factor, 9), int(held.sum())) if sharp.sum() >= limit("least_lines") else None


def _finding(
    context: Context, place: Series, years: tuple[int, int], shared: tuple[float, int], code: str
) -> Finding:
    factor, n = shared
    params = {"early": int(years[0]), "late": int(years[1]), "factor": factor, "n": n, "sector": code or "-"}
    name = "inv-year-copied" if factor == 1 else "inv-year-backcast"
    sure = "certain" if not code else "likely"
    return context.finding(name, sure, place.city_id, years, where=_where(context, place, years[0]), **params)


def _where(context: Context, place: Series, year: int) -> str:
    first = place.t.loc[year].first_valid_index()
    return context.where(place.city_id, year, str(first)) if first is not None else ""
