"""A whole framework file -> `Framework`: nodes, leaves, references and rules, hung into one tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scindex.catalogue.build import (
    ENTRY_FIELDS,
    OF_A_NODE,
    POINT_FIELDS,
    TIERS,
    USE_FIELDS,
    build_indicator,
    point_entry,
)
from scindex.catalogue.context import divided, read_context, read_denominators
from scindex.catalogue.entries import Denominate, Framework, Indicator, Node, Rule, Source
from scindex.catalogue.fields import Fields, method
from scindex.catalogue.weights import check_weights, read_weight, read_weight_range, read_weight_sets
from scindex.errors import CatalogueError, UsageError
from scindex.findings import Finding
from scindex.recipe import merge

HEAD_FIELDS = (
    "framework", "name", "edition", "source", "notes", "levels", "level_names", "recipe", "nodes",
    "indicators", "context", "weights", "rules",
)  # fmt: skip
WORD = re.compile(r"\w+")
PATH = re.compile(r"\w+(\.\w+)*")

Resolve = Callable[[str], Framework]
"""Returns the framework of an id; raises `CatalogueError` or `UsageError` if it cannot."""


@dataclass
class _Draft:
    """A framework while it is being read."""

    id: str
    levels: tuple[str, ...]
    source: Source
    resolve: Resolve
    findings: list[Finding]
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])
    indicators: dict[str, Indicator] = field(default_factory=dict[str, Indicator])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    used: dict[str, Framework] = field(default_factory=dict[str, Framework])
    kpi_level: str = ""
    context: dict[str, Indicator] = field(default_factory=dict[str, Indicator])
    divide: list[tuple[str, Fields]] = field(default_factory=list[tuple[str, Fields]])

    def find(self, text: str) -> str | None:
        """Return the id of the node or entry that a text of the file names."""
        slug = f"{self.id}:{text}"
        ids = (text, slug, self.aliases.get(slug, ""))
        return next((i for i in ids if i and (i in self.nodes or i in self.context)), None)


def assemble(data: Any, file: str, resolve: Resolve) -> Framework:
    """Build a framework from a parsed YAML file.

    Parameters
    ----------
    data : object
        What `scindex._resources.read_yaml` returned.
    file : str
        Name of the file, for the messages.
    resolve : callable
        Returns the framework that a ``use: framework:slug`` names.

    Returns
    -------
    Framework

    Raises
    ------
    CatalogueError
        With every fault of the file, each at its line.
    """
    findings: list[Finding] = []
    head = Fields(data, file, findings, entry=file)
    head.known(HEAD_FIELDS)
    head.need("framework", "name", "levels", "indicators")
    draft = _Draft(
        id=_word(head, head.text("framework")),
        levels=head.texts("levels") or ("indicator",),
        source=head.source("source"),
        resolve=resolve,
        findings=findings,
    )
    _read_nodes(draft, head)
    _read_indicators(draft, head)
    draft.context |= read_context(head, draft.id, draft.source, draft.indicators)
    indicators = divided(draft.indicators, _over(draft, "denominate"), _over(draft, "counted_in"))
    nodes = _hang(draft, head)
    findings += check_weights(nodes, file)
    rules = _read_rules(draft, head, nodes)
    recipe = _read_recipe(head)
    level_names = head.inner("level_names")
    framework = Framework(
        id=draft.id,
        name=head.names("name"),
        edition=head.text("edition"),
        levels=draft.levels,
        level_names={level: level_names.names(level) for level in draft.levels},
        nodes=nodes,
        indicators={i: indicators[i] for i in nodes if i in indicators},
        context=draft.context,
        weight_sets=read_weight_sets(head, nodes, draft.find),
        rules=rules,
        recipe=recipe,
        aliases=draft.aliases,
        source=draft.source,
        notes=head.names("notes"),
    )
    if findings:
        raise CatalogueError(*findings)
    return framework


def leaves(nodes: Mapping[str, Node], node: str) -> tuple[str, ...]:
    """Return the leaf ids at and below a node, in tree order.

    Parameters
    ----------
    nodes : Mapping of str to Node
        A framework's nodes.
    node : str
        A node's or leaf's id.
    """
    found: list[str] = []
    pending = [node]
    while pending:
        name = pending.pop()
        children = nodes[name].children
        pending.extend(reversed(children))
        if not children:
            found.append(name)
    return tuple(found)


def _word(entry: Fields, text: str) -> str:
    if not WORD.fullmatch(text):
        entry.fault("entry-bad-id", field=text, value=text)
    return text


def _read_nodes(draft: _Draft, head: Fields) -> None:
    for node_id, entry in head.items("nodes"):
        entry.known(("level", "parent", "name", "weight", "weight_range", "code", *OF_A_NODE))
        entry.need("name")
        if not PATH.fullmatch(node_id):
            entry.fault("entry-bad-id", field=node_id, value=node_id)
            continue
        depth = min(node_id.count("."), len(draft.levels) - 1)
        draft.nodes[node_id] = Node(
            id=node_id,
            name=entry.names("name"),
            level=entry.choice("level", draft.levels, draft.levels[depth]),
            parent=entry.text("parent") or node_id.rpartition(".")[0],
            **_weighed(entry),
            **_inner(entry),
        )


def _weighed(entry: Fields) -> dict[str, Any]:
    """Return what every place in the tree has, a leaf's too."""
    return {
        "weight": read_weight(entry),
        "weight_range": read_weight_range(entry),
        "code": entry.text("code"),
        "line": entry.line,
    }


