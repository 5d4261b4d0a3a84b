"""What moved between two results, and by what: values, revisions, coverage, method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.comparison.bench import is_outdated, names_of, work
from scindex.comparison.intervals import change_interval
from scindex.comparison.mixed import PARTS, Key, Mixture, mix
from scindex.comparison.shapley import share_out, states
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.messages import local
from scindex.scoring import Scores
from scindex.scoring.tree import Tree

Array = NDArray[np.float64]

TIE = 1e-9
"""Scores nearer than this are tied. [score]"""


@dataclass(frozen=True, eq=False)
class Changes:
    """What moved between two results of one framework.

    Attributes
    ----------
    first, second : Scores
    table : DataFrame
        A row per node and city of both results, in tree order: node, name, level,
        city_id, city, year_first, year_second, first, second [0 to 100], change, what
        each of `PARTS` adds to it, change_p05, change_p95 (90 % interval from data
        error), rank_first, rank_second, rank_change (negative is up), what each part
        adds to that (``rank_values`` ...), rank_moved_by (the part with the greatest
        share, ``values+coverage`` where two have it; empty where the rank stays). Ranks
        are among the cities with a score at the node in both results. NaN where a result has no score.
    nodes_gone, nodes_come : tuple of str
        Nodes that only the first or only the second tree has.
    cities_gone, cities_come : tuple of str
        Likewise, names of cities.
    position : bool
        Whether scores are relative to the cities of each result: then what changed is a
        position among them, and no trend.
    draws : int
        Behind the intervals; 0 where there are none.
    findings : tuple of Finding
    names : (str, str)
        What the results are called, as by their files; empty where that is not known.
    """

    first: Scores
    second: Scores
    table: pd.DataFrame
    nodes_gone: tuple[str, ...]
    nodes_come: tuple[str, ...]
    cities_gone: tuple[str, ...]
    cities_come: tuple[str, ...]
    position: bool
    draws: int
    findings: tuple[Finding, ...]
    names: tuple[str, str] = ("", "")


def changes(first: Scores, second: Scores, *, draws: int = 1000, seed: int = 0) -> Changes:
    """Split what moved between two results into its causes.

    Parameters
    ----------
    first, second : Scores
        Of the same framework: other years, editions of the file, recipes, or editions of
        the framework.
    draws : int
        Monte Carlo draws for the interval from data error; 0 for none.
    seed : int
        Of the draws.

    Returns
    -------
    Changes

    Raises
    ------
    UsageError
        If the results are of different frameworks.
    DataError
        If they have no city or no node in common.

    Notes
    -----
    The engine scores every mixture of the two results, in which some causes have acted
    and others not: the values of the second's years, its edition of the file, its gaps
    and cities, its recipe and definitions. `share_out` averages what each adds over all
    orders; the parts close to the change. Ranks are shared out in the same way.

    An indicator has a new *value* where the newest value is of another year. Where it is
    of the same year and another number, or where the second file also tells the first
    year otherwise, that is a *revision*. An indicator known in one result only is
    *coverage*, and so is a city, which matters where scores are relative. One that only
    the other definition asks for is *method*.
    """
    if first.framework.id != second.framework.id:
        names = [first.framework.id, second.framework.id]
        raise UsageError(Finding("diff-frameworks", params={"frameworks": names}))
    mixture = mix(first, second)
    keys, nodes = _common(mixture)
    ends = [_saved(r, nodes, keys, mixture) for r in (first, second)]
    causes = mixture.moving()
    worth = {s: mixture.scores(s, nodes, keys) for s in states(causes)}
    shown = np.isfinite(ends[0]) & np.isfinite(ends[1])
    parts, missed = close(worth, causes, ends, shown)
    ranked, rank_parts = close_ranks(worth, causes, ends, shown, [year for _, year in keys])
    benches = work(first), work(second)
    interval, told = change_interval(*benches, nodes, keys, draws, seed)
    table = table_of(_rows(mixture, nodes, keys), ends, parts, ranked, rank_parts, interval)
    relative = [b.sheet.relative for b in benches]
    findings = [*_scales(mixture, relative), *_said(mixture, missed, shown, parts), *told]
    known = [names_of(r) for r in (first, second)]
    trees = [{b.id for b in r.tree.branches} for r in (first, second)]
    return Changes(
        first,
        second,
        table,
        tuple(b.id for b in first.tree.branches if b.id not in trees[1]),
        tuple(b.id for b in second.tree.branches if b.id not in trees[0]),
        tuple(name for c, name in known[0].items() if c not in known[1]),
        tuple(name for c, name in known[1].items() if c not in known[0]),
        any(relative),
        0 if interval is None else draws,
        tuple(findings),
    )


def _common(mixture: Mixture) -> tuple[list[Key], list[str]]:
    """Return the rows and the nodes of both results, nodes in the order of the second tree."""
    there = [pair[0].row_year > 0 for pair in mixture.cells.values()]
    there += [pair[1].row_year > 0 for pair in mixture.cells.values()]
    both = np.logical_and.reduce(there)
    keys = [key for key, here in zip(mixture.keys, both) if here]
    told = {r: set(r.scores["node"].astype(str)) for r in (mixture.first, mixture.second)}
    nodes = [b.id for b in mixture.second.tree.branches if all(b.id in t for t in told.values())]
    if not keys:
        cities = [sorted(names_of(r).values())[:8] for r in (mixture.first, mixture.second)]
        raise DataError(Finding("diff-no-city", params={"first": cities[0], "second": cities[1]}))
    if not nodes:
        raise DataError(Finding("diff-no-node", params={"framework": mixture.first.framework.name}))
    return keys, nodes


def _saved(scores: Scores, nodes: list[str], keys: list[Key], mixture: Mixture) -> Array:
    """Return the scores a result holds, NaN where it shows none: (n_node, n_key)."""
    table = scores.scores[scores.scores["kind"] == "goalposts"]
    several = any(year for _, year in mixture.keys)
    row = {key: k for k, key in enumerate(keys)}
    at = {node: k for k, node in enumerate(nodes)}
    out = np.full((len(nodes), len(keys)), np.nan)
    columns = (table[c].tolist() for c in ("city_id", "year", "node", "score"))
    for city, year, node, score in zip(*columns):
        k, n = row.get((str(city), int(year) if several else 0)), at.get(str(node))
        if k is not None and n is not None:
            out[n, k] = score
    return out


def close(
    worth: dict, causes: list[str], ends: list[Array], shown: NDArray[np.bool_]
) -> tuple[dict[str, Array], float]:
    """Share a change out; return the parts and the most by which saved numbers miss the engine's.

    A result saved under an older definition cannot be scored again as it was: what its
    definition changed comes first, and counts as method.
    """
    parts = {p: np.where(shown, 0.0, np.nan) for p in PARTS}
    parts |= {p: np.where(shown, v, np.nan) for p, v in share_out(worth, causes).items()}
    every = frozenset(causes)
    residual = (worth[frozenset()] - ends[0]) + (ends[1] - worth[every])
    residual = np.where(shown, residual, 0.0)
    missed = float(np.nanmax(np.abs(residual), initial=0.0))
    if missed > TIE:
        parts["method"] = parts["method"] + residual
    return parts, missed


def close_ranks(
    worth: dict, causes: list[str], ends: list[Array], shown: NDArray[np.bool_], groups: list[int]
) -> tuple[list[Array], dict[str, Array]]:
    """Return the ranks of both ends, among rows with a score in both, and the parts of their change."""
    ranked = [ranks(np.where(shown, e, np.nan), groups) for e in ends]
    by_rank = {s: ranks(np.where(shown, v, np.nan), groups) for s, v in worth.items()}
    return ranked, close(by_rank, causes, ranked, shown)[0]


def ranks(scores: Array, groups: list[int]) -> Array:
    """Return ranks at each node, 1 best, ties sharing the better; rows of one group with each other."""
    years = np.array(groups)
    out = np.full(scores.shape, np.nan)
    for year in np.unique(years):
        here = np.flatnonzero(years == year)
        for n, values in enumerate(scores[:, here]):
            known = np.sort(values[np.isfinite(values)])
            ahead = len(known) - np.searchsorted(known, values + TIE, side="right")
            out[n, here] = np.where(np.isfinite(values), ahead + 1.0, np.nan)
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a table of changes is made of, besides numbers: the tree, and for each row city and years."""

    tree: Tree
    nodes: list[str]
    city_ids: list[str]
    cities: list[str]
    years: tuple[list[int], list[int]]


