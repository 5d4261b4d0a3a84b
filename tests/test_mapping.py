"""Maps as files: what is not on the map is refused, and not written empty."""

from __future__ import annotations

import pytest

from scindex.errors import UsageError
from scindex.mapping import write_map

pytest.importorskip("geopandas")


@pytest.mark.parametrize("asked", [{"year": 1999}, {"scenario": "nosuch"}])
@pytest.mark.parametrize("ending", ["csv", "gpkg", "tif"])
def test_a_year_or_scenario_that_is_not_there_writes_no_file(tmp_path, asked, ending):
    from measure.map.sample import sample_map

    path = tmp_path / f"cells.{ending}"
    with pytest.raises(UsageError):
        write_map(sample_map(), path, **asked)
    assert not path.exists()
