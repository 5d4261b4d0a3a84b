import json
import shlex
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.screens.layout import width

ROOT = Path(__file__).parents[2]
PILOT = str(ROOT / "examples" / "pilot_cities.csv")
SAMPLE = str(ROOT / "examples" / "sample_cities.csv")
OWN = (
    str(ROOT / "examples" / "own_framework_cities.csv"),
    "-f",
    str(ROOT / "examples" / "own_framework.yaml"),
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def call(capsys, *arguments):
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_all_cities_stand_beside_each_other_where_they_are_comparable(capsys, here):
    code, out, _ = call(capsys, "compare", PILOT)
    assert code == 0
    assert "9 cities beside each other" in out.replace("\n", " ")
    assert "Stavanger    66.0   1/4     -4.0" in out


def test_a_city_stands_beside_its_peers(capsys, here):
    code, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole", "--peers", "size")
    assert code == 0
    assert "Eastmole beside 4 cities with Size = medium" in out.replace("\n", " ")
    assert "WEAKNESSES" in out
    assert "Shore power; 50% of Air" in out


@pytest.mark.parametrize(
    ("peers", "said"),
    [("size", "비교 대상: 규모 중형, 도시 4곳"), ("nearest:3", "비교 대상: 여건이 가장 비슷한 도시 3곳")],
)
def test_korean_says_who_is_compared_with(capsys, here, peers, said):
    messages.use("ko")
    _, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole", "--peers", peers)
    assert said in " ".join(out.split())


def test_raising_a_node_is_called_arithmetic_and_leaves_out_what_no_city_can_change(capsys, here):
    _, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole", "--raise", "people.space=3")
    assert "arithmetic, not advice" in out
    assert "not for a city to change: Hours of sun" in out
    assert "Parks: 7.3 km² -> " in out


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "without changing classes (Shore power) at most 70.7; with them at their best 100"),
        ("ko", "등급형 지표(육상전원)를 제외하면 최대 70.7점"),
    ],
)
def test_a_goal_that_needs_a_class_is_not_called_out_of_reach(capsys, here, lang, said):
    messages.use(lang)
    _, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole", "--raise", "environment=60")
    assert said in " ".join(out.split())
    assert "not reachable" not in out
    assert "도달 불가" not in out


def test_a_weakness_that_no_city_can_change_is_marked(capsys, here):
    _, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole")
    assert "Hours of sun (not for a city to change); 33% of Open space" in " ".join(out.split())


def test_levers_have_three_digits_that_still_reach_the_aim(capsys, here):
    asked = ("compare", *OWN, "--city", "Eastmole", "--raise", "people.space=3")
    _, out, _ = call(capsys, *asked)
    needed = json.loads(call(capsys, *asked, "--format", "json")[1])["levers"][0]["single"][0]["needed"]
    shown = out.partition("Parks: 7.3 km² -> ")[2].split()[0]
    assert len(shown.replace(".", "")) <= 3
    assert needed <= float(shown) < needed * 1.01


def test_the_common_base_is_shown_for_another_city(capsys, here):
    _, out, _ = call(capsys, "compare", *OWN, "--city", "Eastmole", "--with", "Longpier")
    assert "ON WHAT BOTH REPORT" in out
    assert "1/2" in next(line for line in out.splitlines() if line.startswith("  Open space  "))


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_no_line_is_wider_than_the_terminal(capsys, here, monkeypatch, columns, lang):
    monkeypatch.setenv("COLUMNS", str(columns))
    messages.use(lang)
    for asked in (
        (),
        ("--city", "도담항", "--peers", "nearest:3", "--with", "Haneul", "--raise", "environment=5"),
    ):
        code, out, _ = call(capsys, "compare", *OWN, *asked)
        assert code == 0
        assert max(width(line) for line in out.splitlines()) <= columns


def test_korean_columns_line_up_by_display_width(capsys, here):
    messages.use("ko")
    _, out, _ = call(capsys, "compare", *OWN, "--city", "도담항")
    table = out.partition("격차  ")[2].partition("\n\n")[0].splitlines()[1:]
    ends = {width(line[: line.index("/")]) for line in table}
    assert len(table) > 5
    assert len(ends) == 1


def test_results_and_files_of_one_framework_are_joined(capsys, here):
    for name in ("one", "two"):
        rows = {"city": name.title(), "year": 2024, "indicator": "Household Internet Access", "value": 80}
        pd.DataFrame([{**rows, "unit": "%"}]).to_csv(f"{name}.csv", index=False)
    call(capsys, "score", "one.csv", "-f", "u4ssc", "--robust", "0", "--out", "one.json")
    code, out, _ = call(capsys, "compare", "one.json", "two.csv")
    assert code == 0
    assert "2 cities" in out


def test_outputs_for_machines_are_written_and_protected(capsys, here):
    assert call(capsys, "compare", PILOT, "--out", "gaps.csv", "-q")[:2] == (0, "")
    table = pd.read_csv("gaps.csv")
    assert {"city_id", "node", "gap_best", "gap_median", "gap_target", "rank"} <= set(table)
    assert call(capsys, "compare", PILOT, "--out", "gaps.csv")[0] == 2
    asked = ("compare", *OWN, "--city", "Haneul", "--raise", "Waste=1", "--format", "json")
    code, out, _ = call(capsys, *asked)
    saved = json.loads(out)
    assert (code, saved["format"]) == (0, "scindex-comparison/1")
    assert saved["levers"][0]["goal"] == pytest.approx(saved["levers"][0]["score"] + 1)


FAULTS = {
    "--city Nowhere": "no city is called 'Nowhere'",
    "--peers size": "Name it with --city",
    "--city Haneul --peers continent": "Choose one of all, nearest, population",
    "--city Haneul --with Haneul": "compared with itself",
    "--city Haneul --with Nobody": "no city is called 'Nobody'",
    "--city Haneul --raise Air=x": "cannot be raised by x",
    "--city Haneul --raise Air=-1": "cannot be raised by -1",
    "--city Haneul --raise Water": "no node 'Water'",
    "--city Haneul --peers nearest:none": "no number of neighbours",
    "--city Kelpwick --peers gdp": "GDP is not known",
    "--out gaps.xlsx": "Use one of .csv, .json",
}


@pytest.mark.parametrize("words", FAULTS)
def test_faults_are_sentences(capsys, here, words):
    code, _, err = call(capsys, "compare", *OWN, *shlex.split(words))
    assert code in (1, 2)
    assert FAULTS[words] in " ".join(err.split())


def test_one_city_alone_is_refused(capsys, here):
    Path("one.csv").write_text("city,year,indicator,value,unit\nAsker,2024,Household Internet Access,80,%\n")
    code, _, err = call(capsys, "compare", "one.csv")
    assert (code, "only one city (Asker)" in err) == (1, True)


def test_without_context_there_are_no_groups(capsys, here):
    code, _, err = call(capsys, "compare", PILOT, "--city", "Asker", "--peers", "size")
    assert code == 2
    assert "nothing of a city beside its indicators" in err


def test_results_scored_differently_cannot_stand_in_one_comparison(capsys, here):
    for by in ("axis", "sdg"):
        call(capsys, "score", SAMPLE, "--by", by, "--robust", "0", "--out", f"{by}.json", "-q")
    code, _, err = call(capsys, "compare", "axis.json", "sdg.json")
    assert code == 2
    assert "scindex diff" in err
