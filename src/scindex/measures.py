"""The public functions of the measure half: from raw tables to inventories."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from scindex.catalogue.factors import Factor, read_factors
from scindex.findings import Finding
from scindex.measure.inventory.cells import from_cells
from scindex.measure.inventory.compute import compute
from scindex.measure.inventory.emits import observations
from scindex.measure.inventory.lines import Inventory, cities_table, lines_table
from scindex.measure.inventory.ranking import ranking
from scindex.measure.inventory.taxonomy import basis_of, refs_of, sectors, total_names
from scindex.measure.inventory.totals import cover, scope2, totals
from scindex.measure.inventory.uncertainty import total_errors
from scindex.messages import text
from scindex.provenance import Provenance
from scindex.screens.inventory import Names, Shown, screen
from scindex.tables.cities import Cities
from scindex.tables.inventory import GpcCells
from scindex.tables.inventory_file import activities, identity, read_inventory_file
from scindex.tables.inventory_saved import open_inventory as open_file
from scindex.tables.inventory_saved import write_inventory
from scindex.tables.raw import Table
from scindex.tables.write import columns_of


class InventoryResult(Inventory):
    """An inventory as a reader meets it: it prints, shows in a notebook, saves and opens again."""

    @property
    def totals(self) -> pd.DataFrame:
        """Totals of each city and year, with gross, removals, credits and completeness. [t CO2e]"""
        return totals(self.lines)

    @property
    def scope2(self) -> pd.DataFrame:
        """Scope 2 by location and by market, side by side. [t CO2e]"""
        return scope2(self.lines)

    @property
    def errors(self) -> pd.DataFrame:
        """Errors of the totals, where activities or factors have any. [t CO2e]"""
        return total_errors(self.lines)

    @property
    def ranking(self) -> pd.DataFrame:
        """Cities by BASIC+ per head, those only that report at that level. [t CO2e/person]"""
        return ranking(self.totals, self.cities)

    def observations(self, population: float | None = None) -> Cities:
        """Return indicators that follow from the inventory, for `scindex.score`."""
        return observations(self.lines, self.cities, population=population)

    def of(self, city: str = "", year: int | None = None) -> InventoryResult:
        """Return one city, by id or name, or one year of the inventory."""

        def kept(table: pd.DataFrame) -> pd.DataFrame:
            fits = (table["city_id"] == city) | (table["city"].str.casefold() == city.casefold())
            return table[(fits if city else True) & (table["year"] == year if year else table["year"] > 0)]

        findings = [
            f for f in self.findings if not f.city or f.city.casefold() == city.casefold() or not city
        ]
        findings = [f for f in findings if not year or f.year in (None, year)]
        return replace(self, lines=kept(self.lines), cities=kept(self.cities), findings=tuple(findings))

    def __str__(self) -> str:
        names = Names(
            totals=total_names(),
            sectors={k: v["name"] for k, v in sectors().items()},
            basis={t: basis_of(t) for t in total_names()},
            refs={t: refs_of(t) for t in total_names()},
        )
        tables = (
            self.lines,
            self.cities,
            self.totals,
            self.scope2,
            self.errors,
            self.ranking,
            cover(self.lines),
        )
        return screen(Shown(*tables, findings=self.findings), names)

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.2">{html.escape(str(self))}</pre>'

    def to_dict(self) -> dict[str, Any]:
        """Return the inventory as plain JSON types, from which it opens again."""
        return {
            "provenance": self.provenance.to_dict(),
            "lines": columns_of(self.lines),
            "cities": columns_of(self.cities),
            "totals": columns_of(self.totals),
            "findings": [{**f.to_dict(), "message": text(f)} for f in self.findings],
        }

    def save(self, path: str | Path, *, force: bool = False) -> None:
        """Write it: ``.json`` (opens again), ``.csv``, ``.parquet`` (the lines) or ``.xlsx``.

        Raises
        ------
        UsageError
            If the ending is unknown, the file exists, or it cannot be written.
        """
        saved = self.to_dict()
        told = pd.DataFrame([{**f, "params": str(f["params"])} for f in saved["findings"]])
        sheets = {"lines": self.lines, "totals": self.totals, "cities": self.cities, "findings": told}
        meta = {**saved["provenance"], "findings": saved["findings"]}
        write_inventory(Path(path), saved=saved, sheets=sheets, meta=meta, force=force)


def inventory(
    *tables: Table,
    gwp_set: str,
    city: str = "",
    year: int | None = None,
    country: str = "",
    region: str = "",
    population: float | None = None,
    factors: Mapping[str, Factor] | None = None,
) -> InventoryResult:
    """Compute a greenhouse gas inventory from tables of activities.

    Parameters
    ----------
    *tables : Table
        What ``read_table(path, "activity")`` returned.
    gwp_set : str
        Set of warming potentials: ``AR4``, ``AR5``, ``AR6``.
    city, year, country
        Of rows that name none.
    region : str
        Where factors are looked up for: ``KR``, ``KR-Seoul``.
    population : float, optional
        For values per head. [person]
    factors : Mapping of str to Factor, optional
        Shipped ones and one's own, from `scindex.catalogue.factors.read_factors`.

    Returns
    -------
    InventoryResult
        Lines with their trace; `str` of it is its screen. [t CO2e]

    Raises
    ------
    DataError
        With every fault of every row, each at its cell.
    MethodError
        If there is no such set of warming potentials.
    """
    about = {"population": population}
    inputs = tuple(i for t in tables for i in t.inputs)
    activity = activities(tables, city=city, city_id=identity(city, country), year=year)
    made = compute(
        activity,
        gwp_set=gwp_set,
        region=region,
        factors=factors,
        cities=_cities(activity, about),
        provenance=Provenance(inputs=inputs, recipe={"gwp_set": gwp_set, "region": region}),
    )
    return _shown(made, [f for t in tables for f in t.findings])


def inventory_from_file(path: str | Path) -> InventoryResult:
    """Compute the inventory that an INV.yaml describes."""
    file = read_inventory_file(path)
    activity = activities(file.tables, city=file.city, city_id=file.city_id, year=file.year)
    made = compute(
        activity,
        gwp_set=file.gwp_set,
        region=file.region,
        factors=read_factors(*file.factors) if file.factors else None,
        cities=_cities(activity, file.about),
        provenance=Provenance(inputs=file.inputs, recipe={"gwp_set": file.gwp_set, "region": file.region}),
    )
    return _shown(made, file.findings)


def open_inventory(
    path: str | Path, *, sheet: str | None = None, city: str = "", year: int | None = None
) -> InventoryResult:
    """Open a saved inventory, a table of its lines, or a table of GPC cells such as C40's."""
    found = open_file(path, sheet=sheet, city=city, year=year)
    if isinstance(found, GpcCells):
        return _shown(
            from_cells(found.cells, found.cities, provenance=Provenance(inputs=found.inputs)), found.findings
        )
    if isinstance(found, pd.DataFrame):
        return _shown(Inventory(lines_table(found.to_dict("records"))))
    findings = [Finding.from_dict({k: v for k, v in f.items() if k != "message"}) for f in found["findings"]]
    lines = lines_table(pd.DataFrame(found["lines"]).to_dict("records"))
    cities = cities_table(pd.DataFrame(found["cities"]).to_dict("records"))
    return _shown(Inventory(lines, tuple(findings), Provenance.from_dict(found["provenance"]), cities))


def _cities(activity: pd.DataFrame, about: Mapping[str, Any]) -> pd.DataFrame:
    keys = activity.drop_duplicates(["city_id", "year"])[["city_id", "city", "year"]].to_dict("records")
    return cities_table([{**row, **about} for row in keys])


def _shown(made: Inventory, findings: Any = ()) -> InventoryResult:
    held = {f.name: getattr(made, f.name) for f in fields(Inventory)}
    return InventoryResult(**{**held, "findings": (*findings, *made.findings)})
