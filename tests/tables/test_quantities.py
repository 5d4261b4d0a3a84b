"""Units convert through the registry, each conversion is told, and doubtful ones are refused."""

from __future__ import annotations

import pytest
from tables.reading import codes, fault, fault_codes, read, values

HEAD = "city,year,indicator,value,unit\n"


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "expected"),
    [
        ("GHG Emissions", "4200", "kg CO2e per capita", 4.2),
        ("Electricity Consumption", "7.2", "GJ per capita", 2000),
        ("Physicians", "4.5", "per 1 000 inhabitants", 450),
        ("Household Internet Access", "0.95", "0-1", 95),
        ("Emergency Service Response Time", "600", "s", 10),
        ("Recreational Facilities", "1000", "평/10만명", 3305.785124),
    ],
)
def test_values_arrive_in_the_indicators_own_unit(indicator, value, unit, expected):
    csv = f"{HEAD}Oslo,2020,{indicator},{value},{unit}\n"
    assert next(iter(values(csv).values())) == pytest.approx(expected, rel=1e-6)
    (note,) = [f for f in read(csv) if f.code == "unit-converted"]
    assert (note.severity, note.where, note.params["count"]) == ("note", "a.csv!D2", 1)


def test_one_note_counts_all_cells_of_a_conversion():
    rows = "".join(f"City {i},2020,GHG Emissions,{4000 + i},kg CO2e per capita\n" for i in range(5))
    assert [f.params["count"] for f in read(HEAD + rows) if f.code == "unit-converted"] == [5]


def test_a_missing_unit_is_assumed_with_one_note_for_the_file():
    csv = "city,year,GHG Emissions,Unemployment Rate,Resilience Plans\nOslo,2020,2,3,yes\nBergen,2020,2,3,1\n"
    (note,) = [f for f in read(csv) if f.code == "unit-assumed"]
    assert (note.params["count"], note.params["indicators"]) == (4, 2)


@pytest.mark.parametrize(
    ("indicator", "unit", "code"),
    [
        ("GHG Emissions", "blah", "unit-unknown"),
        ("GHG Emissions", "ton CO2e per capita", "unit-ambiguous-ton"),
        ("GHG Emissions", "t CO2 per capita per year", "unit-co2-co2e"),
        ("Unemployment Rate", "kWh", "unit-other-dimension"),
        ("Household Internet Access", "% of inhabitants", "unit-other-share"),
        ("Resilience Plans", "kWh", "unit-on-scale"),
        ("Police Service", "per 100 000 inhabitants", "unit-fte-heads"),
    ],
)
def test_a_unit_that_does_not_fit_says_why(indicator, unit, code):
    assert fault_codes(f"{HEAD}Oslo,2020,{indicator},1,{unit}\n") == [code]


def test_ppb_is_refused_without_conditions():
    assert fault_codes(f"{HEAD}Oslo,2020,Air Pollution: NO2,20,ppb\n") == ["unit-needs-conditions"]


def test_mixed_units_of_one_indicator_are_an_error_with_both_cells():
    rows = ["Oslo,2020,GHG Emissions,4,t CO2e/cap", "Bergen,2020,GHG Emissions,5,t CO2e/cap"]
    csv = HEAD + "\n".join([*rows, "Rana,2020,GHG Emissions,4000,kg CO2e/cap"])
    found = fault(csv)
    assert (found.code, found.where, found.params["other"]) == ("mixed-units", "a.csv!D4", "a.csv!D2")


def test_spellings_of_one_unit_are_not_mixed():
    units = {"Oslo": "%", "Bergen": "percent", "Rana": ""}
    rows = [f"{city},2020,Unemployment Rate,4,{unit}" for city, unit in units.items()]
    assert fault_codes(HEAD + "\n".join(rows)) == []


def test_a_unit_beside_a_missing_value_does_not_matter():
    assert fault_codes(f"{HEAD}Oslo,2020,Unemployment Rate,,kWh\nBergen,2020,Unemployment Rate,5,%\n") == []


def test_a_percent_sign_in_the_cell_is_its_unit():
    assert values("city,year,Household Internet Access\nOslo,2020,95 %\n") == {
        "household_internet_access": 95
    }
    assert fault_codes(f"{HEAD}Oslo,2020,GHG Emissions,4 %,t CO2e/cap\n") == ["unit-percent-cell"]
    assert fault_codes("city,year,GHG Emissions\nOslo,2020,4 %\n") == ["unit-other-dimension"]


def test_multipliers_are_powers_of_ten_and_told():
    head = "city,year,indicator,value,unit_mult\n"
    csv = (
        f"{head}Oslo,2020,e-Government,0.25,3\nBergen,2020,e-Government,250,0\nRana,2020,e-Government,250,\n"
    )
    assert [f.params["power"] for f in read(csv) if f.code == "unit-multiplied"] == [3]
    assert values(f"{head}Oslo,2020,e-Government,0.25,3\n") == {"e_government": 250}
    assert values(f"{head}Oslo,2020,e-Government,250000,-3\n") == {"e_government": 250}
    assert fault_codes(f"{head}Oslo,2020,e-Government,250,1000\n") == ["unit-mult-wrong"]
    assert fault_codes(f"{head}Oslo,2020,e-Government,250,thousand\n") == ["unit-mult-wrong"]


def test_units_in_headings_convert_too():
    csv = "city,year,GHG Emissions (kg CO2e per capita)\nOslo,2020,4200\n"
    assert values(csv) == {"ghg_emissions": 4.2}
    assert "unit-converted" in codes(csv)
