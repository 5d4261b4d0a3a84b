"""Which cities a city is measured against: all, those of its group or band, or its nearest neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.entries import Indicator, Names
from scindex.comparison.bench import names_of
from scindex.comparison.nodes import latest_rows
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.scoring import Scores

Array = NDArray[np.float64]

NEAREST, BANDS, MOST_BANDS = 5, 3, 10
"""Neighbours and bands where none are stated; a whole number up to the last means bands, not a limit."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The cities that one city is measured against; it is none of them itself.

    Attributes
    ----------
    city_id : str
    ids : tuple of str
        Sorted by id; nearest first where they are neighbours.
    kind : {"all", "group", "band", "nearest"}
    used : tuple of str
        Ids of the context entries that decided.
    group : Names
        The class that all share, where they are a group.
    low, high : float
        Ends of the band that all share, `high` outside; infinite where open. [entry's unit]
    distances : tuple of float
        Of neighbours: root mean square difference in standard deviations. [-]
    left_out : tuple of str
        Ids of cities for which the context is not known.
    unknown : tuple of str
        Ids of context entries that could not be used, since this city has no value.
    """

    city_id: str
    ids: tuple[str, ...]
    kind: str = "all"
    used: tuple[str, ...] = ()
    group: Names = field(default_factory=dict[str, str])
    low: float = -np.inf
    high: float = np.inf
    distances: tuple[float, ...] = ()
    left_out: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def find_peers(scores: Scores, city_id: str, wanted: str = "all") -> Peers:
    """Return the peers of a city.

    Parameters
    ----------
    scores : Scores
    city_id : str
        A city of the result.
    wanted : str
        ``all``; ``nearest`` or ``nearest:8``; or an entry of the framework's `context`: a
        category groups by its classes (``size``, ``region``), a number by bands of equal
        count (``population:4``) or between limits (``population:100000,500000``).

    Returns
    -------
    Peers

    Raises
    ------
    UsageError
        If the framework has no such context, or a number of bands is no number.
    DataError
        If the city has no value for it, or no other city shares its group.

    Notes
    -----
    A context value is the newest that is not younger than the year scored. Neighbours
    are nearest in the root mean square difference over the numbers known of this city,
    each in standard deviations of all cities; amounts that are all above zero enter as
    logarithms, since a city of two million is to one of one million what a town of
    20 000 is to one of 10 000. Ties go by id.
    """
    word, _, option = wanted.strip().partition(":")
    ids = sorted(names_of(scores))
    if word in ("", "all"):
        return _some(Peers(city_id, tuple(c for c in ids if c != city_id)))
    known = context_of(scores)
    if word == "nearest":
        return _some(_nearest(scores, known, city_id, _count(option)))
    entry = _entry(scores, word)
    return _some(_sharing(known[entry.id], entry, city_id, option))


def context_of(scores: Scores) -> pd.DataFrame:
    """Return what is known of each city: a row per city_id, a column per context entry, NaN where nothing is.

    A category holds the place of its class, from 1.
    """
    entries = list(scores.framework.context)
    rows = latest_rows(scores)[["city_id", "year"]].drop_duplicates("city_id").astype({"city_id": str})
    told = scores.observations
    told = told[told["indicator"].isin(entries) & told["value"].notna()].astype(
        {"city_id": str, "indicator": str}
    )
    told = told.merge(rows, on="city_id", suffixes=("", "_scored"))
    told = told[told["year"] <= told["year_scored"]].sort_values("year", kind="stable")
    told = told.drop_duplicates(["city_id", "indicator"], keep="last")
    wide = told.pivot(index="city_id", columns="indicator", values="value")
    return wide.reindex(index=sorted(rows["city_id"]), columns=entries).astype(float)


def _entry(scores: Scores, word: str) -> Indicator:
    entries = scores.framework.context.values()
    for entry in entries:
        names = (entry.id, entry.slug, entry.code, *entry.name.values())
        if word.casefold() in [n.casefold() for n in names if n]:
            return entry
    if not entries:
        raise UsageError(Finding("peers-no-context", params={"framework": scores.framework.name}))
    groups = ["all", "nearest", *(e.slug for e in entries)]
    raise UsageError(Finding("peers-unknown", value=word, params={"groups": groups}))


def _some(peers: Peers) -> Peers:
    if peers.ids:
        return peers
    raise DataError(Finding("peers-none", params={"city": peers.city_id, "left_out": len(peers.left_out)}))


def _count(option: str) -> int:
    if not option:
        return NEAREST
    if not option.isdecimal() or int(option) < 1:
        raise UsageError(Finding("peers-bad-count", value=option))
    return int(option)


def _sharing(values: pd.Series, entry: Indicator, city_id: str, option: str) -> Peers:
    """Return the cities of the same class or band."""
    own = float(values[city_id])
    if np.isnan(own):
        raise DataError(Finding("peers-city-unknown", params={"city": city_id, "entry": entry.name}))
    left_out = tuple(str(c) for c in values.index[values.isna()])
    if entry.kind in ("category", "yes_no"):
        ids = tuple(str(c) for c in values.index[values == own] if c != city_id)
        return Peers(city_id, ids, "group", (entry.id,), _class(entry, own), left_out=left_out)
    limits = _limits(option, values.dropna().to_numpy())
    ends = np.array([-np.inf, *limits, np.inf])
    at = int(np.searchsorted(ends, own, side="right")) - 1
    low, high = float(ends[at]), float(ends[at + 1])
    inside = (values >= low) & (values < high)
    ids = tuple(str(c) for c in values.index[inside] if c != city_id)
    return Peers(city_id, ids, "band", (entry.id,), low=low, high=high, left_out=left_out)


def _class(entry: Indicator, place: float) -> Names:
    """Return the name of a class; yes and no stand as 1 and 0."""
    at = int(place) - 1
    if entry.kind == "yes_no" or not 0 <= at < len(entry.categories):
        return {"en": f"{place:g}"}
    others = entry.category_names[at] if at < len(entry.category_names) else {}
    return {"en": entry.categories[at], **others}


def _limits(option: str, values: Array) -> Array:
    """Return the inner limits of bands: stated ones, or those that leave as many cities in each."""
    parts = [p for p in option.replace(" ", "").split(",") if p]
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        raise UsageError(Finding("peers-bad-bands", value=option)) from None
    alone = len(numbers) == 1 and "," not in option and numbers[0] == int(numbers[0])
    if not numbers or (alone and 2 <= numbers[0] <= MOST_BANDS):
        n = int(numbers[0]) if numbers else BANDS
        return np.unique(np.quantile(values, np.arange(1, n) / n))
    if not np.isfinite(numbers).all() or sorted(set(numbers)) != numbers:
        raise UsageError(Finding("peers-bad-bands", value=option))
    return np.array(numbers)


def _nearest(scores: Scores, known: pd.DataFrame, city_id: str, k: int) -> Peers:
    numbers = [e for e in scores.framework.context.values() if e.kind not in ("category", "yes_no")]
    if not numbers:
        raise UsageError(Finding("peers-no-numbers", params={"framework": scores.framework.name}))
    own = known.loc[city_id]
    unknown = tuple(e.id for e in numbers if np.isnan(own[e.id]))
    scaled = {e.id: _scaled(known[e.id].to_numpy(float), e.kind) for e in numbers if e.id not in unknown}
    used = tuple(name for name, column in scaled.items() if np.nanstd(column) > 0)
    if not used:
        raise DataError(Finding("peers-city-unlike", params={"city": city_id}))
    table = np.stack([scaled[name] for name in used], axis=1)
    here = known.index.get_loc(city_id)
    distance = np.sqrt(np.mean((table - table[here]) ** 2, axis=1))
    found = sorted((float(d), str(c)) for c, d in zip(known.index, distance) if c != city_id and d == d)
    left_out = tuple(str(c) for c, d in zip(known.index, distance) if d != d)
    ids, distances = tuple(c for _, c in found[:k]), tuple(d for d, _ in found[:k])
    return Peers(city_id, ids, "nearest", used, distances=distances, left_out=left_out, unknown=unknown)


def _scaled(values: Array, kind: str) -> Array:
    """Return values in standard deviations; zeros where all are equal."""
    if kind == "amount" and (values[~np.isnan(values)] > 0).all():
        values = np.log(values)
    deviation = np.nanstd(values)
    return (values - np.nanmean(values)) / deviation if deviation > 0 else values * 0.0
