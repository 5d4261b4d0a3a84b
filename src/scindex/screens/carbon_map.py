"""The screen of a carbon map: tonnes by layer, how they are known, what stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from scindex.catalogue.maps import Published
from scindex.findings import SEVERITIES, Finding
from scindex.measure.map.cells import NANO, SECTORS, CarbonMap
from scindex.messages import label, language, local, number, sentence
from scindex.screens.bridge import bridge_screen
from scindex.screens.layout import clean, pad, terminal_width, wrap

MOST_NOTES = 4
"""Sentences of one kind; the others are counted, and stand in map.json."""

STANDINGS = ("metered", "modelled", "allocated")


def carbon_map_screen(
    built: CarbonMap, published: Iterable[Published] = (), bridge: pd.DataFrame | None = None
) -> str:
    """Return the screen of a map as it is printed after building.

    Parameters
    ----------
    built : CarbonMap
    published : iterable of Published
        Figures to set beside it.
    bridge : DataFrame, optional
        Steps from the map to the totals of an inventory.

    Returns
    -------
    str
    """
    columns = terminal_width()
    parts = [
        [_title(built)],
        _layers(built, columns),
        _totals(built),
        _beside(built, published, columns),
        [] if bridge is None else bridge_screen(bridge).splitlines(),
        _notes(built.findings, columns),
    ]
    return "\n\n".join("\n".join(p) for p in parts if p)


def _title(built: CarbonMap) -> str:
    placed = built.pieces.loc[built.pieces["cell"] >= 0, "cell"].nunique()
    params = {
        "name": clean(local(dict(built.name))),
        "year": built.year,
        "n": number(float(placed)),
        "districts": len(built.districts),
        "crs": built.grid.crs if built.grid else clean(built.districts.crs),
        "size": f"{built.grid.size:g}" if built.grid else "",
    }
    return label("map.title" if built.grid else "map.title-districts", **params)


def _layers(built: CarbonMap, columns: int) -> list[str]:
    """Return a line for each layer under its sector: tonnes, share, how they are known."""
    pieces = built.pieces[(built.pieces["year"] == built.year) & (built.pieces["scenario"] == "")]
    sums = pieces.groupby(["layer", "standing"])["nano"].sum().unstack(fill_value=0)
    sums = sums.reindex(index=built.layers["layer"], columns=list(STANDINGS), fill_value=0)
    gross = int(sums.loc[(built.layers["sign"] == "emission").to_numpy()].to_numpy().sum())
    wide = max(20, min(columns - 52, 40))
    head = [pad(label("map.layer"), wide), pad("t CO2e", 13, ">"), pad("%", 6, ">")]
    lines = ["".join([*head, *(pad(label(f"map.{s}"), 10, ">") for s in STANDINGS)])]
    coverage = built.cells(by="city").iloc[0]
    for sector in SECTORS:
        rows = built.layers[built.layers["sector"] == sector]
        if rows.empty:
            continue
        known = coverage.get(f"{sector}_coverage", np.nan)
        share = "" if pd.isna(known) else label("map.known", share=_percent(float(known)))
        lines.append(f"{label(f'map.sector.{sector}')}  {share}".rstrip())
        known_here = set(pieces["layer"])
        lines += [
            _line(row, sums.loc[row["layer"]], gross, wide, gap=row["layer"] not in known_here)
            for _, row in rows.iterrows()
        ]
    return lines


def _line(row: pd.Series, sums: pd.Series, gross: int, wide: int, *, gap: bool = False) -> str:
    total = int(sums.sum())
    name = "  " + clean(row[f"name_{language()}"])
    share = f"{100 * total / gross:.1f}" if gross and row["sign"] == "emission" else ""
    ways = [f"{100 * int(sums[s]) / total:.0f} %" if total and sums[s] else "" for s in STANDINGS]
    shown = "-" if gap else _tonnes(total)
    return "".join(
        [pad(name, wide), pad(shown, 13, ">"), pad(share, 6, ">"), *(pad(w, 10, ">") for w in ways)]
    ).rstrip()


def _totals(built: CarbonMap) -> list[str]:
    """Return gross, removals, stock and net, and that cells, districts and city add up."""
    city = built.cells(by="city").iloc[0]
    rows = [
        ("map.gross", city["gross_t"]),
        ("map.removals", -city["removals_t"]),
        ("map.stock", city["net_stock_t"]),
        ("map.net", city["net_t"]),
    ]
    wide = 44
    lines = [pad(label(k), wide) + pad(_number(v), 16, ">") for k, v in rows if not pd.isna(v)]
    if pd.isna(city["gross_t"]):
        return lines  # sinks only, or nothing but gaps: no figure is not a figure of zero
    if city["residents"] and not pd.isna(city["residents"]):
        lines.append(pad(label("map.per-head"), wide) + pad(f"{city['gross_t_per_resident']:.2f}", 16, ">"))
    lines.append(pad(label("map.per-ha"), wide) + pad(f"{city['gross_t_per_ha']:.1f}", 16, ">"))
    return [*lines, label("map.adds-up", tonnes=_exact(built))]


def _exact(built: CarbonMap) -> str:
    """Return the gross total to the last billionth, as cells, districts and city all have it."""
    emitted = built.layers.loc[built.layers["sign"] == "emission", "layer"]
    nano = int(built.pieces.loc[built.pieces["layer"].isin(emitted), "nano"].sum())
    whole, rest = divmod(nano, NANO)
    return f"{whole:,}".replace(",", " ") + f".{rest:09d}"


def _beside(built: CarbonMap, published: Iterable[Published], columns: int) -> list[str]:
    """Return published figures with the difference, which nothing is tuned to."""
    rows = []
    for figure in published:
        ours = total_of(built, figure.of)
        if ours is None:
            continue
        gap = f"{100 * (ours - figure.tonnes) / figure.tonnes:+.1f} %" if figure.tonnes else "-"
        text = label(
            "map.beside-line",
            name=clean(local(dict(figure.name))),
            theirs=_tonnes(round(figure.tonnes * NANO)),
            ours=_tonnes(round(ours * NANO)),
            gap=gap,
        )
        if figure.why:
            text += label("map.beside-why", why=clean(local(dict(figure.why))))
        rows += [f"  {part}" for part in wrap(text, columns - 2, 2)]
    return [label("map.beside"), *rows] if rows else []


def total_of(built: CarbonMap, what: str) -> float | None:
    """Return the tonnes of a layer, a sector, or of ``gross``, ``removals``, ``net``; None of another."""
    city = built.cells(by="city").iloc[0]
    plain = {"gross": "gross_t", "removals": "removals_t", "net": "net_t"}
    if what in plain:
        return float(city[plain[what]])
    layers = built.layers[(built.layers["sector"] == what) & (built.layers["sign"] == "emission")]["layer"]
    names = list(layers) or [what]
    columns = [f"{n}_t" for n in names if f"{n}_t" in city.index]
    return float(city[columns].fillna(0).sum()) if columns else None


def _notes(findings: Sequence[Finding], columns: int) -> list[str]:
    """Return findings as sentences, warnings first, of each code the first few."""
    total, seen = Counter(f.code for f in findings), Counter[str]()
    lines: list[str] = []
    for finding in sorted(findings, key=lambda f: SEVERITIES.index(f.severity)):
        seen[finding.code] += 1
        if seen[finding.code] <= MOST_NOTES:
            said = clean(sentence(finding))
            lines += wrap(said[:1].upper() + said[1:], columns - 2, 2)
        elif seen[finding.code] == total[finding.code]:
            lines += wrap(label("map.more-notes", n=total[finding.code] - MOST_NOTES), columns - 2, 2)
    return [label("screen.notes"), *(f"  {text}" for text in lines)] if lines else []


def _tonnes(nano: int) -> str:
    return f"{nano / NANO:,.0f}".replace(",", " ")


def _number(tonnes: float) -> str:
    return f"{tonnes:,.1f}".replace(",", " ")


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
