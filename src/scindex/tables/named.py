"""Which indicator and which year a cell is about."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from scindex.catalogue.lookup import Lookup, fold
from scindex.findings import Finding
from scindex.tables.cells import DATE
from scindex.tables.cells import mark as cell_mark
from scindex.tables.faults import each, first_of_each, shorten
from scindex.tables.spread import Key, Spread, combine

FIRST_YEAR, LAST_YEAR = 1900, 2100
_PERIOD = re.compile(
    r"\d{4}\s*[-/]?\s*(?:[QHSMW]\d{1,2}|\d{2}|\d{4}|\d?/4.*|[1-4]분기|상반기|하반기)", re.IGNORECASE
)


@dataclass(frozen=True)
class Named:
    """The indicator of each cell: `ids[codes[i]]`; -1 where it is not known."""

    codes: np.ndarray
    ids: tuple[str, ...]


@dataclass
class _Match:
    """What one combination of texts may stand for, or the fault in it."""

    ids: tuple[str, ...] = ()
    fault: str = ""
    text: str = ""
    params: dict[str, object] | None = None
    unknown: str = ""


def find_indicators(
    spread: Spread, lookup: Lookup, *, ignore: Sequence[str] = ()
) -> tuple[Named, list[Finding]]:
    """Say which indicator each cell is about.

    Parameters
    ----------
    spread : Spread
    lookup : Lookup
        The indicators of the frameworks in force.
    ignore : sequence of str
        Indicators to leave out where they are not known; ``all`` for every such one.

    Returns
    -------
    (Named, list of Finding)
        A text that several frameworks know goes to the one that knows most of the file.
    """
    keys = spread.keys("indicator")
    point = spread.key("data_point")
    over = keys[0].over_columns
    pointed = point is not None and point.over_columns == over
    codes, texts = combine([*keys, point] if pointed and point else keys)
    matches = [_match(t[: len(keys)], t[-1] if pointed else "", lookup) for t in texts]
    places = first_of_each(codes)
    first = {code: (at, count) for code, at, count in places}
    findings = _prefer(matches, first, lambda i: spread.where("indicator", i))
    ids: dict[str, int] = {}
    known = np.full(len(matches), -1, dtype=np.int32)
    for code, at, count in places:
        match = matches[code]
        if match.fault:
            findings += _fault(match, spread, codes, code, at, count, lookup, ignore)
        else:
            known[code] = ids.setdefault(match.ids[0], len(ids))
    half = [
        (at, matches[code]) for code, at, _ in places if matches[code].unknown and not matches[code].fault
    ]
    if half:
        at, match = half[0]
        params = {"read": match.ids[0], "count": len(half)}
        where, shown = spread.where("indicator", at), shorten(match.unknown)
        findings.append(Finding("indicator-half-known", "note", where=where, value=shown, params=params))
    return Named(spread.to_cells(known[codes], over_columns=over), tuple(ids)), findings


def _match(names: tuple[str, ...], point: str, lookup: Lookup) -> _Match:
    """Look up what the indicator columns of one row say, with its data point."""
    given = [n for n in names if n]
    if not given:
        return _Match(fault="no-indicator")
    found = {n: _with_point(n, point, lookup) for n in given}
    agreed = {i for ids in found.values() for i in ids}
    found = {n: ids or tuple(i for i in lookup.find(n) if i in agreed) for n, ids in found.items()}
    if not any(found.values()):
        return _unmatched(given[0], point, lookup)
    meant = {n: set(ids or lookup.points(n)) for n, ids in found.items()}
    common = set.intersection(*(ids for ids in meant.values() if ids))
    if not common:
        pair = [n for n in given if meant[n]][:2]
        params = {"first": pair[0], "second": pair[-1], "ids": [min(meant[n]) for n in pair]}
        return _Match(fault="code-name-disagree", text=given[0], params=params)
    order = next(ids for ids in found.values() if ids)
    unknown = next((n for n in given if not meant[n]), "")
    return _Match(tuple(i for i in order if i in common), text=given[0], unknown=unknown)


def _with_point(name: str, point: str, lookup: Lookup) -> tuple[str, ...]:
    """Look up a name with its data point, which the name may hold already."""
    if not point:
        return lookup.find(name)
    own = (i for i in lookup.find(name) if fold(i.rpartition(".")[2]) == fold(point))
    return lookup.find(f"{name}: {point}") or tuple(own)


def _unmatched(name: str, point: str, lookup: Lookup) -> _Match:
    points = [i.partition(":")[2].rpartition(".")[2] for i in lookup.points(name)]
    if points:
        params = {"points": points, "point": point}
        return _Match(fault="unknown-point" if point else "point-needed", text=name, params=params)
    if point and lookup.find(name):
        return _Match(fault="no-points", text=name, params={"point": point})
    return _Match(fault="unknown-indicator", text=name)


def _fault(
    match: _Match,
    spread: Spread,
    codes: np.ndarray,
    code: int,
    at: int,
    count: int,
    lookup: Lookup,
    ignore: Sequence[str],
) -> list[Finding]:
    where = spread.where("indicator", at)
    if match.fault == "no-indicator":
        return each("no-indicator", np.flatnonzero(codes == code), lambda i: spread.where("indicator", i))
    params: dict[str, object] = {**(match.params or {}), "count": count}
    text = shorten(match.text)
    if match.fault == "unknown-indicator":
        if "all" in ignore or fold(match.text) in {fold(i) for i in ignore}:
            return [Finding("indicator-ignored", "note", where=where, value=text, params=params)]
        params["close"] = lookup.close(match.text[:200])
    return [Finding(match.fault, where=where, value=text, params=params)]


def _prefer(
    matches: list[_Match], first: dict[int, tuple[int, int]], where: Callable[[int], str]
) -> list[Finding]:
    """Where several frameworks know a text, keep the indicator of the one that knows most."""
    votes = Counter(f for m in matches if not m.fault for f in {i.partition(":")[0] for i in m.ids})
    chosen: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for code, match in enumerate(matches):
        if match.fault or len(match.ids) < 2:
            continue
        best = max((i.partition(":")[0] for i in match.ids), key=lambda f: votes[f])
        kept = [i for i in match.ids if i.startswith(f"{best}:")]
        others = [i.partition(":")[0] for i in match.ids if i not in kept]
        if len(kept) > 1:
            match.fault, match.params = "indicator-ambiguous", {"ids": kept}
        else:
            match.ids = (kept[0],)
            chosen.setdefault((best, others[0]), []).append((first[code][0], match.text))
    findings: list[Finding] = []
    for (best, other), places in chosen.items():
        at, text = min(places)
        params = {"framework": best, "other": other, "count": len(places)}
        findings.append(Finding("framework-preferred", "note", where=where(at), value=text, params=params))
    return findings


def find_years(spread: Spread, year: int | None) -> tuple[np.ndarray, list[Finding]]:
    """Say which calendar year each cell describes; 0 where that is not known.

    Parameters
    ----------
    spread : Spread
    year : int or None
        The year of a table, or a row, that names none.

    Returns
    -------
    (ndarray of int, list of Finding)
        One is ``no-year-column`` where neither the table nor `year` gives one.
    """
    findings: list[Finding] = []
    key = _filled(spread, "year")
    if key is None and (key := _filled(spread, "report_year")) is not None:
        where = spread.grid.where(spread.layout.header, spread.layout.by_row["report_year"][0])
        findings.append(Finding("year-is-report-year", "note", where=where))
    if key is None:
        if year is None:
            findings.append(Finding("no-year-column", where=spread.grid.where(spread.layout.header, 0)))
        return np.full(spread.n, year or 0, dtype=np.int32), findings
    years = np.zeros(len(key.texts), dtype=np.int32)
    for code, at, count in first_of_each(key.codes):
        text = key.texts[code]
        value, fault = (year, "") if not text and year is not None else read_year(text)
        years[code] = value or 0
        if fault == "no-year":
            places = np.flatnonzero(key.codes == code)
            findings += each("no-year", places, lambda i: spread.where(key.role, i))
        elif fault:
            params = {"count": count, "first": FIRST_YEAR, "last": LAST_YEAR}
            where = spread.where(key.role, at)
            findings.append(Finding(fault, where=where, value=shorten(text), params=params))
    return spread.to_cells(years[key.codes], over_columns=key.over_columns), findings


def _filled(spread: Spread, role: str) -> Key | None:
    """Return the key of a role, unless its column is blank all the way down."""
    key = spread.key(role)
    return key if key is not None and any(key.texts) else None


def read_year(text: str) -> tuple[int | None, str]:
    """Read a calendar year; return it, or the code of what is wrong with the text.

    Examples
    --------
    >>> read_year("2020.0"), read_year("２０２０년"), read_year("2020-Q1"), read_year("1820")
    ((2020, ''), (2020, ''), (None, 'year-period'), (None, 'year-out-of-range'))
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None, "no-year"
    match = re.fullmatch(r"([+-]?\d{1,9})(?:\.0*)?\s*(?:년도?)?", text)
    if match:
        value = int(match[1])
        return (value, "") if FIRST_YEAR <= value <= LAST_YEAR else (None, "year-out-of-range")
    if re.fullmatch(
        r"\d{4}\s*[-/]?\s*(?:[QHSMW]\d{1,2}|\d{2}|\d{4}|\d?/4.*|[1-4]분기|상반기|하반기)", text, re.IGNORECASE
    ):
        return None, "year-period"
    return None, "year-date" if cell_mark(text) == DATE else "year-not-a-number"
