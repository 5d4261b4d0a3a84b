"""The steps in their order, from a sheet to every node's score with its bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.catalogue.entries import Indicator
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.index.normalise import METHODS
from scindex.index.rollup import Rolled, roll_up
from scindex.scoring.label import Leaves
from scindex.scoring.sheet import Sheet
from scindex.scoring.steps import Stepped, leaf_scores
from scindex.scoring.weighting import Resolved, resolve_weights

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluated:
    """A sheet scored: leaves, weights and nodes, and what must be said of them."""

    stepped: Stepped
    leaves: Leaves
    resolved: Resolved
    up: Rolled
    findings: tuple[Finding, ...]

    @property
    def weights(self) -> Array:
        """Weights among siblings, shape (n_node, 1) or (n_node, n_row)."""
        return self.resolved.weights


def evaluate(sheet: Sheet) -> Evaluated:
    """Take every step of the Handbook on a sheet.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    Evaluated

    Raises
    ------
    MethodError
        If a method is undefined for a score, naming the city and the node.
    """
    stepped = leaf_scores(sheet)
    _refuse_infinite(sheet, stepped.scores)
    resolved = resolve_weights(sheet, stepped.scores)
    complete = not (sheet.base & (np.isnan(stepped.scores) | stepped.imputed)).any()
    low, high = (None, None) if complete else _leaf_bounds(sheet, stepped)
    up = roll_up(
        sheet.shape,
        stepped.scores,
        sheet.base,
        weights=resolved.weights,
        known=None if complete else ~stepped.imputed,
        low=low,
        high=high,
    )
    for node, best in resolved.best_case.items():
        up.score[node] = up.low[node] = up.high[node] = best.score
    _refuse_zero(sheet, up)
    _refuse_undefined(sheet, up, resolved.weights)
    standings = tuple(_standing(i, n) for i, n in zip(sheet.tree.indicators, _names(sheet)))
    leaves = Leaves(stepped.scores, sheet.base, stepped.imputed, standings)
    return Evaluated(stepped, leaves, resolved, up, (*resolved.findings, *_open_ends(sheet)))


def _names(sheet: Sheet) -> list[str]:
    """Return the normalisation of each leaf."""
    names = [""] * len(sheet.tree.indicators)
    for group in sheet.normalise:
        for leaf in group.leaves:
            names[leaf] = group.method.name
    return names


def _standing(indicator: Indicator, method: str) -> str:
    """Who stands behind the numbers a score hangs on; a method on the sample has none."""
    return indicator.goalposts.standing if "worst" in METHODS[method].needs and indicator.goalposts else ""


def _leaf_bounds(sheet: Sheet, stepped: Stepped) -> tuple[Array, Array]:
    """Return the least and the most each leaf can score, whatever is missing.

    A missing or imputed value lies anywhere on a capped scale. Where a score depends on
    the other cities, a missing value of theirs moves it too: then nothing can be said.
    """
    known = sheet.base & ~np.isnan(stepped.scores) & ~stepped.imputed
    low, high = np.where(known, stepped.scores, 0.0), np.where(known, stepped.scores, 100.0)
    treated = {int(leaf) for g in sheet.treat if g.method.name != "none" for leaf in g.leaves}
    moving = np.array([
        leaf in treated or not METHODS[name].properties.independent for leaf, name in enumerate(_names(sheet))
    ], dtype=bool)  # fmt: skip
    closed = ~moving & np.asarray(sheet.spec.capped)
    complete = ~(sheet.base & ~known).any(axis=1)
    open_end = (~closed & ~complete)[:, None] & (~known | moving[:, None])
    return np.where(open_end, np.nan, low), np.where(open_end, np.nan, high)


def _open_ends(sheet: Sheet) -> list[Finding]:
    """Say why bounds are empty."""
    found = [] if sheet.recipe.capped else [Finding("bounds-need-caps", "note")]
    if sheet.relative:
        code = "relative-scores" if sheet.recipe.joint else "relative-by-year"
        found.append(Finding(code, "note"))
    return found


def _refuse_infinite(sheet: Sheet, scored: Array) -> None:
    """Raise where a logarithm without caps leaves no finite score."""
    findings = []
    for column, row in zip(*np.nonzero(np.isinf(scored))):
        indicator, value = sheet.tree.indicators[column], float(sheet.data.values[column, row])
        city, year = _row(sheet, row)
        params = {"name": indicator.name}
        findings.append(
            Finding("ln-undefined", city=city, year=year, indicator=indicator.id, value=value, params=params)
        )
    if findings:
        raise MethodError(*findings)


def _row(sheet: Sheet, row: int) -> tuple[str, int]:
    return str(sheet.data.rows["city"][row]), int(sheet.data.rows["year"][row])


def _refuse_zero(sheet: Sheet, up: Rolled) -> None:
    """Raise for the lowest nodes whose method has no meaning for a score of 0 or below."""
    findings = []
    for node, row in zip(*np.nonzero(up.zero)):
        branch = sheet.tree.branches[node]
        if up.zero[list(branch.children), row].any() or not (branch.id or sheet.recipe.total):
            continue
        findings.append(_about(sheet, "geometric-zero", node, row))
    if findings:
        raise MethodError(*findings)


def _refuse_undefined(sheet: Sheet, up: Rolled, weights: Array) -> None:
    """Raise for the lowest nodes that have scores below them and none themselves."""
    findings = []
    told = np.zeros(up.score.shape, dtype=bool)
    for node in range(len(told) - 1, -1, -1):
        branch = sheet.tree.branches[node]
        below = list(branch.children)
        if below and (branch.id or sheet.recipe.total):
            fed = (~np.isnan(up.score[below]) & (weights[below] > 0)).any(axis=0)
            gone = fed & np.isnan(up.score[node])
            told[node] = gone | told[below].any(axis=0)
            rows = np.flatnonzero(gone & ~told[below].any(axis=0))
            findings += [_about(sheet, "aggregate-undefined", node, int(row)) for row in rows]
    if findings:
        raise MethodError(*findings)


def _about(sheet: Sheet, code: str, node: int, row: int) -> Finding:
    city, year = _row(sheet, row)
    name = sheet.tree.branches[node].name or sheet.tree.level_names["total"]
    params = {"node": name, "method": sheet.shape.method[node]}
    return Finding(code, city=city, year=year, params=params)
