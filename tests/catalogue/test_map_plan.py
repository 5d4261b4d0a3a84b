"""MAP.yaml: figures and controls name what the map has, once."""

from __future__ import annotations

import pytest
from tables.small_map import small_map

from scindex.catalogue.maps import read_plan
from scindex.errors import CatalogueError

SOURCE = "source: {publisher: p, title: t, year: 2024, url: 'https://example.org'}"


def faults(path) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_plan(path)
    return [f.code for f in caught.value.findings]


def test_a_layer_has_one_control(tmp_path):
    one = f"{{layer: building_gas, tonnes: 20, {SOURCE}}}"
    assert faults(small_map(tmp_path, more=f"controls: [{one}, {one}]")) == ["map-control-twice"]


def test_a_published_figure_of_nothing_on_the_map_is_refused(tmp_path):
    figure = f"published: [{{name: x, value: 100, of: nonsense, {SOURCE}}}]"
    assert len(faults(small_map(tmp_path, more=figure))) == 1
    assert read_plan(small_map(tmp_path, more=figure.replace("nonsense", "buildings"))).published
