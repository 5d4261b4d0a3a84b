"""BASIC above BASIC+, which holds all of BASIC, unless land use takes more up than the rest adds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, limit

LAND = "V.2"


def check(context: Context) -> Iterator[Finding]:
    """Find city-years whose published BASIC exceeds BASIC+ by more than V.2 takes up."""
    whole = context.published[context.published["group"] == ""]
    table = whole.pivot_table(index=["city_id", "year"], columns="total", values="t", aggfunc="first")
    if not {"basic", "basic_plus"} <= set(table.columns):
        return
    over = (table["basic"] - table["basic_plus"]).dropna()
    land = context.by_city[LAND].reindex(over.index) if LAND in context.by_city else over * np.nan
    taken = -np.minimum(land.fillna(0.0), 0.0)
    wrong = pd.DataFrame({"excess": over, "land": taken})[over > taken + limit("closing_t")]
    for row in wrong.reset_index().to_dict("records"):
        params = {"severity": "error", "excess": round(row["excess"]), "land": round(row["land"])}
        yield context.finding("inv-basic-above-plus", "certain", row["city_id"], [row["year"]], **params)
