from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure.map.emitters import by_layer, emitters_map, records
from measure.map.sample import sample_map

from scindex.errors import MethodError, UsageError
from scindex.measure.map.edition import disclosure, publish
from scindex.measure.map.edition_check import check


def codes(found):
    return {f.code for f in found.findings}


def only(rows, **wanted):
    for name, value in wanted.items():
        rows = rows[rows[name] == value]
    return rows


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(1.0, 4.0), st.sampled_from([(), (200.0,), (200.0, 300.0)]))
def test_every_edition_keeps_its_promises(seed, density, sizes):
    mapped = emitters_map(records(seed, density=density, years=(2023, 2024), scenarios=("", "retrofit")))
    found = by_layer(mapped, sizes=sizes)
    assert check(found, mapped) == []


def test_each_level_adds_up_to_the_city_to_the_billionth():
    mapped = emitters_map(records(4))
    found = by_layer(mapped, sizes=[200])
    alone = only(found.values, by_place=False)["nano"].sum()
    for level in ("cell", "200 m", "district"):
        assert only(found.values, level=level)["nano"].sum() + alone == mapped.pieces["nano"].sum()


def test_one_merge_map_serves_all_layers_years_and_scenarios():
    found = by_layer(emitters_map(records(2, years=(2023, 2024), scenarios=("", "retrofit"))), sizes=[200])
    assert not found.members.duplicated(["cell", "district"]).any()
    cells = set(only(found.groups, level="cell")["group"])
    assert set(only(found.values, level="cell")["group"]) <= cells


def test_a_group_not_shown_by_place_has_at_least_two_pieces():
    for seed in range(12):
        groups = by_layer(emitters_map(records(seed, density=1.2))).groups
        assert (groups.loc[groups["shown"] != "exact", "pieces"] >= 2).all()


def test_the_order_of_rows_does_not_matter():
    mapped = emitters_map(records(7))
    mixed = replace(
        mapped,
        pieces=mapped.pieces.sample(frac=1, random_state=1),
        contributors=mapped.contributors.sample(frac=1, random_state=2),
        areas=mapped.areas.sample(frac=1, random_state=3),
    )
    one, other = by_layer(mapped, sizes=[200]), by_layer(mixed, sizes=[200])
    pd.testing.assert_frame_equal(one.members, other.members)
    key = ["level", "layer", "group", "year", "scenario"]
    sort = [f.values.sort_values(key).reset_index(drop=True) for f in (one, other)]
    pd.testing.assert_frame_equal(*sort)


def lone(rows, layer="roads", nano=5_000_000_000):
    """Keep one single emitter of a layer."""
    first = rows[rows["layer"] == layer].head(1).assign(nano=nano)
    return pd.concat([rows[rows["layer"] != layer], first], ignore_index=True)


def test_a_layer_with_one_emitter_is_shown_for_the_city_together_with_another():
    found = by_layer(emitters_map(lone(records(3, density=4.0))))
    held = [f for f in found.fields if not f.by_place]
    assert any("roads" in f.layers and len(f.layers) > 1 for f in held)
    assert "edition-city-only" in codes(found)


def test_a_disclosed_emitter_is_named_and_shown_alone():
    rows = lone(records(3, density=4.0))
    mapped = emitters_map(rows)
    place = only(mapped.pieces, layer="roads")
    emitter = place[["cell", "district", "layer", "standing", "year", "scenario", "nano"]].assign(
        name="Plant"
    )
    found = by_layer(mapped, emitters=emitter.assign(disclosed=True))
    assert found.named["name"].tolist() == ["Plant"]
    assert only(found.values, layer="roads", level="cell")["nano"].tolist() == [5_000_000_000]


def test_an_emitter_without_consent_is_not_named():
    mapped = emitters_map(lone(records(3, density=4.0)))
    place = only(mapped.pieces, layer="roads").assign(name="Plant", disclosed=False)
    found = by_layer(mapped, emitters=place)
    assert found.named.empty
    assert "roads" not in {f.label for f in found.fields if f.by_place}


def test_a_disclosed_emitter_does_not_hide_its_neighbours():
    """Two shops and a plant that everybody knows: subtracting the plant leaves two."""
    mapped = emitters_map(records(5, density=4.0))
    target = mapped.pieces[(mapped.pieces["layer"] == "electricity") & (mapped.pieces["units"] == 3)].head(1)
    named = target[["cell", "district", "layer", "standing", "year", "scenario"]].assign(nano=1, name="Plant")
    found = by_layer(mapped, emitters=named.assign(disclosed=True))
    piece = found.members[found.members["cell"] == target["cell"].iloc[0]]
    group = only(found.groups, level="cell").set_index("group").loc[piece["cell_group"].iloc[0]]
    assert group["pieces"] >= 2


