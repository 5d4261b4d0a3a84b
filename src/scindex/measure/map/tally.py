"""Sum what lies in each piece of cell and district, in whole numbers: any order, any number of parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scindex.measure.map.placement import Placement

SQUARE_LIMIT = 3_000_000_000
"""Kilograms beyond which the square of one record would no longer fit; larger ones count as this."""

PIECE = ["cell", "district"]
LAYER = ["cell", "district", "layer", "year", "scenario", "standing"]
SECTOR = ["cell", "district", "sector", "year", "scenario"]
COVER = ["cell", "district", "sector", "cover", "year", "scenario"]


@dataclass(frozen=True)
class Records:
    """Tonnes of the records of one layer, before they are placed.

    Attributes
    ----------
    layer, sector : str
    source : ndarray of int, shape (n,)
        Row of the table that is placed.
    nano : ndarray of int64, shape (n,)
        Whole billionths of a tonne; removals negative. [1e-9 t CO2e]
    standing : ndarray of str, shape (n,)
    counted : bool
        False for memo lines, which enter no sum.
    """

    layer: str
    sector: str
    source: np.ndarray
    nano: np.ndarray
    standing: np.ndarray
    counted: bool = True


@dataclass(frozen=True)
class Tally:
    """Sums by piece: what one part of the data contributes. Two tallies add to one.

    ``pieces``, ``contributors`` and ``coverage`` are those of `CarbonMap`.
    """

    pieces: pd.DataFrame
    contributors: pd.DataFrame
    coverage: pd.DataFrame


def tally(
    records: Sequence[Records],
    placement: Placement,
    *,
    cover: Sequence[tuple[str, str, np.ndarray, np.ndarray]] = (),
    year: int,
    scenario: str = "",
) -> Tally:
    """Sum records that share one placement.

    Parameters
    ----------
    records : sequence of Records
        Of the layers whose records lie in the same places.
    placement : Placement
    cover : sequence of (sector, unit, all, known)
        Whole weights of each source, shape (sources,), and whether it has a number.
    year : int
    scenario : str

    Returns
    -------
    Tally
    """
    stamp: dict[str, Any] = {"year": year, "scenario": scenario}
    places = _Places.of(placement)
    spread = [_Spread.of(r, placement) for r in records]
    pieces = [frame for one in spread for frame in _pieces(one, places, stamp)]
    rows = pd.concat(pieces, ignore_index=True) if pieces else _empty(LAYER)
    sectors = sorted({r.sector for r in records})
    emitters = [_emitters(sector, spread, placement, places, stamp) for sector in sectors]
    counted = pd.concat(emitters, ignore_index=True) if emitters else _empty(SECTOR).drop(columns="squares")
    return Tally(
        _by_piece(rows, LAYER), _by_piece(counted, SECTOR), _coverage(cover, placement, places, stamp)
    )


def _by_piece(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sort rows by `keys`: those of each layer or sector come in order of their pieces already."""
    names = [k for k in keys if k not in {*PIECE, "year", "scenario"}]
    codes = [pd.factorize(rows[k], sort=True)[0] for k in reversed(names)]
    order = np.lexsort((*codes, rows["district"].to_numpy(), rows["cell"].to_numpy()))
    return rows.take(order).reset_index(drop=True)


