"""Reporting cells as cities publish them, with all their odd forms, as lines of an inventory."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scindex.errors import DataError
from scindex.findings import Finding
from scindex.measure.inventory.lines import Inventory, cities_table, lines_table
from scindex.measure.inventory.taxonomy import keys, sectors, subsectors, taxonomy
from scindex.provenance import Provenance

_KEY = r"(?:NO|NE|IE|C)"
_KEYS = re.compile(rf"{_KEY}(?:\s*[;,/&]\s*{_KEY})+")
_INTO = re.compile(r"IE\s*[\s(\[:>→-]*\s*((?:I|II|III|IV|V|VI)(?:\.\d){1,2})\s*[)\]]?")
_NOTHING = {"", "-", "–", "—", "N/A", "NA", "#N/A", "NAN", "NULL", "NONE"}


@dataclass(frozen=True, slots=True)
class Read:
    """What one cell says: a key and where it leads, and the code of what is odd in it."""

    key: str = ""
    target: str = ""
    odd: str = ""


def read_key(text: str) -> Read:
    """Read the text of a cell that holds no number.

    Parameters
    ----------
    text : str
        As the file has it.

    Returns
    -------
    Read
        Of two keys the one that claims less: a reader must not take a gap for a nought.

    Examples
    --------
    >>> read_key("NO"), read_key("IE (II.1.1)")
    (Read(key='NO', target='', odd=''), Read(key='IE', target='II.1.1', odd='gpc-cell-target-inside'))
    >>> read_key("NO; IE").key, read_key("NE; NE").odd, read_key("NO\\xa0").odd, read_key("none so far").odd
    ('IE', 'gpc-cell-key-twice', 'gpc-cell-key-untidy', 'gpc-cell-unreadable')
    """
    tidy = " ".join(unicodedata.normalize("NFKC", text).split()).upper()
    if tidy in _NOTHING:
        return Read(odd="gpc-cell-blank")
    if tidy in keys():
        return Read(tidy, odd="" if text == tidy else "gpc-cell-key-untidy")
    if match := _INTO.fullmatch(tidy):
        return Read("IE", match[1], "gpc-cell-target-inside")
    if _KEYS.fullmatch(tidy):
        said = set(re.findall(_KEY, tidy))
        weakest = next(k for k in keys() if k in said)
        return Read(weakest, odd="gpc-cell-key-twice" if len(said) == 1 else "gpc-cell-two-keys")
    return Read(odd="gpc-cell-unreadable")


QUALITY = {
    "": "",
    "NONE": "",
    "NAN": "",
    "H": "H",
    "HIGH": "H",
    "M": "M",
    "MEDIUM": "M",
    "L": "L",
    "LOW": "L",
}
SEVERITY = {"gpc-cell-unreadable": "error", "gpc-cell-two-keys": "warning", "gpc-cell-blank": "warning"}


def from_cells(
    cells: pd.DataFrame, cities: pd.DataFrame | None = None, *, provenance: Provenance | None = None
) -> Inventory:
    """Turn reporting cells into the lines of an inventory.

    Parameters
    ----------
    cells : DataFrame
        One row for each cell of a city and year: city_id, city, year, ref, text, number
        [t CO2e], where; more of a line's columns where the file has them.
    cities : DataFrame, optional
        What is known of each city and year: level, population, published totals.
    provenance : Provenance, optional

    Returns
    -------
    Inventory
        One line a cell; a cell that holds a key or nothing is a line without a number.
        Every odd form of a key is a finding.

    Raises
    ------
    DataError
        With every cell that can be read neither as a number nor as a key, every unknown
        reference and every cell that stands twice.
    """
    findings: list[Finding] = []
    records = [r for row in cells.to_dict("records") if (r := _record(row, findings))]
    findings += _twice(records)
    if any(f.severity == "error" for f in findings):
        raise DataError(*findings)
    about = cities_table([] if cities is None else cities.to_dict("records"))
    return Inventory(lines_table(records), tuple(findings), provenance or Provenance(), about)


def _record(row: Mapping[Any, Any], findings: list[Finding]) -> dict[str, Any] | None:
    """Return a cell as a line; None where there is nothing to keep."""
    ref, number = str(row["ref"]), float(row["number"])
    if ref.startswith("credits."):
        return _credit(row, ref.removeprefix("credits."), number)
    about = {k: row[k] for k in ("city_id", "city", "year", "where")}
    told = {"where": row["where"], "city": row["city"], "year": int(row["year"]), "indicator": ref}
    if ref in subsectors() and ref not in taxonomy():
        findings.append(Finding("gpc-subtotal", "note", value=ref, **told))
        return None
    if ref not in taxonomy():
        findings.append(Finding("gpc-ref-unknown", value=ref, params={"close": _close(ref)}, **told))
        return None
    extra = {k: row.get(k, "") for k in ("ie_target", "explanation")}
    extra |= {
        k: _quality(str(row.get(k, "")), told, findings) for k in ("quality_activity", "quality_factor")
    }
    line = {**about, "ref": ref, "gas": row.get("gas") or "CO2e", "method": "reported", **extra}
    if number == number:
        sign = _sign(ref, number, told, findings)
        # of another gas the table gives t CO2e, and how many tonnes of the gas those are it does not say
        value = number if line["gas"] == "CO2e" else None
        return {**line, "value": value, "co2e": number, "activity_unit": "t_CO2e", **sign}
    text = str(row.get("notation_key") or row["text"])
    read = read_key(text)
    if read.odd:
        params = {"key": read.key, "target": read.target}
        findings.append(
            Finding(read.odd, SEVERITY.get(read.odd, "note"), value=text, params=params, **told)  # type: ignore[arg-type]
        )
    return {**line, "notation_key": read.key, "ie_target": read.target or line["ie_target"]}


def _quality(text: str, told: Mapping[str, Any], findings: list[Finding]) -> str:
    """Return H, M or L of a rating, which may be written out; another word is told and left out."""
    tidy = text.strip().upper()
    if tidy in QUALITY:
        return QUALITY[tidy]
    findings.append(Finding("gpc-quality-unknown", "warning", value=text, **told))
    return ""


def _sign(ref: str, number: float, told: Mapping[str, Any], findings: list[Finding]) -> dict[str, str]:
    """Return the kind of a number: below zero it takes away, which only land can do."""
    if number >= 0:
        return {}
    if ref != "V.2":
        findings.append(Finding("gpc-negative", "warning", value=number, **told))
    return {"kind": "removal"}


def _credit(row: Mapping[Any, Any], code: str, number: float) -> dict[str, Any] | None:
    if not number or number != number:
        return None
    sector = next(name for name, entry in sectors().items() if entry["code"] == code)
    about = {k: row[k] for k in ("city_id", "city", "year", "where")}
    amount = {"value": number, "co2e": number, "activity_unit": "t_CO2e", "gas": "CO2e"}
    return {**about, "ref": code, "sector": sector, "kind": "credit", "method": "reported", **amount}


def _twice(records: list[dict[str, Any]]) -> list[Finding]:
    """Name every cell that a city has twice in one year: its tonnes would be counted twice."""
    name = lambda r: (r["city_id"], r["year"], r["ref"], r["gas"])  # noqa: E731
    count = Counter(name(r) for r in records if "notation_key" not in r)
    seen: set[Any] = set()
    found: list[Finding] = []
    for r in records:
        if count[name(r)] > 1 and name(r) in seen and "notation_key" not in r:
            told = {"where": r["where"], "city": r["city"], "year": int(r["year"]), "indicator": r["ref"]}
            found.append(Finding("gpc-cell-repeated", **told))
        seen.add(name(r))
    return found


def _close(ref: str) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(ref, taxonomy(), n=3) or list(taxonomy())[:3]
