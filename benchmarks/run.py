"""Time whole processes, as a user meets them, and print a table for docs/performance.md.

    python benchmarks/run.py [--runs 5]

Each row: median and range of wall time over the runs after one warm-up, and the peak memory of
the process. Data are made here from the catalogue, in a temporary folder, with a fixed seed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CITIES = 10_000
ROOT = Path(__file__).parents[1]
SCINDEX = [str(Path(sys.executable).with_name("scindex"))]


def wide_table(cities: int):
    """Return cities by 91 KPIs (the first data point of those with several), inside plausible ranges."""
    import numpy as np
    import pandas as pd

    from scindex.catalogue.load import load_framework

    framework = load_framework("u4ssc")
    first = {i.id.partition(".")[0]: i for i in reversed(framework.indicators.values())}
    rng = np.random.default_rng(0)
    table = {"city": [f"City {n:05d}" for n in range(cities)], "year": 2024}
    for indicator in sorted(first.values(), key=lambda i: i.id):
        low = indicator.plausible[0] or 0.0
        high = indicator.plausible[1] or low + 100.0
        if indicator.slug == "potable_water_supply":
            low, high = 20.0, 40.0  # never above basic water supply
        values = rng.uniform(low, high, cities)
        table[indicator.slug] = values.round() if indicator.kind == "yes_no" else values.round(3)
    return pd.DataFrame(table)


def measure(command: list[str], runs: int) -> tuple[float, float, float, float]:
    """Return median, least and most wall time [s] and peak memory [MB] of a command."""
    times, peaks = [], []
    for run in range(runs + 1):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        if run:
            times.append(time.perf_counter() - start)
            peaks.append(usage.ru_maxrss / 1024)
        if status:
            raise SystemExit(f"{command}: exit {status}: {process.stderr.read().decode()[-2000:]}")
    return statistics.median(times), min(times), max(times), max(peaks)


def make_data(folder: Path) -> None:
    """Write the large files."""
    table = wide_table(CITIES)
    table.to_csv(folder / "big.csv", index=False)
    table.to_parquet(folder / "big.parquet")


def commands(folder: Path) -> dict[str, list[str]]:
    # in a process of its own: a child begins with the peak memory of the process it was forked from
    subprocess.run([sys.executable, __file__, "--make", str(folder)], check=True)
    pilot = str(ROOT / "examples" / "pilot_cities.csv")
    (folder / "one.csv").write_text("city,year,indicator,value,unit\nOslo,2024,EC.ICT.ICT.1C,97,%\n")
    score = [*SCINDEX, "score", "--quiet", "--force", "-f", "u4ssc"]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "scindex --version": [*SCINDEX, "--version"],
        "scindex --help": [*SCINDEX, "--help"],
        "scindex catalogue list": [*SCINDEX, "catalogue", "list"],
        "import pandas, pandera.pandas": [sys.executable, "-c", "import pandas, pandera.pandas"],
        "score of one row": [*SCINDEX, "score", str(folder / "one.csv")],
        "score examples/pilot_cities.csv": [*SCINDEX, "score", pilot],
        "10 000 x 91, Parquet to Parquet": [
            *score,
            str(folder / "big.parquet"),
            "--out",
            str(folder / "o.parquet"),
        ],
        "10 000 x 91, CSV to Parquet": [*score, str(folder / "big.csv"), "--out", str(folder / "o.parquet")],
        "10 000 x 91, CSV to CSV": [*score, str(folder / "big.csv"), "--out", str(folder / "o.csv")],
        "10 000 x 91, validate CSV": [*SCINDEX, "validate", str(folder / "big.csv")],
    }


def time_steps() -> float:
    """Return the median time of the index steps alone (normalise and aggregate). [s]"""
    import numpy as np

    from scindex.catalogue.load import load_framework
    from scindex.index.normalise import goalposts
    from scindex.index.rollup import roll_up
    from scindex.recipe import Recipe
    from scindex.scoring.tree import plant

    framework = load_framework("u4ssc")
    tree = plant(framework, Recipe())
    shape, rng = tree.shape(Recipe()), np.random.default_rng(0)
    values = rng.uniform(0, 100, (len(tree.indicators), CITIES))
    base = np.repeat(np.array([i.scorable for i in tree.indicators])[:, None], CITIES, axis=1)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        scores = np.full(values.shape, np.nan)
        for column, indicator in enumerate(tree.indicators):
            if indicator.goalposts:
                scores[column] = goalposts(
                    values[column], indicator.goalposts.worst, indicator.goalposts.best
                )
        roll_up(shape, scores, base)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--make", metavar="FOLDER", help="only write the large files")
    parser.add_argument("--steps", action="store_true", help="only time the index steps")
    asked = parser.parse_args()
    if asked.make:
        make_data(Path(asked.make))
        return
    if asked.steps:
        print(f"| normalise and aggregate 10 000 x 112 in memory | {time_steps():.3f} | | |")
        return
    runs = asked.runs
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, Python {platform.python_version()}\n")
    print("| command | median s | range s | peak MB |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for name, command in commands(Path(folder)).items():
            median, least, most, peak = measure(command, runs)
            print(f"| {name} | {median:.2f} | {least:.2f}-{most:.2f} | {peak:.0f} |", flush=True)
    subprocess.run([sys.executable, __file__, "--steps"], check=True)


if __name__ == "__main__":
    main()
