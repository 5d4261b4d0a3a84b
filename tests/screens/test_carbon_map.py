"""The screen of a built carbon map."""

from __future__ import annotations

import pytest

from scindex.screens.carbon_map import carbon_map_screen

pytest.importorskip("geopandas")


def test_no_line_of_the_screen_ends_in_blanks() -> None:
    from measure.map.sample import sample_map

    lines = carbon_map_screen(sample_map()).splitlines()
    assert len(lines) > 10
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_layer_of_gaps_and_a_map_without_emissions_show_no_zero() -> None:
    from dataclasses import replace

    from measure.map.sample import sample_map

    made = sample_map()
    sinks = made.layers.loc[made.layers["sign"] != "emission", "layer"]
    bare = replace(made, pieces=made.pieces[made.pieces["layer"].isin(sinks)].reset_index(drop=True))
    screen = carbon_map_screen(bare)
    assert "nan" not in screen
    assert "0.000000000" not in screen
    gaps = made.layers.loc[made.layers["sign"] == "emission", "name_en"]
    assert all(
        line.split()[-1] == "-" for line in screen.splitlines() if line.strip().rstrip(" -") in set(gaps)
    )
