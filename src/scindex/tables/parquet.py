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
from scindex.tables.grid import Column, Grid, check_size, letters

MAX_UNPACKED = 4_000_000_000
"""Bytes of all cells, or of the texts of one column, once unpacked."""


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
    schema = pq.read_schema(pa.BufferReader(data))
    # texts stay coded: a text of a megabyte may stand in every row of a small file
    texts = [f.name for f in schema if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
    file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=texts)
    meta = file.metadata
    check_size(name, meta.num_rows, len(schema))
    unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    _check_bytes(unpacked, name)
    table = file.read(use_threads=False)
    table.validate(full=True)
    columns = tuple(_column(c, h, name, i) for i, (c, h) in enumerate(zip(table.columns, table.column_names)))
    return Grid(name, columns, np.arange(1, table.num_rows + 2))


def _check_bytes(size: int, name: str) -> None:
    if size > MAX_UNPACKED:
        raise DataError(Finding("file-too-large", where=name, params={"bytes": size, "limit": MAX_UNPACKED}))


def _column(values: pa.ChunkedArray, header: str, name: str, index: int) -> Column:
    if pa.types.is_nested(values.type):
        params = {"header": header, "kind": str(values.type)}
        raise DataError(Finding("parquet-nested", where=f"{name}!{letters(index)}1", params=params))
    if not _is_number(values.type):
        return Column(_texts(values, header, name))
    exact = values
    if pa.types.is_float16(values.type) or pa.types.is_float32(values.type):
        # 0.1 in 32 bits is 0.1 to its writer, and 0.10000000149 in 64 bits
        exact = values.cast(pa.float32()).cast(pa.string())
    number = np.asarray(exact.cast(pa.float64(), safe=False).to_numpy(), dtype=float)
    return Column(values, np.concatenate([[np.nan], number]), head=header)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _texts(values: pa.ChunkedArray, header: str, name: str) -> pa.ChunkedArray:
    """Return the header and the texts below it, each distinct text kept once."""
    if not pa.types.is_dictionary(values.type):
        if pa.types.is_null(values.type):
            values = values.cast(pa.string())
        values = values.dictionary_encode()
    chunks = [pa.DictionaryArray.from_arrays(pa.array([0], pa.int32()), pa.array([header], pa.string()))]
    size = 0
    for chunk in values.chunks:
        known = pc.utf8_normalize(chunk.dictionary.cast(pa.string()).fill_null(""), form="NFC")
        known = pa.concat_arrays([known, pa.array([""], pa.string())])
        codes = chunk.indices.cast(pa.int32()).fill_null(len(known) - 1)
        size += pc.sum(pc.binary_length(known).take(codes)).as_py() or 0
        _check_bytes(size, name)
        chunks.append(pa.DictionaryArray.from_arrays(codes, known))
    return pa.chunked_array(chunks)
