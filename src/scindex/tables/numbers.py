"""Text to numbers: digits of any script, either decimal mark, thousands marks; never a guess.

A decimal mark is decided per column by its *decisive* cells: ``12,5`` and ``1.234,5`` speak
for the comma, ``12.5``, ``1,234.5`` and ``1,234,567`` for the point. ``1,234`` speaks for
neither; where its column has no decisive cell it is refused, not guessed.
"""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NOT, NUMBER, AMBIGUOUS, CONFLICT, INFINITE = range(5)
"""What a text is: no number, a number, one with two readings, one against its column, too large."""

_SPACES = "\u00a0\u2007\u2009\u202f\u3000\u066c\u2019\u02bc\uff07"
_GROUPED = r"\d{1,3}(?:[ ']\d{3})+"
_EXPONENT = r"(?:[eE][+-]?\d{1,4})?"

PLAIN = r"^-?\d{1,15}(?:\.\d{1,17})?$"
"""What nearly every cell of nearly every file looks like."""

FORMS: tuple[tuple[str, str, str], ...] = (
    # a form, its decimal mark, and whether that is beyond doubt
    (rf"^[+-]?(?:\d+|{_GROUPED}){_EXPONENT}$", "", "no mark"),
    (r"^[+-]?[1-9]\d{0,2}\.\d{3}$", ".", "open"),
    (r"^[+-]?[1-9]\d{0,2},\d{3}$", ",", "open"),
    (rf"^[+-]?(?:\d*|{_GROUPED})\.\d+{_EXPONENT}$|^[+-]?\d+\.{_EXPONENT}$", ".", "sure"),
    (rf"^[+-]?(?:\d*|{_GROUPED}),\d+{_EXPONENT}$", ",", "sure"),
    (r"^[+-]?\d{1,3}(?:,\d{3})+\.\d*$|^[+-]?\d{1,3}(?:,\d{3}){2,}$", ".", "sure"),
    (r"^[+-]?\d{1,3}(?:\.\d{3})+,\d*$|^[+-]?\d{1,3}(?:\.\d{3}){2,}$", ",", "sure"),
)
"""How a number may be written, first match wins."""

_COMMA_SURE, _POINT_SURE, _COMMA_OPEN, _POINT_OPEN, _NO_MARK = 1, 2, 3, 4, 5
_CODES = {
    ("", "no mark"): _NO_MARK,
    (".", "open"): _POINT_OPEN,
    (",", "open"): _COMMA_OPEN,
    (".", "sure"): _POINT_SURE,
    (",", "sure"): _COMMA_SURE,
}


@dataclass(frozen=True)
class Numbers:
    """What `read_numbers` made of each text.

    Attributes
    ----------
    value : ndarray of float, shape (n,)
        NaN where `kind` is not `NUMBER`.
    kind : ndarray of uint8, shape (n,)
    percent : ndarray of bool, shape (n,)
        Where the number carried a percent sign.
    witness : dict of int to (int, int)
        Columns whose cells contradict each other: position of the first decisive comma
        and of the first decisive point.
    told : ndarray of bool, shape (n,)
        Where ``1,234`` was read as 1.234 only because the column writes decimals so.
    """

    value: np.ndarray
    kind: np.ndarray
    percent: np.ndarray
    witness: dict[int, tuple[int, int]]
    told: np.ndarray


def read_numbers(text: pa.Array | pa.ChunkedArray, column: np.ndarray) -> Numbers:
    """Read texts as numbers, the decimal mark decided within each column.

    Parameters
    ----------
    text : pyarrow array of string, shape (n,)
        Without white space at the ends.
    column : ndarray of int, shape (n,)
        The column that each cell stands in, counted from 0.

    Returns
    -------
    Numbers

    Examples
    --------
    >>> cells = pa.array(["1.234,5", "1,234", "12", "n/a"])
    >>> read_numbers(cells, np.zeros(4, dtype=int)).value.tolist()
    [1234.5, 1.234, 12.0, nan]
    >>> read_numbers(pa.array(["1,234"]), np.zeros(1, dtype=int)).kind.tolist() == [AMBIGUOUS]
    True
    """
    n = len(text)
    value = np.full(n, np.nan)
    percent = np.zeros(n, dtype=bool)
    plain = pc.match_substring_regex(text, PLAIN).to_numpy(zero_copy_only=False)
    form = np.zeros(n, dtype=np.uint8)
    if plain.any():
        chosen = text.filter(pa.array(plain))
        value[plain] = _cast(chosen)
        marked = _has(chosen, ".")
        open_ = pc.match_substring_regex(chosen, FORMS[1][0]).to_numpy(zero_copy_only=False)
        form[plain] = np.where(open_, _POINT_OPEN, np.where(marked, _POINT_SURE, _NO_MARK))
    rest = np.flatnonzero(~plain & ~_equal(text, ""))
    if len(rest):
        folded, percent[rest] = _without_percent(fold_digits(text.take(pa.array(rest))))
        form[rest] = _forms(folded)
    else:
        folded = pa.array([], pa.string())
    return _decide(value, form, column, percent, rest, folded)


