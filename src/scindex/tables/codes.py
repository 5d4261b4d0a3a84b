"""Codes of places and uses: always text, told apart by system and year, joined by code or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from scindex._resources import read_yaml, root
from scindex.catalogue.lookup import fold
from scindex.errors import DataError, UsageError
from scindex.findings import Finding

PNU_PARTS = {"sigungu": 5, "bjdong": 5, "plot_kind": 1, "bun": 4, "ji": 4}
"""Parts of the 19 digits of a plot and how long each is."""

REGISTER_TO_CADASTRE = {"0": "1", "1": "2"}
"""The register counts kinds of plot from 0 (land, hill), the cadastre's number from 1."""

SIGUNGU = 5
"""Digits that name a si, gun or gu in either system."""

LISTED = 60
"""Codes that a finding lists."""


@lru_cache(maxsize=1)
def building_uses() -> Mapping[str, Any]:
    """Return the uses of buildings: id -> name, codes and words.

    Examples
    --------
    >>> building_uses()["office"]["name"]["ko"]
    '업무시설'
    """
    return read_yaml(root() / "indicators" / "building_uses.yaml")["uses"]


@lru_cache(maxsize=1)
def _use_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for use, entry in building_uses().items():
        for word in (use, *entry["codes"], *entry["words"]):
            table.setdefault(fold(str(word)), use)
    return table


def building_use(text: str | None) -> str | None:
    """Return the id of a use that a register names by code or word; None if it is not known.

    Examples
    --------
    >>> building_use("업무시설"), building_use("02000"), building_use("Hotel"), building_use("tent")
    ('office', 'apartment', 'hotel', None)
    """
    return None if text is None else _use_table().get(fold(text))


def plot_numbers(frame: pd.DataFrame, *, file: str = "") -> tuple[pd.Series, list[Finding]]:
    """Make the 19 digits of each plot (PNU) from the parts that the building register gives.

    Parameters
    ----------
    frame : DataFrame
        Columns sigungu, bjdong, plot_kind, bun, ji: text with leading zeros. Left as is.
    file : str
        What findings call the table.

    Returns
    -------
    (Series of str, list of Finding)
        Missing where a part is missing or not of its length.

    Raises
    ------
    DataError
        If a column is missing.

    Notes
    -----
    PNU = legal dong (10 digits) + kind of plot (1) + main number (4) + sub-number (4).
    The register writes the kind of plot as 0 (land) or 1 (hill), the cadastre as 1 or 2;
    a block (2 in the register) has no number there.

    Examples
    --------
    >>> part = {"sigungu": "11110", "bjdong": "10100", "plot_kind": "0", "bun": "0001", "ji": "0000"}
    >>> plot_numbers(pd.DataFrame([part]))[0].tolist()
    ['1111010100100010000']
    """
    missing = [c for c in PNU_PARTS if c not in frame.columns]
    if missing:
        raise DataError(Finding("codes-parts-missing", where=file, params={"columns": missing}))
    whole = pd.Series("", index=frame.index, dtype="str")
    good = pd.Series(True, index=frame.index)
    for column, length in PNU_PARTS.items():
        part = frame[column].astype("str")
        if column == "plot_kind":
            part = part.map(REGISTER_TO_CADASTRE)
        good &= part.notna() & (part.str.len() == length) & part.str.isdigit().fillna(False)
        whole = whole + part.fillna("")
    whole = whole.where(good).astype("str")
    lost = int((~good).sum())
    params = {"count": lost, "rows": len(frame)}
    return whole, [Finding("codes-plot-incomplete", "warning", where=file, params=params)] if lost else []


@dataclass(frozen=True)
class Joined:
    """Which codes of two lists stand for the same place.

    Attributes
    ----------
    pairs : DataFrame
        Columns left, right: each code at most once.
    left_only, right_only : tuple of str
        Codes without a partner, in order.
    findings : tuple of Finding
    """

    pairs: pd.DataFrame
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def match_codes(left: Iterable[str], right: Iterable[str], *, names: tuple[str, str] = ("", "")) -> Joined:
    """Join two lists of codes, and list those that only one has.

    Parameters
    ----------
    left, right : iterable of str
        Codes as text; a number is refused, since it has lost its leading zeros.
    names : tuple of str
        What findings call the two.

    Returns
    -------
    Joined

    Raises
    ------
    DataError
        If a code is not text, stands twice in one list, or the two are of different
        systems: 11110 is Jongno in one of them and Nowon in the other.

    Examples
    --------
    >>> joined = match_codes(["11010", "11020"], ["11020", "11030"])
    >>> joined.left_only, joined.right_only, len(joined.pairs)
    (('11010',), ('11030',), 1)
    """
    one, two = _checked(left, names[0]), _checked(right, names[1])
    systems = code_system(one), code_system(two)
    if all(systems) and systems[0] != systems[1]:
        params = {"one": names[0] or "1", "two": names[1] or "2", "systems": list(systems)}
        raise DataError(Finding("codes-two-systems", where=names[0], params=params))
    both = [c for c in one if c in set(two)]
    left_only = tuple(sorted(set(one) - set(two)))
    right_only = tuple(sorted(set(two) - set(one)))
    pairs = pd.DataFrame({"left": both, "right": both}, dtype="str")
    return Joined(pairs, left_only, right_only, tuple(_unmatched(left_only, right_only, len(both), names)))


def _checked(codes: Iterable[str], name: str) -> list[str]:
    listed = list(codes)
    wrong = [c for c in listed if not isinstance(c, str)]
    if wrong:
        raise DataError(Finding("codes-not-text", where=name, value=str(wrong[0])))
    twice = sorted({c for c in listed if listed.count(c) > 1}) if len(set(listed)) < len(listed) else []
    if twice:
        raise DataError(
            Finding("codes-twice", where=name, params={"codes": _short(twice), "count": len(twice)})
        )
    return listed


