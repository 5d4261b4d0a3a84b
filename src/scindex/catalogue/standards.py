"""Building standards as data: limits by use, size and period, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scindex._resources import parse_yaml, read_definition, root
from scindex.catalogue.build import read_conflicts
from scindex.catalogue.entries import STANDINGS, Names, Source
from scindex.catalogue.factor_entries import Years
from scindex.catalogue.factor_file import parts, read_source, read_unit, read_years
from scindex.catalogue.fields import Fields, Pair
from scindex.errors import CatalogueError, UsageError
from scindex.findings import Finding

HEAD_FIELDS = ("standard", "name", "region", "notes", "source", "defaults", "none", "limits")
FIELDS = (
    "name", "value", "unit", "quantity", "use", "size", "valid", "area", "standing", "source", "notes",
    "conflicts", "draft",
)  # fmt: skip
QUANTITIES = ("energy_intensity", "emission_intensity", "reduction", "threshold", "penalty")
AREAS = ("gross", "usable")


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a standard.

    Attributes
    ----------
    id : str
        Its key in the file.
    value : float
        [unit]
    quantity : str
        What is limited, one of `QUANTITIES`.
    use : str
        Use of the building in the standard's own words.
    size : (low, high)
        Floor area it holds for; None is open. [m2]
    valid : (int or None, int or None)
        Years it holds for.
    area : str
        ``gross`` or ``usable`` floor area under the line: the same building has two
        numbers, and they differ by a third. Empty where the source does not say.
    """

    id: str
    name: Names
    value: float
    unit: str
    quantity: str
    use: str = ""
    size: Pair = (None, None)
    valid: Years = (None, None)
    area: str = ""
    standing: str = "published"
    source: Source = field(default_factory=Source)
    notes: Names = field(default_factory=dict[str, str])
    conflicts: tuple[Mapping[str, Any], ...] = ()
    draft: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Standard:
    """A rule or scheme for buildings.

    Attributes
    ----------
    limits : Mapping of str to Limit
        By id, in the file's order.
    none : Names
        Why a standard has no limits here, where it has none.
    """

    id: str
    name: Names
    region: str = ""
    limits: Mapping[str, Limit] = field(default_factory=dict[str, Limit])
    none: Names = field(default_factory=dict[str, str])
    notes: Names = field(default_factory=dict[str, str])
    source: Source = field(default_factory=Source)
    path: str = ""


def standard_ids() -> list[str]:
    """Return the ids of the building standards that come with scindex.

    Examples
    --------
    >>> "nyc_ll97" in standard_ids()
    True
    """
    return sorted(path.stem for path in (root() / "indicators" / "standards").glob("*.yaml"))


@lru_cache
def standard(standard_id: str) -> Standard:
    """Return a building standard that comes with scindex, by id.

    Raises
    ------
    UsageError
        If there is none, with the closest ids.
    CatalogueError
        If its file is wrong, with every fault at its line.

    Examples
    --------
    >>> standard("paris_proof").limits["office"].value
    70.0
    """
    ids = standard_ids()
    if standard_id not in ids:
        close = get_close_matches(standard_id, ids, n=3) or ids
        raise UsageError(Finding("unknown-standard", params={"wanted": standard_id, "close": close}))
    return read_standard(root() / "indicators" / "standards" / f"{standard_id}.yaml")


def read_standard(path: str | Path) -> Standard:
    """Read a building standard from a YAML file.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is wrong, with every fault at its line.
    """
    name = Path(path).name
    return build_standard(parse_yaml(read_definition(Path(path)), name), name)


def build_standard(data: Any, name: str) -> Standard:
    """Build a standard from a parsed YAML file; `name` stands in the messages.

    Raises
    ------
    CatalogueError
        With every fault of the file, each at its line.
    """
    findings: list[Finding] = []
    head = Fields(data, name, findings, entry=name)
    head.known(HEAD_FIELDS)
    head.need("standard", "name", "none" if "limits" not in head else "limits")
    base, shared = head.source("source"), head.inner("defaults").data
    limits = {
        key: _limit(fields, key, base)
        for slug, entry in head.items("limits")
        for key, fields in parts(slug, entry, shared)
    }
    if findings:
        raise CatalogueError(*findings)
    return Standard(
        id=head.text("standard"),
        name=head.names("name"),
        region=head.text("region"),
        limits=MappingProxyType(limits),
        none=head.names("none"),
        notes=head.names("notes"),
        source=base,
        path=name,
    )


def _limit(entry: Fields, key: str, base: Source) -> Limit:
    entry.known(FIELDS)
    entry.need("name", "value", "unit", "quantity")
    standing = entry.choice("standing", STANDINGS, "published")
    return Limit(
        id=key,
        name=entry.names("name"),
        value=entry.number("value", 0.0) or 0.0,
        unit=read_unit(entry),
        quantity=entry.choice("quantity", QUANTITIES),
        use=entry.text("use"),
        size=entry.pair("size"),
        valid=read_years(entry),
        area=entry.choice("area", AREAS),
        standing=standing,
        source=read_source(entry, base, standing),
        notes=entry.names("notes"),
        conflicts=read_conflicts(entry),
        draft=entry.texts("draft"),
        line=entry.line,
    )
