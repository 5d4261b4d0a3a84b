"""Read a city file: the five stages in a row, then the checks of the schema."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scindex.catalogue.entries import Framework, Indicator
from scindex.catalogue.lookup import Lookup
from scindex.errors import DataError, UsageError
from scindex.findings import Finding
from scindex.schema import check_ranges, check_rules, outside
from scindex.tables.decode import MAX_FILE_BYTES, decode, file_kind
from scindex.tables.delimited import read_delimited
from scindex.tables.faults import forgiven
from scindex.tables.grid import Grid, file_order
from scindex.tables.layout import Layout, find_layout
from scindex.tables.observations import KEY, observe, once_each
from scindex.tables.statuses import REASONS, STATUSES

STRUCTURAL = ("no-city-column", "no-year-column")
"""Errors that no skipping of cells can mend."""


@dataclass(frozen=True, repr=False)
class Cities:
    """Observations of some cities, what a reader must know of them, and where they came from.

    Attributes
    ----------
    observations : DataFrame
        One row for each city, year and indicator (`observations.COLUMNS`, and of `EXTRA`
        what the file has), sorted by these; values in canonical units.
    findings : tuple of Finding
        What was converted, assumed, skipped or doubted, in the order of the file.
    inputs : tuple of dict
        For each file its name, SHA-256, sheet, encoding and layout.
    """

    observations: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    inputs: tuple[Mapping[str, str], ...] = field(default=())

    def __repr__(self) -> str:
        cities, errors = self.observations["city_id"].nunique(), len(self.findings)
        return f"<Cities: {cities} cities, {len(self.observations)} observations, {errors} findings>"

    def join(self, other: Cities) -> Cities:
        """Return both sets of observations in one.

        Raises
        ------
        DataError
            If they hold different values of one indicator for the same city and year.
        """
        whole = pd.concat([_plain(self.observations), _plain(other.observations)], ignore_index=True)
        if "error_group" in whole:
            whole["error_group"] = whole["error_group"].fillna("")
        whole = whole.astype({k: "category" for k in _LABELS if k in whole})
        whole["status"] = whole["status"].cat.set_categories(list(STATUSES))
        whole["reason"] = whole["reason"].cat.set_categories(list(REASONS))
        frame, findings = once_each(whole.sort_values(KEY, kind="stable", ignore_index=True))
        if any(f.severity == "error" for f in findings):
            raise DataError(*findings)
        return Cities(frame, (*self.findings, *other.findings, *findings), (*self.inputs, *other.inputs))


_LABELS = ("city_id", "city", "indicator", "unit", "status", "reason", "quality", "source", "error_group")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({k: "str" for k in _LABELS if k in frame})


def read_cities(
    path: str | Path,
    *,
    sheet: str | None = None,
    city: str | None = None,
    year: int | None = None,
    frameworks: Sequence[Framework] = (),
    ignore: Sequence[str] = (),
    skip_errors: bool = False,
) -> Cities:
    """Read a file of city indicators: CSV, XLSX or Parquet, in any common layout.

    Parameters
    ----------
    path : str or Path
    sheet : str, optional
        Sheet of a workbook; else the one whose headings are recognised.
    city : str, optional
        The city, where the file names none.
    year : int, optional
        The calendar year described, where the file names none.
    frameworks : sequence of Framework
        Whose indicators the file may hold; all that are installed if empty.
    ignore : sequence of str
        Unknown columns and indicators to leave out; ``all`` for every one.
    skip_errors : bool
        Make faulty cells missing and say so, instead of stopping.

    Returns
    -------
    Cities

    Raises
    ------
    UsageError
        If there is no such file or sheet.
    DataError
        With every fault of the file, each at its cell.
    """
    return read_cities_bytes(
        file_bytes(Path(path)),
        Path(path).name,
        sheet=sheet,
        city=city,
        year=year,
        frameworks=frameworks,
        ignore=ignore,
        skip_errors=skip_errors,
    )


def file_bytes(path: Path) -> bytes:
    """Return the bytes of a file within the size limit.

    Raises
    ------
    UsageError
        If it cannot be read.
    DataError
        If it is too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            params = {"bytes": size, "limit": MAX_FILE_BYTES}
            raise DataError(Finding("file-too-large", where=path.name, params=params))
        return path.read_bytes()
    except (OSError, ValueError) as err:
        params = {"path": str(path), "problem": getattr(err, "strerror", None) or str(err)}
        code = "no-such-file" if isinstance(err, FileNotFoundError) else "unreadable-file"
        raise UsageError(Finding(code, where=path.name, params=params)) from None


