"""The catalogue as a reader meets it: lists, one entry with its sources, units, checks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scindex.catalogue.assemble import leaves
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import Framework, Indicator, Node
from scindex.catalogue.load import load_targets, target_set_ids
from scindex.catalogue.lookup import Lookup
from scindex.catalogue.search import entries, node_named, shipped
from scindex.errors import UsageError
from scindex.findings import Finding
from scindex.messages import label, local
from scindex.screens.entry import entry, entry_data
from scindex.screens.layout import clean, clip, pad, table, terminal_width, width, wrap


def overview() -> str:
    """Return the frameworks and target sets that come with scindex, with their counts."""
    frameworks = [[f"  {f.id}", local(f.name), _size(f), _scored(f)] for f in shipped()]
    sets = [load_targets(name) for name in target_set_ids()]
    targets = [[f"  {s.id}", local(s.name), _counted("catalogue.targets", len(s.targets)), ""] for s in sets]
    lines = table([*frameworks, *targets], "<<<<")
    return "\n".join(
        [
            label("catalogue.frameworks"),
            *lines[: len(frameworks)],
            label("catalogue.target-sets"),
            *lines[len(frameworks) :],
            label("catalogue.next"),
        ]
    )


def listing(framework: Framework, node: str = "") -> str:
    """Return a framework's tree, or the part of it below a node, one line per indicator.

    The unit stands at the end of the line where the terminal is wide enough.
    """
    rows = [_tree_row(framework, n, depth) for n, depth in _walk(framework, node)]
    columns = terminal_width(most=160)
    posts = max((width(row[1]) for row in rows), default=0)
    widest = max((width(row[0]) for row in rows if row[1]), default=0)
    room = min(widest, columns - posts - 2)
    left = columns - room - posts - 4
    lines = [*([] if node else about(framework)), label("catalogue.columns")]
    for name, goalposts, shown in rows:
        line = f"{pad(name, room)}  {pad(goalposts, posts)}" if goalposts else name
        lines.append(clean(f"{line}  {clip(shown, left) if left >= 6 else ''}").rstrip())
    return "\n".join(lines)


def about(framework: Framework) -> list[str]:
    """Return what a framework is, where it is from and what to know about it, then an empty line."""
    columns = terminal_width(most=110)
    source = framework.source
    facts = [source.publisher, source.title, str(source.year or "")]
    texts = [local(framework.name), ", ".join(f for f in facts if f), source.url, local(framework.notes)]
    return [clean(line) for text in texts if text for line in wrap(text, columns)] + [""]


def hits(indicators: Sequence[Indicator]) -> str:
    """Return indicators found by a search, one line each, the id last."""
    rows = [[i.code, clip(local(i.name), 48), _goalposts_short(i), i.id] for i in indicators]
    return "\n".join(clean(line) for line in table(rows, "<<<<"))


def show(
    text: str, frameworks: Sequence[Framework], everywhere: Sequence[Framework], style: str = "table"
) -> str:
    """Return what a text names: an indicator, a KPI with its data points, or what is below a node.

    Parameters
    ----------
    text : str
        An id, code or name; empty lists the frameworks themselves.
    frameworks : sequence of Framework
        Where to look the text up.
    everywhere : sequence of Framework
        Where to look for uses of what is found.
    style : str
        ``table`` or ``json``.

    Raises
    ------
    UsageError
        If nothing has that id, code or name, with the closest names.
    """
    distinct = list({f.id: f for f in reversed(everywhere)}.values())
    found = entries(text, frameworks) if text else []
    if found and style == "json":
        return dump([entry_data(i, distinct) for group in found for i in group])
    if found:
        return "\n\n".join(entry(group, distinct) for group in found)
    nodes = [(f, node) for f in frameworks if (node := node_named(text, f)) is not None]
    if not nodes:
        close = Lookup(frameworks).close(text) or [f.id for f in frameworks]
        raise UsageError(Finding("unknown-entry", params={"wanted": text, "close": close}))
    if style == "json":
        return dump(
            [row for f, node in nodes for row in rows((f.indicators[i] for i in leaves(f.nodes, node)), f)]
        )
    return "\n\n".join(listing(f, node) for f, node in nodes)


def nothing(text: str) -> str:
    """Return the sentence for a search without a hit."""
    return clean(label("catalogue.nothing-found", text=text))


def overview_rows() -> list[dict[str, Any]]:
    """Return the frameworks and target sets as rows."""
    frameworks = [
        {"kind": "framework", "id": f.id, "name": local(f.name), "indicators": len(f.indicators)}
        for f in shipped()
    ]
    sets = [load_targets(name) for name in target_set_ids()]
    return [
        *frameworks,
        *(
            {"kind": "target_set", "id": s.id, "name": local(s.name), "indicators": len(s.targets)}
            for s in sets
        ),
    ]


def rows(indicators: Iterable[Indicator], framework: Framework | None = None) -> list[dict[str, Any]]:
    """Return indicators as flat rows, names in both languages.

    Code, name and tier are those of `framework`, where one is given.
    """
    out: list[dict[str, Any]] = []
    for i in indicators:
        posts = i.goalposts
        own = framework.nodes[i.id] if framework else i
        out.append(
            {
                "id": i.id,
                "code": own.code,
                "name_en": local(own.name, "en"),
                "name_ko": local(own.name, "ko"),
                "unit": i.unit,
                "of": local(i.of),
                "direction": i.direction,
                "worst": posts.worst if posts else None,
                "best": posts.best if posts else None,
                "standing": posts.standing if posts else "",
                "tier": own.tier,
                "axis": i.axis,
                "dimension": i.dimension,
                "netzero_sector": i.sector,
                "source_page": i.source.page,
                "source_standing": i.source.standing,
            }
        )
    return out


def rows_as(found: Sequence[dict[str, Any]], style: str) -> str:
    """Return rows as ``json`` or ``csv``."""
    if style == "json":
        return dump(found)
    from scindex.tables.write import defuse

    out = io.StringIO()
    columns = list(dict.fromkeys(key for row in found for key in row)) or ["id"]
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: defuse(v) if isinstance(v, str) else v for k, v in row.items()} for row in found)
    return out.getvalue().rstrip("\n")


def dump(value: Any) -> str:
    """Return plain data as indented JSON, Hangul as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def units_in_use(frameworks: Iterable[Framework]) -> str:
    """Return every unit of the catalogue, how it is labelled and how many indicators have it."""
    count: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for framework in frameworks:
        for indicator in framework.indicators.values():
            if indicator.unit:
                count.setdefault(indicator.unit, set()).add(indicator.id)
                shown.setdefault(indicator.unit, local(indicator.unit_label))
    order = sorted(count, key=lambda unit: (-len(count[unit]), unit))
    rows = [[unit, shown[unit], str(len(count[unit]))] for unit in order]
    return "\n".join(
        [
            *table([[*label("catalogue.unit-columns").split("|")], *rows], "<<>"),
            "",
            label("catalogue.units-next"),
        ]
    )


