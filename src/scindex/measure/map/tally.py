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
    stamp = {"year": year, "scenario": scenario}
    spread = [_spread(r, placement, stamp) for r in records]
    rows = pd.concat(spread) if spread else _empty(LAYER)
    pieces = add(rows.drop(columns=["source", "sector", "counted"], errors="ignore"), LAYER)
    counted = rows[rows["counted"]] if len(rows) else rows
    return Tally(pieces, _contributors(counted), _coverage(cover, placement, stamp))


def _spread(records: Records, placement: Placement, stamp: dict[str, object]) -> pd.DataFrame:
    nano = np.zeros(placement.sources, dtype=np.int64)
    np.add.at(nano, records.source, records.nano)
    standing = np.full(placement.sources, "", dtype=object)
    standing[records.source] = records.standing
    used = np.zeros(placement.sources, dtype=bool)
    used[records.source] = True
    row = used[placement.source]
    shares = placement.spread(nano)[row]
    kilograms = np.minimum(np.abs(shares) // 1_000_000, SQUARE_LIMIT)
    return pd.DataFrame(
        {
            "source": placement.source[row],
            "cell": placement.cell[row],
            "district": placement.district[row],
            "layer": records.layer,
            "sector": records.sector,
            **stamp,
            "standing": standing[placement.source[row]].astype(str),
            "nano": shares,
            "units": np.int64(1),
            "largest": np.abs(shares),
            "squares": kilograms * kilograms,
            "counted": records.counted,
        }
    )


def _contributors(rows: pd.DataFrame) -> pd.DataFrame:
    """Count distinct emitters of each sector and keep the largest: all layers of one source are one."""
    if rows.empty:
        return _empty(SECTOR)[[*SECTOR, "nano", "units", "largest"]]
    emitted = rows[rows["nano"] > 0]
    one = emitted.groupby([*SECTOR, "source"], as_index=False, sort=False)["nano"].sum()
    one["units"], one["largest"] = np.int64(1), one["nano"]
    return add(one.drop(columns="source"), SECTOR)


def _coverage(
    cover: Sequence[tuple[str, str, np.ndarray, np.ndarray]], placement: Placement, stamp: dict[str, object]
) -> pd.DataFrame:
    frames = []
    for sector, unit, weight, known in cover:
        share = placement.spread(weight.astype(np.int64))
        frames.append(
            pd.DataFrame(
                {
                    "cell": placement.cell,
                    "district": placement.district,
                    "sector": sector,
                    "cover": unit,
                    **stamp,
                    "known": np.where(known[placement.source], share, 0),
                    "all": share,
                }
            )
        )
    if not frames:
        return _empty(COVER)[[*COVER]].assign(known=np.int64(0), all=np.int64(0))
    return pd.concat(frames).groupby(COVER, as_index=False)[["known", "all"]].sum()


def _empty(keys: list[str]) -> pd.DataFrame:
    numbers = {c: pd.Series(dtype="int64") for c in ("nano", "units", "largest", "squares")}
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
    cover = pd.concat([t.coverage for t in tallies])
    return Tally(
        add(pd.concat([t.pieces for t in tallies]), LAYER),
        add(pd.concat([t.contributors for t in tallies]), SECTOR),
        cover.groupby(COVER, as_index=False)[["known", "all"]].sum(),
    )
