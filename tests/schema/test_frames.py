"""Pandera schemas of wide frames and of the contract's tables."""

import warnings

import pandas as pd
import pytest

from scindex.catalogue.entries import STANDINGS, Indicator, Rule
from scindex.catalogue.load import load_framework
from scindex.errors import DataError, UsageError
from scindex.findings import SEVERITIES, Finding
from scindex.schema import axis_schema, framework_schema, matrix_schema, table_schema, validate
from scindex.schema.frames import TABLES, table_shape
from scindex.scoring.label import COLUMNS

U4SSC = load_framework("u4ssc")
GINI, WATER, POTABLE = "u4ssc:gini_coefficient", "u4ssc:basic_water_supply", "u4ssc:potable_water_supply"


def matrix(cities, **columns):
    key = pd.MultiIndex.from_tuples([(city, 2020) for city in cities], names=["city_id", "year"])
    return pd.DataFrame(columns, index=key, dtype=float)


def failures(frame, schema):
    with pytest.raises(DataError) as caught:
        validate(frame, schema)
    return [(f.indicator, f.value, f.params["check"]) for f in caught.value.findings]


def test_a_framework_is_a_schema_with_its_units_and_standings():
    schema = framework_schema(U4SSC)
    assert set(schema.columns) == set(U4SSC.indicators)
    metadata = schema.columns[GINI].metadata
    assert metadata["possible"] == (0, 1)
    assert metadata["standing"] in STANDINGS
    assert schema.columns["u4ssc:ghg_emissions"].metadata["unit"] == "t_CO2e/person/year"


def test_the_schemas_of_the_axes_share_out_the_framework():
    axes = [set(axis_schema(U4SSC, axis).columns) for axis in ("digitalisation", "engagement", "impact")]
    assert set.union(*axes) == {i.id for i in U4SSC.indicators.values() if i.axis}
    assert sum(map(len, axes)) == len(set.union(*axes))
    with pytest.raises(UsageError):
        axis_schema(U4SSC, "digital")


def test_sound_values_and_gaps_pass_and_the_frame_comes_back_as_it_was():
    frame = matrix(["a", "b"], **{GINI: [0.3, None], WATER: [99, 98], POTABLE: [90, None]})
    assert validate(frame, framework_schema(U4SSC)) is not None
    pd.testing.assert_frame_equal(validate(frame, framework_schema(U4SSC)), frame)


@pytest.mark.filterwarnings("ignore::pandera.errors.SchemaWarning")
def test_every_impossible_value_is_told_at_once():
    frame = matrix(["a", "b", "c"], **{GINI: [35, 0.3, -1], WATER: [101, 98, 98]})
    told = failures(frame, framework_schema(U4SSC))
    assert told == [
        (GINI, 35, "possible: 0 to 1"),
        (GINI, -1, "possible: 0 to 1"),
        (WATER, 101, "possible: 0 to 100"),
    ]


def test_an_implausible_value_warns():
    with pytest.warns(match="plausible"):
        validate(matrix(["a"], **{GINI: [0.9]}), framework_schema(U4SSC))


def test_yes_or_no_is_one_or_nought():
    assert failures(matrix(["a"], **{"u4ssc:resilience_plans": [0.5]}), framework_schema(U4SSC))


def test_a_cross_rule_is_a_check_of_the_frame_and_gaps_are_not_checked():
    schema = framework_schema(U4SSC)
    [told] = failures(matrix(["a", "b", "c"], **{WATER: [92, None, 99], POTABLE: [97, 50, 98]}), schema)
    assert told == ("", None, f"at_most: {POTABLE}, {WATER}")


def test_a_rule_that_warns_does_not_fail():
    a, b = (Indicator(f"demo:{x}", {"en": x}) for x in "ab")
    schema = matrix_schema(
        [a, b], [Rule("sum_near", (a.id, b.id), total=100, tolerance=1, severity="warning")]
    )
    with pytest.warns(match="sum_near"):
        validate(matrix(["x"], **{a.id: [1], b.id: [1]}), schema)


def test_a_city_and_year_stands_once():
    assert failures(matrix(["a", "a"], **{GINI: [0.3, 0.3]}), framework_schema(U4SSC))


OBSERVED = {
    "city_id": "NOKMY", "city": "Karmøy", "year": 2020, "indicator": GINI, "value": 0.3, "unit": "",
    "status": "A", "reason": "", "quality": "", "source": "", "where": "B7",
}  # fmt: skip


def observations(**columns):
    return pd.DataFrame([OBSERVED]).assign(**columns)


def test_observations_pass_as_text_and_as_categories():
    schema = table_schema("observations")
    assert len(validate(observations(), schema)) == 1
    texts = observations().select_dtypes("str").columns
    assert len(validate(observations().astype(dict.fromkeys(texts, "category")), schema)) == 1
    assert len(validate(observations(value=float("nan"), status="O", reason="NR"), schema)) == 1


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("year", 1850, "minimum: 1900"),
        ("year", "2020", "type: int"),
        ("status", "Z", "one of: A"),
        ("reason", "nr", "one of: NR"),
        ("value", "0.3", "type: float"),
        ("city_id", 11, "type: str"),
        ("indicator", None, "not_nullable"),
    ],
)
def test_observations_of_another_shape_are_refused(column, value, check):
    told = failures(observations(**{column: value}), table_schema("observations"))
    assert any(name == column and check in said for name, _, said in told)


def test_a_missing_column_is_named():
    told = failures(observations().drop(columns="where"), table_schema("observations"))
    assert [(value, check) for _, value, check in told] == [("where", "column_in_dataframe")]


def test_an_observation_stands_once():
    assert failures(pd.concat([observations()] * 2, ignore_index=True), table_schema("observations"))


def test_the_shape_of_scores_is_that_of_the_scores_made():
    assert list(table_shape("scores")["columns"]) == COLUMNS


def test_the_shape_of_findings_is_that_of_a_finding():
    row = Finding("a", "note", "B7", "City", 2020, "x", 1.0, {"a": 1}).to_dict()
    assert list(table_shape("findings")["columns"]) == list(row)
    assert table_shape("findings")["columns"]["severity"]["allowed"] == list(SEVERITIES)
    bare = Finding("a").to_dict()
    assert len(validate(pd.DataFrame([row, bare]), table_schema("findings"))) == 2


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_what_it_means_in_both_languages(name):
    for column, spec in table_shape(name)["columns"].items():
        assert set(spec["meaning"]) == {"en", "ko"}, column
        assert all(spec["meaning"].values()), column
    assert set(table_shape(name)["key"]) <= set(table_shape(name)["columns"])


def test_an_unknown_table_is_a_usage_error_with_the_names_there_are():
    with pytest.raises(UsageError) as caught:
        table_schema("observation")
    assert caught.value.findings[0].params["choices"] == list(TABLES)


def test_a_schema_of_many_indicators_raises_no_warning_of_its_own():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        framework_schema(U4SSC)
        table_schema("scores")
