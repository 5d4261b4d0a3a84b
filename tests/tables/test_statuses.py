"""The table of missing values, row by row."""

from __future__ import annotations

import numpy as np
import pytest

from scindex.tables import cells as c
from scindex.tables.statuses import NONE, REASONS, STATUSES, settle


def one(what: int, value: float = np.nan, *, kind: str = "rate", given: str = "", key: int = 0):
    out = settle(
        np.array([value]),
        np.array([what]),
        amount=np.array([kind == "amount"]),
        yes_no=np.array([kind == "yes_no"]),
        given=np.array([STATUSES.index(given) if given else NONE]),
        key=np.array([key]),
    )
    fault = "not_scale" if out.not_scale[0] else "contradicts" if out.contradicts[0] else ""
    shown = None if np.isnan(out.value[0]) else float(out.value[0])
    return shown, STATUSES[out.status[0]], REASONS[out.reason[0]], fault


@pytest.mark.parametrize(
    ("what", "kind", "expected"),
    [
        (c.BLANK, "rate", (None, "O", "", "")),
        (c.NR, "rate", (None, "O", "NR", "")),
        (c.NE, "rate", (None, "O", "NE", "")),
        (c.C, "rate", (None, "Q", "C", "")),
        (c.IE, "rate", (None, "O", "IE", "")),
        (c.NO, "amount", (0.0, "A", "NO", "")),
        (c.NO, "rate", (None, "M", "NO", "")),
        (c.NO, "share", (None, "M", "NO", "")),
        (c.NO, "yes_no", (0.0, "A", "", "")),
        (c.NA, "amount", (None, "M", "NA", "")),
        (c.YES, "yes_no", (1.0, "A", "", "")),
        (c.NO_WORD, "yes_no", (0.0, "A", "", "")),
        (c.YES, "share", (None, "O", "", "not_scale")),
        (c.NO_WORD, "amount", (None, "O", "", "not_scale")),
        (c.TEXT, "rate", (None, "O", "", "")),
    ],
)
def test_a_cell_without_a_number_becomes_what_the_table_says(what, kind, expected):
    assert one(what, kind=kind) == expected


@pytest.mark.parametrize("status", ["A", "E", "P", "V", "B", "U"])
def test_a_status_beside_a_number_is_kept(status):
    assert one(c.NUMBER, 5.0, given=status) == (5.0, status, "", "")


@pytest.mark.parametrize("status", ["A", "E", "P"])
def test_a_status_of_a_value_beside_a_blank_does_not_make_it_one(status):
    assert one(c.BLANK, given=status) == (None, "O", "", "")


@pytest.mark.parametrize("status", ["O", "M", "Q", "L"])
def test_a_status_of_absence_beside_a_number_is_a_fault(status):
    assert one(c.NUMBER, 5.0, given=status)[3] == "contradicts"
    assert one(c.BLANK, given=status) == (None, status, "", "")


def test_a_notation_key_in_the_status_column_fills_a_blank_and_contradicts_a_number():
    assert one(c.BLANK, key=c.NR) == (None, "O", "NR", "")
    assert one(c.BLANK, key=c.C) == (None, "Q", "C", "")
    assert one(c.BLANK, kind="amount", key=c.NO) == (0.0, "A", "NO", "")
    assert one(c.NUMBER, 5.0, key=c.NR)[3] == "contradicts"
    assert one(c.NUMBER, 0.0, kind="amount", key=c.NO) == (0.0, "A", "NO", "")
