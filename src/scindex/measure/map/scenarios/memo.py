"""What is told beside the totals and never in them: electricity from roofs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scindex.catalogue.scenarios import Scenario
from scindex.measure.map.scenarios.apply import apply
from scindex.measure.map.scenarios.chosen import attribute, column
from scindex.measure.map.scenarios.energy import EXPORTED, USED

if TYPE_CHECKING:
    from scindex.measure.map.scenarios.pathway import Ground

COLUMNS = ["year", "district", "item", "mwh", "tonnes"]


def memo_lines(ground: Ground, scenario: Scenario, years: Sequence[int]) -> pd.DataFrame:
    """Return electricity from roofs, used there and fed in, by year and district.

    Parameters
    ----------
    ground : Ground
    scenario : Scenario
    years : sequence of int

    Returns
    -------
    DataFrame
        ``item`` is ``pv_self`` or ``pv_export``; ``tonnes`` what the grid would emit for as much in
        that year (NaN where the map's factor is not given). It is no reduction of this map:
        what is used has lowered its electricity already, what is fed in is others' electricity.
    """
    if not any(lever.kind == "rooftop_pv" for lever in scenario.levers):
        return pd.DataFrame(columns=COLUMNS)
    frames = []
    for year in years:
        tables = apply(ground.tables, scenario, year, base_year=ground.base_year)
        factor = ground.base_factors.get("electricity", np.nan)
        factor *= ground.factors(scenario, year).get("electricity", 1.0)
        energy = tables["building_energy"]
        district = attribute(tables, "building_energy", "district")
        names = np.array([""] * len(energy)) if district is None else district.fillna("").to_numpy()
        for item, name in (("pv_self", USED), ("pv_export", EXPORTED)):
            mwh = pd.Series(column(energy, name)).groupby(names).sum()
            frame = mwh.rename_axis("district").rename("mwh").reset_index()
            frames.append(frame.assign(year=year, item=item, tonnes=frame["mwh"] * factor))
    return pd.concat(frames, ignore_index=True)[COLUMNS]
