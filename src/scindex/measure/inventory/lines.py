"""Lines of an inventory: one emission of one gas from one source, with its trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.taxonomy import sectors, taxonomy
from scindex.provenance import Provenance

TEXTS = (
    *("city_id", "city", "basis", "ref", "sector", "subsector", "gas", "gwp_set", "accounting", "kind"),
    *("notation_key", "ie_target", "method", "quality_activity", "quality_factor", "explanation"),
    *("activity_unit", "factor", "factor_standing", "where", "error_group", "label"),
)
NUMBERS = ("value", "co2e", "activity", "relative_error", "activity_error", "factor_error")

COLUMNS = (
    *("city_id", "city", "year", "basis", "ref", "sector", "subsector", "scope", "gas", "value", "gwp_set"),
    *("co2e", "accounting", "kind", "notation_key", "ie_target", "method", "quality_activity"),
    *("quality_factor", "explanation", "activity", "activity_unit", "factor", "factor_standing", "where"),
    *("relative_error", "activity_error", "factor_error", "error_group", "label"),
)
"""Columns of the table, in order; what each means stands in ``schemas/tables/inventory.yaml``."""

CITY_COLUMNS = (
    *("city_id", "city", "year", "level", "population", "area", "basic", "basic_plus", "basic_s3"),
    *("territorial", "where"),
)
"""What is known of each city and year beside its lines: its level and the totals it has published."""

CITY_YEAR = ["city_id", "year"]
NO_SCOPE = 0
"""Scope of a line that has none, as a credit."""


@dataclass(frozen=True, repr=False)
class Inventory:
    """Emissions of one or more cities by sector, sub-sector, scope and gas.

    Attributes
    ----------
    lines : DataFrame
        One row for each source, gas and way of accounting (`COLUMNS`). [t]
    findings : tuple of Finding
        What was assumed, converted, skipped or doubted.
    provenance : Provenance
    cities : DataFrame
        One row for each city and year (`CITY_COLUMNS`): population, level, published totals.
    """

    lines: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    cities: pd.DataFrame = field(default_factory=lambda: cities_table([]))

    def __repr__(self) -> str:
        years = len(self.lines.drop_duplicates(CITY_YEAR))
        return f"<Inventory: {years} city-years, {len(self.lines)} lines>"


def lines_table(records: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return records as a table of lines, what they leave out filled in.

    Parameters
    ----------
    records : sequence of Mapping
        Column to value. Sector, sub-sector, scope and basis follow from ``ref``.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, rows as given.

    Examples
    --------
    >>> table = lines_table([{"city": "Demo", "year": 2024, "ref": "I.1.1", "gas": "CO2", "value": 2.0}])
    >>> table.loc[0, ["sector", "scope", "basis"]].tolist()
    ['stationary', np.int64(1), 'end_user+territorial']
    """
    known, of_code = taxonomy(), {entry["code"]: name for name, entry in sectors().items()}
    filled: list[dict[str, Any]] = []
    for record in records:
        cell = known.get(record.get("ref", ""))
        from_cell: dict[str, Any] = {"sector": of_code.get(record.get("ref", ""), "")}
        if cell:
            from_cell = {"sector": cell.sector, "subsector": cell.subsector}
            from_cell |= {"scope": cell.scope, "basis": cell.basis}
        filled.append({**from_cell, **{k: v for k, v in record.items() if v is not None}})
    return _typed(pd.DataFrame(filled, columns=list(COLUMNS)))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    out = {}
    for name in COLUMNS:
        if name in TEXTS:
            out[name] = texts(table[name])
        elif name in NUMBERS:
            out[name] = pd.to_numeric(table[name]).astype("float64")
        else:
            out[name] = table[name].fillna(NO_SCOPE).astype("int64")
    return pd.DataFrame(out, columns=list(COLUMNS))


def texts(column: pd.Series) -> pd.Series:
    """Return a column as text, empty where it holds nothing.

    Examples
    --------
    >>> texts(pd.Series([None, "a", float("nan")])).tolist()
    ['', 'a', '']
    """
    plain = column.astype("object")
    return plain.where(plain.notna(), "").astype("str")


def cities_table(records: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return what is known of each city and year as a table, numbers missing where not known."""
    table = pd.DataFrame(list(records), columns=list(CITY_COLUMNS))
    for name in CITY_COLUMNS:
        if name in ("city_id", "city", "level", "where"):
            table[name] = texts(table[name])
        elif name != "year":
            table[name] = pd.to_numeric(table[name]).astype("float64")
    table["year"] = table["year"].astype("int64")
    return table


def holds_number(lines: pd.DataFrame) -> np.ndarray:
    """Return where a line holds a number of t CO2e that may enter a total, shape (n_line,).

    A memo line (biogenic CO2, exports) and a credit never do.
    """
    kind = lines["kind"].to_numpy()
    outside = (kind == "memo") | (kind == "credit") | (lines["gas"].to_numpy() == "CO2_bio")
    return ~np.isnan(lines["co2e"].to_numpy()) & ~outside
