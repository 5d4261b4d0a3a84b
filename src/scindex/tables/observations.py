"""Stage 5, cells to observations: one long table, whatever shape the file had."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scindex.catalogue.entries import Indicator
from scindex.catalogue.lookup import Lookup
from scindex.findings import Finding, Severity
from scindex.tables import cells as c
from scindex.tables.cells import Cells, read_cells
from scindex.tables.classes import read_classes, where_classes
from scindex.tables.faults import each
from scindex.tables.grid import Grid, letters
from scindex.tables.included import cover_included
from scindex.tables.layout import Layout
from scindex.tables.margins import read_errors
from scindex.tables.named import Named, find_indicators, find_years
from scindex.tables.places import Places, find_places
from scindex.tables.quantities import convert
from scindex.tables.remarks import read_quality, read_statuses, read_text
from scindex.tables.spread import Spread
from scindex.tables.statuses import REASONS, STATUSES, Settled, settle

COLUMNS = (
    "city_id",
    "city",
    "year",
    "indicator",
    "value",
    "unit",
    "status",
    "reason",
    "quality",
    "source",
    "where",
)
"""Columns of the observations table, in order."""

EXTRA = ("error", "error_group")
"""Further columns, where the file has them: standard error of the value, and what errs together."""

CHUNK = 1 << 20
"""Rows whose addresses are made at a time."""

KEY = ["city_id", "year", "indicator"]


@dataclass(frozen=True)
class _Keys:
    """Who, when and what of each cell, with the indicators in the catalogue's order."""

    places: Places
    years: np.ndarray
    named: np.ndarray
    indicators: tuple[Indicator, ...]

    @property
    def known(self) -> np.ndarray:
        """Where all three are known."""
        return (self.places.codes >= 0) & (self.years > 0) & (self.named >= 0)


def observe(
    grid: Grid,
    layout: Layout,
    lookup: Lookup,
    *,
    order: Mapping[str, int],
    city: str | None = None,
    year: int | None = None,
    ignore: Sequence[str] = (),
) -> tuple[pd.DataFrame, list[Finding]]:
    """Turn a grid whose layout is known into observations.

    Parameters
    ----------
    grid : Grid
    layout : Layout
    lookup : Lookup
        The indicators of the frameworks in force.
    order : Mapping of str to int
        Rank of each indicator's id; rows are sorted by city, year and this.
    city, year
        Stand in where the table names none.
    ignore : sequence of str
        Indicators to leave out where they are unknown; ``all`` for every such one.

    Returns
    -------
    (DataFrame, list of Finding)
        Columns `COLUMNS`, and those of `EXTRA` that the file has; values in canonical
        units. Faulty cells are missing.
    """
    spread = Spread(grid, layout)
    keys, found = _keys(spread, lookup, order=order, city=city, year=year, ignore=ignore)
    value, status, reason, error, part = _values(spread, keys)
    found += part
    covered, part = cover_included(spread, keys, value, reason, lookup)
    found += part
    status[covered] = STATUSES.index("M")
    frame, part = _table(spread, keys, value, status, reason, error)
    return frame, found + part


def _keys(
    spread: Spread,
    lookup: Lookup,
    *,
    order: Mapping[str, int],
    city: str | None,
    year: int | None,
    ignore: Sequence[str],
) -> tuple[_Keys, list[Finding]]:
    places, found = find_places(spread, city)
    years, part = find_years(spread, year)
    named, also = find_indicators(spread, lookup, ignore=ignore)
    return _Keys(places, years, *_in_order(named, lookup, order)), found + part + also


def _in_order(
    named: Named, lookup: Lookup, order: Mapping[str, int]
) -> tuple[np.ndarray, tuple[Indicator, ...]]:
    """Renumber the indicators as the catalogue orders them, so that the file's order does not matter."""
    ranked = sorted(range(len(named.ids)), key=lambda i: order.get(named.ids[i], len(order)))
    position = np.full(len(ranked) + 1, -1, dtype=np.int32)  # the last stands for -1
    position[ranked] = np.arange(len(ranked))
    return position[named.codes], tuple(lookup.indicator(named.ids[i]) for i in ranked)


