"""Run one pure function over the parts of a table: here, in processes, or on a cluster; the same bytes."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from scindex.errors import DataError, MethodError, ScindexError
from scindex.findings import Finding
from scindex.parts.journal import Journal
from scindex.parts.pool import Done, Function, Part, WorkerLostError, in_pool
from scindex.parts.progress import Progress

MOST_FAILED = 20
"""Parts with faults after which a run stops: one wrong heading need not be told a thousand times."""


def run(
    function: Function,
    parts: Sequence[Part],
    *,
    shared: Any = None,
    workers: int = 1,
    scheduler: str | None = None,
    journal: Path,
    progress: Callable[[Progress], None] | None = None,
) -> list[Path]:
    """Give every part to a function, and keep each result in a file.

    Parameters
    ----------
    function : callable
        Of `shared` and one part; returns bytes that depend on these two alone. Importable by name.
    parts : sequence of Part
        Each with a ``key`` that stands for all that its result depends on, ``shared`` included,
        a ``name``, and ``count`` rows where they are known.
    shared : object, optional
        What every part needs. It is sent to each worker once.
    workers : int
        Processes on this machine; with one, everything is done in this one.
    scheduler : str, optional
        Address of a dask scheduler, whose workers are used instead.
    journal : Path
        Folder of the results, by key. Parts whose result is there are not done again.
    progress : callable, optional
        Told how far the run is, after each part.

    Returns
    -------
    list of Path
        The result of each part, in their order.

    Raises
    ------
    UsageError
        If the journal is another folder, or no scheduler answers.
    DataError
        With the faults of all parts that have some, in their order.
    MethodError
        If a part's workers died again and again; finished parts are kept.
    """
    kept = Journal.at(journal)
    todo = [p for p in {p.key: p for p in parts}.values() if not kept.done(p.key)]
    tell = _teller(len({p.key for p in parts}), todo, progress)
    failed: dict[str, DataError] = {}
    tell(None)
    try:
        with closing(_results(function, todo, shared, workers, scheduler)) as results:
            for part, result in results:
                if isinstance(result, bytes):
                    kept.keep(part.key, result)
                    tell(part)
                elif not isinstance(result, DataError):
                    raise result
                else:
                    failed[part.key] = result
                    if len(failed) >= MOST_FAILED:
                        break
    except WorkerLostError as err:
        params = {"part": err.part.name, "n": err.times, "journal": str(journal)}
        raise MethodError(Finding("part-failed", where=err.part.name, params=params)) from None
    if failed:
        raise DataError(*(f for p in todo if p.key in failed for f in failed[p.key].findings))
    return [kept.path(p.key) for p in parts]


def _results(
    function: Function, parts: Sequence[Part], shared: Any, workers: int, scheduler: str | None
) -> Generator[Done, None, None]:
    if not parts:
        return _here(function, (), shared)
    if scheduler:
        from scindex.parts.cluster import on_cluster

        return on_cluster(function, parts, shared, scheduler)
    if workers > 1:
        return in_pool(function, parts, shared, workers)
    return _here(function, parts, shared)


def _here(function: Function, parts: Sequence[Part], shared: Any) -> Generator[Done, None, None]:
    for part in parts:
        try:
            result: bytes | ScindexError = function(shared, part)
        except ScindexError as err:
            result = err
        yield part, result


def _teller(
    of: int, todo: Sequence[Part], progress: Callable[[Progress], None] | None
) -> Callable[[Part | None], None]:
    """Return what is called after each part; it counts and times."""
    rows = [int(getattr(p, "count", 0)) for p in todo]
    rows_of = sum(rows) if all(rows) else 0
    began = time.perf_counter()
    state = {"done": of - len(todo), "rows": 0}

    def tell(part: Part | None) -> None:
        if part is not None:
            state["done"] += 1
            state["rows"] += int(getattr(part, "count", 0))
        if progress is not None:
            seconds = time.perf_counter() - began
            progress(Progress(state["done"], of, of - len(todo), state["rows"], rows_of, seconds))

    return tell
