"""Check frameworks and target sets: what loads may still be incomplete or contradict itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from scindex import messages
from scindex._resources import read_yaml, root
from scindex.catalogue.assemble import leaves
from scindex.catalogue.codelists import codelist
from scindex.catalogue.entries import STANDINGS, Framework, Indicator, Names, Node, TargetSet
from scindex.catalogue.factor_check import check_definitions
from scindex.catalogue.load import framework_ids, load_framework, load_targets, target_set_ids
from scindex.catalogue.lookup import fold
from scindex.errors import CatalogueError
from scindex.findings import Finding, Severity
from scindex.recipe import merge
from scindex.units import factor, parse

TEXTS = ("name", "unit_label", "of", "numerator", "denominator", "no_goalposts", "notes")
"""Fields of an indicator that are text in languages."""

SLIP = 0.2
"""How far a sum of weights may be from 1 or 100 and still look meant as shares."""

MANY = 3
"""Texts missing in a language in which a file has none: so many are told together."""

CODED = {"axis": "axis", "dimension": "dimension", "sector": "netzero_sector"}
"""Field of an indicator -> the code list its value comes from."""


def check(frameworks: Sequence[Framework] | None = None) -> list[Finding]:
    """Check the whole catalogue, or the frameworks given.

    Parameters
    ----------
    frameworks : sequence of Framework, optional
        Without it, every framework, target set, factor and standard that comes with
        scindex; a file that does not load contributes the faults at its lines.

    Returns
    -------
    list of Finding
        Errors and warnings at ``file.yaml:LINE``, then notes that count entries,
        standings, drafts and conflicts.

    Examples
    --------
    >>> {f.severity for f in check()}
    {'note'}
    """
    found: list[Finding] = []
    if frameworks is not None:
        for framework in frameworks:
            found += check_framework(framework)
        return sorted_by_severity(found)
    for name in framework_ids():
        try:
            found += check_framework(load_framework(name))
        except CatalogueError as err:
            found += err.findings
    for name in target_set_ids():
        try:
            targets = load_targets(name)
            found += check_targets(targets, load_framework(targets.framework))
        except CatalogueError as err:
            found += err.findings
    return sorted_by_severity([*found, *check_definitions()])


def check_framework(framework: Framework) -> list[Finding]:
    """Check one framework: its own indicators, nodes, rules, codes and names.

    Indicators taken over from another framework are checked there.
    """
    file = _file(framework)
    own = [i for i in framework.indicators.values() if i.framework == framework.id]
    context = [i for i in framework.context.values() if i.framework == framework.id]
    found: list[Finding] = []
    for indicator in (*own, *context):
        found += _check_indicator(indicator, file)
    for indicator in own:
        found += _check_goalposts(
            indicator, f"{file}:{indicator.line}", _needs_goalposts(framework, indicator)
        )
    found += _check_tree(framework, file)
    found += _check_shared(framework, file)
    found += _check_headings((*own, *context), file)
    found = _one_language(found, framework, [*own, *context], file)
    return [*found, *_count(framework, own), *_count_shape(framework)]


def _needs_goalposts(framework: Framework, indicator: Indicator) -> bool:
    """Whether the framework's recipe scores an indicator by its goalposts."""
    chosen = merge(framework.recipe).chosen(
        "normalise", indicator.id, indicator.slug, indicator.code, own=indicator.normalise
    )
    return chosen.name == "goalposts" and indicator.direction != "context"


def check_targets(targets: TargetSet, framework: Framework) -> list[Finding]:
    """Check a target set against the indicators of its framework."""
    file = targets.path.rpartition("/")[2] or targets.id
    found: list[Finding] = []
    for target in targets.targets.values():
        indicator = framework.indicators[target.indicator]
        low, high = indicator.possible
        for name, value in (("target", target.target), ("worst", target.worst)):
            found += _outside(file, indicator.slug, name, value, low, high)
        if indicator.direction == "lower" and target.worst is not None and target.worst <= target.target:
            found.append(
                _fault("check-worst", file, entry=indicator.slug, worst=target.worst, target=target.target)
            )
        found += _languages(file, indicator.slug, "reason", target.reason)
    for leaf, reason in targets.none.items():
        found += _languages(file, leaf.partition(":")[2], "none", reason)
    found += _languages(file, targets.id, "name", targets.name)
    standings = Counter(t.standing for t in targets.targets.values())
    params = {"targets": len(targets.targets), "standings": _standings(standings), "none": len(targets.none)}
    return [*found, Finding("check-targets", "note", params={"name": targets.id, **params})]


