"""Which lever did how much: alone, last, and as a fair share that closes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from scindex.catalogue.levers import LEVERS
from scindex.catalogue.scenarios import Lever, Scenario
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.scenarios.shapley import share_out, subsets

MOST_LEVERS = 10
"""Levers of one layer up to which every order is taken; beyond it the number of maps explodes."""

KEYS = ["district", "layer"]
COLUMNS = ["year", "district", "layer", "lever", "nano", "alone_nano", "last_nano"]

Amounts = Callable[[frozenset[str]], pd.Series]


def attribute(
    amounts: Amounts,
    scenario: Scenario,
    year: int,
    *,
    reads: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Share the change of each layer and district out among the levers.

    Parameters
    ----------
    amounts : callable
        Whole billionths of a tonne by (district, layer) once a set of levers has acted.
    scenario : Scenario
    year : int
        Stands in the table.
    reads : Mapping of str to collection of str, optional
        What each layer is computed from (tables, ``factor:electricity``). A lever that touches
        none of it changes nothing there, so that fewer maps are computed; left out, every
        lever may change every layer. The shares are the same.

    Returns
    -------
    DataFrame
        ``year``, ``district``, ``layer``, ``lever``, ``nano`` (Shapley), ``alone_nano`` (the lever
        without the others), ``last_nano`` (the lever on top of all others). The ``nano`` of all
        levers add up to the change of the layer, to the unit; ``alone`` and ``last`` do not,
        and how far they are apart shows how far levers overlap.

    Raises
    ------
    MethodError
        If more than ten levers act on one layer.
    """
    levers = [lever.id for lever in scenario.levers]
    groups = _groups(scenario.levers, amounts(frozenset()).index, reads)
    for acting in groups:
        if len(acting) > MOST_LEVERS:
            params = {"count": len(acting), "most": MOST_LEVERS, "scenario": scenario.id}
            raise MethodError(Finding("scenario-too-many-levers", params=params))
    known: dict[frozenset[str], pd.Series] = {}
    wanted = {s for acting in groups for s in subsets(acting)}
    for s in sorted(wanted, key=lambda s: (len(s), sorted(s))):
        known[s] = amounts(s)
    keys = sorted(set().union(*(series.index for series in known.values())))
    index = pd.MultiIndex.from_tuples(keys, names=KEYS)
    full = {s: series.reindex(index, fill_value=0).astype("int64") for s, series in known.items()}
    frames = [
        _shares(full, index, acting, layers, year)
        for acting, layers in _layers_of(groups, scenario.levers, index, reads).items()
    ]
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    rank = {lever: k for k, lever in enumerate(levers)}
    return (
        pd.concat(frames)
        .assign(rank=lambda t: t["lever"].map(rank))
        .sort_values(["district", "layer", "rank"], kind="stable", ignore_index=True)[COLUMNS]
    )


def _shares(
    full: Mapping[frozenset[str], pd.Series],
    index: pd.MultiIndex,
    acting: tuple[str, ...],
    layers: Collection[str],
    year: int,
) -> pd.DataFrame:
    here = index.get_level_values("layer").isin(list(layers))
    part = index[here]

    def worth(some: frozenset[str]) -> np.ndarray:
        return full[some].to_numpy()[here]

    none, every = worth(frozenset()), worth(frozenset(acting))
    frames = [
        part.to_frame(index=False).assign(
            year=year,
            lever=lever,
            nano=nano,
            alone_nano=worth(frozenset([lever])) - none,
            last_nano=every - worth(frozenset(acting) - {lever}),
        )
        for lever, nano in share_out(worth, acting).items()
    ]
    return pd.concat(frames) if frames else pd.DataFrame(columns=COLUMNS)


def _groups(
    levers: Sequence[Lever], index: pd.Index, reads: Mapping[str, Collection[str]] | None
) -> set[tuple[str, ...]]:
    """Return the sets of levers that can act on a layer, for the layers that are there or can come."""
    layers = set(index.get_level_values("layer")) | set(reads or {})
    return {_acting(levers, layer, reads) for layer in layers} or {tuple(lever.id for lever in levers)}


def _layers_of(
    groups: Collection[tuple[str, ...]],
    levers: Sequence[Lever],
    index: pd.MultiIndex,
    reads: Mapping[str, Collection[str]] | None,
) -> dict[tuple[str, ...], list[str]]:
    out: dict[tuple[str, ...], list[str]] = {}
    for layer in sorted(set(index.get_level_values("layer"))):
        acting = _acting(levers, layer, reads)
        if acting and acting in groups:
            out.setdefault(acting, []).append(layer)
    return out


def _acting(
    levers: Sequence[Lever], layer: str, reads: Mapping[str, Collection[str]] | None
) -> tuple[str, ...]:
    if reads is None or layer not in reads:
        return tuple(lever.id for lever in levers)
    needed = set(reads[layer])
    return tuple(lever.id for lever in levers if needed & set(_touches(lever)))


def _touches(lever: Lever) -> list[str]:
    if lever.kind == "grid":
        return [f"factor:{family}" for family in lever.lists["family"]]
    return list(LEVERS[lever.kind].touches)
