"""Tables of the published edition: groups of places at each level, and their sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED, CarbonMap
from scindex.measure.map.edition_content import PIECE
from scindex.measure.map.edition_merge import Whole

KEY = ["year", "scenario"]
SUFFIX = "_group"


def column(level: str) -> str:
    """Return the column of the merge map that holds the groups of a level."""
    return level + SUFFIX


@dataclass(frozen=True, slots=True)
class Field:
    """One set of layers whose sum is shown.

    Attributes
    ----------
    layers : tuple of str
    sector : str
        Several are joined by ``+``.
    sign : str
        ``emission``, ``removal`` or ``memo``.
    by_place : bool
        Whether it is shown by place, or for the city alone.
    """

    layers: tuple[str, ...]
    sector: str
    sign: str
    by_place: bool

    @property
    def label(self) -> str:
        """Its layers, joined by ``+``."""
        return "+".join(self.layers)


@dataclass(frozen=True, slots=True)
class Level:
    """One table of the edition: what it would show, and what it shows.

    Attributes
    ----------
    name : str
        ``cell``, ``500 m`` ..., ``district``, ``city``.
    times : int
        Sides of its cells in sides of the map's own; 0 where they are no cells.
    block : ndarray of int, shape (n_piece,)
        Larger cell or district of each piece.
    group : ndarray of int, shape (n_piece,)
        Union of merged groups and blocks that each piece is shown in.
    """

    name: str
    times: int
    block: Whole
    group: Whole


def level_names(carbon_map: CarbonMap, times: Sequence[int]) -> list[tuple[str, int]]:
    """Return names and widths of the levels from the finest to the district: ``cell``, ``500 m`` ..."""
    own = carbon_map.grid.size if carbon_map.grid else 0.0
    return [("cell", 1), *((f"{own * step:.15g} m", step) for step in times), ("district", 0)]


def group_table(
    carbon_map: CarbonMap, pieces: pd.DataFrame, levels: Sequence[Level]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Describe the groups of each level, and say which group each piece is in.

    Parameters
    ----------
    carbon_map : CarbonMap
    pieces : DataFrame
        Cell and district, sorted.
    levels : sequence of Level

    Returns
    -------
    groups, members : DataFrame
    """
    areas = carbon_map.areas.groupby(PIECE)[["area_m2", "residents", "floor_area_m2"]].sum(min_count=1)
    base = pieces.join(areas, on=PIECE)
    members, frames = pieces.copy(), []
    for level in levels:
        members[column(level.name)] = pd.factorize(level.group)[0]
        frames.append(_groups(carbon_map, base, members[column(level.name)], level))
    return pd.concat(frames, ignore_index=True), members


def _names(carbon_map: CarbonMap, pieces: pd.DataFrame, times: int) -> np.ndarray:
    """Name the larger cell of each piece; a district by its code, what has no place by nothing."""
    cell = pieces["cell"].to_numpy(np.int64)
    if not times:
        return pieces["district"].to_numpy(object)
    placed = cell != UNALLOCATED
    names = np.full(len(cell), "", dtype=object)
    if carbon_map.grid is not None:
        grid = carbon_map.grid
        names[placed] = grid.coarser(times).names(grid.coarsen(cell[placed], times))
    else:
        names[placed] = carbon_map.districts["code"].to_numpy(str)[cell[placed]]
    return names


def _groups(carbon_map: CarbonMap, base: pd.DataFrame, group: pd.Series, level: Level) -> pd.DataFrame:
    about = {"group": group, "block": level.block, "name": _names(carbon_map, base, level.times)}
    grouped = base.assign(**about, lost=base["cell"] == UNALLOCATED).groupby("group", sort=True)
    sizes = ["area_m2", "residents", "floor_area_m2"]
    table = grouped.agg(
        name=("name", "first"),
        pieces=("cell", "size"),
        blocks=("block", "nunique"),
        unallocated=("lost", "sum"),
        districts=("district", lambda d: "+".join(sorted({code or "-" for code in d}))),
        n_district=("district", "nunique"),
    ).join(grouped[sizes].sum(min_count=1))
    table["shown"] = _shown(carbon_map, table, level)
    more = table["blocks"] - 1
    named = table["name"].where(more == 0, table["name"] + "+" + more.astype(str))
    named = named.where(table["shown"] != "not shown", "") if level.times else ""
    named = table["districts"] if level.name == "district" else named
    return table.assign(name=named, level=level.name).drop(columns="n_district").reset_index()


def _shown(carbon_map: CarbonMap, table: pd.DataFrame, level: Level) -> np.ndarray:
    """Say of each group whether it is one place, several of one district, or of no one place."""
    if level.name == "city":
        return np.full(len(table), "exact")
    mixed = (table["unallocated"] > 0) & (table["unallocated"] < table["pieces"]) & (level.times > 0)
    across = (table["n_district"] > 1) & (carbon_map.grid is not None)
    return np.select([mixed | across, table["blocks"] > 1], ["not shown", "merged"], "exact")


def value_table(carbon_map: CarbonMap, members: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Sum each field over the groups of each level, and over the city.

    Parameters
    ----------
    carbon_map : CarbonMap
    members : DataFrame
        Cell, district and the group at each level.
    fields : sequence of Field

    Returns
    -------
    DataFrame
        Level, group, layer, sector, sign, by_place, year, scenario, standing, nano.
    """
    levels = [c.removesuffix(SUFFIX) for c in members.columns if c not in PIECE]
    rows = carbon_map.pieces.merge(members, on=PIECE, how="left", validate="many_to_one")
    frames = []
    for field in fields:
        part = rows[rows["layer"].isin(field.layers)]
        for level in levels if field.by_place else ["city"]:
            here = part.rename(columns={column(level): "group"})
            sums = here.groupby(["group", *KEY], as_index=False)["nano"].sum()
            sums = sums.merge(_standing(here), on=["group", *KEY])
            about = {
                "layer": field.label,
                "sector": field.sector,
                "sign": field.sign,
                "by_place": field.by_place,
            }
            frames.append(sums.assign(level=level, **about))
    columns = ["level", "group", "layer", "sector", "sign", "by_place", *KEY, "standing", "nano"]
    return pd.concat(frames, ignore_index=True)[columns]


def _standing(part: pd.DataFrame) -> pd.DataFrame:
    """Return the standing of most of the tonnes of each group."""
    key = ["group", *KEY]
    sizes = part.assign(size=part["nano"].abs()).groupby([*key, "standing"], as_index=False)["size"].sum()
    first = sizes.assign(size=-sizes["size"]).sort_values([*key, "size", "standing"]).drop_duplicates(key)
    return first[[*key, "standing"]]
