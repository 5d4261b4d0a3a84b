"""How far a city is from the best, the middle and the target, and what makes it strong or weak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.comparison.bench import Bench
from scindex.comparison.nodes import latest_rows
from scindex.index.normalise import METHODS
from scindex.index.rollup import roll_up
from scindex.messages import local
from scindex.scoring import Scores

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def node_gaps(
    scores: Scores, city_id: str, peers: Sequence[str], rows: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return how far a city is from its peers at every node and indicator.

    Parameters
    ----------
    scores : Scores
    city_id : str
    peers : sequence of str
        Ids of other cities.
    rows : DataFrame, optional
        The rows of the `scores` table to look at; left out, each city's newest.

    Returns
    -------
    DataFrame
        In tree order, nodes where the city or a peer has a score: node, name, level,
        score, low, high [0 to 100], best, best_city, median, target (of the scores),
        gap_best, gap_median (of peers less own), gap_target, rank (among peers and
        itself; ties share the better), n (those ranked). NaN where there is nothing.

    Notes
    -----
    A negative gap is a lead. The target is the score of a city that meets every best
    goalpost, 100; it is empty where scores are relative to other cities.
    """
    rows = latest_rows(scores) if rows is None else rows
    wide = rows.assign(node=rows["node"].astype(str), city_id=rows["city_id"].astype(str))
    point = wide.pivot(index="node", columns="city_id", values="score")
    own = wide[wide["city_id"] == city_id].set_index("node")
    others = point.reindex(columns=list(peers))
    nodes = [b for b in scores.tree.branches if b.id in point.index]
    table = pd.DataFrame(
        {
            "node": [b.id for b in nodes],
            "name": [local(b.name or scores.tree.level_names["total"]) for b in nodes],
            "level": [b.level for b in nodes],
        }
    )
    at = table["node"]
    for name, column in (("score", "score"), ("low", "missing_low"), ("high", "missing_high")):
        table[name] = own[column].reindex(at).to_numpy(float)
    there = others.loc[at].to_numpy(float)
    table["best"], table["median"] = _over(np.nanmax, there), _over(np.nanmedian, there)
    ids = np.array([*others.columns, ""], dtype=object)
    table["best_city"] = ids[[int(np.nanargmax(r)) if np.isfinite(r).any() else -1 for r in there]]
    fixed = dict(zip((b.id for b in scores.tree.branches), _reaches(scores)))
    table["target"] = np.where(at.map(fixed), 100.0, np.nan)
    for name in ("best", "median", "target"):
        table[f"gap_{name}"] = table[name] - table["score"]
    score = table["score"].to_numpy(float)
    ahead = (there > score[:, None] + 1e-9).sum(axis=1) + 1.0
    table["rank"] = np.where(np.isnan(score), np.nan, ahead)
    table["n"] = np.isfinite(there).sum(axis=1) + np.isfinite(score)
    columns = ["node", "name", "level", "score", "low", "high", "best", "best_city", "median", "target"]
    columns += ["gap_best", "gap_median", "gap_target", "rank", "n"]
    return table.loc[table["n"] > 0, columns].reset_index(drop=True)


def _over(function: np.ufunc | object, values: Array) -> Array:
    """Return a statistic of each row, NaN where nothing is known."""
    some = np.isfinite(values).any(axis=1)
    out = np.full(len(values), np.nan)
    if some.any():
        out[some] = function(values[some], axis=1)  # type: ignore[operator]
    return out


def _reaches(scores: Scores) -> list[bool]:
    """Return of each node whether all below is a place between fixed ends, so that 100 can be aimed at."""
    recipe = scores.recipe
    chosen = [
        recipe.chosen("normalise", i.id, i.slug, i.code, own=i.normalise).name for i in scores.tree.indicators
    ]
    fixed = [METHODS[m].properties.independent and METHODS[m].properties.bounded for m in chosen]
    return [all(fixed[leaf] for leaf in scores.tree.below(k)) for k in range(len(scores.tree.branches))]


def value_gaps(bench: Bench, city_id: str, peers: Sequence[str]) -> pd.DataFrame:
    """Return how far a city's values are from its peers', each in its own unit.

    Parameters
    ----------
    bench : Bench
    city_id : str
    peers : sequence of str

    Returns
    -------
    DataFrame
        Indicators that the city reports: indicator, name, unit, value, best, best_city,
        median, target (of the values, after division by a denominator), score, peers
        (how many report). The best is the value of the peer whose score is highest, of
        those that report it.
    """
    sheet, row = bench.sheet, bench.row(city_id)
    rows = [bench.row(p) for p in peers]
    values, scored = _divided(bench), bench.scored.stepped.scores
    found = []
    for leaf, indicator in enumerate(sheet.tree.indicators):
        own = values[leaf, row]
        if np.isnan(own) or bench.scored.stepped.imputed[leaf, row]:
            continue
        there = np.array([values[leaf, r] for r in rows])
        points = np.where(np.isnan(there), np.nan, [scored[leaf, r] for r in rows])  # imputed is no best
        best = int(np.nanargmax(points)) if np.isfinite(points).any() else -1
        posts = indicator.goalposts
        aim = indicator.target if indicator.target is not None else posts.best if posts else np.nan
        unit = indicator.denominate.unit_label if indicator.denominate else indicator.unit_label
        found.append(
            {
                "indicator": indicator.id,
                "name": local(indicator.name),
                "unit": local(unit or indicator.unit_label),
                "value": own,
                "best": there[best] if best >= 0 else np.nan,
                "best_city": peers[best] if best >= 0 else "",
                "median": float(np.nanmedian(there)) if np.isfinite(there).any() else np.nan,
                "target": aim,
                "score": scored[leaf, row],
                "peers": int(np.isfinite(there).sum()),
            }
        )
    columns = [
        "indicator",
        "name",
        "unit",
        "value",
        "best",
        "best_city",
        "median",
        "target",
        "score",
        "peers",
    ]
    return pd.DataFrame(found, columns=columns)


