"""Hot spots of a carbon map: on measured and modelled tonnes, gaps left out, at two cell sizes.

Allocated tonnes are never tested. They follow a proxy such as floor area or residents, so their
clusters are those of the proxy and say nothing about emissions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError, UsageError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO, UNALLOCATED, CarbonMap
from scindex.measure.map.clusters import Neighbours, beside, breaks, gi_star, local_moran, touching
from scindex.provenance import Provenance

TESTED = ("metered", "modelled")
"""Standings whose clusters are those of emissions."""

RATE, PERMUTATIONS, TIMES = 0.05, 9999, 5
"""False-discovery rate; permutations; sides of the second cell size in sides of the first."""

COLUMNS = [
    *("size", "cell", "name", "district", "x", "y", "t", "coverage"),
    *("gi_z", "gi_p", "gi_p_normal", "gi_q", "gi", "moran_i", "moran_p", "moran_q", "moran", "holds"),
]


@dataclass(frozen=True)
class Hotspots:
    """Where tonnes stand together by more than chance.

    Attributes
    ----------
    cells : DataFrame
        A row for each tested cell of each size: place, tonnes, coverage, z-score and p-values of
        Gi* (``gi_q`` adjusted for the number of cells), ``gi`` (``hot``, ``cold`` or empty where not
        significant), local Moran likewise with its quadrant, and ``holds``: whether the cell is hot
        (or cold) at every size.
    tests : DataFrame
        A row for each size: cells tested, gaps, islands, hot, cold, and those that hold.
    classes : tuple of float
        Upper ends of the classes of tonnes at the first size, for a legend. [t]
    of : str
        What was tested: ``gross``, or the name of a sector or a layer.
    year : int
    scenario : str
    rate : float
        False-discovery rate. [-]
    findings : tuple of Finding
    provenance : Provenance
    """

    cells: pd.DataFrame
    tests: pd.DataFrame
    classes: tuple[float, ...]
    of: str
    year: int
    scenario: str
    rate: float
    findings: tuple[Finding, ...]
    provenance: Provenance


def hotspots(
    carbon_map: CarbonMap,
    *,
    of: str = "gross",
    sizes: Sequence[float] = (),
    year: int | None = None,
    scenario: str = "",
    reach: float | None = None,
    rate: float = RATE,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Hotspots:
    """Find hot and cold spots with a false-discovery rate kept, at two cell sizes.

    Parameters
    ----------
    carbon_map : CarbonMap
    of : str
        ``gross`` (all emissions), a sector or a layer.
    sizes : sequence of float
        Cell sizes, whole multiples of the map's own; by default its own and five times that. [m]
    year : int, optional
        By default the map's.
    scenario : str
    reach : float, optional
        Neighbours are cells whose centres are at most so far apart, in sides of a cell; without it
        those that share a side or a corner. [-]
    rate : float
        False-discovery rate. [-]
    permutations : int
        Conditional permutations for each cell.
    seed : int

    Returns
    -------
    Hotspots

    Raises
    ------
    UsageError
        If there is no such layer or sector, or a size is no multiple.
    MethodError
        If no size has enough cells that touch.

    Notes
    -----
    A cell enters with its metered and modelled tonnes. It is left out where nothing of a sector is
    known although something stands there, and where nothing stands there at all: a gap is not zero.
    Larger cells are sums of the tested smaller ones.
    """
    chosen = _layers(carbon_map, of)
    year = carbon_map.year if year is None else year
    base, findings = _tested(carbon_map, chosen, year, scenario)
    frames: list[pd.DataFrame] = []
    tests: list[dict[str, float]] = []
    for size in _sizes(carbon_map, sizes, findings):
        cells = _at(carbon_map, base, size)
        frame, told = _one_size(
            carbon_map, cells, size, reach, {"permutations": permutations, "seed": seed}, rate
        )
        frames.append(frame)
        findings += told
        tests.append(_counted(frame, cells, size))
    if not any(len(f) for f in frames):
        raise MethodError(*(f for f in findings if f.code == "hotspots-too-few"))
    table = _held(carbon_map, frames)
    first = table[table["size"] == table["size"].iloc[0]]
    summary = pd.DataFrame(tests)
    summary["holds"] = [int(table.loc[table["size"] == s, "holds"].sum()) for s in summary["size"]]
    recipe = {"of": of, "rate": rate, "permutations": permutations, "seed": seed, "reach": reach}
    made = Provenance(
        inputs=carbon_map.provenance.inputs, definitions=carbon_map.provenance.definitions, recipe=recipe
    )
    ends = tuple(breaks(first["t"].to_numpy()).tolist())
    return Hotspots(table, summary, ends, of, year, scenario, rate, tuple(findings), made)


def _layers(carbon_map: CarbonMap, of: str) -> pd.DataFrame:
    """Return the layers to test: one layer, or the emissions of one sector or of all."""
    layers = carbon_map.layers
    if of in set(layers["layer"]):
        return layers[layers["layer"] == of]
    emitting = layers[layers["sign"] == "emission"]
    if of == "gross":
        return emitting
    if of in set(emitting["sector"]):
        return emitting[emitting["sector"] == of]
    what = {"en": "layer or sector", "ko": "레이어 또는 부문"}
    known = ["gross", *sorted(set(emitting["sector"])), *sorted(layers["layer"])]
    raise UsageError(Finding("hotspots-unknown", params={"what": what, "wanted": of, "known": known}))


def _tested(
    carbon_map: CarbonMap, chosen: pd.DataFrame, year: int, scenario: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return cell, district, nano, known and all of what has a measured or modelled value or is a gap."""
    pieces = carbon_map.pieces
    here = pieces["layer"].isin(chosen["layer"]) & (pieces["year"] == year) & (pieces["scenario"] == scenario)
    rows = pieces[here & (pieces["cell"] != UNALLOCATED)]
    sound = rows["standing"].isin(TESTED)
    by = ["cell", "district"]
    sums = rows[sound].groupby(by, observed=True)["nano"].sum().abs().rename("nano")
    cover = _coverage(carbon_map, set(chosen["sector"]), year, scenario)
    table = pd.concat([sums, cover], axis=1).reset_index()
    if cover.empty:
        table["known"], table["all"], table["gap"] = 1.0, 1.0, False
    table["gap"] = table["gap"].fillna(False).astype(bool)
    table.loc[table["gap"], "nano"] = np.nan
    told: list[Finding] = []
    total, left = rows["nano"].abs().sum(), rows.loc[~sound, "nano"].abs().sum()
    if left:
        share = round(100 * float(left) / float(total), 1)
        told.append(Finding("hotspots-allocated", "note", params={"share": share}))
    return table, told


