"""Write tables whole or not at all: CSV, JSON, Parquet and XLSX, with what a cell could do defused."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from scindex.errors import DataError, UsageError
from scindex.findings import Finding

ENCODINGS = ("utf-8", "utf-8-sig", "cp949")
XLSX_ROWS = 1_048_575
"""Rows an Excel sheet holds below its header."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read text as a formula (CWE-1236)."""


@contextmanager
def whole(path: Path, *, force: bool) -> Iterator[Path]:
    """Give a temporary file beside `path` that takes its place only if all went well.

    Parameters
    ----------
    path : Path
        The file to be written.
    force : bool
        Whether an existing file may be replaced.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    UsageError
        If the file exists, or its folder does not, or nothing can be written there.
    """
    if path.exists() and not force:
        raise UsageError(Finding("output-exists", where=path.name, params={"path": str(path)}))
    if not path.parent.is_dir():
        raise UsageError(Finding("no-such-folder", where=path.name, params={"path": str(path.parent)}))
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".scindex-", suffix=path.suffix)
        os.close(handle)
    except OSError as err:
        raise _cannot_write(path, err) from None
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as err:
        raise _cannot_write(path, err) from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: Path, *, force: bool = False) -> None:
    """Write a text as UTF-8, whole or not at all.

    Raises
    ------
    UsageError
        If the file exists, or it cannot be written.
    """
    with whole(path, force=force) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(path: Path, err: OSError) -> UsageError:
    reason = err.strerror or str(err)
    return UsageError(Finding("cannot-write", where=path.name, params={"path": str(path), "reason": reason}))


def defuse(text: str) -> str:
    """Return text that no spreadsheet reads as a formula; a lone sign stays as it is.

    Examples
    --------
    >>> defuse("=1+1"), defuse("-"), defuse("Ålesund")
    ("'=1+1", '-', 'Ålesund')
    """
    return "'" + text if len(text) > 1 and text.startswith(DANGEROUS) else text


def _defused(table: pd.DataFrame) -> pd.DataFrame:
    """Defuse every text column; numbers, and so negative ones, are never touched."""
    out = {}
    for name, column in table.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            out[name] = column.cat.rename_categories(_unique([defuse(str(c)) for c in column.cat.categories]))
        elif pd.api.types.is_string_dtype(column.dtype) or column.dtype == object:
            codes, values = pd.factorize(column)
            safe = np.array([*(defuse(v) if isinstance(v, str) else v for v in values), None], dtype=object)
            out[name] = pd.Series(safe[codes], index=column.index)
        else:
            out[name] = column
    return pd.DataFrame(out, index=table.index, copy=False)


def _unique(labels: list[str]) -> list[str]:
    """Keep categories distinct where defusing made two alike (``=a`` and ``'=a``)."""
    seen: set[str] = set()
    for i in range(len(labels)):
        while labels[i] in seen:
            labels[i] = "'" + labels[i]
        seen.add(labels[i])
    return labels


def write_csv(table: pd.DataFrame, handle: IO[bytes], encoding: str = "utf-8") -> None:
    """Write a table as CSV (RFC 4180): shortest round-trip numbers, text defused.

    Parameters
    ----------
    table : DataFrame
    handle : binary file
    encoding : {"utf-8", "utf-8-sig", "cp949"}

    Raises
    ------
    DataError
        If a character does not exist in `encoding`, naming it.
    """
    import pyarrow as pa
    import pyarrow.csv

    safe = _defused(table)
    for start in range(0, max(len(safe), 1), CHUNK):
        part = pa.Table.from_pandas(safe.iloc[start : start + CHUNK], preserve_index=False)
        plain = pa.table({n: _plain_text(part.column(n)) for n in part.column_names})
        sink = pa.BufferOutputStream()
        options = pyarrow.csv.WriteOptions(include_header=not start, quoting_style="needed")
        pyarrow.csv.write_csv(plain, sink, options)
        handle.write(_encoded(sink.getvalue(), encoding, first=not start))


CHUNK = 200_000
"""Rows turned into text at a time: memory stays bounded whatever the length of the table."""


