"""Whether a scenario fits the tables that it is to change: every fault at once, at its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.levers import ENERGY, LEVERS
from scindex.catalogue.scenarios import Lever, Scenario
from scindex.findings import Finding
from scindex.measure.map.scenarios.chosen import COLUMNS, Tables, attribute, chosen, column
from scindex.measure.map.scenarios.land import CLASSES
from scindex.measure.map.scenarios.totals import LAST_YEAR

if TYPE_CHECKING:
    from scindex.measure.map.scenarios.pathway import Ground

MOST_NAMED = 5
NEEDED = {
    "rooftop_pv": {"buildings": ("building_id", "footprint_m2"), "building_energy": ("electricity_mwh",)},
    "densification": {
        "buildings": ("building_id", "floor_area_m2"),
        "building_energy": ("building_id",),
    },
    "car_occupancy": {"road_links": ("aadt", "length_m")},
    "fewer_car_km": {"road_links": ("aadt", "length_m")},
    "mode_shift": {"road_links": ("aadt", "length_m")},
    "electric_cars": {"road_links": ("aadt", "length_m")},
}
"""Kind of lever -> tables and columns without which it can do nothing."""


def misfits(ground: Ground, scenario: Scenario, years: Sequence[int] = ()) -> list[Finding]:
    """Return every fault of a scenario that only its tables can show.

    Parameters
    ----------
    ground : Ground
    scenario : Scenario
    years : sequence of int
        Asked for.

    Returns
    -------
    list of Finding
        Errors: years that are not after the base year, tables and columns that are not there,
        districts, uses, cells, classes that no row has, floor area without a building,
        a factor without the map's own.
    """
    return [
        *_years(ground.base_year, years),
        *(
            finding
            for lever in scenario.levers
            for finding in (
                *_early(lever, ground.base_year),
                *_tables(lever, ground.tables),
                *_places(lever, ground),
                *_names(lever, ground.tables),
                *_amounts(lever, ground),
            )
        ),
    ]


def _years(base: int, years: Sequence[int]) -> Iterator[Finding]:
    for year in years:
        if not base < year <= LAST_YEAR:
            params = {"year": str(year), "base": str(base), "last": str(LAST_YEAR)}
            yield Finding("scenario-year-outside", value=year, params=params)


def _fault(code: str, lever: Lever, at: str, **params: Any) -> Finding:
    value = params.get("value")
    return Finding(code, where=lever.where_of(at), value=value, params={"lever": lever.id, **params})


def _early(lever: Lever, base: int) -> Iterator[Finding]:
    """A point in the base year or before would say that the measured tables are wrong."""
    for name, path in lever.paths.items():
        starts = LEVERS[lever.kind].parameters[name].starts
        for year, value in zip(path.years, path.values):
            if (starts or (lever.kind, name) == ("grid", "factor")) and year < base:
                yield _fault("lever-year-before-base", lever, name, year=str(year), base=str(base))
            elif starts and year == base and value != 0:
                yield _fault("lever-base-not-zero", lever, name, year=str(year), value=value)
        values = [path.after(base, y) for y in range(base, LAST_YEAR + 1)]
        if LEVERS[lever.kind].group == "land" and name == "rate" and (np.diff(values) < 0).any():
            yield _fault("lever-rate-falls", lever, name)


def _tables(lever: Lever, tables: Tables) -> Iterator[Finding]:
    needed = dict(NEEDED.get(lever.kind, {}))
    if "table" in lever.lists:
        needed[lever.lists["table"][0]] = ()
    for name, columns in needed.items():
        if name not in tables:
            yield _fault("lever-needs-table", lever, "lever", table=name)
            continue
        missing = [c for c in columns if c not in tables[name].columns]
        if missing:
            yield _fault("lever-needs-column", lever, "lever", table=name, columns=missing)
    if lever.kind in ("retrofit", "heat_pumps") and not any(name in tables for name in ENERGY):
        yield _fault("lever-needs-table", lever, "lever", table=ENERGY[0])


def _places(lever: Lever, ground: Ground) -> Iterator[Finding]:
    """Name what a lever chooses and no row of its tables has."""
    touched = [t for t in LEVERS[lever.kind].touches if t in ground.tables]
    if "table" in lever.lists:
        touched = [t for t in touched if t == lever.lists["table"][0]]
    for field, name in COLUMNS.items():
        wanted = getattr(lever.where, field)
        if not wanted:
            continue
        if lever.kind == "grid":
            yield _fault("lever-grid-everywhere", lever, field)
            continue
        known = _known(ground, touched, name)
        if known is None:
            yield _fault("lever-cannot-choose", lever, field, column=name, tables=touched)
            continue
        yield from (_unknown(lever, field, w, known) for w in wanted if w not in known)
    for district in lever.lists.get("from_districts", ()):
        known = _known(ground, ["buildings"], "district") or set()
        if district not in known:
            yield _unknown(lever, "from_districts", district, known)


def _known(ground: Ground, names: Collection[str], field: str) -> set[str] | None:
    columns = [attribute(ground.tables, n, field) for n in names]
    found = {str(v) for c in columns if c is not None for v in c.dropna().unique()}
    if all(c is None for c in columns):
        return None
    return found | ({str(d) for d in ground.districts} if field == "district" else set())


def _unknown(lever: Lever, field: str, value: str, known: Collection[str]) -> Finding:
    close = get_close_matches(value, sorted(known), n=3) or sorted(known)[:MOST_NAMED]
    return _fault("lever-unknown-place", lever, field, value=value, field=field, close=close)


def _names(lever: Lever, tables: Tables) -> Iterator[Finding]:
    """Name vehicle and land classes that no row has."""
    if "classes" in lever.lists and "road_links" in tables:
        known = {c.removeprefix("share_") for c in tables["road_links"].columns if c.startswith("share_")}
        yield from (_unknown(lever, "classes", c, known) for c in lever.lists["classes"] if c not in known)
    if "from" in lever.lists and lever.lists["table"][0] in tables:
        name = lever.lists["table"][0]
        table = tables[name]
        columns = [table[c] for c in CLASSES[name] if c in table.columns]
        known = {str(v) for c in columns for v in c.dropna().unique()}
        yield from (_unknown(lever, "from", c, known) for c in lever.lists["from"] if c not in known)


def _amounts(lever: Lever, ground: Ground) -> Iterator[Finding]:
    if lever.kind == "grid":
        yield from _grid(lever, ground)
    if lever.kind == "heat_pumps" and "gas" in lever.lists["carriers"]:
        for name in ENERGY:
            if name in ground.tables and pd.Series(column(ground.tables[name], "gas_m3")).gt(0).any():
                yield _fault("lever-gas-volume", lever, "carriers", table=name)
    if lever.kind == "densification" and {"buildings", "building_energy"} <= set(ground.tables):
        yield from _targets(lever, ground.tables)
    if lever.kind == "densification" and lever.lists.get("from_districts") and "buildings" in ground.tables:
        yield from _room(lever, ground)


def _grid(lever: Lever, ground: Ground) -> Iterator[Finding]:
    (family,) = lever.lists["family"]
    base = ground.base_factors.get(family, 0.0)
    if "factor" in lever.paths and not base > 0:
        yield _fault("lever-no-base-factor", lever, "factor", family=family)
    index = lever.paths.get("index")
    if (
        index is not None
        and index.years
        and index.years[0] <= ground.base_year
        and not index.at(ground.base_year)
    ):
        yield _fault("lever-base-index-zero", lever, "index", year=str(ground.base_year))


def _targets(lever: Lever, tables: Tables) -> Iterator[Finding]:
    """Refuse new floor area that no chosen building can take: what is moved would vanish."""
    buildings, energy = tables["buildings"], tables["building_energy"]
    if not ("building_id" in buildings and "building_id" in energy):
        return
    here = chosen(tables, "buildings", lever.where)
    here &= buildings["building_id"].isin(energy["building_id"]).to_numpy()
    sizes = (column(buildings, name)[here] for name in ("footprint_m2", "floor_area_m2"))
    if not any(np.nansum(size) > 0 for size in sizes):
        yield _fault("lever-no-building", lever, "floor_area_m2")


def _room(lever: Lever, ground: Ground) -> Iterator[Finding]:
    buildings = ground.tables["buildings"]
    where = type(lever.where)(districts=lever.lists["from_districts"], uses=lever.where.uses)
    here = chosen(ground.tables, "buildings", where)
    standing = float(np.nansum(column(buildings, "floor_area_m2")[here]))
    most = max(lever.paths["floor_area_m2"].values)
    if most > standing:
        yield _fault("lever-no-room", lever, "floor_area_m2", value=most, standing=standing)
