"""The screens of a greenhouse gas inventory: one city in one year, or many beside each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from scindex.findings import SEVERITIES, Finding
from scindex.messages import label, local
from scindex.screens.layout import clean, clip, pad, table, terminal_width, wrap
from scindex.screens.page import notes

MOST_CITIES = 40
MOST_CELLS = 6
CITY_WIDTH = 18
SECTOR_WIDTH = 23
KILO = 1000
SCOPES = (1, 2, 3)
SMALL = 9.5
QUALITIES = ("H", "M", "L")
MAIN = ("basic", "basic_plus", "territorial")


@dataclass(frozen=True)
class Names:
    """Names and composition of totals and sectors, by language where they are names."""

    totals: Mapping[str, Mapping[str, str]]
    sectors: Mapping[str, Mapping[str, str]]
    basis: Mapping[str, str]
    refs: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Shown:
    """The tables of an inventory."""

    lines: pd.DataFrame
    cities: pd.DataFrame
    totals: pd.DataFrame
    scope2: pd.DataFrame
    errors: pd.DataFrame
    ranking: pd.DataFrame
    cover: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def screen(shown: Shown, names: Names) -> str:
    """Return the screen of an inventory, as wide as the terminal."""
    places = shown.totals.drop_duplicates(["city_id", "year"])
    if len(places) == 1:
        return _one(shown, names)
    return _many(shown, names)


def _one(shown: Shown, names: Names) -> str:
    place = shown.totals.iloc[0]
    about = shown.cities.iloc[0] if len(shown.cities) else None
    people = math.nan if about is None else float(about["population"])
    sections = [
        _totals(shown, names, people),
        _sectors(shown, names),
        _scope2(shown),
        _outside(shown),
        _quality(shown),
        _cells(shown, names),
    ]
    told = {"city": clean(place["city"]), "year": str(place["year"]), "sets": _sets(shown)}
    title = label("inventory.title", lines=len(shown.lines), **told)
    return _page([title, *_about(about)], sections, shown.findings)


def _sets(shown: Shown) -> str:
    used = sorted({s for s in shown.lines["gwp_set"] if s})
    return ", ".join(used) or label("inventory.no-set")


def _about(about: pd.Series | None) -> list[str]:
    if about is None:
        return []
    said = []
    if about["level"]:
        said.append(label("inventory.level", level=clean(about["level"])))
    if about["population"] == about["population"]:
        said.append(label("inventory.population", people=whole(about["population"])))
    return ["; ".join(said)] if said else []


def _page(title: Sequence[str], sections: Sequence[Sequence[str]], findings: Sequence[Finding]) -> str:
    columns = terminal_width()
    lines = [line for part in title for line in wrap(part, columns, 2)]
    for section in (s for s in sections if s):
        lines += ["", *wrap(section[0], columns, 2), *(clip(line, columns) for line in section[1:])]
    doubts = sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.code))
    told = notes(doubts, columns - 2)
    if told:
        lines += ["", label("screen.notes"), *(f"  {line}" for line in told)]
    return "\n".join(lines)


def whole(value: float) -> str:
    """Return tonnes as whole numbers with thin thousands, small ones with a decimal; a dash for none.

    Examples
    --------
    >>> whole(46282524.4), whole(-0.34), whole(float("nan")), whole(0.0)
    ('46 282 524', '-0.3', '-', '0')
    """
    if value != value:
        return "-"
    if abs(value) < SMALL and value != round(value):
        return f"{value:.1f}"
    return f"{round(value):,}".replace(",", " ")


def _per_head(tonnes: float, people: float) -> str:
    return f"{tonnes / people:.2f}" if people > 0 and tonnes == tonnes else "-"


def _share(part: float, of: float) -> str:
    return f"{round(100 * part / of)} %" if of else "-"


def _totals(shown: Shown, names: Names, people: float) -> list[str]:
    """Return each total with what it is made of, its range and how much of it is known."""
    errors = shown.errors.set_index("total")
    head = [label(f"inventory.{c}") for c in ("total", "gross", "removals", "per-head", "range", "complete")]
    rows = [["", *head]]
    for row in shown.totals.to_dict("records"):
        error = errors.loc[row["total"]]
        if row["total"] == "basic_s3" and not _other_scope3(shown):
            continue
        rows.append(
            [
                f"  {local(names.totals[row['total']])}",
                *(whole(row[c]) for c in ("co2e", "gross", "removals")),
                _per_head(row["co2e"], people),
                _margin(row["co2e"], float(error["high"])),
                f"{row['cells']}/{row['required']}",
            ]
        )
    known = float(errors["known"].max())
    told = [label("inventory.known", share=f"{100 * known:.0f} %")] if known else []
    return [label("inventory.totals"), *_table(rows, "<>>>>>>"), *(line for t in told for line in _said(t))]


def _margin(tonnes: float, high: float) -> str:
    """Return how far the middle 90 % reach to either side, in per cent; a dash where no error is known."""
    return f"± {100 * (high - tonnes) / abs(tonnes):.1f} %" if high == high and tonnes else "-"


def _other_scope3(shown: Shown) -> bool:
    lines = shown.lines
    return bool(((lines["sector"] == "other_scope3") & lines["co2e"].notna()).any())


def _table(rows: list[list[str]], aligns: str) -> list[str]:
    """Line up rows; a column that holds only dashes below its heading is left out."""
    keep = [k for k in range(len(aligns)) if k == 0 or any(r[k] != "-" for r in rows[1:])]
    return table([[r[k] for k in keep] for r in rows], "".join(aligns[k] for k in keep))


def _counted(shown: Shown) -> pd.DataFrame:
    """Return the lines that make up totals, scope 2 by location."""
    lines = shown.lines
    outside = lines["kind"].isin(["memo", "credit"]) | (lines["gas"] == "CO2_bio")
    return lines[~outside & (lines["accounting"] != "market") & lines["co2e"].notna()]


def _sectors(shown: Shown, names: Names) -> list[str]:
    """Return tonnes by sector and scope of what the city's users cause."""
    own = _counted(shown)
    users = own[own["basis"].str.contains("end_user")]
    sums = users.groupby(["sector", "scope"])["co2e"].sum()
    whole_sum = float(users["co2e"].sum())
    rows = [
        [
            "",
            *(label("inventory.scope", n=n) for n in SCOPES),
            label("inventory.all"),
            label("inventory.share"),
        ]
    ]
    for sector, name in names.sectors.items():
        cells = [float(sums.get((sector, n), math.nan)) for n in SCOPES]
        held = [c for c in cells if c == c]
        if held:
            texts = [whole(c) for c in cells]
            rows.append(
                [
                    f"  {clip(local(name), SECTOR_WIDTH)}",
                    *texts,
                    whole(sum(held)),
                    _share(sum(held), whole_sum),
                ]
            )
    only = own[own["basis"] == "territorial"]
    told = [label("inventory.territorial-only", t=whole(float(only["co2e"].sum())))] if len(only) else []
    return (
        [label("inventory.sectors"), *table(rows, "<>>>>>"), *(line for t in told for line in _said(t))]
        if len(rows) > 1
        else []
    )


