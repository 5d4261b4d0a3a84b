"""Every code an indicator carries is in its list, in both languages."""

from __future__ import annotations

import pytest

from scindex import messages
from scindex.catalogue.codelists import codelist, codelist_names, codelist_notes, objectives
from scindex.catalogue.entries import DIRECTIONS, KINDS, STANDINGS
from scindex.errors import UsageError


@pytest.mark.parametrize("name", codelist_names())
def test_every_code_has_a_name_in_both_languages(name):
    for code, names in codelist(name).items():
        assert isinstance(code, str)
        assert all(names.get(lang) for lang in messages.LANGUAGES), code


@pytest.mark.parametrize("name", codelist_names())
def test_no_two_codes_of_a_list_share_a_name(name):
    for lang in messages.LANGUAGES:
        names = [n[lang] for n in codelist(name).values()]
        assert len(names) == len(set(names))


def test_lists_hold_the_words_that_entries_may_use():
    assert tuple(codelist("kind")) == KINDS
    assert set(codelist("direction")) == set(DIRECTIONS)
    assert set(codelist("standing")) == set(STANDINGS)


def test_observation_statuses_are_those_of_sdmx():
    assert "".join(codelist("obs_status")) == "ABDEFGIJKLMNOPQSTUVWX"


def test_there_are_17_goals_and_6_classes_of_quality():
    assert (len(codelist("sdg")), len(codelist("quality"))) == (17, 6)


def test_norways_key_survives_yaml():
    assert "NO" in codelist("reason")


def test_every_dimension_of_impact_has_an_objective(u4ssc, oecd):
    used = {i.dimension for f in (u4ssc, oecd) for i in f.indicators.values() if i.axis == "impact"}
    assert used <= set(objectives())
    assert set(objectives().values()) == set(codelist("objective"))


def test_meanings_are_in_both_languages():
    assert codelist_notes("standing")["natural"].keys() == {"en", "ko"}


def test_an_unknown_list_names_those_there_are():
    with pytest.raises(UsageError) as caught:
        codelist("axes")
    assert "axis" in caught.value.findings[0].params["close"]
