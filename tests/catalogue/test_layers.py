"""Layers as data: shipped ones are whole, own ones are told every fault at its line."""

from __future__ import annotations

import pytest

from scindex._resources import parse_yaml
from scindex.catalogue.factors import families
from scindex.catalogue.layers import build_layer, layer_named, load_layers, read_layer_file
from scindex.errors import CatalogueError

LAYERS = load_layers()


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda x: x.id)
def test_each_shipped_layer_says_all_that_its_reader_needs(layer):
    assert {"en", "ko"} <= set(layer.name)
    assert layer.source.publisher
    assert layer.record_error > 0
    assert layer.error_standing == "proposed"
    assert not layer.factor or layer.factor["family"] in families()
    assert (layer.sign == "removal") == bool(layer.sink)
    assert (layer.allocate == "dasymetric") == bool(layer.weight)


def test_only_what_a_scenario_plants_or_gives_up_enters_the_net():
    """Growth without harvest and decay is all that the published coefficients give."""
    net = {x.id for x in LAYERS.values() if x.sink == "net_stock_change"}
    assert net == {"planted", "land_conversion"}


def test_an_own_layer_is_told_every_fault_at_its_line(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text("layer: own\nsector: factory\nmethod: magic\nsign: removal\nscop: 1\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_layer_file(path)
    told = {(f.where, f.params["field"]) for f in caught.value.findings}
    assert {("own.yaml:2", "sector"), ("own.yaml:3", "method"), ("own.yaml:5", "scop")} <= told
    assert "layer-sink-missing" in {f.code for f in caught.value.findings}


def test_a_layer_like_another_keeps_what_it_does_not_say():
    faults: list = []
    data = parse_yaml(b"layer: shop_electricity\nname: {en: Shops}\n", "MAP.yaml")
    own = build_layer(data, "MAP.yaml", faults, base=LAYERS["building_electricity"])
    assert not faults
    assert (own.id, own.name, own.scope) == ("shop_electricity", {"en": "Shops"}, 2)


def test_an_unknown_layer_is_told_the_closest():
    with pytest.raises(CatalogueError) as caught:
        layer_named("forrest", LAYERS)
    assert "forest" in caught.value.findings[0].params["close"]
