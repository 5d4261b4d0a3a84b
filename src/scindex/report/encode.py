"""Numbers inside a page: blocks of one type in base64, each stored once, sparse ones as places and values."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import numpy as np

TYPES = {"f4": np.float32, "f8": np.float64, "u1": np.uint8, "u2": np.uint16, "u4": np.uint32}

SPARSE = 0.45
"""Below this share of values other than zero, places and values are shorter than all values."""

LINE_ENDS = {"\u2028": "\\u2028", "\u2029": "\\u2029", "<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class Blocks:
    """Arrays of a page, numbered; two alike share one number.

    Examples
    --------
    >>> blocks = Blocks()
    >>> blocks.add(np.zeros(5), "f4"), blocks.add(np.arange(3), "u1"), blocks.add(np.zeros(5), "f4")
    (0, 1, 0)
    >>> blocks.listed
    [{'type': 'f4', 'n': 5, 'fill': 0.0}, {'type': 'u1', 'n': 3, 'values': 'AAEC'}]
    """

    def __init__(self) -> None:
        self.listed: list[dict[str, Any]] = []
        self._numbers: dict[tuple[str, bytes], int] = {}

    def add(self, values: np.ndarray, kind: str) -> int:
        """Store an array as one of `TYPES`; return its number.

        Parameters
        ----------
        values : ndarray, shape (n,)
        kind : str
            A key of `TYPES`. Little-endian in the page, whatever the machine.
        """
        array = np.ascontiguousarray(values, dtype=np.dtype(TYPES[kind]).newbyteorder("<"))
        address = (f"{kind}{len(array)}", hashlib.sha256(array.tobytes()).digest())
        if address not in self._numbers:
            self._numbers[address] = len(self.listed)
            self.listed.append({"type": kind, "n": len(array), **_packed(array)})
        return self._numbers[address]


def _packed(array: np.ndarray) -> dict[str, Any]:
    first = array[:1]
    if len(array) and (array.tobytes() == np.repeat(first, len(array)).tobytes()):
        value = first.item()
        return {"fill": None if value != value else value}
    at = np.flatnonzero(array != 0).astype("<u4")
    if len(at) * (4 + array.itemsize) < SPARSE * 2 * len(array) * array.itemsize:
        return {"at": _text(at), "values": _text(array[at])}
    return {"values": _text(array)}


def _text(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return shares in steps of half a percent as 0 to 200; 255 where there is nothing to share.

    A share that is neither none nor all is never rounded to either.

    Examples
    --------
    >>> shares(np.array([0, 1, 1, 999, 7]), np.array([5, 5, 1000, 1000, 0]))
    array([  0,  40,   1, 199, 255], dtype=uint8)
    """
    share = np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
    steps = np.clip(np.rint(share * 200), (share > 0).astype(int), np.where(share < 1, 199, 200))
    return np.where(whole > 0, steps, 255).astype(np.uint8)


def script_json(content: Any) -> str:
    """Return JSON that may stand inside a script element: no markup, no line ends of JavaScript.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escaped in LINE_ENDS.items():
        text = text.replace(character, escaped)
    return text
