import csv
import json

import pytest
from measure.map.planted import cluster, noise, planted_map

from scindex.cli.root import run
from scindex.mapping import save_map


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("maps") / "planted"
    save_map(planted_map(cluster()), path)
    return str(path)


QUICK = ["--sizes", "100,200", "--permutations", "1999"]


@pytest.mark.slow
def test_the_screen_shows_sizes_spots_inequality_and_balances(folder, capsys):
    assert run(["map", "hotspots", folder, *QUICK]) == 0
    shown = capsys.readouterr().out
    for word in ("HOLD AT BOTH SIZES", "100 m", "200 m", "Gini", "BALANCES", "City"):
        assert word in shown
    assert "hotspots." not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_screen_speaks_korean(folder, capsys):
    from scindex import messages

    messages.use("ko")
    try:
        assert run(["map", "hotspots", folder, *QUICK]) == 0
    finally:
        messages.use(None)
    assert "두 크기 모두에서 유지" in capsys.readouterr().out


def test_csv_has_a_row_for_each_tested_cell(folder, tmp_path, capsys):
    out = tmp_path / "spots.csv"
    assert run(["map", "hotspots", folder, *QUICK, "--out", str(out), "--quiet"]) == 0
    with out.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 400 + 100
    assert capsys.readouterr().out == ""


def test_json_holds_tests_curve_and_balances(folder, capsys):
    assert run(["map", "hotspots", folder, *QUICK, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) >= {"hotspots", "concentration", "balances", "findings"}
    assert found["hotspots"]["provenance"]["recipe"]["seed"] == 0


def test_the_same_call_gives_the_same_bytes(folder, capsys):
    shown = []
    for _ in range(2):
        run(["map", "hotspots", folder, *QUICK, "--format", "csv"])
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    ("options", "code"), [(["--layer", "gaz"], 2), (["--sizes", "250"], 2), (["--sizes", "big"], 2)]
)
def test_wrong_options_are_refused_in_a_sentence(folder, options, code, capsys):
    assert run(["map", "hotspots", folder, *options]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_map_of_proxies_only_still_shows_its_balances(tmp_path, capsys):
    save_map(planted_map(noise(0), standing="allocated"), tmp_path / "m")
    assert run(["map", "hotspots", str(tmp_path / "m")]) == 0
    shown = capsys.readouterr().out
    assert "BALANCES" in shown
    assert "HOT SPOTS" not in shown


def test_a_folder_that_is_no_map_is_refused(tmp_path, capsys):
    assert run(["map", "hotspots", str(tmp_path)]) == 2
    assert "Traceback" not in capsys.readouterr().err
