"""Turn another tool's metadata table into a framework file."""

from __future__ import annotations

import re
from pathlib import Path

from scindex.catalogue.framework_text import framework_text
from scindex.catalogue.importing import Where, classes_of, read_meta
from scindex.catalogue.load import parse_framework
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.tables.cities import file_bytes
from scindex.tables.decode import decode, file_kind
from scindex.tables.delimited import read_delimited
from scindex.tables.grid import Grid


def import_framework(
    meta: str | Path, framework_id: str, data: str | Path | None = None
) -> tuple[str, list[Finding]]:
    """Make the text of a framework file from a COINr metadata table (iMeta).

    Parameters
    ----------
    meta : str or Path
        The table, CSV or XLSX: iCode, iName, Type, Parent, Direction, and what else it
        has of Weight, Level, Unit, Target, Denominator, ScaleFactor and goalposts.
    framework_id : str
        Id of the framework: letters, digits and underscores.
    data : str or Path, optional
        The data table (iData), from which the classes of groups are taken.

    Returns
    -------
    (str, list of Finding)
        YAML text that reads as a framework, and what a reader of it must know.

    Raises
    ------
    UsageError
        If there is no such file, or the id cannot be one.
    DataError
        With every fault of the table, each at its cell.
    """
    if not re.fullmatch(r"\w+", framework_id):
        raise UsageError(Finding("entry-bad-id", value=framework_id, params={"entry": framework_id}))
    rows, where = _rows(Path(meta))
    found = read_meta(rows, where)
    classes = classes_of(_rows(Path(data))[0]) if data else {}
    text, findings = framework_text(found, framework_id, Path(meta).name, classes)
    parse_framework(text.encode(), f"{framework_id}.yaml")
    return text, findings


def _rows(path: Path) -> tuple[list[list[str]], Where]:
    """Return the texts of a table from its first filled row, and the address of each cell."""
    grid = _grid(file_bytes(path), path.name)
    first = next((r for r in range(len(grid)) if grid.filled[r]), 0)
    columns = [c.part(first).to_pylist() for c in grid.columns]
    rows = [[str(text).strip() for text in row] for row in zip(*columns)]
    return rows, lambda row, column: grid.where(first + row, column) if len(grid) else grid.name


def _grid(data: bytes, name: str) -> Grid:
    if file_kind(data, name) == "xlsx":
        from scindex.tables.workbook import read_workbook

        return read_workbook(data, name)[0][0]
    return read_delimited(decode(data, name)[0])
