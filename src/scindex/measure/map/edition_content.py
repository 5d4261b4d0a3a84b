"""Who stands behind each tonnage of a map: the counts and sums that disclosure control works on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.measure.map.cells import UNALLOCATED, CarbonMap
from scindex.measure.map.edition_merge import Content, Places, Whole

COMPUTABLE = ("allocated", "modelled")
"""Standings that a reader may work out alone, from open statistics, registers and factors: surest first."""

PIECE = ["cell", "district"]
Triple = tuple[Whole, Whole, Whole]


@dataclass(frozen=True)
class Behind:
    """Counts, sums and largest parts by piece, ready to be asked about any set of layers.

    Attributes
    ----------
    pieces : DataFrame
        Cell and district of each piece, sorted.
    layers : dict of str to str
        Protected layer -> its sector.
    amounts : dict of (layer, standing, year, scenario) to (units, nano, largest)
        Arrays of shape (n_piece,).
    emitters : dict of (sector, year, scenario) to (units, nano, largest)
        Distinct emitters over all layers of a sector.
    changes : dict of (layer, year, scenario) to (units, nano, largest)
        Records that a scenario changes, and by how much.
    standings : tuple of tuple of str
        Sets of standings to be protected one by one: whatever a reader can work out is taken off.
    """

    pieces: pd.DataFrame
    layers: dict[str, str]
    amounts: dict[tuple[str, str, int, str], Triple]
    emitters: dict[tuple[str, int, str], Triple]
    changes: dict[tuple[str, int, str], Triple]
    standings: tuple[tuple[str, ...], ...]

    def content(self, fields: Iterable[Sequence[str]]) -> Content:
        """Return one column for each set of layers, standing, year and scenario; equal ones once.

        Parameters
        ----------
        fields : iterable of sequence of str
            Sets of layers whose sum is published; removals and what is empty add no column.
        """
        columns: dict[bytes, Triple] = {}
        for layers in fields:
            for one in self._columns([name for name in layers if name in self.layers]):
                if one[0].any() or one[1].any():
                    columns.setdefault(b"".join(a.tobytes() for a in one), one)
        n = len(self.pieces)
        stacked = [
            np.column_stack([c[i] for c in columns.values()]) if columns else _none(n) for i in range(3)
        ]
        return Content(*stacked)

    def _columns(self, layers: list[str]) -> Iterable[Triple]:
        sectors = sorted({self.layers[name] for name in layers})
        times = sorted({(y, s) for (name, _, y, s) in self.amounts if name in layers})
        for year, scenario in times:
            for kept in self.standings:
                parts = [self._sector(s, layers, kept, year, scenario) for s in sectors]
                units, nano, largest = (np.stack(a) for a in zip(*parts))
                yield units.sum(axis=0), nano.sum(axis=0), largest.max(axis=0)
        for year, scenario in sorted({(y, s) for (name, y, s) in self.changes if name in layers}):
            yield self._sum(
                [t for (n, y, s), t in self.changes.items() if n in layers and (y, s) == (year, scenario)]
            )

    def _sector(
        self, sector: str, layers: list[str], kept: tuple[str, ...], year: int, scenario: str
    ) -> Triple:
        """Return counts of one sector that never overstate its emitters nor understate its largest.

        Records of several layers may be one emitter's: their count is at least that of the largest
        layer, and at least that of all emitters less the records that are not protected. A layer has
        no more emitters than its sector.
        """
        chosen = [name for name in layers if self.layers[name] == sector]
        whole = set(chosen) == {name for name, of in self.layers.items() if of == sector}
        here = {k: t for k, t in self.amounts.items() if k[0] in chosen and k[2:] == (year, scenario)}
        inside = {name: [t for k, t in here.items() if k[0] == name and k[1] in kept] for name in chosen}
        sums = [self._sum(parts) for parts in inside.values()]
        outside = self._sum([t for k, t in here.items() if k[1] not in kept])
        emitters = self.emitters.get((sector, year, scenario))
        units = np.stack([s[0] for s in sums])
        nano, most = sum(s[1] for s in sums), np.sum([s[2] for s in sums], axis=0)
        if emitters is None:
            return units.max(axis=0), np.asarray(nano), most
        known = (emitters[0] > 0) | (emitters[1] != 0)
        units = np.where(known, np.minimum(units, emitters[0]), units).max(axis=0)
        alone = known & (outside[0] == 0) & whole
        if whole:
            units = np.where(known, np.maximum(units, emitters[0] - outside[0]), units)
        bound = np.where(known, np.minimum(most, emitters[2]), most)
        return units, np.asarray(nano), np.where(alone, emitters[2], bound)

    def _sum(self, parts: Sequence[Triple]) -> Triple:
        """Add the parts of one layer, whose records are different ones."""
        n = len(self.pieces)
        units, nano, largest = (np.zeros(n, dtype=np.int64) for _ in range(3))
        for part in parts:
            units, nano, largest = units + part[0], nano + part[1], np.maximum(largest, part[2])
        return units, nano, largest


def _none(n: int) -> Whole:
    return np.zeros((n, 0), dtype=np.int64)


def behind(
    carbon_map: CarbonMap,
    *,
    computable: Sequence[str] = COMPUTABLE,
    disclosed: pd.DataFrame | None = None,
    changes: pd.DataFrame | None = None,
) -> Behind:
    """Collect who stands behind the tonnages of a map.

    Parameters
    ----------
    carbon_map : CarbonMap
        Removals are left out: land is nobody's privacy.
    computable : sequence of str
        Standings that a reader may work out alone, surest first; they are taken off one by one.
    disclosed : DataFrame, optional
        Records that may be named: they no longer hide the others.
    changes : DataFrame, optional
        By cell, district, layer, year and scenario: ``units``, ``nano`` and ``largest`` of the
        records that the scenario changes.

    Returns
    -------
    Behind
    """
    pieces = _pieces(carbon_map)
    kinds = carbon_map.layers[carbon_map.layers["sign"] != "removal"]
    # a memo line counts in no sum, so the emitters of its sector are not its own
    sector = (
        kinds["sector"].astype(str).where(kinds["sign"] == "emission", "memo " + kinds["sector"].astype(str))
    )
    layers = dict(zip(kinds["layer"].astype(str), sector))
    rows = carbon_map.pieces[carbon_map.pieces["layer"].isin(list(layers))]
    amounts = _arrays(rows, pieces, ["layer", "standing", "year", "scenario"])
    emitters = _arrays(_home(carbon_map.contributors), pieces, ["sector", "year", "scenario"])
    if disclosed is not None and len(disclosed):
        _take_off(disclosed, pieces, layers, amounts, emitters)
    moved = {} if changes is None else _arrays(changes, pieces, ["layer", "year", "scenario"])
    every = [s for s in ("metered", "modelled", "allocated") if s not in computable]
    sets = [tuple(every) + tuple(computable[i:]) for i in range(1, len(computable) + 1)] or [tuple(every)]
    return Behind(pieces, layers, amounts, emitters, moved, tuple(s for s in dict.fromkeys(sets) if s))


def _pieces(carbon_map: CarbonMap) -> pd.DataFrame:
    every = pd.concat([carbon_map.areas[PIECE], carbon_map.pieces[PIECE]])
    return every.drop_duplicates().sort_values(PIECE).reset_index(drop=True)


def _home(contributors: pd.DataFrame) -> pd.DataFrame:
    """Count an emitter that reaches into several cells in one of them, where the map says which."""
    if "home" not in contributors:
        return contributors
    return contributors.assign(units=contributors["home"])


def position(pieces: pd.DataFrame, rows: pd.DataFrame) -> Whole:
    """Return the position of each row's cell and district among the pieces."""
    index = pd.MultiIndex.from_frame(pieces[PIECE])
    return np.asarray(index.get_indexer(pd.MultiIndex.from_frame(rows[PIECE])))


