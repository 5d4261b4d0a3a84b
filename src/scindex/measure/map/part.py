"""One part of a table of places: summed by a pure function, packed as bytes, and added to the others."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scindex.catalogue.maps import MapPlan
from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.map.bottom_up import TOP_DOWN, Summed, bottom_up
from scindex.measure.map.rates import Rate, RateBook
from scindex.measure.map.tally import Tally, together
from scindex.tables.fingerprints import fingerprint

if TYPE_CHECKING:
    import geopandas as gpd

    from scindex.measure.map.grid import Grid

FRAMES = ("pieces", "contributors", "coverage")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Date of every member of a packed part: the same in, the same bytes out."""

COUNTS = ("n", "of", "count", "rows", "gaps")
"""Parameters of findings that add up over parts."""

WHOLES = ("of", "rows")
"""Those that are the size of the part: of all parts, whether they have such a finding or not."""

LISTED = 10
"""Features that one finding names."""

ENERGY = "building_energy"


@dataclass(frozen=True)
class PartSum:
    """What one part adds to the map.

    Attributes
    ----------
    summed : Summed
    read : tuple of Finding
        Of the reading.
    used : Mapping
        What provenance says of the file.
    ids : ndarray of uint64, shape (n,)
        Fingerprints of the identifiers, to find those that stand in two parts; may be empty.
    columns : tuple of str
        Of the table.
    size : int
        Rows.
    """

    summed: Summed
    read: tuple[Finding, ...] = ()
    used: Mapping[str, Any] = field(default_factory=dict[str, Any])
    ids: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    columns: tuple[str, ...] = ()
    size: int = 0


def narrowed(plan: MapPlan, table: str) -> MapPlan:
    """Return what a plan says of one table of places: nothing else can change its sums."""
    layers = tuple(a for a in plan.layers if a.allocate != TOP_DOWN and a.place == table)
    names = {table, *(layer.input for layer in layers)}
    return replace(
        plan,
        name={},
        joins=(),
        parent={},
        residents={},
        inventory=None,
        published=(),
        controls=(),
        tables={k: v for k, v in plan.tables.items() if k in names},
        layers=layers,
    )


def placed_tables(plan: MapPlan) -> list[str]:
    """Return the tables whose records have a place of their own, in the order of the layers."""
    return list(dict.fromkeys(a.place for a in plan.layers if a.allocate != TOP_DOWN))


def sum_part(
    plan: MapPlan,
    table: str,
    frame: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    grid: Grid | None,
    book: RateBook,
    *,
    energy: pd.DataFrame | None = None,
) -> Summed:
    """Sum one part of a table of places.

    Parameters
    ----------
    plan : MapPlan
        As `narrowed` returns it.
    table : str
    frame : GeoDataFrame
        The part, in the map's reference system.
    districts : GeoDataFrame
    grid : Grid or None
    book : RateBook
    energy : DataFrame, optional
        Meters of the part, where they have a table of their own.

    Returns
    -------
    Summed
    """
    tables: dict[str, pd.DataFrame] = {table: frame}
    if energy is not None:
        tables[ENERGY] = energy
    return bottom_up(plan, tables, districts, grid, book, year=plan.year)


