"""Small results in which chosen factors vary, and nothing else."""

from __future__ import annotations

from uncertainty.small import POSTS, TREE, VALUES, framework, observations

from scindex.recipe import Recipe
from scindex.scoring import score
from scindex.uncertainty.nodes import relay
from scindex.uncertainty.plan import FACTORS, plan_of
from scindex.uncertainty.robustness import robustness
from scindex.uncertainty.simulate import draws, open_world

SAME = {"alternatives": {"aggregate": ["arithmetic"]}}


def varied(vary, values=VALUES, tree=TREE, posts=None, columns=None, recipe=None, robust=None, **more):
    """`vary`: factors left on; `columns`: column -> what it holds for (leaf, city)."""
    posts = posts or {k: POSTS[k] for k in values}
    table = observations(values)
    for name, of in (columns or {}).items():
        table[name] = [of(i[2:], c) for i, c in zip(table["indicator"], table["city_id"])]
    off = {f: False for f in FACTORS if f not in vary}
    chosen = {"total": True, "show_coverage": 0.0, "robust": {**off, **(robust or {})}, **(recipe or {})}
    return score(table, framework(tree, posts, **more), recipe=Recipe(**chosen))


def no_error(leaf, city):
    return 0.0


def drawn(result, n=512, factors=None, nodes=None, seed=None, first=0):
    """All draws of a result, block by block."""
    plan = plan_of(result.recipe)
    if seed is not None:
        from dataclasses import replace

        plan = replace(plan, seed=seed)
    world = open_world(relay(result), result.observations, result.year, plan)
    factors = plan.factors if factors is None else factors
    return [d for _, d in draws(world, plan, factors, n, first=first, nodes=nodes)]


def sure(result, **changes):
    from dataclasses import replace

    return robustness(result, replace(plan_of(result.recipe), **changes))


PUBLISHED = {leaf: {"standing": "published"} for leaf in POSTS}