@dataclass(frozen=True)
class _Places:
    """The distinct pieces of a placement by cell and district, and the piece of each of its rows."""

    cell: np.ndarray
    district: np.ndarray
    of_row: np.ndarray

    @classmethod
    def of(cls, placement: Placement) -> _Places:
        cells, cell = pd.factorize(placement.cell)
        width = int(placement.district.max(initial=0)) + 2
        piece, keys = pd.factorize(cells * width + placement.district + 1)
        keys = np.asarray(keys)
        at, district = np.asarray(cell)[keys // width], keys % width - 1
        order = np.lexsort((district, at))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return cls(at[order], district[order], rank[piece])

    def sums(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Add whole values of some rows by piece; floats would depend on the order."""
        out = np.zeros(len(self.cell), dtype=np.int64)
        np.add.at(out, self.of_row[rows], values[rows])
        return out

    def largest(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the largest value of some rows by piece."""
        out = np.zeros(len(self.cell), dtype=np.int64)
        np.maximum.at(out, self.of_row[rows], values[rows])
        return out

    def counts(self, rows: np.ndarray) -> np.ndarray:
        """Return how many of some rows lie in each piece."""
        return np.bincount(self.of_row[rows], minlength=len(self.cell)).astype(np.int64)


@dataclass(frozen=True)
class _Spread:
    """A layer's records over the rows of their placement."""

    records: Records
    nano: np.ndarray
    standing: np.ndarray
    names: np.ndarray

    @classmethod
    def of(cls, records: Records, placement: Placement) -> _Spread:
        nano = np.zeros(placement.sources, dtype=np.int64)
        np.add.at(nano, records.source, records.nano)
        codes, names = pd.factorize(records.standing, sort=True)
        standing = np.full(placement.sources, -1, dtype=np.int8)
        standing[records.source] = codes
        return cls(records, placement.spread(nano), standing[placement.source], np.asarray(names))


def _pieces(one: _Spread, places: _Places, stamp: dict[str, Any]) -> list[pd.DataFrame]:
    """Return a row for each piece that a layer has records in, one for each standing."""
    kilograms = np.minimum(np.abs(one.nano) // 1_000_000, SQUARE_LIMIT)
    frames = []
    for code, name in enumerate(one.names):
        rows = np.flatnonzero(one.standing == code)
        units = places.counts(rows)
        used = np.flatnonzero(units)
        fixed = {"layer": one.records.layer, **stamp, "standing": str(name)}
        frame = pd.DataFrame({"cell": places.cell[used], "district": places.district[used]}).assign(**fixed)
        frames.append(
            frame.assign(
                nano=places.sums(one.nano, rows)[used],
                units=units[used],
                largest=places.largest(np.abs(one.nano), rows)[used],
                squares=places.sums(kilograms * kilograms, rows)[used],
            )
        )
    return frames


def _emitters(
    sector: str, spread: Sequence[_Spread], placement: Placement, places: _Places, stamp: dict[str, Any]
) -> pd.DataFrame:
    """Count distinct emitters of a sector and keep the largest: all layers of one source are one.

    One that lies in several pieces is at `home` in the piece that holds most of it, and counts
    there with all its tonnes, so that no sum of pieces makes two emitters of it.
    """
    total = np.zeros(len(places.of_row), dtype=np.int64)
    for one in spread:
        if one.records.sector == sector and one.records.counted:
            total += np.maximum(one.nano, 0)
    rows = np.flatnonzero(total)
    units = places.counts(rows)
    used = np.flatnonzero(units)
    home = _home(placement.source, total)
    whole = np.zeros(placement.sources, dtype=np.int64)
    np.add.at(whole, placement.source, total)
    size = np.where(home, whole[placement.source], total)
    frame = pd.DataFrame({"cell": places.cell[used], "district": places.district[used]})
    return frame.assign(sector=sector, **stamp).assign(
        nano=places.sums(total, rows)[used],
        units=units[used],
        home=places.counts(np.flatnonzero(home))[used],
        largest=places.largest(size, rows)[used],
    )


def _home(source: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Return for each emitting source the one row that holds most of it, the first of equals."""
    if (source[1:] > source[:-1]).all():
        return total > 0  # each lies in one piece only
    order = np.lexsort((np.arange(len(source)), -total, source))
    first = np.ones(len(source), dtype=bool)
    first[1:] = source[order][1:] != source[order][:-1]
    home = np.zeros(len(source), dtype=bool)
    home[order[first]] = True
    return home & (total > 0)


def _coverage(
    cover: Sequence[tuple[str, str, np.ndarray, np.ndarray]],
    placement: Placement,
    places: _Places,
    stamp: dict[str, Any],
) -> pd.DataFrame:
    frames = []
    everything = np.arange(len(placement.source))
    for sector, unit, weight, known in cover:
        share = placement.spread(weight.astype(np.int64))
        frame = pd.DataFrame({"cell": places.cell, "district": places.district})
        frames.append(
            frame.assign(sector=sector, cover=unit, **stamp).assign(
                known=places.sums(share, np.flatnonzero(known[placement.source])),
                all=places.sums(share, everything),
            )
        )
    if not frames:
        return _empty(COVER)[[*COVER]].assign(known=np.int64(0), all=np.int64(0))
    return _by_piece(pd.concat(frames, ignore_index=True), COVER)


def _empty(keys: list[str]) -> pd.DataFrame:
    own = ("home",) if keys == SECTOR else ()
    numbers = {c: pd.Series(dtype="int64") for c in ("nano", "units", *own, "largest", "squares")}
    texts = {k: pd.Series(dtype="int64" if k in {"cell", "district", "year"} else "str") for k in keys}
    return pd.DataFrame({**texts, **numbers})


def add(rows: Any, keys: list[str]) -> pd.DataFrame:
    """Sum amounts, units and squares by `keys`, and keep the largest record; rows sorted by `keys`."""
    how = {c: "max" if c == "largest" else "sum" for c in rows.columns if c not in keys}
    return rows.groupby(keys, as_index=False, observed=True).agg(how)


def together(tallies: Sequence[Tally]) -> Tally:
    """Add the tallies of parts: the same whatever their number and order.

    Raises
    ------
    ValueError
        If there are none.
    """
    if len(tallies) == 1:
        return tallies[0]
    cover = pd.concat([t.coverage for t in tallies])
    return Tally(
        add(pd.concat([t.pieces for t in tallies]), LAYER),
        add(pd.concat([t.contributors for t in tallies]), SECTOR),
        cover.groupby(COVER, as_index=False)[["known", "all"]].sum(),
    )
