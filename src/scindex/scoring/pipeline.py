"""The pipeline: open the matrix, normalise, aggregate, put the labels back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.entries import STANDINGS, Framework, TargetSet
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.index.normalise import NORMALISERS, TRANSFORMS, distance_to_target
from scindex.index.points import points, share_of_target, sum_points
from scindex.index.rollup import Rolled, roll_up
from scindex.provenance import Provenance
from scindex.recipe import Recipe
from scindex.scoring.label import label_nodes
from scindex.scoring.matrix import NOT_APPLICABLE, REPORTED, Matrix, open_matrix
from scindex.scoring.tree import Tree, plant, unknown_tiers


@dataclass(frozen=True, eq=False)
class Scores:
    """What scoring found: the tables, the findings and where they come from.

    Attributes
    ----------
    framework : Framework
    targets : TargetSet or None
        The U4SSC target set in use, where the framework has one.
    recipe : Recipe
    tree : Tree
        The grouping in use.
    scores : DataFrame
        One row per node, city and year (``schemas/tables/scores.yaml``).
    observations : DataFrame
        The values that entered.
    findings : tuple of Finding
    provenance : Provenance
    year : str
        ``latest``, ``all`` or one year.
    """

    framework: Framework
    targets: TargetSet | None
    recipe: Recipe
    tree: Tree
    scores: pd.DataFrame
    observations: pd.DataFrame
    findings: tuple[Finding, ...]
    provenance: Provenance
    year: str = "latest"


def score(
    observations: pd.DataFrame,
    framework: Framework,
    *,
    recipe: Recipe,
    targets: TargetSet | None = None,
    year: str = "latest",
    findings: Sequence[Finding] = (),
    inputs: Sequence[Mapping[str, Any]] = (),
) -> Scores:
    """Turn observations into scores, in the order of the OECD/JRC Handbook.

    Parameters
    ----------
    observations : DataFrame
        The table of that name; indicators of other frameworks are passed over.
    framework : Framework
    recipe : Recipe
        Every choice.
    targets : TargetSet, optional
        Adds U4SSC points (kind ``u4ssc_points``) beside the goalpost scores.
    year : str
        ``latest`` (each city's newest year), ``all``, or one calendar year.
    findings, inputs : sequence
        Of the reading, carried along.

    Returns
    -------
    Scores

    Raises
    ------
    DataError
        If no observation belongs to the framework.
    MethodError
        If a method is undefined for a score, naming the city and the node.
    """
    tree = plant(framework, recipe)
    data = open_matrix(observations, tree.indicators, recipe, year)
    if data.rows.empty:
        raise DataError(Finding("nothing-to-score", params={"framework": framework.name, "year": year}))
    tables = [label_nodes(tree, data, *_by_goalposts(tree, data, recipe), framework.id, "goalposts", recipe)]
    if targets is not None:
        tables.append(
            label_nodes(
                tree, data, *_by_points(tree, data, recipe, targets), framework.id, "u4ssc_points", recipe
            )
        )
    told = [*findings, *unknown_tiers(framework, recipe), *_left_out(observations, tree, data, recipe, year)]
    told += [*_whose_targets(targets), *([] if recipe.capped else [Finding("bounds-need-caps", "note")])]
    used = {i.id for i in tree.indicators}
    definitions = {framework.id: framework.sha256} | ({targets.id: targets.sha256} if targets else {})
    return Scores(
        framework,
        targets,
        recipe,
        tree,
        pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0],
        observations[observations["indicator"].isin(used)].reset_index(drop=True),
        tuple(told),
        Provenance(inputs=tuple(inputs), definitions=definitions, recipe=recipe.to_dict()),
        year,
    )


def _left_out(
    observations: pd.DataFrame, tree: Tree, data: Matrix, recipe: Recipe, year: str
) -> list[Finding]:
    """Say how many values of other years did not enter, and that the screen shows one year of many."""
    if year == "all":
        several = not data.rows["city_id"].is_unique
        return [Finding("all-years-scored", "note")] if several else []
    mine = observations["indicator"].isin([i.id for i in tree.indicators]) & observations["value"].notna()
    left = int(mine.sum() - (data.state == REPORTED).sum())
    params = {"n": left, "window": recipe.window}
    return [Finding("older-values-left-out", "note", params=params)] if left else []


def _whose_targets(targets: TargetSet | None) -> list[Finding]:
    """Say in every output that points made with anything but published targets are no U4SSC score."""
    counts = Counter(t.standing for t in targets.targets.values()) if targets else Counter()
    if targets is None or set(counts) <= {"published"}:
        return []
    params = {"set": targets.name, "n": sum(counts.values()), **{s: counts[s] for s in STANDINGS}}
    return [Finding("not-a-u4ssc-score", "warning", params=params)]


Standings = list[str | None]
"""Standing of each leaf's goalposts or target; None where it is not scored."""


def _by_goalposts(tree: Tree, data: Matrix, recipe: Recipe) -> tuple[Rolled, np.ndarray, Standings]:
    scored, base, standings = _leaves(data)
    for column, indicator in enumerate(tree.indicators):
        posts = indicator.goalposts
        standings.append(posts.standing if posts else None)
        if posts is None:
            base[column] = False
            continue
        transform = TRANSFORMS[indicator.transform]
        ends = transform(np.array([posts.worst, posts.best]))
        kernel = (
            distance_to_target
            if indicator.direction == "target"
            else NORMALISERS[recipe.chosen("normalise").name]
        )
        scored[column] = kernel(transform(data.values[column]), ends[0], ends[1], recipe.capped)
    _refuse_infinite(tree, data, scored)
    up = roll_up(tree.shape(recipe), scored, base)
    if not recipe.capped:
        # a missing score may then lie anywhere: no bound can be given where one is missing
        open_end = up.coverage < 1
        up.low[open_end], up.high[open_end] = np.nan, np.nan
    _refuse_zero(tree, data, up, recipe)
    return up, base, standings


def _by_points(
    tree: Tree, data: Matrix, recipe: Recipe, targets: TargetSet
) -> tuple[Rolled, np.ndarray, Standings]:
    scored, base, standings = _leaves(data)
    for column, indicator in enumerate(tree.indicators):
        target = targets.targets.get(indicator.id)
        share = target and share_of_target(
            data.values[column], target.target, target.worst, indicator.direction
        )
        standings.append(target.standing if target and share is not None else None)
        if share is None:
            base[column] = False
        else:
            scored[column] = points(share)
    found = sum_points(tree.shape(recipe), scored, base)
    return Rolled(*found, np.zeros(found[0].shape, dtype=bool)), base, standings


def _leaves(data: Matrix) -> tuple[np.ndarray, np.ndarray, Standings]:
    return np.full(data.values.shape, np.nan), data.state != NOT_APPLICABLE, []


def _refuse_infinite(tree: Tree, data: Matrix, scored: np.ndarray) -> None:
    """Raise where a logarithm without caps leaves no finite score."""
    findings = []
    for column, row in zip(*np.nonzero(np.isinf(scored))):
        indicator, value = tree.indicators[column], data.values[column, row]
        city, year = data.rows["city"][row], int(data.rows["year"][row])
        params = {"name": indicator.name}
        findings.append(
            Finding(
                "ln-undefined",
                city=city,
                year=year,
                indicator=indicator.id,
                value=float(value),
                params=params,
            )
        )
    if findings:
        raise MethodError(*findings)


def _refuse_zero(tree: Tree, data: Matrix, up: Rolled, recipe: Recipe) -> None:
    """Raise for the lowest nodes whose method has no meaning for a score of 0 or below."""
    findings = []
    for node, row in zip(*np.nonzero(up.zero)):
        branch = tree.branches[node]
        if up.zero[list(branch.children), row].any() or not (branch.id or recipe.total):
            continue
        name = branch.name or tree.level_names["total"]
        city, year = data.rows["city"][row], int(data.rows["year"][row])
        findings.append(Finding("geometric-zero", city=city, year=year, params={"node": name}))
    if findings:
        raise MethodError(*findings)
