"""The price list: what one unit better of each indicator is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from scindex.catalogue.entries import Indicator
from scindex.messages import label
from scindex.scoring import Scores
from scindex.screens.layout import clean, clip, width
from scindex.screens.page import name_width, names_of, page, rows, said, short
from scindex.screens.profile import value_text
from scindex.uncertainty.tradeoffs import FREE, HIGH, LOW, Tradeoffs

MOST_LINES, MOST_PLACES, MOST_CAPPED, MOST_NOW = 12, 3, 3, 26


def priced(found: Tradeoffs, scores: Scores) -> str:
    """Return the screen of a price list.

    Parameters
    ----------
    found : Tradeoffs
    scores : Scores
        What was priced.

    Returns
    -------
    str
        The indicators that move the score most over their range, each with the points
        that one unit is worth and how many units of the first are worth as much.
    """
    names, entries = names_of(scores), {i.id: i for i in scores.tree.indicators}
    groups = list(found.prices.groupby(["node", "city_id", "year"], sort=False))
    most = max(MOST_LINES // max(min(len(groups), MOST_PLACES), 1), 3)
    sections = [_place(found, part, names, entries, most) for _, part in groups[:MOST_PLACES]]
    if len(groups) > MOST_PLACES:
        sections.append(said(label("analysis.more-nodes", n=len(groups) - MOST_PLACES)))
    if not groups:
        sections.append(said(label("prices.none")))
    return page(label("prices.title"), sections, found.findings, scores)


def _place(
    found: Tradeoffs, prices: pd.DataFrame, names: dict[str, str], entries: Mapping[str, Indicator], most: int
) -> list[str]:
    """Return the prices at one node and city."""
    one = prices.iloc[0]
    head = label("prices.at", node=names[one["node"]], city=clean(one["city"]), year=str(one["year"]))
    rates = found.exchange[
        (found.exchange["node"] == one["node"])
        & (found.exchange["city_id"] == one["city_id"])
        & (found.exchange["year"] == one["year"])
    ]
    priced_here = prices[(prices["zone"] == FREE) & (prices["better"].abs() > 0)]
    order = list(dict.fromkeys(rates["indicator"]))
    rest = priced_here[~priced_here["indicator"].isin(order)]
    order += list(rest.sort_values("better", key=abs, ascending=False)["indicator"])
    lines = said(head)
    lines += _table(priced_here, rates, order[:most], names, entries) if order else said(label("prices.none"))
    if len(order) > most:
        lines += said(label("analysis.more", n=len(order) - most))
    return lines + _capped(prices, names, entries)


def _table(
    prices: pd.DataFrame,
    rates: pd.DataFrame,
    order: Sequence[str],
    names: dict[str, str],
    entries: Mapping[str, Indicator],
) -> list[str]:
    at = {str(row["indicator"]): row for row in prices.to_dict("records")}
    first = rates[rates["other"] == order[0]]
    against = {order[0]: 1.0, **dict(zip(first["indicator"], first["worth"]))}
    now = [clip(_value(entries[i], float(f"{at[i]['value']:.3g}")), MOST_NOW) for i in order]
    room = name_width(29 + max(map(width, now)))
    body = [[label(f"prices.{c}") for c in ("one", "from", "points", "other")]]
    for indicator, value in zip(order, now):
        worth = short(against.get(indicator, math.nan))
        body.append([clip(names[indicator], room), value, short(at[indicator]["better"]), worth])
    return rows(body, "<>>>")


def _value(indicator: Indicator, value: float) -> str:
    return clean(value_text(indicator, value))


def _capped(prices: pd.DataFrame, names: dict[str, str], entries: Mapping[str, Indicator]) -> list[str]:
    """Say which values lie beyond the scale, and from where they would count."""
    capped = prices[prices["zone"].isin([LOW, HIGH])]
    if capped.empty:
        return []
    told = [
        label("prices.counts-from", name=names[str(i)], value=_value(entries[str(i)], float(v)))
        if v == v
        else names[str(i)]
        for i, v in zip(capped["indicator"][:MOST_CAPPED], capped["counts_from"])
    ]
    more = [label("analysis.more", n=len(capped) - MOST_CAPPED)] if len(capped) > MOST_CAPPED else []
    return said(label("prices.capped", names=[*told, *more]))
