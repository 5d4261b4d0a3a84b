import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run

ROOT = Path(__file__).parents[2]
PILOT = str(ROOT / "examples" / "pilot_cities.csv")
SAMPLE = str(ROOT / "examples" / "sample_cities.csv")
LIST = "indicator,value,unit\nEC.ICT.ICT.1C,97,%\nSC.SH.SI.2C,0.27,\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def call(capsys, *arguments):
    code = run([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_first_screen_shows_the_pilot_cities(capsys, here):
    code, out, _ = call(capsys, "score", PILOT)
    assert code == 0
    assert "9 cities, report years 2020-21, 112 values of 52 KPIs" in out.replace("\n", " ")
    karmoy = next(line for line in out.splitlines() if line.startswith("Karmøy"))
    assert "8/18" in karmoy
    assert "Years are report years" in out
    assert max(len(line) for line in out.splitlines()) <= 80


def test_korean_columns_line_up_by_display_width(capsys, here):
    from scindex.screens.layout import width

    messages.use("ko")
    code, out, _ = call(capsys, "score", PILOT)
    assert code == 0
    rows = [line for line in out.splitlines() if line.endswith(("/51", "100  항목"))]
    assert len(rows) == 10
    assert len({width(line) for line in rows}) == 1


def test_one_city_is_a_profile(capsys, here):
    code, out, _ = call(capsys, "score", PILOT, "--city", "asker")
    assert code == 0
    assert out.startswith("Asker:")
    assert "REPORT THESE NEXT" in out


def test_an_unknown_city_is_a_usage_error_that_lists_the_cities(capsys, here):
    code, _, err = call(capsys, "score", PILOT, "--city", "Oslo")
    assert code == 2
    assert "Karmøy" in err


def test_a_one_city_list_needs_a_name_and_a_year(capsys, here):
    Path("list.csv").write_text(LIST)
    code, _, err = call(capsys, "score", "list.csv")
    assert code == 1
    assert "--city" in err
    code, out, _ = call(capsys, "score", "list.csv", "--city", "Oslo", "--year", "2024")
    assert code == 0
    assert out.startswith("Oslo:")


def test_anything_proposed_is_never_called_a_u4ssc_score(capsys, here):
    _, out, _ = call(capsys, "score", PILOT, "--targets", "proposed")
    assert "Not a U4SSC score: of 58 targets" in out
    assert "1 published" in out


def test_a_total_needs_to_be_asked_for(capsys, here):
    call(capsys, "score", SAMPLE, "--out", "a.csv")
    call(capsys, "score", SAMPLE, "--total", "--out", "b.csv")
    a, b = pd.read_csv("a.csv", keep_default_na=False), pd.read_csv("b.csv", keep_default_na=False)
    assert "total" not in set(a["level"])
    assert "total" in set(b["level"])


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "xlsx"])
def test_every_output_is_written_and_protected(capsys, here, ending):
    out = f"result.{ending}"
    assert call(capsys, "score", PILOT, "--out", out, "--quiet")[:2] == (0, "")
    before = Path(out).read_bytes()
    code, _, err = call(capsys, "score", PILOT, "--out", out)
    assert code == 2
    assert "--force" in err
    assert Path(out).read_bytes() == before
    assert call(capsys, "score", PILOT, "--out", out, "--force", "--quiet")[0] == 0
    assert Path(out).read_bytes() == before


def test_a_saved_result_prints_the_same_screen(capsys, here):
    _, first, _ = call(capsys, "score", PILOT, "--by", "axis", "--targets", "proposed", "--out", "r.json")
    _, again, _ = call(capsys, "score", "r.json")
    # what to do next differs: a saved result needs no checking
    assert first.partition("\nNEXT")[0] == again.partition("\nNEXT")[0]
    assert "scindex score r.json --city" in again


def test_a_saved_result_cannot_be_scored_another_way(capsys, here):
    call(capsys, "score", PILOT, "--out", "r.json")
    code, _, err = call(capsys, "score", "r.json", "--by", "sdg")
    assert code == 2
    assert "--by" in err


def test_formats_for_machines_are_clean(capsys, here):
    code, out, _ = call(capsys, "score", PILOT, "--format", "json")
    assert code == 0
    assert json.loads(out)["format"] == "scindex-result/1"
    _, out, _ = call(capsys, "score", PILOT, "--format", "csv")
    assert out.startswith('"framework","kind"')


