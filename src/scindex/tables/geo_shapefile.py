"""The files of a shapefile: whether all are there and whole, and in what letters its names are."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.tables.decode import MAX_FILE_BYTES

SHP_HEADER = 100
"""Bytes of a shapefile's header (ESRI Shapefile Technical Description, 1998, p. 4)."""


def parts_of(path: Path) -> list[Path]:
    """Return the files that make up a layer: a shapefile has several."""
    if path.suffix.lower() != ".shp":
        return [path]
    ends = (".shp", ".shx", ".dbf", ".prj", ".cpg")
    try:
        beside = {p.name.lower(): p for p in path.parent.iterdir() if p.stem.lower() == path.stem.lower()}
    except OSError:
        return [path]
    found = [beside[path.stem.lower() + e] for e in ends if path.stem.lower() + e in beside]
    return found or [path]


def check_length(path: Path, head: bytes) -> None:
    """Refuse a shapefile that ends before its own header says: GDAL reads what there is."""
    if path.suffix.lower() == ".shp" and len(head) >= SHP_HEADER:
        stated = 2 * int.from_bytes(head[24:28], "big")
        if path.stat().st_size < stated:
            problem = f"{path.stat().st_size} of {stated} bytes"
            raise DataError(Finding("geo-broken", where=path.name, params={"problem": problem}))


def shape_encoding(path: Path, info: Mapping[str, Any]) -> tuple[str | None, list[Finding]]:
    """Return the encoding of a shapefile whose .cpg is absent: UTF-8 where it fits, else CP949."""
    if info["driver"] != "ESRI Shapefile":
        return None, []
    zipped = path.suffix.lower() == ".zip"
    names = _zipped(path) if zipped else {p.suffix.lower(): p.name for p in parts_of(path)}
    missing = [e for e in (".shx", ".dbf") if e not in names]
    if missing:
        params = {"missing": missing}
        return "utf-8", [Finding("geo-shapefile-parts", "warning", where=path.name, params=params)]
    if ".cpg" in names:
        return None, []
    data = _member(path, names[".dbf"]) if zipped else (path.parent / names[".dbf"]).read_bytes()
    return _encoding_of(data, names[".dbf"])


def _encoding_of(data: bytes, name: str) -> tuple[str, list[Finding]]:
    """Return the encoding of a table of names (.dbf), and whether it was assumed."""
    if data[32:].isascii():
        return "utf-8", []
    for encoding in ("utf-8", "cp949"):
        try:
            _mostly(data[32:], encoding)
        except UnicodeDecodeError:
            continue
        params = {"encoding": encoding.upper()}
        return encoding, [Finding("encoding-assumed", "note", where=name, params=params)]
    return "utf-8", [Finding("geo-encoding-unknown", "warning", where=name)]


def _zipped(path: Path) -> dict[str, str]:
    """Return the parts of the shapefile in an archive: ending -> member."""
    with zipfile.ZipFile(path) as archive:
        return {Path(m).suffix.lower(): m for m in archive.namelist()}


def _member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(name).file_size
        if size > MAX_FILE_BYTES:
            params = {"bytes": size, "limit": MAX_FILE_BYTES}
            raise DataError(Finding("file-too-large", where=path.name, params=params))
        return archive.read(name)


def _mostly(data: bytes, encoding: str) -> None:
    """Raise UnicodeDecodeError unless nearly all fits: a name may be cut inside a letter by its field."""
    text = data.decode(encoding, "replace")
    high = sum(b > 127 for b in data)
    if text.count("\ufffd") > max(2, 0.02 * high):
        data.decode(encoding)
