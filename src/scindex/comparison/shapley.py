"""Share a change out among its causes, whatever the order in which they act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Switched = frozenset[str]
"""Causes that have acted."""


def states(causes: Sequence[str]) -> list[Switched]:
    """Return every set of causes that can have acted, none first and all last.

    Examples
    --------
    >>> [sorted(s) for s in states(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return [frozenset(some) for n in range(len(causes) + 1) for some in combinations(causes, n)]


def share_out(worth: Mapping[Switched, Array], causes: Sequence[str]) -> dict[str, Array]:
    r"""Return what each cause adds, averaged over the orders in which they can act.

    Parameters
    ----------
    worth : Mapping of frozenset to ndarray
        What is measured once some causes have acted, for every one of `states`; NaN
        where it is undefined.
    causes : sequence of str

    Returns
    -------
    dict of str to ndarray
        By cause; they add up to the worth of all less the worth of none. NaN where no
        order is defined from end to end.

    Notes
    -----
    Over the orders :math:`\pi` of the causes that pass through defined states only,

    .. math:: \phi_i = \frac{1}{|\Pi|} \sum_{\pi \in \Pi}
        v(P_i^\pi \cup \{i\}) - v(P_i^\pi)

    with :math:`P_i^\pi` the causes before :math:`i`. Where every state is defined this
    is the Shapley value: it closes, treats causes alike that act alike, and gives
    nothing to a cause that changes nothing. Along each order the sum telescopes, so it
    closes where some are left out too.

    References
    ----------
    .. [1] Shapley, "A value for n-person games", 1953; Shorrocks, "Decomposition
       procedures for distributional analysis", Journal of Economic Inequality 11, 2013.

    Examples
    --------
    >>> worth = {frozenset(): np.array(0.0), frozenset("a"): np.array(1.0),
    ...          frozenset("b"): np.array(2.0), frozenset("ab"): np.array(6.0)}
    >>> {k: float(v) for k, v in share_out(worth, "ab").items()}
    {'a': 2.5, 'b': 3.5}
    """
    none = worth[frozenset()]
    total = {cause: np.zeros(none.shape) for cause in causes}
    count = np.zeros(none.shape)
    for order in permutations(causes):
        path = [worth[frozenset(order[:n])] for n in range(len(order) + 1)]
        defined = np.logical_and.reduce([np.isfinite(v) for v in path])
        count += defined
        for n, cause in enumerate(order):
            total[cause] += np.where(defined, path[n + 1] - path[n], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {cause: np.where(count > 0, added / count, np.nan) for cause, added in total.items()}
