"""The pipeline: lay out the arrays, take the steps, put the labels back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.entries import STANDINGS, Framework, TargetSet
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.index.points import points, share_of_target, sum_points
from scindex.index.rollup import Rolled, Shape
from scindex.provenance import Provenance
from scindex.recipe import Recipe
from scindex.scoring.engine import evaluate
from scindex.scoring.label import Leaves, label_nodes
from scindex.scoring.matrix import NOT_APPLICABLE, REPORTED, Matrix
from scindex.scoring.ordering import order_total
from scindex.scoring.sheet import Sheet, lay_out
from scindex.scoring.told import refuse_thin, tell
from scindex.scoring.tree import Tree, plant, unknown_indicators


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
    weights : ndarray, shape (n_node, 1), or (n_node, n_row) where cities have their own
        Weight of each node of the tree among its siblings; only ratios count. [-]
    robust : Robustness or None
        How far scores and ranks hold, where it was asked (`scindex.uncertainty.robustness`).
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
    weights: NDArray[np.float64] = field(default_factory=lambda: np.ones((0, 1)))
    robust: Any = None

    def shape(self, city_id: str = "") -> Shape:
        """Return the tree as positions, with the weights in use.

        Parameters
        ----------
        city_id : str
            Needed only where cities have weights of their own; its newest row counts.
        """
        shape = self.tree.shape(self.recipe)
        if not len(self.weights):
            return shape
        if self.weights.shape[1] == 1:
            return replace(shape, weight=self.weights[:, 0])
        rows = self.scores[["city_id", "year"]].drop_duplicates()
        at = np.flatnonzero((rows["city_id"] == city_id).to_numpy())
        return replace(shape, weight=self.weights[:, at[-1]] if len(at) else self.weights.mean(axis=1))


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
    sheet = lay_out(observations, framework, tree, recipe, year)
    if sheet.data.rows.empty:
        raise DataError(Finding("nothing-to-score", params={"framework": framework.name, "year": year}))
    refuse_thin(sheet)
    scored = evaluate(sheet)
    ordered = order_total(sheet, scored.up, scored.weights)
    tables = [label_nodes(sheet, scored.up, scored.leaves, "goalposts", ordered)]
    if targets is not None:
        tables.append(label_nodes(sheet, *_by_points(sheet, targets), "u4ssc_points"))
    told = [
        *findings,
        *unknown_indicators(framework, recipe),
        *_left_out(observations, tree, sheet.data, recipe, year),
    ]
    told += [*_whose_targets(targets), *sheet.findings, *scored.findings, *tell(sheet, scored.stepped)]
    told += ordered.findings if ordered else ()
    used = {i.id for i in tree.indicators} | set(framework.context)
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
        scored.weights,
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


def _by_points(sheet: Sheet, targets: TargetSet) -> tuple[Rolled, Leaves]:
    data, indicators = sheet.data, sheet.tree.indicators
    scored = np.full(data.values.shape, np.nan)
    base = data.state != NOT_APPLICABLE
    standings: list[str] = []
    for column, indicator in enumerate(indicators):
        target = targets.targets.get(indicator.id)
        share = target and share_of_target(
            data.values[column], target.target, target.worst, indicator.direction
        )
        standings.append(target.standing if target and share is not None else "")
        if share is None:
            base[column] = False
        else:
            scored[column] = points(share)
    found = sum_points(sheet.shape, scored, base)
    none = np.zeros(base.shape, dtype=bool)
    return Rolled(*found, np.zeros(found[0].shape, dtype=bool)), Leaves(scored, base, none, tuple(standings))
