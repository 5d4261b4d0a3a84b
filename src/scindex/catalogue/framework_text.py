"""The text of a framework file made from imported metadata: readable, commented, nothing invented."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from scindex import messages
from scindex.catalogue.importing import BLANK, DIRECTIONS, Entry, Meta, below
from scindex.catalogue.lookup import fold
from scindex.findings import Finding
from scindex.units import parse

PLAIN = re.compile(r"[A-Za-z가-힣][\w가-힣 /()'&.-]*(?<![ .'])")
"""Text that YAML reads as itself without quotes, even inside braces."""

WORDS = ("true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf")
"""Texts that YAML takes for something else."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
Classes = Mapping[str, Sequence[str]]
"""Distinct texts of each column of the data, by its heading, folded; empty without data."""


def framework_text(meta: Meta, framework_id: str, name: str, classes: Classes) -> tuple[str, list[Finding]]:
    """Write a framework file.

    Parameters
    ----------
    meta : Meta
        An iMeta table that hangs together.
    framework_id : str
        Id of the framework.
    name : str
        Name of the table's file, given as the source.
    classes : Mapping of str to sequence of str
        What `importing.classes_of` found in the data; empty without data.

    Returns
    -------
    (str, list of Finding)
        The YAML text, and what a reader of it must know.
    """
    top = meta.roots()
    whole = top[0] if len(top) == 1 and top[0].type == "aggregate" else None
    tree = [e for root in top for e in below(root) if e is not whole]
    heights = sorted({e.level for e in tree if e.type == "aggregate"}, reverse=True)
    title = whole.name if whole else framework_id
    blocks = [
        _head(framework_id, title, name, heights, whole, _scored_by(meta)),
        _nodes([e for e in tree if e.type == "aggregate"], whole),
        ["indicators:"],
        *(_indicator(e, whole, meta.line(e)) for e in tree if e.type == "indicator"),
        _context(meta, classes),
    ]
    text = "\n".join(line for block in blocks for line in block) + "\n"
    return text, _told(meta, tree, classes, len(heights) + 1)


def _scored_by(meta: Meta) -> str:
    """Return the normalisation: goalposts where every indicator has them, COINr's own default else."""
    return "goalposts" if all("low" in e.number for e in meta.of("indicator")) else "minmax"


def _head(
    framework_id: str, title: str, name: str, heights: Sequence[int], whole: Entry | None, normalise: str
) -> list[str]:
    levels = [f"level_{n}" for n in heights] + ["indicator"]
    said = [messages.label(f"import.head-{n}", source=name) for n in (1, 2, 3)]
    lines = [*(f"# {line}" for line in said), f"framework: {framework_id}", f"name: {quoted(title)}"]
    lines += [f"source: {{title: {quoted(name)}, note: COINr metadata}}", f"levels: [{', '.join(levels)}]"]
    lines += ["level_names:"]
    lines += [f"  level_{n}: {{en: level {n}, ko: {n}단계}}" for n in heights]
    lines += ["  indicator: {en: indicator, ko: 지표}"]
    lines += ["recipe:", f"  # {messages.label('import.recipe')}"]
    lines += [f"  normalise: {normalise}", "  weight: own", "  aggregate: arithmetic"]
    if whole:
        lines += [f"  total: true  # {messages.label('import.total', code=whole.code)}"]
    return lines


def _place(entry: Entry, whole: Entry | None) -> list[str]:
    """Return where an entry hangs and what it weighs, as fields."""
    above = entry.above
    fields = [] if above is None or above is whole else [f"parent: {above.slug}"]
    weight = entry.number.get("weight", 1.0)
    return [*fields, *([f"weight: {_short(weight)}"] if weight != 1 else [])]


def _nodes(nodes: Sequence[Entry], whole: Entry | None) -> list[str]:
    if not nodes:
        return []
    lines = ["nodes:"]
    for node in nodes:
        fields = [f"name: {quoted(node.name)}", f"level: level_{node.level}", *_place(node, whole)]
        lines.append(f"  {node.slug}: {{{', '.join([*fields, *_code(node)])}}}")
    return lines


def _code(entry: Entry) -> list[str]:
    return [f"code: {quoted(entry.code)}"]


def _indicator(entry: Entry, whole: Entry | None, line: int) -> list[str]:
    fields = [*_place(entry, whole), *_code(entry), f"name: {quoted(entry.name)}"]
    fields += [f"kind: {_kind(entry)}", *_unit(entry)]
    fields += [f"direction: {DIRECTIONS[entry.number['direction']]}"]
    if entry.divisor:
        scale = entry.number.get("scale", 1.0)
        times = f", scale: {_short(scale)}" if scale != 1 else ""
        fields += [f"denominate: {{by: {entry.divisor.slug}{times}}}"]
    if "target" in entry.number:
        fields += [f"target: {_short(entry.number['target'])}"]
    fields += _goalposts(entry)
    return _entry(entry, fields, line)