def test_standard_input_is_read(capsys, here, monkeypatch):
    import io

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(PILOT).read_bytes())))
    assert call(capsys, "score", "-")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["score", "none.csv"], 2, "none.csv"),
        (["score", PILOT, "-f", "u4sc"], 2, "u4ssc"),
        (["score", PILOT, "--targets", "propsed"], 2, "u4ssc_proposed"),
        (["score", PILOT, "--year", "soon"], 2, "--year"),
        (["score", PILOT, "--recipe", "none.yaml"], 2, "none.yaml"),
        (["score", PILOT, "--out", "x.doc"], 2, ".csv"),
        (["score", PILOT, "--out", "nowhere/x.csv"], 2, "nowhere"),
        (["score", PILOT, "--bye", "axis"], 2, "--by"),
        (["scroe", PILOT], 2, "score"),
        (["score"], 2, "CITY"),
        (["score", PILOT, "--window", "0"], 2, "window"),
    ],
)
def test_a_wrong_call_is_one_clear_sentence(capsys, here, arguments, code, says):
    for lang in ("en", "ko"):
        messages.use(lang)
        got, out, err = call(capsys, *arguments)
        assert (got, out) == (code, "")
        assert says in err
        assert "Traceback" not in err


def test_errors_in_the_file_stop_score_unless_skipped(capsys, here):
    Path("bad.csv").write_text(
        "city,year,indicator,value\nOslo,2024,SC.SH.SI.2C,35\nOslo,2024,EC.ICT.ICT.1C,97\n"
    )
    code, out, err = call(capsys, "score", "bad.csv", "--out", "r.json")
    assert (code, out) == (1, "")
    assert "bad.csv!D2" in err
    assert not Path("r.json").exists()
    code, out, _ = call(capsys, "score", "bad.csv", "--skip-errors")
    assert code == 0


def test_strict_turns_warnings_into_exit_1(capsys, here):
    assert call(capsys, "score", PILOT, "--strict")[0] == 1
    assert call(capsys, "validate", PILOT, "--strict")[0] == 1
    assert call(capsys, "validate", PILOT)[0] == 0


def test_a_recipe_file_changes_the_scores_and_options_win_over_it(capsys, here):
    Path("r.yaml").write_text("show_coverage: 0.2\nby: axis\n")
    call(capsys, "score", PILOT, "--recipe", "r.yaml", "--out", "a.json", "--quiet")
    recipe = json.loads(Path("a.json").read_text())["provenance"]["recipe"]
    assert (recipe["show_coverage"], recipe["by"]) == (0.2, "axis")
    call(capsys, "score", PILOT, "--recipe", "r.yaml", "--by", "sdg", "--out", "b.json", "--quiet")
    assert json.loads(Path("b.json").read_text())["provenance"]["recipe"]["by"] == "sdg"


def test_the_level_of_the_wifi_indicator_can_be_overridden(capsys, here):
    """U4SSC sources print it as 5A or as 5C: 54 + 37 or 55 + 36."""
    Path("r.yaml").write_text("tier: core\ntiers: {availability_of_wifi_in_public_areas: core}\n")
    wifi = "u4ssc:availability_of_wifi_in_public_areas"
    call(capsys, "score", PILOT, "--recipe", "r.yaml", "--out", "a.csv", "--quiet")
    call(capsys, "score", PILOT, "--tier", "core", "--out", "b.csv", "--quiet")
    assert wifi in set(pd.read_csv("a.csv")["node"])
    assert wifi not in set(pd.read_csv("b.csv")["node"])


def test_a_closed_pipe_ends_quietly(here):
    command = f"{sys.executable} -m scindex score '{SAMPLE}' --format csv | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert done.stdout.startswith('"framework"')
    assert done.stderr == ""


def test_a_terminal_of_another_encoding_is_no_traceback(here):
    environment = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin", "SCINDEX_LANG": "ko"}
    done = subprocess.run(
        [sys.executable, "-m", "scindex", "score", PILOT], capture_output=True, env=environment
    )
    assert done.returncode == 0
    assert done.stderr == b""


