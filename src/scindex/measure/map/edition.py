"""The published edition of a map: the same tonnes, merged until nobody's can be read off.

It stands apart from the exact map. One merge map serves all layers, years, scenarios and cell
sizes, so that whatever two tables are subtracted, only sums over whole groups come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from scindex._resources import read_yaml, root
from scindex.errors import MethodError, UsageError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO, CarbonMap
from scindex.measure.map.edition_content import COMPUTABLE, Behind, behind, places
from scindex.measure.map.edition_merge import Rule, merge, unions
from scindex.measure.map.edition_tables import Field, Level, group_table, level_names, value_table
from scindex.provenance import Provenance

DETAILS = ("sector", "layer")

NEAR = (5, 25)
"""Without larger cells, merging looks for partners in blocks of so many cells a side first."""


@dataclass(frozen=True)
class Published:
    """What may be shown to everybody.

    Attributes
    ----------
    values : DataFrame
        Level (``cell``, each larger size, ``district``, ``city``) x group x layer (or sector) x
        year x scenario: ``nano`` and the standing that most of it has. Rows of any one level and
        those shown for the city alone add up to the city, to the billionth of a tonne.
    groups : DataFrame
        Level x group: name, ``shown`` (``exact``, ``merged`` or ``not shown`` by place), pieces,
        districts, area, residents, floor area.
    members : DataFrame
        The merge map: cell and district, and the group at each level.
    named : DataFrame
        Emitters that may be named, with their tonnes.
    fields : tuple of Field
        What is shown, by place or for the city alone.
    rule : Rule
    findings : tuple of Finding
        How much was merged, and how much is not shown by place.
    provenance : Provenance
    """

    values: pd.DataFrame
    groups: pd.DataFrame
    members: pd.DataFrame
    named: pd.DataFrame
    fields: tuple[Field, ...]
    rule: Rule
    findings: tuple[Finding, ...]
    provenance: Provenance


@lru_cache(maxsize=1)
def disclosure() -> dict[str, Any]:
    """Return the shipped numbers of disclosure control, with their standing.

    Examples
    --------
    >>> disclosure()["k"]["value"]
    3
    """
    return read_yaml(root() / "indicators" / "disclosure.yaml")["disclosure"]


def publish(
    carbon_map: CarbonMap,
    *,
    k: int | None = None,
    dominance: float | None = None,
    sizes: Sequence[float] = (),
    detail: str = "sector",
    computable: Sequence[str] = COMPUTABLE,
    emitters: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
) -> Published:
    """Make the edition of a map in which nobody's tonnes can be read.

    Parameters
    ----------
    carbon_map : CarbonMap
        The exact map, with all years and scenarios that will be published.
    k : int, optional
        Fewest emitters behind a tonnage; by default that of ``indicators/disclosure.yaml``.
    dominance : float, optional
        Largest share of one emitter; by default likewise. [-]
    sizes : sequence of float
        Larger cells to be published too, whole multiples of the map's own. [m]
    detail : {"sector", "layer"}
        The finest that is shown. Layers cost places: each must pass by itself, so cells where one
        building has a rare fuel are merged for the sake of that fuel.
    computable : sequence of str
        Standings that a reader may work out alone, surest first. What remains without them must
        pass as well, since they can be subtracted.
    emitters : DataFrame, optional
        Single records: name, cell, district, layer, standing, year, scenario, nano and
        ``disclosed`` (whether law or consent lets them be named). Those are shown, and hide nobody.
    changes : DataFrame, optional
        What each scenario changes, by cell, district, layer, year and scenario: ``units``, ``nano``,
        ``largest``. With it the difference between scenarios passes the rule too.

    Returns
    -------
    Published

    Raises
    ------
    UsageError
        If an option is out of range.
    MethodError
        If even the city's total has too few emitters.

    Notes
    -----
    A tonnage passes if nobody is behind it, or at least `k` emitters of which none has more than
    `dominance`. Removals by land pass always. A layer that passes in fewer than half of the
    districts that have it is shown for the city alone; if it does not pass there, together with others.

    References
    ----------
    .. [1] Hundepool, A. et al., "Statistical Disclosure Control", Wiley, 2012, chapter 4 (threshold
       and dominance rules, secondary suppression).
    """
    rule = _rule(k, dominance)
    times = _times(carbon_map, sizes)
    _check_detail(detail)
    named = _named(emitters)
    who = behind(carbon_map, computable=computable, disclosed=named, changes=changes)
    fields = _fields(carbon_map, who, detail, rule)
    by_place = [f for f in fields if f.by_place]
    spots = places(carbon_map, who.pieces, times or NEAR)
    group = merge(who.content(sums_by_place(by_place)), spots, rule)
    one = np.zeros(len(group), dtype=np.int64)
    blocks = [np.arange(len(group)), *(spots.blocks.T if times else []), spots.district]
    levels = [Level(n, t, b, unions(group, b)) for (n, t), b in zip(level_names(carbon_map, times), blocks)]
    groups, members = group_table(carbon_map, who.pieces, [*levels, Level("city", 0, one, one)])
    values = value_table(carbon_map, members, fields)
    findings = _told(carbon_map, groups, values, fields, rule)
    if carbon_map.pieces["scenario"].nunique() > 1 and changes is None:
        findings.append(Finding("edition-scenarios", "warning"))
    if "home" not in carbon_map.contributors:
        findings.append(Finding("edition-home", "note"))
    recipe = {"k": rule.k, "dominance": rule.dominance, "sizes": list(sizes), "detail": detail}
    made = Provenance(
        inputs=carbon_map.provenance.inputs, definitions=carbon_map.provenance.definitions, recipe=recipe
    )
    return Published(values, groups, members, named, tuple(fields), rule, tuple(findings), made)


def _rule(k: int | None, dominance: float | None) -> Rule:
    k = int(disclosure()["k"]["value"]) if k is None else k
    dominance = float(disclosure()["dominance"]["value"]) if dominance is None else dominance
    if k < 1 or not 0 < dominance <= 1:
        raise UsageError(Finding("edition-rule", params={"k": k, "dominance": dominance}))
    return Rule(k, dominance)


def _times(carbon_map: CarbonMap, sizes: Sequence[float]) -> list[int]:
    if carbon_map.grid is None or not sizes:
        return []
    own = carbon_map.grid.size
    for size in sizes:
        if abs(size / own - round(size / own)) > 1e-9 or size < own:
            params = {"size": size, "cell": own, "example_sizes": [5 * own, 10 * own]}
            raise UsageError(Finding("edition-size", params=params))
    return sorted({round(s / own) for s in sizes} - {1})


def _check_detail(detail: str) -> None:
    if detail not in DETAILS:
        raise UsageError(Finding("edition-detail", params={"detail": detail, "known": list(DETAILS)}))


def _named(emitters: pd.DataFrame | None) -> pd.DataFrame:
    """Return the emitters that law or consent lets be named."""
    if emitters is None:
        columns = ["name", "cell", "district", "layer", "standing", "year", "scenario", "nano"]
        return pd.DataFrame(columns=columns)
    return emitters[emitters["disclosed"].fillna(False).astype(bool)].drop(columns="disclosed")


def _fields(carbon_map: CarbonMap, who: Behind, detail: str, rule: Rule) -> list[Field]:
    """Choose what is shown by place, and what for the city alone or not at all."""
    layers = carbon_map.layers
    present = layers[layers["layer"].isin(carbon_map.pieces["layer"].unique())]
    key = present["layer"] if detail == "layer" else present["sector"] + "/" + present["sign"]
    every = [
        Field(tuple(part["layer"].astype(str)), str(part["sector"].iloc[0]), str(part["sign"].iloc[0]), True)
        for _, part in present.groupby(key, sort=False)
    ]
    kept = [f for f in every if f.sign == "removal" or _widely_shown(who, f.layers, rule)]
    held = [f for f in every if f not in kept]
    for sign in ("emission", "memo"):
        while kept and not _passes(who, sums_by_place([f for f in kept if f.sign == sign]), rule):
            held.append(worst := _smallest(carbon_map, [f for f in kept if f.sign == sign]))
            kept.remove(worst)
    mine = [f for f in held if f.sign == "emission"]
    rest = sorted((f for f in kept if f.sign == "emission"), key=lambda f: _size(carbon_map, f))
    joined, taken = _joined(carbon_map, who, mine, rest, rule)
    kept = [f for f in kept if f not in taken]
    memo = [f for f in held if f.sign == "memo" and _passes(who, [f.layers], rule)]
    return [*kept, *joined, *(Field(f.layers, f.sector, f.sign, False) for f in memo)]


def _widely_shown(who: Behind, layers: tuple[str, ...], rule: Rule) -> bool:
    """Say whether a layer passes in enough of the districts that have it."""
    content = who.content([layers])
    code = pd.factorize(who.pieces["district"])[0].astype(np.int64)
    whole = content.of(code)
    has = (whole.units != 0).any(axis=1) | (whole.nano != 0).any(axis=1)
    passed = rule.holds(whole.units, whole.nano, whole.largest).all(axis=1)
    enough = float(disclosure()["districts"]["value"])
    return not has.any() or (passed & has).sum() >= enough * has.sum()


def _passes(who: Behind, fields: Sequence[Sequence[str]], rule: Rule) -> bool:
    """Say whether the city's total of each set of layers may be published."""
    content = who.content(fields)
    city = content.of(np.zeros(len(content.units), dtype=np.int64))
    return bool(rule.holds(city.units, city.nano, city.largest).all())


