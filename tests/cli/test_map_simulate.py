"""``scindex map simulate``: screens, files, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.errors import UsageError
from scindex.mapping import open_map
from scindex.screens.layout import width
from scindex.simulating import years_of

PLAN = Path(__file__).parents[2] / "examples" / "carbon_map" / "MAP.yaml"


def call(capsys, *words):
    code = run(["map", "simulate", str(PLAN), *map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_pair_stands_beside_each_other_and_says_what_it_is(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(capsys, "-s", "fewer_cars", "-s", "more_evs", "--years", "2030,2050")
    assert code == 0
    assert "Attributional" in out
    for text in ("FEWER CAR KILOMETRES", "MORE ELECTRIC CARS", "BESIDE EACH OTHER", "2024-2050"):
        assert text in out
    assert max(width(line) for line in out.splitlines()) <= 80


def test_a_folder_holds_tables_that_add_up_and_a_map_that_opens(capsys, tmp_path):
    out = tmp_path / "plans"
    words = ("-s", "more_evs+grid_path_kr", "--years", "2040", "--net-zero", "2040", "--out", out, "-q")
    assert call(capsys, *words)[0] == 0
    totals = pd.read_csv(out / "totals.csv")
    difference = pd.read_parquet(out / "difference.parquet")
    shares = pd.read_csv(out / "attribution.csv")
    by_year = totals.groupby("year")["nano"].sum()
    assert by_year[2040] - by_year[2024] == difference["difference_nano"].sum() == shares["nano"].sum()
    made = open_map(out / "map")
    there = made.pieces[made.pieces["scenario"] == "more_evs+grid_path_kr"]
    assert there["nano"].sum() == by_year[2040]
    head = json.loads((out / "scenarios.json").read_text(encoding="utf-8"))
    assert head["result"] == "attributional"
    assert not pd.read_csv(out / "netzero.csv")["reached"].any()
    before = (out / "totals.csv").read_bytes()
    code, _, err = call(capsys, *words)
    assert (code, "exists" in err) == (2, True)
    assert call(capsys, *words, "--force")[0] == 0
    assert (out / "totals.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-s", "fewer_car"), 2, "fewer_cars"),
        (("-s", "nowhere.yaml"), 2, "nowhere.yaml"),
        (("-s", "fewer_cars", "--years", "soon"), 2, "soon"),
        (("-s", "fewer_cars", "--years", "2020"), 1, "2020"),
        (("-s", "fewer_cars", "--years", "2030", "--net-zero", "2030", "--district", "1"), 2, "'1'"),
    ],
)
def test_wrong_calls_are_refused_in_words(capsys, words, code, said):
    found, _, err = call(capsys, *words)
    assert (found, said in err) == (code, True)


def test_every_fault_of_a_scenario_comes_with_its_line(capsys, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        "scenario: bad\nname: Bad\nlevers:\n  homes:\n    lever: retrofit\n"
        "    rate: {2030: 30}\n    saving: -1\n    standing: recalled\n",
        encoding="utf-8",
    )
    code, _, err = call(capsys, "-s", path)
    assert code == 1
    assert "bad.yaml:6" in err
    assert "bad.yaml:7" in err


def test_the_screen_is_korean_where_the_reader_is(capsys):
    messages.use("ko")
    _, out, _ = call(capsys, "-s", "grid_path_kr", "--years", "2050")
    assert "귀속적" in out


def test_years_are_whole_numbers():
    assert years_of(None) is None
    assert years_of("2040,2030") == [2030, 2040]
    with pytest.raises(UsageError):
        years_of("20x0")
