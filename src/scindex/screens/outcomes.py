"""Comparisons as a reader meets them: they print, show in a notebook and give plain data."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import pandas as pd

from scindex.comparison.changes import Changes
from scindex.comparison.compared import Comparison
from scindex.comparison.levers import Levers
from scindex.findings import Finding
from scindex.messages import text
from scindex.screens.changed import changed
from scindex.screens.comparing import comparing
from scindex.tables.write import columns_of, jsonable


class _Shown:
    """What prints as the terminal prints it."""

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.2">{html.escape(str(self))}</pre>'


class ComparisonResult(_Shown, Comparison):
    """A comparison with its presentation; `str` of it is its screen, its tables are DataFrames."""

    def __str__(self) -> str:
        return comparing(self)

    def __repr__(self) -> str:
        about = self.city_id or f"{self.nodes['city_id'].nunique()} cities"
        return f"<ComparisonResult {self.scores.framework.id}: {about}, {len(self.nodes)} rows>"

    @property
    def table(self) -> pd.DataFrame:
        """The gaps: what CSV holds."""
        return self.nodes

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain JSON types."""
        peers = dataclasses.asdict(self.peers) if self.peers else None
        tables = {n: columns_of(getattr(self, n)) for n in ("nodes", "values", "strengths", "common")}
        return jsonable(
            {
                "format": "scindex-comparison/1",
                "framework": self.scores.framework.id,
                "recipe": self.scores.recipe.to_dict(),
                "city_id": self.city_id,
                "other_id": self.other_id,
                "peers": peers,
                **tables,
                "levers": [_levers(v) for v in self.levers],
                "reporting": [
                    {"indicator": w.indicator.id, "top": w.top.id, "share": w.share, "mean": w.mean,
                     "could": w.could, "open": w.open}
                    for w in self.reporting
                ],
                "findings": _findings(self.findings),
            }
        )  # fmt: skip


class DiffResult(_Shown, Changes):
    """What moved between two results, with its presentation; `str` of it is its screen."""

    def __str__(self) -> str:
        return changed(self)

    def __repr__(self) -> str:
        cities = self.table["city_id"].nunique()
        return f"<DiffResult {self.second.framework.id}: {cities} cities, {len(self.table)} rows>"

    def to_dict(self) -> dict[str, Any]:
        """Return the changes as plain JSON types."""
        names = ("nodes_gone", "nodes_come", "cities_gone", "cities_come", "draws")
        return jsonable(
            {
                "format": "scindex-diff/1",
                "framework": self.second.framework.id,
                "names": self.names,
                "kind": "position" if self.position else "change",
                "recipes": [self.first.recipe.to_dict(), self.second.recipe.to_dict()],
                "table": columns_of(self.table),
                **{n: getattr(self, n) for n in names},
                "findings": _findings(self.findings),
            }
        )


def present_comparison(found: Comparison) -> ComparisonResult:
    """Return a comparison with its presentation."""
    return ComparisonResult(**{f.name: getattr(found, f.name) for f in dataclasses.fields(Comparison)})


def present_changes(found: Changes) -> DiffResult:
    """Return changes with their presentation."""
    return DiffResult(**{f.name: getattr(found, f.name) for f in dataclasses.fields(Changes)})


def _findings(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [{**f.to_dict(), "message": text(f)} for f in findings]


def _levers(found: Levers) -> dict[str, Any]:
    single = [
        {
            "indicator": v.indicator.id,
            "value": v.value,
            "needed": v.needed,
            "furthest": v.furthest,
            "score": v.score,
            "effort": v.effort,
            "linked": [{"name": n, "from": a, "to": b} for n, a, b in v.linked],
            "stopped_by": v.stopped_by,
        }
        for v in found.single
    ]
    joint = [{"indicator": i.id, "from": a, "to": b} for i, a, b in found.joint]
    return {
        "node": found.branch.id,
        "score": found.score,
        "goal": found.goal,
        "behind": found.behind,
        "single": single,
        "joint": joint,
        "joint_score": found.joint_score,
        "most": found.most,
        "most_without_classes": found.most_free,
        "classes": found.classes,
        "bound": found.bound,
        "left_out": found.left_out,
    }
