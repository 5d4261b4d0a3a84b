"""MAP.yaml: what a carbon map is made of - tables, layers, factors, reference system, cells, year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from scindex._resources import Lines, parse_plan, read_definition
from scindex.catalogue.entries import Names, Source
from scindex.catalogue.fields import Fields, spoken
from scindex.catalogue.layers import Layer, build_layer, load_layers, read_layer_file
from scindex.errors import CatalogueError
from scindex.findings import Finding

HEAD = (
    "map", "year", "crs", "cells", "region", "gwp_set", "districts", "tables", "layers", "factors",
    "residents", "inventory", "published", "controls", "blank_carrier",
    "notes",
)  # fmt: skip
TABLE = (
    "file", "sheet", "crs", "lon", "lat", "columns", "code", "name", "parent",
    "boundary_year", "join", "residents", "like", "parts",
    "source", "year", "partial",
)  # fmt: skip
OPTIONS = ("sheet", "crs", "lon", "lat", "like", "boundary_year", "source")
TOTALS = ("gross", "removals", "net")
"""Of a map, beside its sectors and layers: what a published figure may be of."""
BLANKS = ("gap", "model", "none")
PARTIAL = ("missing", "scale", "keep")
"""What a year that lacks months is taken for."""


@dataclass(frozen=True)
class TablePlan:
    """Where one table is and how its columns are called.

    Attributes
    ----------
    name : str
        As in ``schemas/tables/``.
    file : Path
        Resolved beside MAP.yaml.
    columns : Mapping of str to str
        Our column -> heading in the file.
    options : Mapping
        ``sheet``, ``crs``, ``lon``, ``lat``, ``where``; ``year`` of the rows to take, where
        it is not the map's.
    where : str
        ``MAP.yaml:LINE`` of the entry.
    year : int
        The map's; 0 takes all rows.
    """

    name: str
    file: Path
    columns: Mapping[str, str]
    options: Mapping[str, Any]
    where: str
    year: int = 0


@dataclass(frozen=True)
class Published:
    """A figure somebody published, to be set beside the map and never tuned to."""

    name: Names
    tonnes: float
    of: str
    basis: str
    year: int | None
    source: Source
    why: Names = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Control:
    """A total from elsewhere that a layer may be scaled to, when the user asks for it."""

    layer: str
    tonnes: float
    source: Source


@dataclass(frozen=True)
class MapPlan:
    """MAP.yaml, read and checked.

    Attributes
    ----------
    name : Mapping
    year : int
    crs : str
    cell_size : str
        ``100 m``; empty where the districts are the cells.
    region, gwp_set : str
    districts : TablePlan
    joins : tuple of TablePlan
        Tables whose columns are joined to the districts by code.
    parent : Mapping
        ``{digits: 5}`` or ``{column: gu}``: the larger zone of each district.
    tables : Mapping of str to TablePlan
    layers : tuple of Layer
    factors : Mapping of str to Mapping
        By family: what tells its entries apart for this map.
    factor_files : tuple of Path
    residents : Mapping
        ``by`` (weight), ``note`` (which residents).
    inventory : Path or None
    published : tuple of Published
    controls : tuple of Control
        Used only where the user asks to rake.
    blank_carrier : {"gap", "model", "none"}
    """

    name: Names
    year: int
    crs: str
    cell_size: str
    region: str
    gwp_set: str
    districts: TablePlan
    joins: tuple[TablePlan, ...]
    parent: Mapping[str, Any]
    tables: Mapping[str, TablePlan]
    layers: tuple[Layer, ...]
    factors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Any])
    factor_files: tuple[Path, ...] = ()
    residents: Mapping[str, Any] = field(default_factory=dict[str, Any])
    inventory: Path | None = None
    published: tuple[Published, ...] = ()
    controls: tuple[Control, ...] = ()
    blank_carrier: str = "gap"


def read_plan(path: Path) -> MapPlan:
    """Read MAP.yaml.

    Parameters
    ----------
    path : Path
        The file; the files it names are looked for beside it.

    Returns
    -------
    MapPlan

    Raises
    ------
    UsageError
        If there is no such file.
    CatalogueError
        With every fault, each at its line.
    """
    findings: list[Finding] = []
    data = parse_plan(read_definition(path), path.name, wanted="MAP.yaml")
    unfilled = list(_placeholders(data, path.name, 1))
    if unfilled:
        raise CatalogueError(*unfilled)
    head = Fields(data, path.name, findings, entry=path.name)
    head.known(HEAD)
    head.need("map", "year", "crs", "cells", "districts", "layers")
    plan = _plan(head, path.parent)
    if findings:
        raise CatalogueError(*findings)
    return plan


def _placeholders(value: Any, name: str, line: int) -> Iterator[Finding]:
    """Yield what `map new` left to be filled in: ``<name of the city>``."""
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        yield Finding("map-placeholder", where=f"{name}:{line}", value=value)
    elif isinstance(value, Lines):
        for key, inner in value.items():
            yield from _placeholders(inner, name, value.lines.get(key, line))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _placeholders(inner, name, line)


def _plan(head: Fields, folder: Path) -> MapPlan:
    districts = head.inner("districts")
    cells = head.text("cells")
    factors = head.inner("factors")
    year = int(head.number("year") or 0)
    layers = _layers(head, folder)
    tables = {name: _table(name, entry, folder, year) for name, entry in head.items("tables")}
    joins = tuple(_table("districts", e, folder, year) for e in districts.rows("join"))
    return MapPlan(
        name=head.names("map"),
        year=year,
        crs=head.text("crs"),
        cell_size="" if cells == "districts" else cells,
        region=head.text("region"),
        gwp_set=head.text("gwp_set", "AR5"),
        districts=_table("districts", districts, folder, year),
        joins=joins,
        parent=dict(districts.inner("parent").data),
        tables=tables,
        layers=layers,
        factors={k: dict(factors.inner(k).data) for k in factors.data if k != "files"},
        factor_files=tuple(folder / f for f in factors.texts("files")),
        residents=dict(head.inner("residents").data),
        inventory=folder / head.text("inventory") if "inventory" in head else None,
        published=tuple(_published(e, layers) for e in head.rows("published")),
        controls=_controls(head),
        blank_carrier=head.choice("blank_carrier", BLANKS, "gap"),
    )


def _table(name: str, entry: Fields, folder: Path, year: int) -> TablePlan:
    entry.known(TABLE)
    entry.need("file")
    columns = {str(k): str(v) for k, v in entry.inner("columns").data.items()}
    columns |= {key: entry.text(key) for key in ("code", "name", "residents") if key in entry}
    options: dict[str, Any] = {key: entry.text(key) for key in OPTIONS if key in entry}
    if entry.data.get("parts"):
        options["parts"] = 0 if entry.data["parts"] is True else int(entry.number("parts") or 0)
    if "partial" in entry:
        options["partial"] = entry.choice("partial", PARTIAL, "missing")
    if "year" in entry:
        options["year"] = int(entry.number("year") or 0)
    where = f"{entry.file}:{entry.line}"
    return TablePlan(name, folder / entry.text("file"), columns, options, where, year)


def _layers(head: Fields, folder: Path) -> tuple[Layer, ...]:
    found: list[Layer] = []
    shipped = load_layers()
    said: Any = head.data.get("layers") or []
    if not isinstance(said, list):
        head.fault("entry-wrong-kind", field="layers", kind_name=spoken("field-kind.list"), value=said)
        said = []
    entries = cast("list[Any]", said)
    for entry in entries:
        layer = _layer(entry, head, shipped, folder)
        if layer is not None:
            found.append(layer)
    if not found and not head.findings:
        head.fault("map-no-layers", field="layers", close=sorted(shipped))
    for name in sorted({a.id for i, a in enumerate(found) if a.id in {b.id for b in found[:i]}}):
        head.fault("map-layer-twice", field="layers", value=name)
    return tuple(found)


def _layer(entry: Any, head: Fields, shipped: Mapping[str, Layer], folder: Path) -> Layer | None:
    """Return a layer: an id, a file, or an id (or one `like` it) with fields of its own."""
    fields = cast("dict[str, Any]", entry if isinstance(entry, dict) else {"layer": str(entry)})
    if set(fields) == {"file"}:
        return read_layer_file(folder / str(fields["file"]))
    base = str(fields.get("like", fields.get("layer", "")))
    if base not in shipped:
        close = get_close_matches(base, shipped, n=3) or sorted(shipped)
        head.fault("layer-unknown", field="layers", value=base, wanted=base, close=close)
        return None
    own = {k: v for k, v in fields.items() if k != "like"}
    if set(own) == {"layer"} and own["layer"] == base:
        return shipped[base]
    return build_layer(own, head.file, head.findings, base=shipped[base], line=head.line_of("layers"))


def _controls(head: Fields) -> tuple[Control, ...]:
    found = tuple(_control(e) for e in head.rows("controls"))
    names = [c.layer for c in found]
    for name in sorted({n for n in names if names.count(n) > 1}):
        head.fault("map-control-twice", field="controls", value=name)
    return found


def _control(entry: Fields) -> Control:
    entry.known(("layer", "tonnes", "source"))
    entry.need("layer", "tonnes", "source")
    return Control(entry.text("layer"), entry.number("tonnes") or 0.0, entry.source("source"))


def _published(entry: Fields, layers: tuple[Layer, ...]) -> Published:
    entry.known(("name", "value", "of", "basis", "year", "source", "why"))
    entry.need("name", "value", "source")
    year = entry.number("year")
    known = [*TOTALS, *sorted({layer.sector for layer in layers}), *(layer.id for layer in layers)]
    if layers:
        entry.choice("of", known, "gross")
    return Published(
        name=entry.names("name"),
        tonnes=entry.number("value") or 0.0,
        of=entry.text("of", "gross"),
        basis=entry.text("basis"),
        year=None if year is None else int(year),
        source=entry.source("source"),
        why=entry.names("why"),
    )
