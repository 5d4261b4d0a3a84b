"""Names of 국가지점번호, the national point number of Korea: two letters, then digits.

References
----------
.. [1] Enforcement Decree of the Road Name Address Act (도로명주소법 시행령), article 37: squares
   of 10 m are the unit of the number.
.. [2] Ministry of Public Administration and Security, announcement of 11 December 2012 of the
   notice that fixes the base point (국가지점번호 기준점): 700 km south and 300 km west of the origin
   of UTM-K (EPSG:5179); letters 가 to 사 eastwards and 가 to 아 northwards for each 100 km.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scindex.errors import DataError, MethodError
from scindex.findings import Finding

CRS = "EPSG:5179"
EAST, NORTH = 700_000, 1_300_000
"""Base point in EPSG:5179. [m]"""

SQUARE = 100_000
"""Side of the square that two letters name. [m]"""

LETTERS_EAST, LETTERS_NORTH = "가나다라마바사", "가나다라마바사아"
SIZES = (100_000, 10_000, 1_000, 100, 10, 1)
"""Sides that a number can name; 10 m is the official unit, 1 m adds a digit to each half. [m]"""

_PATTERN = re.compile(rf"^([{LETTERS_EAST}])([{LETTERS_NORTH}])[ -]*(\d*)[ -]*(\d*)$")


def covers(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which points have a national point number.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Easting and northing in EPSG:5179. [m]

    Returns
    -------
    ndarray of bool, shape (n,)
        Whether they lie in the 700 km by 800 km that the letters name.

    Examples
    --------
    >>> covers(np.array([953_900.0, 0.0]), np.array([1_952_000.0, 0.0]))
    array([ True, False])
    """
    east = (x >= EAST) & (x < EAST + SQUARE * len(LETTERS_EAST))
    return east & (y >= NORTH) & (y < NORTH + SQUARE * len(LETTERS_NORTH))


def national_point_number(
    x: NDArray[np.float64], y: NDArray[np.float64], *, size: int = 10
) -> NDArray[np.str_]:
    """Name the square in which each point lies.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Easting and northing in EPSG:5179. [m]
    size : {100000, 10000, 1000, 100, 10, 1}
        Side of the square. [m]

    Returns
    -------
    ndarray of str, shape (n,)
        Two letters and as many digits as the side asks for: ``다사``, ``다사 53 51``,
        ``다사 5390 5200``.

    Raises
    ------
    MethodError
        If no number names squares of that size, or a point lies outside the letters.

    References
    ----------
    See the module's [1]_ and [2]_.

    Examples
    --------
    >>> national_point_number(np.array([1_387_870.0]), np.array([1_924_650.0]))
    array(['사사 8787 2465'], dtype='<U12')
    """
    if size not in SIZES:
        raise MethodError(Finding("national-size", params={"size": size}))
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    outside = np.flatnonzero(~covers(x, y))
    if len(outside):
        first = outside[0]
        params = {"count": len(outside), "x": float(x[first]), "y": float(y[first])}
        raise MethodError(Finding("national-outside", params=params))
    digits = SIZES.index(size)
    east = np.floor((x - EAST) / size).astype(np.int64)
    north = np.floor((y - NORTH) / size).astype(np.int64)
    return _write(east, north, digits)


def _write(east: NDArray[np.int64], north: NDArray[np.int64], digits: int) -> NDArray[np.str_]:
    """Set letters and digits side by side as code points, one row a name."""
    width = 2 if not digits else 2 * digits + 4
    codes = np.full((len(east), width), ord(" "), dtype=np.uint32)
    step = 10**digits
    codes[:, 0] = np.array([ord(c) for c in LETTERS_EAST])[east // step]
    codes[:, 1] = np.array([ord(c) for c in LETTERS_NORTH])[north // step]
    for place in range(digits):
        power = 10 ** (digits - 1 - place)
        codes[:, 3 + place] = ord("0") + east // power % 10
        codes[:, 4 + digits + place] = ord("0") + north // power % 10
    return codes.view(f"<U{width}")[:, 0] if len(codes) else np.empty(0, dtype=f"<U{width}")


def corner_of(names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
    """Read national point numbers back.

    Parameters
    ----------
    names : sequence of str, length n
        All of one size. Blanks and hyphens may stand or be missing.

    Returns
    -------
    x, y : ndarray, shape (n,)
        South-west corner of each square in EPSG:5179. [m]
    size : int
        Side of the squares. [m]

    Raises
    ------
    DataError
        If a name is no national point number, or they are of several sizes; all of them at once.

    Examples
    --------
    >>> x, y, size = corner_of(["사사 8787 2465"])
    >>> x[0].item(), y[0].item(), size
    (1387870.0, 1924650.0, 10)
    """
    wrong, read = [], []
    for i, name in enumerate(names):
        found = _halves(str(name))
        if found is None or (read and len(read[0][2]) != len(found[2])):
            wrong.append(
                Finding("national-name", where=str(i + 1), value=str(name), params={"name": str(name)})
            )
        else:
            read.append(found)
    if wrong:
        raise DataError(*wrong)
    digits = len(read[0][2]) if read else 4
    size = SIZES[digits]
    x = [EAST + SQUARE * LETTERS_EAST.index(e) + size * int(a or 0) for e, _, a, _ in read]
    y = [NORTH + SQUARE * LETTERS_NORTH.index(n) + size * int(b or 0) for _, n, _, b in read]
    return np.array(x, dtype=float), np.array(y, dtype=float), size


def _halves(name: str) -> tuple[str, str, str, str] | None:
    """Split a name into two letters and two halves of equally many digits."""
    found = _PATTERN.match(name.strip())
    if not found:
        return None
    east, north, first, second = found.groups()
    if not second:
        first, second = first[: len(first) // 2], first[len(first) // 2 :]
    if len(first) != len(second) or len(first) >= len(SIZES):
        return None
    return east, north, first, second
