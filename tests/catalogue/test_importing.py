"""A COINr metadata table is read whole, and every fault of it told at its cell."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scindex import messages
from scindex._resources import parse_yaml
from scindex.catalogue.check import check
from scindex.catalogue.entries import Denominate
from scindex.catalogue.framework_text import framework_text, quoted
from scindex.catalogue.importing import classes_of, read_meta
from scindex.catalogue.load import parse_framework
from scindex.errors import DataError

TABLE = """\
Level,iCode,iName,Direction,Weight,Unit,Target,Denominator,ScaleFactor,Parent,Type
1,Parks,Parks,1,2,Number,4,Pop,1000,Green,Indicator
1,PM.25,"Fine dust, mean",-1,1,ug/m3,,,,Air,Indicator
1,Trust,Trust in city hall,1,1,Score 1-5,,,,Life,indicator
2,Green,Green space,1,1,,,,,Life,Aggregate
2,Air,Air: quality,1,0.5,,,,,Life,Aggregate
3,Life,Quality of life,,,,,,,NA,AGGREGATE
,Size,Size group,,,,,,,,Group
,Pop,Population,NA,,Thousands,,,,,Denominator
,Mayor,Name of the mayor,,,,,,,,Other
,Height,Height above sea,,,m,,,,,Other
"""
DATA = "uName,Size,Parks,PM.25,Trust,Pop,Height,Mayor\nA,L,1,2,3,9,10.5,Kim\nB,S,2,NA,3,8,-4,Lee\n"


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def where(row, column):
    return f"m.csv!{chr(65 + column)}{row + 1}"


def imported(table=TABLE, data=DATA):
    text, found = framework_text(read_meta(rows(table), where), "life", "m.csv", classes_of(rows(data)))
    return parse_framework(text.encode(), "life.yaml"), found


def faults(table):
    with pytest.raises(DataError) as caught:
        read_meta(rows(table), where)
    for finding in caught.value.findings:
        for lang in messages.LANGUAGES:
            assert "{" not in messages.line(finding, lang)
    return [(f.code, f.where) for f in caught.value.findings]


def test_the_tree_is_taken_over_and_its_one_top_becomes_the_framework():
    life, _ = imported()
    assert (life.name["en"], life.levels) == ("Quality of life", ("level_2", "indicator"))
    assert life.recipe["total"] is True
    assert set(life.nodes[""].children) == {"life:Trust", "Green", "Air"}
    assert life.nodes["Air"].weight == 0.5
    assert life.nodes["Air"].name["en"] == "Air: quality"
    assert life.nodes["life:Parks"].weight == 2.0
    assert life.nodes["life:PM_25"].parent == "Air"


def test_directions_units_targets_and_denominators_are_taken_over():
    life, _ = imported()
    parks, dust, trust = (life.indicators[f"life:{c}"] for c in ("Parks", "PM_25", "Trust"))
    assert (parks.direction, dust.direction) == ("higher", "lower")
    assert (parks.denominate, parks.target, parks.kind) == (Denominate("life:Pop", 1000.0), 4.0, "amount")
    assert (dust.code, dust.name["en"]) == ("PM.25", "Fine dust, mean")
    assert (trust.unit, trust.unit_label["en"]) == ("", "Score 1-5")
    assert dust.unit
    assert dust.source.page == "row 3"
    assert all(i.goalposts is None for i in life.indicators.values())


def test_groups_take_their_classes_from_the_data_and_others_only_if_they_are_numbers():
    life, found = imported()
    assert list(life.context) == ["life:Size", "life:Pop", "life:Height"]
    assert life.context["life:Size"].categories == ("L", "S")
    codes = {f.code: f.params.get("entries") for f in found}
    assert codes["import-left-out"] == ["Mayor"]
    assert codes["import-target-divided"] == ["Parks"]
    assert codes["import-units"] == ["Score 1-5", "Thousands"]
    bare, found = imported(data="")
    assert bare.context["life:Size"].categories == ()
    assert {"import-open-groups", "import-left-out"} <= {f.code for f in found}


def test_codes_that_the_data_lack_are_a_warning():
    _, found = imported(data="uName,Parks\nA,1\n")
    [absent] = [f for f in found if f.code == "import-not-in-data"]
    assert (absent.severity, absent.params["count"]) == ("warning", 6)


def test_the_file_passes_the_check_but_for_the_language_it_lacks():
    life, _ = imported()
    assert {f.code for f in check([life]) if f.severity != "note"} == {"check-one-language"}


def test_goalposts_in_the_table_follow_the_direction_and_choose_the_method():
    head = "iCode,Type,Parent,Direction,goalpost_lower,goalpost_upper,goalpost_trunc2posts\n"
    life, _ = imported(head + "a,Indicator,,1,0,10,TRUE\nb,Indicator,,-1,5,50,FALSE\n")
    a, b = life.indicators["life:a"], life.indicators["life:b"]
    assert (a.goalposts.worst, a.goalposts.best, a.capped) == (0, 10, True)
    assert (b.goalposts.worst, b.goalposts.best, b.capped) == (50, 5, False)
    assert life.recipe["normalise"] == "goalposts"
    assert "total" not in life.recipe


def test_levels_follow_from_the_parents_where_the_table_has_none():
    bare = "\n".join(line.partition(",")[2] for line in TABLE.splitlines())
    assert imported(bare)[0].levels == imported()[0].levels


@pytest.mark.parametrize(
    ("old", "new", "code", "cell"),
    [
        ("Green,Indicator", "Grene,Indicator", "import-no-parent", "J2"),
        ("Green,Indicator", "Pop,Indicator", "import-parent-type", "J2"),
        ("Air,Indicator", "Air,Indikator", "import-type", "K3"),
        ('mean",-1', 'mean",0', "import-direction", "D3"),
        ('mean",-1', 'mean",', "import-direction", "D3"),
        ('mean",-1', 'mean",down', "import-number", "D3"),
        ("Parks,1,2", "Parks,1,-2", "import-number", "E2"),
        ("Pop,1000", "Pop,0", "import-number", "I2"),
        ("4,Pop", "four,Pop", "import-number", "G2"),
        ("4,Pop", "1e999,Pop", "import-number", "G2"),
        ("4,Pop", "4,Pep", "import-denominator", "H2"),
        ("4,Pop", "4,Size", "import-denominator", "H2"),
        ("1,Trust,Trust", "1,parks,Trust", "import-twice", "B4"),
        ("1,Trust,Trust", "1,,Trust", "import-no-code", "B4"),
        ("1,Trust,Trust", "1,..,Trust", "import-no-code", "B4"),
        ("NA,AGGREGATE", "Air,AGGREGATE", "import-cycle", "J7"),
        ("Air,Indicator", "Green,Indicator", "import-empty", "B6"),
        ("3,Life", "2,Life", "import-level", "A7"),
        ("1,Trust", "2,Trust", "import-level", "A4"),
        ("1,Trust", "1.5,Trust", "import-level", "A4"),
        ('mean",-1,1', 'mean",-1,0', "import-weights-zero", "E6"),
    ],
)
def test_each_fault_is_told_at_its_cell(old, new, code, cell):
    assert old in TABLE
    assert (code, f"m.csv!{cell}") in faults(TABLE.replace(old, new, 1))


def test_all_faults_come_at_once():
    broken = TABLE.replace("Green,Indicator", "Grene,Indicator").replace('mean",-1', 'mean",0')
    assert {"import-no-parent", "import-direction", "import-empty"} <= {code for code, _ in faults(broken)}


@pytest.mark.parametrize("table", ["", "a,b\n1,2\n", "iCode,iName\nA,B\n"])
def test_a_table_that_is_no_metadata_is_refused_by_the_columns_it_lacks(table):
    assert [code for code, _ in faults(table)] == ["import-columns"]


def test_a_table_without_indicators_is_refused():
    assert "import-no-indicator" in {c for c, _ in faults("iCode,Type,Parent,Direction\nA,Group,,\n")}


def test_an_aggregate_that_points_down_is_said_and_left_out():
    found = read_meta(rows(TABLE.replace("Green space,1", "Green space,-1")), where).findings
    assert [(f.code, f.severity) for f in found] == [("import-aggregate-direction", "warning")]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20))
@settings(max_examples=200)
def test_any_text_survives_being_written_to_yaml(text):
    text = text.strip() or "x"
    assert parse_yaml(f"a: {{b: {quoted(text)}, c: 1}}".encode(), "q.yaml")["a"]["b"] == text


cells = st.sampled_from(
    ["", "A", "B", "C", "NA", "1", "-1", "0.5", "Indicator", "Aggregate", "Group", "x y", "ü"]
)


@given(st.lists(st.lists(cells, min_size=8, max_size=8), max_size=6))
@settings(max_examples=150)
def test_any_table_becomes_a_framework_or_faults_at_cells(body):
    head = ["iCode", "iName", "Type", "Parent", "Direction", "Weight", "Denominator", "Unit"]
    try:
        meta = read_meta([head, *body], where)
    except DataError as err:
        assert all(f.where.startswith("m.csv!") for f in err.findings if f.severity == "error")
        return
    text, _ = framework_text(meta, "any", "m.csv", {})
    indicators = parse_framework(text.encode(), "any.yaml").indicators
    assert len(indicators) == sum(e.type == "indicator" for e in meta.entries)
