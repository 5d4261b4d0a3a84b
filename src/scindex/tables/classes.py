"""Cells that name a class: the text of a category to its place in the list of the catalogue."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.catalogue.categories import places
from scindex.catalogue.entries import Indicator
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.tables import cells as c
from scindex.tables.cells import Cells, column_texts, mark
from scindex.tables.faults import first_of_each, shorten
from scindex.tables.spread import Spread

SHOWN = 12
"""Classes of an open list that a finding names."""


def where_classes(named: np.ndarray, indicators: Sequence[Indicator]) -> np.ndarray | None:
    """Return the cells of categories; None where the file holds no category at all.

    Parameters
    ----------
    named : ndarray of int, shape (n,)
        Position in `indicators`; -1 where not known.
    indicators : sequence of Indicator
    """
    kinds = np.array([*(i.kind == "category" for i in indicators), False])
    return kinds[named] if kinds.any() else None


def read_classes(
    spread: Spread, cells: Cells, *, at: np.ndarray, named: np.ndarray, indicators: Sequence[Indicator]
) -> tuple[Cells, list[Finding]]:
    """Read the cells of categories.

    Parameters
    ----------
    spread : Spread
    cells : Cells
        What the other cells are.
    at : ndarray of int, shape (n_class,)
        The cells that name a class.
    named : ndarray of int, shape (n,)
        Position in `indicators` of each cell.
    indicators : sequence of Indicator

    Returns
    -------
    (Cells, list of Finding)
        The value of a class is its place in the list, from 1. A class comes before a mark
        that is written alike. Texts that are neither are findings at their first cell.
    """
    value, what = cells.value.copy(), cells.what.copy()
    codes, texts = _texts(spread, at)
    mixed = named[at].astype(np.int64) * len(texts) + codes
    found: list[Finding] = []
    unlisted: dict[int, list[tuple[int, str]]] = {}
    for combo, first, count in first_of_each(mixed):
        indicator, text = indicators[combo // len(texts)], texts[combo % len(texts)]
        here = at[mixed == combo]
        place = places(indicator).get(fold(text)) if text else None
        meaning = mark(text) if text else c.BLANK
        if place is not None:
            value[here], what[here] = place, c.NUMBER
        elif meaning < c.NUMBER or c.NUMBER < meaning < c.YES:
            what[here] = meaning
        elif not indicator.categories:
            unlisted.setdefault(combo // len(texts), []).append((int(at[first]), text))
        else:
            params = {"choices": list(indicator.categories), "count": count, "indicator": indicator.id}
            where = spread.cell_where(int(at[first]))
            found.append(Finding("unknown-category", where=where, value=shorten(text), params=params))
    for position, read in unlisted.items():
        names = [shorten(text) for _, text in read[:SHOWN]]
        params = {"indicator": indicators[position].id, "found": names, "count": len(read)}
        where = spread.cell_where(min(i for i, _ in read))
        found.append(Finding("categories-open", "warning", where=where, params=params))
    return Cells(value, what, cells.percent), found


def _texts(spread: Spread, at: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return the texts of some cells, coded."""
    columns, rows = np.divmod(at, spread.n_rows)
    used, position = np.unique(columns, return_inverse=True)
    layout = spread.layout
    text = column_texts(spread.grid, layout.rows, tuple(layout.values[i] for i in used.tolist()))
    chosen = pc.utf8_trim_whitespace(text).take(pa.array(position * spread.n_rows + rows))
    coded = chosen.combine_chunks().dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()
