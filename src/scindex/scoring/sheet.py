"""Lay out what the steps need as arrays, once for one framework, one table and one recipe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.entries import Framework, Indicator
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.index.impute import IMPUTERS, Context
from scindex.index.normalise import METHODS, Spec
from scindex.index.rollup import Shape
from scindex.index.screen import screen
from scindex.methods import Method, parse
from scindex.recipe import Recipe
from scindex.scoring.matrix import NOT_APPLICABLE, Matrix, open_matrix
from scindex.scoring.tree import Tree

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Leaves that take the same method of a step.

    `reference` is the row of the city to measure against, for each row, where the method
    has one.
    """

    method: Method
    leaves: Codes
    reference: NDArray[np.intp] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One framework, one table of observations and one recipe, as arrays.

    Attributes
    ----------
    framework : Framework
    tree : Tree
    recipe : Recipe
    data : Matrix
        Rows and leaves, with `values` as the file has them and panel gaps filled.
    base : ndarray of bool, shape (n_leaf, n_row)
        Leaves that can be scored and apply.
    filled : ndarray of bool, shape (n_leaf, n_row)
        Values that the panel filled in.
    denominators : ndarray, shape (n_denominator, n_row)
    which : ndarray of int, shape (n_leaf,)
        Position of each leaf's denominator, -1 without.
    scale : ndarray, shape (n_leaf,)
    spec : Spec
        What normalising needs to know of each leaf.
    normalise, treat : tuple of Group
    impute : Method
    context : Context
        What imputing needs to know of cells besides values.
    shape : Shape
        The tree, with the framework's own weights.
    findings : tuple of Finding
        What laying out rejected or assumed.
    """

    framework: Framework
    tree: Tree
    recipe: Recipe
    data: Matrix
    base: Mask
    filled: Mask
    denominators: Array
    which: Codes
    scale: Array
    spec: Spec
    normalise: tuple[Group, ...]
    treat: tuple[Group, ...]
    impute: Method
    context: Context
    shape: Shape
    findings: tuple[Finding, ...]

    @property
    def relative(self) -> bool:
        """Whether a city's scores move when another city joins."""
        steps = [not METHODS[g.method.name].properties.independent for g in self.normalise]
        steps += [g.method.name != "none" for g in self.treat]
        return any(steps) or not IMPUTERS[self.impute.name].properties.independent


def lay_out(observations: pd.DataFrame, framework: Framework, tree: Tree, recipe: Recipe, year: str) -> Sheet:
    """Lay out observations for scoring.

    Parameters
    ----------
    observations : DataFrame
        The table of that name.
    framework : Framework
    tree : Tree
        As the recipe planted it.
    recipe : Recipe
    year : str
        ``latest``, ``all``, or one calendar year.

    Returns
    -------
    Sheet
        Without rows if nothing in the table belongs to the framework.

    Raises
    ------
    UsageError
        If the recipe names a city, group or indicator that is not there.
    MethodError
        If a method cannot be used on so few cities.
    """
    data = open_matrix(observations, tree.indicators, recipe, year)
    data, filled = _fill_panel(observations, tree, data, recipe)
    methods = [method_of(i, "normalise", recipe) for i in tree.indicators]
    scorable = np.array([_can_be_scored(i, m) for i, m in zip(tree.indicators, methods)], bool)
    raw = np.array([_is_raw(i, m, recipe) for i, m in zip(tree.indicators, methods)], bool)
    scorable &= ~raw
    applies = data.state != NOT_APPLICABLE
    data, kept, findings = _screen(framework, tree, data, applies & scorable[:, None], recipe)
    findings += _unscorable(tree, methods, scorable, raw)
    rows = data.rows.index.to_numpy()
    data = replace(data, rows=data.rows.reset_index(drop=True))
    base = (applies & scorable[:, None])[:, rows] & kept[:, None]
    extra = _open_context(observations, framework, tree, data, recipe)
    which, scale = _denominators(framework, tree, recipe, list(extra[0]))
    shape = tree.shape(recipe)
    return Sheet(
        framework,
        tree,
        recipe,
        data,
        base,
        filled[:, rows],
        extra[1],
        which,
        scale,
        _spec(tree, data, recipe),
        _groups(tree, data, recipe, "normalise"),
        _groups(tree, data, recipe, "treat"),
        parse("impute", recipe.impute),
        _context(framework, tree, data, extra, recipe, shape),
        shape,
        tuple(findings),
    )


