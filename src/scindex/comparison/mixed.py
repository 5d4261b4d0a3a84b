"""Two results of one framework, and every mixture of them: whose values, editions, gaps and method."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.comparison.shapley import Switched
from scindex.errors import MethodError, UsageError
from scindex.scoring import Scores
from scindex.scoring.engine import evaluate
from scindex.scoring.matrix import NOT_APPLICABLE
from scindex.scoring.sheet import lay_out

Array = NDArray[np.float64]

PARTS = ("values", "revisions", "coverage", "method")
"""Causes of a change: a new year's values; another number for the same year; indicators
and cities that came or went; another recipe or definition of the framework."""

Key = tuple[str, int]
"""A row: city_id, and the year where cities have several rows, else 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What one result knows, read the way one method reads it; shape (n_id, n_key).

    `value` is NaN where nothing is known, `applies` false where nothing can be,
    `year` the year of the value, `row_year` that of the row, shape (n_key,), 0 without one.
    """

    value: Array
    applies: NDArray[np.bool_]
    year: NDArray[np.int64]
    row_year: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Two results side by side.

    Attributes
    ----------
    first, second : Scores
    ids : tuple of str
        Indicators and context entries of either.
    keys : tuple of Key
        Rows of either.
    names : Mapping of str to str
        City by id.
    cells : dict of bool to (Cells, Cells)
        Of first and second, as read by the first method (False) and the second (True).
    cross : dict of bool to (ndarray, ndarray)
        Likewise: the second file's value for the first's year, and the reverse.
    """

    first: Scores
    second: Scores
    ids: tuple[str, ...]
    keys: tuple[Key, ...]
    names: dict[str, str]
    cells: dict[bool, tuple[Cells, Cells]]
    cross: dict[bool, tuple[Array, Array]]

    def moving(self) -> list[str]:
        """Return the parts that differ at all between the two results, in the order of `PARTS`."""
        found: set[str] = set()
        for (a, b), (seen_b, seen_a) in zip(self.cells.values(), self.cross.values()):
            both = np.isfinite(a.value) & np.isfinite(b.value)
            if (both & ((a.value != seen_b) | (b.value != seen_a))).any():
                found.add("revisions")
            rows = (a.row_year > 0) & (b.row_year > 0) & (a.row_year != b.row_year)
            if (both & (a.year != b.year)).any() or rows.any():
                found.add("values")
            there = (a.row_year > 0) != (b.row_year > 0)
            if there.any() or (np.isfinite(a.value) != np.isfinite(b.value)).any():
                found.add("coverage")
            if (a.applies != b.applies).any():
                found.add("coverage")
        if same_method(self.first, self.second):
            return [p for p in PARTS if p in found]
        return [p for p in PARTS if p in found or p == "method"]

    def scores(self, switched: Switched, nodes: list[str], keys: list[Key]) -> Array:
        """Score a mixture by the engine itself.

        Parameters
        ----------
        switched : frozenset of str
            The parts taken from the second result.
        nodes : list of str
            Ids of nodes of both trees.
        keys : list of Key

        Returns
        -------
        ndarray, shape (n_node, n_key)
            NaN where the mixture has no score, or where its method is undefined.
        """
        side = self.second if "method" in switched else self.first
        out = np.full((len(nodes), len(keys)), np.nan)
        try:
            sheet = lay_out(
                self._observations(switched), side.framework, side.tree, replace(side.recipe, window=1), "all"
            )
            found = evaluate(sheet).up.score
        except (MethodError, UsageError):
            return out
        several = any(year for _, year in self.keys)
        rows = zip(sheet.data.rows["city_id"].astype(str), sheet.data.rows["year"])
        at = {(c, int(y) if several else 0): k for k, (c, y) in enumerate(rows)}
        here = [n for n, key in enumerate(keys) if key in at]
        columns = [at[keys[n]] for n in here]
        positions = [side.tree.position(n) for n in nodes]
        out[:, here] = found[np.ix_(positions, columns)]
        return out

    def _observations(self, switched: Switched) -> pd.DataFrame:
        """Return a table of observations in which some parts are the second result's."""
        which = "method" in switched
        a, b = self.cells[which]
        seen_b, seen_a = self.cross[which]
        has_a, has_b = np.isfinite(a.value), np.isfinite(b.value)
        late, revised, came = (p in switched for p in ("values", "revisions", "coverage"))
        common = (seen_b, b.value) if revised else (a.value, seen_a)
        alone = (
            np.where(has_b & ~has_a, b.value, np.nan) if came else np.where(has_a & ~has_b, a.value, np.nan)
        )
        value = np.where(has_a & has_b, common[late], alone)
        applies = b.applies if came else a.applies
        both = (a.row_year > 0) & (b.row_year > 0)
        here = both | ((b.row_year if came else a.row_year) > 0)
        year = np.where(both, b.row_year if late else a.row_year, np.maximum(a.row_year, b.row_year))
        column = np.flatnonzero(here)
        shape = (len(self.ids), len(column))
        ids = np.array([c for c, _ in self.keys], dtype=object)[column]
        table = {
            "city_id": np.broadcast_to(ids, shape),
            "city": np.broadcast_to(np.array([self.names[c] for c in ids], dtype=object), shape),
            "year": np.broadcast_to(year[column], shape),
            "indicator": np.repeat(np.array(self.ids, dtype=object)[:, None], len(column), axis=1),
            "value": value[:, column],
            "status": np.where(applies[:, column], "A", "M"),
        }
        return pd.DataFrame({name: cells.ravel() for name, cells in table.items()})


