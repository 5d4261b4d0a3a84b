"""Errors of lines to the error of a total: a shared factor errs everywhere at once, activities err apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scindex.measure.inventory.lines import CITY_YEAR, holds_number
from scindex.measure.inventory.taxonomy import TOTALS
from scindex.measure.inventory.totals import LOCATION, accounted, counts_in

Z90 = 1.6448536269514722
"""Standard errors from the mean to the ends of the middle 90 % of a normal distribution."""


def total_errors(lines: pd.DataFrame, *, accounting: str = LOCATION) -> pd.DataFrame:
    r"""Return what the errors of activities and factors make of each total.

    Parameters
    ----------
    lines : DataFrame
        Of an inventory. [t CO2e]
    accounting : {"location", "market"}

    Returns
    -------
    DataFrame
        city_id, city, year, total, ``error`` [t CO2e], ``relative_error`` [-], ``low`` and
        ``high``, the middle 90 % if errors are normal [t CO2e], and ``known``, the share of
        the gross tonnes whose lines have an error at all [-]. Missing where none has.

    Notes
    -----
    To first order, with :math:`E_i` the tonnes of a line, :math:`a` the relative error of its
    activity and :math:`f` that of its factor,

    .. math:: s^2 = \sum_{\text{rows}} \Big(\sum_i E_i a_i\Big)^2 +
              \sum_{\text{factors}} \Big(\sum_i E_i f_i\Big)^2

    Gases of one activity share its error; lines of one factor share the factor's. So the
    error of a total over many buildings is that of the grid's factor, however many they are.

    References
    ----------
    IPCC (2006), Guidelines for National Greenhouse Gas Inventories, volume 1, chapter 3,
    approach 1, with the correlations kept.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> row = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e", "co2e": 100.0}
    >>> shared = {**row, "factor_error": 0.1, "error_group": "grid"}
    >>> lines = lines_table([{**shared, "ref": "I.1.2"}, {**shared, "ref": "I.2.2"}])
    >>> total_errors(lines).set_index("total").loc["basic", "error"]
    np.float64(20.0)
    """
    counted = lines[holds_number(lines) & accounted(lines, accounting)]
    keys = lines.drop_duplicates(CITY_YEAR)[["city_id", "city", "year"]]
    parts = [_one(keys, total, counted[counts_in(counted, total)]) for total in TOTALS]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(CITY_YEAR, kind="stable", ignore_index=True)


def _one(keys: pd.DataFrame, total: str, own: pd.DataFrame) -> pd.DataFrame:
    tonnes = own["co2e"]
    activity, factor = own["activity_error"], own["factor_error"]
    # a line without a trace or a factor of its own errs with no other
    alone = pd.Series([f"line {k}" for k in range(len(own))], index=own.index, dtype="str")
    row = own["where"].where(own["where"] != "", alone)
    group = own["error_group"].where(own["error_group"] != "", alone)
    variance = _squared(own, tonnes * activity, row).add(_squared(own, tonnes * factor, group), fill_value=0)
    said = activity.notna() | factor.notna()
    known = _sum(own, tonnes.abs().where(said, 0.0)) / _sum(own, tonnes.abs())
    index = pd.MultiIndex.from_frame(keys[CITY_YEAR])
    co2e = _sum(own, tonnes).reindex(index).to_numpy()
    share = known.reindex(index).fillna(0.0).to_numpy()
    error = np.where(share > 0, np.sqrt(variance.reindex(index).to_numpy()), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(co2e != 0, error / np.abs(co2e), np.nan)
    return keys.assign(
        total=total,
        co2e=co2e,
        error=error,
        relative_error=relative,
        low=co2e - Z90 * error,
        high=co2e + Z90 * error,
        known=share,
    )


def _sum(own: pd.DataFrame, values: pd.Series) -> pd.Series:
    return values.groupby([own["city_id"], own["year"]]).sum()


def _squared(own: pd.DataFrame, errors: pd.Series, group: pd.Series) -> pd.Series:
    """Return the sum over groups of the square of what errs together in each."""
    together = errors.fillna(0.0).groupby([own["city_id"], own["year"], group]).sum()
    return (together**2).groupby(level=[0, 1]).sum()
