"""What moved between two years of one result, whose scores have their parameters in common."""

from __future__ import annotations

import numpy as np

from scindex.comparison.bench import Bench, names_of, work
from scindex.comparison.changes import Changes, Rows, close, close_ranks, table_of
from scindex.comparison.shapley import Switched, states
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.index.rollup import Array, climb
from scindex.scoring import Scores

CAUSES = ("values", "coverage")


def between_years(scores: Scores, first: int, second: int) -> Changes:
    """Split what moved between two years of one result into values and coverage.

    Parameters
    ----------
    scores : Scores
        Of every year (``year="all"``).
    first, second : int
        Calendar years.

    Returns
    -------
    Changes
        Without intervals. A position among cities, and no trend, where each year was
        normalised by itself.

    Raises
    ------
    UsageError
        If the result has no scores for a year.
    DataError
        If no city has both.

    Notes
    -----
    Leaf scores are taken as they are: with fixed goalposts, or with parameters that all
    years have in common, two years of a city stand on one scale.
    """
    bench = work(scores)
    rows = bench.sheet.data.rows
    known = sorted({int(y) for y in rows["year"]})
    for year in (first, second):
        if year not in known:
            raise UsageError(
                Finding("diff-no-year", params={"year": str(year), "years": [str(y) for y in known]})
            )
    at = {(str(c), int(y)): k for k, (c, y) in enumerate(zip(rows["city_id"], rows["year"]))}
    names = names_of(scores)
    there = [{c for c, y in at if y == year} for year in (first, second)]
    cities = sorted(there[0] & there[1])
    if not cities:
        shown = [sorted(names[c] for c in t)[:8] for t in there]
        raise DataError(Finding("diff-no-city", params={"first": shown[0], "second": shown[1]}))
    pair = [np.array([at[c, year] for c in cities]) for year in (first, second)]
    positions = [k for k, b in enumerate(scores.tree.branches) if b.id or scores.recipe.total]
    worth = {s: _mixed(bench, pair, s)[positions] for s in states(CAUSES)}
    shown = [bench.scored.up.coverage[positions][:, p] >= scores.recipe.show_coverage - 1e-12 for p in pair]
    ends = [worth[frozenset()], worth[frozenset(CAUSES)]]
    ends = [np.where(s & np.isfinite(e), e, np.nan) for s, e in zip(shown, ends)]
    both = np.isfinite(ends[0]) & np.isfinite(ends[1])
    parts, _ = close(worth, list(CAUSES), ends, both)
    ranked, rank_parts = close_ranks(worth, list(CAUSES), ends, both, [0] * len(cities))
    nodes = [scores.tree.branches[k].id for k in positions]
    spans = [first] * len(cities), [second] * len(cities)
    told = Rows(scores.tree, nodes, cities, [names[c] for c in cities], spans)
    position = bench.sheet.relative and not scores.recipe.joint
    gone, come = (tuple(sorted(names[c] for c in a - b)) for a, b in (there, there[::-1]))
    return Changes(
        scores,
        scores,
        table_of(told, ends, parts, ranked, rank_parts, None),
        (),
        (),
        gone,
        come,
        position,
        0,
        (Finding("diff-relative-position", "warning"),) if position else (),
    )


def _mixed(bench: Bench, pair: list[np.ndarray], switched: Switched) -> Array:
    """Return all nodes with the values, or the gaps, of one year or the other: (n_node, n_city)."""
    scored = bench.scored.stepped.scores
    a, b = scored[:, pair[0]], scored[:, pair[1]]
    own = b if "values" in switched else a
    alone = b if "coverage" in switched else a
    leaves = np.where(np.isfinite(a) & np.isfinite(b), own, alone)
    weights = bench.scored.weights
    if weights.shape[1] > 1:
        weights = weights[:, pair["values" in switched]]
    return climb(bench.sheet.shape, leaves, weights)
