import json
from pathlib import Path

import pandas as pd
import pytest
from scoring.worlds import observations

from scindex import api
from scindex.catalogue.load import load_targets, parse_framework
from scindex.errors import DataError, ScindexError, UsageError
from scindex.findings import Finding
from scindex.recipe import Recipe
from scindex.result import open_result, parse_result, present
from scindex.scoring import score
from scindex.tables.cities import read_cities
from scindex.tables.write import dump_json

OWN = b"""
framework: w
name: {en: World, ko: "\xec\x84\xb8\xea\xb3\x84"}
edition: "1"
source: {publisher: us, title: test, year: 2024, page: "1"}
levels: [group, indicator]
level_names: {group: {en: group, ko: g}, indicator: {en: indicator, ko: i}}
nodes:
  left: {level: group, name: {en: Left, ko: L}}
indicators:
  a:
    parent: left
    name: {en: Alpha, ko: A}
    kind: index
    unit: ""
    unit_label: {en: points, ko: p}
    direction: higher
    possible: [0, 100]
    plausible: [0, 100]
    goalposts: {worst: 0, best: 100, standing: natural, reason: {en: ends, ko: e}}
    source: {page: "1"}
"""


@pytest.fixture
def result(tmp_path):
    path = tmp_path / "w.yaml"
    path.write_bytes(OWN)
    from scindex.catalogue.load import read_framework

    table = observations([("<script>", 2020, "a", 80), ("=Rana", 2020, "a", None)])
    return present(score(table, read_framework(path), recipe=Recipe(), findings=[Finding("a", "note")]))


def test_a_saved_result_prints_the_same_screen(result, tmp_path):
    path = tmp_path / "r.json"
    result.save(path)
    (tmp_path / "w.yaml").unlink()
    again = open_result(path)
    assert str(again) == str(result)
    assert again.profile("<script>") == result.profile("<script>")
    pd.testing.assert_frame_equal(
        again.scores.astype({"score": float}), result.scores, check_categorical=False, check_dtype=False
    )


def test_a_saved_result_saves_the_same_bytes_again(result, tmp_path):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    result.save(first)
    opened = open_result(first)
    assert json.loads(first.read_bytes())["scores"] == opened.to_dict()["scores"]
    result.save(second)
    assert first.read_bytes() == second.read_bytes()


def test_a_notebook_shows_no_markup_of_the_file(result):
    assert "<script>" not in result._repr_html_()
    assert "&lt;script&gt;" in result._repr_html_()


@pytest.mark.parametrize("name", ["r.csv", "r.parquet", "r.xlsx", "r.json"])
def test_every_ending_is_written_and_never_over_a_file(result, tmp_path, name):
    path = tmp_path / name
    result.save(path)
    before = path.read_bytes()
    with pytest.raises(UsageError):
        result.save(path)
    assert path.read_bytes() == before
    assert (tmp_path / (name + ".meta.json")).exists() == name.endswith((".csv", ".parquet"))


def test_parquet_reads_back_equal(result, tmp_path):
    result.save(tmp_path / "r.parquet")
    back = pd.read_parquet(tmp_path / "r.parquet")
    pd.testing.assert_frame_equal(back, result.scores, check_categorical=False, check_dtype=False)


def test_an_unknown_ending_is_a_usage_error(result, tmp_path):
    with pytest.raises(UsageError):
        result.save(tmp_path / "r.doc")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b"\xff", b'{"format": "scindex-result/1"}', b"[" * 99999]
)
def test_what_is_no_result_is_said_so(data):
    with pytest.raises(DataError) as caught:
        parse_result(data, "r.json")
    assert caught.value.findings[0].code == "not-a-result"


def test_explain_adds_up_to_the_score(result):
    told = result.explain("<script>", "left")
    assert told["weight"].sum() == pytest.approx(1)
    assert (told["weight"] * told["score"]).sum() == pytest.approx(80)
    with pytest.raises(UsageError):
        result.explain("<script>", "nowhere")
    with pytest.raises(UsageError):
        result.explain("Atlantis", "left")


def test_a_users_target_set_travels_with_the_result(tmp_path):
    assert load_targets("u4ssc_published").targets
    framework = parse_framework(OWN, "w.yaml")
    assert framework.name["ko"] == "세계"
    with pytest.raises(ScindexError):
        parse_framework(OWN.replace(b"parent: left", b"parent: right"), "w.yaml")
    assert Path(framework.path).name == "w.yaml"


def test_explain_shows_the_value_that_was_scored(result):
    rows = [("Oslo", 2018, "a", 40), ("Oslo", 2020, "a", None)]
    for options, value in (({"year": "2018"}, 40), ({"window": 5}, 40), ({}, None)):
        year = options.pop("year", "latest")
        scored = score(observations(rows), result.framework, recipe=Recipe(**options), year=year)
        told = present(scored).explain("Oslo", "left").iloc[0]
        assert (told["value"], told["score"]) == (pytest.approx(value or float("nan"), nan_ok=True),) * 2


def test_a_recipe_of_ones_own_is_checked_and_its_grouping_kept():
    cities = read_cities(Path(__file__).parents[1] / "examples" / "sample_cities.csv")
    assert api.score(cities, recipe=Recipe(by="dimension")).recipe.by == "dimension"
    with pytest.raises(UsageError):
        api.score(cities, "u4ssc", recipe=Recipe(normalise="ranks"))


@pytest.mark.parametrize("table", ["scores", "observations"])
def test_a_result_edited_by_hand_is_refused_never_half_shown(result, table):
    saved = json.loads(dump_json(result.to_dict()))
    assert str(parse_result(json.dumps(saved).encode(), "r.json")) == str(result)
    for column in list(saved[table]):
        edited = {**saved, table: {k: v for k, v in saved[table].items() if k != column}}
        with pytest.raises(DataError) as caught:
            parse_result(json.dumps(edited).encode(), "r.json")
        assert caught.value.findings[0].code == "result-changed"
