"""Errors of sums: a cell is less sure than the city, and never surer than the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from measure.map.city import districts, plan, tables

from scindex.measure.map.build import build
from scindex.measure.map.errors import variances


def test_the_whole_map_errs_by_the_error_of_its_control_total():
    """The share of the proxy cancels in the sum: CHE/CoCO2 names 1 % in total and 40 % in a cell."""
    layer = pd.Series({"relative_error": 0.01, "record_error": 0.4, "allocated": True})
    sums = pd.DataFrame({"tonnes": [50.0, 0.1], "squares": [0.0, 0.0]})
    found = np.sqrt(variances(sums, layer, 50.0)) / sums["tonnes"]
    assert found.tolist() == pytest.approx([0.01, 0.4], abs=0.001)


def test_independent_records_average_out():
    layer = pd.Series({"relative_error": 0.0, "record_error": 0.1, "allocated": False})
    hundred = pd.DataFrame({"tonnes": [100.0], "squares": [100 * 1e6]})
    assert np.sqrt(variances(hundred, layer, 100.0))[0] / 100 == pytest.approx(0.01)


def test_errors_shrink_from_cell_to_district_to_city():
    made = build(plan(), tables(300), districts())
    for layer in ("building_electricity", "district_electricity"):
        cells, parts, city = (made.cells(by=by)[f"{layer}_error"] for by in ("cell", "district", "city"))
        assert cells.dropna().median() > parts.dropna().median() > city.iloc[0]
    assert 0 < made.cells(by="city")["gross_error"].iloc[0] < 0.5
