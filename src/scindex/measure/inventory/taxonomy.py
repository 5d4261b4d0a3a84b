"""The cells of the GPC as data: sector, sub-sector and scope of each, and the totals it counts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from scindex._resources import read_yaml, root
from scindex.errors import MethodError
from scindex.findings import Finding

BASES = ("end_user", "territorial", "footprint")
"""What an inventory can follow: who uses, where it leaves the ground, who consumes."""

TOTALS = ("basic", "basic_plus", "basic_s3", "territorial")


@dataclass(frozen=True, slots=True)
class Cell:
    """One reporting cell of the GPC.

    Attributes
    ----------
    ref : str
        ``I.1.1``
    sector, subsector : str
        ``stationary`` and ``I.1``.
    scope : int
        1, 2 or 3.
    basis : str
        One or several of `BASES`, joined by ``+``: a cell in several is stored once.
    totals : tuple of str
        Of `TOTALS`, those that it counts in.
    name : Mapping of str to str
    """

    ref: str
    sector: str
    subsector: str
    scope: int
    basis: str
    totals: tuple[str, ...]
    name: Mapping[str, str]


@lru_cache(maxsize=1)
def taxonomy() -> Mapping[str, Cell]:
    """Return every cell of the GPC by its reference, in the protocol's own order.

    Examples
    --------
    >>> taxonomy()["III.1.2"].scope, taxonomy()["III.1.2"].totals
    (3, ('basic', 'basic_plus', 'basic_s3'))
    >>> taxonomy()["I.4.4"].basis, taxonomy()["IV.1"].basis
    ('territorial', 'end_user+territorial')
    """
    data = _data()
    return {ref: _cell(ref, entry, data) for ref, entry in data["cells"].items()}


def _cell(ref: str, entry: Mapping[str, Any], data: Mapping[str, Any]) -> Cell:
    subsector = ".".join(ref.split(".")[:2])
    marks = {*entry["in"], *entry.get("also", ())}
    totals = tuple(t for t in TOTALS if marks & set(data["totals"][t]["of"]))
    bases = {data["totals"][t]["basis"] for t in totals}
    return Cell(
        ref=ref,
        sector=data["subsectors"][subsector]["sector"],
        subsector=subsector,
        scope=entry["scope"],
        basis="+".join(b for b in BASES if b in bases),
        totals=totals,
        name=entry["name"],
    )


def cell(ref: str) -> Cell:
    """Return one cell of the GPC.

    Raises
    ------
    MethodError
        If there is none of that reference, naming those close to it.
    """
    known = taxonomy()
    if ref not in known:
        close = get_close_matches(ref, known, n=3) or list(known)[:3]
        raise MethodError(Finding("gpc-ref-unknown", value=ref, params={"close": close}))
    return known[ref]


@lru_cache(maxsize=8)
def refs_of(total: str) -> tuple[str, ...]:
    """Return the cells that a total is the sum of.

    Examples
    --------
    >>> len(refs_of("basic")), len(refs_of("basic_plus")), "I.4.4" in refs_of("basic_plus")
    (32, 48, False)
    """
    return tuple(ref for ref, c in taxonomy().items() if total in c.totals)


def basis_of(total: str) -> str:
    """Return the one basis that a total stands on."""
    return str(_data()["totals"][total]["basis"])


def sectors() -> Mapping[str, Mapping[str, Any]]:
    """Return code and name of each sector, in the protocol's order."""
    return _data()["sectors"]


def subsectors() -> Mapping[str, Mapping[str, Any]]:
    """Return sector and name of each sub-sector, by ``I.1``."""
    return _data()["subsectors"]


def total_names() -> Mapping[str, Mapping[str, str]]:
    """Return the name of each total, by language."""
    return {total: _data()["totals"][total]["name"] for total in TOTALS}


def keys() -> Mapping[str, Mapping[str, Any]]:
    """Return the notation keys, the weakest claim first."""
    return _data()["notation_keys"]


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return read_yaml(root() / "indicators" / "gpc.yaml")
