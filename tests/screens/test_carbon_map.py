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
