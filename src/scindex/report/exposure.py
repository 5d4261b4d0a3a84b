"""What a drawn map gives away: places where so few emit that a figure is somebody's own."""

from __future__ import annotations

import numpy as np

from scindex.findings import Finding
from scindex.measure.map.cells import CarbonMap


def exposed(carbon: CarbonMap) -> tuple[Finding, ...]:
    """Say in how many cells a sector has too few emitters, or one that dominates it.

    Parameters
    ----------
    carbon : CarbonMap
        An exact map.

    Returns
    -------
    tuple of Finding
        One warning, or none where every figure may be shown to everybody.

    References
    ----------
    .. [1] Hundepool, A. et al., "Statistical Disclosure Control", Wiley, 2012, chapter 4.
    """
    from scindex.measure.map.edition import disclosure
    from scindex.measure.map.edition_merge import Rule

    told = disclosure()
    rule = Rule(int(told["k"]["value"]), float(told["dominance"]["value"]))
    emitters = carbon.contributors
    if carbon.grid is None or emitters.empty:
        return ()
    emitters = emitters[emitters["cell"] >= 0]
    sums = {"units": "sum", "nano": "sum", "largest": "max"}
    found = emitters.groupby(["cell", "sector", "year", "scenario"], as_index=False).agg(sums)
    holds = rule.holds(*(found[name].to_numpy(dtype=np.int64) for name in sums))
    few = found.loc[~holds, "cell"].nunique()
    if not few:
        return ()
    params = {
        "few": int(few),
        "cells": int(found["cell"].nunique()),
        "k": rule.k,
        "share": round(100 * rule.dominance),
    }
    return (Finding("map-exact", "warning", params=params),)
