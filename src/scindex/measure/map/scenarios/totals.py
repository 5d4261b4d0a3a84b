"""Totals of simulated years, sums over years, and the difference map."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scindex.measure.map.cells import NANO

LAST_YEAR = 2050
GROSS, STOCK, GROWTH, MEMO = "gross", "net_stock", "gross_growth", "memo"
NET = (GROSS, STOCK)
"""What a net is made of: emissions and the change of stocks. Gross growth never enters it."""

PLACE = ["district", "sector", "layer", "counts"]
PIECE = ["cell", "district", "layer"]


def counted_as(layers: pd.DataFrame) -> pd.Series:
    """Return what each layer counts as, by layer: gross, net_stock, gross_growth or memo.

    Examples
    --------
    >>> counted_as(pd.DataFrame({"layer": ["gas", "forest"], "sign": ["emission", "removal"],
    ...                          "sink": ["", "gross_growth"]})).to_dict()
    {'gas': 'gross', 'forest': 'gross_growth'}
    """
    sink = layers["sink"].fillna("").to_numpy()
    sign = layers["sign"].to_numpy()
    names = np.select([sign == "memo", sink != "", sign == "emission"], [MEMO, sink, GROSS], GROWTH)
    names = np.where(names == "net_stock_change", STOCK, names)
    return pd.Series(names, index=layers["layer"])


def totals(pieces: Mapping[int, pd.DataFrame], layers: pd.DataFrame) -> pd.DataFrame:
    """Return whole sums by year, district and layer.

    Parameters
    ----------
    pieces : Mapping of int to DataFrame
        By year: ``district``, ``layer``, ``nano``.
    layers : DataFrame
        ``layer``, ``sector``, ``sign``, ``sink``.

    Returns
    -------
    DataFrame
        ``year``, ``district``, ``sector``, ``layer``, ``counts``, ``nano`` [1e-9 t], ``tonnes``; a layer
        that is there in one year has a row in all of them.
    """
    sums = {y: p.groupby(["district", "layer"])["nano"].sum() for y, p in pieces.items()}
    keys = sorted(set().union(*(s.index for s in sums.values()))) if sums else []
    index = pd.MultiIndex.from_tuples(keys, names=["district", "layer"])
    frames = [
        series.reindex(index, fill_value=0).astype("int64").rename("nano").reset_index().assign(year=year)
        for year, series in sums.items()
    ]
    table = pd.concat(frames, ignore_index=True)
    sectors = layers.set_index("layer")["sector"]
    return table.assign(
        sector=table["layer"].map(sectors),
        counts=table["layer"].map(counted_as(layers)),
        tonnes=table["nano"] / NANO,
    )[["year", *PLACE, "nano", "tonnes"]]


def cumulative(sums: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    r"""Return what is emitted from the middle of one year to the middle of another.

    Parameters
    ----------
    sums : DataFrame
        As `totals` gives it; the first year of it is the base year.
    first, last : int
        Two of its years.

    Returns
    -------
    DataFrame
        By district, sector and layer: ``half_nano`` (whole halves of 1e-9 t), ``tonnes``,
        ``frozen_t`` (as if every year were the base year), ``difference_t``.

    Notes
    -----
    The trapezoid over the years that there are,

    .. math:: \sum_k (y_{k+1} - y_k) \, (e_k + e_{k+1}) / 2

    in whole halves, so that periods that join add up exactly. With every year given it
    misses nothing but what happens within a year.

    Examples
    --------
    >>> one = dict(district="a", sector="buildings", layer="gas", counts="gross")
    >>> sums = pd.DataFrame([{**one, "year": 2024, "nano": 10}, {**one, "year": 2034, "nano": 0}])
    >>> cumulative(sums, 2024, 2034)["half_nano"].tolist()
    [100]
    """
    wide = sums.pivot_table(index=PLACE, columns="year", values="nano", aggfunc="sum", fill_value=0)
    years = [y for y in map(int, wide.columns) if first <= y <= last]
    values = wide[years].to_numpy(dtype="int64")
    steps = np.diff(np.array(years, dtype="int64"))
    half = ((values[:, :-1] + values[:, 1:]) * steps).sum(axis=1)
    frozen = 2 * wide[wide.columns[0]].to_numpy(dtype="int64") * int(steps.sum())
    out = wide.index.to_frame(index=False).assign(**{"from": first, "to": last})
    return out.assign(
        half_nano=half,
        tonnes=half / (2 * NANO),
        frozen_t=frozen / (2 * NANO),
        difference_t=(half - frozen) / (2 * NANO),
    )


def difference(pieces: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """Return the change of every piece from the first year to each later one.

    Parameters
    ----------
    pieces : Mapping of int to DataFrame
        By year, the base year first.

    Returns
    -------
    DataFrame
        ``cell``, ``district``, ``layer``, ``year``, ``base_nano``, ``nano``, ``difference_nano``, ``tonnes``
        (of the difference); pieces that are in one of the two years only are there.
    """
    first, *later = pieces
    base = pieces[first].groupby(PIECE)["nano"].sum()
    frames = []
    for year in later:
        now = pieces[year].groupby(PIECE)["nano"].sum()
        keys = base.index.union(now.index)  # a gap filled while a float would lose the last digits
        both = {"base_nano": base.reindex(keys, fill_value=0), "nano": now.reindex(keys, fill_value=0)}
        frames.append(pd.DataFrame(both).rename_axis(PIECE).reset_index().assign(year=year))
    columns = [*PIECE, "year", "base_nano", "nano"]
    table = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    change = table["nano"] - table["base_nano"]
    return table.assign(difference_nano=change, tonnes=change / NANO)


def net_of(sums: pd.DataFrame) -> pd.Series:
    """Return emissions plus the change of stocks by year. [1e-9 t]"""
    return sums[sums["counts"].isin(NET)].groupby("year")["nano"].sum()
