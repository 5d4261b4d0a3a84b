"""Weights in a framework file: admissible shares, named sets, and what contradicts itself in them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from scindex.catalogue.entries import Judgement, Node, WeightSet
from scindex.catalogue.fields import Fields
from scindex.findings import Finding

NEAR = 1e-9
"""Rounding that a sum of shares is allowed."""

TYPED = 0.05
"""How far the two judgements of a pair may be from reciprocal: 0.14 is typed for 1/7."""

Find = Callable[[str], str | None]
"""Returns the id of the node or leaf that a text names; None for no such one."""


def read_weight(entry: Fields) -> float:
    """Return the weight of an entry among its siblings; 1 if left out."""
    weight = entry.number("weight", 1.0)
    if weight is None or weight < 0:
        entry.fault("entry-negative-weight", field="weight", value=weight)
    return weight or 0.0


def read_weight_range(entry: Fields) -> tuple[float, float] | None:
    """Return the share of its parent that the weight of an entry may take, or None."""
    low, high = entry.pair("weight_range", equal=True)
    if low is None and high is None:
        return None
    low, high = 0.0 if low is None else low, 1.0 if high is None else high
    if low < 0 or high > 1:
        entry.fault("entry-weight-range", field="weight_range", low=low, high=high)
        return None
    return low, high


def check_weights(nodes: Mapping[str, Node], file: str) -> list[Finding]:
    """Find parents whose children have no weight, or ranges that no weights fit.

    Parameters
    ----------
    nodes : Mapping of str to Node
        A framework's nodes, with their children.
    file : str
        Name of the file, for ``file.yaml:LINE``.

    Returns
    -------
    list of Finding
        Errors at the line of the parent, or of its first child at the top of the tree.
    """
    findings: list[Finding] = []
    for node in nodes.values():
        children = [nodes[child] for child in node.children]
        if not children:
            continue
        where = f"{file}:{node.line or children[0].line}"
        entry = node.id or "total"
        if not any(child.weight for child in children):
            params = {"entry": entry, "children": [c.id for c in children]}
            findings.append(Finding("entry-weights-zero", where=where, params=params))
        low = math.fsum(c.weight_range[0] for c in children if c.weight_range)
        high = math.fsum(c.weight_range[1] if c.weight_range else 1.0 for c in children)
        if low > 1 + NEAR or high < 1 - NEAR:
            named = next(c for c in children if c.weight_range)
            params = {"entry": named.id, "parent": entry, "low": low, "high": high}
            findings.append(Finding("entry-weight-range-sum", where=f"{file}:{named.line}", params=params))
    return findings


def read_weight_sets(head: Fields, nodes: Mapping[str, Node], find: Find) -> dict[str, WeightSet]:
    """Read the named sets of weights of a framework.

    Parameters
    ----------
    head : Fields
        The whole file.
    nodes : Mapping of str to Node
        The framework's nodes, with their children.
    find : callable
        Returns the id that a text of the file names.

    Returns
    -------
    dict of str to WeightSet
        Faults are left in ``head.findings``.
    """
    sets: dict[str, WeightSet] = {}
    for name, entry in head.items("weights"):
        kind = entry.data.get("method")
        if not isinstance(kind, str):
            weights = _points(entry, nodes, find)
            _not_all_zero(entry, weights, nodes, rest=True)
            sets[name] = WeightSet(name, "plain", weights=weights, line=entry.line)
        elif entry.choice("method", ("budget", "ahp"), "budget") == "ahp":
            entry.known(("method", "judgements"))
            entry.need("judgements")
            sets[name] = WeightSet(name, "ahp", judgements=_judgements(entry, nodes, find), line=entry.line)
        else:
            entry.known(("method", "allocations"))
            entry.need("allocations")
            experts = dict(entry.items("allocations"))
            allocations = {expert: _points(own, nodes, find) for expert, own in experts.items()}
            for expert, own in experts.items():
                _not_all_zero(own, allocations[expert], nodes, rest=False)
            sets[name] = WeightSet(name, "budget", allocations=allocations, line=entry.line)
    return sets


def _points(entry: Fields, nodes: Mapping[str, Node], find: Find) -> dict[str, float]:
    """Return the numbers of a mapping by node id."""
    out: dict[str, float] = {}
    for text in entry.data:
        weight = entry.number(text)
        node = _named(entry, str(text), nodes, find, field=text)
        if weight is None or node is None:
            continue
        if weight < 0:
            entry.fault("entry-negative-weight", field=text, value=weight)
        elif node in out:
            entry.fault("weights-twice", field=text, value=str(text))
        else:
            out[node] = weight
    return out


def _named(entry: Fields, text: str, nodes: Mapping[str, Node], find: Find, *, field: str) -> str | None:
    node = find(text)
    if node is None:
        short = {n.rpartition(":")[2]: n for n in nodes if n}
        close = get_close_matches(text, short, n=3) or list(short)[:5]
        entry.fault("weights-unknown", field=field, value=text, close=close)
    return node


def _not_all_zero(
    entry: Fields, weights: Mapping[str, float], nodes: Mapping[str, Node], *, rest: bool
) -> None:
    """Report parents whose children all weigh 0; `rest`: those not named keep their own weight."""
    for parent in dict.fromkeys(nodes[node].parent for node in weights):
        children = nodes[parent].children
        if not any(weights.get(c, nodes[c].weight if rest else 0.0) for c in children):
            first = next(c for c in children if c in weights)
            text = first if first in entry.data else first.rpartition(":")[2]
            shown = {"entry": parent or "total", "children": list(children)}
            where = f"{entry.file}:{entry.line_of(text)}"
            entry.findings.append(Finding("entry-weights-zero", where=where, params=shown))


def _judgements(entry: Fields, nodes: Mapping[str, Node], find: Find) -> tuple[Judgement, ...]:
    found: dict[tuple[str, str], Judgement] = {}
    for row in entry.rows("judgements"):
        row.known(("of", "over", "is"))
        row.need("of", "over", "is")
        ratio = row.number("is")
        of, over = (
            _named(row, row.text(k), nodes, find, field=k) if k in row else None for k in ("of", "over")
        )
        if of is None or over is None or ratio is None:
            continue
        if ratio <= 0:
            row.fault("weights-judgement", field="is", value=ratio)
        elif of == over or nodes[of].parent != nodes[over].parent:
            row.fault("weights-not-siblings", field="over", first=row.text("of"), second=row.text("over"))
        else:
            first, second = sorted((of, over))
            known = found.setdefault((first, second), Judgement(of, over, ratio))
            said = ratio if known.of == of else 1 / ratio
            if not math.isclose(known.ratio, said, rel_tol=TYPED):
                row.fault(
                    "weights-contradict",
                    field="is",
                    first=row.text("of"),
                    second=row.text("over"),
                    earlier=known.ratio if known.of == of else 1 / known.ratio,
                    value=ratio,
                )
    _every_pair(entry, found.values(), nodes)
    return tuple(found.values())


def _every_pair(entry: Fields, judged: Iterable[Judgement], nodes: Mapping[str, Node]) -> None:
    """Report pairs of siblings left unjudged under a parent of which any pair is judged."""
    pairs: dict[str, set[frozenset[str]]] = defaultdict(set)
    for judgement in judged:
        pairs[nodes[judgement.of].parent].add(frozenset(judgement[:2]))
    for parent, known in pairs.items():
        children = nodes[parent].children
        wanted = [(a, b) for i, a in enumerate(children) for b in children[i + 1 :]]
        missing = [(a, b) for a, b in wanted if frozenset((a, b)) not in known]
        if missing:
            shown = [" / ".join(name.rpartition(":")[2] for name in pair) for pair in missing]
            params: dict[str, Any] = {
                "parent": parent or "total",
                "missing": shown[:5],
                "count": len(missing),
            }
            entry.fault("weights-pairs-missing", field="judgements", **params)
