"""Warming potentials: the names of the sets are ours, the numbers a package's."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

from scindex._resources import read_yaml, root
from scindex.catalogue.entries import Names
from scindex.errors import MethodError
from scindex.findings import Finding

UNITY = ("CO2", "CO2e")
"""What warms as CO2 does by definition; the package leaves them out."""

BIOGENIC = "CO2_bio"


def gwp(gas: str, gwp_set: str) -> float:
    """Return the warming potential of a gas in a set.

    Parameters
    ----------
    gas : str
        ``CH4``, ``SF6``, ``HFC-134a``...; hyphens and case make no difference.
    gwp_set : str
        One of `gwp_sets`, or its alias: ``AR5`` is ``AR5GWP100``.

    Returns
    -------
    float
        Tonnes of CO2e per tonne of the gas. [-]

    Raises
    ------
    MethodError
        If there is no such set, if the set has no such gas, or for biogenic CO2, which
        is a memo line and enters no total in CO2e.

    References
    ----------
    Values: the Python package globalwarmingpotentials, from the IPCC's assessment reports.

    Examples
    --------
    >>> gwp("CH4", "AR5"), gwp("N2O", "AR6"), gwp("CO2", "AR4")
    (28.0, 273.0, 1.0)
    """
    name = resolve_set(gwp_set)
    if gas in UNITY:
        return 1.0
    if gas == BIOGENIC:
        raise MethodError(Finding("gwp-biogenic", params={"gas": gas}))
    values = {_plain(species): value for species, value in _package()[name].items()}
    if _plain(gas) in values:
        return float(values[_plain(gas)])
    raise MethodError(_unknown_gas(gas, name))


def gwp_sets() -> Mapping[str, Names]:
    """Return the sets of warming potentials by id, with their names.

    Examples
    --------
    >>> list(gwp_sets())
    ['AR4GWP100', 'AR5GWP100', 'AR5CCFGWP100', 'AR6GWP100', 'AR6GWP20']
    """
    return _sets()[0]


def resolve_set(name: str) -> str:
    """Return the id of a set for an id or an alias, in any case and with any hyphens.

    Raises
    ------
    MethodError
        If there is no such set, with the closest names.

    Examples
    --------
    >>> resolve_set("ar6"), resolve_set("AR6 GWP-20")
    ('AR6GWP100', 'AR6GWP20')
    """
    aliases = _sets()[1]
    found = aliases.get(_plain(name))
    if found:
        return found
    close = get_close_matches(_plain(name), aliases, n=3)
    listed = list(dict.fromkeys(aliases[c] for c in close)) or list(gwp_sets())
    raise MethodError(Finding("gwp-unknown-set", params={"wanted": name, "close": listed}))


def _unknown_gas(gas: str, name: str) -> Finding:
    elsewhere = [s for s in gwp_sets() if _plain(gas) in map(_plain, _package()[s])]
    known = {_plain(species): species for species in (*UNITY, *_package()[name])}
    close = [known[c] for c in get_close_matches(_plain(gas), known, n=3)] or ["CO2", "CH4", "N2O"]
    if elsewhere:
        return Finding("gwp-not-in-set", params={"gas": gas, "set": name, "close": elsewhere})
    return Finding("gwp-unknown-gas", params={"gas": gas, "set": name, "close": close})


def _plain(text: str) -> str:
    return text.replace("-", "").replace(" ", "").casefold()


@lru_cache(maxsize=1)
def _sets() -> tuple[Mapping[str, Names], Mapping[str, str]]:
    data = read_yaml(root() / "indicators" / "factors" / "gwp.yaml")["sets"]
    names = {key: entry["name"] for key, entry in data.items()}
    aliases = {_plain(text): key for key, entry in data.items() for text in (key, *entry["aliases"])}
    return MappingProxyType(names), MappingProxyType(aliases)


@lru_cache(maxsize=1)
def _package() -> Mapping[str, Mapping[str, float]]:
    import globalwarmingpotentials  # pyright: ignore[reportMissingTypeStubs]

    return globalwarmingpotentials.data
