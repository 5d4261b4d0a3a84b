"""A city is one city whatever its spelling, and two cities stay two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.reading import codes, fault_codes, frame, read

from scindex.tables.places import fold_name, iso3, place_code, slug


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("Norway", "NOR"), ("노르웨이", "NOR"), ("NO", "NOR"), ("nor", "NOR"),
        ("South Korea", "KOR"), ("Korea, Rep.", "KOR"), ("대한민국", "KOR"), ("한국", "KOR"),
        ("UK", "GBR"), ("United States", "USA"), ("Türkiye", "TUR"), ("Turkey", "TUR"), ("Czechia", "CZE"),
        ("Norge", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_name_and_code(country, code):
    assert iso3(country) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("NO OSL", "NOOSL"), ("NOOSL", "NOOSL"), ("kr sel", "KRSEL"), ("11110", "11110"), ("FUA  1", "FUA 1")],
)
def test_a_locode_loses_its_space_and_other_codes_stay(text, code):
    assert place_code(text) == code


def test_accents_are_never_folded():
    assert slug("Ålesund") != slug("Alesund")
    assert slug("A\u030alesund") == slug("Ålesund") == slug(" ÅLESUND ")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)


def ids(csv: str, **options) -> list[tuple[str, str]]:
    table = frame(csv, **options)
    return sorted(set(zip(table["city_id"].astype(str), table["city"].astype(str))))


def test_the_id_is_the_code_else_country_and_name_else_the_name():
    head = "year,GHG Emissions"
    assert ids(f"unlocode,city,country,{head}\nNO OSL,Oslo,Norway,2020,2\n") == [("NOOSL", "Oslo")]
    assert ids(f"city,country,{head}\nNew York,USA,2020,2\n") == [("USA:new_york", "New York")]
    assert ids(f"city,{head}\n서울,2020,2\n") == [("서울", "서울")]


def test_a_code_is_text():
    assert ids("city_code,year,GHG Emissions\n01101,2020,2\n") == [("01101", "01101")]


def test_spellings_of_one_city_are_taken_together_whatever_their_order():
    one = "city,year,GHG Emissions\nOslo,2020,2\noslo,2021,2\nOslo ,2022,2\n"
    other = "city,year,GHG Emissions\noslo,2021,2\nOslo ,2022,2\nOslo,2020,2\n"
    assert ids(one) == ids(other) == [("oslo", "Oslo")]
    assert codes(one).count("city-spellings") == 1


def test_a_row_that_says_less_belongs_to_the_one_city_it_can_mean():
    csv = "city,country,year,GHG Emissions\nOslo,Norway,2020,2\nOslo,,2021,2\n"
    assert ids(csv) == [("NOR:oslo", "Oslo")]
    csv = "city,country,year,GHG Emissions\nParis,France,2020,2\nParis,USA,2020,2\nParis,,2021,2\n"
    assert [i for i, _ in ids(csv)] == ["FRA:paris", "USA:paris", "paris"]


def test_two_names_under_one_code_are_doubted():
    assert "city-two-names" in codes(
        "city_id,city,year,GHG Emissions\nNOOSL,Oslo,2020,2\nNOOSL,Bergen,2021,2\n"
    )


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "../../etc", "x" * 300, "O'Fallon", "1234"])
def test_any_name_is_a_name(name):
    assert ids(f'city,year,GHG Emissions\n"{name}",2020,2\n')[0][1] == name


def test_a_table_without_a_city_says_how_to_name_it():
    assert fault_codes("indicator,value\nGHG Emissions,2\n", year=2020) == ["no-city-column"]
    assert ids("indicator,value\nGHG Emissions,2\n", year=2020, city=" Oslo ") == [("oslo", "Oslo")]


def test_rows_without_a_city_are_each_named():
    found = read("city,year,GHG Emissions\n,2020,2\nOslo,2020,2\n ,2021,2\n")
    assert [f.where for f in found if f.code == "no-city"] == ["a.csv!A2", "a.csv!A4"]
