"""Scale layers to totals from elsewhere, only when asked: the factor is said, the unscaled layer stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from scindex.catalogue.maps import Control
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.measure.map.cells import NANO, CarbonMap
from scindex.measure.map.exact import apportion, to_nano

UNSCALED = "_unscaled"
"""Ending of the layer that holds what was there before; a memo line, in no sum."""


def rake(built: CarbonMap, controls: Sequence[Control]) -> CarbonMap:
    """Scale layers so that they add up to control totals, to the unit.

    Parameters
    ----------
    built : CarbonMap
    controls : sequence of Control
        Layer, tonnes, and who says so.

    Returns
    -------
    CarbonMap
        The scaled layers under their names; what they were as memo lines ``<layer>_unscaled``.
        A warning names each factor.

    Raises
    ------
    DataError
        If there is no such layer.
    MethodError
        If a layer is zero and cannot be scaled to anything.

    References
    ----------
    .. [1] W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency
       table", Annals of Mathematical Statistics 11, 1940 (with one margin: a single factor).
    """
    known = list(built.layers["layer"])
    lost = [c.layer for c in controls if c.layer not in known]
    if lost:
        raise DataError(*(Finding("rake-no-layer", params={"layer": n, "known": known}) for n in lost))
    for control in controls:
        built = _scaled(built, control)
    return built


def _scaled(built: CarbonMap, control: Control) -> CarbonMap:
    own = (built.pieces["layer"] == control.layer).to_numpy()
    rows = built.pieces[own].reset_index(drop=True)
    target = int(to_nano(np.array([control.tonnes]))[0])
    before = int(rows["nano"].sum())
    if not before or (before < 0) != (target < 0):
        params = {"layer": control.layer, "tonnes": before / NANO, "target": control.tonnes}
        raise MethodError(Finding("rake-impossible", params=params))
    weights = np.abs(rows["nano"].to_numpy())
    group = np.zeros(len(rows), dtype=np.int64)
    shares = apportion(np.array([target]), group, weights, np.arange(len(rows)))
    factor = target / before
    scaled = rows.assign(nano=shares, largest=np.ceil(rows["largest"] * factor).astype("int64"))
    scaled["squares"] = np.rint(rows["squares"] * factor**2).astype("int64")
    kept = rows.assign(layer=control.layer + UNSCALED)
    pieces = pd.concat([built.pieces[~own], scaled, kept], ignore_index=True)
    told = {
        "layer": control.layer, "factor": round(factor, 6), "before": round(before / NANO, 1),
        "after": round(target / NANO, 1), "source": control.source.publisher or control.source.title,
    }  # fmt: skip
    return replace(
        built,
        pieces=pieces,
        contributors=_emitters(built, control.layer, factor),
        layers=_layers(built.layers, control.layer, target),
        findings=(*built.findings, Finding("map-raked", severity="warning", params=told)),
    )


def _emitters(built: CarbonMap, layer: str, factor: float) -> pd.DataFrame:
    """Scale the emitters of the layer's sector by no less than the layer: the largest stays an upper end."""
    sector = built.layers.set_index("layer").loc[layer, "sector"]
    rows = (built.contributors["sector"] == sector).to_numpy()
    times = max(factor, 1.0)
    largest = built.contributors["largest"].to_numpy().copy()
    largest[rows] = np.ceil(largest[rows] * times).astype(np.int64)
    keys = ["cell", "district", "year", "scenario"]
    before = built.pieces[built.pieces["layer"] == layer].groupby(keys)["nano"].sum()
    index = pd.MultiIndex.from_frame(built.contributors[keys])
    change = before.reindex(index).fillna(0).to_numpy() * (factor - 1)
    nano = built.contributors["nano"].to_numpy() + np.where(rows, np.rint(change), 0).astype(np.int64)
    return built.contributors.assign(nano=nano, largest=largest)


def _layers(layers: pd.DataFrame, layer: str, target: int) -> pd.DataFrame:
    row = layers[layers["layer"] == layer]
    scaled = row.assign(control_nano=target)
    names: Mapping[str, str] = {"name_en": " (unscaled)", "name_ko": " (조정 전)"}
    kept = row.assign(layer=layer + UNSCALED, sign="memo", **{k: row[k] + v for k, v in names.items()})
    return pd.concat([layers[layers["layer"] != layer], scaled, kept], ignore_index=True)