def _scope2(shown: Shown) -> list[str]:
    row = shown.scope2.iloc[0]
    if row["market"] != row["market"]:
        return []
    told = {k: whole(float(row[k])) for k in ("location", "market")}
    same = whole(float(row["location_same"]))
    return [label("inventory.scope2"), *_said(label("inventory.scope2-both", same=same, **told))]


def _said(text: str) -> list[str]:
    return [f"  {line}" for line in wrap(text, terminal_width() - 2, 2)]


def _outside(shown: Shown) -> list[str]:
    """Return what stands outside every total: credits and memo lines."""
    lines, said = shown.lines, []
    credits = float(shown.totals["credits"].iloc[0])
    if credits:
        said.append(label("inventory.credits", t=whole(credits)))
    memo = lines[(lines["kind"] == "memo") | (lines["gas"] == "CO2_bio")]
    for gas, tonnes in memo.groupby("gas")["value"].sum().items():
        said.append(label("inventory.memo", gas=str(gas), t=whole(float(tonnes))))
    return [label("inventory.outside"), *_said("; ".join(said))] if said else []


def _quality(shown: Shown) -> list[str]:
    """Return how many of the tonnes stand on good data, where the city says."""
    own = _counted(shown)
    tonnes, rows = own["co2e"].abs(), []
    for column in ("quality_activity", "quality_factor"):
        shares = [_share(float(tonnes[own[column] == q].sum()), float(tonnes.sum())) for q in QUALITIES]
        rest = _share(float(tonnes[own[column] == ""].sum()), float(tonnes.sum()))
        rows.append([f"  {label('inventory.' + column.replace('_', '-'))}", *shares, rest])
    head = ["", *(label(f"inventory.quality-{q}") for q in QUALITIES), label("inventory.quality-none")]
    said = (own["quality_activity"] != "").any() or (own["quality_factor"] != "").any()
    return [label("inventory.quality"), *table([head, *rows], "<>>>>")] if said else []


