"""The tables that leave the program have the shapes that schemas/tables/ promises."""

from pathlib import Path

import pandas as pd
import pytest

import scindex as sx
from scindex.schema import table_schema, validate
from scindex.scoring.label import COLUMNS

PILOT = Path(__file__).parents[2] / "examples" / "pilot_cities.csv"


@pytest.fixture(scope="module")
def result():
    return sx.score(sx.read_cities(PILOT))


@pytest.mark.parametrize("name", ["scores", "observations", "findings"])
def test_a_result_holds_the_three_tables(result, name):
    table = {**result.sheets(), "scores": result.scores, "observations": result.observations}[name]
    schema = table_schema(name)
    shown = table.drop(columns=["message"], errors="ignore")
    required = [name for name, column in schema.columns.items() if column.required]
    assert list(shown.columns) == required
    plain = shown.astype({c: "str" for c in shown if isinstance(shown[c].dtype, pd.CategoricalDtype)})
    validate(plain, schema)


def test_the_scores_table_names_its_columns_once():
    assert list(table_schema("scores").columns) == COLUMNS
