"""The wheel carries its data and does the main job away from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, **options)


@pytest.mark.slow
def test_the_wheel_does_the_main_job_apart_from_the_checkout(tmp_path):
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT
    )
    assert built.returncode == 0, built.stdout + built.stderr
    wheel = next((tmp_path / "dist").glob("*.whl"))
    apart = tmp_path / "apart"
    done = run(sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target", apart, wheel)
    assert done.returncode == 0, done.stderr
    shutil.copy(ROOT / "examples" / "pilot_cities.csv", tmp_path / "city.csv")
    there = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(apart), "SCINDEX_LANG": "en"}}
    where = run(sys.executable, "-c", "import scindex; print(scindex.__file__)", **there)
    assert where.stdout.startswith(str(apart))
    for command in (
        ["score", "city.csv"],
        ["validate", "city.csv"],
        ["catalogue", "check"],
        ["template", "u4ssc", "--out", "t.xlsx"],
    ):
        done = run(sys.executable, "-m", "scindex", *command, **there)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "t.xlsx").stat().st_size > 10_000
    assert "Karmøy" in run(sys.executable, "-m", "scindex", "score", "city.csv", **there).stdout


def test_an_editable_install_finds_the_data_at_the_repository_root():
    from scindex._resources import root

    assert (root() / "indicators" / "frameworks" / "u4ssc.yaml").is_file()
    assert (root() / "schemas").is_dir()
