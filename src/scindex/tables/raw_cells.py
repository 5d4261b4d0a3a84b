"""Cells of a raw table to typed columns: numbers in one unit, codes with their zeros, years and months."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.findings import Finding
from scindex.tables import cells as c
from scindex.tables.faults import each
from scindex.tables.numbers import AMBIGUOUS, CONFLICT, INFINITE, NUMBER, Numbers, read_numbers
from scindex.tables.raw_source import Cells

POINT = "1,234.5"
"""A text that settles that the comma groups thousands."""

_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_YEAR = re.compile(
    rf"(?P<year>\d{{4}})(?:(?P<joined>0[1-9]|1[0-2]){_DAY}?)?(?:\.0)?"
    rf"(?:[-./년 ]+(?P<month>1[0-2]|0?[1-9])(?:[-./월 ]+(?:{_DAY}|[1-9])일?)?월?)?년?(?:[ T].*)?"
)
_MONTH = re.compile(r"(?:.*?\d{4}[-./년 ]*)?m?(?P<month>1[0-2]|0?[1-9])(?:\.0)?월?", re.IGNORECASE)
SHORT = 3
"""Bytes of the longest mark for a missing code, an em dash."""

_SCIENTIFIC = r"^\d(?:\.\d+)?E\+?\d+$"


@dataclass
class Typed:
    """One column, read.

    Attributes
    ----------
    values : ndarray or pyarrow ChunkedArray
        float with NaN where missing; text with null where missing.
    findings : list of Finding
    month : ndarray of float or None
        Month that stood in a cell beside its year, NaN elsewhere.
    open_ : ndarray of int
        Rows whose number has two readings, for `settle_commas`.
    speaks : str
        ``point`` or ``comma`` where the column settles which mark is decimal.
    percent : ndarray of bool or None
        Where the cell itself says that its number is a percentage.
    """

    values: np.ndarray | pa.ChunkedArray
    findings: list[Finding] = field(default_factory=list[Finding])
    month: np.ndarray | None = None
    open_: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    speaks: str = ""
    percent: np.ndarray | None = None


Where = Callable[[int], str]


def texts(cells: Cells) -> pa.ChunkedArray:
    """Return a column as text without white space at its ends; a whole float as a whole number."""
    values = cells.values
    if pa.types.is_floating(values.type):
        whole = pc.equal(values, pc.floor(values))
        whole = pc.and_(whole, pc.less(pc.abs(values), 1e15)).combine_chunks()
        if pc.all(whole).as_py() is not False:
            return values.cast(pa.int64(), safe=False).cast(pa.string())
        return values.cast(pa.string())
    try:
        text = values.cast(pa.string())
        return pc.utf8_trim_whitespace(text) if _may_hold_space(text) else text
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.array([None] * len(values), pa.string())])


def _may_hold_space(text: pa.ChunkedArray) -> bool:
    """Whether any byte can be, or begin, white space: a glance that saves looking at each text."""
    for chunk in text.chunks:
        buffers = chunk.buffers()
        if buffers[2] is None:
            continue
        data = np.frombuffer(buffers[2], dtype=np.uint8)
        if len(data) and (data.min() <= ord(" ") or any((data == lead).any() for lead in _SPACE_LEADS)):
            return True
    return False


_SPACE_LEADS = (0xC2, 0xE1, 0xE2, 0xE3)
"""First bytes in UTF-8 of every white space beyond ASCII; no syllable of Hangul begins so."""


def is_number(kind: pa.DataType) -> bool:
    """Return whether a column of Arrow holds numbers."""
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def read_number_cells(cells: Cells, where: Where) -> Typed:
    """Read a column as numbers; blank, ``-`` and notation keys are missing, never zero.

    Examples
    --------
    >>> cells = Cells(pa.chunked_array([["1,234,567", "-", "", "12 000"]]))
    >>> read_number_cells(cells, str).values.tolist()
    [1234567.0, nan, nan, 12000.0]
    """
    if is_number(cells.values.type):
        value = _floats(cells.values)
        bad = np.flatnonzero(np.isinf(value))
        found = each("number-not-finite", bad, where, value=lambda i: str(value[i]))
        value[bad] = np.nan
        return Typed(value, found)
    plain = _plain_numbers(cells)
    if plain is not None:
        return plain
    text = pc.fill_null(texts(cells), "")
    value = np.full(len(text), np.nan) if cells.number is None else cells.number.copy()
    unread = np.flatnonzero(np.isnan(value) & pc.not_equal(text, "").to_numpy())
    percent = np.zeros(len(text), dtype=bool) if cells.percent is None else cells.percent.copy()
    if not len(unread):
        return Typed(value, percent=percent)
    part = text if len(unread) == len(text) else text.take(pa.array(unread))
    read = read_numbers(part, np.zeros(len(unread), dtype=int))
    value[unread] = read.value
    percent[unread] = read.percent
    found, missing = _faults(read, part, unread, where)
    comma = read.witness or (read.told.any())
    pure = pc.match_substring(part, ".").to_numpy(zero_copy_only=False) & (read.kind == NUMBER)
    commas = pc.count_substring(part, ",").to_numpy() >= 2
    speaks = "comma" if comma else "point" if pure.any() or (commas & (read.kind == NUMBER)).any() else ""
    return Typed(value, found + missing, None, unread[read.kind == AMBIGUOUS], speaks, percent)


def _plain_numbers(cells: Cells) -> Typed | None:
    """Read a column of texts that Arrow itself takes for numbers; None where one is more than that."""
    if cells.number is not None or not pa.types.is_string(cells.values.type):
        return None
    text = cells.values
    blank = pc.equal(text, "")
    if pc.any(blank).as_py():
        text = pc.if_else(blank, None, text)
    try:
        value = np.array(pc.cast(text, pa.float64()).to_numpy(), dtype=float)
    except pa.ArrowInvalid:
        return None
    if np.isfinite(value).sum() != len(text) - text.null_count:
        return None
    return Typed(value, speaks="point" if pc.any(pc.match_substring(text, ".")).as_py() else "")


def _floats(values: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_float32(values.type) or pa.types.is_float16(values.type):
        # 0.1 in 32 bits is 0.1 to its writer, and 0.10000000149 in 64 bits
        values = values.cast(pa.float32()).cast(pa.string())
    return np.array(values.cast(pa.float64(), safe=False).to_numpy(), dtype=float)


def _faults(
    read: Numbers, text: pa.ChunkedArray, unread: np.ndarray, where: Where
) -> tuple[list[Finding], list[Finding]]:
    """Return what is wrong with cells that are no numbers, and which notation keys they hold."""
    codes = {INFINITE: "number-not-finite", CONFLICT: "decimal-marks-conflict"}
    found: list[Finding] = []
    for first, second in read.witness.values():
        params = {
            "comma": text[first].as_py(),
            "point": text[second].as_py(),
            "other": where(int(unread[first])),
        }
        found.append(Finding(codes[CONFLICT], where=where(int(unread[second])), params=params))
    other = np.flatnonzero(~np.isin(read.kind, (NUMBER, AMBIGUOUS, CONFLICT)))
    if not len(other):
        return found, []
    coded = text.take(pa.array(other)).combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    meant = np.array([c.mark(t) for t in words], dtype=np.uint8)[coded.indices.to_numpy()]
    meant[read.kind[other] == INFINITE] = c.INFINITE
    meant[np.isin(meant, (c.YES, c.NO_WORD))] = c.TEXT
    for fault, code in c.FAULTS.items():
        at = other[meant == fault]
        found += each(
            "raw-not-a-number" if code == "not-a-number" else code,
            at,
            lambda i: where(int(unread[i])),
            value=lambda i: text[i].as_py(),
        )
    keys = other[np.isin(meant, (c.NR, c.NE, c.C, c.IE, c.NO, c.NA))]
    if not len(keys):
        return found, []
    params = {"count": len(keys), "words": sorted({text[int(i)].as_py() for i in keys[:1000]})}
    return found, [Finding("raw-notation-keys", "note", where=where(int(unread[keys[0]])), params=params)]


def settle_commas(cells: Cells, typed: Typed, *, korean: bool, marks: set[str], where: Where) -> None:
    """Read ``1,234`` as the other columns of the file do, or refuse it.

    Parameters
    ----------
    cells : Cells
    typed : Typed
        Changed in place.
    korean : bool
        Whether the file's headings are Korean: there the comma only ever groups.
    marks : set of str
        What other columns of the file say.
    where : callable
    """
    at = typed.open_
    if not len(at):
        return
    text = texts(cells).take(pa.array(at))
    if marks == {"point"} or (korean and "comma" not in marks):
        told = pa.chunked_array([*text.chunks, pa.array([POINT])])
        assert isinstance(typed.values, np.ndarray)
        typed.values[at] = read_numbers(told, np.zeros(len(told), dtype=int)).value[:-1]
        params = {"count": len(at), "value": text[0].as_py(), "taken": float(typed.values[at[0]])}
        typed.findings.append(Finding("raw-thousands-taken", "note", where=where(int(at[0])), params=params))
        return
    typed.findings += each(
        "number-ambiguous",
        at,
        where,
        value=lambda i: texts(cells)[i].as_py(),
        params=lambda i: _readings(texts(cells)[i].as_py()),
    )


def _readings(text: str) -> dict[str, str]:
    whole, _, rest = text.replace(".", ",").partition(",")
    return {"thousands": whole + rest, "decimal": f"{whole}.{rest}"}


def read_codes(cells: Cells, width: int, where: Where) -> Typed:
    """Read a column of codes as text: leading zeros stay, and are put back where a sheet took them.

    Examples
    --------
    >>> typed = read_codes(Cells(pa.chunked_array([["0012", "7", ""]])), 4, str)
    >>> typed.values.to_pylist(), [f.code for f in typed.findings]
    (['0012', '0007', None], ['raw-code-padded'])
    """
    text = texts(cells)
    if is_number(cells.values.type) and not width:
        return Typed(text)
    if (pc.min(pc.binary_length(text)).as_py() or 0) <= SHORT:
        text = pc.if_else(pc.is_in(text, pa.array(["", "-", "–", "—"])), None, text)
    if pc.any(pc.starts_with(text, "'")).as_py():
        text = pc.replace_substring_regex(text, r"^'(.+)$", r"\1")
    found: list[Finding] = []
    if pc.any(pc.match_substring(text, "E", ignore_case=False)).as_py():
        odd = np.flatnonzero(pc.fill_null(pc.match_substring_regex(text, _SCIENTIFIC), False).to_numpy())
        found += each("raw-code-scientific", odd, where, value=lambda i: text[i].as_py())
    if width:
        short = pc.and_(pc.less(pc.utf8_length(text), width), pc.match_substring_regex(text, r"^\d+$"))
        at = np.flatnonzero(pc.fill_null(short, False).to_numpy())
        if len(at):
            first = text[int(at[0])].as_py()
            params = {"count": len(at), "value": first, "taken": first.zfill(width), "width": width}
            found.append(Finding("raw-code-padded", "note", where=where(int(at[0])), params=params))
            text = pc.if_else(short, pc.utf8_lpad(text, width, "0"), text)
    return Typed(text, found)


def read_words(cells: Cells) -> Typed:
    """Read a column of text; blank cells are missing."""
    text = texts(cells)
    return Typed(pc.if_else(pc.equal(text, ""), None, text))


def read_years(cells: Cells, where: Where, code: str = "raw-not-a-year") -> Typed:
    """Read years, and the months that stand beside them: ``2024``, ``2024년``, ``202401``, ``1998-12-31``.

    Examples
    --------
    >>> typed = read_years(Cells(pa.chunked_array([["202401", "2024년", "", "20240131"]])), str)
    >>> typed.values.tolist(), typed.month.tolist()
    ([2024.0, 2024.0, nan, 2024.0], [1.0, nan, nan, 1.0])
    """
    value, month, bad, text = _by_pattern(cells, _YEAR)
    found = each(code, bad, where, value=lambda i: text[i].as_py())
    return Typed(value, found, month if not np.isnan(month).all() else None)


def read_months(cells: Cells, where: Where) -> Typed:
    """Read months: ``1``, ``01``, ``1월``, ``202401``, ``M01``."""
    _, month, bad, text = _by_pattern(cells, _MONTH)
    return Typed(month, each("raw-not-a-month", bad, where, value=lambda i: text[i].as_py()))


def dictionary(values: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return texts as codes into the list of those that differ."""
    whole = values.combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    return whole.dictionary_encode()


def _by_pattern(
    cells: Cells, pattern: re.Pattern[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, pa.ChunkedArray]:
    """Return year and month of each cell, where a cell is neither, and the texts."""
    text = pc.fill_null(texts(cells), "")
    coded = dictionary(text)
    known = coded.dictionary.to_pylist()
    year, month, wrong = np.full(len(known), np.nan), np.full(len(known), np.nan), np.zeros(len(known), bool)
    for i, word in enumerate(known):
        match = pattern.fullmatch(word)
        if match:
            parts = match.groupdict()
            year[i] = float(parts.get("year") or "nan")
            month[i] = float(parts.get("joined") or parts["month"] or "nan")
        else:
            wrong[i] = bool(word) and c.mark(word) != c.BLANK
    codes = coded.indices.to_numpy()
    return year[codes], month[codes], np.flatnonzero(wrong[codes]), text
