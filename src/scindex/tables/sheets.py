"""Which sheet of a workbook holds the data."""

from __future__ import annotations

from collections.abc import Sequence

from scindex.catalogue.lookup import Lookup
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.grid import Grid
from scindex.tables.layout import Layout, find_layout


def choose_sheet(
    grids: Sequence[Grid], name: str, lookup: Lookup, *, ignore: Sequence[str] = ()
) -> tuple[Grid, Layout, list[Finding]]:
    """Choose the one sheet whose headings are recognised.

    A sheet of definitions lists indicators too: where one sheet is long or wide, those
    that could only be read as transposed are left, and named in a note.

    Parameters
    ----------
    grids : sequence of Grid
        The sheets that hold anything.
    name : str
        The workbook's name, as findings show it.
    lookup : Lookup
    ignore : sequence of str

    Returns
    -------
    (Grid, Layout, list of Finding)

    Raises
    ------
    DataError
        If no sheet is recognised, or several are.
    """
    if not grids:
        raise DataError(Finding("empty-file", where=name))
    if len(grids) == 1:
        return grids[0], *find_layout(grids[0], lookup, ignore=ignore)
    readable: list[tuple[Grid, Layout, list[Finding]]] = []
    refused: list[Finding] = []
    for grid in grids:
        try:
            readable.append((grid, *find_layout(grid, lookup, ignore=ignore)))
        except DataError as err:
            refused += err.findings
    if not readable:
        raise DataError(*refused)
    upright = [r for r in readable if r[1].kind != "transposed"] or readable
    titles = [r[0].name[len(name) + 1 :] for r in upright]
    if len(upright) > 1:
        raise DataError(Finding("several-sheets", where=name, params={"sheets": titles}))
    grid, layout, findings = upright[0]
    others = [g.name[len(name) + 1 :] for g in grids if g is not grid]
    note = Finding("sheet-chosen", "note", where=grid.name, params={"sheet": titles[0], "others": others})
    return grid, layout, [note, *findings]
