"""The public inventory: from tables, as a reader meets it, saved and opened again."""

import pandas as pd
import pytest

import scindex as sx
from scindex.errors import DataError
from scindex.measures import open_inventory
from scindex.tables.raw import fit_table, read_table

ROWS = pd.DataFrame(
    {
        "ref": ["I.1.2", "I.1.1", "II.1.1", "III.3.1"],
        "amount": [120.0, 900.0, 4_000.0, 10.0],
        "unit": ["GWh", "TJ", "m3", "kt"],
        "factor": ["electricity/kr_2023", "fuels/ipcc_natural_gas", "fuels/citycatalyst_diesel", None],
        "method": [None, None, None, "incineration"],
        "waste": [None, None, None, "msw"],
        "dry_matter": [None, None, None, 0.65],
        "carbon": [None, None, None, 0.45],
        "fossil_share": [None, None, None, 0.4],
        "operation": [None, None, None, "continuous"],
        "technology": [None, None, None, "stoker"],
    }
)
WHERE = {"gwp_set": "AR5", "city": "Haneul", "country": "KR", "year": 2023, "region": "KR"}


@pytest.fixture
def path(tmp_path):
    ROWS.to_csv(tmp_path / "a.csv", index=False)
    return tmp_path / "a.csv"


def test_an_inventory_is_made_from_a_table(path):
    ghg = sx.inventory(read_table(path, "activity"), population=1e5, **WHERE)
    assert ghg.lines["city_id"].unique().tolist() == ["KOR:haneul"]
    assert ghg.lines["where"].tolist()[0] == "a.csv!B2"
    assert "Greenhouse gas inventory of Haneul, 2023" in str(ghg)
    assert ghg._repr_html_().startswith("<pre")
    assert repr(ghg) == "<Inventory: 1 city-years, 9 lines>"


def test_several_tables_make_one_inventory():
    whole = sx.inventory(fit_table(ROWS, "activity"), **WHERE)
    parts = [fit_table(ROWS.iloc[:2], "activity", file="x"), fit_table(ROWS.iloc[2:], "activity", file="y")]
    split = sx.inventory(*parts, **WHERE)
    assert split.totals["co2e"].tolist() == pytest.approx(whole.totals["co2e"].tolist(), nan_ok=True)


def test_the_order_of_rows_and_columns_never_matters():
    whole = sx.inventory(fit_table(ROWS, "activity"), **WHERE)
    turned = sx.inventory(fit_table(ROWS.iloc[::-1, ::-1], "activity"), **WHERE)
    assert turned.totals["co2e"].tolist() == pytest.approx(whole.totals["co2e"].tolist(), nan_ok=True)


def test_a_saved_inventory_opens_to_the_same_lines_and_the_same_screen(path, tmp_path):
    ghg = sx.inventory(read_table(path, "activity"), population=1e5, **WHERE)
    ghg.save(tmp_path / "a.json")
    again = open_inventory(tmp_path / "a.json")
    pd.testing.assert_frame_equal(again.lines, ghg.lines)
    pd.testing.assert_frame_equal(again.cities, ghg.cities)
    assert str(again) == str(ghg)
    assert again.provenance == ghg.provenance


def test_rows_may_name_their_own_city_and_year():
    rows = ROWS.iloc[:2].assign(city=["Aa", "Bb"], year=[2023, 2023])
    ghg = sx.inventory(fit_table(rows, "activity"), gwp_set="AR5", region="KR")
    assert ghg.of("aa").lines["city"].tolist() == ["Aa"]
    assert len(ghg.totals["city_id"].unique()) == 2


def test_tables_that_name_no_city_are_refused():
    with pytest.raises(DataError) as caught:
        sx.inventory(fit_table(ROWS, "activity", file="a.csv"), gwp_set="AR5", year=2023)
    assert [(f.code, f.where) for f in caught.value.findings] == [("activity-no-city", "a.csv")]


def test_the_memo_of_burnt_waste_is_shown_and_in_no_total(path):
    ghg = sx.inventory(read_table(path, "activity"), **WHERE)
    memo = ghg.lines[ghg.lines["kind"] == "memo"]
    assert memo["gas"].tolist() == ["CO2_bio"]
    counted = ghg.lines[ghg.lines["kind"] == ""]["co2e"].sum()
    assert ghg.totals.set_index("total").loc["basic", "co2e"] == pytest.approx(counted)
    assert "memo CO2_bio" in str(ghg)


def test_observations_enter_a_score(path):
    ghg = sx.inventory(read_table(path, "activity"), population=1e5, **WHERE)
    result = sx.score(ghg.observations(), sx.load_framework("u4ssc"))
    value = result.observations.set_index("indicator").loc["u4ssc:ghg_emissions", "value"]
    basic = ghg.totals.set_index("total").loc["basic", "co2e"]
    assert value == pytest.approx(basic / 1e5)
