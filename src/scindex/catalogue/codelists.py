"""The code lists behind an indicator's labels: axes, dimensions, sectors, SDGs, statuses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from scindex._resources import read_yaml, root
from scindex.catalogue.entries import Names
from scindex.errors import UsageError
from scindex.findings import Finding


def codelist_names() -> list[str]:
    """Return the names of the code lists.

    Examples
    --------
    >>> {"axis", "dimension", "netzero_sector", "obs_status", "quality", "sdg"} <= set(codelist_names())
    True
    """
    return list(_lists())


@lru_cache
def codelist(name: str) -> Mapping[str, Names]:
    """Return a code list: code to its name in each language, in the list's own order.

    Parameters
    ----------
    name : str
        One of `codelist_names`.

    Raises
    ------
    UsageError
        If there is no such list.

    Examples
    --------
    >>> list(codelist("axis"))
    ['digitalisation', 'engagement', 'impact']
    """
    return {code: entry["name"] for code, entry in _codes(name).items()}


def codelist_notes(name: str) -> Mapping[str, Names]:
    """Return what each code of a list means, where the list says more than a name."""
    return {code: entry["means"] for code, entry in _codes(name).items() if "means" in entry}


@lru_cache
def objectives() -> Mapping[str, str]:
    """Return the impact objective of each OECD dimension that has one.

    Examples
    --------
    >>> objectives()["water"], objectives()["economy"]
    ('sustainability', 'wellbeing')
    """
    return {code: entry["objective"] for code, entry in _codes("dimension").items() if "objective" in entry}


@lru_cache
def _lists() -> dict[str, Any]:
    return read_yaml(root() / "indicators" / "codelists.yaml")


def _codes(name: str) -> dict[str, Any]:
    if name not in _lists():
        raise UsageError(Finding("unknown-codelist", params={"wanted": name, "close": codelist_names()}))
    return _lists()[name]["codes"]
