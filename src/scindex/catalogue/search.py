"""Look through the catalogue: by words, by where an indicator is used, by its targets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from scindex.catalogue.entries import Framework, Indicator, Names, Node, Target, TargetSet
from scindex.catalogue.load import framework_ids, load_framework, load_targets, target_set_ids
from scindex.catalogue.lookup import Lookup, fold


class Use(NamedTuple):
    """A framework that has an indicator, and the place the indicator has in it."""

    framework: Framework
    node: Node


def shipped() -> list[Framework]:
    """Return every framework that comes with scindex."""
    return [load_framework(name) for name in framework_ids()]


def search(text: str, frameworks: Sequence[Framework] | None = None) -> list[Indicator]:
    """Return the indicators that a text names or describes, best match first.

    Parameters
    ----------
    text : str
        An id, a code or words in either language; every word has to occur. Latin words
        match the beginning of a word, Korean ones any part of it.
    frameworks : sequence of Framework, optional
        Where to look; without it, every framework that comes with scindex.

    Returns
    -------
    list of Indicator
        An exact id, code or name alone, if there is one; else those with all words in
        their names, then those with all words in definition, notes or labels. Where
        nothing fits, those whose name or code looks like the text.

    Examples
    --------
    >>> [i.id for i in search("EN.EN.AQ.2C")]
    ['u4ssc:ghg_emissions']
    >>> [i.slug for i in search("water meters")][:1]
    ['smart_water_meters']
    """
    searched = shipped() if frameworks is None else frameworks
    lookup = Lookup(searched, context=False)
    exact = lookup.find(text) or lookup.points(text)
    if exact:
        return [lookup.indicator(i) for i in exact]
    words = [pattern(word) for word in plain(text).split()]
    if not words:
        return []
    named: dict[str, Indicator] = {}
    described: dict[str, Indicator] = {}
    for framework in searched:
        for indicator in framework.indicators.values():
            names = plain(" ".join(_names(framework, indicator)))
            if all(word.search(names) for word in words):
                named[indicator.id] = indicator
            elif all(word.search(f"{names} {_description(indicator)}") for word in words):
                described[indicator.id] = indicator
    found = [*_shortest_first(named), *(i for i in _shortest_first(described) if i.id not in named)]
    near = dict.fromkeys(i for name in lookup.close(text) for i in _ids(lookup, name))
    return found or [lookup.indicator(i) for i in near]


def uses(indicator_id: str, frameworks: Sequence[Framework] | None = None) -> list[Use]:
    """Return every framework that has an indicator, with its place there.

    Examples
    --------
    >>> [(use.framework.id, use.node.code) for use in uses("u4ssc:ghg_emissions")]
    [('oecd', 'I01'), ('u4ssc', 'EN: EN: AQ: 2C')]
    """
    searched = shipped() if frameworks is None else frameworks
    return [Use(f, f.nodes[indicator_id]) for f in searched if indicator_id in f.indicators]


def targets_of(indicator_id: str) -> list[tuple[TargetSet, Target | Names]]:
    """Return the target an indicator has in each target set, or the reason for having none.

    Examples
    --------
    >>> [(s.id, t.target) for s, t in targets_of("u4ssc:fixed_broadband_subscriptions")]
    [('u4ssc_proposed', 60.0), ('u4ssc_published', 60.0)]
    """
    found: list[tuple[TargetSet, Target | Names]] = []
    for name in target_set_ids():
        targets = load_targets(name)
        entry = targets.targets.get(indicator_id) or targets.none.get(indicator_id)
        if entry:
            found.append((targets, entry))
    return found


def _shortest_first(found: dict[str, Indicator]) -> list[Indicator]:
    """Order by length of name: the fewer other words, the nearer to what was asked."""
    return sorted(found.values(), key=lambda indicator: len(indicator.name.get("en", indicator.slug)))


def _ids(lookup: Lookup, text: str) -> tuple[str, ...]:
    return lookup.find(text) or lookup.points(text)


def plain(text: str) -> str:
    """Return a text as searches compare it: one Unicode form, no case."""
    return unicodedata.normalize("NFKC", text).casefold()


def pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a searched word: Latin from the beginning of a word, Korean anywhere."""
    start = r"(?<![^\W_])" if word.isascii() else ""
    return re.compile(start + re.escape(word))


def _names(framework: Framework, indicator: Indicator) -> list[str]:
    node = framework.nodes[indicator.id]
    return [indicator.slug, indicator.code, node.code, *indicator.name.values(), *node.name.values()]


def _description(indicator: Indicator) -> str:
    texts = (indicator.numerator, indicator.denominator, indicator.of, indicator.notes, indicator.unit_label)
    return plain(" ".join(value for names in texts for value in names.values()))


def entries(text: str, frameworks: Sequence[Framework]) -> list[list[Indicator]]:
    """Return what a text names exactly: each an indicator alone, or the data points of one KPI.

    Examples
    --------
    >>> [[i.slug for i in group] for group in entries("EC.ICT.ICT.4C", [load_framework("u4ssc")])]
    [['wireless_broadband_coverage.3g', 'wireless_broadband_coverage.4g']]
    """
    lookup = Lookup(frameworks, context=False)
    found = lookup.find(text)
    if found:
        return [[lookup.indicator(i)] for i in found]
    points = lookup.points(text)
    return [[lookup.indicator(i) for i in points]] if points else []


def node_named(text: str, framework: Framework) -> str | None:
    """Return the id of the node that a text names by id or by name, the highest first.

    Examples
    --------
    >>> node_named("Innovation", load_framework("u4ssc")), node_named("economy.ict", load_framework("u4ssc"))
    ('economy.productivity.innovation', 'economy.ict')
    """
    if text in framework.nodes:
        return text
    wanted = fold(text)
    named = (n.id for n in framework.nodes.values() if n.id and wanted in map(fold, n.name.values()))
    return next(named, None)
