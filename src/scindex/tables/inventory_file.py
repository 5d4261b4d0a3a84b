"""INV.yaml: which tables, factors and warming potentials an inventory is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from scindex._resources import parse_plan, read_definition
from scindex.catalogue.factor_gwp import resolve_set
from scindex.catalogue.factors import gwp_sets
from scindex.catalogue.fields import Fields
from scindex.errors import DataError, MethodError, ScindexError
from scindex.findings import Finding
from scindex.tables.places import iso3, slug
from scindex.tables.raw import Table, read_table

SHAPE = "activity"
HEAD = (
    *("city", "city_id", "country", "year", "level", "population", "area", "gwp_set", "region", "factors"),
    *("tables", "columns"),
)
TABLE_FIELDS = ("file", "sheet", "columns")
LEVELS = ("BASIC", "BASIC+")
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class InventoryFile:
    """What INV.yaml says, its tables read.

    Attributes
    ----------
    city, city_id : str
        Empty where the tables name it.
    year : int or None
    about : Mapping
        level, population, area, as far as they are said.
    gwp_set, region : str
    factors : tuple of Path
        Factor files of the user's own.
    tables : tuple of Table
        Of the shape ``activity``.
    inputs : tuple of dict
        Name and SHA-256 of every file read.
    """

    city: str
    city_id: str
    year: int | None
    about: Mapping[str, Any]
    gwp_set: str
    region: str
    factors: tuple[Path, ...]
    tables: tuple[Table, ...]
    inputs: tuple[Mapping[str, Any], ...] = ()
    name: str = ""
    findings: tuple[Finding, ...] = field(default=())


def read_inventory_file(path: str | Path) -> InventoryFile:
    """Read INV.yaml and the tables that it names, which lie beside it.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    InventoryFile

    Raises
    ------
    UsageError
        If it is not there.
    DataError
        With every fault of it, each at its line, and every fault of its tables, each at its cell.
    CatalogueError
        If it is no YAML.
    """
    path = Path(path)
    data = read_definition(path)
    findings: list[Finding] = []
    head = Fields(parse_plan(data, path.name, wanted="INV.yaml"), path.name, findings, entry=path.name)
    head.known(HEAD)
    head.need("gwp_set", "tables")
    _check(head)
    tables = _tables(head, path.parent, findings)
    if any(f.severity == "error" for f in findings):
        raise DataError(*findings)
    own = tuple(path.parent / name for name in head.texts("factors"))
    city, year = head.text("city"), head.number("year")
    used = {"name": path.name, "sha256": hashlib.sha256(data).hexdigest()}
    return InventoryFile(
        city=city,
        city_id=head.text("city_id") or identity(city, head.text("country")),
        year=None if year is None else int(year),
        about={
            "level": head.choice("level", LEVELS),
            "population": head.number("population"),
            "area": head.number("area"),
        },
        gwp_set=head.text("gwp_set"),
        region=head.text("region"),
        factors=own,
        tables=tables,
        inputs=(used, *(i for t in tables for i in t.inputs), *(_used(p) for p in own)),
        name=path.name,
        findings=tuple(f for t in tables for f in t.findings),
    )


def _check(head: Fields) -> None:
    """Collect what is said but cannot be: a year that is none, no people, an unknown set."""
    year = head.number("year")
    if year is not None and (year != int(year) or not FIRST_YEAR <= year <= LAST_YEAR):
        head.fault("inventory-bad-field", field="year", value=year, wanted="2024")
    for name in ("population", "area"):
        value = head.number(name)
        if value is not None and value <= 0:
            head.fault("inventory-bad-field", field=name, value=value, wanted="> 0")
    try:
        resolve_set(head.text("gwp_set") or next(iter(gwp_sets())))
    except MethodError as err:
        where = f"{head.file}:{head.line_of('gwp_set')}"
        head.findings.extend(replace(f, where=where) for f in err.findings)


def identity(city: str, country: str = "") -> str:
    """Return the id of a city by its name and country.

    Examples
    --------
    >>> identity("Haneul", "Korea"), identity("Haneul"), identity("")
    ('KOR:haneul', 'haneul', '')
    """
    front = iso3(country) if country else ""
    return (f"{front}:{slug(city)}" if front else slug(city)) if city else ""


def _used(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": hashlib.sha256(read_definition(path)).hexdigest()}


def _tables(head: Fields, folder: Path, findings: list[Finding]) -> tuple[Table, ...]:
    """Read each table; the faults of all are collected."""
    shared = _columns(head)
    found: list[Table] = []
    block = head.inner("tables")
    for name in block.data:
        entry = block.data[name]
        own = block.inner(name) if isinstance(entry, Mapping) else None
        if own is not None:
            own.known(TABLE_FIELDS)
            own.need("file")
        file = own.text("file") if own is not None else block.text(name)
        if not file:
            continue
        columns = {**shared, **(_columns(own) if own is not None else {})}
        sheet = own.text("sheet") or None if own is not None else None
        try:
            found.append(read_table(folder / file, SHAPE, columns=columns, sheet=sheet))
        except ScindexError as err:
            findings.extend(err.findings)
    return tuple(found)


def _columns(fields: Fields) -> dict[str, str]:
    inner = fields.inner("columns")
    return {str(column): inner.text(column) for column in inner.data}


def activities(
    tables: Sequence[Table], *, city: str = "", city_id: str = "", year: int | None = None
) -> pd.DataFrame:
    """Put activity tables together, with city, year and address of each row.

    Parameters
    ----------
    tables : sequence of Table
        Of the shape ``activity``.
    city, city_id : str
        Of rows that name none.
    year : int, optional
        Of rows that name none.

    Returns
    -------
    DataFrame
        As `scindex.measure.inventory.compute` takes it.

    Raises
    ------
    DataError
        If a table names no city or no year and neither is given.
    """
    findings: list[Finding] = []
    parts = [_part(table, city, city_id, year, findings) for table in tables]
    if findings:
        raise DataError(*findings)
    return pd.concat(parts, ignore_index=True)


def _part(table: Table, city: str, city_id: str, year: int | None, findings: list[Finding]) -> pd.DataFrame:
    frame = table.frame.reset_index(drop=True).copy()
    named = _filled(frame, "city", city)
    coded = _filled(frame, "city_id", "")
    own = [code or (city_id if name == city and city_id else slug(name)) for code, name in zip(coded, named)]
    frame["city"], frame["city_id"] = named, own
    years = frame["year"] if "year" in frame else pd.Series(float("nan"), index=frame.index)
    frame["year"] = years.fillna(float("nan") if year is None else year)
    if not all(own):
        findings.append(Finding("activity-no-city", where=table.file))
    if frame["year"].isna().any():
        findings.append(Finding("activity-no-year", where=table.file))
    column = "amount" if "amount" in table.places else "ref"
    frame["where"] = [table.where(k, column) for k in range(len(frame))]
    return frame


def _filled(frame: pd.DataFrame, name: str, default: str) -> list[str]:
    if name not in frame:
        return [default] * len(frame)
    return [v.strip() if isinstance(v, str) and v.strip() else default for v in frame[name]]
