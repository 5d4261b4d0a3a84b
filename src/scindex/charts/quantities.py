"""What a carbon map can show: tonnes by place, layer, year and scenario, and sums of layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.measure.map.cells import NANO, CarbonMap

PERS = ("total", "ha", "resident")
"""What tonnes are divided by."""

M2_PER_HA = 10_000
KG_PER_T = 1000
BREAK = "\n"
"""Stands between a sector and the way its coverage is counted."""


@dataclass(frozen=True)
class View:
    """A year and a scenario; an empty scenario is "as measured"."""

    year: int
    scenario: str


@dataclass(frozen=True)
class Quantity:
    """A sum of layers that can be drawn.

    Attributes
    ----------
    id : str
        ``gross``, ``removals``, ``net``, ``growth``, ``sector:<sector>`` or ``layer:<layer>``.
    group : {"totals", "sectors", "layers"}
    signs : tuple of int
        For each layer of the map: +1, -1, or 0 where it has no part in the sum.
    ramp : {"emission", "removal", "net"}
        How it is coloured.
    """

    id: str
    group: str
    signs: tuple[int, ...]
    ramp: str


@dataclass(frozen=True)
class Amounts:
    """Whole 1e-9 t by place, in one order of places.

    Attributes
    ----------
    by : {"cell", "district"}
    keys : ndarray, shape (n_place,)
        Cell keys, or district codes followed by two places that are on no map:
        what lies outside all districts, and what is unallocated.
    views, layers : tuple
    sectors : tuple of str
        A sector that is counted in two ways (floor area, road length) stands here twice.
    nano : ndarray of int64, shape (n_view, n_layer, n_place)
        Sums, removals negative. [1e-9 t]
    magnitude, metered, allocated : ndarray of int64, shape (n_view, n_layer, n_place)
        Sums without signs: of all pieces, of metered and of allocated ones. [1e-9 t]
    records : ndarray, shape (n_view, n_layer, n_place)
        Root of the sum of squares of single records, of shares where it is shared out. [t]
    known, all : ndarray of int64, shape (n_view, n_sector, n_place)
        Coverage: how much of what is there has data. [unit of the sector]
    area_ha, residents : ndarray, shape (n_place,)
        NaN where unknown. [ha], [person]
    """

    by: str
    keys: np.ndarray
    views: tuple[View, ...]
    layers: tuple[str, ...]
    sectors: tuple[str, ...]
    nano: np.ndarray
    magnitude: np.ndarray
    metered: np.ndarray
    allocated: np.ndarray
    records: np.ndarray
    known: np.ndarray
    all: np.ndarray
    area_ha: np.ndarray
    residents: np.ndarray

    @property
    def on_map(self) -> int:
        """Number of places that are on the map; any others come last."""
        return len(self.keys) - (2 if self.by == "district" else 0)

    def tonnes(self, quantity: Quantity, view: int) -> np.ndarray:
        """Return a quantity in every place. [t]"""
        total = np.zeros(len(self.keys), dtype=np.int64)
        for layer, sign in enumerate(quantity.signs):
            if sign:
                total += sign * self.nano[view, layer]
        return total / NANO

    def values(self, quantity: Quantity, view: int, per: str) -> np.ndarray:
        """Return a quantity in every place, as it is or divided. [t, t/ha or t/person]

        Undefined where there is no area or nobody lives: NaN.
        """
        tonnes = self.tonnes(quantity, view)
        if per == "total":
            return tonnes
        divisor = self.area_ha if per == "ha" else self.residents
        return np.divide(tonnes, divisor, out=np.full(len(tonnes), np.nan), where=divisor > 0)

    def allocated_share(self, quantity: Quantity, view: int) -> np.ndarray:
        """Return how much of a quantity is allocated, not metered or modelled; NaN where nothing is."""
        used = np.array(quantity.signs) != 0
        return _share(self.allocated[view, used].sum(axis=0), self.magnitude[view, used].sum(axis=0))

    def coverage(self, quantity: Quantity, view: int, sectors_of: Mapping[str, str]) -> np.ndarray:
        """Return the coverage of the least covered sector of a quantity; NaN where nothing is there."""
        wanted = {sectors_of[name] for name, sign in zip(self.layers, quantity.signs) if sign}
        rows = [i for i, sector in enumerate(self.sectors) if sector in wanted]
        worst = np.full(len(self.keys), np.nan)
        for i in rows:
            worst = np.fmin(worst, _share(self.known[view, i], self.all[view, i]))
        return worst


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def quantities(layers: pd.DataFrame) -> tuple[Quantity, ...]:
    """Return what can be drawn of these layers: totals first, then sectors, then single layers.

    Parameters
    ----------
    layers : DataFrame
        As in `CarbonMap`: ``layer``, ``sector``, ``sign``, ``sink``.

    Notes
    -----
    Gross growth of trees never enters a net: it is taken off in a quantity of its own,
    ``growth``, which says so in words. Only a change of stock enters ``net``. Memo items
    are drawn alone.
    """
    sign, sink = layers["sign"].tolist(), layers["sink"].fillna("").tolist()
    emits = [s == "emission" for s in sign]
    grows = [s == "removal" and k != "net_stock_change" for s, k in zip(sign, sink)]
    stock = [s == "removal" and k == "net_stock_change" for s, k in zip(sign, sink)]

    def total(name: str, ramp: str, *parts: tuple[int, list[bool]]) -> Quantity:
        signs = [sum(by for by, mask in parts if mask[i]) for i in range(len(sign))]
        return Quantity(name, "totals", tuple(signs), ramp)

    found = [total("gross", "emission", (1, emits))] if any(emits) else []
    if any(grows):
        found.append(total("removals", "removal", (-1, grows)))
    if any(stock):
        found.append(total("net", "net", (1, emits), (1, stock)))
    if any(grows) and any(emits):
        found.append(total("growth", "net", (1, emits), (1, grows)))
    for sector in dict.fromkeys(layers["sector"]):
        mask = [e and s == sector for e, s in zip(emits, layers["sector"])]
        if any(mask):
            found.append(Quantity(f"sector:{sector}", "sectors", tuple(int(m) for m in mask), "emission"))
    for i, layer in enumerate(layers["layer"]):
        ramp = "removal" if grows[i] else "net" if stock[i] else "emission"
        signs = tuple((-1 if grows[i] else 1) if j == i else 0 for j in range(len(sign)))
        found.append(Quantity(f"layer:{layer}", "layers", signs, ramp))
    return tuple(found)


def amounts(carbon: CarbonMap, by: str) -> Amounts:
    """Add up a map by cell or by district, in whole billionths of a tonne.

    Parameters
    ----------
    carbon : CarbonMap
    by : {"cell", "district"}

    Returns
    -------
    Amounts
        Cells in order of their keys, districts in the order of the map.
    """
    keys = _cell_keys(carbon) if by == "cell" else carbon.districts["code"].astype(str).to_numpy(dtype=object)
    n = len(keys) + (2 if by == "district" else 0)
    views = _views(carbon)
    layers = tuple(carbon.layers["layer"])
    pieces, coverage = carbon.pieces, _counted_ways(carbon.coverage)
    ways = tuple(dict.fromkeys(coverage["way"]))
    where = _flat(pieces, views, "layer", layers, _place(carbon, pieces, by, keys), n)
    shape = (len(views), len(layers), n)
    covered = _flat(coverage, views, "way", ways, _place(carbon, coverage, by, keys), n)
    shape_covered = (len(views), len(ways), n)
    area, residents = _areas(carbon, by, keys, n)
    return Amounts(
        by=by,
        keys=np.concatenate([keys, ["", ""]]) if by == "district" else keys,
        views=views,
        layers=layers,
        sectors=tuple(way.partition(BREAK)[0] for way in ways),
        **_parts(pieces, where, shape),
        known=_sums(covered, coverage["known"].to_numpy(dtype=np.int64), shape_covered),
        all=_sums(covered, coverage["all"].to_numpy(dtype=np.int64), shape_covered),
        area_ha=area,
        residents=residents,
    )


def _parts(pieces: pd.DataFrame, where: np.ndarray, shape: tuple[int, int, int]) -> dict[str, np.ndarray]:
    """Return sums with and without signs, of all pieces and by standing, and the spread of their records."""
    nano, standing = pieces["nano"].to_numpy(dtype=np.int64), pieces["standing"].to_numpy()
    size = np.abs(nano)
    shared = standing == "allocated"
    kilograms = pieces["squares"].to_numpy(dtype=float) if "squares" in pieces else np.zeros(len(pieces))
    squares = np.where(shared, (size / NANO) ** 2, kilograms / KG_PER_T**2)
    return {
        "nano": _sums(where, nano, shape),
        "magnitude": _sums(where, size, shape),
        "metered": _sums(where, np.where(standing == "metered", size, 0), shape),
        "allocated": _sums(where, np.where(shared, size, 0), shape),
        "records": np.sqrt(_sums(where, squares, shape)),
    }


def _counted_ways(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return coverage with the way it is counted: a sector, and what of it."""
    cover = coverage["cover"] if "cover" in coverage else pd.Series("", index=coverage.index)
    return coverage.assign(way=coverage["sector"].astype(str) + BREAK + cover.astype(str))


