"""What ``scindex score`` does between reading its options and printing."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from scindex import api
from scindex.catalogue.entries import Framework
from scindex.cli import choose
from scindex.cli.common import read_input
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.result import ScoreResult, open_result
from scindex.screens.layout import quoted
from scindex.screens.profile import profile
from scindex.screens.summary import summary
from scindex.tables.cities import Cities
from scindex.tables.write import dump_json, write_csv


def check_output(out: str | None, asked: Sequence[str], force: bool) -> None:
    """Refuse what cannot be written before anything is read."""
    if not out or out == "-":
        return
    if len(asked) > 1:
        raise UsageError(Finding("one-framework-per-file", params={"frameworks": list(asked)}))
    if Path(out).exists() and not force:
        raise UsageError(Finding("output-exists", where=Path(out).name, params={"path": out}))


def score_file(path: str, options: dict[str, Any]) -> list[ScoreResult]:
    """Score a city file against each framework asked for, or open a saved result as it is."""
    if path.lower().endswith(".json"):
        return [_reopen(path, options)]
    asked: Sequence[str] = options["framework"]
    given = choose.frameworks(asked)
    own = [f for f, word in zip(given, asked) if word.endswith((".yaml", ".yml"))]
    cities = read_input(
        path,
        sheet=options["sheet"],
        city=options["city"],
        year=_year_number(options["year"]),
        ignore=options["ignore"],
        skip_errors=options["skip_errors"],
        frameworks=given if own else [],
    )
    if given:
        return [_score(cities, framework, options) for framework in given]
    chosen, findings = api.choose_framework(cities.observations, None)
    return [_score(replace(cities, findings=(*cities.findings, *findings)), chosen, options, by="axis")]


def _score(cities: Cities, chosen: Framework, options: dict[str, Any], by: str | None = None) -> ScoreResult:
    choices = {name: options[name] for name in ("window", "tier", "total")}
    choices["by"] = "" if options["by"] == "tree" else options["by"]
    choices["targets"] = options["targets"] and choose.target_set(options["targets"], chosen)
    recipe = choose.recipe(chosen, options["recipe"], choices, by=by)
    targets = choose.targets(recipe.targets, chosen) if options["targets"] or chosen.id == "u4ssc" else None
    if targets is not None:
        recipe = replace(recipe, targets=targets.id)
    return api.score(
        cities,
        chosen,
        recipe=recipe,
        targets=targets,
        year=options["year"] or "latest",
        robust=options["robust"],
    )


def _year_number(year: str | None) -> int | None:
    if year in (None, "all", "latest"):
        return None
    try:
        return int(year)  # type: ignore[arg-type]
    except ValueError:
        raise UsageError(Finding("bad-option", params={"option": "--year", "problem": str(year)})) from None


FIXED = ("framework", "by", "year", "window", "tier", "total", "targets", "recipe", "sheet", "robust")


def _reopen(path: str, options: dict[str, Any]) -> ScoreResult:
    given = [f"--{name}" for name in FIXED if options[name]]
    if given:
        raise UsageError(Finding("result-is-fixed", where=Path(path).name, params={"options": given}))
    return open_result(path)


def show(result: ScoreResult, style: str, options: dict[str, Any], path: str) -> str:
    """Return a result for standard output: the screen, CSV or JSON."""
    if style == "json":
        return dump_json(result.to_dict())
    if style == "csv":
        out = io.BytesIO()
        write_csv(result.scores, out)
        return out.getvalue().decode("utf-8").rstrip("\n")
    city = options["city"]
    if city is not None or result.scores["city_id"].nunique() == 1:
        city_id = result.city_id(city) if city is not None else str(result.scores["city_id"].iloc[0])
        return profile(result, city_id)
    reading = _typed(path, options, READING)
    return summary(result, reading + _typed("", options, CHOOSING), reading)


READING = {"framework": "-f", "sheet": "--sheet", "ignore": "--ignore", "skip_errors": "--skip-errors"}
CHOOSING = {
    "by": "--by", "year": "--year", "window": "--window", "tier": "--tier", "total": "--total",
    "targets": "--targets", "recipe": "--recipe", "robust": "--robust",
}  # fmt: skip
"""Options that suggested commands repeat: what reading the file needs, and what changes the result."""


def _typed(path: str, options: dict[str, Any], repeated: dict[str, str]) -> str:
    """Return a call as it was typed, with some of its options."""
    words = [quoted(path)] if path else [""]
    for name, flag in repeated.items():
        given = options.get(name)
        if given is True:
            words.append(flag)
        elif isinstance(given, tuple | list):
            words += [f"{flag} {quoted(word)}" for word in given]
        elif given not in (None, False):
            words.append(f"{flag} {quoted(str(given))}")
    return " ".join(words)