def _coverage(carbon_map: CarbonMap, sectors: set[str], year: int, scenario: str) -> pd.DataFrame:
    """Return known, all and whether any sector is a gap, by cell and district."""
    cover = carbon_map.coverage
    here = cover["sector"].isin(sectors) & (cover["year"] == year) & (cover["cell"] != UNALLOCATED)
    for wanted in (scenario, ""):
        rows = cover[here & (cover["scenario"] == wanted)]
        if len(rows):
            break
    sums = rows.groupby(["cell", "district", "sector"], observed=True)[["known", "all"]].sum()
    sums["gap"] = (sums["all"] > 0) & (sums["known"] == 0)
    share = sums["known"] / sums["all"].where(sums["all"] > 0)
    # sectors are counted in units of their own: a cell is as well known as its least known sector
    sums["known"], sums["all"] = share.fillna(0.0), (sums["all"] > 0).astype(float)
    grouped = sums.groupby(["cell", "district"], observed=True)
    return grouped.agg({"known": "sum", "all": "sum", "gap": "any"})


def _sizes(carbon_map: CarbonMap, sizes: Sequence[float], findings: list[Finding]) -> list[float]:
    if carbon_map.grid is None:
        findings.append(Finding("hotspots-one-size", "warning"))
        return [0.0]
    own = carbon_map.grid.size
    for size in sizes:
        if size < own or abs(size / own - round(size / own)) > 1e-9:
            known = {"size": size, "cell": own, "example_sizes": [own, TIMES * own]}
            raise UsageError(Finding("hotspots-size", params=known))
    return sorted(set(map(float, sizes))) or [own, TIMES * own]


