"""Where coordinates are: the CRS said or refused, axes the right way round, the exactness of a change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from scindex.errors import DataError, UsageError
from scindex.findings import Finding

KOREA = (124.0, 32.5, 132.5, 39.5)
"""Longitude and latitude between which the Republic of Korea lies, its islands included. [degree]"""

CANDIDATES = ("EPSG:4326", "EPSG:5179", "EPSG:5186", "EPSG:5174", "EPSG:5181", "EPSG:5187")
"""What Korean geodata come in, the more usual first."""

DEGREES = (-180.0, -90.0, 180.0, 90.0)
MARGIN = 3.0
"""How far beyond the area of use of its CRS a coordinate may lie. [degree]"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest coordinates of a layer."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> tuple[float, float]:
        """Return the middle of the box."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def within(self, box: tuple[float, float, float, float]) -> bool:
        """Return whether all of it lies in a box (x0, y0, x1, y1)."""
        return box[0] <= self.x0 and box[1] <= self.y0 and self.x1 <= box[2] and self.y1 <= box[3]

    def swapped(self) -> Bounds:
        """Return the box with x and y changed over."""
        return Bounds(self.y0, self.x0, self.y1, self.x1)


def find_crs(text: Any, where: str = "") -> Any:
    """Return a CRS from its name.

    Raises
    ------
    UsageError
        If there is no such CRS.

    Examples
    --------
    >>> find_crs("EPSG:5179").to_epsg()
    5179
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise UsageError(Finding("geo-unknown-crs", where=where, params={"wanted": str(text)[:80]})) from None


def crs_name(crs: Any) -> str:
    """Return how a CRS is called: ``EPSG:5179``, else its own name."""
    code = crs.to_epsg(min_confidence=60)
    return f"EPSG:{code}" if code else str(crs.name)


def plausible(bounds: Bounds) -> list[str]:
    """Return the CRSs in which coordinates would lie in Korea, the more usual first.

    Examples
    --------
    >>> plausible(Bounds(126.8, 37.4, 127.2, 37.7))
    ['EPSG:4326']
    >>> plausible(Bounds(935000.0, 1936000.0, 972000.0, 1967000.0))
    ['EPSG:5179']
    >>> plausible(Bounds(180000.0, 536000.0, 216000.0, 567000.0))[0]
    'EPSG:5186'
    """
    found: list[str] = []
    for name in CANDIDATES[:1] if bounds.within(DEGREES) else CANDIDATES:
        here = _degrees(find_crs(name), bounds)
        if here is not None and here.within(KOREA):
            found.append(name)
    return found


