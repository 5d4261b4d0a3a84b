"""Energy of buildings by carrier: as metered, else modelled from floor area and use, else a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.factor_entries import Factor
from scindex.catalogue.factors import parameter
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.measure.map.rates import RateBook
from scindex.tables.codes import building_uses

CARRIERS = {"electricity_mwh": "electricity", "gas_mwh": "city_gas", "heat_mwh": "district_heat"}
"""Column of building_energy -> carrier in the family ``eui``."""

METERED, MODELLED = "metered", "modelled"
STANDINGS = ("", METERED, MODELLED)


@dataclass(frozen=True)
class Filled:
    """Energy of each building, in the order of the table of buildings.

    Attributes
    ----------
    energy : DataFrame
        One column for each carrier [MWh / yr]; NaN is a gap. Rows below the buildings are
        meters that belong to none of them.
    standing : DataFrame
        ``metered`` or ``modelled`` for each value, empty for a gap.
    ids : tuple of str
        Buildings, then the meters without one.
    findings : tuple of Finding
    """

    energy: pd.DataFrame
    standing: pd.DataFrame
    ids: pd.Series
    findings: tuple[Finding, ...]


def fill_energy(
    buildings: pd.DataFrame,
    energy: pd.DataFrame | None,
    carriers: Sequence[str],
    book: RateBook,
    *,
    blank: str = "gap",
) -> Filled:
    """Put meters beside their buildings and model those that have none.

    Parameters
    ----------
    buildings : DataFrame
        ``building_id``, ``use``, ``floor_area_m2``; and the carriers, where there is no other table.
    energy : DataFrame or None
        ``building_id`` and one column for each carrier; a blank is no zero.
    carriers : sequence of str
        Columns that the map needs.
    book : RateBook
        Where intensities by use are looked up (family ``eui``).
    blank : {"gap", "model", "none"}
        What a blank carrier means where another one is metered: not known; to be modelled; or
        that the building does not have it.

    Returns
    -------
    Filled

    Raises
    ------
    DataError
        If the table of meters lacks the column of a carrier.

    Notes
    -----
    A building without any meter gets floor area x intensity of its use x the share of the
    carrier. The intensity is of final energy, so carriers add up to it.
    """
    ids = buildings["building_id"].astype("str")
    if energy is None and set(carriers) & set(buildings.columns):
        energy = buildings  # the meters stand in the table of buildings itself
    metered, orphans = _metered(ids, buildings, energy, carriers)
    ids = pd.concat([ids, orphans], ignore_index=True)
    known = metered.notna()
    code = known.to_numpy().astype(np.int8)
    findings: list[Finding] = []
    metered_any = np.asarray(known.to_numpy().any(axis=1))
    bare = np.logical_not(metered_any)
    bare[len(buildings) :] = False
    partly = metered_any[:, None] & ~known.to_numpy()
    if blank == "none":
        metered = metered.mask(pd.DataFrame(partly, columns=metered.columns), 0.0)
        code[partly] = STANDINGS.index(METERED)
    wanted = bare[:, None] | (partly if blank == "model" else np.zeros_like(partly))
    if wanted.any():
        model, told = _modelled(buildings, carriers, book, np.asarray(wanted.any(axis=1))[: len(buildings)])
        full = model.reindex(range(len(ids)))
        use = wanted & full.notna().to_numpy()
        metered = metered.mask(pd.DataFrame(use, columns=metered.columns), full)
        code[use] = STANDINGS.index(MODELLED)
        findings += told
    words = pd.array(STANDINGS, dtype="str")
    standing = pd.DataFrame({c: words.take(code[:, i]) for i, c in enumerate(metered.columns)})
    findings += _told(bare, partly, standing, len(buildings), len(orphans), blank)
    return Filled(metered, standing, ids, tuple(findings))


def _metered(
    ids: pd.Series, buildings: pd.DataFrame, energy: pd.DataFrame | None, carriers: Sequence[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return meters in the order of the buildings, then those of no building."""
    if energy is buildings:
        return buildings.reindex(columns=list(carriers)).reset_index(drop=True), pd.Series([], dtype="str")
    if energy is None:
        return pd.DataFrame(np.nan, index=range(len(ids)), columns=list(carriers)), pd.Series([], dtype="str")
    table = energy.assign(building_id=energy["building_id"].astype("str"))
    columns = [c for c in carriers if c in table.columns]
    if len(columns) < len(carriers):
        seen = [str(c) for c in energy.columns if c not in {"building_id", "year"}]
        lacking = [c for c in carriers if c not in columns]
        params = {"table": "building_energy", "seen": seen}
        raise DataError(*(Finding("map-carrier-missing", params={**params, "column": c}) for c in lacking))
    sums = table.groupby("building_id")[columns].sum(min_count=1)
    orphans = pd.Series(sums.index.difference(pd.Index(ids)), dtype="str")
    order = pd.concat([ids, orphans], ignore_index=True)
    return sums.reindex(columns=list(carriers)).reindex(order).reset_index(drop=True), orphans