def _views(carbon: CarbonMap) -> tuple[View, ...]:
    """Return years and scenarios in the map: as measured first, then by scenario and year."""
    found = carbon.pieces[["scenario", "year"]].drop_duplicates().sort_values(["scenario", "year"])
    return tuple(View(int(y), str(s)) for s, y in found.itertuples(index=False)) or (View(carbon.year, ""),)


def _cell_keys(carbon: CarbonMap) -> np.ndarray:
    found = [
        table["cell"].to_numpy(dtype=np.int64) for table in (carbon.pieces, carbon.areas, carbon.coverage)
    ]
    keys = np.unique(np.concatenate(found))
    return keys[keys >= 0]


def _place(carbon: CarbonMap, table: pd.DataFrame, by: str, keys: np.ndarray) -> np.ndarray:
    """Return the place of each row: its index, -1 where it is nowhere."""
    cell = table["cell"].to_numpy(dtype=np.int64)
    if by == "cell":
        return np.where(cell < 0, -1, np.searchsorted(keys, cell))
    index = pd.Index(keys).get_indexer(pd.Index(table["district"].astype(str)))
    if carbon.grid is None:
        index = np.where((index < 0) & (cell >= 0), cell, index)
    return np.where(index >= 0, index, np.where(cell < 0, len(keys) + 1, len(keys)))


