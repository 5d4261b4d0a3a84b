"""Fill in missing values: one method per name, all called alike (Handbook, step 3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.index.neighbours import iterative, knn
from scindex.index.properties import Properties

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Context:
    """What a method may know about the cells besides their values.

    Attributes
    ----------
    group : ndarray of int, shape (n_row,)
        Group of each row; -1 where a row has none.
    siblings : ndarray of int, shape (n_leaf,)
        Node that each leaf stands under.
    weight : ndarray, shape (n_leaf,) or (n_leaf, n_draw)
        Weight of each leaf among its siblings; only ratios count. [-]
    city : ndarray of int, shape (n_row,)
        City of each row.
    year : ndarray of int, shape (n_row,)
        Calendar year of each row; a city has a year once.
    """

    group: Codes
    siblings: Codes
    weight: Array
    city: Codes
    year: Codes


@dataclass(frozen=True, slots=True)
class Imputer:
    """One method, what is true of it, and what it needs.

    Attributes
    ----------
    apply : callable
        ``(values, gaps, context, **options) -> values with gaps filled``. `values` has
        shape (n_leaf, n_row) or (n_leaf, n_draw, n_row); `gaps` marks the cells to fill
        (missing and applicable) and has the same shape or lacks the draws. Known cells
        and cells outside `gaps` come back as they are. A gap that the method cannot
        fill stays NaN: the caller says so.
    properties : Properties
        *monotone*: a higher known value never lowers a filled one. *bounded*: of values
        in 0 to 100, filled ones are too. *independent*: no other city moves a city's
        filled values. *at_least*: known values of the indicator that are needed.
    on_raw, on_scores : bool
        Whether it makes sense for values in their units, and for scores.
    needs_groups, needs_panel : bool
        Whether it reads `Context.group`; whether it reads other years of the same city.
    """

    apply: Callable[..., Array]
    properties: Properties
    on_raw: bool = True
    on_scores: bool = True
    needs_groups: bool = False
    needs_panel: bool = False


def leave(values: Array, gaps: Mask, context: Context) -> Array:
    """Fill nothing: a gap stays a gap.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Not used.

    Returns
    -------
    ndarray, same shape as `values`
        A copy.
    """
    return values.copy()


def mean(values: Array, gaps: Mask, context: Context) -> Array:
    r"""Fill each gap with the mean of its indicator over all rows.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Not used.

    Returns
    -------
    ndarray, same shape as `values`
        NaN is left where no row has a value of the indicator.

    Notes
    -----
    .. math:: \hat x_{ic} = \frac{1}{n_i} \sum_{d \text{ known}} x_{id}

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 3, unconditional mean imputation.

    Examples
    --------
    >>> rows, node = np.arange(3), np.zeros(1, dtype=int)
    >>> context = Context(rows, node, np.ones(1), rows, rows)
    >>> mean(np.array([[1.0, 3.0, np.nan]]), np.array([[False, False, True]]), context)
    array([[1., 3., 2.]])
    """
    return _by_indicator(values, gaps, _mean)


def median(values: Array, gaps: Mask, context: Context) -> Array:
    """Fill each gap with the median of its indicator over all rows.

    Parameters, result and source as for `mean`. An even number of known values gives
    the mean of the middle two.
    """
    return _by_indicator(values, gaps, _median)


def group_mean(values: Array, gaps: Mask, context: Context, group: str = "") -> Array:
    r"""Fill each gap with the mean of its indicator over the rows of the same group.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Whose `group` holds the codes.
    group : str
        Name of the grouping behind the codes: part of the recipe, not read here.

    Returns
    -------
    ndarray, same shape as `values`
        NaN is left in rows without a group, and where a group has no value.

    Notes
    -----
    .. math:: \hat x_{ic} = \operatorname{mean} \{x_{id} : g_d = g_c, x_{id} \text{ known}\}

    References
    ----------
    .. [1] OECD and JRC, "Handbook on Constructing Composite Indicators", OECD
       Publishing, 2008, step 3, means within adjustment cells (endnote 10).
    """
    return _by_group(values, gaps, context.group, _mean)


def group_median(values: Array, gaps: Mask, context: Context, group: str = "") -> Array:
    """Fill each gap with the median of its indicator over the rows of the same group.

    Parameters, result and source as for `group_mean`.
    """
    return _by_group(values, gaps, context.group, _median)


def node_mean(values: Array, gaps: Mask, context: Context) -> Array:
    r"""Fill each gap with the row's own mean over the other leaves of the same node.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Scores on one scale; NaN is missing. [0 to 100]
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Whose `siblings` and `weight` say what stands under a node and how it counts.

    Returns
    -------
    ndarray, same shape as `values`
        NaN is left where no sibling of positive weight has a score.

    Notes
    -----
    .. math:: \hat s_{ic} = \frac{\sum_{j \in \text{node}} w_j s_{jc}}{\sum_{j \in \text{node}} w_j}
              \quad \text{over the known } s_{jc}

    An arithmetic mean over the node then has the score it has when the gap is left out,
    and coverage no longer shows the gap: this is what leaving out assumes, made visible.

    Examples
    --------
    >>> one, node = np.zeros(1, dtype=int), np.zeros(3, dtype=int)
    >>> context = Context(one, node, np.array([1.0, 3.0, 1.0]), one, one)
    >>> node_mean(np.array([[20.0], [60.0], [np.nan]]), np.array([[False], [False], [True]]), context).ravel()
    array([20., 60., 50.])
    """
    estimate = np.full_like(values, np.nan)
    weight = context.weight.reshape(*context.weight.shape, *(1,) * (values.ndim - context.weight.ndim))
    for node in np.unique(context.siblings):
        leaves = context.siblings == node
        scores = values[leaves]
        shares = np.where(np.isnan(scores), 0.0, weight[leaves])
        total = shares.sum(axis=0)
        summed = (np.where(np.isnan(scores), 0.0, scores) * shares).sum(axis=0)
        estimate[leaves] = np.divide(summed, total, out=np.full_like(total, np.nan), where=total > 0)
    return _fill(values, gaps, estimate)


def latest(values: Array, gaps: Mask, context: Context) -> Array:
    """Fill each gap with the city's last known value of an earlier year.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Whose `city` and `year` say what follows what.

    Returns
    -------
    ndarray, same shape as `values`
        NaN is left before a city's first known value: nothing is taken from the future.

    References
    ----------
    .. [1] W. Becker et al., "COINr", Journal of Open Source Software 7(78), 2022,
       4567: ``impute_panel(imp_type = "latest")``.

    Examples
    --------
    >>> city, node = np.zeros(3, dtype=int), np.zeros(1, dtype=int)
    >>> years = Context(city, node, np.ones(1), city, np.array([2020, 2021, 2023]))
    >>> latest(np.array([[4.0, np.nan, 7.0]]), np.array([[False, True, False]]), years)
    array([[4., 4., 7.]])
    """
    before, _, _ = _around(values, context)
    return _fill(values, gaps, before)


def linear(values: Array, gaps: Mask, context: Context) -> Array:
    r"""Fill each gap along the straight line between the city's known years around it.

    Parameters
    ----------
    values : ndarray, shape (n_leaf, [n_draw,] n_row)
        Values; NaN is missing.
    gaps : ndarray of bool, shape (n_leaf, [n_draw,] n_row)
        Cells to fill.
    context : Context
        Whose `city` and `year` say what lies between what.

    Returns
    -------
    ndarray, same shape as `values`
        Before the first and after the last known year the nearest value is held, so a
        trend is never prolonged. NaN is left where the city has no value at all.

    Notes
    -----
    .. math:: \hat x_t = x_a + (x_b - x_a) \, (t - a) / (b - a), \quad a < t < b

    References
    ----------
    .. [1] W. Becker et al., "COINr", Journal of Open Source Software 7(78), 2022,
       4567: ``impute_panel(imp_type = "linear")``.

    Examples
    --------
    >>> city, node = np.zeros(3, dtype=int), np.zeros(1, dtype=int)
    >>> years = Context(city, node, np.ones(1), city, np.array([2020, 2021, 2023]))
    >>> linear(np.array([[4.0, np.nan, 7.0]]), np.array([[False, True, False]]), years)
    array([[4., 5., 7.]])
    """
    before, after, along = _around(values, context)
    between = before + (after - before) * along
    between = np.where(np.isnan(after), before, np.where(np.isnan(before), after, between))
    return _fill(values, gaps, between)


def constant(values: Array, gaps: Mask, context: Context) -> Array:
    """Fill each gap with the city's last known value, or before the first one with that.

    Parameters and source as for `latest`; NaN is left only where the city has no value
    of the indicator in any year.
    """
    before, after, _ = _around(values, context)
    return _fill(values, gaps, np.where(np.isnan(before), after, before))


def _fill(values: Array, gaps: Mask, estimate: Array) -> Array:
    return np.where(_to_fill(values, gaps), estimate, values)


def _to_fill(values: Array, gaps: Mask) -> Mask:
    return (gaps if gaps.ndim == values.ndim else gaps[:, None, :]) & np.isnan(values)


def _by_indicator(values: Array, gaps: Mask, centre: Callable[[Array], Array]) -> Array:
    todo = _to_fill(values, gaps)
    some = todo.any(axis=tuple(range(1, values.ndim)))
    out = values.copy()
    out[some] = np.where(todo[some], centre(values[some]), values[some])
    return out


def _by_group(values: Array, gaps: Mask, group: Codes, centre: Callable[[Array], Array]) -> Array:
    out = values.copy()
    for code in np.unique(group[group >= 0]):
        rows = group == code
        out[..., rows] = _by_indicator(values[..., rows], gaps[..., rows], centre)
    return out


def _mean(values: Array) -> Array:
    known = ~np.isnan(values)
    n = known.sum(axis=-1, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=-1, keepdims=True)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)


def _median(values: Array) -> Array:
    n = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    ordered = np.sort(values, axis=-1)  # NaN last
    low, high = (np.take_along_axis(ordered, np.maximum(at, 0), axis=-1) for at in ((n - 1) // 2, n // 2))
    return np.where(n > 0, low + (high - low) / 2, np.nan)


def _around(values: Array, context: Context) -> tuple[Array, Array, Array]:
    """Return the city's known values before and after each cell, and how far along it lies."""
    order = np.lexsort((context.year, context.city))
    city, year = context.city[order], context.year[order].astype(float)
    n = order.size
    place = np.arange(n)
    start = np.searchsorted(city, city, side="left")
    end = np.searchsorted(city, city, side="right")
    known = ~np.isnan(values[..., order])
    before = np.maximum.accumulate(np.where(known, place, -1), axis=-1)
    after = np.minimum.accumulate(np.where(known, place, n)[..., ::-1], axis=-1)[..., ::-1]
    no_before, no_after = before < start, after >= end
    before, after = np.where(no_before, place, before), np.where(no_after, place, after)
    span = year[after] - year[before]
    along = np.divide(year - year[before], span, out=np.zeros(span.shape), where=span > 0)
    sorted_values = values[..., order]
    low = np.where(no_before, np.nan, np.take_along_axis(sorted_values, before, axis=-1))
    high = np.where(no_after, np.nan, np.take_along_axis(sorted_values, after, axis=-1))
    back = np.argsort(order)
    return low[..., back], high[..., back], along[..., back]


IMPUTERS = {
    "none": Imputer(leave, Properties(at_least=0)),
    "mean": Imputer(mean, Properties(independent=False)),
    "median": Imputer(median, Properties(independent=False)),
    "group_mean": Imputer(group_mean, Properties(independent=False), needs_groups=True),
    "group_median": Imputer(group_median, Properties(independent=False), needs_groups=True),
    "node_mean": Imputer(node_mean, Properties(at_least=0), on_raw=False),
    "latest": Imputer(latest, Properties(), needs_panel=True),
    "linear": Imputer(linear, Properties(), needs_panel=True),
    "constant": Imputer(constant, Properties(), needs_panel=True),
    "knn": Imputer(knn, Properties(monotone=False, independent=False, at_least=5)),
    "iterative": Imputer(iterative, Properties(monotone=False, independent=False, at_least=2)),
}
"""Name in a recipe -> method. `at_least` of `knn` is that of its default k."""
