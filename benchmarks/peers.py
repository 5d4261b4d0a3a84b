"""Validate the same file with scindex and with two libraries people would reach for, in one run.

    python benchmarks/peers.py [cities]

frictionless reads the CSV and checks type and range per column; pandas + pandera read and check the
same columns with the same bounds. scindex does that, and finds the columns, statuses, units, the
plausible ranges, the rules between columns and each fault's cell. Each runs in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import wide_table

from scindex.catalogue.load import load_framework

BOUNDS = "{i.slug: i.possible for i in load_framework('u4ssc').indicators.values()}"
FRICTIONLESS = """
import sys
from frictionless import Resource, Schema, fields, system
from scindex.catalogue.load import load_framework
bounds = {bounds}
schema = Schema(fields=[fields.StringField(name='city'), fields.IntegerField(name='year')])
for name in open(sys.argv[1]).readline().strip().split(',')[2:]:
    low, high = bounds[name]
    limits = {{k: v for k, v in (('minimum', low), ('maximum', high)) if v is not None}}
    schema.add_field(fields.NumberField(name=name, constraints=limits))
system.trusted = True
print(Resource(path=sys.argv[1], schema=schema).validate().valid)
"""
PANDERA = """
import sys
import pandas as pd, pandera.pandas as pa
from scindex.catalogue.load import load_framework
bounds = {bounds}
table = pd.read_csv(sys.argv[1])
def checks(low, high):
    ends = [] if low is None else [pa.Check.ge(low)]
    return ends if high is None else [*ends, pa.Check.le(high)]
columns = {{n: pa.Column(float, checks(*bounds[n]), nullable=True, coerce=True) for n in table.columns[2:]}}
print(len(pa.DataFrameSchema(columns).validate(table, lazy=True)))
"""


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "False" not in done.stdout, done.stdout
    return time.perf_counter() - start


def main() -> None:
    cities = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    load_framework("u4ssc")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "wide.csv")
        wide_table(cities).to_csv(path, index=False)
        rows = {
            "scindex validate": [sys.executable, "-m", "scindex", "validate", path],
            "pandas + pandera": [sys.executable, "-c", PANDERA.format(bounds=BOUNDS), path],
            "frictionless": [sys.executable, "-c", FRICTIONLESS.format(bounds=BOUNDS), path],
        }
        print(f"{cities} cities x 91 columns\n\n| tool | seconds | what it tells |\n| --- | ---: | --- |")
        told = (
            "every fault at its cell, with a remedy",
            "row labels per column",
            "row and column, no remedy",
        )
        for (name, command), says in zip(rows.items(), told):
            timed(command)
            print(f"| {name} | {min(timed(command) for _ in range(2)):.2f} | {says} |", flush=True)


if __name__ == "__main__":
    main()
