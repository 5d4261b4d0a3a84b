"""How unsure a sum of tonnes is: errors of single records beside the error of the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

KG2 = 1e-6
"""Square tonnes in a square kilogram."""


def variances(sums: pd.DataFrame, layer: pd.Series, total: float) -> np.ndarray:
    r"""Return the variance of a layer's tonnes in each row of a table.

    Parameters
    ----------
    sums : DataFrame
        ``tonnes`` [t], ``squares`` [kg2] (sum of the squares of the records), by row.
    layer : Series
        ``relative_error`` (of the total), ``record_error``, ``standing`` of its records.
    total : float
        Tonnes of the layer on the whole map. [t]

    Returns
    -------
    ndarray, shape (rows,)
        [t2]

    Notes
    -----
    Records that were measured or modelled err each for itself by :math:`r_1` and all together
    by :math:`r_0`, the error of what they share (factor, method):

    .. math:: \sigma_S^2 = (r_0 T_S)^2 + r_1^2 \sum_{i \in S} t_i^2

    What was shared out is tied to its control total: the shares err by :math:`r_1`, their sum
    does not,

    .. math:: \sigma_S^2 = (r_0 T_S)^2 + (r_1 T_S)^2 (1 - T_S / T)

    so a single cell is far less sure than the city.

    Examples
    --------
    >>> layer = pd.Series({"relative_error": 0.02, "record_error": 0.4, "allocated": True})
    >>> sums = pd.DataFrame({"tonnes": [1.0, 100.0], "squares": [0.0, 0.0]})
    >>> (np.sqrt(variances(sums, layer, 100.0)) / sums["tonnes"]).round(2).tolist()
    [0.4, 0.02]
    """
    tonnes = sums["tonnes"].to_numpy(dtype=float)
    whole = (float(layer["relative_error"]) * tonnes) ** 2
    single = float(layer["record_error"])
    if layer["allocated"]:
        share = np.clip(np.abs(tonnes) / abs(total), 0, 1) if total else np.ones_like(tonnes)
        return whole + (single * tonnes) ** 2 * (1 - share)
    return whole + single**2 * sums["squares"].to_numpy(dtype=float) * KG2


def relative(tonnes: pd.Series, variance: np.ndarray) -> pd.Series:
    """Return the standard error as a share of the tonnes; NaN where there are none."""
    size = tonnes.abs()
    return pd.Series(np.sqrt(variance), index=tonnes.index) / size.where(size > 0)
