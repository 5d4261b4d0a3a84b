"""Raw tables: read by their headings, in one unit, each fault at its cell."""

from __future__ import annotations

import io
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex.errors import DataError, ScindexError, UsageError
from scindex.tables.raw import fit_table, read_table


def csv(folder, text, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def codes(found):
    return [f.code for f in found]


def refused(path, table, **options):
    with pytest.raises(DataError) as caught:
        read_table(path, table, **options)
    return [f for f in caught.value.findings if f.severity == "error"]


REGISTER = (
    "관리건축물대장PK,대지위치,주용도코드명,연면적(㎡),지상층수,사용승인일,"
    "시군구코드,법정동코드,대지구분코드,번,지"
)
ROW = '1111-1,서울특별시 종로구 청운동,업무시설,"12,345.6",12,19981231,11110,10100,0,0012,0000'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_the_korean_building_register_is_read_as_it_comes(tmp_path, encoding):
    table = read_table(csv(tmp_path, f"{REGISTER}\n{ROW}\n", encoding=encoding), "buildings")
    row = table.frame.iloc[0]
    assert (row["building_id"], row["use"], row["floor_area_m2"], row["built_year"]) == (
        "1111-1",
        "office",
        12345.6,
        1998,
    )
    assert (row["sigungu"], row["bjdong"], row["plot_kind"], row["bun"]) == ("11110", "10100", "0", "0012")


def test_the_names_of_the_register_api_are_known_too(tmp_path):
    head = "mgmBldrgstPk,platPlc,sigunguCd,bjdongCd,platGbCd,bun,ji,mainPurpsCdNm,totArea"
    head += ",grndFlrCnt,hhldCnt,useAprDay"
    row = "10001,종로구,11110,10100,0,12,3,공동주택,900.5,5,12,20010101"
    table = read_table(csv(tmp_path, f"{head}\n{row}\n"), "buildings")
    assert table.frame.loc[0, ["bun", "ji", "use"]].tolist() == ["0012", "0003", "apartment"]
    assert codes(table.findings) == ["raw-code-padded", "raw-code-padded", "codes-plot-made"]
    assert table.frame["pnu"].tolist() == ["1111010100100120003"]
    assert table.frame["households"].tolist() == [12]


def test_a_second_line_of_korean_headings_is_no_building(tmp_path):
    text = "mgmBldrgstPk,totArea\n관리건축물대장PK,연면적\nA,10\n"
    assert read_table(csv(tmp_path, text), "buildings").frame["building_id"].tolist() == ["A"]


def test_headings_below_a_title_are_found(tmp_path):
    text = "건축물 현황\n\nbuilding id,GFA (sq ft)\nA,1000\n"
    table = read_table(csv(tmp_path, text), "buildings")
    assert table.frame["floor_area_m2"].tolist() == pytest.approx([92.90304])
    assert table.where(0, "floor_area_m2") == "t.csv!B4"


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        ("electricity [GWh]", "2", 2000),
        ("전기(kWh)", "1,234,567", 1234.567),
        ("electricity_kwh", "500", 0.5),
        ("전력사용량 (MWh)", "12", 12),
        ("electricity_mwh", "7", 7),
        ("electricity (TJ)", "3.6", 1000),
    ],
)
def test_units_in_headings_are_converted(tmp_path, heading, cell, value):
    text = f'building_id,year,"{heading}"\nA,2024,"{cell}"\n'
    table = read_table(csv(tmp_path, text), "building_energy")
    assert table.frame["electricity_mwh"].tolist() == pytest.approx([value])


def test_a_unit_that_does_not_convert_is_refused(tmp_path):
    (found,) = refused(csv(tmp_path, "id,year,gas (t)\nA,2024,3\n"), "building_energy")
    assert (found.code, found.where) == ("raw-unit-wrong", "t.csv!C1")


def test_every_fault_is_told_at_once_and_at_its_cell(tmp_path):
    text = "building_id,year,electricity (kWh),gas (kWh)\nA,2024,-5,about 3\nB,soon,7,#REF!\n,2024,1,1\n"
    found = {(f.code, f.where) for f in refused(csv(tmp_path, text), "building_energy")}
    assert found == {
        ("raw-negative", "t.csv!C2"),
        ("raw-not-a-number", "t.csv!D2"),
        ("raw-not-a-year", "t.csv!B3"),
        ("excel-error", "t.csv!D3"),
        ("raw-key-blank", "t.csv!A4"),
    }


