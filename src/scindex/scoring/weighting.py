"""Which weights each node's children have: the framework's, a named set's, or drawn from the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scindex._resources import read_yaml, root
from scindex.catalogue.entries import WeightSet
from scindex.errors import MethodError, UsageError
from scindex.findings import Finding
from scindex.index.bod import BestCase, benefit_of_the_doubt
from scindex.index.rollup import Shape, climb
from scindex.index.weigh import WEIGHTERS
from scindex.index.weights import Weights, validate_weights
from scindex.methods import Method
from scindex.scoring.parts import counted, part_below
from scindex.scoring.sheet import Sheet

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """Weights of every node among its siblings.

    Attributes
    ----------
    weights : ndarray, shape (n_node, 1), or (n_node, n_row) where cities have their own
    details : Mapping of int to Mapping
        What a method found at a node, by its position: eigenvalues, consistency ratio.
    best_case : Mapping of int to BestCase
        Nodes scored by the benefit of the doubt.
    findings : tuple of Finding
    """

    weights: Array
    details: Mapping[int, Mapping[str, Any]] = field(default_factory=dict[int, Mapping[str, Any]])
    best_case: Mapping[int, BestCase] = field(default_factory=dict[int, BestCase])
    findings: tuple[Finding, ...] = ()


def resolve_weights(sheet: Sheet, leaves: Array) -> Resolved:
    """Return the weights that the recipe asks for.

    Parameters
    ----------
    sheet : Sheet
    leaves : ndarray, shape (n_leaf, n_row)
        Leaf scores, from which data-driven weights follow. [0 to 100]

    Returns
    -------
    Resolved

    Raises
    ------
    UsageError
        If the framework has no such set.
    MethodError
        If a method cannot give weights to a node, naming it.
    """
    weights = sheet.shape.weight.copy()
    details: dict[int, Mapping[str, Any]] = {}
    findings: list[Finding] = []
    methods = _methods(sheet)
    for node, method in methods.items():
        if method.name == "set":
            found = _from_set(sheet, node, _named(sheet, str(method.options["name"])))
            _write(sheet, weights, node, found)
            details[node] = found.details
            findings += _doubted(sheet, node, found)
    _refuse_all_zero(sheet, weights)
    for node in sorted((n for n, m in methods.items() if by_data(m)), reverse=True):
        # children before parents: an upper node weighs the scores that the lower weights gave
        up = climb(replace(sheet.shape, weight=weights), leaves)
        found = _from_data(sheet, node, methods[node], up)
        _write(sheet, weights, node, found)
        details[node] = found.details
        findings += _missed(sheet, node, found)
    spread = {n: m for n, m in methods.items() if m.name == "bod"}
    if not spread:
        return Resolved(weights[:, None], details, {}, tuple(findings))
    return _benefit(sheet, leaves, weights, spread, details, findings)


def by_data(method: Method) -> bool:
    """Return whether a weighting method looks at the cities' scores, node by node."""
    return method.name in WEIGHTERS and WEIGHTERS[method.name].data_driven


def _methods(sheet: Sheet) -> dict[int, Method]:
    """Return the method of every node that shares out weights."""
    shown = [0] if sheet.recipe.total else []
    nodes = [i for i, b in enumerate(sheet.tree.branches) if b.children and (i or shown)]
    return {i: sheet.recipe.chosen("weight", *_names(sheet, i)) for i in nodes}


def _names(sheet: Sheet, node: int) -> tuple[str, str]:
    branch = sheet.tree.branches[node]
    return branch.id, branch.level


def _named(sheet: Sheet, name: str) -> WeightSet:
    sets = sheet.framework.weight_sets
    if name not in sets:
        params = {"field": "weight: set", "close": list(sets) or ["-"]}
        raise UsageError(Finding("recipe-unknown-name", value=name, params=params))
    return sets[name]


def _write(sheet: Sheet, weights: Array, node: int, found: Weights) -> None:
    weights[list(sheet.tree.branches[node].children)] = 0.0
    weights[counted(sheet, node)] = found.weights


def _from_set(sheet: Sheet, node: int, chosen: WeightSet) -> Weights:
    ids = [sheet.tree.branches[c].id for c in counted(sheet, node)]
    own = [sheet.tree.branches[c].weight for c in counted(sheet, node)]
    with _at(sheet, node):
        if chosen.method == "budget" and any(
            i in points for points in chosen.allocations.values() for i in ids
        ):
            table = [[points.get(i, 0.0) for i in ids] for points in chosen.allocations.values()]
            return WEIGHTERS["budget"].weigh(np.array([row for row in table if any(row)]))
        judged = [j for j in chosen.judgements if j.of in ids and j.over in ids]
        if judged:
            matrix = np.where(np.eye(len(ids)) > 0, 1.0, np.nan)
            for j in judged:
                a, b = ids.index(j.of), ids.index(j.over)
                matrix[a, b], matrix[b, a] = j.ratio, 1 / j.ratio
            return WEIGHTERS["ahp"].weigh(matrix, random_index=_constants()["ahp_random_index"]["values"])
        return Weights(validate_weights(np.array([chosen.weights.get(i, w) for i, w in zip(ids, own)])))


@lru_cache
def _constants() -> dict[str, Any]:
    return read_yaml(root() / "indicators" / "methods.yaml")


def _from_data(sheet: Sheet, node: int, method: Method, up: Array) -> Weights:
    own = counted(sheet, node)
    if len(own) < 2:
        return Weights(np.ones(len(own)))
    options = dict(method.options)
    if options.get("components", "kaiser") != "kaiser":
        options["components"] = int(options["components"])
    with _at(sheet, node):
        return WEIGHTERS[method.name].weigh(up[own], **options)


