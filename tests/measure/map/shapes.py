"""Random polygons for the tests of the kernels: valid, with holes, concave, of several parts."""

from __future__ import annotations

import numpy as np
import shapely


def star(rng, centre, radius, corners=9, hole=False):
    """A concave ring around a centre, perhaps with a hole of the same kind."""

    def ring(scale):
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) + np.arange(corners) * 1e-3
        lengths = rng.uniform(0.5, 1, corners) * scale
        return np.column_stack([np.cos(angles), np.sin(angles)]) * lengths[:, None] + centre

    outer = shapely.Polygon(ring(radius))
    if not outer.is_valid:
        outer = shapely.convex_hull(outer)
    return outer.difference(shapely.Polygon(ring(0.4 * radius)).buffer(0)) if hole else outer


def polygons(seed, count=12, radius=120.0, corner=(0.0, 0.0)):
    """Stars, stars with holes, right-angled buildings on grid lines, and pairs of them as one."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(count):
        centre = rng.uniform(0, 1000, 2) + corner
        size = radius * rng.uniform(0.02, 1)
        shape = star(rng, centre, size, int(rng.integers(4, 15)), hole=i % 3 == 1)
        if i % 3 == 2:
            west, south = np.round(centre / 50) * 50
            shape = shape.union(shapely.box(west, south, west + 50 * rng.integers(1, 5), south + 100))
        made.append(shape)
    return np.array(
        [*made, shapely.union_all(made[:2]), shapely.box(*corner, corner[0] + 100, corner[1] + 100)]
    )


def mosaic(seed, cells=25, side=1000.0, corner=(0.0, 0.0)):
    """Districts without gap or overlap, their borders cut into short edges."""
    rng = np.random.default_rng(seed)
    sites = shapely.MultiPoint(rng.uniform(0, side, (cells, 2)))
    frame = shapely.box(0, 0, side, side)
    parts = shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=frame))
    parts = shapely.segmentize(shapely.intersection(parts, frame), side / 40)
    return np.array(shapely.transform(parts, lambda xy: np.round(xy + corner, 3)))
