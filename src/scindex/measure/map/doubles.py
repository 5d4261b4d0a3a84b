"""One activity under two layers: the same meters must not count twice because they have two names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from scindex.catalogue.layers import Layer
from scindex.errors import MethodError
from scindex.findings import Finding
from scindex.measure.map.bottom_up import TOP_DOWN


def counted_twice(layers: Sequence[Layer]) -> list[Finding]:
    """Say which layers may hold the same activity, and refuse those that certainly do.

    Parameters
    ----------
    layers : sequence of Layer

    Returns
    -------
    list of Finding
        A warning where records with a place and a statistic of districts hold the same
        activity of a sector; a note where two tables of a kind do.

    Raises
    ------
    MethodError
        If two layers read the same activity from the same table for the same gas.
    """
    refused: list[Finding] = []
    told: list[Finding] = []
    for one, two in combinations([layer for layer in layers if layer.sign != "memo"], 2):
        if _what(one) != _what(two):
            continue
        params = {"one": one.name, "two": two.name, "activity": one.activity, "ids": [one.id, two.id]}
        if one.input == two.input:
            refused.append(Finding("map-activity-twice", params=params))
        elif one.method == "product":
            mixed = (one.allocate == TOP_DOWN) != (two.allocate == TOP_DOWN)
            told.append(Finding("map-activity-shared", "warning" if mixed else "note", params=params))
    if refused:
        raise MethodError(*refused)
    return told


def _what(layer: Layer) -> tuple[str, ...]:
    """Return what a layer counts: two with the same answer count the same thing."""
    gas = layer.factor.get("gas", "CO2e")
    return (layer.sector, layer.sign, layer.sink, layer.method, layer.activity, str(gas))
