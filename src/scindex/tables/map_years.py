"""The year of a table: a map shows one, so rows of other years are left out and never added."""

from __future__ import annotations

from typing import Any

import numpy as np

from scindex.catalogue.maps import TablePlan
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.raw_columns import raw_shape

LISTED = 12
"""Years that one finding lists."""


def rows_of_year(
    frame: Any, spec: TablePlan, shape: str, *, part: bool = False
) -> tuple[np.ndarray, list[Finding]]:
    """Return which rows of a table are of the map's year.

    Parameters
    ----------
    frame : DataFrame
        As read; without a column ``year``, or where a year only tells how old a record is
        (a stand, a patch of land), all rows are taken.
    spec : TablePlan
        ``spec.year`` is the map's; its option ``year`` names another that stands in.
    shape : str
        Of ``schemas/tables/``: a table has years where ``year`` is part of its key.
    part : bool
        Some rows of a larger table: what stands in is then never taken from what they hold.

    Returns
    -------
    (ndarray of bool, list of Finding)
        The rows to take; rows left out, and a year that stands in.

    Raises
    ------
    DataError
        If no row is of the year, and none or several others could stand in.
    """
    everything = np.ones(len(frame), dtype=bool)
    if "year" not in frame.columns or "year" not in raw_shape(shape).key or not len(frame):
        return everything, []
    of = frame["year"].to_numpy(dtype=float)
    seen = sorted({int(y) for y in of[~np.isnan(of)]})
    said = int(spec.options.get("year") or 0)
    wanted = said or spec.year
    if not wanted or not seen:
        return everything, []
    file = spec.file.name
    params = {"of": spec.year, "years": seen[:LISTED], "table": spec.name, "year": wanted}
    if wanted not in seen and not (part and said):
        if part or said or len(seen) > 1:
            raise DataError(Finding("map-year-not-there", where=file, params={**params, "year": seen[-1]}))
        wanted = seen[0]
    own = of == wanted
    findings: list[Finding] = []
    if wanted != spec.year:
        told = {**params, "year": wanted}
        findings.append(Finding("map-year-stands-in", "warning", where=file, params=told))
    if not own.all():
        others = [y for y in seen if y != wanted][:LISTED]
        told = {**params, "n": int((~own).sum()), "years": others}
        findings.append(Finding("map-other-years", "note", where=file, params=told))
    return own, findings
