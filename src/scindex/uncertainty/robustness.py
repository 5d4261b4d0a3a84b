"""How far scores and ranks hold: intervals, rank shares, who is ahead of whom, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.rollup import needed, undefined_at_zero
from scindex.scoring import Scores
from scindex.scoring.sheet import Sheet, lay_out
from scindex.uncertainty.plan import FACTORS, Plan, plan_of
from scindex.uncertainty.precision import draws_needed, enough, proportion_error
from scindex.uncertainty.ranks import Tally, acceptability, ahead, tally
from scindex.uncertainty.simulate import World, draws, open_world
from scindex.uncertainty.verdicts import GROUPS, PAIRS, Place, tables_of

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_PAIRS, MOST_KEPT, MOST_DRAWS = 200, 30_000_000, 20_000
"""Cities compared pair by pair; scores kept for intervals; draws after which N grows no more."""

METHOD = ("methods", "weights", "goalposts")
"""What the range over methods varies: our own choices, not the data."""


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """What the draws say; `str` of it is a screen where `scindex` prints it.

    Attributes
    ----------
    plan : Plan
    n : int
        Draws behind ranks and pairs, grown from the plan's until shares are known to
        within one point.
    intervals : DataFrame
        node, city_id, year, data_p05, data_p95, method_min, method_max. [0 to 100]
    ranks : DataFrame
        node, city_id, city, rank_p05, rank_median, rank_p95, first (share of draws).
    acceptability : DataFrame
        node, city_id, rank, share, error (standard error of the share). [0 to 1]
    pairs : DataFrame
        node, first, second, p_ahead, error, settled, covers (a line of the Hasse
        diagram), necessary (ahead under all admissible weights; empty where that could
        not be asked). [0 to 1]
    groups : DataFrame
        node, group (1 is first), city_id, city.
    central_weights : DataFrame
        node, city_id, child, weight: the weights under which a city comes first. [0 to 1]
    contributions : DataFrame
        node, factor, score_sd (mean over cities of the standard deviation of its score),
        rank_shift (mean shift of ranks) when only that factor varies.
    findings : tuple of Finding
    """

    plan: Plan
    n: int
    intervals: pd.DataFrame
    ranks: pd.DataFrame
    acceptability: pd.DataFrame
    pairs: pd.DataFrame
    groups: pd.DataFrame
    central_weights: pd.DataFrame
    contributions: pd.DataFrame
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by name."""
        return {name: getattr(self, name) for name in TABLES}


TABLES: dict[str, tuple[str, ...]] = {
    "intervals": ("node", "city_id", "year", "data_p05", "data_p95", "method_min", "method_max"),
    "ranks": ("node", "city_id", "city", "rank_p05", "rank_median", "rank_p95", "first"),
    "acceptability": ("node", "city_id", "rank", "share", "error"),
    "pairs": PAIRS,
    "groups": GROUPS,
    "central_weights": ("node", "city_id", "child", "weight"),
    "contributions": ("node", "factor", "score_sd", "rank_shift"),
}
"""Tables of a `Robustness` and their columns."""


def cells(scores: Scores) -> int:
    """Return how many leaf values a draw has: rows by leaves."""
    return len(scores.tree.indicators) * int(scores.scores[["city_id", "year"]].drop_duplicates().shape[0])


def robustness(scores: Scores, plan: Plan | None = None) -> Robustness:
    """Draw what could have been otherwise, and say how far scores and ranks hold.

    Parameters
    ----------
    scores : Scores
    plan : Plan, optional
        What varies; left out, what the recipe says.

    Returns
    -------
    Robustness

    Raises
    ------
    MethodError
        If the recipe's weights are those of the benefit of the doubt: they are each
        city's best case already.
    """
    plan = plan or plan_of(scores.recipe)
    sheet = lay_out(scores.observations, scores.framework, scores.tree, scores.recipe, scores.year)
    world = open_world(sheet, scores.observations, scores.year, plan)
    if world.variants[0].nominal.resolved.best_case:
        raise MethodError(Finding("robustness-best-case"))
    plan = replace(plan, factors=_active(world, plan))
    shown, nodes = _shown(world), ranked_places(world)
    n, tallies = _count(world, plan, nodes)
    parts = [tables_of(world, plan, node, counted) for node, counted in zip(nodes, tallies)]
    told = [*world.findings, *_imprecise(n, tallies), *_at_zero(world, plan, nodes)]
    if sheet.recipe.total and sheet.recipe.order != "score":
        told.append(Finding("ranks-by-score", "warning", params={"order": sheet.recipe.order}))
    tables = {name: _frame([p[name] for p in parts], name) for name in TABLES if name not in WHOLE}
    tables["contributions"] = _contributions(world, plan, nodes)
    tables["intervals"], more = _intervals(world, plan, shown)
    return Robustness(plan=plan, n=n, findings=(*told, *more), **tables)


