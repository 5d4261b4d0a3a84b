"""Stage 2, text to grid: every cell as text, with its spreadsheet address."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.errors import DataError
from scindex.findings import Finding

MAX_COLUMNS = 20_000
MAX_ROWS = 20_000_000
MAX_CELLS = 500_000_000


@dataclass(frozen=True)
class Column:
    """One column: the text of its cells, and the numbers among them that need no reading.

    Attributes
    ----------
    text : pyarrow ChunkedArray of string, or of dictionary-coded string
        Empty text where a cell is blank. A typed number shows as a short decimal.
    number : ndarray of float or None
        Numbers that the file holds as numbers (XLSX, Parquet), NaN elsewhere; None if
        the file holds text only. Decimal marks are never guessed for these.
    percent : ndarray of bool or None
        Where a workbook shows the number as a percentage; `number` is what it shows.
    head : str or None
        The heading of a column that below it holds numbers and blanks only (Parquet);
        `text` is then made of the numbers where it is asked for.
    """

    text: pa.ChunkedArray
    number: np.ndarray | None = None
    percent: np.ndarray | None = None
    head: str | None = None

    def part(self, start: int = 0, length: int | None = None) -> pa.ChunkedArray:
        """Return the texts of some rows."""
        if self.head is None:
            return self.text.slice(start, length).cast(pa.string())
        stop = len(self.text) + 1 if length is None else min(start + length, len(self.text) + 1)
        below = self.text.slice(max(start - 1, 0), max(stop - max(start, 1), 0))
        top = [pa.array([self.head])] if start == 0 and stop > 0 else []
        return pa.chunked_array([*top, *below.cast(pa.string()).fill_null("").chunks], pa.string())

    def cell(self, row: int) -> str:
        """Return the text of one cell."""
        return str(self.part(row, 1)[0].as_py())

    def blank(self, start: int = 0, length: int | None = None) -> np.ndarray:
        """Return where the cells of some rows hold nothing but white space, shape (n,)."""
        if self.head is not None and self.number is not None and start > 0:
            stop = None if length is None else start + length
            return np.isnan(self.number[start:stop])
        if self.head is not None:
            return np.concatenate([[not self.head.strip()], self.blank(1)])[: length or len(self.text) + 1]
        masks = [_blank(chunk) for chunk in self.text.slice(start, length).chunks]
        return np.concatenate(masks) if masks else np.zeros(0, dtype=bool)


def _blank(text: pa.Array) -> np.ndarray:
    if pa.types.is_dictionary(text.type):
        return _blank(text.dictionary)[text.indices.to_numpy(zero_copy_only=False)]
    nothing = pc.or_(pc.equal(text, ""), pc.utf8_is_space(text))
    return nothing.to_numpy(zero_copy_only=False)


@dataclass(frozen=True)
class Grid:
    """A table of cells as the file has it, with nothing understood yet.

    Attributes
    ----------
    name : str
        ``pilot.csv`` or ``pilot.xlsx!Sheet1``: the front part of every address.
    columns : tuple of Column
    rows : ndarray of int
        Spreadsheet row number of each row, ascending.
    """

    name: str
    columns: tuple[Column, ...]
    rows: np.ndarray

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    def __len__(self) -> int:
        return len(self.rows)

    def cell(self, row: int, column: int) -> str:
        """Return the text of one cell by its position in the grid, counted from 0."""
        return self.columns[column].cell(row)

    def row_text(self, row: int) -> list[str]:
        """Return the texts of one row."""
        return [c.cell(row) for c in self.columns]

    def where(self, row: int, column: int) -> str:
        """Return the address of a cell.

        Examples
        --------
        >>> grid_of([["city", "GHG"], ["Oslo", "2.1"]], "pilot.csv").where(1, 1)
        'pilot.csv!B2'
        """
        return f"{self.name}!{letters(column)}{self.rows[row]}"

    @cached_property
    def filled(self) -> np.ndarray:
        """Number of cells in each row that are not blank, shape (n_row,)."""
        count = np.zeros(len(self), dtype=np.int32)
        for column in self.columns:
            count += ~column.blank()
        return count


def letters(column: int) -> str:
    """Return a column's letters in a spreadsheet; `column` counts from 0.

    Examples
    --------
    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


_ADDRESS = re.compile(r"^(.*?)(?:!([A-Z]{1,4}))?(?:[!:]?(\d+))?$", re.DOTALL)


def file_order(finding: Finding) -> tuple[int, int, str, int, str]:
    """Sort key: whole-file findings first, then by row, then by column.

    Examples
    --------
    >>> cells = [Finding("b", where="a.csv!AA2"), Finding("b", where="a.csv!B2"), Finding("a", where="a.csv")]
    >>> [f.where for f in sorted(cells, key=file_order)]
    ['a.csv', 'a.csv!B2', 'a.csv!AA2']
    """
    match = _ADDRESS.match(finding.where)
    name, column, row = match.groups() if match else (finding.where, None, None)
    return int(row or 0), len(column or ""), column or "", 0 if finding.severity == "error" else 1, str(name)


def grid_of(records: Sequence[Sequence[str]], name: str, rows: Iterable[int] | None = None) -> Grid:
    """Build a grid from rows of text; short rows are filled up with blanks.

    Examples
    --------
    >>> grid_of([["a", "b"], ["1"]], "demo.csv").cell(1, 1)
    ''
    """
    width = max((len(r) for r in records), default=0)
    filled = [[*r, *[""] * (width - len(r))] for r in records]
    columns = [Column(pa.chunked_array([pa.array(c, pa.string())])) for c in zip(*filled, strict=True)]
    numbers = np.arange(1, len(records) + 1) if rows is None else np.array(list(rows))
    return Grid(name, tuple(columns), numbers)


def check_size(name: str, rows: int, columns: int) -> None:
    """Refuse tables beyond the stated limits.

    Raises
    ------
    DataError
        Naming the limit.
    """
    for what, size, limit in (
        ("columns", columns, MAX_COLUMNS),
        ("rows", rows, MAX_ROWS),
        ("cells", rows * columns, MAX_CELLS),
    ):
        if size > limit:
            raise DataError(Finding(f"too-many-{what}", where=name, params={"count": size, "limit": limit}))
