"""How values may be wrong: the city's own error, the count behind a value, else its quality class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scindex._resources import parse_yaml
from scindex.catalogue.assemble import assemble
from scindex.recipe import Recipe
from scindex.scoring.sheet import lay_out
from scindex.scoring.tree import plant
from scindex.uncertainty.errors import noise_of, quality_errors
from scindex.uncertainty.noise import BINOMIAL, LOGIT, NORMAL, POISSON

TEXT = """
framework: t
name: T
levels: [indicator]
context:
  residents: {name: Residents, kind: amount, unit: person}
  asked: {name: Persons asked, kind: amount, unit: person}
indicators:
  deaths:
    name: Traffic deaths
    kind: rate
    direction: lower
    possible: [0, null]
    goalposts: {worst: 20, best: 0, standing: proposed}
    counted_in: {by: residents, scale: 100000}
  trust:
    name: Trust
    kind: share
    direction: higher
    possible: [0, 100]
    goalposts: {worst: 0, best: 100, standing: natural}
    counted_in: {by: asked}
  water:
    name: Water
    kind: share
    direction: higher
    possible: [0, 100]
    goalposts: {worst: 0, best: 100, standing: natural}
"""


def laid(rows, quality=None, **columns):

    framework = assemble(parse_yaml(TEXT.encode(), "t.yaml"), "t.yaml", lambda name: pytest.fail(name))
    blank = dict.fromkeys(["unit", "reason", "source", "where"], "")
    table = pd.DataFrame(
        [
            {"city_id": c, "city": c, "year": 2024, "indicator": f"t:{i}", "value": v, **blank}
            for c, i, v in rows
        ]
    ).assign(status="A", quality=quality or "", **columns)
    sheet = lay_out(table, framework, plant(framework, Recipe()), Recipe(), "latest")
    return noise_of(sheet, table)


def test_a_rate_of_counted_events_errs_as_a_count():
    """300 000 inhabitants, 5 deaths per 100 000: 15 events."""
    noise, _, _ = laid([("a", "deaths", 5.0), ("a", "residents", 300_000.0)])
    assert noise.kind[0, 0] == POISSON
    assert noise.value[0, 0] * noise.spread[0, 0] == pytest.approx(15)


def test_a_share_of_persons_asked_errs_as_a_sample():
    noise, _, told = laid([("a", "trust", 60.0), ("a", "asked", 400.0), ("a", "water", 90.0)])
    assert (noise.kind[1, 0], noise.spread[1, 0]) == (BINOMIAL, 400)
    assert noise.kind[2, 0] == LOGIT
    assert [f.params["n"] for f in told] == [1]  # only of water is the error assumed


def test_without_the_population_the_quality_class_decides():
    noise, _, _ = laid([("a", "deaths", 5.0)], quality="accurate_measurement")
    assert noise.kind[0, 0] not in (POISSON, BINOMIAL)


def test_a_stated_error_wins_over_class_and_count():
    rows = [("a", "deaths", 5.0), ("a", "residents", 300_000.0)]
    noise, _, told = laid(rows, error=[1.5, np.nan])
    assert (noise.kind[0, 0], noise.spread[0, 0], told) == (NORMAL, 1.5, [])


def test_values_of_one_error_group_share_a_code():
    rows = [("a", "water", 90.0), ("b", "water", 80.0), ("c", "water", 70.0)]
    _, groups, _ = laid(rows, error_group=["survey", "survey", ""])
    assert groups[2, 0] == groups[2, 1] != groups[2, 2]
    assert groups[2, 2] == -1


def test_a_worse_class_never_has_a_smaller_error():
    """In the order of the U4SSC workbook; leaving the class out gains nothing over `unknown`."""
    values = quality_errors()["values"]
    order = [
        "accurate_measurement",
        "extrapolated_survey",
        "extrapolated_higher_level",
        "estimated_assumptions",
        "personal_estimate",
        "unknown",
        "not_stated",
    ]
    assert sorted(values) == sorted(order)
    assert [values[q] for q in order] == sorted(values[q] for q in order)
    assert values["not_stated"] >= values["unknown"]
    assert quality_errors()["standing"] == "proposed"
