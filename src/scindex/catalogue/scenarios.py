"""Planning scenarios: what changes, by how much, by when and where; files under ``indicators/scenarios/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from scindex._resources import read_yaml, root
from scindex.catalogue.by_year import ByYear
from scindex.catalogue.entries import STANDINGS, Names, Source
from scindex.catalogue.fields import Fields
from scindex.catalogue.lever_fields import parameters
from scindex.catalogue.levers import LEVERS, Parameter
from scindex.errors import CatalogueError, UsageError
from scindex.findings import Finding

HEAD = ("scenario", "name", "notes", "source", "levers", "pair")
PLAIN = ("lever", "name", "where", "standing", "reason", "source")


@dataclass(frozen=True, slots=True)
class Where:
    """What a lever acts on; an empty list leaves nothing out."""

    districts: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever of a scenario.

    Attributes
    ----------
    id : str
        Its key in the file.
    kind : str
        A name in `scindex.catalogue.levers.LEVERS`.
    paths : Mapping of str to ByYear
        Parameters that may change by year.
    lists : Mapping of str to tuple of str
        Parameters that are names.
    shares : Mapping of str to Mapping
        Parameters that share one out among names.
    curves : Mapping of str to ByYear
        Parameters by age in years.
    where : Where
    name : Mapping
        By language; empty takes the name of its kind.
    standing : str
    reason : Mapping
    source : Source
    at : str
        ``file.yaml:LINE``.
    lines : Mapping of str to int
        Line of each field.
    """

    id: str
    kind: str
    paths: Mapping[str, ByYear] = field(default_factory=dict[str, ByYear])
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])
    curves: Mapping[str, ByYear] = field(default_factory=dict[str, ByYear])
    where: Where = field(default_factory=Where)
    name: Names = field(default_factory=dict[str, str])
    standing: str = "proposed"
    reason: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)
    at: str = ""
    lines: Mapping[str, int] = field(default_factory=dict[str, int])

    def where_of(self, name: str) -> str:
        """Return ``file.yaml:LINE`` of a field, or of the lever where the field is not there."""
        file, _, line = self.at.rpartition(":")
        return f"{file}:{self.lines.get(name, line)}" if file else ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A set of levers with what they do by year.

    Attributes
    ----------
    id : str
    name, notes : Mapping
        By language.
    levers : tuple of Lever
        In the order in which they act: by `LEVERS`, levers of one kind by their id. The
        order of the file says nothing.
    pair : str
        Id of the scenario that this one is meant to be held against.
    source : Source
    path : str
    """

    id: str
    name: Names
    levers: tuple[Lever, ...]
    notes: Names = field(default_factory=dict[str, str])
    pair: str = ""
    source: Source = field(default_factory=Source)
    path: str = ""


def in_order(levers: list[Lever]) -> tuple[Lever, ...]:
    """Return levers in the order in which they act, whatever order they come in.

    Examples
    --------
    >>> [lever.id for lever in in_order([Lever("b", "grid"), Lever("c", "retrofit"), Lever("a", "grid")])]
    ['c', 'a', 'b']
    """
    kinds = list(LEVERS)
    return tuple(sorted(levers, key=lambda lever: (kinds.index(lever.kind), lever.id)))


@lru_cache(maxsize=1)
def load_scenarios() -> Mapping[str, Scenario]:
    """Return the scenarios that come with scindex, by id.

    Raises
    ------
    CatalogueError
        With every fault of every file, each at its line.

    Examples
    --------
    >>> sorted(load_scenarios())[:2]
    ['deep_retrofit', 'fewer_cars']
    """
    found: dict[str, Scenario] = {}
    faults: list[Finding] = []
    for path in sorted((root() / "indicators" / "scenarios").glob("*.yaml")):
        scenario = _build(read_yaml(path), path, faults)
        found[scenario.id] = scenario
    if faults:
        raise CatalogueError(*faults)
    return found


def read_scenario(path: Path) -> Scenario:
    """Return the scenario of a file.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        With every fault of the file, each at its line.
    """
    faults: list[Finding] = []
    scenario = _build(read_yaml(path), path, faults)
    if faults:
        raise CatalogueError(*faults)
    return scenario


def scenario_named(name: str) -> Scenario:
    """Return a scenario that comes with scindex.

    Raises
    ------
    UsageError
        If there is none of that name; the closest are named.
    """
    known = load_scenarios()
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=3) or sorted(known)
    raise UsageError(Finding("scenario-unknown", value=name, params={"wanted": name, "close": close}))


def combined(scenarios: Sequence[Scenario]) -> Scenario:
    """Return one scenario with the levers of several: electric cars *and* a cleaner grid.

    Parameters
    ----------
    scenarios : sequence of Scenario
        At least one.

    Returns
    -------
    Scenario
        Its id joins theirs with ``+``; a lever whose id stands in two of them is named after
        its scenario too.

    Examples
    --------
    >>> combined([scenario_named("more_evs"), scenario_named("grid_path_kr")]).id
    'more_evs+grid_path_kr'
    """
    if len(scenarios) == 1:
        return scenarios[0]
    ids = [lever.id for s in scenarios for lever in s.levers]
    levers = [
        replace(lever, id=f"{s.id}.{lever.id}") if ids.count(lever.id) > 1 else lever
        for s in scenarios
        for lever in s.levers
    ]
    names = {lang: " + ".join(s.name.get(lang, s.id) for s in scenarios) for lang in ("en", "ko")}
    return Scenario(
        id="+".join(s.id for s in scenarios),
        name=names,
        levers=in_order(levers),
        path=", ".join(s.path for s in scenarios),
    )


def _build(data: Any, path: Path, faults: list[Finding]) -> Scenario:
    head = Fields(data, path.name, faults, entry=path.name)
    head.known(HEAD)
    head.need("scenario", "name")
    if "levers" not in head.data:
        head.fault("entry-missing-field", field="levers")
    base = head.source("source", standing="proposed")
    levers = [_lever(slug, entry, base) for slug, entry in head.items("levers")]
    return Scenario(
        id=head.text("scenario"),
        name=head.names("name"),
        notes=head.names("notes"),
        levers=in_order([lever for lever in levers if lever.kind]),
        pair=head.text("pair"),
        source=base,
        path=str(path),
    )


def _lever(slug: str, entry: Fields, base: Source) -> Lever:
    entry.need("lever", "standing")
    kind = entry.choice("lever", LEVERS)
    known: Mapping[str, Parameter] = LEVERS[kind].parameters if kind else {}
    if kind:
        entry.known((*PLAIN, *known))
    standing = entry.choice("standing", STANDINGS, "proposed")
    if standing == "proposed" and "reason" not in entry:
        entry.fault("lever-no-reason", field="standing")
    told = parameters(entry, known)
    _together(kind, entry)
    return Lever(
        id=slug,
        kind=kind,
        paths=told.paths,
        lists=told.lists,
        shares=told.shares,
        curves=told.curves,
        where=_where(entry.inner("where")),
        name=entry.names("name"),
        standing=standing,
        reason=entry.names("reason"),
        source=entry.source("source", base, standing=standing),
        at=f"{entry.file}:{entry.line}",
        lines=told.lines,
    )


def _together(kind: str, entry: Fields) -> None:
    """Report parameters that are needed, or excluded, because of another."""
    if kind == "grid" and ("index" in entry) == ("factor" in entry):
        entry.fault("lever-index-or-factor", field="lever")
    if kind == "mode_shift":
        modes = entry.data.get("to")
        for mode, needed in (("bus", "bus_persons"), ("metro", "metro_kwh_pkm")):
            if isinstance(modes, Mapping) and mode in modes:
                entry.need(needed)


def _where(entry: Fields) -> Where:
    entry.known(("districts", "cells", "uses"))
    return Where(entry.texts("districts"), entry.texts("cells"), entry.texts("uses"))
