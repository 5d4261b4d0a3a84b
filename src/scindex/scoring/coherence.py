"""Whether a framework hangs together on these cities: correlations, dimensions, weight against importance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index import importance as weighing
from scindex.index.coherence import Coherence, Pair, cohere, judge
from scindex.index.correlations import kendall, spearman
from scindex.index.rollup import Shape
from scindex.scoring.engine import Evaluated, evaluate
from scindex.scoring.pipeline import Scores
from scindex.scoring.sheet import Sheet, lay_out

Array = NDArray[np.float64]

LEAST = 10
"""Fewest cities for a verdict; with fewer, numbers stand in the tables and nothing is said of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Coherent:
    """What belongs together, and what really moves each node.

    Attributes
    ----------
    correlations : DataFrame
        node, first, second (children of the node), r, p (Pearson and its two-sided p
        value), spearman, kendall, n (cities with both).
    nodes : DataFrame
        node, nature, n_child, alpha (Cronbach), kaiser (components with an eigenvalue
        above 1), first_share (of the variance, by the first component) [0 to 1], kmo,
        n (cities with every child), verdict: ``coherent``, ``doubtful`` or ``unknown``
        for reflective nodes, empty for formative ones.
    weights : DataFrame
        node, child (children of each node; for the top of the tree also its indicators),
        effective (product of the shares down to the child), squared (squared Pearson
        correlation with the node), ratio (correlation ratio), importance (`ratio` as a
        share over the children of the same level), low, high (its 90 % interval),
        flagged (``above`` or ``below`` where importance is more than twice or less than
        half the weight), n. [0 to 1]
    findings : tuple of Finding
    """

    correlations: pd.DataFrame
    nodes: pd.DataFrame
    weights: pd.DataFrame
    findings: tuple[Finding, ...]


CORRELATIONS = ["node", "first", "second", "r", "p", "spearman", "kendall", "n"]
NODES = ["node", "nature", "n_child", "alpha", "kaiser", "first_share", "kmo", "n", "verdict"]
WEIGHTS = ["node", "child", "effective", "squared", "ratio", "importance", "low", "high", "flagged", "n"]


def coherence(scores: Scores, *, seed: int = 0) -> Coherent:
    """Examine every node of a result that two or more of its children are scored for.

    Parameters
    ----------
    scores : Scores
    seed : int
        Of the bootstrap behind the intervals of importance.

    Returns
    -------
    Coherent

    Notes
    -----
    Scores are directed and normalised, as they enter the means. Each city counts once, in
    its newest year: years of one city are no independent cases. Imputed values are left
    out, and so are nodes of a city without a point: of a node that is mostly missing, its
    one known child would be the whole.

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 4 (multivariate analysis).
    .. [2] P. Paruolo, M. Saisana, A. Saltelli, "Ratings and rankings: voodoo or
       science?", Journal of the Royal Statistical Society A 176(3), 2013, pp. 609-634.
    """
    sheet = lay_out(scores.observations, scores.framework, scores.tree, scores.recipe, scores.year)
    done = evaluate(sheet)
    known = _known(sheet, done)
    shape = replace(sheet.shape, weight=done.weights.mean(axis=1))
    correlations, nodes, told = [], [], []
    weights: list[pd.DataFrame] = []
    for at in range(len(shape.children)):
        children = [c for c in shape.children[at] if not np.isnan(known[c]).all()]
        if len(children) < 2 or not (at or scores.recipe.total):
            continue
        found = _with_enough(cohere(known[children], known[at]), known, children, at)
        correlations.append(_correlations(sheet, at, children, found, known))
        rows, findings = _judged(sheet, at, children, found)
        nodes.append(rows)
        told += findings
        table, findings = _weighed(sheet, shape, known, at, children, seed)
        weights += table
        told += findings
    if known.shape[1] < LEAST:
        told = [Finding("coherence-few-cities", "note", params={"n": known.shape[1], "least": LEAST})]
    return Coherent(
        _joined(correlations, CORRELATIONS),
        pd.DataFrame(nodes, columns=NODES),
        _joined(weights, WEIGHTS),
        tuple(told),
    )


def _known(sheet: Sheet, done: Evaluated) -> Array:
    """Return the scores that were measured, of each city's newest year: (n_node, n_city)."""
    rows = sheet.data.rows
    newest = (rows["year"] == rows.groupby("city_id")["year"].transform("max")).to_numpy()
    shown = np.nan_to_num(done.up.coverage) >= sheet.recipe.show_coverage - 1e-12
    known = np.where(shown, done.up.score, np.nan)
    for node, leaf in enumerate(sheet.shape.leaf):
        if leaf >= 0:
            known[node] = np.where(done.stepped.imputed[leaf], np.nan, done.stepped.scores[leaf])
    return known[:, newest]


