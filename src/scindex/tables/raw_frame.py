"""Columns of a raw table, each read in its type and unit and held to its bounds."""

# pyarrow.compute makes its functions when it is imported
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scindex.catalogue.codelists import codelist
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.tables import raw_cells as rc
from scindex.tables.codes import building_use
from scindex.tables.faults import each, first_of_each
from scindex.tables.grid import letters
from scindex.tables.raw_columns import MONTHS, ColumnShape, Match, Shape, match_headings, shown, split_unit
from scindex.tables.raw_source import Cells, Source
from scindex.units import factor, parse

_KOREAN = re.compile("[가-힣]")
NUMBERS = ("float", "int")


@dataclass
class Parts:
    """What `assemble` read: typed columns, and where they stood.

    Attributes
    ----------
    source : Source
    values : dict of str to ndarray or ChunkedArray
    places : dict of str to str
        Column -> letters, or the heading in a geodata file.
    at : dict of str to int
        Column -> position in the file.
    months : dict of str to ndarray
        Column -> how many months of each row a file of months gave.
    month_beside : ndarray or None
        Month that stood in the cell of the year.
    """

    source: Source
    values: dict[str, np.ndarray | pa.ChunkedArray] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    months: dict[str, np.ndarray] = field(default_factory=dict)
    month_beside: np.ndarray | None = None

    def where(self, row: int, column: str) -> str:
        """Return the address of a value."""
        return self.source.where(row, self.at[column])


def assemble(
    source: Source, shape: Shape, wanted: Mapping[str, str], *, needs: Sequence[str] = ()
) -> tuple[Parts, list[Finding]]:
    """Read every column of the shape that the file has.

    Parameters
    ----------
    source : Source
    shape : Shape
    wanted : Mapping of str to str
        Column -> heading, from the user.
    needs : sequence of str
        Columns that must be there.

    Returns
    -------
    (Parts, list of Finding)
    """
    matches = match_headings(source.headings, shape, wanted)
    found = _absent(source, shape, wanted, matches, needs)
    found += _seconds(source, matches) + _unused(source, matches)
    parts = Parts(source)
    typed: dict[str, tuple[rc.Typed, Match]] = {}
    assumed: list[str] = []
    for column, match in ((c, m[0]) for c, m in matches.items()):
        spec = shape.columns.get(column) or _own(column, source, match)
        parts.at[column] = match.at[0]
        parts.places[column] = match.heading if source.features else letters(match.at[0])
        times, part = _times(source, spec, match, assumed)
        found += part
        one = _read(parts, spec, match, times)
        typed[column] = (one, match)
    _settle(source, shape, typed)
    for column, (one, _) in typed.items():
        spec = shape.columns.get(column) or ColumnShape(column, "any", required=False)
        parts.values[column] = one.values
        found += one.findings + _bounds(parts, spec)
    year = typed.get("year")
    parts.month_beside = year[0].month if year and shape.period and "month" not in typed else None
    if assumed:
        found.append(Finding("raw-unit-assumed", "note", where=source.name, params={"columns": assumed}))
    return parts, found


def _absent(
    source: Source,
    shape: Shape,
    wanted: Mapping[str, str],
    matches: Mapping[str, list[Match]],
    needs: Sequence[str],
) -> list[Finding]:
    """Say which columns are missing, with the headings that there are."""
    seen = shown([*source.headings, *source.others])
    found = [
        Finding("raw-heading-missing", where=source.name, params={"column": c, "heading": h, "found": seen})
        for c, h in wanted.items()
        if c not in matches
    ]
    must = dict.fromkeys([*needs, *(c.name for c in shape.columns.values() if c.required)])
    for column in must:
        if column not in matches and column not in wanted:
            found.append(_missing(source, shape, (column,), seen))
    found += [_missing(source, shape, group, seen) for group in shape.needs if not set(group) & set(matches)]
    quantities = [c.name for c in shape.columns.values() if c.quantity]
    if shape.period and quantities and not set(quantities) & set(matches):
        code = "raw-months-unnamed" if len(match_headings(source.headings, shape, {"_": MONTHS})) > 0 else ""
        params = {"columns": quantities, "found": seen, "table": shape.name, "example": quantities[0]}
        if code and "_" in match_headings(source.headings, shape, {"_": MONTHS}):
            found.append(Finding(code, where=source.name, params=params))
            return found
    values = [c.name for c in shape.columns.values() if c.type == "float"]
    own = [c for c in wanted if c not in shape.columns or c in values]
    if quantities and not own and not set(values) & set(matches):
        params = {"columns": quantities, "found": seen, "table": shape.name, "example": quantities[0]}
        found.append(Finding("raw-no-values", where=source.name, params=params))
    return found


