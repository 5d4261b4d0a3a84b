"""One entry of the catalogue with everything behind it: definition, goalposts, sources, uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from scindex.catalogue.codelists import codelist, objectives
from scindex.catalogue.entries import Framework, Goalposts, Indicator, Node, Rule, Source, Target
from scindex.catalogue.search import targets_of, uses
from scindex.messages import label, local, number
from scindex.screens.layout import clean, pad, terminal_width, width, wrap

Row = tuple[str, list[str]]
"""A heading and the lines beside it."""


def entry(indicators: Sequence[Indicator], frameworks: Sequence[Framework]) -> str:
    """Return all that the catalogue knows about an indicator, or about a KPI with data points.

    Parameters
    ----------
    indicators : sequence of Indicator
        One, or the data points of one KPI: what they share is printed once.
    frameworks : sequence of Framework
        Where to look for uses and rules.
    """
    parts = [_entry_rows(i, frameworks) for i in indicators]
    lines = _title(indicators, frameworks)
    shared = [row for row in parts[0] if all(row in part for part in parts)]
    lines += lay_out(shared)
    if len(parts) > 1:
        for indicator, part in zip(indicators, parts):
            lines += ["", clean(f"{local(indicator.name)}  ({indicator.id})")]
            lines += lay_out([row for row in part if row not in shared])
    return "\n".join(lines)


def entry_data(indicator: Indicator, frameworks: Sequence[Framework]) -> dict[str, Any]:
    """Return an indicator as plain data, with its uses and targets."""
    places = [{"framework": u.framework.id, **asdict(u.node)} for u in uses(indicator.id, frameworks)]
    targets = [
        {"target_set": s.id, **(asdict(t) if isinstance(t, Target) else {"none": dict(t)})}
        for s, t in targets_of(indicator.id)
    ]
    return {**asdict(indicator), "uses": places, "targets": targets}


def _title(indicators: Sequence[Indicator], frameworks: Sequence[Framework]) -> list[str]:
    first = indicators[0]
    if len(indicators) == 1:
        return [clean(f"{local(first.name)}"), clean(f"{first.id}   {first.code}".rstrip()), ""]
    kpi = first.id.rpartition(".")[0]
    name = next((local(f.nodes[kpi].name) for f in frameworks if kpi in f.nodes), kpi)
    points = label("catalogue.points", n=len(indicators))
    return [clean(f"{name}: {points}"), clean(f"{kpi}   {first.code}".rstrip()), ""]


def _entry_rows(indicator: Indicator, frameworks: Sequence[Framework]) -> list[Row]:
    rows: list[Row] = [
        ("codes", list(indicator.codes)),
        ("measures", [_fraction(indicator)]),
        ("unit", [_unit(indicator)]),
        ("of", [local(indicator.of)]),
        ("kind", [coded("kind", indicator.kind)]),
        ("direction", [coded("direction", indicator.direction)]),
        ("goalposts", _goalposts(indicator)),
        ("ranges", _ranges(indicator)),
        ("averaging", [_worded("averaging", indicator.averaging)]),
        (
            "tier",
            [", ".join(t for t in (coded("tier", indicator.tier), coded("type", indicator.type)) if t)],
        ),
        ("axis", [_axis(indicator)]),
        ("sector", [coded("netzero_sector", indicator.sector)]),
        ("sdg", [_goals(indicator)]),
        ("source", source_lines(indicator.source)),
        ("notes", [local(indicator.notes)]),
        ("conflicts", [line for row in indicator.conflicts for line in conflict_lines(row)]),
        ("draft", [", ".join(_worded("field", name) for name in indicator.draft)]),
        ("uses", [_use(u.framework, u.node) for u in uses(indicator.id, frameworks)]),
        ("targets", _targets(indicator) or [label("catalogue.no-targets")]),
        (
            "rules",
            [
                _rule(r)
                for f in frameworks
                for r in f.rules
                if indicator.id in r.indicators and f.id == indicator.framework
            ],
        ),
    ]
    return [(key, kept) for key, lines in rows if (kept := [line for line in lines if line])]


def lay_out(rows: Sequence[Row]) -> list[str]:
    """Return rows as lines, headings in a margin on the left."""
    columns = terminal_width(most=110)
    heads = [label(f"catalogue.row.{key}") for key, _ in rows]
    margin = max((width(head) for head in heads), default=0) + 4
    out: list[str] = []
    for head, (_, lines) in zip(heads, rows):
        pieces = [piece for line in lines for piece in wrap(clean(line), columns - margin, 2)]
        out += [pad(f"  {head}" if n == 0 else "", margin) + piece for n, piece in enumerate(pieces)]
    return out


def _fraction(indicator: Indicator) -> str:
    above, below = local(indicator.numerator), local(indicator.denominator)
    return f"{above} / {below}" if above and below else above or below


def _unit(indicator: Indicator) -> str:
    shown = local(indicator.unit_label)
    return f"{shown}  [{indicator.unit}]" if indicator.unit and indicator.unit != shown else shown


def coded(name: str, code: str) -> str:
    """Return the name of a code of a code list; the code itself where the list has none."""
    return local(codelist(name).get(code, code)) if code else ""


def _worded(topic: str, word: str) -> str:
    key = f"catalogue.{topic}.{word}"
    found = label(key)
    return word if found == key else found


def _axis(indicator: Indicator) -> str:
    names = [coded("axis", indicator.axis)]
    if indicator.axis == "impact":
        names.append(coded("objective", objectives().get(indicator.dimension, "")))
    names.append(coded("dimension", indicator.dimension))
    return " > ".join(dict.fromkeys(n for n in names if n))


def _goals(indicator: Indicator) -> str:
    return ", ".join(f"{goal} {coded('sdg', goal.partition('.')[0])}" for goal in indicator.sdg)


def _goalposts(indicator: Indicator) -> list[str]:
    posts = indicator.goalposts
    if posts is None:
        return [f"{label('catalogue.not-scored')}: {local(indicator.no_goalposts)}"]
    head = label("catalogue.goalposts", worst=posts.worst, best=posts.best)
    return [f"{head}: {coded('standing', posts.standing)}", local(posts.reason), *_cited(posts)]


def _cited(posts: Goalposts) -> list[str]:
    return source_lines(posts.source, standing=False) if posts.source.publisher or posts.source.title else []


def _ranges(indicator: Indicator) -> list[str]:
    out: list[str] = []
    for key in ("possible", "plausible"):
        low, high = getattr(indicator, key)
        if low is not None or high is not None:
            ends = [number(v) if v is not None else label("catalogue.open") for v in (low, high)]
            out.append(label(f"catalogue.{key}", low=ends[0], high=ends[1]))
    return out


def source_lines(source: Source, *, standing: bool = True) -> list[str]:
    """Return a source as lines: who, what, where, and who stands behind it."""
    page = label("catalogue.page", page=source.page) if source.page[:1].isdigit() else source.page
    year = str(source.year) if source.year else ""
    facts = [fact for fact in (source.publisher, source.title, year, page) if fact]
    head = ", ".join(facts) + (f": {coded('standing', source.standing)}" if standing else "")
    return [head.removeprefix(": "), source.url, source.note]


def conflict_lines(row: Any) -> list[str]:
    """Return what contradicting sources say of one field, and why both are kept."""
    said = "; ".join(f"{v['value']} ({v['source']})" for v in row["values"])
    return [f"{row['field']}: {said}", local(row["reason"])]


def _use(framework: Framework, node: Node) -> str:
    tier = coded("tier", node.tier)
    path: list[str] = []
    above = framework.nodes[node.parent] if node.id else node
    while above.id:
        path.append(local(above.name))
        above = framework.nodes[above.parent]
    place = " > ".join(reversed(path))
    return f"{framework.id}: {node.code} {local(node.name)} ({place}{', ' + tier if tier else ''})"


def _targets(indicator: Indicator) -> list[str]:
    out: list[str] = []
    for targets, found in targets_of(indicator.id):
        if not isinstance(found, Target):
            out.append(f"{targets.id}: {label('catalogue.no-target')}: {local(found)}")
            continue
        worst = "" if found.worst is None else label("catalogue.worst", worst=found.worst)
        head = label("catalogue.target", target=found.target) + worst
        out.append(f"{targets.id}: {head}: {coded('standing', found.standing)}. {local(found.reason)}")
    return out


def _rule(rule: Rule) -> str:
    said = label(f"catalogue.rule.{rule.kind}", names=list(rule.indicators), total=rule.total)
    return f"{said}: {local(rule.reason)}"
