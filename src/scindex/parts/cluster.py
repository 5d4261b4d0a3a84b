"""Parts on the workers of a dask scheduler, on this machine or many."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from scindex.errors import ScindexError, UsageError
from scindex.extras import need
from scindex.findings import Finding
from scindex.parts.pool import Done, Function, Part, WorkerLostError

CONNECT = "20s"


def on_cluster(
    function: Function, parts: Sequence[Part], shared: Any, address: str
) -> Generator[Done, None, None]:
    """Yield each part with its result, or with the error it raised, as they are done.

    Parameters
    ----------
    function : callable
        Of `shared` and a part; the workers have this version of scindex and see the same files.
    parts : sequence of Part
    shared : object
        Sent to each worker once.
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    UsageError
        If dask is not installed or no scheduler answers.
    WorkerLostError
        If a part's workers died as often as the scheduler allows (`allowed-failures`).
    """
    distributed = need("cluster", "distributed")
    try:
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as err:
        params = {"address": address, "problem": str(err).splitlines()[0] if str(err) else type(err).__name__}
        raise UsageError(Finding("scheduler-unreachable", params=params)) from None
    with client, client.as_current():
        # a task and not scattered data: those are lost for good with the last worker that holds them
        sent = client.submit(_itself, shared, key=f"shared-{client.id}", pure=False)
        futures = {
            client.submit(function, sent, part, key=f"{part.key}-{client.id}", pure=False): part
            for part in parts
        }
        running = distributed.as_completed(list(futures))
        suspects: list[Part] = []
        try:
            for future in running:
                part = futures.pop(future)
                try:
                    yield part, _result(future)
                except distributed.scheduler.KilledWorker:
                    suspects.append(part)
                future.release()
        finally:
            client.cancel(list(futures))
        for part in suspects:
            yield part, _alone(function, part, shared, client)


def _alone(function: Function, part: Part, shared: Any, client: Any) -> bytes | ScindexError:
    """Run a part by itself: whoever shared a dying worker with the part that killed it is innocent."""
    distributed = need("cluster", "distributed")
    sent = client.submit(_itself, shared, key=f"shared-{part.key}-{client.id}", pure=False)
    future = client.submit(function, sent, part, key=f"{part.key}-alone-{client.id}", pure=False)
    try:
        return _result(future)
    except distributed.scheduler.KilledWorker as err:
        raise WorkerLostError(part, int(err.allowed_failures) + 1) from None


def _itself(shared: Any) -> Any:
    return shared


def _result(future: Any) -> bytes | ScindexError:
    try:
        return future.result()
    except ScindexError as err:
        return err