def _with_enough(found: Coherence, known: Array, children: Sequence[int], node: int) -> Coherence:
    """Keep the pairs and children that enough cities have."""

    def enough(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
        return tuple(p for p in pairs if p.n >= LEAST)

    both = (~np.isnan(known[list(children)]) & ~np.isnan(known[node])).sum(axis=1)
    against = tuple(k for k in found.against if both[k] >= LEAST)
    return replace(found, redundant=enough(found.redundant), opposed=enough(found.opposed), against=against)


def _correlations(
    sheet: Sheet, node: int, children: Sequence[int], found: Coherence, known: Array
) -> pd.DataFrame:
    first, second = np.triu_indices(len(children), 1)
    ids = np.array([sheet.tree.branches[c].id for c in children], dtype=object)
    linear, values = found.correlations, known[list(children)]
    table = {
        "node": sheet.tree.branches[node].id,
        "first": ids[first],
        "second": ids[second],
        "r": linear.r[first, second],
        "p": linear.p[first, second],
        "spearman": spearman(values).r[first, second],
        "kendall": kendall(values).r[first, second],
        "n": linear.n[first, second],
    }
    return pd.DataFrame(table, columns=CORRELATIONS)


def _judged(
    sheet: Sheet, node: int, children: Sequence[int], found: Coherence
) -> tuple[list[object], tuple[Finding, ...]]:
    branch, names = sheet.tree.branches[node], [sheet.tree.branches[c].name for c in children]
    own = sheet.framework.nodes.get(branch.id)
    nature = own.nature if own is not None else "formative"
    alpha, parts = found.alpha, found.components
    reflective = nature == "reflective"
    enough = alpha.n >= LEAST and not np.isnan(alpha.alpha)
    told = judge(found, _name(sheet, node), names, reflective=reflective and enough)
    doubts = {"coherence-alpha-low", "coherence-kmo-low", "coherence-dimensions"} & {f.code for f in told}
    verdict = ("doubtful" if doubts else "coherent") if enough else "unknown"
    share = float(parts.shares[0]) if len(parts.shares) else np.nan
    kaiser = parts.kaiser if not np.isnan(share) else None
    figures = [alpha.alpha, kaiser, share, parts.kmo, alpha.n, verdict if reflective else ""]
    return [branch.id, nature, len(children), *figures], told


def _weighed(
    sheet: Sheet, shape: Shape, known: Array, node: int, children: list[int], seed: int
) -> tuple[list[pd.DataFrame], tuple[Finding, ...]]:
    """Set importance beside weight: for the children, and at the top for the indicators too."""
    found = weighing.importance(known[children], known[node], shape.weight[children], seed=seed)
    names = [sheet.tree.branches[c].name for c in children]
    tables = [_weights(sheet, node, children, found)]
    told = weighing.weigh_against(found, _name(sheet, node), names)
    if node in _tops(sheet):
        inside = set(sheet.tree.below(node))
        below = [k for k, leaf in enumerate(shape.leaf) if leaf in inside]
        found = weighing.importance_of_leaves(shape, known, node, seed=seed)
        mine = [k for k, at in enumerate(below) if at not in children and not np.isnan(known[at]).all()]
        if mine:
            whole = _weights(sheet, node, below, found)
            tables.append(whole.iloc[mine])
    return tables, told


def _weights(sheet: Sheet, node: int, children: Sequence[int], found: weighing.Importance) -> pd.DataFrame:
    table = {
        "node": sheet.tree.branches[node].id,
        "child": [sheet.tree.branches[c].id for c in children],
        "effective": found.weight,
        "squared": found.squared,
        "ratio": found.ratio,
        "importance": found.share,
        "low": found.share_low,
        "high": found.share_high,
        "flagged": np.where(found.above, "above", np.where(found.below, "below", "")).astype(object),
        "n": found.n,
    }
    return pd.DataFrame(table, columns=WEIGHTS)


def _tops(sheet: Sheet) -> tuple[int, ...]:
    return (0,) if sheet.recipe.total else sheet.tree.branches[0].children


def _name(sheet: Sheet, node: int) -> object:
    return sheet.tree.branches[node].name or sheet.tree.level_names["total"]


def _joined(tables: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
