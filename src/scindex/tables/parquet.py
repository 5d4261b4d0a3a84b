"""Parquet to grid: column names become the first row, numbers stay numbers."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.grid import Column, Grid, check_size

MAX_UNPACKED = 20_000_000_000


def read_parquet(data: bytes, name: str) -> Grid:
    """Read a Parquet file into a grid; its column names are row 1, as in a spreadsheet.

    Parameters
    ----------
    data : bytes
    name : str
        File name, as findings show it.

    Returns
    -------
    Grid

    Raises
    ------
    DataError
        If it is corrupted, beyond the limits, or holds nested columns.
    """
    try:
        return _read(data, name)
    except (pa.ArrowException, OSError, ValueError, TypeError) as err:
        problem = str(err).splitlines()[0][:200] if str(err) else type(err).__name__
        raise DataError(Finding("parquet-broken", where=name, params={"problem": problem})) from None


def _read(data: bytes, name: str) -> Grid:
    file = pq.ParquetFile(pa.BufferReader(data))
    meta = file.metadata
    check_size(name, meta.num_rows, meta.num_columns)
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if unpacked > MAX_UNPACKED:
        params = {"bytes": unpacked, "limit": MAX_UNPACKED}
        raise DataError(Finding("file-too-large", where=name, params=params))
    table = file.read(use_threads=False)
    table.validate(full=True)
    columns = tuple(
        _column(table.column(i), table.column_names[i], name, i) for i in range(table.num_columns)
    )
    return Grid(name, columns, np.arange(1, table.num_rows + 2))


def _column(values: pa.ChunkedArray, header: str, name: str, index: int) -> Column:
    if pa.types.is_nested(values.type) or pa.types.is_map(values.type):
        params = {"header": header, "kind": str(values.type)}
        raise DataError(Finding("parquet-nested", where=f"{name}!{index + 1}", params=params))
    if not _is_number(values.type):
        text = _text(values)
        return Column(pa.chunked_array([pa.array([header], pa.string()), *text.chunks], pa.string()))
    exact = values
    if pa.types.is_float16(values.type) or pa.types.is_float32(values.type):
        # 0.1 in 32 bits is 0.1 to its writer, and 0.10000000149 in 64 bits
        exact = values.cast(pa.float32()).cast(pa.string())
    number = np.asarray(exact.cast(pa.float64(), safe=False).to_numpy(), dtype=float)
    return Column(values, np.concatenate([[np.nan], number]), head=header)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        values = values.cast(pa.string())
    elif pa.types.is_null(values.type):
        return pa.chunked_array([pa.repeat(pa.scalar(""), len(values))])
    return pc.utf8_normalize(values.cast(pa.string()).fill_null(""), form="NFC")
