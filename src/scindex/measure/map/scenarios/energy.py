"""Levers on buildings: floor area, retrofit, heat pumps, photovoltaics on roofs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from scindex.catalogue.levers import ENERGY
from scindex.catalogue.scenarios import Lever, Where
from scindex.measure.map.scenarios.chosen import Tables, chosen, column

CARRIER_COLUMNS = {
    "electricity": ("electricity_mwh",),
    "gas": ("gas_mwh", "gas_m3"),
    "heat": ("heat_mwh",),
}
USED, EXPORTED = "pv_self_mwh", "pv_export_mwh"
"""Electricity from the own roof, used there and fed into the grid: memo, never in a sum of emissions."""
ROOF = "pv_roof"
"""Share of the roof under modules so far: two levers on one roof share it, and none has more than all."""


def retrofit(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Save a share of the energy in the share of floor area that has been retrofitted.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``rate`` (share treated by the year), ``saving`` (share saved there), ``carriers``.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        New tables; those that did not change are the same objects.

    Notes
    -----
    .. math:: E' = E \, (1 - r \, s)

    The rate is spread evenly over all chosen buildings: the expected value, not a draw of
    which are treated. So dividing a building in two changes nothing.
    """
    keep = 1.0 - lever.paths["rate"].after(base_year, year) * lever.paths["saving"].at(year)
    columns = [c for carrier in lever.lists["carriers"] for c in CARRIER_COLUMNS[carrier]]
    return dict(tables) if keep == 1.0 else _scaled(tables, ENERGY, columns, lever.where, keep)


def _scaled(
    tables: Tables, names: tuple[str, ...], columns: list[str], where: Where, factor: float
) -> dict[str, pd.DataFrame]:
    out = dict(tables)
    for name in names:
        if name in tables:
            mask = chosen(tables, name, where)
            table = tables[name]
            changed = {
                c: np.where(mask, column(table, c) * factor, column(table, c))
                for c in columns
                if c in table.columns
            }
            out[name] = table.assign(**changed) if mask.any() else table
    return out


