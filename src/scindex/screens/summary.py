"""The first screen: where each city stands per top node, what can be compared, what is missing."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Target
from scindex.comparison import latest_rows
from scindex.index.normalise import METHODS
from scindex.index.points import share_of_target
from scindex.messages import label, local, sentence
from scindex.methods import parse
from scindex.recipe import Recipe
from scindex.scoring import Scores
from scindex.scoring.sheet import method_of
from scindex.scoring.tree import Branch
from scindex.screens.blocks import (
    banded,
    city_order,
    drawn,
    short_name,
    side_by_side,
)
from scindex.screens.compared import comparable
from scindex.screens.findings import tally
from scindex.screens.layout import clean, quoted, terminal_width, wrap
from scindex.screens.sure import sure
from scindex.screens.total import total


def summary(scores: Scores, call: str = "FILE", reading: str | None = None) -> str:
    """Return the screen that answers: what was measured, how sure, how cities compare.

    Parameters
    ----------
    scores : Scores
    call : str
        The input as typed, with the options that change the result, for the commands
        suggested at the end.
    reading : str, optional
        The same with the options of reading only; left out, `call`.

    Returns
    -------
    str
    """
    columns = terminal_width()
    rows = latest_rows(scores)
    lines = [*_title(scores, rows, columns), ""]
    lines += side_by_side(scores, rows, columns, drawn)
    lines += _section("total", total(scores, rows, columns))
    lines += _section("comparable", comparable(scores, columns))
    lines += _section("sure", sure(scores.robust, scores.tree, columns) if scores.robust else [])
    lines += _section("missing-most", _missing_most(scores, rows, columns))
    lines += _section("points", _points(scores, columns))
    lines += _section("notes", notes(scores, columns))
    lines += _section("next", _next(scores, rows, call, call if reading is None else reading))
    return "\n".join(lines)


def _section(key: str, body: list[str]) -> list[str]:
    return (
        ["", *wrap(label(f"screen.{key}"), terminal_width(), 2), *(f"  {line}" for line in body)]
        if body
        else []
    )


def _title(scores: Scores, rows: pd.DataFrame, columns: int) -> list[str]:
    observed = _observed(scores, rows)
    grouping = label(f"by.{scores.recipe.by or 'tree'}")
    title = label(
        "screen.title",
        framework=scores.framework.name,
        grouping=grouping,
        cities=rows["city_id"].nunique(),
        years=years_text(scores, rows),
        values=len(observed),
        indicators=observed["kpi"].nunique(),
    )
    return [*wrap(title, columns), *legend(scores, columns)]


def legend(scores: Scores, columns: int) -> list[str]:
    """Return what the bars and counts mean, for goalposts or for scores among the cities of the file."""
    used = dict.fromkeys(str(method_of(i, "normalise", scores.recipe)) for i in scores.tree.indicators)
    relative = [m for m in used if not METHODS[parse("normalise", m).name].properties.independent]
    limit = round(100 * scores.recipe.show_coverage)
    key = "screen.legend-relative" if relative else "screen.legend"
    text = label(key, limit=limit, methods=", ".join(relative))
    return [line for part in text.split("\n") for line in wrap(part, columns)]


def _observed(scores: Scores, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of leaves that hold a number, with the KPI each belongs to."""
    kpi = {b.id: b.id.partition(".")[0] if ":" in b.id else b.id for b in scores.tree.branches if b.leaf >= 0}
    leaves = rows[rows["node"].isin(list(kpi)) & (rows["n_reported"] > 0)]
    return leaves.assign(kpi=leaves["node"].astype(str).map(kpi))


def years_text(scores: Scores, rows: pd.DataFrame) -> str:
    """Return the years covered, called report years where the file says no more."""
    known = rows["year_min"].notna() & (scores.recipe.window > 1)
    first = int(min(rows["year"].min(), rows.loc[known, "year_min"].min() if known.any() else 9999))
    last = int(rows["year"].max())
    short = f"{first}-{last % 100:02d}" if first // 100 == last // 100 else f"{first}-{last}"
    report = any(f.code == "year-is-report-year" for f in scores.findings)
    return label(
        "screen.report-years" if report else "screen.years", span=str(first) if first == last else short
    )


