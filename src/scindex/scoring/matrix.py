"""Open the observations table once: aligned arrays of values and of what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scindex.catalogue.entries import Indicator
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.recipe import Recipe

NOT_IN_FILE, MISSING, NOT_APPLICABLE, REPORTED = 0, 1, 2, 3
"""States of a cell, a later one winning over an earlier within a window of years."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Values of every leaf in every row; a row is a city in a year.

    Attributes
    ----------
    rows : DataFrame
        city_id, city, year of each row, sorted.
    values : ndarray, shape (n_leaf, n_row)
        NaN where there is no number. [indicator unit]
    state : ndarray of int8, shape (n_leaf, n_row)
        NOT_IN_FILE, MISSING, NOT_APPLICABLE or REPORTED.
    years : ndarray of int16, shape (n_leaf, n_row)
        Year of each reported value, 0 elsewhere. [year]
    line : ndarray of int32, shape (n_leaf, n_row)
        Position of each reported value in the observations, -1 elsewhere.
    """

    rows: pd.DataFrame
    values: NDArray[np.float64]
    state: NDArray[np.int8]
    years: NDArray[np.int16]
    line: NDArray[np.int32]

    def rows_where(self, kept: NDArray[np.bool_]) -> Matrix:
        """Return some of the rows, with all leaves."""
        return Matrix(
            self.rows[kept],
            self.values[:, kept],
            self.state[:, kept],
            self.years[:, kept],
            self.line[:, kept],
        )


def open_matrix(
    observations: pd.DataFrame,
    indicators: tuple[Indicator, ...],
    recipe: Recipe,
    year: str,
    *,
    rows: pd.DataFrame | None = None,
) -> Matrix:
    """Spread long observations over leaves and rows.

    Parameters
    ----------
    observations : DataFrame
        The table of that name; other indicators are passed over.
    indicators : tuple of Indicator
        The leaves, in order.
    recipe : Recipe
        `window` decides how old a value may be.
    year : str
        ``latest`` (each city's newest year), ``all``, or one calendar year.
    rows : DataFrame, optional
        The rows to fill, where other indicators have decided them.

    Returns
    -------
    Matrix

    Raises
    ------
    UsageError
        If `year` is none of these.
    """
    column = {indicator.id: i for i, indicator in enumerate(indicators)}
    codes = observations["indicator"].astype("category")
    leaf = np.array([column.get(c, -1) for c in codes.cat.categories], dtype=np.int32)[
        codes.cat.codes.to_numpy()
    ]
    kept = observations[["city_id", "city", "year", "value", "status"]][leaf >= 0]
    line = np.flatnonzero(leaf >= 0).astype(np.int32)
    leaf = leaf[leaf >= 0]
    if year not in ("latest", "all") and not (len(year) == 4 and year.isdecimal()):
        raise UsageError(Finding("bad-year", value=year))
    rows = _rows(kept, year, recipe.window) if rows is None else rows
    city = pd.Index(rows["city_id"]).unique()
    city_code = city.get_indexer(pd.Index(kept["city_id"].astype(object)))
    shape = (len(indicators), len(rows))
    matrix = Matrix(
        rows,
        np.full(shape, np.nan),
        np.zeros(shape, np.int8),
        np.zeros(shape, np.int16),
        np.full(shape, -1, np.int32),
    )
    row_city = city.get_indexer(pd.Index(rows["city_id"]))
    _fill(matrix, kept, (leaf, line, city_code, row_city), recipe.window)
    return matrix


def _rows(kept: pd.DataFrame, year: str, window: int) -> pd.DataFrame:
    pairs = kept[["city_id", "city", "year"]].drop_duplicates(["city_id", "year"])
    pairs = pairs.astype({"city_id": object, "city": object})
    if year == "latest":
        pairs = pairs.sort_values("year").drop_duplicates("city_id", keep="last")
    elif year != "all":
        there = kept["year"].isin(range(int(year) - window + 1, int(year) + 1)).any()
        pairs = pairs.drop_duplicates("city_id").assign(year=int(year))[: None if there else 0]
    return pairs.sort_values(["city_id", "year"]).reset_index(drop=True)


def _fill(matrix: Matrix, kept: pd.DataFrame, codes: tuple[np.ndarray, ...], window: int) -> None:
    """Write each observation into its row, older years first so that newer ones win."""
    leaf, line, city, row_city = codes
    if not len(matrix.rows):
        return
    span = 10_000
    row_key = row_city.astype(np.int64) * span + matrix.rows["year"].to_numpy(np.int64)
    order = np.argsort(row_key)
    years = kept["year"].to_numpy(np.int64)
    values = kept["value"].to_numpy(np.float64)
    state = np.where(
        ~np.isnan(values), REPORTED, np.where((kept["status"] == "M").to_numpy(), NOT_APPLICABLE, MISSING)
    ).astype(np.int8)
    for age in range(window - 1, -1, -1):
        key = city.astype(np.int64) * span + years + age
        at = np.minimum(np.searchsorted(row_key[order], key), len(order) - 1)
        row = order[at]
        found = (row_key[row] == key) & (city >= 0)
        place = (leaf[found], row[found])
        newer = (state[found] == REPORTED) | (matrix.state[place] != REPORTED)
        place = (place[0][newer], place[1][newer])
        matrix.state[place] = state[found][newer]
        matrix.values[place] = values[found][newer]
        reported = state[found][newer] == REPORTED
        matrix.years[place] = np.where(reported, years[found][newer], 0)
        matrix.line[place] = np.where(reported, line[found][newer], -1)
