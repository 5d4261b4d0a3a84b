"""Status, reason and quality in the words of cities."""

from __future__ import annotations

import pytest
from tables.reading import codes, fault, frame

HEAD = "city,year,indicator,value,status\n"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("A", "A"), ("e", "E"), ("Estimated", "E"), ("추정", "E"), ("provisional", "P"),
        ("not_verified", "V"), ("in_factsheet", "A"), ("", "A"),
    ],
)  # fmt: skip
def test_a_status_word_beside_a_number_becomes_its_code(word, status):
    assert frame(f"{HEAD}Oslo,2020,Life Expectancy,80,{word}\n")["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("not_reported", "O", "NR"), ("NR", "O", "NR"), ("미보고", "O", "NR"), ("NE", "O", "NE"),
        ("confidential", "Q", "C"), ("Q", "Q", ""), ("not applicable", "M", "NA"), ("NO", "M", "NO"),
        ("E", "O", ""),
    ],
)  # fmt: skip
def test_a_status_word_beside_a_blank_says_why(word, status, reason):
    row = frame(f"{HEAD}Oslo,2020,Life Expectancy,,{word}\n").iloc[0]
    assert (row["status"], row["reason"]) == (status, reason)


def test_a_reason_may_stand_in_its_own_column():
    row = frame("city,year,indicator,value,reason\nOslo,2020,Life Expectancy,,NE\n").iloc[0]
    assert (row["status"], row["reason"]) == ("O", "NE")
    assert "unknown-reason" in codes("city,year,indicator,value,reason\nOslo,2020,Life Expectancy,,lost\n")


def test_an_unknown_status_is_told_once_with_the_choices():
    found = fault(f"{HEAD}Oslo,2020,Life Expectancy,80,fine\nRana,2020,Life Expectancy,80,fine\n")
    assert (found.code, found.where, found.params["count"]) == ("unknown-status", "a.csv!E2", 2)
    assert {"A", "E", "NR", "IE"} <= set(found.params["choices"])


def test_a_value_that_the_status_denies_is_an_error():
    found = fault(f"{HEAD}Oslo,2020,Life Expectancy,80,NR\n")
    assert (found.code, found.where) == ("status-contradicts", "a.csv!D2")
