from dataclasses import replace

import numpy as np
import pytest
from measure.map.planted import LAYER, cluster, noise, planted_map
from measure.map.sample import sample_map

from scindex.errors import MethodError, UsageError
from scindex.measure.map.cells import NANO
from scindex.measure.map.hotspots import hotspots

DRAWS = {"permutations": 4999, "seed": 0}


def codes(found):
    return {f.code for f in found.findings}


def test_a_planted_cluster_holds_at_both_sizes():
    found = hotspots(planted_map(cluster()), sizes=[100, 200], **DRAWS)
    assert found.tests["size"].tolist() == [100, 200]
    holds = found.cells[found.cells["holds"] & (found.cells["size"] == 100)]
    assert len(holds) >= 9
    column = (holds["x"] - 950_000) // 100
    row = (holds["y"] - 1_950_000) // 100
    assert column.between(3, 11).all()
    assert row.between(8, 16).all()
    assert (holds["gi"] == "hot").all()


def test_noise_has_no_spot_and_says_so():
    found = hotspots(planted_map(noise(5)), sizes=[100, 200], **DRAWS)
    assert not found.cells["holds"].any()
    assert "hotspots-none" in codes(found)


def test_larger_cells_hold_the_tonnes_of_the_smaller_ones():
    found = hotspots(planted_map(noise(2)), sizes=[100, 500], **DRAWS)
    first, second = (found.cells.loc[found.cells["size"] == s, "t"].sum() for s in (100, 500))
    assert first == pytest.approx(second)


def test_allocated_tonnes_are_never_tested():
    tonnes = cluster()
    mapped = planted_map(noise(1))
    proxy = planted_map(tonnes, standing="allocated").pieces
    import pandas as pd

    both = replace(mapped, pieces=pd.concat([mapped.pieces, proxy], ignore_index=True))
    with_proxy, without = (hotspots(m, sizes=[100], **DRAWS).cells for m in (both, mapped))
    pd.testing.assert_frame_equal(with_proxy, without)
    assert "hotspots-allocated" in codes(hotspots(both, sizes=[100], **DRAWS))


def test_only_allocated_tonnes_are_refused():
    with pytest.raises(MethodError):
        hotspots(planted_map(cluster(), standing="allocated"), **DRAWS)


def test_a_gap_is_left_out_and_is_no_cold_spot():
    tonnes, known = cluster(), np.ones((20, 20))
    tonnes[:5, :5], known[:5, :5] = 0.0, 0.0
    found = hotspots(planted_map(tonnes, known=known), sizes=[100], **DRAWS)
    assert len(found.cells) == 400 - 25
    assert found.tests["gaps"].tolist() == [25]
    assert not (found.cells["gi"] == "cold").any()
    assert "hotspots-gaps" in codes(found)


def test_a_cell_that_touches_no_other_is_not_tested_and_counted():
    tonnes, known = cluster(), np.ones((20, 20))
    known[:3, :3] = 0.0
    known[1, 1] = 1.0
    found = hotspots(planted_map(tonnes, known=known), sizes=[100], **DRAWS)
    assert [f.params["n"] for f in found.findings if f.code == "hotspots-islands"] == [1]


def test_unallocated_tonnes_have_no_place_and_are_not_tested():
    found = hotspots(sample_map(), of="transport", sizes=[100], permutations=199)
    assert (found.cells["cell"] >= 0).all()


def test_removals_are_tested_by_their_size():
    found = hotspots(sample_map(), of="forest", sizes=[100], permutations=199)
    assert (found.cells["t"] >= 0).all()


def test_a_size_that_is_no_multiple_is_refused():
    with pytest.raises(UsageError):
        hotspots(planted_map(noise(0)), sizes=[250])


def test_an_unknown_layer_is_refused_with_the_names_there_are():
    with pytest.raises(UsageError) as caught:
        hotspots(planted_map(noise(0)), of="gaz")
    assert LAYER in caught.value.findings[0].params["known"]


def test_districts_as_cells_are_compared_per_hectare_at_one_size():
    import geopandas as gpd
    import pandas as pd
    import shapely

    side = 6
    tonnes = np.ones((side, side)) * np.random.default_rng(0).uniform(1, 2, (side, side))
    mapped = planted_map(tonnes)
    shapes = [shapely.box(c, r, c + 1, r + 1) for r in range(side) for c in range(side)]
    names = [f"{i}" for i in range(side * side)]
    index = np.arange(side * side)
    districts = gpd.GeoDataFrame(
        {"code": names, "name": names, "residents": 1.0}, geometry=shapes, crs="EPSG:5179"
    )
    moved = {
        k: getattr(mapped, k).assign(cell=index, district=names)
        for k in ("pieces", "coverage", "contributors", "areas")
    }
    found = hotspots(replace(mapped, grid=None, districts=districts, **moved), permutations=199)
    assert codes(found) >= {"hotspots-one-size"}
    assert found.cells["name"].tolist() == names
    assert isinstance(found.cells, pd.DataFrame)


def test_tonnes_are_those_of_the_map():
    mapped = planted_map(noise(8))
    found = hotspots(mapped, sizes=[100], permutations=199)
    assert found.cells["t"].sum() == pytest.approx(mapped.pieces["nano"].sum() / NANO)
