"""Standard errors that a file gives beside its values."""

from __future__ import annotations

import numpy as np
import pytest
from tables.own import own
from tables.reading import cities, codes, frame, read

from scindex.schema import frames

LONG = "city,year,indicator,value,unit,{head}\nOslo,2020,length,{value},{unit},{error}\n"


def error(text, value="2000", unit="km", head="error"):
    table = frame(LONG.format(head=head, value=value, unit=unit, error=text), frameworks=[own()])
    return table["error"].tolist()[0]


@pytest.mark.parametrize(
    ("text", "size"), [("30", 30), ("0", 0), ("1.5 %", 30), ("±30", 30), ("10%", 200), (" 2.5 ", 2.5)]
)
def test_an_error_is_in_the_unit_of_the_value_or_a_share_of_it(text, size):
    assert error(text) == pytest.approx(size)


def test_an_error_is_converted_with_its_value():
    assert error("300", value="2000", unit="m") == pytest.approx(0.3)
    assert error("15%", value="2000", unit="m") == pytest.approx(0.3)


def test_a_share_of_a_negative_value_is_positive():
    assert error("10%", value="-50") == pytest.approx(5)


@pytest.mark.parametrize("head", ["error", "Standard error", "std_err", "표준오차", "오차"])
def test_headings_of_both_languages_are_known(head):
    assert error("3", head=head) == 3


@pytest.mark.parametrize("text", ["", "-", "n/a", "NR"])
def test_no_error_given_is_no_finding(text):
    assert np.isnan(error(text))
    found = codes(LONG.format(head="error", value="2", unit="km", error=text), frameworks=[own()])
    assert "error-unread" not in found


@pytest.mark.parametrize("text", ["-3", "wide", "inf", "-5%", '"1,234"'])
def test_a_bad_error_is_told_at_its_cell_and_the_value_stays(text):
    table = LONG.format(head="error", value="2000", unit="km", error=text)
    [said] = [f for f in read(table, frameworks=[own()]) if f.code == "error-unread"]
    assert (said.severity, said.where) == ("warning", "a.csv!F2")
    row = frame(table, frameworks=[own()]).iloc[0]
    assert row["value"] == 2000
    assert np.isnan(row["error"])


def test_groups_of_values_that_err_together_are_kept_as_text():
    text = "city,year,indicator,value,error group\nOslo,2020,length,2,survey 7\nOslo,2020,parks,3,\n"
    table = frame(text, frameworks=[own()])
    assert dict(zip(table["indicator"], table["error_group"])) == {"own:length": "survey 7", "own:parks": ""}
    assert "error" not in table


def test_the_columns_are_there_only_if_the_file_has_them_and_fit_the_contract():
    plain = frame("city,year,indicator,value\nOslo,2020,length,2\n", frameworks=[own()])
    assert not {"error", "error_group"} & set(plain.columns)
    text = "city,year,indicator,value,error,error_group\nOslo,2020,length,2,1,a\nOslo,2020,parks,3,,\n"
    for table in (plain, frame(text, frameworks=[own()])):
        frames.validate(table, frames.table_schema("observations"))


def test_files_with_and_without_errors_can_be_joined():
    one = cities("city,year,indicator,value,error,error_group\nOslo,2020,length,2,1,a\n", frameworks=[own()])
    two = cities("city,year,indicator,value\nRome,2020,length,3\n", frameworks=[own()])
    for joined in (one.join(two), two.join(one)):
        table = joined.observations
        assert table["error"].tolist() == pytest.approx([1, np.nan], nan_ok=True)
        assert table["error_group"].tolist() == ["a", ""]
        frames.validate(table, frames.table_schema("observations"))


def test_an_error_column_in_a_wide_table_is_left_out_and_said():
    found = read("city,year,length,parks,error\nOslo,2020,2,3,1\n", frameworks=[own()])
    [said] = [f for f in found if f.code == "error-in-wide"]
    assert (said.severity, said.where) == ("warning", "a.csv!E1")
