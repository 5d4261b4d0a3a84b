"""Analyses and draws on the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.result import open_result

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "examples" / "sample_cities.csv")
PILOT = str(ROOT / "examples" / "pilot_cities.csv")
OPTIONS = {
    "--tradeoffs": "PRICES",
    "--sensitivity": "WHERE THE SPREAD COMES FROM",
    "--leave-out": "ONE LEFT OUT",
    "--coherence": "DOES IT HANG TOGETHER",
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "r.json"
    run(["score", SAMPLE, "--out", str(path), "--quiet", "--robust", "100"])
    return path.read_bytes()


@pytest.fixture
def saved(here, kept):
    Path("r.json").write_bytes(kept)
    return "r.json"


def call(capsys, *arguments):
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("option", OPTIONS)
def test_an_analysis_is_printed_after_the_score(capsys, saved, option):
    plain = call(capsys, "score", saved)[1]
    code, out, _ = call(capsys, "score", saved, option)
    assert code == 0
    assert out.startswith(plain.rstrip("\n"))
    assert f"\n{OPTIONS[option]}" in out


def test_several_are_printed_in_one_order(capsys, saved):
    _, out, _ = call(capsys, "score", saved, "--coherence", "--leave-out", "--tradeoffs")
    places = [out.index(OPTIONS[o]) for o in ("--tradeoffs", "--leave-out", "--coherence")]
    assert places == sorted(places)


def test_a_city_has_its_own_prices(capsys, saved):
    _, out, _ = call(capsys, "score", saved, "--city", "sample sands", "--tradeoffs", "--format", "csv")
    assert set(pd.read_csv(io.StringIO(out))["city"]) == {"Sample Sands"}


def test_one_analysis_as_csv_or_json_stands_alone(capsys, saved):
    _, out, _ = call(capsys, "score", saved, "--leave-out", "--format", "csv")
    assert list(pd.read_csv(io.StringIO(out)))[:3] == ["node", "removed", "level"]
    _, out, _ = call(capsys, "score", saved, "--coherence", "--format", "json")
    assert json.loads(out)["format"] == "scindex-coherence/1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tradeoffs", "--coherence", "--format", "csv"], "csv holds one table"),
        (["--tradeoffs", "--coherence", "--out", "-"], "csv holds one table"),
        (["--tradeoffs", "--out", "x.csv", "--quiet"], "would be lost"),
        (["--robust", "0", "--save-draws", "d.csv"], "makes no draws"),
        (["--save-draws", "d.xlsx"], "one of .csv, .parquet"),
        (["--out", "d.csv", "--save-draws", "./d.csv"], "is given for"),
        (["-f", "u4ssc", "-f", "oecd", "--save-draws", "d.csv"], "one framework"),
        (["--save-draws", "nowhere/d.csv"], "nowhere"),
        (["--robust", "1.5"], "--robust"),
    ],
)
def test_what_cannot_be_given_together_is_refused(capsys, here, arguments, said):
    code, out, err = call(capsys, "score", SAMPLE, *arguments)
    assert code == 2
    assert said in " ".join(err.split())
    assert not out
    assert not list(here.glob("*.csv"))


def test_a_saved_result_keeps_its_draws(capsys, saved):
    for given in (["--robust", "0"], ["--robust", "50"], ["--robust"]):
        code, _, err = call(capsys, "score", saved, *given)
        assert code == 2
        assert "--robust cannot change it" in " ".join(err.split())


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_draws_are_saved_and_a_saved_result_gives_the_same_ones(capsys, saved, ending):
    code, _, err = call(capsys, "score", SAMPLE, "--robust", "100", "--save-draws", f"one.{ending}")
    assert code == 0
    assert "written: one" in err
    call(capsys, "score", saved, "--save-draws", f"two.{ending}")
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    one, two = read(f"one.{ending}"), read(f"two.{ending}")
    assert one.equals(two)
    result = open_result(saved)
    assert len(one) == result.robust.n
    assert list(one)[:2] == ["draw", "recipe"]
    meta = json.loads(Path(f"one.{ending}.meta.json").read_text(encoding="utf-8"))
    assert meta["draws"]["seed"] == 0
    assert meta["draws"]["n"] == len(one)
    code, _, err = call(capsys, "score", saved, "--save-draws", f"one.{ending}")
    assert code == 2
    assert "--force" in err


def test_robust_without_a_number_means_a_thousand(capsys, here):
    call(capsys, "score", SAMPLE, "--robust", "--out", "a.json", "--quiet")
    call(capsys, "score", SAMPLE, "--robust", "300", "--out", "b.json", "--quiet")
    call(capsys, "score", SAMPLE, "--robust", "0", "--out", "c.json", "--quiet")
    plans = [json.loads(Path(f"{n}.json").read_text(encoding="utf-8"))["robust"] for n in "abc"]
    assert [p and p["plan"]["n"] for p in plans] == [1000, 300, None]
    _, out, _ = call(capsys, "score", "c.json")
    assert "HOW SURE" not in out


def test_a_saved_result_prints_how_sure_it_was(capsys, here):
    first = call(capsys, "score", SAMPLE, "--robust", "200", "--out", "r.json")[1]
    again = call(capsys, "score", "r.json")[1]
    assert "HOW SURE" in again
    assert first.partition("\nNEXT")[0] == again.partition("\nNEXT")[0]


@pytest.mark.parametrize("option", OPTIONS)
def test_nothing_comparable_is_said_and_is_no_error(capsys, here, option):
    code, out, _ = call(capsys, "score", PILOT, "-f", "u4ssc", "--robust", "0", option)
    assert code == 0
    assert OPTIONS[option] in out


@pytest.mark.parametrize("option", OPTIONS)
def test_korean_help_and_screens(capsys, saved, option):
    messages.use("ko")
    code, out, _ = call(capsys, "score", saved, option)
    assert code == 0
    assert OPTIONS[option] not in out
