"""A carbon map as one picture: PNG or SVG with legend, scale, north, source and what to beware of."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np

from scindex.charts import fonts
from scindex.charts.classes import NONE, UNDEFINED, ZERO
from scindex.charts.drawing import Choice, Drawing, draw
from scindex.charts.legend import FAINT, HATCH, INK, UNKNOWN, legend
from scindex.charts.lines import wrapped
from scindex.charts.quantities import Amounts, off_map
from scindex.charts.scalebar import length_text, nice_length
from scindex.charts.words import crs_text, quantity_name, scenario_names, sources
from scindex.extras import need
from scindex.findings import Finding
from scindex.measure.map.cells import CarbonMap
from scindex.messages import label, local, number

GROUND = "#dbe5ef"
"""Colour of what is not on the map."""

WIDTH = 9.6
"""Of the picture. [inch]"""

STRIP = 0.08
"""Of the height of the map: what is left free below it for scale and north."""

STYLE = {
    "svg.hashsalt": "scindex",
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": False,
    "text.parse_math": False,
}
"""Names inside an SVG that do not change from run to run; text stays text, ``$`` no mathematics."""


def static_map(
    carbon: CarbonMap, found: Amounts, choice: Choice, *, lang: str, style: str, dpi: int = 200
) -> tuple[bytes, tuple[Finding, ...]]:
    """Draw one quantity of a carbon map.

    Parameters
    ----------
    carbon : CarbonMap
    found : Amounts
        By cell or by district, as `choice` has it.
    choice : Choice
    lang : {"en", "ko"}
    style : {"png", "svg"}
    dpi : int
        Of a PNG. [1/inch]

    Returns
    -------
    picture : bytes
        The same for the same map: no date is in it.
    findings : tuple of Finding
        A warning where no font can write the Korean words.
    """
    shown = draw(carbon, found, choice)
    head, foot = _head(carbon, shown, choice, lang), _foot(carbon, found, shown, choice, lang)
    family, findings = fonts.families([*head, *foot, label("mapdraw.legend.gap", lang)])
    matplotlib = need("map", "matplotlib")
    with matplotlib.rc_context({**STYLE, "font.family": family}), warnings.catch_warnings():
        # what no font can write is a finding
        warnings.filterwarnings("ignore", "Glyph ", UserWarning)
        figure = _figure(carbon, found, shown, choice, head=head, foot=foot, lang=lang)
        sink = io.BytesIO()
        extra = {"Date": None, "Creator": "scindex"} if style == "svg" else {"Software": "scindex"}
        figure.savefig(sink, format=style, dpi=dpi, metadata={**extra, "Title": head[0]})
    return sink.getvalue(), findings


def _head(carbon: CarbonMap, shown: Drawing, choice: Choice, lang: str) -> list[str]:
    what = quantity_name(shown.quantity, carbon.layers, lang)
    names = scenario_names(carbon, [shown.view.scenario])
    scenario = local(names.get(shown.view.scenario) or label("mapdraw.measured", lang), lang)
    return [
        local(carbon.name, lang),
        f"{what}, {label(f'mapdraw.unit.{choice.per}', lang)}",
        f"{shown.view.year} · {scenario} · {_places(carbon, choice, lang)}",
    ]


def _places(carbon: CarbonMap, choice: Choice, lang: str) -> str:
    if choice.by == "cell" and carbon.grid is not None:
        return label("mapdraw.cells-of", lang, size=length_text(carbon.grid.size))
    return label("mapdraw.by.district", lang)


def _foot(carbon: CarbonMap, found: Amounts, shown: Drawing, choice: Choice, lang: str) -> list[str]:
    total = found.tonnes(shown.quantity, choice.view)
    lines = [label("mapdraw.foot.sum", lang, tonnes=_round(float(total[: found.on_map].sum())))]
    off = off_map(carbon, shown.quantity, shown.view, choice.by)
    lines += [label("mapdraw.foot.off-map", lang, tonnes=_round(off))] if off else []
    if shown.quantity.id == "growth":
        lines.append(label("mapdraw.note.growth", lang))
    if shown.view.scenario:
        lines.append(label("mapdraw.note.attributional", lang))
    cited = "; ".join(sources(carbon, lang))
    lines += [label("mapdraw.foot.source", lang, source=cited)] if cited else []
    lines.append(label("mapdraw.foot.crs", lang, crs=crs_text(carbon), year=str(carbon.year)))
    return lines


def _round(value: float) -> str:
    return number(float(f"{value:.4g}"))


def _figure(
    carbon: CarbonMap,
    found: Amounts,
    shown: Drawing,
    choice: Choice,
    *,
    head: list[str],
    foot: list[str],
    lang: str,
) -> Any:
    figure_module = need("map", "matplotlib.figure")
    west, south, east, north = _extent(carbon, found, choice)
    map_width = 0.70 * WIDTH
    map_height = float(np.clip(map_width * (north - south) / (east - west), 3.6, 9.0))
    lines = [piece for line in foot for piece in wrapped(line, 165)]
    top, bottom = 0.95, 0.25 + 0.17 * len(lines)
    height = top + map_height + bottom
    figure = figure_module.Figure(figsize=(WIDTH, height), facecolor="white")
    axes = figure.add_axes((0.02, bottom / height, 0.70, map_height / height))
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor=GROUND, aspect="equal")
    axes.set_anchor("N")
    for spine in axes.spines.values():
        spine.set_visible(False)
    _places_drawn(axes, carbon, found, shown, choice)
    _scale_and_north(axes, west, south, east, north)
    figure.text(0.02, 1 - 0.32 / height, head[0], size=16, color=INK)
    figure.text(0.02, 1 - 0.57 / height, head[1], size=11, color=INK)
    figure.text(0.02, 1 - 0.78 / height, head[2], size=9.5, color=FAINT)
    for i, line in enumerate(reversed(lines)):
        figure.text(0.02, (0.12 + 0.17 * i) / height, line, size=7.5, color=FAINT)
    side = figure.add_axes((0.735, bottom / height, 0.255, map_height / height))
    legend(side, shown, choice, map_height, lang)
    return figure


def _extent(carbon: CarbonMap, found: Amounts, choice: Choice) -> tuple[float, float, float, float]:
    boxes = [carbon.districts.total_bounds] if len(carbon.districts) else []
    if choice.by == "cell" and carbon.grid is not None and len(found.keys):
        cells = carbon.grid.bounds(found.keys)
        boxes.append(np.concatenate([cells[:, :2].min(axis=0), cells[:, 2:].max(axis=0)]))
    west, south = np.min([b[:2] for b in boxes], axis=0)
    east, north = np.max([b[2:] for b in boxes], axis=0)
    margin = 0.02 * max(east - west, north - south)
    strip = STRIP * max(north - south, 0.6 * (east - west))
    return west - margin, south - margin - strip, east + margin, north + margin


def _places_drawn(axes: Any, carbon: CarbonMap, found: Amounts, shown: Drawing, choice: Choice) -> None:
    colours = _colours(shown)[: found.on_map]
    gaps = np.flatnonzero(shown.gap[: found.on_map])
    if choice.by == "cell" and carbon.grid is not None:
        _grid_image(axes, carbon, found, colours)
        _hatched(axes, carbon.grid.polygons(found.keys[gaps]))
    else:
        for outline, colour in zip(carbon.districts.geometry, colours):
            axes.add_patch(_patch(outline, facecolor=colour, edgecolor="none"))
        _hatched(axes, carbon.districts.geometry.to_numpy()[gaps])
    for outline in carbon.districts.geometry:
        axes.add_patch(
            _patch(outline, facecolor="none", edgecolor=HATCH, linewidth=_line(len(carbon.districts)))
        )


def _line(districts: int) -> float:
    """Return the width of district lines: thinner where there are many, not to hide the cells."""
    return 0.6 if districts < 60 else 0.35 if districts < 250 else 0.22


def _colours(shown: Drawing) -> np.ndarray:
    """Return the colour of each place as red, green, blue, 0 to 1."""
    to_rgb = need("map", "matplotlib.colors").to_rgb
    palette = np.array([to_rgb(c) for c in (*shown.classes.colours, *shown.classes.greys, ZERO, UNKNOWN)])
    n = len(shown.classes.colours)
    index = np.where(shown.allocated & (shown.index >= 0), shown.index + n, shown.index)
    index = np.where(shown.index == NONE, 2 * n, np.where(shown.index == UNDEFINED, 2 * n + 1, index))
    return palette[index]


def _grid_image(axes: Any, carbon: CarbonMap, found: Amounts, colours: np.ndarray) -> None:
    grid = carbon.grid
    assert grid is not None
    column, row = grid.split(found.keys)
    image = np.zeros((int(np.ptp(row)) + 1, int(np.ptp(column)) + 1, 4))
    image[row - row.min(), column - column.min(), :3] = colours
    image[row - row.min(), column - column.min(), 3] = 1
    box = grid.bounds(found.keys)
    extent = (box[:, 0].min(), box[:, 2].max(), box[:, 1].min(), box[:, 3].max())
    axes.imshow(image, extent=extent, origin="lower", interpolation="nearest", zorder=0.5)


def _hatched(axes: Any, outlines: np.ndarray) -> None:
    import shapely

    if len(outlines):
        whole = shapely.union_all(outlines)
        axes.add_patch(_patch(whole, facecolor="none", edgecolor=HATCH, hatch="/////", linewidth=0))


def _patch(outline: Any, **look: Any) -> Any:
    """Return a polygon, with its holes, as one matplotlib patch."""
    import shapely

    path = need("map", "matplotlib.path").Path
    rings = [
        shapely.get_coordinates(ring)
        for part in shapely.get_parts(outline)
        for ring in (getattr(part, "exterior", None), *getattr(part, "interiors", ()))
        if ring is not None
    ]
    if not rings:
        rings = [np.zeros((1, 2))]
    codes = [np.r_[path.MOVETO, np.full(len(r) - 1, path.LINETO)] for r in rings]
    patches = need("map", "matplotlib.patches")
    return patches.PathPatch(path(np.concatenate(rings), np.concatenate(codes)), **look)


def _scale_and_north(axes: Any, west: float, south: float, east: float, north: float) -> None:
    """Draw both into the strip below the map, where they hide nothing."""
    width, height = east - west, north - south
    length = nice_length(width / 4)
    left, low, tick = west + 0.03 * width, south + 0.025 * height, 0.01 * height
    ends = [left, left, left + length, left + length]
    axes.plot(ends, [low + tick, low, low, low + tick], color=INK, lw=1.2)
    middle = {"ha": "center", "color": INK}
    axes.text(left + length / 2, low + tick, length_text(length), va="bottom", size=8, **middle)
    x, arrow = east - 0.04 * width, {"arrowstyle": "-|>", "color": INK, "lw": 1.2}
    axes.annotate("", xy=(x, low + 0.05 * height), xytext=(x, low - 0.01 * height), arrowprops=arrow)
    axes.text(x - 0.02 * width, low + 0.015 * height, "N", va="center", size=9, **middle)
