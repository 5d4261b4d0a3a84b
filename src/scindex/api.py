"""The public functions: each wires lower layers together and returns one result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from scindex.catalogue.entries import Framework, TargetSet
from scindex.catalogue.load import framework_ids, load_framework, load_targets
from scindex.comparison.changes import changes
from scindex.comparison.compared import compare_all, compare_city
from scindex.comparison.joined import join
from scindex.comparison.years import between_years
from scindex.errors import DataError, MethodError, UsageError
from scindex.findings import Finding
from scindex.recipe import Recipe, merge
from scindex.result import RobustResult, ScoreResult, present, present_robust
from scindex.scoring import Scores
from scindex.scoring import score as run
from scindex.screens.outcomes import ComparisonResult, DiffResult, present_changes, present_comparison
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


def compare(
    results: ScoreResult | Sequence[ScoreResult],
    city: str | None = None,
    *,
    peers: str = "all",
    other: str | None = None,
    lift: Mapping[str, float | None] | None = None,
) -> ComparisonResult:
    """Set a city beside its peers, or all cities beside each other.

    Parameters
    ----------
    results : ScoreResult, or several of one framework and recipe
        Several are scored together.
    city : str, optional
        Name or id; left out, all cities where two or more are measured well enough.
    peers : str
        ``all``, ``nearest`` or ``nearest:8``, or an entry of the framework's `context`:
        ``size``, ``population:4`` (bands), ``population:100000,500000`` (limits).
    other : str, optional
        A city to compare with on what both report.
    lift : Mapping of str to float or None, optional
        Nodes whose score is to be raised, by how many points; None: to the next rank.

    Returns
    -------
    ComparisonResult
        Tables `nodes`, `values`, `strengths` and `common`; `levers`; `reporting`; `str`
        of it is its screen.

    Raises
    ------
    UsageError
        If a city, group or node does not exist, or only one city could do what is asked.
    DataError
        If there is nothing to compare with.

    Examples
    --------
    >>> import scindex as sx
    >>> result = sx.score(sx.read_cities("examples/sample_cities.csv"), "u4ssc", robust=0)
    >>> found = sx.compare(result, "Sample Sands", lift={"environment": 5})
    >>> found.levers[0].goal - found.levers[0].score
    5.0
    """
    given = list(results) if isinstance(results, Sequence) else [results]
    joined = present(join(given))
    asked = {"peers": peers != "all", "other": other is not None, "lift": bool(lift)}
    if city is None:
        if any(asked.values()):
            names = [name for name, there in asked.items() if there]
            raise UsageError(Finding("compare-needs-city", params={"options": names}))
        return present_comparison(compare_all(joined))
    other_id = joined.city_id(other) if other is not None else ""
    wanted = list((lift or {}).items())
    found = compare_city(joined, joined.city_id(city), peers=peers, other_id=other_id, raised=wanted)
    return present_comparison(found)


def diff(
    first: ScoreResult,
    second: ScoreResult | None = None,
    *,
    years: tuple[int, int] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> DiffResult:
    """Split what moved between two results into values, revisions, coverage and method.

    Parameters
    ----------
    first, second : ScoreResult
        Of one framework: other years, editions of the file, recipes, or editions of the
        framework. Without `second`, two years of the first.
    years : (int, int), optional
        The two years of one result of all years (``score(..., year="all")``).
    draws : int
        Monte Carlo draws for the interval of each change from data error; 0 for none.
        There are none between two years of one result.
    seed : int
        Of the draws.

    Returns
    -------
    DiffResult
        `table` has a row for each node and city; `str` of it is its screen.

    Raises
    ------
    UsageError
        If the results are of different frameworks, or a year has no scores.
    DataError
        If they have no city or node in common.

    Examples
    --------
    >>> import scindex as sx
    >>> cities = sx.read_cities("examples/sample_cities.csv")
    >>> own, other = (sx.score(cities, "u4ssc", recipe=sx.Recipe(aggregate=a), robust=0)
    ...               for a in ("arithmetic", "generalised(power=2)"))
    >>> found = sx.diff(own, other, draws=0).table
    >>> bool((found["change"] - found["method"]).abs().max() < 1e-9)
    True
    """
    if second is not None:
        return present_changes(changes(first, second, draws=draws, seed=seed))
    if years is None:
        raise UsageError(Finding("diff-needs-two"))
    return present_changes(between_years(first, *years))


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
        # unasked, it must not keep the reader waiting: the error of so many draws is said instead
        asked = robust is not None
        held = replace(plan, n=robust if robust is not None else plan.n, grow=asked)
        found = present_robust(draw(scored, held), scored.tree)
    except MethodError as err:
        told = [replace(f, severity="note" if robust is None else "warning") for f in err.findings]
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
