"""What each lever of a planning scenario is told: its parameters, their kind and order of action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GROUPS = ("demand", "electrification", "supply", "land")
"""The order in which levers act, whatever the order of the file: what is not used needs no supply."""

CARRIERS = ("electricity", "gas", "heat")
MODES = ("bus", "metro", "bicycle", "walk")
LAND_TABLES = ("land_cover", "forest", "urban_green")
FAMILIES = ("electricity", "district_heat")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a lever.

    Attributes
    ----------
    kind : str
        ``share`` (0 to 1, or with a percent sign), ``ratio`` (the same without upper end),
        ``positive``, ``amount`` (0 or more), ``shares`` (names to shares of 1), ``names``,
        ``name``, ``curve`` (age to amount). The first four may be given by year.
    needed : bool
    choices : tuple of str
        Names that may stand in ``names``, ``name`` and ``shares``; empty for any.
    default : tuple of str
        What ``names`` or ``name`` is where it is not given.
    starts : bool
        Zero in the base year and rising from there.
    """

    kind: str
    needed: bool = True
    choices: tuple[str, ...] = ()
    default: tuple[str, ...] = ()
    starts: bool = False


@dataclass(frozen=True, slots=True)
class LeverKind:
    """One kind of lever.

    Attributes
    ----------
    group : {"demand", "electrification", "supply", "land"}
    parameters : Mapping
    scaled : str
        The parameter that says how far the lever goes; empty where going further is no
        saving (new floor area, forest that is built over).
    touches : tuple of str
        Tables that it changes, or ``factor:electricity``.
    """

    group: str
    parameters: Mapping[str, Parameter]
    scaled: str = ""
    touches: tuple[str, ...] = ()


HOW_FAR = Parameter("share", starts=True)
CARS = Parameter("names", needed=False, default=("car",))
FROM_LAND = {
    "rate": HOW_FAR,
    "from": Parameter("names"),
    "table": Parameter("name", needed=False, choices=LAND_TABLES, default=("land_cover",)),
}
ENERGY = ("building_energy", "district_statistics")

LEVERS: Mapping[str, LeverKind] = {
    "densification": LeverKind(
        "demand",
        {
            "floor_area_m2": Parameter("amount", starts=True),
            "intensity_kwh_m2": Parameter("positive"),
            "mix": Parameter("shares", choices=CARRIERS),
            "from_districts": Parameter("names", needed=False),
        },
        touches=("buildings", *ENERGY),
    ),
    "retrofit": LeverKind(
        "demand",
        {
            "rate": HOW_FAR,
            "saving": Parameter("share"),
            "carriers": Parameter("names", needed=False, choices=CARRIERS, default=CARRIERS),
        },
        scaled="rate",
        touches=ENERGY,
    ),
    "car_occupancy": LeverKind(
        "demand",
        {"persons": Parameter("positive"), "base_persons": Parameter("positive"), "classes": CARS},
        scaled="persons",
        touches=("road_links",),
    ),
    "fewer_car_km": LeverKind(
        "demand", {"cut": HOW_FAR, "classes": CARS}, scaled="cut", touches=("road_links",)
    ),
    "mode_shift": LeverKind(
        "demand",
        {
            "shift": HOW_FAR,
            "to": Parameter("shares", choices=MODES),
            "car_persons": Parameter("positive"),
            "bus_persons": Parameter("positive", needed=False),
            "metro_kwh_pkm": Parameter("positive", needed=False),
            "classes": CARS,
        },
        scaled="shift",
        touches=("road_links",),
    ),
    "heat_pumps": LeverKind(
        "electrification",
        {
            "rate": HOW_FAR,
            "cop": Parameter("positive"),
            "efficiency": Parameter("share"),
            "carriers": Parameter("names", needed=False, choices=("gas", "heat"), default=("gas",)),
        },
        scaled="rate",
        touches=ENERGY,
    ),
    "electric_cars": LeverKind(
        "electrification",
        {"share": HOW_FAR, "kwh_km": Parameter("positive"), "classes": CARS},
        scaled="share",
        touches=("road_links",),
    ),
    "rooftop_pv": LeverKind(
        "supply",
        {"roof": HOW_FAR, "yield_kwh_m2": Parameter("positive"), "self_use": Parameter("share")},
        scaled="roof",
        touches=("building_energy",),
    ),
    "grid": LeverKind(
        "supply",
        {
            "family": Parameter("name", needed=False, choices=FAMILIES, default=("electricity",)),
            "index": Parameter("ratio", needed=False),
            "factor": Parameter("amount", needed=False),
        },
        scaled="index",
        touches=tuple(f"factor:{family}" for family in FAMILIES),
    ),
    "conversion": LeverKind(
        "land",
        {**FROM_LAND, "stock_t_co2_ha": Parameter("amount")},
        touches=(*LAND_TABLES, "land_conversion"),
    ),
    "planting": LeverKind(
        "land",
        {
            **FROM_LAND,
            "species": Parameter("name", needed=False, default=("",)),
            "uptake_t_co2_ha": Parameter("curve"),
        },
        scaled="rate",
        touches=(*LAND_TABLES, "planted"),
    ),
}
"""Name in a scenario file -> what it is told. The order here is the order of action."""
