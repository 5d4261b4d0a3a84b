"""Where high values stand beside high ones by more than chance: local statistics on a sparse grid.

Knows cells, values and neighbours; what is measured in a cell is none of its business.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex.errors import MethodError
from scindex.extras import need
from scindex.findings import Finding

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

LEAST = 8
"""Cells below which a local statistic says nothing."""

QUADRANTS = np.array(["", "high-high", "low-high", "low-low", "high-low"])
"""Of the local Moran: the cell, then its neighbours."""

SCHEMES = ("natural_breaks", "quantiles", "equal_interval", "head_tail", "pretty")
"""Ways to cut values into classes for a legend."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which cells stand beside which, as pairs in both directions, sorted.

    Attributes
    ----------
    focal, other : ndarray of int, shape (n_pair,)
        Positions of the two cells.
    n : int
        Cells, those without a neighbour included.
    """

    focal: Indices
    other: Indices
    n: int

    @property
    def islands(self) -> NDArray[np.bool_]:
        """Whether a cell has no neighbour, shape (n,)."""
        return np.bincount(self.focal, minlength=self.n) == 0

    def among(self, kept: NDArray[np.bool_]) -> Neighbours:
        """Return the pairs whose two cells are kept, renumbered."""
        place = np.cumsum(kept) - 1
        both = kept[self.focal] & kept[self.other]
        return Neighbours(place[self.focal[both]], place[self.other[both]], int(kept.sum()))


def beside(column: Indices, row: Indices, *, reach: float | None = None) -> Neighbours:
    """Find the neighbours of cells on a sparse square grid.

    Parameters
    ----------
    column, row : ndarray of int, shape (n,)
        Place of each cell, each place once.
    reach : float, optional
        Longest distance between centres, in sides of a cell; without it the eight cells that
        share a side or a corner (queen). [-]

    Returns
    -------
    Neighbours

    Examples
    --------
    >>> found = beside(np.array([0, 1, 5]), np.array([0, 1, 5]))
    >>> found.focal.tolist(), found.other.tolist(), found.islands.tolist()
    ([0, 1], [1, 0], [False, False, True])
    """
    far = 1 if reach is None else int(np.floor(reach))
    wide = int(np.ptp(column)) + 2 * far + 1 if len(column) else 1
    key = (row - row.min(initial=0)) * wide + (column - column.min(initial=0))
    order = np.argsort(key, kind="stable")
    keys = key[order]
    focal, other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for up in range(-far, far + 1):
        for right in range(-far, far + 1):
            if (up, right) == (0, 0) or (reach is not None and np.hypot(up, right) > reach):
                continue
            wanted = key + up * wide + right
            at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
            there = np.flatnonzero(keys[at] == wanted)
            focal.append(there)
            other.append(order[at[there]])
    return _sorted(np.concatenate(focal), np.concatenate(other), len(column))


def touching(polygons: Any) -> Neighbours:
    """Find the polygons that share a side or a corner (queen).

    Parameters
    ----------
    polygons : ndarray of shapely polygons, shape (n,)

    Returns
    -------
    Neighbours
    """
    import shapely

    tree = shapely.STRtree(polygons)
    focal, other = tree.query(polygons, predicate="intersects")
    apart = focal != other
    return _sorted(focal[apart], other[apart], len(polygons))


def _sorted(focal: Indices, other: Indices, n: int) -> Neighbours:
    order = np.lexsort((other, focal))
    return Neighbours(focal[order].astype(np.int64), other[order].astype(np.int64), n)


@dataclass(frozen=True, slots=True)
class Local:
    """A local statistic of each cell.

    Attributes
    ----------
    value : ndarray, shape (n,)
        z-score of Gi*, or local Moran's I. [-]
    p : ndarray, shape (n,)
        Two-sided pseudo p-value from conditional permutations. [-]
    p_normal : ndarray, shape (n,)
        Two-sided p-value under normality; NaN where there is none. [-]
    q : ndarray, shape (n,)
        `p` adjusted for the number of cells (Benjamini and Hochberg). [-]
    kind : ndarray of str, shape (n,)
        ``hot`` or ``cold``, or the quadrant, whatever its p-value.
    """

    value: Floats
    p: Floats
    p_normal: Floats
    q: Floats
    kind: NDArray[np.str_]


def gi_star(values: Floats, neighbours: Neighbours, *, permutations: int, seed: int) -> Local:
    """Ask of each cell whether it and its neighbours hold more, or less, than chance would give.

    Parameters
    ----------
    values : ndarray, shape (n,)
        At least zero, not all equal; each cell has a neighbour. [any unit]
    neighbours : Neighbours
    permutations : int
        Conditional permutations: the cell stays, all others change places.
    seed : int

    Returns
    -------
    Local

    Raises
    ------
    MethodError
        If there are too few cells, a cell without neighbour, or all values are equal.

    References
    ----------
    .. [1] Ord, J. K. and Getis, A., "Local spatial autocorrelation statistics: distributional
       issues and an application", Geographical Analysis 27(4), 1995, pp. 286-306.
    .. [2] Benjamini, Y. and Hochberg, Y., "Controlling the false discovery rate", Journal of the
       Royal Statistical Society B 57(1), 1995, pp. 289-300.
    """
    _check(values, neighbours)
    draws = {"permutations": permutations, "seed": seed, "keep_simulations": False, "n_jobs": 1}
    with _hushed():
        found = need("map", "esda").G_Local(values, _graph(neighbours), transform="B", star=True, **draws)
    z = np.asarray(found.Zs, dtype=float)
    p = _two_sided(found.p_sim)
    return Local(z, p, _two_sided(found.p_norm), adjusted(p), np.where(z > 0, "hot", "cold"))


def local_moran(values: Floats, neighbours: Neighbours, *, permutations: int, seed: int) -> Local:
    """Ask of each cell whether its neighbours are more like it, or less, than chance would give.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not all equal; each cell has a neighbour. [any unit]
    neighbours : Neighbours
    permutations : int
        Conditional permutations: the cell stays, all others change places.
    seed : int

    Returns
    -------
    Local

    Raises
    ------
    MethodError
        If there are too few cells, a cell without neighbour, or all values are equal.

    References
    ----------
    .. [1] Anselin, L., "Local indicators of spatial association - LISA", Geographical Analysis
       27(2), 1995, pp. 93-115.
    """
    _check(values, neighbours)
    draws = {"permutations": permutations, "seed": seed, "keep_simulations": False, "n_jobs": 1}
    with _hushed():
        found = need("map", "esda").Moran_Local(values, _graph(neighbours), transformation="r", **draws)
    p = _two_sided(found.p_sim)
    none = np.full(len(values), np.nan)
    return Local(np.asarray(found.Is, dtype=float), p, none, adjusted(p), QUADRANTS[np.asarray(found.q)])


def adjusted(p: Floats) -> Floats:
    """Adjust p-values so that those up to `x` hold at most a share `x` of false discoveries.

    Examples
    --------
    >>> adjusted(np.array([0.01, 0.02, 0.9])).round(3)
    array([0.03, 0.03, 0.9 ])
    """
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(np.clip(p, 0.0, 1.0), method="bh"))


def breaks(values: Floats, *, scheme: str = "natural_breaks", n: int = 5) -> Floats:
    """Cut values into classes for a legend.

    Parameters
    ----------
    values : ndarray, shape (n_value,)
        NaN is left out. [any unit]
    scheme : str
        One of `SCHEMES`.
    n : int
        Classes wanted; fewer where there are fewer different values. ``head_tail`` and ``pretty``
        find their own number.

    Returns
    -------
    ndarray, shape (at most n,)
        Upper ends of the classes, ascending; the last is the largest value. [unit of `values`]

    Raises
    ------
    MethodError
        If the scheme is unknown, or no value is known.

    References
    ----------
    .. [1] Jenks, G. F., "The data model concept in statistical mapping", International Yearbook
       of Cartography 7, 1967, pp. 186-190.
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if scheme not in SCHEMES or not len(known):
        raise MethodError(Finding("hotspots-scheme", params={"scheme": scheme, "known": list(SCHEMES)}))
    if len(np.unique(known)) <= n:
        return np.unique(known)
    classify = need("map", "mapclassify")
    if scheme == "head_tail":
        ends = classify.HeadTailBreaks(known).bins
    elif scheme == "natural_breaks":
        ends = classify.FisherJenks(_thinned(known), k=n).bins
    else:
        named = {"quantiles": "Quantiles", "equal_interval": "EqualInterval", "pretty": "PrettyBreaks"}
        ends = getattr(classify, named[scheme])(known, k=n).bins
    return np.unique(np.append(np.asarray(ends, dtype=float)[:-1], known.max()))


def _thinned(values: Floats, most: int = 2000) -> Floats:
    """Take evenly spaced ranks, both ends included: natural breaks take quadratic time."""
    ranked = np.sort(values)
    if len(ranked) <= most:
        return ranked
    return ranked[np.linspace(0, len(ranked) - 1, most).round().astype(int)]


def _graph(neighbours: Neighbours) -> Any:
    graph = need("map", "libpysal.graph")
    return graph.Graph.from_arrays(neighbours.focal, neighbours.other, np.ones(len(neighbours.focal)))


def _check(values: Floats, neighbours: Neighbours) -> None:
    if len(values) < LEAST or neighbours.islands.any() or not np.ptp(values):
        raise MethodError(Finding("hotspots-too-few", params={"n": len(values), "least": LEAST}))


@contextmanager
def _hushed() -> Iterator[None]:
    """Hush the notice that a later release will give two-sided p-values; a test watches for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _two_sided(p: Floats) -> Floats:
    return np.minimum(1.0, 2 * np.asarray(p, dtype=float))
