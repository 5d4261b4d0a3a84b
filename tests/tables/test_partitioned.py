"""Tables in parts: every row in exactly one of them, read as it is read with the others."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.catalogue.maps import TablePlan
from scindex.errors import DataError, UsageError
from scindex.tables.map_inputs import read_places
from scindex.tables.partitioned import cut, files_of, input_of

CRS = "EPSG:5179"


def buildings(n: int = 50) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(1)
    points = shapely.points(rng.uniform(950_000, 951_000, n), rng.uniform(1_950_000, 1_951_000, n))
    columns = {"building_id": [f"b{i}" for i in range(n)], "floor_area_m2": rng.lognormal(6, 1, n)}
    return gpd.GeoDataFrame({**columns, "colour": "red"}, geometry=points, crs=CRS)


def spec_of(path: Path) -> TablePlan:
    return TablePlan("buildings", path, {}, {}, "MAP.yaml:1")


def joined(spec, parts):
    frames = [read_places("buildings", spec, CRS, p).frame for p in parts]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)


@settings(max_examples=20)
@given(parts=st.integers(1, 12), groups=st.sampled_from([1, 3, 7, 50]))
def test_rows_cut_anywhere_are_those_of_the_whole(tmp_path_factory, parts, groups):
    path = tmp_path_factory.mktemp("cut") / "b.parquet"
    buildings().to_parquet(path, row_group_size=groups)
    spec = spec_of(path)
    made = cut("buildings", spec, parts=parts)
    assert len(made) == parts
    assert sum(p.count for p in made) == 50
    whole = read_places("buildings", spec, CRS).frame
    pd.testing.assert_frame_equal(pd.DataFrame(joined(spec, made)), pd.DataFrame(whole))


def test_row_groups_are_kept_whole_where_there_are_enough(tmp_path):
    buildings().to_parquet(tmp_path / "b.parquet", row_group_size=5)
    made = cut("buildings", spec_of(tmp_path / "b.parquet"), parts=4)
    assert all(p.rows.first % 5 == 0 for p in made)


def test_a_fault_is_named_by_its_number_in_the_file(tmp_path):
    wrong = buildings()
    wrong.loc[30, "floor_area_m2"] = -1
    wrong.to_parquet(tmp_path / "b.parquet")
    spec = spec_of(tmp_path / "b.parquet")
    with pytest.raises(DataError) as err:
        joined(spec, cut("buildings", spec, parts=4))
    with pytest.raises(DataError) as whole:
        read_places("buildings", spec, CRS)
    assert err.value.findings[-1].where == whole.value.findings[-1].where == "b.parquet feature 31"


def test_only_needed_columns_are_read_and_the_others_are_named(tmp_path):
    buildings().to_parquet(tmp_path / "b.parquet")
    read = read_places("buildings", spec_of(tmp_path / "b.parquet"), CRS)
    (unused,) = [f for f in read.findings if f.code == "raw-columns-unused"]
    assert unused.params["columns"] == ["colour"]
    assert "colour" not in read.frame.columns


def test_files_of_a_folder_are_parts_and_marks_beside_them_are_not(tmp_path):
    folder = tmp_path / "buildings"
    (folder / "region=11").mkdir(parents=True)
    (folder / "_metadata.parquet").write_bytes(b"x")
    (folder / "readme.txt").write_text("x")
    whole = buildings()
    whole.iloc[:20].to_parquet(folder / "region=11" / "a.parquet")
    whole.iloc[20:].to_parquet(folder / "b.parquet")
    spec = spec_of(folder)
    made = cut("buildings", spec)
    assert [p.name for p in made] == ["b.parquet", "a.parquet"]
    assert sorted(joined(spec, made)["building_id"]) == sorted(whole["building_id"])


def test_a_folder_without_parquet_is_refused(tmp_path):
    with pytest.raises(DataError) as err:
        files_of(spec_of(tmp_path))
    assert err.value.findings[0].code == "parts-none"


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError) as err:
        cut("buildings", spec_of(tmp_path / "b.parquet"))
    assert err.value.findings[0].code == "no-such-file"


def test_a_broken_part_is_named(tmp_path):
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError) as err:
        cut("buildings", spec_of(tmp_path / "b.parquet"))
    assert (err.value.findings[0].code, err.value.findings[0].where) == ("geo-broken", "b.parquet")


def test_provenance_has_one_entry_for_a_folder(tmp_path):
    folder = tmp_path / "buildings"
    folder.mkdir()
    for i in range(3):
        buildings().iloc[i::3].to_parquet(folder / f"{i}.parquet")
    used = input_of("buildings", cut("buildings", spec_of(folder)), {"format": "GeoParquet"})
    assert (used["name"], used["files"], len(used["sha256"])) == ("buildings", 3, 64)
