"""Parts on the cores of this machine, each in a process of its own; a process that dies is replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from scindex.errors import ScindexError

TRIES = 3
"""Workers that one part may take with it before the run gives up."""


class Part(Protocol):
    """What a runner must know of a part."""

    @property
    def key(self) -> str:
        """Stands for all that the result depends on."""
        ...

    @property
    def name(self) -> str:
        """What a reader calls it."""
        ...


class WorkerLostError(Exception):
    """A part whose workers died again and again."""

    def __init__(self, part: Part, times: int) -> None:
        super().__init__(part.name)
        self.part, self.times = part, times


Done = tuple[Part, "bytes | ScindexError"]
Function = Callable[[Any, Any], bytes]

_kept: dict[str, Any] = {}


def in_pool(
    function: Function, parts: Sequence[Part], shared: Any, workers: int, tries: int = TRIES
) -> Generator[Done, None, None]:
    """Yield each part with its result, or with the error it raised, as they are done.

    Parameters
    ----------
    function : callable
        Of `shared` and a part; importable by name.
    parts : sequence of Part
    shared : object
        Sent to each process once.
    workers : int
    tries : int
        Processes that one part may take with it.

    Raises
    ------
    WorkerLostError
        If a part killed its process that often.

    Notes
    -----
    When a process dies, all that ran beside it is lost too, and nobody knows whose fault it was.
    So these parts are done again one at a time before the others go on.
    """
    waiting, suspects = deque(parts), deque[Part]()
    lost: Counter[str] = Counter()
    while waiting or suspects:
        alone = bool(suspects)
        queue = suspects if alone else waiting
        running: dict[Future[bytes], Part] = {}
        pool = _pool(function, shared, 1 if alone else min(workers, len(queue)))
        try:
            yield from _drain(pool, queue, running, 1 if alone else workers + 1)
        except BrokenProcessPool:
            for part in running.values():
                lost[part.key] += 1
                # what ran beside others is only suspected
                if lost[part.key] > tries or (alone and lost[part.key] >= tries):
                    raise WorkerLostError(part, lost[part.key]) from None
                suspects.append(part)
        finally:
            _end(pool)


def _drain(
    pool: ProcessPoolExecutor, queue: deque[Part], running: dict[Future[bytes], Part], most: int
) -> Generator[Done, None, None]:
    """Keep `most` parts running until the queue is empty; a broken pool leaves what ran in `running`."""
    while queue or running:
        while queue and len(running) < most:
            part = queue.popleft()
            try:
                running[pool.submit(_call, part)] = part
            except BrokenProcessPool:
                queue.appendleft(part)
                raise
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            try:
                result: bytes | ScindexError = future.result()
            except ScindexError as err:
                result = err
            yield running.pop(future), result


def _pool(function: Function, shared: Any, workers: int) -> ProcessPoolExecutor:
    # a fresh interpreter: what the parent has open, locked or running is not copied
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(function, shared))


def _end(pool: ProcessPoolExecutor) -> None:
    """Stop the processes of a pool now; what is not done is done again by another."""
    # the executor has no public way to end a process that is at work
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _begin(function: Function, shared: Any) -> None:
    """Prepare a worker: the parent alone hears Ctrl-C, and a worker ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _kept.update(function=function, shared=shared)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _call(part: Part) -> bytes:
    return _kept["function"](_kept["shared"], part)
