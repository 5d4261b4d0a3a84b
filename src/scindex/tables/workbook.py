"""XLSX to grids: values only, nothing executed, nothing unpacked before its size is known."""

from __future__ import annotations

import datetime
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.tables.grid import Column, Grid, check_size

MAX_MEMBERS = 10_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 200
RATIO_FLOOR = 20_000_000
"""Below this unpacked size a high ratio is no danger: an empty template packs well."""
MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_CELLS = 50_000_000
MAX_SHEET_TEXT = 1_000_000_000
"""Letters of all cells; a text is stored once, however many cells show it."""


def read_workbook(data: bytes, name: str, *, sheet: str | None = None) -> tuple[list[Grid], list[Finding]]:
    """Read the sheets of a workbook that hold anything, as grids.

    Parameters
    ----------
    data : bytes
    name : str
        File name, as findings show it.
    sheet : str, optional
        Read this sheet only; else all that are visible and not empty.

    Returns
    -------
    (list of Grid, list of Finding)
        Warnings about macros and links to other workbooks, which are not followed.

    Raises
    ------
    DataError
        If it is broken, no workbook, or would unpack beyond the stated limits.
    UsageError
        If there is no such sheet.
    """
    findings = check_archive(data, name)
    try:
        return _read(data, name, sheet), findings
    except (DataError, UsageError):
        raise
    except MemoryError:
        raise
    except Exception as err:  # openpyxl lets nearly every exception escape from a broken file
        problem = f"{type(err).__name__}: {err}"[:200]
        raise DataError(Finding("workbook-broken", where=name, params={"problem": problem})) from None


def check_archive(data: bytes, name: str) -> list[Finding]:
    """Check the archive's own table of contents: sizes first, then what is in it.

    Raises
    ------
    DataError
        If it is truncated, no workbook, or larger inside than the limits.
    """
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as err:
        raise DataError(Finding("workbook-broken", where=name, params={"problem": str(err)})) from None
    unpacked = sum(m.file_size for m in members)
    ratio = unpacked / max(len(data), 1)
    excess = [
        ("parts", len(members), MAX_MEMBERS, len(members) > MAX_MEMBERS),
        ("bytes", unpacked, MAX_UNPACKED, unpacked > MAX_UNPACKED),
        ("ratio", round(ratio), MAX_RATIO, unpacked > RATIO_FLOOR and ratio > MAX_RATIO),
    ]
    for what, size, limit, over in excess:
        if over:
            raise DataError(
                Finding(f"workbook-bomb-{what}", where=name, params={"size": size, "limit": limit})
            )
    if any(m.flag_bits & 0x1 for m in members):
        raise DataError(Finding("workbook-protected", where=name))
    names = [m.filename for m in members]
    if "xl/workbook.xml" not in names:
        what = "OpenDocument" if "mimetype" in names and "content.xml" in names else "ZIP"
        raise DataError(Finding("not-a-table", where=name, params={"what": what}))
    found = {"workbook-links": "xl/externalLinks/", "workbook-macros": "xl/vbaProject"}
    return [
        Finding(code, "warning", where=name)
        for code, front in found.items()
        if any(n.startswith(front) for n in names)
    ]


def _read(data: bytes, name: str, sheet: str | None) -> list[Grid]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if sheet is not None and sheet not in book.sheetnames:
        raise UsageError(
            Finding("no-such-sheet", where=name, params={"wanted": sheet, "close": book.sheetnames})
        )
    visible = [ws.title for ws in book.worksheets if ws.sheet_state == "visible"]
    wanted = [sheet] if sheet is not None else visible or book.sheetnames
    formulas = _formulas(data) if _has_formulas(data) else None
    grids = [_grid(book[title], f"{name}!{title}", formulas) for title in wanted if _is_table(book[title])]
    return [g for g in grids if len(g) and g.filled.any()] or grids[:1]


def _is_table(worksheet: Any) -> bool:
    return hasattr(worksheet, "iter_rows")  # a chart sheet has none


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if not member.startswith("xl/worksheets/"):
                continue
            with archive.open(member) as part:
                tail = b""
                while block := part.read(1 << 20):
                    if b"<f>" in tail + block or b"<f " in tail + block:
                        return True
                    tail = block[-3:]
    return False


