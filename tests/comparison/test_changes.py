from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.worlds import both, framework, observations

from scindex.catalogue.entries import Goalposts, Indicator, Node
from scindex.comparison.changes import changes
from scindex.comparison.mixed import PARTS
from scindex.errors import DataError, MethodError, UsageError
from scindex.recipe import Recipe
from scindex.scoring import score


def scored(rows, year="latest", world=None, source="", **recipe):
    table = observations(rows)
    table["source"] = source
    return score(table, world or framework(), recipe=Recipe(**recipe), year=year)


def city(name, year=2020, **values):
    return [(name, year, s, v) for s, v in values.items()]


def cell(found, node, city_id="oslo"):
    table = found.table.set_index(["node", "city_id"])
    return table.loc[(node, city_id)]


def parts(row):
    return {p: float(row[p]) for p in PARTS}


def test_a_new_years_values_are_values():
    rows = city("Oslo", a=40, b=10) + city("Oslo", 2022, a=60, b=10)
    row = cell(changes(scored(rows, "2020"), scored(rows, "2022")), "left")
    # left is the mean of a (40 -> 60) and b (80): 60 -> 70
    assert parts(row) == {"values": 10.0, "revisions": 0.0, "coverage": 0.0, "method": 0.0}
    assert (row["first"], row["second"], row["year_first"], row["year_second"]) == (60.0, 70.0, 2020, 2022)


def test_another_number_for_the_same_year_is_a_revision():
    row = cell(changes(scored(city("Oslo", a=40, b=10)), scored(city("Oslo", a=60, b=10))), "left")
    assert parts(row) == {"values": 0.0, "revisions": 10.0, "coverage": 0.0, "method": 0.0}


def test_a_new_file_that_also_tells_the_old_year_otherwise_is_split():
    first = scored(city("Oslo", a=40, b=10))
    second = scored(city("Oslo", a=50, b=10) + city("Oslo", 2022, a=80, b=10))
    row = cell(changes(first, second), "w:a")
    # the first file has no 2022: x(A, 2020) = 40, x(B, 2020) = 50, x(A, 2022) = x(B, 2022) = 80
    # values: (40 + 30) / 2, revisions: (0 + 10) / 2
    assert parts(row) == {"values": 35.0, "revisions": 5.0, "coverage": 0.0, "method": 0.0}


def test_an_indicator_that_came_is_coverage():
    first = scored(city("Oslo", a=40), show_coverage=0.5)
    second = scored(city("Oslo", a=40, b=10), show_coverage=0.5)
    row = cell(changes(first, second), "left")
    assert parts(row) == {"values": 0.0, "revisions": 0.0, "coverage": 20.0, "method": 0.0}


def test_values_and_coverage_meet_half_way():
    first = scored(city("Oslo", a=40), show_coverage=0.5)
    second = scored(city("Oslo", 2021, a=60, b=10), show_coverage=0.5)
    row = cell(changes(first, second), "left")
    # states: none 40, values 60, coverage (40 + 80) / 2, both 70
    assert parts(row) == {"values": 15.0, "revisions": 0.0, "coverage": 15.0, "method": 0.0}


def test_another_recipe_is_method():
    rows = city("Oslo", a=40, b=10)
    row = cell(changes(scored(rows), scored(rows, aggregate={"group": "geometric"})), "left")
    assert row["method"] == pytest.approx((40 * 80) ** 0.5 - 60)
    assert row["values"] == row["revisions"] == row["coverage"] == 0.0


def longer(goalpost=100.0):
    """A later edition: a new indicator e below `left`, and another goalpost for a."""
    old = framework()
    extra = Indicator("w:e", both("e"), code="E", goalposts=Goalposts(0, 10, "published"), direction="higher")
    a = replace(old.indicators["w:a"], goalposts=Goalposts(0, goalpost, "natural"))
    nodes = {**old.nodes, "w:e": Node("w:e", both("e"), "indicator", "left")}
    return replace(
        old, indicators={**old.indicators, "w:a": a, "w:e": extra}, nodes=nodes, edition="2", sha256="2"
    )


def test_what_only_the_new_edition_asks_for_is_method_and_not_coverage():
    first = scored(city("Oslo", a=40, b=10))
    second = scored(city("Oslo", a=40, b=10, e=3), world=longer(80))
    found = changes(first, second)
    row = cell(found, "left")
    assert row["second"] == pytest.approx((50 + 80 + 30) / 3)
    assert row["method"] == pytest.approx((50 + 80 + 30) / 3 - 60)
    assert row["coverage"] == 0.0
    assert found.nodes_come == ("w:e",)
    assert found.nodes_gone == ()


def test_a_rank_says_which_part_moved_it():
    first = scored(city("Oslo", a=40) + city("Rana", a=50))
    second = scored(city("Oslo", a=60) + city("Rana", 2021, a=45))
    found = changes(first, second)
    oslo, rana = cell(found, "w:a"), cell(found, "w:a", "rana")
    assert (oslo["rank_first"], oslo["rank_second"], oslo["rank_change"]) == (2, 1, -1)
    # only Oslo's own revision lifts it over Rana, whether Rana has fallen or not
    assert oslo["rank_moved_by"] == "revisions"
    assert oslo["rank_revisions"] == -1.0
    assert rana["rank_moved_by"] == "revisions"


def test_equal_scores_share_a_rank_and_stay():
    first = scored(city("Oslo", a=40) + city("Rana", a=40))
    found = changes(first, first)
    assert set(found.table.loc[found.table["node"] == "w:a", "rank_second"]) == {1.0}
    assert set(found.table["rank_moved_by"]) == {""}
    assert (found.table["change"].dropna() == 0).all()


