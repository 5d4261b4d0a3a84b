"""Carbon maps made of single emitters, so that a test knows whose tonnes stand where."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from measure.map.sample import ORIGIN, sample_map

from scindex.measure.map.cells import CarbonMap
from scindex.measure.map.edition import Published, publish
from scindex.measure.map.grid import Grid

SECTORS = {"electricity": "buildings", "gas": "buildings", "roads": "transport", "forest": "land"}


def records(seed: int, side: int = 6, density: float = 2.0, years=(2024,), scenarios=("",)) -> pd.DataFrame:
    """Return invented emitters: name, place, layer, standing, year, scenario and nano."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(int(side * side * density)):
        layer = rng.choice(["electricity", "electricity", "gas", "roads", "forest"])
        column, row = rng.integers(0, side, 2) if i % 3 else rng.integers(0, max(1, side // 2), 2)
        size = rng.lognormal(3, 1.5)
        sector = SECTORS[layer]
        standing = "metered" if sector == "buildings" and rng.random() < 0.7 else "modelled"
        for year in years:
            for scenario in scenarios:
                nano = int(size * rng.uniform(0.5, 1.5) * 1e9) * (-1 if layer == "forest" else 1)
                rows.append([f"e{i}", column, row, layer, sector, standing, year, scenario, nano])
    columns = ["name", "column", "row", "layer", "sector", "standing", "year", "scenario", "nano"]
    return pd.DataFrame(rows, columns=columns)


def by_layer(mapped: CarbonMap, **options) -> Published:
    """Return the published edition that shows each layer."""
    return publish(mapped, **{"detail": "layer", **options})


def emitters_map(rows: pd.DataFrame, side: int = 6) -> CarbonMap:
    """Return the map of some emitters on a square of three districts."""
    base = sample_map(side=side)
    grid = Grid(100.0, "EPSG:5179")
    x, y = (ORIGIN[i] + 100 * rows[name].to_numpy(float) + 50 for i, name in enumerate(("column", "row")))
    district = np.array(["D1", "D2", "D3"])[rows["column"].to_numpy(int) * 3 // side]
    rows = rows.assign(cell=grid.cell_of(x, y), district=district, size=rows["nano"].abs())
    how = {"nano": ("nano", "sum"), "units": ("nano", "size"), "largest": ("size", "max")}
    pieces = rows.groupby(["cell", "district", "layer", "year", "scenario", "standing"], as_index=False).agg(
        **how
    )
    emitting = rows[rows["layer"] != "forest"]
    contributors = emitting.groupby(["cell", "district", "sector", "year", "scenario"], as_index=False).agg(
        **how
    )
    layers = pd.DataFrame(
        {
            "layer": list(SECTORS),
            "sector": list(SECTORS.values()),
            "sign": ["emission", "emission", "emission", "removal"],
            "sink": ["", "", "", "net_stock_change"],
        }
    )
    return replace(base, pieces=pieces, contributors=contributors, layers=layers)