def _unmatched(
    left: tuple[str, ...], right: tuple[str, ...], both: int, names: tuple[str, str]
) -> list[Finding]:
    if not left and not right:
        return []
    params = {
        "matched": both,
        "left": len(left),
        "right": len(right),
        "left_codes": _short(left),
        "right_codes": _short(right),
        "one": names[0] or "1",
        "two": names[1] or "2",
    }
    return [Finding("codes-unmatched", "warning", where=names[0], params=params)]


def _short(codes: Iterable[str]) -> list[str]:
    listed = list(codes)
    return [*listed[:LISTED], "…"] if len(listed) > LISTED else listed


def crosswalk_by_name(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    code: str = "district",
    by: tuple[str, ...] = ("name",),
    names: tuple[str, str] = ("", ""),
) -> Joined:
    """Pair the codes of two systems by the names of the places, where a name is unique in both.

    Parameters
    ----------
    left, right : DataFrame
        Columns `code` and those of `by`.
    code : str
    by : tuple of str
        Names that together tell a place: ``("parent", "name")`` where dong of two gu
        share a name.
    names : tuple of str
        What findings call the two.

    Returns
    -------
    Joined
        A name that several places share pairs none of them, and is named in a finding.

    Examples
    --------
    >>> one = pd.DataFrame({"district": ["11010"], "name": ["종로구"]})
    >>> two = pd.DataFrame({"district": ["11110"], "name": ["종로구"]})
    >>> crosswalk_by_name(one, two).pairs.values.tolist()
    [['11010', '11110']]
    """
    sides = [_named(left, code, by), _named(right, code, by)]
    shared = [{k for k, c in side.items() if len(c) > 1} for side in sides]
    both = [k for k in sides[0] if k in sides[1] and k not in shared[0] | shared[1]]
    pairs = pd.DataFrame(
        {"left": [sides[0][k][0] for k in both], "right": [sides[1][k][0] for k in both]}, dtype="str"
    )
    left_only = tuple(sorted(set(left[code].astype("str")) - set(pairs["left"])))
    right_only = tuple(sorted(set(right[code].astype("str")) - set(pairs["right"])))
    findings = _unmatched(left_only, right_only, len(both), names)
    doubled = sorted(shared[0] | shared[1])
    if doubled:
        params = {"count": len(doubled), "names": _short(doubled)}
        findings.append(Finding("codes-name-shared", "warning", where=names[0], params=params))
    return Joined(pairs, left_only, right_only, tuple(findings))


def _named(frame: pd.DataFrame, code: str, by: tuple[str, ...]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for row in frame[[code, *by]].astype("str").itertuples(index=False):
        table.setdefault(" ".join(place_name(p) for p in row[1:] if isinstance(p, str)), []).append(row[0])
    return table


def place_name(text: str) -> str:
    """Return a place's name for comparing: numbers of dong, middle dots and spaces evened out.

    Examples
    --------
    >>> place_name("종로1·2·3·4가동") == place_name("종로1.2.3.4가동")
    True
    >>> place_name("개포제1동") == place_name("개포1동")
    True
    """
    return fold(re.sub(r"제(?=\d)", "", text))


@lru_cache(maxsize=1)
def _crosswalk_data() -> Mapping[str, Any]:
    return read_yaml(root() / "indicators" / "crosswalk_codes.yaml")


def crosswalk(source: str, target: str, *, year: int = 2018, region: str = "") -> dict[str, str]:
    """Return the codes of one system for those of another, at the level of si, gun and gu.

    Parameters
    ----------
    source, target : {"kostat", "mois"}
        System: Statistics Korea's, or the Ministry of the Interior's (also JUSO and the
        first five digits of a legal dong).
    year : int
        Year of the KOSTAT codes; the last boundaries up to it that are listed.
    region : str
        Name of a province or metropolitan city; all that are listed if empty.

    Returns
    -------
    dict of str to str

    Raises
    ------
    UsageError
        If a system is not known.

    Examples
    --------
    >>> crosswalk("kostat", "mois")["11010"], crosswalk("mois", "kostat")["11110"]
    ('11110', '11010')
    """
    systems = _crosswalk_data()["systems"]
    for wanted in (source, target):
        if wanted not in systems:
            params = {"wanted": wanted, "choices": list(systems)}
            raise UsageError(Finding("codes-unknown-system", params=params))
    rows = _rows_of(year)
    return {r[source]: r[target] for r in rows if not region or r["sido"] == region}


def _rows_of(year: int) -> list[Mapping[str, Any]]:
    rows = _crosswalk_data()["sigungu"]
    listed = sorted({y for r in rows for y in r["years"]})
    chosen = max((y for y in listed if y <= year), default=listed[0])
    return [r for r in rows if chosen in r["years"]]


def code_system(codes: Iterable[str]) -> str:
    """Say which system codes of si, gun and gu (or of places in them) are of, by those listed.

    Returns
    -------
    str
        ``kostat``, ``mois``, or empty where most codes fit neither, or both as well.

    Examples
    --------
    >>> code_system(["11010", "11020"]), code_system(["1121510100"]), code_system(["11110"])
    ('kostat', 'mois', '')
    """
    fronts = {c[:5] for c in codes if len(c) >= SIGUNGU and c.isdigit()}
    if not fronts:
        return ""
    rows = _crosswalk_data()["sigungu"]
    shares = {
        system: len(fronts & {r[system] for r in rows}) / len(fronts)
        for system in _crosswalk_data()["systems"]
    }
    first, second = sorted(shares, key=lambda s: -shares[s])[:2]
    return first if shares[first] > 0.5 and shares[first] > shares[second] else ""
