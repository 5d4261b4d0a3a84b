"""A map from files in parts: the same map, from any cut and workers, killed runs included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from measure.map.city import districts, tables

from scindex.cli.root import run
from scindex.errors import DataError, UsageError
from scindex.mapping import carbon_map
from scindex.parted import Cutting

FRAMES = ("pieces", "contributors", "coverage", "areas", "layers")


def write_city(folder: Path, *, n: int = 60, meters: str = "apart", parts: int = 0) -> Path:
    """Write the tiny city as files: meters apart or in the buildings; buildings as one file or several."""
    raw = tables(n)
    districts().to_file(folder / "d.geojson")
    buildings, energy = raw["buildings"], raw["building_energy"]
    lone = pd.DataFrame({"building_id": ["z"], "electricity_mwh": [10.0], "gas_mwh": [1.0]})
    if meters == "apart":
        pd.concat([energy, lone]).to_csv(folder / "energy.csv", index=False)
    else:
        buildings = buildings.merge(energy, on="building_id", how="left")
    if parts:
        (folder / "b").mkdir()
        for i in range(parts):
            buildings.iloc[i::parts].to_parquet(folder / "b" / f"part-{i}.parquet")
    else:
        buildings.to_parquet(folder / "b.parquet", row_group_size=7)
    raw["road_links"].to_file(folder / "roads.geojson")
    said = {
        "map": "Tiny", "year": 2024, "crs": "EPSG:5179", "cells": "100 m", "region": "KR",
        "districts": {"file": "d.geojson", "code": "code", "name": "name"},
        "tables": {
            "buildings": {"file": "b" if parts else "b.parquet"},
            **({"building_energy": {"file": "energy.csv"}} if meters == "apart" else {}),
            "road_links": {"file": "roads.geojson"},
        },
        "layers": ["building_electricity", "building_gas", "road_traffic"],
        "factors": {"electricity": {"year": 2023}, "vehicles": {"year": 2018}, "eui": {"climate": "central"}},
    }  # fmt: skip
    (folder / "MAP.yaml").write_text(yaml.safe_dump(said))
    return folder / "MAP.yaml"


def assert_same(one, two):
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))


@pytest.mark.parametrize("meters", ["apart", "inside"])
def test_parts_change_neither_figures_nor_findings_nor_provenance(tmp_path, meters):
    path = write_city(tmp_path, meters=meters)
    whole, parts = carbon_map(path), carbon_map(path, cutting=Cutting(parts=5))
    assert_same(whole, parts)
    assert {repr(f) for f in whole.findings} == {repr(f) for f in parts.findings}
    assert whole.provenance == parts.provenance


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_workers_change_nothing(tmp_path, workers):
    path = write_city(tmp_path)
    one = carbon_map(path, cutting=Cutting(parts=4))
    assert_same(one, carbon_map(path, cutting=Cutting(parts=4, workers=workers)))


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_as_processes(tmp_path):
    distributed = pytest.importorskip("distributed")
    path = write_city(tmp_path)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        carbon_map(
            path, cutting=Cutting(parts=3, scheduler=cluster.scheduler_address, journal=tmp_path / "c")
        )
    carbon_map(path, cutting=Cutting(parts=3, journal=tmp_path / "p"))
    first, second = ({f.name: f.read_bytes() for f in (tmp_path / j).iterdir()} for j in "cp")
    assert first == second


def test_a_folder_of_parts_is_one_table(tmp_path):
    for name in ("one", "many"):
        (tmp_path / name).mkdir()
    one = carbon_map(write_city(tmp_path / "one"))
    many = carbon_map(write_city(tmp_path / "many", parts=4))
    assert_same(one, many)
    assert "buildings" not in {str(i["name"]) for i in many.provenance.inputs}
    assert [i["files"] for i in many.provenance.inputs if i["name"] == "b"] == [4]


def test_a_building_in_two_parts_is_refused(tmp_path):
    path = write_city(tmp_path, parts=3)
    first = gpd.read_parquet(tmp_path / "b" / "part-0.parquet")
    first.iloc[:2].to_parquet(tmp_path / "b" / "part-9.parquet")
    with pytest.raises(DataError) as err:
        carbon_map(path)
    (found,) = err.value.findings
    assert found.code == "parts-id-twice"
    assert found.params["parts"] == ["part-0.parquet", "part-9.parquet"]


def test_faults_of_all_parts_are_named_at_once(tmp_path):
    path = write_city(tmp_path, parts=3)
    for name in ("part-0", "part-2"):
        file = tmp_path / "b" / f"{name}.parquet"
        wrong = gpd.read_parquet(file)
        wrong.loc[wrong.index[1], "floor_area_m2"] = -5.0
        wrong.to_parquet(file)
    with pytest.raises(DataError) as err:
        carbon_map(path)
    wheres = [f.where for f in err.value.findings if f.severity == "error"]
    assert wheres == ["part-0.parquet feature 2", "part-2.parquet feature 2"]


def test_another_plan_or_other_data_never_take_an_old_result(tmp_path):
    path = write_city(tmp_path)
    cutting = Cutting(parts=2, journal=tmp_path / "j")
    carbon_map(path, cutting=cutting)
    kept = {f.name for f in (tmp_path / "j").glob("*.part")}
    text = path.read_text()
    path.write_text("# a remark changes nothing\n" + text)
    carbon_map(path, cutting=cutting)
    assert {f.name for f in (tmp_path / "j").glob("*.part")} == kept
    path.write_text(text.replace("100 m", "50 m"))
    carbon_map(path, cutting=cutting)
    assert len(list((tmp_path / "j").glob("*.part"))) == 2 * len(kept)


def test_a_result_that_was_damaged_is_named(tmp_path):
    path = write_city(tmp_path)
    cutting = Cutting(parts=2, journal=tmp_path / "j")
    carbon_map(path, cutting=cutting)
    next((tmp_path / "j").glob("*.part")).write_bytes(b"rubbish")
    with pytest.raises(DataError) as err:
        carbon_map(path, cutting=cutting)
    assert err.value.findings[0].code == "journal-broken"


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"parts": -1}])
def test_counts_below_one_are_refused(tmp_path, wrong):
    with pytest.raises(UsageError):
        carbon_map(write_city(tmp_path), cutting=Cutting(**wrong))


def test_a_table_that_cannot_be_cut_is_said(tmp_path):
    path = write_city(tmp_path)
    gpd.read_parquet(tmp_path / "b.parquet").to_file(tmp_path / "b.gpkg")
    path.write_text(path.read_text().replace("b.parquet", "b.gpkg"))
    with pytest.raises(UsageError) as err:
        carbon_map(path, cutting=Cutting(parts=2))
    assert err.value.findings[0].code == "parts-not-cut"


def test_the_journal_goes_when_the_map_is_written_and_a_named_one_stays(tmp_path, capsys):
    path = write_city(tmp_path)
    assert run(["map", "build", str(path), "--out", str(tmp_path / "m"), "--parts", "3", "-q"]) == 0
    assert not (tmp_path / "m.journal").exists()
    named = ["--journal", str(tmp_path / "j"), "--progress"]
    assert run(["map", "build", str(path), "--out", str(tmp_path / "n"), "-q", *named]) == 0
    assert len(list((tmp_path / "j").glob("*.part"))) == 2
    assert "2 of 2 parts" in capsys.readouterr().err
    first, second = ((tmp_path / f / "map.json").read_bytes() for f in "mn")
    assert first == second


def start(path: Path, out: Path, journal: Path) -> subprocess.Popen[bytes]:
    words = ["map", "build", str(path), "--out", str(out), "--journal", str(journal)]
    command = [sys.executable, "-m", "scindex", *words, "--workers", "2", "--parts", "40", "-q"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)


def wait_for(journal: Path, n: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(3000):
        if len(list(journal.glob("*.part"))) >= n:
            return
        assert process.poll() is None, "the run ended before it could be stopped"
        time.sleep(0.01)
    raise AssertionError("no part was done")


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(p) for p in found.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes under /proc")
def test_a_killed_run_goes_on_to_the_same_bytes_and_leaves_no_process(tmp_path):
    path = write_city(tmp_path, n=2000, meters="inside")
    process = start(path, tmp_path / "m", tmp_path / "j")
    wait_for(tmp_path / "j", 3, process)
    workers = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = {f.name: f.stat().st_mtime_ns for f in (tmp_path / "j").glob("*.part")}
    assert 3 <= len(before) < 41
    assert not (tmp_path / "m").exists()
    for _ in range(500):
        if not any(is_running(p) for p in workers):
            break
        time.sleep(0.01)
    assert not any(is_running(p) for p in workers)
    again = start(path, tmp_path / "m", tmp_path / "j")
    assert again.wait() == 0
    after = {f.name: f.stat().st_mtime_ns for f in (tmp_path / "j").glob("*.part")}
    assert before.items() <= after.items(), "a finished part was done again"
    assert run(["map", "build", str(path), "--out", str(tmp_path / "whole"), "-q"]) == 0
    for name in ("pieces.parquet", "contributors.parquet", "coverage.parquet", "cells.csv"):
        assert (tmp_path / "m" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_keeps_the_journal(tmp_path):
    path = write_city(tmp_path, n=2000, meters="inside")
    process = start(path, tmp_path / "m", tmp_path / "j")
    wait_for(tmp_path / "j", 2, process)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert b"Finished parts are kept in j" in told
    assert len(list((tmp_path / "j").glob("*.part"))) >= 2
    assert not (tmp_path / "m").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes under /proc")
def test_a_killed_worker_changes_nothing(tmp_path):
    path = write_city(tmp_path, n=2000, meters="inside")
    process = start(path, tmp_path / "m", tmp_path / "j")
    wait_for(tmp_path / "j", 2, process)
    workers = [p for p in children(process.pid) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
    assert process.wait() == 0
    assert run(["map", "build", str(path), "--out", str(tmp_path / "whole"), "-q"]) == 0
    for name in ("pieces.parquet", "contributors.parquet", "coverage.parquet"):
        assert (tmp_path / "m" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_the_size_of_a_part_is_said_in_rows(tmp_path):
    told = []
    carbon_map(write_city(tmp_path), cutting=Cutting(parts=3, progress=told.append))
    assert np.array([t.of for t in told]).tolist() == [4] * 5
