"""Functions that workers run in tests, and parts for them; importable by name in a fresh process."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from scindex.errors import DataError
from scindex.findings import Finding


@dataclass(frozen=True)
class Numbered:
    """A part that is only a number."""

    number: int

    @property
    def key(self) -> str:
        return f"key{self.number}"

    @property
    def name(self) -> str:
        return f"part {self.number}"


PARTS = [Numbered(i) for i in range(6)]


def squared(shared: Path, part: Numbered) -> bytes:
    """Return the square, and leave a line that says so."""
    with (shared / f"done-{part.number}").open("a") as handle:
        handle.write("x")
    return str(part.number**2).encode()


def times_done(folder: Path) -> dict[int, int]:
    """Return how often `squared` ran for each part."""
    return {int(p.name[5:]): len(p.read_text()) for p in folder.glob("done-*")}


def killed_once(shared: Path, part: Numbered) -> bytes:
    """Kill the worker the first time that part 3 comes."""
    mark = shared / "killed"
    if part.number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return squared(shared, part)


def always_killed(shared: Path, part: Numbered) -> bytes:
    """Kill the worker whenever part 3 comes."""
    if part.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return squared(shared, part)


def faulty(shared: Path, part: Numbered) -> bytes:
    """Find a fault in every odd part."""
    if part.number % 2:
        raise DataError(Finding("raw-negative", where=f"a.csv!B{part.number}", value=-1.0))
    return squared(shared, part)
