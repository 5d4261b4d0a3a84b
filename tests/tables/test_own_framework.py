"""The example of a user's own framework loads, reads, and shows what a framework file can say."""

from __future__ import annotations

import json

import jsonschema
import pytest

from scindex._resources import read_yaml, root
from scindex.catalogue.check import check
from scindex.catalogue.load import read_framework
from scindex.tables.cities import read_cities

EXAMPLES = root() / "examples"


@pytest.fixture(scope="module")
def harbour():
    return read_framework(EXAMPLES / "own_framework.yaml")


def test_the_example_has_neither_errors_nor_warnings(harbour):
    assert [f.code for f in check([harbour]) if f.severity != "note"] == []
    cities = read_cities(EXAMPLES / "own_framework_cities.csv", frameworks=[harbour])
    assert [f.code for f in cities.findings if f.severity != "note"] == []
    assert set(cities.observations["indicator"].unique()) == set(harbour.entries)


def test_editors_accept_the_example():
    schema = json.loads((root() / "schemas" / "entry.schema.json").read_text(encoding="utf-8"))
    data = read_yaml(EXAMPLES / "own_framework.yaml")
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(data)) == []


def test_the_example_shows_every_kind_of_statement(harbour):
    indicators, nodes = harbour.indicators.values(), harbour.nodes.values()
    assert len(harbour.levels) == 3
    assert {n.nature for n in nodes} == {"formative", "reflective"}
    assert any(n.aggregate for n in nodes)
    assert any(n.weight_range for n in nodes)
    assert {s.method for s in harbour.weight_sets.values()} == {"plain", "budget", "ahp"}
    for said in ("denominate", "target", "categories", "normalise", "treat", "goalposts"):
        assert any(getattr(i, said) for i in indicators), said
    assert {i.capped for i in indicators} == {i.actionable for i in indicators} == {True, False}
    assert any(i.categories for i in harbour.context.values())
    assert any(i.framework == "u4ssc" for i in indicators)
    assert all({"en", "ko"} <= set(i.name) for i in (*indicators, *harbour.context.values()))