def _modelled(
    buildings: pd.DataFrame, carriers: Sequence[str], book: RateBook, rows: np.ndarray
) -> tuple[pd.DataFrame, list[Finding]]:
    floor = np.full(len(buildings), np.nan)
    if "floor_area_m2" in buildings:
        floor = buildings["floor_area_m2"].to_numpy(dtype=float)
    uses = pd.Series(buildings.get("use", ""), index=buildings.index).astype("str")
    out = pd.DataFrame(np.nan, index=range(len(buildings)), columns=list(carriers))
    findings: list[Finding] = []
    for use in sorted(uses[rows].dropna().unique()):
        here = (uses == use).to_numpy() & rows
        try:
            entry, shares = _intensity(use, carriers, book)
        except MethodError as err:
            if any(f.code == "factor-ambiguous" for f in err.findings):
                raise
            params = {"use": _named(use), "n": int(here.sum())}
            findings.append(
                Finding("map-use-without-intensity", severity="warning", value=use, params=params)
            )
            continue
        intensity = entry.value_in("kWh/m**2/year")
        for carrier in carriers:
            values = floor[here] * intensity * shares[carrier] / 1000
            out.loc[np.flatnonzero(here), carrier] = values
        params = {"use": _named(use), "n": int(here.sum()), "kwh": round(intensity, 1)}
        params |= {"factor": entry.id, "standing": entry.standing}
        findings.append(Finding("map-modelled", severity="note", params=params))
    return out, findings


def _named(use: str) -> Any:
    """Return the name of a use in every language."""
    return building_uses().get(use, {}).get("name", use or "-")


def _intensity(use: str, carriers: Sequence[str], book: RateBook) -> tuple[Factor, dict[str, float]]:
    """Return the energy per floor area, and the share of each carrier, of a use."""
    asked = {"region": book.region or None, **book.choices.get("eui", {}), "factors": book.factors}
    climate = {k: v for k, v in asked.items() if k != "climate"}
    whole = parameter("eui", "energy_use_intensity", use=use, **asked)
    try:
        parameter("eui", "energy_share", use=use, carrier="electricity", **climate)
        group = use
    except MethodError:
        group = "residential" if building_uses().get(use, {}).get("residential") else "non_residential"
    shares = {
        c: parameter("eui", "energy_share", use=group, carrier=CARRIERS[c], **climate).value / 100
        for c in carriers
    }
    return whole, shares


def _told(
    bare: np.ndarray, partly: np.ndarray, standing: pd.DataFrame, n: int, orphans: int, blank: str
) -> list[Finding]:
    findings: list[Finding] = []
    gaps = (standing.iloc[:n] == "").to_numpy()
    if bare.any():
        without = int((bare[:n] & gaps.all(axis=1)).sum())
        params = {"n": int(bare.sum()), "of": n, "gaps": without}
        findings.append(Finding("map-without-meter", severity="warning", params=params))
    if partly.any():
        severity = "note" if blank == "none" else "warning"
        params = {"n": int(partly.any(axis=1).sum()), "of": n, "blank": blank}
        findings.append(Finding("map-blank-carrier", severity=severity, params=params))
    if orphans:
        findings.append(Finding("map-meters-without-building", severity="warning", params={"n": orphans}))
    return findings
