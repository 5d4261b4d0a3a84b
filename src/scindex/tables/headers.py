"""The words of people's spreadsheets: what a heading, a status word or a mark stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scindex._resources import read_yaml, root
from scindex.catalogue.lookup import Lookup, fold

_BRACKETS = re.compile(r"^(.*\S)\s*[(\[（［]([^()\[\]（）［］]*)[)\]）］]\s*$", re.DOTALL)
_YEAR_LAST = re.compile(r"^(.*?)[\s,;:/_(-]*(?<!\d)((?:19|20|21)\d\d)\s*년?\)?$", re.DOTALL)
_YEAR_FIRST = re.compile(r"^((?:19|20|21)\d\d)\s*년?\b[\s,;:/_-]+(.*)$", re.DOTALL)


LABEL_RANK = 10_000
"""Rank of a heading of labels: any heading of codes comes before it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``indicators/headers.yaml``, folded for look-up.

    Attributes
    ----------
    roles : Mapping of str to (str, int)
        Heading to its role and its rank in it; the lower rank wins.
    statuses, quality : Mapping of str to str
        Word to code.
    marks : Mapping of str to str
        Whole cell, in lower case, to ``missing``, ``error``, ``infinite``, ``yes``, ``no``.
    """

    roles: Mapping[str, tuple[str, int]]
    statuses: Mapping[str, str]
    quality: Mapping[str, str]
    marks: Mapping[str, str]


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the alias lists, read once.

    Examples
    --------
    >>> words().roles[fold("TIME_PERIOD")][0], words().statuses[fold("not reported")]
    ('year', 'NR')
    """
    data: dict[str, Any] = read_yaml(root() / "indicators" / "headers.yaml")
    roles: dict[str, tuple[str, int]] = {}
    lists = [
        *((0, "unused", line) for line in data["unused"]),
        (0, "either", data["either"]),
        *((0, role, line) for role, line in data["roles"].items()),
        *((LABEL_RANK, role, line) for role, line in data["labels"].items()),
    ]
    for offset, role, headings in lists:
        for rank, heading in enumerate(headings):
            roles.setdefault(fold(str(heading)), (role, offset + rank))
    kinds = {"missing": "missing", "excel_errors": "error", "infinite": "infinite", "yes": "yes", "no": "no"}
    return Words(
        roles=roles,
        statuses={fold(str(w)): code for code, many in data["statuses"].items() for w in many},
        quality={fold(str(w)): code for code, many in data["quality"].items() for w in many},
        marks={str(w).casefold(): kind for key, kind in kinds.items() for w in data[key]},
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says.

    Attributes
    ----------
    text : str
    role : str
        A role of ``headers.yaml``, ``either``, ``unused``, ``indicator column`` for an
        indicator's own column, or empty if unknown.
    rank : int
        The lower wins where two columns have one role.
    ids : tuple of str
        Indicators that the heading may stand for.
    points : tuple of str
        Data points of the KPI that it names without saying which.
    name : str
        The heading without its unit.
    unit : str
        What stood in brackets, where the rest was recognised.
    label : bool
        Whether it heads labels beside a column of codes.
    """

    text: str
    role: str = ""
    rank: int = 0
    ids: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    name: str = ""
    unit: str = ""
    label: bool = False

    @property
    def is_indicator(self) -> bool:
        """Whether it names an indicator, or a KPI with several data points."""
        return bool(self.ids or self.points)


def read_heading(text: str, lookup: Lookup) -> Heading:
    """Say what a heading stands for: a role, an indicator with or without unit, or nothing.

    Parameters
    ----------
    text : str
    lookup : Lookup
        The indicators of the frameworks in force.

    Returns
    -------
    Heading

    Examples
    --------
    >>> read_heading("연도", Lookup([])).role, read_heading("Value (kt)", Lookup([])).unit
    ('year', 'kt')
    """
    text = text.strip()
    if not text:
        return Heading("")
    match = _BRACKETS.match(text)
    whole = _known(text, lookup)
    if whole and match and not fold(match[2]):  # "(%)" leaves no letter to compare
        return replace(whole, name=match[1], unit=match[2].strip())
    if whole:
        return whole
    inside = _known(match[1], lookup) if match else None
    if match and inside:
        return Heading(text, inside.role, inside.rank, inside.ids, inside.points, match[1], match[2].strip())
    return Heading(text, name=text)


def _known(text: str, lookup: Lookup) -> Heading | None:
    key = fold(text)
    if key in words().roles:
        role, rank = words().roles[key]
        return Heading(text, role, rank, name=text, label=rank >= LABEL_RANK)
    ids = lookup.find(text)
    points = () if ids else lookup.points(text)
    if ids or points:
        return Heading(text, "indicator column", 0, ids, points, text)
    return None


def read_city_heading(text: str) -> tuple[str, str]:
    """Split the heading of a city's column into city and year, either may be empty.

    Examples
    --------
    >>> read_city_heading("Oslo 2020"), read_city_heading("서울 (2021)"), read_city_heading("2019")
    (('Oslo', '2020'), ('서울', '2021'), ('', '2019'))
    >>> read_city_heading("Oslo")
    ('Oslo', '')
    """
    text = text.strip()
    if match := _YEAR_LAST.match(text):
        return match[1].strip(), match[2]
    if match := _YEAR_FIRST.match(text):
        return match[2].strip(), match[1]
    return text, ""
