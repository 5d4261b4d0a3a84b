"""Whose values: the identity of a city, from its code, its country and its name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scindex._resources import read_yaml, root
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.tables.faults import each, first_of_each
from scindex.tables.spread import Spread, combine

WITHDRAWN = ("BUR", "DDR", "FXX", "TMP", "YMD", "ZAR")
"""Codes that ISO 3166 has withdrawn, still known to Unicode as other spellings."""

_LOCODE = re.compile(r"[A-Za-z]{2} ?[A-Za-z2-9]{3}")


@dataclass(frozen=True)
class Places:
    """The city of each cell: `ids[codes[i]]`, called `names[codes[i]]`; -1 where unknown."""

    codes: np.ndarray
    ids: tuple[str, ...]
    names: tuple[str, ...]


def fold_name(name: str) -> str:
    """Fold Unicode form, case and spaces of a city's name; never its accents.

    Examples
    --------
    >>> fold_name(" OSLO  ") == fold_name("oslo"), fold_name("Ås") == fold_name("As")
    (True, False)
    """
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", name).split()).casefold())


def slug(name: str) -> str:
    """Return a city's name as the last part of an id.

    Examples
    --------
    >>> slug("New  York"), slug("Ålesund"), slug("서울특별시")
    ('new_york', 'ålesund', '서울특별시')
    """
    return fold_name(name).replace(" ", "_")


def place_code(text: str) -> str:
    """Return a code of a place; UN/LOCODE without its space and in capitals.

    Examples
    --------
    >>> place_code("NO OSL"), place_code("nokrs"), place_code(" 11110 ")
    ('NOOSL', 'NOKRS', '11110')
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text.replace(" ", "").upper() if _LOCODE.fullmatch(text) else text


def iso3(country: str) -> str:
    """Return the ISO 3166 three-letter code of a country's name or code; empty if unknown.

    Examples
    --------
    >>> iso3("Norway"), iso3("KR"), iso3("대한민국"), iso3("nor"), iso3("Atlantis")
    ('NOR', 'KOR', 'KOR', 'NOR', '')
    """
    return _countries().get(fold(country), "")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    from babel import Locale
    from babel.core import get_global

    aliases = {code: two[0] for code, two in get_global("territory_aliases").items() if _is_iso3(code, two)}
    threes = {two: code for code, two in aliases.items() if code not in WITHDRAWN}
    table: dict[str, str] = {}
    for language in ("en", "ko"):
        for two, name in Locale(language).territories.items():
            if two in threes:
                table.setdefault(fold(name), threes[two])
    table |= {fold(two): three for two, three in threes.items()}
    table |= {fold(code): threes[two] for code, two in aliases.items()}
    for three, names in read_yaml(root() / "indicators" / "headers.yaml")["countries"].items():
        table |= {fold(name): three for name in names}
    return table


def _is_iso3(code: str, two: Sequence[str]) -> bool:
    return len(code) == 3 and code.isalpha() and len(two) == 1 and len(two[0]) == 2


def find_places(spread: Spread, city: str | None) -> tuple[Places, list[Finding]]:
    """Say which city each cell belongs to.

    Parameters
    ----------
    spread : Spread
    city : str or None
        The city of a table that names none.

    Returns
    -------
    (Places, list of Finding)
        One is ``no-city-column`` where neither the table nor `city` names a city.
    """
    nation = "iso3" if spread.key("iso3") is not None else "country"
    found = {role: spread.key(role) for role in ("city_id", nation, "city")}
    # a column left blank all the way down, as in a template, names no more than none at all
    keys = {role: key for role, key in found.items() if key is not None and any(key.texts)}
    if not {"city_id", "city"} & set(keys):
        if not city or not city.strip():
            where = spread.grid.where(spread.layout.header, 0)
            return _one("?", spread), [Finding("no-city-column", where=where)]
        return _one(city, spread), []
    sides = {key.over_columns for key in keys.values()}
    over = next(iter(sides)) if len(sides) == 1 else keys["city"].over_columns
    used = [k for k in keys.values() if k.over_columns == over]
    codes, texts = combine(used)
    named = [k.role for k in used]
    combos = [tuple(dict(zip(named, t)).get(r, "") for r in ("city_id", nation, "city")) for t in texts]
    if city and city.strip():
        combos = [c if c[0] or c[2] else (c[0], c[1], city) for c in combos]
    role = "city" if "city" in named else "city_id"
    places, findings = _resolve(combos, codes, lambda i: spread.where(role, i))
    findings += _unknown_countries(combos, codes, lambda i: spread.where(nation, i))
    return Places(spread.to_cells(places.codes, over_columns=over), places.ids, places.names), findings


