"""The smallest changes that would raise a score: arithmetic on the engine itself, not advice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scindex.catalogue.entries import Indicator, Names
from scindex.comparison.bench import Bench, find_node, is_outdated, work
from scindex.comparison.linked import Linked, link
from scindex.errors import DataError, MethodError, UsageError
from scindex.findings import Finding
from scindex.index.normalise import METHODS
from scindex.index.rollup import climb
from scindex.scoring import Scores
from scindex.scoring.engine import evaluate
from scindex.scoring.steps import leaf_scores
from scindex.scoring.tree import Branch
from scindex.scoring.weighting import by_data

Array = NDArray[np.float64]

GRID, HALVINGS, STEP = 33, 40, 0.01
"""Points looked at between a value and its end; halvings between two of them; the step of
the joint change, as a share of the way from the worst to the best goalpost."""

NEAR = 1e-9
"""A score this near counts as reached."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One indicator, changed alone.

    Attributes
    ----------
    indicator : Indicator
    value : float
        As the file has it. [indicator unit]
    needed : float
        Smallest change that reaches the score; NaN if none does. [indicator unit]
    furthest : float
        As far as it can go: its best goalpost, or where a rule or its range stops it.
    score : float
        Of the node at `needed`, or else at `furthest`. [0 to 100]
    effort : float
        Change to `needed` as a share of the way from worst to best. [-]
    linked : tuple of (Names, float, float)
        Values that a rule moves along: name, from, to.
    stopped_by : Names
        The indicator whose value stops this one, where a rule does.
    """

    indicator: Indicator
    value: float
    needed: float
    furthest: float
    score: float
    effort: float
    linked: tuple[tuple[Names, float, float], ...] = ()
    stopped_by: Names | None = None


@dataclass(frozen=True, slots=True)
class Levers:
    """What would raise a city's score at a node.

    Attributes
    ----------
    city_id : str
    branch : Branch
    score, goal : float
        Now, and asked for. [0 to 100]
    behind : str
        Name of the city whose score is the goal; empty where points were asked for.
    single : tuple of Lever
        Those that reach the goal alone, least effort first; then the others, by score.
    joint : tuple of (Indicator, float, float)
        A change of several that reaches the goal: indicator, from, to.
    joint_score, most, most_free : float
        Of the joint change; with everything that can be changed at its end, classes and
        yes and no with it; and without these. [0 to 100]
    classes, bound : tuple of Names
        What the joint change leaves alone: classes and yes and no; and what a rule binds
        to others, which `most` leaves alone too.
    left_out : dict of str to tuple of Names
        Indicators not tried, by reason: ``fixed`` (not actionable), ``missing``,
        ``divides`` (another indicator is divided by it), ``best`` (nothing to gain).
    """

    city_id: str
    branch: Branch
    score: float
    goal: float
    behind: str
    single: tuple[Lever, ...]
    joint: tuple[tuple[Indicator, float, float], ...]
    joint_score: float
    most: float
    most_free: float
    classes: tuple[Names, ...]
    bound: tuple[Names, ...]
    left_out: dict[str, tuple[Names, ...]]


def levers(scores: Scores, city_id: str, node: str, points: float | None = None) -> Levers:
    """Find the smallest changes of values that raise a city's score at a node.

    Parameters
    ----------
    scores : Scores
    city_id : str
    node : str
        Id, code or name of a node.
    points : float, optional
        By how much; left out, up to the next better city's score. Above 0.

    Returns
    -------
    Levers

    Raises
    ------
    UsageError
        If there is no such node, `points` is not above 0, or no city is ahead.
    DataError
        If the city has no score there, or the result is of an older definition.

    Notes
    -----
    The sheet is scored again with changed values, so every method of the recipe is
    taken into account. A value moves towards its best goalpost (without goalposts: the
    best value of any city), no further than its possible range. Cross-rules hold: a
    value stops where `at_most` stops it, and parts that make up a whole give way in
    proportion. Along the way `GRID` points are tried and the first crossing halved, so
    methods that are not monotone are served too.

    The joint change goes in steps of 1 % of each indicator's way from worst to best,
    always the step that raises the score most. With fixed goalposts and arithmetic
    means this is the least total change in shares of that way; else it is close to it.
    Classes, yes and no, and parts of a whole are left out of it, and of two values that a
    rule binds the second.
    Values change here as numbers: nothing is said of what they cost, or whether they
    can be brought about.
    """
    if is_outdated(scores):
        raise DataError(Finding("levers-outdated", params={"framework": scores.framework.name}))
    branch = find_node(scores, node)
    bench = _alone(scores, city_id)
    row = bench.row(city_id)
    position = bench.sheet.tree.position(branch.id)
    now = float(bench.scored.up.score[position, row])
    if np.isnan(now):
        raise DataError(Finding("levers-no-score", params={"city": city_id, "node": branch.name}))
    goal, behind = _goal(scores, city_id, branch, now, points)
    tried, left_out = _sort(bench, row, position)
    found = [_try(bench, row, position, link_, goal) for link_ in tried]
    found = sorted(found, key=lambda v: (np.isnan(v.needed), v.effort, -v.score, v.indicator.id))
    free, steps = _free(bench, tried), [w for w in tried if w.steps and not w.partners]
    most, most_free = (_at_ends(bench, row, position, ways) for ways in ([*free, *steps], free))
    reachable = most_free >= goal - NEAR
    joint, reached = _together(bench, row, position, free, goal) if reachable else ((), np.nan)
    bound = [w for w in tried if w not in free and w not in steps]
    classes, held = (tuple(bench.sheet.tree.indicators[w.leaf].name for w in ways) for ways in (steps, bound))
    return Levers(
        city_id, branch, now, goal, behind, tuple(found), joint, reached, most, most_free, classes, held,
        left_out,
    )  # fmt: skip


def _alone(scores: Scores, city_id: str) -> Bench:
    """Lay out one city alone where its scores do not depend on the others."""
    bench = work(scores)
    if bench.sheet.relative or bench.scored.weights.shape[1] > 1 or _weighs_by_data(bench):
        return bench
    own = scores.observations[scores.observations["city_id"] == city_id].reset_index(drop=True)
    return work(replace(scores, observations=own))


def _weighs_by_data(bench: Bench) -> bool:
    recipe, tree = bench.scores.recipe, bench.sheet.tree
    chosen = [recipe.chosen("weight", b.id, b.level) for b in tree.branches if b.children]
    return any(by_data(m) or m.name == "bod" for m in chosen)


def _goal(
    scores: Scores, city_id: str, branch: Branch, now: float, points: float | None
) -> tuple[float, str]:
    if points is not None:
        if not (points > 0 and np.isfinite(points)):
            raise UsageError(Finding("levers-bad-points", value=points))
        return now + points, ""
    from scindex.comparison.nodes import latest_rows

    rows = latest_rows(scores)
    rows = rows[(rows["node"] == branch.id) & (rows["score"] > now + NEAR) & (rows["city_id"] != city_id)]
    if rows.empty:
        raise UsageError(Finding("levers-nobody-ahead", params={"node": branch.name}))
    first = rows.sort_values(["score", "city_id"]).iloc[0]
    return float(first["score"]), str(first["city"])


def _sort(bench: Bench, row: int, position: int) -> tuple[list[Linked], dict[str, tuple[Names, ...]]]:
    """Return the indicators that can be tried, and those that cannot, by reason."""
    sheet, done = bench.sheet, bench.scored.stepped
    divisors = {i.denominate.by for i in sheet.tree.indicators if i.denominate}
    tried: list[Linked] = []
    left: dict[str, list[Names]] = {}
    for leaf in sheet.tree.below(position):
        indicator = sheet.tree.indicators[leaf]
        known = not np.isnan(done.scores[leaf, row]) and not done.imputed[leaf, row]
        way = link(bench, row, leaf, _end(bench, row, leaf)) if known else None
        if not indicator.actionable:
            left.setdefault("fixed", []).append(indicator.name)
        elif sheet.base[leaf, row] and way is None:
            left.setdefault("missing", []).append(indicator.name)
        elif way is None:
            continue
        elif indicator.id in divisors:
            left.setdefault("divides", []).append(indicator.name)
        elif way.furthest == way.value:
            left.setdefault("best", []).append(indicator.name)
        else:
            tried.append(way)
    return tried, {reason: tuple(names) for reason, names in left.items()}


def _end(bench: Bench, row: int, leaf: int) -> float:
    """Return the best value an indicator can have in the file, before rules: [indicator unit]."""
    sheet = bench.sheet
    indicator, spec = sheet.tree.indicators[leaf], sheet.spec
    method = next(g.method.name for g in sheet.normalise if leaf in g.leaves)
    values = sheet.data.values[leaf]
    if indicator.kind == "category":
        marks = [-np.inf if s is None else s for s in indicator.category_scores]
        return float(np.argmax(marks) + 1) if marks else float(values[row])
    aim = np.asarray(spec.target if spec.sign[leaf] == 0 or method == "target" else spec.best)[leaf]
    if np.isfinite(aim):
        by = sheet.which[leaf]
        end = float(aim * sheet.denominators[by, row] / sheet.scale[leaf]) if by >= 0 else float(aim)
        passed = (values[row] - end) * spec.sign[leaf] > 0  # already beyond the goalpost
        end = float(values[row]) if passed else end
    elif METHODS[method].properties.independent:
        end = float("inf" if spec.sign[leaf] > 0 else "-inf")
    else:
        end = float(np.nanmax(values) if spec.sign[leaf] > 0 else np.nanmin(values))
    low, high = (b if b is not None else e for b, e in zip(indicator.possible, (-np.inf, np.inf)))
    end = min(max(end, low), high)
    return end if np.isfinite(end) else float(values[row])


def _try(bench: Bench, row: int, position: int, way: Linked, goal: float) -> Lever:
    """Look along one indicator's way for the first place that reaches the goal."""
    at = way.stops(GRID)
    found = _node_scores(bench, row, position, np.stack([way.at(t) for t in at]))
    hits = np.flatnonzero(found >= goal - NEAR)
    indicator = bench.sheet.tree.indicators[way.leaf]
    if not len(hits):
        best = float(np.nanmax(found))
        return Lever(indicator, way.value, np.nan, way.furthest, best, np.inf, (), way.stopped_by)
    first = int(hits[0])
    low, high = at[max(first - 1, 0)], at[first]
    for _ in range(0 if way.steps else HALVINGS):
        middle = (low + high) / 2
        score = _node_scores(bench, row, position, way.at(middle)[None])[0]
        low, high = (low, middle) if score >= goal - NEAR else (middle, high)
    values = way.at(high)
    score = float(_node_scores(bench, row, position, values[None])[0])
    moved = tuple(
        (bench.sheet.tree.indicators[k].name, float(bench.sheet.data.values[k, row]), float(values[k]))
        for k in way.partners
        if values[k] != bench.sheet.data.values[k, row]
    )
    effort = abs(values[way.leaf] - way.value) / _range(bench, row, way)
    return Lever(
        indicator,
        way.value,
        float(values[way.leaf]),
        way.furthest,
        score,
        float(effort),
        moved,
        way.stopped_by,
    )


