"""Short ways to read a table and look at what came out."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from scindex.catalogue.load import load_framework
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.cities import Cities, read_cities_bytes


@lru_cache
def u4ssc():
    return load_framework("u4ssc")


def cities(table: str | bytes, name: str = "a.csv", **options) -> Cities:
    """Read a table with the indicators of U4SSC; errors escape."""
    data = table.encode() if isinstance(table, str) else table
    return read_cities_bytes(data, name, **{"frameworks": [u4ssc()], **options})


def frame(table: str | bytes, name: str = "a.csv", **options) -> pd.DataFrame:
    """Read a table into observations."""
    return cities(table, name, **options).observations


def read(table: str | bytes, name: str = "a.csv", **options) -> tuple[Finding, ...]:
    """Return the findings of a table, whether or not it can be read."""
    try:
        return cities(table, name, **options).findings
    except DataError as err:
        return err.findings


def codes(table: str | bytes, name: str = "a.csv", **options) -> list[str]:
    """Return the codes of the findings."""
    return [f.code for f in read(table, name, **options)]


def fault_codes(table: str | bytes, name: str = "a.csv", **options) -> list[str]:
    """Return the codes of the errors."""
    return [f.code for f in read(table, name, **options) if f.severity == "error"]


def fault(table: str | bytes, name: str = "a.csv", **options) -> Finding:
    """Return the one error of a table."""
    (found,) = [f for f in read(table, name, **options) if f.severity == "error"]
    return found


def values(table: str | bytes, name: str = "a.csv", **options) -> dict[str, float | None]:
    """Return the value of each indicator of a table about one city and year."""
    table = frame(table, name, **options)
    slugs = table["indicator"].astype(str).str.partition(":")[2]
    return {s: None if pd.isna(v) else v for s, v in zip(slugs, table["value"])}
