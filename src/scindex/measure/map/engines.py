"""Which fast engines are at hand: what is computed does not depend on them, only how long it takes."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

from scindex.findings import Finding

ENGINES = {"numba": "numba", "exactextract": "exactextract"}
"""Package by the name that the kernels know it under."""


@lru_cache(maxsize=8)
def present(engine: str) -> bool:
    """Tell whether an engine is installed, without importing it."""
    return find_spec(ENGINES[engine]) is not None


def slower_ways() -> tuple[Finding, ...]:
    """Say which kernels take a slower way because their engine is absent.

    Returns
    -------
    tuple of Finding
        A note for each absent engine that is missed; none where numba is installed, which does
        all that exactextract would.

    Examples
    --------
    >>> all(finding.severity == "note" for finding in slower_ways())
    True
    """
    absent = [] if present("numba") else [engine for engine in ENGINES if not present(engine)]
    return tuple(Finding(f"slower-without-{engine}", "note", params={"package": engine}) for engine in absent)
