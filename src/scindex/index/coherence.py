"""Whether what stands under one node belongs together (Handbook, step 4).

All of it is for directed, normalised scores: on raw values a lower-is-better indicator looks
like a trade-off, and is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scindex.findings import Finding
from scindex.index.correlations import Correlations, pearson, with_one
from scindex.index.dimensions import Alpha, Components, components, cronbach

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
Label = object
"""What a finding calls a node: text, or a mapping of languages."""

REDUNDANT = 0.92
SIGNIFICANT = 0.05
ALPHA = 0.7
ADEQUATE = 0.6


@dataclass(frozen=True, slots=True)
class Pair:
    """Two children of a node, by position, and how they correlate."""

    first: int
    second: int
    r: float
    p: float
    n: int


@dataclass(frozen=True, slots=True)
class Coherence:
    """What was found about one node: numbers for every node, verdicts only for reflective ones.

    Attributes
    ----------
    correlations : Correlations
        Between children.
    redundant, opposed : tuple of Pair
        Pairs that say nearly the same; pairs that work against each other.
    parent_r, parent_p : ndarray, shape (n_child,)
        Correlation of each child with the node.
    against : tuple of int
        Children that correlate negatively with the node.
    alpha : Alpha
    components : Components
    """

    correlations: Correlations
    redundant: tuple[Pair, ...]
    opposed: tuple[Pair, ...]
    parent_r: Array
    parent_p: Array
    against: tuple[int, ...]
    alpha: Alpha
    components: Components


def cohere(
    children: Array, parent: Array, *, redundant: float = REDUNDANT, significant: float = SIGNIFICANT
) -> Coherence:
    """Examine the children of one node.

    Parameters
    ----------
    children : ndarray, shape (n_child, n_row)
        Directed scores of the children; NaN is missing. [0 to 100]
    parent : ndarray, shape (n_row,)
        Scores of the node. [0 to 100]
    redundant : float
        Children that correlate above it are called redundant. [0 to 1]
    significant : float
        A negative correlation with a p value below it is a trade-off. [0 to 1]

    Returns
    -------
    Coherence

    Examples
    --------
    >>> x = np.linspace(0, 100, 30)
    >>> found = cohere(np.array([x, x + 1, 100 - x]), (x + 101) / 3)
    >>> [(p.first, p.second) for p in found.redundant], found.against
    ([(0, 1)], (2,))
    """
    matrix = pearson(children)
    r, p, _ = with_one(children, parent)
    against = tuple(int(i) for i in np.flatnonzero((r < 0) & (p < significant)))
    return Coherence(
        matrix,
        redundant_pairs(matrix, redundant),
        trade_offs(matrix, significant),
        r,
        p,
        against,
        cronbach(children),
        components(children),
    )


def redundant_pairs(correlations: Correlations, above: float = REDUNDANT) -> tuple[Pair, ...]:
    """Return the pairs that correlate above a threshold, the strongest first.

    Parameters
    ----------
    correlations : Correlations
        Between children of one node.
    above : float
        0.92 is the JRC's own threshold; COINr's default is 0.9. [0 to 1]

    Returns
    -------
    tuple of Pair

    Notes
    -----
    Only positive correlations: one that is strongly negative on directed scores is no
    double counting but a trade-off.

    References
    ----------
    .. [1] W. Becker et al., "COINr", Journal of Open Source Software 7(78), 2022, 4567:
       ``get_corr_flags``.
    """
    return _pairs(correlations, correlations.r > above, -correlations.r)


def trade_offs(correlations: Correlations, significant: float = SIGNIFICANT) -> tuple[Pair, ...]:
    """Return the pairs that correlate negatively and significantly, the strongest first.

    Parameters
    ----------
    correlations : Correlations
        Between children of one node.
    significant : float
        Largest p value. With many pairs some fall below it by chance. [0 to 1]

    Returns
    -------
    tuple of Pair
    """
    return _pairs(correlations, (correlations.r < 0) & (correlations.p < significant), correlations.r)


def judge(
    found: Coherence, node: Label, children: Sequence[Label], *, reflective: bool
) -> tuple[Finding, ...]:
    """Say what a reader must know about one node.

    Parameters
    ----------
    found : Coherence
        From `cohere`.
    node : str or Mapping
        What to call the node: text, or a mapping of languages.
    children : sequence of str or Mapping
        What to call its children, in order.
    reflective : bool
        Whether the children are meant to show one and the same thing. Children of a
        formative node make it up together: they need not correlate, so alpha, KMO and
        the number of components are no verdict on it.

    Returns
    -------
    tuple of Finding
        Redundant pairs, trade-offs and children against their node, for every node; low
        alpha, low KMO and a second component, for reflective nodes only.
    """
    out = [
        Finding("coherence-redundant", "warning", params=_named(pair, node, children))
        for pair in found.redundant
    ]
    out += [
        Finding("coherence-trade-off", "warning", params=_named(pair, node, children))
        for pair in found.opposed
    ]
    for child in found.against:
        params = {"first": children[child], "node": node, "r": round(float(found.parent_r[child]), 2)}
        out.append(Finding("coherence-against-node", "warning", params=params))
    if reflective:
        out += _verdicts(found, node)
    return tuple(out)


def _verdicts(found: Coherence, node: Label) -> list[Finding]:
    out, parts = [], found.components
    if found.alpha.alpha < ALPHA:
        params = {"node": node, "alpha": round(found.alpha.alpha, 2), "least": ALPHA}
        out.append(Finding("coherence-alpha-low", "warning", params=params))
    # of two variables KMO is 0.5 whatever they are
    if len(parts.eigenvalues) > 2 and parts.kmo < ADEQUATE:
        params = {"node": node, "kmo": round(parts.kmo, 2), "least": ADEQUATE}
        out.append(Finding("coherence-kmo-low", "warning", params=params))
    if parts.kaiser > 1:
        params = {"node": node, "n": parts.kaiser, "share": round(100 * float(parts.shares[0]))}
        out.append(Finding("coherence-dimensions", "warning", params=params))
    return out


def _named(pair: Pair, node: Label, children: Sequence[Label]) -> dict[str, object]:
    names = {"first": children[pair.first], "second": children[pair.second], "node": node}
    return {**names, "r": round(pair.r, 2), "n": pair.n}


def _pairs(found: Correlations, which: Mask, order: Array) -> tuple[Pair, ...]:
    first, second = np.nonzero(np.triu(which, k=1))
    by_strength = np.argsort(order[first, second], kind="stable")
    return tuple(
        Pair(int(i), int(j), float(found.r[i, j]), float(found.p[i, j]), int(found.n[i, j]))
        for i, j in zip(first[by_strength], second[by_strength], strict=True)
    )
