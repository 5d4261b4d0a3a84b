"""What ``scindex score`` adds to a score: analyses printed after it, and its draws saved."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scindex import analyses
from scindex.cli.common import tell
from scindex.cli.scoring import check_output
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import label
from scindex.result import ScoreResult
from scindex.screens.analysed import Analysis
from scindex.tables.write import dump_json, whole, write_csv, write_parquet
from scindex.uncertainty.record import plan_behind, record

NAMES = ("tradeoffs", "sensitivity", "leave_out", "coherence")
ENDINGS = (".csv", ".parquet")


def asked_for(options: dict[str, Any]) -> list[str]:
    """Return the analyses asked for, in the order of `NAMES`."""
    return [name for name in NAMES if options[name]]


def check_request(
    city_file: str, options: dict[str, Any], *, style: str, out: str | None, force: bool, quiet: bool
) -> None:
    """Refuse combinations that cannot be given, before anything is read.

    Raises
    ------
    UsageError
        If analyses would be lost or do not fit one output, or draws cannot be saved.
    """
    words = [f"--{name.replace('_', '-')}" for name in asked_for(options)]
    if words and out and out != "-" and quiet:
        raise UsageError(Finding("analysis-unseen", params={"options": words}))
    shown = "csv" if out == "-" and style == "table" else style
    if len(words) > 1 and shown != "table":
        raise UsageError(Finding("analysis-one-table", params={"style": shown, "options": words}))
    path = options["save_draws"]
    if city_file.lower().endswith(".json") and options["robust"] is not None:
        params = {"options": ["--robust"]}
        raise UsageError(Finding("result-is-fixed", where=Path(city_file).name, params=params))
    if not path:
        return
    if Path(path).suffix.lower() not in ENDINGS:
        raise UsageError(Finding("unknown-ending", where=Path(path).name, params={"endings": list(ENDINGS)}))
    if options["robust"] == 0:
        raise UsageError(Finding("draws-none-to-save"))
    if out and Path(out).absolute() == Path(path).absolute():
        raise UsageError(
            Finding("one-file-twice", params={"path": path, "options": ["--out", "--save-draws"]})
        )
    check_output(path, options["framework"], force)


def analyse(result: ScoreResult, options: dict[str, Any]) -> list[Analysis]:
    """Make the analyses asked for; prices hold at the city that is shown."""
    made: list[Analysis] = []
    for name in asked_for(options):
        if name == "tradeoffs":
            made.append(analyses.tradeoffs(result, city=options["city"]))
        else:
            made.append(getattr(analyses, name)(result))
    return made


def printed(score: str, made: Sequence[Analysis], style: str) -> str:
    """Return a score's screen and those of its analyses, or the one analysis as CSV or JSON."""
    if not made:
        return score
    if style == "json":
        return dump_json(made[0].to_dict())
    if style == "csv":
        out = io.BytesIO()
        write_csv(made[0].table, out)
        return out.getvalue().decode("utf-8").rstrip("\n")
    return "\n\n".join([score, *(str(a) for a in made)])


def save_draws(result: ScoreResult, path: str, *, encoding: str, force: bool, quiet: bool) -> None:
    """Write every draw's parameters and scores: CSV or Parquet, with provenance beside.

    Raises
    ------
    UsageError
        If the file exists, cannot be written, or would be too large.
    """
    table, target = record(result), Path(path)
    meta = {**result.meta(), "draws": asdict(plan_behind(result))}
    meta_path = target.with_name(target.name + ".meta.json")
    with whole(target, force=force) as main, whole(meta_path, force=True) as beside:
        if target.suffix.lower() == ".parquet":
            write_parquet(table, main, meta)
        else:
            with main.open("wb") as handle:
                write_csv(table, handle, encoding)
        beside.write_text(dump_json(meta) + "\n", encoding="utf-8")
    tell(label("cli.written", path=path), quiet=quiet)
