"""Cities in order of a total, as far as their own level allows."""

from __future__ import annotations

import pandas as pd

LEVEL = "BASIC+"


def ranking(totals: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Rank cities by BASIC+ per head, those only whose reporting level is BASIC+.

    Parameters
    ----------
    totals : DataFrame
        What `scindex.measure.inventory.totals.totals` returned.
    cities : DataFrame
        Level and population of each city and year.

    Returns
    -------
    DataFrame
        ``rank`` (1 emits least), city_id, city, year, ``co2e`` [t], ``per_head`` [t/person]; of each
        city its latest year at that level. A number for BASIC+ alone admits no city: most
        that report BASIC have one, and it lacks what BASIC+ asks for.

    Examples
    --------
    >>> about = {"city_id": ["a", "b"], "city": ["A", "B"], "year": [2020, 2020]}
    >>> sums = pd.DataFrame({**about, "total": "basic_plus", "co2e": [9.0, 4.0]})
    >>> known = pd.DataFrame({**about, "level": ["BASIC+", "BASIC"], "population": [3.0, 2.0]})
    >>> ranking(sums, known)[["rank", "city", "per_head"]].values.tolist()
    [[1, 'A', 3.0]]
    """
    own = totals[totals["total"] == "basic_plus"][["city_id", "city", "year", "co2e"]]
    able = cities[(cities["level"].str.upper().str.replace(" ", "") == LEVEL) & (cities["population"] > 0)]
    table = own.merge(able[["city_id", "year", "population"]], on=["city_id", "year"]).dropna(subset="co2e")
    table = table.sort_values("year", kind="stable").drop_duplicates("city_id", keep="last")
    table = table.assign(per_head=table["co2e"] / table["population"])
    table = table.sort_values(["per_head", "city_id"], kind="stable", ignore_index=True)
    ranks = table["per_head"].rank(method="min").astype("int64")
    return table.assign(rank=ranks)[["rank", "city_id", "city", "year", "co2e", "per_head"]]
