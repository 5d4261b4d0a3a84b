"""What an audit found, as plain text and for machines: what, where, how sure, what to do."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence

from scindex.findings import Finding
from scindex.messages import label, remedy, text
from scindex.screens.findings import tally
from scindex.screens.layout import clean, pad, table, terminal_width, wrap
from scindex.tables.write import defuse, dump_json

CONFIDENCES = ("certain", "likely", "possible")
COLUMNS = (
    "severity",
    "confidence",
    "rule",
    "code",
    "city",
    "years",
    "ref",
    "where",
    "value",
    "message",
    "remedy",
)
MOST = 1000


def audit_screen(findings: Sequence[Finding], unexamined: Mapping[str, str], cities: int, years: int) -> str:
    """Return what was found, the gravest first, then counts by rule and what was not examined.

    Parameters
    ----------
    findings : sequence of Finding
        What `scindex.measure.inventory.audit.audit` returned.
    unexamined : Mapping of str to str
        Rule -> what it lacked.
    cities, years : int
        How many cities and city-years were held against the rules.

    Returns
    -------
    str
    """
    columns = terminal_width()
    lines = wrap(label("audit-inv.title", cities=cities, years=years), columns, 2)
    for severity in ("error", "warning", "note"):
        own = [f for f in findings if f.severity == severity]
        if own:
            lines += ["", label(f"audit-inv.{severity}", n=len(own))]
        for finding in own[:MOST]:
            lines += _one(finding, columns)
        if len(own) > MOST:
            lines.append(label("findings.more", n=len(own) - MOST))
    if findings:
        lines += ["", label("audit-inv.by-rule"), *_by_rule(findings)]
    lines += _not_examined(unexamined, columns)
    return "\n".join([*lines, "", tally(findings) if findings else label("audit-inv.clean")])


def _one(finding: Finding, columns: int) -> list[str]:
    years = str(finding.params.get("years", ""))
    about = " ".join(p for p in (clean(finding.city), years, finding.indicator) if p)
    sure = label(f"audit-inv.sure.{finding.params['confidence']}")
    lines = wrap(f"  {about} ({sure})", columns, 4)
    lines += [f"    {w}" for w in wrap(clean(text(finding)), columns - 4)]
    lines += [f"    {w}" for w in wrap(f"> {clean(remedy(finding))}", columns - 4, 2)]
    return lines + ([f"    {w}" for w in wrap(clean(finding.where), columns - 4)] if finding.where else [])


def _by_rule(findings: Sequence[Finding]) -> list[str]:
    count = Counter((str(f.params["rule"]), str(f.params["confidence"])) for f in findings)
    head = ["", *(label(f"audit-inv.sure.{c}") for c in CONFIDENCES)]
    rules = list(dict.fromkeys(rule for rule, _ in count))
    rows = [[label(f"inv-rule.{r}"), *(str(count[r, c] or "-") for c in CONFIDENCES)] for r in rules]
    wide = terminal_width() - 36
    shown = [[pad(clean(row[0]), wide), *row[1:]] for row in (head, *rows)]
    return [f"  {line}" for line in table(shown, "<>>>")]


def _not_examined(unexamined: Mapping[str, str], columns: int) -> list[str]:
    lines: list[str] = []
    for needs in dict.fromkeys(unexamined.values()):
        rules = ", ".join(label(f"inv-rule.{r}") for r, n in unexamined.items() if n == needs)
        said = label("audit-inv.not-examined", rules=rules, needs=label(f"audit-inv.needs.{needs}"))
        lines += wrap(said, columns, 2)
    return ["", *lines] if lines else []


def audit_as(findings: Sequence[Finding], style: str, unexamined: Mapping[str, str]) -> str:
    """Return what was found as ``json`` or ``csv``."""
    rows: list[dict[str, object]] = [_row(f) for f in findings]
    if style == "json":
        whole = [{**row, "params": dict(f.params)} for row, f in zip(rows, findings)]
        return dump_json({"findings": whole, "not_examined": dict(unexamined)})
    out = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: defuse(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows)
    return out.getvalue().rstrip("\n")


def _row(finding: Finding) -> dict[str, object]:
    said = {k: finding.params.get(k, "") for k in ("confidence", "rule", "years")}
    about = {"severity": finding.severity, "code": finding.code, "city": finding.city, "where": finding.where}
    told = {"message": text(finding), "remedy": remedy(finding), "value": finding.value}
    row = {**said, **about, **told, "ref": finding.indicator}
    return {name: row[name] for name in COLUMNS}
