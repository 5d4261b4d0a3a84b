"""Which rows of a table a lever acts on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.scenarios import Where

Tables = Mapping[str, pd.DataFrame]
Mask = NDArray[np.bool_]

COLUMNS = {"districts": "district", "uses": "use", "cells": "cell"}
"""What a lever chooses by -> column of the table that says it."""


def attribute(tables: Tables, name: str, column: str) -> pd.Series | None:
    """Return a column of a table; of the energy at a meter, that of its building. None where unknown.

    Examples
    --------
    >>> tables = {"buildings": pd.DataFrame({"building_id": ["a", "b"], "use": ["office", "house"]}),
    ...           "building_energy": pd.DataFrame({"building_id": ["b", "a"]})}
    >>> attribute(tables, "building_energy", "use").tolist()
    ['house', 'office']
    """
    table = tables[name]
    if name == "building_energy" and column not in table.columns:
        buildings = tables.get("buildings")
        if buildings is None or column not in buildings.columns:
            return None
        by_id = buildings.drop_duplicates("building_id").set_index("building_id")[column]
        return table["building_id"].map(by_id)
    return table[column] if column in table.columns else None


def chosen(tables: Tables, name: str, where: Where) -> Mask:
    """Return which rows of a table lie where a lever acts.

    Parameters
    ----------
    tables : Mapping of str to DataFrame
    name : str
        One of `tables`.
    where : Where
        A row must satisfy each list that is not empty. A table that does not say by which
        a lever chooses has no row that is chosen.

    Returns
    -------
    ndarray of bool, shape (n_row,)
    """
    mask = np.ones(len(tables[name]), dtype=bool)
    for field, column in COLUMNS.items():
        wanted = getattr(where, field)
        if wanted:
            values = attribute(tables, name, column)
            mask &= False if values is None else values.isin(wanted).to_numpy()
    return mask


def column(table: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column as numbers; zeros where the table does not have it."""
    if name not in table.columns:
        return np.zeros(len(table))
    return pd.to_numeric(table[name]).to_numpy(dtype=np.float64, na_value=np.nan)
