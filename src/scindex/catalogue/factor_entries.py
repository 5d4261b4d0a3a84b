"""The words of a factor file: factor, family, and what tells two factors apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scindex.catalogue.entries import Names, Source
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.units import factor as conversion

Years = tuple[int | None, int | None]
"""First and last calendar year; None is open."""

PURPOSES = ("single_year", "three_year_mean", "scheme", "law", "statistics", "guideline", "supplier", "study")
"""What a factor was made for: two right factors of one year differ in this."""

POINTS = ("generation", "consumption")
BOUNDARIES = ("combustion", "life_cycle")
MASSES = ("CO2", "CH4", "N2O", "CO2e", "C")
"""Gases that have a mass of their own in ``indicators/units.txt``."""

GAS_OF_UNIT = re.compile(r"(?:[kMGmu]?g|[kMG]?t)_(CO2e|CO2|CH4|N2O|C)(?![A-Za-z0-9_])")


@dataclass(frozen=True, slots=True)
class Factor:
    """One number that turns an activity into tonnes of a gas, or a parameter on the way there.

    Attributes
    ----------
    id : str
        ``family/slug``; for one of several values of an entry ``family/slug.part``.
    value : float
        [unit]
    unit : str
        In pint's syntax, as `scindex.units` reads it.
    gas : str
        ``CO2``, ``CH4``, ``N2O``, ``CO2e``, ``CO2_bio``, ``C``, an F-gas; empty for a parameter.
    quantity : str
        Empty for a factor of a gas; else which parameter it is (``root_shoot_ratio``).
    region : str
        Country code, with a part of the country after a hyphen (``KR-Seoul``), or ``global``.
    valid : (int or None, int or None)
        Years it holds for; None is open.
    purpose, point, boundary : str
        One of `PURPOSES`, `POINTS`, `BOUNDARIES`; empty where the source does not say.
    gwp_set : str or None
        Set of warming potentials inside a value in CO2e, where the source says it.
    relative_error : float or None
        Standard error over value. [-]
    error_standing : str
        Who stands behind `relative_error`; empty where there is none.
    standing : str
        Who stands behind the number, one of `scindex.catalogue.entries.STANDINGS`.
    attributes : Mapping
        What else tells it apart: fuel, branch, species, age.
    conflicts : tuple of dict
        Sources that contradict each other; all are kept and shown.
    draft : tuple of str
        Fields not yet checked against a source.
    """

    id: str
    family: str
    name: Names
    value: float
    unit: str
    gas: str = ""
    quantity: str = ""
    region: str = "global"
    valid: Years = (None, None)
    purpose: str = ""
    point: str = ""
    boundary: str = ""
    gwp_set: str | None = None
    relative_error: float | None = None
    error_standing: str = ""
    standing: str = "published"
    source: Source = field(default_factory=Source)
    attributes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: Names = field(default_factory=dict[str, str])
    conflicts: tuple[Mapping[str, Any], ...] = ()
    draft: tuple[str, ...] = ()
    path: str = ""
    line: int = 0

    def holds_in(self, year: int) -> bool:
        """Return whether the factor is valid in a calendar year.

        Examples
        --------
        >>> Factor("a/b", "a", {}, 1.0, "t_CO2/MWh", valid=(2020, None)).holds_in(2019)
        False
        """
        first, last = self.valid
        return (first is None or first <= year) and (last is None or year <= last)

    def value_in(self, unit: str) -> float:
        """Return the value in another unit.

        Raises
        ------
        MethodError
            If the two do not convert; CO2 never becomes CO2e without warming potentials.

        Examples
        --------
        >>> round(Factor("a/b", "a", {}, 35936.0, "kg_CO2/TJ").value_in("t CO2/MWh"), 5)
        0.12937
        """
        times = conversion(self.unit, unit)
        if times is None:
            params = {"factor": self.id, "unit": self.unit, "wanted": unit}
            raise MethodError(Finding("factor-not-in-unit", params=params))
        return self.value * times


@dataclass(frozen=True, slots=True)
class Family:
    """A file of factors: what they have in common.

    Attributes
    ----------
    attributes : Mapping of str to Names
        Words by which its factors differ beside the common ones, with their names.
    """

    id: str
    name: Names
    attributes: Mapping[str, Names] = field(default_factory=dict[str, Names])
    notes: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)
    path: str = ""


OWN = ("quantity", "purpose", "point", "boundary", "gwp_set", "standing")
"""Fields of every factor that a look-up may ask for by name, beside gas, region and year."""


def years(valid: Years) -> str:
    """Return years as a reader writes them; empty where a factor is bound to none.

    Examples
    --------
    >>> years((2021, 2021)), years((2020, 2022)), years((2030, None)), years((None, None))
    ('2021', '2020-2022', '2030-', '')
    """
    first, last = valid
    if first == last:
        return "" if first is None else str(first)
    return f"{'' if first is None else first}-{'' if last is None else last}"


def gas_in(unit: str) -> str:
    """Return the gas whose mass a unit counts, empty where it counts none.

    Examples
    --------
    >>> gas_in("kg_CO2/TJ"), gas_in("t_CO2e/MWh"), gas_in("kWh/m**2/year")
    ('CO2', 'CO2e', '')
    """
    found = GAS_OF_UNIT.match(unit)
    return found[1] if found else ""


def below(unit: str) -> str:
    """Return what a unit is counted against: ``TJ`` of ``kg_CO2/TJ``."""
    return unit.partition("/")[2]


def profile(factor: Factor) -> dict[str, str]:
    """Return all that tells a factor apart, its gas left out, by the words a look-up takes."""
    said = {
        "region": factor.region,
        "valid": years(factor.valid),
        "quantity": factor.quantity,
        "purpose": factor.purpose,
        "point": factor.point,
        "boundary": factor.boundary,
        "gwp_set": factor.gwp_set or "",
        "per": below(factor.unit),
        **{name: str(value) for name, value in factor.attributes.items()},
    }
    return {name: value for name, value in said.items() if value}
