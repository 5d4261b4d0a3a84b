"""Korean registers joined: energy of plots to the buildings that stand on them, and nothing lost between."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.codes import LISTED

BY_AREA = {"en": "floor area", "ko": "연면적"}
BY_COUNT = {"en": "equal shares", "ko": "같은 몫"}


def plots_to_buildings(
    buildings: pd.DataFrame, energy: pd.DataFrame, *, file: str = ""
) -> tuple[pd.DataFrame, list[Finding]]:
    """Divide the energy of plots among the buildings on them, by floor area.

    Parameters
    ----------
    buildings : DataFrame
        As ``schemas/tables/buildings.yaml``, with ``pnu``. Left as it is.
    energy : DataFrame
        As ``schemas/tables/building_energy.yaml``; ``building_id`` is the number of the
        plot (PNU). Left as it is.
    file : str
        What findings call the energy table.

    Returns
    -------
    (DataFrame, list of Finding)
        Energy by building and year. Plots without a building keep a row of their own
        under their number, so that the sums are those of `energy`.

    Raises
    ------
    DataError
        If a column is missing.

    Notes
    -----
    On a plot where the floor area of any building is not known, all get equal shares.

    Examples
    --------
    >>> homes = pd.DataFrame({"building_id": ["a", "b"], "pnu": ["1", "1"], "floor_area_m2": [30.0, 10.0]})
    >>> meters = pd.DataFrame({"building_id": ["1"], "year": [2024], "electricity_mwh": [8.0]})
    >>> plots_to_buildings(homes, meters)[0]["electricity_mwh"].tolist()
    [6.0, 2.0]
    """
    for column, frame in (("pnu", buildings), ("building_id", buildings), ("building_id", energy)):
        if column not in frame.columns:
            raise DataError(Finding("codes-parts-missing", where=file, params={"columns": [column]}))
    shares, found = _shares(buildings, set(energy["building_id"].dropna()), file)
    plots = energy.rename(columns={"building_id": "pnu"})
    out = plots.merge(shares, on="pnu", how="left")
    values = _values(energy)
    alone = out["building_id"].isna()
    share = out["share"].fillna(1.0).to_numpy()
    for column in values:
        out[column] = out[column].to_numpy() * share
    out["building_id"] = out["building_id"].where(~alone, out["pnu"])
    found += _unmatched(energy, set(shares["pnu"]), values, file)
    found += _unmetered(buildings, set(out["building_id"]), file)
    columns = ["building_id", *(c for c in energy.columns if c != "building_id")]
    return out[columns].reset_index(drop=True), found


def _values(energy: pd.DataFrame) -> list[str]:
    return [c for c in energy.columns if c != "year" and pd.api.types.is_float_dtype(energy[c].dtype)]


def _shares(buildings: pd.DataFrame, wanted: set[str], file: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Return plot, building and its share of the plot's energy."""
    on = buildings[buildings["pnu"].isin(wanted)]
    area = on.get("floor_area_m2", pd.Series(np.nan, index=on.index)).to_numpy(dtype=float)
    number, plots = pd.factorize(on["pnu"])
    count = np.bincount(number, minlength=len(plots))
    known = np.bincount(number, weights=area > 0, minlength=len(plots)) == count
    whole = np.bincount(number, weights=np.nan_to_num(area), minlength=len(plots))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(known[number], area / whole[number], 1 / count[number])
    found: list[Finding] = []
    for by, mask in ((BY_AREA, known), (BY_COUNT, ~known)):
        plots_shared = int(((count > 1) & mask).sum())
        if plots_shared:
            params = {"plots": plots_shared, "by": by}
            severity = "note" if by is BY_AREA else "warning"
            found.append(Finding("korea-plots-shared", severity, where=file, params=params))
    return on[["pnu", "building_id"]].assign(share=share), found


def _unmatched(energy: pd.DataFrame, known: set[str], values: list[str], file: str) -> list[Finding]:
    lost = ~energy["building_id"].isin(known)
    if not lost.any():
        return []
    amount = energy[values].sum(axis=1)
    share = 100 * float(amount[lost].sum()) / float(amount.sum() or 1)
    plots = sorted({str(p) for p in energy["building_id"][lost]})
    params = {"count": len(plots), "share": round(share, 2), "plots": plots[:LISTED]}
    return [Finding("korea-plots-unmatched", "warning", where=file, params=params)]


def _unmetered(buildings: pd.DataFrame, metered: set[str], file: str) -> list[Finding]:
    without = ~buildings["building_id"].isin(metered)
    if not without.any():
        return []
    area = buildings.get("floor_area_m2", pd.Series(np.nan, index=buildings.index))
    share = 100 * float(area[without].sum()) / float(area.sum() or 1)
    params = {"count": int(without.sum()), "rows": len(buildings), "share": round(share, 1)}
    return [Finding("korea-buildings-unmetered", "note", where=file, params=params)]
