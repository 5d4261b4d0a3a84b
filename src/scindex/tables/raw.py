"""Read a raw table: columns by their headings, values in one unit, and every fault at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.codes import PNU_PARTS, plot_numbers
from scindex.tables.grid import file_order
from scindex.tables.raw_columns import Shape, raw_shape
from scindex.tables.raw_frame import assemble
from scindex.tables.raw_rows import settle_rows
from scindex.tables.raw_source import Source, of_frame, open_source

PARTIAL = ("missing", "scale", "keep")
"""What becomes of a year that lacks months: no value, twelve times its mean month, or as it is."""


@dataclass(frozen=True, repr=False)
class Table:
    """A raw table as its shape promises it, and what a reader must know of it.

    Attributes
    ----------
    frame : DataFrame
        The columns of ``schemas/tables/<name>.yaml`` that the file has; values in the
        shape's units, NaN where missing, codes as text.
    findings : tuple of Finding
        What was converted, assumed, padded, summed, left out or doubted.
    inputs : tuple of dict
        Name, SHA-256, sheet and encoding of the file.
    name : str
        Name of the shape.
    places : Mapping of str to str
        Column -> its letters in the file, or its heading in a geodata file.
    rows : ndarray of int
        Number of each row in the file; the first one of those that were summed.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    inputs: tuple[Mapping[str, Any], ...] = ()
    name: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    file: str = ""

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self.frame)} rows, {len(self.findings)} findings>"

    def where(self, row: int, column: str = "") -> str:
        """Return where a value stood: ``energy.csv!C7`` or ``roads.gpkg feature 12``."""
        number = int(self.rows[row])
        place = self.places.get(column, "")
        if place.isupper() and place.isascii():
            return f"{self.file}!{place}{number}"
        return f"{self.file} feature {number}" if place or not self.places else f"{self.file}:{number}"


def read_table(
    path: str | Path,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    partial: str = "missing",
    needs: Sequence[str] = (),
) -> Table:
    """Read a raw table of buildings, energy, roads, forest, districts or waste.

    Parameters
    ----------
    path : str or Path
        CSV (UTF-8, CP949, UTF-16), XLSX, Parquet, or a geodata file for its attributes.
    name : str
        Name of the shape under ``schemas/tables/``.
    columns : Mapping of str to str, optional
        Column -> heading in the file, where the heading is not understood by itself; a
        unit in brackets where the heading names none: ``{"electricity_mwh": "useQty
        [kWh]"}``. ``months`` stands for the twelve columns of a file of months. A column
        that the shape does not have is read as it comes.
    sheet : str, optional
        Sheet of a workbook; else the one with most headings understood.
    partial : {"missing", "scale", "keep"}
        What becomes of a year that lacks months.
    needs : sequence of str
        Columns without which the table is of no use here.

    Returns
    -------
    Table

    Raises
    ------
    UsageError
        If there is no such file, sheet or shape.
    DataError
        With every fault of the file, each at its cell.
    """
    shape = raw_shape(name)
    wanted = dict(columns or {})
    source, found = open_source(Path(path), shape, wanted, sheet)
    return _table(source, shape, wanted, found, partial=partial, needs=needs)


def fit_table(
    frame: pd.DataFrame,
    name: str,
    *,
    file: str = "",
    columns: Mapping[str, str] | None = None,
    partial: str = "missing",
    needs: Sequence[str] = (),
    numbers: np.ndarray | None = None,
    others: tuple[str, ...] = (),
) -> Table:
    """Check a table that is already in memory, such as the attributes of a layer, as `read_table` does.

    Parameters
    ----------
    frame : DataFrame
        Left as it is; a geometry column is not looked at.
    name : str
        Name of the shape under ``schemas/tables/``.
    file : str
        What findings call it.
    columns, partial, needs
        As in `read_table`.
    numbers : ndarray of int, optional
        Number of each row in its file; counted from 1 if not given.
    others : tuple of str
        Columns of the file that `frame` does not hold.

    Returns
    -------
    Table
        ``rows`` are those numbers.

    Raises
    ------
    DataError
        With every fault, each at its row.

    Examples
    --------
    >>> frame = pd.DataFrame({"관리건축물대장PK": ["1"], "연면적(㎡)": ["1,200.5"]})
    >>> fit_table(frame, "buildings").frame["floor_area_m2"].tolist()
    [1200.5]
    """
    wanted = dict(columns or {})
    source = of_frame(frame, file or name, numbers=numbers, others=others)
    return _table(source, raw_shape(name), wanted, [], partial=partial, needs=needs)


def _table(
    source: Source,
    shape: Shape,
    wanted: Mapping[str, str],
    found: list[Finding],
    *,
    partial: str,
    needs: Sequence[str],
) -> Table:
    parts, part = assemble(source, shape, wanted, needs=needs)
    found += part
    frame, rows, part = settle_rows(parts, shape, partial=partial)
    found = sorted(_once_a_cell(found + part), key=file_order)
    if any(f.severity == "error" for f in found):
        raise DataError(*found)
    if not len(frame):
        raise DataError(*found, Finding("raw-no-rows", where=source.name))
    frame, part = _with_plots(frame, shape, source.name)
    found += part
    inputs = (dict(source.used),) if source.used else ()
    return Table(frame, tuple(found), inputs, shape.name, parts.places, source.rows[rows], source.name)


def _once_a_cell(found: list[Finding]) -> list[Finding]:
    """Leave out that a key is blank where its cell has been refused already."""
    refused = {f.where for f in found if f.severity == "error" and f.code != "raw-key-blank"}
    return [f for f in found if f.code != "raw-key-blank" or f.where not in refused]


def _with_plots(frame: pd.DataFrame, shape: Shape, name: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Add the number of each plot where a register gives its parts, and name by it what has no other name."""
    if not set(PNU_PARTS) <= set(frame.columns) or "pnu" in frame.columns:
        return frame, []
    numbers, found = plot_numbers(frame, file=name)
    found.append(Finding("codes-plot-made", "note", where=name, params={"count": int(numbers.notna().sum())}))
    if "building_id" in shape.instead and "building_id" not in frame.columns:
        frame = frame.copy()
        frame.insert(0, "building_id", numbers)
        return frame, found
    return frame.assign(pnu=numbers), found