def _inner(entry: Fields) -> dict[str, Any]:
    """Return what only a place with others below it has."""
    return {
        "nature": entry.choice("nature", ("formative", "reflective"), "formative"),
        "aggregate": method(entry, "aggregate"),
    }


def _read_indicators(draft: _Draft, head: Fields) -> None:
    entries = head.items("indicators")
    has_points = any("points" in entry for _, entry in entries)
    draft.kpi_level = draft.levels[-2:][0] if has_points else draft.levels[-1]
    for slug, entry in entries:
        _word(entry, slug)
        if "use" in entry:
            _use(draft, slug, entry)
        elif "points" in entry:
            _define_points(draft, slug, entry)
        else:
            entry.known(f for f in ENTRY_FIELDS if f not in OF_A_NODE)
            indicator = build_indicator(entry, f"{draft.id}:{slug}", draft.source)
            _add_leaf(draft, indicator, entry, draft.kpi_level)


def _add_leaf(
    draft: _Draft, indicator: Indicator, entry: Fields, level: str, parent: str = "", own: Node | None = None
) -> None:
    if indicator.id in draft.indicators:
        entry.fault("entry-twice", field="use", value=indicator.id)
        return
    draft.indicators[indicator.id] = indicator
    if "denominate" in entry or "counted_in" in entry:
        draft.divide.append((indicator.id, entry))
    draft.nodes[indicator.id] = own or Node(
        id=indicator.id,
        name=indicator.name,
        level=level,
        parent=parent or entry.text("parent"),
        tier=indicator.tier,
        **_weighed(entry),
    )


def _define_points(draft: _Draft, slug: str, entry: Fields) -> None:
    entry.known(ENTRY_FIELDS)
    entry.need("name")
    kpi_id = f"{draft.id}:{slug}"
    draft.nodes[kpi_id] = Node(
        id=kpi_id,
        name=entry.names("name"),
        level=draft.kpi_level,
        parent=entry.text("parent"),
        tier=entry.choice("tier", TIERS),
        **_weighed(entry),
        **_inner(entry),
    )
    for name, point in entry.items("points"):
        _word(point, name)
        point.known(POINT_FIELDS)
        point.need("name")
        whole = point_entry(entry, point)
        whole.entry = f"{slug}.{name}"
        indicator = build_indicator(whole, f"{kpi_id}.{name}", draft.source)
        _add_leaf(draft, indicator, whole, draft.levels[-1], parent=kpi_id)
        draft.aliases |= {f"{draft.id}:{old}.{name}": indicator.id for old in entry.texts("formerly")}


def _use(draft: _Draft, slug: str, entry: Fields) -> None:
    entry.known(USE_FIELDS)
    wanted = entry.text("use")
    other = _other(draft, entry, wanted)
    if other is None:
        return
    if wanted not in other.indicators:
        _fault_use(entry, other, wanted)
        return
    indicator = other.indicators[wanted]
    node = Node(
        id=wanted,
        name=entry.names("name") or indicator.name,
        level=draft.kpi_level,
        parent=entry.text("parent"),
        tier=entry.choice("tier", TIERS, indicator.tier),
        **_weighed(entry),
    )
    _add_leaf(draft, indicator, entry, draft.kpi_level, own=node)
    for over in (indicator.denominate, indicator.counted_in):
        if over and over.by in other.context:
            draft.context[over.by] = other.context[over.by]
    names = (f"{draft.id}:{slug}", entry.text("code"), *entry.texts("codes"), *entry.names("name").values())
    draft.aliases |= {text: wanted for text in (*names, *entry.texts("aliases")) if text}


