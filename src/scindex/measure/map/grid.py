"""Square cells of one size in a projected reference system, each with a whole number and a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.measure.map import national
from scindex.measure.map.cells import UNALLOCATED
from scindex.measure.map.engines import present

Keys = NDArray[np.int64]
Floats = NDArray[np.float64]

SMALLEST, LARGEST = 1.0, 100_000.0
"""Sides that a grid may have. [m]"""

MANY = 100_000
"""Rows from which a compiled loop is worth loading."""

BITS = 31
_HALF = 1 << (BITS - 1)
MASK = (1 << BITS) - 1
_SIZE = re.compile(r"^(\d+(?:\.\d+)?)\s*(m|km)?$")
_NAME = re.compile(r"^(.*)/E(-?\d+)_N(-?\d+)$")


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells whose corners lie on whole multiples of the side from an origin.

    A cell holds its south and west edges, not its north and east ones, so a point lies in
    exactly one cell. Its key is one whole number made of row and column, the same whatever
    else is on the map; keys sort by row from the south, then by column from the west.

    Attributes
    ----------
    size : float
        Side of a cell. [m]
    crs : str
        Projected reference system with axes in metres, east before north.
    origin : tuple of float
        A corner from which cells are counted. [m]

    Raises
    ------
    UsageError
        If the side is not between 1 m and 100 km, or the reference system is unknown, in degrees
        or in another unit than the metre.

    Examples
    --------
    >>> grid = Grid(100.0)
    >>> key = grid.cell_of(np.array([953_950.0]), np.array([1_952_030.0]))
    >>> grid.names(key)
    array(['다사 539 520'], dtype='<U10')
    >>> grid.centres(key)
    (array([953950.]), array([1952050.]))
    """

    size: float
    crs: str = national.CRS
    origin: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if not SMALLEST <= self.size <= LARGEST:
            raise UsageError(Finding("grid-size", params={"size": str(self.size)}))
        if not np.isfinite(self.origin).all():
            raise UsageError(Finding("grid-origin", params={"origin": str(self.origin)}))
        _check_metres(self.crs)

    @classmethod
    def parse(cls, text: str, crs: str = national.CRS) -> Grid:
        """Read a cell size as people write it: ``100 m``, ``1km``, ``500``.

        Raises
        ------
        UsageError
            If it is no size, or `crs` will not do.

        Examples
        --------
        >>> Grid.parse("1 km").size
        1000.0
        """
        found = _SIZE.match(text.strip().lower())
        if not found:
            raise UsageError(Finding("grid-size", params={"size": text}))
        return cls(float(found[1]) * (1000 if found[2] == "km" else 1), crs)

    def cell_of(self, x: Floats, y: Floats) -> Keys:
        """Give the cell of each point.

        Parameters
        ----------
        x, y : ndarray, shape (n,)
            Easting and northing in the grid's reference system. [m]

        Returns
        -------
        ndarray of int64, shape (n,)
            Keys; `UNALLOCATED` (-1) where a coordinate is missing, infinite or beyond 2**30 cells.
        """
        if np.ndim(x) == 1 and len(x) >= MANY and present("numba"):
            return self._cells_of_many(x, y)
        column, row = self._place(x, 0), self._place(y, 1)
        placed = (np.abs(column) < _HALF) & (np.abs(row) < _HALF)  # false where missing
        if placed.all():
            return self.join(column.astype(np.int64), row.astype(np.int64))
        keys = np.full(np.shape(column), UNALLOCATED, dtype=np.int64)
        keys[placed] = self.join(column[placed].astype(np.int64), row[placed].astype(np.int64))
        return keys

    def _cells_of_many(self, x: Floats, y: Floats) -> Keys:
        from scindex.measure.map import _bins

        out = np.empty(len(x), dtype=np.int64)
        _bins.keys(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), *self._scale, out)
        return out

    @property
    def _scale(self) -> tuple[float, float, float]:
        return float(self.origin[0]), float(self.origin[1]), float(self.size)

    def _place(self, values: Floats, axis: int) -> Floats:
        counted = np.asarray(values, dtype=np.float64) - self.origin[axis]
        counted /= self.size
        return np.floor(counted, out=counted) if np.ndim(counted) else np.floor(counted)

    @staticmethod
    def join(column: Keys, row: Keys) -> Keys:
        """Make keys of columns and rows, counted from the origin."""
        return ((row + _HALF) << BITS) | (column + _HALF)

    @staticmethod
    def split(keys: Keys) -> tuple[Keys, Keys]:
        """Take keys apart into columns and rows, counted from the origin.

        Raises
        ------
        DataError
            If a key is no cell, such as -1 for what has no place.
        """
        keys = np.asarray(keys, dtype=np.int64)
        if (keys < 0).any():
            raise DataError(Finding("cell-key", params={"count": int((keys < 0).sum())}))
        return (keys & MASK) - _HALF, (keys >> BITS) - _HALF

    def centres(self, keys: Keys) -> tuple[Floats, Floats]:
        """Give the centre of each cell. [m]"""
        column, row = self.split(keys)
        x, y = (column + 0.5) * self.size + self.origin[0], (row + 0.5) * self.size + self.origin[1]
        return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)

    def bounds(self, keys: Keys) -> Floats:
        """Give west, south, east and north of each cell, shape (n, 4). [m]"""
        column, row = self.split(keys)
        west, south = column * self.size + self.origin[0], row * self.size + self.origin[1]
        east, north = (column + 1) * self.size + self.origin[0], (row + 1) * self.size + self.origin[1]
        return np.column_stack([west, south, east, north]).astype(np.float64, copy=False)

    def polygons(self, keys: Keys) -> NDArray[np.object_]:
        """Draw each cell as a shapely polygon."""
        import shapely

        return np.asarray(shapely.box(*self.bounds(keys).T), dtype=object)

    def covering(self, bounds: Sequence[float]) -> Keys:
        """Give all cells that a rectangle touches from inside, by row from the south.

        Parameters
        ----------
        bounds : sequence of float, length 4
            West, south, east, north. [m]

        Returns
        -------
        ndarray of int64, shape (n_row * n_column,)
        """
        west, south, east, north = bounds
        first, last = (
            self.split(self.cell_of(np.array([a]), np.array([b]))) for a, b in ((west, south), (east, north))
        )
        columns = np.arange(first[0][0], max(last[0][0], first[0][0]) + 1)
        rows = np.arange(first[1][0], max(last[1][0], first[1][0]) + 1)
        if len(columns) > 1 and columns[-1] * self.size + self.origin[0] >= east:
            columns = columns[:-1]
        if len(rows) > 1 and rows[-1] * self.size + self.origin[1] >= north:
            rows = rows[:-1]
        return self.join(np.tile(columns, len(rows)), np.repeat(rows, len(columns)))

    def coarser(self, times: int) -> Grid:
        """Give the grid of the same origin whose cells are `times` as wide."""
        return Grid(self.size * times, self.crs, self.origin)

    def coarsen(self, keys: Keys, times: int) -> Keys:
        """Give the cell of the `coarser` grid that holds each cell; `UNALLOCATED` stays so.

        Examples
        --------
        >>> grid = Grid(100.0)
        >>> key = grid.cell_of(np.array([250.0]), np.array([50.0]))
        >>> grid.coarsen(key, 2) == grid.coarser(2).cell_of(np.array([250.0]), np.array([50.0]))
        array([ True])
        """
        keys = np.asarray(keys, dtype=np.int64)
        out = np.full(keys.shape, UNALLOCATED, dtype=np.int64)
        placed = keys != UNALLOCATED
        column, row = self.split(keys[placed])
        out[placed] = self.join(column // times, row // times)
        return out

    @property
    def prefix(self) -> str:
        """What stands before column and row in a name of our own: ``5179/500m``.

        The reference system (an EPSG code alone, else its text), the side, and the origin where
        it is not zero: ``5186/250m@50,50``.
        """
        system = self.crs.upper().removeprefix("EPSG:")
        origin = "" if not any(self.origin) else "@{:.15g},{:.15g}".format(*self.origin)
        return f"{system}/{self.size:.15g}m{origin}"

    @property
    def national(self) -> bool:
        """Whether cells bear national point numbers: EPSG:5179, origin zero, side a power of ten."""
        return self.crs.upper() == national.CRS and not any(self.origin) and self.size in national.SIZES

    def names(self, keys: Keys) -> NDArray[np.str_]:
        """Name each cell: 국가지점번호 where it can, else ``5179/500m/E1234_N5678``.

        E and N count cells from the origin to the cell's south-west corner; a minus sign stands
        west and south of it. Cells of a national grid beyond the letters have such a name too.
        """
        column, row = self.split(keys)
        if self.national:
            x, y = self.centres(keys)
            inside = national.covers(x, y)
            if inside.all():
                return national.national_point_number(x, y, size=int(self.size))
            out = self._own_names(column, row).astype(object)
            out[inside] = national.national_point_number(x[inside], y[inside], size=int(self.size))
            return out.astype(str)
        return self._own_names(column, row)

    def _own_names(self, column: Keys, row: Keys) -> NDArray[np.str_]:
        columns, at_column = np.unique(column, return_inverse=True)
        rows, at_row = np.unique(row, return_inverse=True)
        east = np.array([f"{self.prefix}/E{c}_" for c in columns], dtype=str)
        north = np.array([f"N{r}" for r in rows], dtype=str)
        return np.strings.add(east[at_column], north[at_row])

    def key_of(self, names: Sequence[str]) -> Keys:
        """Read names back, of either kind.

        Raises
        ------
        DataError
            If a name is of another grid, or of none; all of them at once.
        """
        own = [_NAME.match(str(name)) for name in names]
        wrong = [
            i for i, found in enumerate(own) if (found[1] != self.prefix if found else not self.national)
        ]
        if wrong:
            faults = [
                Finding("cell-name", where=str(i + 1), value=names[i], params=self._named(names[i]))
                for i in wrong
            ]
            raise DataError(*faults)
        keys = np.empty(len(names), dtype=np.int64)
        ours = np.array([found is not None for found in own], dtype=bool)
        pairs = [(int(found[2]), int(found[3])) for found in own if found]
        if pairs:
            column, row = np.array(pairs, dtype=np.int64).T
            keys[ours] = self.join(column, row)
        if not ours.all():
            theirs = [str(name) for name, found in zip(names, own, strict=True) if not found]
            x, y, size = national.corner_of(theirs)
            if size != self.size:
                raise DataError(
                    Finding("cell-name", where="1", value=theirs[0], params=self._named(theirs[0]))
                )
            keys[~ours] = self.cell_of(x + size / 2, y + size / 2)
        return keys

    def _named(self, name: str) -> dict[str, str]:
        return {"name": str(name), "grid": self.prefix}


@lru_cache(maxsize=32)
def _check_metres(crs: str) -> None:
    """Refuse a reference system in which a square of so many metres means nothing."""
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        system = pyproj.CRS.from_user_input(crs)
    except CRSError:
        raise UsageError(Finding("grid-crs-unknown", params={"crs": crs})) from None
    units = {axis.unit_name for axis in system.axis_info[:2]}
    if not system.is_projected or units != {"metre"}:
        raise UsageError(Finding("grid-crs-metres", params={"crs": crs, "units": ", ".join(sorted(units))}))
