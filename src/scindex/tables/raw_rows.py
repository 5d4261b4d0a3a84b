"""Rows of a raw table: totals left out, keys complete and unique, months added up to years."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scindex._resources import read_yaml, root
from scindex.findings import Finding
from scindex.tables.faults import each, first_places
from scindex.tables.fingerprints import MIX, fingerprint
from scindex.tables.raw_columns import Shape
from scindex.tables.raw_frame import Parts

YEAR_MONTHS = 12


@functools.lru_cache(maxsize=1)
def total_words() -> tuple[str, ...]:
    """Return the words that head a row of totals.

    Examples
    --------
    >>> "합계" in total_words()
    True
    """
    return tuple(read_yaml(root() / "indicators" / "table_headers.yaml")["totals"])


def settle_rows(
    parts: Parts, shape: Shape, *, partial: str = "missing"
) -> tuple[pd.DataFrame, np.ndarray, list[Finding]]:
    """Make one row for each key.

    Parameters
    ----------
    parts : Parts
    shape : Shape
    partial : {"missing", "scale", "keep"}
        What becomes of a year that lacks months.

    Returns
    -------
    (DataFrame, ndarray of int, list of Finding)
        The table; for each row its position among the rows read; what was left out,
        added up or refused.
    """
    keep, found = _without_totals(parts, shape)
    if parts.month_beside is not None:
        parts.values["month"] = parts.month_beside
        parts.at["month"] = parts.at["year"]
    found += _keys_missing(parts, shape, keep)
    frame = _frame(parts, shape)
    rows = np.flatnonzero(keep)
    if len(rows) < len(frame):
        frame = frame.iloc[rows].reset_index(drop=True)
    months = {c: n[rows] for c, n in parts.months.items()}
    for column, count in months.items():
        found += _partial(frame, column, count, rows, parts, partial)
    key = _key(shape, frame.columns)
    if "month" in frame.columns and shape.period:
        frame, rows, part = _add_months(frame, rows, key, parts, shape, partial)
        return frame, rows, found + part
    frame, rows, part = _once_each(frame, rows, key, parts, shape)
    return frame, rows, found + part


def _key(shape: Shape, columns: Iterable[str]) -> list[str]:
    """Return the columns that name a row, of those that the file has."""
    there = set(columns)
    names = (n for k in shape.key for n in ((k,) if k in there else shape.instead.get(k, ())))
    return [n for n in names if n in there]


def _frame(parts: Parts, shape: Shape) -> pd.DataFrame:
    order = [c for c in shape.columns if c in parts.values]
    order += [c for c in parts.values if c not in order]
    columns: dict[str, object] = {}
    for name in order:
        value = parts.values[name]
        if isinstance(value, np.ndarray):
            spec = shape.columns.get(name)
            whole = spec is not None and spec.type in ("year", "month", "int") and not np.isnan(value).any()
            columns[name] = value.astype(np.int64) if whole else value
        else:
            columns[name] = value.to_pandas().astype("str")
    return pd.DataFrame(columns, copy=False)


def _without_totals(parts: Parts, shape: Shape) -> tuple[np.ndarray, list[Finding]]:
    """Leave out rows that a sheet adds at its end or between: 합계, 소계, Total."""
    keep = np.ones(len(parts.source.rows), dtype=bool)
    found: list[Finding] = []
    for column in shape.key:
        value = parts.values.get(column)
        if value is None or isinstance(value, np.ndarray):
            continue
        is_total = pc.is_in(pc.utf8_lower(value), pa.array(total_words()))
        at = np.flatnonzero(np.asarray(is_total, dtype=bool) & keep)
        if len(at):
            params = {"count": len(at), "value": value[int(at[0])].as_py()}
            where = parts.where(int(at[0]), column)
            found.append(Finding("raw-totals-row", "warning", where=where, params=params))
        keep[at] = False
    return keep, found


def _keys_missing(parts: Parts, shape: Shape, keep: np.ndarray) -> list[Finding]:
    found: list[Finding] = []
    for column in _key(shape, parts.values):
        value = parts.values.get(column)
        spec = shape.columns[column]
        if value is None or (spec.nullable and column != "year"):
            continue
        blank = np.isnan(value) if isinstance(value, np.ndarray) else value.is_null().to_numpy()
        at = np.flatnonzero(blank & keep)
        place = functools.partial(parts.where, column=column)
        found += each("raw-key-blank", at, place, params=lambda _, c=column: {"column": c})
    return found


def _codes(frame: pd.DataFrame, key: list[str]) -> np.ndarray:
    """Return one number for each distinct key, shape (n,)."""
    codes, _ = pd.factorize(_fingerprints(frame, key))
    first = first_places(codes, int(codes.max(initial=-1)) + 1)[codes]
    moved = np.flatnonzero(first != np.arange(len(codes)))
    if _same(frame, key, first[moved], moved).all():
        return codes.astype(np.int64)
    return frame.groupby(key, dropna=False, sort=False).ngroup().to_numpy()


def _fingerprints(frame: pd.DataFrame, key: list[str]) -> np.ndarray:
    whole = np.zeros(len(frame), dtype=np.uint64)
    for column in key:
        whole = whole * MIX + fingerprint(frame[column])
    return whole


def _same(frame: pd.DataFrame, key: list[str], one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Return where two rows agree in every column of the key, shape (n,)."""
    same = np.ones(len(one), dtype=bool)
    for column in key:
        left, right = frame[column].iloc[one], frame[column].iloc[two]
        equal = np.asarray(left.array == right.array, dtype=bool)
        same &= equal | (left.isna().to_numpy() & right.isna().to_numpy())
    return same


