"""Check factors and standards: what loads may still lack a source or a language, or have a twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scindex import messages
from scindex._resources import parse_yaml, read_definition
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import STANDINGS, Names
from scindex.catalogue.factor_entries import Factor, profile
from scindex.catalogue.factors import load_factors, read_factors
from scindex.catalogue.standards import Limit, Standard, build_standard, standard, standard_ids
from scindex.errors import CatalogueError
from scindex.findings import Finding

FACTORS, STANDARDS = "factors", "standards"


def check_definitions() -> list[Finding]:
    """Check the factors and the standards that come with scindex.

    A file that does not load contributes the faults at its lines.

    Examples
    --------
    >>> {f.severity for f in check_definitions()}
    {'note'}
    """
    found: list[Finding] = []
    try:
        found += check_factors(load_factors())
    except CatalogueError as err:
        found += err.findings
    standards: list[Standard] = []
    for name in standard_ids():
        try:
            standards.append(standard(name))
        except CatalogueError as err:
            found += err.findings
    return [*found, *check_standards(standards)]


def check_file(path: str | Path) -> list[Finding] | None:
    """Check a user's factor or standard file; None where it is neither.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If it is wrong, with every fault at its line.
    """
    name = Path(path).name
    data = parse_yaml(read_definition(Path(path)), name)
    if not isinstance(data, Mapping):
        return None
    if "family" in data:
        there = read_factors(path)
        return check_factors(there, only=there.keys() - load_factors().keys())
    return check_standards([build_standard(data, name)]) if "standard" in data else None


def check_factors(factors: Mapping[str, Factor], *, only: Any = None) -> list[Finding]:
    """Check factors against each other; `only` says whose findings to tell."""
    told = {i: f for i, f in factors.items() if only is None or i in only}
    found = [finding for entry in told.values() for finding in _check_entry(entry, entry.id, entry.path)]
    found += _twins(factors, told)
    return [*found, *_count(told)]


def check_standards(standards: list[Standard]) -> list[Finding]:
    """Check standards: every limit has a source, every text both languages."""
    found: list[Finding] = []
    for entry in standards:
        found += _languages(
            entry.path, entry.id, {"name": entry.name, "none": entry.none, "notes": entry.notes}
        )
        for limit in entry.limits.values():
            found += _check_entry(limit, f"{entry.id}/{limit.id}", entry.path)
    standings = Counter(limit.standing for entry in standards for limit in entry.limits.values())
    params = {"name": STANDARDS, "standards": len(standards), "limits": standings.total()}
    return [*found, Finding("check-standards", "note", params={**params, "standings": _standings(standings)})]


def _check_entry(entry: Factor | Limit, name: str, path: str) -> Iterator[Finding]:
    where, source = f"{path}:{entry.line}", entry.source
    yield from _languages(where, name, {"name": entry.name, "notes": entry.notes})
    for row in entry.conflicts:
        yield from _languages(where, name, {"conflicts": row["reason"]})
    if not (source.page or source.url or source.note):
        yield Finding("check-factor-source", where=where, params={"entry": name})


def _languages(where: str, entry: str, texts: Mapping[str, Names]) -> Iterator[Finding]:
    for field, names in texts.items():
        missing = [lang for lang in messages.LANGUAGES if not names.get(lang)]
        if names and missing:
            params = {"entry": entry, "field": field, "missing": missing}
            yield Finding("check-factor-language", "warning", where=where, params=params)


def _twins(factors: Mapping[str, Factor], told: Mapping[str, Factor]) -> Iterator[Finding]:
    """Find factors that no look-up can tell apart."""
    alike: dict[Any, list[Factor]] = {}
    for entry in factors.values():
        alike.setdefault((entry.family, entry.gas, *sorted(profile(entry).items())), []).append(entry)
    for group in alike.values():
        if len(group) > 1 and any(entry.id in told for entry in group):
            last = group[-1]
            params = {"entries": [entry.id for entry in group]}
            yield Finding("check-factor-twins", where=f"{last.path}:{last.line}", params=params)


def _count(factors: Mapping[str, Factor]) -> Iterator[Finding]:
    standings = Counter(f.standing for f in factors.values())
    params = {"name": FACTORS, "factors": len(factors), "families": len({f.family for f in factors.values()})}
    yield Finding("check-factor-counts", "note", params={**params, "standings": _standings(standings)})
    fields = Counter(field for f in factors.values() for field in f.draft)
    drafts = sum(bool(f.draft) for f in factors.values())
    if drafts:
        listed = ", ".join(f"{field} {n}" for field, n in fields.most_common())
        params = {"name": FACTORS, "factors": drafts, "fields": listed}
        yield Finding("check-factor-drafts", "note", params=params)
    torn = [f.id for f in factors.values() if f.conflicts]
    if torn:
        yield Finding("check-factor-conflicts", "note", params={"name": FACTORS, "entries": torn})
    unsaid = sum(f.gas == "CO2e" and not f.gwp_set for f in factors.values())
    if unsaid:
        yield Finding("check-factor-gwp", "note", params={"name": FACTORS, "factors": unsaid})


def _standings(counts: Mapping[str, int]) -> Names:
    names = codelist("standing")
    return {
        lang: ", ".join(f"{names[s][lang]} {counts[s]}" for s in STANDINGS if counts.get(s)) or "-"
        for lang in messages.LANGUAGES
    }
