"""Why one city's published figures differ: a waterfall of signed, named steps that closes to the unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from scindex._resources import read_yaml, root
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.inventory.lines import holds_number
from scindex.measure.inventory.rules.context import within
from scindex.measure.inventory.taxonomy import basis_of, refs_of
from scindex.measure.inventory.totals import MARKET

STATIONS = ("map", "basic", "basic_plus", "territorial", "footprint")
"""Totals of one city, in the order of the waterfall."""

BASES = ("map", "basic", "basic_plus", "basic_s3", "territorial", "scope_1", "footprint")
"""What a published figure may stand on."""

OTHER = "other"
"""Step of a cell that no step names."""

NANO = 10**9
MOST_T = 2e9
"""Tonnes of a city and year up to which every sum and difference is exact. [t CO2e]"""
COLUMNS = (
    *("city_id", "city", "year", "figure", "step", "from", "to", "kind", "label", "nano", "t"),
    *("why", "source"),
)
PUBLISHED = ("city_id", "name", "t", "basis", "boundary", "year", "sectors", "gases", "source")


@dataclass(frozen=True)
class _Year:
    """The counted lines of one city and year: reference, scope, basis and whole billionths of a tonne."""

    city_id: str
    city: str
    year: int
    refs: tuple[str, ...]
    scopes: tuple[int, ...]
    bases: tuple[str, ...]
    nano: tuple[int, ...]

    def sum(self, which: Sequence[bool]) -> int:
        """Return the sum of the lines that are marked. [1e-9 t]"""
        return sum(n for n, marked in zip(self.nano, which) if marked)


def bridge(
    lines: pd.DataFrame, *, map_total: pd.DataFrame | None = None, published: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Lay the totals of each city beside each other, with what lies between them.

    Parameters
    ----------
    lines : DataFrame
        Lines of an inventory. [t CO2e]
    map_total : DataFrame, optional
        Emissions of an end-user map: city_id, year, sector (buildings, transport, waste,
        land; empty for a map that gives one number), t. Compared with the inventory of the
        same year, else of the nearest. [t CO2e]
    published : DataFrame, optional
        Figures of other sources: city_id, name, t, basis (`BASES`), year, and boundary,
        sectors (numerals such as ``I, II``), gases, source as far as they say. [t]

    Returns
    -------
    DataFrame
        `COLUMNS`: one row for each station (``level``), each named step between two
        (``difference``), what no step names (``remainder``), each missing station
        (``gap``, without a number) and, outside the sums, ``beside``. ``figure`` is empty
        in the chain of the city's own totals, else the published figure that the rows
        lead to. ``nano`` is exact [1e-9 t]; ``why`` holds what a remainder may consist of.

    Raises
    ------
    DataError
        If a published figure stands on no known basis, or a number is too large to be exact.

    Notes
    -----
    From one level of a chain to the next, differences and remainders add up exactly, in
    whole billionths of a tonne. Differences are lines of the inventory, never the map or
    another source: what the inventory cannot show is a remainder, and stays one.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}
    >>> cells = {"I.1.1": 5.0, "I.1.2": 3.0, "I.4.4": 7.0}
    >>> rows = bridge(lines_table([{**about, "ref": r, "co2e": t} for r, t in cells.items()]))
    >>> rows.loc[rows["kind"] != "gap", ["label", "t"]].values.tolist()
    [['basic', 8.0], ['grid_buildings', -3.0], ['generation', 7.0], ['territorial', 12.0]]
    """
    held = _counted(lines)
    years: dict[str, dict[int, _Year]] = {}
    for (city_id, year), own in held.groupby(["city_id", "year"], sort=True):
        columns = (tuple(own[c].tolist()) for c in ("ref", "scope", "basis", "nano"))
        place = _Year(str(city_id), str(own["city"].iloc[0]), int(str(year)), *columns)
        years.setdefault(place.city_id, {})[place.year] = place
    for other in (map_total, published):
        if other is not None and not other.empty:
            _check_sizes(other[pd.to_numeric(other["t"], errors="coerce").abs() > MOST_T], "t")
    figures = _figures(published)
    rows: list[dict[str, Any]] = []
    for city_id, by_year in years.items():
        maps = _maps(map_total, city_id, by_year)
        credits = lines[(lines["city_id"] == city_id) & (lines["kind"] == "credit")]
        for year, place in by_year.items():
            rows += _numbered(place, "", _chain(place, maps.get(year), credits))
        for figure in figures:
            if not figure["city_id"] or figure["city_id"] == city_id:
                rows += _numbered(by_year[max(by_year)], figure["name"], _to_figure(by_year, figure))
    # a column with gaps would pass through floats, which hold no more than 9 Mt to the unit
    nano = pd.array([row.pop("nano", None) for row in rows], dtype="Int64")
    table = pd.DataFrame(rows, columns=list(COLUMNS)).assign(nano=nano)
    return table.astype({"year": "int64", "step": "int64", "t": "float64"})


