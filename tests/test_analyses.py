"""The public analyses: each prints, shows in a notebook, gives plain data and works on what was saved."""

from __future__ import annotations

import json

import pytest
from uncertainty.small import POSTS, TREE, VALUES, framework, observations

import scindex as sx
from scindex.recipe import Recipe
from scindex.result import present
from scindex.scoring import score
from scindex.tables.write import dump_json

ALL = {
    "tradeoffs": sx.tradeoffs,
    "leave_out": sx.leave_out,
    "sensitivity": lambda result, node="": sx.sensitivity(result, node, n=16),
    "coherence": lambda result, node="": sx.coherence(result),
    "rank_bounds": sx.rank_bounds,
}


@pytest.fixture(scope="module")
def sample():
    return sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)


@pytest.fixture(scope="module")
def made(sample):
    return {name: run(sample) for name, run in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_each_prints_and_shows_the_same(made, name):
    found = made[name]
    assert found._repr_html_().startswith("<pre")
    assert str(found).splitlines()[0].split("  ")[0].isupper()
    assert repr(found).startswith(f"<{type(found).__name__} u4ssc: ")


@pytest.mark.parametrize("name", ALL)
def test_each_is_plain_data_with_its_recipe(made, name):
    plain = json.loads(dump_json(made[name].to_dict()))
    assert plain["format"] == f"scindex-{made[name].kind}/1"
    assert plain["framework"] == "u4ssc"
    assert plain["recipe"]["aggregate"]
    assert len(next(iter(plain[made[name].main].values()))) == len(made[name].table) > 0
    assert all(f["message"] for f in plain["findings"])


@pytest.mark.parametrize("name", [n for n in ALL if n != "coherence"])
def test_each_can_be_about_one_node(sample, name):
    assert set(ALL[name](sample, "environment").table["node"]) == {"environment"}
    with pytest.raises(sx.ScindexError):
        ALL[name](sample, "nowhere")


@pytest.mark.parametrize("name", ALL)
def test_a_result_that_was_saved_gives_the_same(sample, made, name, tmp_path):
    path = tmp_path / "r.json"
    sample.save(path)
    again = ALL[name](sx.open_result(path))
    assert again.to_dict() == made[name].to_dict()


def test_prices_can_be_had_at_any_city(sample):
    assert set(sx.tradeoffs(sample, city="Sample Sands").prices["city"]) == {"Sample Sands"}
    assert sx.tradeoffs(sample, city="*").prices["city"].nunique() == 5


def test_seed_0_of_sensitivity_is_the_default(sample):
    one, two = sx.sensitivity(sample, "economy", n=16), sx.sensitivity(sample, "economy", n=16, seed=0)
    assert one.indices.equals(two.indices)
    assert not sx.sensitivity(sample, "economy", n=16, seed=1).indices.equals(one.indices)


@pytest.mark.parametrize("robust", [200, 300])
def test_the_draws_asked_for_are_made_where_they_are_enough(robust):
    values = {k: [40 if k != "b" else 1, 5 if k != "b" else 18] for k in VALUES}
    values["d"] = [0.9, 0.1]
    quiet = {"robust": {"methods": False, "goalposts": False}}
    made = score(observations(values), framework(TREE, POSTS),
                 recipe=Recipe(total=True, show_coverage=0.0, **quiet))  # fmt: skip
    assert sx.robustness(present(made), n=robust).n == robust
