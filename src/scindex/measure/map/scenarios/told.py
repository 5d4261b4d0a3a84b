"""What a reader must know before using simulated numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from scindex.catalogue.levers import ENERGY, LEVERS
from scindex.catalogue.scenarios import Lever, Scenario
from scindex.findings import Finding
from scindex.measure.map.scenarios.chosen import COLUMNS, Tables, attribute, chosen, column

STRADDLES = {"districts": "in_districts", "cells": "in_cells"}
"""What a lever chooses by -> column with the number of districts or cells that a line or area lies in."""
ASSUMED = "footprint_assumed"
"""Column: whether a footprint is floor area over storeys."""


def told(tables: Tables, scenario: Scenario, years: Sequence[int]) -> tuple[Finding, ...]:
    """Return notes and warnings about a scenario on these tables.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
        As measured.
    scenario : Scenario
    years : sequence of int
        Simulated, the base year first.

    Returns
    -------
    tuple of Finding
    """
    return (
        Finding("scenario-attributional", severity="note", params={"scenario": scenario.name}),
        *_standings(scenario),
        *_land(scenario, years),
        *(f for lever in scenario.levers for f in _where(lever, tables)),
        *(f for lever in scenario.levers for f in _assumed(lever, tables)),
    )


def _standings(scenario: Scenario) -> Iterator[Finding]:
    for standing in ("proposed", "recalled"):
        levers = [lever.id for lever in scenario.levers if lever.standing == standing]
        if levers:
            params = {"levers": levers, "scenario": scenario.name}
            code = "scenario-proposed" if standing == "proposed" else "scenario-recalled"
            yield Finding(code, severity="note", params=params)


def _land(scenario: Scenario, years: Sequence[int]) -> Iterator[Finding]:
    pulses = [lever.id for lever in scenario.levers if lever.kind == "conversion"]
    if pulses and any(b - a > 1 for a, b in pairwise(years)):
        yield Finding("scenario-pulse-between-years", severity="warning", params={"levers": pulses})
    if any(lever.kind == "planting" for lever in scenario.levers):
        yield Finding("scenario-planting-undisturbed", severity="note")


def _where(lever: Lever, tables: Tables) -> Iterator[Finding]:
    """Say where a choice by place or use cannot be made exactly, or not at all."""
    names = [t for t in LEVERS[lever.kind].touches if t in tables]
    if "table" in lever.lists:
        names = [t for t in names if t in lever.lists["table"]]
    for name in names:
        lost = [
            field
            for field, column_ in COLUMNS.items()
            if getattr(lever.where, field) and attribute(tables, name, column_) is None
        ]
        if lost:
            params = {"lever": lever.id, "table": name, "choices": lost}
            yield Finding("scenario-table-untouched", severity="warning", params=params)
            continue
        here = chosen(tables, name, lever.where)
        split = np.zeros(len(here), dtype=bool)
        for field, column_ in STRADDLES.items():
            if getattr(lever.where, field):
                split |= column(tables[name], column_) > 1
        n = int((split & here).sum())
        if n:
            params = {"lever": lever.id, "table": name, "n": n, "of": int(here.sum())}
            yield Finding("scenario-straddling", severity="note", params=params)


def _assumed(lever: Lever, tables: Tables) -> Iterator[Finding]:
    buildings = tables.get("buildings")
    if lever.kind == "rooftop_pv" and buildings is not None and ASSUMED in buildings.columns:
        here = chosen(tables, "buildings", lever.where)
        n = int((buildings[ASSUMED].to_numpy(dtype=bool) & here).sum())
        if n:
            params = {"lever": lever.id, "n": n, "of": int(here.sum())}
            yield Finding("scenario-footprint-assumed", severity="note", params=params)
    if lever.kind == "heat_pumps":
        for name in (t for t in ENERGY if t in tables):
            here = chosen(tables, name, lever.where)
            unknown = np.isnan(column(tables[name], "electricity_mwh")) & here
            used = sum(np.nan_to_num(column(tables[name], f"{c}_mwh")) for c in lever.lists["carriers"])
            n = int((unknown & (used > 0)).sum())
            if n:
                params = {"lever": lever.id, "n": n, "of": int(here.sum())}
                yield Finding("scenario-blank-electricity", severity="warning", params=params)
