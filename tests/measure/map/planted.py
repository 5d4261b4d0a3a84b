"""Carbon maps with one layer and chosen tonnes in each cell, for tests of what is read from a map."""

from __future__ import annotations

import numpy as np
import pandas as pd
from measure.map.sample import sample_map

from scindex.measure.map.cells import NANO, CarbonMap

LAYER = "building_electricity"


def planted_map(
    tonnes: np.ndarray, *, standing: str = "metered", known: np.ndarray | None = None
) -> CarbonMap:
    """Return the sample's square with `tonnes` (side, side) of one layer, all of it known unless said."""
    from dataclasses import replace

    side = len(tonnes)
    base = sample_map(side=side)
    stamp = {"year": 2024, "scenario": ""}
    where = base.areas[["cell", "district"]]
    nano = np.rint(tonnes.ravel() * NANO).astype(np.int64)
    pieces = where.assign(
        layer=LAYER, **stamp, standing=standing, nano=nano, units=5, largest=nano // 2, squares=0
    )
    share = np.ones(side * side) if known is None else known.ravel()
    coverage = where.assign(sector="buildings", cover="floor_area_m2", **stamp)
    coverage = coverage.assign(known=np.rint(share * 1000).astype(np.int64), all=1000)
    contributors = where.assign(sector="buildings", **stamp, nano=nano, units=5, largest=nano // 2)
    layers = base.layers[base.layers["layer"] == LAYER]
    return replace(base, pieces=pieces, coverage=coverage, contributors=contributors, layers=layers)


def noise(seed: int, side: int = 20) -> np.ndarray:
    """Return skewed tonnes without any pattern."""
    return np.random.default_rng(seed).lognormal(2, 0.5, (side, side))


def cluster(seed: int = 1, side: int = 20, times: float = 6.0) -> np.ndarray:
    """Return noise with a block of 5 x 5 cells that holds several times as much."""
    tonnes = noise(seed, side)
    tonnes[10:15, 5:10] *= times
    return tonnes


def sums(table: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return whole billionths summed."""
    return table.groupby(by)["nano"].sum()
