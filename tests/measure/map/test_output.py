"""The table of cells is what its schema says, and every row of it adds up."""

from __future__ import annotations

import numpy as np
import pytest
from measure.map.city import districts, plan, tables
from measure.map.sample import sample_map

from scindex.measure.map.build import build
from scindex.measure.map.output import sector_totals
from scindex.schema.frames import table_schema, table_shape

MADE = build(plan(), tables(80), districts())


def test_cells_are_what_their_schema_says():
    cells = MADE.cells()
    columns = list(table_shape("cells")["columns"])
    assert set(columns) <= set(cells.columns)
    table_schema("cells").validate(cells[columns])


def test_a_row_adds_up():
    cells = MADE.cells()
    emitted = [f"{x}_t" for x in MADE.layers.loc[MADE.layers["sign"] == "emission", "layer"]]
    assert cells[emitted].sum(axis=1).to_numpy() == pytest.approx(cells["gross_t"].fillna(0).to_numpy())
    net = cells["gross_t"].fillna(0) + cells["net_stock_t"].fillna(0)
    assert cells["net_t"].fillna(0).to_numpy() == pytest.approx(net.to_numpy())


def test_nothing_known_is_no_zero():
    cells = build(plan(("building_electricity",)), tables(20), districts()).cells()
    bare = cells["gross_t"].isna()
    assert bare.any()
    assert cells.loc[bare, "gross_t_per_ha"].isna().all()


def test_years_and_scenarios_stay_apart():
    made = sample_map(years=(2024, 2030), scenarios=("", "a"))
    sums = {
        (year, scenario): made.cells(by="city", year=year, scenario=scenario)["gross_t"].iloc[0]
        for year in (2024, 2030)
        for scenario in ("", "a")
    }
    assert len(set(sums.values())) == 4
    assert sum(sums.values()) == pytest.approx(made.pieces[made.pieces["nano"] > 0]["nano"].sum() / 1e9)


def test_what_has_no_place_stands_last_and_has_neither_name_nor_outline():
    cells = sample_map().cells()
    last = cells.iloc[-1]
    assert (last["key"], last["cell"], last["district"]) == (-1, "", "")
    assert np.isnan(last["x"])
    assert (cells["key"].iloc[:-1] >= 0).all()


def test_sectors_add_up_to_the_emissions():
    assert sector_totals(MADE)["t"].sum() == pytest.approx(MADE.cells(by="city")["gross_t"].iloc[0])