def method_of(indicator: Indicator, step: str, recipe: Recipe) -> Method:
    """Return how an indicator is normalised or treated: as recipe, framework or default say."""
    own = indicator.normalise if step == "normalise" else indicator.treat
    return recipe.chosen(step, indicator.id, indicator.slug, indicator.code, own=own)


def _can_be_scored(indicator: Indicator, method: Method) -> bool:
    """Whether an indicator has what its normalisation needs."""
    if indicator.direction == "context":
        return False
    needs = METHODS[method.name].needs
    if "worst" in needs:
        return indicator.goalposts is not None
    if "scores" in needs:
        return any(s is not None for s in indicator.category_scores)
    return not ("target" in needs or indicator.direction == "target") or _target(indicator) is not None


def _is_raw(indicator: Indicator, method: Method, recipe: Recipe) -> bool:
    """Whether goalposts or a target of the value after division would meet one that is not divided."""
    fixed = {"worst", "target"} & set(METHODS[method.name].needs)
    return not recipe.denominate and indicator.denominate is not None and bool(fixed)


def _unscorable(tree: Tree, methods: list[Method], scorable: Mask, raw: Mask) -> list[Finding]:
    """Say what is not scored for want of division, and where nothing at all can be scored."""
    names = [tree.indicators[k].name for k in np.flatnonzero(raw)]
    told = [Finding("goalposts-need-division", "warning", params={"names": names})] if names else []
    if not scorable.any():
        used = ", ".join(dict.fromkeys(str(m) for m in methods))
        told.append(Finding("nothing-scorable", "warning", params={"n": len(methods), "method": used}))
    return told


def _target(indicator: Indicator) -> float | None:
    if indicator.target is not None:
        return indicator.target
    return indicator.goalposts.best if indicator.goalposts else None


def _groups(tree: Tree, data: Matrix, recipe: Recipe, step: str) -> tuple[Group, ...]:
    at: dict[str, list[int]] = {}
    for leaf, indicator in enumerate(tree.indicators):
        at.setdefault(str(method_of(indicator, step, recipe)), []).append(leaf)
    methods = [parse(step, text) for text in at]
    rows = [_reference(data, str(m.options["city"])) if "city" in m.options else None for m in methods]
    return tuple(Group(m, np.array(at[str(m)], np.int64), r) for m, r in zip(methods, rows))


def _spec(tree: Tree, data: Matrix, recipe: Recipe) -> Spec:
    leaves = tree.indicators
    posts = [i.goalposts for i in leaves]
    most = max((len(i.category_scores) for i in leaves), default=0) or 1
    table = [[*(np.nan if s is None else s for s in i.category_scores)] for i in leaves]
    years = pd.factorize(data.rows["year"], sort=True)[0].astype(np.int64)
    sign = {"higher": 1.0, "lower": -1.0, "target": 0.0, "context": 1.0}
    return Spec(
        sign=np.array([sign[i.direction] for i in leaves]),
        worst=np.array([np.nan if p is None else p.worst for p in posts]),
        best=np.array([np.nan if p is None else p.best for p in posts]),
        target=np.array([_or_nan(_target(i)) for i in leaves]),
        capped=np.array([recipe.capped and i.capped for i in leaves], bool),
        reference=None,
        scores=np.array([[*row, *[np.nan] * (most - len(row))] for row in table]).reshape(len(leaves), most),
        groups=None if recipe.joint else years,
    )


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value


