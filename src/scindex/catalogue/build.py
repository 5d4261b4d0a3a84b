"""One YAML entry -> one `Indicator`, with its goalposts and source."""

from __future__ import annotations

from typing import Any

from scindex.catalogue.categories import read_categories
from scindex.catalogue.entries import (
    DIRECTIONS,
    KINDS,
    STANDINGS,
    Goalposts,
    Indicator,
    Names,
    Source,
)
from scindex.catalogue.fields import Fields, merged, method

ENTRY_FIELDS = (
    "parent", "weight", "code", "codes", "aliases", "formerly", "name", "tier", "type", "kind", "unit",
    "unit_label", "of", "direction", "possible", "plausible", "numerator", "denominator", "averaging",
    "transform", "axis", "dimension", "sector", "sdg", "goalposts", "no_goalposts", "source", "notes",
    "conflicts", "draft", "points", "weight_range", "denominate", "counted_in", "target", "capped",
    "categories", "normalise", "treat", "actionable", "nature", "aggregate",
)  # fmt: skip
"""Fields of an indicator that a framework defines itself; the last two only with `points`."""

USE_FIELDS = ("use", "parent", "weight", "weight_range", "code", "codes", "aliases", "name", "tier", "notes")
"""Fields of an indicator that a framework takes over from another."""

OF_A_NODE = ("nature", "aggregate")
POINT_FIELDS = tuple(f for f in ENTRY_FIELDS if f not in ("parent", "points", "formerly", *OF_A_NODE))

CONTEXT_FIELDS = (
    "code", "codes", "aliases", "formerly", "name", "kind", "unit", "unit_label", "of", "possible",
    "plausible", "numerator", "denominator", "averaging", "categories", "source", "notes", "draft",
)  # fmt: skip
"""Fields of what a city file may hold beside the indicators."""

TIERS = ("core", "advanced")


def build_context(entry: Fields, indicator_id: str, base: Source) -> Indicator:
    """Build an entry of the context, which has no direction and no place in the tree."""
    entry.known(CONTEXT_FIELDS)
    if "direction" not in entry:
        entry = Fields(
            merged(entry.data, {"direction": "context"}),
            entry.file,
            entry.findings,
            entry=entry.entry,
            line=entry.line,
        )
    return build_indicator(entry, indicator_id, base)


def build_indicator(entry: Fields, indicator_id: str, base: Source) -> Indicator:
    """Build an indicator from its entry.

    Parameters
    ----------
    entry : Fields
        The entry; for a data point already merged with what it inherits.
    indicator_id : str
        ``framework:slug``.
    base : Source
        The framework's source, from which the entry's inherits.

    Returns
    -------
    Indicator
        Faults are left in ``entry.findings``.
    """
    entry.need("name", "kind", "direction")
    return Indicator(
        id=indicator_id,
        **_meaning(entry),
        **_scoring(entry, base),
        axis=entry.text("axis"),
        dimension=entry.text("dimension"),
        sector=entry.text("sector"),
        sdg=entry.texts("sdg"),
        tier=entry.choice("tier", TIERS),
        type=entry.choice("type", ("smart", "structural", "sustainable")),
        source=entry.source("source", base),
        notes=entry.names("notes"),
        conflicts=read_conflicts(entry),
        draft=entry.texts("draft"),
        line=entry.line,
    )


def _meaning(entry: Fields) -> dict[str, Any]:
    """Return what a value is, and what a file may call it."""
    classes = read_categories(entry)
    return {
        "name": entry.names("name"),
        "code": entry.text("code"),
        "codes": entry.texts("codes"),
        "aliases": entry.texts("aliases") + entry.texts("formerly"),
        "kind": entry.choice("kind", KINDS, "amount"),
        "unit": entry.text("unit"),
        "unit_label": entry.names("unit_label"),
        "of": entry.names("of"),
        "possible": entry.pair("possible"),
        "plausible": entry.pair("plausible"),
        "numerator": entry.names("numerator"),
        "denominator": entry.names("denominator"),
        "averaging": entry.text("averaging"),
        "categories": classes.names,
        "category_scores": classes.scores,
        "category_names": classes.others,
    }


