"""The public functions: each wires lower layers together and returns one result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from scindex.catalogue.entries import Framework, TargetSet
from scindex.catalogue.load import framework_ids, load_framework, load_targets
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.recipe import Recipe, merge
from scindex.result import RobustResult, ScoreResult, present, present_robust
from scindex.scoring import Scores
from scindex.scoring import score as run
from scindex.tables.cities import Cities
from scindex.uncertainty.plan import plan_of
from scindex.uncertainty.robustness import cells, filled
from scindex.uncertainty.robustness import robustness as draw


def score(
    cities: Cities,
    framework: str | Framework | None = None,
    *,
    recipe: Recipe | None = None,
    by: str | None = None,
    targets: TargetSet | None = None,
    year: str = "latest",
    robust: int | None = None,
) -> ScoreResult:
    """Score cities against a framework, with what is missing carried along.

    Parameters
    ----------
    cities : Cities
        As `read_cities` returns them.
    framework : str or Framework, optional
        An id (``"u4ssc"``), or a framework that was read from a file. Left out: the
        one most of the indicators belong to, grouped by OECD axis.
    recipe : Recipe, optional
        Every choice; left out, the defaults with the framework's own.
    by : str, optional
        Regroup by ``axis``, ``dimension``, ``netzero_sector`` or ``sdg``; over the recipe's.
    targets : TargetSet, optional
        U4SSC targets other than the published ones.
    year : str
        ``latest`` (each city's newest), ``all``, or one year.
    robust : int, optional
        Draws of the robustness analysis; 0 leaves it out. Left out, as many as the
        recipe says, unless leaf values x draws exceed `ROBUST_LIMIT`.

    Returns
    -------
    ScoreResult

    Raises
    ------
    UsageError
        If the framework or a choice does not exist.
    DataError
        If nothing in the file belongs to the framework.
    MethodError
        If a method is undefined for a score.

    Examples
    --------
    >>> import scindex as sx
    >>> cities = sx.read_cities("examples/pilot_cities.csv")
    >>> result = sx.score(cities, "u4ssc", by="axis")
    >>> result.explain("Karmøy", "digitalisation")["score"].count() > 3
    np.True_
    """
    chosen, findings = choose_framework(cities.observations, framework)
    grouping = {"by": "axis"} if framework is None and recipe is None else {}
    recipe = merge(grouping, chosen.recipe if recipe is None else recipe.to_dict(), {"by": by})
    if targets is None and chosen.id == "u4ssc":
        targets = load_targets(recipe.targets)
    scored = run(
        cities.observations,
        chosen,
        recipe=recipe,
        targets=targets,
        year=year,
        findings=[*cities.findings, *findings, *_copied(chosen)],
        inputs=cities.inputs,
    )
    return present(_hold(scored, robust))


ROBUST_LIMIT = 5_000_000
"""Leaf values x draws up to which `score` says how far its scores hold without being asked."""


def robustness(result: Scores, *, n: int | None = None, seed: int | None = None) -> RobustResult:
    """Say how far scores and ranks hold: intervals, rank shares, who is ahead of whom, and why.

    Parameters
    ----------
    result : ScoreResult
        As `score` or `open_result` returned it.
    n : int, optional
        Draws to begin with; more are made until shares are known to within one point.
        Left out, as the recipe says (1 000).
    seed : int, optional
        Decides every draw; 0 is a seed like any other.

    Returns
    -------
    RobustResult
        Tables `intervals`, `ranks`, `acceptability`, `pairs`, `groups`,
        `central_weights` and `contributions`; `str` of it is its screen.

    Raises
    ------
    MethodError
        If the weights are those of the benefit of the doubt.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/pilot_cities.csv"), "u4ssc")
    >>> sx.robustness(result, n=256, seed=0).groups["group"].max() > 1
    np.True_
    """
    plan = plan_of(result.recipe)
    plan = replace(plan, n=plan.n if n is None else n, seed=plan.seed if seed is None else seed)
    return present_robust(draw(result, plan), result.tree)


def _hold(scored: Scores, robust: int | None) -> Scores:
    """Add how far scores hold, unless told not to, or too much for doing so unasked."""
    plan, size = plan_of(scored.recipe), cells(scored)
    if robust == 0:
        return scored
    if robust is None and size * plan.n > ROBUST_LIMIT:
        params = {"cells": size, "n": plan.n, "limit": ROBUST_LIMIT}
        return replace(
            scored, findings=(*scored.findings, Finding("robustness-skipped", "note", params=params))
        )
    try:
        found = robustness(scored, n=robust)
    except MethodError as err:
        if robust is not None:
            raise
        told = [replace(f, severity="note") for f in err.findings]
        return replace(scored, findings=(*scored.findings, *told))
    findings = (*scored.findings, *found.findings)
    return replace(scored, scores=filled(scored, found), robust=found, findings=findings)


def _copied(framework: Framework) -> list[Finding]:
    """Say when a user's file goes by the name of a framework that ships, and differs from it."""
    if framework.id not in framework_ids() or framework.sha256 == load_framework(framework.id).sha256:
        return []
    params = {"framework": framework.id, "file": framework.path.replace("\\", "/").rpartition("/")[2]}
    return [Finding("framework-copied", "warning", params=params)]


def choose_framework(
    observations: pd.DataFrame, wanted: str | Framework | None
) -> tuple[Framework, list[Finding]]:
    """Return the framework wanted, or the one most indicators belong to, and a note of it."""
    if isinstance(wanted, Framework):
        return wanted, []
    if wanted is not None:
        return load_framework(wanted), []
    present_ids = set(observations["indicator"].unique())
    feeds: Mapping[str, int] = Counter(
        {name: len(present_ids & set(load_framework(name).indicators)) for name in framework_ids()}
    )
    if not present_ids or not any(feeds.values()):
        raise DataError(Finding("nothing-to-score", params={"framework": framework_ids(), "year": "all"}))
    best = max(feeds, key=lambda name: (feeds[name], name == "u4ssc"))
    others = [f"{name} ({n})" for name, n in feeds.items() if n and name != best]
    params: dict[str, Any] = {"framework": best, "n": feeds[best], "others": others or ["-"]}
    return load_framework(best), [Finding("framework-chosen", "note", params=params)]