def fold_digits(text: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return texts with ASCII digits, signs and spaces: ``１２，５`` as ``12,5``.

    Superscripts, fractions and circled digits are left alone: 5² is not 52.
    """
    text = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    text = pc.replace_substring_regex(text, f"[{_SPACES}]", " ")
    exotic = ~pc.string_is_ascii(text).to_numpy(zero_copy_only=False)
    if not exotic.any():
        return text
    coded = text.filter(pa.array(exotic)).dictionary_encode()
    folded = pa.array([_fold(t) for t in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(text, pa.array(exotic), folded.take(coded.indices))


_MARKS = {"\u2212": "-", "\uff0d": "-", "\ufe63": "-", "\uff0b": "+", "\uff0c": ",", "\uff0e": "."} | {
    "\uff05": "%",
    "\ufe6a": "%",
    "\u066a": "%",
    "\u066b": ",",
}
"""Minus, plus, comma, point, percent and the Arabic decimal mark in their other forms."""


def _fold(text: str) -> str:
    return "".join(
        _MARKS.get(c) or (str(unicodedata.decimal(c)) if c.isdecimal() else " " if c.isspace() else c)
        for c in text[:400]
    )


def _without_percent(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    percent = pc.ends_with(text, "%").to_numpy(zero_copy_only=False)
    if not percent.any():
        return text, percent
    return pc.replace_substring_regex(text, r"^(.*\d\.?) *%$", r"\1"), percent


def _forms(text: pa.Array) -> np.ndarray:
    form = np.zeros(len(text), dtype=np.uint8)
    for pattern, mark, doubt in FORMS:
        if form.all():
            break
        fits = pc.match_substring_regex(text, pattern).to_numpy(zero_copy_only=False)
        form[(form == 0) & fits] = _CODES[mark, doubt]
    return form


def _decide(
    value: np.ndarray,
    form: np.ndarray,
    column: np.ndarray,
    percent: np.ndarray,
    rest: np.ndarray,
    folded: pa.Array,
) -> Numbers:
    """Apply each column's decimal mark to its cells."""
    width = int(column.max(initial=-1)) + 1
    commas, points = (
        _per_column(form == _COMMA_SURE, column, width),
        _per_column(form == _POINT_SURE, column, width),
    )
    comma = commas > 0
    # a lone 1.234 is a decimal, unless other columns of the file write decimals with a comma
    doubtful_point = (points == 0) & ~comma & comma.any()
    kind = np.where(form > 0, NUMBER, NOT).astype(np.uint8)
    kind[(form == _COMMA_OPEN) & ~comma[column] & (points == 0)[column]] = AMBIGUOUS
    kind[(form == _POINT_OPEN) & doubtful_point[column]] = AMBIGUOUS
    clash = comma & (points > 0)
    witness: dict[int, tuple[int, int]] = {}
    for c in np.flatnonzero(clash).tolist():
        here = column == c
        witness[c] = (
            int(np.argmax(here & (form == _COMMA_SURE))),
            int(np.argmax(here & (form == _POINT_SURE))),
        )
        rarer = _COMMA_SURE if commas[c] <= points[c] else _POINT_SURE
        kind[here & np.isin(form, (rarer, _COMMA_OPEN, _POINT_OPEN))] = CONFLICT
    as_comma = (form == _COMMA_SURE) | (np.isin(form, (_COMMA_OPEN, _POINT_OPEN)) & comma[column])
    value = _fill(value, form, as_comma, rest, folded)
    value = _reread(value, form, as_comma)
    kind[(kind == NUMBER) & np.isinf(value)] = INFINITE
    value[kind != NUMBER] = np.nan
    told = (form == _COMMA_OPEN) & comma[column] & (kind == NUMBER)
    return Numbers(value, kind, percent & (form > 0), witness, told)


def _reread(value: np.ndarray, form: np.ndarray, as_comma: np.ndarray) -> np.ndarray:
    """Read plain ``1.234`` as 1234 in a column of decimal commas."""
    thousands = as_comma & (form == _POINT_OPEN) & ~np.isnan(value) & (np.abs(value) < 1000)
    value[thousands] = np.round(value[thousands] * 1000)
    return value


def _fill(
    value: np.ndarray, form: np.ndarray, as_comma: np.ndarray, rest: np.ndarray, folded: pa.Array
) -> np.ndarray:
    if not len(rest):
        return value
    known = form[rest] > 0
    at, text = rest[known], folded.filter(pa.array(known))
    text = pc.replace_substring_regex(text, r"[ '+]", "")
    comma = as_comma[at]
    swapped = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    text = pc.if_else(pa.array(comma), swapped, pc.replace_substring(text, ",", ""))
    value[at] = _cast(text)
    return value


def _per_column(mask: np.ndarray, column: np.ndarray, width: int) -> np.ndarray:
    return np.bincount(column[mask], minlength=width)


def _has(text: pa.Array | pa.ChunkedArray, mark: str) -> np.ndarray:
    return pc.match_substring(text, mark).to_numpy(zero_copy_only=False)


def _equal(text: pa.Array | pa.ChunkedArray, value: str) -> np.ndarray:
    return pc.equal(text, value).to_numpy(zero_copy_only=False)


def _cast(text: pa.Array | pa.ChunkedArray) -> np.ndarray:
    try:
        return pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # a form that Arrow does not know: `.5`, `5.`, `1e400`
        return np.array([float(t) for t in text.to_pylist()], dtype=float)