def test_a_blank_or_a_dash_is_missing_and_not_zero(tmp_path):
    text = "building_id,year,electricity (kWh)\nA,2024,\nB,2024,-\nC,2024,0\nD,2024,NA\n"
    table = read_table(csv(tmp_path, text), "building_energy")
    assert np.isnan(table.frame["electricity_mwh"]).tolist() == [True, True, False, True]
    assert {"raw-missing", "raw-notation-keys"} <= set(codes(table.findings))


def test_equal_twins_are_taken_once_and_different_ones_refused(tmp_path):
    same = "building_id,floor area (m2)\nA,10\nA,10\n"
    table = read_table(csv(tmp_path, same), "buildings")
    assert len(table.frame) == 1
    assert codes(table.findings) == ["raw-duplicate-same"]
    (found,) = refused(csv(tmp_path, "building_id,floor area (m2)\nA,10\nB,3\nA,11\n"), "buildings")
    assert (found.where, found.params["other"]) == ("t.csv!B4", "t.csv!B2")
    assert (found.params["first"], found.params["second"]) == (10, 11)


MONTHS = "".join(f"A,2024{m:02},{m}\n" for m in range(1, 13))


def test_months_become_years(tmp_path):
    table = read_table(csv(tmp_path, f"building_id,사용년월,전기(MWh)\n{MONTHS}"), "building_energy")
    assert table.frame.to_dict("records") == [{"building_id": "A", "year": 2024, "electricity_mwh": 78.0}]
    assert "raw-months-summed" in codes(table.findings)


@pytest.mark.parametrize(
    ("partial", "value", "code"),
    [
        ("missing", np.nan, "raw-partial-year"),
        ("scale", 6 * 12 / 3, "raw-partial-year-scaled"),
        ("keep", 6, "raw-partial-year-kept"),
    ],
)
def test_a_part_of_a_year_is_no_year(tmp_path, partial, value, code):
    text = "building_id,year,month,electricity (MWh)\n" + "".join(f"A,2024,{m},{m}\n" for m in (1, 2, 3))
    table = read_table(csv(tmp_path, text), "building_energy", partial=partial)
    assert table.frame["electricity_mwh"].tolist() == pytest.approx([value], nan_ok=True)
    assert code in codes(table.findings)


def test_months_taken_for_years_are_refused_with_the_remedy(tmp_path):
    rows = "".join(f"{b},2024,{m + 1}\n" for b in "AB" for m in range(12))
    (found,) = refused(csv(tmp_path, f"building_id,year,electricity (MWh)\n{rows}"), "building_energy")
    assert found.code == "raw-months-as-years"


def test_a_month_that_stands_twice_is_refused(tmp_path):
    text = f"building_id,year month,electricity (MWh)\n{MONTHS}A,202401,9\n"
    assert codes(refused(csv(tmp_path, text), "building_energy")) == ["raw-duplicate-differs"]


def test_columns_of_months_need_a_name_and_a_unit(tmp_path):
    months = ",".join(f" {m}월 " for m in range(1, 13))
    text = f"연도,시도,시군구,계약종별,{months}\n2024,서울특별시,종로구,주택용,{','.join(['1000'] * 12)}\n"
    path = csv(tmp_path, text)
    assert codes(refused(path, "district_statistics")) == ["raw-months-unnamed"]
    table = read_table(path, "district_statistics", columns={"electricity_mwh": "months [kWh]"})
    assert table.frame["electricity_mwh"].tolist() == [12.0]


def test_headings_that_only_look_like_months_are_none(tmp_path):
    text = "building_id,year,gas_m1_ft2,wn_gas_therms_ft2,Mayor,Market,gas_mwh\nA,2024,1,2,3,4,5\n"
    assert read_table(csv(tmp_path, text), "building_energy").frame["gas_mwh"].tolist() == [5]


def test_a_negative_is_shown_as_the_file_writes_it(tmp_path):
    (found,) = refused(csv(tmp_path, "id,year,gas (kWh)\nA,2024,-5\n"), "building_energy")
    assert (found.code, found.value) == ("raw-negative", "-5")


