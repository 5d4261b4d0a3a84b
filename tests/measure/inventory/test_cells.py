"""Reporting cells: every odd form is read one way, and said."""

import pytest

from scindex.errors import DataError
from scindex.measure.inventory.cells import from_cells, read_key
from scindex.tables.inventory import read_gpc_cells

HEAD = "City,Country,Year,Level,Population,I.1.1,I.1.2,II.1.1,V.2\n"


def read(tmp_path, body, head=HEAD):
    path = tmp_path / "cells.csv"
    path.write_text(head + body, encoding="utf-8")
    found = read_gpc_cells(path)
    return from_cells(found.cells, found.cities)


@pytest.mark.parametrize(
    ("text", "key", "target", "odd"),
    [
        ("NO", "NO", "", ""),
        ("NO ", "NO", "", "gpc-cell-key-untidy"),
        ("\u00a0NE", "NE", "", "gpc-cell-key-untidy"),
        ("ne", "NE", "", "gpc-cell-key-untidy"),
        ("NO; IE", "IE", "", "gpc-cell-two-keys"),
        ("NE/NO", "NE", "", "gpc-cell-two-keys"),
        ("NE; NE", "NE", "", "gpc-cell-key-twice"),
        ("IE (II.1.1)", "IE", "II.1.1", "gpc-cell-target-inside"),
        ("IE (I.1.1)", "IE", "I.1.1", "gpc-cell-target-inside"),
        ("IE: III.4.2", "IE", "III.4.2", "gpc-cell-target-inside"),
        ("IE I.2.1", "IE", "I.2.1", "gpc-cell-target-inside"),
        ("", "", "", "gpc-cell-blank"),
        ("n/a", "", "", "gpc-cell-blank"),
        ("-", "", "", "gpc-cell-blank"),
        ("about 12", "", "", "gpc-cell-unreadable"),
    ],
)
def test_a_cell_without_a_number_is_read_one_way(text, key, target, odd):
    found = read_key(text)
    assert (found.key, found.target, found.odd) == (key, target, odd)


def test_numbers_and_keys_become_lines_with_their_cell(tmp_path):
    inventory = read(tmp_path, "Demo,Norway,2020,BASIC,1000,12.5,NO,IE (I.1.1),-3\n")
    lines = inventory.lines.set_index("ref")
    assert lines["co2e"].tolist()[0] == 12.5
    assert lines.loc["I.1.2", "notation_key"] == "NO"
    assert lines.loc["II.1.1", "ie_target"] == "I.1.1"
    assert lines.loc["V.2", "kind"] == "removal"
    assert lines.loc["V.2", "where"] == "cells.csv!I2"
    assert lines["city_id"].unique().tolist() == ["NOR:demo"]
    assert inventory.cities.loc[0, "population"] == 1000


def test_a_grouped_number_in_a_text_file_is_a_number(tmp_path):
    inventory = read(tmp_path, 'Demo,,2020,,,"1,234,567.5",NO,NO,NO\n')
    assert inventory.lines.loc[0, "co2e"] == 1_234_567.5


def test_all_unreadable_cells_are_named_at_once(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "Demo,,2020,,,see notes,NO,tbd,NO\n")
    assert [f.where for f in caught.value.findings if f.severity == "error"] == [
        "cells.csv!F2",
        "cells.csv!H2",
    ]


def test_only_land_may_be_below_zero_without_a_doubt(tmp_path):
    inventory = read(tmp_path, "Demo,,2020,,,-1,NO,NO,-3\n")
    assert [(f.code, f.indicator) for f in inventory.findings] == [("gpc-negative", "I.1.1")]


def test_a_city_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "Demo,,2020,,,1,NO,NO,NO\nDemo,,2020,,,2,NO,NO,NO\n")
    assert caught.value.findings[-1].code == "gpc-cell-repeated"


def test_a_table_with_one_row_for_each_cell_is_read_too(tmp_path):
    head = "city,year,GPC ref no.,Total CO2e,Notation keys,Explanatory comments\n"
    body = "Demo,2020,I.1.1,10,,meters\nDemo,2020,I.1.2,,IE,bought with rent\n"
    lines = read(tmp_path, body, head).lines
    assert lines["co2e"].tolist()[0] == 10
    assert lines["notation_key"].tolist() == ["", "IE"]
    assert lines["explanation"].tolist() == ["meters", "bought with rent"]