def test_a_city_with_two_emitters_is_not_published():
    rows = records(0).head(40)
    rows = rows[rows["layer"] == "electricity"].head(2)
    with pytest.raises(MethodError):
        by_layer(emitters_map(rows))


def test_metered_tonnes_must_pass_without_the_modelled_ones():
    """Modelled tonnes come from an open register and open factors: a reader can take them off."""
    rows = records(1, density=6.0)
    rows = rows[rows["layer"] == "electricity"].assign(nano=10**9)
    rows["standing"] = np.where(np.arange(len(rows)) % 4 == 0, "metered", "modelled")
    mapped = emitters_map(rows)
    strict, loose = by_layer(mapped), by_layer(mapped, computable=("allocated",))
    assert len(only(strict.groups, level="cell")) < len(only(loose.groups, level="cell"))


def test_allocated_tonnes_and_removals_need_no_merging():
    rows = records(1, density=6.0).assign(standing="allocated")
    found = by_layer(emitters_map(rows))
    assert set(found.groups["shown"]) == {"exact"}


def test_a_scenario_that_changes_one_building_of_a_group_is_seen_with_its_changes():
    rows = records(6, density=5.0, scenarios=("", "retrofit"))
    mapped = emitters_map(rows)
    assert "edition-scenarios" in codes(by_layer(mapped))
    after = mapped.pieces[
        (mapped.pieces["scenario"] == "retrofit") & (mapped.pieces["layer"] == "electricity")
    ]
    changes = after[["cell", "district", "layer", "year", "scenario"]].assign(
        units=1, nano=10**9, largest=10**9
    )
    found = by_layer(mapped, changes=changes)
    assert "edition-scenarios" not in codes(found)
    assert check(found, mapped, changes=changes) == []
    # each place has one changed building, so at least three of them share a group
    where = found.members.merge(changes[["cell", "district"]].drop_duplicates(), on=["cell", "district"])
    assert where["cell_group"].value_counts().min() >= 3


def test_an_emitter_in_several_cells_counts_once_where_the_map_says_so():
    mapped = emitters_map(records(5, density=4.0))
    away = mapped.contributors.assign(
        home=np.where(np.arange(len(mapped.contributors)) % 2, 0, mapped.contributors["units"])
    )
    strict = by_layer(replace(mapped, contributors=away))
    assert "edition-home" not in codes(strict)
    assert "edition-home" in codes(by_layer(mapped))
    assert len(only(strict.groups, level="cell")) < len(only(by_layer(mapped).groups, level="cell"))


def test_sectors_are_the_finest_detail_unless_layers_are_asked_for():
    mapped = emitters_map(records(8, density=4.0))
    found = publish(mapped)
    assert check(found, mapped) == []
    assert "electricity+gas" in {f.label for f in found.fields}
    assert len(only(found.groups, level="cell")) >= len(only(by_layer(mapped).groups, level="cell"))


def test_what_has_no_place_is_in_no_cell_but_in_the_total():
    mapped = sample_map()
    found = by_layer(mapped)
    hidden = only(only(found.groups, level="cell"), shown="not shown")
    assert hidden["unallocated"].sum() == 1
    assert only(found.values, level="city")["nano"].sum() == mapped.pieces["nano"].sum()


def test_merged_cells_and_tonnes_not_shown_are_said():
    told = {f.code: f for f in by_layer(sample_map()).findings}
    assert told["edition-merged"].params["n"] > 0
    assert told["edition-not-shown"].params["t"] >= 5


def test_the_shipped_numbers_are_three_and_85_percent_and_proposed():
    numbers = disclosure()
    assert (numbers["k"]["value"], numbers["dominance"]["value"]) == (3, 0.85)
    assert {n["standing"] for n in numbers.values()} == {"proposed"}


@pytest.mark.parametrize("wrong", [{"k": 0}, {"dominance": 1.2}, {"sizes": [150]}, {"detail": "building"}])
def test_options_out_of_range_are_refused(wrong):
    with pytest.raises(UsageError):
        by_layer(sample_map(), **wrong)