def _divided(bench: Bench) -> Array:
    """Return values after division, before imputation, treatment and normalising."""
    from scindex.index.denominate import denominate

    sheet = bench.sheet
    return denominate(sheet.data.values, sheet.denominators, sheet.which, sheet.scale).values


def strengths(bench: Bench, city_id: str, peers: Sequence[str]) -> pd.DataFrame:
    """Return each scored indicator's lead over the median of the peers.

    Parameters
    ----------
    bench : Bench
    city_id : str
    peers : sequence of str

    Returns
    -------
    DataFrame
        Greatest lead first: indicator, name, parent, parent_name, score, median, lead
        (score less median), share (of its parent's weight, over what is scored of this
        city), peers (how many have a score). Weaknesses have a negative lead and stand last.
    """
    sheet, row = bench.sheet, bench.row(city_id)
    scored = bench.scored.stepped.scores
    there = scored[:, [bench.row(p) for p in peers]]
    median = _over(np.nanmedian, there)
    lead = scored[:, row] - median
    found = []
    for position, branch in enumerate(sheet.tree.branches):
        leaf = branch.leaf
        if leaf < 0 or np.isnan(lead[leaf]):
            continue
        parent = sheet.tree.branches[branch.parent]
        found.append(
            {
                "indicator": branch.id,
                "name": local(branch.name),
                "parent": parent.id,
                "parent_name": local(parent.name or sheet.tree.level_names["total"]),
                "score": scored[leaf, row],
                "median": median[leaf],
                "lead": lead[leaf],
                "share": _share(bench, position, row),
                "peers": int(np.isfinite(there[leaf]).sum()),
            }
        )
    columns = ["indicator", "name", "parent", "parent_name", "score", "median", "lead", "share", "peers"]
    table = pd.DataFrame(found, columns=columns)
    return table.sort_values(["lead", "indicator"], ascending=[False, True], ignore_index=True)


def _share(bench: Bench, position: int, row: int) -> float:
    """Return a node's share of its parent's weight over the siblings that have a score."""
    weights = bench.scored.weights
    column = weights[:, row if weights.shape[1] > 1 else 0]
    siblings = list(bench.sheet.tree.branches[bench.sheet.tree.branches[position].parent].children)
    alive = ~np.isnan(bench.scored.up.score[siblings, row])
    total = float(column[siblings][alive].sum())
    return float(column[position]) / total if total > 0 else np.nan


def common_base(bench: Bench, city_id: str, other_id: str) -> pd.DataFrame:
    """Return the scores of two cities over the indicators that both have.

    Parameters
    ----------
    bench : Bench
    city_id, other_id : str

    Returns
    -------
    DataFrame
        In tree order, inner nodes with at least one common indicator: node, name,
        level, n_common, n (indicators that can be scored of either), share (of weight
        that is common), score, other, lead (score less other). [0 to 100]

    Notes
    -----
    Both are rolled up over the same leaves, with weights shared out anew among those:
    the same step as for any missing value. An imputed score counts for nobody.
    """
    sheet, pair = bench.sheet, [bench.row(city_id), bench.row(other_id)]
    done = bench.scored.stepped
    known = np.where(done.imputed[:, pair], np.nan, done.scores[:, pair])
    both: Mask = np.asarray(np.isfinite(known).all(axis=1))
    base = np.repeat(np.asarray(sheet.base[:, pair].all(axis=1))[:, None], 2, axis=1)
    weights = bench.scored.weights
    weights = weights[:, pair] if weights.shape[1] > 1 else np.repeat(weights, 2, axis=1)
    up = roll_up(sheet.shape, np.where(both[:, None], known, np.nan), base, weights=weights)
    found = []
    for position, branch in enumerate(sheet.tree.branches):
        below = list(sheet.tree.below(position))
        n_common = int(both[below].sum())
        if branch.leaf >= 0 or not n_common or not (branch.id or bench.scores.recipe.total):
            continue
        score, other = (float(s) for s in up.score[position])
        found.append(
            {
                "node": branch.id,
                "name": local(branch.name or sheet.tree.level_names["total"]),
                "level": branch.level,
                "n_common": n_common,
                "n": int(sheet.base[below][:, pair].any(axis=1).sum()),
                "share": float(up.coverage[position, 0]),
                "score": score,
                "other": other,
                "lead": score - other,
            }
        )
    columns = ["node", "name", "level", "n_common", "n", "share", "score", "other", "lead"]
    return pd.DataFrame(found, columns=columns)
