"""Stage 4, strings to typed cells: a number, a mark that stands for one, or a fault."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.findings import Finding
from scindex.tables import numbers
from scindex.tables.faults import each
from scindex.tables.grid import Grid
from scindex.tables.headers import words
from scindex.tables.layout import Layout
from scindex.tables.spread import Spread

BLANK, NUMBER, NR, NE, C, IE, NO, NA, YES, NO_WORD = range(10)
"""What a cell may be."""

AMBIGUOUS, CONFLICT, INFINITE, EXCEL_ERROR, DATE, FORMULA, TEXT = range(20, 27)
"""What is wrong with a cell."""

NOTATION = {"NR": NR, "NE": NE, "C": C, "IE": IE, "NO": NO, "NA": NA}
FAULTS = {
    AMBIGUOUS: "number-ambiguous",
    INFINITE: "number-not-finite",
    EXCEL_ERROR: "excel-error",
    DATE: "number-date",
    FORMULA: "formula-not-calculated",
    TEXT: "not-a-number",
}
"""Finding code of each fault; contradicting decimal marks are told once for a column."""

_MARKS = {"missing": BLANK, "error": EXCEL_ERROR, "infinite": INFINITE, "yes": YES, "no": NO_WORD}
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:[ T].*)?|\d{{1,2}}[-/]\d{{1,4}}|\d{{4}}[-/]\d{{1,2}}"
    rf"|\d{{1,2}}[-. /]?{_MONTH}(?:[-. /,]*\d{{2,4}})?|{_MONTH}[-. /]?\d{{1,4}}(?:, ?\d{{4}})?"
    r"|(?:\d{2,4}년\s*)?\d{1,2}월(?:\s*\d{1,2}일)?|\d{1,2}:\d{2}(?::\d{2})?",
    re.IGNORECASE,
)
_INCLUDED = re.compile(r"IE\s*[:(→>-]+\s*(\S.*?)\s*\)?", re.DOTALL)


@dataclass(frozen=True)
class Cells:
    """The value cells of a table: column by column, each from the top.

    Attributes
    ----------
    value : ndarray of float, shape (n,)
        NaN where `what` is not `NUMBER`.
    what : ndarray of uint8, shape (n,)
    percent : ndarray of bool, shape (n,)
        Where the cell itself says that its number is a percentage.
    """

    value: np.ndarray
    what: np.ndarray
    percent: np.ndarray


def read_cells(spread: Spread, *, apart: np.ndarray | None = None) -> tuple[Cells, list[Finding]]:
    """Read every value cell as a number or a mark; what is neither is a finding.

    Parameters
    ----------
    spread : Spread
        A grid and its layout.
    apart : ndarray of bool, shape (n,), optional
        Cells to be left blank here: what they hold is no number.

    Returns
    -------
    (Cells, list of Finding)

    Examples
    --------
    >>> from scindex.tables.grid import grid_of
    >>> from scindex.tables.layout import Layout
    >>> grid = grid_of([["GHG"], ["12,5"], ["NR"], ["#REF!"]], "a.csv")
    >>> cells, found = read_cells(Spread(grid, Layout("wide", 0, np.arange(1, 4), (0,))))
    >>> cells.value.tolist(), [(f.code, f.where) for f in found]
    ([12.5, nan, nan], [('excel-error', 'a.csv!A4')])
    """
    grid, layout = spread.grid, spread.layout
    value, percent = _typed(grid, layout)
    what = np.where(np.isnan(value), BLANK, NUMBER).astype(np.uint8)
    what[np.isinf(value)] = INFINITE
    if apart is not None:
        value[apart], what[apart], percent[apart] = np.nan, BLANK, False
    unread, text = _unread(grid, layout, np.isnan(value) if apart is None else np.isnan(value) & ~apart)
    witness: dict[int, tuple[int, int]] = {}
    told = np.empty(0, dtype=np.intp)
    if len(unread):
        found = numbers.read_numbers(text, (unread // spread.n_rows).astype(np.int32))
        value[unread], percent[unread] = found.value, found.percent
        what[unread] = _kinds(text, found.kind)
        witness = {c: (int(unread[a]), int(unread[b])) for c, (a, b) in found.witness.items()}
        # a long file has one column for all indicators: one's decimal comma is weak evidence for another
        told = unread[found.told] if len(layout.values) == 1 else unread[:0]
    value[what != NUMBER] = np.nan
    doubts = each(
        "number-comma-taken",
        told,
        spread.cell_where,
        value=spread.written,
        params=lambda i: {"taken": float(value[i])},
        severity="warning",
    )
    return Cells(value, what, percent), [*_faults(spread, what, witness), *doubts]


def _unread(grid: Grid, layout: Layout, open_: np.ndarray) -> tuple[np.ndarray, pa.ChunkedArray]:
    """Return those open cells that the file holds as text, and their texts."""
    textual = [grid.columns[c].head is None for c in layout.values]
    readable = np.repeat(textual, len(layout.rows))
    unread = np.flatnonzero(readable & open_)
    if not len(unread):
        return unread, pa.chunked_array([], pa.string())
    columns = tuple(c for c, t in zip(layout.values, textual) if t)
    text = pc.utf8_trim_whitespace(column_texts(grid, layout.rows, columns))
    if len(unread) < len(text):
        text = text.take(pa.array((np.cumsum(readable) - 1)[unread]))
    return unread, text


def column_texts(grid: Grid, rows: np.ndarray, columns: tuple[int, ...]) -> pa.ChunkedArray:
    """Return the texts of some rows of some columns, one column after the other."""
    chunks: list[pa.Array] = []
    together = len(rows) > 0 and rows[-1] - rows[0] + 1 == len(rows)
    for c in columns:
        whole = grid.columns[c]
        part = whole.part(int(rows[0]), len(rows)) if together else whole.part().take(pa.array(rows))
        chunks.extend(part.chunks)
    return pa.chunked_array(chunks, pa.string())


def _typed(grid: Grid, layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers that the file holds as numbers, and which of them are percentages."""
    n = len(layout.rows)
    typed = np.full(n * len(layout.values), np.nan)
    percent = np.zeros(len(typed), dtype=bool)
    for i, c in enumerate(layout.values):
        column = grid.columns[c]
        if column.number is not None:
            typed[i * n : (i + 1) * n] = column.number[layout.rows]
        if column.percent is not None:
            percent[i * n : (i + 1) * n] = column.percent[layout.rows]
    return typed, percent


