"""One function over many parts: whoever runs it, whatever dies, each part counts once."""

from __future__ import annotations

import pytest
from parts.doing import PARTS, Numbered, always_killed, faulty, killed_once, squared, times_done

from scindex.errors import DataError, MethodError, UsageError
from scindex.parts.run import run

SQUARES = [b"0", b"1", b"4", b"9", b"16", b"25"]


@pytest.fixture
def done(tmp_path):
    folder = tmp_path / "done"
    folder.mkdir()
    return folder


def results(paths):
    return [p.read_bytes() for p in paths]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_are_the_same_with_any_number_of_workers(tmp_path, done, workers):
    assert results(run(squared, PARTS, shared=done, workers=workers, journal=tmp_path / "j")) == SQUARES
    assert times_done(done) == dict.fromkeys(range(6), 1)


def test_results_come_in_the_order_of_the_parts(tmp_path, done):
    back = run(squared, PARTS[::-1], shared=done, journal=tmp_path / "j")
    assert results(back) == SQUARES[::-1]


def test_a_second_run_does_only_what_the_first_had_not_finished(tmp_path, done):
    run(squared, PARTS[:4], shared=done, journal=tmp_path / "j")
    assert results(run(squared, PARTS, shared=done, journal=tmp_path / "j")) == SQUARES
    assert times_done(done) == dict.fromkeys(range(6), 1)


def test_two_parts_of_one_key_are_one(tmp_path, done):
    assert results(run(squared, [PARTS[2], Numbered(2)], shared=done, journal=tmp_path / "j")) == [b"4"] * 2
    assert times_done(done) == {2: 1}


def test_a_half_written_result_is_not_taken_for_whole(tmp_path, done):
    run(squared, PARTS[:1], shared=done, journal=tmp_path / "j")
    (tmp_path / "j" / "key1.99.half").write_bytes(b"rubbish")
    assert results(run(squared, PARTS, shared=done, journal=tmp_path / "j")) == SQUARES
    assert not list((tmp_path / "j").glob("*.half"))


def test_a_killed_worker_is_replaced_and_its_part_done_again(tmp_path, done):
    back = run(killed_once, PARTS, shared=done, workers=2, journal=tmp_path / "j")
    assert results(back) == SQUARES
    assert (done / "killed").exists()
    # what had run beside the killed one may run again, and its result is the same; no part is left out
    assert set(times_done(done)) == set(range(6))


def test_a_part_that_always_kills_its_worker_is_named_and_the_others_are_kept(tmp_path, done):
    with pytest.raises(MethodError) as err:
        run(always_killed, PARTS, shared=done, workers=2, journal=tmp_path / "j")
    (found,) = err.value.findings
    assert (found.code, found.where, found.params["n"]) == ("part-failed", "part 3", 3)
    kept = {p.stem for p in (tmp_path / "j").glob("*.part")}
    assert "key3" not in kept
    assert results(run(squared, PARTS, shared=done, journal=tmp_path / "j")) == SQUARES


@pytest.mark.parametrize("workers", [1, 2])
def test_faults_of_all_parts_come_at_once_in_their_order(tmp_path, done, workers):
    with pytest.raises(DataError) as err:
        run(faulty, PARTS, shared=done, workers=workers, journal=tmp_path / "j")
    assert [f.where for f in err.value.findings] == ["a.csv!B1", "a.csv!B3", "a.csv!B5"]
    assert {p.stem for p in (tmp_path / "j").glob("*.part")} == {"key0", "key2", "key4"}


def test_a_folder_of_something_else_is_no_journal(tmp_path, done):
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(UsageError) as err:
        run(squared, PARTS, shared=done, journal=tmp_path)
    assert err.value.findings[0].code == "journal-not-ours"


def test_progress_counts_parts_and_those_of_an_earlier_run(tmp_path, done):
    told = []
    run(squared, PARTS[:2], shared=done, journal=tmp_path / "j")
    run(squared, PARTS, shared=done, journal=tmp_path / "j", progress=told.append)
    assert [t.done for t in told] == [2, 3, 4, 5, 6]
    assert {t.taken for t in told} == {2}
    assert told[-1].remaining == 0


def test_nothing_to_do_starts_no_worker(tmp_path, done):
    run(squared, PARTS, shared=done, journal=tmp_path / "j")
    assert results(run(squared, PARTS, shared=None, workers=2, journal=tmp_path / "j")) == SQUARES


def test_no_scheduler_is_said_with_its_address(tmp_path, done, monkeypatch):
    monkeypatch.setattr("scindex.parts.cluster.CONNECT", "1s")
    with pytest.raises(UsageError) as err:
        run(squared, PARTS, shared=done, scheduler="tcp://127.0.0.1:9", journal=tmp_path / "j")
    assert err.value.findings[0].code == "scheduler-unreachable"