def sums_by_place(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    """Return the sets of layers whose sums are published by place: each field, and each sector."""
    out = [f.layers for f in fields]
    for sector in sorted({f.sector for f in fields}):
        parts = [name for f in fields if f.sector == sector and f.sign == "emission" for name in f.layers]
        if parts:
            out.append(tuple(parts))
    return out


def _size(carbon_map: CarbonMap, field: Field) -> int:
    return int(carbon_map.pieces.loc[carbon_map.pieces["layer"].isin(field.layers), "nano"].abs().sum())


def _smallest(carbon_map: CarbonMap, fields: list[Field]) -> Field:
    return min(fields, key=lambda f: (_size(carbon_map, f), f.layers))


def _joined(
    carbon_map: CarbonMap, who: Behind, held: list[Field], rest: list[Field], rule: Rule
) -> tuple[list[Field], list[Field]]:
    """Show held fields for the city: alone where they pass, else together with the smallest others."""
    failing = [f for f in held if not _passes(who, [f.layers], rule)]
    passing = sorted((f for f in held if f not in failing), key=lambda f: _size(carbon_map, f))
    if not failing:
        return [Field(f.layers, f.sector, f.sign, False) for f in passing], []
    pool, together, taken = [*passing, *rest], list(failing), []
    while not _passes(who, [tuple(n for f in together for n in f.layers)], rule):
        if not pool:
            raise MethodError(
                Finding("edition-impossible", params={"k": rule.k, "share": 100 * rule.dominance})
            )
        together.append(pool.pop(0))
        if together[-1] in rest:
            taken.append(together[-1])
    sectors = sorted({f.sector for f in together})
    whole = Field(tuple(n for f in together for n in f.layers), "+".join(sectors), "emission", False)
    alone = [Field(f.layers, f.sector, f.sign, False) for f in passing if f not in together]
    return [*alone, whole], taken


def _told(
    carbon_map: CarbonMap,
    groups: pd.DataFrame,
    values: pd.DataFrame,
    fields: Sequence[Field],
    rule: Rule,
) -> list[Finding]:
    """Say how many cells were merged and how much is not shown by place."""
    cells = groups[groups["level"] == "cell"]
    merged = cells[cells["shown"] == "merged"]
    lost = cells[cells["shown"] == "not shown"]
    told = [
        Finding("edition-rule-used", "note", params={"k": rule.k, "share": round(100 * rule.dominance, 1)})
    ]
    if len(merged):
        params = {"n": int(merged["pieces"].sum()), "of": int(cells["pieces"].sum()), "into": len(merged)}
        told.append(Finding("edition-merged", "note", params=params))
    here = values[
        (values["level"] == "cell") & values["group"].isin(lost["group"]) & (values["sign"] == "emission")
    ]
    held = values[(values["level"] == "city") & ~values["by_place"] & (values["sign"] == "emission")]
    for year, scenario in sorted(set(zip(values["year"], values["scenario"]))):
        parts = [
            int(v.loc[(v["year"] == year) & (v["scenario"] == scenario), "nano"].sum()) for v in (here, held)
        ]
        if any(parts):
            params = {"t": round(sum(parts) / NANO, 1), "n": int(lost["pieces"].sum()), "scenario": scenario}
            told.append(Finding("edition-not-shown", "note", year=int(year), params=params))
    if away := [f.label for f in fields if not f.by_place]:
        told.append(Finding("edition-city-only", "note", params={"layers": away}))
    shown = {name for f in fields for name in f.layers}
    if dropped := sorted(set(carbon_map.pieces["layer"].astype(str)) - shown):
        told.append(Finding("edition-dropped", "warning", params={"layers": dropped}))
    return told
