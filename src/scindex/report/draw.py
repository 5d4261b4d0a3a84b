"""Draw a carbon map into a file: a page or a picture, by the end of its name."""

from __future__ import annotations

from pathlib import Path

from scindex.charts.drawing import Choice, choose
from scindex.charts.quantities import amounts
from scindex.charts.static_map import static_map
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.measure.map.cells import CarbonMap
from scindex.report.exposure import exposed
from scindex.report.page import build_page
from scindex.tables.write import whole

SUFFIXES = (".html", ".png", ".svg")
LARGE_MB = 40
"""A page beyond this is warned of: browsers open it slowly."""


def draw_map(
    carbon: CarbonMap, path: Path, *, lang: str, force: bool = False, **wanted: object
) -> tuple[Finding, ...]:
    """Draw a carbon map into a file, whole or not at all.

    Parameters
    ----------
    carbon : CarbonMap
    path : Path
        ``.html``: one page in both languages that needs nothing from outside.
        ``.png``, ``.svg``: a picture of one quantity.
    lang : {"en", "ko"}
        Of the picture; in which the page opens.
    force : bool
        Whether an existing file may be replaced.
    **wanted
        ``layer``, ``sector``, ``by``, ``per``, ``year``, ``scenario``, as `choose` reads them.

    Returns
    -------
    tuple of Finding
        What the reader must know of the drawing, such as a missing font.

    Raises
    ------
    UsageError
        If the file exists or ends otherwise, or the map has no such layer, sector, year or scenario.
    DataError
        If there is nothing to draw.
    """
    style = path.suffix.lower()
    if style not in SUFFIXES:
        raise UsageError(Finding("map-draw-format", value=path.name, params={"known": list(SUFFIXES)}))
    if carbon.layers.empty or carbon.pieces.empty or (carbon.grid is None and carbon.districts.empty):
        raise DataError(Finding("map-draw-empty"))
    with whole(path, force=force) as temporary:
        content, findings = _drawn(carbon, style, lang, wanted)
        temporary.write_bytes(content)
    return findings


def _drawn(
    carbon: CarbonMap, style: str, lang: str, wanted: dict[str, object]
) -> tuple[bytes, tuple[Finding, ...]]:
    found = amounts(carbon, "district")
    choice = choose(carbon, found.views, **wanted)
    if style == ".html":
        return _page(carbon, choice, len(found.views), lang)
    if choice.by == "cell":
        found = amounts(carbon, "cell")
    picture, findings = static_map(carbon, found, choice, lang=lang, style=style[1:])
    return picture, (*findings, *(exposed(carbon) if choice.by == "cell" else ()))


def _page(carbon: CarbonMap, choice: Choice, views: int, lang: str) -> tuple[bytes, tuple[Finding, ...]]:
    content = build_page(carbon, choice, lang=lang).encode()
    megabytes = len(content) / 1e6
    told = exposed(carbon)
    if megabytes <= LARGE_MB:
        return content, told
    size = {"megabytes": round(megabytes), "cells": carbon.areas["cell"].nunique(), "views": views}
    return content, (*told, Finding("map-draw-large", "warning", params=size))