class _at:
    """Say at which node a kernel refused, and call children by name instead of position."""

    def __init__(self, sheet: Sheet, node: int) -> None:
        self.sheet, self.node = sheet, node

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, err: BaseException | None, trace: object) -> None:
        if isinstance(err, MethodError):
            raise MethodError(*map(self._name, err.findings)) from None

    def _name(self, finding: Finding) -> Finding:
        branches = self.sheet.tree.branches
        names = [branches[c].name for c in counted(self.sheet, self.node)]
        here = branches[self.node].name or self.sheet.tree.level_names["total"]
        params: dict[str, Any] = {"node": here, **finding.params}
        if "positions" in params:
            params["positions"] = [names[p] for p in params["positions"] if p < len(names)]
        return replace(finding, params=params, where=branches[self.node].id or "total")


def _doubted(sheet: Sheet, node: int, found: Weights) -> Iterator[Finding]:
    ratio, limit = found.details.get("consistency_ratio"), _constants()["ahp_consistency_limit"]["value"]
    if ratio is not None and ratio > limit:
        params = {"node": sheet.tree.branches[node].name, "ratio": round(float(ratio), 3), "limit": limit}
        yield Finding("ahp-inconsistent", "warning", params=params)


def _missed(sheet: Sheet, node: int, found: Weights) -> Iterator[Finding]:
    residual = found.details.get("residual")
    if residual is not None and not found.details.get("exact", True):
        params = {
            "node": sheet.tree.branches[node].name,
            "residual": round(float(np.max(np.abs(residual))), 3),
        }
        yield Finding("correlation-target-missed", "warning", params=params)


def _refuse_all_zero(sheet: Sheet, weights: Array) -> None:
    faults = [
        Finding("node-weights-zero", params={"node": sheet.tree.branches[n].name or sheet.framework.name})
        for n in _methods(sheet)
        if (own := counted(sheet, n)) and not (weights[own] > 0).any()
    ]
    if faults:
        raise MethodError(*faults)


def _benefit(
    sheet: Sheet,
    leaves: Array,
    weights: Array,
    chosen: Mapping[int, Method],
    details: dict[int, Mapping[str, Any]],
    findings: list[Finding],
) -> Resolved:
    """Weigh each city's leaves below the highest nodes that ask for it: never one inside another."""
    tops = [n for n in chosen if not any(a in chosen for a in _above(sheet, n))]
    every = np.repeat(weights[:, None], leaves.shape[1], axis=1)
    best: dict[int, BestCase] = {}
    for top in tops:
        shape, nodes, columns = part_below(sheet, top)
        options = chosen[top].options
        ranges = [sheet.framework.nodes.get(sheet.tree.branches[n].id) for n in nodes]
        own = [r.weight_range if r and r.weight_range else None for r in ranges]
        low = np.array([r[0] if r else float(options["low"]) for r in own])
        high = np.array([r[1] if r else float(options["high"]) for r in own])
        only = np.array([len(shape.children[p]) == 1 for p in _parents(shape)])
        low, high = np.where(only, 0.0, low), np.where(only, 1.0, high)
        with _at_leaves(sheet, nodes, columns):
            best[top] = benefit_of_the_doubt(shape, leaves[columns], low, high, str(options["kind"]))  # type: ignore[arg-type]
        every[nodes[1:]] = _masses(shape, best[top].weights)[1:]
    return Resolved(every, details, best, tuple(findings))


def _masses(shape: Shape, leaf_weights: Array) -> Array:
    """Return the weight below every node, as the sum over its leaves: (n_node, n_row)."""
    out = np.zeros((len(shape.children), leaf_weights.shape[1]))
    for node in range(len(out) - 1, -1, -1):
        if shape.leaf[node] >= 0:
            out[node] = leaf_weights[shape.leaf[node]]
        for child in shape.children[node]:
            out[node] += out[child]
    return out


def _parents(shape: Shape) -> list[int]:
    parents = [0] * len(shape.children)
    for node, children in enumerate(shape.children):
        for child in children:
            parents[child] = node
    return parents


def _above(sheet: Sheet, node: int) -> Iterator[int]:
    while sheet.tree.branches[node].parent >= 0:
        node = sheet.tree.branches[node].parent
        yield node


class _at_leaves:
    """Call leaves and cities by name where the benefit of the doubt refuses them."""

    def __init__(self, sheet: Sheet, nodes: list[int], columns: list[int]) -> None:
        self.sheet, self.nodes, self.columns = sheet, nodes, columns

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, err: BaseException | None, trace: object) -> None:
        if isinstance(err, MethodError):
            raise MethodError(*map(self._name, err.findings)) from None

    def _name(self, finding: Finding) -> Finding:
        params, tree = dict(finding.params), self.sheet.tree
        if "node" in params:
            params["node"] = self._called(params["node"])
        if "positions" in params:
            of_nodes = finding.code == "bod-needs-positive"
            names = (
                [self._called(p) for p in params["positions"]]
                if of_nodes
                else [tree.indicators[self.columns[p]].name for p in params["positions"]]
            )
            params["positions"] = names[:10]
        if "rows" in params:
            params["rows"] = [str(self.sheet.data.rows["city"][r]) for r in params["rows"]][:10]
        return replace(finding, params=params)

    def _called(self, position: int) -> Any:
        return self.sheet.tree.branches[self.nodes[position]].name or self.sheet.tree.level_names["total"]
