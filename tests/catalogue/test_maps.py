"""MAP.yaml: read whole, or every fault at its line."""

from __future__ import annotations

import pytest

from scindex.catalogue.maps import read_plan
from scindex.errors import CatalogueError, UsageError

PLAN = """
map: {en: Tiny}
year: 2024
crs: EPSG:5179
cells: 100 m
districts: {file: d.geojson, code: CODE}
tables:
  buildings: {file: b.csv, columns: {floor_area_m2: GFA}}
layers:
  - building_electricity
  - {layer: homes, like: building_gas, scope: 1}
"""


def plan(tmp_path, text: str):
    path = tmp_path / "MAP.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def test_files_are_looked_for_beside_the_plan(tmp_path):
    read = plan(tmp_path, PLAN)
    assert read.tables["buildings"].file == tmp_path / "b.csv"
    assert read.districts.columns == {"code": "CODE"}
    assert [x.id for x in read.layers] == ["building_electricity", "homes"]
    assert (read.blank_carrier, read.gwp_set) == ("gap", "AR5")


def test_districts_may_be_the_cells(tmp_path):
    assert plan(tmp_path, PLAN.replace("100 m", "districts")).cell_size == ""


def test_every_fault_is_told_at_its_line(tmp_path):
    text = PLAN.replace("year: 2024", "yaer: 2024").replace("{file: b.csv, ", "{")
    with pytest.raises(CatalogueError) as caught:
        plan(tmp_path, text.replace("- building_electricity", "- building_electric"))
    told = {(f.code, f.where) for f in caught.value.findings}
    assert ("entry-unknown-field", "MAP.yaml:3") in told
    assert ("entry-missing-field", "MAP.yaml:8") in told
    assert any(code == "layer-unknown" for code, _ in told)


@pytest.mark.parametrize("text", ["[]", "map", "a: [", "map: {en: x}\nmap: {en: y}", "\x00", "layers: 7"])
def test_what_is_no_plan_is_refused_without_a_traceback(tmp_path, text):
    with pytest.raises(CatalogueError):
        plan(tmp_path, text)


def test_a_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError):
        read_plan(tmp_path / "MAP.yaml")