def _one(city: str, spread: Spread) -> Places:
    name = " ".join(city.split())
    return Places(np.zeros(spread.n, dtype=np.int32), (slug(name),), (name,))


def _resolve(
    combos: list[tuple[str, ...]], codes: np.ndarray, where: Callable[[int], str]
) -> tuple[Places, list[Finding]]:
    """Give each combination of code, country and name its id; the same folded name is one city."""
    findings: list[Finding] = []
    count = np.bincount(codes, minlength=len(combos))
    first = {code: at for code, at, _ in first_of_each(codes)}
    blank = [i for i, (code, _, name) in enumerate(combos) if not code and not name]
    for i in blank:
        findings += each("no-city", np.flatnonzero(codes == i), where)
    threes = [iso3(country) if country else "" for _, country, _ in combos]
    ids = _ids(combos, threes)
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for i, (code, _, name) in enumerate(combos):
        if i not in blank:
            spelled[ids[i]][" ".join(name.split()) or code] += int(count[i])
    names = {k: min(c, key=lambda n: (-c[n], n)) for k, c in spelled.items()}
    findings += _spellings(combos, ids, spelled, first, where)
    order = sorted(names)
    position = {k: i for i, k in enumerate(order)}
    lookup = np.array([position.get(k, -1) for k in ids], dtype=np.int32)
    return Places(lookup[codes], tuple(order), tuple(names[k] for k in order)), findings


def _unknown_countries(
    combos: list[tuple[str, ...]], codes: np.ndarray, where: Callable[[int], str]
) -> list[Finding]:
    told: set[str] = set()
    findings: list[Finding] = []
    for code, at, _ in first_of_each(codes):
        country = combos[code][1]
        if country and not iso3(country) and country not in told:
            told.add(country)
            findings.append(
                Finding("country-unknown", "warning", where=where(at), params={"country": country})
            )
    return findings


def _ids(combos: list[tuple[str, ...]], threes: list[str]) -> list[str]:
    """Return the id of each combination; one that says less takes the id of the one city it can mean."""
    by_code: dict[str, set[str]] = defaultdict(set)
    by_country: dict[str, set[str]] = defaultdict(set)
    for (code, _, name), three in zip(combos, threes):
        if name and code:
            by_code[slug(name)].add(place_code(code))
            by_code[f"{three}:{slug(name)}"].add(place_code(code))
        if name and three:
            by_country[slug(name)].add(f"{three}:{slug(name)}")
    ids: list[str] = []
    for (code, _, name), three in zip(combos, threes):
        own = f"{three}:{slug(name)}" if three and name else slug(name)
        if not three and len(by_country[own]) == 1:
            own = next(iter(by_country[own]))
        if len(by_code[own]) == 1:
            own = next(iter(by_code[own]))
        ids.append(place_code(code) if code else own)
    return ids


def _spellings(
    combos: list[tuple[str, ...]],
    ids: list[str],
    spelled: dict[str, Counter[str]],
    first: dict[int, int],
    where: Callable[[int], str],
) -> list[Finding]:
    findings: list[Finding] = []
    for place, names in spelled.items():
        if len(names) < 2:
            continue
        folded = {fold_name(n) for n in names}
        at = sorted(first[i] for i in first if ids[i] == place)
        code = "city-spellings" if len(folded) == 1 else "city-two-names"
        params = {"names": sorted(names), "id": place}
        severity = "note" if len(folded) == 1 else "warning"
        findings.append(Finding(code, severity, where=where(at[1]), city=place, params=params))
    return findings
