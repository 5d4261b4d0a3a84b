"""Time the scoring kernels beside the plain way, in one run and on the same numbers.

    python benchmarks/engine.py [--runs 5] [--only WORD]

The plain way is the numpy, pandas and scipy that one would write without this package: it stands
here in full. Both take turns after a warm-up, and must agree before either is timed. Data are made
here with a fixed seed. A row without a time of ours has no kernel of ours yet.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import linprog

from scindex.catalogue.entries import Framework, Indicator, Node
from scindex.index.impute import IMPUTERS, Context
from scindex.index.relative import minmax
from scindex.index.rollup import Shape, climb, roll_up
from scindex.index.treat import TREATERS
from scindex.recipe import Recipe
from scindex.scoring.sheet import lay_out
from scindex.scoring.tree import plant
from scindex.uncertainty.admissible import bounds_within, linear_scores, necessary_order
from scindex.uncertainty.draws import blocks
from scindex.uncertainty.plan import plan_of
from scindex.uncertainty.ranks import rank_draws
from scindex.uncertainty.simulate import SIZE, draws, open_world

Array = NDArray[np.float64]

LEAVES = 91
PARENTS = (np.arange(LEAVES) % 18, np.arange(18) % 3, np.zeros(3, dtype=int))
"""Four levels: for every node of the lower three, its parent among the nodes of the next."""

PAIRS, REPLICATIONS = 40, 20
"""How many linear programmes and replications the plain way does; the rest is extrapolated."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something timed twice: `ours` is called with what `make` returned, and so is `plain`.

    `share` is the part of the work that `plain` does; its time is divided by it. `same` says
    whether both results agree.
    """

    name: str
    make: Callable[[], tuple[Any, ...]]
    plain: Callable[..., Any]
    ours: Callable[..., Any] | None = None
    share: float = 1.0
    same: Callable[[Any, Any], None] = np.testing.assert_allclose


# what is timed is made of this


def weights() -> tuple[Array, ...]:
    """Return the weight of each node among its siblings, level by level."""
    rng = np.random.default_rng(1)
    return tuple(rng.uniform(0.5, 1.5, len(parent)) for parent in PARENTS)


def tree(method: str) -> Shape:
    """Return the same tree as positions: root first, then level by level down to the leaves."""
    counts = (1, *(len(parent) for parent in reversed(PARENTS)))
    start = np.concatenate([[0], np.cumsum(counts)])
    children: list[tuple[int, ...]] = []
    for level, parent in enumerate(reversed(PARENTS)):
        children += [
            tuple((start[level + 1] + np.flatnonzero(parent == k)).tolist()) for k in range(counts[level])
        ]
    inner = len(children)
    return Shape(
        children=tuple(children + [()] * LEAVES),
        leaf=(-1,) * inner + tuple(range(LEAVES)),
        weight=np.concatenate([[1.0], *reversed(weights())]),
        method=(method,) * inner + ("",) * LEAVES,
    )


def values(cities: int, missing: float = 0.0, skewed: int = 0) -> Array:
    """Return values of each leaf in each city, some of them missing, some leaves with a long tail."""
    rng = np.random.default_rng(0)
    made = rng.uniform(1, 100, (LEAVES, cities))
    made[:skewed] = rng.lognormal(0, 2, (skewed, cities))
    made[rng.random(made.shape) < missing] = np.nan
    return made


def make_values(cities: int) -> Callable[[], tuple[Array]]:
    return lambda: (values(cities, missing=0.05),)


def make_draws() -> tuple[Array, Array, Array]:
    """Return 10 000 draws of all weights, as shares among siblings and of the whole, and 1 000 cities.

    Shares have shape (nodes, draws, 1), root first; those of the whole (draws, leaves).
    """
    rng = np.random.default_rng(2)
    whole, shares = np.ones((10_000, 1)), [np.ones((10_000, 1))]
    for parent, own in zip(reversed(PARENTS), reversed(weights()), strict=True):
        drawn = own * rng.uniform(0.75, 1.25, (10_000, len(own)))
        total = np.column_stack([drawn[:, parent == k].sum(axis=1) for k in range(parent.max() + 1)])
        shares.append(drawn / total[:, parent])
        whole = whole[:, parent] * shares[-1]
    return np.concatenate(shares, axis=1).T[:, :, None], whole, values(1_000)


def make_order() -> tuple[Array, NDArray[np.int64]]:
    """Return the scores of 1 000 cities, alike enough to leave pairs open, and pairs to check."""
    rng = np.random.default_rng(3)
    scores = rng.uniform(0, 100, (1, 1_000)) + rng.normal(0, 25, (LEAVES, 1_000))
    return scores, rng.integers(0, 1_000, (PAIRS, 2))


def make_treat() -> tuple[Array, NDArray[np.int64]]:
    """Return values of 10 000 cities, 5 % missing and 30 indicators skewed, and each city's group."""
    return values(10_000, missing=0.05, skewed=30), np.random.default_rng(4).integers(0, 5, 10_000)


