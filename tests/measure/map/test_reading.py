from dataclasses import replace

import numpy as np
from measure.map.planted import noise, planted_map

from scindex.measure.map.reading import read_map


def test_without_residents_the_curve_takes_the_next_weight():
    mapped = planted_map(noise(0))
    bare = replace(mapped, areas=mapped.areas.assign(residents=np.nan))
    found = read_map(bare, sizes=[100], permutations=199)
    assert found.concentration is not None
    assert found.concentration.by == "floor_area"


def test_a_map_without_measured_tonnes_has_no_hot_spots_but_balances():
    found = read_map(planted_map(noise(0), standing="allocated"))
    assert found.hotspots is None
    assert "hotspots-too-few" in {f.code for f in found.findings}
    assert len(found.balances.table) == 4
