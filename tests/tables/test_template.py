"""A template is filled in as an analyst would, and read back by the reader of city files."""

from __future__ import annotations

import io
import math
import warnings
from functools import cache

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex import __version__
from scindex.catalogue.codelists import codelist
from scindex.catalogue.load import load_framework, read_framework
from scindex.catalogue.lookup import fold
from scindex.errors import DataError, UsageError
from scindex.messages import LANGUAGES, label
from scindex.tables.cities import read_cities_bytes
from scindex.tables.headers import words
from scindex.tables.remarks import quality_code, status_code
from scindex.tables.template import build_template, write_template
from scindex.tables.template_data import HEAD, STATUSES, clip
from scindex.tables.template_styles import TALLEST, count_lines, row_height

EVERY = [(framework, lang) for framework in ("u4ssc", "oecd") for lang in LANGUAGES]
FIRST = HEAD + 2
"""The first row of indicators, as a spreadsheet counts."""

OWN = """
framework: mine
name: {en: Mine, ko: 우리}
edition: "1"
levels: [topic, indicator]
level_names: {topic: {en: topic, ko: 주제}, indicator: {en: indicator, ko: 지표}}
source: {publisher: Us, title: Mine, year: 2024, standing: proposed}
nodes:
  air: {level: topic, name: {en: Air, ko: 대기}}
indicators:
  benches:
    parent: air
    name: {en: Benches in the shade, ko: 그늘 벤치 수}
    kind: amount
    unit: count
    unit_label: {en: number, ko: 개}
    direction: higher
    no_goalposts: {en: no norm, ko: 기준 없음}
"""


@cache
def made(framework: str, lang: str) -> bytes:
    return build_template(load_framework(framework), lang=lang, city="Karmøy", year=2024)


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place(sheet, lang: str) -> dict[str, int]:
    """Return the column of each heading by its key, counted from 1."""
    keys = ("code", "name", "unit", "value", "status", "quality", "source", "note", "city", "year", "id")
    texts = {label(f"template.column.{k}", lang): k for k in keys}
    return {texts[c.value]: c.column for c in sheet[HEAD + 1] if c.value in texts}


