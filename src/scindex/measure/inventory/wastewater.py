"""Wastewater: methane of its organic load, nitrous oxide of its nitrogen."""

from __future__ import annotations

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.inventory import formulas
from scindex.measure.inventory.activity import Activity, Emission, Factors

FAMILY = "wastewater"
COLLECTED = "collected"


def wastewater(activity: Activity, factors: Factors) -> list[Emission]:
    """Return methane where the row says ``bod``, and nitrous oxide where it says ``protein``.

    Notes
    -----
    The amount is people. Methane needs ``collection`` and ``treatment``, nitrous oxide
    ``nonconsumed``.

    Raises
    ------
    MethodError
        If the row says neither.
    """
    found: list[Emission] = []
    if activity.number("bod", -1.0) >= 0:
        found.append(_methane(activity, factors))
    if activity.number("protein", -1.0) >= 0:
        found.append(_nitrous_oxide(activity, factors))
    if not found:
        params = {"parameter": "bod, protein", "method": "wastewater"}
        raise MethodError(Finding("activity-parameter-missing", params=params))
    return found


def _methane(activity: Activity, factors: Factors) -> Emission:
    industrial = factors.parameter(
        activity, FAMILY, "industrial_correction", collection=activity.word("collection")
    )
    capacity = factors.parameter(activity, FAMILY, "methane_capacity", load="BOD")
    correction = factors.parameter(
        activity, FAMILY, "methane_correction", treatment=activity.word("treatment")
    )
    load = formulas.organic_load(activity.amount_in("person"), activity.number("bod"), industrial.value)
    sludge = activity.assumed("sludge", 0.0)
    if sludge > load:
        raise MethodError(Finding("activity-more-removed", value=sludge, params={"load": load}))
    tonnes = formulas.wastewater_methane(
        load,
        sludge=sludge,
        capacity=capacity.value,
        correction=correction.value,
        served=activity.assumed("served", 1.0),
        recovered=activity.assumed("recovered", 0.0),
    )
    return Emission("CH4", tonnes, (correction, capacity, industrial))


def _nitrous_oxide(activity: Activity, factors: Factors) -> Emission:
    emitted = factors.parameter(activity, FAMILY, "n2o_n_per_n")
    nitrogen = factors.parameter(activity, FAMILY, "nitrogen_in_protein")
    industrial = factors.parameter(activity, FAMILY, "industrial_nitrogen")
    tonnes = formulas.effluent_n2o(
        activity.amount_in("person"),
        activity.number("protein"),
        nitrogen=nitrogen.value,
        nonconsumed=activity.number("nonconsumed"),
        industrial=industrial.value,
        removed=activity.assumed("nitrogen_removed", 0.0),
        emitted=emitted.value,
    )
    if tonnes < 0:
        raise MethodError(Finding("activity-more-removed", value=activity.number("nitrogen_removed", 0.0)))
    return Emission("N2O", tonnes, (emitted, nitrogen, industrial))
