"""The screens of analyses: they fit any terminal, speak both languages and say when there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from uncertainty.small import POSTS, TREE, VALUES, framework, observations

import scindex as sx
from scindex import messages
from scindex.catalogue.load import read_framework
from scindex.recipe import Recipe
from scindex.result import present
from scindex.scoring import score
from scindex.screens.layout import width

NAMES = ("tradeoffs", "leave_out", "sensitivity", "coherence", "rank_bounds")


def analysed(result, name):
    return sx.sensitivity(result, n=16) if name == "sensitivity" else getattr(sx, name)(result)


def small(values, **recipe):
    chosen = Recipe(**{"total": True, "show_coverage": 0.0, **recipe})
    return present(score(observations(values), framework(TREE, POSTS), recipe=chosen))


@pytest.fixture(scope="module")
def sample():
    return sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)


@pytest.fixture(scope="module")
def all_of(sample):
    return {name: analysed(sample, name) for name in NAMES}


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_terminal(all_of, name, columns, language, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    messages.use(language)
    lines = str(all_of[name]).splitlines()
    # a single word may be longer than its line, a table never is
    assert max(width(line) for line in lines) <= columns
    assert len(lines) <= 50


@pytest.mark.parametrize("name", NAMES)
def test_korean_screens_are_korean_and_line_up(all_of, name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    messages.use("ko")
    text = str(all_of[name])
    assert any("가" <= c <= "힣" for c in text.splitlines()[0])
    assert "{" not in text


@pytest.mark.parametrize("name", ["tradeoffs", "leave_out", "sensitivity", "coherence"])
def test_one_city_has_a_screen(name):
    text = str(analysed(small({k: v[:1] for k, v in VALUES.items()}), name))
    assert text.splitlines()[0].split("  ")[0].isupper()


def test_one_city_has_no_ranks_to_bound():
    with pytest.raises(sx.ScindexError, match="no two cities"):
        sx.rank_bounds(small({k: v[:1] for k, v in VALUES.items()}))


def test_where_no_city_has_a_point_nothing_is_made_up():
    values = {"a": [10, 25, 40], "b": [None] * 3, "c": [None] * 3, "d": [None] * 3}
    thin = small(values, show_coverage=0.65)
    assert "no city has a point" in str(sx.leave_out(thin))
    with pytest.raises(sx.ScindexError):
        sx.rank_bounds(thin)
    assert "No city has a point" in str(analysed(thin, "sensitivity"))


def test_prices_name_the_first_and_what_lies_beyond_the_scale():
    values = {**VALUES, "a": [60, 70, 80]}
    text = str(sx.tradeoffs(small(values), city="c0"))
    assert "(counts from 50)" in text
    rows = [line.split() for line in text.splitlines() if line.startswith(("  b", "  c", "  d"))]
    # one better of d: 100 x 1/12 points, of c: 1/6, of b: 5 x 3/8
    points = {row[0]: float(row[-2]) for row in rows}
    assert points == {"b": pytest.approx(1.88), "c": pytest.approx(0.167), "d": pytest.approx(8.33)}
    first, *others = rows
    assert first[-1] == "1"
    for row in others:
        assert float(row[-1]) == pytest.approx(float(row[-2]) / float(first[-2]), rel=0.01)


def test_what_could_drive_a_terminal_is_cleaned():
    table = observations(VALUES)
    table["city"] = table["city"].replace({"C1": "C\x1b[31m1", "C0": "=C0"})
    made = present(score(table, framework(TREE, POSTS), recipe=Recipe(total=True, show_coverage=0.0)))
    for name in NAMES:
        assert "\x1b" not in str(analysed(made, name))


def test_asem_fits_a_screen(shared, tmp_path, monkeypatch):
    from scindex.cli.root import run

    monkeypatch.setenv("COLUMNS", "80")
    data, out = shared / "data" / "asem" / "iData.csv", tmp_path / "asem.yaml"
    meta = shared / "data" / "asem" / "iMeta.csv"
    run(["catalogue", "import", str(meta), "--id", "asem", "--data", str(data), "--out", str(out)])
    asem = read_framework(out)
    result = sx.score(sx.read_cities(data, frameworks=[asem]), asem, robust=0)
    for name in ("tradeoffs", "leave_out", "coherence"):
        assert len(str(analysed(result, name)).splitlines()) <= 33
    found = sx.coherence(result)
    assert "51 cities" in str(found)
    assert set(found.nodes["verdict"]) == {""}


@pytest.mark.parametrize(
    ("language", "units"),
    [("en", ["2240 million USD", "9.6 km²", "33 %"]), ("ko", ["2240 백만 달러", "139 000 톤/년"])],
)
def test_prices_name_the_unit_of_the_file_as_the_reader_writes_it(language, units):
    own = read_framework(Path("examples/own_framework.yaml"))
    cities = sx.read_cities("examples/own_framework_cities.csv", frameworks=[own])
    result = sx.score(cities, own, robust=0)
    messages.use(language)
    text = str(sx.tradeoffs(result))
    assert all(unit in text for unit in units)
    assert not [code for code in ("percent\n", "**", "*USD", "t/year", " percent ") if code in text]


def test_what_is_left_out_stands_in_two_blocks_indicators_first():
    lines = str(sx.leave_out(small(VALUES))).splitlines()
    heads = [k for k, line in enumerate(lines) if line.startswith(("  indicators: ", "  nodes: "))]
    assert [lines[k].split(":")[0].strip() for k in heads] == ["indicators", "nodes"]
    block = {line.split()[0] for line in lines[heads[0] + 1 : heads[1]]}
    assert block == set(VALUES)
