"""Factors and standards on the screen: found by word, shown with their sources, in both languages."""

from __future__ import annotations

import csv
import io
import json
import time

import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.screens.layout import width


def call(capsys, *arguments):
    code = run(["catalogue", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_list_points_to_factors_and_standards(capsys):
    assert "catalogue list factors" in call(capsys, "list")[1]


def test_families_are_listed_with_their_counts_and_the_warming_potentials(capsys):
    _, out, _ = call(capsys, "list", "factors")
    assert "Grid electricity           15 factors" in out
    assert "5 sets" in out
    assert "1 factor\n" in out


def test_a_family_lists_every_factor_by_the_id_that_shows_it(capsys):
    _, out, _ = call(capsys, "list", "electricity")
    assert "catalogue show electricity/kr_2023" in out
    assert "  kr_2020_2022" in out
    _, out, _ = call(capsys, "show", "electricity/kr_2023")
    assert all(said in out for said in ("0.4173 t_CO2e/MWh", "single_year", "consumption", "published"))


def test_show_prints_conflicts_and_what_was_not_checked(capsys):
    _, out, _ = call(capsys, "show", "electricity/kr_2018_2020")
    assert "0.4781" in out
    assert "not checked" in out


def test_the_gases_of_one_entry_print_what_they_share_once(capsys):
    _, out, _ = call(capsys, "show", "district_heat/kr_cheongju")
    assert out.count("Korea District Heating Corporation") == 1
    assert all(value in out for value in ("67 971 kg_CO2/TJ", "2.6169 kg_CH4/TJ", "0.5234 kg_N2O/TJ"))


def test_a_standard_shows_its_limits_or_why_it_has_none(capsys):
    assert "148.6 kWh/m**2/year" in call(capsys, "show", "kr_target_intensity")[1]
    assert "was not found" in call(capsys, "show", "seoul_cap")[1]
    assert "4.03" in call(capsys, "show", "nyc_ll97/m.2030")[1]
    assert "usable floor area" in call(capsys, "show", "paris_proof/office")[1]


@pytest.mark.parametrize("wanted", ["electricity/kr_20", "paris_proof/offce"])
def test_an_unknown_entry_names_the_closest(capsys, wanted):
    code, out, err = call(capsys, "show", wanted)
    assert (code != 0, out) == (True, "")
    assert ("electricity/kr_2023" in err) or ("paris_proof/office" in err)


def test_search_finds_factors_in_either_language(capsys):
    assert "electricity/kr_2023" in call(capsys, "search", "electricity", "factor")[1]
    assert "uptake/pinus_densiflora" in call(capsys, "search", "소나무")[1]
    assert "Nothing fits" in call(capsys, "search", "zzzzqq")[1]


def test_json_and_csv_hold_the_same_factors(capsys):
    rows = json.loads(call(capsys, "list", "fuels", "--format", "json")[1])
    table = list(csv.DictReader(io.StringIO(call(capsys, "list", "fuels", "--format", "csv")[1])))
    assert [r["id"] for r in rows] == [r["id"] for r in table]
    (whole,) = json.loads(call(capsys, "show", "electricity/kr_2023", "--format", "json")[1])
    assert (whole["value"], whole["source"]["year"]) == (0.4173, 2025)
    assert json.loads(call(capsys, "list", "standards", "--format", "json")[1])[0]["limits"] == 5
    assert len(json.loads(call(capsys, "show", "tokyo_cap_and_trade", "--format", "json")[1])) == 9


def test_a_search_as_csv_holds_indicators_and_factors(capsys):
    table = csv.DictReader(io.StringIO(call(capsys, "search", "electricity", "--format", "csv")[1]))
    ids = [row["id"] for row in table]
    assert {"electricity/kr_2023", "u4ssc:electricity_consumption"} <= set(ids)


@pytest.mark.parametrize(
    "word", ["factors", "electricity", "forest", "standards", "nyc_ll97", "seoul_cap", "gwp"]
)
def test_everything_is_korean_on_request_and_fits_the_terminal(capsys, monkeypatch, word):
    monkeypatch.setenv("COLUMNS", "80")
    messages.use("ko")
    _, out, _ = call(capsys, "list", word)
    assert "published" not in out
    assert any("가" <= letter <= "힣" for letter in out)
    assert max(width(line) for line in out.splitlines() if "http" not in line) <= 80


def test_a_factor_file_of_one_s_own_is_checked(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    text = "family: cooling\nname: {en: Cooling, ko: 냉방}\nfactors:\n"
    text += "  a: {name: {en: A, ko: 가}, value: 1, unit: t_CO2e/MWh, gas: CO2e, source: {page: 1}}\n"
    path.write_text(text, encoding="utf-8")
    code, out, _ = call(capsys, "check", str(path))
    assert (code, "1 in 1 families" in out) == (0, True)
    path.write_text(text.replace("gas: CO2e", "gas: CO2"), encoding="utf-8")
    code, _, err = call(capsys, "check", str(path))
    assert (code, "mine.yaml:4" in err) == (1, True)


def test_a_look_up_of_one_factor_is_quick(capsys):
    began = time.perf_counter()
    call(capsys, "show", "electricity/kr_2023")
    assert time.perf_counter() - began < 2