def _counted(lines: pd.DataFrame) -> pd.DataFrame:
    held = lines[holds_number(lines) & (lines["accounting"] != MARKET).to_numpy()]
    sizes = held["co2e"].abs().groupby([held["city_id"], held["year"]]).transform("sum")
    _check_sizes(held[sizes > MOST_T], "co2e")
    nano = [round(value * NANO) for value in held["co2e"].tolist()]
    return held.assign(nano=pd.Series(nano, index=held.index, dtype="int64"))


def _check_sizes(large: pd.DataFrame, column: str) -> None:
    """Refuse numbers that whole billionths of a tonne cannot hold: no city emits that much.

    Raises
    ------
    DataError
        Naming the largest.
    """
    if len(large):
        row = large.iloc[int(large[column].abs().to_numpy().argmax())]
        params = {"most": MOST_T}
        raise DataError(
            Finding("bridge-too-large", where=str(row.get("where", "")), value=row[column], params=params)
        )


def _numbered(place: _Year, figure: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    out = []
    about = {"city_id": place.city_id, "city": place.city, "year": place.year, "figure": figure}
    for step, row in enumerate(rows, start=1):
        nano = row.get("nano")
        t = np.nan if nano is None else nano / NANO
        out.append({"from": "", "to": "", "why": "", "source": "", **about, **row, "step": step, "t": t})
    return out


def _chain(place: _Year, map_t: _Map | None, credits: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give the city's own totals and what lies between those that are there."""
    before = ""
    for station in STATIONS:
        if station == "map":
            if map_t is None:
                yield _row("gap", "map")
                continue
            yield _row("level", "map", map_t.nano, why=map_t.why, source=map_t.source)
            before = "map"
            continue
        inside = _inside(place, station)
        if not _there(place, station):
            yield _row("gap", station)
            continue
        mine = place.sum(inside)
        if before == "map" and map_t is not None:
            yield from _from_map(place, map_t, station, mine)
        elif before:
            yield from _steps(place, _inside(place, before), inside, before, station)
        yield _row("level", station, mine)
        before = station
    yield from _beside(place, credits)


def _row(kind: str, label: str, nano: int | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "label": label, "nano": nano, **more}


def _inside(place: _Year, station: str) -> list[bool]:
    """Return which lines count at a station."""
    if station == "footprint":
        return ["footprint" in basis for basis in place.bases]
    if station == "scope_1":
        return [scope == 1 for scope in place.scopes]
    members, own = frozenset(refs_of(station)), basis_of(station)
    stands = [not basis or own in basis.split("+") for basis in place.bases]
    return [ref in members and fits for ref, fits in zip(place.refs, stands)]


def _there(place: _Year, station: str) -> bool:
    """Return whether a station has a number of its own; BASIC+ needs one beyond BASIC."""
    inside = _inside(place, station)
    if station == "basic_plus":
        return any(a and not b for a, b in zip(inside, _inside(place, "basic")))
    return any(inside)


def _steps(
    place: _Year, one: Sequence[bool], other: Sequence[bool], start: str, end: str
) -> Iterator[dict[str, Any]]:
    """Give what is in one set of lines and not in the other, taken away first, by named step."""
    for here, there, sign in ((one, other, -1), (other, one, 1)):
        moved: dict[str, int] = {}
        for ref, nano, a, b in zip(place.refs, place.nano, here, there):
            if a and not b:
                moved[step_of(ref)] = moved.get(step_of(ref), 0) + sign * nano
        for name in (*_settings()["steps"], OTHER):
            if moved.get(name):
                yield _row("difference", name, moved[name], **{"from": start, "to": end})


@dataclass(frozen=True)
class _Map:
    """What an end-user map gives for one city: tonnes by sector, and the inventory year it meets."""

    nano: int
    sectors: Mapping[str, int]
    year: int
    why: str
    source: str


def _maps(table: pd.DataFrame | None, city_id: str, by_year: Mapping[int, _Year]) -> dict[int, _Map]:
    """Return the map to lay beside each inventory year: that of the year, else the nearest one's only."""
    if table is None or table.empty:
        return {}
    own = table[table["city_id"] == city_id] if "city_id" in table else table
    out: dict[int, _Map] = {}
    for year, rows in own.groupby("year", sort=True):
        of = int(str(year))
        met = min(by_year, key=lambda y: (abs(y - of), -y))
        sectors = {str(s): round(float(t) * NANO) for s, t in rows.groupby("sector")["t"].sum().items()}
        why = ["method"] if met == of else ["method", f"year:{of}"]
        source = str(rows["source"].iloc[0]) if "source" in rows else ""
        if met not in out or abs(out[met].year - met) > abs(of - met):
            out[met] = _Map(sum(sectors.values()), sectors, of, ";".join(why), source)
    return out


def _from_map(place: _Year, map_t: _Map, station: str, mine: int) -> Iterator[dict[str, Any]]:
    """Give what the map lacks, then what map and inventory disagree about, by sector where known."""
    ends = {"from": "map", "to": station}
    named = [s for s in map_t.sectors if s]
    covers = _settings()["map_covers"]
    shown = {r for s in (named or _settings()["map_default"]) for r in covers.get(s, [])}
    inside = _inside(place, station)
    on_map = [marked and ref in shown for marked, ref in zip(inside, place.refs)]
    total = 0
    for row in _steps(place, on_map, inside, "map", station):
        total += row["nano"]
        yield row
    if not named:
        yield _row("remainder", "map_all", mine - map_t.nano - total, why=map_t.why, **ends)
        return
    for sector in named:
        own = [marked and ref in covers.get(sector, []) for marked, ref in zip(inside, place.refs)]
        nano = place.sum(own) - map_t.sectors[sector]
        yield _row("remainder", f"map_{sector}", nano, why=map_t.why, **ends)
    if "" in map_t.sectors:
        yield _row("remainder", "map_all", -map_t.sectors[""], why=map_t.why, **ends)


def _beside(place: _Year, credits: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give what stands outside the chain: other scope 3, and credits."""
    other = [within(ref, "VI") for ref in place.refs]
    if any(other) and not _there(place, "footprint"):
        yield _row("beside", "other_scope3", place.sum(other))
    own = credits[(credits["year"] == place.year) & credits["co2e"].notna()]
    if len(own):
        yield _row("beside", "credits", sum(round(v * NANO) for v in own["co2e"].tolist()))


def _figures(published: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Return published figures with every field filled in.

    Raises
    ------
    DataError
        With every figure that has no number, no year, or a basis that is not known.
    """
    if published is None or published.empty:
        return []
    table = published.reindex(columns=list(PUBLISHED))
    out, faults = [], []
    for at, row in enumerate(table.to_dict("records"), start=2):
        figure = {k: "" if v is None or v != v else v for k, v in row.items()}
        where = str(published["where"].iloc[at - 2]) if "where" in published else f":{at}"
        if figure["basis"] not in BASES:
            params = {"close": list(BASES), "name": figure["name"]}
            faults.append(Finding("bridge-unknown-basis", where=where, value=figure["basis"], params=params))
        elif figure["t"] == "" or figure["year"] == "":
            faults.append(Finding("bridge-figure-incomplete", where=where, params={"name": figure["name"]}))
        out.append(figure)
    if faults:
        raise DataError(*faults)
    return out


def _to_figure(by_year: Mapping[int, _Year], figure: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the way from the city's newest BASIC to a published figure, step by step."""
    newest, year = by_year[max(by_year)], int(figure["year"])
    met = by_year[min(by_year, key=lambda y: (abs(y - year), -y))]
    name, goal = str(figure["name"]), round(float(figure["t"]) * NANO)
    start, inside = _nano(newest, "basic"), _inside(met, "basic")
    yield _row("level", "basic", start)
    reached = _nano(met, "basic")
    ends = {"from": "basic", "to": name}
    if met.year != newest.year:
        yield _row("difference", "year", reached - start, why=f"year:{met.year}", **ends)
    basis = str(figure["basis"])
    goal_lines = _basis_lines(met, basis)
    if basis not in ("map", "basic") and not any(goal_lines):
        goal_lines = inside
    kept = _of_sectors(met, goal_lines, str(figure["sectors"]))
    for row in (*_steps(met, inside, goal_lines, "basic", name), *_sectors(met, goal_lines, kept, name)):
        reached += row["nano"]
        yield row
    why = [*_reasons(figure, met.year), *(["basis"] if basis == "footprint" and goal_lines is inside else [])]
    yield _row("remainder", "source", goal - reached, why=";".join(why), **ends)
    yield _row("level", name, goal, source=str(figure["source"]), why=f"{basis}:{year}")


def _nano(place: _Year, station: str) -> int:
    return place.sum(_inside(place, station))


def _basis_lines(place: _Year, basis: str) -> list[bool]:
    if basis != "map":
        return _inside(place, basis)
    shown = {r for s in _settings()["map_default"] for r in _settings()["map_covers"][s]}
    return [ref in shown and basis != "footprint" for ref, basis in zip(place.refs, place.bases)]


def _of_sectors(place: _Year, goal: Sequence[bool], sectors: str) -> list[bool]:
    """Return those of the lines that are of the sectors a figure names; all if it names none."""
    groups = [s.strip() for s in sectors.replace(";", ",").split(",") if s.strip()]
    fits = [not groups or any(within(ref, g) for g in groups) for ref in place.refs]
    return [a and b for a, b in zip(goal, fits)]


def _sectors(place: _Year, goal: Sequence[bool], kept: Sequence[bool], name: str) -> Iterator[dict[str, Any]]:
    lost = place.sum(goal) - place.sum(kept)
    if lost:
        yield _row("difference", "sectors", -lost, **{"from": "basic", "to": name})


def _reasons(figure: Mapping[str, Any], met: int) -> list[str]:
    """Return what a remainder may consist of, as far as the figure says how it differs."""
    found = ["method"]
    if int(figure["year"]) != met:
        found.append(f"year:{figure['year']}")
    if figure["boundary"]:
        found.append(f"boundary:{figure['boundary']}")
    if str(figure["gases"]).strip() not in ("", "CO2e"):
        found.append(f"gases:{figure['gases']}")
    return found


@lru_cache(maxsize=100)
def step_of(ref: str) -> str:
    """Return the step that a cell belongs to.

    Examples
    --------
    >>> step_of("I.4.4"), step_of("I.1.1"), step_of("III.1.2"), step_of("III.1.1")
    ('generation', 'buildings', 'waste_exported', 'waste_treated')
    """
    steps: Mapping[str, Sequence[str]] = _settings()["steps"]
    return next((name for name, groups in steps.items() if any(within(ref, g) for g in groups)), OTHER)


@lru_cache(maxsize=1)
def _settings() -> Mapping[str, Any]:
    return read_yaml(root() / "indicators" / "bridge.yaml")["bridge"]
