"""Attacks on published editions: no hidden value can be pinned down from all that is published."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.emitters import by_layer, emitters_map, records

from scindex.measure.map.cells import NANO
from scindex.measure.map.edition_check import attack, check
from scindex.measure.map.edition_content import PIECE, behind


def exact(mapped, found, layer):
    """Return the true tonnes of a layer in each place, and whether they may not be shown alone."""
    rows = mapped.pieces[mapped.pieces["layer"] == layer]
    tonnes = found.members.merge(rows.groupby(PIECE, as_index=False)["nano"].sum(), how="left")[
        "nano"
    ].fillna(0)
    content = behind(mapped).content([(layer,)])
    alone = found.rule.holds(content.units, content.nano, content.largest).all(axis=1)
    return tonnes.to_numpy() / NANO, ~alone


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.5, 4.0))
def test_hidden_tonnes_can_be_anything_from_zero_to_their_group(seed, density):
    """The attacker has every table and even knows which places are empty."""
    mapped = emitters_map(records(seed, side=5, density=density), side=5)
    found = by_layer(mapped, sizes=[200, 300])
    for layer in {f.label for f in found.fields if f.by_place and f.sign == "emission"}:
        tonnes, sensitive = exact(mapped, found, layer)
        ends = attack(found, layer, year=2024, empty=tonnes == 0)
        whole = ends["group"].map(np.bincount(ends["group"], weights=tonnes).__getitem__)
        assert ends.loc[sensitive, "lowest"].to_numpy() == pytest.approx(0, abs=1e-6)
        assert ends.loc[sensitive, "highest"].to_numpy() == pytest.approx(
            whole[sensitive].to_numpy(), rel=1e-6
        )
        assert (whole[sensitive] > tonnes[sensitive] * (1 + 1e-9)).all()


def test_the_attack_recovers_what_is_published_exactly():
    """Without this the test above could pass with an attack that finds nothing."""
    mapped = emitters_map(records(3, side=5, density=4.0), side=5)
    found = by_layer(mapped, k=1, dominance=1.0)
    tonnes, _ = exact(mapped, found, "electricity")
    ends = attack(found, "electricity", year=2024)
    assert ends["lowest"].to_numpy() == pytest.approx(tonnes, abs=1e-6)
    assert ends["highest"].to_numpy() == pytest.approx(tonnes, abs=1e-6)


def test_tables_merged_one_by_one_would_give_hidden_values_away():
    """Two grids, each merged for itself, cut through each other's groups; the check sees it."""
    mapped = emitters_map(records(11, side=6, density=2.0))
    found = by_layer(mapped, sizes=[200])
    apart = found.members.assign(**{"200 m_group": np.arange(len(found.members))})
    assert {f.code for f in check(replace(found, members=apart), mapped)} >= {"edition-crossed"}


def test_a_changed_value_is_seen():
    mapped = emitters_map(records(11))
    found = by_layer(mapped)
    values = found.values.copy()
    values.loc[0, "nano"] += 1
    assert {f.code for f in check(replace(found, values=values), mapped)} == {"edition-lost"}


def test_the_exact_map_is_seen_as_open():
    mapped = emitters_map(records(11))
    found = by_layer(mapped)
    exact_ = found.members.assign(cell_group=np.arange(len(found.members)))
    assert "edition-open" in {f.code for f in check(replace(found, members=exact_), mapped)}


def test_gross_cannot_be_read_off_net_and_removals():
    """Net less removals is the gross of the same group, which passes the rule by itself."""
    mapped = emitters_map(records(9, density=3.0))
    found = by_layer(mapped)
    cells = found.values[(found.values["level"] == "cell")]
    groups = found.groups[found.groups["level"] == "cell"].set_index("group")
    removed = set(cells.loc[cells["sign"] == "removal", "group"])
    assert removed <= set(groups.index)
    assert check(found, mapped) == []