def sound_values(framework) -> dict[str, float]:
    """Return a plausible value for each indicator, under which the cross-rules hold."""
    values = {}
    for n, (name, i) in enumerate(framework.indicators.items()):
        low, high = i.plausible if i.plausible[0] is not None else i.possible
        low = 0.0 if low is None else low
        high = low + 10 if high is None else high
        values[name] = round(low + (high - low) * (n % 7 + 1) / 9, 3)
    for rule in framework.rules:
        if rule.kind == "sum_near":
            values |= {i: round(rule.total / len(rule.indicators), 6) for i in rule.indicators}
        else:
            values[rule.indicators[0]] = min(values[i] for i in rule.indicators)
    return values


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_what_is_filled_in_reads_back_without_loss(name, lang):
    framework = load_framework(name)
    book = opened(made(name, lang))
    sheet = book.worksheets[0]
    at = place(sheet, lang)
    values = sound_values(framework)
    classes = list(codelist("quality").items())
    wanted = {}
    for n, row in enumerate(range(FIRST, sheet.max_row + 1)):
        indicator = framework.indicators[sheet.cell(row, at["id"]).value]
        code, names = classes[n % len(classes)]
        status = ("", "A", "E", "P")[n % 4]
        if indicator.kind == "yes_no":
            value = float(n % 2)
            sheet.cell(row, at["value"]).value = label(f"template.{('no', 'yes')[n % 2]}", lang)
        else:
            value = values[indicator.id]
            sheet.cell(row, at["value"]).value = value
        sheet.cell(row, at["status"]).value = status or None
        sheet.cell(row, at["quality"]).value = names[lang]
        sheet.cell(row, at["source"]).value = source = f"=Register {n}, 자료 {row}"
        sheet.cell(row, at["source"]).data_type = "s"
        wanted[indicator.id] = (value, status or "A", "", code, source)
    cities = read_cities_bytes(saved(book), "city.xlsx")
    found = {
        o.indicator: (o.value, o.status, o.reason, o.quality, o.source)
        for o in cities.observations.itertuples()
    }
    assert found == wanted
    assert set(cities.observations["city"]) == {"Karmøy"}
    assert set(cities.observations["year"]) == {2024}
    assert {f.code for f in cities.findings} == {"sheet-chosen", "rows-above-header"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("column", ["value", "status"])
def test_every_reason_reads_back_from_either_column(lang, column):
    framework = load_framework("u4ssc")
    book = opened(made("u4ssc", lang))
    sheet = book.worksheets[0]
    at = place(sheet, lang)
    reasons = ["NR", "NE", "C", "IE", "NA"]
    wanted = {}
    for n, row in enumerate(range(FIRST, FIRST + 20)):
        sheet.cell(row, at[column]).value = reasons[n % 5]
        wanted[sheet.cell(row, at["id"]).value] = reasons[n % 5]
    frame = read_cities_bytes(saved(book), "city.xlsx").observations
    assert dict(zip(frame["indicator"], frame["reason"])) == {
        i: wanted.get(i, "") for i in framework.indicators
    }
    assert frame["value"].isna().all()


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_an_empty_template_reads_as_all_missing(name, lang):
    cities = read_cities_bytes(made(name, lang), "city.xlsx")
    assert sorted(cities.observations["indicator"]) == sorted(load_framework(name).indicators)
    assert cities.observations["value"].isna().all()
    assert set(cities.observations["status"]) == {"O"}
    assert {f.severity for f in cities.findings} == {"note"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_city_and_year_only_these_two_are_asked_for(lang):
    data = build_template(load_framework("u4ssc"), lang=lang)
    with pytest.raises(DataError) as caught:
        read_cities_bytes(data, "city.xlsx")
    errors = {f.code for f in caught.value.findings if f.severity == "error"}
    assert errors in ({"no-city", "no-year"}, {"no-city-column", "no-year-column"})
    frame = read_cities_bytes(data, "city.xlsx", city="Oslo", year=2024).observations
    assert set(frame["city"]) == {"Oslo"}
    assert set(frame["year"]) == {2024}


def test_without_city_and_year_the_rows_follow_the_two_cells_above():
    sheet = opened(build_template(load_framework("u4ssc"))).worksheets[0]
    at = place(sheet, "en")
    for key, cell in (("city", "B3"), ("year", "B4")):
        formulas = {sheet.cell(row, at[key]).value for row in range(FIRST, sheet.max_row + 1)}
        source = f"${cell[0]}${cell[1]}"
        assert formulas == {f'=IF({source}="","",{source})'}
        assert not sheet[cell].protection.locked


def test_the_same_arguments_give_the_same_bytes():
    again = build_template(load_framework("u4ssc"), lang="ko", city="Karmøy", year=2024)
    assert again == made("u4ssc", "ko")
    assert again != made("u4ssc", "en")


@pytest.mark.parametrize(
    "city", ["=1+1", "@SUM(A1)", "<script>", "../../x", "'; --", "가" * 200, "https://x.y"]
)
def test_a_city_stays_text_whatever_it_is_called(city):
    data = build_template(load_framework("u4ssc"), city=city, year=2024)
    for sheet in opened(data).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    assert set(read_cities_bytes(data, "city.xlsx").observations["city"]) == {city}


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_only_input_cells_are_open(name, lang):
    book = opened(made(name, lang))
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book.worksheets)
    sheet = book.worksheets[0]
    at = place(sheet, lang)
    inputs = {at[k] for k in ("value", "status", "quality", "source", "note", "city", "year")}
    for row in sheet.iter_rows(min_row=HEAD + 1):
        for cell in row:
            is_open = not cell.protection.locked
            assert is_open == (cell.row >= FIRST and cell.column in inputs), cell.coordinate


@pytest.mark.parametrize(("name", "lang"), EVERY)
def test_each_value_cell_refuses_what_is_impossible(name, lang):
    framework = load_framework(name)
    sheet = opened(made(name, lang)).worksheets[0]
    at = place(sheet, lang)
    rules = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    for row in range(FIRST, sheet.max_row + 1):
        cell = sheet.cell(row, at["value"]).coordinate
        indicator, rule = framework.indicators[sheet.cell(row, at["id"]).value], rules[cell]
        assert (rule.errorStyle or "stop") == "stop"
        assert rule.type == ("list" if indicator.kind == "yes_no" else "custom")
        for bound, sign in zip(indicator.possible, (">=", "<=")):
            if bound is not None and rule.type == "custom":
                assert f"{cell}{sign}{bound:.15g}" in rule.formula1
        assert indicator.unit_label[lang] in rule.error or indicator.kind == "yes_no"
        # what Excel accepts in a file it opens without repair
        assert len(rule.formula1) <= 255
        assert len(rule.error) <= 255
        assert len(rule.prompt) <= 255
        assert len(rule.promptTitle) <= 32
        assert "{" not in rule.formula1


def test_making_a_template_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build_template(load_framework("oecd"), lang="en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_choice_of_a_drop_down_is_understood(lang):
    book = opened(made("u4ssc", lang))
    sheet = book.worksheets[0]
    at = place(sheet, lang)
    ranges = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            first = str(rule.sqref).partition(":")[0]
            title, _, cells = rule.formula1.rpartition("!")
            choices = [c[0].value for c in book[title.strip("'")][cells.replace("$", "")]]
            ranges.setdefault(sheet[first].column, choices)
    assert [status_code(c) for c in ranges[at["status"]]] == list(STATUSES)
    assert [quality_code(c) for c in ranges[at["quality"]]] == list(codelist("quality"))
    answers = ranges[at["value"]]
    assert [words().marks[a] for a in answers[:2]] == ["yes", "no"]
    assert set(answers[2:]) <= set(STATUSES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_reader_knows_every_heading(lang):
    sheet = opened(made("u4ssc", lang)).worksheets[0]
    roles = [words().roles[fold(c.value)][0] for c in sheet[HEAD + 1]]
    assert sorted(set(roles) - {"unused"}) == [
        "city",
        "data_point",
        "indicator",
        "quality",
        "source",
        "status",
        "unit",
        "value",
        "year",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_definitions_list_every_indicator_with_its_source(lang):
    framework = load_framework("u4ssc")
    sheet = opened(made("u4ssc", lang)).worksheets[1]
    heads = [c.value for c in sheet[1]]
    column = {k: heads.index(label(f"template.column.{k}", lang)) for k in ("name", "id", "url", "reason")}
    rows = {r[column["id"]]: r for r in sheet.iter_rows(min_row=2, values_only=True)}
    assert list(rows) == list(framework.indicators)
    for i in framework.indicators.values():
        assert rows[i.id][column["name"]] == i.name[lang]
        assert (rows[i.id][column["url"]] or "") == i.source.url
        assert rows[i.id][column["reason"]], i.id


def test_the_notes_say_what_the_workbook_was_made_from():
    sheet = opened(made("u4ssc", "en")).worksheets[2]
    said = {str(c) for row in sheet.iter_rows(values_only=True) for c in row if c}
    assert {load_framework("u4ssc").sha256, f"scindex {__version__}", "u4ssc"} <= said
    assert {"NR", "NE", "C", "IE", "NO", "NA"} <= said
    assert {rule.reason["en"] for rule in load_framework("u4ssc").rules} <= said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_framework_of_ones_own_has_no_empty_columns_and_reads_back(tmp_path, lang):
    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    framework = read_framework(path)
    book = opened(build_template(framework, lang=lang, city="Oslo", year=2024))
    at = place(book.worksheets[0], lang)
    assert "code" not in at
    book.worksheets[0].cell(FIRST, at["value"]).value = 12
    frame = read_cities_bytes(saved(book), "own.xlsx", frameworks=[framework]).observations
    assert frame[["indicator", "value", "unit"]].values.tolist() == [["mine:benches", 12.0, "count"]]
    texts = {str(c) for row in book.worksheets[2].iter_rows(values_only=True) for c in row}
    assert label("template.reading.own", lang) in texts


def test_a_year_out_of_range_and_an_unknown_language_are_usage_errors():
    for wrong, code in (({"year": 20024}, "template-year"), ({"lang": "de"}, "template-language")):
        with pytest.raises(UsageError) as caught:
            build_template(load_framework("u4ssc"), **wrong)
        assert [f.code for f in caught.value.findings] == [code]


def test_a_template_is_written_whole_to_an_xlsx_file_only(tmp_path):
    framework = load_framework("u4ssc")
    path = tmp_path / "city.xlsx"
    write_template(framework, path, city="Karmøy", year=2024)
    assert path.read_bytes() == made("u4ssc", "en")
    with pytest.raises(UsageError, match="exists"):
        write_template(framework, path, lang="ko")
    assert path.read_bytes() == made("u4ssc", "en")
    write_template(framework, path, lang="ko", city="Karmøy", year=2024, force=True)
    assert path.read_bytes() == made("u4ssc", "ko")
    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_template(framework, tmp_path / "city.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["city.xlsx"]


@given(text=st.text(max_size=80), limit=st.integers(1, 60))
def test_a_clipped_text_fits_and_a_short_one_stays(text, limit):
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert (cut == text) == (len(text) <= limit) or text == "…"


@given(text=st.text(max_size=200), width=st.floats(2, 80))
def test_a_wider_column_never_needs_more_lines(text, width):
    lines = count_lines(text, width)
    assert lines >= 1 + text.count("\n")
    assert count_lines(text, width * 4) <= lines
    height = row_height([(text, width)])
    assert height <= TALLEST
    assert (height == 0) == (lines == 1)
    assert not math.isnan(height)
