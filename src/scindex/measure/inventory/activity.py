"""One row of an activity table, and the factors that a text in it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scindex.catalogue.factors import Factor, factor, find, load_factors, parameter
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.units import factor as conversion
from scindex.units import parse

MASSES = ("CO2", "CH4", "N2O", "CO2e")
"""Gases whose mass is a dimension of its own."""

BIOGENIC = "CO2_bio"
_ID = re.compile(r"\w+/[\w.]+")
_QUERY = re.compile(r"([A-Za-z]\w*)\s*(?:\((.*)\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Emission:
    """What an activity gives off of one gas.

    Attributes
    ----------
    gas : str
    tonnes : float
        [t of that gas]
    factors : tuple of Factor
        All that went into it; the first is the one whose error it shares.
    """

    gas: str
    tonnes: float
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Activity:
    """A row of an activity table.

    Attributes
    ----------
    row : Mapping of str to object
        Column to value; NaN and empty text are missing.
    """

    row: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list[Finding])

    def text(self, name: str) -> str:
        """Return a text, empty where there is none."""
        value = self.row.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number.

        Raises
        ------
        MethodError
            If it is missing and there is no default.
        """
        value = self.row.get(name)
        if value is not None and value == value and not isinstance(value, str):
            return float(value)
        if default is None:
            params = {"parameter": name, "method": self.text("method") or "product"}
            raise MethodError(Finding("activity-parameter-missing", params=params))
        return default

    def assumed(self, name: str, default: float) -> float:
        """Return a number, or the default with a note that says so."""
        value = self.number(name, float("nan"))
        if value == value:
            return value
        params = {"parameter": name, "taken": default, "method": self.text("method")}
        self.findings.append(Finding("activity-parameter-assumed", "note", params=params))
        return default

    def word(self, name: str) -> str:
        """Return a text that must be there."""
        if not self.text(name):
            params = {"parameter": name, "method": self.text("method") or "product"}
            raise MethodError(Finding("activity-parameter-missing", params=params))
        return self.text(name)

    def amount_in(self, unit: str) -> float:
        """Return the amount in another unit.

        Raises
        ------
        MethodError
            If the row has no amount or no unit, or the two do not convert.
        """
        times = conversion(self.word("unit"), unit)
        if times is None:
            raise MethodError(unit_fault(self.text("unit"), unit))
        return self.number("amount") * times


def unit_fault(own: str, wanted: str) -> Finding:
    """Return why a unit as written cannot become `wanted`."""
    code = "activity-unit-other" if parse(own) else "activity-unit-unknown"
    return Finding(code, value=own, params={"wanted": wanted})


class Factors:
    """Factors by the text of an activity row, each text looked up once."""

    def __init__(self, there: Mapping[str, Factor] | None = None, region: str = "") -> None:
        self.there = load_factors() if there is None else there
        self.region = region
        self._known: dict[tuple[str, int, str], tuple[Factor, ...]] = {}

    def of(self, activity: Activity) -> tuple[Factor, ...]:
        """Return one factor for each gas of an activity.

        Raises
        ------
        MethodError
            If the row names none, none fits, or two are right for one gas.
        CatalogueError
            If there is no such factor or family.
        """
        key = (activity.word("factor"), int(activity.row["year"]), activity.text("region") or self.region)
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key]

    def parameter(self, activity: Activity, family: str, quantity: str, **asked: Any) -> Factor:
        """Return the one parameter of a method that fits the row's region and year."""
        region = activity.text("region") or self.region or None
        year = int(activity.row["year"])
        return parameter(family, quantity, factors=self.there, region=region, year=year, **asked)

    def gases(self, activity: Activity, family: str, **asked: Any) -> tuple[Factor, ...]:
        """Return one factor for each gas by what it is for."""
        region = activity.text("region") or self.region or None
        year = int(activity.row["year"])
        return tuple(find(family, factors=self.there, region=region, year=year, **asked).values())

    def _read(self, text: str, year: int, region: str) -> tuple[Factor, ...]:
        found = [f for part in text.split(";") if part.strip() for f in self._one(part.strip(), year, region)]
        gases = [f.gas for f in found]
        if not all(gases) or len(set(gases)) < len(gases) or ("CO2e" in gases and len(gases) > 1):
            params = {"ids": [f.id for f in found], "gases": [g or "-" for g in gases]}
            raise MethodError(Finding("activity-factors-overlap", value=text, params=params))
        return tuple(found)

    def _one(self, text: str, year: int, region: str) -> Iterable[Factor]:
        if _ID.fullmatch(text):
            parts = [f for i, f in self.there.items() if i.startswith(f"{text}.")]
            return parts if parts and text not in self.there else [factor(text, self.there)]
        match = _QUERY.fullmatch(text)
        if not match:
            raise MethodError(Finding("activity-factor-unread", value=text))
        pairs = [p.partition("=") for p in (match[2] or "").split(",") if p.strip()]
        if any(not sign for _, sign, _ in pairs):
            raise MethodError(Finding("activity-factor-unread", value=text))
        asked = {name.strip(): value.strip() for name, _, value in pairs}
        asked = {"region": region or None, **asked}
        return find(match[1], year=year, factors=self.there, **asked).values()


def tonne_of(gas: str) -> str:
    """Return the unit of a tonne of a gas, in pint's syntax.

    Examples
    --------
    >>> tonne_of("CH4"), tonne_of("CO2_bio"), tonne_of("SF6")
    ('t_CH4', 't_CO2', 't')
    """
    return f"t_{gas}" if gas in MASSES else "t_CO2" if gas == BIOGENIC else "t"