def read_cities_bytes(
    data: bytes,
    name: str,
    *,
    sheet: str | None = None,
    city: str | None = None,
    year: int | None = None,
    frameworks: Sequence[Framework] = (),
    ignore: Sequence[str] = (),
    skip_errors: bool = False,
) -> Cities:
    """Read the bytes of a city file as `read_cities` does; `name` stands in the addresses.

    Examples
    --------
    >>> csv = "도시,연도,지표,값,단위\\n서울,2020,EN.EN.AQ.2C,4.6,t CO2e/인\\n".encode("cp949")
    >>> cities = read_cities_bytes(csv, "seoul.csv")
    >>> cities.observations[["city", "year", "indicator", "value"]].values.tolist()
    [['서울', 2020, 'u4ssc:ghg_emissions', 4.6]]
    >>> [f.code for f in cities.findings]
    ['encoding-assumed']
    """
    known = tuple(frameworks) or _installed()
    lookup = Lookup(known)
    order = {i: n for n, i in enumerate(dict.fromkeys(i for f in known for i in f.entries))}
    digest = hashlib.sha256(data).hexdigest()
    grid, layout, found, encoding = _open(data, name, sheet, lookup, ignore)
    del data  # a file may be as large as the table made of it
    frame, part = observe(grid, layout, lookup, order=order, city=city, year=year, ignore=ignore)
    found += part
    indicators = [lookup.indicator(i) for i in frame["indicator"].cat.categories]
    found += check_ranges(frame, indicators)
    found += check_rules(frame, [r for f in known for r in f.rules], indicators)
    findings = tuple(_placed(sorted(found, key=file_order), frame))
    errors = [f for f in findings if f.severity == "error"]
    if errors and (not skip_errors or any(f.code in STRUCTURAL for f in errors)):
        raise DataError(*findings)
    if errors:
        frame = _without_faults(frame, indicators, errors)
        passed = Finding("errors-skipped", "warning", where=name, params={"count": len(errors)})
        findings = (passed, *forgiven(findings))
    if not len(frame):
        raise DataError(*findings, Finding("nothing-to-read", where=name))
    used = {
        "name": name,
        "sha256": digest,
        "sheet": grid.name[len(name) + 1 :],
        "encoding": encoding,
        "layout": layout.kind,
    }
    return Cities(frame, findings, (used,))


def _installed() -> tuple[Framework, ...]:
    from scindex.catalogue.load import framework_ids, load_framework

    return tuple(load_framework(i) for i in framework_ids())


def _open(
    data: bytes, name: str, sheet: str | None, lookup: Lookup, ignore: Sequence[str]
) -> tuple[Grid, Layout, list[Finding], str]:
    """Run the stages up to the layout."""
    kind = file_kind(data, name)
    if sheet is not None and kind != "xlsx":
        raise UsageError(Finding("sheet-without-workbook", where=name, params={"wanted": sheet}))
    if kind == "text":
        text, found = decode(data, name)
        grid, encoding = read_delimited(text), text.encoding
    elif kind == "parquet":
        from scindex.tables.parquet import read_parquet

        grid, found, encoding = read_parquet(data, name), [], "parquet"
    else:
        from scindex.tables.sheets import choose_sheet
        from scindex.tables.workbook import read_workbook

        grids, found = read_workbook(data, name, sheet=sheet)
        grid, layout, part = choose_sheet(grids, name, lookup, ignore=ignore)
        return grid, layout, found + part, "xlsx"
    layout, part = find_layout(grid, lookup, ignore=ignore)
    return grid, layout, found + part, encoding


def _placed(findings: Sequence[Finding], frame: pd.DataFrame) -> list[Finding]:
    """Say whose value a doubted cell is: city, year and indicator of the observation made of it."""
    cells = {f.where for f in findings if f.severity != "note" and not f.city}
    known: dict[str, Any] = {}
    if cells and len(frame):
        rows = frame.loc[frame["where"].isin(cells), ["where", "city", "year", "indicator"]]
        known = {row[0]: row[1:] for row in rows.itertuples(index=False)}
    out: list[Finding] = []
    for finding in findings:
        if finding.where in known and finding.severity != "note" and not finding.city:
            city, year, indicator = known[finding.where]
            indicator = finding.indicator or str(indicator)
            finding = replace(finding, city=str(city), year=int(year), indicator=indicator)
        out.append(finding)
    return out


def _without_faults(
    frame: pd.DataFrame, indicators: Sequence[Indicator], errors: Sequence[Finding]
) -> pd.DataFrame:
    """Make the cells that the schema's checks refused missing."""
    lost = frame["where"].isin({f.where for f in errors}).to_numpy() & ~np.isnan(frame["value"].to_numpy())
    lost[outside(frame, indicators)[0]] = True
    if not lost.any():
        return frame
    frame = frame.copy()
    frame.loc[lost, "value"] = np.nan
    frame.loc[lost, "status"] = "O"
    frame.loc[lost, "reason"] = ""
    return frame
