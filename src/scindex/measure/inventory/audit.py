"""Hold an inventory against what inventories get wrong: one rule a file, every doubt a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from scindex.catalogue.factors import load_factors
from scindex.findings import Finding
from scindex.measure.inventory.rules import (
    backcast,
    basic_order,
    biomass_gases,
    bridged,
    factor_one,
    included,
    intensities,
    losses_grid,
    other_fuel,
    parts_totals,
    published,
    repeats,
    scope_mixes,
    slips,
    totals_rows,
    zeros,
)
from scindex.measure.inventory.rules.context import PUBLISHED, Context
from scindex.measure.inventory.taxonomy import TOTALS

CONFIDENCES = ("certain", "likely", "possible")
"""How sure a finding is, surest first."""

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the audit.

    Attributes
    ----------
    check : callable
        Takes a `Context`, gives findings.
    needs : str
        What it cannot do without beside lines: ``published``, ``cities``, ``years``
        (several of one city), ``activity`` (amounts and factors); empty where lines do.
    """

    check: Callable[[Context], Iterable[Finding]]
    needs: str = ""


RULES: Mapping[str, Rule] = {
    "parts_totals": Rule(parts_totals.check, "published"),
    "published": Rule(published.check, "published"),
    "basic_order": Rule(basic_order.check, "published"),
    "totals_rows": Rule(totals_rows.check),
    "zeros": Rule(zeros.check),
    "slips": Rule(slips.check, "years"),
    "backcast": Rule(backcast.check, "years"),
    "bridged": Rule(bridged.check, "years"),
    "repeats": Rule(repeats.check),
    "included": Rule(included.check),
    "scope_mixes": Rule(scope_mixes.check),
    "factor_one": Rule(factor_one.check, "activity"),
    "other_fuel": Rule(other_fuel.check, "activity"),
    "losses_grid": Rule(losses_grid.check, "activity"),
    "biomass_gases": Rule(biomass_gases.check),
    "intensities": Rule(intensities.check, "cities"),
}
"""Name -> rule, in the order they run. Their names in words are labels ``inv-rule.NAME``."""


def audit(
    lines: pd.DataFrame,
    activity: pd.DataFrame | None = None,
    *,
    cities: pd.DataFrame | None = None,
    published: pd.DataFrame | None = None,
    factors: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Find what is wrong or doubtful in an inventory.

    Parameters
    ----------
    lines : DataFrame
        Lines of an inventory (``schemas/tables/inventory.yaml``); a column `district` is used
        where there is one. [t]
    activity : DataFrame, optional
        What the lines were computed from (``schemas/tables/activity.yaml``); rules about
        districts and suppliers work where it has columns `district` and `supplier`.
    cities : DataFrame, optional
        `Inventory.cities`: population, floor area and published totals of each city and year.
    published : DataFrame, optional
        More published totals: city_id, year, total, group (a sector or sub-sector; empty for
        the whole), t [t CO2e], where.
    factors : Mapping, optional
        What `read_factors` returned; the shipped ones without it.

    Returns
    -------
    list of Finding
        Errors, then warnings, then notes; in each the surest first. ``params`` name the
        ``rule``, the ``confidence`` (certain, likely, possible) and the years.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> about = {"city_id": "demo", "city": "Demo", "year": 2024, "gas": "CO2e"}
    >>> ie = {**about, "ref": "II.1.2", "notation_key": "IE", "ie_target": "I.2.2"}
    >>> [f.code for f in audit(lines_table([{**about, "ref": "I.2.1", "co2e": 5.0}, ie]))]
    ['inv-ie-empty-target']
    """
    context = _context(lines, activity, cities, published, factors)
    found = [f for name, rule in RULES.items() for f in _named(name, rule.check(context))]
    return sorted(found, key=_order)


def unexamined(
    lines: pd.DataFrame,
    activity: pd.DataFrame | None = None,
    *,
    cities: pd.DataFrame | None = None,
    published: pd.DataFrame | None = None,
) -> dict[str, str]:
    """Return the rules that had nothing to work on, and what they need.

    Examples
    --------
    >>> from scindex.measure.inventory.lines import lines_table
    >>> line = {"city_id": "demo", "city": "Demo", "year": 2024, "ref": "I.1.1", "gas": "CO2", "co2e": 5.0}
    >>> unexamined(lines_table([line]))["backcast"]
    'years'
    """
    context = _context(lines, activity, cities, published, {})
    years = lines.groupby("city_id")["year"].nunique()
    there = {
        "published": not context.published.empty,
        "cities": "population" in context.about and bool(context.about["population"].notna().any()),
        "years": bool((years > 1).any()),
        "activity": bool((lines["activity"].notna() & (lines["factor"] != "")).any()),
        "": True,
    }
    return {name: rule.needs for name, rule in RULES.items() if not there[rule.needs]}


def published_totals(cities: pd.DataFrame) -> pd.DataFrame:
    """Return the totals that cities published, one row for each.

    Parameters
    ----------
    cities : DataFrame
        `Inventory.cities`.

    Returns
    -------
    DataFrame
        `PUBLISHED`; totals that are not given are left out.
    """
    held = [t for t in TOTALS if t in cities]
    if not held or cities.empty:
        return pd.DataFrame(columns=pd.Index(PUBLISHED))
    long = cities.melt(["city_id", "year", "where"], held, var_name="total", value_name="t")
    return long[long["t"].notna()].assign(group="")[list(PUBLISHED)].reset_index(drop=True)


def _context(
    lines: pd.DataFrame,
    activity: pd.DataFrame | None,
    cities: pd.DataFrame | None,
    published: pd.DataFrame | None,
    factors: Mapping[str, Any] | None,
) -> Context:
    context = Context(lines, activity, factors=load_factors() if factors is None else factors)
    tables = [t for t in (published,) if t is not None and not t.empty]
    if cities is not None:
        context = replace(context, cities=cities)
        tables.append(published_totals(cities))
    held = [t for t in tables if not t.empty]
    if held:
        both = pd.concat([t.reindex(columns=list(PUBLISHED)) for t in held], ignore_index=True)
        both = both.assign(group=both["group"].fillna(""), where=both["where"].fillna(""))
        context = replace(context, published=both.drop_duplicates(["city_id", "year", "total", "group"]))
    return context


def _named(name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    for finding in findings:
        yield replace(finding, params={**finding.params, "rule": name})


def _order(finding: Finding) -> tuple[int, int, str, str, int]:
    rank = SEVERITIES.index(finding.severity), CONFIDENCES.index(finding.params["confidence"])
    return (*rank, str(finding.params["rule"]), finding.city, finding.year or 0)
