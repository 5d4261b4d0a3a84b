"""The examples are what their scripts make, and the real outlines build to a map."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scindex.mapping import carbon_map

FOLDER = Path(__file__).parents[1] / "examples" / "carbon_map"


def test_the_invented_town_is_what_its_script_makes(tmp_path):
    shutil.copy(FOLDER / "make.py", tmp_path)
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True)
    made = sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".py")
    assert made == [
        "building_energy.csv", "buildings.csv", "dong.geojson", "forest.geojson", "green.geojson",
        "residents.csv", "roads.geojson", "waste.csv",
    ]  # fmt: skip
    for name in made:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


@pytest.mark.slow
def test_real_outlines_conserve_every_tonne(tmp_path):
    """momepy's buildings and streets of Bubenec, split among cells of 10 m by area and length."""
    pytest.importorskip("momepy")
    subprocess.run([sys.executable, str(FOLDER / "bubenec.py"), str(tmp_path / "b")], check=True)
    made = carbon_map(tmp_path / "b" / "MAP.yaml")
    import geopandas as gpd

    energy = gpd.read_file(tmp_path / "b" / "buildings.gpkg")
    nano = made.pieces.groupby("layer")["nano"].sum()
    assert nano["building_electricity"] == sum(round(v * 0.4312 * 1e9) for v in energy["electricity_mwh"])
    assert made.pieces["cell"].nunique() > 1000
    assert made.contributors["units"].max() >= 2