def _cells(shown: Shown, names: Names) -> list[str]:
    """Return the cells that hold a key, and those of BASIC that hold nothing at all."""
    cover = shown.cover
    said: list[str] = []
    for key in ("NO", "IE", "NE", "C"):
        own = cover[~cover["number"] & (cover["key"] == key)]
        if len(own):
            said.append(f"{key} {len(own)}" + (f" ({_some(own['ref'])})" if key in ("NE", "C") else ""))
    settled = set(cover.loc[cover["number"] | (cover["key"] != ""), "ref"])
    empty = [r for r in names.refs["basic"] if r not in settled]
    if empty:
        said.append(label("inventory.empty", n=len(empty), cells=_some(empty)))
    return [label("inventory.keys"), *_said("; ".join(said))] if said else []


def _some(refs: Sequence[str] | pd.Series) -> str:
    listed = [str(r) for r in refs]
    return ", ".join(listed[:MOST_CELLS]) + (" …" if len(listed) > MOST_CELLS else "")


def _many(shown: Shown, names: Names) -> str:
    """Return the screen of many city-years: the latest of each city, and who may be ranked."""
    latest = shown.totals.sort_values("year", kind="stable").drop_duplicates(
        ["city_id", "total"], keep="last"
    )
    cities = latest.drop_duplicates("city_id").sort_values("city")
    title = label(
        "inventory.title-many", cities=len(cities), n=len(shown.totals.drop_duplicates(["city_id", "year"]))
    )
    return _page(
        [title], [_listed(shown, latest, cities, names), _ranked(shown, len(cities))], shown.findings
    )


def _listed(shown: Shown, latest: pd.DataFrame, cities: pd.DataFrame, names: Names) -> list[str]:
    about = shown.cities.set_index(["city_id", "year"])[["level", "population"]].to_dict("index")
    sums = {(r["city_id"], r["total"]): r for r in latest.to_dict("records")}
    head = [
        "",
        label("inventory.year"),
        label("inventory.level-head"),
        *(local(names.totals[t]) for t in MAIN),
    ]
    rows = [[*head, label("inventory.per-head"), label("inventory.complete")]]
    for city in cities.head(MOST_CITIES).to_dict("records"):
        own = about.get((city["city_id"], city["year"]), {"level": "", "population": math.nan})
        values = {t: float(sums[city["city_id"], t]["co2e"]) for t in MAIN}
        shown_plus = own["level"] == "BASIC+"
        texts = [whole(values[t] / KILO) if t != "basic_plus" or shown_plus else "-" for t in MAIN]
        done = _share(sums[city["city_id"], "basic"]["completeness"], 1.0)
        name = pad(clip(clean(city["city"]), CITY_WIDTH), CITY_WIDTH)
        each = _per_head(values["basic"], float(own["population"]))
        rows.append([f"  {name}", str(city["year"]), clean(own["level"]) or "-", *texts, each, done])
    more = len(cities) - MOST_CITIES
    left = _said(label("inventory.more", n=more)) if more > 0 else []
    return [label("inventory.cities"), *table(rows, "<><>>>>>"), *left]


def _ranked(shown: Shown, n: int) -> list[str]:
    """Return the order by BASIC+ per head, of the cities that report at that level."""
    own = shown.ranking
    if not len(own):
        return [label("inventory.ranked", k=0, n=n), *_said(label("inventory.no-ranking"))]
    said = [
        f"{r['rank']} {clean(r['city'])} {r['per_head']:.2f} ({r['year']})" for r in own.to_dict("records")
    ]
    return [label("inventory.ranked", k=len(own), n=n), *_said(", ".join(said))]