def _arrays(rows: pd.DataFrame, pieces: pd.DataFrame, keys: list[str]) -> dict:
    out = {}
    at = pd.Series(position(pieces, rows), index=rows.index)
    for key, part in rows.groupby(keys, observed=True, sort=True):
        where = at.loc[part.index].to_numpy()
        triple = [np.zeros(len(pieces), dtype=np.int64) for _ in range(3)]
        np.add.at(triple[0], where, part["units"].to_numpy(np.int64))
        np.add.at(triple[1], where, part["nano"].to_numpy(np.int64))
        np.maximum.at(triple[2], where, part["largest"].to_numpy(np.int64))
        out[key] = tuple(triple)
    return out


def _take_off(
    disclosed: pd.DataFrame, pieces: pd.DataFrame, layers: dict[str, str], amounts: dict, emitters: dict
) -> None:
    """Take named records off: who knows them can subtract them, so they hide nobody."""
    at = position(pieces, disclosed)
    for row, where in zip(disclosed.to_dict("records"), at):
        key = (row["layer"], row["standing"], row["year"], row["scenario"])
        sector = (layers[row["layer"]], row["year"], row["scenario"])
        for table, name in ((amounts, key), (emitters, sector)):
            if name in table and where >= 0:
                units, nano, largest = table[name]
                units[where] = max(0, units[where] - 1)
                nano[where] -= int(row["nano"])
                largest[where] = min(largest[where], abs(nano[where]))


def places(carbon_map: CarbonMap, pieces: pd.DataFrame, times: Sequence[int]) -> Places:
    """Return where the pieces lie, and in which larger cell of each coarser table.

    Parameters
    ----------
    carbon_map : CarbonMap
    pieces : DataFrame
        Cell and district.
    times : sequence of int
        Sides of the larger cells in sides of the map's own, ascending.
    """
    cell = pieces["cell"].to_numpy(np.int64)
    district, _ = pd.factorize(pieces["district"])
    placed = cell != UNALLOCATED
    x, y = np.full(len(cell), np.nan), np.full(len(cell), np.nan)
    blocks = np.empty((len(cell), len(times) if carbon_map.grid else 0), dtype=np.int64)
    if carbon_map.grid is None:
        inside = carbon_map.districts.geometry.representative_point()
        x[placed], y[placed] = inside.x.to_numpy()[cell[placed]], inside.y.to_numpy()[cell[placed]]
    else:
        x[placed], y[placed] = carbon_map.grid.centres(cell[placed])
        for level, step in enumerate(times):
            larger = carbon_map.grid.coarsen(cell, step)
            blocks[:, level] = pd.factorize(pd.MultiIndex.from_arrays([larger, district]))[0]
    return Places(x, y, district.astype(np.int64), blocks)
