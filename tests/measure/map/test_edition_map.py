import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.emitters import by_layer, emitters_map, records
from measure.map.sample import sample_map

from scindex.mapping import open_map, save_map
from scindex.measure.map.edition import publish
from scindex.measure.map.edition_map import edition_map


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["layer", "sector"]))
def test_the_city_total_is_that_of_the_exact_map_to_the_billionth(seed, detail):
    mapped = emitters_map(records(seed, density=3.0))
    made = edition_map(publish(mapped, detail=detail), mapped)
    assert made.pieces["nano"].sum() == mapped.pieces["nano"].sum()


def test_groups_tile_the_city_and_keep_its_area():
    mapped = sample_map()
    made = edition_map(by_layer(mapped), mapped)
    assert made.districts["code"].is_unique
    hidden = 1.44e6 - made.districts.area.sum()
    assert made.districts.area.to_numpy() == pytest.approx(made.areas["area_m2"].to_numpy())
    assert 0 <= hidden <= 20_000  # what shares a row with the unallocated is not drawn


def test_counts_and_largest_emitters_do_not_leave_the_house():
    mapped = sample_map()
    made = edition_map(by_layer(mapped), mapped)
    assert (made.pieces[["units", "largest", "squares"]] == 0).all(axis=None)
    assert made.contributors.empty
    assert not made.layers["control_nano"].any()


def test_coverage_of_a_group_is_that_of_its_cells():
    mapped = sample_map()
    made = edition_map(by_layer(mapped), mapped)
    for name in ("known", "all"):
        assert made.coverage[name].sum() == mapped.coverage[name].sum()


def test_an_edition_saves_opens_and_prints_like_any_map(tmp_path):
    from scindex.screens.carbon_map import carbon_map_screen

    mapped = sample_map()
    made = edition_map(by_layer(mapped), mapped)
    save_map(made, tmp_path / "edition")
    again = open_map(tmp_path / "edition")
    exact = mapped.cells(by="city")["gross_t"].iloc[0]
    assert again.cells(by="city")["gross_t"].iloc[0] == pytest.approx(exact)
    assert "Sample" in carbon_map_screen(again)
    assert np.isclose(again.cells()["gross_t"].sum(), exact)