def _check_indicator(indicator: Indicator, file: str) -> Iterator[Finding]:
    where, entry = f"{file}:{indicator.line}", indicator.slug
    for name in TEXTS:
        yield from _languages(where, entry, name, getattr(indicator, name))
    for row in indicator.conflicts:
        yield from _languages(where, entry, "conflicts", row["reason"])
    yield from _check_unit(indicator, where)
    yield from _check_codes(indicator, where)
    low, high = indicator.possible
    for value in indicator.plausible:
        yield from _outside(where, entry, "plausible", value, low, high)
    source = indicator.source
    if not (source.page or source.url or source.note):
        yield _fault("check-source", where, entry=entry)


def _check_unit(indicator: Indicator, where: str) -> Iterator[Finding]:
    entry, unit = indicator.slug, indicator.unit
    if unit and _canonical(unit) != unit:
        close = [u for u in [_canonical(unit)] if u]
        yield _fault("check-unit", where, entry=entry, value=unit, close=close)
    elif any(not _reads_back(label, unit) for label in indicator.unit_label.values()):
        labels = list(indicator.unit_label.values())
        yield _fault("check-unit-label", where, "warning", entry=entry, value=unit, labels=labels)
    if not indicator.unit_label and indicator.kind != "category":
        yield _fault("check-unit-label", where, "warning", entry=entry, value=unit, labels=[])
    if indicator.kind == "share" and not indicator.of:
        yield _fault("check-of", where, entry=entry)


def _canonical(unit: str) -> str:
    understood = parse(unit)
    return understood.unit if understood else ""


def _reads_back(label: str, unit: str) -> bool:
    """Whether a label is understood as the unit it labels, since templates print and read it."""
    if not unit:
        return True  # a column of units that says what the label says is taken at its word
    understood = parse(label)
    return understood is not None and (understood.unit == unit or factor(understood.unit, unit) == 1)


def _check_goalposts(indicator: Indicator, where: str, needed: bool) -> Iterator[Finding]:
    posts, entry = indicator.goalposts, indicator.slug
    if posts is None:
        if needed and not indicator.no_goalposts:
            yield _fault("check-reason", where, "warning", entry=entry)
        return
    if not posts.reason:
        yield _fault("check-reason", where, "warning", entry=entry)
    yield from _languages(where, entry, "goalposts.reason", posts.reason)
    for name in ("worst", "best"):
        if indicator.denominate is None:  # the possible range is of the value before it is divided
            yield from _outside(where, entry, name, getattr(posts, name), *indicator.possible)
    wrong_way = {"higher": posts.best < posts.worst, "lower": posts.best > posts.worst}
    if indicator.direction == "context" or wrong_way.get(indicator.direction):
        said = indicator.direction
        yield _fault(
            "check-direction", where, entry=entry, direction=said, worst=posts.worst, best=posts.best
        )


def _check_codes(indicator: Indicator, where: str) -> Iterator[Finding]:
    said = [(listed, str(getattr(indicator, name))) for name, listed in CODED.items()]
    said += [("sdg", goal.partition(".")[0]) for goal in indicator.sdg]
    for listed, value in said:
        codes = list(codelist(listed))
        if value and value not in codes:
            close = get_close_matches(value, codes, n=3) or codes
            yield _fault(
                "check-codelist", where, value=value, entry=indicator.slug, field=listed, close=close
            )


def _check_tree(framework: Framework, file: str) -> Iterator[Finding]:
    yield from _languages(file, framework.id, "name", framework.name)
    for level, names in framework.level_names.items():
        yield from _languages(file, level, "level_names", names, needed=True)
    for node in framework.nodes.values():
        if not node.id or node.id in framework.indicators:
            continue
        where = f"{file}:{node.line}"
        yield from _languages(where, node.id, "name", node.name)
        yield from _check_sum(framework, node, where)
        if node.id in codelist("axis"):
            yield from _check_axis(framework, node.id, file)
    for number, rule in enumerate(framework.rules, start=1):
        yield from _languages(file, f"rules {number}", "reason", rule.reason)


def _check_sum(framework: Framework, node: Node, where: str) -> Iterator[Finding]:
    """Doubt weights that look like shares of a whole and miss it."""
    weights = [framework.nodes[child].weight for child in node.children]
    total = math.fsum(weights)
    for whole in (1.0, 100.0):
        shares = len(set(weights)) > 1 or weights[0] < 1
        if shares and 1e-9 < abs(total / whole - 1) < SLIP:
            yield _fault("check-weights-sum", where, "warning", entry=node.id, total=total, whole=whole)


def _one_language(
    found: list[Finding], framework: Framework, entries: list[Indicator], file: str
) -> list[Finding]:
    """Say once of a file with no name in a language what would else be said of every text."""
    names = [framework.name, *(n.name for n in framework.nodes.values()), *(i.name for i in entries)]
    silent = [lang for lang in messages.LANGUAGES if not any(n.get(lang) for n in names)]
    texts = [f for f in found if f.code == "check-language" and set(f.params["missing"]) <= set(silent)]
    if len(texts) < MANY:
        return found
    kept = [f for f in found if f not in texts]
    return [*kept, _fault("check-one-language", file, "warning", missing=silent, count=len(texts))]


