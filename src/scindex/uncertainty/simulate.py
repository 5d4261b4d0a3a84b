"""Monte Carlo through the scoring engine itself: what varies becomes one more axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.rollup import Shape, climb, is_product
from scindex.scoring.engine import evaluate
from scindex.scoring.imputing import check_imputation
from scindex.scoring.sheet import Sheet, lay_out
from scindex.scoring.steps import Redraw, imputes_values, leaf_scores
from scindex.uncertainty.draws import (
    Block,
    blocks,
    dirichlet_shares,
    moved_goalposts,
    shares_within,
    stream,
)
from scindex.uncertainty.errors import noise_of
from scindex.uncertainty.noise import Noise, error_normals, perturb
from scindex.uncertainty.plan import Plan, Variant, variants

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What draws are made of: the admissible recipes laid out, and how the data err.

    Attributes
    ----------
    variants : tuple of Variant
        The recipe's own first.
    noise : Noise
    groups : ndarray of int, shape (n_leaf, n_row)
    spread : tuple of ndarray or None
        Of each variant, how far an imputed cell may be off, shape (n_leaf,).
    shapes : tuple of Shape
        Of each variant, the tree with the nominal shares of what can be scored.
    findings : tuple of Finding
    """

    variants: tuple[Variant, ...]
    noise: Noise
    groups: NDArray[np.int64]
    spread: tuple[Array | None, ...]
    shapes: tuple[Shape, ...]
    findings: tuple[Finding, ...]

    @property
    def sheet(self) -> Sheet:
        """The sheet of the recipe's own variant."""
        return self.variants[0].sheet

    @property
    def block(self) -> int:
        """Draws in a block: fewer where there are many cells, the same for the same table."""
        size = SIZE
        while size > 8 and size * self.sheet.data.values.size > MOST_DRAWN:
            size //= 2
        return size


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Scores of every node in some draws, and the parameters behind them.

    Attributes
    ----------
    scores : ndarray, shape (n_node, n_draw, n_row)
        Of the nodes wanted. [0 to 100 where the recipe is bounded]
    variant : ndarray of int, shape (n_draw,)
    weights : ndarray, shape (n_node, n_draw)
        Share of each node among its siblings. [0 to 1]
    worst, best : ndarray, shape (n_leaf, n_draw)
        Goalposts. [indicator unit]

    Notes
    -----
    A mean that has no meaning for a score of 0 counts as 0 in a draw in which a drawn
    score falls to it: the limit of the mean.
    """

    scores: Array
    variant: NDArray[np.int64]
    weights: Array
    worst: Array
    best: Array


def open_world(sheet: Sheet, observations: pd.DataFrame, year: str, plan: Plan) -> World:
    """Lay out every admissible recipe and say how the data err.

    Parameters
    ----------
    sheet : Sheet
        Of the recipe's own choices.
    observations : DataFrame
        The table that the sheet was laid out from.
    year : str
        As given to `lay_out`.
    plan : Plan

    Returns
    -------
    World
    """

    def relay(recipe):
        return lay_out(observations, sheet.framework, sheet.tree, recipe, year)

    own = evaluate(sheet)
    found, told = (
        variants(sheet, own, relay)
        if "methods" in plan.factors
        else ([Variant(sheet.recipe, sheet, own)], [])
    )
    noise, groups, assumed = noise_of(sheet, observations)
    spread = tuple(_spread(v, plan) for v in found)
    shapes = tuple(_nominal(v) for v in found)
    return World(
        tuple(found), noise, groups, spread, shapes, (*told, *(assumed if "data" in plan.factors else []))
    )


def _spread(variant: Variant, plan: Plan) -> Array | None:
    """Return how far imputed cells of each leaf are off, by deleting known ones; None where none are."""
    if "redraw" not in plan.factors:
        return None
    test = check_imputation(variant.sheet, variant.nominal.stepped, plan.seed)
    return None if test is None else np.nan_to_num(test.rmse)


SIZE, MOST_DRAWN, MOST_CELLS = 256, 30_000_000, 4_000_000
"""Most draws in a block; most values drawn in a block; cells worked on at a time, which changes no bit."""


def draws(
    world: World,
    plan: Plan,
    factors: tuple[str, ...],
    n: int,
    *,
    first: int = 0,
    nodes: Sequence[int] | None = None,
) -> Iterator[tuple[Block, Drawn]]:
    """Yield blocks of draws in which some factors vary.

    Parameters
    ----------
    world : World
    plan : Plan
    factors : tuple of str
        Which vary; each has its own stream, so the others' draws stay the same.
    n : int
        Draws in all.
    first : int
        Blocks to pass over, where they were drawn before.
    nodes : sequence of int, optional
        Positions of the nodes wanted; left out, all.

    Yields
    ------
    Block, Drawn
    """
    for block in blocks(n, world.block)[first:]:
        yield block, _draw(world, plan, set(factors), block, nodes)


def _draw(world: World, plan: Plan, factors: set[str], block: Block, nodes: Sequence[int] | None) -> Drawn:
    sheet = world.sheet
    size, n_row = block.size, len(sheet.data.rows)
    many = len(world.variants) if "methods" in factors else 1
    variant = stream(plan.seed, block.number, "recipe").integers(0, many, size)
    values = None
    if "data" in factors:
        normals = error_normals(stream(plan.seed, block.number, "data"), size, world.groups)
        values = np.where(
            np.isnan(world.noise.value)[:, None, :],
            sheet.data.values[:, None, :],
            perturb(world.noise, normals),
        )
    posts = draw_goalposts(sheet, plan, factors, block)
    normals = None
    if "redraw" in factors and any(s is not None for s in world.spread):
        rng = stream(plan.seed, block.number, "imputation")
        normals = rng.standard_normal((size, *sheet.data.values.shape)).transpose(1, 0, 2)
    scores = np.empty((len(sheet.shape.children) if nodes is None else len(nodes), size, n_row))
    weights = np.empty((len(sheet.shape.children), size))
    for number in range(many):
        mine = np.flatnonzero(variant == number)
        if not len(mine):
            continue
        shares = draw_weights(world.shapes[number], plan, factors, block)
        for at in _pieces(world.variants[number], mine, values is None and posts is None, nodes):
            own = shares[:, at]
            weights[:, at] = own[..., 0]
            spread = world.spread[number]
            drawn = Redraw(spread, normals[:, at]) if normals is not None and spread is not None else None
            x = None if values is None else values[:, at]
            moved = None if posts is None else (posts[0][:, at], posts[1][:, at])
            scores[:, at] = score_drawn(world.variants[number], own, (x, moved, drawn), nodes)
    fixed = (np.asarray(sheet.spec.worst), np.asarray(sheet.spec.best))
    ends = [c[..., 0] for c in posts] if posts else [np.repeat(c[:, None], size, axis=1) for c in fixed]
    keep = slice(block.keep)
    return Drawn(scores[:, keep], variant[keep], weights[:, keep], ends[0][:, keep], ends[1][:, keep])


def _pieces(
    variant: Variant, draws_of: NDArray[np.int64], fixed: bool, nodes: Sequence[int] | None
) -> list[NDArray[np.int64]]:
    """Split the draws of a variant so that each part fits; a product is never split, see `is_product`."""
    leaves = variant.nominal.stepped.scores[:, None, :]
    if fixed and nodes is not None and is_product(variant.sheet.shape, leaves, nodes):
        return [draws_of]
    return np.array_split(draws_of, -(-len(draws_of) * leaves.size // MOST_CELLS))


def draw_goalposts(sheet: Sheet, plan: Plan, factors: set[str], block: Block) -> tuple[Array, Array] | None:
    """Move proposed goalposts; None where nothing moves."""
    proposed = np.array(
        [bool(i.goalposts and i.goalposts.standing == "proposed") for i in sheet.tree.indicators]
    )
    if "goalposts" not in factors or not proposed.any():
        return None
    # the end that nature sets stays where it is: a count cannot be worse than none
    return moved_goalposts(
        stream(plan.seed, block.number, "goalposts"),
        np.asarray(sheet.spec.worst),
        np.asarray(sheet.spec.best),
        worst_moves=proposed,
        best_moves=proposed,
        n_draw=block.size,
        share=plan.goalposts,
    )


def draw_weights(shape: Shape, plan: Plan, factors: set[str], block: Block) -> Array:
    """Return the shares of every node in every draw of a block: (n_node, n_draw, 1)."""
    if "weights" not in factors:
        return np.repeat(shape.weight[:, None, None], block.size, axis=1)
    rng = stream(plan.seed, block.number, "weights")
    if plan.concentration is not None:
        return dirichlet_shares(rng, shape, block.size, plan.concentration)
    return shares_within(rng, shape, block.size, plan.within)


def _nominal(variant: Variant) -> Shape:
    """Return the tree with each node's share among the siblings that can be scored anywhere."""
    shape = variant.sheet.shape
    base = [bool(row.any()) for row in variant.sheet.base]
    counts = np.zeros(len(shape.children), dtype=bool)
    for node in range(len(counts) - 1, -1, -1):
        leaf = shape.leaf[node]
        counts[node] = base[leaf] if leaf >= 0 else counts[list(shape.children[node])].any()
    # cities with weights of their own are not simulated: any of their rows will do
    out = np.where(counts, variant.nominal.weights[:, 0], 0.0)
    for children in shape.children:
        own = list(children)
        total = out[own].sum() if own else 0.0
        out[own] = out[own] / total if total > 0 else 1.0
    out[0] = 1.0
    return replace(shape, weight=out)


