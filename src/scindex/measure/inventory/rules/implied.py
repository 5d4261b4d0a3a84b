"""Factors that follow from what lines say: tonnes over activity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from scindex.measure.inventory.rules.context import Context
from scindex.units import convertible, factor


@dataclass(frozen=True, slots=True)
class Implied:
    """The factor that one line implies.

    Attributes
    ----------
    city_id, city, ref, gas, unit, factor, where : str
        `unit` of the activity; `factor` the id that the line names.
    year : int
    value : float
        [t of the gas per unit of activity]
    activity : float
        [unit]
    """

    city_id: str
    year: int
    ref: str
    gas: str
    unit: str
    factor: str
    where: str
    value: float
    activity: float


def implied(context: Context) -> Iterator[Implied]:
    """Give the implied factor of every line with an activity that is not itself a mass of the gas."""
    lines = context.lines
    direct = lines["method"].isin(PLAIN) & lines["activity"].notna() & (lines["activity"] != 0)
    held = lines[direct & lines["value"].notna()]
    for row in held.to_dict("records"):
        unit, gas = str(row["activity_unit"]), str(row["gas"])
        if unit and not _is_gas(unit, gas):
            amount = float(row["activity"])
            head = (str(row["city_id"]), int(row["year"]), str(row["ref"]), gas, unit)
            value = float(row["value"]) / amount
            yield Implied(*head, str(row["factor"]), str(row["where"]), value, amount)


@lru_cache(maxsize=1000)
def _is_gas(unit: str, gas: str) -> bool:
    return any(convertible(unit, f"t_{g}") for g in {gas, "CO2e", "CO2", "CH4", "N2O"} if g in MASSES)


PLAIN = ("", "product", "reported")
"""Methods by which tonnes are amount times factor and nothing else."""

MASSES = ("CO2", "CO2e", "CH4", "N2O")
"""Gases that the unit registry has a mass of."""


@lru_cache(maxsize=10_000)
def times(unit: str, gas: str, activity_unit: str) -> float | None:
    """Return what turns a factor's unit into tonnes of a gas per unit of activity; None if nothing does.

    Examples
    --------
    >>> round(times("kg_CO2/TJ", "CO2", "MWh") * 56100, 5)
    0.20196
    """
    return factor(unit, f"t_{gas}/({activity_unit})") if gas in MASSES else None
