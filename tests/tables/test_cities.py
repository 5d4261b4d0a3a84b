"""A whole file in, observations and every fault out."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tables.reading import cities, codes, fault, fault_codes, frame, read, u4ssc

from scindex.errors import DataError, UsageError
from scindex.tables.cities import read_cities
from scindex.tables.observations import COLUMNS

HEAD = "city,year,indicator,value\n"


def xlsx(rows: list[list[object]], **others: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    for title, content in others.items():
        extra = book.create_sheet(title)
        for row in content:
            extra.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def test_the_table_has_the_columns_and_types_of_the_contract():
    table = frame(f"{HEAD}Oslo,2020,GHG Emissions,2\n")
    assert tuple(table.columns) == COLUMNS
    assert (table["year"].dtype, table["value"].dtype, table["where"].dtype) == ("int64", "float64", "str")
    row = table.iloc[0]
    assert (row["unit"], row["status"], row["reason"], row["where"]) == (
        "t_CO2e/person/year",
        "A",
        "",
        "a.csv!D2",
    )


def test_the_published_values_of_the_pilot_cities_are_read_whole(shared):
    path = shared / "reference" / "u4ssc_city_values.csv"
    table = read_cities(path, frameworks=[u4ssc()])
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(table.observations) == len(rows) == 128
    assert table.observations["value"].notna().sum() == sum(bool(r["value"]) for r in rows) == 112
    missing = table.observations[table.observations["value"].isna()]
    assert set(missing["status"]) == {"O"}
    assert (missing["reason"] == "NR").sum() == sum(r["status"] == "not_reported" for r in rows)
    unverified = sum(r["status"] == "not_verified" and bool(r["value"]) for r in rows)
    assert (table.observations["status"] == "V").sum() == unverified == 1
    assert {f.severity for f in table.findings} <= {"warning", "note"}
    for row, number in zip(rows, range(2, 130)):
        (one,) = table.observations.index[table.observations["where"] == f"{path.name}!E{number}"]
        value = table.observations["value"][one]
        assert (np.isnan(value) and not row["value"]) or value == float(row["value"])


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("codec", ["utf-8", "cp949", "utf-16"])
def test_the_published_values_survive_any_encoding(shared, delimiter, codec):
    path = shared / "reference" / "u4ssc_city_values.csv"
    text = path.read_text(encoding="utf-8").replace("Karmøy", "Karmoy").replace("Ålesund", "Alesund")
    out = io.StringIO()
    rows = list(csv.reader(io.StringIO(text)))
    csv.writer(out, delimiter=delimiter).writerows(rows)
    plain = frame(text)
    other = frame(out.getvalue().encode(codec))
    pd.testing.assert_frame_equal(plain, other)


def test_csv_xlsx_and_parquet_of_the_same_table_agree():
    table = pd.DataFrame(
        {
            "city": ["Oslo", "Bergen"],
            "year": [2020, 2020],
            "GHG Emissions": [2.5, np.nan],
            "Unemployment Rate": [3.0, 1.234],
        }
    )
    text = table.to_csv(index=False)
    book = xlsx([list(table.columns), ["Oslo", 2020, 2.5, 3], ["Bergen", 2020, None, 1.234]])
    frames = [frame(text), frame(book, "a.xlsx"), frame(parquet(table), "a.parquet")]
    assert [f["where"].iloc[0] for f in frames] == ["a.csv!D3", "a.xlsx!Data!D3", "a.parquet!D3"]
    for other in frames[1:]:
        pd.testing.assert_frame_equal(frames[0].drop(columns="where"), other.drop(columns="where"))


def test_a_typed_number_is_never_taken_for_a_thousand():
    book = xlsx([["city", "year", "GHG Emissions"], ["Oslo", 2020, 1.234], ["Bergen", 2020, "12,5"]])
    assert sorted(frame(book, "a.xlsx")["value"]) == [1.234, 12.5]


def test_a_date_in_a_workbook_is_told_as_one():
    import datetime

    book = xlsx([["city", "year", "GHG Emissions"], ["Oslo", 2020, datetime.date(2021, 3, 1)]])
    found = fault(book, "a.xlsx")
    assert (found.code, found.where, found.value) == ("number-date", "a.xlsx!Data!C2", "2021-03-01")


def test_a_percentage_in_a_workbook_is_read_as_shown():
    book = openpyxl.load_workbook(
        io.BytesIO(xlsx([["city", "year", "Unemployment Rate"], ["Oslo", 2020, 0.045]]))
    )
    book["Data"]["C2"].number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    assert frame(out.getvalue(), "a.xlsx")["value"].tolist() == [4.5]


def test_the_sheet_with_the_headings_is_chosen_and_the_rest_named():
    data = [["city", "year", "GHG Emissions"], ["Oslo", 2020, 2]]
    book = xlsx(data, Notes=[["Read me"], ["Filled in by the statistics office"]])
    assert frame(book, "a.xlsx")["where"].tolist() == ["a.xlsx!Data!C2"]
    (note,) = [f for f in read(book, "a.xlsx") if f.code == "sheet-chosen"]
    assert (note.params["sheet"], note.params["others"]) == ("Data", ["Notes"])
    assert cities(book, "a.xlsx").inputs[0]["sheet"] == "Data"


def test_a_list_of_definitions_does_not_compete_with_the_data():
    data = [["city", "year", "GHG Emissions"], ["Oslo", 2020, 2]]
    book = xlsx(data, Definitions=[["indicator", "unit", "worst", "best"], ["GHG Emissions", "t", 20, 0]])
    assert len(frame(book, "a.xlsx")) == 1


def test_two_sheets_of_data_are_listed_and_one_may_be_chosen():
    data = [["city", "year", "GHG Emissions"], ["Oslo", 2020, 2]]
    book = xlsx(data, More=[*data, ["Bergen", 2020, 3]])
    found = fault(book, "a.xlsx")
    assert (found.code, found.params["sheets"]) == ("several-sheets", ["Data", "More"])
    assert len(frame(book, "a.xlsx", sheet="More")) == 2
    with pytest.raises(UsageError):
        cities("city,year\n", sheet="Data")


def test_every_fault_is_found_in_one_run_in_the_order_of_the_file():
    text = "\n".join(
        [
            "city,year,indicator,value,status",
            "Oslo,2020,GHG Emissions,about 2,A",
            "Oslo,2020,GHG Emision,2,A",
            ",2020,GHG Emissions,2,A",
            "Oslo,20x,GHG Emissions,2,A",
            "Oslo,2020,Unemployment Rate,230,A",
            "Oslo,2020,Gini Coefficient,0.3,so-so",
            "Oslo,2020,Patents,#DIV/0!,A",
            "Oslo,2020,e-Government,yes,A",
        ]
    )
    found = [(f.where[6:], f.code) for f in read(text) if f.severity == "error"]
    assert found == [
        ("D2", "not-a-number"),
        ("C3", "unknown-indicator"),
        ("A4", "no-city"),
        ("B5", "year-not-a-number"),
        ("D6", "value-impossible"),
        ("E7", "unknown-status"),
        ("D8", "excel-error"),
        ("D9", "yes-no-not-scale"),
    ]


def test_a_fault_says_whose_value_it_is():
    found = fault(f"{HEAD}Oslo,2020,GHG Emissions,about 2\n")
    assert (found.city, found.year, found.indicator) == ("Oslo", 2020, "u4ssc:ghg_emissions")


def test_skipping_errors_makes_their_cells_missing_and_says_so():
    text = f"{HEAD}Oslo,2020,GHG Emissions,about 2\nOslo,2020,Unemployment Rate,230\nOslo,2020,Patents,5\n"
    table = cities(text, skip_errors=True)
    shown = dict(
        zip(table.observations["where"], zip(table.observations["value"], table.observations["status"]))
    )
    assert shown["a.csv!D4"] == (5.0, "A")
    assert all(np.isnan(shown[w][0]) and shown[w][1] == "O" for w in ("a.csv!D2", "a.csv!D3"))
    assert {f.severity for f in table.findings} <= {"warning", "note"}
    assert next(f for f in table.findings if f.code == "errors-skipped").params["count"] == 2
    assert all(f.params["skipped"] for f in table.findings if f.code in ("not-a-number", "value-impossible"))


def test_what_no_cell_can_mend_is_never_skipped():
    assert fault_codes("indicator,value\nGHG Emissions,2\n", skip_errors=True) == [
        "no-city-column",
        "no-year-column",
    ]


def test_the_same_value_twice_is_a_warning_and_different_values_are_an_error():
    same = f"{HEAD}Oslo,2020,GHG Emissions,2\noslo,2020,EN.EN.AQ.2C,2.0\n"
    assert len(frame(same)) == 1
    assert "duplicate-same" in codes(same)
    found = fault(f"{HEAD}Oslo,2020,GHG Emissions,2\nOslo,2020,EN.EN.AQ.2C,3\n")
    assert (found.code, found.where, found.params["other"]) == ("duplicate-differs", "a.csv!D3", "a.csv!D2")
    assert (found.params["first"], found.params["second"]) == (2, 3)
    skipped = frame(f"{HEAD}Oslo,2020,GHG Emissions,2\nOslo,2020,GHG Emissions,3\n", skip_errors=True)
    assert skipped["value"].isna().tolist() == [True]


def test_two_columns_of_one_indicator_are_duplicates_too():
    found = fault("city,year,GHG Emissions,EN.EN.AQ.2C\nOslo,2020,2,3\n")
    assert (found.code, found.where, found.params["other"]) == ("duplicate-differs", "a.csv!D2", "a.csv!C2")


@pytest.mark.parametrize("target", [",IE: Life Expectancy,", ",IE,Life Expectancy", ",IE (life_expectancy),"])
def test_included_elsewhere_is_covered_where_its_target_has_a_number(target):
    head = "city,year,indicator,value,ie_target\n"
    cell = f"Oslo,2020,Maternal Mortality Rate{target}\n"
    covered = frame(f"{head}{cell}Oslo,2020,Life Expectancy,82,\n")
    row = covered[covered["indicator"] == "u4ssc:maternal_mortality_rate"].iloc[0]
    assert (row["status"], row["reason"]) == ("M", "IE")
    assert "ie-covered" in codes(f"{head}{cell}Oslo,2020,Life Expectancy,82,\n")
    for who in (
        "Oslo,2020,Life Expectancy,NR",
        "Oslo,2021,Life Expectancy,82",
        "Rana,2020,Life Expectancy,82",
    ):
        table = frame(f"{head}{cell}{who},\n")
        row = table[table["indicator"] == "u4ssc:maternal_mortality_rate"].iloc[0]
        assert (row["status"], row["reason"]) == ("O", "IE")


def test_included_in_itself_covers_nothing():
    table = frame(f"{HEAD}Oslo,2020,Life Expectancy,IE: Life Expectancy\nOslo,2021,Life Expectancy,82\n")
    assert table["status"].tolist() == ["O", "A"]


def test_an_unknown_target_is_doubted():
    assert "ie-target-unknown" in codes(f"{HEAD}Oslo,2020,Life Expectancy,IE: the total\n")


def test_a_column_full_of_na_is_doubted_and_a_few_are_not():
    full = "city,year,GHG Emissions\n" + "".join(f"C{i},2020,{'NA' if i else 2}\n" for i in range(6))
    assert "na-means-blank" in codes(full)
    few = "city,year,GHG Emissions\n" + "".join(f"C{i},2020,{'NA' if i < 2 else 2}\n" for i in range(6))
    assert "na-means-blank" not in codes(few)


def test_quality_and_source_come_along():
    text = "city,year,indicator,value,quality,source\nOslo,2020,GHG Emissions,2,설문,Yearbook\n"
    row = frame(text).iloc[0]
    assert (row["quality"], row["source"]) == ("extrapolated_survey", "Yearbook")
    assert "unknown-quality" in codes(text.replace("설문", "good"))


def test_a_formula_as_text_is_told_in_csv_and_in_workbooks():
    assert fault(f"{HEAD}Oslo,2020,GHG Emissions,=1+1\n").code == "formula-not-calculated"
    book = xlsx([["city", "year", "GHG Emissions"], ["Oslo", 2020, "=1+1"]])
    assert fault(book, "a.xlsx").where == "a.xlsx!Data!C2"


def test_joined_tables_hold_both_and_refuse_contradictions():
    one = cities(f"{HEAD}Oslo,2020,GHG Emissions,2\n")
    two = cities(f"{HEAD}Oslo,2020,Unemployment Rate,3\nBergen,2020,GHG Emissions,4\n", "b.csv")
    both = one.join(two)
    assert both.observations["where"].tolist() == ["b.csv!D3", "a.csv!D2", "b.csv!D2"]
    assert [i["name"] for i in both.inputs] == ["a.csv", "b.csv"]
    assert len(one.join(one).observations) == 1
    with pytest.raises(DataError) as err:
        one.join(cities(f"{HEAD}Oslo,2020,GHG Emissions,5\n", "c.csv"))
    assert [f.code for f in err.value.findings] == ["duplicate-differs"]


def test_the_input_is_described_and_unchanged(tmp_path):
    path = tmp_path / "도시.csv"
    data = "도시,연도,지표,값\n서울,2020,실업률,3\n".encode("cp949")
    path.write_bytes(data)
    (used,) = read_cities(path).inputs
    assert path.read_bytes() == data
    assert (used["name"], used["encoding"], used["layout"]) == ("도시.csv", "cp949", "long")
    assert used["sha256"] == hashlib.sha256(data).hexdigest()


def test_files_that_are_not_there_are_told(tmp_path):
    wanted = {
        tmp_path / "no.csv": "no-such-file",
        tmp_path: "unreadable-file",
        Path("a\x00b"): "unreadable-file",
    }
    for path, code in wanted.items():
        with pytest.raises(UsageError) as err:
            read_cities(path)
        assert err.value.findings[0].code == code


def test_long_lists_of_faults_are_cut_and_counted():
    text = HEAD + "".join(f"C{i},2020,GHG Emissions,some\n" for i in range(1500))
    found = read(text)
    assert sum(f.code == "not-a-number" for f in found) == 1000
    assert next(f for f in found if f.code == "and-more").params["count"] == 500


def test_ten_thousand_unknown_columns_are_told_in_bounded_time():
    text = "city,year," + ",".join(f"c{i}" for i in range(10_000)) + "\nOslo,2020" + ",1" * 10_000 + "\n"
    found = read(text)
    assert sum(f.code == "unknown-column" for f in found) >= 1000
