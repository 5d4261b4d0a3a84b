"""The same bytes from a dask cluster as from this process, killed workers included."""

from __future__ import annotations

import pytest
from parts.doing import PARTS, always_killed, faulty, killed_once, squared

from scindex.errors import DataError, MethodError
from scindex.parts.run import run

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
SQUARES = [b"0", b"1", b"4", b"9", b"16", b"25"]


@pytest.fixture(scope="module")
def address():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def results(paths):
    return [p.read_bytes() for p in paths]


def test_results_are_those_of_one_process(tmp_path, address):
    assert results(run(squared, PARTS, shared=tmp_path, scheduler=address, journal=tmp_path / "j")) == SQUARES


def test_a_killed_worker_costs_nothing_but_time(tmp_path, address):
    back = run(killed_once, PARTS, shared=tmp_path, scheduler=address, journal=tmp_path / "j")
    assert results(back) == SQUARES
    assert (tmp_path / "killed").exists()


def test_a_part_that_always_kills_its_worker_is_named(tmp_path, address):
    with pytest.raises(MethodError) as err:
        run(always_killed, PARTS, shared=tmp_path, scheduler=address, journal=tmp_path / "j")
    assert err.value.findings[0].where == "part 3"


def test_faults_of_all_parts_come_at_once(tmp_path, address):
    with pytest.raises(DataError) as err:
        run(faulty, PARTS, shared=tmp_path, scheduler=address, journal=tmp_path / "j")
    assert [f.where for f in err.value.findings] == ["a.csv!B1", "a.csv!B3", "a.csv!B5"]
