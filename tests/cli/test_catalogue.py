"""What the catalogue commands print, and how they end."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.screens.layout import width


def call(capsys, *arguments):
    code = run(["catalogue", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_list_shows_frameworks_and_target_sets_with_counts(capsys):
    code, out, _ = call(capsys, "list")
    assert code == 0
    assert "91 KPIs, 112 data points" in out
    assert "131 indicators" in out
    assert "u4ssc_published" in out


def test_a_framework_lists_every_indicator_once(capsys):
    _, out, _ = call(capsys, "list", "u4ssc")
    assert out.count("EN: EN: AQ: 2C") == 1
    tree = out.partition("\n\n")[2]
    assert len(tree.splitlines()) == 1 + 3 + 7 + 27 + 91 + (112 - 84)


def test_a_framework_says_where_it_is_from_and_what_to_know(capsys):
    head = call(capsys, "list", "oecd")[1].partition("\n\n")[0]
    assert "38 recalled" in head
    assert "scindex, Proposals" in head


def test_no_line_of_a_list_is_wider_than_the_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for lang in messages.LANGUAGES:
        messages.use(lang)
        for framework in ("u4ssc", "oecd"):
            _, out, _ = call(capsys, "list", framework)
            lines = [line for line in out.splitlines() if not line.startswith("https:")]
            assert max(map(width, lines)) <= 80


def test_show_prints_page_address_goalposts_standing_reason_ranges_unit_and_uses(capsys):
    _, out, _ = call(capsys, "show", "u4ssc", "EN.EN.AQ.2C")
    plain = " ".join(out.split())
    for said in (
        "p. 75: published",
        "page75.html",
        "worst 20, best 0: proposed",
        "best is no emissions",
        "possible 0 to 500",
        "plausible 0.1 to 40",
        "t_CO2e/person/year",
        "lower is better",
        "Impact > Sustainability",
        "oecd: I01",
        "none in any target set",
    ):
        assert said in plain, said


def test_show_prints_conflicts_and_targets(capsys):
    _, out, _ = call(capsys, "show", "EC: ICT: ICT: 5C")
    plain = " ".join(out.split())
    assert "tier: advanced" in plain
    assert "core (Trondheim" in plain
    assert "no target: shown as N/A" in plain


def test_a_kpi_with_points_prints_what_they_share_once(capsys):
    _, out, _ = call(capsys, "show", "u4ssc", "Air", "Pollution")
    assert out.count("volume of air sampled") == 1
    assert "worst 35, best 5" in out
    assert "worst 70, best 15" in out


def test_a_node_lists_what_is_below_it(capsys):
    _, out, _ = call(capsys, "show", "oecd", "impact.resilience")
    assert all(code in out for code in ("I36", "I37", "I38"))
    assert "I39" not in out


def test_an_unknown_entry_ends_with_2_and_close_names(capsys):
    code, out, err = call(capsys, "show", "u4ssc", "EN.EN.AQ.9C")
    assert (code, out) == (2, "")
    assert "EN: EN: AQ: 2C" in err


def test_everything_is_korean_on_request(capsys):
    messages.use("ko")
    _, out, _ = call(capsys, "show", "u4ssc", "지니계수")
    assert all(word in out for word in ("낮을수록 좋음", "기준점", "출처"))
    assert "lower is better" not in out


def test_search_answers_in_words_of_either_language(capsys):
    assert "u4ssc:smart_water_meters" in call(capsys, "search", "water", "meters")[1]
    assert "u4ssc:ghg_emissions" in call(capsys, "search", "온실가스")[1]
    assert "zzzz" in call(capsys, "search", "zzzz")[1]


def test_json_and_csv_hold_the_same_indicators(capsys):
    rows = json.loads(call(capsys, "list", "oecd", "--format", "json")[1])
    table = list(csv.DictReader(io.StringIO(call(capsys, "list", "oecd", "--format", "csv")[1])))
    assert [r["id"] for r in rows] == [r["id"] for r in table]
    assert {r["code"] for r in rows} >= {"D17", "I01"}


def test_show_as_json_carries_uses_and_targets(capsys):
    (entry,) = json.loads(call(capsys, "show", "EC.ICT.ICT.2C", "--format", "json")[1])
    assert {t["target_set"]: t["target"] for t in entry["targets"]}["u4ssc_published"] == 60
    assert entry["source"]["page"] == "24"


def test_check_passes_and_counts(capsys):
    code, out, _ = call(capsys, "check")
    assert code == 0
    assert "0 errors, 0 warnings" in out


def test_check_of_a_file_with_doubts_ends_with_1_only_if_strict(capsys, tmp_path):
    path = tmp_path / "pilot.yaml"
    text = "framework: pilot\nname: Pilot\nlevels: [i]\nindicators:\n"
    text += "  a: {name: A, kind: amount, direction: higher}\n"
    path.write_text(text, encoding="utf-8")
    assert call(capsys, "check", str(path))[0] == 1
    path.write_text(text.replace("higher}", "higher, source: {page: 1}}"), encoding="utf-8")
    assert call(capsys, "check", str(path))[0] == 0
    assert call(capsys, "check", str(path), "--strict")[0] == 1


def test_check_of_a_broken_file_names_its_lines(capsys, tmp_path):
    path = tmp_path / "pilot.yaml"
    path.write_text(
        "framework: pilot\nname: P\nlevels: [i]\nindicators:\n  a: {kinds: amount}\n", encoding="utf-8"
    )
    code, _, err = call(capsys, "check", str(path))
    assert code == 1
    assert "pilot.yaml:5" in err


def test_a_users_framework_can_be_listed_and_shown(capsys, tmp_path):
    path = tmp_path / "pilot.yaml"
    path.write_text(
        "framework: pilot\nname: Pilot\nlevels: [i]\nindicators:\n  a: {use: 'u4ssc:poverty', code: P7}\n",
        encoding="utf-8",
    )
    assert "P7" in call(capsys, "list", str(path))[1]
    assert "pilot: P7" in call(capsys, "show", str(path), "P7")[1]


def test_units_are_listed_and_explained(capsys):
    assert "kWh/m**2/year" in call(capsys, "units")[1]
    assert "u4ssc:public_building_energy_consumption" in call(capsys, "units", "kWh/m2·yr")[1]
    assert "several meanings" in call(capsys, "units", "ton")[1]
    assert "not understood" in call(capsys, "units", "bananas")[1]


@pytest.mark.parametrize("command", ["list", "show", "search", "check", "units"])
def test_every_command_has_help_with_an_example(capsys, command):
    code, out, _ = call(capsys, command, "--help")
    assert code == 0
    assert "scindex catalogue" in out
    assert "Example:" in out


def test_listing_loads_neither_pandas_nor_pint():
    script = (
        "import sys; from scindex.cli.root import run; run(['catalogue', 'list']);"
        "run(['catalogue', 'show', 'u4ssc', 'EN.EN.AQ.2C']);"
        "sys.exit(bool({'pandas', 'pint', 'numpy', 'openpyxl'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "SCINDEX_LANG": "en"}, capture_output=True
    )
    assert done.returncode == 0, done.stderr[-500:]


META = (
    "iCode,iName,Type,Parent,Direction\nA,Trees,Indicator,I,1\nB,Noise,Indicator,I,-1\nI,Index,Aggregate,,1\n"
)


@pytest.fixture
def meta(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meta.csv").write_text(META, encoding="utf-8")
    return tmp_path


def test_import_writes_a_framework_that_the_other_commands_read(capsys, meta):
    code, out, err = call(capsys, "import", "meta.csv", "--id", "own", "--out", "own.yaml")
    assert (code, out) == (0, "")
    assert "own.yaml" in err
    assert "2 indicators" in err
    assert call(capsys, "check", "own.yaml")[0] == 0
    assert "Trees" in call(capsys, "list", "own.yaml")[1]


def test_import_never_replaces_a_file_unasked_and_prints_where_asked(capsys, meta):
    (meta / "own.yaml").write_text("mine", encoding="utf-8")
    assert call(capsys, "import", "meta.csv", "--id", "own", "--out", "own.yaml")[0] == 2
    assert (meta / "own.yaml").read_text(encoding="utf-8") == "mine"
    code, out, err = call(capsys, "import", "meta.csv", "--id", "own", "--out", "-", "-q")
    assert (code, err) == (0, "")
    assert "framework: own" in out
    assert call(capsys, "import", "meta.csv", "--id", "own", "--out", "own.yaml", "--force")[0] == 0


def test_import_tells_every_fault_and_writes_nothing(capsys, meta):
    (meta / "meta.csv").write_text(META.replace("I,-1", "J,0"), encoding="utf-8")
    code, _, err = call(capsys, "import", "meta.csv", "--id", "own", "--out", "own.yaml")
    assert code == 1
    assert "meta.csv!D3" in err
    assert "meta.csv!E3" in err
    assert "Traceback" not in err
    assert not (meta / "own.yaml").exists()


def test_import_speaks_korean_in_the_file_too(capsys, meta):
    messages.use("ko")
    code, out, err = call(capsys, "import", "meta.csv", "--id", "own", "--out", "-")
    assert code == 0
    assert "표에 없는 것은 더하지 않음" in out
    assert "지표 2개" in err


def test_a_wrong_metadata_table_is_not_told_to_skip_its_errors(capsys, tmp_path, monkeypatch):
    from scindex.cli.root import run

    monkeypatch.chdir(tmp_path)
    (tmp_path / "meta.csv").write_text("city,value\nOslo,1\n")
    assert run(["catalogue", "import", "meta.csv", "--id", "x", "--out", "-"]) == 1
    told = capsys.readouterr().err
    assert "iCode" in told
    assert "--skip-errors" not in told
