"""The table of lines is what its schema says."""

import pytest

from scindex._resources import read_yaml, root
from scindex.measure.inventory.lines import COLUMNS, lines_table
from scindex.measures import inventory_from_file

SHAPE = read_yaml(root() / "schemas" / "tables" / "inventory.yaml")["columns"]
EXAMPLE = root() / "examples" / "inventory" / "INV.yaml"


def test_columns_are_those_of_the_schema_in_order():
    assert list(SHAPE) == list(COLUMNS)
    assert all(set(spec["meaning"]) == {"en", "ko"} for spec in SHAPE.values())


@pytest.mark.skipif(not EXAMPLE.exists(), reason="an installed wheel has no examples")
def test_words_of_the_example_are_those_of_the_schema():
    lines = inventory_from_file(EXAMPLE).lines
    for name, spec in SHAPE.items():
        if "allowed" in spec:
            allowed = {*map(str, spec["allowed"]), *([""] if spec.get("empty") else [])}
            assert set(lines[name]) <= allowed, name


def test_a_credit_takes_its_sector_from_its_numeral():
    line = lines_table([{"ref": "II", "kind": "credit", "co2e": -1.0, "year": 2024}]).iloc[0]
    assert (line["sector"], line["scope"], line["basis"]) == ("transport", 0, "")
