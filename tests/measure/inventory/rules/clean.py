"""A clean inventory to plant faults in: two cities, five years, cells, totals, activities by district."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.catalogue.factors import factor
from scindex.measure.inventory.audit import audit
from scindex.measure.inventory.lines import cities_table, lines_table
from scindex.measure.inventory.taxonomy import taxonomy
from scindex.measure.inventory.totals import totals

YEARS = (2015, 2016, 2017, 2018, 2019)
CITIES = {"demo": 800_000, "twin": 450_000}
SIZES = {
    "I.1.1": 0.61, "I.1.2": 0.72, "I.1.3": 0.05, "I.2.1": 0.42, "I.2.2": 0.93, "I.2.3": 0.07,
    "I.3.1": 0.31, "I.3.2": 0.27, "I.4.4": 1.1, "I.8.1": 0.02, "II.1.1": 1.3, "II.2.2": 0.06, "II.1.3": 0.4,
    "III.1.1": 0.21, "III.1.3": 0.03, "III.2.2": 0.01, "III.3.2": 0.08, "III.4.1": 0.04,
    "IV.1": 0.19, "IV.2": 0.11, "V.1": 0.02, "V.2": -0.05, "V.3": 0.01,
}  # fmt: skip
"""Tonnes per resident, about as in C40's database."""

KEYS = ("I.4.1", "I.4.2", "I.6.1")
"""Cells that hold NO."""


def records(seed: int = 0) -> list[dict]:
    """Return the lines of a clean inventory as records: nothing in them is odd."""
    draw = np.random.default_rng(seed)
    out = []
    for city, people in CITIES.items():
        for year in YEARS:
            for ref in taxonomy():
                about = {"city_id": city, "city": city.title(), "year": year, "ref": ref, "gas": "CO2e"}
                about["where"] = f"{city}.csv!{ref}-{year}"
                if ref in SIZES:
                    size = SIZES[ref] * people * draw.uniform(0.85, 1.15)
                    out.append({**about, "value": size, "co2e": size, "kind": "removal" if size < 0 else ""})
                elif ref in KEYS:
                    out.append({**about, "notation_key": "NO"})
    return out


def of(rows: list[dict], city: str, year: int, ref: str) -> dict:
    """Return the record of one cell."""
    return next(r for r in rows if (r["city_id"], r["year"], r["ref"]) == (city, year, ref))


def put(row: dict, value: float) -> None:
    """Put a number into a record."""
    row |= {"value": value, "co2e": value, "kind": "removal" if value < 0 else "", "notation_key": ""}


def known(rows: list[dict]) -> pd.DataFrame:
    """Return the table of cities: population and the totals that the lines give."""
    table = totals(lines_table(rows)).pivot_table(
        index=["city_id", "city", "year"], columns="total", values="co2e"
    )
    about = table.reset_index()
    about["population"] = about["city_id"].map(CITIES)
    about["where"] = about["city_id"] + ".csv!A" + about["year"].astype(str)
    return cities_table(about.to_dict("records"))


def found(rows: list[dict], cities: pd.DataFrame | None = None, **more: object) -> list:
    """Return what the audit finds; the totals published are those of the lines unless given."""
    return audit(lines_table(rows), cities=known(rows) if cities is None else cities, **more)  # type: ignore[arg-type]


def codes(rows: list[dict], cities: pd.DataFrame | None = None, **more: object) -> list[str]:
    """Return the codes that the audit finds."""
    return [f.code for f in found(rows, cities, **more)]


def computed(ref: str, factor_id: str, amount: float, unit: str, *, value: float | None = None) -> dict:
    """Return a line computed from an activity by a shipped factor, in a year of its own."""
    own = factor(factor_id)
    tonnes = amount * own.value_in(f"t_{own.gas}/{unit}") if value is None else value
    about = {
        "city_id": "demo",
        "city": "Demo",
        "year": 2020,
        "ref": ref,
        "gas": own.gas,
        "where": f"demo.csv!{ref}",
    }
    made = {"value": tonnes, "co2e": tonnes, "activity": amount, "activity_unit": unit, "factor": factor_id}
    return {**about, **made, "where": f"demo.csv!{ref}"}


def district_activity(year: int = 2019) -> pd.DataFrame:
    """Return a clean table of activities: six districts, two fuels, two suppliers of gas."""
    draw = np.random.default_rng(5)
    rows = []
    for at, district in enumerate(("Ahn", "Bok", "Chung", "Do", "Eun", "Guro")):
        for ref, fuel in (("I.1.2", "electricity"), ("I.1.1", "city_gas"), ("I.2.2", "electricity")):
            supplier = "grid" if fuel == "electricity" else ("north gas" if at < 3 else "south gas")
            about = {"city_id": "demo", "city": "Demo", "year": year, "ref": ref, "activity": fuel}
            amount = {"amount": float(draw.uniform(5e4, 2e5)), "unit": "MWh", "where": f"a.csv!{at}"}
            rows.append({**about, "district": district, "supplier": supplier, **amount})
    return pd.DataFrame(rows)
