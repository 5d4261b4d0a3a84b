"""A year that lacks months, as MAP.yaml says to take it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tables.small_map import small_map

from scindex.catalogue.maps import read_plan
from scindex.errors import ScindexError
from scindex.tables.map_inputs import read_map_inputs

HALF = "building_id,사용년월,electricity_mwh\n" + "".join(f"1,2024{m:02d},10\n" for m in range(1, 7))


@pytest.mark.parametrize(("partial", "mwh"), [("scale", 120), ("keep", 60)])
def test_a_table_of_a_map_takes_a_part_of_a_year_as_it_says(tmp_path: Path, partial: str, mwh: float) -> None:
    path = small_map(
        tmp_path,
        energy=HALF,
        energy_entry=f"{{file: e.csv, partial: {partial}}}",
        layers="[building_electricity]",
    )
    frame = read_map_inputs(read_plan(path)).tables["building_energy"]
    assert frame["electricity_mwh"].tolist() == pytest.approx([mwh])


def test_another_word_for_it_is_refused(tmp_path: Path) -> None:
    path = small_map(tmp_path, energy=HALF, energy_entry="{file: e.csv, partial: half}")
    with pytest.raises(ScindexError, match="scale"):
        read_plan(path)
