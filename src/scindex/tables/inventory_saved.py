"""Write an inventory to a file and open it again: JSON, CSV, Parquet or XLSX."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from scindex._resources import read_yaml, root
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.tables.cities import file_bytes
from scindex.tables.grid import Grid
from scindex.tables.inventory import GpcCells, best_grid, cells_of, open_grids
from scindex.tables.numbers import NUMBER, read_numbers
from scindex.tables.write import dump_json, jsonable, whole, write_csv, write_parquet, write_xlsx

FORMAT = "scindex-inventory-1"
ENDINGS = (".csv", ".json", ".parquet", ".xlsx")
MARKS = ("city", "city_id", "year", "ref", "basis", "gas", "gwp_set", "co2e", "kind")
"""Headings by which a table of lines is known."""


def check_ending(path: Path) -> None:
    """Refuse a file whose ending says no format that an inventory is written in.

    Raises
    ------
    UsageError
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(Finding("unknown-ending", where=path.name, params={"endings": list(ENDINGS)}))


def write_inventory(
    path: Path,
    *,
    saved: Mapping[str, Any],
    sheets: Mapping[str, pd.DataFrame],
    meta: Mapping[str, Any],
    force: bool = False,
) -> None:
    """Write an inventory whole or not at all.

    Parameters
    ----------
    path : Path
        ``.json`` opens again to the same numbers; ``.csv`` and ``.parquet`` hold the
        first of `sheets` and get ``<path>.meta.json`` beside them; ``.xlsx`` holds all.
    saved : Mapping
        What JSON holds.
    sheets : Mapping of str to DataFrame
        The lines first.
    meta : Mapping
        Provenance and findings.
    force : bool
        Whether an existing file may be replaced.

    Raises
    ------
    UsageError
        If the ending is unknown, the file exists, or it cannot be written.
    """
    check_ending(path)
    suffix = path.suffix.lower()
    with whole(path, force=force) as main:
        if suffix == ".json":
            main.write_text(dump_json(signed(saved)) + "\n", encoding="utf-8")
        elif suffix == ".xlsx":
            write_xlsx(sheets, main)
        else:
            beside = path.with_name(path.name + ".meta.json")
            with whole(beside, force=True) as other:
                _write_lines(next(iter(sheets.values())), main, suffix, meta)
                other.write_text(dump_json(meta) + "\n", encoding="utf-8")


def _write_lines(lines: pd.DataFrame, path: Path, suffix: str, meta: Mapping[str, Any]) -> None:
    if suffix == ".parquet":
        write_parquet(lines, path, meta)
        return
    with path.open("wb") as handle:
        write_csv(lines, handle)


def signed(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is saved with its format and a checksum, which an edit by hand breaks."""
    plain = {"format": FORMAT, **jsonable(saved)}
    return {**plain, "sha256": _digest(plain)}


def _digest(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def open_inventory(
    path: str | Path, *, sheet: str | None = None, city: str = "", year: int | None = None
) -> Mapping[str, Any] | pd.DataFrame | GpcCells:
    """Open what holds an inventory: a saved one, a table of its lines, or a table of GPC cells.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Sheet of a workbook.
    city, year
        Of a table of cells that has no column for them.

    Returns
    -------
    Mapping, DataFrame or GpcCells
        What was saved; the lines; the cells as they stand.

    Raises
    ------
    UsageError
        If there is no such file or sheet.
    DataError
        If it holds no inventory, or was saved and then edited.
    """
    path = Path(path)
    data = file_bytes(path)
    if path.suffix.lower() == ".json":
        return _saved(data, path.name)
    grids, findings = open_grids(data, path.name, sheet)
    for grid in grids:
        if len(grid) and set(MARKS) <= {t.strip() for t in grid.row_text(0)}:
            return _lines(grid)
    grid = best_grid(grids)
    cells = cells_of(grid, city=city, year=year)
    used = {
        "name": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "sheet": grid.name[len(path.name) + 1 :],
    }
    return GpcCells(cells.cells, cells.cities, (*findings, *cells.findings), (used,))


def _saved(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        saved = json.loads(data)
        if not isinstance(saved, Mapping) or saved.get("format") != FORMAT:
            raise ValueError(FORMAT)
    except (ValueError, RecursionError) as err:
        params = {"format": FORMAT, "problem": str(err)[:200]}
        raise DataError(Finding("not-an-inventory", where=name, params=params)) from None
    if saved.get("sha256") != _digest({k: v for k, v in saved.items() if k != "sha256"}):
        raise DataError(Finding("result-changed", where=name))
    return saved


def _lines(grid: Grid) -> pd.DataFrame:
    """Return a table of lines, each column of the type that its schema says; NO and NA are texts.

    Raises
    ------
    DataError
        With every cell that is no number where one must be, and every unknown word.
    """
    shape: Mapping[str, Any] = read_yaml(root() / "schemas" / "tables" / "inventory.yaml")["columns"]
    headings = [t.strip() for t in grid.row_text(0)]
    findings: list[Finding] = []
    out: dict[str, Any] = {}
    for k, heading in enumerate(headings):
        if heading not in shape:
            continue
        text = [(t or "").strip() for t in grid.columns[k].part(1).to_pylist()]
        if shape[heading]["type"] in ("float", "int"):
            out[heading] = _numbers(grid, k, text, shape[heading], findings)
        else:
            out[heading] = text
            findings += _words(grid, k, text, shape[heading], heading)
    if findings:
        raise DataError(*findings)
    return pd.DataFrame(out)


def _numbers(
    grid: Grid, k: int, text: list[str], spec: Mapping[str, Any], findings: list[Finding]
) -> np.ndarray:
    own = grid.columns[k].number
    value = np.full(len(text), np.nan) if own is None else np.array(own[1:], dtype=float)
    open_ = np.flatnonzero(np.isnan(value))
    found = read_numbers(
        pa.array([text[i] for i in open_], pa.string()), np.zeros(len(open_), dtype=np.int32)
    )
    value[open_] = np.where(found.kind == NUMBER, found.value, np.nan)
    for i in np.flatnonzero(np.isnan(value) | np.isinf(value)):
        if text[i] or not spec.get("nullable"):
            findings.append(Finding("raw-not-a-number", where=grid.where(int(i) + 1, k), value=text[i]))
    return value


def _words(grid: Grid, k: int, text: list[str], spec: Mapping[str, Any], heading: str) -> list[Finding]:
    if "allowed" not in spec:
        return []
    allowed = {str(w) for w in spec["allowed"]}
    params = {"column": heading, "choices": sorted(allowed)}
    return [
        Finding("activity-word", where=grid.where(i + 1, k), value=t, params=params)
        for i, t in enumerate(text)
        if t and t not in allowed
    ]
