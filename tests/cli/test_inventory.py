"""``scindex inventory compute`` and ``summarise``: what they print, write, refuse and open again."""

import json
from pathlib import Path

import pandas as pd
import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.screens.layout import width

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "examples" / "inventory" / "INV.yaml")
CELLS = """City,Country,Year,Level,Population,I.1.1,I.1.2,I.1.3,II.1.1,V.2,Credits I,BASIC
Aa,Norway,2019,BASIC+,100,10,20,1,IE (I.1.1),-5,-2,30
Bb,Norway,2019,BASIC,100,10,10,NE,5,NE,0,25
Cc,Norway,2018,BASIC+,100,90,20,1,30,-5,0,140
Cc,Norway,2019,BASIC+,100,100,20,1,30,-5,0,150
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "cells.csv").write_text(CELLS, encoding="utf-8")
    return tmp_path


def call(capsys, *arguments):
    code = run(["inventory", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_example_is_computed_and_shown(capsys, here):
    code, out, _ = call(capsys, "compute", EXAMPLE)
    assert code == 0
    assert "Greenhouse gas inventory of Haneul, 2023" in out
    for part in ("TOTALS", "BY SECTOR AND SCOPE", "SCOPE 2, TWO WAYS", "OUTSIDE EVERY TOTAL", "DATA QUALITY"):
        assert part in out
    assert "BASIC        1 919 267" in out
    assert "memo CO2_bio 61 776 t" in out


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("arguments", [("compute", EXAMPLE), ("summarise", "cells.csv")])
def test_no_line_is_wider_than_the_terminal(capsys, here, arguments, lang):
    messages.use(lang)
    code, out, _ = call(capsys, *arguments)
    assert code == 0
    assert max(width(line) for line in out.splitlines()) <= 80


def test_every_heading_is_korean_in_korean(capsys, here):
    messages.use("ko")
    _, out, _ = call(capsys, "compute", EXAMPLE)
    for part in ("합계", "부문과 스코프", "모든 합계 밖", "자료 품질"):
        assert part in out
    assert "inventory." not in out


@pytest.mark.parametrize("ending", ["json", "csv", "parquet", "xlsx"])
def test_what_is_written_opens_again_to_the_same_totals(capsys, here, ending):
    _, first, _ = call(capsys, "compute", EXAMPLE, "--out", f"a.{ending}", "--quiet")
    assert first == ""
    call(capsys, "compute", EXAMPLE, "--out", "b.json", "--quiet")
    _, there, _ = call(capsys, "summarise", f"a.{ending}", "--format", "csv")
    _, here_, _ = call(capsys, "summarise", "b.json", "--format", "csv")
    a, b = (pd.read_csv(pd.io.common.StringIO(t)) for t in (there, here_))
    pd.testing.assert_frame_equal(a, b, rtol=1e-12)


def test_the_same_command_writes_the_same_bytes(capsys, here):
    for name in ("a.json", "b.json"):
        call(capsys, "compute", EXAMPLE, "--out", name, "--quiet")
    assert (here / "a.json").read_bytes() == (here / "b.json").read_bytes()


def test_a_saved_inventory_that_was_edited_is_refused(capsys, here):
    call(capsys, "compute", EXAMPLE, "--out", "a.json", "--quiet")
    saved = json.loads((here / "a.json").read_text(encoding="utf-8"))
    saved["lines"]["co2e"][0] = 1.0
    (here / "a.json").write_text(json.dumps(saved), encoding="utf-8")
    assert call(capsys, "summarise", "a.json")[0] == 1


def test_an_existing_file_is_not_replaced_without_force(capsys, here):
    (here / "a.json").write_text("mine", encoding="utf-8")
    assert call(capsys, "compute", EXAMPLE, "--out", "a.json")[0] == 2
    assert (here / "a.json").read_text(encoding="utf-8") == "mine"
    assert call(capsys, "compute", EXAMPLE, "--out", "a.json", "--force", "-q")[0] == 0


def test_observations_can_be_scored(capsys, here):
    call(capsys, "compute", EXAMPLE, "--observations", "ghg.csv", "--quiet")
    table = pd.read_csv("ghg.csv").set_index("indicator")["value"]
    assert table["u4ssc:ghg_emissions"] == pytest.approx(1_919_266.6 / 412_000, rel=1e-6)
    code = run(["score", "ghg.csv", "-f", "u4ssc"])
    assert code == 0
    assert "Haneul" in capsys.readouterr().out


def test_only_cities_of_level_basic_plus_are_ranked(capsys, here):
    _, out, _ = call(capsys, "summarise", "cells.csv")
    ranked = " ".join(out.partition("BASIC+ PER HEAD")[2].split("NOTES")[0].split())
    assert "1 Aa 0.26 (2019), 2 Cc 1.46 (2019)" in ranked
    assert "Bb" not in ranked


def test_one_city_and_year_are_shown_alone(capsys, here):
    _, out, _ = call(capsys, "summarise", "cells.csv", "--city", "aa", "--year", "2019")
    assert "Greenhouse gas inventory of Aa, 2019" in out
    assert "credits -2 t CO2e" in out
    assert "0.30" in out  # BASIC 30 t for 100 inhabitants


def test_an_unknown_city_names_those_close_to_it(capsys, here):
    code, _, err = call(capsys, "summarise", "cells.csv", "--city", "Dd")
    assert code == 2
    assert "Aa" in err


def test_strict_makes_warnings_an_error(capsys, here):
    (here / "odd.csv").write_text(CELLS.replace("NE,5", "NO; IE,5"), encoding="utf-8")
    assert call(capsys, "summarise", "odd.csv")[0] == 0
    assert call(capsys, "summarise", "odd.csv", "--strict")[0] == 1


def test_json_and_csv_are_for_machines(capsys, here):
    _, out, _ = call(capsys, "compute", EXAMPLE, "--format", "json")
    assert json.loads(out)["format"] == "scindex-inventory-1"
    _, out, _ = call(capsys, "compute", EXAMPLE, "--format", "csv")
    assert out.splitlines()[0].startswith('"city_id","city","year","basis","ref"')


@pytest.mark.parametrize(
    ("text", "where", "code"),
    [
        ("city: A\nyear: 2023\ntables: {e: e.csv}\n", "INV.yaml:1", 1),
        ("city: A\nyear: 2023\ngwp_set: AR9\ntables: {e: e.csv}\n", "INV.yaml:3", 1),
        ("city: A\nyear: 2023.5\ngwp_set: AR5\ntables: {e: e.csv}\n", "INV.yaml:2", 1),
        ("city: A\npopulation: -5\nyear: 2023\ngwp_set: AR5\ntables: {e: e.csv}\n", "INV.yaml:2", 1),
        ("city: A\nyear: 2023\ngwp: AR5\ngwp_set: AR5\ntables: {e: e.csv}\n", "INV.yaml:3", 1),
        ("city: A\nyear: 2023\ngwp_set: AR5\ntables: {e: none.csv}\n", "none.csv", 1),
        ("year: 2023\ngwp_set: AR5\ntables: {e: e.csv}\n", "e.csv", 1),
        ("city: A\ngwp_set: AR5\ntables: {e: e.csv}\n", "e.csv", 1),
        ("city: A\nyear: 2023\ngwp_set: AR5\ntables: {e: e.csv}\nfactors: [none.yaml]\n", "none.yaml", 2),
    ],
)
def test_a_faulty_inv_yaml_is_told_at_its_line(capsys, here, text, where, code):
    (here / "e.csv").write_text("ref,amount,unit,factor\nI.1.2,1,MWh,electricity/kr_2023\n", encoding="utf-8")
    (here / "INV.yaml").write_text(text, encoding="utf-8")
    done, _, err = call(capsys, "compute", "INV.yaml")
    assert (done, where in err) == (code, True)


def test_korean_headings_and_columns_named_by_hand_are_read(capsys, here):
    table = "항목,연료명,연간사용량(MWh),배출계수\nI.1.2,전력,1200,electricity/kr_2023\n"
    (here / "e.csv").write_bytes(table.encode("cp949"))
    head = "city: A\nyear: 2023\ngwp_set: AR5\ntables: {e: {file: e.csv, columns: "
    (here / "INV.yaml").write_text(head + "{amount: 연간사용량(MWh), unit: 단위}}}\n", encoding="utf-8")
    assert call(capsys, "compute", "INV.yaml")[0] == 1  # no column of that name
    (here / "e.csv").write_bytes(
        table.replace("배출계수", "배출계수,단위").replace("2023\n", "2023,MWh\n").encode("cp949")
    )
    (here / "INV.yaml").write_text(head + "{amount: 연간사용량(MWh)}}}\n", encoding="utf-8")
    code, out, _ = call(capsys, "compute", "INV.yaml")
    assert code == 0
    assert "501" in out


def test_a_table_of_lines_with_a_text_for_a_number_is_refused_at_its_cell(capsys, here):
    call(capsys, "compute", EXAMPLE, "--out", "a.csv", "--quiet")
    table = pd.read_csv("a.csv", dtype=str, keep_default_na=False)
    table.loc[0, "co2e"], table.loc[1, "kind"] = "much", "gift"
    table.to_csv("a.csv", index=False)
    code, _, err = call(capsys, "summarise", "a.csv")
    assert code == 1
    assert "a.csv!L2" in err
    assert "a.csv!N3" in err


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a,b\n1,2\n"])
def test_what_is_no_inv_yaml_is_one_fault(capsys, here, text):
    (here / "INV.yaml").write_text(text, encoding="utf-8")
    code, _, err = call(capsys, "compute", "INV.yaml")
    assert code == 1
    assert "1 error" in err
