"""Hold a published edition to its promises, and attack it with all that it publishes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.map.cells import NANO, CarbonMap
from scindex.measure.map.edition import Published, sums_by_place
from scindex.measure.map.edition_content import COMPUTABLE, PIECE, behind
from scindex.measure.map.edition_tables import column

TIME = ["year", "scenario"]


def check(
    published: Published,
    carbon_map: CarbonMap,
    *,
    computable: Sequence[str] = COMPUTABLE,
    changes: pd.DataFrame | None = None,
) -> list[Finding]:
    """Say which promises an edition breaks: none, if it was made by `publish` and left alone.

    Parameters
    ----------
    published : Published
    carbon_map : CarbonMap
        The exact map behind it.
    computable, changes
        As given to `publish`.

    Returns
    -------
    list of Finding
        ``edition-lost`` where a level does not add up to the city, ``edition-open`` where a sum says
        too much about one emitter, ``edition-crossed`` where a larger part cuts through a merged group.
    """
    return [
        *_lost(published, carbon_map),
        *_open(published, carbon_map, computable, changes),
        *_crossed(published),
    ]


def _lost(published: Published, carbon_map: CarbonMap) -> list[Finding]:
    shown = {name for f in published.fields for name in f.layers}
    exact = carbon_map.pieces[carbon_map.pieces["layer"].isin(shown)].groupby(TIME)["nano"].sum()
    values, told = published.values, []
    alone = values[~values["by_place"]]
    for level in published.groups["level"].unique():
        rows = pd.concat([values[(values["level"] == level) & values["by_place"]], alone])
        if not rows.groupby(TIME)["nano"].sum().equals(exact):
            told.append(Finding("edition-lost", params={"level": level}))
    return told


def _open(
    published: Published, carbon_map: CarbonMap, computable: Sequence[str], changes: pd.DataFrame | None
) -> list[Finding]:
    named = published.named if len(published.named) else None
    who = behind(carbon_map, computable=computable, disclosed=named, changes=changes)
    rule, told = published.rule, []
    place = [f for f in published.fields if f.by_place]
    city = [f.layers for f in published.fields if not f.by_place and f.sign != "removal"]
    for level in published.groups["level"].unique():
        group = published.members[column(level)].to_numpy(np.int64)
        fields = sums_by_place(place) + (city if level == "city" else [])
        found = who.content(fields).of(group)
        bad = int((~rule.holds(found.units, found.nano, found.largest)).any(axis=1).sum())
        if bad:
            told.append(Finding("edition-open", params={"level": level, "n": bad}))
    return told


def _crossed(published: Published) -> list[Finding]:
    """Find groups of cells that do not lie whole in one part of a larger level."""
    whole = published.members.groupby(column("cell"))
    levels = published.groups["level"].unique()
    cut = [level for level in levels if (whole[column(level)].nunique() > 1).any()]
    return [Finding("edition-crossed", params={"level": level}) for level in cut]


def attack(
    published: Published, layer: str, *, year: int, scenario: str = "", empty: np.ndarray | None = None
) -> pd.DataFrame:
    """Work out from all published sums how low and how high each place's tonnage can be.

    Parameters
    ----------
    published : Published
    layer : str
        Layer (or set of layers) that is published by place.
    year : int
    scenario : str
    empty : ndarray of bool, shape (n_piece,), optional
        Places of which an attacker knows that nothing is there.

    Returns
    -------
    DataFrame
        Cell, district, group, ``lowest`` and ``highest``. [t CO2e]

    Notes
    -----
    Two linear programmes for each place: the least and the most that it can be when every sum of
    every level holds and nothing is negative [1]_.

    References
    ----------
    .. [1] Fischetti, M. and Salazar, J. J., "Models and algorithms for optimizing cell suppression in
       tabular data with linear constraints", Journal of the American Statistical Association 95(451),
       2000, pp. 916-928.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    members, values = published.members, published.values
    rows = values[(values["layer"] == layer) & (values["year"] == year) & (values["scenario"] == scenario)]
    n = len(members)
    sums, right = [], []
    for level, part in rows.groupby("level", sort=False):
        group = members[column(str(level))].to_numpy(np.int64)
        total = part.set_index("group")["nano"].reindex(range(int(group.max()) + 1), fill_value=0)
        sums.append(csr_array((np.ones(n), (group, np.arange(n))), shape=(len(total), n)))
        right.append(np.abs(total.to_numpy(float)) / NANO)
    from scipy.sparse import vstack

    most = np.where(np.zeros(n, bool) if empty is None else empty, 0.0, np.inf)
    known = {
        "A_eq": vstack(sums),
        "b_eq": np.concatenate(right),
        "bounds": np.column_stack([np.zeros(n), most]),
    }
    ends = np.empty((n, 2))
    for i in range(n):
        aim = np.zeros(n)
        for end, sign in enumerate((1.0, -1.0)):
            aim[i] = sign
            ends[i, end] = sign * linprog(aim, **known, method="highs").fun
    return members[PIECE].assign(group=members[column("cell")], lowest=ends[:, 0], highest=ends[:, 1])
