"""Codes of places and uses: text, told apart by system, joined by code or by name."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.errors import DataError, UsageError
from scindex.tables.codes import (
    building_use,
    building_uses,
    code_system,
    crosswalk,
    crosswalk_by_name,
    match_codes,
    plot_numbers,
)


def test_each_use_is_found_by_its_id_codes_and_words():
    for use, entry in building_uses().items():
        assert {building_use(w) for w in (use, *entry["codes"], *entry["words"])} == {use}
        assert set(entry["name"]) == {"en", "ko"}


def test_seouls_25_gu_have_a_code_in_both_systems():
    table = crosswalk("kostat", "mois", region="서울특별시")
    assert len(table) == 25
    assert (table["11010"], table["11230"]) == ("11110", "11680")
    back = crosswalk("mois", "kostat", region="서울특별시")
    assert {back[m]: m for m in back} == table


def test_codes_of_another_year_are_others():
    assert crosswalk("mois", "kostat", year=2013)["43111"] == "33011"
    assert crosswalk("mois", "kostat", year=2020)["43111"] == "33041"
    with pytest.raises(UsageError):
        crosswalk("kostat", "un")


def test_codes_that_look_alike_in_two_systems_are_not_joined():
    gu = crosswalk("kostat", "mois", region="서울특별시")
    assert set(gu) & set(gu.values())
    with pytest.raises(DataError) as caught:
        match_codes(list(gu), list(gu.values()), names=("a", "b"))
    assert caught.value.findings[0].code == "codes-two-systems"
    assert code_system(list(gu)) == "kostat"
    assert code_system(list(gu.values())) == "mois"


@given(
    left=st.sets(st.text("0123456789", min_size=5, max_size=5)),
    right=st.sets(st.text("0123456789", min_size=5)),
)
def test_every_code_is_matched_or_listed(left, right):
    try:
        joined = match_codes(sorted(left), sorted(right))
    except DataError as err:
        assert err.findings[0].code == "codes-two-systems"
        return
    assert set(joined.pairs["left"]) | set(joined.left_only) == left
    assert set(joined.pairs["right"]) | set(joined.right_only) == right
    assert bool(joined.findings) == (left != right)


def test_codes_must_be_text_and_stand_once():
    for left in ([11010], ["11010", "11010"]):
        with pytest.raises(DataError):
            match_codes(left, ["11010"])


def test_names_that_several_places_share_are_not_joined():
    left = pd.DataFrame({"district": ["1", "2", "3"], "name": ["중구", "중구", "종로구"]})
    right = pd.DataFrame({"district": ["a", "b"], "name": ["중구", "종로 구"]})
    joined = crosswalk_by_name(left, right)
    assert joined.pairs.values.tolist() == [["3", "b"]]
    assert (joined.left_only, joined.right_only) == (("1", "2"), ("a",))
    assert [f.code for f in joined.findings] == ["codes-unmatched", "codes-name-shared"]


def test_a_plots_number_needs_all_its_parts():
    parts = {"sigungu": ["11110"] * 3, "bjdong": ["10100"] * 3, "plot_kind": ["0", "1", "2"]}
    parts |= {"bun": ["0012"] * 3, "ji": ["0003"] * 3}
    numbers, found = plot_numbers(pd.DataFrame(parts))
    assert numbers.tolist()[:2] == ["1111010100100120003", "1111010100200120003"]
    assert numbers.isna().tolist() == [False, False, True]
    assert found[0].params["count"] == 1
    with pytest.raises(DataError):
        plot_numbers(pd.DataFrame({"bun": ["1"]}))