# the plain way


def plain_climb(scores: Array, own: tuple[Array, ...], geometric: bool = False) -> Array:
    """The weighted mean of what is present, level by level; from and to (cities, nodes)."""
    scores = np.log(scores) if geometric else scores
    for parent, weight in zip(PARENTS, own, strict=True):
        present = ~np.isnan(scores) * weight
        filled = np.nan_to_num(scores) * weight
        nodes = [parent == k for k in range(parent.max() + 1)]
        scores = np.column_stack([filled[:, at].sum(axis=1) / present[:, at].sum(axis=1) for at in nodes])
    return np.exp(scores[:, 0]) if geometric else scores[:, 0]


def plain_index(made: Array) -> Array:
    """Min-max by leaf, then up the tree."""
    frame = pd.DataFrame(made.T)
    return plain_climb(((frame - frame.min()) / (frame.max() - frame.min()) * 100).to_numpy(), weights())


def plain_draws(_: Array, whole: Array, scores: Array) -> NDArray[np.int64]:
    """One matrix product and one argsort of that size."""
    return np.argsort(whole @ scores, axis=1)


def share_bounds(within: float = 0.25) -> Array:
    """Return the rows of ``A x <= 0`` that keep each child's share within a part of its own."""
    members, rows = np.eye(LEAVES), []
    for parent, weight in zip(PARENTS, weights(), strict=True):
        above = np.array([members[parent == k].sum(axis=0) for k in range(parent.max() + 1)])
        for child, (k, own) in enumerate(zip(parent, weight, strict=True)):
            share = own / weight[parent == k].sum()
            rows += [
                members[child] - share * (1 + within) * above[k],
                share * (1 - within) * above[k] - members[child],
            ]
        members = above
    return np.array(rows)


def plain_order(scores: Array, pairs: NDArray[np.int64]) -> Array:
    """The least lead of one city over another, by a linear programme for each pair."""
    bounds, one = share_bounds(), np.ones((1, LEAVES))
    least = []
    for a, b in pairs:
        lead = scores[:, a] - scores[:, b]
        least.append(linprog(lead, bounds, np.zeros(len(bounds)), one, [1.0], method="highs").fun)
    return np.array(least)


def out_of_bounds(series: Array) -> bool:
    return abs(stats.skew(series, bias=False)) >= 2 and stats.kurtosis(series, bias=False) >= 3.5


def treat_one(series: Array, most: int) -> Array:
    """A few points moved in while the series is out of bounds, or the logarithm."""
    moved, points = series.copy(), 0
    while out_of_bounds(moved) and points < most:
        high = stats.skew(moved) >= 0
        end = moved == (moved.max() if high else moved.min())
        moved[end] = moved[~end].max() if high else moved[~end].min()
        points = int(end.sum())
    if out_of_bounds(moved):
        return np.log(series - series.min() + 0.01 * (series.max() - series.min()))
    return moved


