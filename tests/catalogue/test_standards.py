"""Building standards are data, each number with its source and its floor area."""

from __future__ import annotations

import csv
import json

import jsonschema
import pytest

from scindex import messages
from scindex._resources import parse_yaml, read_yaml, root
from scindex.catalogue.standards import (
    FIELDS,
    HEAD_FIELDS,
    build_standard,
    read_standard,
    standard,
    standard_ids,
)
from scindex.errors import CatalogueError, UsageError
from scindex.units import parse

STANDING = {"published": "published", "unverified": "recalled", "derived": "adapted"}
PERIODS = {"P1": "2010", "P2": "2015", "P3": "2020", "P4": "2025"}
IDS = {
    "NYC_LL97_2050": ("nyc_ll97", "all_2050"),
    "NYC_LL97_PENALTY": ("nyc_ll97", "penalty"),
    "NL_PP_OFFICE_OLD": ("paris_proof", "office_gross"),
    "NL_PP_NEWBUILD": ("paris_proof", "new_build"),
    "CRREM_NL_OFFICE_2034": ("paris_proof", "office_crrem"),
    "TOKYO_THRESHOLD": ("tokyo_cap_and_trade", "threshold"),
}


def id_of(name: str) -> tuple[str, str]:
    """Where a row of the reference table is among the standards."""
    if name in IDS:
        return IDS[name]
    if name.startswith("KR_TARGET_"):
        return "kr_target_intensity", name.removeprefix("KR_TARGET_").lower()
    if name.startswith("NYC_LL97_"):
        use, _, year = name.removeprefix("NYC_LL97_").lower().rpartition("_")
        return "nyc_ll97", f"{use}.{year}"
    if name.startswith("TOKYO_"):
        _, period, use = name.split("_")
        return "tokyo_cap_and_trade", f"{use.lower()}.{PERIODS[period]}"
    return "paris_proof", name.removeprefix("NL_PP_").lower()


def test_every_limit_of_the_reference_table_is_in_a_standard(shared):
    with (shared / "reference" / "factors.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["category"].startswith("limit_")]
    assert len(rows) == 53
    for row in rows:
        name, key = id_of(row["factor_id"])
        limit = standard(name).limits[key]
        understood = parse(row["unit_pint"])
        assert understood is not None
        assert (limit.value, limit.unit) == (float(row["value"]), understood.unit), row["factor_id"]
        assert limit.standing == STANDING[row["standing"]], row["factor_id"]
        assert row["source_url"] in ("", limit.source.url), row["factor_id"]


def test_limits_by_property_type_are_those_of_the_rule(shared):
    with (shared / "data" / "buildings" / "ll97_limits_by_property_type.csv").open(encoding="utf-8") as file:
        rule = {
            r.pop("espm_property_type").casefold(): list(map(float, r.values())) for r in csv.DictReader(file)
        }
    limits = standard("nyc_ll97").limits
    uses = {limit.use: limit for key, limit in limits.items() if key.startswith("type_")}
    assert len(uses) == 12
    for use, limit in uses.items():
        periods = [limits[f"type_{use}.{year}"].value for year in (2024, 2030, 2035, 2040, 2050)]
        name = limit.name["en"].partition(":")[0].casefold()
        assert periods == next(v for k, v in rule.items() if k.startswith(name)), name


def test_a_standard_whose_numbers_were_not_found_says_so():
    cap = standard("seoul_cap")
    assert not cap.limits
    assert all(cap.none.get(lang) for lang in messages.LANGUAGES)


def test_the_same_office_has_two_numbers_by_floor_area():
    limits = standard("paris_proof").limits
    assert (limits["office"].value, limits["office"].area) == (70, "usable")
    assert (limits["office_gross"].value, limits["office_gross"].area) == (50, "gross")


def test_contradicting_sources_are_both_kept():
    limits = standard("nyc_ll97").limits
    said = {
        key: [v["value"] for v in limits[key].conflicts[0]["values"]] for key in ("b_health.2030", "m.2030")
    }
    assert said == {"b_health.2030": ["11.93", "13.30"], "m.2030": ["4.3", "4.03"]}


def test_an_unknown_standard_is_refused_with_close_names():
    with pytest.raises(UsageError) as err:
        standard("nyc_ll98")
    assert err.value.findings[0].params["close"] == ["nyc_ll97"]


def test_every_limit_has_both_languages_and_a_source():
    for name in standard_ids():
        for limit in standard(name).limits.values():
            assert all(limit.name.get(lang) for lang in messages.LANGUAGES), limit.id
            assert limit.source.url or limit.source.note, limit.id


def test_faults_are_found_at_their_lines():
    text = b"""\
standard: mine
name: {en: Mine, ko: mine}
limits:
  office:
    name: {en: Office}
    value: much
    unit: things
    quantity: beauty
    size: [5000, 3000]
    area: outside
"""
    with pytest.raises(CatalogueError) as err:
        build_standard(parse_yaml(text, "mine.yaml"), "mine.yaml")
    assert [(f.code, f.where.rpartition(":")[2]) for f in err.value.findings] == [
        ("entry-wrong-kind", "6"),
        ("factor-unit", "7"),
        ("entry-unknown-choice", "8"),
        ("entry-range-order", "9"),
        ("entry-unknown-choice", "10"),
    ]


def test_a_standard_without_limits_needs_a_reason(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("standard: mine\nname: {en: Mine}\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as err:
        read_standard(path)
    assert err.value.findings[0].params["field"] == "none"


SCHEMA = json.loads((root() / "schemas" / "standard.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", standard_ids())
def test_editors_accept_our_own_files(name):
    data = read_yaml(root() / "indicators" / "standards" / f"{name}.yaml")
    assert data["standard"] == name
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(data)
    assert [(list(e.path), e.message) for e in errors] == []


def test_the_schema_knows_the_fields_that_the_program_knows():
    assert set(SCHEMA["$defs"]["part"]["properties"]) == set(FIELDS)
    assert set(SCHEMA["properties"]) == set(HEAD_FIELDS)