def test_cities_of_one_result_only_are_listed():
    found = changes(
        scored(city("Oslo", a=1) + city("Rana", a=2)), scored(city("Oslo", a=1) + city("Bodo", a=2))
    )
    assert (found.cities_gone, found.cities_come) == (("Rana",), ("Bodo",))
    assert set(found.table["city"]) == {"Oslo"}


def test_where_scores_are_relative_another_citys_coming_moves_a_city_by_coverage():
    first = scored(city("Oslo", a=40) + city("Rana", a=80) + city("Bodo", a=0), normalise="minmax")
    second = scored(city("Oslo", a=40) + city("Bodo", a=0), normalise="minmax")
    found = changes(first, second)
    assert cell(found, "w:a")["coverage"] == pytest.approx(50.0)
    assert found.position
    assert "diff-relative-position" in [f.code for f in found.findings]


def test_every_year_is_paired_with_itself():
    rows = city("Oslo", a=40) + city("Oslo", 2021, a=50)
    revised = city("Oslo", a=40) + city("Oslo", 2021, a=70)
    found = changes(scored(rows, "all"), scored(revised, "all"))
    table = found.table[found.table["node"] == "w:a"]
    assert table["revisions"].tolist() == [0.0, 20.0]
    assert table["year_first"].tolist() == table["year_second"].tolist() == [2020, 2021]


def test_a_thin_node_has_no_change():
    row = cell(changes(scored(city("Oslo", a=40)), scored(city("Oslo", a=50))), "left")
    assert np.isnan([row["change"], row["values"], row["rank_change"]]).all()


def test_results_of_different_frameworks_are_refused():
    other = replace(framework(), id="x")
    with pytest.raises(UsageError, match="diff"):
        changes(scored(city("Oslo", a=1)), replace(scored(city("Oslo", a=1)), framework=other))


def test_results_without_a_common_city_are_refused():
    with pytest.raises(DataError, match="Rana"):
        changes(scored(city("Oslo", a=1)), scored(city("Rana", a=1)))


def test_a_result_of_an_older_definition_gives_the_difference_to_method():
    second = scored(city("Oslo", a=40, b=10))
    table = second.scores.assign(score=np.where(second.scores["node"] == "w:a", 35.0, second.scores["score"]))
    first = replace(second, scores=table)
    found = changes(first, second)
    assert cell(found, "w:a")["method"] == pytest.approx(5.0)
    assert "diff-definition-first" in [f.code for f in found.findings]


def test_errors_of_one_source_cancel_from_a_change():
    rows = [city("Oslo", a=40), city("Oslo", 2021, a=50)]
    apart = changes(*(scored(r, source=s) for r, s in zip(rows, ("old survey", "new survey"))))
    together = changes(*(scored(r, source="one survey") for r in rows))
    wide, narrow = cell(apart, "w:a"), cell(together, "w:a")
    assert narrow["change_p95"] - narrow["change_p05"] < 0.5 * (wide["change_p95"] - wide["change_p05"])
    for row in (wide, narrow):
        assert row["change_p05"] < 10 < row["change_p95"]


def test_an_unchanged_value_errs_with_itself():
    row = cell(changes(scored(city("Oslo", a=40)), scored(city("Oslo", a=40))), "w:a")
    assert row["change_p05"] == row["change_p95"] == 0.0


def test_without_draws_there_is_no_interval():
    found = changes(scored(city("Oslo", a=40)), scored(city("Oslo", a=50)), draws=0)
    assert found.draws == 0
    assert found.table["change_p05"].isna().all()


value = st.one_of(st.none(), st.just("M"), st.floats(0.5, 49.5).map(lambda x: round(x, 1)))
four = st.fixed_dictionaries({s: value for s in "abcd"})
recipe = st.fixed_dictionaries(
    {
        "aggregate": st.sampled_from(["arithmetic", "geometric", "minimum"]),
        "normalise": st.sampled_from(["goalposts", "minmax", "rank"]),
        "impute": st.sampled_from(["none", "mean"]),
        "show_coverage": st.sampled_from([0.0, 0.5]),
    }
)


@settings(max_examples=25)
@given(
    worlds=st.lists(st.lists(four, min_size=1, max_size=3), min_size=2, max_size=2),
    recipes=st.lists(recipe, min_size=2, max_size=2),
    years=st.tuples(st.sampled_from([2020, 2021]), st.sampled_from([2020, 2021])),
    newer=st.booleans(),
)
def test_the_parts_close_to_the_change(worlds, recipes, years, newer):
    results = []
    editions = (framework(), longer() if newer else framework())
    for world, chosen, year, edition in zip(worlds, recipes, years, editions):
        rows = [r for n, v in zip(("Oslo", "Rana", "Bodo"), world) for r in city(n, year, **v)]
        try:
            results.append(scored(rows, world=edition, **{**chosen, "force": True}))
        except (DataError, MethodError):
            return  # nothing to score, or a zero below a geometric mean
    found = changes(*results, draws=0)
    table = found.table
    assert "diff-definition-first" not in [f.code for f in found.findings]
    split = table.dropna(subset=["change", "values"])
    total = split[list(PARTS)].sum(axis=1)
    assert np.allclose(total, split["change"], rtol=0, atol=1e-9)
    assert np.allclose(total, split["second"] - split["first"], rtol=0, atol=1e-9)
    ranks = split[[f"rank_{p}" for p in PARTS]].sum(axis=1)
    assert np.allclose(ranks, split["rank_change"], rtol=0, atol=1e-9)
