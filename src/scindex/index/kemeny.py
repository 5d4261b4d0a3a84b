"""Find the order that agrees most with majorities: cycles by cycles, each solved exactly."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Array = NDArray[np.float64]
_SCALE = 1e3  # the solver's tolerances are absolute: margins are made large beside them
_SAME = 1e-9  # two orders whose support differs by less are equally good


def cycles(margin: Array) -> list[list[int]]:
    """Split cities into the finest sequence of groups in which none is beaten by a later group.

    Parameters
    ----------
    margin : ndarray, shape (n_row, n_row)
        By how much each city is ahead of each other; minus its own transpose. [share of weight]

    Returns
    -------
    list of list of int
        Each of more than one city is a cycle of majorities; cities in rising order.

    Notes
    -----
    The groups are the strongly connected components of the graph of strict majorities.
    Of groups that do not beat each other the one with the lowest city comes first.

    Examples
    --------
    >>> cycles(np.array([[0.0, 0.2, 0.4], [-0.2, 0.0, 0.0], [-0.4, 0.0, 0.0]]))
    [[0], [1], [2]]
    """
    if not len(margin):
        return []
    count, label = connected_components(csr_array(margin > 0), directed=True, connection="strong")
    groups = [np.flatnonzero(label == one).tolist() for one in range(count)]
    row, column = np.nonzero(margin > 0)
    beats = np.zeros((count, count), dtype=bool)
    beats[label[row], label[column]] = True
    np.fill_diagonal(beats, False)
    beaten, sequence = beats.sum(axis=0), []
    waiting = sorted(range(count), key=lambda one: groups[one][0])
    while waiting:
        first = next(one for one in waiting if beaten[one] == 0)
        waiting.remove(first)
        beaten = beaten - beats[first]
        sequence.append(groups[first])
    return sequence


def best_order(margin: Array, points: Array) -> tuple[Array, bool]:
    """Return the ranks of the order with the greatest support, and whether it is the only one.

    Parameters
    ----------
    margin : ndarray, shape (n_row, n_row)
        By how much each city is ahead of each other; minus its own transpose. [share of weight]
    points : ndarray, shape (n_row,)
        Where several orders are equally good, cities with more points tend to go first.

    Returns
    -------
    rank : ndarray, shape (n_row,)
        1 is first. Cities to which all others stand alike share the better rank.
    unique : bool
        Whether no other order has the same support.

    Examples
    --------
    >>> best_order(np.array([[0.0, 0.2, -0.1], [-0.2, 0.0, 0.3], [0.1, -0.3, 0.0]]), np.zeros(3))
    (array([1., 2., 3.]), True)
    """
    if not len(margin):
        return np.zeros(0), True
    _, first, kind = np.unique(np.round(margin, 9) + 0.0, axis=0, return_index=True, return_inverse=True)
    size = np.bincount(kind)
    # in the sequence of the points, so that what is tied falls in it
    best_first = np.lexsort((first, -points[first]))
    lead = first[best_first]
    reduced = margin[np.ix_(lead, lead)] * np.outer(size[best_first], size[best_first])
    sequence, unique, end = list[int](), True, list[int]()
    for group in cycles(reduced):
        inside, alone = _best_within(reduced[np.ix_(group, group)])
        unique = unique and alone and not (end and reduced[end[-1], group[inside[0]]] == 0)
        end = [group[i] for i in inside]
        sequence.extend(end)
    rank_of_kind = np.empty(len(size))
    taken = 1
    for place in sequence:
        rank_of_kind[best_first[place]] = taken
        taken += size[best_first[place]]
    return rank_of_kind[kind.ravel()], unique


def _best_within(margin: Array) -> tuple[list[int], bool]:
    """Return the best order of one cycle, and whether it is the only best."""
    if len(margin) == 1:
        return [0], True
    programme = _LinearOrdering(len(margin))
    gain = programme.pairs(margin) * _SCALE
    best = programme.maximise(gain)
    least = (gain, float(gain @ programme.agreement(best)))
    other = programme.maximise(-programme.agreement(best), least)
    if other == best or not programme.as_good(margin, other, best):
        return best, True
    # row 0 has the most points: agree with 0, 1, 2, ..., the nearer the front the more
    front = 1.0 + programme.pairs(np.triu(np.ones_like(margin)) / (1.0 + np.arange(len(margin)))[:, None])
    chosen = programme.maximise(front, least)
    return (chosen if programme.as_good(margin, chosen, best) else best), False


class _LinearOrdering:
    """A linear-ordering programme: one 0-1 variable for each pair, no 3-cycles.

    The constraints against 3-cycles are added only as a solution breaks them, first to the
    relaxation, then, should it end between 0 and 1, to the integer programme; what was added
    stays for the next objective.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.upper = np.triu_indices(size, 1)
        self.number = np.zeros((size, size), dtype=int)
        self.number[self.upper] = np.arange(len(self.upper[0]))
        i, j, k = np.array(list(combinations(range(size), 3)), dtype=int).reshape(-1, 3).T
        self.triples = np.column_stack([self.number[i, j], self.number[j, k], self.number[i, k]])
        self.active = np.zeros(len(self.triples), dtype=bool)

    def pairs(self, matrix: Array) -> Array:
        """Return the upper half of a matrix as a vector, one entry a pair."""
        return matrix[self.upper]

    def agreement(self, order: list[int]) -> Array:
        """Return 1 for each pair that an order has in rising sequence, -1 for the others."""
        place = np.argsort(order)
        return np.where(place[self.upper[0]] < place[self.upper[1]], 1.0, -1.0)

    def as_good(self, margin: Array, order: list[int], best: list[int]) -> bool:
        """Return whether an order has, counted exactly, the support of the best."""
        support = [float(self.pairs(margin) @ self.agreement(one)) for one in (order, best)]
        return support[0] >= support[1] - _SAME

    def maximise(self, gain: Array, least: tuple[Array, float] | None = None) -> list[int]:
        """Return the order with the greatest gain, of those that keep at least a value."""
        whole = 0
        while True:
            found = self._solve(gain, least, whole)
            sums = found[self.triples] @ np.array([1.0, 1.0, -1.0])
            broken = (sums < -1e-6) | (sums > 1 + 1e-6)
            if broken.any():
                self.active |= broken
            elif np.abs(found - found.round()).max() > 1e-6:
                whole = 1
            else:
                return self._order(found)

    def _solve(self, gain: Array, least: tuple[Array, float] | None, whole: int) -> Array:
        constraints = []
        triples = self.triples[self.active]
        if len(triples):
            row = np.repeat(np.arange(len(triples)), 3)
            sign = np.tile([1.0, 1.0, -1.0], len(triples))
            shape = (len(triples), len(gain))
            constraints.append(LinearConstraint(csr_array((sign, (row, triples.ravel())), shape=shape), 0, 1))
        if least is not None:
            weights, value = least  # agreement is 2 x - 1
            constraints.append(LinearConstraint(2 * weights[None, :], value + weights.sum() - 1e-6, np.inf))
        result = milp(
            -gain,
            constraints=constraints,
            bounds=Bounds(0, 1),
            integrality=np.full(len(gain), whole),
            options={"mip_rel_gap": 0.0},
        )
        return result.x

    def _order(self, found: Array) -> list[int]:
        """Return the cities by how many others each precedes."""
        before = np.zeros((self.size, self.size))
        before[self.upper] = found.round()
        before.T[self.upper] = 1.0 - found.round()
        return np.argsort(-before.sum(axis=1), kind="stable").tolist()
