"""The tables of a map summed part by part: cut here, read in `tables`, run and kept by `parts`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scindex import __version__
from scindex.catalogue.maps import MapPlan
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.measure.map import part as one_part
from scindex.measure.map.bottom_up import Summed
from scindex.measure.map.build import grid_of
from scindex.measure.map.part import ENERGY, PartSum, merged, narrowed, one_each, placed_tables
from scindex.measure.map.rates import RateBook
from scindex.measure.map.tally import Tally
from scindex.parts.journal import Journal, broken
from scindex.parts.progress import Progress
from scindex.parts.run import run
from scindex.tables.fingerprints import fingerprint
from scindex.tables.map_inputs import MapInputs, read_places
from scindex.tables.partitioned import PART_ROWS, TablePart, cut, input_of, row_count

if TYPE_CHECKING:
    import geopandas as gpd

    from scindex.measure.map.grid import Grid

FOLD = 16
"""Results of parts that are held at once before they are added up."""

NOTHING = Tally(*(pd.DataFrame() for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Cutting:
    """How the tables of a map are cut and who sums the parts; none of it changes the map.

    Attributes
    ----------
    workers : int
        Processes on this machine.
    scheduler : str or None
        Address of a dask scheduler, whose workers are used instead.
    parts : int or None
        Parts of each table that is one Parquet file.
    journal : Path or None
        Folder that keeps what parts gave, so that a stopped run goes on where it was.
    spare : Path or None
        Journal of a run that is cut without being asked to; without both, nothing outlives the run.
    progress : callable or None
        Told how far the run is.
    """

    workers: int = 1
    scheduler: str | None = None
    parts: int | None = None
    journal: Path | None = None
    spare: Path | None = None
    progress: Callable[[Progress], None] | None = None

    def check(self) -> None:
        """Refuse counts below one.

        Raises
        ------
        UsageError
            With all that are wrong.
        """
        counts = {"--workers": self.workers, "--parts": self.parts}
        wrong = {k: v for k, v in counts.items() if v is not None and v < 1}
        if wrong:
            found = (Finding("workers-wrong", params={"option": k, "value": v}) for k, v in wrong.items())
            raise UsageError(*found)

    @property
    def asked(self) -> bool:
        """Whether parts are wanted whatever the size of the tables."""
        return self.workers > 1 or any((self.scheduler, self.parts, self.journal))


@dataclass(frozen=True)
class Shared:
    """What every part needs: sent to each worker once.

    Attributes
    ----------
    plans : Mapping of str to MapPlan
        By table: what the plan says of it.
    districts : GeoDataFrame
        Codes and outlines.
    grid : Grid or None
    book : RateBook
    energy : DataFrame or None
        Meters of all buildings, where they have a table of their own.
    """

    plans: Mapping[str, MapPlan]
    districts: gpd.GeoDataFrame
    grid: Grid | None
    book: RateBook
    energy: pd.DataFrame | None


@dataclass(frozen=True, slots=True)
class MapPart:
    """A part of a table with the key of its result."""

    key: str
    part: TablePart

    @property
    def name(self) -> str:
        """What progress and errors call it."""
        return self.part.name

    @property
    def count(self) -> int:
        """Rows; 0 where they are not known."""
        return self.part.count


def cut_tables(plan: MapPlan, cutting: Cutting) -> dict[str, list[TablePart]]:
    """Cut the tables of places, if they are large or it is asked for.

    Parameters
    ----------
    plan : MapPlan
    cutting : Cutting

    Returns
    -------
    dict of str to list of TablePart
        By table; empty where the map is read in one go.

    Raises
    ------
    UsageError, DataError
        If a file is not there or broken, or `parts` are asked for and no table is Parquet.
    """
    cutting.check()
    names = placed_tables(plan)
    missing = [n for n in names if n not in plan.tables]
    if missing:
        raise DataError(*(Finding("map-table-missing", params={"table": n}) for n in sorted(missing)))
    specs = {n: plan.tables[n] for n in names}
    if not (cutting.asked or any("parts" in s.options or _is_large(s.file) for s in specs.values())):
        return {}
    found: dict[str, list[TablePart]] = {}
    for name, spec in specs.items():
        own = int(spec.options.get("parts") or 0)
        found[name] = cut(name, spec, parts=cutting.parts or own or None)
    if (cutting.parts or 1) > 1 and all(p.rows is None for many in found.values() for p in many):
        files = [s.file.name for s in specs.values()]
        raise UsageError(Finding("parts-not-cut", params={"files": files}))
    return found


def _is_large(path: Path) -> bool:
    return path.is_dir() or (path.is_file() and row_count(path) > 2 * PART_ROWS)


def sum_in_parts(
    plan: MapPlan,
    inputs: MapInputs,
    parts: Mapping[str, Sequence[TablePart]],
    cutting: Cutting,
    book: RateBook,
) -> tuple[MapInputs, Summed]:
    """Sum the tables of places part by part.

    Parameters
    ----------
    plan : MapPlan
    inputs : MapInputs
        Districts, and the tables that have no place of their own.
    parts : Mapping of str to sequence of TablePart
        As `cut_tables` returned them.
    cutting : Cutting
    book : RateBook

    Returns
    -------
    MapInputs, Summed
        The inputs with what was read in parts told in them; and the sums.

    Raises
    ------
    DataError
        With the faults of all parts; or if a row stands in two parts.
    """
    shared = _shared(plan, inputs, parts, book)
    keyed = _keyed(shared, parts)
    everything = [p for many in keyed.values() for p in many]
    journal = cutting.journal or cutting.spare
    with tempfile.TemporaryDirectory() if journal is None else nullcontext(str(journal)) as folder:
        run(
            sum_of_part, everything, shared=shared, workers=cutting.workers,
            scheduler=cutting.scheduler, journal=Path(folder), progress=cutting.progress,
        )  # fmt: skip
        kept = Journal(Path(folder))
        tables = {n: _together(kept, many, shared, n) for n, many in keyed.items()}
    told = [f for t in tables.values() for f in t.read]
    used = [input_of(plan.tables[n].file.name, parts[n], t.used) for n, t in tables.items()]
    summed = [t.summed for t in tables.values()]
    whole = merged(summed)
    # what two tables say of themselves stays apart
    whole = Summed(whole.tally, whole.rates, tuple(f for s in summed for f in s.findings))
    return replace(inputs, findings=(*inputs.findings, *told), inputs=(*inputs.inputs, *used)), whole


def sum_of_part(shared: Shared, keyed: MapPart) -> bytes:
    """Read one part, sum it, and return the sums as bytes: what a worker does.

    Parameters
    ----------
    shared : Shared
    keyed : MapPart

    Returns
    -------
    bytes
        As `scindex.measure.map.part.pack` returns them.
    """
    table, plan = keyed.part.table, shared.plans[keyed.part.table]
    read = read_places(table, plan.tables[table], plan.crs, keyed.part)
    energy = _energy(shared, plan)
    if energy is not None:
        energy = one_part.own_meters(energy, read.frame)
    summed = one_part.sum_part(
        plan, table, read.frame, shared.districts, shared.grid, shared.book, energy=energy
    )
    ids = np.empty(0, np.uint64)
    if "building_id" in read.frame.columns:
        ids = fingerprint(read.frame["building_id"].astype("str"))
    columns = tuple(map(str, read.frame.columns))
    size = len(read.frame)
    return one_part.pack(PartSum(summed, read.findings, read.inputs[0], ids, columns, size))


def _energy(shared: Shared, plan: MapPlan) -> pd.DataFrame | None:
    return shared.energy if any(layer.input == ENERGY for layer in plan.layers) else None


def _shared(
    plan: MapPlan, inputs: MapInputs, parts: Mapping[str, Sequence[TablePart]], book: RateBook
) -> Shared:
    return Shared(
        plans={name: narrowed(plan, name) for name in parts},
        districts=inputs.districts[["code", inputs.districts.geometry.name]],
        grid=grid_of(plan),
        book=replace(book, factors=dict(book.factors)),
        energy=inputs.tables.get(ENERGY),
    )


def _keyed(shared: Shared, parts: Mapping[str, Sequence[TablePart]]) -> dict[str, list[MapPart]]:
    """Give each part the key that stands for all that its sums depend on: data, plan, districts, factors."""
    factors = repr(sorted(shared.book.factors.items()))
    common = "\n".join([__version__, factors, repr(shared.grid), _digest_of(shared)])
    return {
        name: [MapPart(_key(common, shared.plans[name], p), p) for p in many] for name, many in parts.items()
    }


def _key(common: str, plan: MapPlan, part: TablePart) -> str:
    tables = {n: replace(t, file=Path(t.file.name), where="") for n, t in plan.tables.items()}
    said = replace(
        plan, tables=tables, factor_files=(), districts=replace(plan.districts, file=Path(), where="")
    )
    rows = (part.rows.first, part.rows.last) if part.rows else ()
    lines = [common, repr(said), part.table, part.file.name, part.sha256, repr(rows)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _digest_of(shared: Shared) -> str:
    """Return the SHA-256 of codes, outlines and meters."""
    sha = hashlib.sha256()
    sha.update("\n".join(shared.districts["code"].astype("str")).encode())
    for shape in shared.districts.geometry.to_wkb():
        sha.update(shape or b"-")
    if shared.energy is not None:
        sha.update(pd.util.hash_pandas_object(shared.energy, index=False).to_numpy().tobytes())
    return sha.hexdigest()


def _together(kept: Journal, keyed: Sequence[MapPart], shared: Shared, table: str) -> PartSum:
    """Add up what the parts of one table gave, each of them once, in the order of the rows."""
    sums: list[Summed] = []
    parts: list[PartSum] = []
    for one in keyed:
        found = _unpacked(kept, one)
        sums.append(found.summed)
        # tables are added up at once, what was said when all is known
        parts.append(replace(found, summed=replace(found.summed, tally=NOTHING)))
        if len(sums) >= FOLD:
            sums = [merged(sums)]
    ids = [p.ids for p in parts]
    told = one_part.check_ids(table, ids, [p.name for p in keyed])
    lone = _lone(shared, table, parts)
    sums += lone
    whole = merged(sums)
    sizes = [p.size for p in parts]
    lists = [p.summed.findings for p in parts] + [s.findings for s in lone]
    summed = replace(whole, findings=one_each(lists, [*sizes, *(0 for _ in lone)]))
    read = one_each([p.read for p in parts], sizes)
    return PartSum(summed, (*read, *told), parts[0].used)


def _lone(shared: Shared, table: str, parts: Sequence[PartSum]) -> list[Summed]:
    """Sum the meters that belong to no building of any part; nothing where there are none."""
    plan = shared.plans[table]
    energy = _energy(shared, plan)
    if energy is None:
        return []
    lone = one_part.lone_meters(energy, [p.ids for p in parts])
    if not len(lone):
        return []
    bare = one_part.no_rows(parts[0].columns, shared.districts.crs)
    return [one_part.sum_part(plan, table, bare, shared.districts, shared.grid, shared.book, energy=lone)]


def _unpacked(kept: Journal, one: MapPart) -> PartSum:
    path = kept.path(one.key)
    try:
        return one_part.unpack(kept.result(path))
    except (ValueError, KeyError, TypeError) as err:
        raise broken(path, err) from None