def test_a_column_may_be_named_by_the_user(tmp_path):
    path = csv(tmp_path, "mgmBldrgstPk,useYm,useQty,own\nA,2024,7000,3\n")
    assert codes(refused(path, "building_energy")) == ["raw-no-values"]
    wanted = {"electricity_mwh": "useQty [kWh]", "visitors": "own"}
    table = read_table(path, "building_energy", columns=wanted)
    assert table.frame[["electricity_mwh", "visitors"]].values.tolist() == [[7.0, 3.0]]
    (found,) = refused(path, "building_energy", columns={"electricity_mwh": "use_kwh"})
    assert (found.code, found.params["found"]) == (
        "raw-heading-missing",
        ["mgmBldrgstPk", "useYm", "useQty", "own"],
    )


def test_what_is_needed_and_missing_is_told_with_the_headings_there_are(tmp_path):
    path = csv(tmp_path, "building_id,name\nA,x\n")
    (found,) = refused(path, "buildings", needs=["floor_area_m2"])
    assert found.code == "raw-column-missing"
    assert found.params["found"] == ["building_id", "name"]
    (found,) = refused(csv(tmp_path, "a,b\n1,2\n"), "buildings")
    assert found.code == "raw-no-headings"


def test_rows_of_totals_are_left_out(tmp_path):
    text = "시군구,연도,전기(MWh)\n종로구,2024,5\n합계,2024,5\n"
    table = read_table(csv(tmp_path, text), "district_statistics")
    assert table.frame["electricity_mwh"].tolist() == [5]
    assert "raw-totals-row" in codes(table.findings)


def test_a_lone_thousands_comma_is_read_as_its_file_writes_it(tmp_path):
    text = 'id,year,전기(kWh),가스(kWh)\nA,2024,"1,234,567.5","1,234"\n'
    table = read_table(csv(tmp_path, text), "building_energy")
    assert table.frame["gas_mwh"].tolist() == [1.234]
    assert "raw-thousands-taken" in codes(table.findings)
    (found,) = refused(csv(tmp_path, 'id,year,gas (kWh)\nA,2024,"1,234"\n'), "building_energy")
    assert found.code == "number-ambiguous"


def test_codes_keep_their_zeros_and_a_rounded_code_is_refused(tmp_path):
    table = read_table(csv(tmp_path, "district,name\n00123,a\n"), "districts")
    assert table.frame["district"].tolist() == ["00123"]
    (found,) = refused(csv(tmp_path, "pnu,year,전기(kWh)\n1.11101E+18,2024,1\n"), "building_energy")
    assert (found.code, found.where) == ("raw-code-scientific", "t.csv!A2")


def test_an_unknown_use_is_missing_and_told(tmp_path):
    table = read_table(csv(tmp_path, "id,use\nA,tent\nB,office\n"), "buildings")
    assert table.frame["use"].isna().tolist() == [True, False]
    assert codes(table.findings) == ["raw-use-unknown"]


def test_shares_in_percent_become_shares(tmp_path):
    table = read_table(csv(tmp_path, "link_id,aadt,승용차비율(%),share_bus\nL,100,80,5 %\n"), "road_links")
    assert table.frame[["share_car", "share_bus"]].values.tolist() == [[0.8, 0.05]]


def frame():
    return pd.DataFrame(
        {
            "building_id": ["A", "B"],
            "year": [2024, 2024],
            "electricity (kWh)": [1500.0, np.nan],
            "gas_mwh": [0.1, 2],
        }
    )


def test_all_formats_give_the_same_table(tmp_path):
    plain = frame()
    plain.to_parquet(tmp_path / "t.parquet")
    plain.to_csv(tmp_path / "t.csv", index=False)
    plain.to_excel(tmp_path / "t.xlsx", index=False)
    read = [read_table(tmp_path / f"t.{e}", "building_energy").frame for e in ("parquet", "csv", "xlsx")]
    for other in [*read[1:], fit_table(plain, "building_energy").frame]:
        pd.testing.assert_frame_equal(read[0], other)
    assert read[0]["electricity_mwh"].tolist()[0] == 1.5


