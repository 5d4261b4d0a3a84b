"""``scindex inventory audit`` and ``bridge``: what they print, write, refuse, and how they exit."""

import json
from pathlib import Path

import pytest

from scindex import messages
from scindex.cli.root import run
from scindex.screens.layout import width

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "inventory" / "INV.yaml")
CELLS = """City,Country,Year,Level,Population,I.1.1,I.1.2,I.1.3,I.4.4,II.1.1,V.2,BASIC
Aa,Norway,2018,BASIC,100000,100123,200456,1234,9123,100987,-5021,401566
Aa,Norway,2019,BASIC,100000,110123,210456,1134,8123,90987,-5121,{basic}
"""
FIGURES = """name,value,basis,year,boundary,gases,source
map of users,400000,map,2022,,,a map
a satellite,900000,territorial,2019,wider,CO2,a paper
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "clean.csv").write_text(CELLS.format(basic=411566), encoding="utf-8")
    (tmp_path / "wrong.csv").write_text(CELLS.format(basic=419689), encoding="utf-8")
    (tmp_path / "figures.csv").write_text(FIGURES, encoding="utf-8")
    return tmp_path


def call(capsys, *arguments):
    code = run(["inventory", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_clean_inventory_exits_with_nought(capsys, here):
    code, out, _ = call(capsys, "audit", "clean.csv")
    assert code == 0
    assert "Nothing found." in out


def test_the_example_is_clean(capsys, here):
    assert call(capsys, "audit", EXAMPLE)[0] == 0


def test_generation_counted_in_basic_is_an_error_and_exits_with_one(capsys, here):
    code, out, _ = call(capsys, "audit", "wrong.csv")
    assert code == 1
    assert "counts I.4.4, which is no part of it" in " ".join(out.split())


def test_an_audit_is_json_for_machines(capsys, here):
    code, out, _ = call(capsys, "audit", "wrong.csv", "--format", "json")
    assert code == 1
    assert [f["code"] for f in json.loads(out)["findings"]] == ["inv-stray-in-total"]


def test_a_warning_is_an_exit_code_only_with_strict(capsys, here):
    same = CELLS.format(basic="").replace("110123,210456", "110123,110123")
    (here / "doubt.csv").write_text(same, encoding="utf-8")
    assert call(capsys, "audit", "doubt.csv")[0] == 0
    assert call(capsys, "audit", "doubt.csv", "--strict")[0] == 1


@pytest.mark.parametrize(("district", "supplier"), [("자치구", "공급사"), ("district", "supplier")])
def test_headings_of_districts_and_utilities_are_known_without_being_named(capsys, here, district, supplier):
    rows = [
        f"I.1.2,전력,{n},MWh,electricity/kr_2023,{gu},한전"
        for n, gu in ((61, "안구"), (72, "복구"), (133, "합계"))
    ]
    rows.append("I.1.1,가스,0,TJ,fuels/ipcc_natural_gas,안구,북가스")
    rows.append("I.1.1,가스,9,TJ,fuels/ipcc_natural_gas,복구,남가스")
    table = "\n".join([f"항목,활동,활동량,단위,배출계수,{district},{supplier}", *rows])
    (here / "act.csv").write_bytes(table.encode("cp949"))
    head = "city: Haneul\ncountry: KR\nyear: 2023\ngwp_set: AR5\nregion: KR\ntables: {all: act.csv}\n"
    (here / "INV.yaml").write_text(head, encoding="utf-8")
    code, out, _ = call(capsys, "audit", "INV.yaml", "--format", "json")
    found = {f["code"]: f["params"] for f in json.loads(out)["findings"]}
    assert code == 1
    assert found["inv-total-district"]["district"] == "합계"
    assert found["inv-zero-supplier"]["supplier"] == ["북가스"]


def test_a_utility_whose_whole_area_is_at_zero_is_named(capsys, here):
    rows = [
        f"I.1.2,electricity,{n},MWh,electricity/kr_2023,{gu},grid" for n, gu in ((61, "Ahn"), (72, "Bok"))
    ]
    rows.append("I.1.1,city gas,0,TJ,fuels/ipcc_natural_gas,Ahn,north")
    rows.append("I.1.1,city gas,9,TJ,fuels/ipcc_natural_gas,Bok,south")
    table = "\n".join(["ref,activity,amount,unit,factor,gu,utility", *rows])
    (here / "act.csv").write_text(table, encoding="utf-8")
    head = "city: Haneul\ncountry: KR\nyear: 2023\ngwp_set: AR5\nregion: KR\ntables: {all: act.csv}\n"
    (here / "INV.yaml").write_text(head + "columns: {district: gu, supplier: utility}\n", encoding="utf-8")
    code, out, _ = call(capsys, "audit", "INV.yaml", "--format", "json")
    assert code == 0
    assert [(f["code"], f["params"]["supplier"]) for f in json.loads(out)["findings"]] == [
        ("inv-zero-supplier", ["north"])
    ]


def test_the_bridge_of_the_latest_year_is_shown(capsys, here):
    code, out, _ = call(capsys, "bridge", "clean.csv")
    assert code == 0
    assert "Aa, 2019" in out
    assert "2018" not in out
    assert "generation for the grid (I.4.4)" in out


@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_published_figures_are_laid_beside(capsys, here, lang):
    code, out, _ = call(capsys, "bridge", "clean.csv", "--published", "figures.csv", "--lang", lang)
    assert code == 0
    assert "a satellite" in out
    assert "900 000" in out
    assert max(width(line) for line in out.splitlines()) <= 80


def test_a_map_by_sector_is_bridged(capsys, here):
    (here / "map.csv").write_text(
        "year,sector,t\n2019,buildings,300000\n2019,transport,95000\n", encoding="utf-8"
    )
    code, out, _ = call(capsys, "bridge", "clean.csv", "--map", "map.csv")
    assert code == 0
    assert "395 000" in out
    assert "remainder: buildings" in out


def test_a_bridge_is_written_whole_and_never_over_a_file(capsys, here):
    assert call(capsys, "bridge", "clean.csv", "--year", "2018", "--out", "b.csv")[0] == 0
    assert (here / "b.csv").read_text(encoding="utf-8").startswith('"city_id"')
    assert call(capsys, "bridge", "clean.csv", "--out", "b.csv")[0] == 2
    assert call(capsys, "bridge", "clean.csv", "--out", "b.json")[0] == 0
    saved = json.loads((here / "b.json").read_text(encoding="utf-8"))
    assert saved["label"][:2] == ["map", "basic"]
    assert saved["nano"][0] is None
    assert call(capsys, "bridge", "clean.csv", "--out", "b.png")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clean.csv", "--year", "1999"], "1999"),
        (["clean.csv", "--city", "Zz"], "Zz"),
        (["none.csv"], "none.csv"),
        (["clean.csv", "--published", "none.csv"], "none.csv"),
    ],
)
def test_what_is_not_there_is_said(capsys, here, arguments, said):
    code, _, err = call(capsys, "bridge", *arguments)
    assert code == 2
    assert said in err


def test_a_figure_of_an_unknown_basis_is_refused_at_its_cell(capsys, here):
    (here / "odd.csv").write_text("name,t,basis,year\nx,5,production,2019\n", encoding="utf-8")
    code, _, err = call(capsys, "bridge", "clean.csv", "--published", "odd.csv")
    assert code == 1
    assert "odd.csv!C2" in err


def test_a_figure_without_a_city_among_many_cities_is_refused(capsys, here):
    more = CELLS.format(basic="") + "Bb,Norway,2019,BASIC,100000,10,20,1,3,4,-5,\n"
    (here / "two.csv").write_text(more, encoding="utf-8")
    code, _, err = call(capsys, "bridge", "two.csv", "--published", "figures.csv")
    assert code == 2
    assert "--city" in err
