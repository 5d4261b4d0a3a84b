"""Which heading of a raw table is which column of its shape, and in what unit it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from scindex._resources import read_yaml, root
from scindex.catalogue.lookup import fold
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.units import factor, parse

MONTHS = "months"
"""What a user writes for the twelve columns of a file that has one for each month."""

SHOWN = 40
"""Headings that a finding lists."""

_BRACKETS = re.compile(r"^(.*\S)\s*[(\[（［]([^()\[\]（）［］]*)[)\]）］]\s*$", re.DOTALL)
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NAME = "|".join(f"{n[:3]}(?:{n[3:]})?" for n in _NAMES)
_NUMBER = "0?[1-9]|1[0-2]"
_MONTH = re.compile(
    rf"(?P<front>|.*?[\s_.-]|.*?(?=\d+월))(?:m(?P<m>{_NUMBER})|(?P<number>{_NUMBER})월|(?P<name>{_NAME})\.?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """One column of ``schemas/tables/<table>.yaml``.

    Attributes
    ----------
    name, type, unit : str
        Type is ``str``, ``code`` (text, leading zeros kept), ``float``, ``int``, ``year``,
        ``month`` or ``any``; the unit is pint's, empty where there is none.
    minimum, maximum : float or None
    nullable, required : bool
    zero : str
        ``warning`` where a zero is doubted.
    codelist : str
    allowed : tuple of str
    width : int
        Digits of a code; 0 where they vary.
    quantity : bool
        Whether months of it add up to a year.
    meaning : Mapping of str to str
    aliases : tuple of str
        Headings, the best first; a unit in brackets is what that heading means.
    """

    name: str
    type: str = "str"
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    nullable: bool = False
    required: bool = True
    zero: str = ""
    codelist: str = ""
    allowed: tuple[str, ...] = ()
    width: int = 0
    quantity: bool = False
    meaning: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A raw table: its key, its columns, and whether files of months are usual.

    Attributes
    ----------
    name : str
    key : tuple of str
        Together these name one row; those that a file lacks do not count.
    needs : tuple of tuple of str
        Of each group a file must have one column.
    period : str
        ``month`` where months are summed to years.
    instead : Mapping of str to tuple of str
        Columns that stand in for one of the key that a file lacks.
    columns : Mapping of str to ColumnShape
    """

    name: str
    key: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    period: str
    columns: Mapping[str, ColumnShape]
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a column stands in the file.

    Attributes
    ----------
    column : str
    at : tuple of int
        Positions in the file: one, or twelve where each month has its own.
    heading : str
        As the file has it.
    unit : str
        What the heading says; empty where it says nothing.
    rank : int
        The lower is the better word for the column.
    """

    column: str
    at: tuple[int, ...]
    heading: str
    unit: str = ""
    rank: int = 0


def raw_tables() -> list[str]:
    """Return the names of the tables that have a shape."""
    return sorted(p.stem for p in (root() / "schemas" / "tables").glob("*.yaml"))


@lru_cache
def raw_shape(name: str) -> Shape:
    """Return the shape of a raw table.

    Raises
    ------
    UsageError
        If there is no such table, naming those there are.

    Examples
    --------
    >>> raw_shape("buildings").columns["floor_area_m2"].unit
    'm**2'
    """
    if name not in raw_tables():
        raise UsageError(Finding("unknown-table", params={"wanted": name, "choices": raw_tables()}))
    data: Mapping[str, Any] = read_yaml(root() / "schemas" / "tables" / f"{name}.yaml")
    columns = {column: _column(column, spec) for column, spec in data["columns"].items()}
    needs = tuple(tuple(group) for group in data.get("needs", ()))
    instead = {k: tuple(v) for k, v in data.get("instead", {}).items()}
    return Shape(name, tuple(data.get("key", ())), needs, str(data.get("period", "")), columns, instead)


def _column(name: str, spec: Mapping[str, Any]) -> ColumnShape:
    known = {k: v for k, v in spec.items() if k in ColumnShape.__slots__}
    for key in ("allowed", "aliases"):
        known[key] = tuple(str(v) for v in known.get(key, ()))
    return ColumnShape(name, **known)


def match_headings(
    headings: Sequence[str], shape: Shape, wanted: Mapping[str, str] | None = None
) -> dict[str, list[Match]]:
    """Return for each column the headings that may be it, the best first.

    Parameters
    ----------
    headings : sequence of str
    shape : Shape
    wanted : Mapping of str to str, optional
        Column -> heading in the file, with a unit in brackets where the heading names
        none; ``months`` stands for twelve columns. Such a column takes nothing else.

    Returns
    -------
    dict of str to list of Match

    Examples
    --------
    >>> found = match_headings(["관리건축물대장PK", "연면적(㎡)"], raw_shape("buildings"))
    >>> [(c, m[0].at, m[0].unit) for c, m in found.items()]
    [('building_id', (0,), ''), ('floor_area_m2', (1,), '㎡')]
    """
    found: dict[str, list[Match]] = {}
    wanted = wanted or {}
    taken: set[int] = set()
    for column, heading in wanted.items():
        match = _wanted(column, heading, headings)
        found[column] = [match] if match else []
        taken |= set(match.at if match else ())
    table = _alias_table(shape)
    for at, heading in enumerate(headings):
        if at in taken or not heading.strip():
            continue
        match = _known(heading.strip(), at, table, shape)
        if match and match.column not in wanted:
            found.setdefault(match.column, []).append(match)
    if shape.period:
        for match in _month_groups(headings, table, taken):
            if not found.get(match.column):
                found[match.column] = [match]
    return {c: sorted(m, key=lambda x: (x.rank, x.at)) for c, m in found.items() if m}


def month_columns(headings: Sequence[str]) -> dict[str, dict[int, int]]:
    """Return the columns that are headed by months: front part -> month -> position.

    Examples
    --------
    >>> month_columns(["구", "1월", "2월", "use_m01", "use_m02", "Mayor", "gas_ft2"])
    {'': {1: 1, 2: 2}, 'use': {1: 3, 2: 4}}
    """
    groups: dict[str, dict[int, int]] = {}
    for at, heading in enumerate(headings):
        match = _MONTH.fullmatch(heading.strip())
        if not match:
            continue
        number = match["m"] or match["number"]
        month = int(number) if number else _month_of(match["name"])
        groups.setdefault(match["front"].strip(" _.-"), {}).setdefault(month, at)
    return {front: months for front, months in groups.items() if len(months) > 1}


def _month_of(name: str) -> int:
    return next(i for i, n in enumerate(_NAMES, 1) if n.startswith(name.lower()))


def _wanted(column: str, heading: str, headings: Sequence[str]) -> Match | None:
    bare, unit = split_unit(heading)
    if fold(bare) == MONTHS or fold(heading) == MONTHS:
        groups = month_columns(headings)
        best = max(groups, key=lambda g: len(groups[g]), default=None)
        if best is None:
            return None
        at = tuple(p for _, p in sorted(groups[best].items()))
        return Match(column, at, headings[at[0]].strip(), unit)
    for text, said in ((heading, ""), (bare, unit)):
        for at, own in enumerate(headings):
            own_bare, own_unit = split_unit(own)
            if fold(own) == fold(text) or fold(own_bare) == fold(text):
                return Match(column, (at,), own.strip(), said or own_unit)
    return None


def split_unit(heading: str) -> tuple[str, str]:
    """Split a heading from the unit in its brackets.

    Examples
    --------
    >>> split_unit("사용량(kWh)"), split_unit("electricity [GWh]"), split_unit("year")
    (('사용량', 'kWh'), ('electricity', 'GWh'), ('year', ''))
    """
    match = _BRACKETS.match(heading.strip())
    return (match[1].strip(), match[2].strip()) if match else (heading.strip(), "")


@lru_cache
def _aliases(name: str) -> dict[str, tuple[str, str, int]]:
    shape = raw_shape(name)
    table: dict[str, tuple[str, str, int]] = {}
    for column in shape.columns.values():
        table[fold(column.name)] = (column.name, column.unit, 0)
    for column in shape.columns.values():
        for rank, alias in enumerate(column.aliases, 1):
            bare, unit = split_unit(alias)
            if unit and factor(unit, column.unit) is None:
                bare, unit = alias, ""
            table.setdefault(fold(bare), (column.name, unit, rank))
    return table


def _alias_table(shape: Shape) -> Mapping[str, tuple[str, str, int]]:
    return _aliases(shape.name)


def _known(heading: str, at: int, table: Mapping[str, tuple[str, str, int]], shape: Shape) -> Match | None:
    """Match a heading whole, without its brackets, or without a unit at its end."""
    bare, unit = split_unit(heading)
    for text, said in ((heading, ""), (bare, unit)):
        if fold(text) in table:
            column, own, rank = table[fold(text)]
            if text == heading and unit and shape.columns[column].unit:
                own = unit if factor(unit, shape.columns[column].unit) is not None else own
            return Match(column, (at,), heading, said or own, rank)
    words = re.split(r"[\s_]+", bare)
    for n in (1, 2):
        front, last = fold("".join(words[:-n])), " ".join(words[-n:])
        if front in table and len(words) > n:
            column, _, rank = table[front]
            unit_here = shape.columns[column].unit
            if unit_here and parse(last) and factor(last, unit_here) is not None:
                return Match(column, (at,), heading, last, rank)
    return None


def _month_groups(
    headings: Sequence[str], table: Mapping[str, tuple[str, str, int]], taken: set[int]
) -> list[Match]:
    """Return groups of monthly columns whose common front part names a column."""
    out: list[Match] = []
    for front, months in month_columns(headings).items():
        bare, unit = split_unit(front)
        entry = table.get(fold(front)) or table.get(fold(bare))
        if entry is None or set(months.values()) & taken:
            continue
        at = tuple(p for _, p in sorted(months.items()))
        out.append(Match(entry[0], at, headings[at[0]].strip(), unit or entry[1], entry[2]))
    return out


def shown(headings: Sequence[str]) -> list[str]:
    """Return the headings that a finding lists: those that say anything, up to a limit."""
    named = [h.strip()[:SHOWN] for h in headings if h.strip()]
    return [*named[:SHOWN], "…"] if len(named) > SHOWN else named
