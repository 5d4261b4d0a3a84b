"""Activity times factor times warming potential: the lines of an inventory, each with its trace."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import pandas as pd

from scindex.catalogue.entries import STANDINGS
from scindex.catalogue.factor_entries import years
from scindex.catalogue.factor_gwp import resolve_set
from scindex.catalogue.factors import GLOBAL, Factor, gwp
from scindex.errors import DataError, ScindexError
from scindex.findings import Finding
from scindex.measure.inventory.activity import BIOGENIC, Activity, Emission, Factors
from scindex.measure.inventory.emitting import METHODS
from scindex.measure.inventory.lines import CITY_YEAR, Inventory, cities_table, lines_table
from scindex.measure.inventory.taxonomy import BASES, keys, taxonomy
from scindex.measure.inventory.totals import LOCATION, MARKET
from scindex.provenance import Provenance

CHOICES: Mapping[str, tuple[str, ...]] = {
    "method": ("", *METHODS),
    "accounting": ("", "location", "market"),
    "kind": ("", "credit", "memo", "removal"),
    "basis": ("", *BASES),
    "quality_activity": ("", "H", "M", "L"),
    "quality_factor": ("", "H", "M", "L"),
}
"""Words that a column of an activity table may hold."""

COPIED = ("city_id", "city", "year", "ref", "explanation", "quality_activity", "quality_factor", "where")
LAND = "V."


def compute(
    activity: pd.DataFrame,
    *,
    gwp_set: str,
    factors: Mapping[str, Factor] | None = None,
    region: str = "",
    cities: pd.DataFrame | None = None,
    provenance: Provenance | None = None,
) -> Inventory:
    """Compute the lines of an inventory from activities.

    Parameters
    ----------
    activity : DataFrame
        Columns of ``schemas/tables/activity.yaml`` with city_id, city, year and where filled in.
    gwp_set : str
        Set of warming potentials: ``AR5``. A factor that is in CO2e already keeps its own.
    factors : Mapping of str to Factor, optional
        What `scindex.catalogue.factors.read_factors` returned; the shipped ones without it.
    region : str
        Where factors are looked up for, in rows that name no region: ``KR``.
    cities : DataFrame, optional
        What is known of each city and year: population, level.
    provenance : Provenance, optional

    Returns
    -------
    Inventory
        One line for each activity and gas; a notation key is a line without a number.

    Raises
    ------
    MethodError
        If there is no such set of warming potentials.
    DataError
        With every fault of every row, each at its cell.

    Examples
    --------
    >>> table = pd.DataFrame([{"city_id": "demo", "city": "Demo", "year": 2023, "ref": "I.1.2", "amount": 2.0,
    ...     "unit": "GWh", "factor": "electricity/kr_2023", "where": "demo.csv!D2"}])
    >>> compute(table, gwp_set="AR5").lines[["scope", "gas", "co2e", "accounting"]].values.tolist()
    [[2, 'CO2e', 834.6, '']]
    """
    name = resolve_set(gwp_set)
    look_up = Factors(factors, region)
    findings: list[Finding] = []
    records: list[dict[str, Any]] = []
    for row in activity.to_dict("records"):
        told = {"where": str(row.get("where", "")), "city": str(row["city"]), "year": int(row["year"])}
        one = Activity(row)  # type: ignore[arg-type]
        records += _lines(one, look_up, name)
        ref = one.text("ref")
        findings += [replace(f, indicator=f.indicator or ref, **told) for f in one.findings]
    findings = _once(findings)
    if any(f.severity == "error" for f in findings):
        raise DataError(*findings)
    about = cities_table([] if cities is None else cities.to_dict("records"))
    lines = lines_table(records)
    return Inventory(lines, (*findings, *_market_alone(lines)), provenance or Provenance(), about)


def _market_alone(lines: pd.DataFrame) -> Iterator[Finding]:
    """Doubt cells with energy by market and none by location, which totals by location need."""
    cell = pd.MultiIndex.from_frame(lines[[*CITY_YEAR, "ref"]])
    ways = lines["accounting"]
    alone = (ways == MARKET) & ~cell.isin(cell[(ways == LOCATION).to_numpy()])
    for line in lines[alone].drop_duplicates([*CITY_YEAR, "ref"]).to_dict("records"):
        told = {"where": line["where"], "city": line["city"], "year": int(line["year"])}
        yield Finding("inventory-market-alone", "warning", indicator=line["ref"], **told)


def _lines(activity: Activity, factors: Factors, gwp_set: str) -> list[dict[str, Any]]:
    """Return the lines of one row; its faults are added to its findings."""
    _check_words(activity)
    key = activity.text("notation_key").upper()
    if any(f.severity == "error" for f in activity.findings):
        return []
    if key:
        return _key_line(activity, key)
    method = activity.text("method") or "product"
    try:
        emissions = METHODS[method](activity, factors)
        _check_years(activity, emissions)
        _check_regions(activity, emissions, factors.region)
        return [_line(activity, emission, method, gwp_set) for emission in emissions]
    except ScindexError as err:
        activity.findings.extend(err.findings)
        return []


def _check_words(activity: Activity) -> None:
    ref = activity.text("ref")
    outside = activity.text("basis") == "footprint" or activity.text("kind") == "credit"
    if ref not in taxonomy() and not outside:
        close = get_close_matches(ref, taxonomy(), n=3) or list(taxonomy())[:3]
        activity.findings.append(Finding("gpc-ref-unknown", value=ref, params={"close": close}))
    for column, choices in CHOICES.items():
        if activity.text(column) not in choices:
            params = {"column": column, "choices": [c for c in choices if c]}
            activity.findings.append(Finding("activity-word", value=activity.text(column), params=params))


def _check_years(activity: Activity, emissions: list[Emission]) -> None:
    """Doubt a factor that was named for a year that it does not speak of."""
    year = int(activity.row["year"])
    for factor in {f.id: f for e in emissions for f in e.factors if not f.holds_in(year)}.values():
        params = {"factor": factor.id, "valid": years(factor.valid), "year": year}
        activity.findings.append(Finding("activity-factor-year", "warning", params=params))


def _check_regions(activity: Activity, emissions: list[Emission], region: str) -> None:
    """Doubt a factor of another place; a row that says `region=` in its factor has chosen it aloud."""
    wanted = activity.text("region") or region
    if not wanted or "region=" in activity.text("factor").replace(" ", ""):
        return
    for factor in {f.id: f for e in emissions for f in e.factors}.values():
        if factor.region and factor.region != GLOBAL and not _overlap(wanted, factor.region):
            params = {"factor": factor.id, "region": factor.region, "wanted": wanted}
            activity.findings.append(Finding("activity-factor-region", "warning", params=params))


def _overlap(one: str, other: str) -> bool:
    """Return whether one region is the other or lies in it: ``KR-Seoul`` lies in ``KR``."""
    a, b = (region.casefold() + "-" for region in (one, other))
    return a.startswith(b) or b.startswith(a)


def _key_line(activity: Activity, key: str) -> list[dict[str, Any]]:
    if key not in keys():
        params = {"column": "notation_key", "choices": list(keys())}
        activity.findings.append(Finding("activity-word", value=key, params=params))
        return []
    amount = activity.number("amount", math.nan)
    if not math.isnan(amount):
        activity.findings.append(Finding("activity-key-and-amount", value=amount, params={"key": key}))
        return []
    if not activity.text("explanation"):
        activity.findings.append(Finding("activity-key-unexplained", "warning", value=key))
    more = {"notation_key": key, "ie_target": activity.text("ie_target"), "label": activity.text("activity")}
    return [{**_copied(activity), **more, **_basis(activity), "gas": "CO2e"}]


def _copied(activity: Activity) -> dict[str, Any]:
    return {c: activity.row[c] for c in COPIED if c in activity.row and not _missing(activity.row[c])}


def _missing(value: Any) -> bool:
    return value is None or value != value


def _basis(activity: Activity) -> dict[str, str]:
    return {"basis": activity.text("basis")} if activity.text("basis") else {}


def _line(activity: Activity, emission: Emission, method: str, gwp_set: str) -> dict[str, Any]:
    kind = _kind(activity, emission)
    own = activity.number("activity_error", math.nan)
    shared = _factor_error(activity, emission)
    return {
        **_copied(activity),
        **_basis(activity),
        **_weighted(activity, emission, gwp_set),
        "gas": emission.gas,
        "value": emission.tonnes,
        "accounting": activity.text("accounting"),
        "kind": kind,
        "method": method,
        "label": activity.text("activity"),
        "activity": activity.number("amount", math.nan),
        "activity_unit": activity.text("unit"),
        "factor": "; ".join(f.id for f in emission.factors),
        "factor_standing": _weakest(emission.factors),
        "activity_error": own,
        "factor_error": shared,
        "relative_error": _together(own, shared),
        "error_group": emission.factors[0].id if emission.factors else "",
    }


def _weighted(activity: Activity, emission: Emission, gwp_set: str) -> dict[str, Any]:
    """Return t CO2e and the set behind it; biogenic CO2 has none."""
    if emission.gas == BIOGENIC:
        return {"co2e": math.nan, "gwp_set": ""}
    inside = next((f.gwp_set for f in emission.factors if f.gwp_set), None)
    if emission.gas != "CO2e":
        return {"co2e": emission.tonnes * gwp(emission.gas, gwp_set), "gwp_set": gwp_set}
    if inside and resolve_set(inside) != gwp_set:
        params = {"factor": emission.factors[0].id, "inside": inside, "wanted": gwp_set}
        activity.findings.append(Finding("inventory-other-gwp", "warning", params=params))
    elif not inside and emission.factors:
        params = {"factor": emission.factors[0].id}
        activity.findings.append(Finding("inventory-gwp-unsaid", "note", params=params))
    return {"co2e": emission.tonnes, "gwp_set": resolve_set(inside) if inside else ""}


def _kind(activity: Activity, emission: Emission) -> str:
    if emission.gas == BIOGENIC:
        return "memo"
    kind = activity.text("kind")
    if kind or emission.tonnes >= 0:
        return kind
    if not activity.text("ref").startswith(LAND):
        activity.findings.append(Finding("gpc-negative", "warning", value=emission.tonnes))
    return "removal"


def _weakest(factors: tuple[Factor, ...]) -> str:
    return max((f.standing for f in factors), key=STANDINGS.index, default="")


def _factor_error(activity: Activity, emission: Emission) -> float:
    said = next((f.relative_error for f in emission.factors if f.relative_error is not None), None)
    return activity.number("factor_error", math.nan if said is None else said)


def _together(own: float, shared: float) -> float:
    """Return the relative error of a product of two independent numbers, to first order."""
    known = [e for e in (own, shared) if not math.isnan(e)]
    return math.sqrt(sum(e * e for e in known)) if known else math.nan


REPEATED = (
    *("inventory-gwp-unsaid", "inventory-other-gwp", "activity-parameter-assumed", "activity-factor-year"),
    "activity-factor-region",
)
"""Notes told once for a factor or parameter, with the number of rows."""


def _once(findings: list[Finding]) -> list[Finding]:
    """Tell a note about a factor or a parameter once, and say for how many rows it holds."""
    name = lambda f: (f.code, *sorted(map(str, f.params.values())))  # noqa: E731
    count = Counter(name(f) for f in findings if f.code in REPEATED)
    seen: set[Any] = set()
    kept: list[Finding] = []
    for finding in findings:
        if finding.code in REPEATED:
            if name(finding) in seen:
                continue
            seen.add(name(finding))
            finding = replace(finding, params={**finding.params, "count": count[name(finding)]})
        kept.append(finding)
    return kept