def _range(bench: Bench, row: int, way: Linked) -> float:
    """Return the way from worst to best in the units of the file; without goalposts the way left."""
    sheet, leaf = bench.sheet, way.leaf
    span = abs(float(np.asarray(sheet.spec.best)[leaf] - np.asarray(sheet.spec.worst)[leaf]))
    by = sheet.which[leaf]
    if by >= 0:
        span *= float(sheet.denominators[by, row] / sheet.scale[leaf])
    return span if span > 0 and np.isfinite(span) else abs(way.furthest - way.value)


def _together(
    bench: Bench, row: int, position: int, free: list[Linked], goal: float
) -> tuple[tuple[tuple[Indicator, float, float], ...], float]:
    """Step by step raise what gains most, until the goal is reached or nothing gains."""
    start = bench.sheet.data.values[:, row]
    values = start.copy()
    score = float(_node_scores(bench, row, position, values[None])[0])
    while score < goal - NEAR:
        trial = np.repeat(values[None], len(free), axis=0)
        for k, way in enumerate(free):
            trial[k, way.leaf] = _step(values[way.leaf], way, STEP * _range(bench, row, way))
        found = np.nan_to_num(_node_scores(bench, row, position, trial), nan=-np.inf)
        best = int(np.flatnonzero(found >= found.max() - NEAR)[0])
        if found[best] <= score + NEAR / 1000:
            return (), np.nan
        before, values, score = values, trial[best], float(found[best])
        if score >= goal - NEAR:
            values = _halve(bench, row, position, before, values, goal)
            score = float(_node_scores(bench, row, position, values[None])[0])
    moved = [w for w in free if values[w.leaf] != start[w.leaf]]
    changed = tuple(
        (bench.sheet.tree.indicators[w.leaf], float(start[w.leaf]), float(values[w.leaf])) for w in moved
    )
    return changed, score


