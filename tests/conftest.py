"""Where real data for checks are, and a small world to test in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from scindex import messages

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("SCINDEX_SHARED") or ROOT.parent / "shared")
_skipped: list[str] = []

# how long an example takes depends on the machine; benchmarks/ measure time, tests do not
settings.register_profile("scindex", deadline=None)
settings.load_profile("scindex")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real data that are not part of the project."""
    return SHARED


@pytest.fixture(autouse=True)
def english():
    """Tests speak English unless they say otherwise."""
    messages.use("en")
    yield
    messages.use(None)


def pytest_collection_modifyitems(items):
    """Skip what needs the shared data where they are not there."""
    if SHARED.is_dir():
        return
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="SCINDEX_SHARED is not there"))
            _skipped.append(item.nodeid)


def pytest_terminal_summary(terminalreporter):
    """Say how many tests were skipped for want of the shared data."""
    if _skipped:
        terminalreporter.write_line(
            f"{len(_skipped)} tests skipped: SCINDEX_SHARED ({SHARED.name}) is not there"
        )
