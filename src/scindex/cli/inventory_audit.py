"""``scindex inventory audit`` and ``bridge``: what is doubtful in an inventory, and why figures differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scindex.cli.common import Command, echo, help_text, lang_option, output_options, tell

if TYPE_CHECKING:
    import pandas as pd

    from scindex.measures import InventoryResult

ENDINGS = (".csv", ".json")
FIGURES = ("city_id", "name", "t", "basis", "boundary", "year", "sectors", "gases", "source", "where")


@click.command(cls=Command, help=help_text("inventory.audit"))
@click.argument("file", metavar="FILE|INV.yaml")
@click.option("--sheet", metavar="NAME", help=help_text("option.sheet"))
@click.option("--city", metavar="NAME", default="", help=help_text("option.inventory-city"))
@click.option("--strict", is_flag=True, help=help_text("option.strict"))
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    help=help_text("option.format"),
)
@lang_option
def audit(file: str, sheet: str | None, city: str, strict: bool, style: str) -> int:
    from scindex.cli.inventories import chosen
    from scindex.measure.inventory import audit as rules
    from scindex.screens.inventory_audit import audit_as, audit_screen

    made, activity, factors = _opened(file, sheet)
    made = chosen(made, city, None)
    found = rules.audit(made.lines, activity, cities=made.cities, factors=factors)
    missing = rules.unexamined(made.lines, activity, cities=made.cities)
    places = made.lines.drop_duplicates(["city_id", "year"])
    if style == "table":
        echo(audit_screen(found, missing, places["city_id"].nunique(), len(places)))
    else:
        echo(audit_as(found, style, missing))
    gravest = {f.severity for f in found}
    return 1 if "error" in gravest or (strict and "warning" in gravest) else 0


@click.command(cls=Command, help=help_text("inventory.bridge"))
@click.argument("file", metavar="FILE|INV.yaml")
@click.option("--sheet", metavar="NAME", help=help_text("option.sheet"))
@click.option("--city", metavar="NAME", default="", help=help_text("option.inventory-city"))
@click.option("--year", type=int, help=help_text("option.bridge-year"))
@click.option("--published", metavar="FILE", help=help_text("option.bridge-published"))
@click.option("--map", "cells", metavar="CELLS", help=help_text("option.bridge-map"))
@output_options
@lang_option
def bridge(
    file: str,
    sheet: str | None,
    city: str,
    year: int | None,
    published: str | None,
    cells: str | None,
    style: str,
    out: str | None,
    force: bool,
    quiet: bool,
) -> int:
    from scindex.cli.inventories import chosen
    from scindex.measure.inventory.bridge import bridge as laid

    _check_output(out, force)
    made = chosen(_opened(file, sheet)[0], city, None)
    chosen(made, "", year)
    map_total = _map_totals(cells, made) if cells else None
    rows = laid(made.lines, map_total=map_total, published=_figures(published, made) if published else None)
    rows = rows[rows["year"] == (year or rows.groupby("city_id")["year"].transform("max"))]
    _deliver(rows, style, out, force=force, quiet=quiet)
    return 0


def _opened(file: str, sheet: str | None) -> tuple[InventoryResult, pd.DataFrame | None, Any]:
    """Return an inventory, and the activities and factors it was computed from if FILE is an INV.yaml."""
    from scindex.catalogue.factors import read_factors
    from scindex.measures import inventory_from_file, open_inventory
    from scindex.tables.inventory_file import activities, read_inventory_file

    if Path(file).suffix.lower() not in (".yaml", ".yml"):
        return open_inventory(file, sheet=sheet), None, None
    plan = read_inventory_file(file)
    table = activities(plan.tables, city=plan.city, city_id=plan.city_id, year=plan.year)
    return inventory_from_file(file), table, read_factors(*plan.factors) if plan.factors else None


def _figures(path: str, made: InventoryResult) -> pd.DataFrame:
    """Read published figures; each goes to the city it names, else to the only one there is."""
    from scindex.tables.raw import read_table

    read = read_table(path, "published_figures")
    table = read.frame.assign(where=[read.where(i, "basis") for i in range(len(read.frame))])
    return _placed(table, made).reindex(columns=list(FIGURES))


def _map_totals(path: str, made: InventoryResult) -> pd.DataFrame:
    """Read what a map gives: a folder that ``map build`` wrote, its cells, or a table by sector."""
    from scindex.tables.raw import read_table

    if Path(path).is_dir() or Path(path).name == "map.json":
        return _placed(_of_folder(Path(path) if Path(path).is_dir() else Path(path).parent), made)
    table = read_table(path, "map_totals").frame
    if "scenario" in table:
        table = table[table["scenario"].fillna("") == ""]
    table = table.assign(sector=table["sector"].fillna("") if "sector" in table else "")
    return _placed(table, made)


def _of_folder(folder: Path) -> pd.DataFrame:
    from scindex.mapping import open_map

    made = open_map(folder)
    layers = made.layers[made.layers["sign"] == "emission"]
    pieces = made.pieces[(made.pieces["scenario"] == "") & made.pieces["layer"].isin(layers["layer"])]
    pieces = pieces.assign(sector=pieces["layer"].map(dict(zip(layers["layer"], layers["sector"]))))
    return pieces.groupby(["year", "sector"])["nano"].sum().div(1e9).rename("t").reset_index()


def _placed(table: pd.DataFrame, made: InventoryResult) -> pd.DataFrame:
    """Put the id of its city beside each row.

    Raises
    ------
    UsageError
        If a row names no city, or one that is not there, and the inventory holds several.
    """
    from scindex.errors import UsageError
    from scindex.findings import Finding

    places = made.lines.drop_duplicates("city_id")
    ids = dict(zip(places["city"].str.casefold(), places["city_id"]))
    ids |= {i.casefold(): i for i in places["city_id"]}
    said = table["city"].fillna("").astype(str).str.casefold() if "city" in table else [""] * len(table)
    if len(places) == 1:
        only = str(places["city_id"].iloc[0])
        kept = [not name or name in ids for name in said]
        return table[kept].assign(city_id=only)
    if any(not name for name in said):
        raise UsageError(Finding("bridge-many-cities", params={"n": len(places)}))
    return table.assign(city_id=[ids.get(name, "") for name in said]).query("city_id != ''")


def _check_output(out: str | None, force: bool) -> None:
    """Refuse what cannot be written before anything is read."""
    from scindex.cli.scoring import check_output
    from scindex.errors import UsageError
    from scindex.findings import Finding

    check_output(out, (), force)
    if out and out != "-" and Path(out).suffix.lower() not in ENDINGS:
        params = {"endings": list(ENDINGS)}
        raise UsageError(Finding("unknown-ending", where=Path(out).name, params=params))


def _deliver(rows: pd.DataFrame, style: str, out: str | None, *, force: bool, quiet: bool) -> None:
    from scindex.cli.inventories import csv_text
    from scindex.messages import label
    from scindex.screens.bridge import bridge_screen
    from scindex.tables.write import columns_of, dump_json, write_text

    if out and out != "-":
        as_json = Path(out).suffix.lower() == ".json"
        write_text(
            (dump_json(columns_of(rows)) if as_json else csv_text(rows)) + "\n", Path(out), force=force
        )
        tell(label("cli.written", path=out), quiet=quiet)
    if out and (quiet or out != "-"):
        return
    if style == "json":
        echo(dump_json(columns_of(rows)))
    elif style == "csv" or out == "-":
        echo(csv_text(rows))
    else:
        echo(bridge_screen(rows))