def _at(carbon_map: CarbonMap, base: pd.DataFrame, size: float) -> pd.DataFrame:
    """Return one row for each cell of a size, gaps marked."""
    table = base.copy()
    table["largest"] = table["nano"].fillna(-1.0)
    if carbon_map.grid is not None:
        keys = table["cell"].to_numpy(np.int64)
        table["cell"] = carbon_map.grid.coarsen(keys, round(size / carbon_map.grid.size))
    table = table.sort_values(["cell", "largest", "district"], ascending=[True, False, True])
    out = table.groupby("cell", observed=True).agg(
        nano=("nano", lambda s: s.sum(min_count=1)),
        known=("known", "sum"),
        all=("all", "sum"),
        gaps=("gap", "sum"),
        parts=("cell", "size"),
        district=("district", "first"),
    )
    out["coverage"] = (out["known"] / out["all"].where(out["all"] > 0)).astype(float)
    out["gap"] = (out["gaps"] > 0) & (
        out["nano"].isna() | (out["known"] == 0) | (out["gaps"] == out["parts"])
    )
    return out.reset_index()


def _one_size(
    carbon_map: CarbonMap,
    cells: pd.DataFrame,
    size: float,
    reach: float | None,
    draws: Mapping[str, int],
    rate: float,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Test the cells of one size; an empty table where there are too few."""
    usable = cells[~cells["gap"] & cells["nano"].notna() & cells["coverage"].notna()].reset_index(drop=True)
    x, y, near = _places(carbon_map, usable["cell"].to_numpy(np.int64), size, reach)
    kept = ~near.islands
    told = _told(cells, usable, kept, size)
    tested = usable[kept].reset_index(drop=True)
    tonnes = tested["nano"].to_numpy(float) / NANO
    if carbon_map.grid is None:
        tonnes = tonnes / _hectares(carbon_map, tested["cell"])
    try:
        gi = gi_star(tonnes, near.among(kept), **draws)
        moran = local_moran(tonnes, near.among(kept), **draws)
    except MethodError as err:
        return pd.DataFrame(columns=COLUMNS), [*told, *(_softened(f) for f in err.findings)]
    frame = pd.DataFrame(
        {
            "size": size,
            "cell": tested["cell"],
            "name": _names(carbon_map, tested["cell"].to_numpy(np.int64), size),
            "district": tested["district"],
            "x": x[kept],
            "y": y[kept],
            "t": tested["nano"].to_numpy(float) / NANO,
            "coverage": tested["coverage"],
            "gi_z": gi.value,
            "gi_p": gi.p,
            "gi_p_normal": gi.p_normal,
            "gi_q": gi.q,
            "gi": np.where(gi.q <= rate, gi.kind, ""),
            "moran_i": moran.value,
            "moran_p": moran.p,
            "moran_q": moran.q,
            "moran": np.where(moran.q <= rate, moran.kind, ""),
        }
    )
    return frame, [*told, *_verdict(frame, size, draws["permutations"], rate)]


def _places(
    carbon_map: CarbonMap, keys: NDArray[np.int64], size: float, reach: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], Neighbours]:
    if carbon_map.grid is None:
        import shapely

        shapes = carbon_map.districts.geometry.to_numpy()[keys]
        x, y = shapely.get_coordinates(shapely.point_on_surface(shapes)).T
        return x, y, touching(shapes)
    grid = carbon_map.grid.coarser(round(size / carbon_map.grid.size))
    x, y = grid.centres(keys)
    column, row = grid.split(keys)
    return x, y, beside(column, row, reach=reach)


def _names(carbon_map: CarbonMap, keys: NDArray[np.int64], size: float) -> NDArray[np.str_]:
    if carbon_map.grid is None:
        return carbon_map.districts["code"].to_numpy(str)[keys]
    return carbon_map.grid.coarser(round(size / carbon_map.grid.size)).names(keys)


def _hectares(carbon_map: CarbonMap, cells: pd.Series) -> NDArray[np.float64]:
    """Return the area of districts: they differ in size, so their tonnes are compared per hectare."""
    area = carbon_map.areas.groupby("cell")["area_m2"].sum()
    return cells.map(area).to_numpy(float) / 1e4


def _told(cells: pd.DataFrame, usable: pd.DataFrame, kept: NDArray[np.bool_], size: float) -> list[Finding]:
    gaps, islands = int(cells["gap"].sum()), int((~kept).sum())
    thin = int((usable["coverage"] < 0.5).sum())
    told = []
    if gaps:
        told.append(Finding("hotspots-gaps", "note", params={"n": gaps, "size": size}))
    if islands:
        told.append(Finding("hotspots-islands", "note", params={"n": islands, "size": size}))
    if thin:
        params = {"n": thin, "of": len(usable), "size": size}
        told.append(Finding("hotspots-thin", "warning", params=params))
    return told


def _verdict(frame: pd.DataFrame, size: float, permutations: int, rate: float) -> list[Finding]:
    n, told = len(frame), []
    enough = int(np.ceil(2 * n / rate)) - 1
    if permutations < enough and not (frame["gi"] != "").any():
        params = {"permutations": permutations, "n": n, "size": size, "enough": enough}
        told.append(Finding("hotspots-permutations", "note", params=params))
    if not ((frame["gi"] != "") | (frame["moran"] != "")).any():
        told.append(Finding("hotspots-none", "note", params={"size": size, "rate": round(100 * rate, 3)}))
    return told


def _softened(finding: Finding) -> Finding:
    return Finding(finding.code, "warning", params=finding.params)


def _counted(frame: pd.DataFrame, cells: pd.DataFrame, size: float) -> dict[str, float]:
    out: dict[str, float] = {"size": size, "cells": len(frame), "gaps": int(cells["gap"].sum())}
    for column, kinds in (
        ("gi", ("hot", "cold")),
        ("moran", ("high-high", "low-low", "high-low", "low-high")),
    ):
        for kind in kinds:
            out[kind] = int((frame[column] == kind).sum()) if len(frame) else 0
    return out


def _held(carbon_map: CarbonMap, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Join the sizes, and mark the cells that are hot, or cold, at every size."""
    if carbon_map.grid is None or any(f.empty for f in frames) or len(frames) < 2:
        frames = [f.assign(holds=False) for f in frames if len(f)]
        return pd.concat(frames)[COLUMNS].reset_index(drop=True) if frames else pd.DataFrame(columns=COLUMNS)
    first, own = frames[0], carbon_map.grid
    steps = [round(f["size"].iloc[0] / own.size) for f in frames]
    x, y = own.coarser(steps[0]).centres(first["cell"].to_numpy(np.int64))
    parents = [pd.Series(own.coarser(step).cell_of(x, y)) for step in steps[1:]]
    holds = (first["gi"] != "").to_numpy()
    for frame, parent in zip(frames[1:], parents):
        kind = parent.map(frame.set_index("cell")["gi"]).fillna("")
        holds = holds & (kind.to_numpy() == first["gi"].to_numpy())
    out = [first.assign(holds=holds)]
    for frame, parent in zip(frames[1:], parents):
        out.append(frame.assign(holds=frame["cell"].isin(set(parent[holds]))))
    return pd.concat(out)[COLUMNS].reset_index(drop=True)