def _missing_most(scores: Scores, rows: pd.DataFrame, columns: int) -> list[str]:
    leaves = {b.id: b for b in scores.tree.branches if b.leaf >= 0}
    reported = set(rows.loc[rows["node"].isin(list(leaves)) & (rows["n_reported"] > 0), "node"].astype(str))
    gaps = []
    for branch in scores.tree.branches:
        below = [scores.tree.indicators[c] for c in scores.tree.below(scores.tree.position(branch.id))]
        lowest_group = branch.children and all(":" in scores.tree.branches[c].id for c in branch.children)
        if lowest_group and ":" not in branch.id:
            gaps.append((sum(i.id not in reported for i in below), len(below), place_in_tree(scores, branch)))
    worst = [f"{name} {n}/{of}" for n, of, name in sorted(gaps, key=lambda g: (-g[0], g[2])) if n][:5]
    lines = wrap(label("screen.no-city-reports", nodes=", ".join(worst)), columns - 2, 2) if worst else []
    scorable = set(rows.loc[rows["node"].isin(list(leaves)) & (rows["n_scorable"] > 0), "node"].astype(str))
    unscored = [leaves[n] for n in sorted(reported - scorable)]
    if unscored:
        values = int(rows[rows["node"].isin([b.id for b in unscored])]["n_reported"].sum())
        names = ", ".join(local(b.name) for b in unscored[:4]) + (", ..." if len(unscored) > 4 else "")
        total = int(rows[rows["node"].isin(list(leaves))]["n_reported"].sum())
        lines += wrap(label("screen.no-goalposts", values=values, total=total, names=names), columns - 2, 2)
    return lines


def place_in_tree(scores: Scores, branch: Branch) -> str:
    """Return a node's name, with its top node's where another node has the same name."""
    name = local(branch.name)
    if sum(local(b.name) == name for b in scores.tree.branches if ":" not in b.id) == 1:
        return name
    top = branch
    while top.parent > 0:
        top = scores.tree.branches[top.parent]
    return f"{name} ({short_name(top).lower()})"


SAID_HERE = (
    "framework-chosen",
    "older-values-left-out",
    "all-years-scored",
    "definition-changed",
    "recipe-unknown-name",
    "bounds-need-caps",
    "errors-skipped",
    "framework-copied",
    "robustness-skipped",
    "robustness-best-case",
    "recipe-inadmissible",
    "errors-assumed",
    "draws-imprecise",
    "relative-scores",
    "relative-by-year",
    "imputation-tested",
    "imputation-tested-alone",
    "scales-mixed",
    "treatment-summary",
    "goalposts-need-division",
    "nothing-scorable",
    "draws-at-zero",
    "ranks-by-score",
    "treatment-failed",
    "indicator-constant",
    "indicator-too-few",
    "indicator-undefined",
    "ahp-inconsistent",
    "correlation-target-missed",
    "recipe-unknown-name",
    "screened-indicator",
    "screened-city",
    "denominator-missing",
)
"""Findings of scoring, printed on the screen; those of steps and of reading are counted."""

OF_STEPS = (
    "values-imputed",
    "values-not-imputed",
    "point-moved",
    "point-moved-divided",
    "more-points-moved",
    "indicator-transformed",
)
"""Findings of steps, one for each value or indicator."""