def _entry(entry: Entry, fields: Sequence[str], line: int) -> list[str]:
    page = f"source: {{page: row {line}, standing: recalled}}"
    return [f"  {entry.slug}:", *(f"    {text}" for text in (*fields, page))]


def _kind(entry: Entry) -> str:
    if entry.divisor or entry.type != "indicator":
        return "amount"
    understood = parse(entry.text.get("unit", "")) if entry.text.get("unit") else None
    return "rate" if understood and understood.unit == "percent" else "index"


def understood_unit(text: str) -> str:
    """Return the canonical unit that a text names; empty for a scale or what is not understood.

    Examples
    --------
    >>> understood_unit("Percent"), understood_unit("Thousand seats")
    ('percent', '')
    """
    read = parse(text) if text else None
    again = parse(read.unit) if read and read.unit else None
    return read.unit if read and again and again.unit == read.unit and not read.of else ""


def _unit(entry: Entry) -> list[str]:
    text = entry.text.get("unit", "")
    unit = understood_unit(text)
    label = [f"unit_label: {quoted(text)}"] if text else ['unit_label: "1"']
    return ([f"unit: {quoted(unit)}"] if unit else []) + label


def _goalposts(entry: Entry) -> list[str]:
    if "low" not in entry.number or "high" not in entry.number:
        return []
    ends = [entry.number["low"], entry.number["high"]]
    worst, best = ends if DIRECTIONS[entry.number["direction"]] == "higher" else ends[::-1]
    posts = f"goalposts: {{worst: {_short(worst)}, best: {_short(best)}, standing: recalled}}"
    loose = entry.text.get("cut", "").lower() in ("false", "0", "no")
    return [posts, *(["capped: false"] if loose else [])]


def _context(meta: Meta, classes: Classes) -> list[str]:
    lines: list[str] = []
    for entry in meta.of("denominator", "group", "other"):
        if left_out(entry, classes):
            continue
        fields = [*_code(entry), f"name: {quoted(entry.name)}"]
        if entry.type == "group":
            named = ", ".join(quoted(c) for c in classes.get(fold(entry.code), ()))
            fields += ["kind: category", f"categories: [{named}]"]
        else:
            fields += ["kind: amount", *_unit(entry)]
        lines += _entry(entry, fields, meta.line(entry))
    return ["context:", *lines] if lines else []


def left_out(entry: Entry, classes: Classes) -> bool:
    """Whether an entry of type Other holds no numbers, as far as the data say."""
    if entry.type != "other":
        return False
    texts = [t for t in classes.get(fold(entry.code), ()) if t not in BLANK]
    return not texts or not all(NUMBER.fullmatch(t) for t in texts)


def _told(meta: Meta, tree: Sequence[Entry], classes: Classes, n_level: int) -> list[Finding]:
    indicators = [e for e in tree if e.type == "indicator"]
    context = meta.of("denominator", "group", "other")
    kept = [e for e in context if not left_out(e, classes)]
    counts = {"indicators": len(indicators), "nodes": len(tree) - len(indicators), "context": len(kept)}
    found = [*meta.findings, Finding("import-made", "note", params={**counts, "levels": n_level})]
    units = {e.text.get("unit", "") for e in (*indicators, *meta.of("denominator"))}
    strange = sorted(u for u in units if u and not understood_unit(u) and parse(u) is None)
    both = [e.code for e in indicators if e.divisor and "target" in e.number]
    open_ = [e.code for e in meta.of("group") if not classes.get(fold(e.code))]
    out = [e.code for e in context if left_out(e, classes)]
    absent = [e.code for e in (*indicators, *context) if classes and fold(e.code) not in classes]
    for code, said in (
        ("import-units", strange),
        ("import-target-divided", both),
        ("import-open-groups", open_),
        ("import-left-out", out),
    ):
        if said:
            found.append(Finding(code, "note", params={"count": len(said), "entries": said[:8]}))
    if absent:
        params = {"count": len(absent), "entries": absent[:8]}
        found.append(Finding("import-not-in-data", "warning", params=params))
    return found


def quoted(text: str) -> str:
    """Return a text as YAML reads it back, in quotes only where it needs them.

    Examples
    --------
    >>> quoted("CO2 emissions"), quoted("no"), quoted("Score 1-5: high")
    ('CO2 emissions', '"no"', '"Score 1-5: high"')
    """
    return (
        text if PLAIN.fullmatch(text) and text.lower() not in WORDS else json.dumps(text, ensure_ascii=False)
    )


def _short(value: float) -> str:
    return str(messages.int_or(value))
