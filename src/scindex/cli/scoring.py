"""What ``scindex score`` does between reading its options and printing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from scindex import api
from scindex.cli import choose
from scindex.cli.common import read_input
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.result import ScoreResult, open_result
from scindex.screens.profile import profile
from scindex.screens.summary import summary
from scindex.tables.write import dump_json, write_csv


def score_file(path: str, options: dict[str, Any]) -> ScoreResult:
    """Score a city file under the options given, or open a saved result as it is."""
    if path.lower().endswith(".json"):
        return _reopen(path, options)
    asked = options["framework"]
    given = choose.framework(asked) if asked else None
    cities = read_input(
        path,
        sheet=options["sheet"],
        city=options["city"],
        year=_year_number(options["year"]),
        ignore=options["ignore"],
        skip_errors=options["skip_errors"],
        frameworks=[given] if given and "/" not in given.id and asked.endswith((".yaml", ".yml")) else [],
    )
    chosen, findings = api.choose_framework(cities.observations, given)
    choices = {name: options[name] for name in ("window", "tier", "total")}
    choices["targets"] = options["targets"] and choose.target_set(options["targets"], chosen)
    by = "" if options["by"] == "tree" else options["by"]
    recipe = choose.recipe(chosen, options["recipe"], {**choices, "by": by}, by=None if asked else "axis")
    targets = choose.targets(recipe.targets, chosen) if options["targets"] or chosen.id == "u4ssc" else None
    result = api.score(cities, chosen, recipe=recipe, targets=targets, year=options["year"] or "latest")
    return _with(result, findings)


def _with(result: ScoreResult, findings: list[Finding]) -> ScoreResult:
    from dataclasses import replace

    return replace(result, findings=(*result.findings, *findings)) if findings else result


def _year_number(year: str | None) -> int | None:
    if year in (None, "all", "latest"):
        return None
    try:
        return int(year)  # type: ignore[arg-type]
    except ValueError:
        raise UsageError(Finding("bad-option", params={"option": "--year", "problem": str(year)})) from None


FIXED = ("framework", "by", "year", "window", "tier", "total", "targets", "recipe", "sheet")


def _reopen(path: str, options: dict[str, Any]) -> ScoreResult:
    given = [f"--{name}" for name in FIXED if options[name]]
    if given:
        raise UsageError(Finding("result-is-fixed", where=Path(path).name, params={"options": given}))
    try:
        data = Path(path).read_bytes()
    except OSError:
        raise UsageError(Finding("no-such-file", where=Path(path).name, params={"path": path})) from None
    return open_result(data, Path(path).name)


def show(result: ScoreResult, style: str, city: str | None, call: str) -> str:
    """Return a result for standard output: the screen, CSV or JSON."""
    if style == "json":
        return dump_json(result.to_dict())
    if style == "csv":
        out = io.BytesIO()
        write_csv(result.scores, out)
        return out.getvalue().decode("utf-8").rstrip("\n")
    if city is not None or result.scores["city_id"].nunique() == 1:
        city_id = result.city_id(city) if city is not None else str(result.scores["city_id"].iloc[0])
        return profile(result, city_id)
    return summary(result, call)
