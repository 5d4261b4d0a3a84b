"""The screen of simulated scenarios: years, sums, which lever did how much, what net zero takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scindex.catalogue.scenarios import Lever, Scenario
from scindex.findings import Finding
from scindex.measure.map.cells import NANO, SECTORS
from scindex.measure.map.scenarios.netzero import NetZero
from scindex.measure.map.scenarios.pathway import Simulation
from scindex.measure.map.scenarios.totals import GROSS, GROWTH, NET, STOCK
from scindex.messages import label, local, sentence
from scindex.screens.layout import clean, clip, table, terminal_width, wrap

MOST_YEARS = 4
MOST_NAME = 38
ATTRIBUTIONAL = "scenario-attributional"
ROUND = 10
"""Where every year is simulated, those that end a decade are shown."""


def scenarios_screen(
    name: Mapping[str, str], found: Sequence[Simulation], netzero: Sequence[tuple[Scenario, NetZero]] = ()
) -> str:
    """Return the screen of one or more scenarios.

    Parameters
    ----------
    name : Mapping
        Of the map, by language.
    found : sequence of Simulation
    netzero : sequence of (Scenario, NetZero)

    Returns
    -------
    str
    """
    columns = terminal_width()
    parts: list[list[str]] = [_title(name, found)]
    for one in found:
        parts += [_years(one), _levers(one), _memo(one)]
    if len(found) > 1:
        parts.append(_beside(found))
    parts += [_netzero(scenario, one) for scenario, one in netzero]
    told = [f for one in found for f in one.findings] + [f for _, one in netzero for f in one.findings]
    parts.append(_notes(_once(told), columns))
    return "\n\n".join("\n".join(clip(line, columns) for line in part) for part in parts if part)


def _title(name: Mapping[str, str], found: Sequence[Simulation]) -> list[str]:
    first = found[0]
    params = {"name": clean(local(dict(name))), "base": first.base_year, "last": first.years[-1]}
    return [*wrap(label("scenario.title", **params), terminal_width())]


def shown_years(years: Sequence[int]) -> list[int]:
    """Return the years that a screen has room for: the first, decades, the last.

    Examples
    --------
    >>> shown_years(range(2024, 2051))
    [2024, 2030, 2040, 2050]
    """
    if len(years) <= MOST_YEARS:
        return list(years)
    inner = [y for y in years[1:-1] if y % ROUND == 0]
    return [years[0], *inner[: MOST_YEARS - 2], years[-1]]


def _years(one: Simulation) -> list[str]:
    """Return tonnes by sector and year, their sum over the years and what it is less than at a standstill."""
    years = shown_years(one.years)
    span = f"{one.years[0]}-{one.years[-1]}"
    head = ["", *map(str, years), span]
    rows = [head]
    for sector in SECTORS:
        here = (one.totals["sector"] == sector) & (one.totals["counts"] == GROSS)
        if here.any():
            rows.append(_row(label(f"scenario.sector.{sector}"), one, years, ("sector", sector), (GROSS,)))
    rows.append(_row(label("scenario.gross"), one, years, None, (GROSS,)))
    if (one.totals["counts"] == STOCK).any():
        rows.append(_row(label("scenario.stock"), one, years, None, (STOCK,)))
    rows.append(_row(label("scenario.net"), one, years, None, NET))
    if (one.totals["counts"] == GROWTH).any():
        rows.append(_row(label("scenario.growth"), one, years, None, (GROWTH,)))
    name = clip(clean(local(dict(one.scenario.name))).upper(), terminal_width())
    net = one.cumulative[one.cumulative["counts"].isin(NET)]["difference_t"].sum()
    against = label("scenario.against", span=span, tonnes=_tonnes(net))
    return [name, *table(rows, "<" + ">" * (len(head) - 1)), *wrap(f"  {against}", terminal_width(), 4)]


def _row(
    name: str, one: Simulation, years: list[int], where: tuple[str, str] | None, counts: Sequence[str]
) -> list[str]:
    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame[frame["counts"].isin(counts)]
        return frame if where is None else frame[frame[where[0]] == where[1]]

    sums = kept(one.totals).groupby("year")["nano"].sum()
    whole = kept(one.cumulative)
    figures = [_tonnes(sums.get(year, 0) / NANO) for year in years]
    return ["  " + name, *figures, _tonnes(whole["tonnes"].sum())]


def _levers(one: Simulation) -> list[str]:
    """Return what each lever did in the last year that was shared out, in terms of the net."""
    if one.attribution.empty:
        return []
    counts = one.totals.drop_duplicates("layer").set_index("layer")["counts"]
    shares = one.attribution[one.attribution["layer"].map(counts).isin(NET)]
    year = int(one.attribution["year"].max())
    sums = shares[shares["year"] == year].groupby("lever")[["nano", "alone_nano", "last_nano"]].sum()
    names = {lever.id: lever_name(lever) for lever in one.scenario.levers}
    head = [
        label("scenario.levers", year=year),
        *(label(f"scenario.{c}") for c in ("share", "alone", "last")),
    ]
    rows = [head]
    for lever in sums.index[np.argsort(sums["nano"].to_numpy(), kind="stable")]:
        rows.append(["  " + names[lever], *(_tonnes(v / NANO) for v in sums.loc[lever])])
    rows.append(["  " + label("scenario.together"), _tonnes(int(sums["nano"].sum()) / NANO), "", ""])
    return table(rows, "<>>>")


def lever_name(lever: Lever) -> str:
    """Return what a lever is called: its own name, else that of its kind with its id."""
    own = clean(local(dict(lever.name)))
    return own or f"{label(f'lever.{lever.kind}')} ({clean(lever.id)})"


def _memo(one: Simulation) -> list[str]:
    if one.memo.empty:
        return []
    last = one.memo[one.memo["year"] == one.years[-1]].groupby("item")["mwh"].sum()
    params = {k: _tonnes(last.get(k, 0.0)) for k in ("pv_self", "pv_export")}
    text = label("scenario.memo", year=one.years[-1], used=params["pv_self"], fed=params["pv_export"])
    return wrap(text, terminal_width(), 2)


def _beside(found: Sequence[Simulation]) -> list[str]:
    """Return scenarios beside each other: the last year and the sum over the years."""
    last = min(one.years[-1] for one in found)
    rows = [
        [
            label("scenario.beside"),
            label("scenario.net-in", year=last),
            label("scenario.change"),
            label("scenario.sum"),
        ]
    ]
    for one in found:
        net = one.totals[one.totals["counts"].isin(NET)].groupby("year")["nano"].sum()
        whole = one.cumulative[one.cumulative["counts"].isin(NET)]
        figures = [
            net[last] / NANO,
            (int(net[last]) - int(net[one.base_year])) / NANO,
            whole["difference_t"].sum(),
        ]
        rows.append(["  " + clip(clean(local(dict(one.scenario.name))), MOST_NAME), *map(_tonnes, figures)])
    return table(rows, "<>>>")


def _netzero(scenario: Scenario, one: NetZero) -> list[str]:
    names = {lever.id: lever_name(lever) for lever in scenario.levers}
    params = {
        "name": clean(local(dict(scenario.name))),
        "district": clean(one.district) or label("scenario.whole"),
        "year": one.year,
    }
    lines = wrap(label("netzero.title", **params), terminal_width(), 2)
    if one.reached:
        lines += wrap("  " + label("netzero.reached", times=f"{one.multiplier:.3f}"), terminal_width(), 4)
    else:
        remaining = f"{one.remaining_nano / NANO:,.3f}".replace(",", " ")
        lines += wrap("  " + label("netzero.remaining", tonnes=remaining), terminal_width(), 4)
    rows = [["", *(label(f"netzero.{c}") for c in ("scenario", "needed", "end"))]]
    for row in one.levers.itertuples():
        figures = (f"{float(v):.3g}" for v in (row.scenario, row.needed, row.end))  # type: ignore[arg-type]
        rows.append([f"  {names[str(row.lever)]}: {row.parameter}", *figures])
    return [*lines, *table(rows, "<>>>")]


def _once(findings: Sequence[Finding]) -> list[Finding]:
    seen: set[str] = set()
    kept = []
    for finding in findings:
        # one sentence says it of all scenarios; whose assumptions they are is said of each
        key = finding.code if finding.code == ATTRIBUTIONAL else f"{finding.code} {dict(finding.params)}"
        if key not in seen:
            kept.append(finding)
        seen.add(key)
    return kept


def _notes(findings: Sequence[Finding], columns: int) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        said = clean(sentence(finding))
        lines += wrap("  " + said[:1].upper() + said[1:], columns, 4)
    return [label("screen.notes"), *lines] if lines else []


def _tonnes(value: float) -> str:
    return f"{round(value) + 0:,}".replace(",", " ")