def score_drawn(
    variant: Variant,
    weights: Array,
    drawn: tuple[Array | None, tuple[Array, Array] | None, Redraw | None],
    nodes: Sequence[int] | None,
) -> Array:
    """Score nodes under weights, and under values, goalposts and imputed cells where they are drawn."""
    values, posts, again = drawn
    if values is None and posts is None and again is None:
        leaves = variant.nominal.stepped.scores[:, None, :]
        return climb(variant.sheet.shape, leaves, weights, nodes)
    if values is None:
        values = np.repeat(variant.sheet.data.values[:, None, :], weights.shape[1], axis=1)
    worst, best = posts if posts is not None else (None, None)
    again = _without_refilling(variant, again, weights.shape[1])
    done = leaf_scores(variant.sheet, values, worst=worst, best=best, drawn=again)
    return climb(variant.sheet.shape, done.scores, weights, nodes)


SLOW = ("knn", "iterative")
"""Imputations that look at one draw at a time: gaps are filled in once, and drawn around that."""


def _without_refilling(variant: Variant, again: Redraw | None, n_draw: int) -> Redraw | None:
    """Keep what a slow imputation filled in without draws as the middle of the draws."""
    done = variant.nominal.stepped
    if variant.sheet.impute.name not in SLOW or not done.imputed.any():
        return again
    filled = done.untreated if imputes_values(variant.sheet) else done.scores
    if again is not None:
        return replace(again, filled=filled)
    n_leaf, n_row = filled.shape
    return Redraw(np.zeros(n_leaf), np.zeros((n_leaf, n_draw, n_row)), filled)
