"""A score as a reader meets it: it prints, shows in a notebook, explains, saves and opens again."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scindex._resources import root
from scindex.catalogue.entries import Framework, TargetSet
from scindex.catalogue.load import (
    framework_ids,
    load_framework,
    load_targets,
    parse_framework,
    parse_targets,
    target_set_ids,
)
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.messages import sentence, text
from scindex.provenance import Provenance
from scindex.recipe import merge
from scindex.scoring import Scores
from scindex.scoring.tree import Tree, plant
from scindex.screens.profile import profile
from scindex.screens.summary import summary
from scindex.screens.sure import screen
from scindex.screens.workbook import number_formats, sheets
from scindex.tables.write import columns_of, dump_json, jsonable, whole, write_csv, write_parquet, write_xlsx
from scindex.uncertainty.plan import Plan
from scindex.uncertainty.robustness import TABLES, Robustness

FORMAT = "scindex-result/1"
FLOATS = {"value", "score", "missing_low", "missing_high", "data_p05", "data_p95", "method_min", "method_max"}
FLOATS |= {"rank_best", "rank_worst", "coverage", "year_min", "year_max"}
"""Columns whose missing cells are NaN when a saved result opens again."""


class ScoreResult(Scores):
    """Scores with their presentation; `str` of it is the terminal's first screen.

    Attributes
    ----------
    scores, observations : DataFrame
        The tables of those names.
    findings : tuple of Finding
    provenance : Provenance
    recipe : Recipe
        ``dataclasses.replace`` it to score again another way.
    """

    def __str__(self) -> str:
        return summary(self)

    def __repr__(self) -> str:
        cities = self.scores["city_id"].nunique()
        return f"<ScoreResult {self.framework.id}: {cities} cities, {len(self.scores)} rows>"

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.2">{html.escape(str(self))}</pre>'

    def city_id(self, city: str) -> str:
        """Return the id of a city by its name or id.

        Raises
        ------
        UsageError
            If the result has no such city, naming those it has; or several.
        """
        known = self.scores[["city_id", "city"]].drop_duplicates().astype(str)
        wanted = city.strip().casefold()
        match = known[(known["city_id"].str.casefold() == wanted) | (known["city"].str.casefold() == wanted)]
        if len(match) != 1:
            code = "city-unknown" if match.empty else "city-ambiguous"
            names = sorted(known["city"]) if match.empty else sorted(match["city_id"])
            raise UsageError(Finding(code, params={"wanted": city, "cities": names[:20]}))
        return str(match["city_id"].iloc[0])

    def profile(self, city: str) -> str:
        """Return the screen of one city, by its name or id."""
        return profile(self, self.city_id(city))

    def explain(self, city: str, node: str) -> pd.DataFrame:
        """Return what a node's score is made of: one row per indicator below it.

        Parameters
        ----------
        city : str
            Name or id.
        node : str
            Id of a node (``digitalisation``, ``economy.ict``) or an indicator.

        Returns
        -------
        DataFrame
            indicator, name, value, unit, worst, best, standing, score, weight (share of
            the node, of what can be scored), source of the value, where it stands.

        Raises
        ------
        UsageError
            If the result has no such city or node.
        """
        from scindex.screens.explain import explain

        return explain(self, self.city_id(city), node)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain JSON types; `open_result` makes the same result of it."""
        saved = {
            "format": FORMAT,
            "framework": self.framework.id,
            "framework_file": _own_file(self.framework, framework_ids()),
            "targets": self.targets.id if self.targets else None,
            "targets_file": _own_file(self.targets, target_set_ids()) if self.targets else None,
            "year": self.year,
            "weights": self.weights.tolist(),
            "provenance": self.provenance.to_dict(),
            "scores": columns_of(self.scores),
            "observations": columns_of(self.observations),
            "findings": [{**f.to_dict(), "message": text(f)} for f in self.findings],
            "robust": self.robust and _robust_dict(self.robust),
        }
        plain = jsonable(saved)
        return {**plain, "sha256": _digest(plain)}

    def save(self, path: str | Path, *, force: bool = False, encoding: str = "utf-8") -> None:
        """Write the result: ``.json`` (opens again), ``.csv``, ``.parquet`` or ``.xlsx``.

        Parameters
        ----------
        path : str or Path
            CSV and Parquet hold the `scores` table and get ``<path>.meta.json`` beside
            them; XLSX holds scores, observations, findings and provenance.
        force : bool
            Whether an existing file may be replaced.
        encoding : {"utf-8", "utf-8-sig", "cp949"}
            Of CSV.

        Raises
        ------
        UsageError
            If the ending is unknown, the file exists, or it cannot be written.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in (".json", ".csv", ".parquet", ".xlsx"):
            raise UsageError(
                Finding(
                    "unknown-ending",
                    where=path.name,
                    params={"endings": [".csv", ".json", ".parquet", ".xlsx"]},
                )
            )
        if suffix in (".csv", ".parquet"):
            meta = path.with_name(path.name + ".meta.json")
            with whole(path, force=force) as main, whole(meta, force=True) as beside:
                self._write_table(main, suffix, encoding)
                beside.write_text(dump_json(self.meta()) + "\n", encoding="utf-8")
            return
        with whole(path, force=force) as main:
            if suffix == ".json":
                main.write_text(dump_json(self.to_dict()) + "\n", encoding="utf-8")
            else:
                write_xlsx(self.sheets(), main, number_formats())

    def _write_table(self, path: Path, suffix: str, encoding: str) -> None:
        if suffix == ".parquet":
            write_parquet(self.scores, path, self.meta())
        else:
            with path.open("wb") as handle:
                write_csv(self.scores, handle, encoding)

    def meta(self) -> dict[str, Any]:
        """Return what stands beside a table that cannot say it itself: provenance, warnings and notes."""
        told = [{**f.to_dict(), "message": sentence(f)} for f in self.findings]
        return {**self.provenance.to_dict(), "findings": told}

    def sheets(self) -> dict[str, pd.DataFrame]:
        """Return the sheets of the result's workbook, by name."""
        return sheets(self)