def test_a_cell_that_a_workbook_shows_as_percent_is_a_share(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet, shown = book.add_worksheet(), book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, ["link_id", "aadt", "승용차비율", "share_bus (%)"])
    sheet.write_row(1, 0, ["L", 100])
    sheet.write_row(1, 2, [0.8, 0.05], shown)
    book.close()
    table = read_table(tmp_path / "t.xlsx", "road_links")
    assert table.frame[["share_car", "share_bus"]].values.tolist() == [[0.8, 0.05]]


def test_a_sheet_is_chosen_by_its_headings(tmp_path):
    with pd.ExcelWriter(tmp_path / "t.xlsx") as book:
        pd.DataFrame({"note": ["x"]}).to_excel(book, sheet_name="Notes", index=False)
        frame().to_excel(book, sheet_name="Data", index=False)
    table = read_table(tmp_path / "t.xlsx", "building_energy")
    assert table.inputs[0]["sheet"] == "Data"
    assert "sheet-chosen" in codes(table.findings)
    with pytest.raises(UsageError):
        read_table(tmp_path / "t.xlsx", "building_energy", sheet="None")


def test_the_file_of_a_table_is_in_its_provenance(tmp_path):
    table = read_table(csv(tmp_path, "id,year,gas (kWh)\nA,2024,1\n", encoding="utf-8"), "building_energy")
    assert set(table.inputs[0]) == {"name", "sha256", "encoding"}


def test_an_unknown_table_is_named_with_those_there_are(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_table(tmp_path / "t.csv", "homes")
    assert "buildings" in caught.value.findings[0].params["choices"]


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_table(tmp_path / "t.csv", "buildings")
    assert codes(caught.value.findings) == ["no-such-file"]


HEADS = [
    "building_id",
    "year",
    "month",
    "전기(kWh)",
    "gas(m3)",
    "연면적",
    "1월",
    "2월",
    "Jan",
    "useYm",
    "x",
    "합계",
    "use",
]
CELLS = ["-", "A", "2024", "202401", "1,234", "1.234,5", "5%", "NA", "#REF!", "합계", "1E+5", "∞", "=1+1"]
names = st.sampled_from(["", *HEADS])
cells = st.one_of(st.sampled_from(["", *CELLS]), st.floats().map(str), st.text(max_size=6))
FRONTS = [b"", b"PAR1", b"PK\x03\x04", b"SQLite format 3\x00", b"{", b"\xff\xfe"]
ENDINGS = [".csv", ".parquet", ".xlsx", ".gpkg", ".shp", ".geojson", ".zip"]


@settings(max_examples=150)
@given(
    head=st.lists(names, min_size=1, max_size=5),
    rows=st.lists(st.lists(cells, min_size=1, max_size=5), max_size=6),
    table=st.sampled_from(["buildings", "building_energy", "district_statistics", "waste"]),
    partial=st.sampled_from(["missing", "scale", "keep"]),
)
def test_no_text_file_gives_a_traceback(tmp_path_factory, head, rows, table, partial):
    import csv as plain

    out = io.StringIO()
    plain.writer(out).writerows([head, *rows])
    path = tmp_path_factory.mktemp("fuzz") / "f.csv"
    path.write_bytes(unicodedata.normalize("NFC", out.getvalue()).encode("utf-8", "ignore"))
    try:
        read = read_table(path, table, partial=partial)
    except ScindexError as err:
        assert err.findings
        assert all(str(f.code) for f in err.findings)
    else:
        assert len(read.frame) == len(read.rows)


@settings(max_examples=60)
@given(data=st.binary(max_size=300), front=st.sampled_from(FRONTS), ending=st.sampled_from(ENDINGS))
def test_no_bytes_give_a_traceback(tmp_path_factory, data, front, ending):
    path = tmp_path_factory.mktemp("fuzz") / f"f{ending}"
    path.write_bytes(front + data)
    with pytest.raises(ScindexError):
        read_table(path, "buildings")


@given(order=st.permutations(list(range(4))))
def test_the_order_of_columns_does_not_matter(order):
    plain = pd.DataFrame(
        {"id": ["A", "B"], "용도": ["업무시설", "공장"], "연면적(㎡)": ["1", "2"], "지상층수": ["3", "4"]}
    )
    mixed = plain[[plain.columns[i] for i in order]]
    pd.testing.assert_frame_equal(fit_table(plain, "buildings").frame, fit_table(mixed, "buildings").frame)