def _once_each(
    frame: pd.DataFrame, rows: np.ndarray, key: list[str], parts: Parts, shape: Shape
) -> tuple[pd.DataFrame, np.ndarray, list[Finding]]:
    """Keep the first of rows that are equal; refuse rows of one key that differ."""
    if not key or not len(frame):
        return frame, rows, []
    ordered = np.sort(_fingerprints(frame, key))
    if (ordered[1:] != ordered[:-1]).all():
        return frame, rows, []
    codes = _codes(frame, key)
    again = pd.Series(codes).duplicated().to_numpy()
    if not again.any():
        return frame, rows, []
    number, _ = pd.factorize(codes)
    first = pd.Series(np.arange(len(codes))).groupby(number).transform("first").to_numpy()
    at = np.flatnonzero(again)
    differing = np.full(len(at), "", dtype=object)
    for column in frame.columns:
        same = _same(frame, [column], first[at], at)
        differing = np.where((differing == "") & ~same, column, differing)
    same, differs = at[differing == ""], at[differing != ""]
    if len(differs) and _looks_monthly(number, shape):
        params = {"rows": len(frame), "key": key, "count": YEAR_MONTHS}
        where = parts.where(int(rows[0]), key[0])
        return frame, rows, [Finding("raw-months-as-years", where=where, params=params)]
    which = dict(zip(at.tolist(), differing.tolist()))
    # of an amount per period equal rows may be equal months under a heading that was not understood
    alike = "raw-equal-or-months" if shape.period else "raw-duplicate-same"
    found = _twins(alike, same, first, frame, rows, key, parts, which)
    found += _twins("raw-duplicate-differs", differs, first, frame, rows, key, parts, which)
    return frame[~again].reset_index(drop=True), rows[~again], found


def _twins(
    code: str,
    at: np.ndarray,
    first: np.ndarray,
    frame: pd.DataFrame,
    rows: np.ndarray,
    key: list[str],
    parts: Parts,
    which: dict[int, str],
) -> list[Finding]:
    def params(i: int) -> dict[str, object]:
        column = which[i] or key[0]
        return {
            "key": " ".join(_word(frame[k].iloc[i]) for k in key),
            "other": parts.where(int(rows[first[i]]), column),
            "column": column,
            "first": _plain(frame[column].iloc[first[i]]),
            "second": _plain(frame[column].iloc[i]),
        }

    severity = "warning" if code.endswith("same") else "error"
    return each(
        code, at, lambda i: parts.where(int(rows[i]), which[i] or key[0]), severity=severity, params=params
    )


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value  # type: ignore[union-attr]


def _looks_monthly(number: np.ndarray, shape: Shape) -> bool:
    """Whether nearly every key stands in twelve rows, in a table that has years."""
    sizes = np.bincount(number)
    return "year" in shape.key and bool((sizes == YEAR_MONTHS).mean() > 0.5)


def _add_months(
    frame: pd.DataFrame, rows: np.ndarray, key: list[str], parts: Parts, shape: Shape, partial: str
) -> tuple[pd.DataFrame, np.ndarray, list[Finding]]:
    """Add up the months of each key; a year that lacks some is no year."""
    frame, rows, found = _once_each(frame, rows, [*key, "month"], parts, shape)
    if any(f.severity == "error" for f in found) or not len(frame):
        return frame.drop(columns="month"), rows, found
    number = pd.factorize(_codes(frame, key))[0]
    first = np.unique(number, return_index=True)[1]
    out = frame.iloc[first].drop(columns="month").reset_index(drop=True)
    summed = [c.name for c in shape.columns.values() if c.quantity and c.name in frame.columns]
    params = {"rows": len(frame), "years": len(out), "columns": summed}
    where = parts.where(int(rows[0]), "month")
    found.append(Finding("raw-months-summed", "note", where=where, params=params))
    own_rows = rows[first]
    for column in summed:
        value = frame[column].to_numpy(dtype=float)
        count = np.bincount(number[~np.isnan(value)], minlength=len(out))
        total = np.bincount(number, weights=np.nan_to_num(value), minlength=len(out))
        out[column] = np.where(count > 0, total, np.nan)
        found += _partial(out, column, count, own_rows, parts, partial)
    return out, own_rows, found


def _partial(
    frame: pd.DataFrame, column: str, count: np.ndarray, rows: np.ndarray, parts: Parts, partial: str
) -> list[Finding]:
    """Make a year that lacks months missing, or scale it up, and say so."""
    short = (count > 0) & (count < YEAR_MONTHS)
    if not short.any():
        return []
    at = int(np.argmax(short))
    params = {"column": column, "count": int(short.sum()), "months": int(count[at]), "rows": len(frame)}
    where = parts.where(int(rows[at]), column)
    if partial == "keep":
        return [Finding("raw-partial-year-kept", "warning", where=where, params=params)]
    value = frame[column].to_numpy(dtype=float, copy=True)
    if partial == "scale":
        value[short] *= YEAR_MONTHS / count[short]
    else:
        value[short] = np.nan
    frame[column] = value
    code = "raw-partial-year-scaled" if partial == "scale" else "raw-partial-year"
    return [Finding(code, "warning", where=where, params=params)]
