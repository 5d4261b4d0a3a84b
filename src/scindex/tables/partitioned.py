"""Tables too large for one reading, cut into parts: the files of a folder, or rows of one Parquet file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

from scindex.catalogue.maps import TablePlan
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.tables.geo_files import broken, digest
from scindex.tables.geo_parquet import Rows

ENDINGS = (".parquet", ".geoparquet", ".gpq", ".pq")
"""Files of a folder that are parts of its table."""

PART_ROWS = 1_000_000
"""Rows of one part where nothing else is asked: about half a gigabyte of memory for buildings."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """One part of a table: a file, or some rows of one.

    Attributes
    ----------
    table : str
        As MAP.yaml calls it.
    file : Path
    sha256 : str
        Of the whole file.
    rows : Rows or None
        None where the file is no Parquet, and is read as a whole.
    whole : bool
        Whether the part is all of its file.
    """

    table: str
    file: Path
    sha256: str
    rows: Rows | None = None
    whole: bool = True

    @property
    def count(self) -> int:
        """Rows of the part; 0 where they are not known before reading."""
        return self.rows.last - self.rows.first if self.rows else 0

    @property
    def name(self) -> str:
        """What progress and errors call it."""
        if self.whole or self.rows is None:
            return self.file.name
        return f"{self.file.name} {self.rows.first + 1}-{self.rows.last}"


def files_of(spec: TablePlan) -> list[Path]:
    """Return the files of a table in order of their names: its own, or those of its folder.

    Raises
    ------
    UsageError
        If there is no such file or folder.
    DataError
        If the folder holds no Parquet file.
    """
    if not spec.file.is_dir() or spec.file.suffix.lower() == ".gdb":
        return [spec.file]
    try:
        found = sorted(p for p in spec.file.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    except OSError as err:
        params = {"path": str(spec.file), "problem": err.strerror or str(err)}
        raise UsageError(Finding("unreadable-file", where=spec.file.name, params=params)) from None
    # names that begin so are the marks and leftovers of the programs that wrote the folder
    found = [p for p in found if not any(x[0] in "._" for x in p.relative_to(spec.file).parts)]
    if not found:
        raise DataError(Finding("parts-none", where=spec.file.name, params={"endings": list(ENDINGS)}))
    return found


def row_count(path: Path) -> int:
    """Return how many rows a Parquet file has; 0 for a file of another kind.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is broken.
    """
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as handle:
            if handle.read(4) != b"PAR1":
                return 0
        return int(pq.read_metadata(path).num_rows)
    except OSError as err:
        if err.strerror is None:  # pyarrow's own, about the contents
            raise broken(path, err) from None
        params = {"path": str(path), "problem": err.strerror}
        code = "no-such-file" if isinstance(err, FileNotFoundError) else "unreadable-file"
        raise UsageError(Finding(code, where=path.name, params=params)) from None
    except Exception as err:  # a broken file makes pyarrow raise many kinds
        raise broken(path, err) from None


def cut(name: str, spec: TablePlan, *, parts: int | None = None) -> list[TablePart]:
    """Cut a table into parts.

    Parameters
    ----------
    name : str
        As MAP.yaml calls the table.
    spec : TablePlan
        Its file may be a folder; each file of it is at least one part.
    parts : int, optional
        Parts of a table that is one Parquet file. Left out, files of more than twice a million
        rows are cut into parts of about a million.

    Returns
    -------
    list of TablePart
        In the order of the rows. The SHA-256 of every file is in them: each is read once for it.

    Raises
    ------
    UsageError, DataError
        As `files_of` and `row_count`.
    """
    files = files_of(spec)
    found: list[TablePart] = []
    for file in files:
        count, sha256 = row_count(file), digest(file)
        wanted = parts if len(files) == 1 and parts else _usual(count)
        spans = _spans(file, count, wanted) if count and wanted > 1 else [(0, count)]
        for first, last in spans:
            rows = Rows(first, last, sha256) if count else None
            found.append(TablePart(name, file, sha256, rows, len(spans) == 1))
    return found


def _usual(count: int) -> int:
    return ceil(count / PART_ROWS) if count > 2 * PART_ROWS else 1


def _spans(file: Path, count: int, parts: int) -> list[tuple[int, int]]:
    """Return first and last row of each part; between row groups where there are enough of them."""
    import numpy as np
    import pyarrow.parquet as pq

    meta = pq.read_metadata(file)
    ends = np.cumsum([meta.row_group(i).num_rows for i in range(meta.num_row_groups)])
    edges = np.rint(np.linspace(0, count, min(parts, count) + 1)).astype(np.int64)
    if len(ends) >= 2 * len(edges):
        edges[1:-1] = ends[np.searchsorted(ends, edges[1:-1])]
    edges = np.unique(edges)
    return [(int(a), int(b)) for a, b in pairwise(edges)]


def input_of(name: str, parts: Sequence[TablePart], used: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `provenance.inputs` says of a table in parts: one entry, whatever they are.

    Parameters
    ----------
    name : str
        Name of the file or folder.
    parts : sequence of TablePart
    used : Mapping
        What the first part said of its file.
    """
    files = {p.file: p.sha256 for p in parts}
    if len(files) == 1 and name in {f.name for f in files}:
        return {**used}
    lines = sorted(f"{sha256} {file.name}\n" for file, sha256 in files.items())
    whole = hashlib.sha256("".join(lines).encode()).hexdigest()
    return {**used, "name": name, "sha256": whole, "files": len(files)}
