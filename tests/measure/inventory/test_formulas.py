"""The equations on worked examples and at their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scindex.measure.inventory import formulas

shares = st.floats(0, 1)
masses = st.floats(0, 1e7)


def test_landfill_of_the_worked_example():
    """100 000 t: DOC 0.1935, L0 0.0774 t/t, 6 966 t CH4 (methane commitment, CityCatalyst's parameters)."""
    content = {"food": 0.15, "garden": 0.2, "paper": 0.4, "wood": 0.43, "textiles": 0.24}
    mix = {"food": 0.4, "garden": 0.1, "paper": 0.2, "wood": 0.05, "textiles": 0.05}
    doc = formulas.degradable_carbon(mix, content)
    potential = formulas.methane_potential(doc=doc, mcf=1.0, doc_fraction=0.6, methane=0.5)
    assert doc == pytest.approx(0.1935)
    assert potential == pytest.approx(0.0774)
    assert formulas.landfill_methane(1e5, potential, recovered=0.0, oxidised=0.1) == pytest.approx(6966)


@given(masses, shares, shares)
def test_recovered_and_oxidised_methane_never_adds(waste, recovered, oxidised):
    found = formulas.landfill_methane(waste, 0.08, recovered=recovered, oxidised=oxidised)
    assert 0 <= found <= waste * 0.08 + 1e-9


@given(masses, shares, shares, shares)
def test_fossil_and_biogenic_carbon_of_burnt_waste_are_all_of_it(waste, dry, carbon, fossil):
    parts = formulas.burnt_carbon(waste, dry_matter=dry, carbon=carbon, fossil=fossil, oxidised=1.0)
    assert sum(parts) == pytest.approx(waste * dry * carbon * 44 / 12)


def test_wastewater_without_load_gives_no_methane():
    assert formulas.wastewater_methane(0, sludge=0, capacity=0.6, correction=0.5, served=1, recovered=0) == 0


def test_nitrogen_removed_lowers_nitrous_oxide():
    asked = {"nitrogen": 0.16, "nonconsumed": 1.1, "industrial": 1.25, "emitted": 0.005}
    whole = formulas.effluent_n2o(1e6, 36.5, removed=0.0, **asked)
    assert formulas.effluent_n2o(1e6, 36.5, removed=8030.0 / 2, **asked) == pytest.approx(whole / 2)
