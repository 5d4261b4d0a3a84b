"""What ``scindex compare`` and ``scindex diff`` do between reading their options and printing."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scindex.cli.common import echo, tell
from scindex.cli.scoring import check_output, score_file
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import label
from scindex.result import ScoreResult, open_result
from scindex.screens.outcomes import ComparisonResult, DiffResult
from scindex.tables.write import dump_json, whole, write_csv, write_text

ENDINGS = (".csv", ".json")


def check_target(out: str | None, force: bool) -> None:
    """Refuse what cannot be written before anything is read."""
    if out and out != "-" and Path(out).suffix.lower() not in ENDINGS:
        raise UsageError(Finding("unknown-ending", where=Path(out).name, params={"endings": list(ENDINGS)}))
    check_output(out, (), force)


def refuse_without_city(city: str | None, asked: Mapping[str, object]) -> None:
    """Refuse options about one city where none is named."""
    given = [name for name, value in asked.items() if value]
    if city is None and given:
        raise UsageError(Finding("compare-needs-city", params={"options": given}))


def levels(raised: Sequence[str]) -> dict[str, float | None]:
    """Read ``NODE`` or ``NODE=POINTS``, each the raising of a node's score.

    Examples
    --------
    >>> levels(["environment=5", "people"])
    {'environment': 5.0, 'people': None}
    """
    found: dict[str, float | None] = {}
    for word in raised:
        node, _, points = word.rpartition("=") if "=" in word else (word, "", "")
        try:
            found[node] = float(points) if points else None
        except ValueError:
            raise UsageError(Finding("levers-bad-points", value=points)) from None
    return found


def score_files(files: Sequence[str], city: str | None, options: dict[str, Any]) -> list[ScoreResult]:
    """Score city files, or open saved results as they are; all without robustness."""
    asked = {**options, "framework": [options["framework"]] if options["framework"] else []}
    asked |= {"city": city, "targets": None, "robust": 0}
    if not (options["framework"] or options["recipe"] or options["by"]):
        asked["by"] = "tree"  # cities are compared on the framework's own tree
    opened = {"by": options["by"]}  # a saved result keeps its grouping
    return [score_file(path, asked | (opened if path.lower().endswith(".json") else {}))[0] for path in files]


def open_pair(files: Sequence[str], years: tuple[int, int] | None) -> tuple[ScoreResult, ScoreResult | None]:
    """Open two saved results, or one whose years are compared."""
    if len(files) > 2 or (years and len(files) > 1):
        raise UsageError(Finding("extra-argument", params={"words": " ".join(files[1 if years else 2 :])}))
    if len(files) == 1 and not years:
        raise UsageError(Finding("diff-needs-two"))
    opened = [open_result(path) for path in files]
    return opened[0], opened[1] if len(opened) > 1 else None


def deliver(
    found: ComparisonResult | DiffResult, style: str, out: str | None, *, force: bool, quiet: bool
) -> None:
    """Write a comparison to a file, and print it unless told not to."""
    if out and out != "-":
        path = Path(out)
        if path.suffix.lower() == ".json":
            write_text(dump_json(found.to_dict()) + "\n", path, force=force)
        else:
            with whole(path, force=force) as main, main.open("wb") as handle:
                write_csv(found.table, handle)
        tell(label("cli.written", path=out), quiet=quiet)
    if out == "-" or not (out and quiet):
        shown = "csv" if out == "-" and style == "table" else style
        echo(_as(found, shown))


def _as(found: ComparisonResult | DiffResult, style: str) -> str:
    if style == "json":
        return dump_json(found.to_dict())
    if style == "csv":
        out = io.BytesIO()
        write_csv(found.table, out)
        return out.getvalue().decode("utf-8").rstrip("\n")
    return str(found)
