"""What people write in a unit column, understood."""

import csv

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scindex._resources import root
from scindex.catalogue.load import framework_ids, load_framework
from scindex.units import UnitText, ambiguous, factor, parse, reason, registry, same_share
from scindex.units.spellings import fold, spellings

WRITTEN = {
    "%": "percent",
    "per cent": "percent",
    "percentage points": "percent",
    "per 100 000 inhabitants": "count/person_100k",
    "per 100,000": "count/person_100k",
    "per 100\u2009000 inhabitants": "count/person_100k",
    "per 1 000 population": "count/person_1k",
    "inhabitants / 100 000": "count/person_100k",
    "인구 10만 명당": "count/person_100k",
    "인구 천명당": "count/person_1k",
    "건/인구10만명": "count/person_100k",
    "10만명당 건": "count/person_100k",
    "１００，０００명당": "count/person_100k",
    "대/천명": "count/person_1k",
    "출생아 10만 명당": "count/live_birth_100k",
    "deaths per 100 000 live births": "count/live_birth_100k",
    "명": "person",
    "가구": "household",
    "개": "count",
    "건": "count",
    "number of schools": "count",
    "t CO2e per capita per year": "t_CO2e/person/year",
    "tonnes of CO2 equivalent per capita": "t_CO2e/person",
    "tCO₂eq/cap": "t_CO2e/person",
    "ktCO2e": "kt_CO2e",
    "톤CO2eq": "t_CO2e",
    "CO2eq 톤": "t_CO2e",
    "톤CO2eq/인·년": "t_CO2e/person/year",
    "천톤": "kt",
    "kWh/㎡": "kWh/m**2",
    "kWh/m²/a": "kWh/m**2/year",
    "kWh m⁻² yr⁻¹": "kWh/m**2/year",
    "kWh/(㎡·년)": "kWh/m**2/year",
    "1인당 연간 kWh": "kWh/person/year",
    "MJ": "MJ",
    "µg/m3": "ug/m**3",
    "μg/㎥": "ug/m**3",
    "㎍/㎥": "ug/m**3",
    "ug/m3 (annual mean)": "ug/m**3",
    "ppb": "ppb",
    "ppm": "ppm",
    "litres per capita per day": "liter/person/day",
    "L/인/일": "liter/person/day",
    "1인 1일당 ℓ": "liter/person/day",
    "l/p/d": "liter/person/day",
    "ha": "hectare",
    "hectares per 100 000 inhabitants": "hectare/person_100k",
    "m2 of green area per inhabitant": "m**2/person",
    "㎡": "m**2",
    "평": "pyeong",
    "분": "minute",
    "시간": "hour",
    "년": "year",
    "FTE per 100 000": "FTE/person_100k",
    "interruptions per customer per year": "count/customer/year",
    "USD PPP": "USD_PPP",
    "만원": "10000*KRW",
    "백만원": "1000000*KRW",
    "EUR million": "1000000*EUR",
    "tCO2/1000 m3": "t_CO2/(1000*m**3)",
    "[°C]": "delta_degC",
    "kg (dry)": "kg",
    "degree days/year": "delta_degC*day/year",
    "ratio female:male": "dimensionless",
    "0-1": "dimensionless",
    "yes/no": "",
    "예/아니오": "",
    "1–6": "",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_unit_is_understood_as_written(text):
    assert parse(text) is not None
    assert parse(text).unit == WRITTEN[text]


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("%", ""),
        ("% of households", "households"),
        ("가구 %", "households"),
        ("가구의 %", "households"),
        ("% (of all households)", "households"),
        ("percent of population", "inhabitants"),
        ("인구 대비 %", "inhabitants"),
        ("% of city GDP", "gdp"),
        ("% floor area/year", "floor area"),
        ("% of public trees", "public trees"),
    ],
)
def test_a_share_says_what_it_is_a_share_of(text, of):
    unit = parse(text)
    assert (unit.unit.split("/")[0], unit.of) == ("percent", of)


NO_UNITS = [
    "",
    " ",
    "-",
    "/",
    "()",
    "(2020)",
    "2020",
    "a",
    "kWh 2020",
    "Norway",
    "m²/innbygger",
    "% per 100 000",
]
NO_UNITS += ["0 m", "1e309 m", "9" * 99 + " m", "x" * 10**6, "dB", "kpH", "ES", "KR", "pH"]