def test_a_table_without_references_is_refused_with_a_remedy(tmp_path):
    with pytest.raises(DataError, match="GPC"):
        read(tmp_path, "Demo,1\n", "city,value\n")


def test_a_year_that_is_none_is_named_at_its_cell(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "Demo,,2018-19,,,1,NO,NO,NO\n")
    assert caught.value.findings[0].where == "cells.csv!C2"


def test_ratings_are_read_written_out_too_and_others_told(tmp_path):
    head = "city,year,GPC ref no.,Total CO2e,AD quality,EF quality\n"
    inventory = read(tmp_path, "Demo,2020,I.1.1,10,High,m\nDemo,2020,I.2.1,10,good,L\n", head)
    assert inventory.lines["quality_activity"].tolist() == ["H", ""]
    assert inventory.lines["quality_factor"].tolist() == ["M", "L"]
    assert [f.code for f in inventory.findings] == ["gpc-quality-unknown"]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        (HEAD, "gpc-no-rows", "cells.csv"),
        ("Year,I.1.1,I.1.2,I.2.1\n2020,1,2,3\n", "gpc-no-city", "cells.csv!A1"),
        ("City,I.1.1,I.1.2,I.2.1\nDemo,1,2,3\n", "gpc-no-year", "cells.csv!A1"),
        ("City,Year,I.1.1,I.1.2,I.9.1\nDemo,2020,1,2,3\n", "gpc-ref-unknown", "cells.csv!E2"),
        ("City,Year,I.1.1,I.1.2,I.2.1\nDemo,2020,1,#REF!,3\n", "gpc-cell-unreadable", "cells.csv!D2"),
        ("City,Year,I.1.1,I.1.2,I.2.1\nDemo,2020,1,12 %,3\n", "gpc-cell-unreadable", "cells.csv!D2"),
        ("City,Year,I.1.1,I.1.2,I.2.1\nDemo,2020,1,1e309,3\n", "gpc-cell-unreadable", "cells.csv!D2"),
        ("City,Year,I.1.1,I.1.2,I.1.1\nDemo,2020,1,2,3\n", "gpc-cell-repeated", "cells.csv!E2"),
    ],
)
def test_a_faulty_table_is_refused_at_its_cell(tmp_path, text, code, where):
    with pytest.raises(DataError) as caught:
        read(tmp_path, "", text)
    assert [(f.code, f.where) for f in caught.value.findings] == [(code, where)]


def test_a_row_that_names_no_city_is_told(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(HEAD + "Demo,,2020,,,1,NO,NO,NO\n,,2020,,,9,9,9,9\n,,,,,,,,\n", encoding="utf-8")
    found = read_gpc_cells(path)
    assert [(f.code, f.where) for f in found.findings] == [("gpc-row-without-city", "cells.csv!A3")]


def test_a_table_without_city_and_year_takes_those_given(tmp_path):
    path = tmp_path / "ciris.csv"
    path.write_text("GPC ref No.,Notation keys,Total tCO2e\nI.1.1,,10\nI.1.2,NE,\n", encoding="utf-8")
    found = read_gpc_cells(path, city="Demo", year=2020)
    lines = from_cells(found.cells, found.cities).lines
    assert lines[["city", "year", "ref"]].values.tolist() == [
        ["Demo", 2020, "I.1.1"],
        ["Demo", 2020, "I.1.2"],
    ]
    with pytest.raises(DataError) as caught:
        read_gpc_cells(path)
    assert [f.code for f in caught.value.findings] == ["gpc-no-city", "gpc-no-year"]


def test_rows_of_sums_are_left_out_and_told(tmp_path):
    path = tmp_path / "ciris.csv"
    rows = "I.1,,30\nI.1.1,,10\nI.1.2,,20\n,,30\n"
    path.write_text("GPC ref No.,Notation keys,Total tCO2e\n" + rows, encoding="utf-8")
    found = read_gpc_cells(path, city="Demo", year=2020)
    inventory = from_cells(found.cells, found.cities)
    assert inventory.lines["co2e"].tolist() == [10, 20]
    assert [f.code for f in (*found.findings, *inventory.findings)] == ["gpc-row-without-ref", "gpc-subtotal"]