def _active(world: World, plan: Plan) -> tuple[str, ...]:
    """Return the factors that have anything to vary here."""
    standings = [i.goalposts.standing for i in world.sheet.tree.indicators if i.goalposts]
    idle = {
        "redraw": all(s is None for s in world.spread),
        "goalposts": "proposed" not in standings,
        "methods": len(world.variants) < 2,
    }
    return tuple(f for f in plan.factors if not idle.get(f, False))


WHOLE = ("intervals", "contributions")


def ranked_places(world: World) -> list[Place]:
    """Return the nodes that are ranked, each with the newest rows of the cities that have a point."""
    sheet, shown = world.sheet, _shown(world)
    return [Place(sheet, n, np.flatnonzero(shown[n] & newest(sheet))) for n in _chosen(sheet, shown)]


def _shown(world: World) -> Mask:
    """Return where a node has a point: enough of its weight is scored."""
    up = world.variants[0].nominal.up
    enough = np.nan_to_num(up.coverage) >= world.sheet.recipe.show_coverage - 1e-12
    return enough & ~np.isnan(up.score)


def newest(sheet: Sheet) -> Mask:
    """Return the newest row of each city."""
    rows = sheet.data.rows
    return (rows["year"] == rows.groupby("city_id")["year"].transform("max")).to_numpy()


def _chosen(sheet: Sheet, shown: Mask) -> list[int]:
    """Return the nodes to rank: the total if there is one, else the highest that two cities have."""
    now = newest(sheet)
    found: list[int] = []

    def walk(node: int) -> None:
        branch = sheet.tree.branches[node]
        if branch.leaf >= 0:
            return
        if (node or sheet.recipe.total) and (shown[node] & now).sum() >= 2:
            found.append(node)
            return
        for child in branch.children:
            walk(child)

    walk(0)
    return found


