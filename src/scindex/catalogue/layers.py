"""Layers of the carbon map: what is multiplied with what, where it lies, what sign it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from scindex._resources import read_yaml, root
from scindex.catalogue.entries import STANDINGS, Names, Source
from scindex.catalogue.fields import Fields
from scindex.errors import CatalogueError
from scindex.findings import Finding

SECTORS = ("buildings", "transport", "waste", "land")
METHODS = ("product", "tonnes", "vehicle_km", "increment")
ALLOCATIONS = ("point", "length", "area", "dasymetric")
SIGNS = ("emission", "removal", "memo")
SINKS = ("gross_growth", "net_stock_change")
BASES = ("end_user", "territorial", "footprint", "end_user+territorial")
STANDINGS_OF_CELLS = ("metered", "modelled", "allocated")
FIELDS = (
    "layer", "name", "sector", "input", "place", "method", "activity", "unit", "by", "factor", "gwp_set",
    "allocate", "cover", "sign", "sink", "basis", "scope", "standing", "error", "source", "notes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the carbon map.

    Attributes
    ----------
    id : str
    name : Mapping
        By language.
    sector : {"buildings", "transport", "waste", "land"}
    input : str
        Table that holds the activity.
    place : str
        Table whose outlines say where; the same as `input` where it has them.
    method : {"product", "tonnes", "vehicle_km", "increment"}
        How a record becomes tonnes (`measure/map/tonnes.py`).
    activity, unit : str
        Column of `input`, and the unit it is in.
    by : str
        Column that chooses among factors: use, vehicle, species, class.
    factor : Mapping
        What to look up under ``indicators/factors/``: ``family`` and what tells its entries apart.
    allocate : {"point", "length", "area", "dasymetric"}
    weight : str
        Column that shares out the statistic of a district (dasymetric).
    cover : str
        Column that coverage is counted in.
    sign : {"emission", "removal", "memo"}
    sink : {"", "gross_growth", "net_stock_change"}
        What a removal counts. Only the second may enter a net.
    basis : {"end_user", "territorial", "footprint", "end_user+territorial"}
        What is burnt or grows where it is used counts on both.
    scope : int
    standing : {"metered", "modelled", "allocated"}
    record_error, control_error : float
        Relative standard errors of one record, and of the total.
    error_standing : str
    source : Source
    """

    id: str
    name: Names
    sector: str
    input: str
    place: str
    method: str
    activity: str
    unit: str
    by: str
    factor: Mapping[str, Any]
    allocate: str
    weight: str
    cover: str
    sign: str
    sink: str
    basis: str
    scope: int
    standing: str
    record_error: float
    control_error: float
    error_standing: str
    source: Source = field(default_factory=Source)


@lru_cache(maxsize=1)
def load_layers() -> Mapping[str, Layer]:
    """Return the layers under ``indicators/layers/`` by id.

    Raises
    ------
    CatalogueError
        With every fault of every file, each at its line.

    Examples
    --------
    >>> load_layers()["building_electricity"].scope
    2
    """
    found: dict[str, Layer] = {}
    faults: list[Finding] = []
    for path in sorted((root() / "indicators" / "layers").glob("*.yaml")):
        layer = build_layer(read_yaml(path), path.name, faults)
        if layer is not None:
            found[layer.id] = layer
    if faults:
        raise CatalogueError(*faults)
    return found


def read_layer_file(path: Path) -> Layer:
    """Return a layer of the user's own.

    Raises
    ------
    CatalogueError
        With every fault of the file, each at its line.
    """
    faults: list[Finding] = []
    layer = build_layer(read_yaml(path), path.name, faults)
    if layer is None or faults:
        raise CatalogueError(*faults)
    return layer


def layer_named(name: str, known: Mapping[str, Layer]) -> Layer:
    """Return a layer by id.

    Raises
    ------
    CatalogueError
        If there is none of that name; the closest are named.
    """
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=3) or sorted(known)
    raise CatalogueError(Finding("layer-unknown", value=name, params={"wanted": name, "close": close}))


def build_layer(
    data: Any, file: str, faults: list[Finding], *, base: Layer | None = None, line: int = 1
) -> Layer | None:
    """Build a layer from a parsed mapping; `base` fills what it leaves out.

    Returns None, with findings in `faults`, where something is wrong.
    """
    before = len(faults)
    entry = Fields(data, file, faults, entry=file, line=line)
    entry.known(FIELDS)
    if base is None:
        entry.need("layer", "name", "sector", "input", "method", "allocate", "sign", "standing", "source")
    allocate, error = entry.inner("allocate"), entry.inner("error")
    allocate.known(("method", "weight"))
    error.known(("record", "control", "standing", "reason"))
    sign = entry.choice("sign", SIGNS, base.sign if base else "")
    sink = entry.choice("sink", SINKS, base.sink if base else "")
    if sign == "removal" and not sink:
        entry.fault("layer-sink-missing", field="sign")
    chosen = _chosen(entry, base)
    layer = Layer(
        **chosen,
        factor=dict(entry.inner("factor").data) or (base.factor if base else {}),
        allocate=allocate.choice("method", ALLOCATIONS, base.allocate if base else ""),
        weight=allocate.text("weight", base.weight if base else ""),
        sign=sign,
        sink=sink,
        scope=int(entry.number("scope", base.scope if base else 1) or 0),
        record_error=error.number("record", base.record_error if base else 0.0) or 0.0,
        control_error=error.number("control", base.control_error if base else 0.0) or 0.0,
        error_standing=error.choice("standing", STANDINGS, base.error_standing if base else "proposed"),
        source=entry.source("source", base.source if base else None),
    )
    return layer if len(faults) == before else None


def _chosen(entry: Fields, base: Layer | None) -> dict[str, Any]:
    """Return the fields that are plain texts or one of a list."""

    def of(name: str, default: str = "") -> str:
        return getattr(base, "id" if name == "layer" else name) if base else default

    return {
        "id": entry.text("layer", of("layer")),
        "name": entry.names("name") or (base.name if base else {}),
        "sector": entry.choice("sector", SECTORS, of("sector")),
        "input": entry.text("input", of("input")),
        "place": entry.text("place", of("place") or entry.text("input")),
        "method": entry.choice("method", METHODS, of("method")),
        "activity": entry.text("activity", of("activity")),
        "unit": entry.text("unit", of("unit")),
        "by": entry.text("by", of("by")),
        "cover": entry.text("cover", of("cover")),
        "basis": entry.choice("basis", BASES, of("basis", "end_user")),
        "standing": entry.choice("standing", STANDINGS_OF_CELLS, of("standing")),
    }