def plain_treat(made: Array, group: NDArray[np.int64]) -> Array:
    """The mean of the group for what is missing, then each series by itself."""
    frame = pd.DataFrame(made.T)
    filled = frame.fillna(frame.groupby(group).transform("mean")).to_numpy().T
    return np.array([treat_one(series, 5) for series in filled])


def make_chain() -> tuple[Array, Framework, pd.DataFrame, Recipe]:
    """Return values of 51 cities, and the same as a framework, a table and a recipe of alternatives."""
    made = values(51, skewed=30)
    shape = tree("arithmetic")
    parent = {c: n for n, children in enumerate(shape.children) for c in children}
    name = [f"b:i{leaf}" if leaf >= 0 else f"n{n}" if n else "" for n, leaf in enumerate(shape.leaf)]
    nodes = {
        name[n]: Node(
            name[n],
            {"en": name[n]},
            "level",
            name[parent.get(n, 0)],
            tuple(name[c] for c in children),
            float(shape.weight[n]),
        )
        for n, children in enumerate(shape.children)
    }
    indicators = {f"b:i{k}": Indicator(f"b:i{k}", {"en": f"i{k}"}, direction="higher") for k in range(LEAVES)}
    long = pd.DataFrame(made.T, columns=list(indicators)).rename_axis("city_id").reset_index()
    long = long.astype({"city_id": str}).melt("city_id", var_name="indicator")
    blank = dict.fromkeys(["unit", "reason", "quality", "source", "where"], "")
    table = long.assign(city=long["city_id"], year=2024, status="A", **blank)
    alternatives = {
        "treat": [f"winsorise(most={most})" for most in range(1, 6)],
        "normalise": ["minmax(low=1, high=100)", "zscore(mean=50, sd=4)"],
        "aggregate": ["arithmetic", "geometric"],
    }
    robust = {"alternatives": alternatives, "data": False}
    recipe = Recipe(total=True, treat="winsorise(most=1)", normalise="minmax(low=1, high=100)", robust=robust)
    return made, Framework("b", {"en": "b"}, "1", ("level",), {}, nodes, indicators), table, recipe


def plain_uncertainty(made: Array, *_: object) -> Array:
    """The whole chain again for each draw of limit, normalisation, weights and aggregation."""
    rng, out = np.random.default_rng(5), []
    for _ in range(REPLICATIONS):
        most = int(rng.integers(1, 6))
        treated = np.array([treat_one(series, most) for series in made])
        if rng.random() < 0.5:
            low, high = treated.min(axis=1, keepdims=True), treated.max(axis=1, keepdims=True)
            scores = 1 + 99 * (treated - low) / (high - low)
        else:
            spread = treated.std(axis=1, ddof=1, keepdims=True)
            scores = 50 + 4 * (treated - treated.mean(axis=1, keepdims=True)) / spread
        own = tuple(w * rng.uniform(0.75, 1.25, len(w)) for w in weights())
        out.append(plain_climb(scores.T, own, geometric=rng.random() < 0.5))
    return np.array(out)


# ours


def our_index(made: Array) -> Array:
    """Min-max, then up the tree: with the bounds and the coverage of every node as well."""
    return roll_up(tree("arithmetic"), minmax(made), np.ones(made.shape, dtype=bool)).score[0]


def our_draws(shares: Array, _: Array, scores: Array) -> NDArray[np.uint16]:
    """Up the tree with each draw's own weights, and ranks, block by block."""
    shape = tree("arithmetic")
    parts = [shares[:, b.start : b.start + b.keep] for b in blocks(shares.shape[1], SIZE)]
    return np.concatenate([rank_draws(climb(shape, scores[:, None, :], part, [0])[0]) for part in parts])


