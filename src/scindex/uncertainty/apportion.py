"""Where the spread of a result comes from: its variance shared out among groups of factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.scoring import Scores
from scindex.scoring.steps import Redraw
from scindex.uncertainty.draws import Block, blocks, stream
from scindex.uncertainty.nodes import chosen_nodes, relay
from scindex.uncertainty.noise import FIXED, error_normals, perturb
from scindex.uncertainty.plan import FACTORS, Plan, plan_of
from scindex.uncertainty.ranks import rank_draws
from scindex.uncertainty.sensitivity import REPLICATES, Sensitivity, analyse, design, indices
from scindex.uncertainty.simulate import (
    MOST_CELLS,
    SIZE,
    World,
    draw_goalposts,
    draw_weights,
    open_world,
    score_drawn,
)

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

REALISATIONS, MOST_KEPT = 4096, 10_000_000
"""Whole draws of a group to choose from, and the cells that they may take together."""

COLUMNS = ["node", "output", "factor", "first", "first_low", "first_high", "total", "total_low", "total_high"]


@dataclass(frozen=True, slots=True, eq=False)
class Apportioned:
    """How much of the variance of scores and ranks each group of factors accounts for.

    Attributes
    ----------
    indices : DataFrame
        node, output (``score`` or ``rank``), factor (those of `FACTORS`, and ``dummy``:
        one that nothing depends on), then first and total order with the ends of their
        95 % intervals. [share of variance, over all cities of the node together]
    n : int
        Evaluations of the whole index behind each line.
    findings : tuple of Finding
    """

    indices: pd.DataFrame
    n: int
    findings: tuple[Finding, ...]


def apportion(
    scores: Scores, node: str = "", *, n: int = 64, seed: int = 0, replicates: int = REPLICATES
) -> Apportioned:
    r"""Share the variance of scores and ranks out among what could have been otherwise.

    Parameters
    ----------
    scores : Scores
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node that has
        a city with a point.
    n : int
        Base points of each scrambling, a power of 2.
    seed : int
        Decides every draw; 0 is a seed like any other.
    replicates : int
        Independent scramblings, from 16.

    Returns
    -------
    Apportioned

    Raises
    ------
    UsageError
        If there is no such node.
    MethodError
        If nothing varies, `n` is no power of 2, weights are those of the benefit of the
        doubt, or a draw leaves a city without a score.

    Notes
    -----
    Data errors, weights and the like are hundreds of random numbers each. They are grouped
    by a trigger [1]_: of each group some thousand whole draws are made beforehand, by the
    functions behind the Monte Carlo analysis and with their dependences inside the group
    (errors that a source has in common), and one uniform number chooses among them. Groups
    are independent of one another, so the indices of a group are those of all its
    numbers together. The map from the trigger to a draw is not smooth: a Sobol' sequence
    then converges no faster than plain Monte Carlo, as the intervals show.

    With many cities fewer draws of values are made beforehand, at least 64: their cells
    stay below 10 million.

    A group that cannot move anything here - no goalposts that are only proposed, no imputed
    value - has 0 exactly and no evaluations. Cities with a point in the result count, each in
    its newest year; indices over all of them are weighted by variance.

    References
    ----------
    .. [1] M. Saisana, A. Saltelli and S. Tarantola, "Uncertainty and sensitivity analysis
       techniques as tools for the quality assessment of composite indicators", Journal of
       the Royal Statistical Society A 168 (2), 2005.
    """
    plan = replace(plan_of(scores.recipe), seed=seed)
    sheet = relay(scores)
    world = open_world(sheet, scores.observations, scores.year, plan)
    if world.variants[0].nominal.resolved.best_case:
        raise MethodError(Finding("robustness-best-case"))
    nodes = {k: rows for k in chosen_nodes(scores, node) if len(rows := _rows(world, k))}
    pool = _pool(world, plan)
    acting = [f for f in FACTORS if f in pool.sizes]
    found: dict[tuple[int, str], list[tuple[Array, Array]]] = {}
    for replicate in range(replicates if nodes else 0):
        points = design(len(acting), n, replicate=replicate, seed=seed)
        up = _evaluate(world, pool, acting, points.reshape(-1, len(acting)), list(nodes))
        for (position, rows), drawn in zip(nodes.items(), up):
            mine = drawn[:, rows]
            for output, values in (("score", mine), ("rank", rank_draws(mine).astype(np.float64))):
                checked = np.where(np.isnan(mine), np.nan, values).reshape(*points.shape[:2], -1)
                found.setdefault((position, output), []).append(indices(checked))
    return _labelled(world, found, acting, n)


@dataclass(frozen=True, slots=True, eq=False)
class _Pool:
    """Whole draws of each group that acts, to choose among; draws stand in the middle."""

    sizes: Mapping[str, int]
    values: Array | None
    posts: tuple[Array, Array] | None
    weights: tuple[Array, ...]
    normals: Array | None


def _rows(world: World, node: int) -> NDArray[np.intp]:
    """Return the newest row of each city that has a point at a node."""
    rows, up = world.sheet.data.rows, world.variants[0].nominal.up
    newest = (rows["year"] == rows.groupby("city_id")["year"].transform("max")).to_numpy()
    shown = np.nan_to_num(up.coverage[node]) >= world.sheet.recipe.show_coverage - 1e-12
    return np.flatnonzero(newest & shown & ~np.isnan(up.score[node]))


def _pool(world: World, plan: Plan) -> _Pool:
    sheet, sizes = world.sheet, dict[str, int]()
    many = int(np.clip(MOST_KEPT // max(sheet.data.values.size, 1), 64, REALISATIONS))
    few, runs = blocks(many, SIZE), blocks(REALISATIONS, SIZE)
    values = posts = normals = None
    if "data" in plan.factors and (sheet.base & (world.noise.kind != FIXED)).any():
        values = _join(_perturbed(world, plan, run) for run in few)
        sizes["data"] = many
    moved = [draw_goalposts(sheet, plan, set(plan.factors), run) for run in runs]
    if moved[0] is not None:
        worst, best = (_join(pair[end] for pair in moved if pair is not None) for end in (0, 1))
        posts, sizes["goalposts"] = (worst, best), REALISATIONS
    weights = tuple(
        _join(draw_weights(v, plan, set(plan.factors), run) for run in runs) for v in world.shapes
    )
    if any(np.ptp(w, axis=1).any() for w in weights):
        sizes["weights"] = REALISATIONS
    if len(world.variants) > 1:
        sizes["methods"] = len(world.variants)
    if any(s is not None for s in world.spread):
        normals = _join(_normals(world, plan, run) for run in few)
        sizes["redraw"] = many
    return _Pool(sizes, values, posts, weights, normals)


def _join(parts: Iterable[Array]) -> Array:
    return np.concatenate(list(parts), axis=1)


def _perturbed(world: World, plan: Plan, run: Block) -> Array:
    normals = error_normals(stream(plan.seed, run.number, "data"), run.size, world.groups)
    known = ~np.isnan(world.noise.value)[:, None, :]
    cells = np.where(known, perturb(world.noise, normals), world.sheet.data.values[:, None, :])
    return cells[:, : run.keep]


def _normals(world: World, plan: Plan, run: Block) -> Array:
    rng = stream(plan.seed, run.number, "imputation")
    normals = rng.standard_normal((run.size, *world.sheet.data.values.shape))
    return normals[: run.keep].transpose(1, 0, 2)


def _evaluate(world: World, pool: _Pool, acting: list[str], points: Array, nodes: list[int]) -> Array:
    """Score every point through the engine: (n_node, n_point, n_row)."""
    chosen = {f: _choose(points[:, k], pool.sizes[f]) for k, f in enumerate(acting)}
    none = np.zeros(len(points), np.int64)
    variant, shares = chosen.get("methods", none), chosen.get("weights", none)
    cells = world.sheet.data.values
    out = np.empty((len(nodes), len(points), cells.shape[1]))
    for number in np.unique(variant):
        mine, spread = np.flatnonzero(variant == number), world.spread[number]
        for at in np.array_split(mine, -(-len(mine) * cells.size // MOST_CELLS)):
            x = None if pool.values is None else pool.values[:, chosen["data"][at]]
            posts = None if pool.posts is None else (*(e[:, chosen["goalposts"][at]] for e in pool.posts),)
            again = None
            if pool.normals is not None and spread is not None:
                again = Redraw(spread, pool.normals[:, chosen["redraw"][at]])
            drawn = (x, None if posts is None else (posts[0], posts[1]), again)
            out[:, at] = score_drawn(
                world.variants[number], pool.weights[number][:, shares[at]], drawn, nodes
            )
    return out


def _choose(uniform: Array, many: int) -> Codes:
    return np.minimum((uniform * many).astype(np.int64), many - 1)


def _labelled(
    world: World, found: Mapping[tuple[int, str], list[tuple[Array, Array]]], acting: list[str], n: int
) -> Apportioned:
    tables: list[pd.DataFrame] = []
    told: list[Finding] = []
    evaluations = 0
    for (position, output), rounds in found.items():
        first, total = (np.array([pair[side] for pair in rounds]) for side in (0, 1))
        done = analyse(first, total, n=n)
        evaluations = done.n
        branch = world.sheet.tree.branches[position]
        tables.append(_table(done, acting).assign(node=branch.id, output=output))
        name = branch.name or world.sheet.tree.level_names["total"]
        told += [replace(f, params={**f.params, "node": name}) for f in done.findings]
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    return Apportioned(whole[COLUMNS], evaluations, (*world.findings, *told))


def _table(done: Sensitivity, acting: list[str]) -> pd.DataFrame:
    """Return one line for each factor: 0 for a group that moves nothing, NaN where nothing varies at all."""
    names = [*FACTORS, "dummy"]
    at = [acting.index(f) if f in acting else -1 for f in FACTORS] + [len(acting)]
    columns: dict[str, object] = {"factor": names}
    for order in ("first", "total"):
        interval = getattr(done, order)
        for part, end in (("estimate", ""), ("low", "_low"), ("high", "_high")):
            values = getattr(interval, part)
            nothing = abs(0.0 * float(values[-1]))
            columns[order + end] = [float(values[k]) if k >= 0 else nothing for k in at]
    return pd.DataFrame(columns)