def table_of(
    rows: Rows,
    ends: list[Array],
    parts: dict[str, Array],
    ranked: list[Array],
    rank_parts: dict[str, Array],
    interval: tuple[Array, Array] | None,
) -> pd.DataFrame:
    """Return the table of `Changes` from arrays of nodes by rows."""
    tree, n_row, n_node = rows.tree, len(rows.city_ids), len(rows.nodes)
    branches = [tree.branches[tree.position(n)] for n in rows.nodes]
    none = np.full(ends[0].shape, np.nan)
    names = [local(b.name or tree.level_names["total"]) for b in branches]
    table: dict[str, object] = {
        "node": np.repeat(rows.nodes, n_row),
        "name": np.repeat(names, n_row),
        "level": np.repeat([b.level for b in branches], n_row),
        "city_id": rows.city_ids * n_node,
        "city": rows.cities * n_node,
        "year_first": rows.years[0] * n_node,
        "year_second": rows.years[1] * n_node,
        "first": ends[0].ravel(),
        "second": ends[1].ravel(),
        "change": (ends[1] - ends[0]).ravel(),
        **{p: parts[p].ravel() for p in PARTS},
        "change_p05": (none if interval is None else interval[0]).ravel(),
        "change_p95": (none if interval is None else interval[1]).ravel(),
        "rank_first": ranked[0].ravel(),
        "rank_second": ranked[1].ravel(),
        "rank_change": (ranked[1] - ranked[0]).ravel(),
        **{f"rank_{p}": rank_parts[p].ravel() for p in PARTS},
    }
    table["rank_moved_by"] = _moved_by(ranked[1] - ranked[0], rank_parts)
    return pd.DataFrame(table)


