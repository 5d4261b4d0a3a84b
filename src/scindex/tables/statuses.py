"""What a cell means for its indicator: value, status and reason, by one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scindex.tables import cells as c

STATUSES = (
    "A",
    "B",
    "D",
    "E",
    "F",
    "G",
    "I",
    "J",
    "K",
    "L",
    "M",
    "N",
    "O",
    "P",
    "Q",
    "S",
    "T",
    "U",
    "V",
    "W",
    "X",
)
"""SDMX's codes of observation status."""

REASONS = ("", "NR", "NE", "C", "IE", "NO", "NA")
"""Why a value is missing, or is zero."""

MISSING = ("L", "M", "O", "Q")
"""Statuses of a value that is not there."""

_NORMAL, _NEVER, _ABSENT, _HIDDEN = (STATUSES.index(s) for s in "AMOQ")
NONE = -1

MEANING: dict[int, tuple[int, int]] = {
    c.BLANK: (_ABSENT, 0),
    c.NUMBER: (_NORMAL, 0),
    c.NR: (_ABSENT, REASONS.index("NR")),
    c.NE: (_ABSENT, REASONS.index("NE")),
    c.C: (_HIDDEN, REASONS.index("C")),
    c.IE: (_ABSENT, REASONS.index("IE")),
    c.NO: (_NEVER, REASONS.index("NO")),
    c.NA: (_NEVER, REASONS.index("NA")),
    c.YES: (_NORMAL, 0),
    c.NO_WORD: (_NORMAL, 0),
}
"""What a cell is -> status and reason. `NO` is 0 for an amount; see `settle`."""


@dataclass(frozen=True)
class Settled:
    """Value, status and reason of each cell, and where the table does not hold.

    Attributes
    ----------
    value : ndarray of float, shape (n,)
    status, reason : ndarray of int8, shape (n,)
        Positions in `STATUSES` and `REASONS`.
    not_scale : ndarray of bool
        A yes or no where the indicator is no yes/no scale.
    contradicts : ndarray of bool
        A number in a row whose status says that there is none.
    """

    value: np.ndarray
    status: np.ndarray
    reason: np.ndarray
    not_scale: np.ndarray
    contradicts: np.ndarray


def settle(
    value: np.ndarray,
    what: np.ndarray,
    *,
    amount: np.ndarray,
    yes_no: np.ndarray,
    given: np.ndarray,
    key: np.ndarray,
) -> Settled:
    """Apply the table of missing values.

    Parameters
    ----------
    value : ndarray of float, shape (n,)
    what : ndarray of int, shape (n,)
        What each cell is (`cells`); faults count as missing.
    amount, yes_no : ndarray of bool, shape (n,)
        Whether the cell's indicator is an amount, a yes/no scale.
    given : ndarray of int, shape (n,)
        The row's own status, a position in `STATUSES`; `NONE` where it has none.
    key : ndarray of int, shape (n,)
        A notation key from the row's status or reason column, as in `cells`; 0 for none.

    Returns
    -------
    Settled

    Examples
    --------
    >>> n = np.zeros(1, dtype=int)
    >>> out = settle(n + np.nan, n + c.NO, amount=n == 0, yes_no=n == 1, given=n + NONE, key=n)
    >>> out.value.tolist(), STATUSES[out.status[0]], REASONS[out.reason[0]]
    ([0.0], 'A', 'NO')
    """
    what = np.where(what > c.NO_WORD, c.BLANK, what)
    is_number = what == c.NUMBER
    stated = (what == c.BLANK) & (key > 0)
    what = np.where(stated, key, what)
    value = np.where(is_number, value, np.nan)
    status, reason = (_table(i)[what] for i in (0, 1))
    says_no = (what == c.NO_WORD) | ((what == c.NO) & yes_no)
    says_yes = what == c.YES
    word = says_yes | (what == c.NO_WORD)
    value = np.where(says_yes & yes_no, 1.0, np.where(says_no & yes_no, 0.0, value))
    status[says_no & yes_no], reason[says_no & yes_no] = _NORMAL, 0
    none = (what == c.NO) & amount & ~yes_no
    value[none], status[none] = 0.0, _NORMAL
    not_scale = word & ~yes_no
    missing = np.isin(given, [STATUSES.index(s) for s in MISSING])
    contradicts = is_number & (missing | ((key > 0) & ~((key == c.NO) & (value == 0))))
    has_value = ~np.isnan(value)
    take = (given != NONE) & ~contradicts & (has_value | (missing & (what == c.BLANK)))
    status = np.where(take, given, status).astype(np.int8)
    reason[is_number & (key == c.NO) & ~contradicts] = REASONS.index("NO")
    bad = not_scale | contradicts
    value[bad], status[bad], reason[bad] = np.nan, _ABSENT, 0
    return Settled(value, status, reason.astype(np.int8), not_scale, contradicts)


def _table(part: int) -> np.ndarray:
    return np.array([MEANING[i][part] for i in range(len(MEANING))], dtype=np.int8)
