"""What the page of a carbon map carries: numbers, districts, classes, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scindex.charts.classes import ZERO, Classes, classes
from scindex.charts.drawing import MOSTLY, Choice, class_limits
from scindex.charts.quantities import (
    PERS,
    Amounts,
    Quantity,
    View,
    amounts,
    main_district,
    off_map,
    quantities,
)
from scindex.charts.words import crs_text, scenario_names, source_text, sources
from scindex.measure.map.cells import NANO, CarbonMap
from scindex.messages import LANGUAGES, catalogue, sentence
from scindex.report.encode import Blocks, shares
from scindex.report.exposure import exposed
from scindex.report.outlines import Frame, frame, paths

PREFIX = "mapdraw.page."


def page_data(carbon: CarbonMap, choice: Choice, *, lang: str) -> dict[str, Any]:
    """Return everything that the page of a map carries, as plain JSON types.

    Parameters
    ----------
    carbon : CarbonMap
    choice : Choice
        What it shows first.
    lang : {"en", "ko"}
        In which language it opens; it holds both.
    """
    found = {"district": amounts(carbon, "district")}
    if carbon.grid is not None:
        found = {"cell": amounts(carbon, "cell"), **found}
    around, blocks = _frame(carbon, found), Blocks()
    views = found["district"].views
    offered = quantities(carbon.layers)
    bases = [_base(views, view, carbon.year) for view in range(len(views))]
    places = {by: _places(carbon, amount, blocks) for by, amount in found.items()}
    places["district"] |= _districts(carbon, around)
    if carbon.grid is not None:
        places["cell"] |= _cells(carbon, found["cell"], around, blocks)
    return {
        "lang": lang,
        "texts": {tongue: _texts(tongue) for tongue in LANGUAGES},
        "name": dict(carbon.name),
        "year": carbon.year,
        "crs": crs_text(carbon),
        "sources": {tongue: "; ".join(sources(carbon, tongue)) for tongue in LANGUAGES},
        "version": carbon.provenance.version,
        "extent": {"width": around.width, "height": around.height},
        "step": around.step,
        "zero": ZERO,
        "mostly": MOSTLY,
        "views": [{"year": v.year, "scenario": v.scenario} for v in views],
        "scenarios": {k: dict(v) for k, v in scenario_names(carbon, [v.scenario for v in views]).items()},
        "bases": bases,
        "start": {"what": choice.what, "per": choice.per, "by": choice.by, "view": choice.view},
        "layers": _layers(carbon),
        "sectors": list(found["district"].sectors),
        "quantities": [{"id": q.id, "group": q.group, "signs": list(q.signs)} for q in offered],
        "places": places,
        "classes": {by: _classes(amount, offered, bases) for by, amount in found.items()},
        "findings": _findings(carbon),
        **_sums(found["district"], offered),
        "residents": _people(carbon),
        "offMap": {by: [off_map(carbon, offered[0], view, by) for view in views] for by in found},
        "blocks": blocks.listed,
    }


def _texts(lang: str) -> dict[str, str]:
    """Return the words of the page, and those it shares with pictures, in one language."""
    texts = {k: v for k, v in catalogue(lang, "labels").items() if k.startswith("mapdraw.")}
    severities = {
        f"severity.{s}": catalogue(lang, "labels")[f"severity.{s}"] for s in ("error", "warning", "note")
    }
    return {k.removeprefix(PREFIX).removeprefix("mapdraw."): v for k, v in texts.items()} | severities


def _frame(carbon: CarbonMap, found: dict[str, Amounts]) -> Frame:
    boxes = [np.asarray(carbon.districts.total_bounds)] if len(carbon.districts) else []
    if carbon.grid is not None and len(found["cell"].keys):
        cells = carbon.grid.bounds(found["cell"].keys)
        boxes.append(np.concatenate([cells[:, :2].min(axis=0), cells[:, 2:].max(axis=0)]))
    return frame(boxes)


def _base(views: tuple[View, ...], view: int, year: int) -> int:
    """Return the view as measured with which a view is compared; -1 if there is none but itself."""
    shown = views[view]
    wanted = [View(shown.year, "")] * bool(shown.scenario) + [View(year, "")]
    wanted += [v for v in reversed(views) if not v.scenario]
    base = next((views.index(v) for v in wanted if v in views), -1)
    return -1 if base == view else base


def _places(carbon: CarbonMap, found: Amounts, blocks: Blocks) -> dict[str, Any]:
    exact = "f8" if found.by == "district" else "f4"
    every = [(v, range(len(found.layers))) for v in range(len(found.views))]
    return {
        "n": len(found.keys),
        "onMap": found.on_map,
        "area": blocks.add(found.area_ha, exact),
        "residents": blocks.add(found.residents, exact),
        "values": [[blocks.add(found.nano[v, i] / NANO, exact) for i in layers] for v, layers in every],
        "metered": [
            [blocks.add(shares(found.metered[v, i], found.magnitude[v, i]), "u1") for i in layers]
            for v, layers in every
        ],
        "allocated": [
            [blocks.add(shares(found.allocated[v, i], found.magnitude[v, i]), "u1") for i in layers]
            for v, layers in every
        ],
        "records": [[blocks.add(found.records[v, i], "f4") for i in layers] for v, layers in every],
        "coverage": [
            [blocks.add(shares(found.known[v, s], found.all[v, s]), "u1") for s in range(len(found.sectors))]
            for v in range(len(found.views))
        ],
    }


def _districts(carbon: CarbonMap, around: Frame) -> dict[str, Any]:
    return {
        "codes": carbon.districts["code"].astype(str).tolist(),
        "names": carbon.districts["name"].astype(str).tolist(),
        "paths": paths(carbon.districts, around),
    }


def _cells(carbon: CarbonMap, found: Amounts, around: Frame, blocks: Blocks) -> dict[str, Any]:
    grid = carbon.grid
    assert grid is not None
    column, row = grid.split(found.keys)
    box = grid.bounds(found.keys)
    district = main_district(carbon, found.keys)
    return {
        "size": grid.size,
        "columns": int(np.ptp(column)) + 1,
        "rows": int(np.ptp(row)) + 1,
        "west": float(box[:, 0].min()) - around.west,
        "north": around.north - float(box[:, 3].max()),
        "column": blocks.add(column - column.min(), "u4"),
        "row": blocks.add(row.max() - row, "u4"),
        "district": blocks.add(np.where(district < 0, 65535, district), "u2"),
        "names": "\n".join(grid.names(found.keys)),
    }


def _layers(carbon: CarbonMap) -> list[dict[str, Any]]:
    found = []
    for layer in carbon.layers.to_dict("records"):
        found.append(
            {
                "id": layer["layer"],
                "name": {"en": str(layer["name_en"]), "ko": str(layer["name_ko"])},
                "sector": str(layer["sector"]),
                "kind": _kind(layer),
                "basis": str(layer["basis"]),
                "scope": str(layer["scope"]),
                "standing": str(layer["standing"]),
                "error": _number(layer["relative_error"]),
                "recordError": _number(layer.get("record_error")) or 0.0,
                "source": {tongue: source_text(layer["source"], tongue) for tongue in LANGUAGES},
            }
        )
    return found


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _kind(layer: Mapping[Any, Any]) -> str:
    """Return whether a layer emits, takes up, changes a stock, or is a memo item."""
    if layer["sign"] == "removal":
        return "net_stock_change" if layer["sink"] == "net_stock_change" else "gross_growth"
    return str(layer["sign"])


def _classes(found: Amounts, offered: tuple[Quantity, ...], bases: list[int]) -> dict[str, Any]:
    """Return, by quantity and divisor, the classes of its values and of its differences."""
    return {
        q.id: {
            per: [_legend(class_limits(found, q, per)), _legend(_difference(found, q, per, bases))]
            for per in PERS
        }
        for q in offered
    }


def _difference(found: Amounts, quantity: Quantity, per: str, bases: list[int]) -> Classes:
    pairs = [(view, base) for view, base in enumerate(bases) if base >= 0]
    changes = [
        (found.values(quantity, view, per) - found.values(quantity, base, per))[: found.on_map]
        for view, base in pairs
    ]
    return classes(np.concatenate([*changes, np.empty(0)]), "difference")


def _legend(found: Classes) -> dict[str, Any]:
    return {
        "two": found.two_sided,
        "breaks": list(found.breaks),
        "colours": list(found.colours),
        "greys": list(found.greys),
    }


def _sums(found: Amounts, offered: tuple[Quantity, ...]) -> dict[str, Any]:
    """Return exact sums over all places, also those on no map, and how the emissions are known. [t]"""
    totals = [
        {q.id: _tonnes(sum(s * int(found.nano[v, i].sum()) for i, s in enumerate(q.signs))) for q in offered}
        for v in range(len(found.views))
    ]
    gross = np.array(offered[0].signs) != 0 if offered else np.zeros(0, dtype=bool)
    standing = []
    for view in range(len(found.views)):
        whole, metered, allocated = (
            int(part[view, gross].sum()) for part in (found.magnitude, found.metered, found.allocated)
        )
        parts = {"metered": metered, "modelled": whole - metered - allocated, "allocated": allocated}
        standing.append({name: _tonnes(part) for name, part in parts.items()})
    return {"totals": totals, "standing": standing}


def _tonnes(nano: int) -> float:
    return nano / NANO


def _people(carbon: CarbonMap) -> float | None:
    known = carbon.areas["residents"].dropna()
    return float(known.sum()) if len(known) and known.sum() > 0 else None


def _findings(carbon: CarbonMap) -> list[dict[str, str]]:
    return [
        {"severity": f.severity, **{tongue: sentence(f, tongue) for tongue in LANGUAGES}}
        for f in (*exposed(carbon), *carbon.findings)
    ]