@pytest.mark.parametrize("text", NO_UNITS, ids=range(len(NO_UNITS)))
def test_what_is_no_unit_is_not_made_one(text):
    assert parse(text) is None
    assert ambiguous(text) is None


@pytest.mark.parametrize("text", ["ton", "tons", "Tons per capita", "tonCO2eq", "kton CO2e", "MTCO2e", "MT"])
def test_a_ton_is_refused_for_its_three_meanings(text):
    assert parse(text) is None
    assert ambiguous(text) == "unit-ambiguous-ton"


@pytest.mark.parametrize("text", ["t", "tonne", "metric tons", "톤", "short ton", "long ton"])
def test_a_ton_that_says_which_is_taken(text):
    assert parse(text) is not None
    assert ambiguous(text) is None


def test_the_whole_text_is_kept_beside_what_was_understood():
    assert parse(" % of households ") == UnitText("percent", "households", "% of households")


def test_unsaid_or_unlisted_shares_are_not_held_against_a_file():
    assert same_share("", {"en": "households"})
    assert same_share("households", {})
    assert same_share("public trees", {"en": "households"})
    assert same_share("public trees", {"en": "all trees of the city"})
    assert same_share("floor area", {"en": "floor area of public buildings"})
    assert same_share("가구", {"en": "households", "ko": "가구"})
    assert not same_share("households", {"en": "inhabitants", "ko": "인구"})
    assert not same_share("households", {"en": "enrolled students", "ko": "재학생"})


def test_every_spelling_stands_for_a_unit_that_pint_knows():
    table = spellings()
    units = {
        x.value for x in [*table.exact.values(), *table.folded.values()] if x.kind in ("unit", "per_unit")
    }
    assert len(units) > 60
    for unit in units:
        assert registry().parse_expression(str(unit)) is not None


def test_no_spelling_is_listed_twice():
    import yaml

    data = yaml.safe_load((root() / "indicators" / "unit_aliases.yaml").read_text(encoding="utf-8"))
    sections = ("units", "gases", "numbers", "grammar", "per_unit", "refused")
    written = [fold(str(s)).casefold() for name in sections for texts in data[name].values() for s in texts]
    exact = [fold(str(s)) for texts in data["symbols"].values() for s in texts]
    assert sorted(written) == sorted(set(written))
    assert sorted(exact) == sorted(set(exact))


@settings(deadline=None)
@given(st.text(max_size=40))
@example("%/")
@example("of of")
@example("1e309 m")
@example("9" * 400)
@example("per per")
@example("tCO2e" * 9)
@example("__class__")
def test_any_text_is_a_unit_that_pint_knows_or_none(text):
    unit = parse(text)
    if unit is not None and unit.unit:
        assert factor(unit.unit, unit.unit) == 1.0
        assert registry().parse_expression(unit.unit) is not None


@pytest.mark.parametrize("text", [t for t, unit in WRITTEN.items() if unit])
def test_what_was_understood_is_understood_again(text):
    once = parse(text).unit
    assert parse(once).unit == once


def reference_units(folder):
    """Unit as printed, unit in pint's syntax, per row of the reference tables."""
    for name in ("u4ssc_kpis", "u4ssc_city_values", "oecd_indicators", "factors"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["unit"], row["unit_pint"]


SAYS_MORE = {
    "% and number": "two units in one: each data point has its own",
    "kWh": "per toe is in the factor's name",
    "USD PPP": "per person and year is in the indicator's name",
    "rooms": "per person is in the indicator's name",
}


def test_every_unit_of_the_reference_tables_is_understood_as_its_pint_unit(shared):
    rows = sorted(set(reference_units(shared / "reference")))
    assert len(rows) > 90
    failed = []
    for text, unit in rows:
        if text in SAYS_MORE:
            assert all(parse(part.partition("=")[2] or part) for part in unit.split(";"))
            continue
        read = parse(text)
        if read is None or factor(read.unit, unit if read.unit else "") != pytest.approx(1):
            failed.append((text, unit, read))
    assert failed == []


@pytest.mark.parametrize("name", framework_ids())
def test_the_units_that_the_catalogue_shows_are_taken_back(name):
    for indicator in load_framework(name).indicators.values():
        for written in [indicator.unit, *indicator.unit_label.values()]:
            assert not written or reason(written, indicator.unit, indicator.of) == "", (indicator.id, written)
            assert not written or factor(written, indicator.unit) == 1.0, (indicator.id, written)
        for of in indicator.of.values():
            assert reason(f"% of {of}", "percent", indicator.of) == "", (indicator.id, of)
