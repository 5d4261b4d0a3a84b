"""Totals that a city publishes in round figures: no fault, as far as its cells agree with them."""

import numpy as np
import pytest

from scindex.measure.inventory.audit import audit
from scindex.measure.inventory.lines import cities_table, lines_table

CELLS = {
    2019: {"I.1.1": 512_345.6, "I.1.2": 401_234.9, "II.1.1": 712_987.1, "III.1.1": 98_765.4},
    2020: {"I.1.1": 508_111.3, "I.1.2": 377_654.2, "II.1.1": 655_432.8, "III.1.1": 91_234.5},
}


def audited(round_to, off=0.0):
    about = {"city_id": "r", "city": "R"}
    lines = [
        {**about, "year": y, "gas": "CO2e", "ref": r, "co2e": t}
        for y, c in CELLS.items()
        for r, t in c.items()
    ]
    said = [
        {
            **about,
            "year": y,
            "population": 4e5,
            "basic": np.round((sum(c.values()) + off) / round_to) * round_to,
        }
        for y, c in CELLS.items()
    ]
    return [f.code for f in audit(lines_table(lines), cities=cities_table(said)) if f.severity != "note"]


@pytest.mark.parametrize("round_to", [1, 100, 1000, 100_000])
def test_totals_published_in_round_figures_are_no_fault(round_to):
    assert audited(round_to) == []


@pytest.mark.parametrize("round_to", [1, 100, 1000])
def test_a_round_total_further_off_than_its_rounding_is_one(round_to):
    assert audited(round_to, off=1600.0)