def _count_shape(framework: Framework) -> Iterator[Finding]:
    """Count nodes that only pass on the score of what is below them."""
    lone = [n for n in framework.nodes.values() if n.id and len(n.children) == 1]
    if lone:
        params = {"name": framework.id, "count": len(lone), "entries": [n.id for n in lone[:5]]}
        yield Finding("check-one-child", "note", params=params)


def _check_axis(framework: Framework, axis: str, file: str) -> Iterator[Finding]:
    for leaf in leaves(framework.nodes, axis):
        indicator = framework.indicators.get(leaf)
        if indicator and indicator.axis and indicator.axis != axis:
            where = f"{file}:{framework.nodes[leaf].line}"
            yield _fault("check-axis", where, entry=leaf, value=indicator.axis, parent=axis)


def _check_shared(framework: Framework, file: str) -> Iterator[Finding]:
    """Find codes and names that stand for several entries; known misprints are no codes."""
    meant: dict[str, dict[str, str]] = {}
    for leaf in framework.indicators:
        node = framework.nodes[leaf]
        kpi = framework.nodes[node.parent]
        entry = kpi if ":" in kpi.id else node
        for text in (entry.code, *entry.name.values()):
            if text:
                meant.setdefault(fold(text), {})[entry.id] = text
    for shared in meant.values():
        if len(shared) > 1:
            text = next(iter(shared.values()))
            yield _fault("check-shared", file, "warning", value=text, entries=list(shared))


def _check_headings(entries: Iterable[Indicator], file: str) -> Iterator[Finding]:
    """Find names that head another column in a city file, which a reader would take them for."""
    data = read_yaml(root() / "indicators" / "headers.yaml")
    lists = {**data["roles"], "either": data["either"]}
    lists |= {f"unused {n}": line for n, line in enumerate(data["unused"])}
    taken = {fold(str(text)): role.partition(" ")[0] for role, line in lists.items() for text in line}
    for indicator in entries:
        for text in dict.fromkeys((indicator.slug, indicator.code, *indicator.name.values())):
            if text and fold(text) in taken:
                where, role = f"{file}:{indicator.line}", taken[fold(text)]
                yield _fault("check-heading", where, "warning", entry=indicator.slug, value=text, role=role)


def _count(framework: Framework, own: list[Indicator]) -> Iterator[Finding]:
    name = framework.id
    kpis = {i.id.rpartition(".")[0] or i.id for i in framework.indicators.values()}
    posts = Counter(i.goalposts.standing for i in framework.indicators.values() if i.goalposts)
    total = len(framework.indicators)
    params: dict[str, Any] = {"name": name, "kpis": len(kpis), "indicators": total}
    params |= {"scorable": posts.total(), "standings": _standings(posts)}
    yield Finding("check-counts", "note", params=params)
    sources = Counter(i.source.standing for i in framework.indicators.values())
    params = {"name": name, "indicators": total, "standings": _standings(sources)}
    yield Finding("check-sources", "note", params=params)
    fields = Counter(field for i in own for field in i.draft)
    drafts = sum(bool(i.draft) for i in own)
    if drafts:
        listed = ", ".join(f"{field} {n}" for field, n in fields.most_common())
        yield Finding("check-drafts", "note", params={"name": name, "entries": drafts, "fields": listed})
    torn = [i.slug for i in own if i.conflicts]
    kpis_torn = list(dict.fromkeys(slug.partition(".")[0] for slug in torn))
    if kpis_torn:
        yield Finding("check-conflicts", "note", params={"name": name, "entries": kpis_torn})


def _standings(counts: Mapping[str, int]) -> Names:
    names = codelist("standing")
    return {
        lang: ", ".join(f"{names[s][lang]} {counts[s]}" for s in STANDINGS if counts.get(s))
        for lang in messages.LANGUAGES
    }


def _languages(
    where: str, entry: str, field: str, names: Names, *, needed: bool = False
) -> Iterator[Finding]:
    missing = [lang for lang in messages.LANGUAGES if not names.get(lang)]
    if missing and (names or needed):
        yield _fault("check-language", where, "warning", entry=entry, field=field, missing=missing)


def _outside(
    where: str, entry: str, field: str, value: float | None, low: float | None, high: float | None
) -> Iterator[Finding]:
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        yield _fault("check-outside", where, entry=entry, field=field, value=value, low=low, high=high)


def _fault(
    code: str, where: str, severity: Severity = "error", *, value: Any = None, **params: Any
) -> Finding:
    return Finding(code, severity, where=where, value=value, params=params)


def _file(framework: Framework) -> str:
    return framework.path.replace("\\", "/").rpartition("/")[2] or framework.id


def sorted_by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with errors first, then warnings, then notes."""
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(findings, key=lambda f: order[f.severity])
