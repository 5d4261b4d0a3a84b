"""Validate ten million long rows and compare the memory it takes with the frame's own size.

python benchmarks/long_rows.py [rows]
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd

from scindex.catalogue.load import load_framework
from scindex.schema import check_ranges, check_rules

ROWS = 10_000_000


def long_table(rows: int) -> pd.DataFrame:
    """Return observations of every U4SSC leaf in as many cities as the rows need."""
    framework = load_framework("u4ssc")
    leaves = list(framework.indicators.values())
    cities = -(-rows // len(leaves))
    rng = np.random.default_rng(0)
    low = np.array([i.plausible[0] or 0.0 for i in leaves])
    high = np.array([i.plausible[1] or 100.0 for i in leaves])
    values = (low + rng.uniform(0, 1, (cities, len(leaves))) * (high - low)).ravel()[:rows]
    names = pd.Index([f"city {n}" for n in range(cities)])
    city = pd.Categorical.from_codes(np.repeat(np.arange(cities, dtype=np.int32), len(leaves))[:rows], names)
    indicator = pd.Categorical.from_codes(
        np.tile(np.arange(len(leaves), dtype=np.int16), cities)[:rows], pd.Index([i.id for i in leaves])
    )
    empty = pd.Categorical.from_codes(np.zeros(rows, np.int8), pd.Index([""]))
    where = pd.Series(np.arange(rows) + 2).astype(str)
    return pd.DataFrame(
        {"city_id": city, "city": city, "year": 2024, "indicator": indicator, "value": values, "unit": empty,
         "status": empty, "reason": empty, "quality": empty, "source": empty, "where": "f.csv!D" + where}
    )  # fmt: skip


def peak() -> float:
    """Return the peak memory of this process so far. [MB]"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    framework = load_framework("u4ssc")
    table = long_table(rows)
    size = table.memory_usage(deep=True).sum() / 2**20
    before, start = peak(), time.perf_counter()
    findings = check_ranges(table, framework.indicators.values())
    findings += check_rules(table, framework.rules, framework.indicators.values())
    took = time.perf_counter() - start
    print(f"{rows} rows, frame {size:.0f} MB, {took:.1f} s, {len(findings)} findings")
    print(f"peak {before:.0f} MB before (the frame was made here), {peak():.0f} MB after")
    print(f"validating added {(peak() - before) / size:.2f} times the frame's size")


if __name__ == "__main__":
    main()
