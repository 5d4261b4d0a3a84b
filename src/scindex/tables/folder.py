"""A folder of tables that is written whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.tables.write import write_csv


def check_folder(folder: Path, *, force: bool, mark: str) -> None:
    """Refuse a folder that may not be written, before any work is done for it.

    Raises
    ------
    UsageError
        As `whole_folder` does.
    """
    folder = folder.resolve()
    there = folder.exists()
    if there and not (folder.is_dir() and not any(folder.iterdir())):
        ours = folder.is_dir() and (folder / mark).is_file()
        if not force:
            raise UsageError(Finding("output-exists", where=folder.name, params={"path": str(folder)}))
        if not ours:
            raise UsageError(
                Finding("folder-not-ours", where=folder.name, params={"path": str(folder), "mark": mark})
            )
    if not folder.parent.is_dir():
        raise UsageError(Finding("no-such-folder", where=folder.name, params={"path": str(folder.parent)}))


@contextmanager
def whole_folder(folder: Path, *, force: bool, mark: str) -> Iterator[Path]:
    """Give a temporary folder beside `folder` that takes its place only if all went well.

    Parameters
    ----------
    folder : Path
    force : bool
        Whether one that is there may be replaced; only one that holds `mark` ever is.
    mark : str
        File that tells a folder of this kind, so that no other is ever deleted.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    UsageError
        If the folder exists and may not be replaced, or cannot be written.
    """
    folder = folder.resolve()
    check_folder(folder, force=force, mark=mark)
    try:
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".scindex-"))
        temporary.chmod(0o755)
    except OSError as err:
        raise UsageError(_cannot(folder, err)) from None
    try:
        yield temporary
        _swap(temporary, folder)
    except OSError as err:
        raise UsageError(_cannot(folder, err)) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _swap(temporary: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one goes last."""
    if not folder.exists():
        temporary.replace(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".scindex-old-"))
    folder.replace(old / folder.name)
    try:
        temporary.replace(folder)
    except OSError:
        (old / folder.name).replace(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _cannot(folder: Path, err: OSError) -> Finding:
    params = {"path": str(folder), "reason": err.strerror or str(err)}
    return Finding("cannot-write", where=folder.name, params=params)


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet; the same table gives the same bytes."""
    frame.reset_index(drop=True).to_parquet(path, compression="zstd", index=False)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV for people, with what a cell could do defused."""
    with path.open("wb") as handle:
        write_csv(frame, handle, "utf-8-sig")


def read_frame(path: Path) -> pd.DataFrame:
    """Read what `write_frame` wrote.

    Raises
    ------
    DataError
        If it is not there or not readable.
    """
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as err:
        raise DataError(Finding("map-broken", where=path.name, params={"problem": str(err)})) from None


def read_json(path: Path) -> Any:
    """Read a JSON file; None where there is none.

    Raises
    ------
    DataError
        If it is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return None
    except ValueError as err:
        raise DataError(Finding("map-broken", where=path.name, params={"problem": str(err)})) from None
