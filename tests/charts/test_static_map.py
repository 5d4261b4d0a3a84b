"""A picture of a map says what it shows, and is the same every time."""

from __future__ import annotations

import io
import re

import pytest
from measure.map.sample import sample_map
from PIL import Image

from scindex.charts import fonts
from scindex.charts.drawing import choose, class_limits, draw
from scindex.charts.quantities import amounts, quantities
from scindex.charts.static_map import static_map
from scindex.errors import UsageError


def drawn(carbon, lang="en", style="svg", **wanted):
    choice = choose(carbon, amounts(carbon, "district").views, **wanted)
    return static_map(carbon, amounts(carbon, choice.by), choice, lang=lang, style=style, dpi=60)


def words(svg: bytes) -> str:
    return " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode()))


@pytest.mark.parametrize("style", ["png", "svg"])
@pytest.mark.parametrize("by", ["cell", "district"])
def test_the_same_map_gives_the_same_bytes_without_a_date(style, by):
    first, _ = drawn(sample_map(), style=style, by=by)
    assert first == drawn(sample_map(), style=style, by=by)[0]
    assert not re.search(rb"20\d\d-\d\d-\d\dT", first)


def test_a_picture_states_scale_year_system_sum_and_limits():
    carbon = sample_map()
    said = words(drawn(carbon)[0])
    for wanted in (
        "EPSG:5179",
        "Data of 2024",
        "cells of 100 m",
        "Sum of what is on the map",
        "over ",
        "N",
        " m",
    ):
        assert wanted in said, wanted
    assert "data missing for more than half" in said


def test_a_scenario_is_said_to_be_attributional():
    carbon = sample_map(scenarios=("", "retrofit"))
    assert "attributional" in words(drawn(carbon, scenario="retrofit")[0])
    assert "attributional" not in words(drawn(carbon)[0])


def test_the_korean_picture_has_korean_words_and_a_font_for_them():
    picture, findings = drawn(sample_map(), lang="ko")
    assert "헥타르당" in words(picture)
    assert not findings or findings[0].code == "map-no-hangul-font"


def test_a_missing_korean_font_is_said(monkeypatch):
    monkeypatch.setattr(fonts, "hangul_family", lambda: "")
    assert [f.code for f in drawn(sample_map(), lang="ko")[1]] == ["map-no-hangul-font"]
    assert drawn(sample_map(), lang="en")[1] == ()


def test_a_place_that_is_mostly_allocated_is_grey():
    carbon = sample_map()
    shared = carbon.__class__(**{**vars(carbon), "pieces": carbon.pieces.assign(standing="allocated")})
    colours = {}
    for name, one in (("metered", carbon), ("allocated", shared)):
        picture = Image.open(
            io.BytesIO(drawn(one, style="png", layer="building_electricity", by="district")[0])
        )
        middle = picture.convert("RGB").getpixel((int(picture.width * 0.12), picture.height // 3))
        colours[name] = max(middle) - min(middle)
    assert colours["allocated"] <= 2 < colours["metered"]


def test_a_dollar_sign_in_a_name_is_a_dollar_sign():
    carbon = sample_map()
    named = carbon.__class__(**{**vars(carbon), "name": {"en": "$a_b$ & <c>", "ko": "가"}})
    assert "$a_b$ &amp; &lt;c&gt;" in drawn(named)[0].decode()


def test_classes_are_the_same_in_all_years_and_scenarios():
    carbon = sample_map(years=(2024, 2030), scenarios=("", "x"))
    found = amounts(carbon, "cell")
    pictures = [
        draw(carbon, found, choose(carbon, found.views, year=y, scenario=s))
        for y in (2024, 2030)
        for s in ("", "x")
    ]
    assert len({p.classes for p in pictures}) == 1
    assert class_limits(found, quantities(carbon.layers)[0], "ha") == pictures[0].classes


def test_everything_that_the_map_does_not_have_is_said_at_once():
    carbon = sample_map()
    views = amounts(carbon, "district").views
    with pytest.raises(UsageError) as caught:
        choose(carbon, views, layer="building_electricty", scenario="none")
    assert [f.code for f in caught.value.findings] == ["map-unknown-layer", "map-unknown-scenario"]
    assert "building_electricity" in str(caught.value)
    with pytest.raises(UsageError, match="2025"):
        choose(carbon, views, year=2025)
    with pytest.raises(UsageError, match="--layer or --sector"):
        choose(carbon, views, layer="forest", sector="buildings")
