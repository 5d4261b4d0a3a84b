"""From pieces to the table of cells: tonnes by layer, coverage, totals, per hectare and per head."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.measure.map.cells import NANO, UNALLOCATED, CarbonMap
from scindex.measure.map.errors import relative, variances

KEYS = {"cell": ["cell"], "district": ["district"], "city": []}
RANK = {"metered": 0, "modelled": 1, "allocated": 2}


def cell_table(
    built: CarbonMap, *, by: str = "cell", year: int | None = None, scenario: str = ""
) -> pd.DataFrame:
    """Return one row for each cell, district or the whole city.

    Parameters
    ----------
    built : CarbonMap
    by : {"cell", "district", "city"}
    year : int, optional
        Left out, the map's own.
    scenario : str
        Empty for what was measured.

    Returns
    -------
    DataFrame
        Columns as in ``schemas/tables/cells.yaml``. Sums of whole billionths, shown in tonnes:
        the rows of any of the three add up to the same figure.

    Notes
    -----
    Net is gross plus net stock change. Gross growth stands beside it and never enters it:
    what grows is not what remains [1]_.

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories", volume 4, chapter 2.
    """
    keys = KEYS[by]
    year = built.year if year is None else year
    pieces = _of(built.pieces, year, scenario)
    layers = built.layers.set_index("layer")
    rows = _rows(built, pieces, keys)
    table = pd.DataFrame(index=rows)
    spread = np.zeros(len(rows))
    for layer in layers.index:
        own = pieces[pieces["layer"] == layer]
        table[f"{layer}_t"] = _sum(own, keys, rows) / NANO
        table[f"{layer}_standing"] = _standing(own, keys, rows)
        variance = _variance(own, layers.loc[layer], table[f"{layer}_t"], keys, rows)
        table[f"{layer}_error"] = relative(table[f"{layer}_t"], variance)
        spread += np.nan_to_num(variance) * (layers.loc[layer, "sign"] == "emission")
    table = table.join(_coverage(_of(built.coverage, year, scenario), keys, rows))
    table = table.join(_totals(pieces, layers, keys, rows))
    table = table.join(_area(built.areas, keys, rows))
    table["gross_error"] = relative(table["gross_t"], spread)
    table["gross_t_per_ha"] = _ratio(table["gross_t"], table["area_ha"])
    table["gross_t_per_resident"] = _ratio(table["gross_t"], table["residents"])
    table["standing"] = _standing(pieces[pieces["layer"].isin(_counted(layers))], keys, rows)
    return _named(built, table, by, pieces).assign(year=year, scenario=scenario)


def sector_totals(built: CarbonMap) -> pd.DataFrame:
    """Return the measured emissions of each sector.

    Returns
    -------
    DataFrame
        ``year``, ``sector``, ``t``. [t CO2e]
    """
    sectors = built.layers[built.layers["sign"] == "emission"].set_index("layer")["sector"]
    pieces = built.pieces[(built.pieces["scenario"] == "") & built.pieces["layer"].isin(sectors.index)]
    sums = pieces.assign(sector=pieces["layer"].map(sectors)).groupby(["year", "sector"])["nano"].sum()
    return (sums / NANO).rename("t").reset_index()


def _of(frame: pd.DataFrame, year: int, scenario: str) -> pd.DataFrame:
    return frame[(frame["year"] == year) & (frame["scenario"] == scenario)]


def _counted(layers: pd.DataFrame) -> pd.Index:
    return layers.index[layers["sign"] != "memo"]


def _rows(built: CarbonMap, pieces: pd.DataFrame, keys: list[str]) -> pd.Index:
    """Return every cell or district that has an area or an amount; what has no place comes last."""
    if not keys:
        return pd.Index([0])
    key = keys[0]
    found = pd.concat([built.areas[key], pieces[key], built.coverage[key]]).drop_duplicates()
    last = (found == (UNALLOCATED if key == "cell" else "")).to_numpy()
    return pd.Index(pd.concat([found[~last].sort_values(), found[last]]))


def _grouped(frame: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    if not keys:
        return pd.Series([frame[column].sum()], index=[0])
    return frame.groupby(keys[0])[column].sum()


def _sum(frame: pd.DataFrame, keys: list[str], rows: pd.Index) -> pd.Series:
    return _grouped(frame, keys, "nano").reindex(rows) if len(frame) else pd.Series(np.nan, index=rows)


def _variance(
    own: pd.DataFrame, layer: pd.Series, tonnes: pd.Series, keys: list[str], rows: pd.Index
) -> np.ndarray:
    """Return the variance of a layer in each row; 0 where the layer says nothing of its error."""
    if own.empty or "record_error" not in layer.index:
        return np.zeros(len(rows))
    squares = _grouped(own, keys, "squares").reindex(rows)
    sums = pd.DataFrame({"tonnes": tonnes, "squares": squares})
    allocated = bool((own["standing"] == "allocated").all())
    return variances(sums, pd.concat([layer, pd.Series({"allocated": allocated})]), float(tonnes.sum()))


def _standing(frame: pd.DataFrame, keys: list[str], rows: pd.Index) -> pd.Series:
    """Return the standing that most of the tonnes have."""
    if frame.empty:
        return pd.Series("", index=rows)
    sizes = frame.assign(size=frame["nano"].abs(), rank=frame["standing"].map(RANK), here=0)
    key = keys[0] if keys else "here"
    one = sizes.groupby([key, "standing", "rank"], as_index=False)["size"].sum()
    first = (
        one.assign(size=-one["size"], rank=-one["rank"])
        .sort_values([key, "size", "rank"])
        .drop_duplicates(key)
    )
    return first.set_index(key)["standing"].reindex(rows, fill_value="")


def _coverage(coverage: pd.DataFrame, keys: list[str], rows: pd.Index) -> pd.DataFrame:
    """Return the known share of each sector; the smallest, where a sector is counted in two ways."""
    out = pd.DataFrame(index=rows)
    for sector, part in coverage.groupby("sector"):
        shares = [
            _grouped(one, keys, "known") / _grouped(one, keys, "all").replace(0, np.nan)
            for _, one in part.groupby("cover")
        ]
        out[f"{sector}_coverage"] = pd.concat(shares, axis=1).min(axis=1).reindex(rows)
    return out


def _totals(pieces: pd.DataFrame, layers: pd.DataFrame, keys: list[str], rows: pd.Index) -> pd.DataFrame:
    of = pieces["layer"].map(layers["sign"]), pieces["layer"].map(layers["sink"])
    gross = _sum(pieces[of[0] == "emission"], keys, rows)
    growth = _sum(pieces[of[1] == "gross_growth"], keys, rows)
    stock = _sum(pieces[of[1] == "net_stock_change"], keys, rows)
    anything = gross.notna() | stock.notna()
    net = (gross.fillna(0) + stock.fillna(0)).where(anything)
    return pd.DataFrame(
        {
            "gross_t": gross / NANO,
            "removals_t": -growth / NANO,
            "net_stock_t": stock / NANO,
            "net_t": net / NANO,
        },
        index=rows,
    )


def _area(areas: pd.DataFrame, keys: list[str], rows: pd.Index) -> pd.DataFrame:
    people = areas["residents"]
    known = areas[people.notna()]
    return pd.DataFrame(
        {
            "area_ha": _grouped(areas, keys, "area_m2").reindex(rows) / 1e4,
            "residents": _grouped(known, keys, "residents").reindex(rows),
        },
        index=rows,
    )


def _ratio(amount: pd.Series, size: pd.Series) -> pd.Series:
    return amount / size.where(size > 0)


def _named(built: CarbonMap, table: pd.DataFrame, by: str, pieces: pd.DataFrame) -> pd.DataFrame:
    """Put names, places and the main district in front."""
    if by == "city":
        return table.reset_index(drop=True)
    if by == "district":
        names = built.districts.set_index("code")["name"]
        front = pd.DataFrame({"district": table.index, "name": names.reindex(table.index).to_numpy()})
        return pd.concat([front, table.reset_index(drop=True)], axis=1)
    keys = table.index.to_numpy()
    placed = keys != UNALLOCATED
    names = np.full(len(keys), "", dtype=object)
    x, y = np.full(len(keys), np.nan), np.full(len(keys), np.nan)
    if built.grid is not None:
        names[placed] = built.grid.names(keys[placed])
        x[placed], y[placed] = built.grid.centres(keys[placed])
    else:
        inside = built.districts.geometry.representative_point()
        names[placed] = built.districts["code"].to_numpy()[keys[placed]]
        x[placed], y[placed] = inside.x.to_numpy()[keys[placed]], inside.y.to_numpy()[keys[placed]]
    main = _main_district(built.areas, pieces).reindex(table.index, fill_value="")
    front = pd.DataFrame(
        {"key": keys, "cell": names.astype(str), "district": main.to_numpy(), "x": x, "y": y}
    )
    return pd.concat([front, table.reset_index(drop=True)], axis=1)


def _main_district(areas: pd.DataFrame, pieces: pd.DataFrame) -> pd.Series:
    """Return the district that holds most of each cell's area."""
    known = areas[["cell", "district", "area_m2"]]
    bare = pieces.loc[~pieces["cell"].isin(known["cell"]), ["cell", "district"]].assign(area_m2=0.0)
    ranked = pd.concat([known, bare]).sort_values(
        ["cell", "area_m2", "district"], ascending=[True, False, True]
    )
    first = ranked.drop_duplicates("cell").set_index("cell")["district"]
    first[first.index == UNALLOCATED] = ""
    return first
