"""The tree a score climbs: the framework's own, or its indicators grouped another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import numpy as np

from scindex.catalogue.codelists import codelist, objectives
from scindex.catalogue.entries import Framework, Indicator, Names, Node
from scindex.errors import UsageError
from scindex.findings import Finding, Severity
from scindex.index.rollup import Shape
from scindex.messages import LANGUAGES
from scindex.messages import catalogue as texts
from scindex.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree in use.

    `id` is unique in the tree; `leaf` is the column of an indicator, -1 for inner nodes;
    `aggregate` is what the framework says of its children, empty where it follows the recipe.
    """

    id: str
    name: Names
    level: str
    parent: int
    leaf: int
    weight: float
    children: tuple[int, ...] = ()
    code: str = ""
    aggregate: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes, parents before children (position 0 is the root), over a list of indicators."""

    branches: tuple[Branch, ...]
    indicators: tuple[Indicator, ...]
    level_names: Mapping[str, Names]
    _position: dict[str, int] = field(default_factory=dict)

    def position(self, node: str) -> int:
        """Return the position of a node by id."""
        if not self._position:
            self._position.update({b.id: i for i, b in enumerate(self.branches)})
        return self._position[node]

    @property
    def top(self) -> tuple[Branch, ...]:
        """The nodes right below the root."""
        return tuple(self.branches[i] for i in self.branches[0].children)

    def below(self, position: int) -> Iterator[int]:
        """Yield the leaf columns below a node."""
        branch = self.branches[position]
        if branch.leaf >= 0:
            yield branch.leaf
        for child in branch.children:
            yield from self.below(child)

    def shape(self, recipe: Recipe) -> Shape:
        """Return the tree as positions, with the recipe's methods and the framework's own weights.

        Where the recipe asks for equal weights in a node, its children weigh the same. What
        is said of one node comes before what is said of its level: a method that the recipe
        names for the node, the framework's own for it, the recipe's for its level, its default.
        """
        weight = np.array([b.weight for b in self.branches])
        for branch in self.branches:
            if recipe.chosen("weight", branch.id, branch.level).name == "equal":
                weight[list(branch.children)] = 1.0
        return Shape(
            tuple(b.children for b in self.branches),
            tuple(b.leaf for b in self.branches),
            weight,
            tuple(_aggregation(b, recipe) for b in self.branches),
        )


def _aggregation(branch: Branch, recipe: Recipe) -> str:
    names = (branch.id,) if branch.aggregate else (branch.id, branch.level)
    return str(recipe.chosen("aggregate", *names, own=branch.aggregate))


def plant(framework: Framework, recipe: Recipe) -> Tree:
    """Return the tree of a framework under a recipe's grouping and tier.

    Parameters
    ----------
    framework : Framework
    recipe : Recipe
        `by` regroups; `tier` and `tiers` keep some of the indicators.

    Returns
    -------
    Tree
        Without inner nodes that hold no indicator.

    Raises
    ------
    UsageError
        For every level that the recipe names and the framework does not have.

    Examples
    --------
    >>> from scindex.catalogue.load import load_framework
    >>> [b.id for b in plant(load_framework("u4ssc"), Recipe(by="axis")).top]
    ['digitalisation', 'engagement', 'impact']
    """
    level_names = {**_group_level_names(), **framework.level_names}
    _refuse_unknown_levels(recipe, {"default", *framework.levels, *level_names, *framework.nodes})
    kept = [i for i in framework.indicators if _in_tier(framework, i, recipe)]
    parents = (
        _own_parents(framework) if not recipe.by else _grouped_parents(framework, kept, GROUPINGS[recipe.by])
    )
    branches: list[Branch] = []
    columns = {indicator: column for column, indicator in enumerate(kept)}
    _grow(parents, columns, Node("", {}, "total"), -1, branches)
    return Tree(tuple(branches), tuple(framework.indicators[i] for i in kept), level_names)


def _refuse_unknown_levels(recipe: Recipe, levels: set[str]) -> None:
    """Raise for levels in a recipe that would be passed over in silence."""
    wrong = [(step, name) for step in ("weight", "aggregate") for name in getattr(recipe, step)]
    faults = [_unknown(step, name, levels) for step, name in wrong if name not in levels]
    if faults:
        raise UsageError(*faults)


def unknown_indicators(framework: Framework, recipe: Recipe) -> list[Finding]:
    """Return a warning for each indicator that the recipe names and the framework lacks.

    No error: one recipe may serve several frameworks.
    """
    named = {n for i in framework.indicators.values() for n in (i.id, i.slug, i.code) if n}
    return [
        _unknown(field, name, named, "warning")
        for field in ("tiers", "treat", "normalise")
        for name in getattr(recipe, field)
        if name not in named and not (name == "default" and field != "tiers")
    ]


def _unknown(field: str, name: str, known: set[str], severity: Severity = "error") -> Finding:
    close = get_close_matches(str(name), known, n=3) or sorted(known - {"", "default"})[:8]
    return Finding("recipe-unknown-name", severity, value=name, params={"field": field, "close": close})


def _in_tier(framework: Framework, indicator: str, recipe: Recipe) -> bool:
    return recipe.tier == "all" or tier(framework, indicator, recipe) == recipe.tier


def tier(framework: Framework, indicator: str, recipe: Recipe) -> str:
    """Return core or advanced: the recipe's override, else the framework's entry."""
    entry = framework.indicators[indicator]
    override = recipe.tiers.get(indicator) or recipe.tiers.get(entry.slug) or recipe.tiers.get(entry.code)
    return override or framework.nodes[indicator].tier or entry.tier


Parents = dict[str, list[Node]]
"""Children by the id of their parent."""


def _own_parents(framework: Framework) -> Parents:
    children: Parents = {}
    for node in framework.nodes.values():
        if node.id:
            children.setdefault(node.parent, []).append(node)
    return children


def _grouped_parents(
    framework: Framework, kept: list[str], path_of: Callable[[Indicator], list[Node]]
) -> Parents:
    children: Parents = {}
    placed: set[str] = set()

    def hang(node: Node) -> None:
        if node.id not in placed:
            placed.add(node.id)
            children.setdefault(node.parent, []).append(node)

    for indicator in kept:
        path = path_of(framework.indicators[indicator])
        for group in path:
            hang(group)
        leaf = framework.nodes[indicator]
        kpi = framework.nodes.get(leaf.parent)
        if kpi and kpi.id.partition(":")[0] == framework.id and ":" in kpi.id:
            hang(replace(kpi, parent=path[-1].id))
            hang(leaf)
        else:
            hang(replace(leaf, parent=path[-1].id))
    return {
        parent: sorted(nodes, key=_group_order) if _is_group(nodes) else nodes
        for parent, nodes in children.items()
    }


def _is_group(nodes: list[Node]) -> bool:
    return all(n.level in ("axis", "objective", "dimension", "netzero_sector", "sdg") for n in nodes)


def _group_order(node: Node) -> tuple[int, str]:
    order = [*codelist("axis"), *codelist("objective"), *codelist("dimension"), *codelist("netzero_sector")]
    last = node.id.rpartition("/")[2]
    return (order.index(last) if last in order else len(order), last.rjust(3, "0"))


def _grow(
    parents: Parents, columns: Mapping[str, int], node: Node, parent: int, branches: list[Branch]
) -> int:
    """Append a node and what hangs below it; return its position, or -1 if nothing does."""
    here = len(branches)
    branch = _branch(node, parent, columns)
    branches.append(branch)
    if branch.leaf >= 0:
        return here
    grown = [_grow(parents, columns, child, here, branches) for child in parents.get(node.id, [])]
    children = tuple(position for position in grown if position >= 0)
    if not children and parent >= 0:
        del branches[here:]
        return -1
    branches[here] = replace(branch, children=children)
    return here


def _branch(node: Node, parent: int, columns: Mapping[str, int]) -> Branch:
    leaf = columns.get(node.id, -1)
    return Branch(node.id, node.name, node.level, parent, leaf, node.weight, (), node.code, node.aggregate)


def _by_axis(indicator: Indicator) -> list[Node]:
    axis = indicator.axis or "unassigned"
    path = [_group("axis", axis, "")]
    if axis == "impact":
        path.append(_group("objective", objectives().get(indicator.dimension, "unassigned"), path[-1].id))
    if indicator.dimension:
        path.append(_group("dimension", indicator.dimension, path[-1].id))
    return path


def _by_dimension(indicator: Indicator) -> list[Node]:
    return [_group("dimension", indicator.dimension or "unassigned", "")]


def _by_sector(indicator: Indicator) -> list[Node]:
    return [_group("netzero_sector", indicator.sector or "unassigned", "")]


def _by_sdg(indicator: Indicator) -> list[Node]:
    goal = indicator.sdg[0].partition(".")[0] if indicator.sdg else "unassigned"
    return [_group("sdg", goal, "")]


def _group(level: str, code: str, parent: str) -> Node:
    unassigned = {lang: texts(lang, "labels")["unassigned"] for lang in LANGUAGES}
    name = codelist(level).get(code, unassigned if code == "unassigned" else {"en": code})
    return Node(f"{parent}/{code}" if parent else code, name, level, parent)


GROUPINGS: dict[str, Callable[[Indicator], list[Node]]] = {
    "axis": _by_axis,
    "dimension": _by_dimension,
    "netzero_sector": _by_sector,
    "sdg": _by_sdg,
}
"""Name in `Recipe.by` -> the path of groups above an indicator."""


def _group_level_names() -> dict[str, Names]:
    levels = ("axis", "objective", "dimension", "netzero_sector", "sdg", "total")
    return {lv: {lang: texts(lang, "labels").get(f"level.{lv}", lv) for lang in LANGUAGES} for lv in levels}
