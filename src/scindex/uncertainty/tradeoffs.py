"""The price list: what one unit of each indicator is worth, in score points and in other indicators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.normalise import METHODS
from scindex.index.rollup import climb
from scindex.scoring import Scores
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import Stepped, leaf_scores
from scindex.uncertainty.nodes import (
    chosen_nodes,
    chosen_rows,
    held_weights,
    middle_row,
    relay,
    weights_of,
)

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

EVERY = "*"
"""In place of a city: each city at its own point."""

FREE, LOW, HIGH, MISSING, STEPS = "free", "capped low", "capped high", "missing", "steps"
"""Zones of a value: it counts; it lies beyond the worst or the best goalpost; there is none; the
score moves in steps, so that a price per unit has no meaning."""

STEPPED = ("rank", "percentile_rank", "borda", "categorical")
TOP = 10
STEP, NEAR, NOISE, SMOOTH = 1e-4, 1e-6, 1e-10, 1e-2
MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Tradeoffs:
    """What values are worth.

    Attributes
    ----------
    prices : DataFrame
        node, city_id, city, year, indicator, unit, value, zone (`free`, `capped low`,
        `capped high`, `missing`, `steps`), counts_from (beyond a goalpost: the value from
        which it counts), effect [score points per unit, by which the value rises], better
        [score points per unit, by which it gets better]. Indicators that cannot be scored
        or do not apply to the city are left out.
    exchange : DataFrame
        node, city_id, city, year, indicator, unit, other, other_unit, worth: one unit
        better of `indicator` is worth as much as `worth` units better of `other`. Over
        the `TOP` indicators that move the score most over their range.
    findings : tuple of Finding
    """

    prices: pd.DataFrame
    exchange: pd.DataFrame
    findings: tuple[Finding, ...]


def tradeoffs(scores: Scores, node: str = "", city: str | None = None) -> Tradeoffs:
    r"""Return what one unit of each indicator is worth.

    Parameters
    ----------
    scores : Scores
    node : str
        Id or code; empty: the total if the recipe makes one, else each top node.
    city : str, optional
        Name or id: at its newest point. `EVERY`: each city and year at its own. Left out:
        the city in the middle of the node's ranking (the lower of two).

    Returns
    -------
    Tradeoffs

    Raises
    ------
    UsageError
        If there is no such node or city.

    Notes
    -----
    Prices are marginal effects :math:`\partial S / \partial x_i` of the scoring engine
    itself, every step of it taken again with one value moved: by 1/10 000 of the range of
    its goalposts (of the standard deviation over cities, where it has none), never across
    a goalpost; a yes/no indicator by 1. Where a step up and a step down agree to 1 % the
    effect is their mean (central difference: exact, but for rounding, where the score is
    linear in the value; of second order elsewhere). Where they do not - at a goalpost, at
    the tie of a minimum - it is the effect of the step that makes the value better.

    A rate of exchange is a quotient of two such effects, :math:`b_i / b_j`: a marginal
    rate of substitution. It holds at this point only; a cap, or a mean that is not
    arithmetic, changes it on the way. Weights are those of the result.

    Where scores depend on the other cities, their values stay put and what is estimated
    from the sample follows the value moved.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 6 (weights of a linear mean are trade-offs, not importance).
    .. [2] G. Munda and M. Nardo, "Noncompensatory/nonlinear composite indicators for
       ranking countries", Applied Economics 41 (12), 2009.
    """
    sheet, nodes = relay(scores), chosen_nodes(scores, node)
    own, weights = leaf_scores(sheet), weights_of(scores, sheet)
    rows = sheet.data.rows
    picked = [_rows(rows, up, city) for up in climb(sheet.shape, own.scores, weights, nodes)]
    zones, counts, findings = _zones(sheet, own), _goalposts(sheet), held_weights(scores)
    prices: list[pd.DataFrame] = []
    exchange: list[pd.DataFrame] = []
    wanted = np.unique(np.concatenate(picked))
    effects, leaf_gain = _effects(sheet, own, weights, nodes, wanted)
    zones = _capped(zones, own.scores, leaf_gain, wanted)
    effects = np.where((zones == MISSING) | (zones == STEPS), np.nan, effects)
    better = effects * _better(sheet)[None]
    for which, (at, mine) in enumerate(zip(nodes, picked)):
        columns = [c for c in scores.tree.below(at) if sheet.base[c].any()]
        for row in mine:
            shown = [c for c in columns if sheet.base[c, row]]
            table = _prices(sheet, zones, counts, shown, row)
            table["effect"], table["better"] = effects[which, shown, row], better[which, shown, row]
            table.insert(0, "node", scores.tree.branches[at].id)
            prices.append(table)
            exchange.append(_exchange(table, _span(sheet, counts)[shown, row]))
    found = pd.concat(prices, ignore_index=True) if prices else pd.DataFrame(columns=PRICES)
    rates = pd.concat(exchange, ignore_index=True) if exchange else pd.DataFrame(columns=EXCHANGE)
    return Tradeoffs(found[PRICES], rates[EXCHANGE], (*findings, *_tell(sheet, found)))


PLACE = ["node", "city_id", "city", "year"]
PRICES = [*PLACE, "indicator", "unit", "value", "zone", "counts_from", "effect", "better"]
EXCHANGE = [*PLACE, "indicator", "unit", "other", "other_unit", "worth"]


def _rows(rows: pd.DataFrame, values: Array, city: str | None) -> Rows:
    if city == EVERY:
        return np.arange(len(rows))
    return middle_row(rows, values) if city is None else chosen_rows(rows, city)


def _goalposts(sheet: Sheet) -> tuple[Array, Array]:
    """Return worst and best in the unit of the file, where they decide the score: (n_leaf, n_row)."""
    divisor = np.where((sheet.which >= 0)[:, None], np.nan, 1.0) * np.ones(sheet.data.values.shape)
    at = sheet.which >= 0
    divisor[at] = sheet.denominators[sheet.which[at]] / sheet.scale[at, None]
    used = np.array([False] * len(sheet.scale))
    for group in sheet.normalise:
        used[group.leaves] = "worst" in METHODS[group.method.name].needs
    ends = [np.where(used, np.asarray(end), np.nan) for end in (sheet.spec.worst, sheet.spec.best)]
    return ends[0][:, None] * divisor, ends[1][:, None] * divisor


def _span(sheet: Sheet, posts: tuple[Array, Array]) -> Array:
    """Return the range over which a value is looked at: of goalposts, else one standard deviation."""
    values = sheet.data.values
    known = ~np.isnan(values)
    n = known.sum(axis=1, keepdims=True)
    mean = np.divide(np.nansum(values, axis=1, keepdims=True), n, out=np.zeros(n.shape), where=n > 0)
    square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=1, keepdims=True)
    sd = np.sqrt(np.divide(square, n - 1, out=np.zeros(n.shape), where=n > 1))
    span = np.abs(posts[1] - posts[0])
    span = np.where(np.isnan(span), sd, span)
    return np.where(span > 0, span, np.maximum(np.nan_to_num(np.abs(values)), 1.0))


def _steps(sheet: Sheet) -> Array:
    """Return by how much each value is moved: (n_leaf, n_row)."""
    posts = _goalposts(sheet)
    values, span = sheet.data.values, _span(sheet, posts)
    step = STEP * span
    curved = np.array([i.transform != "none" for i in sheet.tree.indicators])
    for group in sheet.treat:
        curved[group.leaves] |= group.method.name != "none"
    size = np.abs(values)
    step = np.where(curved[:, None] & (size > 0), np.minimum(step, STEP * size), step)
    for end in posts:
        away = np.abs(values - end)
        step = np.where(away > NEAR * span, np.fmin(step, away / 2), step)
    whole = np.array([i.kind == "yes_no" for i in sheet.tree.indicators])
    return np.where(whole[:, None], 1.0, step)


def _better(sheet: Sheet) -> Array:
    """Return which way each value gets better: 1 up, -1 down, 0 at its target; (n_leaf, n_row)."""
    sign, target = np.asarray(sheet.spec.sign)[:, None], np.asarray(sheet.spec.target)[:, None]
    values = sheet.data.values
    near = np.sign(target - values)
    return np.where(sign == 0, near, sign * np.ones(values.shape))


def _effects(sheet: Sheet, own: Stepped, weights: Array, nodes: list[int], rows: Rows) -> tuple[Array, Array]:
    """Move one value after the other through the engine.

    Returns the effect on each node wanted, shape (n_wanted, n_leaf, n_row), and what the
    leaf itself gains by the step that makes it better, shape (n_leaf, n_row).
    """
    step, way = _steps(sheet), _better(sheet)
    size = sheet.data.values.shape
    moved = np.full((2, len(nodes), *size), np.nan)
    leaf = np.full((2, *size), np.nan)
    base = climb(sheet.shape, own.scores, weights, nodes)
    for side, sign in enumerate((1.0, -1.0)):
        for at, columns in _batches(sheet, rows):
            values = np.repeat(sheet.data.values[:, None, :], len(columns), axis=1)
            draw = np.arange(len(columns))
            values[columns[:, None], draw[:, None], at] += sign * step[columns[:, None], at]
            done = leaf_scores(sheet, values).scores
            up = climb(sheet.shape, done, weights[:, None, :], nodes)
            change = up[:, draw[:, None], at] - base[:, None, at]
            moved[side][:, columns[:, None], at] = change
            leaf[side][columns[:, None], at] = (
                done[columns[:, None], draw[:, None], at] - own.scores[columns[:, None], at]
            )
    moved[np.abs(moved) < NOISE] = 0.0
    leaf[np.abs(leaf) < NOISE] = 0.0
    forward, backward = moved[0] / step, -moved[1] / step
    known = np.where(way < 0, backward, forward), np.where(way < 0, forward, backward)
    first = np.where(np.isnan(known[0]), known[1], known[0])
    # at its target a value cannot get better
    first = np.where(way == 0, 0.0, first)
    largest = np.maximum(np.abs(forward), np.abs(backward))
    smooth = np.abs(forward - backward) <= SMOOTH * largest
    effect = np.where(smooth, (forward + backward) / 2, first)
    gain = np.where(way < 0, leaf[1], leaf[0])
    return effect, np.where(way == 0, 0.0, gain)


def _batches(sheet: Sheet, rows: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield rows and leaves moved in one go: one leaf a draw, and one city where cities depend."""
    n_leaf, n_row = sheet.data.values.shape
    scored = np.flatnonzero(sheet.base.any(axis=1))
    size = max(MOST_CELLS // max(n_leaf * n_row, 1), 1)
    for at in [[r] for r in rows] if sheet.relative else [rows]:
        for start in range(0, len(scored), size):
            yield np.asarray(at, np.intp), scored[start : start + size]


def _zones(sheet: Sheet, own: Stepped) -> NDArray[np.str_]:
    zones = np.full(sheet.data.values.shape, FREE, dtype="U11")
    stepped = np.array([i.kind == "category" for i in sheet.tree.indicators])
    for group in sheet.normalise:
        stepped[group.leaves] |= group.method.name in STEPPED
    zones[stepped] = STEPS
    zones[np.isnan(sheet.data.values) | np.isnan(own.scores) | own.imputed] = MISSING
    return zones


def _capped(zones: NDArray[np.str_], scores: Array, gain: Array, rows: Rows) -> NDArray[np.str_]:
    """Mark values that lie at or beyond an end of the scale and gain nothing by getting better."""
    still = np.zeros(zones.shape, dtype=bool)
    still[:, rows] = gain[:, rows] == 0
    still &= zones == FREE
    zones = zones.copy()
    zones[still & (scores >= 100 - NOISE)] = HIGH
    zones[still & (scores <= NOISE)] = LOW
    return zones


def _prices(
    sheet: Sheet, zones: NDArray[np.str_], posts: tuple[Array, Array], columns: list[int], row: int
) -> pd.DataFrame:
    place = {c: sheet.data.rows[c].iloc[row] for c in ("city_id", "city", "year")}
    found = [sheet.tree.indicators[c] for c in columns]
    zone = zones[columns, row]
    ends = np.where(zone == LOW, posts[0][columns, row], posts[1][columns, row])
    table = {
        "indicator": [i.id for i in found],
        "unit": [i.unit for i in found],
        "value": np.where(zone == MISSING, np.nan, sheet.data.values[columns, row]),
        "zone": zone.astype(object),
        "counts_from": np.where((zone == LOW) | (zone == HIGH), ends, np.nan),
    }
    return pd.DataFrame({**place, **table}, index=range(len(columns)))


def _exchange(prices: pd.DataFrame, span: Array) -> pd.DataFrame:
    """Return the rates of exchange among the indicators that move the score most over their range."""
    priced = prices["zone"].isin([FREE]) & (prices["better"].abs() > 0)
    moves = (prices["better"].abs() * span).where(priced, 0.0).to_numpy()
    top = np.argsort(-moves, kind="stable")[: min(TOP, int(priced.sum()))]
    mine = prices.iloc[top].reset_index(drop=True)
    pairs = mine.merge(mine, how="cross", suffixes=("", "_other"))
    pairs = pairs[pairs["indicator"] != pairs["indicator_other"]]
    named = {"indicator_other": "other", "unit_other": "other_unit"}
    return pairs.assign(worth=pairs["better"] / pairs["better_other"]).rename(columns=named)


def _tell(sheet: Sheet, prices: pd.DataFrame) -> Iterator[Finding]:
    if sheet.relative:
        yield Finding("prices-relative", "note")
    counts = prices["zone"].value_counts()
    capped = int(counts.get(LOW, 0) + counts.get(HIGH, 0))
    if capped:
        yield Finding("prices-capped", "note", params={"n": capped, "of": len(prices)})
    if counts.get(MISSING, 0):
        yield Finding("prices-missing", "note", params={"n": int(counts[MISSING]), "of": len(prices)})
    stepped = prices.loc[prices["zone"] == STEPS, "indicator"].nunique()
    if stepped:
        yield Finding("prices-in-steps", "note", params={"n": stepped})