def _values(
    spread: Spread, keys: _Keys
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None, list[Finding]]:
    """Return value in canonical units, status, reason and standard error of each cell."""
    classes = where_classes(keys.named, keys.indicators)
    cells, found = read_cells(spread, apart=classes)
    if classes is not None:
        at = np.flatnonzero(classes)
        cells, part = read_classes(spread, cells, at=at, named=keys.named, indicators=keys.indicators)
        found += part
    found += _full_of_na(spread, cells)
    settled, part = _settle(spread, cells, keys)
    found += part
    number = (cells.what == c.NUMBER) & ~np.isnan(settled.value)
    number = number if classes is None else number & ~classes
    given = {"percent": cells.percent, "named": keys.named, "indicators": keys.indicators}
    value, bad, part = convert(spread, settled.value, number=number, **given)
    value[bad] = np.nan
    settled.status[bad] = STATUSES.index("O")
    error, also = read_errors(spread, settled.value, value, number=number, **given)
    return value, settled.status, settled.reason, error, found + part + also


def _settle(spread: Spread, cells: Cells, keys: _Keys) -> tuple[Settled, list[Finding]]:
    given, notation, found = read_statuses(spread)
    kinds = np.array([*(i.kind for i in keys.indicators), ""])
    settled = settle(
        cells.value,
        cells.what,
        amount=(kinds == "amount")[keys.named],
        yes_no=(kinds == "yes_no")[keys.named],
        given=given,
        key=notation,
    )
    for code, mask in (
        ("yes-no-not-scale", settled.not_scale),
        ("status-contradicts", settled.contradicts),
    ):
        found += each(
            code,
            np.flatnonzero(mask & (keys.named >= 0)),
            spread.cell_where,
            value=spread.written,
            params=lambda i: {"indicator": keys.indicators[keys.named[i]].id},
        )
    return settled, found


def _full_of_na(spread: Spread, cells: Cells) -> list[Finding]:
    """Doubt a column most of whose cells say NA: R and pandas write it for a blank."""
    found: list[Finding] = []
    for start in range(0, spread.n, spread.n_rows):
        what = cells.what[start : start + spread.n_rows]
        na, filled = int((what == c.NA).sum()), int((what != c.BLANK).sum())
        if na >= 3 and 2 * na > filled:
            where = spread.cell_where(start + int(np.argmax(what == c.NA)))
            found.append(Finding("na-means-blank", "warning", where=where, params={"count": na}))
    return found