def _other(draft: _Draft, entry: Fields, wanted: str) -> Framework | None:
    framework_id = wanted.partition(":")[0]
    if framework_id not in draft.used:
        try:
            draft.used[framework_id] = draft.resolve(framework_id)
        except (UsageError, CatalogueError):
            entry.fault("entry-use-unknown", field="use", value=wanted, close=framework_id)
            return None
    return draft.used[framework_id]


def _fault_use(entry: Fields, other: Framework, wanted: str) -> None:
    from difflib import get_close_matches

    if wanted in other.nodes:
        entry.fault("entry-use-points", field="use", value=wanted, close=list(other.nodes[wanted].children))
    else:
        close = get_close_matches(wanted, other.indicators, n=3) or [other.id]
        entry.fault("entry-use-unknown", field="use", value=wanted, close=close)


def _over(draft: _Draft, field: str) -> dict[str, Denominate]:
    known = {**draft.indicators, **draft.context}
    asked = [(name, entry) for name, entry in draft.divide if field in entry]
    return read_denominators(asked, known, draft.find, field)


def _hang(draft: _Draft, head: Fields) -> dict[str, Node]:
    """Give every node its children and return them with parents before children."""
    children: dict[str, list[str]] = {"": []}
    for node in draft.nodes.values():
        if node.parent and node.parent not in draft.nodes:
            _fault_at(head, node, "entry-no-parent", parent=node.parent)
            continue
        children.setdefault(node.parent, []).append(node.id)
    root = Node(id="", name=head.names("name"), level="", children=tuple(children[""]))
    ordered = {"": root}
    pending = list(reversed(children[""]))
    while pending:
        node = draft.nodes[pending.pop()]
        below = children.get(node.id, [])
        ordered[node.id] = replace(node, children=tuple(below))
        pending.extend(reversed(below))
    _check_shape(draft, head, ordered)
    return ordered


def _check_shape(draft: _Draft, head: Fields, ordered: dict[str, Node]) -> None:
    """Report nodes in a circle, leaves with others below them, and nodes without any leaf."""
    for node_id in draft.nodes.keys() - ordered.keys():
        node = draft.nodes[node_id]
        if node.parent in draft.nodes:
            _fault_at(head, node, "entry-cycle", parent=node.parent)
    for node_id in draft.indicators:
        if node_id in ordered and ordered[node_id].children:
            _fault_at(head, ordered[node_id], "entry-leaf-has-children", parent=node_id)
    if not head.findings:  # else what belongs there may only be misspelt
        for node in ordered.values():
            if node.id and not any(leaf in draft.indicators for leaf in leaves(ordered, node.id)):
                _fault_at(head, node, "entry-empty-node")


def _fault_at(head: Fields, node: Node, code: str, **params: Any) -> None:
    where = f"{head.file}:{node.line}"
    head.findings.append(Finding(code, where=where, value=node.id, params={"entry": node.id, **params}))


def _read_rules(draft: _Draft, head: Fields, nodes: dict[str, Node]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for row in head.rows("rules"):
        row.known(("rule", "of", "total", "tolerance", "severity", "reason", "source"))
        row.need("rule", "of")
        indicators: list[str] = []
        for text in row.texts("of"):
            node = text if ":" in text else f"{draft.id}:{text}"
            if node not in draft.nodes and node not in draft.context:
                row.fault("rule-unknown-indicator", field="of", value=text)
            indicators += leaves(nodes, node) if node in nodes else (node,)
        kind = row.choice("rule", ("at_most", "sum_near"), "at_most")
        if kind == "at_most" and len(indicators) != 2:
            row.fault("rule-needs-two", field="of", value=len(indicators))
        rules.append(
            Rule(
                kind="sum_near" if kind == "sum_near" else "at_most",
                indicators=tuple(indicators),
                total=row.number("total", 0.0) or 0.0,
                tolerance=row.number("tolerance", 0.0) or 0.0,
                severity="warning"
                if row.choice("severity", ("error", "warning"), "error") == "warning"
                else "error",
                reason=row.names("reason"),
                source=row.source("source", draft.source),
            )
        )
    inherited = [
        r
        for f in draft.used.values()
        for r in f.rules
        if draft.indicators.keys() | draft.context.keys() >= set(r.indicators)
    ]
    return (*rules, *(r for r in inherited if r not in rules))


def _read_recipe(head: Fields) -> dict[str, Any]:
    recipe = dict(head.inner("recipe").data)
    try:
        merge(recipe, where=f"{head.file}:{head.line_of('recipe')}")
    except UsageError as err:
        head.findings.extend(err.findings)
        return {}
    return recipe
