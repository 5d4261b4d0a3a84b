"""How sure a change is: the errors of both results drawn together, common where they are common."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.comparison.bench import Bench
from scindex.findings import Finding
from scindex.index.rollup import climb
from scindex.scoring.steps import leaf_scores
from scindex.uncertainty.draws import blocks, stream
from scindex.uncertainty.errors import noise_of
from scindex.uncertainty.noise import INDEPENDENT, Noise, error_normals, perturb
from scindex.uncertainty.simulate import SIZE

Array = NDArray[np.float64]
Key = tuple[str, int]

MOST_CELLS = 10_000_000
"""Cells x draws up to which an interval is made."""


def change_interval(
    first: Bench, second: Bench, nodes: list[str], keys: list[Key], draws: int, seed: int = 0
) -> tuple[tuple[Array, Array] | None, list[Finding]]:
    """Return the 90 % interval of every change from data error.

    Parameters
    ----------
    first, second : Bench
    nodes : list of str
        Ids of nodes of both.
    keys : list of (city_id, year or 0)
        Rows of both.
    draws : int
    seed : int

    Returns
    -------
    (ndarray, ndarray) or None
        5th and 95th percentile, each (n_node, n_key), NaN where there is no score. None
        if no draws are asked for, or with a finding if none can be made.
    list of Finding

    Notes
    -----
    Both results are drawn with the same random numbers. Two values err together if they
    have the same ``error_group``; if they are the same value of the same year; or if they
    are of one city, one indicator and one source (the text in the file): what a source
    does wrong it does wrong again, and it cancels from the change. All others err apart.
    """
    pair = (first, second)
    size = sum(b.sheet.data.values.size for b in pair)
    if not draws or any(b.scored.resolved.best_case for b in pair) or size * draws > MOST_CELLS:
        why = [Finding("diff-no-interval", "note", params={"draws": draws, "cells": size})] if draws else []
        return None, why
    noises = [noise_of(b.sheet, b.scores.observations) for b in pair]
    ids = list(dict.fromkeys(i.id for b in pair for i in b.sheet.tree.indicators))
    at = [np.array([ids.index(i.id) for i in b.sheet.tree.indicators]) for b in pair]
    edge = len(first.sheet.data.rows)
    codes = _codes(pair, len(ids), at)
    where = [_places(b, nodes, keys) for b in pair]
    found = []
    for block in blocks(draws, SIZE):
        normals = error_normals(stream(seed, block.number, "data"), block.size, codes)
        halves = (normals[:, :, :edge][at[0]], normals[:, :, edge:][at[1]])
        ends = [_drawn(b, n[0], z, w) for b, n, z, w in zip(pair, noises, halves, where)]
        found.append((ends[1] - ends[0])[:, : block.keep])
    moved = np.concatenate(found, axis=1)
    known = np.isfinite(moved).all(axis=1)
    ends = np.full((2, *known.shape), np.nan)
    ends[:, known] = np.percentile(moved.transpose(0, 2, 1)[known], [5, 95], axis=1)
    told = {f.code: f for n in noises for f in n[2]}
    return (ends[0], ends[1]), list(told.values())


def _drawn(bench: Bench, noise: Noise, normals: Array, where: tuple[list[int], list[int]]) -> Array:
    """Return the scores of some nodes and rows in every draw: (n_node, n_draw, n_key)."""
    own = bench.sheet.data.values[:, None, :]
    values = np.where(np.isnan(noise.value)[:, None, :], own, perturb(noise, normals))
    done = leaf_scores(bench.sheet, values)
    up = climb(bench.sheet.shape, done.scores, bench.scored.weights[:, None, :])
    return up[where[0]][:, :, where[1]]


def _places(bench: Bench, nodes: list[str], keys: list[Key]) -> tuple[list[int], list[int]]:
    rows = bench.sheet.data.rows
    several = any(year for _, year in keys)
    pairs = zip(rows["city_id"].astype(str), rows["year"])
    at = {(c, int(y) if several else 0): k for k, (c, y) in enumerate(pairs)}
    return [bench.sheet.tree.position(n) for n in nodes], [at[k] for k in keys]


def _codes(pair: tuple[Bench, Bench], n_id: int, at: list[NDArray[np.intp]]) -> NDArray[np.int64]:
    """Return which cells of both results err together: (n_id, rows of first, then of second)."""
    parts: list[NDArray[np.object_]] = []
    for bench, leaves in zip(pair, at):
        labels = np.full((n_id, len(bench.sheet.data.rows)), None, dtype=object)
        line = bench.sheet.data.line
        named = _labels(bench.scores.observations)
        part = named[np.maximum(line, 0)]
        part[line < 0] = None
        labels[leaves] = part
        parts.append(labels)
    joined = np.concatenate(parts, axis=1)
    codes = pd.factorize(joined.ravel())[0].reshape(joined.shape)
    return np.where(codes < 0, INDEPENDENT, codes).astype(np.int64)


def _labels(observations: pd.DataFrame) -> NDArray[np.object_]:
    """Return of each observation what it errs together with: its error group, its source, or itself."""
    blank = pd.Series("", index=observations.index)
    group = observations["error_group"].astype(str) if "error_group" in observations else blank
    source = observations["source"].astype(str).str.strip()
    own = observations["city_id"].astype(str) + "\t" + observations["indicator"].astype(str)
    itself = own + "\t" + observations["year"].astype(str) + "\t" + observations["value"].astype(str)
    text = np.where(source != "", "source\t" + own + "\t" + source, "itself\t" + itself)
    return np.where(group != "", "group\t" + group, text).astype(object)