def _scoring(entry: Fields, base: Source) -> dict[str, Any]:
    """Return what makes a score of a value."""
    goalposts = _goalposts(entry, base)
    if goalposts is not None and entry.names("no_goalposts"):
        entry.fault("entry-goalposts-and-none", field="no_goalposts")
    transform = entry.choice("transform", ("none", "ln"), "none")
    if goalposts is not None and transform == "ln" and min(goalposts.worst, goalposts.best) <= 0:
        entry.fault("entry-goalposts-ln", field="goalposts", value=min(goalposts.worst, goalposts.best))
    normalise = method(entry, "normalise")
    needs = {"target": "target", "categorical": "categories"}.get(normalise.partition("(")[0])
    if needs and needs not in entry:
        entry.fault("entry-method-needs", field="normalise", value=normalise, needs=needs)
    return {
        "direction": entry.choice("direction", DIRECTIONS, "context"),
        "transform": transform,
        "target": entry.number("target"),
        "capped": entry.flag("capped", True),
        "normalise": normalise,
        "treat": method(entry, "treat"),
        "actionable": entry.flag("actionable", True),
        "goalposts": goalposts,
        "no_goalposts": entry.names("no_goalposts"),
    }


def point_entry(kpi: Fields, point: Fields) -> Fields:
    """Return the entry of a data point: its own fields over those of its KPI.

    The name is the KPI's followed by the point's (``Air Pollution: PM2.5``).
    """
    drop = {"parent", "weight", "weight_range", "points", "aliases", "formerly", *OF_A_NODE}
    if "goalposts" in point or "no_goalposts" in point:
        drop |= {"goalposts", "no_goalposts"}
    data = merged(kpi.data, point.data, drop=drop)
    data["name"] = joined(kpi.names("name"), point.names("name"))
    return Fields(data, point.file, point.findings, entry=point.entry, line=point.line)


def joined(whole: Names, part: Names) -> Names:
    """Return ``whole: part`` in every language.

    Examples
    --------
    >>> joined({"en": "Air Pollution", "ko": "대기오염"}, {"en": "PM2.5"})
    {'en': 'Air Pollution: PM2.5', 'ko': '대기오염: PM2.5'}
    """
    languages = dict.fromkeys([*whole, *part])
    return {lang: f"{_in(whole, lang)}: {_in(part, lang)}" for lang in languages}


def _in(names: Names, lang: str) -> str:
    return names.get(lang) or next(iter(names.values()), "")


def _goalposts(entry: Fields, base: Source) -> Goalposts | None:
    if "goalposts" not in entry:
        return None
    own = entry.inner("goalposts")
    own.known(("worst", "best", "standing", "reason", "source"))
    own.need("worst", "best", "standing")
    worst, best = own.number("worst"), own.number("best")
    if worst is None or best is None:
        return None
    if worst == best:
        own.fault("entry-goalposts-equal", field="best", value=best)
        return None
    standing = own.choice("standing", STANDINGS, "proposed")
    source = own.source("source", standing=standing) if "source" in own else Source(standing=standing)
    return Goalposts(worst, best, standing, own.names("reason"), source)


def read_conflicts(entry: Fields) -> tuple[dict[str, object], ...]:
    out: list[dict[str, object]] = []
    for row in entry.rows("conflicts"):
        row.known(("field", "values", "reason"))
        row.need("field", "values")
        values: list[dict[str, str]] = []
        for value in row.rows("values"):
            value.known(("value", "source"))
            values.append({"value": value.text("value"), "source": value.text("source")})
        out.append({"field": row.text("field"), "values": tuple(values), "reason": row.names("reason")})
    return tuple(out)
