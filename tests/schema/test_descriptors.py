"""The Table Schemas in ``schemas/frameworks`` are those of the catalogue, and are valid."""

import json

import pytest
from frictionless import Resource, Schema, system

from scindex._resources import root
from scindex.catalogue.entries import STANDINGS
from scindex.catalogue.load import framework_ids, load_framework
from scindex.schema.descriptors import describe, files, write

FOLDER = root() / "schemas" / "frameworks"
COMMITTED = sorted(path.name for path in FOLDER.glob("*.json"))


def test_the_committed_files_are_the_ones_generated():
    generated = dict(files())
    assert sorted(generated) == COMMITTED, "run `make schemas`"
    stale = [name for name, text in generated.items() if (FOLDER / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run `make schemas`"


def test_every_framework_has_one_for_the_whole_and_one_per_axis():
    assert {f"{name}.json" for name in framework_ids()} <= set(COMMITTED)
    assert {"u4ssc-digitalisation.json", "u4ssc-engagement.json", "u4ssc-impact.json"} <= set(COMMITTED)


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_file_is_a_valid_table_schema(name):
    with system.use_context(trusted=True):
        schema = Schema.from_descriptor(str(FOLDER / name))
    assert len(schema.fields) > 3
    assert schema.primary_key == ["city_id", "year"]


def validated(*lines):
    schema = Schema.from_descriptor(describe(load_framework("u4ssc")))
    names = ["city_id", "city", "year", "u4ssc:gini_coefficient", "u4ssc:resilience_plans"]
    schema.fields = [field for field in schema.fields if field.name in names]
    resource = Resource(data=[names, *lines], schema=schema)
    return [error.type for task in resource.validate().tasks for error in task.errors]


def test_another_tool_finds_the_same_faults_with_it():
    assert validated(["NOKMY", "Karmøy", "2020", "0.23", "1"], ["NOASK", "Asker", "2020", "NR", "-"]) == []
    assert validated(["NOKMY", "Karmøy", "2020", "35", "1"]) == ["constraint-error"]
    assert validated(["NOKMY", "Karmøy", "2020", "0.23", "0.5"]) == ["constraint-error"]
    assert validated(["NOKMY", "Karmøy", "1020", "0.23", "1"]) == ["constraint-error"]
    assert validated(["NOKMY", "Karmøy", "2020", "", ""], ["NOKMY", "Karmøy", "2020", "", ""]) == [
        "primary-key"
    ]


def test_a_field_says_what_the_catalogue_says():
    [field] = [
        f for f in describe(load_framework("u4ssc"))["fields"] if f["name"] == "u4ssc:gini_coefficient"
    ]
    assert field["constraints"] == {"minimum": 0, "maximum": 1}
    assert field["scindex"]["axis"] == "impact"
    assert field["scindex"]["standing"] in STANDINGS
    assert field["scindex"]["title"].keys() == {"ko"}


def test_writing_replaces_what_is_stale(tmp_path):
    (tmp_path / "gone.json").write_text("{}", encoding="utf-8")
    assert write(tmp_path) == COMMITTED
    assert sorted(path.name for path in tmp_path.iterdir()) == COMMITTED
    assert json.loads((tmp_path / "u4ssc.json").read_text(encoding="utf-8"))["primaryKey"] == [
        "city_id",
        "year",
    ]