def _missing(source: Source, shape: Shape, group: Sequence[str], seen: list[str]) -> Finding:
    words = [w for c in group for w in (c, *(shape.columns[c].aliases[:4] if c in shape.columns else ()))]
    params = {"columns": list(group), "table": shape.name, "found": seen, "words": words}
    return Finding("raw-column-missing", where=source.name, params=params)


def _seconds(source: Source, matches: Mapping[str, list[Match]]) -> list[Finding]:
    """Refuse two columns with one heading; name those that stand behind a better word."""
    found: list[Finding] = []
    for column, (first, *others) in matches.items():
        for other in others:
            same = fold(split_unit(other.heading)[0]) == fold(split_unit(first.heading)[0])
            params = {"role": column, "header": other.heading, "read": first.heading}
            where = source.head_where(other.at[0])
            if same and other.unit == first.unit:
                params = {"role": column, "header": other.heading, "other": source.head_where(first.at[0])}
                found.append(Finding("column-twice", where=where, params=params))
            else:
                found.append(Finding("column-second", "note", where=where, params=params))
    return found


def _unused(source: Source, matches: Mapping[str, list[Match]]) -> list[Finding]:
    used = {p for many in matches.values() for m in many for p in m.at}
    rest = [h for i, h in enumerate(source.headings) if i not in used] + list(source.others)
    names = shown(rest)
    return (
        [Finding("raw-columns-unused", "note", where=source.name, params={"columns": names})] if names else []
    )


def _own(column: str, source: Source, match: Match) -> ColumnShape:
    """Return the shape of a column that only the user knows: numbers if most of its cells are."""
    cells = source.columns[match.at[0]]
    kind = "float" if rc.is_number(cells.values.type) else "str"
    if kind == "str":
        head = rc.Cells(cells.values.slice(0, 200), None if cells.number is None else cells.number[:200])
        read = rc.read_number_cells(head, str)
        kind = "str" if any(f.severity == "error" for f in read.findings) else "float"
    return ColumnShape(column, kind, required=False, nullable=True)


def _times(
    source: Source, spec: ColumnShape, match: Match, assumed: list[str]
) -> tuple[float, list[Finding]]:
    """Return what turns the file's numbers into the shape's unit."""
    if not spec.unit or spec.type not in NUMBERS:
        return 1.0, []
    if not match.unit:
        assumed.append(f"{match.heading} = {spec.unit}")
        return 1.0, []
    times = factor(match.unit, spec.unit)
    where = source.head_where(match.at[0])
    params = {"header": match.heading, "unit": match.unit, "wanted": spec.unit, "factor": times}
    if times is None:
        return 1.0, [Finding("raw-unit-wrong", where=where, params=params)]
    if times == 1:
        return 1.0, []
    return times, [Finding("raw-unit-converted", "note", where=where, params=params)]


def _read(parts: Parts, spec: ColumnShape, match: Match, times: float) -> rc.Typed:
    if len(match.at) > 1:
        return _read_months(parts, spec, match, times)
    cells = parts.source.columns[next(iter(match.at))]

    def where(row: int) -> str:
        return parts.where(row, spec.name)

    if spec.type in NUMBERS:
        return _scaled(rc.read_number_cells(cells, where), match, times)
    if spec.type == "code":
        return rc.read_codes(cells, spec.width, where)
    if spec.type == "year":
        return rc.read_years(cells, where)
    if spec.type == "month":
        return rc.read_months(cells, where)
    typed = rc.read_words(cells)
    return _in_list(typed, spec, where)


def _scaled(typed: rc.Typed, match: Match, times: float) -> rc.Typed:
    assert isinstance(typed.values, np.ndarray)
    said = parse(match.unit) if match.unit else None
    if typed.percent is not None and typed.percent.any() and not (said and said.unit == "percent"):
        typed.values[typed.percent] /= 100
    if times != 1:
        typed.values *= times
    return typed


def _read_months(parts: Parts, spec: ColumnShape, match: Match, times: float) -> rc.Typed:
    """Add up columns of months; how many each row has decides what becomes of the year."""
    total = np.zeros(len(parts.source.rows))
    count = np.zeros(len(total))
    found: list[Finding] = []
    columns = [
        (at, rc.read_number_cells(parts.source.columns[at], partial(parts.source.where, column=at)))
        for at in match.at
    ]
    marks = {t.speaks for _, t in columns if t.speaks}
    korean = any(_KOREAN.search(h) for h in parts.source.headings)
    for at, one in columns:
        cells = parts.source.columns[at]
        place = partial(parts.source.where, column=at)
        rc.settle_commas(cells, one, korean=korean, marks=marks, where=place)
        found += one.findings
        value = np.asarray(one.values)
        low = np.flatnonzero(value < (-np.inf if spec.minimum is None else spec.minimum))
        found += _beyond(low, value, spec, place, cells)
        total += np.nan_to_num(value)
        count += ~np.isnan(value)
    parts.months[spec.name] = count
    params = {"column": spec.name, "columns": len(match.at), "first": match.heading}
    where = parts.source.head_where(match.at[0])
    found.append(Finding("raw-month-columns", "note", where=where, params=params))
    return rc.Typed(np.where(count > 0, total * times, np.nan), found)


