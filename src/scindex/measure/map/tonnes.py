"""How a record becomes tonnes: each method takes a table and a layer, and gives one amount a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scindex.catalogue.layers import Layer
from scindex.errors import DataError, MethodError
from scindex.findings import Finding
from scindex.measure.map.rates import Rate, RateBook

DAYS = 365
"""Of annual average daily traffic; a leap year's extra day is not in it."""

SHARE = "share_"
"""Columns ``share_<vehicle>`` hold the mix of a road link."""


@dataclass(frozen=True)
class Amounts:
    """What the records of one layer emit or take up.

    Attributes
    ----------
    tonnes : ndarray of float, shape (n,)
        NaN where nothing is known: a gap. [t CO2e]
    rates : Mapping of str to Rate
        What was multiplied with, by the category it is for.
    findings : tuple of Finding
    """

    tonnes: np.ndarray
    rates: Mapping[str, Rate]
    findings: tuple[Finding, ...] = ()


def product(frame: pd.DataFrame, layer: Layer, book: RateBook) -> Amounts:
    """Multiply an activity with its factor, by category where the layer names one.

    Parameters
    ----------
    frame : DataFrame
        With the column ``layer.activity``, in ``layer.unit``.
    layer : Layer
    book : RateBook

    Returns
    -------
    Amounts

    Raises
    ------
    DataError
        If the column is not there.
    """
    activity = _column(frame, layer, layer.activity)
    if not layer.by:
        rate = book.rate(layer.factor, layer.unit)
        return Amounts(activity * rate.value, {"": rate})
    kinds = frame[layer.by].astype("str") if layer.by in frame else pd.Series("", index=frame.index)
    rates, missing = _rates(kinds[~np.isnan(activity)].unique(), layer, book)
    factor = kinds.map({kind: r.value for kind, r in rates.items()}).to_numpy(dtype=float)
    return Amounts(activity * factor, rates, _without_factor(kinds, missing, layer))


def as_given(frame: pd.DataFrame, layer: Layer, book: RateBook) -> Amounts:
    """Take tonnes of CO2e as the table has them."""
    return Amounts(_column(frame, layer, layer.activity), {})


def vehicle_km(frame: pd.DataFrame, layer: Layer, book: RateBook) -> Amounts:
    r"""Emissions of road links from traffic, length and mix.

    Notes
    -----
    .. math:: E_l = 365 \\, AADT_l \\, L_l \\sum_v s_{lv} f_v

    with length in km and shares that sum to 1. A share of a vehicle without a factor is a gap
    of that link: traffic that is not counted must not look like traffic that emits nothing.
    """
    distance = DAYS * _column(frame, layer, "aadt") * _column(frame, layer, "length_m") / 1000
    shares = {c.removeprefix(SHARE): c for c in frame.columns if c.startswith(SHARE)}
    if not shares:
        rate = book.rate(layer.factor, layer.unit)
        return Amounts(distance * rate.value, {"": rate})
    mix = frame[list(shares.values())].to_numpy(dtype=float)
    off = np.abs(np.nansum(mix, axis=1) - 1) > 0.005
    if off.any():
        rows = np.flatnonzero(off)
        raise DataError(
            *(
                Finding("shares-not-one", where=_where(frame, r), value=float(np.nansum(mix[r])))
                for r in rows[:20]
            )
        )
    rates, missing = _rates(list(shares), layer, book)
    value = np.array([rates[v].value if v in rates else np.nan for v in shares])
    per_km = np.where(np.nan_to_num(mix) > 0, mix * value, 0.0).sum(axis=1)
    used = [v for v in missing if (np.nan_to_num(frame[shares[v]]) > 0).any()]
    kinds = pd.Series(
        [v for v in used for _ in range(int((np.nan_to_num(frame[shares[v]]) > 0).sum()))], dtype="str"
    )
    return Amounts(distance * per_km, rates, _without_factor(kinds, used, layer))


def increment(frame: pd.DataFrame, layer: Layer, book: RateBook) -> Amounts:
    r"""Uptake of forest stands from the growth of their stems.

    Notes
    -----
    .. math:: A = area \\cdot I \\cdot D \\cdot BEF \\cdot (1 + R) \\cdot CF \\cdot 44/12

    increment [m3/ha/yr], basic density [t/m3], biomass expansion, root-shoot ratio, carbon
    fraction. It is gross growth: harvest, death and decay are not in it [1]_.

    References
    ----------
    .. [1] IPCC, "2006 Guidelines for National Greenhouse Gas Inventories", volume 4, equation 2.9.
    """
    from scindex.measure.map.forest import uptake_of

    area = _column(frame, layer, layer.activity)
    kinds = frame[layer.by].astype("str")
    rates: dict[str, Rate] = {}
    missing: list[str] = []
    for kind in sorted(kinds[~np.isnan(area)].unique()):
        try:
            rates[kind] = uptake_of(kind, book)
        except MethodError:
            missing.append(kind)
    value = kinds.map({k: r.value for k, r in rates.items()}).to_numpy(dtype=float)
    return Amounts(area * value, rates, _without_factor(kinds, missing, layer))


METHODS: Mapping[str, Callable[[pd.DataFrame, Layer, RateBook], Amounts]] = {
    "product": product,
    "tonnes": as_given,
    "vehicle_km": vehicle_km,
    "increment": increment,
}
"""Name in a layer file -> how its records become tonnes."""


def tonnes(frame: pd.DataFrame, layer: Layer, book: RateBook) -> Amounts:
    """Return what each record of a layer emits, or takes up as a negative amount."""
    found = METHODS[layer.method](frame, layer, book)
    return Amounts(-found.tonnes, found.rates, found.findings) if layer.sign == "removal" else found


def _rates(kinds: object, layer: Layer, book: RateBook) -> tuple[dict[str, Rate], list[str]]:
    rates: dict[str, Rate] = {}
    missing: list[str] = []
    for kind in sorted(str(k) for k in kinds):  # type: ignore[attr-defined]
        try:
            rates[kind] = book.rate(layer.factor, layer.unit, **{layer.by: kind})
        except MethodError as err:
            if any(f.code == "factor-ambiguous" for f in err.findings):
                raise
            missing.append(kind)
    return rates, missing


def _column(frame: pd.DataFrame, layer: Layer, name: str) -> np.ndarray:
    if name not in frame.columns:
        params = {
            "layer": layer.id,
            "column": name,
            "table": layer.input,
            "seen": list(map(str, frame.columns))[:20],
        }
        raise DataError(Finding("layer-column-missing", params=params))
    return frame[name].to_numpy(dtype=float)


def _where(frame: pd.DataFrame, row: int) -> str:
    return str(frame["where"].iloc[row]) if "where" in frame.columns else f"{row + 1}"


def _without_factor(kinds: pd.Series, missing: list[str], layer: Layer) -> tuple[Finding, ...]:
    counts = kinds.value_counts()
    return tuple(
        Finding(
            "layer-no-factor",
            severity="warning",
            value=kind,
            params={"layer": layer.name, "kind": kind, "n": int(counts.get(kind, 0))},
        )
        for kind in missing
    )
