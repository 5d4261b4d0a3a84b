import numpy as np
import pytest
from comparison.lands import city, scored

from scindex.comparison.mixed import PARTS
from scindex.comparison.years import between_years
from scindex.errors import DataError, UsageError

ROWS = (
    city("Oslo", a=40, b=10) + city("Oslo", 2022, a=60, b=10)
    + city("Rana", a=50, b=10) + city("Rana", 2022, a=55)
    + city("Bodo", 2022, a=1)
)  # fmt: skip


def cell(found, node, city_id="oslo"):
    return found.table.set_index(["node", "city_id"]).loc[(node, city_id)]


def test_two_years_of_one_result_are_split_into_values_and_coverage():
    found = between_years(scored(ROWS, year="all", show_coverage=0.5), 2020, 2022)
    assert cell(found, "left")["values"] == 10
    row = cell(found, "left", "rana")
    # states: 65; a = 55: 67.5; without b: 50; both: 55
    assert (row["values"], row["coverage"]) == (pytest.approx((2.5 + 5) / 2), pytest.approx((-15 - 12.5) / 2))
    assert found.cities_come == ("Bodo",)
    assert not found.position


def test_parts_close():
    table = between_years(scored(ROWS, year="all", show_coverage=0.0), 2020, 2022).table
    split = table.dropna(subset=["change"])
    assert np.allclose(split[list(PARTS)].sum(axis=1), split["change"], atol=1e-12)


def test_joint_parameters_make_a_trend_and_each_year_by_itself_a_position():
    rows = [*ROWS, *city("Bodo", a=0)]
    joint = between_years(scored(rows, year="all", normalise="minmax"), 2020, 2022)
    alone = between_years(scored(rows, year="all", normalise="minmax", joint=False), 2020, 2022)
    assert not joint.position
    assert cell(joint, "w:a")["change"] == pytest.approx(100 * 20 / 60)
    assert alone.position
    assert [f.code for f in alone.findings] == ["diff-relative-position"]


def test_years_that_are_not_there_are_refused():
    with pytest.raises(UsageError, match="2020, 2022"):
        between_years(scored(ROWS, year="all"), 2020, 2021)
    with pytest.raises(DataError, match="no city in common"):
        between_years(scored(city("Oslo", a=1) + city("Rana", 2021, a=1), year="all"), 2020, 2021)