def _in_list(typed: rc.Typed, spec: ColumnShape, where: rc.Where) -> rc.Typed:
    """Hold texts to the list of codes that the shape names."""
    if not spec.codelist and not spec.allowed:
        return typed
    assert isinstance(typed.values, pa.ChunkedArray)
    coded = rc.dictionary(typed.values)
    words = coded.dictionary.to_pylist()
    uses = spec.codelist == "building_uses"
    allowed = set(spec.allowed) | (set(codelist(spec.codelist)) if spec.codelist and not uses else set())
    read = [building_use(w) if uses else (w if w in allowed else None) for w in words]
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    unknown = np.isin(codes, [i for i, r in enumerate(read) if r is None])
    severity = "warning" if uses else "error"
    for code, at, count in first_of_each(codes, unknown):
        params = {"column": spec.name, "count": count, "choices": sorted(allowed)}
        name = "raw-use-unknown" if uses else "raw-not-in-list"
        typed.findings.append(Finding(name, severity, where=where(at), value=words[code], params=params))
    meant = pa.array(read, pa.string()).take(coded.indices)
    return rc.Typed(pa.chunked_array([meant]), typed.findings)


def _settle(source: Source, shape: Shape, typed: Mapping[str, tuple[rc.Typed, Match]]) -> None:
    """Decide ``1,234`` in one column by what the others of the file say."""
    marks = {one.speaks for one, _ in typed.values() if one.speaks}
    korean = any(_KOREAN.search(h) for h in source.headings)
    for one, match in typed.values():
        if len(one.open_) and len(match.at) == 1:
            before = np.array(one.values, copy=True)
            at = match.at[0]
            place = partial(source.where, column=at)
            rc.settle_commas(source.columns[at], one, korean=korean, marks=marks, where=place)
            spec = shape.columns.get(match.column)
            times = factor(match.unit, spec.unit) if spec and spec.unit and match.unit else 1.0
            changed = np.isnan(before) & ~np.isnan(one.values)
            one.values[changed] *= times or 1.0


def _bounds(parts: Parts, spec: ColumnShape) -> list[Finding]:
    """Return values beyond what the quantity can be, and zeros that are doubted."""
    value = parts.values[spec.name]
    if not isinstance(value, np.ndarray) or spec.name in parts.months:
        return []
    bad = np.zeros(len(value), dtype=bool)
    if spec.minimum is not None:
        bad |= value < spec.minimum
    if spec.maximum is not None:
        bad |= value > spec.maximum

    def where(row: int) -> str:
        return parts.where(row, spec.name)

    cells = parts.source.columns[parts.at[spec.name]]
    found = _beyond(np.flatnonzero(bad), value, spec, where, cells)
    if spec.type == "int":
        found += each("raw-not-whole", np.flatnonzero(value % 1 > 0), where, value=lambda i: float(value[i]))
    zeros = np.flatnonzero(value == 0) if spec.zero else []
    if len(zeros):
        params = {"column": spec.name, "count": len(zeros)}
        found.append(Finding("raw-zero", "warning", where=where(int(zeros[0])), params=params))
    blank = int(np.isnan(value).sum())
    if blank and spec.quantity:
        params = {"column": spec.name, "count": blank, "rows": len(value)}
        first = int(np.argmax(np.isnan(value)))
        found.append(Finding("raw-missing", "note", where=where(first), params=params))
    return found


def _beyond(
    at: np.ndarray, value: np.ndarray, spec: ColumnShape, where: rc.Where, cells: Cells
) -> list[Finding]:
    """Return values below zero as the file writes them, and others in the shape's unit."""
    below = value[at] < 0 if spec.minimum == 0 else np.zeros(len(at), dtype=bool)
    params = {"column": spec.name, "minimum": spec.minimum, "maximum": spec.maximum, "unit": spec.unit}
    found = each(
        "raw-negative", at[below], where, value=lambda i: cells.values[i].as_py(), params=lambda _: params
    )
    rest = at[~below]
    return found + each(
        "raw-out-of-range", rest, where, value=lambda i: float(value[i]), params=lambda _: params
    )