def unit(text: str, frameworks: Iterable[Framework]) -> str:
    """Return how a unit written in a file is understood, and which indicators have it."""
    from scindex.units import ambiguous, parse

    understood = parse(text)
    if understood is None:
        key = "catalogue.unit-ambiguous" if ambiguous(text) else "catalogue.unit-unknown"
        return clean(label(key, text=text))
    meant = understood.unit or label("catalogue.scale")
    found = {
        i.id: i
        for f in frameworks
        for i in f.indicators.values()
        if understood.unit and i.unit == understood.unit
    }
    lines = [
        clean(f"{text}: {meant}" + (f" ({label('catalogue.of')}: {understood.of})" if understood.of else ""))
    ]
    return "\n".join([*lines, *hits(list(found.values())).splitlines()])


def _counted(key: str, n: int) -> str:
    return label(f"{key}.one" if n == 1 else key, n=n)


def _size(framework: Framework) -> str:
    kpis = {i.rpartition(".")[0] or i for i in framework.indicators}
    points = len(framework.indicators)
    key = "catalogue.size" if points == len(kpis) else "catalogue.size-points"
    return label(key, kpis=len(kpis), points=points)


def _scored(framework: Framework) -> str:
    return label("catalogue.scored", n=sum(i.scorable for i in framework.indicators.values()))


def _walk(framework: Framework, node: str) -> Iterator[tuple[Node, int]]:
    pending = [(child, 0) for child in reversed(framework.nodes[node].children or (node,))]
    while pending:
        name, depth = pending.pop()
        yield framework.nodes[name], depth
        pending += [(child, depth + 1) for child in reversed(framework.nodes[name].children)]


def _tree_row(framework: Framework, node: Node, depth: int) -> tuple[str, str, str]:
    indicator = framework.indicators.get(node.id)
    above = framework.nodes[node.parent]
    code = "" if ":" in above.id else node.code
    name = local(node.name).removeprefix(f"{local(above.name)}: ")
    line = "  " * depth + (f"{code}  {name}" if code else name)
    if indicator is None:
        return line, "", ""
    return line, _goalposts_short(indicator), local(indicator.unit_label)


def _goalposts_short(indicator: Indicator) -> str:
    posts = indicator.goalposts
    if posts is None:
        return label("catalogue.not-scored")
    standing = local(codelist("standing")[posts.standing])
    return label("catalogue.posts", worst=posts.worst, best=posts.best, standing=standing)
