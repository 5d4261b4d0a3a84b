"""Merge places until no sum says too much about one emitter: one partition for every table.

Knows counts, amounts and places; neither tonnes nor cities. Everything published is a sum over
whole groups, so the difference of any two tables is a sum over whole groups too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rule:
    """When an amount may be published.

    Attributes
    ----------
    k : int
        Fewest contributors.
    dominance : float
        Largest share of one of them. [-]

    Examples
    --------
    >>> rule = Rule(3, 0.85)
    >>> rule.holds(np.array([2, 3, 3, 0]), np.array([9, 100, 100, 0]), np.array([5, 85, 86, 0]))
    array([False,  True, False,  True])
    """

    k: int
    dominance: float

    def holds(self, units: Whole, nano: Whole, largest: Whole) -> Mask:
        """Say of each amount whether it may be published; where there is nothing, it may.

        Parameters
        ----------
        units, nano, largest : ndarray of int64, any shape
            Contributors, their sum and the largest of them.

        Returns
        -------
        ndarray of bool, same shape
        """
        there = (units != 0) | (nano != 0)
        sound = (units >= self.k) & (largest <= self.dominance * np.abs(nano.astype(float)))
        return ~there | sound


@dataclass(frozen=True, slots=True)
class Content:
    """What stands behind each place, one column for each amount that will be published.

    Attributes
    ----------
    units, nano, largest : ndarray of int64, shape (n_place, n_amount)
        Contributors, their sum and the largest of them.
    """

    units: Whole
    nano: Whole
    largest: Whole

    def of(self, group: Whole) -> Content:
        """Return the content of groups of places, numbered from 0, shape (n_group, n_amount)."""
        n = int(group.max(initial=-1)) + 1
        out = [np.zeros((n, self.units.shape[1]), dtype=np.int64) for _ in range(3)]
        np.add.at(out[0], group, self.units)
        np.add.at(out[1], group, self.nano)
        np.maximum.at(out[2], group, self.largest)
        return Content(*out)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the places lie.

    Attributes
    ----------
    x, y : ndarray, shape (n_place,)
        Centres; NaN without a place on the map. [m]
    district : ndarray of int, shape (n_place,)
    blocks : ndarray of int, shape (n_place, n_level)
        Number of the larger cell of each coarser table, smallest cells first; each lies in one district.
    """

    x: Floats
    y: Floats
    district: Whole
    blocks: Whole


def merge(content: Content, places: Places, rule: Rule) -> Whole:
    """Join places that may not be published with others until all groups may.

    Parameters
    ----------
    content : Content
    places : Places
    rule : Rule

    Returns
    -------
    ndarray of int64, shape (n_place,)
        Number of each place's group: the place in it that comes first.

    Notes
    -----
    A group that fails joins the nearest one that adds to what it lacks: inside its block of the
    smallest coarser table, then of the next, then inside its district, and only where a whole
    district does not suffice across districts, with others in the same case first. Blocks once
    joined count as one, so that one join more costs the coarser tables nothing. What remains in
    the end fails only if the sum of everything fails.
    """
    state = _State(content, places, rule)
    here = np.flatnonzero(~np.isnan(places.x))
    for level in range(places.blocks.shape[1]):
        for inside in _split(here, places.blocks[here, level]):
            state.settle(inside, finer=level)
    for inside in _split(here, places.district[here]):
        state.settle(inside, finer=places.blocks.shape[1])
    state.settle(np.arange(len(places.x)), finer=places.blocks.shape[1], across=True)
    return state.groups()


def _split(items: Whole, label: Whole) -> list[Whole]:
    order = np.argsort(label, kind="stable")
    return np.split(items[order], np.flatnonzero(np.diff(label[order])) + 1) if len(items) else []


