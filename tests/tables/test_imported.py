"""The ASEM index of COINr, imported and read: 51 countries, nothing left behind."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from scindex.catalogue.check import check
from scindex.catalogue.load import parse_framework
from scindex.errors import DataError, ScindexError, UsageError
from scindex.tables.cities import read_cities
from scindex.tables.imported import import_framework


@pytest.fixture
def asem(shared):
    folder = shared / "data" / "asem"
    text, _ = import_framework(folder / "iMeta.csv", "asem", folder / "iData.csv")
    return parse_framework(text.encode(), "asem.yaml"), folder / "iData.csv"


def test_the_asem_metadata_are_taken_over_whole(asem):
    framework, _ = asem
    assert len(framework.indicators) == 49
    assert len(framework.context) == 8
    assert [len(framework.nodes[n].children) for n in framework.nodes[""].children] == [5, 3]
    assert sum(i.denominate is not None for i in framework.indicators.values()) == 17
    assert not [f for f in check([framework]) if f.severity == "error"]


def test_every_asem_country_is_read_with_its_indicators_denominators_and_groups(asem):
    framework, data = asem
    cities = read_cities(data, frameworks=[framework])
    assert not [f for f in cities.findings if f.severity != "note"]
    table = cities.observations
    assert table["city_id"].nunique() == 51
    assert set(table["indicator"].unique()) == set(framework.entries)
    wide = table.pivot(index="city", columns="indicator", values="value")
    raw = pd.read_csv(data).set_index("uName")
    for code in ("LPI", "Flights", "NEET", "Population", "GDP"):
        assert wide[f"asem:{code}"].to_dict() == pytest.approx(raw[code].to_dict(), nan_ok=True)
    groups = framework.context["asem:GDP_group"].categories
    assert {c: groups[int(v) - 1] for c, v in wide["asem:GDP_group"].items()} == raw["GDP_group"].to_dict()


def test_a_workbook_is_read_like_a_csv(tmp_path):
    book = openpyxl.Workbook()
    for row in [[None] * 4, ["iCode", "Type", "Parent", "Direction"], ["A", "Indicator", None, 1]]:
        book.active.append(row)
    book.save(tmp_path / "m.xlsx")
    text, _ = import_framework(tmp_path / "m.xlsx", "own")
    framework = parse_framework(text.encode(), "own.yaml")
    assert framework.indicators["own:A"].source.page == "row 3"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"iCode;Type\n", b"\xff\xfe\x00", b"a,b\n1,2,3\n"])
def test_anything_else_is_refused_without_a_traceback(tmp_path, content):
    (tmp_path / "m.csv").write_bytes(content)
    with pytest.raises(ScindexError):
        import_framework(tmp_path / "m.csv", "own")


def test_a_missing_file_and_a_bad_id_are_wrong_calls(tmp_path):
    with pytest.raises(UsageError):
        import_framework(tmp_path / "nothing.csv", "own")
    (tmp_path / "m.csv").write_text("iCode,Type,Parent,Direction\nA,Indicator,,1\n", encoding="utf-8")
    with pytest.raises(UsageError):
        import_framework(tmp_path / "m.csv", "my own")


def test_faults_stand_at_cells_of_the_file(tmp_path):
    (tmp_path / "m.csv").write_text("\niCode,Type,Parent,Direction\nA,Indicator,,2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        import_framework(tmp_path / "m.csv", "own")
    assert [f.where for f in caught.value.findings] == ["m.csv!D3"]
