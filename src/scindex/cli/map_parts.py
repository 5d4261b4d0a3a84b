"""Options of a run in parts, and its progress line: ``scindex map build --workers 4``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scindex.cli.common import F, help_text, tell
from scindex.errors import ScindexError

if TYPE_CHECKING:
    from scindex.parted import Cutting
    from scindex.parts.progress import Progress

END = ".journal"
"""Of the folder beside DIR that keeps finished parts until the map is written."""

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class PartsAsked:
    """What the options say of a run in parts."""

    workers: int
    scheduler: str | None
    parts: int | None
    journal: str | None
    progress: bool


def parts_options(function: F) -> F:
    """Add the options of a run in parts; the command gets them as one argument, `asked`."""

    @wraps(function)
    def command(
        *args: Any, workers: int, scheduler: str | None, parts: int | None, journal: str | None,
        progress: bool, **options: Any,
    ) -> Any:  # fmt: skip
        asked = PartsAsked(workers, scheduler, parts, journal, progress)
        return function(*args, asked=asked, **options)

    wrapped: Any = command
    for option in (
        click.option("--progress", is_flag=True, help=help_text("option.parts-progress")),
        click.option("--journal", metavar="DIR", help=help_text("option.parts-journal")),
        click.option("--parts", type=int, metavar="N", help=help_text("option.parts-parts")),
        click.option("--scheduler", metavar="ADDRESS", help=help_text("option.parts-scheduler")),
        click.option("--workers", type=int, metavar="N", default=1, help=help_text("option.parts-workers")),
    ):
        wrapped = option(wrapped)
    return wrapped


@contextmanager
def in_parts(asked: PartsAsked, out: str | None, *, quiet: bool) -> Generator[Cutting, None, None]:
    """Give what a map is cut by; say where finished parts are if the run stops, tidy up if it does not."""
    from scindex.messages import label
    from scindex.parted import Cutting
    from scindex.parts.journal import MARK, Journal

    spare = Path(out).resolve().with_name(Path(out).resolve().name + END) if out else None
    journal = Path(asked.journal) if asked.journal else None
    terminal = sys.stderr.isatty()
    shown = asked.progress or (terminal and not quiet)
    cutting = Cutting(
        workers=asked.workers, scheduler=asked.scheduler, parts=asked.parts, journal=journal,
        spare=spare, progress=_line(rewrite=terminal) if shown else None,
    )  # fmt: skip
    folder = journal or spare
    try:
        yield cutting
    except (KeyboardInterrupt, ScindexError):
        if folder and (folder / MARK).is_file():
            done = len(list(folder.glob("*.part")))
            tell(label("parts.kept", path=folder.name, n=done))
        raise
    if journal is None and spare and (spare / MARK).is_file():
        Journal(spare).forget()


def _line(*, rewrite: bool) -> Callable[[Progress], None]:
    """Return what shows progress on stderr: one line that is written over, or a line each."""

    def show(now: Progress) -> None:
        last = now.done == now.of
        text = progress_text(now)
        if not rewrite:
            tell(text)
            return
        click.echo(f"\r\x1b[K{text}", file=sys.stderr, nl=last)

    return show


def progress_text(now: Progress) -> str:
    """Return parts done, rate and remaining time in words."""
    from scindex.messages import label

    text = label("parts.progress", done=now.done, of=now.of)
    if now.taken:
        text += label("parts.progress-taken", n=now.taken)
    if now.rate is not None:
        rate = f"{now.rate:,.0f}".replace(",", " ") if now.rows_of else f"{now.rate:.2g}"
        text += label("parts.progress-rows" if now.rows_of else "parts.progress-parts", rate=rate)
    if now.remaining:
        text += label("parts.progress-left", time=duration(now.remaining))
    return text


def duration(seconds: float) -> str:
    """Return a time as hours, minutes and seconds.

    Examples
    --------
    >>> duration(3.2), duration(75), duration(7260)
    ('4 s', '1 min 15 s', '2 h 1 min')
    """
    whole = int(-(-seconds // 1))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
