"""Tonnes per resident, floor area or MWh that no city is known to have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scindex.findings import Finding
from scindex.measure.inventory.rules.context import Context, refs_in, settings
from scindex.measure.inventory.taxonomy import refs_of
from scindex.units import factor


def check(context: Context) -> Iterator[Finding]:
    """Find intensities outside what is plausible: one finding for a city, an intensity and an end."""
    for entry in settings()["intensities"].values():
        values = _per_activity(context, entry) if "activity" in entry else _per_place(context, entry)
        low, high = entry["between"]
        outside: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        for key, value in values.items():
            city_id, year = key  # type: ignore[misc]
            if np.isfinite(value) and value > 0 and not low <= value <= high:
                outside[str(city_id), "low" if value < low else "high"][int(year)] = float(value)
        for (city_id, end), years in outside.items():
            yield _finding(context, entry, city_id, end, years)


def _finding(
    context: Context, entry: Mapping[str, Any], city_id: str, end: str, years: Mapping[int, float]
) -> Finding:
    low, high = entry["between"]
    worst = min(years.values()) if end == "low" else max(years.values())
    params = {"name": entry["name"], "worst": float(f"{worst:.4g}"), "low": low, "high": high}
    params |= {"unit": entry["unit"].replace("_", " ").replace("**2", "2"), "why": entry["reason"]}
    far = worst < low / 10 if end == "low" else worst > 10 * high
    ref = next(iter(entry.get("refs", [])), "")
    return context.finding(
        f"inv-intensity-{end}", "likely" if far else "possible", city_id, sorted(years), ref, **params
    )


def _per_place(context: Context, entry: Mapping[str, Any]) -> pd.Series:
    """Return tonnes over what the entry names, by city and year."""
    t = context.by_city
    wanted = refs_in(entry["total"]) if "total" in entry else entry["refs"]
    refs = [r for r in wanted if r in t]
    if not refs:
        return pd.Series(dtype=float)
    if entry["per"] in refs_of("basic_s3"):
        below = t[entry["per"]] if entry["per"] in t else pd.Series(np.nan, index=t.index)
    elif entry["per"] in context.about:
        below = context.about[entry["per"]].reindex(t.index)
    else:
        return pd.Series(dtype=float)
    return t[refs].sum(axis=1, min_count=1) / below.where(below > 0)


def _per_activity(context: Context, entry: Mapping[str, Any]) -> pd.Series:
    """Return tonnes over activity in the entry's unit, by city and year."""
    lines = context.counted[context.counted["ref"].isin(entry["refs"]) & (context.counted["activity"] > 0)]
    ratios = {u: factor(u, entry["activity"]) for u in set(lines["activity_unit"]) if u}
    times = lines["activity_unit"].map(ratios).astype(float)
    lines = lines.assign(amount=lines["activity"] * times)
    sums = lines[lines["amount"].notna()].groupby(["city_id", "year"])[["co2e", "amount"]].sum()
    return sums["co2e"] / sums["amount"]
