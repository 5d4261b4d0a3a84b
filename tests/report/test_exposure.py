"""A drawn map says where a figure is somebody's own."""

from __future__ import annotations

from measure.map.sample import sample_map

from scindex.report.exposure import exposed


def changed(carbon, **columns):
    return carbon.__class__(**{**vars(carbon), "contributors": carbon.contributors.assign(**columns)})


def test_a_map_with_few_emitters_in_a_cell_is_warned_of():
    (finding,) = exposed(changed(sample_map(), units=2, largest=1))
    assert finding.code == "map-exact"
    assert finding.params["few"] == finding.params["cells"]


def test_one_that_dominates_a_cell_is_warned_of():
    carbon = sample_map()
    assert exposed(changed(carbon, units=50, largest=carbon.contributors["nano"]))


def test_a_map_of_many_small_emitters_is_not():
    assert exposed(changed(sample_map(), units=50, largest=1)) == ()


def test_what_has_no_cell_gives_nothing_away():
    assert exposed(changed(sample_map(), cell=-1, units=1)) == ()