def _reference(data: Matrix, wanted: str) -> NDArray[np.intp]:
    """Return for each row that of the city to measure against: in its year, else its newest."""
    rows = data.rows
    at = np.array(_rows_called(data, wanted), np.intp)
    ids = rows["city_id"].iloc[at].unique()
    if len(ids) != 1:
        cities = [str(c) for c in ids] or sorted(rows["city"].astype(str).unique())[:20]
        code = "city-ambiguous" if len(ids) else "city-unknown"
        raise UsageError(Finding(code, params={"wanted": wanted, "cities": cities}))
    by_year = {int(rows["year"].iloc[k]): int(k) for k in at}
    return np.array([by_year.get(int(year), int(at[-1])) for year in rows["year"]], np.intp)


def _rows_called(data: Matrix, name: str) -> list[int]:
    """Return the rows of a city by id, or by name where no id is so."""
    for column in ("city_id", "city"):
        found = np.flatnonzero(data.rows[column].astype(str).str.casefold() == str(name).casefold())
        if len(found):
            return found.tolist()
    return []


def _fill_panel(observations: pd.DataFrame, tree: Tree, data: Matrix, recipe: Recipe) -> tuple[Matrix, Mask]:
    """Fill gaps from the same city's other years, where the recipe says so."""
    none = np.zeros(data.values.shape, dtype=bool)
    method = parse("impute", recipe.impute)
    if not IMPUTERS[method.name].needs_panel or data.rows.empty:
        return data, none
    every = open_matrix(observations, tree.indicators, replace(recipe, window=1), "all")
    rows = pd.concat([every.rows, data.rows]).drop_duplicates(["city_id", "year"], ignore_index=True)
    whole = open_matrix(observations, tree.indicators, recipe, "all", rows=rows)
    gaps = (whole.state != NOT_APPLICABLE) & np.isnan(whole.values)
    context = _panel_context(rows, len(tree.indicators))
    found = IMPUTERS[method.name].apply(whole.values, gaps, context, **method.options)
    at = pd.MultiIndex.from_frame(rows[["city_id", "year"]].astype({"city_id": str})).get_indexer(
        pd.MultiIndex.from_frame(data.rows[["city_id", "year"]].astype({"city_id": str}))
    )
    filled = np.isnan(data.values) & ~np.isnan(found[:, at]) & (data.state != NOT_APPLICABLE)
    return replace(data, values=np.where(filled, found[:, at], data.values)), filled


def _panel_context(rows: pd.DataFrame, n_leaf: int) -> Context:
    city = pd.factorize(rows["city_id"])[0].astype(np.int64)
    blank = np.zeros(n_leaf, np.int64)
    return Context(
        np.zeros(len(rows), np.int64) - 1, blank, np.ones(n_leaf), city, rows["year"].to_numpy(np.int64)
    )


def _columns(tree: Tree, framework: Framework) -> dict[str, int]:
    """Return the leaf that each id, slug, code and name of the framework's own stands for."""
    at = {i.id: k for k, i in enumerate(tree.indicators)}
    own = {alias: at[i] for alias, i in framework.aliases.items() if i in at}
    own |= {alias.partition(":")[2]: k for alias, k in own.items() if ":" in alias}
    return own | {n: k for k, i in enumerate(tree.indicators) for n in (i.code, i.slug, i.id) if n}


def _screen(
    framework: Framework, tree: Tree, data: Matrix, base: Mask, recipe: Recipe
) -> tuple[Matrix, NDArray[np.bool_], list[Finding]]:
    """Leave out indicators and cities that are too thin; return what is kept, and say it."""
    limits = dict(recipe.screen)
    kept = np.ones(len(tree.indicators), dtype=bool)
    findings: list[Finding] = []
    if not limits or data.rows.empty:
        return data, kept, findings
    columns = _columns(tree, framework)
    forced = {word: _forced(limits.get(word, []), columns, data) for word in ("keep", "drop")}
    for axis, key in ((0, "indicators"), (-1, "cities")):
        size = data.values.shape[axis]
        found = screen(
            data.values,
            base & kept[:, None],
            axis=0 if axis == 0 else -1,
            min_available=limits.get(key),
            max_zeros=limits.get("zeros") if axis == 0 else None,
            keep=np.isin(np.arange(size), forced["keep"][axis]),
            drop=np.isin(np.arange(size), forced["drop"][axis]),
        ).kept
        if axis == 0:
            # an indicator that was never to be scored is not screened out either
            kept = found | ~base.any(axis=1)
            findings += [_screened("indicator", tree.indicators[k].name) for k in np.flatnonzero(~kept)]
        else:
            gone = data.rows.loc[~found, "city"].astype(str)
            findings += [_screened("city", name) for name in dict.fromkeys(gone)]
            data = data.rows_where(found)
    return data, kept, findings


