"""Share a whole-number change out among its causes: exact, and closed to the unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Worth = Callable[[frozenset[str]], Whole]


def share_out(worth: Worth, causes: Sequence[str]) -> dict[str, Whole]:
    r"""Return what each cause adds, averaged over all orders in which they can act.

    Parameters
    ----------
    worth : callable
        Whole amounts, shape (n,), once a set of causes has acted; asked once for each set.
    causes : sequence of str
        Their order decides between equal remainders, the first first.

    Returns
    -------
    dict of str to ndarray of int64, shape (n,)
        By cause; in every element they add up to the worth of all less that of none.

    Notes
    -----
    .. math:: \phi_i = \sum_{S \not\ni i} \frac{|S|! \, (n - |S| - 1)!}{n!}
        \left( v(S \cup i) - v(S) \right)

    taken with whole numerators over :math:`n!`, in integers of any length, then rounded by
    largest remainder so that the shares close.

    References
    ----------
    .. [1] Shapley, L. S., "A value for n-person games", Contributions to the Theory of Games
       II, 1953. Shorrocks, A. F., "Decomposition procedures for distributional analysis",
       Journal of Economic Inequality 11, 2013, pp. 99-126.

    Examples
    --------
    >>> worth = {"": 0, "a": 1, "b": 2, "ab": 6}
    >>> parts = share_out(lambda s: np.array([worth["".join(sorted(s))]]), ["a", "b"])
    >>> {k: int(v[0]) for k, v in parts.items()}
    {'a': 3, 'b': 3}
    """
    n = len(causes)
    if not n:
        return {}
    value = {s: worth(s).astype(object) for s in subsets(causes)}
    numerators = []
    for cause in causes:
        rest = [c for c in causes if c != cause]
        total = np.zeros_like(value[frozenset()])
        for s in subsets(rest):
            total = total + factorial(len(s)) * factorial(n - len(s) - 1) * (value[s | {cause}] - value[s])
        numerators.append(total)
    return dict(zip(causes, _closed(np.array(numerators), factorial(n))))


def subsets(causes: Sequence[str]) -> list[frozenset[str]]:
    """Return every set of causes, the empty one first.

    Examples
    --------
    >>> [sorted(s) for s in subsets(["a", "b"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    return [frozenset(some) for k in range(len(causes) + 1) for some in combinations(causes, k)]


def _closed(numerators: np.ndarray, whole: int) -> list[Whole]:
    """Round fractions of `whole`, shape (n_cause, n), down; what is left goes to the largest remainders."""
    floors = numerators // whole
    remainder = (numerators - floors * whole).astype(np.float64)
    left = (numerators.sum(axis=0) // whole - floors.sum(axis=0)).astype(np.int64)
    rank = np.argsort(np.argsort(-remainder, axis=0, kind="stable"), axis=0, kind="stable")
    return list((floors + (rank < left)).astype(np.int64))