def _table(
    spread: Spread,
    keys: _Keys,
    value: np.ndarray,
    status: np.ndarray,
    reason: np.ndarray,
    error: np.ndarray | None,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Put the labels back: sorted by city, year and indicator, each but once."""
    quality, classes, found = read_quality(spread)
    source, sources = read_text(spread, "source")
    at = _sorted(keys)
    who, what = keys.places.codes[at], keys.named[at]
    units = [i.unit for i in keys.indicators]
    canonical = sorted(set(units))
    position = np.array([canonical.index(u) for u in units], dtype=np.int16)
    frame = pd.DataFrame(
        {
            "city_id": _category(who, keys.places.ids),
            "city": _named(who, keys.places.names),
            "year": keys.years[at].astype(np.int64),
            "indicator": _category(what, [i.id for i in keys.indicators]),
            "value": value[at],
            "unit": _category(position[what] if len(units) else what, canonical),
            "status": _category(status[at], STATUSES),
            "reason": _category(reason[at], REASONS),
            "quality": _category(quality[at], classes),
            "source": _named(source[at], sources),
            "where": _addresses(spread, at),
        }
    )
    if error is not None:
        frame["error"] = error[at]
    if spread.key("error_group") is not None:
        group, groups = read_text(spread, "error_group")
        frame["error_group"] = _named(group[at], groups)
    frame, part = once_each(frame)
    return frame, found + part


def _sorted(keys: _Keys) -> np.ndarray:
    """Return the cells that belong somewhere, by city, year and indicator."""
    kept = np.flatnonzero(keys.known)
    rank = keys.places.codes[kept].astype(np.int64)
    rank *= 10_000
    rank += keys.years[kept]
    rank *= max(len(keys.indicators), 1)
    rank += keys.named[kept]
    return kept if (rank[1:] >= rank[:-1]).all() else kept[np.argsort(rank, kind="stable")]


def _category(codes: np.ndarray, texts: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(list(texts), dtype="str"))  # type: ignore[arg-type]


def _named(codes: np.ndarray, texts: Sequence[str]) -> pd.Categorical:
    """Return texts as categories, sorted and each but once: two places may share a name."""
    distinct = sorted(set(texts))
    position = {t: i for i, t in enumerate(distinct)}
    return _category(np.array([position[t] for t in texts], dtype=np.int32)[codes], distinct)


def _addresses(spread: Spread, at: np.ndarray) -> pd.Series:
    """Return ``pilot.csv!B7`` for each cell, shape (n,)."""
    grid = spread.grid
    front = pa.array([f"{grid.name}!{letters(k)}" for k in spread.layout.values], pa.large_string())
    rows = grid.rows[spread.layout.rows]
    nothing = pa.scalar("", pa.large_string())
    chunks = [pa.array([], pa.large_string())]
    for start in range(0, len(at), CHUNK):
        column, row = np.divmod(at[start : start + CHUNK], spread.n_rows)
        number = pa.array(rows[row]).cast(pa.large_string())
        chunks.append(pc.binary_join_element_wise(front.take(pa.array(column)), number, nothing))
    return pa.chunked_array(chunks).to_pandas()


def once_each(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep one row for each city, year and indicator.

    Parameters
    ----------
    frame : DataFrame
        Observations sorted by `KEY`, the earlier cell first.

    Returns
    -------
    (DataFrame, list of Finding)
        Twice the same value is a warning. Different values are an error, and the value
        that stays is missing.
    """
    codes = [_codes(frame[k]) for k in KEY]
    again = np.zeros(len(frame), dtype=bool)
    again[1:] = np.logical_and.reduce([k[1:] == k[:-1] for k in codes])
    if not again.any():
        return frame, []
    first = np.maximum.accumulate(np.where(again, 0, np.arange(len(frame))))
    value = frame["value"].to_numpy()
    same = (value == value[first]) | (np.isnan(value) & np.isnan(value[first]))
    for column in ("status", "reason"):
        label = _codes(frame[column])
        same &= label == label[first]
    findings: list[Finding] = []
    kinds: tuple[tuple[str, Severity, np.ndarray], ...] = (
        ("duplicate-same", "warning", again & same),
        ("duplicate-differs", "error", again & ~same),
    )
    for code, severity, mask in kinds:
        findings += each(
            code,
            np.flatnonzero(mask),
            lambda i: str(frame["where"].iloc[i]),
            severity=severity,
            params=lambda i: _pair(frame, int(first[i]), i),
        )
    differs = np.unique(first[again & ~same])
    kept = frame[~again].copy()
    lost = np.isin(np.flatnonzero(~again), differs)
    kept.loc[lost, "value"] = np.nan
    kept.loc[lost, "status"] = "O"
    kept.loc[lost, "reason"] = ""
    return kept.reset_index(drop=True), findings


def _codes(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()
    return column.to_numpy()


def _pair(frame: pd.DataFrame, first: int, again: int) -> dict[str, object]:
    one, two = frame.iloc[first], frame.iloc[again]
    return {
        "other": str(one["where"]),
        "indicator": str(one["indicator"]),
        "city": str(one["city"]),
        "year": int(one["year"]),
        "first": _shown(one),
        "second": _shown(two),
    }


def _shown(row: pd.Series) -> object:
    return float(row["value"]) if pd.notna(row["value"]) else str(row["reason"] or row["status"])