def _kinds(text: pa.ChunkedArray, kind: np.ndarray) -> np.ndarray:
    what = np.full(len(kind), BLANK, dtype=np.uint8)
    what[kind == numbers.NUMBER] = NUMBER
    what[kind == numbers.AMBIGUOUS] = AMBIGUOUS
    what[kind == numbers.CONFLICT] = CONFLICT
    what[kind == numbers.INFINITE] = INFINITE
    filled = pc.not_equal(text, "").to_numpy()
    other = np.flatnonzero((kind == numbers.NOT) & filled)
    if len(other):
        coded = text.take(pa.array(other)).combine_chunks().dictionary_encode()
        meant = np.array([mark(t) for t in coded.dictionary.to_pylist()], dtype=np.uint8)
        what[other] = meant[coded.indices.to_numpy(zero_copy_only=False)]
    return what


def mark(text: str) -> int:
    """Say what a cell that holds no number is.

    Examples
    --------
    >>> mark("NE") == NE, mark("IE: GHG emissions") == IE, mark("No") == NO_WORD, mark("3-1") == DATE
    (True, True, True, True)
    """
    if text in NOTATION:
        return NOTATION[text]
    known = words().marks.get(text.casefold())
    if known:
        return _MARKS[known]
    upper = text.upper()
    if upper in NOTATION and upper != "NO":
        return NOTATION[upper]
    if included_in(text):
        return IE
    if text.startswith("="):
        return FORMULA
    return DATE if len(text) < 40 and _DATE.fullmatch(text) else TEXT


def included_in(text: str) -> str:
    """Return the target of ``IE: target``; empty for anything else.

    Examples
    --------
    >>> included_in("IE: GHG emissions"), included_in("IE")
    ('GHG emissions', '')
    """
    match = _INCLUDED.fullmatch(text)
    return match[1] if match else ""


def _faults(spread: Spread, what: np.ndarray, witness: dict[int, tuple[int, int]]) -> list[Finding]:
    where, shown = spread.cell_where, spread.written
    findings: list[Finding] = []
    for fault, code in FAULTS.items():
        at = np.flatnonzero(what == fault)
        params = (lambda i: _readings(shown(i))) if fault == AMBIGUOUS else None
        findings += each(code, at, where, value=shown, params=params)
    for comma, point in witness.values():
        first, second = sorted((comma, point))
        params = {"comma": shown(comma), "point": shown(point), "other": where(first)}
        findings.append(
            Finding("decimal-marks-conflict", where=where(second), value=shown(second), params=params)
        )
    return findings


def _readings(text: str) -> dict[str, str]:
    """Return the two numbers that a text such as ``1,234`` may be."""
    whole, _, rest = text.replace(".", ",").partition(",")
    return {"thousands": whole + rest, "decimal": f"{whole}.{rest}"}
