"""Sums of layers, exact and by place."""

from __future__ import annotations

import numpy as np
import pytest
from measure.map.sample import sample_map

from scindex.charts.quantities import amounts, main_district, quantities
from scindex.measure.map.cells import NANO


def quantity(carbon, name):
    return next(q for q in quantities(carbon.layers) if q.id == name)


@pytest.mark.parametrize("by", ["cell", "district"])
def test_every_whole_billionth_of_a_tonne_is_in_a_place_or_unallocated(by):
    carbon = sample_map(years=(2024, 2030), scenarios=("", "trees"))
    found = amounts(carbon, by)
    pieces = carbon.pieces if by == "district" else carbon.pieces[carbon.pieces["cell"] >= 0]
    assert found.nano.sum() == pieces["nano"].sum()
    for i, layer in enumerate(found.layers):
        for v, view in enumerate(found.views):
            rows = (
                pieces["layer"].eq(layer)
                & pieces["year"].eq(view.year)
                & pieces["scenario"].eq(view.scenario)
            )
            assert found.nano[v, i].sum() == pieces.loc[rows, "nano"].sum()


def test_cells_and_districts_have_the_same_sums():
    carbon = sample_map()
    cells, districts = amounts(carbon, "cell"), amounts(carbon, "district")
    inside = carbon.pieces[(carbon.pieces["cell"] >= 0)]
    assert cells.nano.sum() == inside["nano"].sum()
    assert districts.nano[..., :-2].sum() == carbon.pieces.loc[carbon.pieces["district"] != "", "nano"].sum()


def test_the_order_of_rows_does_not_matter():
    carbon = sample_map()
    mixed = carbon.__class__(**{**vars(carbon), "pieces": carbon.pieces.sample(frac=1, random_state=1)})
    assert (amounts(carbon, "cell").nano == amounts(mixed, "cell").nano).all()


def test_growth_of_trees_never_enters_a_net():
    layers = sample_map().layers.assign(sink=["", "", "gross_growth"])
    offered = {q.id: q for q in quantities(layers)}
    assert "net" not in offered
    assert offered["growth"].signs == (1, 1, 1)
    assert offered["removals"].signs == (0, 0, -1)


def test_a_change_of_stock_enters_the_net_and_is_no_removal():
    offered = {q.id: q for q in quantities(sample_map().layers)}
    assert offered["net"].signs == (1, 1, 1)
    assert offered["gross"].signs == (1, 1, 0)
    assert not {"removals", "growth"} & set(offered)


def test_a_memo_item_is_drawn_alone():
    layers = sample_map().layers.assign(sign=["emission", "memo", "removal"])
    offered = {q.id: q for q in quantities(layers)}
    assert offered["gross"].signs == (1, 0, 0)
    assert offered["layer:road_traffic"].signs == (0, 1, 0)


def test_tonnes_per_hectare_are_tonnes_over_the_area_inside():
    carbon = sample_map()
    found, gross = amounts(carbon, "cell"), quantity(carbon, "gross")
    assert found.values(gross, 0, "ha") == pytest.approx(found.tonnes(gross, 0) / found.area_ha)
    assert found.tonnes(gross, 0).sum() * NANO == pytest.approx(found.nano[0, :2].sum())


def test_nobody_living_there_is_no_zero_per_resident():
    carbon = sample_map()
    areas = carbon.areas.assign(residents=0.0)
    empty = carbon.__class__(**{**vars(carbon), "areas": areas})
    assert np.isnan(amounts(empty, "cell").values(quantity(carbon, "gross"), 0, "resident")).all()


def test_where_nothing_is_there_the_coverage_is_undefined_not_zero():
    carbon = sample_map()
    nothing = carbon.__class__(**{**vars(carbon), "coverage": carbon.coverage.assign(all=0, known=0)})
    sectors = dict(zip(carbon.layers["layer"], carbon.layers["sector"]))
    assert np.isnan(amounts(nothing, "cell").coverage(quantity(carbon, "gross"), 0, sectors)).all()


def test_a_cell_belongs_to_the_district_that_holds_most_of_it():
    carbon = sample_map()
    found = amounts(carbon, "cell")
    names = carbon.districts["code"].to_numpy()[main_district(carbon, found.keys)]
    largest = carbon.areas.sort_values("area_m2").groupby("cell")["district"].last()
    assert (names == largest.reindex(found.keys).to_numpy()).all()
