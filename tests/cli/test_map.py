"""``scindex map``: new and build, in both languages, whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.mapping import open_map

EXAMPLE = Path(__file__).parents[2] / "examples" / "carbon_map"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The example, built once."""
    folder = tmp_path_factory.mktemp("map") / "haneul"
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml"), "--out", str(folder), "--quiet"]) == 0
    return folder


def test_the_screen_shows_layers_totals_and_what_is_published(capsys):
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml")]) == 0
    out = capsys.readouterr().out
    assert "768 cells of 100 m in 12 districts" in out
    assert "BUILDINGS  (known for 100.0 %)" in out
    assert "Cells, districts and city all add up to" in out
    assert "148 700 t published" in out


def test_the_screen_speaks_korean(capsys):
    messages.use("ko")
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml"), "--lang", "ko"]) == 0
    out = capsys.readouterr().out
    assert "하늘신도시(가상), 2024년" in out
    assert "격자·행정구역·도시 합계 일치" in out


def test_a_built_map_opens_to_the_same_numbers(built):
    made = open_map(built)
    cells = pd.read_csv(built / "cells.csv")
    assert made.cells(by="city")["gross_t"].iloc[0] == pytest.approx(cells["gross_t"].sum())
    assert made.cells()["cell"].tolist() == cells["cell"].fillna("").tolist()


def test_the_same_input_gives_the_same_bytes(built, tmp_path):
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml"), "--out", str(tmp_path / "b"), "--quiet"]) == 0
    for path in sorted(built.iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_cells_have_outlines_and_what_has_no_place_has_none(built):
    import geopandas as gpd

    cells = gpd.read_parquet(built / "cells.parquet")
    assert cells.crs == "EPSG:5179"
    assert cells.geometry[cells["key"] >= 0].area.unique().tolist() == [10_000.0]


def test_a_folder_that_is_there_is_not_replaced_unasked(built, capsys):
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml"), "--out", str(built)]) == 2
    assert "exists" in capsys.readouterr().err


def test_a_folder_of_other_things_is_never_replaced(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me", encoding="utf-8")
    plan = str(EXAMPLE / "MAP.yaml")
    assert run(["map", "build", plan, "--out", str(tmp_path / "mine"), "--force"]) == 2
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "keep me"
    assert "not replaced" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2024\n", "year: soon\n", "MAP.yaml:4"),
        ("  - building_gas\n", "  - building_gass\n", "building_gas"),
        ("  - building_gas\n", "  - building_gas\n  - building_gas\n", "twice"),
        ("buildings.csv", "houses.csv", "houses.csv"),
        ("code: ADM_CD", "code: NOPE", "NOPE"),
        ("electricity: {year: 2023}", "electricity: {year: 2019}", "electricity"),
        ("crs: EPSG:5179 # metres", "crs: EPSG:4326 # metres", "EPSG:4326"),
        ("cells: 100 m", "cells: 100 miles", "100 miles"),
        ("branch: capital", "branch: nowhere", "nowhere"),
        ("  forest: {file: forest.geojson, source: invented by make.py}\n", "", "forest"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_leaves_nothing_behind(tmp_path, capsys, old, new, said):
    shutil.copytree(EXAMPLE, tmp_path / "city")
    plan = tmp_path / "city" / "MAP.yaml"
    text = plan.read_text(encoding="utf-8")
    assert old in text
    plan.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert run(["map", "build", str(plan), "--out", str(tmp_path / "out")]) in (1, 2)
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["city"]


def test_a_new_plan_reads_as_far_as_it_is_filled_in(tmp_path, capsys):
    assert run(["map", "new", str(tmp_path / "mine")]) == 0
    text = (tmp_path / "mine" / "MAP.yaml").read_text(encoding="utf-8")
    assert "building_electricity" in text
    assert run(["map", "build", str(tmp_path / "mine" / "MAP.yaml")]) == 1
    err = capsys.readouterr().err
    assert "MAP.yaml:3" in err
    assert "<districts.geojson>" in err
    assert run(["map", "new", str(tmp_path / "mine")]) == 2
    assert "exists" in capsys.readouterr().err


def test_strict_counts_warnings(capsys):
    assert run(["map", "build", str(EXAMPLE / "MAP.yaml"), "--strict"]) == 1


def test_the_published_edition_hides_emitters_and_keeps_the_city(built, tmp_path):
    plan = str(EXAMPLE / "MAP.yaml")
    assert run(["map", "build", plan, "--published", str(tmp_path / "public"), "--quiet"]) == 0
    exact, public = open_map(built), open_map(tmp_path / "public")
    for made in (exact, public):
        assert made.cells(by="city")["gross_t"].iloc[0] == pytest.approx(212_728.2253, abs=1e-3)
    assert len(public.cells()) < len(exact.cells())


def test_what_chooses_a_picture_is_refused_for_data(built, tmp_path, capsys):
    assert run(["map", "draw", str(built), "--out", str(tmp_path / "a.csv"), "--layer", "forest"]) == 2
    assert "--layer" in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("command", [["hotspots"], ["draw", "--out", "a.gpkg"]])
def test_a_year_that_the_map_does_not_have_is_refused(built, tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert run(["map", command[0], str(built), *command[1:], "--year", "1999"]) == 2
    assert "2024" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "wanted"), [("MAP.yaml", "map build"), ("INV.yaml", "inventory compute")])
def test_an_empty_file_or_a_table_for_a_plan_is_one_sentence(tmp_path, capsys, name, wanted):
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    shutil.copy(EXAMPLE / "buildings.csv", tmp_path / "cp949.csv")
    for given, code in (("empty.yaml", 1), ("cp949.csv", 2)):
        assert run([*wanted.split(), str(tmp_path / given)]) == code
        err = capsys.readouterr().err
        assert name in err
        assert "1 error, 0 warnings" in err