def _encoded(utf8: Any, encoding: str, *, first: bool) -> Any:
    if encoding == "utf-8":
        return utf8
    text = utf8.to_pybytes().decode("utf-8")
    try:
        # the mark of utf-8-sig stands at the very beginning only
        return text.encode("utf-8" if encoding == "utf-8-sig" and not first else encoding)
    except UnicodeEncodeError as err:
        bad = text[err.start : err.end]
        raise DataError(Finding("not-in-encoding", value=bad, params={"encoding": encoding})) from None


def _plain_text(column: Any) -> Any:
    """Return a column of codes as the text it stands for."""
    import pyarrow as pa

    column = column.combine_chunks()
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def write_parquet(table: pd.DataFrame, path: Path, meta: Mapping[str, Any] | None = None) -> None:
    """Write a table as Parquet; `meta` goes into the file's own metadata under ``scindex``."""
    import pyarrow as pa
    import pyarrow.parquet

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    extra = {b"scindex": dump_json(meta).encode()} if meta else {}
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **extra})
    pyarrow.parquet.write_table(arrow, path, compression="snappy")


def write_xlsx(
    sheets: Mapping[str, pd.DataFrame], path: Path, formats: Mapping[str, str] | None = None
) -> None:
    """Write tables as sheets of a workbook; text is text, never a formula or a link.

    Parameters
    ----------
    sheets : Mapping of str to DataFrame
    path : Path
    formats : Mapping of str to str, optional
        Column -> how Excel shows its numbers (``0.0``); the cells keep every digit.

    Raises
    ------
    DataError
        If a table has more rows than a sheet holds.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    for name, table in sheets.items():
        if len(table) > XLSX_ROWS:
            raise DataError(
                Finding("too-many-rows-for-xlsx", where=name, params={"rows": len(table), "limit": XLSX_ROWS})
            )
    safe = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(path), {**safe, "nan_inf_to_errors": False})
    # a fixed date: same in, same out
    book.set_properties({"created": pd.Timestamp(2000, 1, 1).to_pydatetime()})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    shown = {column: book.add_format({"num_format": text}) for column, text in (formats or {}).items()}
    for name, table in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        if len(table):
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        for i, column in enumerate(table.columns):
            sheet.set_column(i, i, _column_width(table.iloc[:200, i], str(column)), shown.get(str(column)))
        sheet.set_row(0, 32)
        sheet.write_row(0, 0, [str(c) for c in table.columns], head)
        for r, row in enumerate(table.itertuples(index=False), start=1):
            for c, value in enumerate(row):
                _write_cell(sheet, r, c, value)
    try:
        book.close()
    except FileCreateError as err:
        raise OSError(str(err)) from None


def _column_width(values: pd.Series, name: str) -> int:
    """Fit text; Hangul takes two columns, as its bytes do in EUC-KR."""
    longest = max((len(v.encode("euc-kr", "replace")) for v in values if isinstance(v, str)), default=0)
    return max(9, min(longest + 2, 60), min(len(name.encode("euc-kr", "replace")) // 2 + 5, 20))


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value[:32767])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    else:
        sheet.write_number(row, column, value)


def dump_json(data: Any) -> str:
    """Return JSON text: sorted where order has no meaning, null for what is missing, no NaN."""
    return json.dumps(jsonable(data), ensure_ascii=False, allow_nan=False, indent=1)


def jsonable(value: Any) -> Any:
    """Return plain JSON types: NaN, NA and infinities become null.

    Examples
    --------
    >>> jsonable({"a": float("nan"), "b": (1, "x")})
    {'a': None, 'b': [1, 'x']}
    """
    if isinstance(value, Mapping):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(v) for v in value]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return int(value)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None if value is pd.NA else value if isinstance(value, int | str | bool) else str(value)


def columns_of(table: pd.DataFrame) -> dict[str, Any]:
    """Return a table as JSON columns: name -> list, null for what is missing."""
    out: dict[str, Any] = {}
    for name, column in table.items():
        values = column.astype(object).where(column.notna(), None).tolist()
        out[str(name)] = values
    return out
