"""From an activity to tonnes of each gas: the methods that an activity table may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scindex.catalogue.factors import Factor
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.inventory import formulas
from scindex.measure.inventory.activity import Activity, Emission, Factors, tonne_of, unit_fault
from scindex.measure.inventory.waste import biological, incineration, landfill
from scindex.measure.inventory.wastewater import wastewater
from scindex.units import factor as conversion
from scindex.units import parse

Method = Callable[[Activity, Factors], list[Emission]]


def per_unit(factor: Factor, unit: str) -> float | None:
    """Return tonnes of the factor's gas per unit of activity; None where the units do not convert.

    Parameters
    ----------
    factor : Factor
    unit : str
        Unit of the activity as written.

    Examples
    --------
    >>> factor = Factor("demo/grid", "demo", {}, 0.4, "t_CO2e/MWh", gas="CO2e")
    >>> per_unit(factor, "GWh"), per_unit(factor, "m3")
    (400.0, None)
    """
    read = parse(unit)
    if read is None or not read.unit:
        return None
    times = conversion(factor.unit, f"{tonne_of(factor.gas)}/({read.unit})")
    return None if times is None else factor.value * times


def _emit(activity: Activity, factors: Factors, amount: float, unit: str) -> list[Emission]:
    found: list[Emission] = []
    for one in factors.of(activity):
        each = per_unit(one, unit)
        if each is None:
            raise MethodError(unit_fault(unit, one.unit.partition("/")[2] or one.unit))
        found.append(Emission(one.gas, amount * each, (one,)))
    return found


def product(activity: Activity, factors: Factors) -> list[Emission]:
    """Multiply the amount by a factor for each gas."""
    return _emit(activity, factors, activity.number("amount"), activity.word("unit"))


def scaled(activity: Activity, factors: Factors) -> list[Emission]:
    """Scale the activity of another place to the city before the product (GPC equation 5.1)."""
    proxy = activity.number("scale_proxy")
    if proxy == 0:
        raise MethodError(Finding("activity-scale-zero"))
    amount = formulas.scaled(activity.number("amount"), city=activity.number("scale_city"), proxy=proxy)
    return _emit(activity, factors, amount, activity.word("unit"))


def losses(activity: Activity, factors: Factors) -> list[Emission]:
    """Multiply what is lost on the way to the city by the grid's factor: scope 3."""
    lost = activity.number("amount") * activity.number("loss")
    return _emit(activity, factors, lost, activity.word("unit"))


def through_intensity(activity: Activity, factors: Factors) -> list[Emission]:
    """Turn kilometres into fuel, or volume into energy, before the product."""
    amount, unit = activity.number("amount"), activity.word("unit")
    intensity, said = activity.number("intensity"), activity.word("intensity_unit")
    emissions: list[Emission] = []
    for one in factors.of(activity):
        below = one.unit.partition("/")[2]
        times = _through(said, below, unit)
        each = per_unit(one, below) if times is not None else None
        if times is None or each is None:
            params = {"unit": unit, "intensity_unit": said, "wanted": below}
            raise MethodError(Finding("activity-intensity-unit", value=said, params=params))
        emissions.append(Emission(one.gas, amount * intensity * times * each, (one,)))
    return emissions


def _through(said: str, below: str, unit: str) -> float | None:
    """Return what one `said` times one `unit` is in `below`; a vehicle km takes fuel per km too."""
    read = parse(unit)
    if read is None:
        return None
    for own in (read.unit, read.unit.replace("vkm", "km")):
        times = conversion(said, f"({below})/({own})")
        if times is not None:
            return times
    return None


def reported(activity: Activity, factors: Factors) -> list[Emission]:
    """Take tonnes of a gas as another has computed them."""
    gas = activity.text("gas") or "CO2e"
    return [Emission(gas, activity.amount_in(tonne_of(gas)))]


METHODS: Mapping[str, Method] = {
    "product": product,
    "reported": reported,
    "scaled": scaled,
    "t_and_d_losses": losses,
    "vkt": through_intensity,
    "heating_value": through_intensity,
    "landfill": landfill,
    "incineration": incineration,
    "biological": biological,
    "wastewater": wastewater,
}
"""Name in an activity table -> the method."""
