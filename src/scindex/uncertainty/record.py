"""Every draw's parameters: which recipe, which weights, which goalposts, and the scores they gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from scindex.errors import MethodError, UsageError
from scindex.findings import Finding
from scindex.scoring import Scores
from scindex.uncertainty.nodes import relay
from scindex.uncertainty.plan import Plan, in_words, plan_of
from scindex.uncertainty.robustness import ranked_places
from scindex.uncertainty.simulate import Drawn, World, draws, open_world
from scindex.uncertainty.verdicts import Place

MOST_CELLS = 50_000_000
"""Cells of the table of draws that are held at a time."""


def plan_behind(scores: Scores) -> Plan:
    """Return the plan of a result's draws, with the number that were made in the end."""
    robust = scores.robust
    return replace(robust.plan, n=robust.n) if robust else plan_of(scores.recipe)


def record(scores: Scores) -> pd.DataFrame:
    """Return the parameters and the scores of every draw behind a result's ranks.

    Parameters
    ----------
    scores : Scores
        With its robustness, its seed, factors and number of draws are taken; without,
        those of its recipe.

    Returns
    -------
    DataFrame
        One row for each draw: draw (from 1), recipe (its choices in words), ``share
        <node>`` (of each node among its siblings, of what can be scored) [0 to 1],
        ``worst <indicator>`` and ``best <indicator>`` where a goalpost moved [unit of the
        indicator], ``score <node> <city_id>`` of each ranked node and city.

    Raises
    ------
    MethodError
        If the weights are those of the benefit of the doubt.
    UsageError
        If the table would have more than `MOST_CELLS` cells.

    Notes
    -----
    Errors of data and imputed values are drawn too, one for each value: the seed gives
    them again, and they are not in the table.
    """
    plan = plan_behind(scores)
    n = plan.n
    world = open_world(relay(scores), scores.observations, scores.year, plan)
    if world.variants[0].nominal.resolved.best_case:
        raise MethodError(Finding("robustness-best-case"))
    places = ranked_places(world)
    width = len(world.sheet.tree.branches) + sum(len(p.rows) for p in places)
    if n * width > MOST_CELLS:
        params = {"n": n, "columns": width, "limit": MOST_CELLS}
        raise UsageError(Finding("draws-too-many-to-save", params=params))
    positions = [p.position for p in places] or [0]
    done = [drawn for _, drawn in draws(world, plan, plan.factors, n, nodes=positions)]
    variant = np.concatenate([d.variant for d in done])
    words = np.array(in_words([v.recipe for v in world.variants]), dtype=object)
    columns = {"draw": np.arange(1, len(variant) + 1), "recipe": words[variant]}
    return pd.DataFrame(
        {**columns, **_shares(world, done), **_goalposts(world, plan, done), **_scores(places, done)}
    )


def _shares(world: World, done: Sequence[Drawn]) -> dict[str, np.ndarray]:
    weights = np.concatenate([d.weights for d in done], axis=1)
    return {f"share {b.id}": weights[k] for k, b in enumerate(world.sheet.tree.branches) if k}


def _goalposts(world: World, plan: Plan, done: Sequence[Drawn]) -> dict[str, np.ndarray]:
    """Return both ends of the scale of each indicator whose goalposts are not the same in every draw."""
    if "goalposts" not in plan.factors:
        return {}
    out: dict[str, np.ndarray] = {}
    ends = {e: np.concatenate([getattr(d, e) for d in done], axis=1) for e in ("worst", "best")}
    moved = [(np.ptp(values, axis=1) > 0) for values in ends.values()]
    for k, indicator in enumerate(world.sheet.tree.indicators):
        if moved[0][k] or moved[1][k]:
            out |= {f"{e} {indicator.id}": values[k] for e, values in ends.items()}
    return out


def _scores(places: Sequence[Place], done: Sequence[Drawn]) -> dict[str, np.ndarray]:
    out: dict[str, np.ndarray] = {}
    for k, place in enumerate(places):
        found = np.concatenate([d.scores[k][:, place.rows] for d in done])
        named = [f"score {place.id or 'total'} {city}" for city in place.city_ids]
        out |= {name: found[:, j] for j, name in enumerate(named)}
    return out
