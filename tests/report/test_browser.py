"""The page in a real browser: nothing fails, nothing is loaded, the keyboard works, the table adds up."""

from __future__ import annotations

import pytest
from measure.map.sample import sample_map
from report import browser, test_page

from scindex.report.draw import draw_map

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not browser.available(), reason="no chromium with chromedriver"),
]

CELLS = (
    "return [...document.querySelectorAll('#table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
)
MIDDLE = """
window.scrollTo(0, 0);
const b = document.getElementById('stage').getBoundingClientRect();
return [b.x + b.width / 2, b.y + b.height / 2];
"""
TOTAL = "return document.querySelector(`[data-total='${arguments[0]}']`).textContent"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "map.html"
    draw_map(sample_map(years=(2024, 2030), scenarios=("", "retrofit")), path, lang="en")
    return path


@pytest.fixture(scope="module")
def window():
    with browser.Browser() as opened:
        yield opened


@pytest.mark.parametrize(
    "view", ["", "#by=district&per=resident", "#scenario=retrofit&year=2030&difference=1", "#lang=ko"]
)
def test_the_page_opens_without_a_complaint_or_a_request(window, page, view):
    window.requests(), window.complaints()
    window.open(page, view)
    assert window.complaints() == []
    assert window.requests() == []


def test_the_keyboard_changes_the_layer(window, page):
    window.open(page)
    window.run("document.getElementById('what').focus()")
    before = window.run("return document.getElementById('caption').textContent")
    window.press("down")
    assert window.run("return document.getElementById('caption').textContent") != before
    assert "what=" in window.run("return location.hash")


def test_every_control_is_reached_with_tab_and_shows_the_focus(window, page):
    window.open(page)
    reached = []
    for _ in range(30):
        window.press("tab")
        reached.append(
            window.run(
                "const e = document.activeElement; return e.id || e.name || e.dataset.lang || e.tagName"
            )
        )
    for wanted in ("ko", "what", "per", "by", "scenario", "year", "gaps", "stage", "path", "csv"):
        assert wanted in reached, reached
    window.run("document.getElementById('what').focus()")
    assert window.run("return getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_arrows_go_from_district_to_district_and_enter_chooses_one(window, page):
    window.open(page, "#by=district")
    window.run("document.querySelector('#outlines path').focus()")
    window.press("right", "enter")
    assert window.run("return document.querySelector('#place h2').textContent") == "Middle"
    assert window.run(
        "return document.querySelector('#outlines path.chosen').getAttribute('aria-label')"
    ).startswith("Middle")


def test_a_click_on_the_map_tells_of_the_cell(window, page):
    window.open(page)
    box = window.run(MIDDLE)
    window.point(int(box[0]) + 5, int(box[1]) + 5, click=True)
    assert window.run("return document.querySelector('#place p').textContent").startswith("cell ")
    assert not window.run("return document.getElementById('tip').hidden")


def test_the_table_is_that_of_the_map_and_adds_up(window, page):
    carbon = sample_map(years=(2024, 2030), scenarios=("", "retrofit"))
    window.open(page, "#per=total&what=gross&year=2030&scenario=retrofit")
    rows = carbon.pieces[(carbon.pieces["year"] == 2030) & (carbon.pieces["scenario"] == "retrofit")]
    gross = rows[rows["layer"] != "forest"].groupby("district")["nano"].sum() / 1e9
    shown = {row[0]: float(row[1].replace(",", "")) for row in window.run(CELLS)}
    names = dict(zip(carbon.districts["code"], carbon.districts["name"]))
    assert shown == {names[code]: pytest.approx(tonnes, abs=0.5) for code, tonnes in gross.items() if code}
    assert float(window.run(TOTAL, "shown").replace(",", "")) == pytest.approx(gross.sum(), abs=0.5)


def test_a_heading_sorts_the_table(window, page):
    window.open(page)
    press = "document.querySelector('[data-column=name] button').click();"
    names = [row[0] for row in window.run(press + CELLS)]
    assert names == sorted(names)
    assert (
        window.run("return document.querySelector('[data-column=name]').getAttribute('aria-sort')")
        == "ascending"
    )


def test_the_csv_holds_the_numbers_unrounded(window, page):
    window.open(page, "#what=gross")
    text = window.run(
        "return decodeURIComponent(document.getElementById('csv').href.split(',').slice(1).join(','))"
    )
    lines = text.lstrip("\ufeff").splitlines()
    heads = lines[0].split(",")
    gross = sum(float(line.split(",")[heads.index("gross")] or 0) for line in lines[1:])
    pieces = sample_map(years=(2024, 2030), scenarios=("", "retrofit")).pieces
    rows = pieces[(pieces["year"] == 2024) & (pieces["scenario"] == "") & (pieces["layer"] != "forest")]
    assert gross == pytest.approx(rows["nano"].sum() / 1e9, rel=1e-12)


def test_the_other_language_takes_every_word(window, page):
    window.open(page)
    window.run("document.querySelector('[data-lang=ko]').click()")
    assert window.run("return document.documentElement.lang") == "ko"
    said = window.run(
        "return document.querySelector('main').innerText + document.getElementById('facts').innerText"
    )
    assert "총배출량" in said
    assert "Gross" not in said


@pytest.mark.parametrize(
    "odd", [test_page.one_cell, test_page.nothing_but_zeros, test_page.without_residents]
)
def test_odd_maps_open_without_a_complaint(window, tmp_path, odd):
    draw_map(odd(sample_map(years=(2024, 2030))), tmp_path / "odd.html", lang="en")
    window.complaints()
    for view in ("", "#by=district&per=resident&year=2030&difference=1"):
        window.open(tmp_path / "odd.html", view)
        assert window.complaints() == []


def test_a_narrow_screen_is_not_wider_than_itself(page):
    with browser.Browser(375, 812) as phone:
        phone.open(page)
        assert phone.run("return document.documentElement.scrollWidth") == 375
