"""Tonnes of CO2e for one unit of an activity: factors by gas, weighed with their warming potentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scindex.catalogue.entries import STANDINGS
from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.factors import factor as factor_named
from scindex.catalogue.factors import find, gwp, load_factors
from scindex.errors import MethodError
from scindex.findings import Finding

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide for one of carbon: molecular masses 44 and 12."""

BIOGENIC = "CO2_bio"


@dataclass(frozen=True)
class Rate:
    """Tonnes of CO2e for one unit of an activity.

    Attributes
    ----------
    value : float
        [t CO2e / unit]
    ids : tuple of str
        The factors behind it.
    standing : str
        The weakest of theirs.
    relative_error : float or None
        Of the largest of them; None where none is given.
    """

    value: float
    ids: tuple[str, ...]
    standing: str
    relative_error: float | None = None


@dataclass(frozen=True)
class RateBook:
    """Looks up rates for one map and year.

    Attributes
    ----------
    year : int
    region : str
    gwp_set : str
    choices : Mapping of str to Mapping
        By family: what the map says about its factors; over what the layer says. ``year``
        takes a factor of another year, which must be said.
    factors : Mapping of str to Factor
        The shipped ones, and the map's own.
    scale : Mapping of str to float
        By family: what a scenario makes of the factor. 1 where it says nothing.
    """

    year: int
    region: str = ""
    gwp_set: str = "AR5"
    choices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    factors: Mapping[str, Factor] = field(default_factory=load_factors)
    scale: Mapping[str, float] = field(default_factory=dict[str, float])

    def rate(self, query: Mapping[str, Any], unit: str, **attributes: Any) -> Rate:
        """Return the rate of an activity counted in `unit`.

        Parameters
        ----------
        query : Mapping
            ``family`` and what tells its entries apart; or ``id``.
        unit : str
            Of the activity: ``MWh``, ``km``, ``hectare``.
        **attributes
            Further words, such as ``use="office"``.

        Returns
        -------
        Rate

        Raises
        ------
        MethodError
            If no factor fits, several do, or gases would count twice.
        """
        asked: dict[str, Any] = {**query, **attributes}
        family = str(asked.pop("family", ""))
        asked |= self.choices.get(family, {})
        found = self._found(family, asked)
        if "CO2e" in found and set(found) & {"CO2", "CH4", "N2O"}:
            raise MethodError(
                Finding("rate-gases-twice", params={"factors": sorted(f.id for f in found.values())})
            )
        times = self.scale.get(family, 1.0)
        parts = {f.id: times * self._tonnes(f, gas, unit) for gas, f in found.items() if gas != BIOGENIC}
        weakest = max((f.standing for f in found.values()), key=STANDINGS.index)
        errors = [f.relative_error for f in found.values() if f.relative_error is not None]
        return Rate(sum(parts.values()), tuple(parts), weakest, max(errors, default=None))

    def _found(self, family: str, asked: dict[str, Any]) -> Mapping[str, Factor]:
        if "id" in asked:
            one = factor_named(str(asked["id"]), self.factors)
            return {one.gas: one}
        year = int(asked.pop("year", self.year))
        region = asked.pop("region", self.region) or None
        return find(family, year=year, region=region, factors=self.factors, **asked)

    def _tonnes(self, entry: Factor, gas: str, unit: str) -> float:
        if gas == "C":
            return entry.value_in(f"t_C/{unit}") * CARBON_TO_CO2
        mass = gas if gas in {"CO2", "CO2e", "CH4", "N2O"} else "CO2e"
        return entry.value_in(f"t_{mass}/{unit}") * gwp(gas, self.gwp_set)
