"""The public surface: whole, sorted, documented, and free of heavy imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import scindex

HEAVY = {"yaml", "rich", "pandas", "pandera", "geopandas", "numpy", "pyarrow", "pint"}


def test_all_is_sorted_and_every_name_resolves():
    assert scindex.__all__ == sorted(scindex.__all__)
    for name in scindex.__all__:
        assert getattr(scindex, name).__doc__, name


def test_no_public_name_is_a_module():
    modules = {p.stem for p in Path(scindex.__file__).parent.iterdir()}
    assert not set(scindex.__all__) & modules


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="scoer"):
        scindex.scoer  # noqa: B018


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["score", "--help"], ["catalogue", "--help"], ["--lang", "ko", "--help"]],
)
def test_help_loads_nothing_heavy(arguments):
    code = (
        f"import sys; sys.argv = ['scindex', *{arguments!r}]\nfrom scindex.cli import main\n"
        "try:\n main()\nexcept SystemExit as e:\n assert not e.code\n"
        f"print('LOADED', *sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED"