def same_method(a: Scores, b: Scores) -> bool:
    """Return whether two results were scored alike: one definition, the same choices."""
    alike = a.framework.sha256 == b.framework.sha256 and a.tree.branches == b.tree.branches
    recipes = [{k: v for k, v in r.recipe.to_dict().items() if k not in SILENT} for r in (a, b)]
    return alike and recipes[0] == recipes[1]


SILENT = ("robust", "targets", "show_coverage")
"""Choices that change no goalpost score: what is varied, what points are made against, what is shown."""


def mix(first: Scores, second: Scores) -> Mixture:
    """Set two results side by side.

    Parameters
    ----------
    first, second : Scores
        Of the same framework, in whatever editions.

    Returns
    -------
    Mixture
    """
    ids = tuple(dict.fromkeys(i for r in (first, second) for i in _ids(r)))
    several = any(
        r.scores[["city_id", "year"]].drop_duplicates()["city_id"].duplicated().any() for r in (first, second)
    )
    methods = {False: first, True: second}
    if same_method(first, second):
        methods = {False: first}
    read = {m: tuple(_read(r, side, several) for r in (first, second)) for m, side in methods.items()}
    keys = tuple(sorted({k for pair in read.values() for rows, _ in pair for k in rows}))
    names = {
        str(c): str(n)
        for r in (first, second)
        for c, n in r.scores[["city_id", "city"]].drop_duplicates("city_id").itertuples(index=False)
    }
    cells: dict[bool, tuple[Cells, Cells]] = {}
    cross: dict[bool, tuple[Array, Array]] = {}
    for m, pair in read.items():
        a, b = (_place(rows, found, ids, keys) for rows, found in pair)
        a, b = _lend(a, b, first, ids), _lend(b, a, second, ids)
        cells[m] = a, b
        cross[m] = _seen(a, b, second, ids, keys), _seen(b, a, first, ids, keys)
    for table in (cells, cross):
        table.setdefault(True, table[False])  # type: ignore[arg-type]
    return Mixture(first, second, ids, keys, names, cells, cross)


def _ids(scores: Scores) -> list[str]:
    extra = [i.denominate.by for i in scores.tree.indicators if i.denominate]
    return [*(i.id for i in scores.tree.indicators), *scores.framework.context, *extra]


Read = tuple[dict[Key, int], dict[str, tuple[Array, NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]]]
"""Position of each row, and by id: values, whether they apply, their years, the rows' years."""


def _read(scores: Scores, side: Scores, several: bool) -> Read:
    """Read a result's observations the way a method reads them, extras included."""
    sheet = lay_out(scores.observations, side.framework, side.tree, side.recipe, scores.year)
    rows = sheet.data.rows
    row_year = rows["year"].to_numpy(np.int64)
    keys = {(str(c), int(y) if several else 0): k for k, (c, y) in enumerate(zip(rows["city_id"], row_year))}
    found = {}
    needed = {i.denominate.by: None for i in side.tree.indicators if i.denominate}
    extra = [*side.framework.context, *(n for n in needed if n not in side.framework.context)]
    for name, value in zip(extra, sheet.denominators):
        found[name] = value, np.ones(len(rows), bool), row_year, row_year
    for leaf, indicator in enumerate(side.tree.indicators):
        applies, year = sheet.data.state[leaf] != NOT_APPLICABLE, sheet.data.years[leaf].astype(np.int64)
        # a value filled in from other years stands for the row's
        found[indicator.id] = sheet.data.values[leaf], applies, np.where(year > 0, year, row_year), row_year
    return keys, found


def _place(rows: dict[Key, int], found: dict, ids: tuple[str, ...], keys: tuple[Key, ...]) -> Cells:
    """Put what was read at its place among all ids and rows."""
    shape, none = (len(ids), len(keys)), np.zeros(len(keys), np.int64)
    out = Cells(np.full(shape, np.nan), np.ones(shape, bool), np.zeros(shape, np.int64), none)
    there = [n for n, key in enumerate(keys) if key in rows]
    at = [rows[keys[n]] for n in there]
    for n, name in enumerate(ids):
        if name in found:
            value, applies, year, row_year = found[name]
            out.value[n, there], out.applies[n, there], out.year[n, there] = value[at], applies[at], year[at]
            out.row_year[there] = row_year[at]
    return out


def _lend(own: Cells, other: Cells, scores: Scores, ids: tuple[str, ...]) -> Cells:
    """Take over what a result could not hold since its framework did not ask for it.

    An indicator that only the other definition has comes by method, not by coverage.
    """
    known = {i.id for i in scores.tree.indicators} | set(scores.framework.context)
    asked = np.array([name in known for name in ids])[:, None] | (own.row_year == 0)[None, :]
    return replace(
        own,
        value=np.where(asked, own.value, other.value),
        applies=np.where(asked, own.applies, other.applies),
        year=np.where(asked, own.year, other.year),
    )


def _seen(own: Cells, other: Cells, edition: Scores, ids: tuple[str, ...], keys: tuple[Key, ...]) -> Array:
    """Return what another file says of the years of `own`: its value, or `own`'s where it is silent.

    Where both values are of one year it is the other's value, whether revised or not.
    """
    told = edition.observations
    told = told[told["value"].notna() & told["indicator"].isin(ids)]
    columns = (told[c].tolist() for c in ("city_id", "indicator", "year", "value"))
    known = {(str(c), str(i), int(y)): float(v) for c, i, y, v in zip(*columns)}
    out = np.where(own.year == other.year, other.value, own.value)
    apart = np.isfinite(own.value) & np.isfinite(other.value) & (own.year != other.year)
    for n, k in zip(*np.nonzero(apart)):
        out[n, k] = known.get((keys[k][0], ids[n], int(own.year[n, k])), own.value[n, k])
    return out