def notes(scores: Scores, columns: int, city_id: str = "") -> list[str]:
    """Return what a reader must know of this result, or of one city in it, most important first."""
    lines: list[str] = []
    scored = [i for i in scores.tree.indicators if i.goalposts]
    standing = Counter(i.goalposts.standing for i in scored if i.goalposts)
    if scored:
        lines += wrap(label("note.goalposts", n=len(scored), counts=_counted(standing)), columns - 2, 2)
    changed = _choices(scores)
    if changed:
        lines += wrap(label("note.recipe", choices=changed), columns - 2, 2)
    if scores.targets is not None:
        lines += wrap(_targets_note(scores), columns - 2, 2)
    if any(f.code == "year-is-report-year" for f in scores.findings):
        lines += wrap(label("note.report-year"), columns - 2, 2)
    for row in _silent(scores, city_id).itertuples():
        lines += wrap(label("note.nothing-reported", city=clean(row.city), rows=row.rows), columns - 2, 2)
    told = [f for f in scores.findings if f.code in SAID_HERE]
    for finding in told:
        said = clean(sentence(finding))
        lines += wrap(said[:1].upper() + said[1:], columns - 2, 2)
    read = [f for f in scores.findings if f.code not in (*SAID_HERE, "not-a-u4ssc-score")]
    stepped = [f for f in read if f.code in OF_STEPS]
    for key, part in (("steps", stepped), ("findings", [f for f in read if f.code not in OF_STEPS])):
        if part:
            lines += wrap(label(f"note.{key}", counts=tally(part)), columns - 2, 2)
    return lines


def _choices(scores: Scores) -> str:
    """Return the choices that differ from the defaults."""
    plain = Recipe().to_dict() | {k: scores.recipe.to_dict()[k] for k in ("by", "targets")}  # told elsewhere
    changed = {k: v for k, v in scores.recipe.to_dict().items() if v != plain[k]}
    return "; ".join(f"{k} = {_choice(v)}" for k, v in changed.items())


def _choice(value: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def _targets_note(scores: Scores) -> str:
    """Say whose the targets are, and how many cannot be used."""
    targets = scores.targets
    assert targets is not None
    standing = Counter(t.standing for t in targets.targets.values())
    key = "note.targets-published" if set(standing) <= {"published"} else "note.targets-not-u4ssc"
    text = label(key, name=targets.name, n=sum(standing.values()), counts=_counted(standing))
    unusable = sum(
        i.id in targets.targets and not usable(targets.targets[i.id], i.direction)
        for i in scores.tree.indicators
    )
    return f"{text} {label('note.targets-unusable', n=unusable)}" if unusable else text


def _points(scores: Scores, columns: int) -> list[str]:
    """Show U4SSC points where a target set other than the published one was asked for."""
    if scores.targets is None or scores.recipe.targets == "u4ssc_published":
        return []
    rows = latest_rows(scores, "u4ssc_points")
    return [*wrap(label("screen.points-rule"), columns - 2), *side_by_side(scores, rows, columns - 2, banded)]


def usable(target: Target, direction: str) -> bool:
    """Whether a share of this target can be formed at all."""
    return share_of_target(np.array([1.0]), target.target, target.worst, direction) is not None


def _counted(standing: Counter[str]) -> str:
    names = codelist("standing")
    return ", ".join(label("count.standing", n=n, standing=names[s]) for s, n in standing.most_common())


def _silent(scores: Scores, city_id: str) -> pd.DataFrame:
    """Cities in the file that report nothing."""
    told = scores.observations.groupby("city_id", observed=True).agg(
        city=("city", "first"), rows=("value", "size"), numbers=("value", "count")
    )
    told = told[told["numbers"] == 0]
    return told[told.index == city_id] if city_id else told


def _next(scores: Scores, rows: pd.DataFrame, call: str, reading: str) -> list[str]:
    """Suggest commands that work as they stand; a saved result needs no checking or saving."""
    cities = city_order(list(scores.tree.top), rows)
    first = quoted(clean(next(iter(cities.values()))))
    commands = [f"scindex score {call} --city {first}"] if len(cities) > 1 else []
    if reading.partition(" -")[0].lower().rstrip("\"'").endswith(".json"):
        return commands
    return [*commands, f"scindex validate {reading}", f"scindex score {call} --out result.json"]
