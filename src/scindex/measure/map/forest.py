"""Uptake of a tree species per hectare, from the published chain of coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scindex.catalogue.entries import STANDINGS
from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.factors import parameter
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.rates import CARBON_TO_CO2, Rate, RateBook

CHAIN = {
    "annual_increment": "m**3/hectare/year",
    "basic_wood_density": "t_dm/m**3",
    "biomass_expansion_factor": "dimensionless",
    "root_shoot_ratio": "dimensionless",
}
"""Coefficients of a species, and the units they are multiplied in."""


def uptake_of(species: str, book: RateBook) -> Rate:
    r"""Return the uptake of one hectare of a species in a year.

    Parameters
    ----------
    species : str
        As a file has it: an id (``larix_kaempferi``), or the name in English or Korean.
    book : RateBook
        ``choices["forest"]`` may name a `stand` and a `region`.

    Returns
    -------
    Rate
        Positive. [t CO2 / ha / yr]

    Raises
    ------
    MethodError
        If the species is not known or a coefficient of it is missing.

    Notes
    -----
    .. math:: I \cdot D \cdot BEF \cdot (1 + R) \cdot CF \cdot 44/12

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories", volume 4, equation 2.10.

    Examples
    --------
    >>> book = RateBook(2019, "KR", choices={"forest": {"region": "KR-Gangwon"}})
    >>> round(uptake_of("Larix kaempferi", book).value, 1)
    13.9
    """
    slug = species_named(species, book.factors)
    asked: dict[str, Any] = {"region": book.region or None, **book.choices.get("forest", {})}
    used = [_coefficient(slug, quantity, asked, book.factors) for quantity in CHAIN]
    leaf = str(used[1].attributes.get("leaf", ""))
    carbon = parameter("forest", "carbon_fraction", leaf=leaf, region=asked["region"], factors=book.factors)
    increment, density, expansion, root = (f.value_in(unit) for f, unit in zip(used, CHAIN.values()))
    value = increment * density * expansion * (1 + root) * carbon.value * CARBON_TO_CO2
    weakest = max((f.standing for f in (*used, carbon)), key=STANDINGS.index)
    return Rate(value, tuple(f.id for f in (*used, carbon)), weakest)


def species_named(text: str, factors: Mapping[str, Factor]) -> str:
    """Return the species that a file means.

    Raises
    ------
    MethodError
        If it is none that coefficients are known of.
    """
    wanted = _fold(text)
    for entry in factors.values():
        slug = str(entry.attributes.get("species", ""))
        if entry.family == "forest" and slug:
            names = [n.partition(":")[0].partition(",")[0] for n in entry.name.values()]
            if wanted in {_fold(slug), *map(_fold, names)}:
                return slug
    known = sorted({str(f.attributes["species"]) for f in factors.values() if "species" in f.attributes})
    raise MethodError(
        Finding("map-species-unknown", value=text, params={"species": text, "known": known[:12]})
    )


def _coefficient(slug: str, quantity: str, asked: Mapping[str, Any], factors: Mapping[str, Factor]) -> Factor:
    """Return a coefficient; where it stands for every stand, the map's `stand` does not matter."""
    try:
        return parameter("forest", quantity, species=slug, factors=factors, **asked)
    except MethodError as err:
        if "stand" not in asked or any(f.code == "factor-ambiguous" for f in err.findings):
            raise
        rest = {k: v for k, v in asked.items() if k != "stand"}
        return parameter("forest", quantity, species=slug, factors=factors, **rest)


def _fold(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