def _screened(what: str, name: Any) -> Finding:
    return Finding(f"screened-{what}", "warning", params={"name": name})


def _forced(names: list[str], columns: dict[str, int], data: Matrix) -> dict[int, list[int]]:
    """Sort the names of `keep` and `drop` into indicators (axis 0) and rows of cities (axis -1)."""
    out: dict[int, list[int]] = {0: [], -1: []}
    for name in names:
        rows = [] if name in columns else _rows_called(data, name)
        if name not in columns and not rows:
            params = {"field": "screen", "close": [*columns][:8]}
            raise UsageError(Finding("recipe-unknown-name", value=name, params=params))
        out[0] += [columns[name]] if name in columns else []
        out[-1] += rows
    return out


def _open_context(
    observations: pd.DataFrame, framework: Framework, tree: Tree, data: Matrix, recipe: Recipe
) -> tuple[tuple[str, ...], Array]:
    """Return the ids and values of what is not scored but known of the cities: (n_context, n_row)."""
    needed = {i.denominate.by for i in tree.indicators if i.denominate}
    entries = {**framework.context, **{n: framework.entries[n] for n in needed}}
    if not entries:
        return (), np.zeros((0, len(data.rows)))
    opened = open_matrix(observations, tuple(entries.values()), recipe, "all", rows=data.rows)
    return tuple(entries), opened.values


def _denominators(framework: Framework, tree: Tree, recipe: Recipe, known: list[str]) -> tuple[Codes, Array]:
    which = np.full(len(tree.indicators), -1, np.int64)
    scale = np.ones(len(tree.indicators))
    for column, indicator in enumerate(tree.indicators if recipe.denominate else ()):
        if indicator.denominate is not None:
            which[column] = known.index(indicator.denominate.by)
            scale[column] = indicator.denominate.scale
    return which, scale


def _context(
    framework: Framework,
    tree: Tree,
    data: Matrix,
    extra: tuple[tuple[str, ...], Array],
    recipe: Recipe,
    shape: Shape,
) -> Context:
    n_row = len(data.rows)
    parent = np.zeros(len(tree.indicators), np.int64)
    weight = np.ones(len(tree.indicators))
    for position, branch in enumerate(tree.branches):
        if branch.leaf >= 0:
            parent[branch.leaf], weight[branch.leaf] = branch.parent, shape.weight[position]
    city = pd.factorize(data.rows["city_id"])[0].astype(np.int64)
    method = parse("impute", recipe.impute)
    group = np.full(n_row, -1, np.int64)
    if "group" in method.options:
        group = _group_codes(framework, str(method.options["group"]), extra)
    return Context(group, parent, weight, city, data.rows["year"].to_numpy(np.int64))


def _group_codes(framework: Framework, name: str, extra: tuple[tuple[str, ...], Array]) -> Codes:
    by_name = {
        n: k
        for k, i in enumerate(extra[0])
        for n in (framework.entries[i].slug, framework.entries[i].code, i)
    }
    if name not in by_name or framework.entries[extra[0][by_name[name]]].kind != "category":
        groups = [i for i in extra[0] if framework.entries[i].kind == "category"]
        params = {"field": "impute", "close": [framework.entries[i].slug for i in groups] or ["-"]}
        raise UsageError(Finding("recipe-unknown-name", value=name, params=params))
    values = extra[1][by_name[name]]
    return np.where(np.isnan(values), -1, np.nan_to_num(values)).astype(np.int64)