def _moved_by(change: Array, parts: dict[str, Array]) -> list[str]:
    """Return the part that moved each rank most the way it went, several joined by + where they tie."""
    stacked = np.stack([parts[p].ravel() for p in PARTS])
    moved = np.nan_to_num(change.ravel())
    along = np.nan_to_num(stacked * np.sign(moved), nan=-np.inf)
    most = along >= along.max(axis=0) - TIE
    split = np.isfinite(stacked.sum(axis=0)) & (moved != 0)
    return [
        "+".join(p for p, m in zip(PARTS, most[:, k]) if m) if split[k] else "" for k in range(len(moved))
    ]


def _rows(mixture: Mixture, nodes: list[str], keys: list[Key]) -> Rows:
    years = [{k: int(y) for k, y in zip(mixture.keys, c.row_year)} for c in mixture.cells[True]]
    ids = [c for c, _ in keys]
    spans = [years[0][k] for k in keys], [years[1][k] for k in keys]
    return Rows(mixture.second.tree, nodes, ids, [mixture.names[c] for c in ids], spans)


def _scales(mixture: Mixture, relative: list[bool]) -> list[Finding]:
    """Say whose scores are relative to its cities, and whether both stand on one scale."""
    codes = ["diff-relative-position"] if all(relative) else []
    if any(relative) and not all(relative):
        codes.append("diff-relative-first" if relative[0] else "diff-relative-second")
    if mixture.first.recipe.normalise != mixture.second.recipe.normalise:
        codes.append("diff-other-scale")
    return [Finding(code, "warning") for code in codes]


def _said(
    mixture: Mixture, missed: float, shown: NDArray[np.bool_], parts: dict[str, Array]
) -> list[Finding]:
    found = []
    outdated = [r for r in (mixture.first, mixture.second) if is_outdated(r)]
    if missed > TIE or outdated:
        params = {"framework": mixture.first.framework.name, "points": round(missed, 1)}
        found.append(Finding("diff-definition-first", "warning", params=params))
    unsplit = int((shown & ~np.isfinite(parts["values"])).sum())
    if unsplit:
        found.append(Finding("diff-unsplit", "note", params={"n": unsplit}))
    return found