class _State:
    """Groups on the way: rows of places that still stand for a group hold its sums."""

    def __init__(self, content: Content, places: Places, rule: Rule) -> None:
        self.rule = rule
        self.units, self.nano, self.largest = (
            a.copy() for a in (content.units, content.nano, content.largest)
        )
        self.x, self.y = places.x.copy(), places.y.copy()
        self.areas = np.column_stack([places.blocks, places.district])
        n = len(self.x)
        self.parent, self.size = np.arange(n), np.ones(n, dtype=np.int64)
        self.ok = np.asarray(rule.holds(self.units, self.nano, self.largest).all(axis=1))

    def settle(self, inside: Whole, *, finer: int, across: bool = False) -> None:
        """Join what fails with others of `inside` as long as any of them helps."""
        inside = inside[self.parent[inside] == inside]
        waiting = inside[~self.ok[inside]].tolist()[::-1]
        while waiting:
            one = waiting.pop()
            if self.ok[one] or self.parent[one] != one:
                continue
            partner = self._partner(one, inside, finer, across)
            if partner is not None:
                gone = self._join(one, partner)
                inside = inside[inside != gone]
                waiting.append(min(one, partner))

    def _partner(self, one: int, inside: Whole, finer: int, across: bool) -> int | None:
        """Return the nearest group that holds something of what makes `one` fail."""
        bad = ~self.rule.holds(self.units[one], self.nano[one], self.largest[one])
        others = inside[inside != one]
        helps = ((self.units[others][:, bad] != 0) | (self.nano[others][:, bad] != 0)).any(axis=1)
        others = others[helps]
        if not len(others):
            return None
        levels = self.areas.shape[1] if across else finer
        apart = (self.areas[others, :levels] != self.areas[one, :levels]).sum(axis=1)
        away = np.hypot(self.x[others] - self.x[one], self.y[others] - self.y[one])
        away = np.round(np.nan_to_num(away, nan=0.0), 6)
        sound = self.ok[others]
        first = (sound, apart, away) if across else (apart, away, sound)
        order = np.lexsort((others, self.size[others], *reversed(first)))
        return int(others[order[0]])

    def _join(self, one: int, other: int) -> int:
        """Put two groups together under the one that comes first; return the other."""
        kept, gone = min(one, other), max(one, other)
        self.units[kept] += self.units[gone]
        self.nano[kept] += self.nano[gone]
        self.largest[kept] = np.maximum(self.largest[kept], self.largest[gone])
        weight = self.size[[kept, gone]]
        for axis in (self.x, self.y):
            known = ~np.isnan(axis[[kept, gone]])
            if known.any():
                axis[kept] = np.average(axis[[kept, gone]][known], weights=weight[known])
        self.size[kept] += self.size[gone]
        self.parent[gone] = kept
        self.ok[kept] = self.rule.holds(self.units[kept], self.nano[kept], self.largest[kept]).all()
        for level in range(self.areas.shape[1]):
            column = self.areas[:, level]
            if column[kept] != column[gone]:
                column[column == column[gone]] = column[kept]
        return gone

    def groups(self) -> Whole:
        """Return the first place of each place's group."""
        root = self.parent.copy()
        while (root[root] != root).any():
            root = root[root]
        return root


def unions(group: Whole, block: Whole) -> Whole:
    """Return the smallest parts that are unions of groups and of blocks at once.

    Parameters
    ----------
    group, block : ndarray of int, shape (n_place,)
        Number of the group and of the larger cell, district ... of each place.

    Returns
    -------
    ndarray of int64, shape (n_place,)
        Parts numbered from 0 in the order in which they first appear.

    Examples
    --------
    >>> unions(np.array([0, 0, 2, 3]), np.array([7, 8, 8, 9])).tolist()
    [0, 0, 0, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    groups, blocks = (np.unique(a, return_inverse=True)[1] for a in (group, block))
    n, ones = int(groups.max(initial=-1)) + 1, np.ones(len(groups))
    size = n + int(blocks.max(initial=-1)) + 1
    graph = coo_array((ones, (groups, n + blocks)), shape=(size, size))
    label = connected_components(graph, directed=False)[1][groups]
    _, first, place = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[place]
