"""Published totals held to the cells that they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.measure.inventory.rules.closing import Cause, explain, open_columns
from scindex.measure.inventory.rules.context import Context, refs_in, sector, within
from scindex.measure.inventory.taxonomy import TOTALS, total_names

MOST_ZEROS = 6
"""Zeros at the end of a published total that may be rounding: a figure in million tonnes."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A published total of one city that its cells do not reproduce in some years.

    Attributes
    ----------
    city_id, total, group : str
        `group` is empty for the whole total.
    years : tuple of int
        Those that do not close.
    cause : Cause
    part : str
        The reference, sub-sector or sector that the cause names; empty where it names none.
    published, computed : tuple of float
        For each of the years. [t CO2e]
    where : tuple of str
        The cells of the published values.
    """

    city_id: str
    total: str
    group: str
    years: tuple[int, ...]
    cause: Cause
    part: str
    published: tuple[float, ...]
    computed: tuple[float, ...]
    where: tuple[str, ...]


def mismatches(context: Context) -> Iterator[Mismatch]:
    """Give every published total that does not close, the finest groups first."""
    if context.by_city.empty or context.published.empty:
        return
    by_group: dict[tuple[str, str], pd.DataFrame] = dict(iter(context.published.groupby(["total", "group"])))  # type: ignore[arg-type]
    for total, group in sorted(by_group, key=_finest_first):
        refs = [r for r in refs_in(total, group) if r in context.by_city]
        table = by_group[total, group].drop_duplicates(["city_id", "year"])
        table = table.set_index(["city_id", "year"]).sort_index()
        table = table[table.index.isin(context.by_city.index) & table["t"].notna()]
        parts = context.by_city.reindex(table.index)[refs].to_numpy().T
        wrong = open_columns(parts, table["t"].to_numpy(dtype=float)) & ~_rounded(table["t"], parts)
        for city_id in dict.fromkeys(table.index[wrong].get_level_values("city_id")):
            own = table.loc[[city_id]]
            found = _mismatch(context, str(city_id), total, group, own, refs)
            if found.cause.kind != "none" or len(found.years) == 1:
                yield found
                continue
            for at in found.cause.columns:  # no cause is common to all years: each may have its own
                yield _mismatch(context, str(city_id), total, group, own.iloc[[at]], refs)


def _rounded(published: pd.Series, parts: np.ndarray) -> np.ndarray:
    """Return where a city publishes in round hundreds or more, and its cells agree as far as that says.

    Parameters
    ----------
    published : Series, shape (n_city_year,)
        By city and year; all years of a city have to be as round. [t CO2e]
    parts : ndarray, shape (n_part, n_city_year)
        [t CO2e]
    """
    values = published.to_numpy(dtype=float)
    step = np.ones(len(values))
    for power in range(2, MOST_ZEROS + 1):
        even = pd.Series(values % 10.0**power == 0, index=published.index)
        step = np.where(even.groupby(level="city_id").transform("all"), 10.0**power, step)
    difference = np.abs(np.nansum(parts, axis=0) - values)
    return (step > 1) & (difference <= step / 2) & (values != 0)


def _finest_first(key: tuple[str, str]) -> tuple[bool, int, int]:
    total, group = key
    return not group, len(refs_in(total, group)) if group else 0, TOTALS.index(total)


def _mismatch(
    context: Context, city_id: str, total: str, group: str, own: pd.DataFrame, refs: list[str]
) -> Mismatch:
    cells = context.by_city.reindex(own.index)
    totals = own["t"].to_numpy(dtype=float)
    strays = [r for r in cells.columns if r not in refs] if not group else []
    cause, part = _explained(cells, refs, totals, strays)
    years = own.index.get_level_values("year")
    columns = list(cause.columns)
    return Mismatch(
        city_id=city_id,
        total=total,
        group=group,
        years=tuple(int(years[c]) for c in columns),
        cause=cause,
        part=part,
        published=tuple(totals[columns].tolist()),
        computed=tuple(np.nansum(cells[refs].to_numpy()[columns], axis=1).tolist()),
        where=tuple(own["where"].iloc[columns].astype(str)),
    )


def _explained(
    cells: pd.DataFrame, refs: list[str], totals: np.ndarray, strays: list[str]
) -> tuple[Cause, str]:
    """Return a cause among references, else among sub-sectors, else among sectors."""
    cause = Cause("none")
    for level in (str, subsector, sector):
        names = list(dict.fromkeys(level(r) for r in refs))
        members = [[r for r in refs if within(r, name)] for name in names]
        parts = np.array([np.nansum(cells[own].to_numpy(), axis=1) for own in members])
        outside = cells[strays].to_numpy().T if strays and level is str else None
        cause = explain(parts.reshape(len(names), len(totals)), totals, outside) or cause
        if cause.kind != "none":
            named = strays if cause.kind == "stray" else names
            return cause, named[cause.part] if cause.part >= 0 else ""
    return cause, ""


def subsector(ref: str) -> str:
    """Return the sub-sector of a reference.

    Examples
    --------
    >>> subsector("III.1.2"), subsector("IV.1")
    ('III.1', 'IV.1')
    """
    return ".".join(ref.split(".")[:2])


def spoken(total: str, group: str) -> dict[str, str]:
    """Return a total, or the part of it, as a reader knows it.

    Examples
    --------
    >>> spoken("basic_plus", "I.1")["en"]
    'BASIC+ I.1'
    """
    return {lang: f"{name} {group}".strip() for lang, name in total_names()[total].items()}
