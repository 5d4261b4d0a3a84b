"""Districts as SVG paths: simplified together, so that neighbours keep their common line."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

STEPS = 20_000
"""Paths are drawn on a raster of so many steps along the longer side of the map."""

TOLERANCE = 4
"""How far a simplified line may lie from the real one. [step]"""


@dataclass(frozen=True)
class Frame:
    """What a page shows, and how its coordinates count.

    Attributes
    ----------
    west, north : float
        The corner from which coordinates count, to the east and to the south. [m]
    width, height : float
        [m]
    step : float
        Length of a step of a path. [m]
    """

    west: float
    north: float
    width: float
    height: float

    @property
    def step(self) -> float:
        return max(self.width, self.height) / STEPS


def frame(boxes: list[np.ndarray]) -> Frame:
    """Return the frame around boxes of west, south, east, north. [m]"""
    west, south = np.min([b[:2] for b in boxes], axis=0)
    east, north = np.max([b[2:] for b in boxes], axis=0)
    return Frame(float(west), float(north), float(east - west), float(north - south))


def paths(districts: gpd.GeoDataFrame, within: Frame) -> list[str]:
    """Return the outline of each district as the ``d`` of an SVG path, in steps of the frame.

    Parameters
    ----------
    districts : GeoDataFrame
    within : Frame

    Notes
    -----
    Districts that do not overlap are simplified as one coverage; where they do,
    each is simplified alone and lines may part by less than a step can show.
    """
    shapes = np.asarray(districts.geometry.to_numpy(), dtype=object)
    tolerance = TOLERANCE * within.step
    if len(shapes) and shapely.coverage_is_valid(shapes):
        simple = shapely.coverage_simplify(shapes, tolerance)
    else:
        simple = shapely.simplify(shapes, tolerance)
    return [_path(shape, within) for shape in simple]


def _path(shape: shapely.Geometry, within: Frame) -> str:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings += [part.exterior, *part.interiors]
    return "".join(_ring(shapely.get_coordinates(ring), within) for ring in rings)


def _ring(points: np.ndarray, within: Frame) -> str:
    """Return a ring as relative moves of whole steps; a point that falls on the last one is left out."""
    steps = np.rint((points - [within.west, within.north]) * [1, -1] / within.step).astype(int)
    moves = np.diff(steps[:-1], axis=0)
    kept = moves[(moves != 0).any(axis=1)]
    lines = " ".join(f"{x} {y}" for x, y in kept)
    return f"M{steps[0, 0]} {steps[0, 1]}l{lines}z" if len(kept) else ""
