"""The cells of the GPC: whole, bilingual, and each in the totals that C40 marks."""

import pytest

from scindex.errors import MethodError
from scindex.measure.inventory.taxonomy import (
    TOTALS,
    basis_of,
    cell,
    keys,
    refs_of,
    sectors,
    subsectors,
    taxonomy,
    total_names,
)


def test_there_are_54_cells_in_23_subsectors_of_6_sectors():
    assert (len(taxonomy()), len(subsectors()), len(sectors())) == (54, 23, 6)


def test_every_name_stands_in_both_languages():
    named = [c.name for c in taxonomy().values()]
    named += [e["name"] for part in (sectors(), subsectors(), keys()) for e in part.values()]
    assert all(set(n) == {"en", "ko"} for n in [*named, *total_names().values()])


def test_energy_supplied_to_the_grid_is_territorial_only():
    assert cell("I.4.4").totals == ("territorial",)
    assert cell("I.4.4").basis == "territorial"


def test_waste_treated_outside_is_scope_3_and_basic():
    for k in range(1, 5):
        assert cell(f"III.{k}.2").scope == 3
        assert "basic" in cell(f"III.{k}.2").totals


def test_imported_waste_is_territorial_only():
    assert all(cell(f"III.{k}.3").totals == ("territorial",) for k in range(1, 5))


def test_basic_plus_holds_basic_and_basic_s3_holds_both():
    assert set(refs_of("basic")) < set(refs_of("basic_plus")) < set(refs_of("basic_s3"))
    assert set(refs_of("basic_s3")) - set(refs_of("basic_plus")) == {"VI.1"}


def test_every_cell_counts_in_a_total_of_its_own_basis():
    for c in taxonomy().values():
        assert {basis_of(t) for t in c.totals} == set(c.basis.split("+"))
    assert {t for c in taxonomy().values() for t in c.totals} == set(TOTALS)


def test_an_unknown_reference_names_those_close_to_it():
    with pytest.raises(MethodError) as caught:
        cell("I.7.2")
    assert "I.7.1" in caught.value.findings[0].params["close"]
