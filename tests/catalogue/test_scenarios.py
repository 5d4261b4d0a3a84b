"""A scenario file: what it may hold, and every fault of it at its line."""

from __future__ import annotations

import pytest

from scindex.catalogue.by_year import ByYear
from scindex.catalogue.levers import GROUPS, LEVERS
from scindex.catalogue.scenarios import combined, load_scenarios, read_scenario, scenario_named
from scindex.errors import CatalogueError, UsageError

FILE = """\
scenario: mine
name: {en: Mine, ko: 내 것}
levers:
  homes:
    lever: retrofit
    where: {uses: [residential], districts: ["11010"]}
    rate: {2030: 30 %, 2050: 0.8}
    saving: 40 %
    standing: proposed
    reason: {en: a guess, ko: 가정}
  trips:
    lever: mode_shift
    shift: 10 %
    to: {bus: 60 %, bicycle: 40 %}
    car_persons: 1.3
    bus_persons: 15
    standing: recalled
  power:
    lever: grid
    index: {2023: 100 %, 2030: 80 %}
    standing: recalled
"""


def faults(write, text: str) -> set[tuple[str, str]]:
    with pytest.raises(CatalogueError) as caught:
        read_scenario(write(text, "mine.yaml"))
    return {(f.code, f.where) for f in caught.value.findings}


def test_shares_are_read_with_their_sign_and_below_one(write):
    homes = read_scenario(write(FILE)).levers[0]
    assert homes.paths["rate"] == ByYear((2030, 2050), (0.3, 0.8))
    assert homes.paths["saving"] == ByYear((), (0.4,))
    assert homes.where.uses == ("residential",)
    assert homes.lists["carriers"] == ("electricity", "gas", "heat")


def test_levers_stand_in_the_order_in_which_they_act(write):
    assert [lever.id for lever in read_scenario(write(FILE)).levers] == ["homes", "trips", "power"]
    groups = [GROUPS.index(kind.group) for kind in LEVERS.values()]
    assert groups == sorted(groups)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("2030: 30 %", "2030: 30", "lever-share-ambiguous", 7),
        ("2050: 0.8", "2050: 1", "lever-share-ambiguous", 7),
        ("2050: 0.8", "2050: 130 %", "lever-share-range", 7),
        ("2050: 0.8", "2050: -0.1", "lever-share-range", 7),
        ("2050: 0.8", "2050: most", "entry-wrong-kind", 7),
        ("2050: 0.8", "soon: 0.8", "lever-bad-year", 7),
        ("    saving: 40 %\n", "", "entry-missing-field", 4),
        ("saving: 40 %", "savings: 40 %", "entry-unknown-field", 8),
        ("lever: retrofit", "lever: retrofits", "entry-unknown-choice", 5),
        ("    reason: {en: a guess, ko: 가정}\n", "", "lever-no-reason", 9),
        ("bicycle: 40 %", "bicycle: 30 %", "lever-shares-sum", 14),
        ("bicycle: 40 %", "tram: 40 %", "entry-unknown-field", 14),
        ("    bus_persons: 15\n", "", "entry-missing-field", 11),
        ("car_persons: 1.3", "car_persons: 0", "entry-wrong-kind", 15),
        ("    index: {2023: 100 %, 2030: 80 %}\n", "", "lever-index-or-factor", 19),
        ("uses: [residential]", "use: [residential]", "entry-unknown-field", 6),
    ],
)
def test_each_fault_stands_at_its_line(write, old, new, code, line):
    assert old in FILE
    assert (code, f"mine.yaml:{line}") in faults(write, FILE.replace(old, new))


def test_all_faults_are_told_at_once(write):
    text = FILE.replace("2030: 30 %", "2030: 30").replace("car_persons: 1.3", "car_persons: no")
    assert len(faults(write, text)) == 2


def test_the_shipped_scenarios_load_and_pairs_name_each_other():
    found = load_scenarios()
    assert {"fewer_cars", "more_evs", "grid_path_kr", "deep_retrofit", "seoul_2024_anchor"} <= set(found)
    for scenario in found.values():
        assert set(scenario.name) == {"en", "ko"}
        assert not scenario.pair or found[scenario.pair].pair == scenario.id
        for lever in scenario.levers:
            assert lever.standing != "proposed" or set(lever.reason) == {"en", "ko"}


def test_the_pair_is_about_the_same_kilometres():
    found = load_scenarios()
    (shift,), (electric,) = found["fewer_cars"].levers, found["more_evs"].levers
    assert shift.paths["shift"] == electric.paths["share"]


def test_the_korean_grid_follows_the_shares_of_the_plan():
    """Carbon-free generation of 39.1, 53.0 and 70.7 % (11th Basic Plan, Edaily 2025)."""
    (grid,) = load_scenarios()["grid_path_kr"].levers
    rest = [100 - share for share in (39.1, 53.0, 70.7)]
    assert grid.paths["index"].values == pytest.approx([r / rest[0] for r in rest], abs=0.0005)


def test_scenarios_are_combined_without_mixing_up_levers():
    anchor, grid = scenario_named("seoul_2024_anchor"), scenario_named("grid_path_kr")
    both = combined([anchor, grid])
    assert [lever.id for lever in both.levers] == ["intensity", "grid_path_kr.grid", "seoul_2024_anchor.grid"]
    assert combined([grid]) is grid


def test_an_unknown_scenario_names_the_close_ones():
    with pytest.raises(UsageError) as caught:
        scenario_named("fewer_car")
    assert "fewer_cars" in caught.value.findings[0].params["close"]
