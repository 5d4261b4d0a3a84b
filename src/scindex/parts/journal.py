"""A folder that remembers what parts gave: one file each, whole or not there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scindex.errors import DataError, UsageError
from scindex.findings import Finding

MARK = "journal.json"
FORMAT = '{"format": "scindex-parts/1"}\n'
END, HALF = ".part", ".half"


@dataclass(frozen=True)
class Journal:
    """Results of parts by key.

    A result is written beside its name and renamed, so that a file of that name is always
    whole. Two runs may share a journal: a key stands for everything its result depends on, so
    whichever writes last writes the same bytes.

    Attributes
    ----------
    folder : Path
    """

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Journal:
        """Open a journal, or begin one.

        Raises
        ------
        UsageError
            If the folder holds anything else, or cannot be made.
        """
        mark = folder / MARK
        try:
            if folder.exists() and not mark.is_file() and (not folder.is_dir() or any(folder.iterdir())):
                raise UsageError(Finding("journal-not-ours", where=folder.name, params={"path": str(folder)}))
            folder.mkdir(parents=True, exist_ok=True)
            mark.write_text(FORMAT, encoding="utf-8")
            for half in folder.glob(f"*{HALF}"):
                half.unlink(missing_ok=True)
        except OSError as err:
            raise UsageError(_cannot(folder, err)) from None
        return cls(folder)

    def path(self, key: str) -> Path:
        """Return where the result of a key is, or would be."""
        return self.folder / f"{key}{END}"

    def done(self, key: str) -> bool:
        """Return whether the result of a key is there."""
        return self.path(key).is_file()

    def keep(self, key: str, result: bytes) -> Path:
        """Write a result, whole or not at all.

        Raises
        ------
        UsageError
            If it cannot be written.
        """
        path = self.path(key)
        half = self.folder / f"{key}.{os.getpid()}{HALF}"
        try:
            with half.open("wb") as handle:
                handle.write(result)
                handle.flush()
                os.fsync(handle.fileno())
            half.replace(path)
        except OSError as err:
            half.unlink(missing_ok=True)
            raise UsageError(_cannot(self.folder, err)) from None
        return path

    def result(self, path: Path) -> bytes:
        """Return what was kept.

        Raises
        ------
        DataError
            If it cannot be read.
        """
        try:
            return path.read_bytes()
        except OSError as err:
            raise broken(path, err) from None

    def forget(self) -> None:
        """Delete the journal, and nothing in its folder that is not of it."""
        for file in self.folder.glob(f"*{END}"):
            file.unlink(missing_ok=True)
        (self.folder / MARK).unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()


def broken(path: Path, err: BaseException) -> DataError:
    """Return the error of a result that cannot be read."""
    params = {"file": path.name, "problem": str(err)}
    return DataError(Finding("journal-broken", where=path.name, params=params))


def _cannot(folder: Path, err: OSError) -> Finding:
    params = {"path": str(folder), "reason": err.strerror or str(err)}
    return Finding("cannot-write", where=folder.name, params=params)