def _at_ends(bench: Bench, row: int, position: int, ways: list[Linked]) -> float:
    """Return the score with each of these as far as it can go."""
    values = bench.sheet.data.values[:, row].copy()
    for way in ways:
        values[way.leaf] = way.furthest
    return float(_node_scores(bench, row, position, values[None])[0])


def _free(bench: Bench, ways: list[Linked]) -> list[Linked]:
    """Return the ways that can be gone together without a rule between two of them."""
    ids = [bench.sheet.tree.indicators[w.leaf].id for w in ways]
    held = {r.indicators[1] for r in bench.sheet.framework.rules if set(r.indicators) <= set(ids)}
    return [w for w, name in zip(ways, ids) if not w.partners and not w.steps and name not in held]


def _halve(bench: Bench, row: int, position: int, before: Array, after: Array, goal: float) -> Array:
    """Return the first place between two sets of values that reaches the goal."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        score = _node_scores(bench, row, position, (before + middle * (after - before))[None])[0]
        low, high = (low, middle) if score >= goal - NEAR else (middle, high)
    return before + high * (after - before)


def _step(value: float, way: Linked, size: float) -> float:
    """Return the value one step nearer to its end, never past it."""
    left = way.furthest - value
    return way.furthest if abs(left) <= size else value + np.sign(left) * size


def _node_scores(bench: Bench, row: int, position: int, values: Array) -> Array:
    """Score one node of one row with other values of that row: (n_trial, n_leaf) -> (n_trial,).

    NaN where the method is undefined for a trial.
    """
    sheet = bench.sheet
    grown = np.repeat(sheet.data.values[:, None, :], len(values), axis=1)
    grown[:, :, row] = values.T
    if not _weighs_by_data(bench):
        done = leaf_scores(sheet, grown)
        return climb(sheet.shape, done.scores, bench.scored.weights[:, None, :])[position, :, row]
    found = np.full(len(values), np.nan)
    for k in range(len(values)):
        try:
            data = replace(sheet.data, values=grown[:, k])
            found[k] = evaluate(replace(sheet, data=data)).up.score[position, row]
        except MethodError:
            continue
    return found
