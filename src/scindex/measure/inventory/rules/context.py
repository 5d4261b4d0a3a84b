"""What every audit rule sees: the lines laid out by city, year and reference, and what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from scindex._resources import read_yaml, root
from scindex.findings import Finding
from scindex.measure.inventory.lines import cities_table, holds_number
from scindex.measure.inventory.taxonomy import refs_of
from scindex.measure.inventory.totals import FOOTPRINT, MARKET

PUBLISHED = ("city_id", "year", "total", "group", "t", "where")
"""Columns of a table of published totals."""


@dataclass(frozen=True)
class Series:
    """One place (a city, or a district of it) through its years.

    Attributes
    ----------
    city_id, city, district : str
    t : DataFrame
        Years down, references across. [t CO2e]
    """

    city_id: str
    city: str
    district: str
    t: pd.DataFrame


@dataclass(frozen=True)
class Context:
    """Everything an audit rule may look at.

    Attributes
    ----------
    lines : DataFrame
        The inventory's lines; a `district` column is optional.
    activity : DataFrame or None
        The table of activities the lines were computed from.
    cities : DataFrame
        What is known of each city and year: `CITY_COLUMNS`, and ``floor_area_m2`` if known.
    published : DataFrame
        Totals as published: `PUBLISHED`; `group` is empty for the whole, else a sector
        (``I``), a sub-sector (``I.1``) or a reference.
    factors : Mapping of str to Factor
        The factors that lines may name.
    """

    lines: pd.DataFrame
    activity: pd.DataFrame | None = None
    cities: pd.DataFrame = field(default_factory=lambda: cities_table([]))
    published: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=pd.Index(PUBLISHED)))
    factors: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Lines with a number that enters totals: no credits, memos, footprint; scope 2 by location."""
        out = self.lines[holds_number(self.lines) & (self.lines["accounting"] != MARKET).to_numpy()]
        out = out[out["basis"] != FOOTPRINT]
        return out.assign(district=out["district"].fillna("") if "district" in out else "")

    @cached_property
    def wide(self) -> pd.DataFrame:
        """Tonnes by city, district and year (down) and reference (across); NaN where no number stands."""
        table = self.counted.groupby(["city_id", "district", "year", "ref"], sort=True)["co2e"].sum()
        return table.unstack("ref") if len(table) else pd.DataFrame()

    @cached_property
    def by_city(self) -> pd.DataFrame:
        """Tonnes by city and year (down) and reference (across), districts added up."""
        if self.wide.empty:
            return self.wide
        return self.wide.groupby(level=["city_id", "year"]).sum(min_count=1)

    @cached_property
    def names(self) -> dict[str, str]:
        """City id -> the city as a reader knows it."""
        pairs = self.lines.drop_duplicates("city_id")
        return dict(zip(pairs["city_id"], pairs["city"].astype(str)))

    @cached_property
    def about(self) -> pd.DataFrame:
        """`cities`, found by city and year."""
        return self.cities.drop_duplicates(["city_id", "year"]).set_index(["city_id", "year"])

    @cached_property
    def series(self) -> list[Series]:
        """Every place with its years in order; references that it never has are left out."""
        out: list[Series] = []
        if self.wide.empty:
            return out
        for (city_id, district), table in self.wide.groupby(level=["city_id", "district"], sort=True):
            years = table.droplevel(["city_id", "district"]).sort_index().dropna(axis=1, how="all")
            out.append(Series(str(city_id), self.names[str(city_id)], str(district), years))
        return out

    @cached_property
    def _cells(self) -> dict[tuple[str, int, str], str]:
        table = self.lines.drop_duplicates(["city_id", "year", "ref"])
        keys = zip(table["city_id"], table["year"].astype(int), table["ref"])
        return dict(zip(keys, table["where"].fillna("").astype(str)))

    def where(self, city_id: str, year: int, ref: str) -> str:
        """Return the cell that a reference of a city and year was read from."""
        return self._cells.get((city_id, int(year), ref), "")

    def finding(
        self,
        code: str,
        confidence: str,
        city_id: str,
        years: Sequence[int] = (),
        ref: str = "",
        **params: Any,
    ) -> Finding:
        """Return a finding about a city, its years and a reference; `confidence` is how sure it is.

        Of `params`, `severity` (a warning without it), `where` (the cell of the first year
        without it) and `value` go to the finding itself.
        """
        years = [int(y) for y in years]
        first = self.where(city_id, years[0], ref) if years and ref else ""
        return Finding(
            code,
            params.pop("severity", "warning"),
            where=params.pop("where", first),
            city=self.names.get(city_id, city_id),
            year=years[0] if len(years) == 1 else None,
            indicator=ref,
            value=params.get("value"),
            params={"confidence": confidence, "ref": ref, "years": spans(years), **params},
        )


def within(ref: str, group: str) -> bool:
    """Return whether a reference is of a sector (``I``), a sub-sector (``I.1``) or is the one named.

    Examples
    --------
    >>> within("I.1.2", "I"), within("II.1.2", "I"), within("I.1.2", "I.1"), within("V.2", "")
    (True, False, True, True)
    """
    return not group or ref == group or ref.startswith(group + ".")


def refs_in(total: str, group: str = "") -> list[str]:
    """Return the references of a total, or those of one sector or sub-sector in it.

    Examples
    --------
    >>> refs_in("basic", "I.1")
    ['I.1.1', 'I.1.2']
    """
    return [ref for ref in refs_of(total) if within(ref, group)]


def sector(ref: str) -> str:
    """Return the numeral of a reference's sector.

    Examples
    --------
    >>> sector("III.1.2")
    'III'
    """
    return ref.partition(".")[0]


def spans(years: Sequence[int]) -> str:
    """Return years as a reader writes them: runs joined.

    Examples
    --------
    >>> spans([2012, 2013, 2014, 2018])
    '2012-2014, 2018'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


@lru_cache(maxsize=1)
def settings() -> Mapping[str, Any]:
    """Return limits, telling constants and plausible intensities (``indicators/inventory_audit.yaml``).

    Examples
    --------
    >>> settings()["standing"]
    'proposed'
    """
    return read_yaml(root() / "indicators" / "inventory_audit.yaml")["inventory_audit"]


def limit(name: str) -> float:
    """Return one threshold of the audit.

    Examples
    --------
    >>> limit("least_lines") > 1
    True
    """
    return float(settings()["limits"][name]["value"])


def digits(value: float) -> int:
    """Return how many significant digits a number was written with.

    Examples
    --------
    >>> digits(228377.0), digits(1500000.0), digits(27028.674)
    (6, 2, 8)
    """
    text = np.format_float_scientific(abs(value), unique=True, trim="-")
    return len(text.partition("e")[0].replace(".", "").rstrip("0")) or 1


def rounding(values: np.ndarray) -> np.ndarray:
    """Return by how much a number may be off through rounding: half its last written digit.

    Whole numbers are taken as rounded to one; others as written in full, up to float accuracy.

    Examples
    --------
    >>> rounding(np.array([1200.0, 0.25]))
    array([5.0e-01, 2.5e-10])
    """
    values = np.asarray(values, dtype=float)
    whole = values == np.round(values)
    return np.where(whole, 0.5, np.abs(values) * 1e-9)
