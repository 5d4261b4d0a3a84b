"""Lines and activities that come by district: one table for each city, districts down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.closing import explain
from scindex.measure.inventory.rules.context import Context, settings


@dataclass(frozen=True, slots=True)
class DistrictTable:
    """What one city has by district.

    Attributes
    ----------
    city_id : str
    values : DataFrame
        Districts down, (year, what) across; missing where a district has no such row.
    suppliers : DataFrame
        Districts down, what across: who supplies it; empty where the table does not say.
    """

    city_id: str
    values: pd.DataFrame
    suppliers: pd.DataFrame


def tables(context: Context) -> Iterator[DistrictTable]:
    """Give what comes by district: of the activities if they do, else of the lines."""
    source, amount = context.counted, "co2e"
    if context.activity is not None and {"district", "amount"} <= set(context.activity):
        source, amount = context.activity, "amount"
    elif not (source["district"] != "").any():
        return
    source = source[source["district"].fillna("") != ""].assign(what=_what(source))
    for city_id, own in source.groupby("city_id", sort=True):
        values = own.pivot_table(
            index="district", columns=["year", "what"], values=amount, aggfunc="sum", sort=True
        )
        who = own.assign(supplier=own["supplier"].fillna("") if "supplier" in own else "")
        said = who.pivot_table(index="district", columns="what", values="supplier", aggfunc="first")
        yield DistrictTable(str(city_id), values, said.reindex(values.index))


def _what(source: pd.DataFrame) -> pd.Series:
    """Return what a row is about: its reference, and the activity where the table names one."""
    what = source["ref"].astype(str)
    named = "activity" in source and not pd.api.types.is_numeric_dtype(source["activity"])
    return what + " " + source["activity"].fillna("").astype(str) if named else what


def is_total(name: str) -> bool:
    """Return whether a row is named as a total is.

    Examples
    --------
    >>> is_total(" Total "), is_total("합계"), is_total("Totalán")
    (True, True, False)
    """
    return name.strip().casefold().rstrip(":") in settings()["total_words"]


def district_totals(context: Context) -> Iterator[Finding]:
    """Find a district that stands a constant away from what the table's own total row needs."""
    for table in tables(context):
        labelled = np.array([is_total(str(name)) for name in table.values.index])
        if labelled.sum() != 1:
            continue
        parts, totals = table.values[~labelled], table.values[labelled].to_numpy()[0]
        cause = explain(parts.to_numpy(), totals)
        if cause is None:
            continue
        columns = table.values.columns[list(cause.columns)]
        params = {
            "district": str(parts.index[cause.part]) if cause.part >= 0 else "",
            "columns": list(dict.fromkeys(str(what) for _, what in columns)),
            "factor": cause.factor,
            "severity": "error",
            "hint": cause.hint or {"en": "no known slip", "ko": "알려진 유형 없음"},
            "difference": round(float(np.nansum(totals[list(cause.columns)])) - _sum(parts, cause.columns)),
        }
        sure = "certain" if cause.hint and len(cause.columns) > 1 else "likely"
        code = {"part": "inv-district-off", "left_out": "inv-district-left-out"}.get(
            cause.kind, "inv-districts-not-total"
        )
        years = [int(year) for year, _ in columns]
        yield context.finding(code, sure, table.city_id, years, where="", **params)


def _sum(parts: pd.DataFrame, columns: tuple[int, ...]) -> float:
    return float(np.nansum(parts.to_numpy()[:, list(columns)]))
