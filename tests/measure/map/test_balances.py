from dataclasses import replace

import pytest
from measure.map.sample import sample_map

from scindex.measure.map.balances import balances
from scindex.measure.map.cells import NANO


@pytest.fixture(scope="module")
def mapped():
    return sample_map(3)


def test_districts_add_up_to_the_city_to_the_billionth(mapped):
    table = balances(mapped).table.set_index("district")
    for column in ("gross_nano", "stock_nano", "growth_nano", "cells", "cells_known", "net_sinks"):
        assert table[column].iloc[:-1].sum() == table.loc["city", column]
    emitted = mapped.pieces["layer"].isin(["building_electricity", "road_traffic"])
    assert table.loc["city", "gross_nano"] == mapped.pieces.loc[emitted, "nano"].sum()


def test_net_is_gross_and_net_stock_change(mapped):
    row = balances(mapped).table.iloc[0]
    assert row["net_t"] == pytest.approx(row["gross_t"] + row["net_stock_t"])


def test_residents_are_those_of_the_district_table(mapped):
    table = balances(mapped).table.set_index("district")
    assert table.loc["D1", "residents"] == 900
    assert table.loc["city", "residents"] == 2400
    assert table.loc["D1", "gross_t_per_resident"] == pytest.approx(table.loc["D1", "gross_t"] / 900)


def test_gross_growth_stands_beside_the_balance_and_makes_no_sink(mapped):
    layers = mapped.layers.assign(sink=["", "", "gross_growth"])
    found = balances(replace(mapped, layers=layers))
    assert found.table["net_sinks"].iloc[-1] == 0
    assert found.table["net_t"].iloc[-1] == pytest.approx(found.table["gross_t"].iloc[-1])
    assert {f.code for f in found.findings} == {"balance-growth"}


def test_an_unmetered_building_makes_no_sink(mapped):
    some = balances(mapped)
    all_known = balances(replace(mapped, coverage=mapped.coverage.assign(known=1000)))
    assert all_known.table["net_sinks"].iloc[-1] > some.table["net_sinks"].iloc[-1]
    gaps = mapped.coverage.groupby(["cell", "district"])["known"].min()
    assert (gaps.loc[list(zip(some.sinks["cell"], some.sinks["district"]))] > 0).all()


def test_unknown_residents_are_said_and_their_rate_is_empty(mapped):
    bare = mapped.districts.assign(residents=float("nan"))
    found = balances(replace(mapped, districts=bare, areas=mapped.areas.assign(residents=float("nan"))))
    assert found.table["gross_t_per_resident"].isna().all()
    assert [f.params["n"] for f in found.findings if f.code == "balance-residents"] == [3]


def test_tonnes_are_whole_billionths_divided_once(mapped):
    table = balances(mapped).table
    assert (table["gross_t"].dropna() == (table["gross_nano"] / NANO)[table["gross_t"].notna()]).all()
