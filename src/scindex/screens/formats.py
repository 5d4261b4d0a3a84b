"""Findings and scores for machines: JSON and CSV on standard output."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from scindex.findings import Finding
from scindex.messages import remedy, text
from scindex.screens.findings import listing
from scindex.tables.write import defuse, dump_json


def findings_as(findings: Sequence[Finding], style: str) -> str:
    """Return findings as ``table`` (for people), ``json`` or ``csv``."""
    if style == "table":
        return listing(findings)
    rows = [{**f.to_dict(), "message": text(f), "remedy": remedy(f)} for f in findings]
    if style == "json":
        return dump_json(rows)
    out = io.StringIO()
    columns = ["severity", "code", "where", "city", "year", "indicator", "value", "message", "remedy"]
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: defuse(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows)
    return out.getvalue().rstrip("\n")
