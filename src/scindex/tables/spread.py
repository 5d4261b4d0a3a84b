"""Between layout and observations: any role's text for every value cell, as codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from scindex.tables.faults import first_places
from scindex.tables.grid import Grid
from scindex.tables.layout import Layout


@dataclass(frozen=True)
class Key:
    """The texts of one role, coded: `texts[codes[i]]` is the text of place *i*.

    A place is a row of the table, or a value column where the role stands over columns.
    """

    role: str
    codes: np.ndarray
    texts: tuple[str, ...]
    over_columns: bool = False


@dataclass(frozen=True)
class Spread:
    """Carries what stands in rows and over columns to the cells it belongs to."""

    grid: Grid
    layout: Layout

    @property
    def n_rows(self) -> int:
        """Number of rows that hold values."""
        return len(self.layout.rows)

    @property
    def n_columns(self) -> int:
        """Number of value columns."""
        return len(self.layout.values)

    @property
    def n(self) -> int:
        """Number of value cells: column by column, each from the top."""
        return self.n_rows * self.n_columns

    def place(self, i: int) -> tuple[int, int]:
        """Return the row and column in the grid of value cell `i`."""
        column, row = divmod(i, self.n_rows)
        return int(self.layout.rows[row]), self.layout.values[column]

    def cell_where(self, i: int) -> str:
        """Return the address of value cell `i`."""
        return self.grid.where(*self.place(i))

    def written(self, i: int) -> str:
        """Return what stands in value cell `i`, without white space at the ends."""
        return self.grid.cell(*self.place(i)).strip()

    def key(self, role: str) -> Key | None:
        """Return the texts of a role, or None if the table does not have it."""
        keys = self.keys(role)
        return keys[0] if keys else None

    def keys(self, role: str) -> list[Key]:
        """Return the texts of every column that plays a role (`indicator` may have several)."""
        if role in self.layout.by_column:
            return [coded(role, self.layout.by_column[role])]
        return [self._column(role, c) for c in self.layout.by_row.get(role, ())]

    def _column(self, role: str, column: int) -> Key:
        """Code a column; `text` of a repeating column is coded already, and only trimmed."""
        whole = self.grid.columns[column]
        text = whole.text if pa.types.is_dictionary(whole.text.type) else whole.part().dictionary_encode()
        text = text.unify_dictionaries()
        codes = np.concatenate([c.indices.to_numpy(zero_copy_only=False) for c in text.chunks])
        known: dict[str, int] = {}
        trimmed = [known.setdefault(t.strip(), len(known)) for t in text.chunk(0).dictionary.to_pylist()]
        codes, used = pd.factorize(np.array(trimmed, dtype=np.int32)[codes[self.layout.rows]])
        texts = list(known)
        return Key(role, codes.astype(np.int32), tuple(texts[i] for i in used.tolist()))

    def to_cells(self, places: np.ndarray, *, over_columns: bool) -> np.ndarray:
        """Repeat one value per place for every cell, shape (n_columns * n_rows,)."""
        if over_columns:
            return np.repeat(places, self.n_rows)
        return np.tile(places, self.n_columns) if self.n_columns > 1 else places

    def where(self, role: str, place: int, column: int = 0) -> str:
        """Return the address of a role's text at a place; `column` counts its columns."""
        layout = self.layout
        if role in layout.by_column:
            return self.grid.where(layout.header, layout.values[place])
        columns = layout.by_row.get(role) or layout.values
        return self.grid.where(int(layout.rows[place]), columns[min(column, len(columns) - 1)])


def coded(role: str, texts: tuple[str, ...]) -> Key:
    """Code one text for each value column.

    Examples
    --------
    >>> coded("unit", ("%", "kt", "%")).codes.tolist()
    [0, 1, 0]
    """
    known: dict[str, int] = {}
    codes = [known.setdefault(t.strip(), len(known)) for t in texts]
    return Key(role, np.array(codes, dtype=np.int32), tuple(known), over_columns=True)


def combine(keys: list[Key]) -> tuple[np.ndarray, list[tuple[str, ...]]]:
    """Code the combinations of several keys of the same places.

    Returns
    -------
    (ndarray of int, list of tuple of str)
        Code of each place, and the texts of each code.

    Examples
    --------
    >>> codes, texts = combine([coded("a", ("x", "y", "x")), coded("b", ("1", "1", "1"))])
    >>> codes.tolist(), texts
    ([0, 1, 0], [('x', '1'), ('y', '1')])
    """
    if len(keys) == 1:
        return keys[0].codes, [(t,) for t in keys[0].texts]
    mixed = np.zeros(len(keys[0].codes), dtype=np.int64)
    for key in keys:
        mixed = mixed * max(len(key.texts), 1) + key.codes
    codes, values = pd.factorize(mixed)
    first = first_places(codes, len(values))
    return codes, [tuple(k.texts[k.codes[i]] for k in keys) for i in first.tolist()]
