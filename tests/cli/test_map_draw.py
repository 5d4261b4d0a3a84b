"""``scindex map draw``: a folder in, one file out."""

from __future__ import annotations

import pytest
from measure.map.sample import sample_map

from scindex.cli.root import run
from scindex.mapping import save_map


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("maps") / "map"
    save_map(sample_map(years=(2024, 2030), scenarios=("", "retrofit")), path)
    return path


@pytest.mark.parametrize("name", ["map.html", "map.png", "map.svg"])
def test_a_saved_map_is_drawn(folder, tmp_path, name, capsys):
    assert run(["map", "draw", str(folder), "--out", str(tmp_path / name)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert name in said.err
    assert (tmp_path / name).stat().st_size > 10_000


def test_options_choose_what_is_drawn(folder, tmp_path):
    words = [
        "--layer",
        "forest",
        "--by",
        "district",
        "--per",
        "total",
        "--scenario",
        "retrofit",
        "--year",
        "2030",
    ]
    assert run(["map", "draw", str(folder / "map.json"), "--out", str(tmp_path / "a.svg"), "-q", *words]) == 0
    picture = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "2030 · retrofit" in picture


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--layer", "forrest"], "forest"),
        (["--year", "1999"], "2024"),
        (["--scenario", "retro"], "retrofit"),
        (["--sector", "air"], "buildings"),
        (["--by", "street"], "district"),
    ],
)
def test_what_the_map_does_not_have_is_a_wrong_call(folder, tmp_path, words, said, capsys):
    assert run(["map", "draw", str(folder), "--out", str(tmp_path / "a.png"), *words]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_existing_file_is_kept_unless_forced(folder, tmp_path):
    out = tmp_path / "a.html"
    out.write_text("mine")
    assert run(["map", "draw", str(folder), "--out", str(out)]) == 2
    assert out.read_text() == "mine"
    assert run(["map", "draw", str(folder), "--out", str(out), "--force", "--quiet"]) == 0
    assert out.stat().st_size > 10_000


def test_a_folder_that_is_no_map_is_said_so(tmp_path, capsys):
    assert run(["map", "draw", str(tmp_path), "--out", str(tmp_path / "a.html")]) == 2
    assert "not" in capsys.readouterr().err
