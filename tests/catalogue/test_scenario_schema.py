"""The schema for editors, and the table of levers on the page, say what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scindex.catalogue.levers import LEVERS

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "scenario.schema.json").read_text(encoding="utf-8"))
FILES = sorted((ROOT / "indicators" / "scenarios").glob("*.yaml"))


def plain(value):
    """Return YAML with text keys, as JSON has them."""
    return {str(k): plain(v) for k, v in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_shipped_scenarios_satisfy_the_schema(path):
    data = plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert not list(Draft202012Validator(SCHEMA).iter_errors(data))


def test_the_schema_knows_every_lever_and_parameter():
    common = {"lever", "name", "where", "standing", "reason", "source"}
    for kind, lever in LEVERS.items():
        there = SCHEMA["$defs"][kind]
        assert set(there["properties"]) - common == set(lever.parameters)
        needed = {n for n, p in lever.parameters.items() if p.needed}
        assert set(there["required"]) == {"lever", "standing", *needed}


def test_a_bare_thirty_is_refused_by_the_schema_too():
    text = {"lever": "retrofit", "standing": "recalled", "rate": {"2030": 30}, "saving": "40 %"}
    data = {"scenario": "a", "name": "A", "levers": {"x": text}}
    assert list(Draft202012Validator(SCHEMA).iter_errors(data))
    text["rate"] = {"2030": "30 %"}
    assert not list(Draft202012Validator(SCHEMA).iter_errors(data))


def test_the_page_lists_the_levers_in_their_order_with_their_parameters():
    page = (ROOT / "docs" / "concepts" / "scenarios.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*) \|", page, re.MULTILINE)
    assert [(name, group) for name, group, _ in rows] == [(k, v.group) for k, v in LEVERS.items()]
    for name, _, told in rows:
        assert re.findall(r"`(\w+)`", told) == list(LEVERS[name].parameters)