def _count(world: World, plan: Plan, nodes: Sequence[Place]) -> tuple[int, list[Tally]]:
    """Draw until every share is known to within one point; return draws and counts."""
    if not nodes:
        return plan.n, []
    n, done, tallies = plan.n, 0, [_none(node) for node in nodes]
    while True:
        _add(world, plan, nodes, tallies, done, n)
        shares = [s for t in tallies for s in (acceptability(t), _of_pairs(t))]
        if not plan.grow or n >= MOST_DRAWS or all(enough(s, n) for s in shares):
            return n, tallies
        needed = max(draws_needed(s) for s in shares)
        # whole blocks, so that the first draws of a longer run are these
        done, n = n, min(-(-max(needed, n + 1) // world.block) * world.block, MOST_DRAWS)
        if done % world.block:
            done, tallies = 0, [_none(node) for node in nodes]


def _of_pairs(counted: Tally) -> Array:
    """Return the share of draws in which one is ahead, each pair once; a city beside itself is no pair."""
    return ahead(counted)[np.triu_indices(len(counted.ahead), 1)] if counted.ahead.size else np.zeros(0)


def _none(node: Place) -> Tally:
    size = len(node.rows)
    return tally(
        np.full((0, size), np.nan), weights=np.zeros((len(node.children), 0)), pairs=size <= MOST_PAIRS
    )


def _add(world: World, plan: Plan, nodes: Sequence[Place], tallies: list[Tally], done: int, n: int) -> None:
    positions = [node.position for node in nodes]
    for _, drawn in draws(world, plan, plan.factors, n, first=done // world.block, nodes=positions):
        for k, node in enumerate(nodes):
            own = drawn.weights[node.children]
            own = own / own.sum(axis=0)
            pairs = len(node.rows) <= MOST_PAIRS
            tallies[k] = tallies[k] + tally(drawn.scores[k][:, node.rows], weights=own, pairs=pairs)


def _at_zero(world: World, plan: Plan, nodes: Sequence[Place]) -> list[Finding]:
    """Say in how many draws a mean without meaning for 0 met a score of 0, and counted as 0."""
    shape = world.sheet.shape
    below = {n for node in nodes for n in needed(shape, [node.position])}
    undefined = [n for n in below if shape.children[n] and undefined_at_zero(shape.method[n])]
    children = sorted({c for n in undefined for c in shape.children[n]})
    if not children:
        return []
    drawn = next(draws(world, plan, plan.factors, world.block, nodes=children))[1].scores
    met = (drawn <= 0).any(axis=(0, 2))
    share = round(100 * float(met.mean()))
    return [Finding("draws-at-zero", "warning", params={"share": max(share, 1)})] if met.any() else []


def _imprecise(n: int, tallies: Sequence[Tally]) -> list[Finding]:
    shares = [s for t in tallies for s in (acceptability(t), ahead(t) if t.ahead.size else np.zeros(0))]
    worst = max((float(np.nanmax(proportion_error(s, n))) for s in shares if s.size), default=0.0)
    if worst <= 0.01:
        return []
    return [Finding("draws-imprecise", "note", params={"n": n, "error": round(100 * worst, 1)})]


def _contributions(world: World, plan: Plan, nodes: Sequence[Place]) -> pd.DataFrame:
    """Vary one factor at a time: how far scores and ranks move by it alone."""
    rows: list[tuple[str, str, float, float]] = []
    positions = [node.position for node in nodes]
    nominal = world.variants[0].nominal.up.score
    for factor in FACTORS if nodes else ():
        if factor not in plan.factors:
            continue
        drawn = next(draws(world, plan, (factor,), world.block, nodes=positions))[1].scores
        for k, node in enumerate(nodes):
            own = drawn[k][:, node.rows]
            before = _ranks(nominal[node.position, node.rows][None])
            shift = np.abs(_ranks(own) - before).mean()
            rows.append((node.id, factor, float(np.nanmean(np.nanstd(own, axis=0))), float(shift)))
    return pd.DataFrame(rows, columns=list(TABLES["contributions"]))


def _ranks(scores: Array) -> Array:
    """Return ranks within each draw, 1 + number strictly ahead: (n_draw, n_row)."""
    return (scores[:, None, :] > scores[:, :, None]).sum(axis=2) + 1.0


def _intervals(world: World, plan: Plan, shown: Mask) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the 90 % interval from data error and the range over methods, where there is a point."""
    sheet = world.sheet
    nodes = [n for n, b in enumerate(sheet.tree.branches) if (n or sheet.recipe.total) and shown[n].any()]
    told: list[Finding] = []
    n = max(min(plan.n, MOST_KEPT // max(len(nodes) * len(sheet.data.rows), 1)), 1)
    if n < 200:
        inner = [k for k in nodes if sheet.tree.branches[k].leaf < 0]
        told.append(Finding("intervals-of-nodes-only", "note", params={"n": len(nodes) - len(inner)}))
        nodes, n = inner, max(min(plan.n, MOST_KEPT // max(len(inner) * len(sheet.data.rows), 1)), 100)
    here = shown[nodes]
    ends = {name: np.full(int(here.sum()), np.nan) for name in TABLES["intervals"][3:]}
    moving = tuple(f for f in METHOD if f in plan.factors)
    if here.any() and "data" in plan.factors:
        drawn = _every(world, plan, ("data", "redraw"), n, nodes).swapaxes(1, 2)[here]
        ends["data_p05"], ends["data_p95"] = np.nanquantile(drawn, (0.05, 0.95), axis=1)
    if here.any() and moving:
        drawn = _every(world, plan, moving, n, nodes)
        plain = np.stack([v.nominal.up.score[nodes] for v in world.variants], axis=1)
        both = np.concatenate([drawn, plain], axis=1).swapaxes(1, 2)[here]
        ends["method_min"], ends["method_max"] = np.nanmin(both, axis=1), np.nanmax(both, axis=1)
    node, row = np.nonzero(here)
    table = {
        "node": [sheet.tree.branches[nodes[k]].id for k in node],
        "city_id": sheet.data.rows["city_id"].astype(str).to_numpy()[row],
        "year": sheet.data.rows["year"].to_numpy(np.int64)[row],
        **ends,
    }
    return pd.DataFrame(table), told


def _every(world: World, plan: Plan, factors: tuple[str, ...], n: int, nodes: Sequence[int]) -> Array:
    kept = tuple(f for f in factors if f in plan.factors)
    return np.concatenate([d.scores for _, d in draws(world, plan, kept, n, nodes=nodes)], axis=1)


def _frame(parts: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    parts = [p for p in parts if len(p)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({c: [] for c in TABLES[name]})


def filled(scores: Scores, robust: Robustness) -> pd.DataFrame:
    """Return the `scores` table with the intervals of its goalpost scores filled in."""
    keys = ["node", "city_id", "year"]
    table = scores.scores
    mine = table["kind"].astype(str) == "goalposts"
    found = (
        table.loc[mine, keys]
        .astype({"node": str, "city_id": str})
        .merge(robust.intervals, on=keys, how="left")
    )
    named = TABLES["intervals"][3:]
    return table.assign(
        **{
            name: np.where(mine, _placed(mine.to_numpy(), found[name].to_numpy(float)), table[name])
            for name in named
        }
    )


def _placed(where: Mask, values: Array) -> Array:
    out = np.full(len(where), np.nan)
    out[where] = values
    return out