def _degrees(crs: Any, bounds: Bounds) -> Bounds | None:
    """Return the box in longitude and latitude, or None where it cannot be had."""
    if crs.is_geographic:
        return bounds if bounds.within(DEGREES) else None
    transformer = _to_degrees(crs)
    xs = np.array([bounds.x0, bounds.x1, bounds.x0, bounds.x1])
    ys = np.array([bounds.y0, bounds.y0, bounds.y1, bounds.y1])
    lon, lat = transformer.transform(xs, ys, errcheck=False)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        return None
    return Bounds(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


@lru_cache(maxsize=32)
def _to_degrees(crs: Any) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def settle_crs(
    said: Any, given: str | None, bounds: Bounds | None, name: str, *, by_format: bool = False
) -> tuple[Any, list[Finding]]:
    """Return the CRS of a layer, or refuse coordinates that do not fit it.

    Parameters
    ----------
    said : object or None
        What the file says.
    given : str or None
        What the user says; it goes before the file's.
    bounds : Bounds or None
        None where there is no coordinate at all.
    name : str
        File, as findings show it.
    by_format : bool
        Whether `said` follows from the format alone.

    Returns
    -------
    (CRS, list of Finding)

    Raises
    ------
    DataError
        If there is none, or the coordinates cannot be in it.
    UsageError
        If the CRS given is unknown.
    """
    found: list[Finding] = []
    if said is None and given is None:
        close = plausible(bounds) if bounds else []
        raise DataError(Finding("geo-no-crs", where=name, params={"plausible": close, **_shown(bounds)}))
    crs = find_crs(given, name) if given is not None else find_crs(said, name)
    if given is not None and said is not None and not by_format and not find_crs(said).equals(crs, True):
        params = {"given": crs_name(crs), "said": crs_name(find_crs(said))}
        found.append(Finding("geo-crs-overridden", "warning", where=name, params=params))
    if bounds is not None:
        _check_fit(crs, bounds, name, by_format=by_format and given is None)
    if by_format and given is None:
        params = {"crs": crs_name(crs)}
        found.append(Finding("geo-crs-of-format", "note", where=name, params=params))
    return crs, found


def _shown(bounds: Bounds | None) -> dict[str, Any]:
    if bounds is None:
        return {"x0": None, "y0": None, "x1": None, "y1": None}
    return {k: float(f"{getattr(bounds, k):.8g}") for k in ("x0", "y0", "x1", "y1")}


def _check_fit(crs: Any, bounds: Bounds, name: str, *, by_format: bool) -> None:
    params: dict[str, Any] = {"crs": crs_name(crs), **_shown(bounds)}
    if crs.is_geographic:
        swapped = bounds.swapped()
        if not bounds.within(KOREA) and swapped.within(KOREA):
            raise DataError(Finding("geo-axes-swapped", where=name, params=params))
        if not bounds.within((-361.0, -90.0, 361.0, 90.0)):
            if swapped.within(DEGREES):
                raise DataError(Finding("geo-axes-swapped", where=name, params=params))
            code = "geo-metres-not-degrees" if by_format else "geo-outside-crs"
            raise DataError(Finding(code, where=name, params={**params, "plausible": plausible(bounds)}))
        return
    if bounds.within(DEGREES) and (bounds.x1 - bounds.x0) < 360 and not _near(crs, bounds):
        close = plausible(bounds)
        raise DataError(Finding("geo-degrees-not-metres", where=name, params={**params, "plausible": close}))
    if not _near(crs, bounds, 0.0) and _near(crs, bounds.swapped(), 0.0):
        raise DataError(Finding("geo-axes-swapped", where=name, params=params))
    if not _near(crs, bounds):
        params["plausible"] = plausible(bounds)
        raise DataError(Finding("geo-outside-crs", where=name, params=params))


def _near(crs: Any, bounds: Bounds, margin: float = MARGIN) -> bool:
    """Whether the middle of the box lies in the area that a CRS is made for, or within a margin of it."""
    area = crs.area_of_use
    if area is None:
        return True
    middle = bounds.middle
    here = _degrees(crs, Bounds(middle[0], middle[1], middle[0], middle[1]))
    if here is None:
        return False
    lon, lat = here.x0, here.y0
    west, east = area.west - margin, area.east + margin
    if west > east:  # across the antimeridian
        inside = lon >= west or lon <= east
    else:
        inside = west <= lon <= east
    return inside and area.south - margin <= lat <= area.north + margin


def change_crs(source: Any, target: Any, name: str) -> tuple[Any, list[Finding]]:
    """Return the transformer from one CRS to another, and how exact it is.

    Parameters
    ----------
    source, target : CRS
    name : str
        Layer, as findings show it.

    Returns
    -------
    (Transformer, list of Finding)
        A warning where a better operation needs a grid that is not installed, or where
        only a rough one without a shift of datum exists.

    Examples
    --------
    >>> found = change_crs(find_crs("EPSG:5174"), find_crs("EPSG:5179"), "dong")[1]
    >>> found[0].code, found[0].severity
    ('geo-crs-changed', 'note')
    """
    from pyproj.transformer import TransformerGroup

    group = TransformerGroup(source, target, always_xy=True)
    if not group.transformers:
        params = {"source": crs_name(source), "target": crs_name(target)}
        raise DataError(Finding("geo-no-operation", where=name, params=params))
    best = group.transformers[0]
    rough = "ballpark" in str(best.description).lower()
    params = {
        "source": crs_name(source),
        "target": crs_name(target),
        "operation": _datum_steps(best.description),
        "accuracy": best.accuracy if best.accuracy is not None and best.accuracy >= 0 else None,
        "grids": _grids(group.unavailable_operations),
    }
    if rough:
        return best, [Finding("geo-crs-ballpark", "warning", where=name, params=params)]
    code = "geo-crs-changed" if params["accuracy"] is not None else "geo-crs-changed-unknown"
    found = [Finding(code, "note", where=name, params=params)]
    if not group.best_available and params["grids"]:
        found.append(Finding("geo-crs-grid-missing", "warning", where=name, params=params))
    return best, found


def _datum_steps(description: Any) -> str:
    """Return the steps that change the datum, without those that only change the axes."""
    steps = [s.strip() for s in str(description).split(" + ")]
    kept = [s for s in steps if "axis order" not in s]
    return " + ".join(kept) or str(description)


def _grids(operations: Iterable[Any]) -> list[str]:
    names = {str(g.short_name) for o in operations for g in getattr(o, "grids", ()) if not g.available}
    return sorted(names)
