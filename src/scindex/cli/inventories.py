"""What the commands of ``scindex inventory`` do between reading their options and printing."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from scindex.cli.common import echo, tell
from scindex.cli.scoring import check_output
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.measures import InventoryResult
from scindex.messages import label
from scindex.screens.findings import listing
from scindex.tables.inventory_saved import check_ending, signed
from scindex.tables.write import dump_json, whole, write_csv


def check_outputs(out: str | None, observations: str | None, force: bool) -> None:
    """Refuse what cannot be written before anything is read."""
    for path in (out, observations):
        check_output(path, (), force)
    if out and out != "-":
        check_ending(Path(out))
    if observations and Path(observations).suffix.lower() != ".csv":
        raise UsageError(
            Finding("unknown-ending", where=Path(observations).name, params={"endings": [".csv"]})
        )


def chosen(made: InventoryResult, city: str, year: int | None) -> InventoryResult:
    """Return one city or year of an inventory.

    Raises
    ------
    UsageError
        If it holds no such city or year, with those close to it.
    """
    from difflib import get_close_matches

    if not city and not year:
        return made
    own = made.of(city, year)
    if len(own.lines):
        return own
    names = sorted(set(made.lines["city"]))
    if city and not len(made.of(city).lines):
        close = get_close_matches(city, names, n=3) or names[:3]
        raise UsageError(Finding("inventory-no-such-city", value=city, params={"close": close}))
    years = sorted({int(y) for y in made.of(city).lines["year"]})
    raise UsageError(Finding("inventory-no-such-year", value=year, params={"years": [str(y) for y in years]}))


def deliver(
    made: InventoryResult,
    style: str,
    out: str | None,
    *,
    force: bool,
    quiet: bool,
    strict: bool,
    table: str = "lines",
) -> int:
    """Write an inventory to a file, print it unless told not to, return the exit code."""
    if out and out != "-":
        made.save(out, force=force)
        tell(label("cli.written", path=out), quiet=quiet)
    if out == "-" or not (out and quiet):
        shown = "csv" if out == "-" and style == "table" else style
        echo(_as(made, shown, table))
    warned = [f for f in made.findings if f.severity == "warning"]
    if strict and warned:
        tell(listing(warned))
    return 1 if strict and warned else 0


def _as(made: InventoryResult, style: str, table: str) -> str:
    if style == "json":
        return dump_json(signed(made.to_dict()))
    if style == "csv":
        return csv_text(made.totals if table == "totals" else made.lines)
    return str(made)


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV text."""
    out = io.BytesIO()
    write_csv(table, out)
    return out.getvalue().decode("utf-8").rstrip("\n")


def write_observations(made: InventoryResult, path: str, *, force: bool, quiet: bool) -> None:
    """Write the indicators that follow from an inventory, for ``scindex score``."""
    found = made.observations()
    # what it was computed from stands in the inventory, not in a cell
    table = found.observations.drop(columns=["where"])
    with whole(Path(path), force=force) as main, main.open("wb") as handle:
        write_csv(table, handle)
    tell(label("cli.written", path=path), quiet=quiet)
    if found.findings:
        tell(listing(found.findings), quiet=quiet)