def our_order(scores: Array, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Who is ahead under all weights within the bounds, every pair."""
    shape = tree("arithmetic")
    low, high = bounds_within(shape, 0.25)
    return necessary_order(shape, linear_scores(shape, scores, low, high), low, high)[
        pairs[:, 0], pairs[:, 1]
    ]


def our_uncertainty(_: Array, framework: Framework, table: pd.DataFrame, recipe: Recipe) -> Array:
    """The engine itself: every admissible recipe laid out, then 1 000 draws of recipe and weights."""
    sheet = lay_out(table, framework, plant(framework, recipe), recipe, "latest")
    plan = plan_of(recipe)
    world = open_world(sheet, table, "latest", plan)
    drawn = draws(world, plan, ("methods", "weights"), 1_000, nodes=[0])
    return np.concatenate([d.scores[0] for _, d in drawn])


def our_treat(made: Array, group: NDArray[np.int64]) -> Array:
    """The same two steps, all series at once."""
    nothing = np.zeros(len(group), dtype=int)
    context = Context(group, PARENTS[0], weights()[0], city=np.arange(len(group)), year=nothing)
    filled = IMPUTERS["group_mean"].apply(made, np.isnan(made), context)
    return TREATERS["winsorise"].treat(filled).values


def same_order(ranks: NDArray[np.uint16], ascending: NDArray[np.int64]) -> None:
    """Hold ranks, 1 first, to positions from the lowest score up; roundings may part near-ties."""
    falling = np.take_along_axis(ranks, ascending, axis=1).astype(int)
    assert (falling[:, :-1] > falling[:, 1:]).mean() > 1 - 1e-6


def same_pairs(ahead: NDArray[np.bool_], least: Array) -> None:
    """Hold who is necessarily ahead to the sign of the least lead."""
    sure = np.abs(least) > 1e-4  # nearer to a tie, the solver's own tolerance decides
    np.testing.assert_array_equal(ahead[sure], least[sure] > 0)


def same_spread(ours: Array, plain: Array) -> None:
    """Hold the spread of a city's score over the draws to that of the plain way; draws differ."""
    assert ours.shape == (1_000, plain.shape[1])
    assert not np.isnan(ours).any()
    ratio = ours.std(axis=0).mean() / plain.std(axis=0).mean()
    assert 0.7 < ratio < 1.4, ratio


CASES = (
    Case("normalise + aggregate, 1 000 x 91, 4 levels", make_values(1_000), plain_index, our_index),
    Case("normalise + aggregate, 10 000 x 91, 4 levels", make_values(10_000), plain_index, our_index),
    Case("impute + treat, 10 000 x 91", make_treat, plain_treat, our_treat),
    Case(
        "1 000 replications of the whole chain, 51 x 91",
        make_chain,
        plain_uncertainty,
        our_uncertainty,
        share=REPLICATIONS / 1_000,
        same=same_spread,
    ),
    Case("10 000 weight draws x 1 000 cities x 91", make_draws, plain_draws, our_draws, same=same_order),
    Case(
        "necessary order of 1 000 cities",
        make_order,
        plain_order,
        our_order,
        share=PAIRS / (1_000 * 999),
        same=same_pairs,
    ),
)


def clock(call: Callable[..., Any], given: tuple[Any, ...]) -> float:
    start = time.perf_counter()
    call(*given)
    return time.perf_counter() - start


def measure(case: Case, runs: int) -> str:
    """Return a row: median of both ways and how many times faster ours is."""
    given = case.make()
    expected = case.plain(*given)
    if case.ours:
        case.same(case.ours(*given), expected)
    plain, ours = [], []
    for _ in range(runs):
        plain.append(clock(case.plain, given) / case.share)
        if case.ours:
            ours.append(clock(case.ours, given))
    slow = statistics.median(plain)
    about = "" if case.share == 1 else "about "
    if not ours:
        return f"| {case.name} | {about}{slow:.3f} | | |"
    fast = statistics.median(ours)
    return f"| {case.name} | {about}{slow:.3f} | {fast:.3f} | {slow / fast:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", metavar="WORD", default="", help="only cases with this in their name")
    asked = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, Python {platform.python_version()}, numpy {np.__version__}\n")
    print("| case | plain s | scindex s | times |\n| --- | ---: | ---: | ---: |")
    for case in CASES:
        if asked.only in case.name:
            print(measure(case, asked.runs), flush=True)


if __name__ == "__main__":
    main()