def test_names_from_the_file_cannot_drive_the_terminal_or_a_path(capsys, here):
    rows = "".join(
        f'"{c}",2024,EC.ICT.ICT.1C,97\n' for c in ("<script>", "../../x", "a\x1b[31mb", "=1+1", "x" * 250)
    )
    Path("c.csv").write_text("city,year,indicator,value\n" + rows)
    code, out, _ = call(capsys, "score", "c.csv", "--out", "c.xlsx")
    assert code == 0
    assert "\x1b" not in out
    assert sorted(p.name for p in here.iterdir()) == ["c.csv", "c.xlsx"]


def test_the_axis_is_the_grouping_only_where_nobody_chose_another(capsys, here):
    (here / "r.yaml").write_text("by: dimension\n")
    chosen = call(capsys, "score", PILOT, "--recipe", "r.yaml", "--format", "csv")[1]
    assert chosen == call(capsys, "score", PILOT, "--by", "dimension", "--format", "csv")[1]
    assert call(capsys, "score", PILOT, "--recipe", "r.yaml", "--by", "tree")[1].startswith("U4SSC KPIs")
    assert '"level"' in chosen
    assert '"axis"' not in chosen


def test_names_in_a_recipe_that_nothing_has_are_said(capsys, here):
    (here / "r.yaml").write_text("aggregate: {pilar: geometric}")
    code, out, err = call(capsys, "score", PILOT, "--recipe", "r.yaml")
    assert (code, out) == (2, "")
    assert "'pilar'" in err
    # one recipe may serve several frameworks, so that an indicator of another one is no error
    (here / "r.yaml").write_text("tiers: {gini: core}")
    code, out, _ = call(capsys, "score", PILOT, "--recipe", "r.yaml")
    assert code == 0
    assert "tiers names 'gini'" in " ".join(out.split())


def test_a_year_without_any_value_is_said_not_shown_as_an_empty_screen(capsys, here):
    code, out, err = call(capsys, "score", PILOT, "--year", "1999")
    assert (code, out) == (1, "")
    assert "1999" in err
    assert call(capsys, "score", PILOT, "--year", "2022", "--window", "3")[0] == 0


def test_values_of_other_years_are_not_left_out_in_silence(capsys, here):
    rows = "".join(f"Oslo,{year},EC.ICT.ICT.1C,97\n" for year in (2021, 2022, 2023))
    Path("years.csv").write_text("city,year,indicator,value\n" + rows)
    _, out, _ = call(capsys, "score", "years.csv")
    assert "2 values of other years did not enter" in out.replace("\n", " ").replace("    ", "")
    assert "--window" in out
    _, out, _ = call(capsys, "score", "years.csv", "--year", "all")
    assert "every year is scored" in out.replace("\n", " ").lower()


def test_a_bare_call_shows_the_help(capsys, here):
    code, out, _ = call(capsys)
    assert code == 0
    assert "scindex score" in out


def test_the_next_commands_carry_the_framework(capsys, here):
    _, out, _ = call(capsys, "score", PILOT, "-f", "u4ssc")
    assert f"scindex validate {PILOT} -f u4ssc" in out


def test_a_suggested_command_runs_nothing_but_itself(capsys, here):
    (here / "a b.csv").write_text(
        "city,year,indicator,value\nA$(touch x),2020,gini_coefficient,0.3\nB,2020,gini_coefficient,\n"
    )
    _, out, _ = call(capsys, "score", "a b.csv")
    suggested = [line.strip() for line in out.splitlines() if line.startswith("  scindex ")]
    assert suggested[0] == """scindex score "a b.csv" --city 'A$(touch x)'"""
    assert suggested[1] == 'scindex validate "a b.csv"'


def test_an_edited_copy_does_not_pass_as_the_framework_itself(capsys, here):
    own = (ROOT / "indicators" / "frameworks" / "u4ssc.yaml").read_text(encoding="utf-8")
    mine = own.replace("goalposts: {worst: 0, best: 100", "goalposts: {worst: 0, best: 90", 1)
    Path("mine.yaml").write_text(mine, encoding="utf-8")
    _, out, _ = call(capsys, "score", PILOT, "-f", "mine.yaml")
    assert "mine.yaml calls itself u4ssc" in out.replace("\n    ", " ").replace("\n", " ")
    _, out, _ = call(capsys, "score", PILOT, "-f", "u4ssc")
    assert "calls itself" not in out
