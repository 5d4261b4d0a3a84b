"""A target file: what it may hold, and every fault of it at its line."""

from __future__ import annotations

import pytest

from scindex.catalogue.load import load_targets, read_targets
from scindex.errors import CatalogueError, UsageError

FILE = """\
target_set: mine
framework: u4ssc
name: Mine
targets:
  household_internet_access: {target: 95, standing: proposed}
  wastewater_treatment: {target: 80, standing: proposed}
  air_pollution.pm2_5: {target: 15, worst: 50, worst_standing: proposed, standing: adapted}
none:
  poverty: not comparable
"""


def test_a_kpi_stands_for_all_its_points_and_a_point_for_itself(write):
    targets = read_targets(write(FILE)).targets
    assert [i.partition(":")[2] for i in targets] == [
        "household_internet_access",
        "wastewater_treatment.primary",
        "wastewater_treatment.secondary",
        "wastewater_treatment.tertiary",
        "air_pollution.pm2_5",
    ]
    pm = targets["u4ssc:air_pollution.pm2_5"]
    assert (pm.target, pm.worst, pm.standing, pm.worst_standing) == (15, 50, "adapted", "proposed")


def test_reasons_for_having_none_are_kept(write):
    assert read_targets(write(FILE)).none == {"u4ssc:poverty": {"en": "not comparable"}}


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("poverty: not", "povertie: not", "rule-unknown-indicator", 9),
        ("worst: 50", "worst: 15", "entry-goalposts-equal", 7),
        ("target: 95, ", "", "entry-missing-field", 5),
        ("target: 95", "goal: 95", "entry-unknown-field", 5),
        ("framework: u4ssc", "framework: u4sc", "target-unknown-framework", 2),
        ("poverty: not comparable", "household_internet_access: no", "target-and-none", 8),
    ],
)
def test_each_fault_stands_at_its_line(write, old, new, code, line):
    assert old in FILE
    with pytest.raises(CatalogueError) as caught:
        read_targets(write(FILE.replace(old, new), "mine.yaml"))
    assert (code, f"mine.yaml:{line}") in {(f.code, f.where) for f in caught.value.findings}


def test_an_unknown_set_names_those_there_are():
    with pytest.raises(UsageError) as caught:
        load_targets("published")
    assert "u4ssc_published" in caught.value.findings[0].params["close"]
