"""Geometries as they come made sound: flat, valid, of one kind; what could not be is missing, and said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.faults import each

KINDS = {0: "point", 1: "line", 2: "polygon"}
Where = Callable[[int], str]


def repair(geometry: np.ndarray, where: Where, name: str) -> tuple[np.ndarray, list[Finding]]:
    """Return sound geometries, and what was done to them.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
        May hold None. Left as it is.
    where : callable
        Address of a feature.
    name : str
        Layer, as findings show it.

    Returns
    -------
    (ndarray of shapely geometries, list of Finding)
        None where a feature has no place: its row stays, so that no total is lost.

    Raises
    ------
    DataError
        If points, lines and polygons are mixed, or no feature has a place.

    Examples
    --------
    >>> import shapely
    >>> bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> mended, found = repair(np.array([bow]), str, "a.gpkg")
    >>> round(mended[0].area, 3), [f.code for f in found]
    (2.0, ['geo-repaired'])
    """
    import shapely

    out = geometry.copy()
    found = _nothing(out, where)
    if shapely.is_missing(out).all():
        raise DataError(*found, Finding("geo-nothing-placed", where=name))
    found += _unfinite(out, where) + _flat(out, name)
    out, part = _collections(out, where)
    found += part
    _one_kind(out, name, found)
    out, part = _valid(out, where, name)
    found += part
    dimension = shapely.get_dimensions(out).max(initial=-1)
    if dimension == 2:
        zero = np.flatnonzero((shapely.area(out) == 0) & ~shapely.is_missing(out))
        found += each("geo-zero-area", zero, where, severity="warning")
    elif dimension == 1:
        zero = np.flatnonzero((shapely.length(out) == 0) & ~shapely.is_missing(out))
        found += each("geo-zero-length", zero, where, severity="warning")
    return out, found


def _nothing(out: np.ndarray, where: Where) -> list[Finding]:
    """Make empty geometries missing, and count those that are."""
    import shapely

    missing = shapely.is_missing(out)
    empty = shapely.is_empty(out) & ~missing
    found = _counted("geo-missing", np.flatnonzero(missing), where)
    found += _counted("geo-empty", np.flatnonzero(empty), where)
    out[empty] = None
    return found


def _counted(code: str, at: np.ndarray, where: Where, **params: Any) -> list[Finding]:
    if not len(at):
        return []
    params |= {"count": len(at), "features": [where(int(i)).rpartition(" ")[2] for i in at[:10]]}
    return [Finding(code, "warning", where=where(int(at[0])), params=params)]


def _unfinite(out: np.ndarray, where: Where) -> list[Finding]:
    """Take away the place of features with a coordinate that is no finite number."""
    import shapely

    bounds = shapely.bounds(out)
    bad = np.flatnonzero(~np.isfinite(bounds).all(axis=1) & ~shapely.is_missing(out))
    out[bad] = None
    return _counted("geo-not-finite", bad, where)


def _flat(out: np.ndarray, name: str) -> list[Finding]:
    import shapely

    high = shapely.has_z(out)
    if not high.any():
        return []
    out[:] = shapely.force_2d(out)
    return [Finding("geo-heights-dropped", "note", where=name, params={"count": int(high.sum())})]


def _collections(out: np.ndarray, where: Where) -> tuple[np.ndarray, list[Finding]]:
    """Keep of each collection the parts of its highest dimension."""
    import shapely

    at = np.flatnonzero(shapely.get_type_id(out) == 7)
    for i in at:
        out[i] = highest(out[i])
    return out, _counted("geo-collection", at, where)


def highest(shape: Any) -> Any:
    """Return the parts of a geometry that have its highest dimension, as one.

    Examples
    --------
    >>> import shapely
    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (9 9), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    >>> highest(mixed).geom_type
    'Polygon'
    """
    import shapely

    parts = np.array([shape], dtype=object)
    while (shapely.get_type_id(parts) >= 4).any():
        parts = shapely.get_parts(parts)
    dimension = shapely.get_dimensions(parts)
    kept = parts[dimension == dimension.max(initial=-1)]
    if len(kept) == 1:
        return kept[0]
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return makers[int(dimension.max())](kept) if len(kept) else None


def _one_kind(out: np.ndarray, name: str, found: list[Finding]) -> None:
    import shapely

    dimension = shapely.get_dimensions(out)
    counts = {KINDS[d]: int((dimension == d).sum()) for d in KINDS if (dimension == d).any()}
    if len(counts) > 1:
        params = {"kinds": [f"{k} {n}" for k, n in counts.items()]}
        raise DataError(*found, Finding("geo-mixed-kinds", where=name, params=params))


def _valid(out: np.ndarray, where: Where, name: str) -> tuple[np.ndarray, list[Finding]]:
    """Mend invalid geometries, and say by how much the area changed."""
    import shapely

    bad = np.flatnonzero(~shapely.is_valid(out) & ~shapely.is_missing(out))
    if not len(bad):
        return out, []
    before = shapely.area(out[bad])
    reasons = shapely.is_valid_reason(out[bad])
    dimension = shapely.get_dimensions(out[bad])
    mended = shapely.make_valid(out[bad], method="structure", keep_collapsed=False)
    kept = [highest(g) if g is not None and not g.is_empty else None for g in mended]
    mended = np.array(kept, dtype=object)
    lower = shapely.get_dimensions(mended) < dimension
    mended[lower] = None
    out = out.copy()
    out[bad] = mended
    after = np.nan_to_num(shapely.area(mended))
    params = {
        "count": len(bad),
        "reason": str(reasons[0]).split("[")[0],
        "before": float(before.sum()),
        "after": float(after.sum()),
        "change": 100 * float(after.sum() - before.sum()) / float(before.sum() or 1),
        "features": [where(int(i)).rpartition(" ")[2] for i in bad[:10]],
    }
    found = [Finding("geo-repaired", "warning", where=where(int(bad[0])), params=params)]
    lost = bad[shapely.is_missing(mended)]
    return out, found + _counted("geo-collapsed", lost, where)
