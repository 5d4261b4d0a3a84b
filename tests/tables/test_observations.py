"""Observations are sorted, unique and addressed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.reading import codes, frame, u4ssc

from scindex.tables.observations import KEY, once_each


def test_rows_are_sorted_by_city_year_and_the_order_of_the_catalogue():
    head = "city,year,Life Expectancy,Household Internet Access\n"
    text = f"{head}Rana,2021,80,90\nOslo,2021,81,91\nOslo,2020,82,92\n"
    table = frame(text)
    assert list(zip(table["city_id"], table["year"])) == [
        *[("oslo", 2020)] * 2,
        *[("oslo", 2021)] * 2,
        *[("rana", 2021)] * 2,
    ]
    order = list(u4ssc().indicators)
    for _, group in table.groupby(["city_id", "year"], observed=True):
        ranks = [order.index(i) for i in group["indicator"]]
        assert ranks == sorted(ranks)


def test_every_cell_of_a_wide_table_keeps_its_address():
    text = "city,year,Life Expectancy,Adult Literacy\n\nRana,2021,80,90\nOslo,2021,81,91\n"
    table = frame(text).set_index("value")["where"]
    assert table.to_dict() == {80: "a.csv!C3", 90: "a.csv!D3", 81: "a.csv!C4", 91: "a.csv!D4"}


def test_a_blank_cell_is_an_observation_without_a_value():
    table = frame("city,year,Life Expectancy,Adult Literacy\nRana,2021,,90\n")
    assert dict(zip(table["where"], table["status"])) == {"a.csv!C2": "O", "a.csv!D2": "A"}


HEAD = "city,year,indicator,value\n"


def test_a_row_that_cannot_be_placed_leaves_no_observation():
    text = f"{HEAD}Oslo,2020,Life Expectancy,80\n,2020,Life Expectancy,81\nOslo,x,Life Expectancy,82\n"
    assert frame(text, skip_errors=True)["value"].tolist() == [80]


def test_a_table_of_which_nothing_is_left_says_so():
    assert "nothing-to-read" in codes(f"{HEAD}Oslo,x,Life Expectancy,82\n", skip_errors=True)


years, numbers = st.sampled_from([2020, 2021]), st.sampled_from([1.0, 2.0, np.nan])
rows = st.lists(st.tuples(st.sampled_from("ab"), years, st.sampled_from("xy"), numbers), max_size=30)


@given(rows)
def test_each_key_stays_once_and_contradictions_are_missing(rows):
    table = pd.DataFrame(rows, columns=[*KEY, "value"]).sort_values(KEY, kind="stable", ignore_index=True)
    table["city"], table["status"], table["reason"] = table["city_id"], "A", ""
    table["where"] = [f"a.csv!D{i}" for i in range(len(table))]
    table = table.astype({"city_id": "category", "indicator": "category", "reason": "category"})
    table["status"] = pd.Categorical(table["status"], ["A", "O"])
    kept, found = once_each(table)
    assert not kept.duplicated(KEY).any()
    assert len(kept) == len(table.drop_duplicates(KEY))
    said = table.groupby(KEY, observed=True)["value"].agg(lambda v: len({repr(x) for x in v}))
    for row in kept.itertuples():
        if said[row.city_id, row.year, row.indicator] > 1:
            assert np.isnan(row.value)
            assert row.status == "O"
    assert sum(f.severity == "error" for f in found) >= sum(said > 1)
    assert len(found) == len(table) - len(kept)


@pytest.mark.parametrize("name", ["pilot 2020.csv", "도시.csv"])
def test_the_file_name_stands_in_the_address(name):
    assert frame("city,year,Life Expectancy\nOslo,2020,80\n", name)["where"].tolist() == [f"{name}!C2"]