class RobustResult(Robustness):
    """A robustness analysis with its presentation; `str` of it is its screen.

    Attributes
    ----------
    tree : Tree
        For the names of nodes.
    """

    tree: Tree

    def __str__(self) -> str:
        return screen(self, self.tree)

    def __repr__(self) -> str:
        return f"<Robustness: {self.n} draws, {self.ranks['node'].nunique()} nodes>"

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.2">{html.escape(str(self))}</pre>'


def present_robust(robust: Robustness, tree: Tree) -> RobustResult:
    """Return a robustness analysis with its presentation."""
    shown = RobustResult(**{f.name: getattr(robust, f.name) for f in dataclasses.fields(Robustness)})
    object.__setattr__(shown, "tree", tree)
    return shown


def _robust_dict(robust: Robustness) -> dict[str, Any]:
    return {
        "plan": dataclasses.asdict(robust.plan),
        "n": robust.n,
        "findings": [f.to_dict() for f in robust.findings],
        **{name: columns_of(table) for name, table in robust.tables.items()},
    }


def _robust(saved: Mapping[str, Any], tree: Tree) -> RobustResult:
    plan: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in saved["plan"].items()}
    findings = tuple(Finding.from_dict(f) for f in saved["findings"])
    tables = {name: _frame(saved[name]) for name in TABLES}
    return present_robust(Robustness(plan=Plan(**plan), n=saved["n"], findings=findings, **tables), tree)


def present(scores: Scores) -> ScoreResult:
    """Return scores with their presentation."""
    return ScoreResult(**{f.name: getattr(scores, f.name) for f in dataclasses.fields(Scores)})


def open_result(path: str | Path) -> ScoreResult:
    """Open a result that `ScoreResult.save` wrote as JSON.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ScoreResult
        Prints the same screen and holds the same numbers.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        If it is no saved result, or was edited by hand.
    """
    try:
        data = Path(path).read_bytes()
    except OSError:
        raise UsageError(Finding("no-such-file", where=Path(path).name, params={"path": str(path)})) from None
    return parse_result(data, Path(path).name)


def parse_result(data: bytes, name: str) -> ScoreResult:
    """Open a result that `ScoreResult.save` wrote as JSON.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    Returns
    -------
    ScoreResult

    Raises
    ------
    DataError
        If it is not such a file, or its numbers are no longer those that were saved.
    """
    try:
        saved = json.loads(data)
        if not isinstance(saved, Mapping) or saved.get("format") != FORMAT:
            raise ValueError(FORMAT)
        if saved["sha256"] != _digest({k: v for k, v in saved.items() if k != "sha256"}):
            raise DataError(Finding("result-changed", where=name))
        return _rebuild(saved)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise DataError(
            Finding("not-a-result", where=name, params={"format": FORMAT, "problem": str(err)})
        ) from None


def _digest(saved: Mapping[str, Any]) -> str:
    """Return a checksum of what is saved, however it is spaced and ordered at the top."""
    plain = json.dumps(dict(sorted(saved.items())), ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _rebuild(saved: Mapping[str, Any]) -> ScoreResult:
    provenance = Provenance.from_dict(saved["provenance"])
    recipe = merge(provenance.recipe)
    framework, changed = _framework(saved, provenance)
    findings = [Finding.from_dict({k: v for k, v in f.items() if k != "message"}) for f in saved["findings"]]
    scores = Scores(
        framework,
        _targets(saved, framework),
        recipe,
        plant(framework, recipe),
        _frame(saved["scores"]),
        _frame(saved["observations"]),
        tuple(findings) + changed,
        provenance,
        saved["year"],
        np.array(saved["weights"], dtype=float).reshape(len(saved["weights"]), -1),
        saved["robust"] and _robust(saved["robust"], plant(framework, recipe)),
    )
    return present(scores)


def _own_file(definition: Framework | TargetSet, installed: list[str]) -> dict[str, str] | None:
    """Return name and text of a user's file, so that the result opens anywhere; None if it ships."""
    path = Path(definition.path)
    if definition.id in installed and path.is_relative_to(root()):
        return None
    return {"name": path.name, "text": definition.text}


def _framework(saved: Mapping[str, Any], provenance: Provenance) -> tuple[Framework, tuple[Finding, ...]]:
    name, file = saved["framework"], saved["framework_file"]
    framework = parse_framework(file["text"].encode(), file["name"]) if file else load_framework(name)
    if framework.sha256 == provenance.definitions.get(name):
        return framework, ()
    return framework, (Finding("definition-changed", "warning", params={"framework": name}),)


def _targets(saved: Mapping[str, Any], framework: Framework) -> TargetSet | None:
    name, file = saved["targets"], saved["targets_file"]
    if file:
        return parse_targets(file["text"].encode(), file["name"], framework)
    return load_targets(name) if name else None


def _frame(columns: Mapping[str, list[Any]]) -> pd.DataFrame:
    table = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    return table.astype({name: float for name in table.columns if name in FLOATS})


__all__ = ["ScoreResult", "open_result", "parse_result", "present"]
