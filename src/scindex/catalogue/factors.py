"""Emission factors and their parameters: by id, or by what they are for, never by guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scindex._resources import parse_yaml, read_definition, root
from scindex.catalogue.factor_entries import OWN, Factor, Family, below, profile, years
from scindex.catalogue.factor_file import build_factors
from scindex.catalogue.factor_gwp import gwp, gwp_sets
from scindex.errors import CatalogueError, MethodError
from scindex.findings import Finding
from scindex.units import convertible

__all__ = [
    "Factor",
    "Family",
    "factor",
    "families",
    "family_ids",
    "find",
    "gwp",
    "gwp_sets",
    "load_factors",
    "parameter",
    "read_factors",
]

FOLDER = "factors"
WARMING = "gwp"
"""Stem of the file that names sets of warming potentials; it holds no factors."""
GLOBAL = "global"
NEAR = 3
"""How many of the nearest factors an error names."""


def load_factors() -> Mapping[str, Factor]:
    """Return every factor that comes with scindex, by id; read once.

    Raises
    ------
    CatalogueError
        With every fault of every file, each at its line.

    Examples
    --------
    >>> load_factors()["electricity/kr_2023"].value
    0.4173
    """
    return _shipped()[1]


def family_ids() -> list[str]:
    """Return the ids of the families that come with scindex: the names of their files.

    Examples
    --------
    >>> "electricity" in family_ids()
    True
    """
    return [path.stem for path in _files()]


def families() -> Mapping[str, Family]:
    """Return the families of factors that come with scindex, by id.

    Examples
    --------
    >>> families()["district_heat"].attributes["branch"]["en"]
    'branch'
    """
    return _shipped()[0]


def read_factors(*paths: str | Path) -> Mapping[str, Factor]:
    """Return the shipped factors with those of the user's files beside them.

    Parameters
    ----------
    *paths : Path
        Factor files. A file may add to a shipped family or start one of its own.

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        If a file is wrong, or gives an id that is there already: a number that came with
        scindex is never replaced in silence.
    """
    known, factors = dict(families()), dict(load_factors())
    for path in map(Path, paths):
        _add(parse_yaml(read_definition(path), path.name), path.name, known, factors)
    return MappingProxyType(factors)


def factor(factor_id: str, factors: Mapping[str, Factor] | None = None) -> Factor:
    """Return a factor by id.

    Parameters
    ----------
    factor_id : str
        ``family/slug``.
    factors : Mapping, optional
        What `read_factors` returned; the shipped ones without it.

    Raises
    ------
    CatalogueError
        If there is none, with the closest ids.

    Examples
    --------
    >>> factor("electricity/kr_2023").unit
    't_CO2e/MWh'
    """
    there = load_factors() if factors is None else factors
    if factor_id in there:
        return there[factor_id]
    family = factor_id.partition("/")[0]
    close = get_close_matches(factor_id, there, n=NEAR) or [f.id for f in _of(family, there)][:NEAR]
    params = {"wanted": factor_id, "close": close or _family_ids(there)}
    raise CatalogueError(Finding("unknown-factor", params=params))


def find(
    family: str,
    *,
    year: int | None = None,
    region: str | None = None,
    gas: str | None = None,
    factors: Mapping[str, Factor] | None = None,
    **attributes: Any,
) -> dict[str, Factor]:
    """Return the one factor per gas that fits, or refuse to choose.

    Parameters
    ----------
    family : str
        ``electricity``, ``fuels``...
    year : int, optional
        Calendar year that the activity is of.
    region : str, optional
        As in `Factor.region`. Where a region has nothing of the kind in any year, the
        region around it is taken, and at last ``global``.
    gas : str, optional
        Only this one.
    factors : Mapping, optional
        What `read_factors` returned; the shipped ones without it.
    **attributes
        Field or attribute that must have this value: ``purpose="single_year"``,
        ``fuel="diesel"``; ``per="TJ"`` asks for factors per energy. Without
        ``quantity`` parameters are left out.

    Returns
    -------
    dict of str to Factor
        By gas.

    Raises
    ------
    CatalogueError
        If there is no such family or attribute.
    MethodError
        ``factor-ambiguous`` if several are right, with what tells them apart;
        ``factor-none`` if none is, with the nearest. No other year is ever taken.

    Examples
    --------
    >>> find("electricity", region="KR", year=2021, purpose="single_year")["CO2e"].value
    0.4509
    >>> sorted(find("district_heat", region="KR", year=2021, branch="cheongju"))
    ['CH4', 'CO2', 'N2O']
    """
    there = load_factors() if factors is None else factors
    pool = _of(family, there)
    asked = {"region": region, "year": year, "gas": gas, **attributes}
    asked = {name: value for name, value in asked.items() if value is not None}
    if not pool:
        close = get_close_matches(family, _family_ids(there), n=NEAR) or _family_ids(there)
        raise CatalogueError(Finding("unknown-factor-family", params={"wanted": family, "close": close}))
    _names_known(family, pool, attributes)
    wanted = {"quantity": "", "gas": gas, **attributes, "region": region, "year": year}
    for name, value in wanted.items():
        if value is not None:
            found = _fitting(pool, name, value)
            if not found:
                raise _none(pool, name, family, asked)
            pool = found
    _agree(pool, family, asked)
    return {f.gas: f for f in pool}


def parameter(family: str, quantity: str, **asked: Any) -> Factor:
    """Return the one parameter that fits, as `find` does for factors of a gas.

    Examples
    --------
    >>> parameter("forest", "root_shoot_ratio", species="larix_kaempferi").value
    0.291
    """
    found = list(find(family, quantity=quantity, **asked).values())
    if len(found) > 1:
        raise _ambiguous(found, family, {"quantity": quantity, **asked})
    return found[0]


@lru_cache(maxsize=1)
def _shipped() -> tuple[Mapping[str, Family], Mapping[str, Factor]]:
    known: dict[str, Family] = {}
    factors: dict[str, Factor] = {}
    findings: list[Finding] = []
    for path in _files():
        try:
            _add(parse_yaml(read_definition(path), path.name), path.name, known, factors)
        except CatalogueError as err:
            findings += err.findings
    if findings:
        raise CatalogueError(*findings)
    return MappingProxyType(known), MappingProxyType(factors)


def _files() -> list[Path]:
    return sorted(p for p in (root() / "indicators" / FOLDER).glob("*.yaml") if p.stem != WARMING)


def _add(data: Any, name: str, known: dict[str, Family], factors: dict[str, Factor]) -> None:
    family, own = build_factors(data, name, known)
    twice = [
        Finding("factor-twice", where=f"{name}:{f.line}", value=f.id, params={"file": factors[f.id].path})
        for f in own.values()
        if f.id in factors
    ]
    if twice:
        raise CatalogueError(*twice)
    known.setdefault(family.id, family)
    factors.update(own)


def _of(family: str, factors: Mapping[str, Factor]) -> list[Factor]:
    return [f for f in factors.values() if f.family == family]


def _family_ids(factors: Mapping[str, Factor]) -> list[str]:
    return list(dict.fromkeys(f.family for f in factors.values()))


def _names_known(family: str, pool: Iterable[Factor], attributes: Mapping[str, Any]) -> None:
    names = sorted({*OWN, "per", "valid", *(name for f in pool for name in f.attributes)})
    unknown = [name for name in attributes if name not in names]
    if unknown:
        raise CatalogueError(
            *(
                Finding("factor-unknown-attribute", value=name, params={"family": family, "close": names})
                for name in unknown
            )
        )


def _fitting(pool: list[Factor], name: str, value: Any) -> list[Factor]:
    if name == "region":
        return _in_region(pool, value)
    if name == "year":
        return [f for f in pool if f.holds_in(value)]
    if name == "gas":
        return [f for f in pool if f.gas == value]
    if name == "per":
        return [f for f in pool if convertible(below(f.unit), str(value))]
    return [f for f in pool if _said(f, name) == str(value)]


def _in_region(pool: list[Factor], region: str) -> list[Factor]:
    """Return the factors of a region; of the one around it where it has none in any year."""
    wanted = region.casefold()
    while True:
        found = [f for f in pool if f.region.casefold() == wanted]
        if found or wanted == GLOBAL:
            return found
        wanted = wanted.rpartition("-")[0] or GLOBAL


def _none(pool: list[Factor], by: str, family: str, asked: Mapping[str, Any]) -> MethodError:
    """Return the error for a pool in which nothing fits what was asked of `by`, naming the nearest."""
    if by == "year":
        near = [_described(f) for f in sorted(pool, key=lambda f: _distance(f, asked["year"]))[:NEAR]]
    else:
        near = list(dict.fromkeys(f"{by}={value}" for f in pool if (value := _said(f, by))))
        near = near or [f.id for f in pool[:NEAR]]
    params = {"family": family, "asked": _told(asked), "near": near}
    return MethodError(Finding("factor-none", params=params))


def _said(entry: Factor, name: str) -> str:
    return str({**profile(entry), "gas": entry.gas, "standing": entry.standing}.get(name, ""))


def _distance(entry: Factor, year: int) -> int:
    first, last = entry.valid
    before = 0 if first is None else max(first - year, 0)
    return max(before, 0 if last is None else year - last)


def _described(entry: Factor) -> str:
    said = [text for text in (entry.region, years(entry.valid)) if text]
    return f"{entry.id} ({', '.join(said)})"


def _agree(pool: list[Factor], family: str, asked: Mapping[str, Any]) -> None:
    """Refuse a pool of factors that are not the gases of one and the same thing."""
    gases = [f.gas for f in pool]
    mixed = "CO2e" in gases and len(gases) > 1  # CO2e holds the other gases already
    if mixed or len(set(gases)) < len(gases) or len({tuple(profile(f).items()) for f in pool}) > 1:
        raise _ambiguous(pool, family, asked)


def _ambiguous(pool: list[Factor], family: str, asked: Mapping[str, Any]) -> MethodError:
    """Return the error that names every factor under what tells it apart; gases of one thing together."""
    rows = {f.id: profile(f) for f in pool}
    names = dict.fromkeys(name for row in rows.values() for name in row)
    apart = [name for name in names if len({row.get(name) for row in rows.values()}) > 1]
    groups: dict[str, list[str]] = {}
    for factor_id, row in rows.items():
        groups.setdefault(", ".join(f"{n}={row[n]}" for n in apart if n in row), []).append(factor_id)
    choices = "; ".join(f"{said or '-'}: {' + '.join(ids)}" for said, ids in groups.items())
    params = {"family": family, "asked": _told(asked), "ids": list(rows), "by": apart, "choices": choices}
    return MethodError(Finding("factor-ambiguous", params=params))


def _told(asked: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in asked.items()) or "-"