def _formulas(data: bytes) -> Any:
    """Return the workbook with formulas in the place of the values stored beside them."""
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)


def _grid(worksheet: Any, name: str, formulas: Any) -> Grid:
    texts: list[list[str]] = []
    numbers: list[list[tuple[int, float, bool]]] = []
    percents: dict[int, bool] = {}
    rows = letters = 0
    for row, shown in zip(_rows(worksheet, name), _formula_rows(formulas, worksheet)):
        for index, cell in enumerate(row):
            if index >= len(texts):
                check_size(name, 1, index + 1)
                texts.append([""] * rows)
                numbers.append([])
            text, number, percent = _cell(cell, percents)
            if not text and shown is not None and index < len(shown):
                text = _uncalculated(cell, shown[index])
            texts[index].append(text)
            letters += len(text)
            if number is not None:
                numbers[index].append((rows, number, percent))
        rows += 1
        for column in texts[len(row) :]:
            column.append("")
        _check_cells(rows * len(texts), letters, name)
    columns = tuple(_column(t, n) for t, n in zip(texts, numbers, strict=True))
    return Grid(name, columns, np.arange(1, rows + 1))


def _check_cells(cells: int, letters: int, name: str) -> None:
    if cells > MAX_SHEET_CELLS:
        params = {"count": cells, "limit": MAX_SHEET_CELLS}
        raise DataError(Finding("too-many-cells", where=name, params=params))
    if letters > MAX_SHEET_TEXT:
        params = {"bytes": letters, "limit": MAX_SHEET_TEXT}
        raise DataError(Finding("file-too-large", where=name, params=params))


def _rows(worksheet: Any, name: str) -> Iterator[tuple[Any, ...]]:
    worksheet.reset_dimensions()  # the size that a file states may be wrong
    for number, row in enumerate(worksheet.iter_rows(), 1):
        if number > MAX_SHEET_ROWS:
            params = {"count": number, "limit": MAX_SHEET_ROWS}
            raise DataError(Finding("too-many-rows", where=name, params=params))
        yield row


def _formula_rows(formulas: Any, worksheet: Any) -> Iterator[tuple[Any, ...] | None]:
    if formulas is not None:
        twin = formulas[worksheet.title]
        twin.reset_dimensions()
        yield from twin.iter_rows(values_only=True)
    while True:
        yield None


def _uncalculated(cell: Any, formula: Any) -> str:
    """Return the formula of a cell that stores no value; one that gives empty text is blank."""
    formula = getattr(formula, "text", formula)  # array formulas come wrapped
    is_formula = isinstance(formula, str) and formula.startswith("=")
    return formula if is_formula and getattr(cell, "data_type", "n") == "n" else ""


def _cell(cell: Any, percents: dict[int, bool]) -> tuple[str, float | None, bool]:
    """Return a cell's text, its number if it is one, and whether it shows as a percentage."""
    value = cell.value
    if value is None:
        return "", None, False
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None, False
    if isinstance(value, int | float):
        style = cell._style_id
        if style not in percents:
            percents[style] = "%" in (cell.number_format or "")
        if percents[style]:
            # 0.07 * 100 is 7.000000000000001; the sheet shows 7 %
            number = float(f"{value * 100:.15g}")
            return f"{_short(number)} %", number, True
        return _short(value), float(value), False
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat(), None, False
    return unicodedata.normalize("NFC", str(value)), None, False


def _short(number: float) -> str:
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def _column(texts: list[str], numbers: list[tuple[int, float, bool]]) -> Column:
    text = pa.chunked_array([pa.array(texts, pa.string())])
    if not numbers:
        return Column(text)
    number = np.full(len(texts), np.nan)
    percent = np.zeros(len(texts), dtype=bool)
    at = [n[0] for n in numbers]
    number[at] = [n[1] for n in numbers]
    percent[at] = [n[2] for n in numbers]
    return Column(text, number, percent if percent.any() else None)
