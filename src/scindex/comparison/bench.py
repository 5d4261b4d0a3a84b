"""A result laid out and scored again, so that comparison asks the engine and keeps no formula of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.scoring import Scores
from scindex.scoring.engine import Evaluated, evaluate
from scindex.scoring.sheet import Sheet, lay_out
from scindex.scoring.tree import Branch

BOUNDED = 100.0
"""Best score of a node whose leaves are scored on capped scales."""


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """A result with the sheet behind it.

    Attributes
    ----------
    scores : Scores
    sheet : Sheet
    scored : Evaluated
    """

    scores: Scores
    sheet: Sheet
    scored: Evaluated

    def row(self, city_id: str) -> int:
        """Return the newest row of a city."""
        return int(np.flatnonzero((self.sheet.data.rows["city_id"] == city_id).to_numpy())[-1])


def work(scores: Scores) -> Bench:
    """Lay a result out and score it again.

    Parameters
    ----------
    scores : Scores
        A result saved under an older definition of its framework comes out as today's.

    Returns
    -------
    Bench
    """
    sheet = lay_out(scores.observations, scores.framework, scores.tree, scores.recipe, scores.year)
    return Bench(scores, sheet, evaluate(sheet))


def is_outdated(scores: Scores) -> bool:
    """Return whether a result was saved under a definition that has changed since."""
    return any(f.code == "definition-changed" for f in scores.findings)


def find_node(scores: Scores, wanted: str) -> Branch:
    """Return a node by id, code, or name in either language.

    Parameters
    ----------
    scores : Scores
    wanted : str

    Returns
    -------
    Branch

    Raises
    ------
    UsageError
        If the tree has no such node, or several of that name.
    """
    branches = [b for b in scores.tree.branches if b.id or scores.recipe.total]
    key = wanted.strip().casefold()
    for names in (
        lambda b: [b.id or "total"],
        lambda b: [b.code, b.id.partition(":")[2]],
        lambda b: list(b.name.values()),
    ):
        found = [b for b in branches if key and key in [n.casefold() for n in names(b)]]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                Finding("node-ambiguous", params={"wanted": wanted, "nodes": [b.id for b in found]})
            )
    inner = [b.id for b in branches if b.leaf < 0 and b.id]
    raise UsageError(Finding("node-unknown", params={"wanted": wanted, "nodes": inner[:12]}))


def names_of(scores: Scores) -> dict[str, str]:
    """Return the cities' names by id."""
    known = scores.scores[["city_id", "city"]].drop_duplicates("city_id", keep="last").astype(str)
    return dict(zip(known["city_id"], known["city"]))