def _flat(
    table: pd.DataFrame,
    views: tuple[View, ...],
    column: str,
    names: tuple[str, ...],
    place: np.ndarray,
    n: int,
) -> np.ndarray:
    """Return the address of each row in an array of (view, name, place), -1 where it has none."""
    known = pd.MultiIndex.from_tuples([(v.year, v.scenario) for v in views])
    view = known.get_indexer(pd.MultiIndex.from_arrays([table["year"], table["scenario"].astype(str)]))
    name = pd.Index(names).get_indexer(pd.Index(table[column])) if names else np.full(len(table), -1)
    address = (view.astype(np.int64) * max(len(names), 1) + name) * n + place
    return np.where((view < 0) | (name < 0) | (place < 0), -1, address)


def _sums(address: np.ndarray, values: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    total = np.zeros(shape[0] * shape[1] * shape[2], dtype=values.dtype)
    inside = address >= 0
    np.add.at(total, address[inside], values[inside])
    return total.reshape(shape)


def _areas(carbon: CarbonMap, by: str, keys: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    place = _place(carbon, carbon.areas, by, keys)
    table = carbon.areas.loc[place >= 0, ["area_m2", "residents"]].groupby(place[place >= 0])
    area = table["area_m2"].sum(min_count=1).reindex(range(n)).to_numpy(dtype=float) / M2_PER_HA
    residents = table["residents"].sum(min_count=1).reindex(range(n)).to_numpy(dtype=float)
    return area, residents


def main_district(carbon: CarbonMap, keys: np.ndarray) -> np.ndarray:
    """Return, for each cell, the index of the district that holds most of it; -1 where none does."""
    areas = carbon.areas[carbon.areas["cell"] >= 0]
    codes = pd.Index(carbon.districts["code"].astype(str))
    largest = areas.sort_values(["cell", "area_m2", "district"], ascending=[True, False, True])
    first = largest.drop_duplicates("cell").set_index("cell")["district"].astype(str)
    return codes.get_indexer(pd.Index(first.reindex(keys).fillna("")))


def off_map(carbon: CarbonMap, quantity: Quantity, view: View, by: str) -> float:
    """Return how much of a quantity is in no cell, or in no district, of the map. [t]"""
    pieces = carbon.pieces
    inside = pieces["cell"] >= 0
    if by == "district":
        inside = pieces["district"].astype(str).isin(carbon.districts["code"].astype(str))
        inside |= (carbon.grid is None) & (pieces["cell"] >= 0)
    rows = pieces[~inside & (pieces["year"] == view.year) & (pieces["scenario"] == view.scenario)]
    signs = dict(zip(carbon.layers["layer"], quantity.signs))
    return sum(signs[layer] * int(nano) for layer, nano in zip(rows["layer"], rows["nano"])) / NANO