def pack(part: PartSum) -> bytes:
    """Return a part's sums as bytes: tables as Parquet, the rest as JSON, in one archive.

    Returns
    -------
    bytes
        The same sums give the same bytes.
    """
    head = {
        "rates": {
            layer: {kind: asdict(rate) for kind, rate in kinds.items()}
            for layer, kinds in part.summed.rates.items()
        },
        "findings": [f.to_dict() for f in part.summed.findings],
        "read": [f.to_dict() for f in part.read],
        "used": dict(part.used),
        "columns": list(part.columns),
        "size": part.size,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in FRAMES:
            data = getattr(part.summed.tally, name).to_parquet(compression="zstd", index=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.parquet", EPOCH), data)
        text = json.dumps(head, ensure_ascii=False, default=_plain)
        archive.writestr(zipfile.ZipInfo("head.json", EPOCH), text)
        archive.writestr(zipfile.ZipInfo("ids", EPOCH), np.ascontiguousarray(part.ids, "<u8").tobytes())
    return out.getvalue()


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else list(value)


def unpack(data: bytes) -> PartSum:
    """Return the sums that `pack` made bytes of.

    Raises
    ------
    ValueError, KeyError
        If they are of anything else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            frames = {n: pd.read_parquet(io.BytesIO(archive.read(f"{n}.parquet"))) for n in FRAMES}
            head = json.loads(archive.read("head.json"))
            ids = np.frombuffer(archive.read("ids"), dtype="<u8")
    except zipfile.BadZipFile as err:
        raise ValueError(str(err)) from None
    rates = {
        layer: {kind: Rate(**{**r, "ids": tuple(r["ids"])}) for kind, r in kinds.items()}
        for layer, kinds in head["rates"].items()
    }
    summed = Summed(Tally(**frames), rates, tuple(Finding.from_dict(f) for f in head["findings"]))
    read = tuple(Finding.from_dict(f) for f in head["read"])
    return PartSum(summed, read, head["used"], ids, tuple(head["columns"]), head["size"])


def merged(parts: Sequence[Summed], sizes: Sequence[int] = ()) -> Summed:
    """Add the sums of parts: one of them, or all in any cut, come to the same.

    Parameters
    ----------
    parts : sequence of Summed
        In the order of the rows, so that a finding stands where it first occurs.
    sizes : sequence of int
        Rows of each part.
    """
    rates: dict[str, dict[str, Rate]] = {}
    for part in parts:
        for layer, kinds in part.rates.items():
            rates.setdefault(layer, {}).update(kinds)
    ordered = {layer: dict(sorted(kinds.items())) for layer, kinds in rates.items()}
    found = one_each([p.findings for p in parts], sizes)
    return Summed(together([p.tally for p in parts]), ordered, found)


def one_each(lists: Sequence[Sequence[Finding]], sizes: Sequence[int] = ()) -> tuple[Finding, ...]:
    """Say once what several parts say: counts add up, the place is that of the first.

    Findings agree if code, severity, value and all parameters but counts do; the first ten
    features that they name are kept. One that holds no count is told once for each place.

    Examples
    --------
    >>> one = Finding("map-without-meter", "warning", params={"n": 2, "of": 10, "gaps": 0})
    >>> two = Finding("map-without-meter", "warning", params={"n": 1, "of": 7, "gaps": 1})
    >>> [dict(f.params) for f in one_each([[one], [two]])]
    [{'n': 3, 'of': 17, 'gaps': 1}]
    """
    found: dict[tuple[Any, ...], Finding] = {}
    sized: dict[tuple[Any, ...], set[str]] = {}
    for number, findings in enumerate(lists):
        for finding in findings:
            same = _same(finding)
            before = found.get(same)
            found[same] = finding if before is None else _added(before, finding)
            if sizes:
                sized[same] = {k for k in WHOLES if finding.params.get(k) == sizes[number]}
    for same, names in sized.items():
        params = {**found[same].params, **dict.fromkeys(names, sum(sizes))}
        found[same] = replace(found[same], params=params)
    return tuple(found.values())


def _same(finding: Finding) -> tuple[Any, ...]:
    params = {k: v for k, v in finding.params.items() if k not in {*COUNTS, "features", *AREAS}}
    counted = any(_whole(finding.params.get(k)) for k in COUNTS)
    # what is said of a single row stands at its place; what is counted or common stands once
    where = "" if counted or not finding.where.rpartition(" ")[2].isdecimal() else finding.where
    text = json.dumps([finding.value, params], sort_keys=True, ensure_ascii=False, default=str)
    return finding.code, finding.severity, where, text


AREAS = ("before", "after", "change")
"""Areas of outlines that were mended, and by how many percent they changed. [m2, m2, %]"""


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _added(one: Finding, two: Finding) -> Finding:
    params = dict(one.params)
    for name in COUNTS:
        if _whole(params.get(name)) and _whole(two.params.get(name)):
            params[name] += two.params[name]
    if "features" in params:
        params["features"] = [*params["features"], *two.params["features"]][:LISTED]
    if set(AREAS) <= set(params):
        params |= {k: params[k] + two.params[k] for k in AREAS[:2]}
        params["change"] = 100 * (params["after"] - params["before"]) / (params["before"] or 1)
    return replace(one, params=params)


MOST_IDS = 200_000_000
"""Rows among which identifiers are compared over parts: 1.6 GB of fingerprints."""


def check_ids(table: str, ids: Sequence[np.ndarray], names: Sequence[str]) -> list[Finding]:
    """Refuse identifiers that stand in two parts: each of their rows would count twice.

    Parameters
    ----------
    table : str
    ids : sequence of ndarray of uint64
        Fingerprints of each part.
    names : sequence of str
        Of the parts.

    Returns
    -------
    list of Finding
        A note where there are too many rows to look.

    Raises
    ------
    DataError
        If some do.

    Notes
    -----
    Two of n different identifiers share a fingerprint of 64 bits with a probability of about
    n^2 / 2^65: one in three million for ten million buildings.
    """
    total = sum(len(i) for i in ids)
    if total > MOST_IDS:
        return [Finding("parts-id-unchecked", "note", params={"table": table, "n": total})]
    whole = np.sort(np.concatenate([_distinct(i) for i in ids])) if ids else np.empty(0, np.uint64)
    twice = np.unique(whole[1:][whole[1:] == whole[:-1]])
    if not len(twice):
        return []
    shared = [int(np.isin(i, twice).sum()) for i in ids]
    sharing = [name for name, n in zip(names, shared, strict=True) if n]
    params = {"table": table, "n": sum(shared), "parts": sharing[:LISTED]}
    raise DataError(Finding("parts-id-twice", params=params))


def _distinct(values: np.ndarray) -> np.ndarray:
    """Return the distinct values in order; sorting beats hashing where nearly all differ."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def own_meters(energy: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the meters of the buildings of one part."""
    own = energy["building_id"].astype("str").isin(frame["building_id"].astype("str"))
    return energy[own.to_numpy()]


def lone_meters(energy: pd.DataFrame, known: Sequence[np.ndarray]) -> pd.DataFrame:
    """Return the meters that belong to no building of any part.

    Parameters
    ----------
    energy : DataFrame
    known : sequence of ndarray of uint64
        Fingerprints of the buildings of each part.
    """
    there = np.unique(np.concatenate(known))
    return energy[~np.isin(fingerprint(energy["building_id"].astype("str")), there)]


def no_rows(columns: Sequence[str], crs: Any) -> gpd.GeoDataFrame:
    """Return a table of places without a row, to which meters of no building are added."""
    import geopandas as gpd

    texts = {"building_id", "use", "district"}
    plain = {c: pd.Series(dtype="str" if c in texts else "float64") for c in columns if c != "geometry"}
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries([], crs=crs))
