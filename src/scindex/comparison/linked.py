"""How far one value can move, and what moves with it, so that rules between indicators still hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.catalogue.entries import Names, Rule
from scindex.comparison.bench import Bench

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """The way of one value of one row towards its best, with what it takes along.

    Attributes
    ----------
    leaf : int
    value, furthest : float
        Where it starts and where it has to stop. [indicator unit]
    base : ndarray, shape (n_leaf,)
        All values of the row as they are.
    partners : tuple of int
        Leaves that make up a whole with it, and give way in proportion to their values.
    stopped_by : Names or None
        The indicator that a rule keeps above or below it, where that is what stops it.
    steps : tuple of float
        The values it can take on the way, where it cannot take all.
    """

    leaf: int
    value: float
    furthest: float
    base: Array
    partners: tuple[int, ...] = ()
    stopped_by: Names | None = None
    steps: tuple[float, ...] = ()

    def stops(self, n: int) -> list[float]:
        """Return places to try: `n` values on the way, or those it can take."""
        return list(self.steps) or np.linspace(self.value, self.furthest, n).tolist()

    def at(self, value: float) -> Array:
        """Return all values of the row with this one moved."""
        out = self.base.copy()
        out[self.leaf] = value
        own = list(self.partners)
        if own:
            left = out[own].sum() - (value - self.value)
            out[own] *= max(left, 0.0) / out[own].sum()
        return out


def link(bench: Bench, row: int, leaf: int, end: float) -> Linked:
    """Return the way of one value of a row towards an end.

    Parameters
    ----------
    bench : Bench
    row, leaf : int
    end : float
        Its best value where no rule is in the way. [indicator unit]

    Returns
    -------
    Linked

    Notes
    -----
    ``at_most`` stops the first of its two indicators at the second's value, and the
    second at the first's on its way down. In ``sum_near`` the others give way in
    proportion to their values, so that the sum stays as it is; a value whose partners
    cannot be moved stays where it is. A rule with a missing part binds nothing, as when a
    file is read; nor does one that the file breaks already: it stops where it stands.
    """
    tree, values = bench.sheet.tree, bench.sheet.data.values[:, row]
    column = {i.id: k for k, i in enumerate(tree.indicators)}
    value, stopped, partners = float(values[leaf]), None, ()
    for rule in bench.sheet.framework.rules:
        parts = [column.get(n, -1) for n in rule.indicators]
        name = tree.indicators[leaf].id
        if name not in rule.indicators or min(parts) < 0 or np.isnan(values[parts]).any():
            continue
        if rule.kind == "at_most":
            end, by = _kept(rule, name, value, end, values[parts])
            stopped = tree.indicators[parts[by]].name if by >= 0 else stopped
        else:
            partners = tuple(p for p in parts if p != leaf)
            end = _within(bench, values, value, end, partners)
    steps = _steps(bench, leaf, value, end)
    return Linked(leaf, value, end, values.copy(), partners, stopped, steps)


def _kept(rule: Rule, name: str, value: float, end: float, parts: Array) -> tuple[float, int]:
    """Return where a value has to stop, and which part stops it; -1 if none does."""
    first = name == rule.indicators[0]
    limit = float(parts[1] if first else parts[0])
    if first and end > limit:
        return max(limit, value), 1
    if not first and end < limit:
        return min(limit, value), 0
    return end, -1


def _within(bench: Bench, values: Array, value: float, end: float, partners: tuple[int, ...]) -> float:
    """Return how far a part of a whole can go before another leaves its range."""
    total = float(values[list(partners)].sum())
    if not partners or total <= 0:
        return value
    growth = np.inf
    for p in partners:
        high = bench.sheet.tree.indicators[p].possible[1]
        if high is not None and values[p] > 0:
            growth = min(growth, high / float(values[p]))
    return min(max(end, value - total * (growth - 1)), value + total)


def _steps(bench: Bench, leaf: int, value: float, end: float) -> tuple[float, ...]:
    """Return the values on the way of what has classes, worst first; empty for the others."""
    indicator = bench.sheet.tree.indicators[leaf]
    if indicator.kind == "yes_no":
        return (value, end)
    if indicator.kind != "category":
        return ()
    marks = {k + 1.0: s for k, s in enumerate(indicator.category_scores) if s is not None}
    better = [k for k, s in marks.items() if s > marks.get(value, -np.inf)]
    return (value, *sorted(better, key=lambda k: marks[k]))
