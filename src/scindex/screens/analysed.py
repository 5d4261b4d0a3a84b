"""Analyses as a reader meets them: they print, show in a notebook and give plain data."""

from __future__ import annotations

import dataclasses
import html
from typing import Any, ClassVar, Self

import pandas as pd

from scindex.findings import Finding
from scindex.messages import text
from scindex.scoring import Scores
from scindex.scoring.coherence import Coherent
from scindex.screens.coherent import coherent
from scindex.screens.moves import apportioned, bounded, left_out
from scindex.screens.prices import priced
from scindex.tables.write import columns_of, jsonable
from scindex.uncertainty.apportion import Apportioned
from scindex.uncertainty.attainable import Attainable
from scindex.uncertainty.leave_out import LeaveOut
from scindex.uncertainty.tradeoffs import Tradeoffs


class Analysis:
    """An analysis of a result; `str` of it is its screen.

    Attributes
    ----------
    scores : Scores
        What was analysed.
    findings : tuple of Finding
    """

    kind: ClassVar[str]
    main: ClassVar[str]
    scores: Scores
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, found: Any, scores: Scores) -> Self:
        """Return an analysis with its presentation."""
        shown = cls(**{f.name: getattr(found, f.name) for f in dataclasses.fields(found)})
        object.__setattr__(shown, "scores", scores)
        return shown

    @property
    def table(self) -> pd.DataFrame:
        """The main table: what CSV holds."""
        return getattr(self, self.main)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.scores.framework.id}: {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        return f'<pre style="line-height:1.2">{html.escape(str(self))}</pre>'

    def to_dict(self) -> dict[str, Any]:
        """Return the analysis as plain JSON types."""
        held = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}  # type: ignore[arg-type]
        plain = {k: columns_of(v) if isinstance(v, pd.DataFrame) else v for k, v in held.items()}
        about = {
            "format": f"scindex-{self.kind}/1",
            "framework": self.scores.framework.id,
            "recipe": self.scores.recipe.to_dict(),
        }
        told = [{**f.to_dict(), "message": text(f)} for f in self.findings]
        return jsonable({**about, **plain, "findings": told})


class TradeoffsResult(Analysis, Tradeoffs):
    """A price list with its presentation: tables `prices` and `exchange`."""

    kind, main = "tradeoffs", "prices"

    def __str__(self) -> str:
        return priced(self, self.scores)


class LeaveOutResult(Analysis, LeaveOut):
    """What moves when a part is left out, with its presentation: tables `removed` and `changes`."""

    kind, main = "leave-out", "removed"

    def __str__(self) -> str:
        return left_out(self, self.scores)


class SensitivityResult(Analysis, Apportioned):
    """Shares of the variance, with their presentation: table `indices`."""

    kind, main = "sensitivity", "indices"

    def __str__(self) -> str:
        return apportioned(self, self.scores)


class CoherenceResult(Analysis, Coherent):
    """How a framework hangs together: tables `nodes`, `correlations` and `weights`."""

    kind, main = "coherence", "nodes"

    def __str__(self) -> str:
        return coherent(self, self.scores)


class RankBoundsResult(Analysis, Attainable):
    """Ranks that cities can have when weights move: table `bounds`."""

    kind, main = "rank-bounds", "bounds"

    def __str__(self) -> str:
        return bounded(self, self.scores)
