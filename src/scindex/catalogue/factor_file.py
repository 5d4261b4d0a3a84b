"""A factor file -> `Family` and its `Factor` entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scindex.catalogue.build import read_conflicts
from scindex.catalogue.entries import STANDINGS, Source
from scindex.catalogue.factor_entries import (
    BOUNDARIES,
    MASSES,
    OWN,
    POINTS,
    PURPOSES,
    Factor,
    Family,
    Years,
    gas_in,
)
from scindex.catalogue.fields import Fields, merged
from scindex.errors import CatalogueError
from scindex.findings import Finding
from scindex.units import parse

HEAD_FIELDS = ("family", "name", "notes", "source", "attributes", "defaults", "factors")
FIELDS = (
    "name", "value", "unit", "gas", "quantity", "region", "valid", "purpose", "point", "boundary",
    "gwp_set", "relative_error", "standing", "source", "notes", "conflicts", "draft",
)  # fmt: skip
ID = re.compile(r"[A-Za-z0-9_]+")
FIRST_YEAR, LAST_YEAR = 1800, 2200


def build_factors(data: Any, name: str, known: Mapping[str, Family]) -> tuple[Family, dict[str, Factor]]:
    """Build a family and its factors from a parsed YAML file.

    Parameters
    ----------
    data : object
        What `scindex._resources.parse_yaml` returned.
    name : str
        Name of the file, for ``file.yaml:LINE``.
    known : Mapping of str to Family
        Families there are already; a file that adds to one may use its attributes.

    Returns
    -------
    Family, dict of str to Factor

    Raises
    ------
    CatalogueError
        With every fault of the file, each at its line.
    """
    findings: list[Finding] = []
    head = Fields(data, name, findings, entry=name)
    head.known(HEAD_FIELDS)
    head.need("family", "name", "factors")
    family = _family(head, known)
    shared = head.inner("defaults").data
    factors: dict[str, Factor] = {}
    for slug, entry in head.items("factors"):
        for part, fields in parts(slug, entry, shared):
            factor = _factor(fields, f"{family.id}/{part}", family)
            factors[factor.id] = factor
    if findings:
        raise CatalogueError(*findings)
    return family, factors


def _family(head: Fields, known: Mapping[str, Family]) -> Family:
    own = head.inner("attributes")
    attributes = {name: own.names(name) for name in own.data}
    for name in attributes:
        if name in (*FIELDS, *OWN, "per", "year", "values"):
            own.fault("factor-attribute-taken", field=name)
    there = known.get(head.text("family"))
    _identify(head, "family", head.text("family"))
    return Family(
        id=head.text("family"),
        name=head.names("name"),
        attributes={**(there.attributes if there else {}), **attributes},
        notes=head.names("notes"),
        source=head.source("source"),
        path=head.file,
    )


def _identify(fields: Fields, field: str, text: str) -> None:
    if text and not ID.fullmatch(text):
        fields.fault("entry-bad-id", field=field, value=text)


def parts(slug: str, entry: Fields, shared: Mapping[str, Any]) -> Iterator[tuple[str, Fields]]:
    """Yield an entry, or each of its ``values`` with the fields of the entry below its own."""
    _identify(entry, "", slug)
    whole = _over(shared, entry, slug)
    if "values" not in entry:
        yield slug, whole
        return
    title = whole.names("name")
    for part, own in entry.items("values"):
        _identify(own, "", part)
        said = own.names("name") or {"en": own.text("gas")}
        names = {lang: f"{text}: {said.get(lang) or said.get('en') or part}" for lang, text in title.items()}
        fields = _over(whole.data, own, f"{slug}.{part}")
        data = merged(fields.data, {"name": names})
        yield f"{slug}.{part}", Fields(data, own.file, own.findings, entry=fields.entry, line=own.line)


def _over(base: Mapping[str, Any], entry: Fields, name: str) -> Fields:
    """Return an entry with what it does not say taken from `base`."""
    data = merged(base, entry.data)
    data.pop("values", None)
    return Fields(data, entry.file, entry.findings, entry=name, line=entry.line)


def _factor(entry: Fields, factor_id: str, family: Family) -> Factor:
    entry.known((*FIELDS, *family.attributes))
    entry.need("name", "value", "unit")
    standing = entry.choice("standing", STANDINGS, "published")
    unit = read_unit(entry)
    error, error_standing = _error(entry, standing)
    return Factor(
        id=factor_id,
        family=family.id,
        name=entry.names("name"),
        value=entry.number("value", 0.0) or 0.0,
        unit=unit,
        gas=_gas(entry, unit),
        quantity=entry.text("quantity"),
        region=entry.text("region", "global"),
        valid=read_years(entry),
        purpose=entry.choice("purpose", PURPOSES),
        point=entry.choice("point", POINTS),
        boundary=entry.choice("boundary", BOUNDARIES),
        gwp_set=entry.text("gwp_set") or None,
        relative_error=error,
        error_standing=error_standing,
        standing=standing,
        source=read_source(entry, family.source, standing),
        attributes={name: _plain(entry, name) for name in family.attributes if name in entry},
        notes=entry.names("notes"),
        conflicts=read_conflicts(entry),
        draft=entry.texts("draft"),
        path=entry.file,
        line=entry.line,
    )


def read_source(entry: Fields, base: Source, standing: str) -> Source:
    return entry.source("source", base, standing=standing) if "source" in entry else base


def read_unit(entry: Fields) -> str:
    text = entry.text("unit")
    understood = parse(text) if text else None
    if text and (understood is None or not understood.unit):
        entry.fault("factor-unit", field="unit", value=text)
    return understood.unit if understood else ""


def _gas(entry: Fields, unit: str) -> str:
    """Return the gas; the mass in the unit must be of that gas, so that CO2 never passes for CO2e."""
    gas, counted = entry.text("gas"), gas_in(unit)
    meant = gas.removesuffix("_bio")
    if unit and (meant in MASSES or counted) and meant != counted:
        entry.fault("factor-gas-unit", field="gas", value=gas or "-", unit=unit)
    return gas


def read_years(entry: Fields) -> Years:
    own = entry.inner("valid")
    own.known(("from", "to"))
    first, last = (_year(own, key) for key in ("from", "to"))
    if first is not None and last is not None and first > last:
        own.fault("factor-valid-order", field="from", low=first, high=last)
    return first, last


def _year(own: Fields, key: str) -> int | None:
    value = own.number(key)
    if value is None:
        return None
    if value != int(value) or not FIRST_YEAR <= value <= LAST_YEAR:
        own.fault("factor-not-a-year", field=key, value=value)
        return None
    return int(value)


def _error(entry: Fields, standing: str) -> tuple[float | None, str]:
    """Return a relative error and its standing: a plain number stands as the factor does."""
    if not isinstance(entry.data.get("relative_error"), Mapping):
        value, own = entry.number("relative_error"), standing
    else:
        block = entry.inner("relative_error")
        block.known(("value", "standing", "reason"))
        block.need("value", "standing")
        value, own = block.number("value"), block.choice("standing", STANDINGS, "proposed")
        if own == "proposed" and not block.names("reason"):
            block.fault("entry-missing-field", field="reason")
    if value is not None and value < 0:
        entry.fault("factor-negative-error", field="relative_error", value=value)
    return value, "" if value is None else own


def _plain(entry: Fields, name: str) -> str | float | int:
    value = entry.data[name]
    return value if isinstance(value, int | float) and not isinstance(value, bool) else entry.text(name)
