import json
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.comparison.mixed import PARTS
from scindex.screens.layout import width

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample_cities.csv"


def call(capsys, *arguments):
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def here(tmp_path, monkeypatch, capsys):
    """A folder with three results: the sample, a later edition of it, and one by another method."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    table = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    table.to_csv("old.csv", index=False)
    plains = table["city"] == "Sample Plains"
    table.loc[plains & (table["indicator"] == "household_internet_access"), "value"] = "99"
    table.loc[table["city"] == "Sample Hills", "year"] = "2025"
    table.loc[
        (table["city"] == "Sample Hills") & (table["indicator"] == "pedestrian_infrastructure"), "value"
    ] = "1"
    table[table["city"] != "Sample Sands"].to_csv("new.csv", index=False)
    Path("recipe.yaml").write_text("aggregate: generalised(power=0.5)\n")
    for name, file, *more in (("old", "old"), ("new", "new"), ("method", "old", "--recipe", "recipe.yaml")):
        words = ("-f", "u4ssc", "--by", "axis", "--robust", 0, "--out", f"{name}.json", "-q", *more)
        assert call(capsys, "score", f"{file}.csv", *words)[0] == 0
    return tmp_path


def test_a_revision_and_a_city_that_went_are_told(capsys, here):
    code, out, _ = call(capsys, "diff", "old.json", "new.json")
    assert code == 0
    assert "what moved, 2024 to 2024-2025; cities in both: 4" in out.replace("\n", " ")
    assert "cities of the first: Sample Sands" in out
    assert "revis." in out
    assert "Sample Plains: Household Inter" in out


def test_another_recipe_moves_by_method_alone(capsys, here):
    call(capsys, "diff", "old.json", "method.json", "--draws", 0, "--out", "d.csv", "-q")
    table = pd.read_csv("d.csv", keep_default_na=False, na_values=[""])
    moved = table.dropna(subset=["change"])
    assert (moved["change"].abs() > 0.1).any()
    assert (moved["change"] - moved["method"]).abs().max() < 1e-9


def test_csv_and_json_close(capsys, here):
    _, out, _ = call(capsys, "diff", "old.json", "new.json", "--format", "json")
    saved = json.loads(out)
    table = pd.DataFrame(saved["table"]).dropna(subset=["change"])
    assert (saved["format"], saved["kind"]) == ("scindex-diff/1", "change")
    assert (table[list(PARTS)].astype(float).sum(axis=1) - table["change"]).abs().max() < 1e-9
    inside = table.dropna(subset=["change_p05"])
    assert (inside["change_p05"] <= inside["change_p95"]).all()


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(capsys, here, monkeypatch, lang, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    messages.use(lang)
    _, out, _ = call(capsys, "diff", "old.json", "new.json")
    assert max(width(line) for line in out.splitlines()) <= columns


def test_one_seed_gives_one_result(capsys, here):
    first = call(capsys, "diff", "old.json", "new.json", "--seed", 0, "--format", "csv")[1]
    assert call(capsys, "diff", "old.json", "new.json", "--seed", 0, "--format", "csv")[1] == first
    assert call(capsys, "diff", "old.json", "new.json", "--seed", 1, "--format", "csv")[1] != first


def test_nothing_moves_between_a_result_and_itself(capsys, here):
    _, out, _ = call(capsys, "diff", "old.json", "old.json")
    assert "nothing moved:" in out
    assert "RANKS" not in out


def test_two_years_of_one_result(capsys, here):
    text = "city,year,indicator,value,unit\n"
    text += "".join(f"Asker,{y},Household Internet Access,{v},%\n" for y, v in ((2020, 80), (2024, 90)))
    Path("two.csv").write_text(text)
    call(capsys, "score", "two.csv", "-f", "u4ssc", "--year", "all", "--robust", 0, "--out", "two.json", "-q")
    code, out, _ = call(capsys, "diff", "two.json", "--years", 2020, 2024)
    assert code == 0
    assert "2020 to 2024" in out
    assert "+10.0" in out
    code, _, err = call(capsys, "diff", "two.json", "--years", 2020, 2023)
    assert (code, "no scores for 2023" in err) == (2, True)


def test_scores_relative_to_the_cities_get_no_trend(capsys, here):
    Path("relative.yaml").write_text("normalise: minmax\n")
    for name in ("old", "new"):
        words = ("-f", "u4ssc", "--recipe", "relative.yaml", "--robust", 0, "--out", f"r-{name}.json", "-q")
        assert call(capsys, "score", f"{name}.csv", *words)[0] == 0
    code, out, _ = call(capsys, "diff", "r-old.json", "r-new.json", "--draws", 0)
    assert code == 0
    assert "change in relative position, no trend" in out.replace("\n", " ")
    assert call(capsys, "diff", "r-old.json", "r-new.json", "--draws", 0, "--strict")[0] == 1


def test_results_are_named_and_what_differs_in_their_recipes_is_said(capsys, here):
    _, out, _ = call(capsys, "diff", "old.json", "method.json", "--draws", 0)
    text = " ".join(out.split())
    assert "first: old.json, second: method.json." in text
    assert "Choices that differ: aggregate arithmetic -> generalised(power=0.5)." in text
    assert "normalised differently" not in text
    assert "Choices that differ" not in call(capsys, "diff", "old.json", "new.json", "--draws", 0)[1]
    messages.use("ko")
    text = " ".join(call(capsys, "diff", "old.json", "method.json", "--draws", 0)[1].split())
    assert "이전: old.json, 이후: method.json. 다른 선택: aggregate" in text
    assert "지표 구성(추가되거나 빠진 지표)" in text


@pytest.mark.parametrize(("names", "which"), [(("r", "old"), "first"), (("old", "r"), "second")])
def test_where_one_result_is_relative_it_is_named_and_points_have_no_meaning(capsys, here, names, which):
    Path("relative.yaml").write_text("normalise: minmax\n")
    words = ("-f", "u4ssc", "--by", "axis", "--recipe", "relative.yaml", "--robust", 0, "--out", "r.json")
    assert call(capsys, "score", "old.csv", *words, "-q")[0] == 0
    _, out, _ = call(capsys, "diff", *(f"{n}.json" for n in names), "--draws", 0)
    text = " ".join(out.split())
    assert f"scores of the {which} result are relative to its cities" in text
    assert "changes of scores from one to the other have no meaning. Read the ranks." in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("old.json",), "Give a second result"),
        (("old.json", "new.json", "method.json"), "one word too many: method.json"),
        (("old.json", "nothing.json"), "no file nothing.json"),
        (("old.csv", "new.csv"), "not a result saved by scindex"),
        (("old.json", "new.json", "--out", "d.xlsx"), "Use one of .csv, .json"),
        (("old.json", "new.json", "--draws", "-1"), "--draws"),
    ],
)
def test_faults_are_sentences(capsys, here, words, said):
    code, _, err = call(capsys, "diff", *words)
    assert code in (1, 2)
    assert said in " ".join(err.split())


def test_different_frameworks_are_refused(capsys, here):
    call(capsys, "score", "old.csv", "-f", "oecd", "--robust", 0, "--out", "oecd.json", "-q")
    code, _, err = call(capsys, "diff", "old.json", "oecd.json")
    assert (code, "different frameworks: u4ssc, oecd" in err) == (2, True)