def heat_pumps(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Move a share of gas or heat to electricity.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``rate``, ``cop`` (heat out of electricity in), ``efficiency`` (heat out of gas in),
        ``carriers``.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame

    Notes
    -----
    .. math:: \Delta W = r \, (\eta \, G + H) / \mathrm{COP}

    with gas :math:`G` burnt at efficiency :math:`\eta` and district heat :math:`H` taken as
    it is. A building whose electricity is not known is left as it is: what it would use more
    could not be counted.
    """
    rate = lever.paths["rate"].after(base_year, year)
    out = dict(tables)
    if rate == 0:
        return out
    cop, efficiency = lever.paths["cop"].at(year), lever.paths["efficiency"].at(year)
    for name in ENERGY:
        if name not in tables:
            continue
        table = tables[name]
        electricity = column(table, "electricity_mwh")
        mask = chosen(tables, name, lever.where) & ~np.isnan(electricity)
        changed = {}
        for carrier in lever.lists["carriers"]:
            used = column(table, f"{carrier}_mwh")
            moved = np.where(mask, rate * np.nan_to_num(used), 0.0)
            electricity = electricity + moved * (efficiency if carrier == "gas" else 1.0) / cop
            changed[f"{carrier}_mwh"] = np.where(mask, used * (1.0 - rate), used)
        changed = {c: v for c, v in changed.items() if c in table.columns}
        out[name] = table.assign(**changed, electricity_mwh=electricity) if mask.any() else table
    return out


def rooftop_pv(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    r"""Put modules on a share of the roofs; what is used there is not bought from the grid.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``roof`` (module area by footprint), ``yield_kwh_m2`` (a year and m2 of module),
        ``self_use`` (share of the yield that comes when the building can use it).
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame
        ``electricity_mwh`` falls by what is used; ``pv_self_mwh`` and ``pv_export_mwh`` are memo.

    Notes
    -----
    .. math:: S = \min(\sigma \, y \, r A, \; W), \qquad X = y \, r A - S

    Modules never cover more than the roof, whatever the number of levers on it. Use never
    exceeds what the building needs, and what is fed in is never a negative
    emission of the building: it lowers the grid's factor, not this map.
    """
    roof = lever.paths["roof"].after(base_year, year)
    table = tables["building_energy"]
    mask = chosen(tables, "building_energy", lever.where)
    if roof == 0 or not mask.any():
        return dict(tables)
    area = tables["buildings"].drop_duplicates("building_id").set_index("building_id")["footprint_m2"]
    footprint = np.nan_to_num(table["building_id"].map(area).to_numpy(dtype=np.float64, na_value=np.nan))
    free = np.clip(1.0 - column(table, ROOF), 0.0, None)
    taken = np.where(mask, np.minimum(roof, free), 0.0)
    made = footprint * taken * lever.paths["yield_kwh_m2"].at(year) / 1000
    bought = column(table, "electricity_mwh")
    used = np.minimum(made * lever.paths["self_use"].at(year), np.nan_to_num(bought))
    return {
        **tables,
        "building_energy": table.assign(
            electricity_mwh=np.where(mask, bought - used, bought),
            **{ROOF: column(table, ROOF) + taken},
            **{USED: column(table, USED) + used, EXPORTED: column(table, EXPORTED) + made - used},
        ),
    }


def densification(tables: Tables, lever: Lever, year: int, base_year: int) -> dict[str, pd.DataFrame]:
    """Add floor area on existing footprints, or move it there from other districts.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    lever : Lever
        With ``floor_area_m2`` (by the year), ``intensity_kwh_m2``, ``mix`` (shares of carriers),
        and ``from_districts`` where it is moved.
    year, base_year : int

    Returns
    -------
    dict of str to DataFrame

    Notes
    -----
    New area goes to the chosen buildings that have a meter, in proportion to footprint (to
    floor area where no footprint is known). Moved area leaves all buildings of the districts
    named, of the same uses, in the same proportion, with its energy.
    """
    added = lever.paths["floor_area_m2"].after(base_year, year)
    if added == 0:
        return dict(tables)
    out = dict(tables)
    if lever.lists.get("from_districts"):
        out = _emptied(out, lever, added)
    buildings, energy = out["buildings"], out["building_energy"]
    metered = buildings["building_id"].isin(energy["building_id"]).to_numpy()
    mask = chosen(out, "buildings", lever.where) & metered
    weight = np.where(mask, np.nan_to_num(column(buildings, "footprint_m2")), 0.0)
    if not weight.any():
        weight = np.where(mask, np.nan_to_num(column(buildings, "floor_area_m2")), 0.0)
    if not weight.any():
        return out
    area = added * weight / weight.sum()
    out["buildings"] = buildings.assign(floor_area_m2=column(buildings, "floor_area_m2") + area)
    extra = energy["building_id"].map(pd.Series(area, index=buildings["building_id"])).fillna(0.0).to_numpy()
    mwh = extra * lever.paths["intensity_kwh_m2"].at(year) / 1000
    more = {}
    for carrier, share in lever.shares["mix"].items():
        known = column(energy, f"{carrier}_mwh")
        more[f"{carrier}_mwh"] = np.where(mwh > 0, np.nan_to_num(known) + mwh * share, known)
    out["building_energy"] = energy.assign(**more)
    return out


def _emptied(tables: dict[str, pd.DataFrame], lever: Lever, area: float) -> dict[str, pd.DataFrame]:
    """Take floor area and its energy out of the districts that it is moved from."""
    where = replace(lever.where, districts=lever.lists["from_districts"], cells=())
    here = chosen(tables, "buildings", where)
    standing = float(np.nansum(column(tables["buildings"], "floor_area_m2")[here]))
    keep = 1.0 - min(area / standing, 1.0) if standing > 0 else 1.0
    out = _scaled(tables, ("buildings",), ["floor_area_m2"], where, keep)
    columns = [c for columns in CARRIER_COLUMNS.values() for c in columns]
    return _scaled(out, ("building_energy",), columns, where, keep)
