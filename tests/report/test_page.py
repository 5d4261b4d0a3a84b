"""The page of a map: whole, the same every time, safe whatever names a file holds, in two languages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from measure.map.sample import sample_map

from scindex import messages
from scindex.charts.drawing import choose
from scindex.charts.quantities import amounts
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.report.carbon_map import page_data
from scindex.report.draw import draw_map
from scindex.report.page import TEMPLATES, build_page

NASTY = "</script><img src=x onerror=alert(1)>\u2028=1+1"


def changed(carbon, **parts):
    return carbon.__class__(**{**vars(carbon), **parts})


def page_of(carbon, lang="en", **wanted):
    return build_page(carbon, choose(carbon, amounts(carbon, "district").views, **wanted), lang=lang)


def data_of(page):
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    )


@pytest.fixture
def nasty():
    carbon = sample_map(scenarios=("", NASTY))
    layers = carbon.layers.assign(name_en=NASTY, name_ko=NASTY, source=NASTY)
    districts = carbon.districts.assign(name=NASTY)
    findings = (Finding("map-unknown-layer", "note", value=NASTY, params={"close": [NASTY]}),)
    return changed(
        carbon, layers=layers, districts=districts, name={"en": NASTY, "ko": NASTY}, findings=findings
    )


def test_the_same_map_gives_the_same_page():
    assert page_of(sample_map()) == page_of(sample_map())


def test_no_name_of_a_file_becomes_markup(nasty):
    page = page_of(nasty)
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert "\u2028" not in page.split('id="data"')[1]
    assert data_of(page)["places"]["district"]["names"] == [NASTY] * 3


def test_nothing_is_asked_of_the_outside():
    page = page_of(sample_map())
    assert "default-src 'none'" in page
    outside = re.findall(
        r"(?:src|href|url)\s*[=(]\s*[\"']?(?!#|data:|\{)([^\"')\s>]+)", page.split('id="data"')[0]
    )
    assert not outside
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|import)\s*\(", page)


def test_the_policy_names_the_very_script_and_style():
    page = page_of(sample_map())
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in page.replace("&#39;", "'")
    assert " style=" not in page.split('id="data"')[0]
    assert not re.search(r"\son\w+=", page.split('id="data"')[0])


def test_totals_are_exact_and_hold_what_is_on_no_map():
    carbon = sample_map(years=(2024, 2030))
    data = data_of(page_of(carbon))
    for view, totals in zip(data["views"], data["totals"]):
        rows = carbon.pieces[carbon.pieces["year"] == view["year"]]
        emitted = rows[rows["layer"] != "forest"]["nano"].sum()
        assert totals["gross"] == emitted / 1e9
        assert totals["net"] == rows["nano"].sum() / 1e9
    assert all(off > 0 for by in ("cell", "district") for off in data["offMap"][by])


def test_every_word_that_the_script_asks_for_exists_in_both_languages():
    data = data_of(page_of(sample_map()))
    script = "".join(p.read_text(encoding="utf-8") for p in sorted(TEMPLATES.glob("*.js")))
    page = (TEMPLATES / "page.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'\b(?:t|act|special)\("([\w.-]+)"[,)]', script))
    asked |= set(re.findall(r'data-t(?:-aria-label)?="([\w.-]+)"', page)) | set(
        re.findall(r't\(["\']([\w.-]+)', page)
    )
    for lang in messages.LANGUAGES:
        assert not asked - set(data["texts"][lang])
    prefixes = set(re.findall(r't\((?:"|\()?[^"]*"([\w.-]+[.-])" \+', script))
    assert all(any(key.startswith(p) for key in data["texts"]["en"]) for p in prefixes)


def test_the_page_opens_in_the_language_asked_for_and_holds_both():
    page = page_of(sample_map(), lang="ko")
    assert '<html lang="ko">' in page
    assert "무엇을 보여 주는 지도인가?" in page
    assert "What am I looking at?" in page


def test_a_map_of_territorial_emissions_does_not_call_them_those_of_end_users():
    carbon = sample_map()
    territorial = changed(carbon, layers=carbon.layers.assign(basis="territorial"))
    assert "(territorial emissions)" in page_of(territorial).split('id="data"')[0]
    assert "end-user" not in page_of(territorial).split('id="data"')[0]
    both = changed(carbon, layers=carbon.layers.assign(basis="end_user+territorial"))
    assert "(end-user emissions)" in page_of(both).split('id="data"')[0]


def test_classes_are_stated_for_every_choice():
    carbon = sample_map(years=(2024, 2030))
    data = data_of(page_of(carbon))
    for by in ("cell", "district"):
        for quantity in data["quantities"]:
            for per in ("total", "ha", "resident"):
                for legend in data["classes"][by][quantity["id"]][per]:
                    assert len(legend["colours"]) == len(legend["greys"]) == len(legend["breaks"]) + 1


def test_a_scenario_is_compared_with_what_was_measured_that_year_else_in_the_maps_year():
    carbon = sample_map(years=(2024, 2030), scenarios=("", "retrofit"))
    data = page_data(carbon, choose(carbon, amounts(carbon, "district").views), lang="en")
    named = [(v["year"], v["scenario"]) for v in data["views"]]
    compared = {view: named[base] if base >= 0 else None for view, base in zip(named, data["bases"])}
    assert compared == {
        (2024, ""): None,
        (2030, ""): (2024, ""),
        (2024, "retrofit"): (2024, ""),
        (2030, "retrofit"): (2030, ""),
    }


def test_scenarios_have_the_names_that_the_catalogue_or_the_map_gives_them():
    carbon = sample_map(scenarios=("", "fewer_cars", "mine", "strange"))
    named = replace(carbon.provenance, recipe={"scenarios": {"mine": {"en": "My own", "ko": "나의 것"}}})
    scenarios = data_of(page_of(changed(carbon, provenance=named)))["scenarios"]
    assert scenarios["fewer_cars"]["ko"] == "승용차 주행 감축"
    assert scenarios["mine"]["en"] == "My own"
    assert scenarios["strange"] == {"en": "strange", "ko": "strange"}


def test_districts_can_be_the_cells():
    carbon = sample_map()
    pieces = carbon.pieces.assign(
        cell=[{"D1": 0, "D2": 1, "D3": 2}.get(d, -1) for d in carbon.pieces["district"]]
    )
    data = data_of(page_of(changed(carbon, grid=None, pieces=pieces)))
    assert "cell" not in data["places"]
    assert data["start"]["by"] == "district"


def test_provenance_and_findings_are_inside():
    carbon = changed(sample_map(), findings=(Finding("map-draw-empty", "note"),))
    page = page_of(carbon)
    assert carbon.provenance.version in page
    assert [f["severity"] for f in data_of(page)["findings"]] == ["warning", "note"]


def test_the_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "map.html"
    draw_map(sample_map(), path, lang="en")
    with pytest.raises(UsageError, match="exists"):
        draw_map(sample_map(), path, lang="en")
    draw_map(sample_map(), path, lang="ko", force=True)
    for name, wanted, error in (("a.html", {"layer": "x"}, UsageError), ("a.pdf", {}, UsageError)):
        with pytest.raises(error):
            draw_map(sample_map(), tmp_path / name, lang="en", **wanted)
    with pytest.raises(DataError):
        draw_map(changed(sample_map(), pieces=sample_map().pieces.iloc[:0]), tmp_path / "b.html", lang="en")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.html"]


@pytest.mark.parametrize("name", ["map.png", "map.SVG"])
def test_the_end_of_the_name_says_what_is_drawn(tmp_path, name):
    draw_map(sample_map(), tmp_path / name, lang="en", by="district")
    first = (tmp_path / name).read_bytes()[:60]
    assert first.startswith(b"\x89PNG") if name.endswith("png") else b"<?xml" in first


def one_cell(carbon):
    first = carbon.pieces["cell"].min() if (carbon.pieces["cell"] >= 0).all() else carbon.areas["cell"].min()
    tables = {name: getattr(carbon, name) for name in ("pieces", "areas", "coverage", "contributors")}
    return changed(carbon, **{name: table[table["cell"] == first] for name, table in tables.items()})


def nothing_but_zeros(carbon):
    return changed(carbon, pieces=carbon.pieces.assign(nano=0, largest=0))


def without_residents(carbon):
    return changed(carbon, areas=carbon.areas.assign(residents=float("nan")))


def without_coverage(carbon):
    return changed(carbon, coverage=carbon.coverage.iloc[:0])


def in_another_system(carbon):
    grid = replace(carbon.grid, crs="EPSG:5186")
    return changed(carbon, grid=grid, districts=carbon.districts.set_crs("EPSG:5186", allow_override=True))


def without_errors_and_sources(carbon):
    return changed(carbon, layers=carbon.layers.assign(relative_error=float("nan"), source=None))


@pytest.mark.parametrize("name", ["map.html", "map.svg"])
@pytest.mark.parametrize(
    "odd",
    [
        one_cell,
        nothing_but_zeros,
        without_residents,
        without_coverage,
        in_another_system,
        without_errors_and_sources,
    ],
)
def test_odd_maps_are_drawn_too(odd, name, tmp_path):
    draw_map(odd(sample_map()), tmp_path / name, lang="en", per="resident")
    assert "EPSG:5186" in (tmp_path / name).read_text(encoding="utf-8") or odd is not in_another_system
